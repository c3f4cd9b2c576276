//! The same with everything on threads of its own, the real media layer and the real clock.

use std::sync::Arc;
use std::time::{Duration, Instant};

use okienko::domain::timings::Timings;
use okienko::wire::{CitizenCommand, CitizenFrame, PresenceView};
use okienko_actors::media::MediaSettings;
use okienko_actors::{ActorSettings, Switchboard};

use crate::common::people::{Citizen, Desk, join};
use crate::common::{CityHall, MORNING, until};

/// The city hall of the other journeys, but on two control threads and one of media.
pub(crate) async fn city_hall() -> CityHall {
    let mut hall = CityHall::open_with(Timings::default(), 10_000, MORNING).await;
    hall.shut_down(Duration::ZERO).await;
    tokio::time::resume();
    let settings = ActorSettings { media: MediaSettings::default(), control_arbiters: 2, ..ActorSettings::default() };
    let world = okienko::world::World::real();
    hall.switchboard = Switchboard::start(settings, hall.store.clone(), world).await.unwrap();
    hall
}

#[actix::test]
async fn everything_works_across_threads() {
    let mut hall = city_hall().await;
    let anna = Desk::attach(&hall, hall.anna, false).await;
    anna.say(okienko::wire::DeskCommand::SetState { state: okienko::wire::WishedState::Receiving });
    until("the clerk receives", || anna.is_in(PresenceView::Receiving)).await;
    let mut citizens = Vec::new();
    for _ in 0..20 {
        let session = hall.begin_session();
        citizens.push(Citizen::attach(&hall, session, false).await);
    }
    // Round the clock, whatever the time is.
    citizens.iter().for_each(|citizen| {
        citizen.say(join(hall.taxes));
    });
    until("all wait", || citizens.iter().all(|citizen| citizen.place().is_some())).await;
    let first = citizens.iter().min_by_key(|citizen| citizen.place()).unwrap();

    let pressed = Instant::now();
    anna.say(okienko::wire::DeskCommand::CallNext);
    until("the invitation", || first.invited_to().is_some()).await;
    until("the room", || anna.room().is_some()).await;
    println!("from the press to both knowing: {:?}", pressed.elapsed());
    first.say(CitizenCommand::Accept);
    until("the citizen's room", || first.room().is_some()).await;
    until("the others move up", || citizens.iter().filter(|other| other.place() == Some(1)).count() >= 2).await;
    assert!(hall.switchboard.health().await.is_good());
    assert_eq!(hall.switchboard.counts().rooms, 1);

    first.say(CitizenCommand::HangUp);
    until("the end", || matches!(first.last(), CitizenFrame::Ended { .. })).await;
    let switchboard = Arc::new(hall.switchboard.clone());
    switchboard.shutdown(Duration::ZERO).await;
    assert_eq!(hall.switchboard.counts().sessions, 0);
}
