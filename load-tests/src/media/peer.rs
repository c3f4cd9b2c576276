//! One connection of one member: what our pages offer, over the async form of webrtc-rs, with every packet checked.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use rtc::peer_connection::configuration::interceptor_registry::{Registry, Slot, register_default_interceptors};
use rtc::peer_connection::configuration::media_engine::MediaEngine;
use rtc::peer_connection::configuration::setting_engine::SettingEngineBuilder;
use rtc::peer_connection::sdp::RTCSessionDescription;
use rtc::rtp_transceiver::RTCRtpTransceiverDirection;
use rtc::rtp_transceiver::rtp_sender::{RTCRtpCodecParameters, RtpCodecKind};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;
use webrtc::media_stream::track_local::{TrackLocal, TrackLocalEvent};
use webrtc::media_stream::track_remote::{TrackRemote, TrackRemoteEvent};
use webrtc::peer_connection::{
    PeerConnection, PeerConnectionBuilder, PeerConnectionEventHandler, RTCPeerConnectionState,
};

use super::check::{Arrived, StreamCheck, StreamReport};
use super::control::KeyframeRequests;
use super::packet::Stream;
use super::sender::{self, Sender};
use super::{MediaShared, OPUS, VOICE_TICK, VP8};
use crate::measure::names::Latency;
use crate::scenario::{Media, MediaKind};

/// What a connection is made for.
#[derive(Debug, Clone)]
pub struct PeerOptions {
    /// What is sent.
    pub media: Media,
    /// The member.
    pub me: u128,
    /// The how many-th connection of this member it is.
    pub incarnation: u32,
    /// From which address.
    pub local: IpAddr,
}

/// What happens to a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeerEvent {
    /// ICE and DTLS are up.
    Connected,
    /// It is gone, for now or for good.
    Broken,
    /// Verified packets of all expected streams have come.
    Alive,
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
#[error("media: {0}")]
pub struct PeerError(String);

impl From<webrtc::error::Error> for PeerError {
    fn from(error: webrtc::error::Error) -> Self {
        Self(error.to_string())
    }
}

/// What a connection was like.
#[derive(Debug, Clone)]
pub struct PeerReport {
    /// The how many-th of its member.
    pub incarnation: u32,
    /// When it was connected, if ever.
    pub connected: Option<Instant>,
    /// When it was closed.
    pub closed: Instant,
    /// What came of the other side's voice.
    pub voice: StreamReport,
    /// What came of its camera.
    pub camera: StreamReport,
}

/// A connection. Dropping it ends it.
pub struct Peer {
    connection: Arc<dyn PeerConnection>,
    events: UnboundedReceiver<(Instant, PeerEvent)>,
    inside: Arc<Inside>,
    incarnation: u32,
    connected: Option<Instant>,
    tasks: JoinSet<()>,
}

/// What callbacks and tasks share.
struct Inside {
    shared: Arc<MediaShared>,
    has_camera: bool,
    checks: Mutex<Checks>,
    /// The section of each stream that the server sends.
    sections: Mutex<HashMap<u32, String>>,
    events: UnboundedSender<(Instant, PeerEvent)>,
    is_connected: watch::Sender<bool>,
}

struct Checks {
    voice: StreamCheck,
    camera: StreamCheck,
    is_alive: bool,
}

impl Peer {
    /// Makes a connection and its offer.
    ///
    /// # Errors
    /// [`PeerError`] if the system or the stack refuses.
    pub async fn offer(options: PeerOptions, shared: Arc<MediaShared>) -> Result<(Self, String), PeerError> {
        let (sender, events) = unbounded_channel();
        let (is_connected, connected) = watch::channel(false);
        let checks = Checks {
            voice: StreamCheck::new(Stream::Voice, VOICE_TICK),
            camera: StreamCheck::new(Stream::Camera, options.media.camera_tick()),
            is_alive: false,
        };
        let inside = Arc::new(Inside {
            shared: Arc::clone(&shared),
            has_camera: options.media.kind == MediaKind::Video,
            checks: Mutex::new(checks),
            sections: Mutex::default(),
            events: sender,
            is_connected,
        });
        let connection = connect(&options, Arc::clone(&inside)).await?;
        let ssrcs = ssrcs(&options);
        let (voice, camera) = (sender::track(Stream::Voice, ssrcs[0]), sender::track(Stream::Camera, ssrcs[1]));
        connection.add_transceiver_from_track(Arc::clone(&voice) as Arc<dyn TrackLocal>, None).await?;
        connection.add_transceiver_from_track(Arc::clone(&camera) as Arc<dyn TrackLocal>, None).await?;
        // Nobody shares a screen, but our pages keep a section for it.
        let screen = sender::track(Stream::Camera, ssrcs[2]);
        let section = connection.add_transceiver_from_track(screen, None).await?;
        section.set_direction(RTCRtpTransceiverDirection::Inactive).await?;
        connection.create_data_channel("chat", None).await?;
        let offer = connection.create_offer(None).await?;
        let sdp = offer.sdp.clone();
        connection.set_local_description(offer).await?;

        let keyframe_wanted = Arc::new(AtomicBool::new(false));
        let mut tasks = JoinSet::new();
        tasks.spawn(listen(Arc::clone(&camera), Arc::clone(&keyframe_wanted)));
        let PeerOptions { media, me, incarnation, .. } = options;
        let sender = Sender { shared, media, me, incarnation, voice, camera, ssrcs, keyframe_wanted };
        tasks.spawn(send_when(connected, sender));
        Ok((Self { connection, events, inside, incarnation, connected: None, tasks }, sdp))
    }

