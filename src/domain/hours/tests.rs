//! Cases of opening hours, holidays and the last admission.

use jiff::civil::date;

use super::*;

fn warsaw() -> TimeZone {
    TimeZone::get("Europe/Warsaw").unwrap()
}

fn at(text: &str) -> Timestamp {
    let local: jiff::civil::DateTime = text.parse().unwrap();
    warsaw().to_timestamp(local).unwrap()
}

fn weekdays(from: MinuteOfDay, to: MinuteOfDay) -> Vec<OpeningHours> {
    (1..=5).map(|weekday| OpeningHours { weekday, from, to }).collect()
}

fn eight_to_three() -> Vec<OpeningHours> {
    weekdays(480, 900)
}

fn closed(opens_at: Option<Timestamp>, holiday: Option<Holiday>) -> Opening {
    Opening::Closed { opens_at, holiday }
}

#[test]
fn hours_begin_at_their_first_minute_and_end_before_their_last() {
    let hours = eight_to_three();
    let open = Opening::Open { closes_at: Some(at("2026-11-03T15:00")) };

    assert_eq!(opening(&hours, at("2026-11-03T07:59:59"), &warsaw()), closed(Some(at("2026-11-03T08:00")), None));
    assert_eq!(opening(&hours, at("2026-11-03T08:00"), &warsaw()), open);
    assert_eq!(opening(&hours, at("2026-11-03T14:59:59"), &warsaw()), open);
    assert_eq!(opening(&hours, at("2026-11-03T15:00"), &warsaw()), closed(Some(at("2026-11-04T08:00")), None));
}

#[test]
fn on_friday_evening_it_opens_on_monday() {
    let opens = opening(&eight_to_three(), at("2026-11-06T18:00"), &warsaw());

    assert_eq!(opens, closed(Some(at("2026-11-09T08:00")), None));
}

#[test]
fn eight_stays_eight_when_the_clocks_change() {
    for (before, opens) in [("2027-03-27T12:00", "2027-03-30T08:00"), ("2027-10-30T12:00", "2027-11-02T08:00")] {
        let opens_at = at(opens);

        assert_eq!(opening(&eight_to_three(), at(before), &warsaw()), closed(Some(opens_at), None));
        assert_eq!(warsaw().to_datetime(opens_at).hour(), 8);
    }
}

#[test]
fn hours_in_the_skipped_and_the_doubled_hour_are_not_lost() {
    let nights: Vec<OpeningHours> = (1..=7).map(|weekday| OpeningHours { weekday, from: 90, to: 210 }).collect();
    // 2026-10-25: 02:00 to 03:00 comes twice. 2026-03-29: it does not come at all.
    let lengths = [("2026-10-25T01:30", 180), ("2026-03-29T01:30", 60), ("2026-06-17T01:30", 120)];
    for (from, minutes) in lengths {
        let Opening::Open { closes_at: Some(closes_at) } = opening(&nights, at(from), &warsaw()) else { panic!() };

        assert_eq!(closes_at.duration_since(at(from)).as_mins(), minutes, "{from}");
    }
}

#[test]
fn hours_that_touch_are_one_stretch_even_over_midnight() {
    let hours = [
        OpeningHours { weekday: 2, from: 720, to: 1_440 },
        OpeningHours { weekday: 2, from: 480, to: 720 },
        OpeningHours { weekday: 3, from: 0, to: 120 },
    ];

    let until_two = Opening::Open { closes_at: Some(at("2026-11-04T02:00")) };

    assert_eq!(opening(&hours, at("2026-11-03T08:30"), &warsaw()), until_two);
}

