//! Cases and properties of a presence's steps.

use proptest::prelude::*;

use super::*;
use crate::domain::timings::Timings;
use crate::wire::PresenceView;
use crate::world::World;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

struct Scene {
    ticket: TicketId,
    call: CallId,
    other: CallId,
    presence: Presence,
    timings: Timings,
}

/// A clerk who receives since second 1.
fn scene() -> Scene {
    let count = std::sync::atomic::AtomicU8::new(0);
    let world = World::new(|| at(0), move |bytes| bytes.fill(count.fetch_add(1, std::sync::atomic::Ordering::Relaxed)));
    let off = Presence::sign_in(ClerkId::new(&world), OfficeId::new(&world), at(0)).presence;
    Scene {
        ticket: TicketId::new(&world),
        call: CallId::new(&world),
        other: CallId::new(&world),
        presence: off.set_state(WishedState::Receiving, at(1)).unwrap().presence,
        timings: Timings::default(),
    }
}

impl Scene {
    fn calling(&self) -> Presence {
        self.presence.start_calling(self.ticket, self.call, at(160), at(100)).unwrap().presence
    }

    fn in_call(&self) -> Presence {
        self.calling().call_accepted(self.call, at(120)).unwrap().presence
    }

    fn after_call(&self) -> Presence {
        self.in_call().call_over(self.call, at(500), &self.timings).unwrap().presence
    }
}

#[test]
fn nobody_receives_before_they_say_so() {
    let s = scene();
    let off = Presence::sign_in(s.presence.clerk, s.presence.office, at(0)).presence;

    assert!(!off.is_on_duty(at(0), &s.timings) && s.presence.is_on_duty(at(1), &s.timings));
    assert_eq!(off.start_calling(s.ticket, s.call, at(60), at(0)), Err(PresenceError::NotReceiving));
}

#[test]
fn a_break_wished_during_a_call_begins_after_it() {
    let s = scene();

    let wished = s.in_call().set_state(WishedState::Break, at(200)).unwrap().presence;
    let after = wished.call_over(s.call, at(500), &s.timings).unwrap().presence;
    let on_break = after.due(at(620), &s.timings).unwrap().presence;

    assert_eq!((wished.state.view(), wished.wished), (PresenceView::InCall, WishedState::Break));
    assert_eq!(after.until(), Some(at(620)));
    assert_eq!((on_break.state, on_break.since), (PresenceState::Break, at(620)));
}

#[test]
fn an_invitation_that_comes_to_nothing_leaves_the_clerk_as_wished() {
    let s = scene();

    let receiving = s.calling().invitation_over(s.call, at(160)).unwrap().presence;
    let wished = s.calling().set_state(WishedState::Off, at(130)).unwrap().presence;

    assert_eq!(receiving.state, PresenceState::Receiving);
    assert_eq!(wished.invitation_over(s.call, at(160)).unwrap().presence.state, PresenceState::Off);
    assert_eq!(s.calling().invitation_over(s.other, at(160)), Err(PresenceError::OtherCall));
}

#[test]
fn an_occupied_clerk_calls_nobody_else() {
    let s = scene();

    for occupied in [s.calling(), s.in_call()] {
        assert_eq!(occupied.start_calling(s.ticket, s.other, at(300), at(130)), Err(PresenceError::Occupied));
        assert_eq!(occupied.sign_out(at(130)), Err(PresenceError::Occupied));
    }
    assert!(s.after_call().start_calling(s.ticket, s.other, at(600), at(540)).is_ok());
}

