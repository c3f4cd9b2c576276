//! A browser without a picture: the same stack in its sans-I/O form, on a socket of its own, which offers as our page
//! does and notes every packet it gets.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use okienko::ids::MemberId;
use okienko::world::World;
use okienko_actors::media::{Answer, OfferKind, TrackKind};
use rtc::peer_connection::configuration::interceptor_registry::{Registry, Slot, register_default_interceptors};
use rtc::peer_connection::configuration::media_engine::MediaEngine;
use rtc::peer_connection::configuration::setting_engine::SettingEngineBuilder;
use rtc::peer_connection::event::RTCPeerConnectionEvent;
use rtc::peer_connection::message::RTCMessage;
use rtc::peer_connection::sdp::RTCSessionDescription;
use rtc::peer_connection::state::RTCPeerConnectionState;
use rtc::peer_connection::transport::RTCDtlsTransportState;
use rtc::peer_connection::{RTCPeerConnection, RTCPeerConnectionBuilder};
use rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use rtc::rtcp::payload_feedbacks::receiver_estimated_maximum_bitrate::ReceiverEstimatedMaximumBitrate;
use rtc::rtp_transceiver::rtp_sender::RtpCodecKind;
use rtc::rtp_transceiver::{RTCRtpTransceiverDirection, RTCRtpTransceiverId};
use rtc::sansio::Protocol;
use tokio::net::UdpSocket;
use tokio::sync::Notify;

use super::PATIENCE;
use super::control::DeliverControl;
use super::pipe::Pipe;
use super::room::TestRoom;
use super::streams::{arriving, candidate, track};

/// A media packet that came.
#[derive(Debug, Clone)]
pub struct Got {
    /// The section it belongs to, by the last answer.
    pub mid: String,
    pub packet: rtc::rtp::Packet,
}

struct Inner {
    peer: RTCPeerConnection,
    local: SocketAddr,
    mids: HashMap<u32, String>,
    got: Vec<Got>,
    keyframe_requests: usize,
    limits: Vec<u64>,
    pipe: Pipe,
    state: RTCPeerConnectionState,
    ssrcs: [u32; 3],
    screen: RTCRtpTransceiverId,
    sequences: [u16; 3],
    timestamps: [u32; 3],
    pictures: u16,
    picture_bytes: usize,
    peers: Vec<SocketAddr>,
}

/// One page with one connection.
pub struct Browser {
    pub member: MemberId,
    inner: Rc<RefCell<Inner>>,
    changed: Rc<Notify>,
    kick: Rc<Notify>,
    pump: actix_rt::task::JoinHandle<()>,
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.pump.abort();
    }
}

impl Browser {
    /// A page that was just loaded by a new member.
    pub async fn new() -> Self {
        Self::load(MemberId::new(&World::real())).await
    }

    /// A page that was just loaded by this member.
    pub async fn load(member: MemberId) -> Self {
        Self::load_at(member, UdpSocket::bind("127.0.0.1:0").await.unwrap())
    }

