//! The one table of everything that can be refused or fail: word, status, when to try again.
//!
//! Actors have their own words ([`ProblemCode`]); [`EdgeCode`] are those that only the edge knows. Titles and details
//! are `problem.<word>.title` and `.detail` in the catalogues; `docs/ERRORS.md` has a paragraph for each.

use actix_web::http::StatusCode;
use okienko::domain::documents::DocumentFault;
use okienko_actors::ProblemCode;

/// What only the edge refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EdgeCode {
    /// The request cannot be understood.
    BadRequest,
    /// There is nothing at this address.
    NotFound,
    /// The address does not know this method.
    MethodNotAllowed,
    /// The body is larger than the route takes.
    BodyTooLarge,
    /// The body is of another type than the route takes.
    MediaTypeUnknown,
    /// No site has this key.
    SiteUnknown,
    /// The request comes from another site's page.
    CrossSite,
    /// A code for going on on another device is unknown, used or too old.
    HandoverUnknown,
    /// The form was open too long, or cookies are off.
    FormExpired,
    /// E-mail and password do not belong together.
    LoginFailed,
    /// Too many failed attempts to sign in.
    TooManyLogins,
    /// Too many requests from one address.
    TooManyRequests,
    /// The person signed in may not do this.
    RoleMissing,
    /// This part is not running on this server.
    NotOffered,
    /// The server made a mistake.
    Internal,
}

impl EdgeCode {
    /// All of them, in the order of `docs/ERRORS.md`.
    pub const ALL: [Self; 15] = [
        Self::BadRequest,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::BodyTooLarge,
        Self::MediaTypeUnknown,
        Self::SiteUnknown,
        Self::CrossSite,
        Self::HandoverUnknown,
        Self::FormExpired,
        Self::LoginFailed,
        Self::TooManyLogins,
        Self::TooManyRequests,
        Self::RoleMissing,
        Self::NotOffered,
        Self::Internal,
    ];

    const fn row(self) -> (&'static str, StatusCode, Option<u32>) {
        match self {
            Self::BadRequest => ("bad-request", StatusCode::BAD_REQUEST, None),
            Self::NotFound => ("not-found", StatusCode::NOT_FOUND, None),
            Self::MethodNotAllowed => ("method-not-allowed", StatusCode::METHOD_NOT_ALLOWED, None),
            Self::BodyTooLarge => ("body-too-large", StatusCode::PAYLOAD_TOO_LARGE, None),
            Self::MediaTypeUnknown => ("media-type-unknown", StatusCode::UNSUPPORTED_MEDIA_TYPE, None),
            Self::SiteUnknown => ("site-unknown", StatusCode::NOT_FOUND, None),
            Self::CrossSite => ("cross-site", StatusCode::FORBIDDEN, None),
            Self::HandoverUnknown => ("handover-unknown", StatusCode::NOT_FOUND, None),
            Self::FormExpired => ("form-expired", StatusCode::FORBIDDEN, None),
            Self::LoginFailed => ("login-failed", StatusCode::UNPROCESSABLE_ENTITY, None),
            Self::TooManyLogins => ("too-many-logins", StatusCode::TOO_MANY_REQUESTS, Some(60)),
            Self::TooManyRequests => ("too-many-requests", StatusCode::TOO_MANY_REQUESTS, Some(10)),
            Self::RoleMissing => ("role-missing", StatusCode::FORBIDDEN, None),
            Self::NotOffered => ("not-offered", StatusCode::NOT_FOUND, None),
            Self::Internal => ("internal", StatusCode::INTERNAL_SERVER_ERROR, None),
        }
    }
}

/// A refusal or failure of the edge or of the actors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// The edge's own.
    Edge(EdgeCode),
    /// An actor's.
    Actor(ProblemCode),
}

impl Code {
    /// All codes, the edge's first, in the order of `docs/ERRORS.md`.
    pub fn all() -> impl Iterator<Item = Self> {
        EdgeCode::ALL.into_iter().map(Self::Edge).chain(ProblemCode::all().map(Self::Actor))
    }

    /// The code with this word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::all().find(|code| code.word() == word)
    }

    /// The code that says best what a bare status means.
    #[must_use]
    pub fn of_status(status: StatusCode) -> Self {
        Self::Edge(match status {
            StatusCode::NOT_FOUND => EdgeCode::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => EdgeCode::MethodNotAllowed,
            StatusCode::PAYLOAD_TOO_LARGE => EdgeCode::BodyTooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => EdgeCode::MediaTypeUnknown,
            StatusCode::TOO_MANY_REQUESTS => EdgeCode::TooManyRequests,
            status if status.is_client_error() => EdgeCode::BadRequest,
            _ => EdgeCode::Internal,
        })
    }

    /// The stable word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Edge(code) => code.row().0,
            Self::Actor(code) => code.word(),
        }
    }

    /// The status of an HTTP answer with it.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::Edge(code) => code.row().1,
            Self::Actor(code) => status_of(code),
        }
    }

    /// After how many seconds the same may be tried again, where waiting helps.
    #[must_use]
    pub const fn retry_after_s(self) -> Option<u32> {
        match self {
            Self::Edge(code) => code.row().2,
            Self::Actor(code) => code.retry_after_s(),
        }
    }
}

