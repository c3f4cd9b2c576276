//! The words by which states are stored and logged: the same that frames use, kebab-case and never translated.

use super::event::{Actor, SubjectKind};
use super::line::Kind;
use super::office::{Corner, LegalKind, StaffRole};
use super::presence::PresenceState;
use super::ticket::TicketState;
use crate::wire::{EndReason, Mode, Need, PresenceView, Role, WishedState};

impl Mode {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Video, Self::Voice, Self::Text, Self::Sign];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Video => "video",
            Self::Voice => "voice",
            Self::Text => "text",
            Self::Sign => "sign",
        }
    }

    /// What the word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}

impl Need {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::SignLanguage, Self::LiveText, Self::MoreTime];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::SignLanguage => "sign-language",
            Self::LiveText => "live-text",
            Self::MoreTime => "more-time",
        }
    }

    /// What the word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Citizen, Self::Clerk, Self::Interpreter, Self::Companion, Self::Supervisor];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Citizen => "citizen",
            Self::Clerk => "clerk",
            Self::Interpreter => "interpreter",
            Self::Companion => "companion",
            Self::Supervisor => "supervisor",
        }
    }

    /// What the word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}

impl EndReason {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::CitizenHungUp,
        Self::ClerkHungUp,
        Self::NotAccepted,
        Self::Deferred,
        Self::CitizenLost,
        Self::ClerkLost,
        Self::Failed,
        Self::Left,
        Self::Lapsed,
        Self::ClosedByOffice,
        Self::BrokenOff,
    ];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::CitizenHungUp => "citizen-hung-up",
            Self::ClerkHungUp => "clerk-hung-up",
            Self::NotAccepted => "not-accepted",
            Self::Deferred => "deferred",
            Self::CitizenLost => "citizen-lost",
            Self::ClerkLost => "clerk-lost",
            Self::Failed => "failed",
            Self::Left => "left",
            Self::Lapsed => "lapsed",
            Self::ClosedByOffice => "closed-by-office",
            Self::BrokenOff => "broken-off",
        }
    }

    /// What the word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}

impl WishedState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Receiving, Self::Break, Self::Off];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Receiving => "receiving",
            Self::Break => "break",
            Self::Off => "off",
        }
    }

    /// What the word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}

impl PresenceView {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Receiving => "receiving",
            Self::Calling => "calling",
            Self::InCall => "in-call",
            Self::AfterCall => "after-call",
            Self::Break => "break",
            Self::Off => "off",
        }
    }
}

impl PresenceState {
    /// The state without its particulars, as frames have it.
    #[must_use]
    pub const fn view(&self) -> PresenceView {
        match self {
            Self::Receiving => PresenceView::Receiving,
            Self::Calling { .. } => PresenceView::Calling,
            Self::InCall { .. } => PresenceView::InCall,
            Self::AfterCall { .. } => PresenceView::AfterCall,
            Self::Break => PresenceView::Break,
            Self::Off => PresenceView::Off,
        }
    }

    /// The word for it. The particulars are columns of their own, so there is no way back from the word alone.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        self.view().word()
    }
}

impl TicketState {
    /// The word for it. The particulars are columns of their own, so there is no way back from the word alone.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Called { .. } => "called",
            Self::Deferred { .. } => "deferred",
            Self::Missed { .. } => "missed",
            Self::InCall { .. } => "in-call",
            Self::Ended { .. } => "ended",
        }
    }
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Visit, Self::WalkIn];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Visit => "visit",
            Self::WalkIn => "walk-in",
        }
    }

    /// What the word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

impl SubjectKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Ticket, Self::Visit, Self::Presence, Self::Call];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ticket => "ticket",
            Self::Visit => "visit",
            Self::Presence => "presence",
            Self::Call => "call",
        }
    }

    /// What the word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}

impl Actor {
    /// The word for what kind of actor it is; a clerk's id is a column of its own.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Citizen => "citizen",
            Self::Clerk(_) => "clerk",
            Self::System => "system",
        }
    }
}

impl StaffRole {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Clerk, Self::Manager, Self::Administrator];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Clerk => "clerk",
            Self::Manager => "manager",
            Self::Administrator => "administrator",
        }
    }

    /// What the word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}

impl LegalKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Notice, Self::Privacy, Self::Terms, Self::Accessibility];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Privacy => "privacy",
            Self::Terms => "terms",
            Self::Accessibility => "accessibility",
        }
    }

    /// What the word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}

impl Corner {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::BottomRight, Self::BottomLeft];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::BottomRight => "bottom-right",
            Self::BottomLeft => "bottom-left",
        }
    }

    /// What the word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::*;

    fn as_in_frames<T: Serialize>(value: T) -> String {
        serde_json::to_value(value).unwrap().as_str().unwrap().to_owned()
    }

    #[test]
    fn words_are_those_of_the_frames() {
        for mode in Mode::ALL {
            assert_eq!(mode.word(), as_in_frames(mode));
            assert_eq!(Mode::from_word(mode.word()), Some(mode));
        }
        for need in Need::ALL {
            assert_eq!(need.word(), as_in_frames(need));
            assert_eq!(Need::from_word(need.word()), Some(need));
        }
        for role in Role::ALL {
            assert_eq!(role.word(), as_in_frames(role));
            assert_eq!(Role::from_word(role.word()), Some(role));
        }
        for reason in EndReason::ALL {
            assert_eq!(reason.word(), as_in_frames(reason));
            assert_eq!(EndReason::from_word(reason.word()), Some(reason));
        }
        for wished in WishedState::ALL {
            assert_eq!(wished.word(), as_in_frames(wished));
            assert_eq!(WishedState::from_word(wished.word()), Some(wished));
        }
        for view in [PresenceView::Calling, PresenceView::InCall, PresenceView::AfterCall] {
            assert_eq!(view.word(), as_in_frames(view));
        }
    }

    #[test]
    fn an_unknown_word_stands_for_nothing() {
        assert_eq!(Mode::from_word("Video"), None);
        assert_eq!(EndReason::from_word(""), None);
    }
}
