//! Deaths everywhere: at the start, at a timer, between deciding, writing and telling; actors that hang instead; and
//! what nothing in the process can mend.

use okienko::failures::Point;
use okienko::store::{OfficeScope, calls, tickets};
use okienko::wire::{CitizenCommand, CitizenFrame, DeskCommand, EndReason, Phase, PresenceView};
use okienko_actors::presence::messages::PresenceEvent;
use okienko_actors::session::messages::SessionEvent;
use okienko_actors::{ActorError, ProblemCode};

use crate::calling::one_of_each;
use crate::common::people::{Citizen, Desk, join};
use crate::common::{CityHall, ROUND, apart, awake, s};
use crate::talking::{talking, view};

/// How many tickets are live, and how many calls run.
fn live(hall: &CityHall) -> (usize, usize) {
    let scope = OfficeScope::of(hall.office);
    hall.store.read_now(move |db| Ok((tickets::live(db, scope)?.len(), calls::running(db, scope)?.len()))).unwrap()
}

fn is_sent_back(citizen: &Citizen) -> bool {
    matches!(citizen.told().last(), Some(SessionEvent::Refused(refusal))
        if refusal.fatal && refusal.code == ProblemCode::Interrupted)
}

fn is_desk_sent_back(desk: &Desk) -> bool {
    matches!(desk.told().last(), Some(PresenceEvent::Refused(refusal))
        if refusal.fatal && refusal.code == ProblemCode::Interrupted)
}

#[actix::test]
async fn a_session_or_presence_that_dies_at_its_start_is_there_when_the_browser_comes_again() {
    let mut hall = CityHall::open().await;
    let session = hall.begin_session();
    hall.arm("session.started:panic");
    hall.arm("presence.started:panic");

    let _dies = awake(hall.switchboard.session(session)).await;
    let _dies_too = awake(hall.switchboard.presence(hall.anna)).await;
    hall.settle().await;

    let counts = hall.switchboard.counts();
    assert_eq!((counts.session_restarts, counts.presence_restarts), (1, 1));
    assert_eq!(Citizen::attach(&hall, session, false).await.last(), CitizenFrame::Idle);
    assert_eq!(hall.receiving(hall.anna).await.state(), PresenceView::Receiving);
}

#[actix::test]
async fn a_line_that_dies_at_its_start_is_there_at_the_next_attempt() {
    let mut hall = CityHall::open().await;
    let (citizen, _anna) = one_of_each(&mut hall).await;
    hall.arm("queue.started:panic:2x");

    hall.fail_line();
    hall.settle().await;
    let other = hall.citizen().await;
    other.join(&hall, hall.identity_cards).await;

    assert_eq!(hall.switchboard.counts().queue_restarts, 3);
    assert_eq!((citizen.place(), other.place()), (Some(1), Some(2)));
}

#[actix::test]
async fn a_room_that_dies_at_its_start_is_there_at_the_next_attempt() {
    let mut hall = CityHall::open().await;
    let (citizen, anna) = one_of_each(&mut hall).await;
    hall.arm("room.started:panic:2x");

    anna.call_next(&hall).await;
    let (call, generation) = anna.room().unwrap();
    anna.connect(&hall, call, generation).await;
    citizen.say_and_settle(&hall, CitizenCommand::Accept).await;
    citizen.connect(&hall, call, generation).await;

    assert_eq!((view(&citizen).phase, hall.switchboard.counts().room_restarts), (Phase::Live, 2));
}

#[actix::test]
async fn a_line_that_dies_at_a_deadline_meets_it_when_it_is_back() {
    let mut hall = CityHall::open().await;
    let (citizen, anna) = one_of_each(&mut hall).await;
    anna.call_next(&hall).await;
    hall.arm("queue.timer:panic");

    hall.pass_with(s(62), &[&citizen], &[&anna]).await;

    assert_eq!(hall.switchboard.counts().queue_restarts, 1);
    assert!(matches!(citizen.last(), CitizenFrame::Missed { .. }), "{:?}", citizen.last());
    assert_eq!((anna.state(), hall.house.open_now()), (PresenceView::Receiving, 0));
}

