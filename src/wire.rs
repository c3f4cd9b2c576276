//! The frames of both sockets, as JSON: what a browser may say and what it is told. `docs/PROTOCOL.md` is the prose.
//!
//! Browser to server: a [`Command`] with an idempotency key; a repeated key is answered again and done once.
//! Server to browser: an [`Envelope`] with a sequence number that rises by one in each socket.
//! Frames that tell a state (`idle`, `waiting`, `called`, …) are complete in themselves: after a reconnect the
//! current one is sent again and nothing else is needed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{CallId, ClerkId, MatterId, MemberId, SessionId, TicketId};

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
}

/// How long one may expect to wait, in whole minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitRange {
    /// At the best, 1 or more.
    pub from_min: u32,
    /// At the worst, `from_min` or more.
    pub to_min: u32,
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
    /// While reconnecting: until when the lost member is awaited.
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
}

/// What a citizen's browser says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum CitizenCommand {
    /// The first frame of a socket.
    Hello {
        /// [`VERSION`].
        version: String,
        /// The session's token, where the cookie could not be kept.
        token: Option<String>,
        /// Whether to take the session over from another tab.
        take_over: bool,
    },
    /// Sent every `beat_s` seconds; says whether the page is in view.
    Beat {
        /// `document.visibilityState` is `visible`.
        visible: bool,
    },
    /// Opens an echo room for the device check.
    CheckStart,
    /// Closes it.
    CheckStop,
    /// Joins the line.
    Join {
        /// With which matter.
        matter: MatterId,
        /// How to talk.
        mode: Mode,
        /// What else is needed.
        needs: Vec<Need>,
        /// The language to be served in, such as `pl`.
        language: String,
        /// How the clerk may address the person; 60 characters at most.
        name: Option<String>,
        /// The version of the data notice that was shown.
        notice: String,
    },
    /// Accepts the call.
    Accept,
    /// Asks for more time to accept.
    MoreTime,
    /// "Jestem": after more time was asked for, says that the person is ready.
    Here,
    /// After a missed call, goes back to the head of the line.
    Return,
    /// Leaves the line.
    Leave,
    /// A session description from the browser's `RTCPeerConnection`.
    Offer {
        /// For which call, or the echo room's.
        call: CallId,
        /// Of which generation of the room.
        generation: u32,
        /// Whether the connection is new.
        kind: OfferKind,
        /// The description (RFC 8866), with all candidates in it.
        sdp: String,
    },
    /// Says which of the own devices are on.
    Media {
        /// Microphone.
        microphone: bool,
        /// Camera.
        camera: bool,
    },
    /// A chat message.
    Chat {
        /// Chosen by the browser; 1 to 64 characters.
        id: String,
        /// 1 to [`MAX_CHAT_CHARS`] characters.
        text: String,
    },
    /// Ends the call.
    HangUp,
}

