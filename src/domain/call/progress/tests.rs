//! Cases and properties of a call's course.

use proptest::prelude::*;

use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_000_000 + second).unwrap()
}

fn live_call() -> CallProgress {
    let mut call = CallProgress::new(&Timings::default());
    call.connected(Role::Clerk, at(0));
    call.accepted(at(10));
    let step = call.connected(Role::Citizen, at(12));
    assert!(step.first_live && step.changed);
    assert_eq!((step.phase, step.deadline), (CallPhase::Live, None));
    call
}

#[test]
fn nothing_is_due_before_the_citizen_accepts() {
    let mut call = CallProgress::new(&Timings::default());

    let step = call.connected(Role::Clerk, at(0));

    assert_eq!((step.phase, step.deadline, step.changed), (CallPhase::Connecting, None, false));
    assert_eq!(call.deadline_passed(at(10_000)).phase, CallPhase::Connecting);
}

#[test]
fn a_lost_citizen_is_awaited_for_two_minutes_and_may_come_back() {
    let mut call = live_call();

    let lost = call.lost(Role::Citizen, at(100));
    let early = call.deadline_passed(at(219));
    let back = call.connected(Role::Citizen, at(219));

    assert_eq!(lost.phase, CallPhase::Reconnecting { who: Awaited::Citizen, until: Some(at(220)) });
    assert_eq!(lost.deadline, Some(at(220)));
    assert!(!early.changed);
    assert_eq!((back.phase, back.first_live, back.deadline), (CallPhase::Live, false, None));
    assert_eq!(call.live_at(), Some(at(12)));
}

#[test]
fn a_citizen_who_stays_away_loses_the_call_and_a_clerk_does_not_cost_them_the_place() {
    let mut without_citizen = live_call();
    without_citizen.lost(Role::Citizen, at(100));
    let mut without_clerk = live_call();
    without_clerk.lost(Role::Clerk, at(100));
    let mut without_both = live_call();
    without_both.lost(Role::Citizen, at(100));
    without_both.lost(Role::Clerk, at(101));

    let reason = |call: &mut CallProgress, second| match call.deadline_passed(at(second)).phase {
        CallPhase::Ended { reason } => reason,
        other => panic!("{other:?}"),
    };

    assert!(matches!(without_citizen.deadline_passed(at(220)).phase, CallPhase::Reconnecting { until: None, .. }));
    assert_eq!(reason(&mut without_citizen, 220 + 480), EndReason::CitizenLost);
    assert_eq!(after_call(EndReason::CitizenLost), AfterCall::MayReturn);
    assert_eq!(reason(&mut without_clerk, 220), EndReason::ClerkLost);
    assert_eq!(reason(&mut without_both, 220), EndReason::ClerkLost);
    assert_eq!(after_call(EndReason::ClerkLost), AfterCall::BackToHead);
}

#[test]
fn only_the_office_breaks_a_call_off_and_it_does_whatever_the_connections_are_like() {
    for role in [Role::Clerk, Role::Supervisor] {
        let mut lost = live_call();
        lost.lost(Role::Citizen, at(100));
        for mut call in [live_call(), lost, CallProgress::new(&Timings::default())] {
            let step = call.break_off(role, at(101));

            assert_eq!((step.phase, step.changed), (CallPhase::Ended { reason: EndReason::BrokenOff }, true));
            assert!(!call.break_off(role, at(102)).changed, "it is broken off once");
        }
    }
    for role in [Role::Citizen, Role::Interpreter, Role::Companion] {
        assert_eq!(live_call().break_off(role, at(100)).phase, CallPhase::Live);
    }
    let mut over = live_call();
    over.hang_up(Role::Citizen, at(100));
    let step = over.break_off(Role::Clerk, at(101));
    assert_eq!((step.phase, step.changed), (CallPhase::Ended { reason: EndReason::CitizenHungUp }, false));
    assert_eq!(after_call(EndReason::BrokenOff), AfterCall::Over);
}