#[actix::test]
async fn a_room_that_dies_at_a_deadline_gives_its_members_the_time_anew() {
    let mut hall = CityHall::open().await;
    let (citizen, anna) = one_of_each(&mut hall).await;
    anna.call_next(&hall).await;
    citizen.say_and_settle(&hall, CitizenCommand::Accept).await;
    let (call, _) = anna.room().unwrap();
    hall.arm("room.timer:panic");

    hall.pass_with(s(61), &[&citizen], &[&anna]).await;
    assert_eq!(anna.room(), Some((call, 2)));
    hall.pass_with(s(61), &[&citizen], &[&anna]).await;

    // Nobody ever connected: it was not the citizen's fault.
    assert!(matches!(citizen.last(), CitizenFrame::Waiting { place: 1, .. }), "{:?}", citizen.last());
    assert_eq!((anna.state(), live(&hall)), (PresenceView::AfterCall, (1, 0)));
}

#[actix::test]
async fn a_session_or_presence_that_dies_at_a_timer_finds_everything_again() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, call) = talking(&mut hall).await;
    hall.arm("session.timer:panic");
    hall.arm("presence.timer:panic");

    hall.pass_with(s(35), &[&citizen], &[&anna]).await;
    assert!(is_sent_back(&citizen) && is_desk_sent_back(&anna));
    let citizen = Citizen::attach(&hall, citizen.session, false).await;
    let anna = Desk::attach(&hall, hall.anna, false).await;

    assert_eq!((citizen.room(), anna.room()), (Some((call, 1)), Some((call, 1))));
    assert_eq!(anna.state(), PresenceView::InCall);
}

#[test]
fn a_command_whose_line_dies_on_the_way_is_done_once() {
    for point in ["queue.handler", "queue.before-write", "queue.before-announce"] {
        apart(async {
            let mut hall = CityHall::open().await;
            let anna = hall.receiving(hall.anna).await;
            let citizen = hall.citizen().await;

            hall.arm(&format!("{point}:panic"));
            citizen.say_as("join", join(hall.identity_cards));
            hall.settle().await;
            assert_eq!(citizen.refusal("join"), Some(ProblemCode::Busy), "{point}");
            citizen.say_as("join", join(hall.identity_cards));
            hall.settle().await;
            hall.arm(&format!("{point}:panic"));
            anna.say_as("press", DeskCommand::CallNext);
            hall.settle().await;
            anna.say_as("press", DeskCommand::CallNext);
            hall.settle().await;

            assert_eq!((citizen.acks("join"), anna.acks("press")), (1, 1), "{point}");
            assert_eq!((anna.state(), live(&hall)), (PresenceView::Calling, (1, 1)), "{point}");
            assert!(citizen.invited_to().is_some(), "{point}: {:?}", citizen.last());
            assert_eq!(hall.switchboard.counts().queue_restarts, 2, "{point}");
        });
    }
}

#[test]
fn what_was_stored_unknown_to_the_line_is_known_at_the_second_attempt() {
    for point in ["store.before-commit", "store.after-commit"] {
        apart(async {
            let mut hall = CityHall::open().await;
            let _anna = hall.receiving(hall.anna).await;
            let citizen = hall.citizen().await;
            hall.arm(&format!("{point}:fail"));

            citizen.say_as("join", join(hall.identity_cards));
            hall.settle().await;
            let refused = citizen.refusal("join");
            hall.pass(s(2)).await;
            citizen.say_as("join", join(hall.identity_cards));
            hall.settle().await;

            assert_eq!((refused, citizen.acks("join")), (Some(ProblemCode::StoreUnavailable), 1), "{point}");
            assert_eq!((citizen.place(), live(&hall)), (Some(1), (1, 0)), "{point}");
        });
    }
}

#[actix::test]
async fn a_room_that_hangs_is_dropped_and_built_anew() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, call) = talking(&mut hall).await;
    let (id, text) = ("m1".to_owned(), "Dzień dobry".to_owned());
    citizen.say_and_settle(&hall, CitizenCommand::Chat { id, text }).await;
    citizen.forget();

    hall.arm(&format!("room.handler@{call}:hang"));
    hall.pass_with(s(12), &[&citizen], &[&anna]).await;

    assert_eq!((citizen.room(), anna.room()), (Some((call, 2)), Some((call, 2))));
    let has_message =
        |frame: &CitizenFrame| matches!(frame, CitizenFrame::Transcript { messages, .. } if messages.len() == 1);
    assert!(citizen.frames().iter().any(has_message), "{:?}", citizen.frames());
    let counts = hall.switchboard.counts();
    assert_eq!((counts.stuck, counts.room_restarts, hall.house.open_now()), (1, 1, 1));
}