/// What a citizen's browser is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum CitizenFrame {
    /// Answers hello.
    Welcome {
        /// [`VERSION`].
        version: String,
        /// Which session; for the logs of support, not a secret and not a key.
        session: SessionId,
        /// The server's clock, so that the browser's need not be right.
        now: Timestamp,
        /// How often the browser sends `beat`, in seconds.
        beat_s: u32,
    },
    /// The session is in use in another tab; hello with `take_over` moves it here.
    Elsewhere,
    /// State: no ticket yet.
    Idle,
    /// The echo room is ready for an offer.
    CheckReady {
        /// The echo room's call.
        call: CallId,
        /// Its generation.
        generation: u32,
    },
    /// State: waiting in the line.
    Waiting {
        /// The ticket.
        ticket: TicketView,
        /// The place, from 1.
        place: u32,
        /// How many are ahead: `place - 1`.
        ahead: u32,
        /// The expected wait; absent while nobody on duty could serve this ticket.
        wait: Option<WaitRange>,
        /// How many clerks on duty could serve this ticket.
        receiving: u32,
        /// Why the place is another than before; absent when it is the same.
        reason: Option<MoveReason>,
        /// How long the place is kept for somebody away, in seconds.
        kept_s: u32,
    },
    /// State: a clerk invites.
    Called {
        /// The ticket.
        ticket: TicketView,
        /// The call.
        call: CallId,
        /// Who invites.
        clerk: ClerkView,
        /// Until when to accept.
        deadline: Timestamp,
        /// How long one extension is, in seconds.
        extension_s: u32,
        /// How many extensions are left.
        extensions_left: u32,
    },
    /// State: more time was asked for; the clerk serves somebody else meanwhile, the place at the head is kept.
    Deferred {
        /// The ticket.
        ticket: TicketView,
        /// Until when "Jestem" must be pressed.
        until: Timestamp,
        /// How many extensions are left.
        extensions_left: u32,
    },
    /// State: the call was not answered.
    Missed {
        /// The ticket.
        ticket: TicketView,
        /// When the clerk called.
        called_at: Timestamp,
        /// Until when the person may come back to the head of the line.
        return_until: Timestamp,
    },
    /// State: in the call.
    InCall {
        /// The ticket.
        ticket: TicketView,
        /// The call.
        #[serde(flatten)]
        view: CallView,
    },
    /// The Room is ready: make a new `RTCPeerConnection` and send a fresh offer.
    RoomReady {
        /// Which call.
        call: CallId,
        /// Rises each time the Room had to start anew.
        generation: u32,
    },
    /// More members are there: add receive-only sections for each beyond the first other one and offer again.
    OfferAgain {
        /// Which call.
        call: CallId,
        /// Of which generation.
        generation: u32,
        /// How many other members there are.
        others: u32,
    },
    /// The answer to an offer.
    Answer {
        /// Which call.
        call: CallId,
        /// Of which generation.
        generation: u32,
        /// The description, with all candidates in it.
        sdp: String,
        /// Who is carried by which sections.
        streams: Vec<StreamView>,
    },
    /// A chat message, the own ones among them.
    Chat {
        /// Which call.
        call: CallId,
        /// The message.
        message: ChatView,
    },
    /// All chat messages so far, after a reconnect.
    Transcript {
        /// Which call.
        call: CallId,
        /// Oldest first.
        messages: Vec<ChatView>,
    },
    /// State: it is over.
    Ended {
        /// The ticket.
        ticket: TicketView,
        /// Why.
        reason: EndReason,
        /// When the call was live; absent if it never was.
        live_at: Option<Timestamp>,
        /// When it ended.
        ended_at: Timestamp,
    },
    /// The command with this key was done.
    Ack {
        /// The command's key.
        key: String,
    },
    /// Something was refused or failed.
    Problem(ProblemView),
    /// Answers `beat`.
    Beat {
        /// The server's clock.
        now: Timestamp,
    },
    /// The server goes down for a moment; reconnect after a while.
    Closing {
        /// After how many seconds.
        retry_after_s: u32,
    },
}

/// What a clerk may set their own state to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WishedState {
    /// Przyjmuję.
    Receiving,
    /// Przerwa.
    Break,
    /// Nie przyjmuję.
    Off,
}

/// What state a clerk is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PresenceView {
    /// Przyjmuję.
    Receiving,
    /// Invited somebody, who has not accepted yet.
    Calling,
    /// W rozmowie.
    InCall,
    /// Po rozmowie.
    AfterCall,
    /// Przerwa.
    Break,
    /// Nie przyjmuję.
    Off,
}

/// What state a row of the line is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowState {
    /// Waiting, at the window.
    Waiting,
    /// Waiting, but not reachable; the place is kept.
    Away,
    /// Invited by a clerk.
    Called,
    /// Asked for more time; not to be called until they say "Jestem".
    Deferred,
    /// Did not answer; may be called again.
    Missed,
}

/// One row of the line as a clerk sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineRow {
    /// Which ticket.
    pub ticket: TicketId,
    /// The number in the queue.
    pub number: String,
    /// The matter's name in the clerk's language.
    pub matter_name: String,
    /// How the person wants to talk.
    pub mode: Mode,
    /// What else they need.
    pub needs: Vec<Need>,
    /// The language to serve them in.
    pub language: String,
    /// How they may be addressed.
    pub name: Option<String>,
    /// Since when they wait.
    pub joined_at: Timestamp,
    /// The visit's time, if they booked one.
    pub visit_at: Option<Timestamp>,
    /// What state they are in.
    pub state: RowState,
    /// Since when.
    pub since: Timestamp,
    /// Until when this state lasts: a place kept, an invitation, time asked for.
    pub until: Option<Timestamp>,
    /// Who invited them.
    pub called_by: Option<String>,
    /// Whether this clerk may serve them.
    pub mine: bool,
    /// Whether "Wywołaj następną osobę" would take this one.
    pub next: bool,
}

