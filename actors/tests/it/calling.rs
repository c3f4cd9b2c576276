//! From the press to the end of a call.

use std::time::Duration;

use okienko::wire::{
    CitizenCommand, CitizenFrame, DeskCommand, DeskFrame, EndReason, MoveReason, Phase, PresenceView, Role, RowState,
    WishedState,
};
use okienko_actors::ProblemCode;

use crate::common::people::{Citizen, Desk};
use crate::common::{CityHall, ROUND, s};
use crate::talking::view;

/// A citizen who waits and a clerk who receives.
pub(crate) async fn one_of_each(hall: &mut CityHall) -> (Citizen, Desk) {
    let desk = hall.receiving(hall.anna).await;
    let citizen = hall.citizen().await;
    citizen.join(hall, hall.identity_cards).await;
    (citizen, desk)
}

pub(crate) fn ended(citizen: &Citizen) -> EndReason {
    match citizen.last() {
        CitizenFrame::Ended { reason, .. } => reason,
        other => panic!("{other:?}"),
    }
}

#[actix::test]
async fn a_clerk_calls_and_they_talk_and_hang_up() {
    let mut hall = CityHall::open().await;
    let anna = hall.receiving(hall.anna).await;
    let citizen = hall.citizen().await;
    assert_eq!(citizen.last(), CitizenFrame::Idle);

    let joined = citizen.join(&hall, hall.identity_cards).await;
    assert_eq!((citizen.acks(&joined), citizen.place()), (1, Some(1)));
    hall.pass(Duration::from_millis(50)).await;
    assert_eq!(anna.rows().len(), 1);

    let pressed = anna.call_next(&hall).await;
    assert_eq!((anna.acks(&pressed), anna.state()), (1, PresenceView::Calling));
    let CitizenFrame::Called { call, clerk, deadline, extensions_left: 10, .. } = citizen.last() else { panic!() };
    assert_eq!((clerk.name.as_str(), clerk.desk.as_deref()), ("Anna K.", Some("Stanowisko 4")));
    assert_eq!(deadline.duration_since(hall.now()).as_secs(), 60);
    // The clerk's own connection is made while the citizen is still asked.
    assert_eq!((anna.room(), citizen.room()), (Some((call, 1)), None));
    anna.connect(&hall, call, 1).await;

    citizen.say_and_settle(&hall, CitizenCommand::Accept).await;
    assert_eq!((citizen.room(), anna.state()), (Some((call, 1)), PresenceView::InCall));
    assert_eq!(view(&citizen).phase, Phase::Connecting);
    citizen.connect(&hall, call, 1).await;
    let seen = view(&citizen);
    assert_eq!(seen.phase, Phase::Live);
    let who: Vec<_> = seen.members.iter().map(|member| (member.role, member.name.as_deref())).collect();
    assert_eq!(who, [(Role::Clerk, Some("Anna K.")), (Role::Citizen, Some("Jadwiga"))]);
    assert_eq!(seen.me, seen.members[1].member);

    citizen.say_and_settle(&hall, CitizenCommand::HangUp).await;
    let CitizenFrame::Ended { reason: EndReason::CitizenHungUp, live_at: Some(_), .. } = citizen.last() else {
        panic!("{:?}", citizen.last())
    };
    assert_eq!(anna.state(), PresenceView::AfterCall);
    assert!(anna.frames().contains(&DeskFrame::CallEnded { call, reason: EndReason::CitizenHungUp }));
    assert_eq!((hall.house.open_now(), hall.switchboard.counts().rooms), (0, 0));

    anna.say_and_settle(&hall, DeskCommand::FinishWrapUp { next: WishedState::Receiving }).await;
    assert_eq!(anna.state(), PresenceView::Receiving);
}