#[actix::test]
async fn a_session_or_presence_that_hangs_sends_its_browser_back() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, call) = talking(&mut hall).await;

    hall.arm(&format!("session.handler@{}:hang", citizen.session));
    hall.arm(&format!("presence.handler@{}:hang", anna.clerk));
    hall.pass_with(s(12), &[&citizen], &[&anna]).await;
    assert!(is_sent_back(&citizen) && is_desk_sent_back(&anna));
    let citizen = Citizen::attach(&hall, citizen.session, false).await;
    let anna = Desk::attach(&hall, hall.anna, false).await;

    assert_eq!((citizen.room(), anna.room()), (Some((call, 1)), Some((call, 1))));
    assert_eq!(hall.switchboard.counts().stuck, 2);
    // Their silence was not taken for their own.
    assert_eq!((anna.state(), live(&hall)), (PresenceView::InCall, (1, 1)));
}

#[actix::test]
async fn a_line_that_hangs_is_dropped_and_built_anew() {
    let mut hall = CityHall::open().await;
    let (citizen, anna) = one_of_each(&mut hall).await;

    hall.arm("queue.handler:hang");
    hall.pass_with(s(3), &[&citizen], &[&anna]).await;
    let key = anna.call_next(&hall).await;
    assert_eq!(citizen.invited_to(), None);
    hall.pass_with(s(12), &[&citizen], &[&anna]).await;
    assert_eq!(anna.refusal(&key), Some(ProblemCode::Busy));
    anna.call_next(&hall).await;

    assert!(citizen.invited_to().is_some());
    let counts = hall.switchboard.counts();
    assert_eq!((counts.stuck, counts.queue_restarts), (1, 1));
}

#[actix::test]
async fn a_line_that_waits_for_its_store_is_not_taken_for_one_that_hangs() {
    let mut hall = CityHall::open().await;
    let (citizen, anna) = one_of_each(&mut hall).await;
    hall.arm("store.before-commit:fail:always");

    hall.fail_line();
    hall.pass_with(s(20), &[&citizen], &[&anna]).await;
    let counts = hall.switchboard.counts();
    hall.world.failures().disarm();
    hall.pass_with(s(3), &[&citizen], &[&anna]).await;
    anna.call_next(&hall).await;

    assert_eq!((counts.stuck, counts.queue_restarts), (0, 1));
    assert!(citizen.invited_to().is_some());
}

#[actix::test]
async fn a_session_or_presence_that_dies_too_often_is_refused_for_a_minute() {
    let mut hall = CityHall::open().await;
    let mut citizen = hall.citizen().await;
    let mut anna = hall.receiving(hall.anna).await;

    for _ in 0..5 {
        hall.fail_session(&citizen);
        hall.fail_presence(&anna);
        hall.settle().await;
        citizen = Citizen::attach(&hall, citizen.session, false).await;
        anna = Desk::attach(&hall, hall.anna, false).await;
    }
    hall.fail_session(&citizen);
    hall.fail_presence(&anna);
    hall.settle().await;
    let of_session = awake(hall.switchboard.session(citizen.session)).await.map(drop);
    let of_presence = awake(hall.switchboard.presence(hall.anna)).await.map(drop);

    assert!(matches!((of_session, of_presence), (Err(ActorError::GivenUp), Err(ActorError::GivenUp))));
    hall.pass(s(61)).await;
    assert_eq!(Citizen::attach(&hall, citizen.session, false).await.last(), CitizenFrame::Idle);
    assert_eq!(Desk::attach(&hall, hall.anna, false).await.state(), PresenceView::Receiving);
}

