//! One browser's connection: everything we ask of the WebRTC stack, and nothing of the stack beyond this file and
//! `interceptor`. It does no input or output of its own: datagrams, time and deadlines come in, datagrams come out.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use bytes::BytesMut;
use rtc::interceptor::{
    NackGeneratorBuilder, NackResponderBuilder, ReceiverReportBuilder, SenderReportBuilder, TwccReceiverBuilder,
};
use rtc::media_stream::MediaStreamTrack;
use rtc::peer_connection::configuration::interceptor_registry::{Registry, Slot};
use rtc::peer_connection::configuration::media_engine::{MIME_TYPE_H264, MIME_TYPE_OPUS, MIME_TYPE_VP8, MediaEngine};
use rtc::peer_connection::configuration::setting_engine::{SctpMaxMessageSize, SettingEngineBuilder};
use rtc::peer_connection::event::{RTCDataChannelEvent, RTCPeerConnectionEvent};
use rtc::peer_connection::message::{RTCMessage, TaggedRTCMessage};
use rtc::peer_connection::sdp::RTCSessionDescription;
use rtc::peer_connection::state::RTCPeerConnectionState;
use rtc::peer_connection::transport::{CandidateConfig, CandidateHostConfig, RTCDtlsRole, RTCIceCandidate};
use rtc::peer_connection::{RTCPeerConnection, RTCPeerConnectionBuilder};
use rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use rtc::rtp::Packet;
use rtc::rtp_transceiver::rtp_sender::{
    RTCPFeedback, RTCRtpCodec, RTCRtpCodecParameters, RTCRtpEncodingParameters, RTCRtpHeaderExtensionCapability,
    RtpCodecKind,
};
use rtc::sansio::Protocol;
use rtc::sdp::extmap::TRANSPORT_CC_URI;
use rtc::shared::{TaggedBytesMut, TransportContext, TransportProtocol};
use rtc::statistics::StatsSelector;
use rtc::statistics::stats::rtp_stream::received::inbound::RTCInboundRtpStreamStats;

use super::codec::Codec;
use super::interceptor::{Feedback, requested_streams};
use super::messages::TrackKind;
use super::sdp::{Answered, Offer, Role, Section, finish_answer};
use super::settings::MediaError;

/// Longest message on a data channel, and most that is kept of unread ones.
const DATA_MESSAGE_BYTES: usize = 16 * 1024;
const DATA_BUFFER_BYTES: u32 = 64 * 1024;
/// Data channels a browser may open; one that opens more is up to no good.
const MOST_DATA_CHANNELS: usize = 16;
/// Silence after which a connection counts as disconnected, and then as failed.
const DISCONNECTED_AFTER: Duration = Duration::from_secs(5);
const FAILED_AFTER: Duration = Duration::from_secs(20);
const KEEP_ALIVE: Duration = Duration::from_secs(2);

/// What comes out of a connection for us.
#[derive(Debug)]
pub(super) enum Inbound {
    /// A media packet.
    Rtp(Packet),
    /// The browser asks for keyframes of these streams, which are streams we send.
    KeyframeRequests(Vec<u32>),
}

/// How a connection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Connecting,
    Connected,
    Disconnected,
    Failed,
}

/// A datagram to send.
#[derive(Debug)]
pub(super) struct Outbound {
    pub(super) candidate: SocketAddr,
    pub(super) to: SocketAddr,
    pub(super) bytes: BytesMut,
}

/// One section of the connection, as agreed.
#[derive(Debug)]
pub(super) struct Agreed {
    pub(super) offered: Section,
    pub(super) answered: Answered,
}

/// A browser's connection.
pub(super) struct Connection {
    peer: RTCPeerConnection,
    sections: Vec<Agreed>,
    /// The last request that nominated a pair, until a pair is selected. The stack forgets one that comes before our
    /// own check of that pair has succeeded, and over a lossless path the browser does not repeat it.
    nomination: Option<(BytesMut, TransportContext)>,
    selecting: bool,
    data_channels: usize,
    /// Packets the browser reported missing.
    lost_out: Arc<AtomicU64>,
}

impl Connection {
    /// Builds a connection from a browser's first offer, and the answer. Takes about a millisecond, so it is done off
    /// the media thread.
    ///
    /// # Errors
    /// [`MediaError::Negotiation`] when the stack refuses the offer.
    pub(super) fn build(
        offer: Offer,
        candidates: &[SocketAddr],
        nack_packets: usize,
        now: Instant,
    ) -> Result<(Self, String), MediaError> {
        let lost_out = Arc::default();
        let peer = new_peer(nack_packets, Arc::clone(&lost_out), now).map_err(refused)?;
        let mut connection =
            Self { peer, sections: Vec::new(), nomination: None, selecting: true, data_channels: 0, lost_out };
        let answer = connection.answer(offer, candidates, now)?;
        Ok((connection, answer))
    }

