//! A receiver whose way is too narrow makes the sender slow down.

use okienko_actors::media::{MediaEvent, RoomOptions, TrackKind};

use crate::media_support::room::TestRoom;
use crate::{couple, pool};

/// One picture; a hundred of them a second make 900 kbit/s.
const PICTURE_BYTES: usize = 1_100;

#[actix_rt::test]
async fn a_slow_receiver_limits_the_sender_until_the_way_is_wide_again() {
    let pool = pool();
    let mut room = TestRoom::open(&pool, RoomOptions::default());
    let (anna, jan) = couple(&mut room).await;
    anna.draw_large(PICTURE_BYTES);
    anna.send_until(TrackKind::Camera, &jan, "1", 100).await;
    assert_eq!(anna.limits(), [0; 0], "nothing speaks against sending all there is");

    jan.narrow(Some(300_000));
    anna.send_while(TrackKind::Camera, || anna.limits().is_empty()).await;

    assert!(anna.limits()[0] < 300_000, "{:?}", anna.limits());
    assert_eq!(jan.limits(), [0; 0], "the receiver's own pictures have room enough");
    let refused = || pool.counters().resends_refused;
    anna.send_while(TrackKind::Camera, || refused() == 0).await;

    jan.narrow(None);
    anna.draw_large(0);
    anna.send_while(TrackKind::Camera, || anna.limits().last().is_none_or(|limit| *limit < 10_000_000)).await;
    assert!(pool.counters().limits_told >= anna.limits().len() as u64);
}

#[actix_rt::test]
async fn a_way_too_narrow_for_pictures_keeps_the_voice_and_gets_them_again() {
    let pool = pool();
    let mut room = TestRoom::open(&pool, RoomOptions::default());
    let (anna, jan) = couple(&mut room).await;
    anna.draw_large(PICTURE_BYTES);

    jan.narrow(Some(60_000));
    let pictures = |sent| move |event: &MediaEvent| *event == MediaEvent::Pictures { member: jan.member, sent };
    tokio::select! {
        () = anna.send_while(TrackKind::Camera, || true) => {}
        _ = room.event(pictures(false)) => {}
    }
    let held = pool.counters().dropped_held_back;
    anna.send_while(TrackKind::Camera, || pool.counters().dropped_held_back < held + 10).await;
    anna.send_until(TrackKind::Audio, &jan, "0", 50).await;

    jan.narrow(None);
    tokio::select! {
        () = anna.send_while(TrackKind::Audio, || true) => {}
        _ = room.event(pictures(true)) => {}
    }
    let seen = jan.got("1").len();
    anna.send_until(TrackKind::Camera, &jan, "1", seen + 10).await;
}