    /// A page of this member behind this socket of loopback.
    pub fn load_at(member: MemberId, socket: UdpSocket) -> Self {
        let local = socket.local_addr().unwrap();
        let random: [u8; 3] = World::real().random();
        let ssrcs = [1, 2, 3].map(|kind| u32::from_be_bytes([kind, random[0], random[1], random[2]]));
        let mut media = MediaEngine::default();
        media.register_default_codecs().unwrap();
        let registry = register_default_interceptors(Registry::new(), &mut media).unwrap();
        let mut peer = RTCPeerConnectionBuilder::new()
            .with_setting_engine(SettingEngineBuilder::new().with_include_loopback_candidate(true).build())
            .with_media_engine(media)
            .with_interceptor_registry(registry.with(Slot::from(14_000), DeliverControl::default()))
            .build(Instant::now())
            .unwrap();
        peer.add_transceiver_from_track(track("voice", RtpCodecKind::Audio, ssrcs[0]), None).unwrap();
        peer.add_transceiver_from_track(track("camera", RtpCodecKind::Video, ssrcs[1]), None).unwrap();
        let screen = peer.add_transceiver_from_track(track("screen", RtpCodecKind::Video, ssrcs[2]), None).unwrap();
        peer.rtp_transceiver(screen).unwrap().set_direction(RTCRtpTransceiverDirection::Inactive);
        peer.create_data_channel("chat", None).unwrap();
        let inner = Rc::new(RefCell::new(Inner {
            peer,
            local,
            mids: HashMap::new(),
            got: Vec::new(),
            keyframe_requests: 0,
            limits: Vec::new(),
            pipe: Pipe::default(),
            state: RTCPeerConnectionState::New,
            ssrcs,
            screen,
            sequences: [random[0].into(), 65_500, 7],
            timestamps: [u32::MAX - 1_000, 5, 6],
            pictures: random[1].into(),
            picture_bytes: 0,
            peers: Vec::new(),
        }));
        let (changed, kick) = (Rc::new(Notify::new()), Rc::new(Notify::new()));
        let pump = actix_rt::spawn(pump(socket, Rc::clone(&inner), Rc::clone(&changed), Rc::clone(&kick)));
        Self { member, inner, changed, kick, pump }
    }

    /// Makes an offer with everything in it.
    pub fn offer(&self) -> String {
        let mut inner = self.inner.borrow_mut();
        let offer = inner.peer.create_offer(None).unwrap();
        let sdp = offer.sdp.clone();
        inner.peer.set_local_description(Instant::now(), offer).unwrap();
        let candidate = candidate(inner.local);
        inner.peer.add_local_candidate(candidate.to_json().unwrap()).unwrap();
        sdp
    }

    /// Takes the answer. Only the candidate of this page's own loopback is used.
    pub fn take(&self, answer: &Answer) {
        let mut inner = self.inner.borrow_mut();
        for section in answer.sdp.split("m=").skip(1) {
            let value = |name| section.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
            if let (Some(mid), Some(ssrc)) = (value("a=mid:"), value("a=ssrc:")) {
                let ssrc = ssrc.split(' ').next().unwrap().parse().unwrap();
                inner.mids.insert(ssrc, mid);
            }
        }
        let own = format!(" {} ", inner.local.ip());
        let kept = answer.sdp.lines().filter(|line| !line.starts_with("a=candidate") || line.contains(&own));
        let sdp: String = kept.flat_map(|line| [line, "\r\n"]).collect();
        let answer = RTCSessionDescription::answer(sdp).unwrap();
        inner.peer.set_remote_description(Instant::now(), answer).unwrap();
        drop(inner);
        self.kick.notify_one();
    }

    /// Offers to the room, takes the answer and waits for the connection.
    pub async fn join(&self, room: &mut TestRoom) -> Answer {
        let answer = room.offer(self.member, OfferKind::Fresh, self.offer()).await.unwrap();
        self.take(&answer);
        self.until(|| self.inner.borrow().state == RTCPeerConnectionState::Connected).await;
        room.connected(self.member).await;
        answer
    }

    /// Offers once more over the same connection.
    pub async fn renegotiate(&self, room: &TestRoom) -> Answer {
        let answer = room.offer(self.member, OfferKind::Again, self.offer()).await.unwrap();
        self.take(&answer);
        answer
    }

    /// Adds receive-only sections for one more member.
    pub fn add_set(&self) {
        let mut inner = self.inner.borrow_mut();
        for kind in [RtpCodecKind::Audio, RtpCodecKind::Video, RtpCodecKind::Video] {
            inner.peer.add_transceiver_from_kind(kind, None).unwrap();
        }
    }

    /// Restarts ICE at the next offer.
    pub fn restart_ice(&self) {
        self.inner.borrow_mut().peer.restart_ice();
    }

    /// Begins or ends sharing the screen at the next offer.
    pub fn share_screen(&self, direction: RTCRtpTransceiverDirection) {
        let mut inner = self.inner.borrow_mut();
        let screen = inner.screen;
        inner.peer.rtp_transceiver(screen).unwrap().set_direction(direction);
    }