    /// Answers an offer: the first one, or one that changes the connection.
    ///
    /// # Errors
    /// [`MediaError::Offer`] when sections were taken away, [`MediaError::Negotiation`] when the stack refuses it.
    pub(super) fn answer(
        &mut self,
        offer: Offer,
        candidates: &[SocketAddr],
        now: Instant,
    ) -> Result<String, MediaError> {
        let known = self.sections.iter().map(|section| &section.offered.mid);
        if offer.sections.len() < self.sections.len() || known.zip(&offer.sections).any(|(mid, new)| *mid != new.mid) {
            return Err(MediaError::Offer("its sections do not continue those of the connection"));
        }
        let before = self.ufrag();
        let description = RTCSessionDescription::offer(offer.sdp).map_err(refused)?;
        self.peer.set_remote_description(now, description).map_err(refused)?;
        // After a failed connection the stack has forgotten them; known ones are ignored.
        for candidate in candidates {
            self.add_candidate(*candidate).map_err(refused)?;
        }
        for section in offer.sections.iter().skip(self.sections.len()) {
            if let (Role::Stream { kind, set }, Some(codec)) = (section.role, section.codec) {
                self.peer.add_track(outgoing_track(kind, set, codec)).map_err(refused)?;
            }
        }
        let answer = self.peer.create_answer(None).map_err(refused)?;
        let text = answer.sdp.clone();
        self.peer.set_local_description(now, answer).map_err(refused)?;
        let (sdp, answered) = finish_answer(&text, &offer.sections)?;
        let agreed = |(offered, answered)| Agreed { offered, answered };
        self.sections = offer.sections.into_iter().zip(answered).map(agreed).collect();
        if self.ufrag() != before {
            self.selecting = true;
            self.nomination = None;
        }
        Ok(sdp)
    }

    fn add_candidate(&mut self, address: SocketAddr) -> Result<(), rtc::shared::error::Error> {
        let candidate = CandidateHostConfig {
            base_config: CandidateConfig {
                network: "udp".to_owned(),
                address: address.ip().to_string(),
                port: address.port(),
                component: 1,
                ..CandidateConfig::default()
            },
            ..CandidateHostConfig::default()
        }
        .new_candidate_host()?;
        self.peer.add_local_candidate(RTCIceCandidate::from(&candidate).to_json()?)
    }

    /// The sections, in the offer's order.
    pub(super) fn sections(&self) -> &[Agreed] {
        &self.sections
    }

    /// Our ICE user name. It changes at an ICE restart.
    pub(super) fn ufrag(&self) -> Option<String> {
        let description = self.peer.local_description()?;
        description.sdp.lines().find_map(|line| line.strip_prefix("a=ice-ufrag:").map(str::to_owned))
    }

    /// Takes a datagram. `nominates` and `is_success` are what it says of itself as a STUN message.
    pub(super) fn read(
        &mut self,
        now: Instant,
        candidate: SocketAddr,
        from: SocketAddr,
        bytes: BytesMut,
        nominates: bool,
        is_success: bool,
    ) {
        let transport = TransportContext {
            local_addr: candidate,
            peer_addr: from,
            transport_protocol: TransportProtocol::UDP,
            ecn: None,
        };
        if self.selecting && nominates {
            self.nomination = Some((bytes.clone(), transport));
        }
        // What the stack refuses is a stranger's or a broken datagram: nothing to do about it.
        let _ = self.peer.handle_read(TaggedBytesMut { now, transport, message: bytes });
        if self.selecting
            && is_success
            && let Some((message, transport)) = &self.nomination
            && transport.peer_addr == from
        {
            let (message, transport) = (message.clone(), *transport);
            let _ = self.peer.handle_read(TaggedBytesMut { now, transport, message });
        }
    }

    /// The next media packet or keyframe request that has come in.
    pub(super) fn next_inbound(&mut self) -> Option<Inbound> {
        while let Some(TaggedRTCMessage { message, .. }) = self.peer.poll_media_read() {
            match message {
                RTCMessage::RtpPacket(_, packet) => return Some(Inbound::Rtp(packet)),
                RTCMessage::RtcpPacket(_, packets) => {
                    return Some(Inbound::KeyframeRequests(requested_streams(&packets)));
                }
                _ => {}
            }
        }
        None
    }

    /// Lets go of what came over data channels: nothing is carried over them yet.
    pub(super) fn discard_data(&mut self) {
        while self.peer.poll_data_read().is_some() {}
    }

    /// Sends a media packet that fits this connection: stream and payload type as agreed, no header extensions.
    pub(super) fn send(&mut self, now: Instant, packet: Packet) {
        let message = TaggedRTCMessage { now, message: RTCMessage::RtpPacket(String::new(), packet) };
        // It only queues; what cannot be sent later is lost as on any network.
        let _ = self.peer.handle_write(message);
    }