#[test]
fn after_two_minutes_the_clerk_is_asked_and_may_wait_on_or_end_or_see_the_citizen_come_back() {
    let asked = || {
        let mut call = live_call();
        call.lost(Role::Citizen, at(100));
        let step = call.deadline_passed(at(220));
        assert_eq!(step.phase, CallPhase::Reconnecting { who: Awaited::Citizen, until: None });
        assert_eq!((step.changed, step.deadline), (true, Some(at(700))));
        call
    };
    let (mut waits, mut ends, mut back, mut lost) = (asked(), asked(), asked(), asked());

    let waiting = waits.wait_longer(at(230));
    let ended = ends.hang_up(Role::Clerk, at(230));
    let live = back.connected(Role::Citizen, at(230));
    let both = lost.lost(Role::Clerk, at(230));

    assert_eq!(waiting.phase, CallPhase::Reconnecting { who: Awaited::Citizen, until: Some(at(350)) });
    assert_eq!(waits.deadline_passed(at(350)).phase, CallPhase::Reconnecting { who: Awaited::Citizen, until: None });
    assert_eq!(ended.phase, CallPhase::Ended { reason: EndReason::CitizenLost });
    assert_eq!((live.phase, live.deadline), (CallPhase::Live, None));
    assert_eq!(both.phase, CallPhase::Reconnecting { who: Awaited::Both, until: Some(at(350)) });
    assert_eq!(lost.deadline_passed(at(350)).phase, CallPhase::Ended { reason: EndReason::ClerkLost });
    assert!(!live_call().wait_longer(at(20)).changed);
}

#[test]
fn a_call_that_nobody_connects_to_fails_a_minute_after_the_acceptance() {
    let mut call = CallProgress::new(&Timings::default());
    assert_eq!(call.accepted(at(0)).deadline, Some(at(60)));

    let step = call.deadline_passed(at(60));

    assert_eq!(step.phase, CallPhase::Ended { reason: EndReason::Failed });
    assert_eq!(step.deadline, None);
}

#[test]
fn the_first_reason_stays_and_an_interpreter_ends_nothing() {
    let mut call = live_call();

    assert_eq!(call.hang_up(Role::Interpreter, at(50)).phase, CallPhase::Live);
    assert_eq!(call.hang_up(Role::Citizen, at(51)).phase, CallPhase::Ended { reason: EndReason::CitizenHungUp });
    let late = call.hang_up(Role::Clerk, at(52));

    assert_eq!(late.phase, CallPhase::Ended { reason: EndReason::CitizenHungUp });
    assert!(!late.changed);
}

#[test]
fn after_a_restart_both_are_awaited() {
    let call = CallProgress::resumed(at(0), Some(at(5)), at(500), &Timings::default());

    assert_eq!(call.phase(), CallPhase::Reconnecting { who: Awaited::Both, until: Some(at(620)) });
}

proptest! {
    #[test]
    fn every_history_ends_or_is_live_or_has_a_deadline(inputs in prop::collection::vec((0_u8..7, 0_i64..200), 1..40)) {
        let mut call = CallProgress::new(&Timings::default());
        call.accepted(at(0));
        let mut now = 0;
        let mut ended = None;
        for (input, wait) in inputs {
            now += wait;
            let step = match input {
                0 => call.connected(Role::Citizen, at(now)),
                1 => call.connected(Role::Clerk, at(now)),
                2 => call.lost(Role::Citizen, at(now)),
                3 => call.lost(Role::Clerk, at(now)),
                4 => call.connected(Role::Interpreter, at(now)),
                5 => call.wait_longer(at(now)),
                _ => call.deadline_passed(at(now)),
            };
            let settled = matches!(step.phase, CallPhase::Live | CallPhase::Ended { .. });
            prop_assert_eq!(settled, step.deadline.is_none());
            prop_assert!(ended.is_none() || ended == Some(step.phase));
            if matches!(step.phase, CallPhase::Ended { .. }) {
                ended = Some(step.phase);
            }
        }
        call.deadline_passed(at(now + 10_000));
        // Whom the clerk is asked about is given up as well.
        call.deadline_passed(at(now + 20_000));
        let is_settled = matches!(call.phase(), CallPhase::Live | CallPhase::Ended { .. });
        prop_assert!(is_settled);
    }
}