    /// Sends one packet: for pictures a whole small one.
    pub fn send(&self, kind: TrackKind, is_keyframe: bool) {
        let mut inner = self.inner.borrow_mut();
        let at = TrackKind::ALL.iter().position(|known| *known == kind).unwrap();
        inner.sequences[at] = inner.sequences[at].wrapping_add(1);
        inner.timestamps[at] = inner.timestamps[at].wrapping_add(if at == 0 { 960 } else { 3_000 });
        let mut packet = rtc::rtp::Packet::default();
        packet.header.version = 2;
        packet.header.marker = true;
        packet.header.ssrc = inner.ssrcs[at];
        packet.header.sequence_number = inner.sequences[at];
        packet.header.timestamp = inner.timestamps[at];
        packet.header.payload_type = if at == 0 { 111 } else { 96 };
        packet.payload = if at == 0 {
            Bytes::from(format!("sound {}", inner.sequences[0]))
        } else {
            inner.pictures = (inner.pictures + 1) & 0x7FFF;
            let [high, low] = (inner.pictures | 0x8000).to_be_bytes();
            let mut picture = vec![0x90, 0xC0, high, low, low, u8::from(!is_keyframe), 1, 2, 3];
            picture.resize(inner.picture_bytes.max(picture.len()), 4);
            Bytes::from(picture)
        };
        let message = rtc::peer_connection::message::TaggedRTCMessage {
            now: Instant::now(),
            message: RTCMessage::RtpPacket(String::new(), packet),
        };
        inner.peer.handle_write(message).unwrap();
        drop(inner);
        self.kick.notify_one();
    }

    /// Makes each picture from now on this long.
    pub fn draw_large(&self, picture_bytes: usize) {
        self.inner.borrow_mut().picture_bytes = picture_bytes;
    }

    /// Lets no more than this come in from now on, in bit/s.
    pub fn narrow(&self, rate_bps: Option<u64>) {
        self.inner.borrow_mut().pipe.narrow(rate_bps);
    }

    /// How much this page was told it may send, each time, in bit/s.
    pub fn limits(&self) -> Vec<u64> {
        self.inner.borrow().limits.clone()
    }

    /// Asks for a keyframe of what comes in this section.
    pub fn request_keyframe(&self, mid: &str) {
        let mut inner = self.inner.borrow_mut();
        let media_ssrc = *inner.mids.iter().find(|(_, known)| *known == mid).unwrap().0;
        let request: Box<dyn rtc::rtcp::Packet> = Box::new(PictureLossIndication { sender_ssrc: 0, media_ssrc });
        let message = rtc::peer_connection::message::TaggedRTCMessage {
            now: Instant::now(),
            message: RTCMessage::RtcpPacket(String::new(), vec![request]),
        };
        inner.peer.handle_write(message).unwrap();
        drop(inner);
        self.kick.notify_one();
    }

    /// What came in this section, in the order of arrival.
    pub fn got(&self, mid: &str) -> Vec<rtc::rtp::Packet> {
        let inner = self.inner.borrow();
        inner.got.iter().filter(|got| got.mid == mid).map(|got| got.packet.clone()).collect()
    }

    /// How often a keyframe was asked of this page.
    pub fn keyframe_requests(&self) -> usize {
        self.inner.borrow().keyframe_requests
    }

    /// Where this page sends from.
    pub fn address(&self) -> SocketAddr {
        self.inner.borrow().local
    }

    /// Who has sent to this page.
    pub fn peers(&self) -> Vec<SocketAddr> {
        self.inner.borrow().peers.clone()
    }

    /// Waits until at least `count` packets came in this section.
    pub async fn got_at_least(&self, mid: &str, count: usize) -> Vec<rtc::rtp::Packet> {
        let enough = |inner: &Inner| inner.got.iter().filter(|got| got.mid == mid).count() >= count;
        self.until(|| enough(&self.inner.borrow())).await;
        self.got(mid)
    }

    /// Waits until a keyframe was asked at least `count` times.
    pub async fn asked_at_least(&self, count: usize) {
        self.until(|| self.inner.borrow().keyframe_requests >= count).await;
    }

