//! Tests of reading offers and finishing answers.

use proptest::prelude::*;

use super::codec::Codec;
use super::messages::TrackKind;
use super::sdp::{Answered, Offer, Role, finish_answer};
use super::settings::MediaError;

const OFFER: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1 2 3 4 5\r\n\
    m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=sendrecv\r\na=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\n\
    a=rtpmap:111 opus/48000/2\r\na=ssrc:1001 cname:x\r\n\
    m=video 9 UDP/TLS/RTP/SAVPF 102 96 97\r\na=mid:1\r\na=sendonly\r\na=rtpmap:96 VP8/90000\r\n\
    a=ssrc-group:FID 2001 2002\r\na=ssrc:2001 cname:x\r\na=ssrc:2002 cname:x\r\n\
    m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:2\r\na=inactive\r\na=rtpmap:96 VP8/90000\r\n\
    m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:3\r\n\
    m=audio 0 UDP/TLS/RTP/SAVPF 111\r\na=mid:4\r\na=bundle-only\r\na=recvonly\r\n\
    a=rtpmap:111 opus/48000/2\r\n\
    m=video 9 UDP/TLS/RTP/SAVPF 102\r\na=mid:5\r\na=recvonly\r\na=rtpmap:102 H264/90000\r\n";

#[test]
fn sections_are_told_apart_by_their_order() {
    let offer = Offer::parse(OFFER).unwrap();

    let stream = |kind, set| Role::Stream { kind, set };
    let roles: Vec<_> = offer.sections.iter().map(|section| section.role).collect();
    assert_eq!(
        roles,
        [
            stream(TrackKind::Audio, 0),
            stream(TrackKind::Camera, 0),
            stream(TrackKind::Screen, 0),
            Role::Data,
            stream(TrackKind::Audio, 1),
            stream(TrackKind::Camera, 1),
        ]
    );
    let flows: Vec<_> = offer.sections.iter().map(|section| (section.sends, section.receives)).collect();
    assert_eq!(flows, [(true, true), (true, false), (false, false), (false, false), (false, true), (false, true)]);
    assert_eq!(offer.sections[1].ssrc, Some(2001));
}

#[test]
fn the_stack_sees_no_candidates_no_repair_streams_and_no_directions() {
    let offer = Offer::parse(OFFER).unwrap();

    for unwanted in ["a=candidate", "2002", "a=ssrc-group", "a=inactive", "a=recvonly", "a=sendonly"] {
        assert!(!offer.sdp.contains(unwanted), "{unwanted}");
    }
    assert_eq!(offer.sdp.matches("a=sendrecv").count(), 5);
}

#[test]
fn the_answer_carries_the_agreed_directions_and_our_codec_first() {
    let offer = Offer::parse(OFFER).unwrap();
    let stack = "v=0\r\na=group:BUNDLE 0 1 2 3 4 5\r\n\
        m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=rtpmap:111 opus/48000/2\r\na=sendrecv\r\na=ssrc:7 cname:s\r\n\
        a=candidate:1 1 udp 1 10.0.0.9 9 typ host\r\na=candidate:1 2 udp 1 10.0.0.9 9 typ host\r\n\
        m=video 9 UDP/TLS/RTP/SAVPF 102 96\r\na=mid:1\r\na=rtpmap:102 H264/90000\r\na=rtpmap:96 VP8/90000\r\n\
        a=sendrecv\r\na=msid:s t\r\na=ssrc:8 cname:s\r\n\
        m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:2\r\na=sendrecv\r\n\
        m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:3\r\n\
        m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:4\r\na=sendrecv\r\n\
        m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:5\r\na=sendrecv\r\n";

    let (sdp, answered) = finish_answer(stack, &offer.sections).unwrap();

    let directions: Vec<_> = sdp.lines().filter(|line| line.ends_with("only") || line.contains("active")).collect();
    assert_eq!(directions, ["a=recvonly", "a=inactive", "a=sendonly", "a=sendonly"]);
    assert!(sdp.contains("m=video 9 UDP/TLS/RTP/SAVPF 96 102\r\n"));
    assert!(!sdp.contains("a=ssrc:8") && !sdp.contains("a=candidate:1 2"));
    assert_eq!(answered[1], Answered { ssrc: Some(8), codecs: vec![(Codec::H264, 102), (Codec::Vp8, 96)] });
}

#[test]
fn what_is_no_offer_is_refused_with_a_reason() {
    let wrong = [
        "",
        "hello",
        "v=0\r\n",
        "v=0\r\na=group:BUNDLE 0\r\n",
        "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n",
        "v=0\r\na=group:BUNDLE 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n",
        "v=0\r\na=group:BUNDLE 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na=rtpmap:0 PCMU/8000\r\n",
        "v=0\r\na=group:BUNDLE 0\r\nm=audio 0 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=rtpmap:111 opus/48000/2\r\n",
        "v=0\r\na=group:BUNDLE 0\r\nm=text 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n",
    ];
    for text in wrong {
        assert!(matches!(Offer::parse(text), Err(MediaError::Offer(_))), "{text:?}");
    }
    let many = format!("v=0\r\na=group:BUNDLE 0\r\n{}", "m=audio 9 X 111\r\na=mid:0\r\n".repeat(33));
    assert!(matches!(Offer::parse(&many), Err(MediaError::Offer(_))));
}

proptest! {
    #[test]
    fn no_text_breaks_it(text in "(v=0|a=|m=audio|m=video|mid:|ssrc:|sendrecv|:|[0-9a-z ]{0,5}|\r\n){0,60}") {
        let _ = Offer::parse(&text);
        let _ = finish_answer(&text, &[]);
    }
}
