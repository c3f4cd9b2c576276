//! Why a document is refused, or a wish about one.

/// One reason, each with words of its own for the person who sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DocumentFault {
    /// It is larger than allowed.
    TooLarge,
    /// It has no bytes.
    Empty,
    /// The call holds as many as it may, or too many were tried.
    TooMany,
    /// The name is empty or too long.
    NameLong,
    /// The name leads into a folder.
    NamePath,
    /// The name has characters that are not seen or turn the writing round.
    NameHidden,
    /// The name hides a program behind a harmless ending, or before one.
    DoubleName,
    /// Documents of this kind are not taken.
    KindUnknown,
    /// What is inside is another kind than the name says.
    Mismatch,
    /// It is a program.
    Program,
    /// It is locked by a password or otherwise encrypted.
    Locked,
    /// It holds macros.
    Macros,
    /// Unpacked it would be far larger than anybody expects.
    Bomb,
    /// It breaks off or contradicts itself.
    Damaged,
    /// A photo in a format that not every computer can show.
    Heic,
    /// An XML file without a signature.
    Unsigned,
    /// The scanner found something.
    Infected,
    /// The scanner did not answer, or not in time: nothing is passed on unchecked.
    ScanUnavailable,
    /// There is not enough room to keep it.
    StoreFull,
    /// The call is over, or was before the document had arrived.
    CallOver,
    /// There is no such document, or no longer.
    Gone,
    /// Somebody has opened it already, so it cannot be taken back.
    Opened,
    /// There is no such wish, or it is fulfilled.
    RequestGone,
    /// The bytes do not follow those that are there, or another connection goes on with them.
    OffsetWrong,
}

impl DocumentFault {
    /// All of them, in the order of `docs/ERRORS.md`.
    pub const ALL: [Self; 24] = [
        Self::TooLarge,
        Self::Empty,
        Self::TooMany,
        Self::NameLong,
        Self::NamePath,
        Self::NameHidden,
        Self::DoubleName,
        Self::KindUnknown,
        Self::Mismatch,
        Self::Program,
        Self::Locked,
        Self::Macros,
        Self::Bomb,
        Self::Damaged,
        Self::Heic,
        Self::Unsigned,
        Self::Infected,
        Self::ScanUnavailable,
        Self::StoreFull,
        Self::CallOver,
        Self::Gone,
        Self::Opened,
        Self::RequestGone,
        Self::OffsetWrong,
    ];

    /// The stable word, as in frames and problem documents.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::TooLarge => "document-too-large",
            Self::Empty => "document-empty",
            Self::TooMany => "document-too-many",
            Self::NameLong => "document-name-long",
            Self::NamePath => "document-name-path",
            Self::NameHidden => "document-name-hidden",
            Self::DoubleName => "document-double-name",
            Self::KindUnknown => "document-kind-unknown",
            Self::Mismatch => "document-mismatch",
            Self::Program => "document-program",
            Self::Locked => "document-locked",
            Self::Macros => "document-macros",
            Self::Bomb => "document-bomb",
            Self::Damaged => "document-damaged",
            Self::Heic => "document-heic",
            Self::Unsigned => "document-unsigned",
            Self::Infected => "document-infected",
            Self::ScanUnavailable => "document-scan-unavailable",
            Self::StoreFull => "document-store-full",
            Self::CallOver => "document-call-over",
            Self::Gone => "document-gone",
            Self::Opened => "document-opened",
            Self::RequestGone => "document-request-gone",
            Self::OffsetWrong => "document-offset-wrong",
        }
    }

    /// After how many seconds the same may be tried again, where waiting helps.
    #[must_use]
    pub const fn retry_after_s(self) -> Option<u32> {
        match self {
            Self::ScanUnavailable | Self::StoreFull => Some(60),
            _ => None,
        }
    }
}
