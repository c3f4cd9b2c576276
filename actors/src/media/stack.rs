//! How the WebRTC stack is set up for a browser's connection: codecs, header extensions, interceptors.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rtc::interceptor::{
    CongestionControlBuilder, NackGeneratorBuilder, NackResponderBuilder, ReceiverReportBuilder, SenderReportBuilder,
    TwccReceiverBuilder, TwccSenderBuilder,
};
use rtc::peer_connection::configuration::interceptor_registry::{Registry, Slot};
use rtc::peer_connection::configuration::media_engine::{MIME_TYPE_H264, MIME_TYPE_OPUS, MIME_TYPE_VP8, MediaEngine};
use rtc::peer_connection::configuration::setting_engine::{SctpMaxMessageSize, SettingEngineBuilder};
use rtc::peer_connection::transport::RTCDtlsRole;
use rtc::peer_connection::{RTCPeerConnection, RTCPeerConnectionBuilder};
use rtc::rtp_transceiver::rtp_sender::{
    RTCPFeedback, RTCRtpCodec, RTCRtpCodecParameters, RTCRtpHeaderExtensionCapability, RtpCodecKind,
};
use rtc::sdp::extmap::TRANSPORT_CC_URI;

use super::codec::Codec;
use super::downlink::{Downlink, Judge};
use super::interceptor::Feedback;
use super::resend_filter::ResendFilter;

/// Longest message on a data channel, and most that is kept of unread ones.
const DATA_MESSAGE_BYTES: usize = 16 * 1024;
const DATA_BUFFER_BYTES: u32 = 64 * 1024;
/// Silence after which a connection counts as disconnected, and then as failed.
const DISCONNECTED_AFTER: Duration = Duration::from_secs(5);
const FAILED_AFTER: Duration = Duration::from_secs(20);
const KEEP_ALIVE: Duration = Duration::from_secs(2);
/// A place in the chain just before the stack's own answerer of requests for retransmission, seen from the wire.
const BEFORE_RESPONDER: usize = 3_500;

/// Builds a connection that keeps `nack_packets` sent packets of each stream and tells `downlink` how the way is.
///
/// # Errors
/// Those of the stack.
pub(super) fn new_peer(
    nack_packets: usize,
    downlink: &Arc<Downlink>,
    now: Instant,
) -> Result<RTCPeerConnection, rtc::shared::error::Error> {
    let settings = SettingEngineBuilder::new()
        .with_answering_dtls_role(RTCDtlsRole::Server)
        .with_include_loopback_candidate(true)
        .with_ice_timeouts(Some(DISCONNECTED_AFTER), Some(FAILED_AFTER), Some(KEEP_ALIVE))
        .with_sctp_max_message_size(SctpMaxMessageSize::Bounded(DATA_MESSAGE_BYTES as u32))
        .with_sctp_max_receive_buffer_size(DATA_BUFFER_BYTES)
        .build();
    let mut media = MediaEngine::default();
    for (codec, payload_type, kind) in [
        (Codec::Opus, 111, RtpCodecKind::Audio),
        (Codec::Vp8, 96, RtpCodecKind::Video),
        (Codec::H264, 102, RtpCodecKind::Video),
    ] {
        media.register_codec(RTCRtpCodecParameters { rtp_codec: rtp_codec(codec), payload_type }, kind)?;
    }
    for kind in [RtpCodecKind::Audio, RtpCodecKind::Video] {
        // Without this feedback Chromium stays at 300 kb/s.
        media.register_feedback(feedback("transport-cc", ""), kind);
        let uri = TRANSPORT_CC_URI.to_owned();
        media.register_header_extension(RTCRtpHeaderExtensionCapability { uri }, kind, None)?;
    }
    media.register_feedback(feedback("nack", ""), RtpCodecKind::Video);
    media.register_feedback(feedback("nack", "pli"), RtpCodecKind::Video);
    let judge = Judge::new(Arc::clone(downlink));
    let interceptors = Registry::new()
        .with(Slot::CongestionControl, CongestionControlBuilder::new(judge).build())
        .with(Slot::TwccSender, TwccSenderBuilder::new().build())
        .with(BEFORE_RESPONDER.into(), ResendFilter::new(Arc::clone(downlink)))
        .with(Slot::NackResponder, NackResponderBuilder::new().with_size(nack_packets_power(nack_packets)).build())
        .with(Slot::NackGenerator, NackGeneratorBuilder::new().build())
        .with(Slot::TwccReceiver, TwccReceiverBuilder::new().build())
        .with(Slot::ReceiverReport, ReceiverReportBuilder::new().build())
        .with(Slot::SenderReport, SenderReportBuilder::new().build())
        .with(Slot::from(14_000), Feedback::new(Arc::clone(downlink)));
    RTCPeerConnectionBuilder::new()
        .with_setting_engine(settings)
        .with_media_engine(media)
        .with_interceptor_registry(interceptors)
        .build(now)
}

/// The buffer's size must be a power of two, and sequence numbers allow no more than half their circle.
fn nack_packets_power(wanted: usize) -> u16 {
    u16::try_from(wanted.clamp(1, 32_768).next_power_of_two()).unwrap_or(32_768)
}

/// How the stack knows a codec.
pub(super) fn rtp_codec(codec: Codec) -> RTCRtpCodec {
    let (mime_type, channels, sdp_fmtp_line) = match codec {
        Codec::Opus => (MIME_TYPE_OPUS, 2, "minptime=10;useinbandfec=1"),
        Codec::Vp8 => (MIME_TYPE_VP8, 0, ""),
        Codec::H264 => (MIME_TYPE_H264, 0, "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"),
    };
    let rtcp_feedback =
        if codec == Codec::Opus { Vec::new() } else { vec![feedback("goog-remb", ""), feedback("ccm", "fir")] };
    RTCRtpCodec {
        mime_type: mime_type.to_owned(),
        clock_rate: codec.clock_rate(),
        channels,
        sdp_fmtp_line: sdp_fmtp_line.to_owned(),
        rtcp_feedback,
    }
}

fn feedback(typ: &str, parameter: &str) -> RTCPFeedback {
    RTCPFeedback { typ: typ.to_owned(), parameter: parameter.to_owned() }
}
