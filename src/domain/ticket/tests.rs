//! Cases and properties of a ticket's steps.

use proptest::prelude::*;

use super::*;
use crate::domain::timings::{Timings, after};
use crate::ids::{CallId, ClerkId};
use crate::world::World;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn world() -> World {
    let counter = std::sync::atomic::AtomicU64::new(1);
    World::new(
        || at(0),
        move |bytes| {
            let number = counter.fetch_add(1, std::sync::atomic::Ordering::Relaxed).to_be_bytes();
            for (to, from) in bytes.iter_mut().rev().zip(number.into_iter().rev()) {
                *to = from;
            }
        },
    )
}

struct Scene {
    anna: ClerkId,
    marek: ClerkId,
    first: CallId,
    second: CallId,
    ticket: Ticket,
    timings: Timings,
}

fn scene() -> Scene {
    let world = world();
    let newcomer = Newcomer {
        id: TicketId::new(&world),
        office: OfficeId::new(&world),
        site: SiteId::new(&world),
        session: SessionId::new(&world),
        number: "A 027".to_owned(),
        wish: Wish { matter: MatterId::new(&world), mode: Mode::Video, needs: Vec::new(), language: "pl".to_owned() },
        name: Some("Jan".to_owned()),
        notice: "2026-11-01".to_owned(),
        ready: None,
        visit_at: None,
    };
    Scene {
        anna: ClerkId::new(&world),
        marek: ClerkId::new(&world),
        first: CallId::new(&world),
        second: CallId::new(&world),
        ticket: join(newcomer, at(0)).ticket,
        timings: Timings::default(),
    }
}

impl Scene {
    /// Anna called at second 100.
    fn called(&self) -> Ticket {
        self.ticket.call(self.anna, self.first, at(100), &self.timings).unwrap().ticket
    }

    /// … and nobody answered.
    fn missed(&self) -> Ticket {
        self.called().clerk_freed(self.first, at(160), &self.timings).unwrap().ticket
    }

    /// … and more time was asked for.
    fn deferred(&self) -> Ticket {
        let extended = self.called().more_time(at(110), &self.timings).unwrap().ticket;
        extended.clerk_freed(self.first, at(160), &self.timings).unwrap().ticket
    }

    fn in_call(&self) -> Ticket {
        self.called().accept(at(120)).unwrap().ticket
    }
}

#[test]
fn each_step_writes_the_log_row_that_it_is() {
    let s = scene();

    let called = s.ticket.call(s.anna, s.first, at(100), &s.timings).unwrap();

    let expected = Event {
        office: s.ticket.office,
        kind: SubjectKind::Ticket,
        subject: s.ticket.id.to_text(),
        at: at(100),
        from: "waiting".to_owned(),
        to: "called".to_owned(),
        by: Actor::Clerk(s.anna),
        reason: String::new(),
    };
    assert_eq!(called.event, expected);
}

#[test]
fn the_second_clerk_learns_who_was_faster() {
    let s = scene();

    let refused = s.called().call(s.marek, s.second, at(100), &s.timings);

    assert_eq!(refused, Err(TicketError::Taken { by: s.anna }));
    assert_eq!(s.in_call().call(s.marek, s.second, at(130), &s.timings), Err(TicketError::Taken { by: s.anna }));
}

#[test]
fn accepting_is_possible_up_to_the_deadline() {
    let s = scene();

    assert_eq!(s.called().accept(at(160)).unwrap().ticket.state.word(), "in-call");
    assert_eq!(s.called().accept(at(161)), Err(TicketError::TooLate));
    assert_eq!(s.ticket.accept(at(1)), Err(TicketError::WrongState { is: "waiting" }));
}

#[test]
fn more_time_moves_the_deadline_ten_times_and_never_the_clerks() {
    let s = scene();
    let mut ticket = s.called();

    for _ in 0..10 {
        ticket = ticket.more_time(at(150), &s.timings).unwrap().ticket;
    }

    let TicketState::Called { clerk_until, deadline, .. } = ticket.state else { panic!() };
    assert_eq!((clerk_until, deadline), (at(160), at(160 + 600)));
    assert_eq!(ticket.extensions_left(&s.timings), 0);
    assert_eq!(ticket.more_time(at(150), &s.timings), Err(TicketError::NoExtensionLeft));
}

