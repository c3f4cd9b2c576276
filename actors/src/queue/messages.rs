//! What a line obeys and announces.

use std::sync::Arc;

use actix::prelude::*;
use jiff::Timestamp;
use okienko::domain::abuse::Abuse;
use okienko::domain::line::Placed;
use okienko::domain::presence::Presence;
use okienko::domain::ticket::Wish;
use okienko::ids::{CallId, ClerkId, MatterId, MemberId, OfficeId, SessionId, SiteId, TicketId};
use okienko::store::DeviceMark;
use okienko::wire::{ClerkView, EndReason, LineRow, MoveReason, Readiness, TicketView, WaitRange, WishedState};

use super::Queue;
use super::roll::Roll;
use crate::env::Env;
use crate::error::{ActorError, ProblemCode};
use crate::lookup::Last;
use crate::room::Room;
use crate::supervision::Branch;

/// What a line is made from.
#[derive(Clone)]
pub(crate) struct LineSpec {
    pub(crate) env: Env,
    pub(crate) office: OfficeId,
    /// Who works with this line, and its rooms: what outlives the actor.
    pub(crate) roll: Arc<Roll>,
    pub(crate) rooms: Addr<Branch<Room>>,
}

/// A session introduces itself, at its start and whenever the line started anew. Answered by [`LineEvent::Standing`].
/// It has put itself on the [`Roll`] before.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Enter {
    pub(crate) session: SessionId,
    /// Whether its browser is there.
    pub(crate) reachable: bool,
    /// The last ticket as the session knows it from its records, if it ended a short while ago.
    pub(crate) last: Option<Box<Last>>,
}

/// Somebody joins the line.
#[derive(Message, Clone)]
#[rtype(result = "()")]
pub(crate) struct JoinLine {
    pub(crate) session: SessionId,
    pub(crate) site: SiteId,
    pub(crate) key: String,
    pub(crate) wish: Wish,
    pub(crate) name: Option<String>,
    pub(crate) notice: String,
    pub(crate) ready: Option<Readiness>,
    /// On which device, if that is known.
    pub(crate) mark: Option<DeviceMark>,
}

/// What somebody with a ticket asks for.
#[derive(Message, Clone)]
#[rtype(result = "()")]
pub(crate) struct CitizenAsks {
    pub(crate) session: SessionId,
    pub(crate) key: String,
    pub(crate) wants: CitizenWants,
    /// On which device, if that is known.
    pub(crate) mark: Option<DeviceMark>,
}

/// See [`CitizenAsks`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CitizenWants {
    /// To accept the call.
    Accept,
    /// More time to accept.
    MoreTime,
    /// "Jestem".
    Here,
    /// Back to the line after a missed call.
    Return,
    /// Out of the line.
    Leave,
}

/// A session's browser went away, or came back.
#[derive(Message, Clone, Copy)]
#[rtype(result = "()")]
pub(crate) struct SetReachable {
    pub(crate) session: SessionId,
    pub(crate) reachable: bool,
}

/// A clerk's presence introduces itself, at its start and whenever the line started anew. Answered by
/// [`DeskEvent::Standing`]. It has put itself on the [`Roll`] before.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct TakeDesk {
    pub(crate) clerk: ClerkId,
}

/// What a clerk asks for, or what happened to their connection.
#[derive(Message, Clone)]
#[rtype(result = "()")]
pub(crate) struct ClerkAsks {
    pub(crate) clerk: ClerkId,
    /// None where it is no command of the browser.
    pub(crate) key: Option<String>,
    pub(crate) wants: ClerkWants,
}

/// See [`ClerkAsks`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClerkWants {
    /// To sign in: to be known to the line at all.
    SignIn,
    /// To call the next one by the order rule.
    CallNext,
    /// To call this one.
    CallTicket(TicketId),
    /// To take the invitation back.
    CancelCall,
    /// To switch the own state.
    SetState(WishedState),
    /// More time after the call.
    MoreWrapUp,
    /// To end the time after the call.
    FinishWrapUp(WishedState),
    /// To have broken a call off that is over: true only of a command that was done.
    HaveBrokenOff,
    /// To sign out.
    SignOut,
    /// The browser cannot be reached any more.
    BeLost,
    /// The browser is there again.
    BeBack,
}

/// Asks for the line as everybody may see it.
#[derive(Message)]
#[rtype(result = "Result<Arc<LineOverview>, ActorError>")]
pub(crate) struct GetOverview;

