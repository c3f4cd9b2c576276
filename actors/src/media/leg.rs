//! One member's side of a room: the connection, what comes in over it and what goes out.

use std::time::{Duration, Instant};

use rtc::rtp::Packet;

use super::allot::{Hold, Told};
use super::codec::Codec;
use super::connection::{Agreed, Connection};
use super::messages::{LegStats, TrackKind};
use super::route::{Route, Source, Verdict};
use super::sdp::Role;
use super::table::{Footprint, LegId};
use super::timers::Tick;

/// What the browser sends in one section.
#[derive(Debug)]
struct Intake {
    kind: TrackKind,
    ssrc: u32,
    codecs: Vec<(Codec, u8)>,
    is_flowing: bool,
    keyframe_asked_at: Option<Instant>,
    /// A keyframe was wanted too soon after the last request; it is asked for when the time has come.
    keyframe_wanted: bool,
}

/// What the browser receives in one section.
#[derive(Debug)]
struct Outlet {
    kind: TrackKind,
    set: usize,
    mid: String,
    ssrc: u32,
    codecs: Vec<(Codec, u8)>,
    is_open: bool,
    route: Route,
}

/// A media packet that has come in, and what is known of it.
#[derive(Debug)]
pub(super) struct Arrival {
    pub(super) kind: TrackKind,
    pub(super) codec: Codec,
    pub(super) source: Source,
    /// Whether it is the first of its kind over this connection.
    pub(super) is_first: bool,
    pub(super) packet: Packet,
}

/// What an outlet did with a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delivery {
    Sent,
    /// The browser has no open section for it.
    Unwanted,
    NoCodec,
    Stale,
    NeedsKeyframe,
}

/// One member's connection with its streams.
pub(super) struct Leg {
    pub(super) id: LegId,
    pub(super) connection: Connection,
    intakes: Vec<Intake>,
    outlets: Vec<Outlet>,
    pub(super) footprint: Footprint,
    /// Whether media flows: from the first connected state until the connection has failed.
    pub(super) is_live: bool,
    /// Whether it has something to send.
    pub(super) is_dirty: bool,
    /// Whether its state or deadline may have changed. Media packets change neither: the deadlines of NACK, feedback
    /// and reports are fixed intervals.
    pub(super) is_restless: bool,
    pub(super) armed: Option<Tick>,
    /// What the browser was told of how much it may send.
    pub(super) told: Told,
    /// Whether pictures are held back from the browser.
    pub(super) hold: Hold,
    counts: LegStats,
}

impl Leg {
    pub(super) fn new(id: LegId, connection: Connection) -> Self {
        let mut leg = Self {
            id,
            connection,
            intakes: Vec::new(),
            outlets: Vec::new(),
            footprint: Footprint::default(),
            is_live: false,
            is_dirty: true,
            is_restless: true,
            armed: None,
            told: Told::default(),
            hold: Hold::default(),
            counts: LegStats::default(),
        };
        leg.adopt_sections();
        leg
    }

    /// Takes over what the last negotiation agreed. Streams that go on keep their numbering.
    pub(super) fn adopt_sections(&mut self) {
        let (mut intakes, mut outlets) = (Vec::new(), Vec::new());
        for Agreed { offered, answered } in self.connection.sections() {
            let Role::Stream { kind, set } = offered.role else { continue };
            if let (true, Some(ssrc)) = (offered.sends, offered.ssrc) {
                let codecs = answered.codecs.clone();
                let old = self.intakes.iter().find(|intake| intake.ssrc == ssrc);
                intakes.push(Intake {
                    kind,
                    ssrc,
                    codecs,
                    is_flowing: old.is_some_and(|old| old.is_flowing),
                    keyframe_asked_at: old.and_then(|old| old.keyframe_asked_at),
                    keyframe_wanted: false,
                });
            }
            let Some(ssrc) = answered.ssrc else { continue };
            let old = self.outlets.iter_mut().find(|outlet| outlet.mid == offered.mid);
            outlets.push(Outlet {
                kind,
                set,
                mid: offered.mid.clone(),
                ssrc,
                codecs: answered.codecs.clone(),
                is_open: offered.receives,
                route: old.map(|old| std::mem::take(&mut old.route)).unwrap_or_default(),
            });
        }
        for outlet in outlets.iter_mut().filter(|outlet| !outlet.is_open) {
            outlet.route.interrupt();
        }
        (self.intakes, self.outlets) = (intakes, outlets);
    }

    /// How many other members this connection has sections for.
    pub(super) fn sets(&self) -> usize {
        self.outlets.iter().filter(|outlet| outlet.is_open).map(|outlet| outlet.set + 1).max().unwrap_or(0)
    }

    /// Where the browser takes this kind in this set.
    pub(super) fn mid(&self, kind: TrackKind, set: usize) -> Option<&str> {
        let outlet = self.outlets.iter().find(|outlet| outlet.is_open && outlet.kind == kind && outlet.set == set)?;
        Some(&outlet.mid)
    }

    /// What the browser has agreed to send.
    pub(super) fn sends(&self) -> Vec<TrackKind> {
        self.intakes.iter().map(|intake| intake.kind).collect()
    }

    /// What comes in from the browser, by kind.
    pub(super) fn flowing(&self) -> impl Iterator<Item = TrackKind> {
        self.intakes.iter().filter(|intake| intake.is_flowing).map(|intake| intake.kind)
    }

    /// Asks the browser to send no more than this in all, in bit/s.
    pub(super) fn limit(&mut self, now: Instant, limit_bps: u64) {
        let ssrcs = self.intakes.iter().map(|intake| intake.ssrc).collect();
        self.connection.limit(now, limit_bps, ssrcs);
        self.is_dirty = true;
    }

