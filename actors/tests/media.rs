//! Browsers connect through a room's media on a real arbiter and exchange packets.

#[path = "media_support/mod.rs"]
mod media_support;

use media_support::browser::Browser;
use media_support::room::TestRoom;
use okienko_actors::media::{MediaPool, MediaSettings, RoomOptions, TrackKind};

fn pool() -> MediaPool {
    MediaPool::start(MediaSettings::default()).unwrap()
}

#[actix_rt::test]
async fn two_members_hear_and_see_each_other() {
    let pool = pool();
    let mut room = TestRoom::open(&pool, RoomOptions::default());
    let (anna, jan) = (Browser::new().await, Browser::new().await);

    anna.join(&mut room).await;
    jan.join(&mut room).await;

    for (from, to) in [(&anna, &jan), (&jan, &anna)] {
        from.send_until(TrackKind::Audio, to, "0", 5).await;
        from.send_until(TrackKind::Camera, to, "1", 5).await;
    }
}