#[test]
fn whoever_asked_for_time_is_deferred_and_comes_to_the_head_by_here() {
    let s = scene();
    let deferred = s.deferred();

    let here = deferred.here(at(200)).unwrap().ticket;

    assert_eq!(deferred.state, TicketState::Deferred { until: at(220) });
    assert_eq!(deferred.call(s.marek, s.second, at(170), &s.timings), Err(TicketError::AskedForTime));
    assert_eq!((here.state.word(), here.head_since, here.joined_at), ("waiting", Some(at(200)), at(0)));
    assert_eq!(deferred.here(at(221)), Err(TicketError::TooLate));
    assert_eq!(deferred.more_time(at(210), &s.timings).unwrap().ticket.state, TicketState::Deferred { until: at(280) });
}

#[test]
fn a_deferral_that_runs_out_is_a_missed_call() {
    let s = scene();

    let missed = s.deferred().due(at(220), &s.timings).unwrap().ticket;

    assert_eq!(missed.state, TicketState::Missed { called_at: at(100), return_until: at(1_120) });
    assert_eq!(missed.recalls, 1);
}

#[test]
fn a_missed_ticket_may_be_called_twice_more_within_three_minutes_of_the_first_miss() {
    let s = scene();
    let once = s.missed();
    assert!(once.may_be_recalled(at(340), &s.timings));
    assert!(!once.may_be_recalled(at(341), &s.timings));

    let again = once.call(s.marek, s.second, at(200), &s.timings).unwrap();
    let twice = again.ticket.clerk_freed(s.second, at(260), &s.timings).unwrap().ticket;
    let third = twice.call(s.anna, s.first, at(261), &s.timings).unwrap().ticket;
    let thrice = third.clerk_freed(s.first, at(321), &s.timings).unwrap().ticket;

    assert_eq!(again.event.reason, "again");
    assert!(twice.may_be_recalled(at(340), &s.timings) && !twice.may_be_recalled(at(341), &s.timings));
    assert_eq!(thrice.call(s.anna, s.first, at(322), &s.timings), Err(TicketError::NoRecallLeft));
}

#[test]
fn after_a_missed_call_one_may_return_to_the_head_for_fifteen_minutes() {
    let s = scene();
    let missed = s.missed();

    let back = missed.return_to_line(at(1_060)).unwrap().ticket;

    assert_eq!((back.state.word(), back.head_since, back.recalls), ("waiting", Some(at(1_060)), 0));
    assert_eq!(missed.return_to_line(at(1_061)), Err(TicketError::TooLate));
    assert_eq!(missed.due(at(1_059), &s.timings), None);
    let ended = missed.due(at(1_060), &s.timings).unwrap().ticket;
    assert_eq!((ended.state, ended.name), (TicketState::Ended { reason: EndReason::NotAccepted }, None));
}

#[test]
fn an_invitation_taken_back_leaves_the_place_as_it_was() {
    let s = scene();

    let back = s.called().cancel_call(Actor::Clerk(s.anna), at(110)).unwrap().ticket;

    assert_eq!((back.state.word(), back.head_since, back.joined_at), ("waiting", None, at(0)));
    assert_eq!(s.called().cancel_call(Actor::Clerk(s.marek), at(110)), Err(TicketError::Taken { by: s.anna }));
    let recalled = s.missed().call(s.anna, s.second, at(200), &s.timings).unwrap().ticket;
    let missed = recalled.cancel_call(Actor::System, at(210)).unwrap().ticket;
    assert_eq!(missed.state, TicketState::Missed { called_at: at(200), return_until: at(1_060) });
}

#[test]
fn whoever_was_lost_in_a_call_is_still_awaited_after_a_recall_that_is_taken_back() {
    let s = scene();
    let dropped = s.in_call().dropped_out(s.first, at(300), &s.timings).unwrap().ticket;
    let again = dropped.call(s.marek, s.second, at(320), &s.timings).unwrap().ticket;

    let back = again.cancel_call(Actor::Clerk(s.marek), at(330)).unwrap().ticket;

    assert_eq!(back.state, TicketState::Missed { called_at: at(320), return_until: at(1_200) });
    assert!(back.was_dropped());
    let asked = again.more_time(at(325), &s.timings).unwrap().ticket;
    let there = asked.cancel_call(Actor::Clerk(s.marek), at(330)).unwrap().ticket;
    assert_eq!((there.state, there.head_since), (TicketState::Waiting, Some(at(300))));
}

