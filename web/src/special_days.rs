//! The days ahead on which an office does not keep its usual hours, as sentences: "Zamknięte 2 maja: dzień wolny."

use jiff::Timestamp;
use jiff::civil::Date;
use okienko::domain::hours::{self, Day};
use okienko::domain::office::{Closure, Matter, Stretch};

use crate::when::{Speaker, clock, union};

impl Speaker<'_> {
    /// A sentence for each day of the next two weeks on which an office that is open by turns is closed or open for a
    /// shorter time: by its own decision, or since it is a public holiday.
    #[must_use]
    pub fn special_days(&self, matters: &[Matter], closures: &[Closure], now: Timestamp) -> Vec<String> {
        let special = |day| match hours::day_of(day, closures) {
            Day::Usual => None,
            is => self.special_day(matters, day, is),
        };
        hours::horizon(self.date(now)).filter_map(special).collect()
    }

    /// Why an office that is open by turns is closed all of a day, if it is: a public holiday's name, or the office's own
    /// words.
    #[must_use]
    pub fn closed_all_day(&self, closures: &[Closure], now: Timestamp) -> Option<String> {
        match hours::day_of(self.date(now), closures) {
            Day::Usual | Day::Changed(Closure { left: Some(_), .. }) => None,
            is => Some(self.reason(is)),
        }
    }

    fn reason(&self, is: Day<'_>) -> String {
        match is {
            Day::Usual => String::new(),
            Day::Holiday(holiday) => self.say(&format!("holiday.{}", holiday.word()), &[]),
            Day::Changed(closure) => closure.reason.in_language(self.language).to_owned(),
        }
    }

    fn special_day(&self, matters: &[Matter], day: Date, is: Day<'_>) -> Option<String> {
        let sometimes = matters.iter().filter(|matter| !hours::is_round_the_clock(&matter.hours));
        let usual = union(sometimes.flat_map(|matter| &matter.hours), hours::iso_weekday(day));
        if usual.is_empty() {
            return None;
        }
        let left: Vec<Stretch> = usual.iter().filter_map(|stretch| hours::left_of(*stretch, is)).collect();
        if left == usual {
            return None;
        }
        let reason = self.reason(is);
        let month = self.say(&format!("month.m{}", day.month()), &[]);
        let arguments = [("day", day.day().to_string()), ("month", month), ("reason", reason)];
        if left.is_empty() {
            return Some(self.say("special.closed", &arguments));
        }
        let times: Vec<String> = left.iter().map(|left| format!("{}–{}", clock(left.from), clock(left.to))).collect();
        let [day, month, reason] = arguments;
        Some(self.say("special.shorter", &[day, month, reason, ("time", times.join(", "))]))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::tz::TimeZone;
    use okienko::domain::office::{LocalText, OpeningHours};
    use okienko::ids::{MatterId, OfficeId};
    use okienko::world::World;

    use super::*;
    use crate::i18n::I18n;

    fn local(text: &str) -> LocalText {
        LocalText { pl: text.to_owned(), en: Some(format!("{text} (en)")), uk: None }
    }

    /// Open on working days from eight to three.
    fn matter() -> Matter {
        let world = World::real();
        Matter {
            id: MatterId::new(&world),
            office: OfficeId::new(&world),
            letter: 'A',
            name: local("Dowody"),
            summary: local(""),
            prepare: local(""),
            typical_s: 300,
            hours: (1..=5).map(|weekday| OpeningHours { weekday, from: 480, to: 900 }).collect(),
            rank: 1,
            is_general: false,
        }
    }

    fn said(language: &str, closures: &[Closure], now: &str) -> Vec<String> {
        let (i18n, zone) = (I18n::load().unwrap(), TimeZone::get("Europe/Warsaw").unwrap());
        let speaker = Speaker { i18n: &i18n, language, zone: &zone };
        speaker.special_days(&[matter()], closures, now.parse().unwrap())
    }

    #[test]
    fn days_off_and_shortened_days_are_said_with_their_reason() {
        let closures = [
            Closure { day: date(2028, 5, 2), left: None, reason: local("dzień wolny za 1 maja") },
            Closure { day: date(2028, 5, 5), left: Some(Stretch { from: 0, to: 720 }), reason: local("szkolenie") },
            // A Saturday, a day that is not shorter for it, and one that is too far away.
            Closure { day: date(2028, 5, 6), left: None, reason: local("sobota") },
            Closure { day: date(2028, 5, 8), left: Some(Stretch { from: 480, to: 1_000 }), reason: local("nic") },
            Closure { day: date(2028, 5, 22), left: None, reason: local("daleko") },
        ];

        let expected = [
            "Zamknięte 1 maja: Święto Pracy.",
            "Zamknięte 2 maja: dzień wolny za 1 maja.",
            "Zamknięte 3 maja: Święto Konstytucji 3 Maja.",
            "5 maja otwarte tylko 8:00–12:00: szkolenie.",
        ];
        assert_eq!(said("pl", &closures, "2028-04-28T10:00:00Z"), expected);
        assert_eq!(
            said("en", &closures[1..2], "2028-05-04T10:00:00Z"),
            ["5 May: open only 8:00–12:00, szkolenie (en)."]
        );
    }

    #[test]
    fn a_whole_day_off_has_a_reason_a_shortened_one_and_a_usual_one_have_none() {
        let (i18n, zone) = (I18n::load().unwrap(), TimeZone::get("Europe/Warsaw").unwrap());
        let speaker = Speaker { i18n: &i18n, language: "uk", zone: &zone };
        let closures = [
            Closure { day: date(2028, 5, 2), left: None, reason: local("dzień wolny") },
            Closure { day: date(2028, 5, 5), left: Some(Stretch { from: 0, to: 720 }), reason: local("szkolenie") },
        ];
        let off = |now: &str| speaker.closed_all_day(&closures, now.parse().unwrap());

        assert_eq!(off("2028-05-01T10:00:00Z").as_deref(), Some("День праці"));
        assert_eq!(off("2028-05-02T10:00:00Z").as_deref(), Some("dzień wolny"), "a missing language falls back");
        // In Warsaw it is the third already.
        assert_eq!(off("2028-05-02T22:30:00Z").as_deref(), Some("День Конституції 3 травня"));
        assert_eq!((off("2028-05-04T10:00:00Z"), off("2028-05-05T10:00:00Z")), (None, None));
    }

    #[test]
    fn every_holiday_has_a_name_in_every_language() {
        let i18n = I18n::load().unwrap();
        for language in ["pl", "en", "uk"] {
            for holiday in hours::Holiday::ALL {
                let key = format!("office.holiday.{}", holiday.word());
                assert_ne!(i18n.text(language, &key, &[]), key, "{language}");
            }
        }
    }

    #[test]
    fn an_office_that_is_always_open_keeps_no_such_days() {
        let (i18n, zone) = (I18n::load().unwrap(), TimeZone::get("Europe/Warsaw").unwrap());
        let always = (1..=7).map(|weekday| OpeningHours { weekday, from: 0, to: 1_440 }).collect();
        let speaker = Speaker { i18n: &i18n, language: "pl", zone: &zone };

        let said =
            speaker.special_days(&[Matter { hours: always, ..matter() }], &[], "2028-04-28T10:00:00Z".parse().unwrap());

        assert_eq!(said, Vec::<String>::new());
    }
}
