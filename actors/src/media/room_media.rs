//! The media of one call: its members' connections and who receives whom. What one packet makes happen is here; who
//! comes and goes is in `room_members`.

use std::net::SocketAddr;
use std::time::Instant;

use actix::WeakRecipient;
use bytes::BytesMut;
use okienko::ids::MemberId;

use super::addresses::Addresses;
use super::connection::{Inbound, Outbound, State};
use super::demux::{is_binding_request, is_binding_success};
use super::leg::{Arrival, Delivery, Leg};
use super::meddler::Meddler;
use super::messages::{LegStats, MediaEvent, RoomOptions, TrackKind};
use super::settings::MediaSettings;
use super::socket::Sender;
use super::table::{LegId, Place, SlotId, Table};
use super::tally::{Count, Tally};
use super::timers::{Tick, Timers};

/// What a room may use of its port while it works.
pub(super) struct Port<'a> {
    pub(super) now: Instant,
    pub(super) slot: SlotId,
    pub(super) out: &'a mut Sender,
    pub(super) timers: &'a mut Timers,
    pub(super) table: &'a mut Table,
    pub(super) next_leg: &'a mut u64,
    pub(super) tally: &'a Tally,
    pub(super) addresses: &'a Addresses,
    pub(super) settings: &'a MediaSettings,
    pub(super) owner: &'a WeakRecipient<MediaEvent>,
}

impl Port<'_> {
    /// Tells the owner. Never waits, and an owner that is gone need not know.
    pub(super) fn announce(&self, event: MediaEvent) {
        if let Some(owner) = self.owner.upgrade() {
            owner.do_send(event);
        }
    }

    fn place(&self, leg: LegId) -> Place {
        Place { slot: self.slot, leg }
    }
}

/// A datagram for one of the room's connections.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) leg: LegId,
    pub(super) candidate: SocketAddr,
    pub(super) from: SocketAddr,
    pub(super) bytes: BytesMut,
    pub(super) is_rtp: bool,
    pub(super) nominates: bool,
    pub(super) is_success: bool,
}

/// A member with a connection.
pub(super) struct Member {
    pub(super) id: MemberId,
    /// The kinds that the room does not pass on.
    pub(super) stopped: [bool; 3],
    /// Which other member each set of sections brings.
    pub(super) carries: Vec<Option<MemberId>>,
    pub(super) leg: Leg,
    pub(super) meddler: Meddler,
}

/// The media of one call.
pub(super) struct RoomMedia {
    pub(super) options: RoomOptions,
    /// In the order in which they came.
    pub(super) members: Vec<Member>,
    /// Offers being answered off this thread: the latest one of each member.
    pub(super) builds: Vec<(MemberId, u64)>,
}

impl RoomMedia {
    pub(super) fn new(options: RoomOptions) -> Self {
        Self { options, members: Vec::new(), builds: Vec::new() }
    }

    /// Takes a batch of datagrams and sends what follows from them.
    pub(super) fn step(&mut self, received: &mut Vec<Received>, port: &mut Port<'_>) {
        self.pass_failure_point(port);
        for datagram in received.drain(..) {
            let Some(at) = self.members.iter().position(|member| member.leg.id == datagram.leg) else { continue };
            self.take(at, datagram, port);
        }
        self.settle(port);
    }

    fn take(&mut self, at: usize, datagram: Received, port: &mut Port<'_>) {
        let Some(leg) = self.leg_mut(at) else { return };
        let Received { candidate, from, bytes, is_rtp, nominates, is_success, .. } = datagram;
        leg.connection.read(port.now, candidate, from, bytes, nominates, is_success);
        if !is_rtp {
            (leg.is_dirty, leg.is_restless) = (true, true);
            leg.connection.discard_data();
            self.adapt(at, port);
        }
        while let Some(inbound) = self.leg_mut(at).and_then(|leg| leg.connection.next_inbound()) {
            match inbound {
                Inbound::Rtp(packet) => {
                    if let Some(arrival) = self.leg_mut(at).and_then(|leg| leg.admit(packet)) {
                        self.pass_on(at, arrival, port);
                    }
                }
                Inbound::KeyframeRequests(streams) => {
                    port.tally.add(Count::KeyframeRequestsReceived, streams.len() as u64);
                    for ssrc in streams {
                        self.keyframe_for(at, ssrc, port);
                    }
                }
            }
        }
    }

