//! When an office is open: opening hours, public holidays, days that the office closes or shortens by its own decision,
//! and the last admission, all in the office's time zone.
//!
//! Hours are kept as minutes of the day and turned into instants for each day apart, so that eight o'clock stays eight
//! o'clock over a change of the clocks.

use jiff::Timestamp;
use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;

use super::office::{Closure, MinuteOfDay, OpeningHours, Stretch};
use crate::wire::WaitRange;

mod holidays;

pub use holidays::{Holiday, easter_sunday, holiday};

/// How many days ahead an opening is looked for.
const HORIZON_DAYS: usize = 14;

/// The minutes of a day.
const FULL_DAY: MinuteOfDay = 1_440;

/// The day of an instant in the office's time zone: what counters and reports go by.
#[must_use]
pub fn office_day(now: Timestamp, tz: &TimeZone) -> Date {
    tz.to_datetime(now).date()
}

/// Whether a matter is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// Open now.
    Open {
        /// Until when; None where it never closes within the next 14 days.
        closes_at: Option<Timestamp>,
    },
    /// Closed now.
    Closed {
        /// When it opens next; None if not within 14 days.
        opens_at: Option<Timestamp>,
    },
}

impl Opening {
    /// Whether it is open now.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open { .. })
    }
}

/// What a day is to an office, apart from its weekday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day<'a> {
    /// A day like any other.
    Usual,
    /// A public holiday, whatever else the office decided.
    Holiday(Holiday),
    /// Closed or shortened by the office.
    Changed(&'a Closure),
}

/// What a day is to an office with these closures.
#[must_use]
pub fn day_of(day: Date, closures: &[Closure]) -> Day<'_> {
    match (holiday(day), closures.iter().find(|closure| closure.day == day)) {
        (Some(holiday), _) => Day::Holiday(holiday),
        (None, Some(closure)) => Day::Changed(closure),
        (None, None) => Day::Usual,
    }
}

/// What is left of a stretch of a day that the office closed or shortened; None if nothing is.
#[must_use]
pub fn left_of(stretch: Stretch, day: Day<'_>) -> Option<Stretch> {
    let left = match day {
        Day::Usual => return Some(stretch),
        Day::Holiday(_) => return None,
        Day::Changed(closure) => closure.left?,
    };
    let both = Stretch { from: stretch.from.max(left.from), to: stretch.to.min(left.to) };
    (both.from < both.to).then_some(both)
}

/// The days from one on for which openings are looked for.
pub fn horizon(first: Date) -> impl Iterator<Item = Date> {
    first.series(jiff::Span::new().days(1)).take(HORIZON_DAYS.saturating_add(1))
}

/// Whether these hours are all day on all seven days. Such a matter is open on public holidays too, and when the office
/// is closed.
#[must_use]
pub fn is_round_the_clock(hours: &[OpeningHours]) -> bool {
    (1..=7).all(|weekday| hours.iter().any(|h| h.weekday == weekday && h.from == 0 && h.to >= FULL_DAY))
}

/// Whether a matter with these hours is open at `now`, and when that changes.
#[must_use]
pub fn opening(hours: &[OpeningHours], closures: &[Closure], now: Timestamp, tz: &TimeZone) -> Opening {
    if is_round_the_clock(hours) {
        return Opening::Open { closes_at: None };
    }
    let spans = spans(hours, closures, office_day(now, tz), tz);
    match spans.into_iter().find(|span| span.to > now) {
        Some(span) if span.from <= now => Opening::Open { closes_at: Some(span.to) },
        next => Opening::Closed { opens_at: next.map(|span| span.from) },
    }
}

/// A stretch of time in which a matter is open: from, up to but not including.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Span {
    from: Timestamp,
    to: Timestamp,
}

/// The open stretches from a day on, in order; those that touch or overlap are one.
fn spans(hours: &[OpeningHours], closures: &[Closure], first: Date, tz: &TimeZone) -> Vec<Span> {
    let mut found = Vec::new();
    for day in horizon(first) {
        let is = day_of(day, closures);
        let usual = hours.iter().filter(|one| one.weekday == iso_weekday(day));
        for one in usual.filter_map(|one| left_of(Stretch { from: one.from, to: one.to }, is)) {
            if let (Some(from), Some(to)) = (instant(day, one.from, tz), instant(day, one.to, tz))
                && from < to
            {
                found.push(Span { from, to });
            }
        }
    }
    found.sort();
    let mut merged: Vec<Span> = Vec::with_capacity(found.len());
    for span in found {
        match merged.last_mut() {
            Some(last) if span.from <= last.to => last.to = last.to.max(span.to),
            _ => merged.push(span),
        }
    }
    merged
}

/// The weekday of a day as hours count it: 1 is Monday.
#[must_use]
pub fn iso_weekday(day: Date) -> u8 {
    match day.weekday() {
        Weekday::Monday => 1,
        Weekday::Tuesday => 2,
        Weekday::Wednesday => 3,
        Weekday::Thursday => 4,
        Weekday::Friday => 5,
        Weekday::Saturday => 6,
        Weekday::Sunday => 7,
    }
}

/// The instant of a minute of a day. A minute that the clocks skip is taken an hour later, one that comes twice the
/// first time (RFC 5545 §3.3.5).
fn instant(day: Date, minute: MinuteOfDay, tz: &TimeZone) -> Option<Timestamp> {
    let local = if minute >= FULL_DAY {
        day.tomorrow().ok()?.to_datetime(Time::midnight())
    } else {
        let (hour, minute) = (i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?);
        day.to_datetime(Time::new(hour, minute, 0, 0).ok()?)
    };
    tz.to_ambiguous_timestamp(local).compatible().ok()
}

/// What somebody meets who wants to join the line for a matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Situation {
    /// Whether the matter is open.
    pub opening: Opening,
    /// How many wait in the whole office.
    pub waiting: u32,
    /// At most so many may.
    pub max_waiting: u32,
    /// How many clerks on duty could serve the newcomer.
    pub receiving: u32,
    /// What the newcomer would have to expect.
    pub wait: Option<WaitRange>,
}

/// Whether somebody may join the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// Yes.
    Open,
    /// No: the line is full.
    Full {
        /// How many wait.
        waiting: u32,
    },
    /// No: their turn would come after closing time.
    TooLate,
    /// No: the matter is closed, until then if that is known.
    ClosedUntil(Option<Timestamp>),
    /// No: nobody who could serve them is on duty.
    NobodyOnDuty,
}

/// Whether somebody may join the line at `now`. The expected wait that is held against closing time is the middle of
/// its range; those who are in the line already are served all the same.
#[must_use]
pub fn admission(situation: Situation, now: Timestamp) -> Admission {
    let closes_at = match situation.opening {
        Opening::Open { closes_at } => closes_at,
        Opening::Closed { opens_at } => return Admission::ClosedUntil(opens_at),
    };
    if situation.waiting >= situation.max_waiting {
        return Admission::Full { waiting: situation.waiting };
    }
    let (Some(wait), true) = (situation.wait, situation.receiving > 0) else { return Admission::NobodyOnDuty };
    let expected_s = (i64::from(wait.from_min) + i64::from(wait.to_min)) * 30;
    match closes_at {
        Some(closes_at) if expected_s > closes_at.duration_since(now).as_secs() => Admission::TooLate,
        _ => Admission::Open,
    }
}

#[cfg(test)]
mod tests;