    /// Waits until the page has noticed that the other end is gone.
    pub async fn closed(&self) {
        let is_closed = || {
            let mut inner = self.inner.borrow_mut();
            let sender = inner.peer.get_senders().next().unwrap();
            let sender = inner.peer.rtp_sender(sender).unwrap();
            sender.transport().is_some_and(|transport| transport.state() == RTCDtlsTransportState::Closed)
        };
        self.until(is_closed).await;
    }

    /// Sends packets of `kind` in real time until `other` has `count` of them in `mid`.
    pub async fn send_until(&self, kind: TrackKind, other: &Browser, mid: &str, count: usize) -> Vec<rtc::rtp::Packet> {
        self.send_while(kind, || other.got(mid).len() < count).await;
        other.got(mid)
    }

    /// Sends packets of `kind` in real time for as long as this is so.
    pub async fn send_while(&self, kind: TrackKind, is_so: impl Fn() -> bool) {
        let mut ticks = tokio::time::interval(Duration::from_millis(10));
        let sending = async {
            while is_so() {
                self.send(kind, true);
                ticks.tick().await;
            }
        };
        tokio::time::timeout(PATIENCE, sending).await.unwrap_or_else(|_| panic!("{kind:?} did not bring it about"));
    }

    async fn until(&self, reached: impl Fn() -> bool) {
        let waiting = async {
            loop {
                let changed = self.changed.notified();
                if reached() {
                    return;
                }
                changed.await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.expect("the browser never got there");
    }
}

async fn pump(socket: UdpSocket, inner: Rc<RefCell<Inner>>, changed: Rc<Notify>, kick: Rc<Notify>) {
    let mut buffer = vec![0; 2_048];
    loop {
        inner.borrow_mut().read();
        let (outgoing, deadline) = inner.borrow_mut().work();
        changed.notify_waiters();
        for (to, bytes) in outgoing {
            // The server's port may be gone.
            let _ = socket.send_to(&bytes, to).await;
        }
        let until = deadline.unwrap_or_else(|| Instant::now() + Duration::from_secs(1));
        tokio::select! {
            received = socket.recv_from(&mut buffer) => {
                if let Ok((length, from)) = received {
                    inner.borrow_mut().pipe.take(Instant::now(), from, &buffer[..length]);
                }
            }
            () = tokio::time::sleep_until(until.into()) => {
                let _ = inner.borrow_mut().peer.handle_timeout(Instant::now());
            }
            () = kick.notified() => {}
        }
    }
}

impl Inner {
    fn read(&mut self) {
        let now = Instant::now();
        while let Some((from, bytes)) = self.pipe.next(now) {
            if !self.peers.contains(&from) {
                self.peers.push(from);
            }
            let _ = self.peer.handle_read(arriving(now, self.local, from, &bytes));
        }
    }

    fn work(&mut self) -> (VecDeque<(SocketAddr, BytesMut)>, Option<Instant>) {
        let mut outgoing = VecDeque::new();
        while let Some(event) = self.peer.poll_event() {
            if let RTCPeerConnectionEvent::OnConnectionStateChangeEvent(state) = event {
                self.state = state;
            }
        }
        while let Some(message) = self.peer.poll_read() {
            match message.message {
                RTCMessage::RtpPacket(_, packet) => {
                    let mid = self.mids.get(&packet.header.ssrc).cloned().unwrap_or_default();
                    self.got.push(Got { mid, packet });
                }
                RTCMessage::RtcpPacket(_, packets) => {
                    let requests = packets.iter().filter(|packet| packet.as_any().is::<PictureLossIndication>());
                    self.keyframe_requests += requests.count();
                    let limits = packets.iter().filter_map(|packet| packet.as_any().downcast_ref());
                    self.limits.extend(limits.map(|limit: &ReceiverEstimatedMaximumBitrate| limit.bitrate as u64));
                }
                _ => {}
            }
        }
        while let Some(datagram) = self.peer.poll_write() {
            outgoing.push_back((datagram.transport.peer_addr, datagram.message));
        }
        (outgoing, [self.peer.poll_timeout(), self.pipe.next_at()].into_iter().flatten().min())
    }
}
