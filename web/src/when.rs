//! Times and waits as sentences, in the office's time zone: "jutro od 8:00", "pon., wt. 8:00–17:15", "około 6 min".

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use okienko::domain::hours::is_round_the_clock;
use okienko::domain::office::{Matter, MinuteOfDay, OpeningHours, Stretch};
use okienko::wire::WaitRange;
use serde::Serialize;

use crate::i18n::I18n;

/// One row of the opening hours: which days, which times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct HoursRow {
    /// Such as `pon., wt., czw., pt.`, or a matter's name for one that is always open.
    pub days: String,
    /// Such as `8:00–17:15`.
    pub time: String,
}

/// Who says it: a language and where the clock hangs.
#[derive(Debug, Clone, Copy)]
pub struct Speaker<'a> {
    /// The texts.
    pub i18n: &'a I18n,
    /// The language.
    pub language: &'a str,
    /// The office's time zone.
    pub zone: &'a TimeZone,
}

impl Speaker<'_> {
    pub(crate) fn say(&self, key: &str, arguments: &[(&str, String)]) -> String {
        self.i18n.text(self.language, &format!("office.{key}"), arguments)
    }

    /// The time of day: `8:00`, `17:15`.
    #[must_use]
    pub fn time(&self, at: Timestamp) -> String {
        let local = self.zone.to_datetime(at);
        format!("{}:{:02}", local.hour(), local.minute())
    }

    /// The day in the office's time zone.
    #[must_use]
    pub fn date(&self, at: Timestamp) -> Date {
        self.zone.to_datetime(at).date()
    }

    /// The day in words: `24 listopada 2026`.
    #[must_use]
    pub fn day(&self, at: Timestamp) -> String {
        self.date_in_words(self.date(at))
    }

    /// A day in words, as [`Self::day`].
    #[must_use]
    pub fn date_in_words(&self, day: Date) -> String {
        format!("{} {} {}", day.day(), self.say(&format!("month.m{}", day.month()), &[]), day.year())
    }

    /// From when, as it follows "Zapraszamy": `dziś od 12:00`, `jutro od 8:00`, `w poniedziałek od 8:00`,
    /// `7 grudnia od 8:00`.
    #[must_use]
    pub fn from(&self, at: Timestamp, now: Timestamp) -> String {
        let (day, today) = (self.date(at), self.date(now));
        let time = ("time", self.time(at));
        let ahead = |days: i64| today.checked_add(days.days()).unwrap_or(Date::MAX);
        if day <= today {
            self.say("from_today", &[time])
        } else if day == ahead(1) {
            self.say("from_tomorrow", &[time])
        } else if day < ahead(7) {
            self.say(&format!("from_weekday.d{}", day.weekday().to_monday_one_offset()), &[time])
        } else {
            let month = self.say(&format!("month.m{}", day.month()), &[]);
            self.say("from_date", &[("day", day.day().to_string()), ("month", month), time])
        }
    }

    /// The opening hours of an office's matters: a row for each set of days with the same times, then one for each
    /// matter that is always open.
    #[must_use]
    pub fn hours(&self, matters: &[Matter]) -> Vec<HoursRow> {
        let (always, sometimes): (Vec<&Matter>, Vec<&Matter>) =
            matters.iter().partition(|matter| is_round_the_clock(&matter.hours));
        let mut rows: Vec<(String, Vec<String>)> = Vec::new();
        for weekday in 1..=7 {
            let spans = union(sometimes.iter().flat_map(|matter| &matter.hours), weekday);
            if spans.is_empty() {
                continue;
            }
            let times: Vec<String> =
                spans.iter().map(|span| format!("{}–{}", clock(span.from), clock(span.to))).collect();
            let (time, name) = (times.join(", "), self.say(&format!("weekday_short.d{weekday}"), &[]));
            match rows.iter_mut().find(|(known, _)| *known == time) {
                Some((_, days)) => days.push(name),
                None => rows.push((time, vec![name])),
            }
        }
        let mut rows: Vec<HoursRow> =
            rows.into_iter().map(|(time, days)| HoursRow { days: days.join(", "), time }).collect();
        rows.extend(always.into_iter().map(|matter| HoursRow {
            days: matter.name.in_language(self.language).to_owned(),
            time: self.say("round_the_clock", &[]),
        }));
        rows
    }

    /// A wait in few words: `około 6 min`, `5–10 min`, `do 10 min`.
    #[must_use]
    pub fn wait(&self, wait: WaitRange) -> String {
        let (from, to) = (("from", wait.from_min.to_string()), ("count", wait.to_min.to_string()));
        match wait.from_min {
            0 => self.say("wait_up_to", &[to]),
            least if least == wait.to_min => self.say("wait_about", &[to]),
            _ => self.say("wait_range", &[from, to]),
        }
    }
}

