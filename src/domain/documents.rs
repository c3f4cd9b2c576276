//! The documents of a call: what may be sent, who sees what of it, and when it is gone.
//!
//! A [`Shelf`] holds what is known of the documents of one call; their bytes lie elsewhere. What a document is called is
//! checked here ([`DocumentName`]), what is inside it by whoever has the bytes; both refuse in the words of
//! [`DocumentFault`].

mod fault;
mod kind;
mod name;
#[cfg(test)]
mod properties;
mod request;
mod shelf;
#[cfg(test)]
mod tests;
mod view;

pub use fault::DocumentFault;
pub use kind::{kind_of_extension, media_type, word_of};
pub use name::DocumentName;
pub use request::MAX_REQUEST_CHARS;
pub use shelf::{Document, Offer, Shelf};

/// The longest that documents may be kept after a call, in minutes: what an office may choose ends here.
pub const MOST_KEPT_MIN: u32 = 60;

/// A megabyte as file managers show it, which is what people compare their files with.
pub const BYTES_IN_A_MEGABYTE: u64 = 1024 * 1024;

/// What bounds the documents of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentRules {
    /// The largest document, in bytes.
    pub max_bytes: u64,
    /// How many documents a call may hold.
    pub max_count: usize,
    /// For how many minutes after the call they are kept, where an office has not chosen otherwise.
    pub kept_min: u32,
}

impl Default for DocumentRules {
    fn default() -> Self {
        Self { max_bytes: 20 * BYTES_IN_A_MEGABYTE, max_count: 10, kept_min: 15 }
    }
}

/// Whether a disk is so full that documents are refused first: less than this share of it is free.
#[must_use]
pub fn is_nearly_full(free_bytes: u64, all_bytes: u64, least_free_percent: u32) -> bool {
    u128::from(free_bytes) * 100 < u128::from(all_bytes) * u128::from(least_free_percent)
}
