//! One browser's connection: everything we ask of the WebRTC stack, and nothing of the stack beyond this file, `stack`
//! that sets it up, and the interceptors. It does no input or output of its own: datagrams, time and deadlines come in, datagrams come out.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use rtc::media_stream::MediaStreamTrack;
use rtc::peer_connection::RTCPeerConnection;
use rtc::peer_connection::event::{RTCDataChannelEvent, RTCPeerConnectionEvent};
use rtc::peer_connection::message::{RTCMessage, TaggedRTCMessage};
use rtc::peer_connection::sdp::RTCSessionDescription;
use rtc::peer_connection::state::RTCPeerConnectionState;
use rtc::peer_connection::transport::{CandidateConfig, CandidateHostConfig, RTCIceCandidate};
use rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use rtc::rtcp::payload_feedbacks::receiver_estimated_maximum_bitrate::ReceiverEstimatedMaximumBitrate;
use rtc::rtp::Packet;
use rtc::rtp_transceiver::rtp_sender::{RTCRtpEncodingParameters, RtpCodecKind};
use rtc::sansio::Protocol;
use rtc::shared::{TaggedBytesMut, TransportContext, TransportProtocol};
use rtc::statistics::StatsSelector;
use rtc::statistics::stats::rtp_stream::received::inbound::RTCInboundRtpStreamStats;

use super::codec::Codec;
use super::downlink::Downlink;
use super::interceptor::requested_streams;
use super::messages::TrackKind;
use super::sdp::{Answered, Offer, Role, Section, finish_answer};
use super::settings::MediaError;
use super::stack::{new_peer, rtp_codec};

/// Data channels a browser may open; one that opens more is up to no good.
const MOST_DATA_CHANNELS: usize = 16;

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
    downlink: Arc<Downlink>,
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
        let downlink = Arc::default();
        let peer = new_peer(nack_packets, &downlink, now).map_err(refused)?;
        let mut connection =
            Self { peer, sections: Vec::new(), nomination: None, selecting: true, data_channels: 0, downlink };
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
        self.control(now, Box::new(PictureLossIndication { sender_ssrc: 0, media_ssrc }));
    }

    /// Asks the browser to send no more than this over the whole connection, in bit/s, until it is told otherwise
    /// (draft-alvestrand-rmcat-remb). `ssrcs` are the streams it sends.
    pub(super) fn limit(&mut self, now: Instant, limit_bps: u64, ssrcs: Vec<u32>) {
        let bitrate = limit_bps as f32;
        self.control(now, Box::new(ReceiverEstimatedMaximumBitrate { sender_ssrc: 0, bitrate, ssrcs }));
    }

    fn control(&mut self, now: Instant, packet: Box<dyn rtc::rtcp::Packet>) {
        let message = RTCMessage::RtcpPacket(String::new(), vec![packet]);
        let _ = self.peer.handle_write(TaggedRTCMessage { now, message });
    }

    /// How the way to the browser is.
    pub(super) fn downlink(&self) -> &Downlink {
        &self.downlink
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
        (rtt, lost_in, self.downlink.lost())
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
