//! What a citizen's session obeys, and what it tells its socket.

use actix::prelude::*;
use okienko::store::DeviceMark;
use okienko::wire::{CitizenCommand, CitizenFrame};

use crate::error::{ActorError, Refusal};
use crate::{Attached, Claim, SocketId};

/// Ties a socket to the session, which answers with its present state as frames.
#[derive(Message)]
#[rtype(result = "Result<Attached, ActorError>")]
pub struct Attach {
    /// Where frames go. The socket itself has sent `welcome` already.
    pub socket: Recipient<SessionEvent>,
    /// Whether it may replace another socket that is still there.
    pub claim: Claim,
    /// On which device the browser is, if that is known.
    pub mark: Option<DeviceMark>,
}

/// Unties a socket that is gone. Ignored if another one has taken over.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Detach {
    /// Which socket.
    pub socket: SocketId,
}

/// A command of the browser, every one but `hello`. Answered by `ack` or a refusal with the same key.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Obey {
    /// From which socket; one that was replaced is not obeyed.
    pub socket: SocketId,
    /// The idempotency key.
    pub key: String,
    /// The command.
    pub command: CitizenCommand,
}

/// Asks what the launcher's badge shows. `None` if the session has no ticket.
#[derive(Message)]
#[rtype(result = "Option<Glance>")]
pub(crate) struct GetGlance;

/// Ends the session's actor: the server goes down. What is stored stays.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct SignOff;

/// Tells the browser that the server goes down: at once, or as soon as its call is over.
#[derive(Message, Clone, Copy)]
#[rtype(result = "()")]
pub(crate) struct Close {
    /// After how many seconds to reconnect.
    pub(crate) retry_after_s: u32,
}

/// What a session tells its socket.
#[derive(Message, Debug, Clone, PartialEq)]
#[rtype(result = "()")]
pub enum SessionEvent {
    /// A frame for the browser.
    Frame(CitizenFrame),
    /// A refusal, to be said in the reader's language.
    Refused(Refusal),
    /// Another socket has taken the session over.
    Elsewhere,
}

/// A session at a glance, for the launcher's badge on another page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glance {
    /// Where the ticket is: `waiting`, `called`, `deferred`, `missed`, `in-call` or `ended`.
    pub phase: &'static str,
    /// The ticket's number.
    pub number: String,
    /// The place, while waiting.
    pub place: Option<u32>,
    /// Until when the present phase lasts, where it has an end: an invitation, time asked for, a way back.
    pub until: Option<jiff::Timestamp>,
}
