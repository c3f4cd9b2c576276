//! Sockets and processes that are lost and come back, in every state.

use okienko::wire::{
    CitizenCommand, CitizenFrame, DeskCommand, DeskFrame, EndReason, Phase, PresenceView, WishedState,
};
use okienko_actors::presence::messages::PresenceEvent;
use okienko_actors::session::messages::SessionEvent;
use okienko_actors::{Attached, Claim, ProblemCode};

use crate::common::people::{Citizen, Desk, join, login_of};
use crate::common::{CityHall, ROUND, awake, s};
use crate::talking::{talking, view};

/// Closes the tab and opens the page again.
async fn reload(hall: &CityHall, citizen: &mut Citizen) -> Citizen {
    citizen.close_tab(hall).await;
    Citizen::attach(hall, citizen.session, false).await
}

#[actix::test]
async fn a_browser_that_comes_back_is_told_its_state_and_nothing_else() {
    let mut hall = CityHall::open().await;
    let anna = hall.receiving(hall.anna).await;
    let mut citizen = hall.citizen().await;

    let mut idle = reload(&hall, &mut citizen).await;
    assert_eq!(idle.frames(), [CitizenFrame::Idle]);

    idle.join(&hall, hall.identity_cards).await;
    let mut waiting = reload(&hall, &mut idle).await;
    let [CitizenFrame::Waiting { place: 1, reason: None, .. }] = &waiting.frames()[..] else { panic!() };

    anna.call_next(&hall).await;
    let mut called = reload(&hall, &mut waiting).await;
    let [CitizenFrame::Called { .. }] = &called.frames()[..] else { panic!("{:?}", called.frames()) };

    called.say_and_settle(&hall, CitizenCommand::MoreTime).await;
    hall.pass_with(s(61), &[&called], &[&anna]).await;
    let mut deferred = reload(&hall, &mut called).await;
    let [CitizenFrame::Deferred { .. }] = &deferred.frames()[..] else { panic!("{:?}", deferred.frames()) };

    hall.pass_with(s(61), &[&deferred], &[&anna]).await;
    let mut missed = reload(&hall, &mut deferred).await;
    let [CitizenFrame::Missed { .. }] = &missed.frames()[..] else { panic!("{:?}", missed.frames()) };

    missed.say_and_settle(&hall, CitizenCommand::Leave).await;
    let ended = reload(&hall, &mut missed).await;
    let [CitizenFrame::Ended { reason: EndReason::Left, .. }] = &ended.frames()[..] else { panic!() };
}

#[actix::test]
async fn a_browser_that_comes_back_into_a_call_begins_a_fresh_connection() {
    let mut hall = CityHall::open().await;
    let (mut citizen, anna, call) = talking(&mut hall).await;
    let (id, text) = ("m1".to_owned(), "Dzień dobry".to_owned());
    anna.say_and_settle(&hall, DeskCommand::Chat { id, text }).await;

    let back = reload(&hall, &mut citizen).await;
    let frames = back.frames();
    back.connect(&hall, call, 1).await;

    let [
        CitizenFrame::InCall { view: seen, .. },
        CitizenFrame::Transcript { messages, .. },
        CitizenFrame::RoomReady { call: ready, generation: 1 },
    ] = &frames[..]
    else {
        panic!("{frames:?}")
    };
    assert_eq!((seen.call, *ready, messages[0].text.as_str()), (call, call, "Dzień dobry"));
    assert_eq!(view(&back).phase, Phase::Live);
    // The clerk saw the citizen go and come.
    let phases: Vec<_> = anna
        .frames()
        .into_iter()
        .filter_map(|frame| match frame {
            DeskFrame::InCall { view } => Some(view.phase),
            _ => None,
        })
        .collect();
    assert!(phases.ends_with(&[Phase::Reconnecting, Phase::Live]), "{phases:?}");
}

#[actix::test]
async fn a_second_tab_is_told_where_the_first_is_and_may_take_over() {
    let mut hall = CityHall::open().await;
    let _anna = hall.receiving(hall.anna).await;
    let mut first = hall.citizen().await;
    first.join(&hall, hall.identity_cards).await;

    let second = Citizen::attach(&hall, first.session, false).await;
    assert_eq!(second.attached, Attached::Elsewhere);
    assert_eq!(second.frames(), []);
    let second = Citizen::attach(&hall, first.session, true).await;
    let from_the_first = first.say_and_settle(&hall, CitizenCommand::Leave).await;
    first.close_tab(&hall).await;
    hall.pass(s(5)).await;

    assert!(matches!(second.attached, Attached::Here(_)));
    assert_eq!(first.told().last(), Some(&SessionEvent::Elsewhere));
    assert_eq!((first.acks(&from_the_first), first.refusal(&from_the_first)), (0, None));
    let [CitizenFrame::Waiting { place: 1, .. }] = &second.frames()[..] else { panic!("{:?}", second.frames()) };
}

