//! What ends, what is refused, and what nobody may learn.

use okienko_actors::media::{MediaError, MediaPool, MediaSettings, OfferKind, RoomOptions, TrackKind};
use tokio::net::UdpSocket;

use crate::media_support::browser::Browser;
use crate::media_support::room::TestRoom;
use crate::{couple, pool};

#[actix_rt::test]
async fn nothing_is_left_of_a_call_that_ended() {
    let pool = pool();
    let mut room = TestRoom::open(&pool, RoomOptions::default());
    let (anna, jan) = couple(&mut room).await;
    anna.send_until(TrackKind::Audio, &jan, "0", 3).await;
    let during = pool.counters();

    let member = anna.member;
    room.seat(move |seat| seat.remove(member)).await;
    let one_left = pool.counters();
    room.end().await;
    let after = pool.counters();

    assert_eq!((during.rooms, during.members), (1, 2));
    assert!(during.addresses >= 2 && during.ufrags == 2, "{during:?}");
    assert_eq!((one_left.rooms, one_left.members), (1, 1));
    assert_eq!((after.rooms, after.members, after.addresses, after.ufrags), (0, 0, 0, 0));
    anna.closed().await;
    jan.closed().await;
}

#[actix_rt::test]
async fn wrong_offers_are_refused_and_leave_nothing() {
    let settings = MediaSettings { max_members: 2, ..MediaSettings::default() };
    let pool = MediaPool::start(settings).unwrap();
    let mut room = TestRoom::open(&pool, RoomOptions::default());
    let (anna, jan, olena) = (Browser::new().await, Browser::new().await, Browser::new().await);
    let offer = anna.offer();

    let huge = format!("{offer}a={}\r\n", "x".repeat(64 * 1024));
    let refused = room.offer(anna.member, OfferKind::Fresh, huge).await;
    assert!(matches!(refused, Err(MediaError::OfferTooLarge { .. })), "{refused:?}");
    let refused = room.offer(anna.member, OfferKind::Fresh, "v=0 nonsense".to_owned()).await;
    assert!(matches!(refused, Err(MediaError::Offer(_))), "{refused:?}");
    let refused = room.offer(anna.member, OfferKind::Fresh, offer.replace("a=fingerprint", "a=x")).await;
    assert!(matches!(refused, Err(MediaError::Negotiation(_))), "{refused:?}");
    let refused = room.offer(anna.member, OfferKind::Again, offer).await;
    assert!(matches!(refused, Err(MediaError::NoConnection)), "{refused:?}");
    let counters = pool.counters();
    assert_eq!((counters.members, counters.addresses, counters.ufrags), (0, 0, 0));

    anna.join(&mut room).await;
    jan.join(&mut room).await;
    let refused = room.offer(olena.member, OfferKind::Fresh, olena.offer()).await;
    assert!(matches!(refused, Err(MediaError::RoomFull)), "{refused:?}");
}

#[actix_rt::test]
async fn a_later_offer_overtakes_an_earlier_one() {
    let pool = pool();
    let room = TestRoom::open(&pool, RoomOptions::default());
    let (early, late) = (Browser::new().await, Browser::new().await);

    let (first, second) = tokio::join!(
        room.offer(early.member, OfferKind::Fresh, early.offer()),
        room.offer(early.member, OfferKind::Fresh, late.offer()),
    );

    assert!(matches!(first, Err(MediaError::Overtaken)), "{first:?}");
    second.unwrap();
    assert_eq!(pool.counters().members, 1);
}

#[actix_rt::test]
async fn each_arbiter_has_its_port_and_rooms_go_where_there_are_fewest() {
    let settings = MediaSettings { arbiters: 2, ..MediaSettings::default() };
    let pool = MediaPool::start(settings).unwrap();
    let ports = pool.local_ports();

    let mut rooms = Vec::new();
    let mut used = Vec::new();
    for _ in 0..2 {
        let mut room = TestRoom::open(&pool, RoomOptions::default());
        let anna = Browser::new().await;
        let answer = anna.join(&mut room).await;
        let candidate = answer.sdp.lines().find(|line| line.starts_with("a=candidate:")).unwrap().to_owned();
        used.push(candidate.split(' ').nth(5).unwrap().parse::<u16>().unwrap());
        rooms.push((room, anna));
    }

    used.sort_unstable();
    let mut sorted = ports.clone();
    sorted.sort_unstable();
    assert_eq!(used, sorted);
}

#[actix_rt::test]
async fn a_port_that_is_taken_is_named() {
    let taken = UdpSocket::bind("0.0.0.0:0").await.unwrap();
    let port = taken.local_addr().unwrap().port();

    let refused = MediaPool::start(MediaSettings { udp_port: port, ..MediaSettings::default() });

    assert!(matches!(refused, Err(MediaError::Bind { port: named, .. }) if named == port), "{refused:?}");
    let beyond = MediaPool::start(MediaSettings { udp_port: 65_535, arbiters: 2, ..MediaSettings::default() });
    assert!(matches!(beyond, Err(MediaError::Arbiters { .. })));
}

#[actix_rt::test]
async fn nobody_learns_where_another_member_is() {
    let pool = pool();
    let mut room = TestRoom::open(&pool, RoomOptions::default());
    let (anna, jan) = (Browser::new().await, Browser::new().await);

    anna.join(&mut room).await;
    let answer = jan.join(&mut room).await;
    anna.send_until(TrackKind::Audio, &jan, "0", 3).await;

    assert!(!answer.sdp.contains(&format!(" {} ", anna.address().port())));
    assert!(jan.peers().iter().all(|peer| peer.port() == pool.local_ports()[0]));
}
