//! A call: who is in it, where it is, and how long somebody lost is awaited.

use jiff::Timestamp;

use crate::ids::{CallId, ClerkId, MemberId, OfficeId, SessionId, TicketId};
use crate::wire::{EndReason, Role};

mod devices;
mod progress;

pub use devices::{Devices, may_turn_off};
pub use progress::{AfterCall, Awaited, CallPhase, CallProgress, Step, after_call};

/// A call as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Which.
    pub id: CallId,
    /// Of which office.
    pub office: OfficeId,
    /// Whose ticket.
    pub ticket: TicketId,
    /// The clerk who called.
    pub clerk: ClerkId,
    /// When the clerk pressed.
    pub called_at: Timestamp,
    /// When citizen and clerk were first connected.
    pub live_at: Option<Timestamp>,
    /// When it ended, and why.
    pub ended: Option<(Timestamp, EndReason)>,
}

/// A member of a call as stored: a list with roles, never two fixed places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Which.
    pub id: MemberId,
    /// Of which call.
    pub call: CallId,
    /// What they are there as.
    pub role: Role,
    /// The citizen's session, for a citizen.
    pub session: Option<SessionId>,
    /// The member of staff, for a clerk or supervisor.
    pub clerk: Option<ClerkId>,
    /// When they were admitted.
    pub joined_at: Timestamp,
    /// When they left.
    pub left_at: Option<Timestamp>,
}
