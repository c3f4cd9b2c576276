//! What a clerk's presence obeys, and what it tells its socket.

use actix::prelude::*;
use jiff::Timestamp;
use okienko::ids::LoginId;
use okienko::wire::{DeskCommand, DeskFrame};

use crate::error::{ActorError, Refusal};
use crate::{Attached, Claim, SocketId};

/// Ties a socket to the presence, which answers with its present state as frames.
#[derive(Message)]
#[rtype(result = "Result<Attached, ActorError>")]
pub struct Attach {
    /// Where frames go. The socket itself has sent `welcome` already.
    pub socket: Recipient<PresenceEvent>,
    /// Where the clerk signed in who opened it.
    pub login: LoginId,
    /// Whether it may replace another socket that is still there.
    pub claim: Claim,
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
    pub command: DeskCommand,
}

/// A login of the clerk is over. If it holds the desk, they are off duty once a running call is over, and the socket is
/// closed; a desk that another login holds goes on.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct SignOut {
    /// Which.
    pub(crate) login: LoginId,
    /// Whether the clerk is signed in nowhere else.
    pub(crate) is_last: bool,
}

/// Ends the presence's actor: the server goes down. What is stored stays.
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

/// What a presence tells its socket.
#[derive(Message, Debug, Clone, PartialEq)]
#[rtype(result = "()")]
#[expect(clippy::large_enum_variant, reason = "nearly all of them are frames, and they are moved once")]
pub enum PresenceEvent {
    /// A frame for the browser.
    Frame(DeskFrame),
    /// A refusal, to be said in the reader's language.
    Refused(Refusal),
    /// The desk is in use in another window, or has been taken over there.
    Elsewhere(Holder),
}

/// Which window holds the desk, as it is told to one that does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    /// Whether it belongs to the same login: another window of the same browser.
    pub is_same_login: bool,
    /// Since when it holds the desk.
    pub since: Timestamp,
}
