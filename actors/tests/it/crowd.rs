//! Many people at once, on threads and with the real clock. `OKIENKO_CROWD` says how many, 5,000 at most.

use std::time::{Duration, Instant};

use okienko::wire::{CitizenCommand, CitizenFrame, DeskCommand, PresenceView, WishedState};

use crate::common::people::{Citizen, Desk, join};
use crate::common::until;
use crate::threads::city_hall;

/// Ten times what a node has to reach with 5,000 people: from the press to the invitation.
const INVITED_WITHIN: Duration = Duration::from_millis(500);

/// Ten times what a node has to reach: until the last one has moved up.
const MOVED_WITHIN: Duration = Duration::from_secs(10);

#[actix::test]
async fn in_a_crowd_a_press_is_known_at_once_and_everybody_moves_up() {
    let crowd = std::env::var("OKIENKO_CROWD").ok().and_then(|count| count.parse().ok());
    let count = crowd.unwrap_or(300);
    let mut hall = city_hall().await;
    let anna = Desk::attach(&hall, hall.anna, false).await;
    anna.say(DeskCommand::SetState { state: WishedState::Receiving });
    until("the clerk receives", || anna.is_in(PresenceView::Receiving)).await;
    let mut citizens = Vec::new();
    for _ in 0..count {
        let session = hall.begin_session();
        citizens.push(Citizen::attach_only(&hall, session).await);
    }

    let begun = Instant::now();
    for wave in citizens.chunks(1_000) {
        for citizen in wave {
            citizen.say(join(hall.taxes));
        }
        for citizen in wave {
            until("a place", || citizen.place().is_some()).await;
        }
    }
    println!("{count} have joined within {:?}", begun.elapsed());
    citizens.sort_by_key(Citizen::place);
    let (first, last) = (&citizens[0], &citizens[count - 1]);

    let pressed = Instant::now();
    anna.say(DeskCommand::CallNext);
    until("the invitation", || first.invited_to().is_some()).await;
    let invited_after = pressed.elapsed();
    until("the last one's place", || last.place() == u32::try_from(count - 1).ok()).await;
    let moved_after = pressed.elapsed();
    println!("invited after {invited_after:?}, the last one moved up after {moved_after:?}");

    // Only whoever names a crowd wants to know: in an ordinary run the machine does other things as well.
    if crowd.is_some() {
        assert!(invited_after < INVITED_WITHIN && moved_after < MOVED_WITHIN);
    }
    let places: Vec<_> = citizens[1..].iter().map(|citizen| citizen.place().unwrap()).collect();
    assert!(places.iter().zip(1..).all(|(place, expected)| *place == expected || *place == expected + 1));
    first.say(CitizenCommand::Leave);
    until("the end", || matches!(first.last(), CitizenFrame::Ended { .. })).await;
    hall.switchboard.shutdown(Duration::ZERO).await;
}