impl From<EdgeCode> for Code {
    fn from(code: EdgeCode) -> Self {
        Self::Edge(code)
    }
}

impl From<ProblemCode> for Code {
    fn from(code: ProblemCode) -> Self {
        Self::Actor(code)
    }
}

const fn status_of(code: ProblemCode) -> StatusCode {
    match code {
        ProblemCode::Busy
        | ProblemCode::LineUnavailable
        | ProblemCode::StoreUnavailable
        | ProblemCode::MediaFailed
        | ProblemCode::Interrupted
        | ProblemCode::SocketsFull => StatusCode::SERVICE_UNAVAILABLE,
        ProblemCode::LineClosed
        | ProblemCode::LineFull
        | ProblemCode::TooLate
        | ProblemCode::NobodyOnDuty
        | ProblemCode::NoticeOutdated
        | ProblemCode::TicketTaken
        | ProblemCode::NobodyWaits
        | ProblemCode::TicketDeferred
        | ProblemCode::NotInCall
        | ProblemCode::WrongState
        | ProblemCode::InvitationOver
        | ProblemCode::NoMoreTime
        | ProblemCode::OfferOutdated
        | ProblemCode::TranscriptFull => StatusCode::CONFLICT,
        ProblemCode::MatterUnknown => StatusCode::NOT_FOUND,
        ProblemCode::TicketGone => StatusCode::GONE,
        ProblemCode::NotMine | ProblemCode::OriginNotAllowed | ProblemCode::Blocked { .. } => StatusCode::FORBIDDEN,
        ProblemCode::BadOffer
        | ProblemCode::MessageTooLong
        | ProblemCode::FrameUnknown
        | ProblemCode::VersionUnknown
        | ProblemCode::HelloMissing => StatusCode::BAD_REQUEST,
        ProblemCode::SessionUnknown | ProblemCode::LoginRequired | ProblemCode::SignedOut => StatusCode::UNAUTHORIZED,
        ProblemCode::TooManyCommands | ProblemCode::TooManySockets => StatusCode::TOO_MANY_REQUESTS,
        ProblemCode::Document(fault) => status_of_fault(fault),
    }
}

const fn status_of_fault(fault: DocumentFault) -> StatusCode {
    match fault {
        DocumentFault::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        DocumentFault::TooMany
        | DocumentFault::CallOver
        | DocumentFault::Opened
        | DocumentFault::RequestGone
        | DocumentFault::OffsetWrong => StatusCode::CONFLICT,
        DocumentFault::KindUnknown | DocumentFault::Mismatch | DocumentFault::Heic => {
            StatusCode::UNSUPPORTED_MEDIA_TYPE
        }
        DocumentFault::Empty
        | DocumentFault::NameLong
        | DocumentFault::NamePath
        | DocumentFault::NameHidden
        | DocumentFault::DoubleName
        | DocumentFault::Program
        | DocumentFault::Locked
        | DocumentFault::Macros
        | DocumentFault::Bomb
        | DocumentFault::Damaged
        | DocumentFault::Unsigned
        | DocumentFault::Infected => StatusCode::UNPROCESSABLE_ENTITY,
        DocumentFault::ScanUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        DocumentFault::StoreFull => StatusCode::INSUFFICIENT_STORAGE,
        DocumentFault::Gone => StatusCode::NOT_FOUND,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::i18n::I18n;

    #[test]
    fn no_two_codes_share_a_word() {
        let words: BTreeSet<&str> = Code::all().map(Code::word).collect();

        assert_eq!(words.len(), EdgeCode::ALL.len() + ProblemCode::all().count());
        assert_eq!(Code::of_word("site-unknown"), Some(EdgeCode::SiteUnknown.into()));
    }

    #[test]
    fn every_code_has_a_title_and_a_detail() {
        let i18n = I18n::load().unwrap();

        let missing: Vec<String> = Code::all()
            .flat_map(|code| ["title", "detail"].map(|part| format!("problem.{}.{part}", code.word())))
            .filter(|key| !i18n.has(key))
            .collect();

        assert!(missing.is_empty(), "{}", missing.join("\n"));
    }

    #[test]
    fn every_code_is_explained_and_nothing_else_is() {
        let documented: BTreeSet<&str> = include_str!("../../../docs/ERRORS.md")
            .lines()
            .filter_map(|line| line.strip_prefix("### `")?.split('`').next())
            .collect();

        assert_eq!(documented, Code::all().map(Code::word).collect());
    }
}
