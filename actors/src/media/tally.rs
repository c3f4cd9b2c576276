//! Counts what happens on one arbiter. Written by its thread alone, read by anyone.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What is counted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Count {
    ReceivedPackets,
    ForwardedPackets,
    ForwardedBytes,
    DroppedUnknownAddress,
    DroppedUnknownUfrag,
    DroppedBadStun,
    DroppedMuted,
    DroppedNoCodec,
    DroppedCongested,
    DroppedHeldBack,
    DroppedStale,
    DroppedUnsent,
    KeyframeRequestsReceived,
    KeyframeRequestsSent,
    LimitsTold,
    PicturesHeldBack,
    ResendsGranted,
    ResendsRefused,
    Panics,
    PortsGivenUp,
    Rooms,
    Members,
    Addresses,
    Ufrags,
}

const COUNTS: usize = Count::Ufrags as usize + 1;

/// The counters of one arbiter.
#[derive(Debug, Default)]
pub(super) struct Tally([AtomicU64; COUNTS]);

impl Tally {
    /// Adds `n`. Only the arbiter's own thread may call this: it saves a locked instruction for each packet.
    pub(super) fn add(&self, what: Count, n: u64) {
        if let Some(counter) = self.0.get(what as usize) {
            counter.store(counter.load(Relaxed).wrapping_add(n), Relaxed);
        }
    }

    /// Sets a count of things that come and go.
    pub(super) fn set(&self, what: Count, n: usize) {
        if let Some(counter) = self.0.get(what as usize) {
            counter.store(n as u64, Relaxed);
        }
    }

    /// The count.
    pub(super) fn get(&self, what: Count) -> u64 {
        self.0.get(what as usize).map_or(0, |counter| counter.load(Relaxed))
    }
}

/// What the media layer has done since its start, and what it holds now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MediaCounters {
    /// Datagrams received.
    pub received_packets: u64,
    /// Media packets passed on, counted for each receiver.
    pub forwarded_packets: u64,
    /// Their payload in bytes.
    pub forwarded_bytes: u64,
    /// Datagrams from an address that was not admitted.
    pub dropped_unknown_address: u64,
    /// STUN requests for a connection that does not exist.
    pub dropped_unknown_ufrag: u64,
    /// Datagrams that are no whole STUN message though they begin like one, and those of no known kind.
    pub dropped_bad_stun: u64,
    /// Media packets of a member whose stream the room has stopped.
    pub dropped_muted: u64,
    /// Media packets in a codec that a receiver did not accept.
    pub dropped_no_codec: u64,
    /// Pictures dropped until the next keyframe, because the way out was full or a source had changed.
    pub dropped_congested: u64,
    /// Packets of pictures that were held back from a receiver with too narrow a way.
    pub dropped_held_back: u64,
    /// Packets older than the point where their stream was taken over.
    pub dropped_stale: u64,
    /// Datagrams the system did not take.
    pub dropped_unsent: u64,
    /// Keyframes that receivers asked for.
    pub keyframe_requests_received: u64,
    /// Keyframes that senders were asked for.
    pub keyframe_requests_sent: u64,
    /// How often senders were told how much they may send.
    pub limits_told: u64,
    /// How often pictures began to be held back from a receiver.
    pub pictures_held_back: u64,
    /// Requests for retransmission that were granted.
    pub resends_granted: u64,
    /// Those that were not: repeated, late, or beyond the budget.
    pub resends_refused: u64,
    /// Panics caught on media threads.
    pub panics: u64,
    /// Ports that panicked too often to be of use.
    pub ports_given_up: u64,
    /// Rooms open now.
    pub rooms: u64,
    /// Members with a connection now.
    pub members: u64,
    /// Addresses in the tables now.
    pub addresses: u64,
    /// ICE user names in the tables now.
    pub ufrags: u64,
}

impl MediaCounters {
    /// Adds one arbiter's counts.
    pub(super) fn include(&mut self, tally: &Tally) {
        self.received_packets += tally.get(Count::ReceivedPackets);
        self.forwarded_packets += tally.get(Count::ForwardedPackets);
        self.forwarded_bytes += tally.get(Count::ForwardedBytes);
        self.dropped_unknown_address += tally.get(Count::DroppedUnknownAddress);
        self.dropped_unknown_ufrag += tally.get(Count::DroppedUnknownUfrag);
        self.dropped_bad_stun += tally.get(Count::DroppedBadStun);
        self.dropped_muted += tally.get(Count::DroppedMuted);
        self.dropped_no_codec += tally.get(Count::DroppedNoCodec);
        self.dropped_congested += tally.get(Count::DroppedCongested);
        self.dropped_held_back += tally.get(Count::DroppedHeldBack);
        self.dropped_stale += tally.get(Count::DroppedStale);
        self.dropped_unsent += tally.get(Count::DroppedUnsent);
        self.keyframe_requests_received += tally.get(Count::KeyframeRequestsReceived);
        self.keyframe_requests_sent += tally.get(Count::KeyframeRequestsSent);
        self.limits_told += tally.get(Count::LimitsTold);
        self.pictures_held_back += tally.get(Count::PicturesHeldBack);
        self.resends_granted += tally.get(Count::ResendsGranted);
        self.resends_refused += tally.get(Count::ResendsRefused);
        self.panics += tally.get(Count::Panics);
        self.ports_given_up += tally.get(Count::PortsGivenUp);
        self.rooms += tally.get(Count::Rooms);
        self.members += tally.get(Count::Members);
        self.addresses += tally.get(Count::Addresses);
        self.ufrags += tally.get(Count::Ufrags);
    }
}
