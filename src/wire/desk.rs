//! What a clerk's browser says and is told.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    CallView, ChatView, Device, DocumentsView, EndReason, LiveTextEdit, Mode, Need, OfferKind, ProblemView, Readiness,
    StreamView, UtteranceView, nothing_more,
};
use crate::domain::abuse::{AbuseReason, BlockLength};
use crate::ids::{CallId, ClerkId, DocumentId, DocumentRequestId, MemberId, TicketId};

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
    /// Was lost in a call; may come back, or be called again.
    Dropped,
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
    /// What their check of devices came to, if there was one.
    pub ready: Option<Readiness>,
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
    /// How often they asked for more time, of the present or last invitation.
    pub extensions: u32,
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
        /// Chosen anew by each page that is loaded: a page that comes back after a lost connection needs no leave to
        /// replace its own dead socket.
        #[serde(default)]
        page: Option<String>,
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
    #[serde(deserialize_with = "nothing_more")]
    CallNext,
    /// "Wywołaj" on a row.
    CallTicket {
        /// Which one.
        ticket: TicketId,
    },
    /// Takes the invitation back; the ticket returns to its place.
    #[serde(deserialize_with = "nothing_more")]
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
    /// Turns off what a citizen or their companion lets the others hear or see. Nobody but they may turn it on again.
    TurnOff {
        /// Whose.
        member: MemberId,
        /// What.
        device: Device,
    },
    /// A chat message.
    Chat {
        /// Chosen by the browser.
        id: String,
        /// The text.
        text: String,
    },
    /// Switches live text on or off for the reader's side; the others are told.
    SetLiveText {
        /// To what.
        on: bool,
    },
    /// Letters of live text.
    LiveText(LiveTextEdit),
    /// Waits on for a citizen who was lost in the call.
    #[serde(deserialize_with = "nothing_more")]
    WaitLonger,
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
    /// Asks the other side for a document.
    AskDocument {
        /// What is asked for, in words; 1 to 120 characters.
        name: String,
    },
    /// What was sent for a wish will not do: asks again.
    AskDocumentAgain {
        /// Which wish.
        request: DocumentRequestId,
    },
    /// A wish is no longer one.
    DropDocumentRequest {
        /// Which.
        request: DocumentRequestId,
    },
    /// Ends the call.
    #[serde(deserialize_with = "nothing_more")]
    HangUp,
    /// "Przerwij – nadużycie": breaks the call off at once.
    BreakOff {
        /// Why.
        reason: AbuseReason,
        /// How long the person is kept out of the line; not at all without.
        block: Option<BlockLength>,
    },
    /// More time after the call.
    #[serde(deserialize_with = "nothing_more")]
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
    Elsewhere {
        /// Whether in another window of the same browser: one that belongs to the same login.
        same_login: bool,
        /// Since when.
        since: Timestamp,
    },
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
    /// A line of live text, whole, after each edit; the own ones among them.
    LiveText {
        /// Which call.
        call: CallId,
        /// The line.
        utterance: UtteranceView,
    },
    /// All chat messages and all live text so far.
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
    /// The call is over, or the invitation came to nothing.
    CallEnded {
        /// Which call.
        call: CallId,
        /// Why.
        reason: EndReason,
    },
    /// To managers and administrators only: a clerk of the office broke a call off because of abuse.
    BrokenOff {
        /// When.
        at: Timestamp,
        /// Who, such as `Marek N.`.
        by: String,
        /// Why.
        reason: AbuseReason,
        /// How long the device is kept out of the line; absent if it is not.
        block: Option<BlockLength>,
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
