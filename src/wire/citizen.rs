//! What a citizen's browser says and is told.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    CallView, ChatView, ClerkView, Device, DocumentsView, EndReason, LiveTextEdit, Mode, MoveReason, Need, OfferKind,
    ProblemView, Readiness, StreamView, TicketView, UtteranceView, WaitRange, nothing_more,
};
use crate::ids::{CallId, DocumentId, DocumentRequestId, MatterId, SessionId};

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
        /// Chosen anew by each page that is loaded: a page that comes back after a lost connection needs no leave to
        /// replace its own dead socket.
        #[serde(default)]
        page: Option<String>,
    },
    /// Sent every `beat_s` seconds; says whether the page is in view.
    Beat {
        /// `document.visibilityState` is `visible`.
        visible: bool,
    },
    /// Opens an echo room for the device check.
    #[serde(deserialize_with = "nothing_more")]
    CheckStart,
    /// Closes it.
    #[serde(deserialize_with = "nothing_more")]
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
        /// What the check of devices came to, if there was one.
        #[serde(default)]
        ready: Option<Readiness>,
    },
    /// Accepts the call.
    #[serde(deserialize_with = "nothing_more")]
    Accept,
    /// Asks for more time to accept.
    #[serde(deserialize_with = "nothing_more")]
    MoreTime,
    /// "Jestem": after more time was asked for, says that the person is ready.
    #[serde(deserialize_with = "nothing_more")]
    Here,
    /// After a missed call, goes back to the head of the line.
    #[serde(deserialize_with = "nothing_more")]
    Return,
    /// Leaves the line.
    #[serde(deserialize_with = "nothing_more")]
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
    /// The person turns a device on again that a clerk turned off: only they may.
    TurnOn {
        /// Which.
        device: Device,
    },
    /// A chat message.
    Chat {
        /// Chosen by the browser; 1 to 64 characters.
        id: String,
        /// 1 to [`MAX_CHAT_CHARS`] characters.
        text: String,
    },
    /// Switches live text on or off for the reader's side; the others are told.
    SetLiveText {
        /// To what.
        on: bool,
    },
    /// Letters of live text.
    LiveText(LiveTextEdit),
    /// Begins to send a document; where its bytes go is told by `documents`.
    SendDocument {
        /// Chosen by the browser; 1 to 64 characters.
        id: String,
        /// The file's name.
        name: String,
        /// How large it is.
        size_bytes: u64,
        /// For which wish.
        request: Option<DocumentRequestId>,
    },
    /// Gives up sending a document, or takes it back before anybody has opened it.
    TakeBackDocument {
        /// Which.
        document: DocumentId,
    },
    /// Ends the call.
    #[serde(deserialize_with = "nothing_more")]
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
    /// State: the call was not answered, or the person was lost in it.
    Missed {
        /// The ticket.
        ticket: TicketView,
        /// When the clerk called.
        called_at: Timestamp,
        /// Until when the person may come back to the head of the line.
        return_until: Timestamp,
        /// Whether the person was lost in the call instead of not answering.
        dropped: bool,
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
    /// A line of live text, whole, after each edit; the own ones among them.
    LiveText {
        /// Which call.
        call: CallId,
        /// The line.
        utterance: UtteranceView,
    },
    /// All chat messages and all live text so far, after a reconnect.
    Transcript {
        /// Which call.
        call: CallId,
        /// Oldest first.
        messages: Vec<ChatView>,
        /// All lines of live text in the order they were begun.
        utterances: Vec<UtteranceView>,
    },
    /// State: the documents of a call, also for a while after it. Replaces what was known of that call's documents.
    Documents(DocumentsView),
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
        /// Until when the person cannot join the line again, where the office has decided so.
        #[serde(default)]
        blocked_until: Option<Timestamp>,
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
