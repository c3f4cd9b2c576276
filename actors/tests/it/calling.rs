//! From the press to the end of a call.

use okienko::wire::{CitizenCommand, CitizenFrame, DeskCommand, DeskFrame, EndReason, Phase, PresenceView};

use crate::common::CityHall;

#[actix::test]
async fn a_clerk_calls_and_they_talk_and_hang_up() {
    let mut hall = CityHall::open().await;
    let anna = hall.receiving(hall.anna).await;
    let citizen = hall.citizen().await;
    assert_eq!(citizen.last(), CitizenFrame::Idle);

    let joined = citizen.join(&hall, hall.identity_cards).await;
    assert_eq!(citizen.acks(&joined), 1);
    assert_eq!(citizen.place(), Some(1));
    hall.pass(std::time::Duration::from_millis(50)).await;
    assert_eq!(anna.rows().len(), 1);

    let pressed = anna.call_next(&hall).await;
    assert_eq!(anna.acks(&pressed), 1);
    assert_eq!(anna.state(), PresenceView::Calling);
    let call = citizen.invited_to().unwrap();
    assert_eq!(anna.room(), Some((call, 1)));
    anna.connect(&hall, call, 1).await;

    citizen.say_and_settle(&hall, CitizenCommand::Accept).await;
    assert_eq!(citizen.room(), Some((call, 1)));
    assert_eq!(anna.state(), PresenceView::InCall);
    citizen.connect(&hall, call, 1).await;
    let CitizenFrame::InCall { view, .. } = citizen.frames().into_iter().rev().find(|f| matches!(f, CitizenFrame::InCall { .. })).unwrap() else { panic!() };
    assert_eq!(view.phase, Phase::Live);
    assert_eq!(view.members.len(), 2);

    citizen.say_and_settle(&hall, CitizenCommand::HangUp).await;
    let CitizenFrame::Ended { reason, live_at, .. } = citizen.last() else { panic!("{:?}", citizen.last()) };
    assert_eq!(reason, EndReason::CitizenHungUp);
    assert!(live_at.is_some());
    assert_eq!(anna.state(), PresenceView::AfterCall);
    assert!(anna.frames().contains(&DeskFrame::CallEnded { call, reason: EndReason::CitizenHungUp }));
    assert_eq!(hall.house.open_now(), 0);

    anna.say_and_settle(&hall, DeskCommand::FinishWrapUp { next: okienko::wire::WishedState::Receiving }).await;
    assert_eq!(anna.state(), PresenceView::Receiving);
}
