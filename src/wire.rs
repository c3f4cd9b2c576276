//! The frames of both sockets, as JSON: what a browser may say and what it is told. `docs/PROTOCOL.md` is the prose.
//!
//! Browser to server: a [`Command`] with an idempotency key; a repeated key is answered again and done once.
//! Server to browser: an [`Envelope`] with a sequence number that rises by one in each socket.
//! Frames that tell a state (`idle`, `waiting`, `called`, …) are complete in themselves: after a reconnect the
//! current one is sent again and nothing else is needed.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

use crate::ids::{CallId, MatterId, MemberId, TicketId};

mod citizen;
mod desk;
mod documents;
mod live_text;
mod readiness;

pub use citizen::{CitizenCommand, CitizenFrame};
pub use desk::{DeskCommand, DeskFrame, DeskView, LineRow, PresenceView, RowState, WishedState};
pub use documents::{
    DocumentKind, DocumentRequestState, DocumentRequestView, DocumentState, DocumentView, DocumentsPhase, DocumentsView,
};
pub use live_text::{LiveTextEdit, UtteranceView};
pub use readiness::{LinkWord, Readiness};

/// The version of this protocol, sent in both hello and welcome. A different one is refused with `version-unknown`.
pub const VERSION: &str = "okienko.v1";

/// The longest idempotency key in characters.
pub const MAX_KEY_CHARS: usize = 64;

/// The longest chat message in characters.
pub const MAX_CHAT_CHARS: usize = 2_000;

/// The longest session description in bytes.
pub const MAX_SDP_BYTES: usize = 64 * 1024;

/// What a server sends: a frame and its place in this socket's sequence, from 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Envelope<F> {
    /// Rises by one with each frame of a socket; a gap means that the browser lost frames and must reconnect.
    pub seq: u64,
    /// The frame itself.
    #[serde(flatten)]
    pub frame: F,
}

/// What a browser sends: a command and the key under which it is done once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Command<C> {
    /// Chosen by the browser, 1 to 64 characters; the same key is never done twice within a session.
    pub key: String,
    /// The command itself.
    #[serde(flatten)]
    pub command: C,
}

/// Reads a command that has no fields. Of an internally tagged variant without any, serde would overlook unknown ones
/// (serde-rs/serde#2294).
fn nothing_more<'de, D: Deserializer<'de>>(rest: D) -> Result<(), D::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}
    Nothing::deserialize(rest).map(|Nothing {}| ())
}

/// How a citizen wants to talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// With camera and microphone (wideo).
    Video,
    /// With microphone only (głos).
    Voice,
    /// By writing only (tekst).
    Text,
    /// In Polish Sign Language (PJM): camera, no microphone needed.
    Sign,
}

/// What a citizen needs besides the matter itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// An interpreter of Polish Sign Language.
    SignLanguage,
    /// Text letter by letter while talking.
    LiveText,
    /// More time than usual.
    MoreTime,
}

/// What a member of a call is there as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The person who came with a matter.
    Citizen,
    /// The clerk who called.
    Clerk,
    /// A sign-language or other interpreter.
    Interpreter,
    /// Somebody whom the citizen brought along.
    Companion,
    /// A manager who joined.
    Supervisor,
}

/// Why a place in the queue is another than before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MoveReason {
    /// Somebody ahead was called.
    Called,
    /// Somebody ahead left.
    Left,
    /// A person with a booked visit is now ahead.
    VisitAhead,
    /// A person who has waited for thirty minutes takes their turn before the reader's visit.
    LongWaitAhead,
    /// The reader has waited for thirty minutes, and takes turns with visits.
    LongWaitTurn,
    /// A person whose call broke off, or who was called before, is ahead again.
    ReturnedAhead,
    /// Clerks came on or off duty.
    ClerksChanged,
}

/// Where a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Members are being connected; no picture has arrived yet.
    Connecting,
    /// Citizen and clerk are connected.
    Live,
    /// One of them lost the connection and is awaited.
    Reconnecting,
}