#[test]
fn the_time_after_a_call_can_be_extended_and_ended() {
    let s = scene();

    let more = s.after_call().more_wrap_up(at(600), &s.timings).unwrap().presence;
    let done = more.finish_wrap_up(WishedState::Receiving, at(650)).unwrap().unwrap().presence;

    assert_eq!((more.until(), more.since), (Some(at(740)), at(500)));
    assert_eq!(more.due(at(739), &s.timings), None);
    assert_eq!((&done.state, done.since), (&PresenceState::Receiving, at(650)));
    assert_eq!(s.presence.more_wrap_up(at(2), &s.timings), Err(PresenceError::WrongState { is: "receiving" }));
    // Over already: what is left is how to go on, which may be so already too.
    assert_eq!(done.finish_wrap_up(WishedState::Receiving, at(651)), Ok(None));
    let on_break = done.finish_wrap_up(WishedState::Break, at(651)).unwrap().unwrap().presence;
    assert_eq!((on_break.state, on_break.wished), (PresenceState::Break, WishedState::Break));
    assert_eq!(s.in_call().finish_wrap_up(WishedState::Break, at(600)), Err(PresenceError::Occupied));
    let by_switch = s.after_call().set_state(WishedState::Break, at(510)).unwrap().presence;
    assert_eq!(by_switch.state, PresenceState::Break);
}

#[test]
fn a_lost_clerk_leaves_duty_after_a_moment_and_is_gone_after_five_minutes() {
    let s = scene();

    let lost = s.presence.lost(at(10)).unwrap().presence;

    assert_eq!(lost.lost(at(11)), None);
    assert!(lost.is_on_duty(at(39), &s.timings) && !lost.is_on_duty(at(40), &s.timings));
    assert_eq!(lost.came_back(at(200)).unwrap().presence, s.presence);
    assert_eq!(lost.due(at(309), &s.timings), None);
    assert_eq!(lost.due(at(310), &s.timings).unwrap().presence.state, PresenceState::Off);
}

#[test]
fn a_clerk_lost_in_a_call_stays_in_it_until_the_call_itself_ends() {
    let s = scene();

    let lost = s.in_call().lost(at(130)).unwrap().presence;

    assert_eq!((lost.due(at(10_000), &s.timings), lost.next_deadline(&s.timings)), (None, None));
}

#[test]
fn pressing_the_state_one_is_in_changes_nothing() {
    let s = scene();

    assert_eq!(s.presence.set_state(WishedState::Receiving, at(50)), None);
}

proptest! {
    #[test]
    fn every_history_keeps_what_a_presence_promises(steps in prop::collection::vec((0_u8..12, 0_i64..200), 1..60)) {
        let s = scene();
        let mut presence = s.presence.clone();
        let mut now = 1;
        for (which, wait) in steps {
            now += wait;
            let t = at(now);
            let change = match which {
                0 => presence.set_state(WishedState::Receiving, t),
                1 => presence.set_state(WishedState::Break, t),
                2 => presence.start_calling(s.ticket, s.call, at(now + 60), t).ok(),
                3 => presence.call_accepted(s.call, t).ok(),
                4 => presence.invitation_over(s.call, t).ok(),
                5 => presence.call_over(s.call, t, &s.timings).ok(),
                6 => presence.more_wrap_up(t, &s.timings).ok(),
                7 => presence.finish_wrap_up(WishedState::Off, t).ok().flatten(),
                8 => presence.lost(t),
                9 => presence.came_back(t),
                10 => presence.sign_out(t).ok(),
                _ => presence.due(t, &s.timings),
            };
            let Some(change) = change else { continue };
            // Signing out is logged even by somebody who was off already.
            prop_assert!(which == 10 || change.presence != presence);
            prop_assert_eq!(change.event.from.as_str(), presence.state.word());
            prop_assert_eq!(change.event.to.as_str(), change.presence.state.word());
            presence = change.presence;
            // Only an acceptance begins a call, and idle states are what was wished.
            if which != 3 && which != 8 && which != 9 && which > 1 {
                prop_assert!(presence.state.view() != PresenceView::InCall);
            }
            if presence.engagement().is_none() {
                prop_assert_eq!(presence.state.word(), presence.wished.word());
            }
        }
    }
}