/// A minute of the day as a clock shows it; the end of the day is `24:00`.
pub(crate) fn clock(minute: MinuteOfDay) -> String {
    format!("{}:{:02}", minute / 60, minute % 60)
}

/// The times of one weekday in which at least one of the hours is open.
pub(crate) fn union<'a>(hours: impl Iterator<Item = &'a OpeningHours>, weekday: u8) -> Vec<Stretch> {
    let of_day = hours.filter(|one| one.weekday == weekday && one.from < one.to);
    let mut stretches: Vec<Stretch> = of_day.map(|one| Stretch { from: one.from, to: one.to }).collect();
    stretches.sort_unstable_by_key(|stretch| (stretch.from, stretch.to));
    let mut merged: Vec<Stretch> = Vec::new();
    for stretch in stretches {
        match merged.last_mut() {
            Some(last) if stretch.from <= last.to => last.to = stretch.to.max(last.to),
            _ => merged.push(stretch),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn from(language: &str, opens: &str, now: &str) -> String {
        let (i18n, zone) = (I18n::load().unwrap(), TimeZone::get("Europe/Warsaw").unwrap());
        Speaker { i18n: &i18n, language, zone: &zone }.from(at(opens), at(now))
    }

    #[test]
    fn the_next_opening_is_said_as_people_say_it() {
        let now = "2026-11-20T17:00:00Z"; // a Friday

        assert_eq!(from("pl", "2026-11-20T18:00:00Z", now), "dziś od 19:00");
        assert_eq!(from("pl", "2026-11-21T07:00:00Z", now), "jutro od 8:00");
        assert_eq!(from("pl", "2026-11-23T07:00:00Z", now), "w poniedziałek od 8:00");
        assert_eq!(from("pl", "2026-11-24T07:00:00Z", now), "we wtorek od 8:00");
        assert_eq!(from("pl", "2026-12-07T07:00:00Z", now), "7 grudnia od 8:00");
        assert_eq!(from("en", "2026-11-23T07:00:00Z", now), "on Monday from 8:00");
    }

    #[test]
    fn a_wait_is_said_in_few_words() {
        let (i18n, zone) = (I18n::load().unwrap(), TimeZone::get("Europe/Warsaw").unwrap());
        let say = |from_min, to_min| {
            Speaker { i18n: &i18n, language: "pl", zone: &zone }.wait(WaitRange { from_min, to_min })
        };

        assert_eq!([say(6, 6), say(5, 10), say(0, 10)], ["około 6 min", "5–10 min", "do 10 min"]);
    }

    #[test]
    fn a_day_begins_at_midnight_in_warsaw() {
        // 23:30 in Warsaw; half past seven UTC of the next day is tomorrow, though it is the same day in UTC.
        assert_eq!(from("pl", "2026-06-10T06:00:00Z", "2026-06-09T21:30:00Z"), "jutro od 8:00");
        assert_eq!(from("pl", "2026-06-10T06:00:00Z", "2026-06-09T22:30:00Z"), "dziś od 8:00");
    }

    #[test]
    fn overlapping_hours_are_one_stretch() {
        let open = |from, to| OpeningHours { weekday: 1, from, to };

        let expected = [Stretch { from: 480, to: 1035 }, Stretch { from: 1100, to: 1200 }];
        assert_eq!(union([open(480, 900), open(600, 1035), open(1100, 1200)].iter(), 1), expected);
        assert_eq!(union([open(480, 900)].iter(), 2), []);
        assert_eq!((clock(480), clock(1035), clock(1440)), ("8:00".into(), "17:15".into(), "24:00".into()));
    }
}
