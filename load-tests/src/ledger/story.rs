//! What each client saw, in the order it saw it. Everything that is judged afterwards is judged by this.

use jiff::Timestamp;
use okienko::ids::{CallId, TicketId};
use okienko::wire::{EndReason, Mode};
use tokio::time::Instant;

use crate::media::peer::PeerReport;
use crate::scenario::ClerkSkills;

/// One resident's visit.
#[derive(Debug, Clone)]
pub struct Story {
    /// Who.
    pub number: u64,
    /// When the schedule wanted them.
    pub planned: Instant,
    /// When they really began.
    pub begun: Instant,
    /// The language they asked for.
    pub language: String,
    /// How they wanted to talk.
    pub mode: Mode,
    /// When they asked for a ticket.
    pub asked: Option<Instant>,
    /// When they were told that it was done.
    pub acked: Option<Instant>,
    /// With which word they were refused a ticket.
    pub refused: Option<String>,
    /// What they were promised: the first that they learnt of their ticket.
    pub promise: Option<Promise>,
    /// All that they were told about their ticket.
    pub sights: Vec<Sight>,
    /// When they asked to leave.
    pub left: Option<Instant>,
    /// When they accepted which call: as they meant to, and as they did.
    pub accepts: Vec<Accept>,
    /// When they hung up.
    pub hung_up: Option<(CallId, Instant)>,
    /// When their browser was without a connection.
    pub gaps: Vec<Gap>,
    /// Their ends of calls.
    pub calls: Vec<CallEnd>,
}

/// A ticket as it was promised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// When it was received.
    pub at: Instant,
    /// Which ticket.
    pub ticket: TicketId,
    /// Its number.
    pub number: String,
    /// Its time of joining, by which the line is ordered.
    pub joined_at: Timestamp,
}

/// Something that a resident was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    /// When.
    pub at: Instant,
    /// About which ticket.
    pub ticket: TicketId,
    /// Its time of joining, which never changes.
    pub joined_at: Timestamp,
    /// What.
    pub seen: Seen,
}

/// Where a resident was told that their ticket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// In the line, at this place.
    Waiting(u32),
    /// Invited to a call.
    Called(CallId),
    /// Kept while they need more time.
    Deferred,
    /// Invited without an answer.
    Missed,
    /// In a call.
    InCall(CallId),
    /// Over.
    Ended(EndReason),
}

/// An invitation that was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accept {
    /// To which call.
    pub call: CallId,
    /// When they meant to.
    pub planned: Instant,
    /// When they did.
    pub sent: Instant,
}

/// A time without a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// When it was lost.
    pub from: Instant,
    /// When the first state was told after it; never, if `None`.
    pub until: Option<Instant>,
}

/// One clerk's day.
#[derive(Debug, Clone)]
pub struct Shift {
    /// Who, from 0.
    pub number: usize,
    /// By what address they sign in.
    pub email: String,
    /// What they can do.
    pub skills: ClerkSkills,
    /// Their presses, in order.
    pub presses: Vec<Press>,
    /// The ends of their calls: when they learnt of each, and why.
    pub endings: Vec<(Instant, CallId, EndReason)>,
    /// When they hung up.
    pub hung_up: Vec<(CallId, Instant)>,
    /// When their browser was without a connection.
    pub gaps: Vec<Gap>,
    /// Their ends of calls.
    pub calls: Vec<CallEnd>,
}

/// A press of "the next person" that brought somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Press {
    /// When they meant to.
    pub planned: Instant,
    /// When they did.
    pub sent: Instant,
    /// When they knew whom it brought.
    pub known: Instant,
    /// Whom.
    pub ticket: TicketId,
    /// To which call, if that was learnt.
    pub call: Option<CallId>,
}

/// One member's end of a call: what their media were like.
#[derive(Debug, Clone)]
pub struct CallEnd {
    /// Which call.
    pub call: CallId,
    /// As whom their packets are stamped.
    pub me: u128,
    /// Their connections, one after the other.
    pub peers: Vec<PeerReport>,
}
