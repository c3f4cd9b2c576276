//! What a clerk's presses do that come twice or too late, and what becomes of the desk when logins end.

use okienko::ids::LoginId;
use okienko::wire::{CitizenCommand, DeskCommand, DeskFrame, EndReason, PresenceView, WishedState};
use okienko_actors::presence::messages::{Holder, PresenceEvent};
use okienko_actors::{Attached, Claim, ProblemCode};

use crate::calling::one_of_each;
use crate::common::people::{Desk, login_of};
use crate::common::{CityHall, awake, s};
use crate::talking::talking;

fn is_signed_out(desk: &Desk) -> bool {
    let is_it = |event: &PresenceEvent| matches!(event, PresenceEvent::Refused(refusal) if refusal.code == ProblemCode::SignedOut);
    desk.told().iter().any(is_it)
}

fn problems(desk: &Desk) -> Vec<ProblemCode> {
    let code = |event| match event {
        PresenceEvent::Refused(refusal) => Some(refusal.code),
        _ => None,
    };
    desk.told().into_iter().filter_map(code).collect()
}

/// Anna's desk in a browser where she signed in once more.
async fn other_computer(hall: &CityHall, take_over: bool) -> Desk {
    Desk::attach_with(hall, hall.anna, LoginId::new(&hall.world), Claim { take_over, page: None }).await
}

#[actix::test]
async fn each_press_that_comes_twice_is_done_once_and_refused_never() {
    let mut hall = CityHall::open().await;
    let (citizen, anna) = one_of_each(&mut hall).await;
    let other = hall.citizen().await;
    other.join(&hall, hall.identity_cards).await;
    hall.pass_with(s(2), &[&citizen, &other], &[&anna]).await;
    let ticket = anna.rows()[0].ticket;
    let twice = async |command: DeskCommand| {
        let keys = [anna.say(command.clone()), anna.say(command)];
        hall.settle().await;
        assert_eq!(keys.map(|key| anna.acks(&key)), [1, 1]);
    };

    twice(DeskCommand::CallTicket { ticket }).await;
    assert_eq!(anna.state(), PresenceView::Calling);
    twice(DeskCommand::CancelCall).await;
    assert_eq!(anna.state(), PresenceView::Receiving);
    twice(DeskCommand::CallNext).await;
    citizen.say_and_settle(&hall, CitizenCommand::Accept).await;
    // Asked for whom the clerk has already.
    twice(DeskCommand::CallTicket { ticket }).await;
    assert_eq!(anna.state(), PresenceView::InCall);
    twice(DeskCommand::HangUp).await;
    assert_eq!(anna.state(), PresenceView::AfterCall);
    twice(DeskCommand::FinishWrapUp { next: WishedState::Break }).await;
    assert_eq!(anna.state(), PresenceView::Break);
    twice(DeskCommand::SetState { state: WishedState::Receiving }).await;

    assert_eq!(anna.state(), PresenceView::Receiving);
    assert_eq!(problems(&anna), []);
    assert_eq!(other.invited_to(), None);
}

#[actix::test]
async fn what_is_something_else_by_now_is_still_refused() {
    let mut hall = CityHall::open().await;
    let (citizen, anna) = one_of_each(&mut hall).await;
    anna.call_next(&hall).await;
    citizen.say_and_settle(&hall, CitizenCommand::Accept).await;

    for command in [DeskCommand::CancelCall, DeskCommand::CallNext, DeskCommand::MoreWrapUp] {
        let key = anna.say_and_settle(&hall, command).await;
        assert_eq!(anna.refusal(&key), Some(ProblemCode::WrongState));
    }
    assert_eq!(anna.state(), PresenceView::InCall);
}

#[actix::test]
async fn how_to_go_on_counts_although_the_time_after_the_call_is_over() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, _) = talking(&mut hall).await;
    citizen.say_and_settle(&hall, CitizenCommand::HangUp).await;
    hall.pass_with(s(121), &[&citizen], &[&anna]).await;
    assert_eq!(anna.state(), PresenceView::Receiving);

    let late = anna.say_and_settle(&hall, DeskCommand::FinishWrapUp { next: WishedState::Break }).await;

    assert_eq!((anna.acks(&late), anna.state()), (1, PresenceView::Break));
}