/// A clerk's own record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskView {
    /// Which clerk.
    pub clerk: ClerkId,
    /// Full name.
    pub name: String,
    /// The desk.
    pub desk: Option<String>,
}

/// What a clerk's browser says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum DeskCommand {
    /// The first frame of a socket.
    Hello {
        /// [`VERSION`].
        version: String,
        /// Whether to take the desk over from another tab or computer.
        take_over: bool,
    },
    /// Sent every `beat_s` seconds.
    Beat {
        /// `document.visibilityState` is `visible`.
        visible: bool,
    },
    /// Switches the own state; during a call it takes effect after it.
    SetState {
        /// To what.
        state: WishedState,
    },
    /// "Wywołaj następną osobę".
    CallNext,
    /// "Wywołaj" on a row.
    CallTicket {
        /// Which one.
        ticket: TicketId,
    },
    /// Takes the invitation back; the ticket returns to its place.
    CancelCall,
    /// A session description.
    Offer {
        /// For which call.
        call: CallId,
        /// Of which generation of the room.
        generation: u32,
        /// Whether the connection is new.
        kind: OfferKind,
        /// The description.
        sdp: String,
    },
    /// Says which of the own devices are on.
    Media {
        /// Microphone.
        microphone: bool,
        /// Camera.
        camera: bool,
    },
    /// A chat message.
    Chat {
        /// Chosen by the browser.
        id: String,
        /// The text.
        text: String,
    },
    /// Ends the call.
    HangUp,
    /// More time after the call.
    MoreWrapUp,
    /// Ends the time after the call.
    FinishWrapUp {
        /// What state to go on in.
        next: WishedState,
    },
}

/// What a clerk's browser is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum DeskFrame {
    /// Answers hello.
    Welcome {
        /// [`VERSION`].
        version: String,
        /// Who is signed in.
        desk: DeskView,
        /// The server's clock.
        now: Timestamp,
        /// How often the browser sends `beat`, in seconds.
        beat_s: u32,
    },
    /// The desk is in use elsewhere; hello with `take_over` moves it here.
    Elsewhere,
    /// State: the clerk's own.
    Presence {
        /// Which.
        state: PresenceView,
        /// Since when.
        since: Timestamp,
        /// Until when: an invitation's deadline, the end of the time after a call.
        until: Option<Timestamp>,
        /// What the clerk asked to switch to after the call.
        wished: WishedState,
        /// The ticket being invited or served, or just served.
        ticket: Option<LineRow>,
    },
    /// State: the line, in the order of its rule. At most 100 rows.
    Line {
        /// When it was so.
        at: Timestamp,
        /// How many wait in all.
        waiting: u32,
        /// The first rows.
        rows: Vec<LineRow>,
    },
    /// Somebody else was faster.
    Taken {
        /// Which ticket.
        ticket: TicketId,
        /// Its number.
        number: String,
        /// Who has it, such as `Marek N.`.
        by: String,
    },
    /// State: in a call.
    InCall {
        /// The call.
        #[serde(flatten)]
        view: CallView,
    },
    /// The Room is ready: make a new `RTCPeerConnection` and send a fresh offer.
    RoomReady {
        /// Which call.
        call: CallId,
        /// Its generation.
        generation: u32,
    },
    /// More members are there: offer again with more sections.
    OfferAgain {
        /// Which call.
        call: CallId,
        /// Of which generation.
        generation: u32,
        /// How many other members there are.
        others: u32,
    },
    /// The answer to an offer.
    Answer {
        /// Which call.
        call: CallId,
        /// Of which generation.
        generation: u32,
        /// The description.
        sdp: String,
        /// Who is carried by which sections.
        streams: Vec<StreamView>,
    },
    /// A chat message.
    Chat {
        /// Which call.
        call: CallId,
        /// The message.
        message: ChatView,
    },
    /// All chat messages so far.
    Transcript {
        /// Which call.
        call: CallId,
        /// Oldest first.
        messages: Vec<ChatView>,
    },
    /// The call is over, or the invitation came to nothing.
    CallEnded {
        /// Which call.
        call: CallId,
        /// Why.
        reason: EndReason,
    },
    /// The command with this key was done.
    Ack {
        /// The command's key.
        key: String,
    },
    /// Something was refused or failed.
    Problem(ProblemView),
    /// Answers `beat`.
    Beat {
        /// The server's clock.
        now: Timestamp,
    },
    /// The server goes down for a moment.
    Closing {
        /// After how many seconds to reconnect.
        retry_after_s: u32,
    },
}
