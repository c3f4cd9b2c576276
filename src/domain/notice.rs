//! Which version of the data notice may have been shown to somebody who begins now.

use jiff::Timestamp;

/// A version of a text in one language, and from when on it is in force: until the next one of its language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// In which language.
    pub language: String,
    /// Such as `2026-11-01`.
    pub version: String,
    /// When it was published.
    pub published_at: Timestamp,
}

/// Whether a person whose session began at `began_at` may have been shown this version: it was in force at some moment
/// from then until `now`, in whichever language.
///
/// So nobody has to begin anew because a new version was published while they were reading, and no page that was left
/// open since before the session can pass an older text off as the one that was shown. A version that was never
/// published, or is not yet in force, was shown to nobody.
#[must_use]
pub fn may_have_been_shown(texts: &[Published], version: &str, began_at: Timestamp, now: Timestamp) -> bool {
    texts.iter().filter(|text| text.version == version && text.published_at <= now).any(|text| {
        let later = |other: &&Published| other.language == text.language && other.published_at > text.published_at;
        let replaced_at = texts.iter().filter(later).map(|other| other.published_at).min();
        replaced_at.is_none_or(|at| at > began_at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i8) -> Timestamp {
        jiff::civil::date(2026, 11, 24).at(hour, 0, 0, 0).in_tz("UTC").unwrap().timestamp()
    }

    fn text(language: &str, version: &str, hour: i8) -> Published {
        Published { language: language.to_owned(), version: version.to_owned(), published_at: at(hour) }
    }

    fn texts() -> Vec<Published> {
        vec![text("pl", "1", 6), text("en", "1", 6), text("pl", "2", 10), text("pl", "3", 12), text("pl", "4", 18)]
    }

    fn check(version: &str, began: i8, now: i8) -> bool {
        may_have_been_shown(&texts(), version, at(began), at(now))
    }

    #[test]
    fn the_version_in_force_was_shown() {
        assert!(check("3", 13, 14));
        assert!(check("3", 11, 14), "published since the session began");
    }

    #[test]
    fn a_version_that_was_in_force_during_the_session_was_shown() {
        assert!(check("2", 11, 14));
        assert!(check("2", 8, 14), "in force between the beginning and now");
        assert!(!check("2", 13, 14), "replaced before the session began");
        assert!(!check("2", 12, 14), "replaced at the moment at which the session began");
    }

    #[test]
    fn a_version_that_nobody_can_have_seen_was_not_shown() {
        assert!(!check("5", 11, 14));
        assert!(!check("", 11, 14));
        assert!(!check("4", 11, 14), "not in force yet");
    }

    #[test]
    fn a_language_that_was_not_translated_anew_keeps_its_version() {
        assert!(check("1", 13, 14), "the English one has no other");
        assert!(!may_have_been_shown(&[text("pl", "1", 6), text("pl", "2", 10)], "1", at(13), at(14)));
    }
}