#[actix::test]
async fn the_clerk_sees_each_time_that_the_person_asks_for_more_time() {
    let mut hall = CityHall::open().await;
    let (citizen, anna) = one_of_each(&mut hall).await;
    anna.call_next(&hall).await;
    let call = citizen.invited_to().unwrap();
    let DeskFrame::Presence { until: own, .. } = anna.presence() else { panic!() };

    for times in 1..=3 {
        citizen.say_and_settle(&hall, CitizenCommand::MoreTime).await;
        let DeskFrame::Presence { until, ticket: Some(ticket), .. } = anna.presence() else { panic!() };
        // The clerk waits no longer than before; the person may come later.
        assert_eq!(until, own);
        assert_eq!(ticket.extensions, times);
        assert_eq!(ticket.until.unwrap().duration_since(own.unwrap()).as_secs(), i64::from(times) * 60);
    }
    hall.pass_with(s(61), &[&citizen], &[&anna]).await;

    let ends = anna.frames().into_iter().filter(|frame| matches!(frame, DeskFrame::CallEnded { .. }));
    assert_eq!(ends.collect::<Vec<_>>(), [DeskFrame::CallEnded { call, reason: EndReason::Deferred }]);
    assert_eq!((anna.state(), anna.rows()[0].extensions), (PresenceView::Receiving, 3));
}

#[actix::test]
async fn a_login_that_ends_elsewhere_leaves_the_desk_to_who_holds_it() {
    let mut hall = CityHall::open().await;
    let (citizen, anna) = one_of_each(&mut hall).await;
    let other = LoginId::new(&hall.world);

    for is_last in [false, true] {
        awake(hall.switchboard.staff_signed_out(hall.anna, other, is_last)).await;
    }
    hall.pass_with(s(2), &[&citizen], &[&anna]).await;
    assert!(!is_signed_out(&anna));
    assert_eq!((anna.state(), citizen.place()), (PresenceView::Receiving, Some(1)));

    // A reload: for a moment nobody is there, but the desk is still this login's.
    let mut anna = anna;
    anna.close_tab(&hall).await;
    awake(hall.switchboard.staff_signed_out(hall.anna, other, false)).await;
    let anna = hall.desk(hall.anna).await;
    assert_eq!(anna.state(), PresenceView::Receiving);

    awake(hall.switchboard.staff_signed_out(hall.anna, login_of(hall.anna), false)).await;
    hall.settle().await;
    assert!(is_signed_out(&anna));
    assert_eq!(hall.desk(hall.anna).await.state(), PresenceView::Off);
}

#[actix::test]
async fn a_desk_that_nobody_has_opened_since_the_start_ends_with_the_last_login() {
    let mut hall = CityHall::open().await;
    let anna = hall.receiving(hall.anna).await;
    hall.restart_process().await;
    drop(anna);

    awake(hall.switchboard.staff_signed_out(hall.anna, login_of(hall.anna), false)).await;
    hall.settle().await;
    assert_eq!(awake(hall.switchboard.overview(hall.office)).await.unwrap().receiving, 1);
    awake(hall.switchboard.staff_signed_out(hall.anna, login_of(hall.anna), true)).await;
    hall.pass(s(1)).await;

    assert_eq!(awake(hall.switchboard.overview(hall.office)).await.unwrap().receiving, 0);
}

#[actix::test]
async fn a_window_without_the_desk_is_told_who_has_it_and_since_when() {
    let hall = CityHall::open().await;
    let since = hall.now();
    let first = hall.desk(hall.anna).await;
    hall.pass_with(s(10), &[], &[&first]).await;
    let told = |desk: &Desk| match desk.told().pop() {
        Some(PresenceEvent::Elsewhere(holder)) => holder,
        other => panic!("{other:?}"),
    };

    let tab = hall.desk(hall.anna).await;
    assert_eq!(tab.attached, Attached::Elsewhere);
    assert_eq!(told(&tab), Holder { is_same_login: true, since });
    let computer = other_computer(&hall, false).await;
    assert_eq!(told(&computer), Holder { is_same_login: false, since });

    let taken_at = hall.now();
    let computer = other_computer(&hall, true).await;
    assert!(matches!(computer.attached, Attached::Here(_)));
    assert_eq!(told(&first), Holder { is_same_login: false, since: taken_at });
}
