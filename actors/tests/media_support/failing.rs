//! What fails on purpose, in media: which other media notice, and who finds out.

use okienko::failures::{Failures, Point};
use okienko_actors::media::{MediaEvent, MediaPool, MediaSettings, RoomOptions, TrackKind};

use crate::media_support::browser::Browser;
use crate::media_support::room::TestRoom;
use crate::{are_gapless, couple};

fn pool_that_fails() -> (MediaPool, Failures) {
    let failures = Failures::default();
    let settings = MediaSettings { failures: failures.clone(), ..MediaSettings::default() };
    (MediaPool::start(settings).unwrap(), failures)
}

#[actix_rt::test]
async fn a_panic_in_one_room_costs_another_no_packet() {
    let (pool, failures) = pool_that_fails();
    let (mut broken, mut whole) =
        (TestRoom::open(&pool, RoomOptions::default()), TestRoom::open(&pool, RoomOptions::default()));
    let (anna, jan) = couple(&mut broken).await;
    let (olena, marek) = couple(&mut whole).await;
    olena.send_until(TrackKind::Audio, &marek, "0", 1).await;
    let before = marek.got("0").len();

    failures.arm(format!("room.media-step@{}:panic", broken.call).parse().unwrap());
    for number in 0..200 {
        olena.send(TrackKind::Audio, true);
        if number == 50 {
            anna.send(TrackKind::Audio, true);
        }
        tokio::task::yield_now().await;
    }
    broken.event(|event| matches!(event, MediaEvent::Died { .. })).await;
    let heard = marek.got_at_least("0", before + 200).await;

    assert!(are_gapless(&heard));
    assert_eq!(pool.counters().panics, 1);
    // The same room goes on with new connections.
    let (anna, jan) = (Browser::load(anna.member).await, Browser::load(jan.member).await);
    anna.join(&mut broken).await;
    jan.join(&mut broken).await;
    anna.send_until(TrackKind::Audio, &jan, "0", 3).await;
    assert_eq!((pool.counters().rooms, pool.counters().members), (2, 4));
}

#[actix_rt::test]
async fn a_panic_of_the_port_itself_is_told_to_all_rooms_and_survived() {
    let (pool, failures) = pool_that_fails();
    let (mut one, mut two) =
        (TestRoom::open(&pool, RoomOptions::default()), TestRoom::open(&pool, RoomOptions::default()));
    let (anna, jan) = couple(&mut one).await;
    let port = pool.local_ports();

    failures.arm("media.port:panic".parse().unwrap());
    anna.send(TrackKind::Audio, true);
    for room in [&mut one, &mut two] {
        room.event(|event| matches!(event, MediaEvent::Died { .. })).await;
    }

    assert_eq!(pool.local_ports(), port);
    let (anna, jan) = (Browser::load(anna.member).await, Browser::load(jan.member).await);
    anna.join(&mut two).await;
    jan.join(&mut two).await;
    anna.send_until(TrackKind::Audio, &jan, "0", 3).await;
}

#[actix_rt::test]
async fn a_port_that_panics_again_and_again_is_given_up() {
    let (pool, failures) = pool_that_fails();
    let mut room = TestRoom::open(&pool, RoomOptions::default());
    let (anna, _jan) = couple(&mut room).await;

    for deaths in 1..=6 {
        assert_eq!(pool.counters().ports_given_up, 0, "after {} deaths", deaths - 1);
        failures.arm("media.port:panic".parse().unwrap());
        anna.send_while(TrackKind::Audio, || failures.fired() != [(Point::MediaPort, deaths)]).await;
        room.event(|event| matches!(event, MediaEvent::Died { .. })).await;
    }

    assert_eq!(pool.counters().ports_given_up, 1);
}

/// The numbers of the sounds in packets; none for one that is no sound any more.
fn sounds(packets: &[rtc::rtp::Packet]) -> Vec<Option<u16>> {
    let number = |text: &[u8]| std::str::from_utf8(text).ok()?.strip_prefix("sound ")?.parse().ok();
    packets.iter().map(|packet| number(&packet.payload)).collect()
}

#[actix_rt::test]
async fn what_goes_wrong_with_packets_on_purpose_is_seen_by_whoever_receives_them() {
    let (pool, failures) = pool_that_fails();
    let mut room = TestRoom::open(&pool, RoomOptions::default());
    let (anna, jan) = couple(&mut room).await;
    let mut after = Vec::new();

    for fault in ["drop", "reorder", "duplicate", "corrupt"] {
        let before = jan.got("0").len();
        failures.arm(format!("media.forward@{}:{fault}:once+2", jan.member).parse().unwrap());
        let heard = anna.send_until(TrackKind::Audio, &jan, "0", before + 10).await;
        after.push(sounds(&heard[before..]));
    }

    let [dropped, reordered, duplicated, corrupted] = &after[..] else { panic!("{after:?}") };
    let steps = |heard: &[Option<u16>]| -> Vec<i32> {
        heard.windows(2).map(|pair| i32::from(pair[1].unwrap()) - i32::from(pair[0].unwrap())).collect()
    };
    assert_eq!(steps(dropped)[1], 2, "{dropped:?}");
    assert_eq!(steps(reordered)[1..4], [2, -1, 2], "{reordered:?}");
    assert_eq!(steps(duplicated)[2..4], [0, 2], "{duplicated:?}");
    assert_eq!(corrupted.iter().position(Option::is_none), Some(2), "{corrupted:?}");
}
