//! Cases of opening hours, holidays and the last admission.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::domain::office::LocalText;

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

fn closed(opens_at: Option<Timestamp>) -> Opening {
    Opening::Closed { opens_at }
}

/// A day that the office closes, or of which it leaves so much.
fn closure(day: Date, left: Option<(MinuteOfDay, MinuteOfDay)>) -> Closure {
    let reason = LocalText { pl: "dzień wolny".to_owned(), en: None, uk: None };
    Closure { day, left: left.map(|(from, to)| Stretch { from, to }), reason }
}

#[test]
fn hours_begin_at_their_first_minute_and_end_before_their_last() {
    let hours = eight_to_three();
    let open = Opening::Open { closes_at: Some(at("2026-11-03T15:00")) };

    assert_eq!(opening(&hours, &[], at("2026-11-03T07:59:59"), &warsaw()), closed(Some(at("2026-11-03T08:00"))));
    assert_eq!(opening(&hours, &[], at("2026-11-03T08:00"), &warsaw()), open);
    assert_eq!(opening(&hours, &[], at("2026-11-03T14:59:59"), &warsaw()), open);
    assert_eq!(opening(&hours, &[], at("2026-11-03T15:00"), &warsaw()), closed(Some(at("2026-11-04T08:00"))));
}

#[test]
fn on_friday_evening_it_opens_on_monday() {
    let opens = opening(&eight_to_three(), &[], at("2026-11-06T18:00"), &warsaw());

    assert_eq!(opens, closed(Some(at("2026-11-09T08:00"))));
}

#[test]
fn eight_stays_eight_when_the_clocks_change() {
    for (before, opens) in [("2027-03-27T12:00", "2027-03-30T08:00"), ("2027-10-30T12:00", "2027-11-02T08:00")] {
        let opens_at = at(opens);

        assert_eq!(opening(&eight_to_three(), &[], at(before), &warsaw()), closed(Some(opens_at)));
        assert_eq!(warsaw().to_datetime(opens_at).hour(), 8);
    }
}

