//! Times between two clients.

use okienko::wire::EndReason;

use super::{Office, good};
use crate::ledger::story::{Gap, Seen};
use crate::ledger::times::{Break, assignments, hang_ups, places, resumes};
use crate::measure::recorder::{Distribution, Recorder};

fn noted(recorder: &Recorder, name: &str) -> Distribution {
    recorder.summaries()[name]
}

fn is_near(value: f64, expected: f64) -> bool {
    (value - expected).abs() <= expected / 100.0
}

#[test]
fn an_assignment_lasts_until_both_browsers_know() {
    let mut office = good();
    // Anna's browser knew at once, the resident's only after half a second.
    office.shifts[0].presses[0].planned -= std::time::Duration::from_millis(50);
    let called = office.stories[0].sights.iter_mut().find(|sight| matches!(sight.seen, Seen::Called(_))).unwrap();
    called.at = office.begin + std::time::Duration::from_millis(5_500);
    let recorder = Recorder::default();

    assert_eq!(assignments(&office.stories, &office.shifts, &[], &recorder), 3);

    assert_eq!(noted(&recorder, "assign_ms").count, 3);
    assert!(is_near(noted(&recorder, "assign_ms").max, 550.0));
    assert!(is_near(noted(&recorder, "assign_service_ms").max, 500.0));
}

#[test]
fn what_a_fault_delays_is_not_an_assignment() {
    let office = good();
    let recorder = Recorder::default();
    let breaks = [Break { at: office.at(5.02) }];

    assignments(&office.stories, &office.shifts, &breaks, &recorder);

    // The second clerk pressed after it.
    assert_eq!(noted(&recorder, "assign_ms").count, 2);
}

#[test]
fn a_hang_up_lasts_until_the_resident_is_told() {
    let office = good();
    let recorder = Recorder::default();

    hang_ups(&office.stories, &office.shifts, &[], &recorder);

    assert_eq!(noted(&recorder, "hang_up_ms").count, 3);
    assert!(is_near(noted(&recorder, "hang_up_ms").p50, 100.0));
}

#[test]
fn a_place_is_told_from_the_oldest_press_that_it_tells_of() {
    let mut office = Office::new();
    for s in [1.0, 1.1, 1.2] {
        office.joins(s);
    }
    office.stories[2].sights[0].seen = Seen::Waiting(3);
    office.calls(0, 0, 5.0);
    office.calls(1, 1, 5.4);
    // Both at once, and half a second after the first.
    office.sees(2, 5.5, Seen::Waiting(1));
    office.sees(2, 9.0, Seen::Ended(EndReason::Left));
    let recorder = Recorder::default();

    places(&office.stories, &office.shifts, &recorder);

    assert_eq!(noted(&recorder, "place_ms").count, 1);
    assert!(is_near(noted(&recorder, "place_ms").max, 500.0));
}

#[test]
fn a_browser_is_back_from_the_fault_on() {
    let mut office = good();
    let gap = |from, until: Option<f64>| Gap { from: office.at(from), until: until.map(|until| office.at(until)) };
    let gaps = [gap(5.1, Some(7.0)), gap(5.1, None), gap(1.0, Some(2.0))];
    office.stories[0].gaps = gaps[..2].to_vec();
    office.shifts[0].gaps = gaps[2..].to_vec();
    let recorder = Recorder::default();

    let not_back = resumes(&office.stories, &office.shifts, &[Break { at: office.at(5.0) }], &recorder);

    assert_eq!(not_back, 1);
    assert_eq!(noted(&recorder, "resume_ms").count, 1);
    assert!(is_near(noted(&recorder, "resume_ms").max, 2_000.0));
}
