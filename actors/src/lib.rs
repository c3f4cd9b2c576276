//! The actors of Okienko.

pub mod error;
pub mod media;
pub mod presence;
pub mod queue;
pub mod session;
pub mod switchboard;

pub use error::{ActorError, ProblemCode, Refusal};
pub use switchboard::{ActorSettings, Counts, Health, Switchboard};

/// One attachment of a socket to its actor; the next one gets a higher number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SocketId(pub u64);

/// What became of an attempt to attach a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attached {
    /// The socket is the session's one now.
    Here(SocketId),
    /// Another socket is there and was not to be taken over.
    Elsewhere,
}