#[actix::test]
async fn a_socket_that_died_without_a_word_does_not_hold_the_session() {
    let mut hall = CityHall::open().await;
    let silent = hall.citizen().await;

    let early = Citizen::attach(&hall, silent.session, false).await;
    hall.pass(s(15)).await;
    let late = Citizen::attach(&hall, silent.session, false).await;

    assert_eq!(early.attached, Attached::Elsewhere);
    assert!(matches!(late.attached, Attached::Here(_)));
}

#[actix::test]
async fn a_page_that_lost_its_connection_replaces_its_own_dead_socket_at_once() {
    let mut hall = CityHall::open().await;
    let page = |name: &str| Claim { take_over: false, page: Some(name.to_owned()) };
    let (lost, clerk) = (hall.citizen().await, hall.anna);
    let first = Citizen::attach_with(&hall, lost.session, Claim { take_over: true, ..page("one") }).await;
    let desk = Desk::attach_with(&hall, clerk, login_of(clerk), page("console")).await;

    let other = Citizen::attach_with(&hall, lost.session, page("two")).await;
    let nameless = Citizen::attach(&hall, lost.session, false).await;
    let same = Citizen::attach_with(&hall, lost.session, page("one")).await;
    let other_desk = Desk::attach_with(&hall, clerk, login_of(clerk), page("elsewhere")).await;
    let same_desk = Desk::attach_with(&hall, clerk, login_of(clerk), page("console")).await;

    assert_eq!((other.attached, nameless.attached), (Attached::Elsewhere, Attached::Elsewhere));
    assert!(matches!(same.attached, Attached::Here(_)));
    assert_eq!(first.told().last(), Some(&SessionEvent::Elsewhere));
    assert_eq!(other_desk.attached, Attached::Elsewhere);
    assert!(matches!(same_desk.attached, Attached::Here(_)));
    assert!(matches!(desk.told().last(), Some(PresenceEvent::Elsewhere(_))));
}

#[actix::test]
async fn a_clerk_on_a_second_computer_takes_over_after_confirming() {
    let mut hall = CityHall::open().await;
    let (citizen, first, call) = talking(&mut hall).await;

    let asked = Desk::attach(&hall, hall.anna, false).await;
    let second = Desk::attach(&hall, hall.anna, true).await;
    let frames = second.frames();
    second.connect(&hall, call, 1).await;

    assert_eq!(asked.attached, Attached::Elsewhere);
    assert!(matches!(first.told().last(), Some(PresenceEvent::Elsewhere(_))));
    assert!(matches!(frames[0], DeskFrame::Presence { state: PresenceView::InCall, .. }), "{frames:?}");
    assert!(frames.iter().any(|frame| matches!(frame, DeskFrame::Line { .. })));
    assert!(frames.iter().any(|frame| matches!(frame, DeskFrame::InCall { .. })));
    assert_eq!(second.room(), Some((call, 1)));
    assert_eq!(view(&citizen).phase, Phase::Live);
}

#[actix::test]
async fn a_clerk_who_is_lost_no_longer_counts_after_half_a_minute_and_goes_home_after_five() {
    let mut hall = CityHall::open().await;
    let mut anna = hall.receiving(hall.anna).await;
    let citizen = hall.citizen().await;
    citizen.join(&hall, hall.identity_cards).await;

    anna.close_tab(&hall).await;
    hall.pass_with(s(30), &[&citizen], &[]).await;
    let CitizenFrame::Waiting { receiving: still, .. } = citizen.last() else { panic!() };
    hall.pass_with(s(4), &[&citizen], &[]).await;
    let CitizenFrame::Waiting { receiving: none, wait: None, .. } = citizen.last() else { panic!() };
    assert_eq!((still, none), (1, 0));

    let mut anna = hall.desk(hall.anna).await;
    hall.pass(ROUND).await;
    let CitizenFrame::Waiting { receiving: again, .. } = citizen.last() else { panic!() };
    assert_eq!((again, anna.state()), (1, PresenceView::Receiving));

    anna.close_tab(&hall).await;
    hall.pass_with(s(5 * 60 + 5), &[&citizen], &[]).await;
    assert_eq!(hall.desk(hall.anna).await.state(), PresenceView::Off);
}

