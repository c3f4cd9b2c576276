//! The actors of Okienko.
//!
//! ```text
//! Switchboard                    the one handle that the edge holds
//! └── Supervisor                 on a thread of its own, with its branches
//!     ├── Branch<Queue>          one line for each office: the one writer of tickets and presences
//!     ├── Branch<ClerkPresence>  one for each clerk who is there
//!     ├── Branch<Session>        one for each citizen who is there, or has a ticket
//!     └── Branch<Room>           one for each call, on the media threads
//! ```
//!
//! # Rules of messaging
//! - Modules know each other in one direction: `room` ← `queue` ← `session`, `presence` ← `switchboard`.
//! - An actor's whole interface is its `messages.rs`: commands that it obeys, and one closed enum of what it announces.
//!   Sessions and presences speak to their sockets in the frames of [`okienko::wire`].
//! - Only the switchboard awaits replies. Actors tell and learn by events, so that nobody can wait in a circle.
//! - Between actors of ours `do_send`; towards sockets, whose pace is the outside's, `try_send` through an outbox.
//! - Write first, announce after. What anybody is told is on the disk; what dies in between is read from there again.
//! - A restart looks like a start: a fresh line or room says that it is there, and everybody introduces themselves.
//!   Nobody keeps an address that was not announced; a message to a dead one is answered by the next announcement.
//! - Timers ask the rules with the present state when they fire, so that a late one cannot hit what came after it.

#![allow(rustdoc::private_intra_doc_links, reason = "the documentation is for those who work in here")]

mod browser;
pub mod documents;
mod env;
pub mod error;
mod lookup;
pub mod media;
pub mod presence;
pub mod queue;
mod records;
pub mod room;
pub mod session;
mod supervision;
pub mod switchboard;

pub use env::ActorLimits;
pub use error::{ActorError, ProblemCode, Refusal};
pub use supervision::Vitals;
pub use switchboard::{ActorSettings, Counts, Health, Switchboard};

/// One attachment of a socket to its actor; the next one gets a higher number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SocketId(pub u64);

/// By what right a socket asks for a session or a desk that may have another one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claim {
    /// The person has said that it shall move here from wherever it is.
    pub take_over: bool,
    /// The page that asks, if it says which: it may replace a socket of its own that it has lost.
    pub page: Option<String>,
}

impl Claim {
    /// Whether a socket with this claim may take the place of a living one with the other.
    #[must_use]
    pub fn replaces(&self, other: &Self) -> bool {
        self.take_over || (self.page.is_some() && self.page == other.page)
    }
}

/// What became of an attempt to attach a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attached {
    /// The socket is the session's one now.
    Here(SocketId),
    /// Another socket is there and was not to be taken over; this one is told so.
    Elsewhere,
}
