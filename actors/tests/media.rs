//! Browsers connect through a room's media on a real arbiter and exchange packets.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
#![allow(missing_docs, unreachable_pub, reason = "a test crate has no readers of its interface")]

#[path = "media_support/endings.rs"]
mod endings;
#[cfg(feature = "failure-points")]
#[path = "media_support/failing.rs"]
mod failing;
#[path = "media_support/mod.rs"]
mod media_support;
#[path = "media_support/slow.rs"]
mod slow;

use std::net::SocketAddr;

use media_support::browser::Browser;
use media_support::room::TestRoom;
use okienko::ids::MemberId;
use okienko::world::World;
use okienko_actors::media::{MediaEvent, MediaPool, MediaSettings, MemberStreams, RoomOptions, TrackKind};
use rtc::rtp_transceiver::RTCRtpTransceiverDirection;
use tokio::net::UdpSocket;

fn pool() -> MediaPool {
    MediaPool::start(MediaSettings::default()).unwrap()
}

fn sequences(packets: &[rtc::rtp::Packet]) -> Vec<u16> {
    packets.iter().map(|packet| packet.header.sequence_number).collect()
}

fn are_gapless(packets: &[rtc::rtp::Packet]) -> bool {
    sequences(packets).windows(2).all(|pair| pair[1] == pair[0].wrapping_add(1))
}

/// Two members in a room, connected.
async fn couple(room: &mut TestRoom) -> (Browser, Browser) {
    let (anna, jan) = (Browser::new().await, Browser::new().await);
    anna.join(room).await;
    jan.join(room).await;
    (anna, jan)
}

#[actix_rt::test]
async fn two_members_hear_and_see_each_other() {
    let pool = pool();
    let mut room = TestRoom::open(&pool, RoomOptions::default());

    let (anna, jan) = couple(&mut room).await;

    for (from, to) in [(&anna, &jan), (&jan, &anna)] {
        from.send_until(TrackKind::Audio, to, "0", 5).await;
        let seen = from.send_until(TrackKind::Camera, to, "1", 5).await;
        assert!(are_gapless(&seen));
        for kind in [TrackKind::Audio, TrackKind::Camera] {
            room.event(|event| *event == MediaEvent::Flowing { member: from.member, kind }).await;
        }
    }
    let stats = room.stats(anna.member).await.unwrap();
    assert!(stats.connected && stats.packets_in >= 10 && stats.packets_out >= 10, "{stats:?}");
    assert!(pool.counters().forwarded_packets >= 20);
}

#[actix_rt::test]
async fn datagrams_of_a_foreign_address_are_ignored() {
    let pool = pool();
    let mut room = TestRoom::open(&pool, RoomOptions::default());
    let (anna, jan) = (Browser::new().await, Browser::new().await);
    let answer = anna.join(&mut room).await;
    jan.join(&mut room).await;
    let before = pool.counters();
    let stranger = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let server = SocketAddr::from(([127, 0, 0, 1], pool.local_ports()[0]));
    let ufrag = answer.sdp.lines().find_map(|line| line.strip_prefix("a=ice-ufrag:")).unwrap();

    // A request that names Anna's connection, but cannot know its password; then what an admitted one would send.
    for datagram in [
        binding_request(&format!("{ufrag}:x")),
        binding_request("nobody:x"),
        vec![0x80, 96, 0, 1],
        vec![22, 254, 253, 0],
        vec![0, 1, 0, 0],
        vec![0x81, 201, 0, 1],
    ] {
        stranger.send_to(&datagram, server).await.unwrap();
    }
    anna.send_until(TrackKind::Audio, &jan, "0", 20).await;

    let after = pool.counters();
    assert_eq!(after.dropped_unknown_address - before.dropped_unknown_address, 3);
    assert_eq!(after.dropped_unknown_ufrag - before.dropped_unknown_ufrag, 1);
    assert_eq!(after.dropped_bad_stun - before.dropped_bad_stun, 1);
    assert_eq!(after.addresses, before.addresses);
    assert!(stranger.try_recv(&mut [0; 100]).is_err(), "a stranger was answered");
}

fn binding_request(name: &str) -> Vec<u8> {
    let mut attribute = vec![0, 6, 0, name.len() as u8];
    attribute.extend(name.bytes());
    attribute.resize(attribute.len().next_multiple_of(4), 0);
    let mut datagram = vec![0, 1, 0, attribute.len() as u8, 0x21, 0x12, 0xA4, 0x42];
    datagram.extend([9; 12]);
    datagram.extend(attribute);
    datagram
}