#[actix::test]
async fn two_clerks_press_at_once_and_one_of_them_has_the_person() {
    let mut hall = CityHall::open().await;
    let anna = hall.receiving(hall.anna).await;
    let marek = hall.receiving(hall.marek).await;
    let citizen = hall.citizen().await;
    citizen.join(&hall, hall.identity_cards).await;
    hall.pass(ROUND).await;
    let ticket = anna.rows()[0].ticket;

    anna.say(DeskCommand::CallTicket { ticket });
    let late = marek.say(DeskCommand::CallTicket { ticket });
    hall.settle().await;

    assert_eq!((anna.state(), marek.state()), (PresenceView::Calling, PresenceView::Receiving));
    assert_eq!(marek.refusal(&late), Some(ProblemCode::TicketTaken));
    let taken = DeskFrame::Taken { ticket, number: "A 001".to_owned(), by: "Anna K.".to_owned() };
    assert!(marek.frames().contains(&taken));
    let is_invitation = |frame: &&CitizenFrame| matches!(frame, CitizenFrame::Called { .. });
    assert_eq!(citizen.frames().iter().filter(is_invitation).count(), 1);
}

#[actix::test]
async fn both_press_next_and_each_gets_somebody_else() {
    let mut hall = CityHall::open().await;
    let anna = hall.receiving(hall.anna).await;
    let marek = hall.receiving(hall.marek).await;
    let first = hall.citizen().await;
    first.join(&hall, hall.identity_cards).await;
    let second = hall.citizen().await;
    second.join(&hall, hall.identity_cards).await;

    anna.say(DeskCommand::CallNext);
    marek.say(DeskCommand::CallNext);
    hall.settle().await;
    let nobody = hall.receiving(hall.olena).await;
    hall.pass_with(s(3), &[&first, &second], &[&anna, &marek, &nobody]).await;
    let in_vain = nobody.call_next(&hall).await;

    let CitizenFrame::Called { clerk: of_first, .. } = first.last() else { panic!() };
    let CitizenFrame::Called { clerk: of_second, .. } = second.last() else { panic!() };
    assert_eq!((of_first.name.as_str(), of_second.name.as_str()), ("Anna K.", "Marek N."));
    assert_eq!(nobody.refusal(&in_vain), Some(ProblemCode::NobodyWaits));
}

#[actix::test]
async fn a_press_repeated_with_its_key_calls_nobody_else() {
    let mut hall = CityHall::open().await;
    let (_first, anna) = one_of_each(&mut hall).await;
    let second = hall.citizen().await;
    second.join(&hall, hall.identity_cards).await;

    anna.say_as("press", DeskCommand::CallNext);
    anna.say_as("press", DeskCommand::CallNext);
    hall.settle().await;
    let other = anna.call_next(&hall).await;

    assert_eq!(anna.acks("press"), 1);
    // Another press asks for what is so already.
    assert_eq!(anna.acks(&other), 1);
    assert_eq!(second.invited_to(), None);
    assert_eq!(second.place(), Some(2));
}

#[actix::test]
async fn an_invitation_accepted_in_its_last_second_holds_and_one_later_does_not() {
    let mut hall = CityHall::open().await;
    let (citizen, anna) = one_of_each(&mut hall).await;
    anna.call_next(&hall).await;
    hall.pass_with(s(59), &[&citizen], &[&anna]).await;
    citizen.say_and_settle(&hall, CitizenCommand::Accept).await;
    assert_eq!(anna.state(), PresenceView::InCall);
    citizen.say_and_settle(&hall, CitizenCommand::HangUp).await;
    citizen.join(&hall, hall.identity_cards).await;
    anna.call_next(&hall).await;
    let call = citizen.invited_to().unwrap();

    hall.pass_with(s(61), &[&citizen], &[&anna]).await;
    let late = citizen.say_and_settle(&hall, CitizenCommand::Accept).await;

    assert_eq!(citizen.refusal(&late), Some(ProblemCode::InvitationOver));
    let CitizenFrame::Missed { .. } = citizen.last() else { panic!("{:?}", citizen.last()) };
    assert_eq!(anna.state(), PresenceView::Receiving);
    assert!(anna.frames().contains(&DeskFrame::CallEnded { call, reason: EndReason::NotAccepted }));
    assert_eq!(hall.house.open_now(), 0);
}