#[test]
fn a_recall_that_is_taken_back_leaves_the_way_back_as_long_as_it_was() {
    let s = scene();
    let once_more = s.missed().call(s.anna, s.second, at(200), &s.timings).unwrap().ticket;
    let missed = once_more.clerk_freed(s.second, at(260), &s.timings).unwrap().ticket;

    let third = missed.call(s.marek, s.first, at(300), &s.timings).unwrap().ticket;
    let back = third.cancel_call(Actor::Clerk(s.marek), at(310)).unwrap().ticket;

    assert_eq!(missed.state, TicketState::Missed { called_at: at(200), return_until: at(1_160) });
    assert_eq!(back.state, TicketState::Missed { called_at: at(300), return_until: at(1_160) });
}

#[test]
fn a_late_timer_does_not_hit_the_next_invitation() {
    let s = scene();
    let back = s.called().cancel_call(Actor::Clerk(s.anna), at(110)).unwrap().ticket;
    let again = back.call(s.marek, s.second, at(120), &s.timings).unwrap().ticket;

    assert_eq!(again.clerk_freed(s.first, at(160), &s.timings), Err(TicketError::OtherCall));
    assert_eq!(s.in_call().clerk_freed(s.first, at(160), &s.timings), Err(TicketError::WrongState { is: "in-call" }));
    let other = s.in_call().finish(s.second, EndReason::ClerkHungUp, Actor::System, at(130));
    assert_eq!(other, Err(TicketError::OtherCall));
}

#[test]
fn going_away_is_noted_once_and_the_place_lapses_after_five_minutes() {
    let s = scene();

    let away = s.ticket.went_away(at(10)).unwrap().ticket;

    assert_eq!(away.went_away(at(20)), None);
    assert_eq!(away.due(at(309), &s.timings), None);
    let ended = away.due(at(310), &s.timings).unwrap().ticket;
    assert_eq!(ended.state, TicketState::Ended { reason: EndReason::Lapsed });
    let back = away.came_back(at(250)).unwrap().ticket;
    assert_eq!((back.away_since, back.due(at(400), &s.timings)), (None, None));
    assert_eq!(back.came_back(at(251)), None);
}

#[test]
fn somebody_away_can_be_called_and_then_misses_instead_of_lapsing() {
    let s = scene();
    let away = s.ticket.went_away(at(10)).unwrap().ticket;

    let called = away.call(s.anna, s.first, at(305), &s.timings).unwrap().ticket;

    assert_eq!(called.due(at(320), &s.timings), None);
    assert_eq!(called.due(at(365), &s.timings).unwrap().ticket.state.word(), "missed");
    assert_eq!(called.accept(at(320)).unwrap().ticket.away_since, None);
}

#[test]
fn a_broken_call_puts_the_ticket_at_the_head_with_its_old_arrival_time() {
    let s = scene();

    let back = s.in_call().call_broken(s.first, EndReason::ClerkLost, at(500)).unwrap();

    assert_eq!((back.ticket.state.word(), back.ticket.head_since), ("waiting", Some(at(500))));
    assert_eq!((back.ticket.joined_at, back.event.reason.as_str()), (at(0), "clerk-lost"));
}

#[test]
fn leaving_is_for_the_line_and_hanging_up_for_the_call() {
    let s = scene();

    for ticket in [s.ticket.clone(), s.called(), s.deferred(), s.missed()] {
        let left = ticket.leave(at(170)).unwrap().ticket;
        assert_eq!((left.state, left.name), (TicketState::Ended { reason: EndReason::Left }, None));
    }
    assert_eq!(s.in_call().leave(at(170)), Err(TicketError::WrongState { is: "in-call" }));
}

#[derive(Debug, Clone, Copy)]
enum Press {
    CallByAnna,
    CallByMarek,
    Accept,
    MoreTime,
    Here,
    Return,
    Leave,
    TakeBack,
    Away,
    Back,
    Break,
    Finish,
    Time,
}

