//! Sends a member's voice and camera in real time, each packet with its stamp.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use bytes::Bytes;
use rtc::media_stream::MediaStreamTrack;
use rtc::rtp::Packet;
use rtc::rtp_transceiver::rtp_sender::{RTCRtpCodec, RTCRtpCodingParameters, RTCRtpEncodingParameters, RtpCodecKind};
use tokio::time::{Instant, interval_at};
use webrtc::media_stream::track_local::TrackLocal;
use webrtc::media_stream::track_local::static_rtp::TrackLocalStaticRTP;

use super::packet::{self, Picture, Stamp, Stream};
use super::{MediaShared, OPUS, VOICE_EVERY, VOICE_TICK, VP8};
use crate::scenario::{Media, MediaKind};

/// Bytes of a voice packet.
const VOICE_BYTES: usize = 110;

/// A member's own tracks.
pub(super) struct Sender {
    pub(super) shared: Arc<MediaShared>,
    pub(super) media: Media,
    pub(super) me: u128,
    pub(super) incarnation: u32,
    pub(super) voice: Arc<TrackLocalStaticRTP>,
    pub(super) camera: Arc<TrackLocalStaticRTP>,
    pub(super) ssrcs: [u32; 3],
    /// Set when somebody asked for a whole picture.
    pub(super) keyframe_wanted: Arc<AtomicBool>,
}

/// A track to send on.
pub(super) fn track(stream: Stream, ssrc: u32) -> Arc<TrackLocalStaticRTP> {
    let (name, kind, codec) = match stream {
        Stream::Voice => ("voice", RtpCodecKind::Audio, opus()),
        Stream::Camera => ("camera", RtpCodecKind::Video, vp8()),
    };
    let rtp_coding_parameters = RTCRtpCodingParameters { ssrc: Some(ssrc), ..RTCRtpCodingParameters::default() };
    let coding = RTCRtpEncodingParameters { codec, rtp_coding_parameters, ..RTCRtpEncodingParameters::default() };
    Arc::new(TrackLocalStaticRTP::new(MediaStreamTrack::new(
        "me".to_owned(),
        name.to_owned(),
        name.to_owned(),
        kind,
        vec![coding],
    )))
}

pub(super) fn opus() -> RTCRtpCodec {
    RTCRtpCodec { mime_type: "audio/opus".to_owned(), clock_rate: 48_000, channels: 2, ..RTCRtpCodec::default() }
}

pub(super) fn vp8() -> RTCRtpCodec {
    RTCRtpCodec { mime_type: "video/VP8".to_owned(), clock_rate: 90_000, ..RTCRtpCodec::default() }
}

impl Sender {
    /// Sends until it is dropped or the connection is gone.
    pub(super) async fn send(self) {
        let begin = Instant::now();
        let mut voices = interval_at(begin, VOICE_EVERY);
        let frame_every = Duration::from_secs(1) / self.media.fps;
        // Not together with the voices of everybody.
        let mut pictures =
            interval_at(begin + frame_every.mul_f64(f64::from(self.ssrcs[1] & 0xFF) / 256.0), frame_every);
        let has_camera = self.media.kind == MediaKind::Video;
        let mut spoken = 0_u64;
        let mut shown = 0_u64;
        loop {
            let sent = tokio::select! {
                planned = voices.tick() => {
                    self.shared.note_lateness(planned);
                    let sent = self.speak(spoken).await;
                    spoken += 1;
                    sent
                }
                planned = pictures.tick(), if has_camera => {
                    self.shared.note_lateness(planned);
                    let sent = self.show(shown).await;
                    shown += 1;
                    sent
                }
            };
            if !sent {
                return;
            }
        }
    }

    /// Sends a packet of voice; whether the connection is still there.
    #[expect(clippy::cast_possible_truncation, reason = "RTP numbers wrap around")]
    async fn speak(&self, number: u64) -> bool {
        let stamp = self.stamp(Stream::Voice, number);
        let mut packet = rtp(self.ssrcs[0], OPUS, packet::voice(&stamp, VOICE_BYTES));
        packet.header.sequence_number = number as u16;
        packet.header.timestamp = (number as u32).wrapping_mul(VOICE_TICK);
        packet.header.marker = number == 0;
        self.shared.sent.note((self.me, self.incarnation, Stream::Voice), Instant::now(), number);
        self.voice.write_rtp(packet).await.is_ok()
    }

    /// Sends a picture; whether the connection is still there.
    #[expect(clippy::cast_possible_truncation, reason = "RTP numbers wrap around")]
    async fn show(&self, number: u64) -> bool {
        let is_keyframe = self.keyframe_wanted.swap(false, Relaxed) || number == 0;
        let packets = u64::from(self.media.packets_per_frame);
        for index in 0..packets {
            let counter = number * packets + index;
            let stamp = self.stamp(Stream::Camera, counter);
            let starts = index == 0;
            let picture = Picture { number: number as u16 & 0x7FFF, starts, is_keyframe: starts && is_keyframe };
            let payload = packet::camera(&stamp, picture, self.media.packet_bytes as usize);
            let mut packet = rtp(self.ssrcs[1], VP8, payload);
            packet.header.sequence_number = counter as u16;
            packet.header.timestamp = (number as u32).wrapping_mul(self.media.camera_tick());
            packet.header.marker = index + 1 == packets;
            self.shared.sent.note((self.me, self.incarnation, Stream::Camera), Instant::now(), counter);
            if self.camera.write_rtp(packet).await.is_err() {
                return false;
            }
        }
        true
    }

    fn stamp(&self, stream: Stream, counter: u64) -> Stamp {
        let sent_ns = self.shared.clock.ns(Instant::now());
        Stamp { sender: self.me, stream, incarnation: self.incarnation, counter, sent_ns }
    }
}

fn rtp(ssrc: u32, payload_type: u8, payload: Bytes) -> Packet {
    let mut packet = Packet { payload, ..Packet::default() };
    packet.header.version = 2;
    packet.header.ssrc = ssrc;
    packet.header.payload_type = payload_type;
    packet
}

impl Media {
    /// RTP time from one picture to the next.
    #[must_use]
    pub const fn camera_tick(&self) -> u32 {
        90_000 / self.fps
    }
}