#[actix::test]
async fn a_clerk_who_falls_silent_while_inviting_gives_the_person_back() {
    let mut hall = CityHall::open().await;
    let mut anna = hall.receiving(hall.anna).await;
    let citizen = hall.citizen().await;
    citizen.join(&hall, hall.identity_cards).await;
    anna.call_next(&hall).await;
    let call = citizen.invited_to().unwrap();

    anna.close_tab(&hall).await;
    hall.pass_with(s(34), &[&citizen], &[]).await;

    let CitizenFrame::Waiting { place: 1, .. } = citizen.last() else { panic!("{:?}", citizen.last()) };
    let back = hall.desk(hall.anna).await;
    assert_eq!(back.state(), PresenceView::Receiving);
    assert!(!back.frames().iter().any(|frame| matches!(frame, DeskFrame::RoomReady { call: of, .. } if *of == call)));
}

#[actix::test]
async fn who_signs_out_is_off_duty_and_their_socket_is_closed() {
    let mut hall = CityHall::open().await;
    let anna = hall.receiving(hall.anna).await;
    let citizen = hall.citizen().await;
    citizen.join(&hall, hall.identity_cards).await;

    awake(hall.switchboard.staff_signed_out(hall.anna, login_of(hall.anna), true)).await;
    hall.settle().await;
    hall.pass(ROUND).await;

    let PresenceEvent::Refused(refusal) = anna.told().pop().unwrap() else { panic!() };
    assert_eq!((refusal.code, refusal.fatal), (ProblemCode::SignedOut, true));
    let CitizenFrame::Waiting { receiving: 0, .. } = citizen.last() else { panic!("{:?}", citizen.last()) };
    hall.pass_with(s(62), &[&citizen], &[]).await;
    assert_eq!(hall.switchboard.counts().presences, 0);
    assert_eq!(hall.desk(hall.anna).await.state(), PresenceView::Off);
}

#[actix::test]
async fn a_new_process_knows_the_line_and_begins_absences_anew() {
    let mut hall = CityHall::open().await;
    let anna = hall.receiving(hall.anna).await;
    let first = hall.citizen().await;
    first.join(&hall, hall.identity_cards).await;
    let second = hall.citizen().await;
    second.join(&hall, hall.identity_cards).await;
    hall.pass_with(s(3), &[&first, &second], &[&anna]).await;

    hall.restart_process().await;
    let back = Citizen::attach(&hall, second.session, false).await;
    let anna = hall.desk(hall.anna).await;
    assert_eq!((back.place(), anna.state()), (Some(2), PresenceView::Receiving));

    // Whoever does not come back loses their place five minutes after the start.
    hall.pass_with(s(298), &[&back], &[&anna]).await;
    assert_eq!(back.place(), Some(2));
    hall.pass_with(s(4), &[&back], &[&anna]).await;
    assert_eq!(back.place(), Some(1));
    let late = Citizen::attach(&hall, first.session, false).await;
    let CitizenFrame::Ended { reason: EndReason::Lapsed, .. } = late.last() else { panic!("{:?}", late.last()) };
}

#[actix::test]
async fn a_command_repeated_to_a_new_process_is_done_once() {
    let mut hall = CityHall::open().await;
    let anna = hall.receiving(hall.anna).await;
    let citizen = hall.citizen().await;
    citizen.say_as("my join", join(hall.identity_cards));
    hall.settle().await;
    anna.say_as("my press", DeskCommand::CallNext);
    hall.settle().await;
    citizen.say_as("my accept", CitizenCommand::Accept);
    hall.settle().await;

    hall.restart_process().await;
    let citizen = Citizen::attach(&hall, citizen.session, false).await;
    let anna = hall.desk(hall.anna).await;
    citizen.say_as("my join", join(hall.identity_cards));
    anna.say_as("my press", DeskCommand::CallNext);
    citizen.say_as("my accept", CitizenCommand::Accept);
    hall.settle().await;
    let another = citizen.join(&hall, hall.identity_cards).await;

    assert_eq!((citizen.acks("my join"), citizen.acks("my accept"), anna.acks("my press")), (1, 1, 1));
    assert_eq!(citizen.refusal(&another), Some(ProblemCode::WrongState));
    assert_eq!(hall.house.open_now(), 1);
}