/// Reads the office's matters and staff anew: somebody changed them.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct ReadBook;

/// Writes what is waiting and goes: the server goes down.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Rest;

/// What a line announces to a session.
#[derive(Message, Clone)]
#[rtype(result = "()")]
pub(crate) enum LineEvent {
    /// The line is there, for the first time or again: introduce yourself.
    Ready { queue: Addr<Queue> },
    /// Where the session's ticket is, complete.
    Standing(Standing),
    /// The place, or what is expected of the wait, has changed.
    Moved { placed: Placed, reason: Option<MoveReason> },
    /// A command was done.
    Done { key: String },
    /// A command was not done.
    Refused { key: String, code: ProblemCode },
    /// The line failed again and again and is given up.
    Unavailable,
}

/// Where a session's ticket is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Standing {
    /// There is none.
    None,
    /// In the line.
    Waiting { ticket: Arc<TicketView>, placed: Placed },
    /// Invited.
    Called { ticket: Arc<TicketView>, call: CallId, clerk: ClerkView, deadline: Timestamp, extensions_left: u32 },
    /// Asked for more time.
    Deferred { ticket: Arc<TicketView>, until: Timestamp, extensions_left: u32 },
    /// Did not answer, or was lost in a call.
    Missed { ticket: Arc<TicketView>, called_at: Timestamp, return_until: Timestamp, dropped: bool },
    /// In a call, as this member. The room tells the rest.
    InCall { ticket: Arc<TicketView>, call: CallId, member: MemberId },
    /// Over.
    Ended {
        ticket: Arc<TicketView>,
        reason: EndReason,
        live_at: Option<Timestamp>,
        ended_at: Timestamp,
        blocked_until: Option<Timestamp>,
    },
}

/// What a line announces to a clerk's presence.
#[derive(Message, Clone)]
#[rtype(result = "()")]
pub(crate) enum DeskEvent {
    /// The line is there, for the first time or again: introduce yourself.
    Ready { queue: Addr<Queue> },
    /// The clerk's presence, complete, with whom they invite, serve or just served.
    Standing { presence: Presence, ticket: Option<Box<LineRow>>, member: Option<MemberId> },
    /// The line as this clerk sees it.
    Line { at: Timestamp, waiting: u32, rows: Vec<LineRow> },
    /// Another clerk was faster.
    Taken { ticket: TicketId, number: String, by: String },
    /// To managers: a clerk broke a call off.
    BrokenOff { at: Timestamp, by: String, abuse: Abuse },
    /// A call or an invitation of this clerk is over.
    CallOver { call: CallId, reason: EndReason },
    /// A command was done.
    Done { key: String },
    /// A command was not done.
    Refused { key: String, code: ProblemCode },
    /// The line failed again and again and is given up.
    Unavailable,
}

/// Whether a matter's line takes somebody now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// It does.
    Open,
    /// Outside the opening hours.
    Closed,
    /// Open, but a newcomer's turn would come after closing time.
    TooLate,
    /// As many wait as the office can serve.
    Full,
    /// No clerk who serves this matter is on duty.
    NobodyOnDuty,
}

/// One matter's part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatterOverview {
    /// Which.
    pub matter: MatterId,
    /// Whether somebody may join now, in one of [`MatterOverview::languages`].
    pub admission: Admission,
    /// When it closes, if it is open and closes at all within two weeks.
    pub closes_at: Option<Timestamp>,
    /// When it opens next, if it is closed or too late to join, and opens within two weeks.
    pub opens_at: Option<Timestamp>,
    /// How many clerks on duty serve it, in whichever language.
    pub receiving: u32,
    /// The languages these speak, sorted.
    pub languages: Vec<String>,
    /// Whether one of them signs.
    pub sign: bool,
    /// How many wait with it.
    pub waiting: u32,
    /// How long a newcomer may expect to wait; absent where nobody could serve them.
    pub wait: Option<WaitRange>,
}

/// An office's line, as everybody may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineOverview {
    /// Of which office.
    pub office: OfficeId,
    /// When it was so.
    pub at: Timestamp,
    /// How many wait.
    pub waiting: u32,
    /// How many clerks with a matter are on duty: receiving, calling, in a call or after one.
    pub receiving: u32,
    /// Its matters in their order.
    pub matters: Vec<MatterOverview>,
}