#[actix::test]
async fn who_asks_for_more_time_keeps_the_head_and_says_when_they_are_there() {
    let mut hall = CityHall::open().await;
    let (citizen, anna) = one_of_each(&mut hall).await;
    let other = hall.citizen().await;
    other.join(&hall, hall.identity_cards).await;
    anna.call_next(&hall).await;

    citizen.say_and_settle(&hall, CitizenCommand::MoreTime).await;
    let CitizenFrame::Called { call, deadline, extensions_left: 9, .. } = citizen.last() else { panic!() };
    assert_eq!(deadline.duration_since(hall.now()).as_secs(), 120);
    let shown = anna.invites();
    assert_eq!((shown.extensions, shown.until), (1, Some(deadline)));
    hall.pass_with(s(61), &[&citizen, &other], &[&anna]).await;
    let CitizenFrame::Deferred { until, extensions_left: 9, .. } = citizen.last() else {
        panic!("{:?}", citizen.last())
    };
    assert_eq!((until, anna.state()), (deadline, PresenceView::Receiving));
    assert!(anna.frames().contains(&DeskFrame::CallEnded { call, reason: EndReason::Deferred }));
    assert_eq!((anna.rows()[0].state, anna.rows()[0].extensions), (RowState::Deferred, 1));
    let ticket = anna.rows()[0].ticket;
    let early = anna.say_and_settle(&hall, DeskCommand::CallTicket { ticket }).await;
    assert_eq!(anna.refusal(&early), Some(ProblemCode::TicketDeferred));

    // The clerk serves somebody else meanwhile.
    anna.call_next(&hall).await;
    assert!(other.invited_to().is_some());
    citizen.say_and_settle(&hall, CitizenCommand::Here).await;
    assert_eq!(citizen.place(), Some(1));
    anna.say_and_settle(&hall, DeskCommand::CancelCall).await;
    hall.pass(ROUND).await;
    let CitizenFrame::Waiting { place: 2, .. } = other.last() else { panic!("{:?}", other.last()) };
    anna.call_next(&hall).await;
    assert!(citizen.invited_to().is_some());
}

#[actix::test]
async fn more_time_ends_after_ten_times() {
    let mut hall = CityHall::open().await;
    let (citizen, anna) = one_of_each(&mut hall).await;
    anna.call_next(&hall).await;

    for _ in 0..10 {
        let key = citizen.say_and_settle(&hall, CitizenCommand::MoreTime).await;
        assert_eq!(citizen.acks(&key), 1);
    }
    let eleventh = citizen.say_and_settle(&hall, CitizenCommand::MoreTime).await;

    assert_eq!(citizen.refusal(&eleventh), Some(ProblemCode::NoMoreTime));
}

#[actix::test]
async fn a_deferral_without_jestem_becomes_a_missed_call() {
    let mut hall = CityHall::open().await;
    let (citizen, anna) = one_of_each(&mut hall).await;
    anna.call_next(&hall).await;
    citizen.say_and_settle(&hall, CitizenCommand::MoreTime).await;

    hall.pass_with(s(122), &[&citizen], &[&anna]).await;

    let CitizenFrame::Missed { .. } = citizen.last() else { panic!("{:?}", citizen.last()) };
    let late = citizen.say_and_settle(&hall, CitizenCommand::Here).await;
    assert_eq!(citizen.refusal(&late), Some(ProblemCode::WrongState));
}

#[actix::test]
async fn who_missed_a_call_comes_back_to_the_head_or_is_called_again_or_is_over() {
    let mut hall = CityHall::open().await;
    let (citizen, anna) = one_of_each(&mut hall).await;
    let other = hall.citizen().await;
    other.join(&hall, hall.identity_cards).await;
    anna.call_next(&hall).await;
    hall.pass_with(s(62), &[&citizen, &other], &[&anna]).await;
    let CitizenFrame::Missed { return_until, .. } = citizen.last() else { panic!("{:?}", citizen.last()) };
    assert_eq!(anna.rows()[0].state, RowState::Missed);

    // Called again by the row, and missed again.
    let ticket = anna.rows()[0].ticket;
    anna.say_and_settle(&hall, DeskCommand::CallTicket { ticket }).await;
    assert!(citizen.invited_to().is_some());
    hall.pass_with(s(62), &[&citizen, &other], &[&anna]).await;
    let CitizenFrame::Missed { return_until: later, .. } = citizen.last() else { panic!("{:?}", citizen.last()) };
    assert!(later > return_until);

    other.forget();
    citizen.say_and_settle(&hall, CitizenCommand::Return).await;
    hall.pass(ROUND).await;
    assert_eq!(citizen.place(), Some(1));
    let CitizenFrame::Waiting { place: 2, reason: Some(MoveReason::ReturnedAhead), .. } = other.last() else {
        panic!("{:?}", other.last())
    };

    anna.call_next(&hall).await;
    assert!(citizen.invited_to().is_some());
    hall.pass_with(s(62), &[&citizen, &other], &[&anna]).await;
    hall.pass_with(s(15 * 60 + 1), &[&citizen, &other], &[&anna]).await;
    assert_eq!(ended(&citizen), EndReason::NotAccepted);
}