#[actix_rt::test]
async fn keyframe_requests_reach_the_sender_but_not_too_often() {
    let pool = pool();
    let mut room = TestRoom::open(&pool, RoomOptions::default());
    let (anna, jan) = couple(&mut room).await;
    anna.send_until(TrackKind::Camera, &jan, "1", 1).await;
    let (asked, sent) = (anna.keyframe_requests(), pool.counters().keyframe_requests_sent);
    let began = std::time::Instant::now();

    for _ in 0..10 {
        jan.request_keyframe("1");
        anna.send_until(TrackKind::Audio, &jan, "0", jan.got("0").len() + 1).await;
    }
    anna.asked_at_least(asked + 1).await;

    let counters = pool.counters();
    assert!(counters.keyframe_requests_received >= 10, "{counters:?}");
    // At once, and then one for each interval that passed.
    let intervals = began.elapsed().as_millis() / MediaSettings::default().keyframe_interval.as_millis();
    let most = 2 + intervals;
    assert!(u128::from(counters.keyframe_requests_sent - sent) <= most, "{most}: {counters:?}");
}

#[actix_rt::test]
async fn a_member_who_joins_makes_the_others_send_a_keyframe() {
    let pool = pool();
    let mut room = TestRoom::open(&pool, RoomOptions::default());
    let (anna, jan) = (Browser::new().await, Browser::new().await);
    anna.join(&mut room).await;

    jan.join(&mut room).await;

    anna.asked_at_least(1).await;
}

#[actix_rt::test]
async fn members_over_ipv4_and_ipv6_meet_on_one_port() {
    // A system without IPv6 has nothing to meet.
    let Ok(socket) = UdpSocket::bind("[::1]:0").await else { return };
    let pool = pool();
    let mut room = TestRoom::open(&pool, RoomOptions::default());
    let (anna, jan) = (Browser::new().await, Browser::load_at(MemberId::new(&World::real()), socket));

    anna.join(&mut room).await;
    jan.join(&mut room).await;

    anna.send_until(TrackKind::Audio, &jan, "0", 3).await;
    jan.send_until(TrackKind::Audio, &anna, "0", 3).await;
}

#[actix_rt::test]
async fn in_an_echo_room_a_member_gets_the_own_media_back() {
    let pool = pool();
    let mut room = TestRoom::open(&pool, RoomOptions { echo: true, ..RoomOptions::default() });
    let anna = Browser::new().await;

    let answer = anna.join(&mut room).await;

    assert_eq!(answer.streams[0].member, anna.member);
    anna.send_until(TrackKind::Audio, &anna, "0", 3).await;
    anna.send_until(TrackKind::Camera, &anna, "1", 3).await;
}

#[actix_rt::test]
async fn a_third_member_is_received_in_sections_of_its_own() {
    let pool = pool();
    let mut room = TestRoom::open(&pool, RoomOptions::default());
    let (anna, jan) = couple(&mut room).await;
    let olena = Browser::new().await;
    olena.add_set();

    let answer = olena.join(&mut room).await;
    for member in [anna.member, jan.member] {
        room.event(|event| *event == MediaEvent::Streams { member }).await;
    }
    let of_olena = |streams: &[MemberStreams]| streams.iter().find(|other| other.member == olena.member).cloned();
    let waiting = of_olena(&room.streams(anna.member).await).unwrap();
    anna.add_set();
    let again = anna.renegotiate(&room).await;

    let members: Vec<_> = answer.streams.iter().map(|streams| streams.member).collect();
    assert_eq!(members, [anna.member, jan.member]);
    let mids: Vec<_> = answer.streams.iter().map(|streams| streams.audio_mid.clone().unwrap()).collect();
    assert!(waiting.needs_sections());
    let of_olena = of_olena(&again.streams).unwrap();
    assert_eq!(again.streams[0].audio_mid.as_deref(), Some("0"), "who was received before does not move");
    let (voice, camera) = (of_olena.audio_mid.unwrap(), of_olena.camera_mid.unwrap());
    olena.send_until(TrackKind::Audio, &anna, &voice, 3).await;
    olena.send_until(TrackKind::Camera, &anna, &camera, 3).await;
    anna.send_until(TrackKind::Audio, &olena, &mids[0], 3).await;
    jan.send_until(TrackKind::Audio, &olena, &mids[1], 3).await;
}

#[actix_rt::test]
async fn a_reloaded_page_continues_the_stream_that_the_other_member_decodes() {
    let pool = pool();
    let mut room = TestRoom::open(&pool, RoomOptions::default());
    let (anna, jan) = couple(&mut room).await;
    let before = anna.send_until(TrackKind::Camera, &jan, "1", 5).await;
    anna.send_until(TrackKind::Audio, &jan, "0", 5).await;

    let reloaded = Browser::load(anna.member).await;
    reloaded.join(&mut room).await;
    let camera = reloaded.send_until(TrackKind::Camera, &jan, "1", before.len() + 5).await;
    let voice = reloaded.send_until(TrackKind::Audio, &jan, "0", 10).await;

    anna.closed().await;
    assert!(are_gapless(&camera) && are_gapless(&voice));
    let ssrc = camera[0].header.ssrc;
    assert!(camera.iter().all(|packet| packet.header.ssrc == ssrc));
    let stamps: Vec<u32> = camera.iter().map(|packet| packet.header.timestamp).collect();
    assert!(stamps.windows(2).all(|pair| pair[1].wrapping_sub(pair[0]) < 90_000 * 60), "{stamps:?}");
    let pictures: Vec<u16> =
        camera.iter().map(|packet| u16::from_be_bytes([packet.payload[2], packet.payload[3]]) & 0x7FFF).collect();
    assert!(pictures.windows(2).all(|pair| pair[1] == (pair[0] + 1) & 0x7FFF), "{pictures:?}");
    jan.asked_at_least(1).await;
    jan.send_until(TrackKind::Audio, &reloaded, "0", 3).await;
    assert_eq!(pool.counters().members, 2);
}

