//! What a call's room obeys and announces.

use std::sync::Arc;

use actix::prelude::*;
use jiff::Timestamp;
use okienko::domain::abuse::Abuse;
use okienko::ids::{CallId, MemberId};
use okienko::wire::{
    ChatView, Device, EndReason, LiveTextEdit, MemberView, OfferKind, Phase, Role, StreamView, UtteranceView,
};

use super::Room;
use super::ledger::Ledger;
use crate::env::Env;
use crate::error::ProblemCode;

/// What a room is made from.
#[derive(Clone)]
pub(crate) struct CallSpec {
    pub(crate) env: Env,
    /// Which call.
    pub(crate) call: CallId,
    /// What kind of room.
    pub(crate) purpose: Purpose,
    /// What outlives the room: who is in the call, since when, and what they wrote.
    pub(crate) ledger: Arc<Ledger>,
}

/// What a room is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A call between a citizen and the office.
    Call,
    /// A check of devices: the one member gets the own media back.
    Echo,
}

/// Somebody who is to be in a call.
#[derive(Clone)]
pub(crate) struct Invited {
    pub(crate) member: MemberId,
    pub(crate) role: Role,
    /// The name on their tile.
    pub(crate) name: Option<String>,
    /// Whether they only write: then they are connected while their browser is there, whatever their media do.
    pub(crate) by_text: bool,
    /// Where the room's announcements to them go.
    pub(crate) to: Recipient<RoomEvent>,
}

/// Lets somebody in, or, if they are in already, tells them everything anew at their new address. The first citizen
/// let in has accepted the call.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Admit(pub(crate) Invited);

/// Tells the room who is told of its course from now on.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Adopt {
    pub(crate) owner: Recipient<RoomEvent>,
}

/// A session description from a member's browser.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Signal {
    pub(crate) member: MemberId,
    pub(crate) key: String,
    pub(crate) generation: u32,
    pub(crate) kind: OfferKind,
    pub(crate) sdp: String,
}

/// A chat message.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Say {
    pub(crate) member: MemberId,
    pub(crate) key: String,
    /// Chosen by the sender's browser; a second one with the same id is not a second message.
    pub(crate) id: String,
    pub(crate) text: String,
}

/// A member switches live text on or off.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct SetLiveText {
    pub(crate) member: MemberId,
    pub(crate) key: String,
    pub(crate) on: bool,
}

/// Letters of live text.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct TypeLive {
    pub(crate) member: MemberId,
    pub(crate) key: String,
    pub(crate) typed: LiveTextEdit,
}

/// Which of a member's devices are on.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct SetMedia {
    pub(crate) member: MemberId,
    pub(crate) key: String,
    pub(crate) microphone: bool,
    pub(crate) camera: bool,
}

/// A clerk turns off what another member lets the others hear or see.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct TurnOff {
    /// Who wishes it.
    pub(crate) member: MemberId,
    pub(crate) key: String,
    pub(crate) whose: MemberId,
    pub(crate) device: Device,
}

/// A member turns on again what a clerk turned off for them.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct TurnOn {
    pub(crate) member: MemberId,
    pub(crate) key: String,
    pub(crate) device: Device,
}

/// Whether a member's browser is there.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct SetThere {
    pub(crate) member: MemberId,
    pub(crate) there: bool,
}

/// The clerk waits on for a citizen who was lost.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct WaitLonger {
    pub(crate) member: MemberId,
    pub(crate) key: String,
}

/// A member hangs up. What answers them is the end of the call, once it is stored.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct HangUp {
    pub(crate) member: MemberId,
}

/// A clerk breaks the call off because of abuse. What answers them is the end of the call, once it is stored.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct BreakOff {
    pub(crate) member: MemberId,
    pub(crate) key: String,
    pub(crate) abuse: Abuse,
}

/// The call's end is stored, or there is no call any more: the room goes.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Close;

/// What a room announces: to the members it concerns, and of its course to its owner.
#[derive(Message, Clone)]
#[rtype(result = "()")]
pub(crate) enum RoomEvent {
    /// The room is there, for the first time or again; the member's browser begins a fresh connection.
    Ready { call: CallId, generation: u32, room: Addr<Room>, ledger: Arc<Ledger>, view: Arc<CallState> },
    /// Members, their devices or the phase are others than before.
    Changed { call: CallId, view: Arc<CallState> },
    /// The member's browser is to add sections and to offer again.
    OfferAgain { call: CallId, generation: u32, others: u32 },
    /// The answer to the member's offer.
    Answer { call: CallId, key: String, generation: u32, sdp: String, streams: Vec<StreamView> },
    /// Somebody wrote.
    Said { call: CallId, message: ChatView },
    /// A line of live text is another than before.
    Typed { call: CallId, utterance: UtteranceView },
    /// A member's command was done.
    Done { key: String },
    /// A member's command was not done.
    Refused { key: String, code: ProblemCode },
    /// To the owner: citizen and clerk are connected for the first time.
    Live { call: CallId, at: Timestamp },
    /// To the owner: the call is over and waits for [`Close`].
    Ended { call: CallId, reason: EndReason },
    /// To the owner: the call was broken off by the command with this key, which is an end like the others.
    BrokenOff { call: CallId, key: String, abuse: Abuse },
}

/// A call as all its members see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CallState {
    pub(crate) phase: Phase,
    pub(crate) members: Vec<MemberView>,
    pub(crate) live_at: Option<Timestamp>,
    pub(crate) awaited_until: Option<Timestamp>,
}
