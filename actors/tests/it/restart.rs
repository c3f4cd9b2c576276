//! Each kind of death of each child, and the budget.

use okienko::wire::{
    CitizenCommand, CitizenFrame, DeskCommand, DeskFrame, EndReason, OfferKind, Phase, PresenceView, RowState,
};
use okienko_actors::media::MediaEvent;
use okienko_actors::presence::messages::PresenceEvent;
use okienko_actors::session::messages::SessionEvent;
use okienko_actors::{ActorError, ProblemCode};

use crate::common::people::{Citizen, Desk};
use crate::common::{CityHall, ROUND, awake, s, until};
use crate::talking::{talking, view};

async fn break_media(hall: &CityHall) {
    hall.house.newest().announce(MediaEvent::Died { reason: "a test".to_owned() });
    hall.settle().await;
}

#[actix::test]
async fn a_room_that_panics_is_there_again_with_its_messages() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, call) = talking(&mut hall).await;
    let live_at = view(&citizen).live_at;
    let (id, text) = ("m1".to_owned(), "Dzień dobry".to_owned());
    citizen.say_and_settle(&hall, CitizenCommand::Chat { id, text }).await;
    anna.say_and_settle(&hall, DeskCommand::Media { microphone: true, camera: true }).await;
    citizen.forget();

    let (kind, sdp) = (OfferKind::Again, "panic".to_owned());
    let poison = anna.say_and_settle(&hall, DeskCommand::Offer { call, generation: 1, kind, sdp }).await;

    assert_eq!((citizen.room(), anna.room()), (Some((call, 2)), Some((call, 2))));
    assert_eq!(anna.refusal(&poison), Some(ProblemCode::Busy));
    let frames = citizen.frames();
    let [CitizenFrame::InCall { .. }, CitizenFrame::Transcript { messages, .. }, CitizenFrame::RoomReady { .. }] =
        &frames[..]
    else {
        panic!("{frames:?}")
    };
    assert_eq!(messages[0].text, "Dzień dobry");
    assert_eq!(view(&citizen).phase, Phase::Reconnecting);
    assert!(view(&citizen).members[0].camera);
    citizen.connect(&hall, call, 2).await;
    anna.connect(&hall, call, 2).await;
    assert_eq!((view(&citizen).phase, view(&citizen).live_at), (Phase::Live, live_at));
    assert_eq!((hall.switchboard.counts().room_restarts, hall.house.open_now()), (1, 1));
}

#[actix::test]
async fn media_that_die_while_the_clerk_invites_cost_nothing() {
    let mut hall = CityHall::open().await;
    let anna = hall.receiving(hall.anna).await;
    let citizen = hall.citizen().await;
    citizen.join(&hall, hall.identity_cards).await;
    anna.call_next(&hall).await;
    let call = citizen.invited_to().unwrap();

    break_media(&hall).await;
    assert_eq!(anna.room(), Some((call, 2)));
    anna.connect(&hall, call, 2).await;
    citizen.say_and_settle(&hall, CitizenCommand::Accept).await;
    citizen.connect(&hall, call, 2).await;

    assert_eq!(view(&citizen).phase, Phase::Live);
}

#[actix::test]
async fn a_room_that_dies_too_often_is_given_up_and_the_person_stands_at_the_head() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, call) = talking(&mut hall).await;

    for generation in 2..=6 {
        break_media(&hall).await;
        assert_eq!(citizen.room(), Some((call, generation)));
    }
    break_media(&hall).await;

    assert!(anna.frames().contains(&DeskFrame::CallEnded { call, reason: EndReason::Failed }));
    let CitizenFrame::Waiting { place: 1, .. } = citizen.last() else { panic!("{:?}", citizen.last()) };
    assert_eq!(anna.state(), PresenceView::AfterCall);
    let counts = hall.switchboard.counts();
    assert_eq!((counts.room_restarts, counts.given_up, counts.rooms), (6, 1, 0));
    // The next call is not held against it.
    anna.call_next(&hall).await;
    assert!(citizen.invited_to().is_some());
}

#[actix::test]
async fn deaths_long_ago_do_not_count() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, call) = talking(&mut hall).await;

    for generation in 2..=9 {
        break_media(&hall).await;
        assert_eq!(citizen.room(), Some((call, generation)));
        citizen.connect(&hall, call, generation).await;
        anna.connect(&hall, call, generation).await;
        hall.pass_with(s(20), &[&citizen], &[&anna]).await;
    }

    assert_eq!(view(&citizen).phase, Phase::Live);
}

#[actix::test]
async fn media_that_cannot_be_opened_are_tried_again_and_then_the_invitation_is_taken_back() {
    let mut hall = CityHall::open().await;
    let anna = hall.receiving(hall.anna).await;
    let citizen = hall.citizen().await;
    citizen.join(&hall, hall.identity_cards).await;

    hall.house.fail_next(2);
    anna.call_next(&hall).await;
    assert!(anna.room().is_some());
    anna.say_and_settle(&hall, DeskCommand::CancelCall).await;
    hall.house.fail_next(100);
    anna.call_next(&hall).await;
    hall.house.fail_next(0);

    assert_eq!(anna.state(), PresenceView::Receiving);
    let CitizenFrame::Waiting { place: 1, .. } = citizen.last() else { panic!("{:?}", citizen.last()) };
}