const PRESSES: [Press; 13] = [
    Press::CallByAnna,
    Press::CallByMarek,
    Press::Accept,
    Press::MoreTime,
    Press::Here,
    Press::Return,
    Press::Leave,
    Press::TakeBack,
    Press::Away,
    Press::Back,
    Press::Break,
    Press::Finish,
    Press::Time,
];

fn press(s: &Scene, ticket: &Ticket, press: Press, now: Timestamp) -> Option<Transition> {
    match press {
        Press::CallByAnna => ticket.call(s.anna, s.first, now, &s.timings).ok(),
        Press::CallByMarek => ticket.call(s.marek, s.second, now, &s.timings).ok(),
        Press::Accept => ticket.accept(now).ok(),
        Press::MoreTime => ticket.more_time(now, &s.timings).ok(),
        Press::Here => ticket.here(now).ok(),
        Press::Return => ticket.return_to_line(now).ok(),
        Press::Leave => ticket.leave(now).ok(),
        Press::TakeBack => ticket.cancel_call(Actor::Clerk(s.anna), now).ok(),
        Press::Away => ticket.went_away(now),
        Press::Back => ticket.came_back(now),
        Press::Break => ticket.call_broken(s.first, EndReason::Failed, now).ok(),
        Press::Finish => ticket.finish(s.first, EndReason::ClerkHungUp, Actor::Clerk(s.anna), now).ok(),
        Press::Time => ticket.due(now, &s.timings),
    }
}

proptest! {
    #[test]
    fn every_history_keeps_what_a_ticket_promises(presses in prop::collection::vec((0..PRESSES.len(), 0_i64..120), 1..60)) {
        let s = scene();
        let mut ticket = s.ticket.clone();
        let mut now = 0;
        for (which, wait) in presses {
            now += wait;
            let Some(step) = press(&s, &ticket, PRESSES[which], at(now)) else { continue };
            prop_assert_eq!(step.event.from.as_str(), ticket.state.word());
            prop_assert_eq!(step.event.to.as_str(), step.ticket.state.word());
            prop_assert_eq!((step.event.at, &step.event.subject), (at(now), &ticket.id.to_text()));
            let was_over = matches!(ticket.state, TicketState::Ended { .. });
            prop_assert!(!was_over, "a step out of the end: {step:?}");
            ticket = step.ticket;

            prop_assert_eq!((ticket.joined_at, &ticket.number), (at(0), &s.ticket.number));
            prop_assert!(ticket.extensions <= s.timings.max_extensions);
            prop_assert!(ticket.recalls <= s.timings.recalls + 1);
            match ticket.state {
                TicketState::Waiting => prop_assert_eq!((ticket.recalls, ticket.extensions), (0, 0)),
                TicketState::Called { clerk_until, deadline, .. } => prop_assert!(deadline >= clerk_until),
                TicketState::Deferred { .. } | TicketState::Missed { .. } => prop_assert!(ticket.head_since.is_some()),
                TicketState::InCall { .. } => prop_assert_eq!(ticket.away_since, None),
                TicketState::Ended { .. } => prop_assert_eq!(ticket.name.as_ref(), None),
            }
        }
    }

    #[test]
    fn nothing_in_the_line_but_waiting_lasts_for_ever(presses in prop::collection::vec((0..PRESSES.len(), 0_i64..60), 0..20)) {
        let s = scene();
        let mut ticket = s.ticket.clone();
        let mut now = 0;
        for (which, wait) in presses {
            now += wait;
            if let Some(step) = press(&s, &ticket, PRESSES[which], at(now)) {
                ticket = step.ticket;
            }
        }
        let mut steps = 0;
        while let Some(deadline) = ticket.next_deadline(&s.timings) {
            ticket = ticket.due(deadline, &s.timings).unwrap().ticket;
            steps += 1;
            prop_assert!(steps <= 3 && deadline <= after(at(now), 3_600));
        }
        let is_settled = matches!(ticket.state, TicketState::Waiting | TicketState::InCall { .. } | TicketState::Ended { .. });
        prop_assert!(is_settled);
    }
}