#[actix::test]
async fn a_clerk_takes_an_invitation_back_and_the_place_is_the_same() {
    let mut hall = CityHall::open().await;
    let (citizen, anna) = one_of_each(&mut hall).await;
    anna.call_next(&hall).await;
    let call = citizen.invited_to().unwrap();

    anna.say_and_settle(&hall, DeskCommand::CancelCall).await;
    hall.pass_with(s(70), &[&citizen], &[&anna]).await;

    let CitizenFrame::Waiting { place: 1, .. } = citizen.last() else { panic!("{:?}", citizen.last()) };
    assert_eq!(anna.state(), PresenceView::Receiving);
    assert!(anna.frames().contains(&DeskFrame::CallEnded { call, reason: EndReason::ClerkHungUp }));
    assert_eq!(hall.house.open_now(), 0);
    let again = anna.say_and_settle(&hall, DeskCommand::CancelCall).await;
    assert_eq!(anna.acks(&again), 1);
}

#[actix::test]
async fn who_leaves_while_being_called_frees_the_clerk() {
    let mut hall = CityHall::open().await;
    let (citizen, anna) = one_of_each(&mut hall).await;
    anna.call_next(&hall).await;
    let call = citizen.invited_to().unwrap();

    citizen.say_and_settle(&hall, CitizenCommand::Leave).await;

    assert_eq!(ended(&citizen), EndReason::Left);
    assert_eq!(anna.state(), PresenceView::Receiving);
    assert!(anna.frames().contains(&DeskFrame::CallEnded { call, reason: EndReason::Left }));
}

#[actix::test]
async fn somebody_away_is_called_and_misses_the_call() {
    let mut hall = CityHall::open().await;
    let (mut citizen, anna) = one_of_each(&mut hall).await;
    citizen.close_tab(&hall).await;
    hall.pass_with(s(10), &[], &[&anna]).await;

    anna.call_next(&hall).await;
    assert_eq!(anna.state(), PresenceView::Calling);
    hall.pass_with(s(62), &[], &[&anna]).await;
    let back = Citizen::attach(&hall, citizen.session, false).await;

    assert_eq!(anna.state(), PresenceView::Receiving);
    let CitizenFrame::Missed { .. } = back.last() else { panic!("{:?}", back.last()) };
}

#[actix::test]
async fn a_clerk_calls_only_whom_they_may_serve() {
    let mut hall = CityHall::open().await;
    let anna = hall.receiving(hall.anna).await;
    let marek = hall.receiving(hall.marek).await;
    let citizen = hall.citizen().await;
    citizen.join(&hall, hall.taxes).await;
    hall.pass(ROUND).await;
    let ticket = anna.rows()[0].ticket;

    let not_his = marek.say_and_settle(&hall, DeskCommand::CallTicket { ticket }).await;
    let nobody = marek.call_next(&hall).await;
    anna.say_and_settle(&hall, DeskCommand::SetState { state: WishedState::Break }).await;
    let on_a_break = anna.call_next(&hall).await;

    assert_eq!(marek.refusal(&not_his), Some(ProblemCode::NotMine));
    assert_eq!(marek.refusal(&nobody), Some(ProblemCode::NobodyWaits));
    assert_eq!(anna.refusal(&on_a_break), Some(ProblemCode::WrongState));
}
