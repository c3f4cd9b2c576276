//! What the settings limit, and what ends only when those concerned are done with it.

use jiff::SignedDuration;
use okienko::store::{OfficeScope, sessions};
use okienko::wire::{CitizenCommand, CitizenFrame, DeskCommand, DeskFrame, EndReason, PresenceView};
use okienko_actors::media::MediaEvent;
use okienko_actors::presence::messages::PresenceEvent;
use okienko_actors::{ActorLimits, ProblemCode};

use crate::calling::{ended, one_of_each};
use crate::common::people::{Desk, login_of};
use crate::common::{CityHall, awake, s};
use crate::talking::talking;

fn is_signed_out(desk: &Desk) -> bool {
    matches!(desk.told().last(), Some(PresenceEvent::Refused(refusal)) if refusal.fatal && refusal.code == ProblemCode::SignedOut)
}

#[actix::test]
async fn a_room_is_built_anew_as_often_as_the_settings_say() {
    let mut hall = CityHall::open().await;
    hall.restart_with(ActorLimits { room_restarts: 1, ..ActorLimits::default() }).await;
    let (citizen, anna, call) = talking(&mut hall).await;
    let broken = || MediaEvent::Died { reason: "a test".to_owned() };

    hall.house.newest().announce(broken());
    hall.settle().await;
    assert_eq!(citizen.room(), Some((call, 2)));
    hall.house.newest().announce(broken());
    hall.settle().await;

    assert!(anna.frames().contains(&DeskFrame::CallEnded { call, reason: EndReason::Failed }));
}

#[actix::test]
async fn one_check_of_devices_too_many_is_put_off_until_another_ends() {
    let mut hall = CityHall::open().await;
    hall.restart_with(ActorLimits { max_checks: 1, ..ActorLimits::default() }).await;
    let (first, second) = (hall.citizen().await, hall.citizen().await);

    first.say_and_settle(&hall, CitizenCommand::CheckStart).await;
    first.say_and_settle(&hall, CitizenCommand::CheckStart).await;
    let put_off = second.say_and_settle(&hall, CitizenCommand::CheckStart).await;
    assert_eq!(second.refusal(&put_off), Some(ProblemCode::Busy));
    assert_eq!(hall.house.open_now(), 1, "one's own check gives way to the next");
    first.say_and_settle(&hall, CitizenCommand::CheckStop).await;
    second.say_and_settle(&hall, CitizenCommand::CheckStart).await;

    let CitizenFrame::CheckReady { .. } = second.last() else { panic!("{:?}", second.last()) };
}

#[actix::test]
async fn a_session_lives_as_long_as_its_browser_is_there() {
    let mut hall = CityHall::open().await;
    let day = s(24 * 60 * 60);
    hall.restart_with(ActorLimits { session_kept: day, ..ActorLimits::default() }).await;
    let mut citizen = hall.citizen().await;
    let (office, session) = (hall.office, citizen.session);
    let ends = |hall: &CityHall| {
        let read = move |db: &mut _| sessions::get(db, OfficeScope::of(office), session);
        hall.store.read_now(read).unwrap().expires_at
    };

    hall.pass_with(s(11 * 60), &[&citizen], &[]).await;
    let there = ends(&hall);
    assert!(there > hall.now() + SignedDuration::from_hours(24) - SignedDuration::from_mins(10), "{there}");
    citizen.close_tab(&hall).await;
    hall.pass(s(20 * 60)).await;
    assert_eq!(ends(&hall), there);
}

#[actix::test]
async fn a_session_that_was_forgotten_stays_so() {
    let mut hall = CityHall::open().await;
    let citizen = hall.citizen().await;
    let (office, session, now) = (hall.office, citizen.session, hall.now());
    hall.store.write_now(move |db| sessions::expire(db, OfficeScope::of(office), session, now)).unwrap();

    hall.pass_with(s(11 * 60), &[&citizen], &[]).await;

    let read = move |db: &mut _| sessions::get(db, OfficeScope::of(office), session);
    assert_eq!(hall.store.read_now(read).unwrap().expires_at, now);
}

#[actix::test]
async fn who_signs_out_in_a_call_finishes_it_first() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, _) = talking(&mut hall).await;

    awake(hall.switchboard.staff_signed_out(hall.anna, login_of(hall.anna), true)).await;
    hall.settle().await;
    assert_eq!((anna.state(), is_signed_out(&anna)), (PresenceView::InCall, false));
    anna.say_and_settle(&hall, DeskCommand::HangUp).await;

    assert_eq!(ended(&citizen), EndReason::ClerkHungUp);
    assert!(is_signed_out(&anna), "{:?}", anna.told());
    assert_eq!(hall.desk(hall.anna).await.state(), PresenceView::Off);
}

#[actix::test]
async fn who_signs_out_while_they_invite_is_let_go_when_nobody_answers() {
    let mut hall = CityHall::open().await;
    let (citizen, anna) = one_of_each(&mut hall).await;
    anna.call_next(&hall).await;

    awake(hall.switchboard.staff_signed_out(hall.anna, login_of(hall.anna), true)).await;
    hall.settle().await;
    assert!(!is_signed_out(&anna));
    hall.pass_with(s(61), &[&citizen], &[&anna]).await;

    assert!(matches!(citizen.last(), CitizenFrame::Missed { .. }));
    assert!(is_signed_out(&anna));
}

#[actix::test]
async fn of_two_who_press_for_the_one_who_waits_the_slower_is_told_who_was_faster() {
    let mut hall = CityHall::open().await;
    let (citizen, anna) = one_of_each(&mut hall).await;
    let (marek, olena) = (hall.receiving(hall.marek).await, hall.receiving(hall.olena).await);

    anna.say(DeskCommand::CallNext);
    let slower = marek.call_next(&hall).await;
    hall.pass_with(s(3), &[&citizen], &[&anna, &marek, &olena]).await;
    let later = olena.call_next(&hall).await;

    assert_eq!(marek.refusal(&slower), Some(ProblemCode::TicketTaken));
    let is_told = |frame: &DeskFrame| matches!(frame, DeskFrame::Taken { by, .. } if by == "Anna K.");
    assert!(marek.frames().iter().any(is_told));
    assert_eq!(olena.refusal(&later), Some(ProblemCode::NobodyWaits));
}