#[actix::test]
async fn a_check_whose_room_dies_goes_on_in_the_next_one() {
    let mut hall = CityHall::open().await;
    let citizen = hall.citizen().await;
    citizen.say_and_settle(&hall, CitizenCommand::CheckStart).await;
    let CitizenFrame::CheckReady { call, generation: 1 } = citizen.last() else { panic!("{:?}", citizen.last()) };

    break_media(&hall).await;
    let again = citizen.last();
    for _ in 0..5 {
        break_media(&hall).await;
    }

    assert_eq!(again, CitizenFrame::CheckReady { call, generation: 2 });
    let Some(SessionEvent::Refused(refusal)) = citizen.told().pop() else { panic!("{:?}", citizen.told()) };
    assert_eq!((refusal.code, refusal.fatal), (ProblemCode::MediaFailed, false));
}

#[actix::test]
async fn a_line_that_panics_is_there_again_and_nobody_lost_anything() {
    let mut hall = CityHall::open().await;
    let (talker, anna, call) = talking(&mut hall).await;
    let marek = hall.receiving(hall.marek).await;
    let first = hall.citizen().await;
    first.join(&hall, hall.identity_cards).await;
    let second = hall.citizen().await;
    second.join(&hall, hall.identity_cards).await;

    hall.fail_line();
    hall.settle().await;
    hall.pass(ROUND).await;

    assert_eq!(hall.switchboard.counts().queue_restarts, 1);
    assert_eq!((first.place(), second.place()), (Some(1), Some(2)));
    marek.call_next(&hall).await;
    assert!(first.invited_to().is_some());
    hall.pass(ROUND).await;
    assert_eq!(second.place(), Some(1));
    // The call goes on in its room, and its end is known to the new line.
    assert_eq!((talker.room(), anna.room()), (Some((call, 1)), Some((call, 1))));
    talker.say_and_settle(&hall, CitizenCommand::HangUp).await;
    assert_eq!(anna.state(), PresenceView::AfterCall);
    assert_eq!(hall.house.open_now(), 1);
}

#[actix::test]
async fn a_line_that_panics_again_and_again_is_closed_and_says_so() {
    let mut hall = CityHall::open().await;
    let anna = hall.receiving(hall.anna).await;
    let citizen = hall.citizen().await;

    for _ in 0..6 {
        hall.fail_line();
        hall.settle().await;
    }
    let refused = awake(hall.switchboard.session(citizen.session)).await;

    let is_over = |code| code == ProblemCode::LineUnavailable;
    assert!(
        matches!(citizen.told().last(), Some(SessionEvent::Refused(refusal)) if refusal.fatal && is_over(refusal.code))
    );
    assert!(
        matches!(anna.told().last(), Some(PresenceEvent::Refused(refusal)) if refusal.fatal && is_over(refusal.code))
    );
    assert!(matches!(refused, Err(ActorError::GivenUp)));
    // Later it is tried again.
    hall.pass(s(61)).await;
    assert!(matches!(Citizen::attach(&hall, citizen.session, false).await.last(), CitizenFrame::Idle));
}

#[actix::test]
async fn a_session_that_panics_sends_its_browser_back_and_has_its_ticket() {
    let mut hall = CityHall::open().await;
    let (citizen, _anna, call) = talking(&mut hall).await;

    hall.fail_session(&citizen);
    hall.settle().await;
    let Some(SessionEvent::Refused(refusal)) = citizen.told().pop() else { panic!("{:?}", citizen.told()) };
    assert_eq!((refusal.code, refusal.fatal), (ProblemCode::Interrupted, true));
    let back = Citizen::attach(&hall, citizen.session, false).await;

    assert_eq!(back.room(), Some((call, 1)));
    back.connect(&hall, call, 1).await;
    assert_eq!(view(&back).phase, Phase::Live);
    assert_eq!(hall.switchboard.counts().session_restarts, 1);
}

#[actix::test]
async fn a_presence_that_panics_sends_its_browser_back_and_is_as_it_was() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, call) = talking(&mut hall).await;

    hall.fail_presence(&anna);
    hall.settle().await;
    let Some(PresenceEvent::Refused(refusal)) = anna.told().pop() else { panic!("{:?}", anna.told()) };
    assert_eq!((refusal.code, refusal.fatal), (ProblemCode::Interrupted, true));
    let back = Desk::attach(&hall, hall.anna, false).await;

    assert_eq!((back.state(), back.room()), (PresenceView::InCall, Some((call, 1))));
    back.say_and_settle(&hall, DeskCommand::HangUp).await;
    let CitizenFrame::Ended { reason: EndReason::ClerkHungUp, .. } = citizen.last() else { panic!() };
}

#[actix::test]
async fn nothing_of_a_death_is_heard_next_door() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, _) = talking(&mut hall).await;
    let bystander = hall.citizen().await;
    bystander.join(&hall, hall.identity_cards).await;
    bystander.forget();

    hall.fail_session(&citizen);
    break_media(&hall).await;
    hall.pass_with(s(5), &[&bystander], &[&anna]).await;

    assert_eq!(bystander.frames(), []);
    until("the room is there", || hall.house.open_now() == 1).await;
}

#[actix::test]
async fn whoever_died_with_their_session_is_away_until_they_come_back() {
    let mut hall = CityHall::open().await;
    let mut anna = hall.receiving(hall.anna).await;
    let (first, second) = (hall.citizen().await, hall.citizen().await);
    first.join(&hall, hall.identity_cards).await;
    second.join(&hall, hall.identity_cards).await;

    hall.pass(ROUND).await;

    hall.fail_session(&first);
    hall.settle().await;
    hall.pass(ROUND).await;
    let after_the_session = anna.rows()[0].state;
    // The session and the line at the same time.
    hall.fail_session(&second);
    hall.fail_line();
    hall.pass(ROUND).await;

    assert_eq!((after_the_session, anna.rows()[1].state), (RowState::Away, RowState::Away));
    anna.close_tab(&hall).await;
}