    /// Asks the browser for a keyframe of a stream it sends.
    pub(super) fn request_keyframe(&mut self, now: Instant, media_ssrc: u32) {
        let request: Box<dyn rtc::rtcp::Packet> = Box::new(PictureLossIndication { sender_ssrc: 0, media_ssrc });
        let message = RTCMessage::RtcpPacket(String::new(), vec![request]);
        let _ = self.peer.handle_write(TaggedRTCMessage { now, message });
    }

    /// The next datagram to send.
    pub(super) fn next_outbound(&mut self) -> Option<Outbound> {
        let TaggedBytesMut { transport, message, .. } = self.peer.poll_write()?;
        Some(Outbound { candidate: transport.local_addr, to: transport.peer_addr, bytes: message })
    }

    /// The next change of state.
    pub(super) fn next_state(&mut self) -> Option<State> {
        while let Some(event) = self.peer.poll_event() {
            let state = match event {
                RTCPeerConnectionEvent::OnConnectionStateChangeEvent(state) => state,
                RTCPeerConnectionEvent::OnDataChannel(RTCDataChannelEvent::OnOpen(_)) => {
                    self.data_channels += 1;
                    if self.data_channels > MOST_DATA_CHANNELS {
                        self.close();
                    }
                    continue;
                }
                _ => continue,
            };
            return Some(match state {
                RTCPeerConnectionState::Connected => {
                    self.selecting = false;
                    self.nomination = None;
                    State::Connected
                }
                RTCPeerConnectionState::Disconnected => State::Disconnected,
                RTCPeerConnectionState::Failed | RTCPeerConnectionState::Closed => State::Failed,
                _ => State::Connecting,
            });
        }
        None
    }

    /// When [`Connection::time_out`] must be called at the latest.
    pub(super) fn deadline(&mut self) -> Option<Instant> {
        self.peer.poll_timeout()
    }

    /// Does what is due.
    pub(super) fn time_out(&mut self, now: Instant) {
        // A handler that cannot do its due work now is asked again at its next deadline.
        let _ = self.peer.handle_timeout(now);
    }

    /// Says goodbye to the browser; the last datagrams wait in [`Connection::next_outbound`].
    pub(super) fn close(&mut self) {
        let _ = self.peer.close();
    }

    /// Round trip to the browser, packets lost on the way in and out.
    pub(super) fn quality(&mut self, now: Instant) -> (Option<Duration>, u64, u64) {
        let report = self.peer.get_stats(now, StatsSelector::None);
        let rtt_s = report.candidate_pairs().map(|pair| pair.current_round_trip_time).fold(0.0, f64::max);
        let rtt = (rtt_s > 0.0).then(|| Duration::try_from_secs_f64(rtt_s).ok()).flatten();
        let lost = |stream: &RTCInboundRtpStreamStats| stream.received_rtp_stream_stats.packets_lost.max(0);
        let lost_in = report.inbound_rtp_streams().map(|stream| lost(stream).unsigned_abs()).sum();
        (rtt, lost_in, self.lost_out.load(Relaxed))
    }
}

/// Only the begin of what the stack says: after it may follow the line of the description that it did not like, and
/// descriptions belong in no log.
fn refused(error: rtc::shared::error::Error) -> MediaError {
    let said = error.to_string();
    MediaError::Negotiation(said.chars().take_while(|letter| letter.is_ascii_alphabetic() || *letter == ' ').collect())
}

/// The stream of one section towards the browser. Voice and camera of a member share a stream id, so that the browser
/// keeps the lips with the voice; the screen stands alone.
fn outgoing_track(kind: TrackKind, set: usize, codec: Codec) -> MediaStreamTrack {
    let (stream, medium) = match kind {
        TrackKind::Audio => (format!("member-{set}"), RtpCodecKind::Audio),
        TrackKind::Camera => (format!("member-{set}"), RtpCodecKind::Video),
        TrackKind::Screen => (format!("screen-{set}"), RtpCodecKind::Video),
    };
    let id = format!("{}-{set}", ["voice", "camera", "screen"].get(kind.index()).unwrap_or(&"track"));
    let coding = RTCRtpEncodingParameters { codec: rtp_codec(codec), ..RTCRtpEncodingParameters::default() };
    MediaStreamTrack::new(stream, id.clone(), id, medium, vec![coding])
}

fn new_peer(
    nack_packets: usize,
    lost_out: Arc<AtomicU64>,
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
    let interceptors = Registry::new()
        .with(Slot::NackResponder, NackResponderBuilder::new().with_size(nack_packets_power(nack_packets)).build())
        .with(Slot::NackGenerator, NackGeneratorBuilder::new().build())
        .with(Slot::TwccReceiver, TwccReceiverBuilder::new().build())
        .with(Slot::ReceiverReport, ReceiverReportBuilder::new().build())
        .with(Slot::SenderReport, SenderReportBuilder::new().build())
        .with(Slot::from(14_000), Feedback::new(lost_out));
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

fn rtp_codec(codec: Codec) -> RTCRtpCodec {
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