#[actix::test]
async fn who_panics_without_end_is_tried_six_times_a_minute_and_no_more() {
    let mut hall = CityHall::open().await;
    let (citizen, _anna) = one_of_each(&mut hall).await;
    hall.arm("queue.started:panic:always");

    hall.fail_line();
    hall.settle().await;
    for _ in 0..50 {
        let _refused = awake(hall.switchboard.overview(hall.office)).await;
        hall.pass(s(1)).await;
    }
    let in_one_minute = hall.fired(Point::QueueStarted);
    hall.world.failures().disarm();
    hall.pass(s(61)).await;

    // The one death in a handler, and five at the start.
    assert_eq!(in_one_minute, 5);
    let back = Citizen::attach(&hall, citizen.session, false).await;
    assert_eq!(back.place(), Some(1));
}

#[actix::test]
async fn the_sixth_death_of_a_room_within_a_minute_ends_the_call_politely() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, call) = talking(&mut hall).await;
    let other = hall.citizen().await;
    other.join(&hall, hall.identity_cards).await;

    for _ in 0..6 {
        hall.arm(&format!("room.handler@{call}:panic"));
        let (id, text) = ("m1".to_owned(), "Dzień dobry".to_owned());
        citizen.say_and_settle(&hall, CitizenCommand::Chat { id, text }).await;
    }
    hall.pass(ROUND).await;

    assert!(matches!(citizen.last(), CitizenFrame::Waiting { place: 1, .. }), "{:?}", citizen.last());
    assert_eq!(other.place(), Some(2));
    assert_eq!(anna.state(), PresenceView::AfterCall);
    let told = okienko::wire::DeskFrame::CallEnded { call, reason: EndReason::Failed };
    assert!(anna.frames().contains(&told));
    assert_eq!((hall.switchboard.counts().rooms, live(&hall)), (0, (2, 0)));
}

#[test]
fn what_everything_rests_on_ends_the_process_when_it_is_gone() {
    for (rule, verdict) in [
        ("supervisor:panic", "supervisor is gone"),
        ("branch@session:panic", "branch of sessions is gone"),
        ("branch@presence:panic", "branch of presences is gone"),
        ("branch@queue:panic", "branch of queues is gone"),
        ("branch@room:panic", "branch of rooms is gone"),
        ("store.before-commit:panic", "store is gone"),
        ("store.after-commit:panic", "store is gone"),
        ("supervisor:hang", "supervisor did not answer"),
        ("branch@room:hang", "branch of rooms did not answer"),
    ] {
        apart(async {
            let mut hall = CityHall::open().await;
            let (citizen, anna) = one_of_each(&mut hall).await;
            hall.pass_with(s(15), &[&citizen], &[&anna]).await;
            assert_eq!(hall.switchboard.vitals().verdict(), None, "{rule}");

            hall.arm(rule);
            // What goes wrong at a write does so when there is one.
            citizen.say(CitizenCommand::Leave);
            hall.pass_with(s(15), &[&citizen], &[&anna]).await;

            assert_eq!(hall.switchboard.vitals().verdict().as_deref(), Some(verdict), "{rule}");
        });
    }
}

#[actix::test]
async fn an_orderly_end_is_no_loss() {
    let hall = CityHall::open().await;
    let vitals = hall.switchboard.vitals();

    hall.shut_down(s(0)).await;
    hall.pass(s(30)).await;

    assert_eq!(vitals.verdict(), None);
}

#[actix::test]
async fn a_line_that_is_made_to_err_does_so_where_its_clients_can_see_it() {
    let mut hall = CityHall::open().await;
    let (anna, marek) = (hall.receiving(hall.anna).await, hall.receiving(hall.marek).await);
    let mut citizens = Vec::new();
    for _ in 0..3 {
        let citizen = hall.citizen().await;
        citizen.join(&hall, hall.identity_cards).await;
        citizens.push(citizen);
    }

    hall.arm("queue.pick:reorder");
    anna.call_next(&hall).await;
    let out_of_turn = citizens[2].invited_to();
    hall.arm("queue.pick:duplicate");
    marek.call_next(&hall).await;
    let twice = citizens[2].invited_to();
    hall.arm("queue.join:drop");
    let lost = hall.citizen().await;
    let key = lost.join(&hall, hall.identity_cards).await;

    assert!(out_of_turn.is_some() && twice.is_some() && twice != out_of_turn, "{out_of_turn:?} {twice:?}");
    assert_eq!((anna.state(), marek.state()), (PresenceView::Calling, PresenceView::Calling));
    assert_eq!((lost.acks(&key), lost.place()), (1, None));
}
