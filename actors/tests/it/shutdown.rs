//! The orderly end: nobody is lost, and calls have their time of grace.

use okienko::wire::{CitizenCommand, CitizenFrame, DeskFrame, PresenceView};
use okienko_actors::ActorError;

use crate::common::people::{Citizen, Desk, join};
use crate::common::{CityHall, awake, s};
use crate::talking::talking;

#[actix::test]
async fn everybody_is_told_and_calls_may_come_to_their_end() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, _) = talking(&mut hall).await;
    let marek = hall.receiving(hall.marek).await;
    let other = hall.citizen().await;
    other.join(&hall, hall.identity_cards).await;

    let switchboard = hall.switchboard.clone();
    let going = tokio::task::spawn_local(async move { switchboard.shutdown(s(60)).await });
    hall.pass(s(10)).await;
    let closing = |frame: &CitizenFrame| matches!(frame, CitizenFrame::Closing { retry_after_s: 5 });
    let is_away = |desk: &Desk| desk.frames().iter().any(|frame| matches!(frame, DeskFrame::Closing { .. }));
    assert!(closing(&other.last()) && is_away(&marek));
    assert!(!closing(&citizen.last()) && !is_away(&anna), "who talks is not sent away");
    let (id, text) = ("m1".to_owned(), "Jeszcze chwilę".to_owned());
    let said = citizen.say_and_settle(&hall, CitizenCommand::Chat { id, text }).await;
    assert_eq!((citizen.refusal(&said), going.is_finished()), (None, false));
    let newcomer = hall.begin_session();
    assert!(matches!(awake(hall.switchboard.session(newcomer)).await, Err(ActorError::Closed)));

    citizen.say_and_settle(&hall, CitizenCommand::HangUp).await;
    let frames = citizen.frames();
    let [.., CitizenFrame::Ended { .. }, last] = frames.as_slice() else { panic!("{frames:?}") };
    assert!(closing(last) && is_away(&anna));
    hall.pass(s(1)).await;
    assert!(going.is_finished());
    let counts = hall.switchboard.counts();
    assert_eq!((counts.sessions, counts.presences, counts.queues, counts.rooms), (0, 0, 0, 0));
}

#[actix::test]
async fn where_nobody_talks_everybody_may_come_back_soon() {
    let mut hall = CityHall::open().await;
    let anna = hall.receiving(hall.anna).await;
    let citizen = hall.citizen().await;
    citizen.join(&hall, hall.identity_cards).await;

    hall.shut_down(s(60)).await;

    assert!(matches!(citizen.last(), CitizenFrame::Closing { retry_after_s: 1 }), "{:?}", citizen.last());
    assert!(matches!(anna.frames().last(), Some(DeskFrame::Closing { retry_after_s: 1 })));
}

#[actix::test]
async fn a_call_that_does_not_end_is_taken_up_again() {
    let mut hall = CityHall::open().await;
    let (citizen, _, call) = talking(&mut hall).await;

    let took = hall.shut_down(s(5)).await;
    assert!(took >= s(5) && took < s(7), "{took:?}");
    assert!(matches!(citizen.last(), CitizenFrame::Closing { .. }), "{:?}", citizen.last());
    assert_eq!(hall.house.open_now(), 0);
    hall.restart_process().await;
    let back = Citizen::attach(&hall, citizen.session, false).await;

    assert_eq!(back.room(), Some((call, 1)));
    assert_eq!(hall.desk(hall.anna).await.state(), PresenceView::InCall);
}

#[actix::test]
async fn what_was_asked_for_before_the_end_is_stored() {
    let mut hall = CityHall::open().await;
    let _anna = hall.receiving(hall.anna).await;
    let mut citizens = Vec::new();
    for _ in 0..20 {
        citizens.push(hall.citizen().await);
    }

    for citizen in &citizens {
        citizen.say(join(hall.identity_cards));
    }
    tokio::task::yield_now().await;
    hall.shut_down(s(0)).await;
    hall.restart_process().await;
    hall.pass(s(2)).await;

    assert_eq!(hall.switchboard.counts().waiting, 20);
}

#[actix::test]
async fn everything_answers_when_it_is_asked_for_its_health() {
    let hall = CityHall::open().await;

    let health = awake(hall.switchboard.health()).await;
    hall.store.close();
    hall.pass(s(1)).await;
    let without_store = awake(hall.switchboard.health()).await;

    assert!(health.is_good(), "{health:?}");
    assert!(!without_store.is_good());
}