/// Why a call or a ticket came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndReason {
    /// The citizen ended the call.
    CitizenHungUp,
    /// The clerk ended the call.
    ClerkHungUp,
    /// The citizen did not accept in time.
    NotAccepted,
    /// The citizen asked for more time than the clerk waits. Ends an invitation only, never a ticket.
    Deferred,
    /// The citizen was lost and did not come back in time.
    CitizenLost,
    /// The clerk was lost and did not come back in time.
    ClerkLost,
    /// The call failed again and again.
    Failed,
    /// The citizen left the queue.
    Left,
    /// The citizen was away too long; the place lapsed.
    Lapsed,
    /// The office closed the queue.
    ClosedByOffice,
    /// The clerk broke the call off because of abuse. The word says nothing of that: citizens' browsers are told it too.
    BrokenOff,
}

/// How long one may expect to wait, in whole minutes: [`WaitRange::NONE`], or 1 and more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitRange {
    /// At the best.
    pub from_min: u32,
    /// At the worst, `from_min` or more.
    pub to_min: u32,
}

impl WaitRange {
    /// A clerk is free: there is no wait.
    pub const NONE: Self = Self { from_min: 0, to_min: 0 };
}

/// A ticket as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketView {
    /// Which ticket.
    pub id: TicketId,
    /// The number in the queue, such as `A 027`.
    pub number: String,
    /// The matter's id.
    pub matter: MatterId,
    /// The matter's name in the ticket's language.
    pub matter_name: String,
    /// How the citizen wants to talk.
    pub mode: Mode,
    /// When the citizen joined the line.
    pub joined_at: Timestamp,
}

/// The clerk as a citizen sees them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClerkView {
    /// First name and initial, such as `Anna K.`.
    pub name: String,
    /// The desk, such as `Stanowisko 4`; absent where an office has none.
    pub desk: Option<String>,
}

/// What a member of a call lets the others hear or see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Device {
    /// Their microphone.
    Microphone,
    /// Their camera.
    Camera,
    /// Their shared screen.
    Screen,
}

impl Device {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Microphone, Self::Camera, Self::Screen];
}

/// One member of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberView {
    /// Which member.
    pub member: MemberId,
    /// What they are there as.
    pub role: Role,
    /// The name shown on their tile; absent for a citizen who gave none.
    pub name: Option<String>,
    /// Whether their microphone is on.
    pub microphone: bool,
    /// Whether their camera is on.
    pub camera: bool,
    /// Whether they share their screen.
    pub screen: bool,
    /// Whether their media are connected at this moment.
    pub connected: bool,
    /// Whether the others' pictures are sent to them: not while their link is too slow for any. Sound goes on.
    pub sees: bool,
    /// What a clerk turned off for them and they have not turned on again since.
    #[serde(default)]
    pub turned_off: Vec<Device>,
    /// Whether they switched live text on.
    #[serde(default)]
    pub live_text: bool,
}

/// A call as one of its members sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallView {
    /// Which call.
    pub call: CallId,
    /// Which of the members the reader is.
    pub me: MemberId,
    /// Where the call is.
    pub phase: Phase,
    /// All members in the order they came, the reader among them.
    pub members: Vec<MemberView>,
    /// When citizen and clerk were first connected.
    pub live_at: Option<Timestamp>,
    /// While reconnecting: until when the lost member is awaited; absent once that is over and the clerk is asked
    /// whether to wait on.
    pub awaited_until: Option<Timestamp>,
}

/// Which sections of the reader's own connection carry one other member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamView {
    /// Whose media.
    pub member: MemberId,
    /// The `mid` of their voice (RFC 8843 §7).
    pub audio: Option<String>,
    /// The `mid` of their camera.
    pub camera: Option<String>,
    /// The `mid` of their screen.
    pub screen: Option<String>,
}

/// One chat message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatView {
    /// Chosen by the sender's browser, so that a message sent twice is shown once.
    pub id: String,
    /// Who wrote it.
    pub member: MemberId,
    /// What they are there as.
    pub role: Role,
    /// When the server took it.
    pub at: Timestamp,
    /// The text, plain.
    pub text: String,
}

/// Whether an offer begins a connection or changes a running one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OfferKind {
    /// The first offer of a new `RTCPeerConnection`.
    Fresh,
    /// A further offer of the same one: a restart of ICE, a screen, more members.
    Again,
}

/// A refusal or failure, as RFC 9457 has it, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemView {
    /// A stable word; `docs/ERRORS.md` lists them.
    pub code: String,
    /// What happened, one sentence.
    pub title: String,
    /// What is kept and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The key of the command that is refused, if one is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Whether the socket is closed after this.
    pub fatal: bool,
    /// When to try again, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u32>,
    /// Of `blocked`: until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}