    /// Gives a packet to everybody who receives its sender.
    fn pass_on(&mut self, from: usize, arrival: Arrival, port: &mut Port<'_>) {
        let Some(sender) = self.members.get(from) else { return };
        let (id, kind) = (sender.id, arrival.kind);
        if arrival.is_first {
            port.announce(MediaEvent::Flowing { member: id, kind });
        }
        if sender.stopped.get(kind.index()) == Some(&true) {
            port.tally.add(Count::DroppedMuted, 1);
            return;
        }
        let mut is_keyframe_missing = false;
        let last = self.members.iter().rposition(|member| member.receives(id));
        let mut packet = Some(arrival);
        for (at, member) in self.members.iter_mut().enumerate() {
            let Some(set) = member.set_of(id).filter(|_| member.leg.is_live) else { continue };
            if kind.is_video() && (member.leg.hold.is_on() || port.out.is_congested()) {
                member.leg.interrupt(set, kind);
                let reason = if member.leg.hold.is_on() { Count::DroppedHeldBack } else { Count::DroppedCongested };
                port.tally.add(reason, 1);
                continue;
            }
            // The last receiver gets the packet itself, so that its payload can be renumbered in place.
            let copy = if Some(at) == last { packet.take() } else { packet.as_ref().map(Arrival::copy) };
            let Some(copy) = copy else { continue };
            for copy in member.meddler.meddle(copy, (self.options.call, member.id), &port.settings.failures) {
                is_keyframe_missing |= deliver(&mut member.leg, set, copy, port);
            }
        }
        if is_keyframe_missing {
            self.ask_keyframe(id, kind, port);
        }
    }

    /// Passes a receiver's request on to whoever is behind the stream.
    fn keyframe_for(&mut self, at: usize, ssrc: u32, port: &mut Port<'_>) {
        let Some(member) = self.members.get(at) else { return };
        let Some((set, kind)) = member.leg.outgoing(ssrc) else { return };
        if let Some(sender) = member.carries.get(set).copied().flatten() {
            self.ask_keyframe(sender, kind, port);
        }
    }

    /// Asks a member for a keyframe, not too often.
    pub(super) fn ask_keyframe(&mut self, sender: MemberId, kind: TrackKind, port: &mut Port<'_>) {
        let interval = port.settings.keyframe_interval;
        if let Some(member) = self.members.iter_mut().find(|member| member.id == sender)
            && member.leg.want_keyframe(port.now, kind, interval)
        {
            port.tally.add(Count::KeyframeRequestsSent, 1);
        }
    }

    /// Asks everybody whom this member sees for a keyframe.
    pub(super) fn ask_keyframes_for(&mut self, at: usize, port: &mut Port<'_>) {
        let Some(member) = self.members.get(at) else { return };
        let seen: Vec<_> = member
            .leg
            .pictures()
            .into_iter()
            .filter_map(|(set, kind)| Some((member.carries.get(set).copied().flatten()?, kind)))
            .collect();
        for (sender, kind) in seen {
            self.ask_keyframe(sender, kind, port);
        }
    }

    /// Does what is due for one connection.
    pub(super) fn time_out(&mut self, leg: LegId, tick: Tick, port: &mut Port<'_>) {
        let interval = port.settings.keyframe_interval;
        let Some(at) = self.members.iter().position(|member| member.leg.id == leg) else { return };
        let Some(leg) = self.leg_mut(at) else { return };
        if leg.armed == Some(tick) {
            leg.armed = None;
        }
        match leg.deadline(interval) {
            Some(deadline) if deadline <= port.now => {
                let asked = leg.time_out(port.now, interval);
                port.tally.add(Count::KeyframeRequestsSent, asked);
            }
            // It was put off since it was armed.
            _ => (leg.is_dirty, leg.is_restless) = (true, true),
        }
        self.settle(port);
    }

    /// Sends what the connections have to send, until none of them has made another one busy.
    pub(super) fn settle(&mut self, port: &mut Port<'_>) {
        while let Some(at) = self.members.iter().position(|member| member.leg.is_dirty) {
            self.flush(at, port);
        }
    }