#[actix_rt::test]
async fn after_a_source_was_replaced_pictures_wait_for_a_keyframe() {
    let pool = pool();
    let mut room = TestRoom::open(&pool, RoomOptions::default());
    let (anna, jan) = couple(&mut room).await;
    let before = anna.send_until(TrackKind::Camera, &jan, "1", 5).await;
    let reloaded = Browser::load(anna.member).await;
    reloaded.join(&mut room).await;

    for _ in 0..5 {
        reloaded.send(TrackKind::Camera, false);
    }
    reloaded.send(TrackKind::Camera, true);
    let after = jan.got_at_least("1", before.len() + 1).await;

    assert_eq!(after[before.len()].payload[5] & 1, 0, "the first one is a keyframe");
    assert!(are_gapless(&after));
}

#[actix_rt::test]
async fn a_stopped_stream_is_not_passed_on_and_resumes_without_a_gap() {
    let pool = pool();
    let mut room = TestRoom::open(&pool, RoomOptions::default());
    let (anna, jan) = couple(&mut room).await;
    anna.send_until(TrackKind::Camera, &jan, "1", 5).await;

    room.set_flow(anna.member, TrackKind::Camera, false).await;
    let stopped_at = jan.got("1").len();
    for _ in 0..5 {
        anna.send(TrackKind::Camera, true);
    }
    anna.send_until(TrackKind::Audio, &jan, "0", 5).await;
    let meanwhile = jan.got("1").len();
    room.set_flow(anna.member, TrackKind::Camera, true).await;
    let resumed = anna.send_until(TrackKind::Camera, &jan, "1", meanwhile + 5).await;

    assert!(meanwhile <= stopped_at + 1, "one may have been under way");
    assert!(pool.counters().dropped_muted >= 4);
    assert!(are_gapless(&resumed));
}

#[actix_rt::test]
async fn a_shared_screen_appears_to_those_who_offer_a_section_for_it() {
    let pool = pool();
    let mut room = TestRoom::open(&pool, RoomOptions::default());
    let (anna, jan) = couple(&mut room).await;

    anna.share_screen(RTCRtpTransceiverDirection::Sendrecv);
    anna.renegotiate(&room).await;
    room.event(|event| *event == MediaEvent::Streams { member: jan.member }).await;
    let hidden = room.streams(jan.member).await;
    jan.share_screen(RTCRtpTransceiverDirection::Recvonly);
    let shown = jan.renegotiate(&room).await.streams;

    assert_eq!((hidden[0].sends.contains(&TrackKind::Screen), hidden[0].screen_mid.as_deref()), (true, None));
    assert_eq!(shown[0].screen_mid.as_deref(), Some("2"));
    anna.send_until(TrackKind::Screen, &jan, "2", 3).await;
    // Ended and begun once more: the section lives on.
    for direction in [RTCRtpTransceiverDirection::Inactive, RTCRtpTransceiverDirection::Sendrecv] {
        anna.share_screen(direction);
        anna.renegotiate(&room).await;
    }
    let count = jan.got("2").len();
    anna.send_until(TrackKind::Screen, &jan, "2", count + 3).await;
}

#[actix_rt::test]
async fn media_goes_on_after_an_ice_restart() {
    let pool = pool();
    let mut room = TestRoom::open(&pool, RoomOptions::default());
    let (anna, jan) = (Browser::new().await, Browser::new().await);
    let first = anna.join(&mut room).await;
    jan.join(&mut room).await;
    anna.send_until(TrackKind::Audio, &jan, "0", 3).await;

    anna.restart_ice();
    let second = anna.renegotiate(&room).await;

    let ufrag = |sdp: &str| sdp.lines().find(|line| line.starts_with("a=ice-ufrag:")).map(str::to_owned);
    assert_ne!(ufrag(&first.sdp), ufrag(&second.sdp));
    let asked = anna.keyframe_requests();
    room.connected(anna.member).await;
    anna.asked_at_least(asked + 1).await;
    let count = jan.got("0").len();
    anna.send_until(TrackKind::Audio, &jan, "0", count + 3).await;
    let count = anna.got("0").len();
    jan.send_until(TrackKind::Audio, &anna, "0", count + 3).await;
}