    /// Takes the server's answer.
    ///
    /// # Errors
    /// [`PeerError`] if it does not fit the offer.
    pub async fn answer(&self, sdp: &str, server: IpAddr) -> Result<(), PeerError> {
        *self.inside.sections.lock().unwrap_or_else(PoisonError::into_inner) = sections(sdp);
        let answer = RTCSessionDescription::answer(only_near(sdp, server))?;
        Ok(self.connection.set_remote_description(answer).await?)
    }

    /// What happens next. Waits for ever once it is closed.
    pub async fn next(&mut self) -> (Instant, PeerEvent) {
        match self.events.recv().await {
            Some((at, event)) => {
                if event == PeerEvent::Connected && self.connected.is_none() {
                    self.connected = Some(at);
                }
                (at, event)
            }
            None => std::future::pending().await,
        }
    }

    /// Ends it and says what it was like.
    pub async fn close(mut self) -> PeerReport {
        let closed = Instant::now();
        self.tasks.shutdown().await;
        // A connection that broke has nothing left to close.
        let _closed_or_broken = self.connection.close().await;
        let checks = self.inside.checks.lock().unwrap_or_else(PoisonError::into_inner);
        let (voice, camera) = (checks.voice.report(), checks.camera.report());
        PeerReport { incarnation: self.incarnation, connected: self.connected, closed, voice, camera }
    }
}

async fn connect(options: &PeerOptions, inside: Arc<Inside>) -> Result<Arc<dyn PeerConnection>, PeerError> {
    let mut media = MediaEngine::default();
    for (payload_type, codec, kind) in
        [(OPUS, sender::opus(), RtpCodecKind::Audio), (VP8, sender::vp8(), RtpCodecKind::Video)]
    {
        let codec = RTCRtpCodecParameters { rtp_codec: codec, payload_type };
        media.register_codec(codec, kind)?;
    }
    let registry = register_default_interceptors(Registry::new(), &mut media)?;
    // A packet that comes twice is to be seen twice.
    let settings =
        SettingEngineBuilder::new().with_include_loopback_candidate(true).with_srtp_replay_protection_window(0).build();
    let connection = PeerConnectionBuilder::new()
        .with_setting_engine(settings)
        .with_media_engine(media)
        .with_interceptor_registry(registry.with(Slot::from(14_000), KeyframeRequests::default()))
        .with_handler(Arc::new(Handler { inside }))
        .with_udp_addrs(vec![format!("{}:0", options.local)])
        .build()
        .await?;
    Ok(Arc::new(connection))
}

/// Stream numbers of its own for each connection of each member.
fn ssrcs(options: &PeerOptions) -> [u32; 3] {
    let hash = crc32fast::hash(&options.me.to_be_bytes()).wrapping_add(options.incarnation.wrapping_mul(0x9E37_79B9));
    [1, 2, 3].map(|section| (hash & 0x3FFF_FFFF) | section << 30)
}

/// The section of each stream that a description sends.
fn sections(sdp: &str) -> HashMap<u32, String> {
    let mut found = HashMap::new();
    for section in sdp.split("m=").skip(1) {
        let value = |name| section.lines().find_map(|line: &str| line.strip_prefix(name));
        let ssrc = value("a=ssrc:").and_then(|ssrc| ssrc.split(' ').next()?.parse().ok());
        if let (Some(mid), Some(ssrc)) = (value("a=mid:"), ssrc) {
            found.insert(ssrc, mid.to_owned());
        }
    }
    found
}

