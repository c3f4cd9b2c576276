//! What actors refuse and what can fail between them; the edge turns both into sentences.

use actix::MailboxError;
use jiff::Timestamp;
use okienko::domain::documents::DocumentFault;

/// Why something could not be asked of an actor.
#[derive(Debug, thiserror::Error)]
pub enum ActorError {
    /// There is no such record.
    #[error("there is no such record")]
    NotFound,
    /// The actor is gone, or goes down with the server.
    #[error("the actor is gone")]
    Closed,
    /// The actor did not answer in time.
    #[error("the actor did not answer in time")]
    Busy,
    /// The child failed again and again and was given up.
    #[error("the actor failed too often and was given up")]
    GivenUp,
    /// The store did not do it.
    #[error("the store failed: {0}")]
    Store(String),
    /// The media layer could not be started.
    #[error("the media layer failed: {0}")]
    Media(#[from] crate::media::MediaError),
}

impl ActorError {
    /// The word for this failure towards a browser.
    #[must_use]
    pub const fn code(&self) -> ProblemCode {
        match self {
            Self::NotFound => ProblemCode::SessionUnknown,
            Self::Closed | Self::GivenUp => ProblemCode::LineUnavailable,
            Self::Busy => ProblemCode::Busy,
            Self::Store(_) => ProblemCode::StoreUnavailable,
            Self::Media(_) => ProblemCode::MediaFailed,
        }
    }
}

impl From<MailboxError> for ActorError {
    fn from(error: MailboxError) -> Self {
        match error {
            MailboxError::Closed => Self::Closed,
            MailboxError::Timeout => Self::Busy,
        }
    }
}

/// A refusal on its way to a browser. The socket says it in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The key of the command that is refused, if one is.
    pub key: Option<String>,
    /// What happened.
    pub code: ProblemCode,
    /// Whether the socket is to be closed.
    pub fatal: bool,
    /// When to try again, in seconds.
    pub retry_after_s: Option<u32>,
}

impl Refusal {
    /// Refuses the command with this key; the socket stays.
    #[must_use]
    pub fn of(key: impl Into<String>, code: ProblemCode) -> Self {
        Self { key: Some(key.into()), code, fatal: false, retry_after_s: code.retry_after_s() }
    }

    /// Says what happened by itself, without a command; the socket stays.
    #[must_use]
    pub const fn notice(code: ProblemCode) -> Self {
        Self { key: None, code, fatal: false, retry_after_s: code.retry_after_s() }
    }

    /// Says what happened and closes the socket.
    #[must_use]
    pub const fn fatal(code: ProblemCode) -> Self {
        Self { key: None, code, fatal: true, retry_after_s: code.retry_after_s() }
    }
}

/// Everything that a browser can be told went wrong, over a socket or by HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProblemCode {
    /// Too much at once; the same again in a moment will do.
    Busy,
    /// The matter is outside its opening hours.
    LineClosed,
    /// As many wait as the office can serve today.
    LineFull,
    /// It is too late today: the line would not get so far before closing time.
    TooLate,
    /// No clerk who could serve this wish is on duty.
    NobodyOnDuty,
    /// There is no such matter at this office.
    MatterUnknown,
    /// This device may not join the line for a while: a call with it was broken off.
    Blocked {
        /// Until when.
        until: Timestamp,
    },
    /// The data notice that was shown is not the one in force, or was never published.
    NoticeOutdated,
    /// Another clerk has the ticket.
    TicketTaken,
    /// The ticket is over, or was never there.
    TicketGone,
    /// This clerk does not serve the ticket's matter, language or sign language.
    NotMine,
    /// Nobody waits whom this clerk could call.
    NobodyWaits,
    /// The ticket asked for more time and is not to be called before "Jestem".
    TicketDeferred,
    /// There is no call, or it is another one.
    NotInCall,
    /// The command does not fit the present state.
    WrongState,
    /// The invitation was over before it was accepted.
    InvitationOver,
    /// No more extensions are left.
    NoMoreTime,
    /// The line failed again and again and is closed for now.
    LineUnavailable,
    /// The database did not answer; nothing was changed.
    StoreUnavailable,
    /// The session description is not one that can be answered.
    BadOffer,
    /// Voice and picture failed on the server's side.
    MediaFailed,
    /// The offer was for an earlier generation of the room; wait for `room-ready`.
    OfferOutdated,
    /// A chat message or name is longer than allowed, or empty.
    MessageTooLong,
    /// The call has as many messages as are kept.
    TranscriptFull,
    /// The server lost the thread of this session; reconnect and everything is there again.
    Interrupted,
    /// No session is known under this token.
    SessionUnknown,
    /// The page does not come from an address that may use this server.
    OriginNotAllowed,
    /// Too many commands in a short time.
    TooManyCommands,
    /// As many sockets are open from this address as one may have.
    TooManySockets,
    /// As many sockets are open as the server takes.
    SocketsFull,
    /// The frame is not one of this protocol.
    FrameUnknown,
    /// The protocol's version is not this server's.
    VersionUnknown,
    /// Nothing was said in time.
    HelloMissing,
    /// A member of staff must sign in first.
    LoginRequired,
    /// The member of staff was signed out.
    SignedOut,
    /// A document, or a wish about one, is refused.
    Document(DocumentFault),
}