#[actix::test]
async fn a_call_goes_on_in_a_new_process() {
    let mut hall = CityHall::open().await;
    let (citizen, _, call) = talking(&mut hall).await;
    let live_at = view(&citizen).live_at;

    hall.restart_process().await;
    hall.pass(s(10)).await;
    let citizen = Citizen::attach(&hall, citizen.session, false).await;
    let anna = hall.desk(hall.anna).await;
    assert_eq!((citizen.room(), anna.room()), (Some((call, 1)), Some((call, 1))));
    assert_eq!(view(&citizen).phase, Phase::Reconnecting);
    citizen.connect(&hall, call, 1).await;
    anna.connect(&hall, call, 1).await;

    assert_eq!((view(&citizen).phase, view(&citizen).live_at), (Phase::Live, live_at));
    anna.say_and_settle(&hall, DeskCommand::HangUp).await;
    let CitizenFrame::Ended { reason: EndReason::ClerkHungUp, .. } = citizen.last() else { panic!() };
    anna.say_and_settle(&hall, DeskCommand::FinishWrapUp { next: WishedState::Off }).await;
    assert_eq!(anna.state(), PresenceView::Off);
}

#[actix::test]
async fn a_call_that_nobody_comes_back_to_after_a_restart_ends_and_keeps_the_place() {
    let mut hall = CityHall::open().await;
    let (citizen, _, _) = talking(&mut hall).await;

    hall.restart_process().await;
    hall.pass(s(122)).await;

    let glance = awake(hall.switchboard.glance(citizen.session)).await.unwrap().unwrap();
    assert_eq!(glance.phase, "waiting");
    assert_eq!((hall.house.open_now(), hall.switchboard.counts().rooms), (0, 0));
}

#[actix::test]
async fn a_glance_says_where_a_ticket_is_without_starting_anything() {
    let mut hall = CityHall::open().await;
    let anna = hall.receiving(hall.anna).await;
    let citizen = hall.citizen().await;
    let none = awake(hall.switchboard.glance(citizen.session)).await.unwrap();
    citizen.join(&hall, hall.identity_cards).await;
    let waiting = awake(hall.switchboard.glance(citizen.session)).await.unwrap().unwrap();
    anna.call_next(&hall).await;
    let called = awake(hall.switchboard.glance(citizen.session)).await.unwrap().unwrap();
    let quiet = hall.begin_session();
    let unstarted = awake(hall.switchboard.glance(quiet)).await.unwrap();

    assert_eq!((none, unstarted), (None, None));
    assert_eq!((waiting.phase, waiting.place, waiting.number.as_str()), ("waiting", Some(1), "A 001"));
    assert_eq!((called.phase, called.place), ("called", None));
    assert!(called.until.is_some());
    assert_eq!(hall.switchboard.counts().sessions, 1);
    let unknown = awake(hall.switchboard.glance(okienko::ids::SessionId::new(&hall.world))).await;
    assert!(unknown.is_err());
}

#[actix::test]
async fn an_idle_session_goes_after_minutes_and_still_tells_how_its_ticket_ended() {
    let mut hall = CityHall::open().await;
    let _anna = hall.receiving(hall.anna).await;
    let (mut idle, mut left) = (hall.citizen().await, hall.citizen().await);
    left.join(&hall, hall.identity_cards).await;
    left.say_and_settle(&hall, CitizenCommand::Leave).await;
    assert_eq!(hall.switchboard.counts().sessions, 2);

    idle.close_tab(&hall).await;
    left.close_tab(&hall).await;
    hall.pass(s(3 * 60)).await;

    assert_eq!(hall.switchboard.counts().sessions, 0);
    let glance = awake(hall.switchboard.glance(left.session)).await.unwrap().unwrap();
    assert_eq!(glance.phase, "ended");
    let back = Citizen::attach(&hall, idle.session, false).await;
    assert_eq!(back.frames(), [CitizenFrame::Idle]);
    let mut back = Citizen::attach(&hall, left.session, false).await;
    let [CitizenFrame::Ended { reason: EndReason::Left, .. }] = &back.frames()[..] else { panic!() };

    // Half an hour later it is no news any more.
    back.close_tab(&hall).await;
    hall.pass(s(31 * 60)).await;
    assert_eq!(awake(hall.switchboard.glance(left.session)).await.unwrap(), None);
}
