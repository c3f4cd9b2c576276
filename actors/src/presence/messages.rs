//! What a clerk's presence obeys, and what it tells its socket.

use actix::prelude::*;
use okienko::wire::{DeskCommand, DeskFrame};

use crate::error::{ActorError, Refusal};
use crate::{Attached, Claim, SocketId};

/// Ties a socket to the presence, which answers with its present state as frames.
#[derive(Message)]
#[rtype(result = "Result<Attached, ActorError>")]
pub struct Attach {
    /// Where frames go. The socket itself has sent `welcome` already.
    pub socket: Recipient<PresenceEvent>,
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

/// The clerk signed out everywhere: once a running call is over, they are off duty and the socket is closed.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct SignOut;

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
    /// Another socket has taken the desk over.
    Replaced,
}