/// A description without the candidates that lie elsewhere, if there is one that does not.
fn only_near(sdp: &str, server: IpAddr) -> String {
    let near = format!(" {server} ");
    let is_near = |line: &str| line.starts_with("a=candidate") && line.contains(&near);
    if !sdp.lines().any(is_near) {
        return sdp.to_owned();
    }
    let kept = sdp.lines().filter(|line| !line.starts_with("a=candidate") || is_near(line));
    kept.flat_map(|line| [line, "\r\n"]).collect()
}

async fn send_when(mut connected: watch::Receiver<bool>, sender: Sender) {
    if connected.wait_for(|is_connected| *is_connected).await.is_ok() {
        sender.send().await;
    }
}

/// Hears the requests for a whole picture.
async fn listen(camera: Arc<impl TrackLocal>, keyframe_wanted: Arc<AtomicBool>) {
    loop {
        match camera.poll().await {
            Some(TrackLocalEvent::OnRtcpPacket(_)) => keyframe_wanted.store(true, Relaxed),
            Some(_) => {}
            // Before the answer there is nothing to hear yet; the task ends with the connection.
            None => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
        }
    }
}

struct Handler {
    inside: Arc<Inside>,
}

#[async_trait::async_trait]
impl PeerConnectionEventHandler for Handler {
    async fn on_connection_state_change(&self, state: RTCPeerConnectionState) {
        match state {
            RTCPeerConnectionState::Connected => {
                self.inside.is_connected.send_replace(true);
                self.inside.tell(PeerEvent::Connected);
            }
            RTCPeerConnectionState::Disconnected | RTCPeerConnectionState::Failed => {
                self.inside.tell(PeerEvent::Broken);
            }
            _ => {}
        }
    }

    async fn on_track(&self, track: Arc<dyn TrackRemote>) {
        drop(tokio::spawn(receive(track, Arc::clone(&self.inside))));
    }
}

async fn receive(track: Arc<dyn TrackRemote>, inside: Arc<Inside>) {
    let kind = track.kind().await;
    while let Some(event) = track.poll().await {
        match event {
            TrackRemoteEvent::OnRtpPacket(packet) => inside.take(kind, &packet),
            TrackRemoteEvent::OnEnded => return,
            _ => {}
        }
    }
}

impl Inside {
    fn tell(&self, event: PeerEvent) {
        // An owner that has gone wants to know nothing.
        let _told_or_gone = self.events.send((Instant::now(), event));
    }

    fn take(&self, kind: RtpCodecKind, packet: &rtc::rtp::Packet) {
        let at = Instant::now();
        let header = &packet.header;
        let section = self.sections.lock().unwrap_or_else(PoisonError::into_inner).get(&header.ssrc).cloned();
        let arrived =
            Arrived { at, sequence: header.sequence_number, timestamp: header.timestamp, payload: &packet.payload };
        let mut checks = self.checks.lock().unwrap_or_else(PoisonError::into_inner);
        // The sections of our own offer: voice, camera, screen. What the server did not announce goes by its kind.
        let stamp = match (section.as_deref(), kind) {
            (Some("0"), _) | (None, RtpCodecKind::Audio) => checks.voice.take(arrived),
            (Some("1"), _) | (None, _) => checks.camera.take(arrived),
            // Nobody shares a screen.
            (Some(_), _) => {
                checks.camera.note_astray();
                None
            }
        };
        let Some(stamp) = stamp else { return };
        let is_first =
            !checks.is_alive && !checks.voice.is_silent() && (!self.has_camera || !checks.camera.is_silent());
        checks.is_alive |= is_first;
        drop(checks);
        let took = self.shared.clock.ns(at).saturating_sub(stamp.sent_ns);
        self.shared.recorder.note(Latency::Forward, std::time::Duration::from_nanos(took));
        if is_first {
            self.tell(PeerEvent::Alive);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_belong_to_their_sections() {
        let sdp = "v=0\r\nm=audio 9 x\r\na=mid:0\r\na=ssrc:11 cname:x\r\nm=video 9 x\r\na=mid:1\r\na=ssrc:22 a\r\n\
            m=application 9 x\r\na=mid:3\r\n";

        assert_eq!(sections(sdp), HashMap::from([(11, "0".to_owned()), (22, "1".to_owned())]));
    }

    #[test]
    fn far_candidates_are_left_out_where_there_is_a_near_one() {
        let near = "a=candidate:1 1 udp 9 127.0.0.1 40000 typ host";
        let far = "a=candidate:2 1 udp 8 10.0.0.7 40000 typ host";
        let server = IpAddr::from([127, 0, 0, 1]);

        assert_eq!(only_near(&format!("v=0\r\n{near}\r\n{far}\r\n"), server), format!("v=0\r\n{near}\r\n"));
        assert_eq!(only_near(&format!("v=0\r\n{far}\r\n"), server), format!("v=0\r\n{far}\r\n"));
    }
}