#[test]
fn hours_in_the_skipped_and_the_doubled_hour_are_not_lost() {
    let nights: Vec<OpeningHours> = (1..=7).map(|weekday| OpeningHours { weekday, from: 90, to: 210 }).collect();
    // 2026-10-25: 02:00 to 03:00 comes twice. 2026-03-29: it does not come at all.
    let lengths = [("2026-10-25T01:30", 180), ("2026-03-29T01:30", 60), ("2026-06-17T01:30", 120)];
    for (from, minutes) in lengths {
        let Opening::Open { closes_at: Some(closes_at) } = opening(&nights, &[], at(from), &warsaw()) else { panic!() };

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

    assert_eq!(opening(&hours, &[], at("2026-11-03T08:30"), &warsaw()), until_two);
}

#[test]
fn holidays_close_what_is_not_round_the_clock() {
    let corpus_christi = opening(&eight_to_three(), &[], at("2027-05-27T10:00"), &warsaw());
    let always: Vec<OpeningHours> = (1..=7).map(|weekday| OpeningHours { weekday, from: 0, to: 1_440 }).collect();

    assert_eq!(corpus_christi, closed(Some(at("2027-05-28T08:00"))));
    assert_eq!(opening(&always, &[], at("2027-05-27T10:00"), &warsaw()), Opening::Open { closes_at: None });
    assert_eq!(opening(&[], &[], at("2027-05-27T10:00"), &warsaw()), closed(None));
}

#[test]
fn a_day_that_the_office_closes_is_passed_over() {
    // 2 May 2028 is a Tuesday between two holidays.
    let bridge = [closure(date(2028, 5, 2), None)];
    let (hours, evening) = (eight_to_three(), at("2028-04-28T18:00"));

    assert_eq!(opening(&hours, &[], evening, &warsaw()), closed(Some(at("2028-05-02T08:00"))));
    assert_eq!(opening(&hours, &bridge, evening, &warsaw()), closed(Some(at("2028-05-04T08:00"))));
    assert_eq!(opening(&hours, &bridge, at("2028-05-02T10:00"), &warsaw()), closed(Some(at("2028-05-04T08:00"))));
    let always: Vec<OpeningHours> = (1..=7).map(|weekday| OpeningHours { weekday, from: 0, to: 1_440 }).collect();
    assert_eq!(opening(&always, &bridge, at("2028-05-02T10:00"), &warsaw()), Opening::Open { closes_at: None });
}

#[test]
fn of_a_day_that_the_office_shortens_the_rest_is_as_usual() {
    let hours = eight_to_three();
    let until_noon = [closure(date(2026, 11, 3), Some((0, 720)))];
    let open = |closures: &[Closure], now| opening(&hours, closures, at(now), &warsaw());

    assert_eq!(open(&until_noon, "2026-11-03T11:59"), Opening::Open { closes_at: Some(at("2026-11-03T12:00")) });
    assert_eq!(open(&until_noon, "2026-11-03T12:00"), closed(Some(at("2026-11-04T08:00"))));
    let from_ten = [closure(date(2026, 11, 3), Some((600, 1_200)))];
    assert_eq!(open(&from_ten, "2026-11-03T09:00"), closed(Some(at("2026-11-03T10:00"))));
    assert_eq!(open(&from_ten, "2026-11-03T14:00"), Opening::Open { closes_at: Some(at("2026-11-03T15:00")) });
    let evening = [closure(date(2026, 11, 3), Some((1_000, 1_200)))];
    assert_eq!(open(&evening, "2026-11-03T10:00"), closed(Some(at("2026-11-04T08:00"))));
}

#[test]
fn a_holiday_stays_one_whatever_the_office_decided() {
    let shortened = [closure(date(2026, 11, 11), Some((480, 720)))];

    assert_eq!(day_of(date(2026, 11, 11), &shortened), Day::Holiday(Holiday::IndependenceDay));
    let opens = opening(&eight_to_three(), &shortened, at("2026-11-11T09:00"), &warsaw());
    assert_eq!(opens, closed(Some(at("2026-11-12T08:00"))));
}

/// A Monday before an ordinary week and holidays, before the night that loses an hour, or before the one that doubles it.
fn mondays() -> impl Strategy<Value = Date> {
    prop::sample::select(vec![date(2026, 11, 2), date(2026, 3, 23), date(2026, 10, 19)])
}

/// What an office decides for the two weeks after a day.
fn decisions() -> impl Strategy<Value = Vec<(i64, Option<(MinuteOfDay, MinuteOfDay)>)>> {
    let left = prop::option::of((0_u16..1_440, 0_u16..=1_440).prop_filter("a stretch", |(from, to)| from < to));
    prop::collection::vec((0_i64..14, left), 0..6)
}

fn closures_from(first: Date, decisions: Vec<(i64, Option<(MinuteOfDay, MinuteOfDay)>)>) -> Vec<Closure> {
    let decided = |(day, left)| closure(first + jiff::Span::new().days(day), left);
    decisions.into_iter().map(decided).collect()
}

/// Working days, and nights over the hours that the clocks skip and double.
fn days_and_nights() -> Vec<OpeningHours> {
    let nights = (1..=7).map(|weekday| OpeningHours { weekday, from: 60, to: 240 });
    eight_to_three().into_iter().chain(nights).collect()
}

proptest! {
    #[test]
    fn closures_never_open_what_is_usually_closed(
        first in mondays(), decisions in decisions(), minute in 0_i64..(14 * 1_440),
    ) {
        let now = at(&format!("{first}T00:00")) + jiff::SignedDuration::from_mins(minute);
        let (hours, closures) = (days_and_nights(), closures_from(first, decisions));

        let (usual, changed) = (opening(&hours, &[], now, &warsaw()), opening(&hours, &closures, now, &warsaw()));

        prop_assert!(usual.is_open() || !changed.is_open());
        if let (Opening::Open { closes_at: usual }, Opening::Open { closes_at: changed }) = (usual, changed) {
            prop_assert!(changed <= usual);
        }
        if let (Opening::Closed { opens_at: Some(usual) }, Opening::Closed { opens_at: Some(changed) }) = (usual, changed) {
            prop_assert!(changed >= usual);
        }
    }

    #[test]
    fn it_opens_and_closes_at_the_moments_that_it_names(
        first in mondays(), decisions in decisions(), minute in 0_i64..(14 * 1_440),
    ) {
        let now = at(&format!("{first}T00:00")) + jiff::SignedDuration::from_mins(minute);
        let (hours, closures) = (days_and_nights(), closures_from(first, decisions));
        let is_open = |at| opening(&hours, &closures, at, &warsaw()).is_open();
        let second = jiff::SignedDuration::from_secs(1);

        match opening(&hours, &closures, now, &warsaw()) {
            Opening::Open { closes_at } => {
                let closes_at = closes_at.expect("these hours end");
                prop_assert!(closes_at > now && is_open(closes_at - second) && !is_open(closes_at));
            }
            Opening::Closed { opens_at } => {
                let opens_at = opens_at.expect("some night of two weeks is open");
                prop_assert!(opens_at > now && !is_open(opens_at - second) && is_open(opens_at));
            }
        }
    }
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
        opening: opening(&eight_to_three(), &[], now, &warsaw()),
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
    assert_eq!(admission(Situation { opening: closed(opens_at), ..good }, now), Admission::ClosedUntil(opens_at));
    let always = Situation { opening: Opening::Open { closes_at: None }, ..good };
    assert_eq!(
        admission(Situation { wait: Some(WaitRange { from_min: 900, to_min: 900 }), ..always }, now),
        Admission::Open
    );
}
