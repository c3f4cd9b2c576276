//! The lengths of time that the rules go by, all in seconds, taken from the settings.

use jiff::{SignedDuration, Timestamp};

/// How long everything lasts. The defaults are the settled ones; `queue` and `call` in the settings change them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timings {
    /// How long a clerk waits for an invitation to be accepted.
    pub accept_s: u32,
    /// How much time one press of "Potrzebuję więcej czasu" adds.
    pub extension_s: u32,
    /// How many such presses one invitation allows; 10 or more by WCAG 2.2 SC 2.2.1.
    pub max_extensions: u32,
    /// How long the place of somebody away is kept; also after how long a lost clerk counts as gone home.
    pub place_kept_s: u32,
    /// After how long without a sign of life somebody counts as away.
    pub away_after_s: u32,
    /// How often a ticket that did not answer may be called again.
    pub recalls: u32,
    /// How long after the first unanswered call that is possible.
    pub recall_within_s: u32,
    /// How long somebody who did not answer may come back to the head of the line.
    pub return_within_s: u32,
    /// How long a clerk has for notes after a call; one more such time with each press of "Więcej czasu".
    pub wrap_up_s: u32,
    /// How long a member lost in a call is awaited.
    pub lost_in_call_s: u32,
    /// How long citizen and clerk have to connect after the citizen accepted.
    pub connect_s: u32,
    /// How often browsers say that they are there.
    pub beat_s: u32,
}

impl Default for Timings {
    fn default() -> Self {
        Self {
            accept_s: 60,
            extension_s: 60,
            max_extensions: 10,
            place_kept_s: 300,
            away_after_s: 30,
            recalls: 2,
            recall_within_s: 180,
            return_within_s: 900,
            wrap_up_s: 120,
            lost_in_call_s: 120,
            connect_s: 60,
            beat_s: 5,
        }
    }
}

/// The instant so many seconds later; the last instant there is where that would be past it.
#[must_use]
pub fn after(at: Timestamp, seconds: u32) -> Timestamp {
    at.checked_add(SignedDuration::from_secs(i64::from(seconds))).unwrap_or(Timestamp::MAX)
}

/// The instant so many seconds earlier; the first instant there is where that would be before it.
#[must_use]
pub fn before(at: Timestamp, seconds: u32) -> Timestamp {
    at.checked_sub(SignedDuration::from_secs(i64::from(seconds))).unwrap_or(Timestamp::MIN)
}
