//! What a page sends and from where, as the stack is told of it.

use std::net::SocketAddr;
use std::time::Instant;

use bytes::BytesMut;
use rtc::media_stream::MediaStreamTrack;
use rtc::peer_connection::transport::{CandidateConfig, CandidateHostConfig, RTCIceCandidate};
use rtc::rtp_transceiver::rtp_sender::{RTCRtpCodec, RTCRtpCodingParameters, RTCRtpEncodingParameters, RtpCodecKind};
use rtc::shared::{TaggedBytesMut, TransportContext, TransportProtocol};

/// A stream of this page.
pub fn track(name: &str, kind: RtpCodecKind, ssrc: u32) -> MediaStreamTrack {
    let (mime_type, clock_rate, channels) =
        if kind == RtpCodecKind::Audio { ("audio/opus", 48_000, 2) } else { ("video/VP8", 90_000, 0) };
    let codec = RTCRtpCodec { mime_type: mime_type.to_owned(), clock_rate, channels, ..RTCRtpCodec::default() };
    let rtp_coding_parameters = RTCRtpCodingParameters { ssrc: Some(ssrc), ..RTCRtpCodingParameters::default() };
    let coding = RTCRtpEncodingParameters { codec, rtp_coding_parameters, ..RTCRtpEncodingParameters::default() };
    MediaStreamTrack::new("me".to_owned(), name.to_owned(), name.to_owned(), kind, vec![coding])
}

/// Where a page can be reached.
pub fn candidate(local: SocketAddr) -> RTCIceCandidate {
    let base_config = CandidateConfig {
        network: "udp".to_owned(),
        address: local.ip().to_string(),
        port: local.port(),
        component: 1,
        ..CandidateConfig::default()
    };
    let config = CandidateHostConfig { base_config, ..CandidateHostConfig::default() };
    RTCIceCandidate::from(&config.new_candidate_host().unwrap())
}

/// A datagram as the stack takes it.
pub fn arriving(now: Instant, local: SocketAddr, from: SocketAddr, bytes: &[u8]) -> TaggedBytesMut {
    let transport_protocol = TransportProtocol::UDP;
    let transport = TransportContext { local_addr: local, peer_addr: from, transport_protocol, ecn: None };
    TaggedBytesMut { now, transport, message: BytesMut::from(bytes) }
}