impl ProblemCode {
    /// All of them, in the order of `docs/ERRORS.md`.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::PLAIN.into_iter().chain(DocumentFault::ALL.into_iter().map(Self::Document))
    }

    /// All that are not about documents.
    const PLAIN: [Self; 35] = [
        Self::Busy,
        Self::LineClosed,
        Self::LineFull,
        Self::TooLate,
        Self::NobodyOnDuty,
        Self::MatterUnknown,
        Self::Blocked { until: Timestamp::UNIX_EPOCH },
        Self::NoticeOutdated,
        Self::TicketTaken,
        Self::TicketGone,
        Self::NotMine,
        Self::NobodyWaits,
        Self::TicketDeferred,
        Self::NotInCall,
        Self::WrongState,
        Self::InvitationOver,
        Self::NoMoreTime,
        Self::LineUnavailable,
        Self::StoreUnavailable,
        Self::BadOffer,
        Self::MediaFailed,
        Self::OfferOutdated,
        Self::MessageTooLong,
        Self::TranscriptFull,
        Self::Interrupted,
        Self::SessionUnknown,
        Self::OriginNotAllowed,
        Self::TooManyCommands,
        Self::TooManySockets,
        Self::SocketsFull,
        Self::FrameUnknown,
        Self::VersionUnknown,
        Self::HelloMissing,
        Self::LoginRequired,
        Self::SignedOut,
    ];

    /// The stable word, as in frames and problem documents.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::LineClosed => "line-closed",
            Self::LineFull => "line-full",
            Self::TooLate => "too-late",
            Self::NobodyOnDuty => "nobody-on-duty",
            Self::MatterUnknown => "matter-unknown",
            Self::Blocked { .. } => "blocked",
            Self::NoticeOutdated => "notice-outdated",
            Self::TicketTaken => "ticket-taken",
            Self::TicketGone => "ticket-gone",
            Self::NotMine => "not-mine",
            Self::NobodyWaits => "nobody-waits",
            Self::TicketDeferred => "ticket-deferred",
            Self::NotInCall => "not-in-call",
            Self::WrongState => "wrong-state",
            Self::InvitationOver => "invitation-over",
            Self::NoMoreTime => "no-more-time",
            Self::LineUnavailable => "line-unavailable",
            Self::StoreUnavailable => "store-unavailable",
            Self::BadOffer => "bad-offer",
            Self::MediaFailed => "media-failed",
            Self::OfferOutdated => "offer-outdated",
            Self::MessageTooLong => "message-too-long",
            Self::TranscriptFull => "transcript-full",
            Self::Interrupted => "interrupted",
            Self::SessionUnknown => "session-unknown",
            Self::OriginNotAllowed => "origin-not-allowed",
            Self::TooManyCommands => "too-many-commands",
            Self::TooManySockets => "too-many-sockets",
            Self::SocketsFull => "sockets-full",
            Self::FrameUnknown => "frame-unknown",
            Self::VersionUnknown => "version-unknown",
            Self::HelloMissing => "hello-missing",
            Self::LoginRequired => "login-required",
            Self::SignedOut => "signed-out",
            Self::Document(fault) => fault.word(),
        }
    }

    /// Until when it holds, where that is a moment to be told.
    #[must_use]
    pub const fn until(self) -> Option<Timestamp> {
        match self {
            Self::Blocked { until } => Some(until),
            _ => None,
        }
    }

    /// After how many seconds the same may be tried again, where waiting helps.
    #[must_use]
    pub const fn retry_after_s(self) -> Option<u32> {
        match self {
            Self::Busy | Self::TooManyCommands | Self::Interrupted => Some(1),
            Self::StoreUnavailable | Self::LineUnavailable => Some(5),
            // Long enough for places to become free; browsers spread themselves around it.
            Self::TooManySockets | Self::SocketsFull => Some(15),
            Self::Document(fault) => fault.retry_after_s(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_code_has_a_word_of_its_own() {
        let words: HashSet<_> = ProblemCode::all().map(ProblemCode::word).collect();

        assert_eq!(words.len(), ProblemCode::all().count());
        assert!(words.iter().all(|word| word.chars().all(|c| c.is_ascii_lowercase() || c == '-')));
    }
}
