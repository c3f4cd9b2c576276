//! What is said of a call afterwards: the citizen's rating and the clerk's note.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{personal, text};
use crate::wire::EndReason;

/// A call that was live for less is none to rate (product.md II.11).
const REAL_FROM: SignedDuration = SignedDuration::from_secs(20);

/// How long after the call a rating may be given or changed (product.md II.11).
const RATED_WITHIN: SignedDuration = SignedDuration::from_hours(48);

/// A note that somebody goes on writing within this time is the same version; later it is a new one.
const SAME_VERSION_WITHIN: SignedDuration = SignedDuration::from_mins(30);

/// The longest comment in characters (product.md II.11).
pub const MAX_COMMENT_CHARS: usize = 1_000;

/// The longest note in characters.
pub const MAX_NOTE_CHARS: usize = 4_000;

/// A mark from 1 (very bad) to 5 (very good).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stars(u8);

impl Stars {
    /// None outside 1 to 5.
    #[must_use]
    pub const fn new(stars: u8) -> Option<Self> {
        if matches!(stars, 1..=5) { Some(Self(stars)) } else { None }
    }

    /// The mark as a number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

/// A rating as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rating {
    /// The mark.
    pub stars: Stars,
    /// What was written, without what points to a person.
    pub comment: Option<String>,
}

/// Why a rating is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RatingError {
    /// There was no real conversation, or it is long over, or not yet.
    #[error("there is no conversation to rate")]
    NothingToRate,
    /// The comment is longer than [`MAX_COMMENT_CHARS`].
    #[error("the comment is too long")]
    TooLong,
}

/// Whether a call may be rated now. One that the office broke off never may: it would be no word on the service.
#[must_use]
pub fn may_rate(live_at: Option<Timestamp>, ended: Option<(Timestamp, EndReason)>, now: Timestamp) -> bool {
    let (Some(live_at), Some((ended_at, reason))) = (live_at, ended) else { return false };
    reason != EndReason::BrokenOff
        && ended_at.duration_since(live_at) >= REAL_FROM
        && now.duration_since(ended_at) <= RATED_WITHIN
}

/// The rating to store.
///
/// # Errors
/// [`RatingError::TooLong`].
pub fn rating(stars: Stars, comment: Option<&str>) -> Result<Rating, RatingError> {
    let comment = comment.map(|comment| text::lines(comment.trim())).filter(|comment| !comment.is_empty());
    if comment.as_ref().is_some_and(|comment| comment.chars().count() > MAX_COMMENT_CHARS) {
        return Err(RatingError::TooLong);
    }
    Ok(Rating { stars, comment: comment.as_deref().map(personal::mask) })
}

/// What a conversation came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The matter is settled.
    Settled,
    /// The person has something left to do, or comes again.
    ToContinue,
    /// The person was sent to another department or office.
    Referred,
    /// It could not be settled.
    NotSettled,
    /// Something else.
    Other,
}

impl Outcome {
    /// All of them, in the order of the list.
    pub const ALL: [Self; 5] = [Self::Settled, Self::ToContinue, Self::Referred, Self::NotSettled, Self::Other];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Settled => "settled",
            Self::ToContinue => "to-continue",
            Self::Referred => "referred",
            Self::NotSettled => "not-settled",
            Self::Other => "other",
        }
    }

    /// What the word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}

/// Whether what a clerk saves now belongs to the version that they began then.
#[must_use]
pub fn is_same_version(begun_at: Timestamp, is_same_author: bool, now: Timestamp) -> bool {
    is_same_author && now.duration_since(begun_at) <= SAME_VERSION_WITHIN
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_000_000 + second).unwrap()
    }

    #[test]
    fn a_real_conversation_may_be_rated_for_two_days() {
        let ended = Some((at(60), EndReason::ClerkHungUp));

        assert!(may_rate(Some(at(40)), ended, at(60)));
        assert!(may_rate(Some(at(0)), ended, at(60 + 48 * 3_600)));
        assert!(!may_rate(Some(at(41)), ended, at(60)), "nineteen seconds are no conversation");
        assert!(!may_rate(Some(at(0)), ended, at(61 + 48 * 3_600)));
        assert!(!may_rate(None, ended, at(60)));
        assert!(!may_rate(Some(at(0)), None, at(60)));
        let broken_off = Some((at(60), EndReason::BrokenOff));
        assert!(!may_rate(Some(at(0)), broken_off, at(60)), "the office broke it off");
    }

    #[test]
    fn a_comment_is_trimmed_and_names_nobody() {
        let stars = Stars::new(4).unwrap();

        assert_eq!(rating(stars, Some("  ")).unwrap().comment, None);
        assert_eq!(
            rating(stars, Some(" Miło. Mój PESEL 44051401359 ")).unwrap().comment.as_deref(),
            Some("Miło. Mój PESEL •••")
        );
        assert_eq!(
            rating(stars, Some("\u{202E}oliM\r\nDo\u{301}s\u{301}ć")).unwrap().comment.as_deref(),
            Some("oliM\nDóść")
        );
        assert_eq!(rating(stars, Some("\u{200B}\u{202E}")).unwrap().comment, None);
        assert!(rating(stars, Some(&"ą".repeat(1_000))).is_ok());
        assert_eq!(rating(stars, Some(&"ą".repeat(1_001))), Err(RatingError::TooLong));
        assert_eq!((Stars::new(0), Stars::new(6)), (None, None));
    }

    #[test]
    fn a_note_is_one_version_while_somebody_writes_it() {
        assert!(is_same_version(at(0), true, at(1_800)));
        assert!(!is_same_version(at(0), true, at(1_801)));
        assert!(!is_same_version(at(0), false, at(1)));
    }
}