    fn flush(&mut self, at: usize, port: &mut Port<'_>) {
        let Some(leg) = self.leg_mut(at) else { return };
        leg.is_dirty = false;
        send_all(leg, port);
        if !std::mem::take(&mut leg.is_restless) {
            return;
        }
        while let Some(state) = self.leg_mut(at).and_then(|leg| leg.connection.next_state()) {
            self.enter(at, state, port);
        }
        let Some(leg) = self.leg_mut(at) else { return };
        send_all(leg, port);
        if let Some(deadline) = leg.deadline(port.settings.keyframe_interval) {
            let tick = port.timers.tick(deadline);
            if leg.armed.is_none_or(|armed| tick < armed) {
                leg.armed = Some(tick);
                port.timers.arm(tick, port.slot, leg.id);
            }
        }
    }

    fn enter(&mut self, at: usize, state: State, port: &mut Port<'_>) {
        let Some(Member { id: member, leg, .. }) = self.members.get_mut(at) else { return };
        let member = *member;
        match state {
            State::Connecting => {}
            State::Connected => {
                let was_live = std::mem::replace(&mut leg.is_live, true);
                port.announce(MediaEvent::Connected { member });
                self.ask_keyframes_for(at, port);
                if was_live {
                    // During an ICE restart the stack lets nothing through: the others miss pictures of this member.
                    self.ask_keyframe(member, TrackKind::Camera, port);
                    self.ask_keyframe(member, TrackKind::Screen, port);
                }
            }
            State::Disconnected => port.announce(MediaEvent::Disconnected { member }),
            State::Failed => {
                leg.is_live = false;
                leg.interrupt_all();
                port.announce(MediaEvent::Failed { member });
            }
        }
    }

    /// How a member's connection is doing.
    pub(super) fn stats(&mut self, member: MemberId, now: Instant) -> Option<LegStats> {
        let member = self.members.iter_mut().find(|known| known.id == member)?;
        Some(member.leg.stats(now))
    }

    fn leg_mut(&mut self, at: usize) -> Option<&mut Leg> {
        self.members.get_mut(at).map(|member| &mut member.leg)
    }
}

impl Member {
    /// The set in which this member receives `other`.
    pub(super) fn set_of(&self, other: MemberId) -> Option<usize> {
        self.carries.iter().position(|carried| *carried == Some(other))
    }

    pub(super) fn receives(&self, other: MemberId) -> bool {
        self.leg.is_live && self.set_of(other).is_some()
    }
}

impl Arrival {
    fn copy(&self) -> Self {
        Self { packet: self.packet.clone(), ..*self }
    }
}

/// Sends a packet to a receiver and counts it. Returns whether it was left out for want of a keyframe.
fn deliver(leg: &mut Leg, set: usize, arrival: Arrival, port: &Port<'_>) -> bool {
    let bytes = arrival.packet.payload.len() as u64;
    match leg.deliver(port.now, set, arrival) {
        Delivery::Sent => {
            port.tally.add(Count::ForwardedPackets, 1);
            port.tally.add(Count::ForwardedBytes, bytes);
        }
        Delivery::Unwanted => {}
        Delivery::NoCodec => port.tally.add(Count::DroppedNoCodec, 1),
        Delivery::Stale => port.tally.add(Count::DroppedStale, 1),
        Delivery::NeedsKeyframe => {
            port.tally.add(Count::DroppedCongested, 1);
            return true;
        }
    }
    false
}

/// Hands everything a connection has to send to the port. What goes where also tells which addresses are its own.
pub(super) fn send_all(leg: &mut Leg, port: &mut Port<'_>) {
    let place = port.place(leg.id);
    while let Some(Outbound { candidate, to, bytes }) = leg.connection.next_outbound() {
        // Checks are made from every candidate; loopback reaches only itself.
        if candidate.ip().is_loopback() != to.ip().is_loopback() && is_binding_request(&bytes) {
            continue;
        }
        if is_binding_success(&bytes) {
            port.table.admit(to, place, &mut leg.footprint);
        } else if is_binding_request(&bytes) {
            port.table.expect_reply(to, place, &mut leg.footprint);
        }
        port.out.push(to, port.addresses.source(candidate.ip()), bytes);
    }
}