    /// Which set and kind this outgoing stream is.
    pub(super) fn outgoing(&self, ssrc: u32) -> Option<(usize, TrackKind)> {
        self.outlets.iter().find(|outlet| outlet.ssrc == ssrc).map(|outlet| (outlet.set, outlet.kind))
    }

    /// The sets in which the browser takes pictures, with their kind.
    pub(super) fn pictures(&self) -> Vec<(usize, TrackKind)> {
        let open = self.outlets.iter().filter(|outlet| outlet.is_open && outlet.kind.is_video());
        open.map(|outlet| (outlet.set, outlet.kind)).collect()
    }

    /// Recognises a packet that has come in; `None` when nobody agreed to its stream or codec.
    pub(super) fn admit(&mut self, mut packet: Packet) -> Option<Arrival> {
        let header = &mut packet.header;
        let intake = self.intakes.iter_mut().find(|intake| intake.ssrc == header.ssrc)?;
        let (codec, _) = *intake.codecs.iter().find(|(_, payload_type)| *payload_type == header.payload_type)?;
        // Header extensions have other numbers on other connections, and padding has been taken off already.
        header.extension = false;
        header.extensions.clear();
        header.extensions_padding = 0;
        header.padding = false;
        self.counts.packets_in += 1;
        self.counts.bytes_in += packet.payload.len() as u64;
        let is_first = !std::mem::replace(&mut intake.is_flowing, true);
        let source = Source { leg: self.id, ssrc: intake.ssrc };
        Some(Arrival { kind: intake.kind, codec, source, is_first, packet })
    }

    /// Sends a packet of another member, who is in this set, to the browser.
    pub(super) fn deliver(&mut self, now: Instant, set: usize, arrival: Arrival) -> Delivery {
        let Arrival { kind, codec, source, mut packet, .. } = arrival;
        let Some(outlet) = self.outlet(set, kind) else { return Delivery::Unwanted };
        let Some((_, payload_type)) = outlet.codecs.iter().find(|(known, _)| *known == codec) else {
            return Delivery::NoCodec;
        };
        packet.header.payload_type = *payload_type;
        packet.header.ssrc = outlet.ssrc;
        match outlet.route.rewrite(now, source, codec, &mut packet) {
            Verdict::Stale => return Delivery::Stale,
            Verdict::NeedsKeyframe => return Delivery::NeedsKeyframe,
            Verdict::Forward => {}
        }
        self.counts.packets_out += 1;
        self.counts.bytes_out += packet.payload.len() as u64;
        self.connection.send(now, packet);
        self.is_dirty = true;
        Delivery::Sent
    }

    /// Tells that packets for this outlet are being left out.
    pub(super) fn interrupt(&mut self, set: usize, kind: TrackKind) {
        if let Some(outlet) = self.outlet(set, kind) {
            outlet.route.interrupt();
        }
    }

    /// Tells that nothing reaches the browser for now.
    pub(super) fn interrupt_all(&mut self) {
        self.outlets.iter_mut().for_each(|outlet| outlet.route.interrupt());
    }

    fn outlet(&mut self, set: usize, kind: TrackKind) -> Option<&mut Outlet> {
        self.outlets.iter_mut().find(|outlet| outlet.is_open && outlet.set == set && outlet.kind == kind)
    }

    /// Asks the browser for a keyframe, or notes the wish when it was asked a moment ago. Returns whether it asked.
    pub(super) fn want_keyframe(&mut self, now: Instant, kind: TrackKind, interval: Duration) -> bool {
        let Some(intake) = self.intakes.iter_mut().find(|intake| intake.kind == kind && kind.is_video()) else {
            return false;
        };
        let is_soon = intake.keyframe_asked_at.is_some_and(|at| now.saturating_duration_since(at) < interval);
        if is_soon {
            self.is_restless |= !std::mem::replace(&mut intake.keyframe_wanted, true);
            self.is_dirty |= self.is_restless;
            return false;
        }
        intake.keyframe_wanted = false;
        intake.keyframe_asked_at = Some(now);
        self.connection.request_keyframe(now, intake.ssrc);
        self.is_dirty = true;
        true
    }

    /// Does what is due, and returns for how many streams it asked for a keyframe.
    pub(super) fn time_out(&mut self, now: Instant, interval: Duration) -> u64 {
        self.connection.time_out(now);
        (self.is_dirty, self.is_restless) = (true, true);
        let due: Vec<TrackKind> = self
            .intakes
            .iter()
            .filter(|intake| intake.keyframe_wanted && intake.keyframe_due(interval).is_none_or(|at| at <= now))
            .map(|intake| intake.kind)
            .collect();
        due.into_iter().filter(|kind| self.want_keyframe(now, *kind, interval)).count() as u64
    }

    /// When [`Leg::time_out`] must be called at the latest.
    pub(super) fn deadline(&mut self, interval: Duration) -> Option<Instant> {
        let wanted = self.intakes.iter().filter(|intake| intake.keyframe_wanted);
        let keyframe = wanted.filter_map(|intake| intake.keyframe_due(interval)).min();
        [self.connection.deadline(), keyframe].into_iter().flatten().min()
    }

    /// How the connection is doing.
    pub(super) fn stats(&mut self, now: Instant) -> LegStats {
        let (rtt, lost_in, lost_out) = self.connection.quality(now);
        LegStats { connected: self.is_live, rtt, lost_in, lost_out, ..self.counts }
    }
}

impl Intake {
    fn keyframe_due(&self, interval: Duration) -> Option<Instant> {
        self.keyframe_asked_at.map(|at| at + interval)
    }
}