#[test]
fn holidays_close_what_is_not_round_the_clock() {
    let corpus_christi = opening(&eight_to_three(), at("2027-05-27T10:00"), &warsaw());
    let always: Vec<OpeningHours> = (1..=7).map(|weekday| OpeningHours { weekday, from: 0, to: 1_440 }).collect();

    assert_eq!(corpus_christi, closed(Some(at("2027-05-28T08:00")), Some(Holiday::CorpusChristi)));
    assert_eq!(opening(&always, at("2027-05-27T10:00"), &warsaw()), Opening::Open { closes_at: None });
    assert_eq!(opening(&[], at("2027-05-27T10:00"), &warsaw()), closed(None, Some(Holiday::CorpusChristi)));
}

#[test]
fn holidays_of_2027_are_those_of_the_calendar() {
    let days: Vec<(Date, Holiday)> =
        date(2027, 1, 1).series(jiff::Span::new().days(1)).take(365).filter_map(|d| Some((d, holiday(d)?))).collect();

    let expected = [(1, 1), (1, 6), (3, 28), (3, 29), (5, 1), (5, 3), (5, 16), (5, 27), (8, 15), (11, 1), (11, 11)];
    let expected = expected.into_iter().chain([(12, 24), (12, 25), (12, 26)]).map(|(m, d)| date(2027, m, d));
    assert_eq!(days.iter().map(|(day, _)| *day).collect::<Vec<_>>(), expected.collect::<Vec<_>>());
    assert_eq!(days.iter().map(|(_, which)| *which).collect::<Vec<_>>(), Holiday::ALL);
    assert_eq!(holiday(date(2024, 12, 24)), None);
    assert_eq!(holiday(date(2025, 12, 24)), Some(Holiday::ChristmasEve));
}

#[test]
fn easter_is_where_almanacs_have_it() {
    let known = [
        date(1818, 3, 22),
        date(1943, 4, 25),
        date(1954, 4, 18),
        date(1981, 4, 19),
        date(2000, 4, 23),
        date(2008, 3, 23),
        date(2011, 4, 24),
        date(2024, 3, 31),
        date(2025, 4, 20),
        date(2026, 4, 5),
        date(2027, 3, 28),
        date(2038, 4, 25),
        date(2049, 4, 18),
        date(2076, 4, 19),
    ];
    for easter in known {
        assert_eq!(easter_sunday(easter.year()), Some(easter));
    }
    for year in 1583..4_000 {
        let easter = easter_sunday(year).unwrap();
        assert_eq!(easter.weekday(), Weekday::Sunday, "{easter}");
        assert!(easter >= date(year, 3, 22) && easter <= date(year, 4, 25), "{easter}");
    }
}

#[test]
fn the_day_is_that_of_the_office() {
    assert_eq!(office_day("2026-11-03T22:59:59Z".parse().unwrap(), &warsaw()), date(2026, 11, 3));
    assert_eq!(office_day("2026-11-03T23:00:00Z".parse().unwrap(), &warsaw()), date(2026, 11, 4));
}

#[test]
fn a_newcomer_is_refused_with_the_reason() {
    let now = at("2026-11-03T14:50");
    let good = Situation {
        opening: opening(&eight_to_three(), now, &warsaw()),
        waiting: 3,
        max_waiting: 40,
        receiving: 2,
        wait: Some(WaitRange { from_min: 5, to_min: 15 }),
    };
    let opens_at = Some(at("2026-11-04T08:00"));

    assert_eq!(admission(good, now), Admission::Open);
    assert_eq!(admission(good, at("2026-11-03T14:50:01")), Admission::TooLate);
    assert_eq!(admission(Situation { waiting: 40, ..good }, now), Admission::Full { waiting: 40 });
    assert_eq!(admission(Situation { receiving: 0, wait: None, ..good }, now), Admission::NobodyOnDuty);
    assert_eq!(admission(Situation { opening: closed(opens_at, None), ..good }, now), Admission::ClosedUntil(opens_at));
    let always = Situation { opening: Opening::Open { closes_at: None }, ..good };
    assert_eq!(
        admission(Situation { wait: Some(WaitRange { from_min: 900, to_min: 900 }), ..always }, now),
        Admission::Open
    );
}
