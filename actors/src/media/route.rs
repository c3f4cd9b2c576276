//! What one receiver gets of one sender's stream: packets renumbered so that the receiver's decoder sees one stream,
//! however often the source behind it is replaced, stopped or thinned out.

use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use rtc::rtp::Packet;

use super::codec::{Codec, Vp8Descriptor};

/// Longest wait for a keyframe after a gap. Then pictures flow anyhow and the receiver asks for itself.
const KEYFRAME_PATIENCE: Duration = Duration::from_secs(2);
/// For this many packets after a take-over a late packet of before can still arrive.
const LATE_WINDOW: u16 = 4096;

/// What becomes of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It was renumbered and goes out.
    Forward,
    /// It belongs before the point where the stream was taken over.
    Stale,
    /// The picture cannot be continued; a keyframe is needed first.
    NeedsKeyframe,
}

/// The connection and stream that a route carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) leg: super::table::LegId,
    pub(super) ssrc: u32,
}

/// The numbering of one outgoing stream.
#[derive(Debug, Default)]
pub(super) struct Route {
    source: Option<Source>,
    /// Set when packets were left out: the next one is joined on anew.
    broken: bool,
    waiting_since: Option<Instant>,
    offsets: Numbers,
    last: Option<(Numbers, Instant)>,
    first_sequence: u16,
    since_joint: u16,
}

/// What is numbered in a stream; also the offsets from the source's numbers to ours.
#[derive(Debug, Default, Clone, Copy)]
struct Numbers {
    sequence: u16,
    timestamp: u32,
    picture_id: u16,
    base_index: u8,
}

impl Route {
    /// Tells that packets of the source were left out, so that the numbers close up at the next one.
    pub(super) fn interrupt(&mut self) {
        self.broken = true;
    }

    /// Renumbers a packet of `source`, or tells why it must not go out.
    pub(super) fn rewrite(&mut self, now: Instant, source: Source, codec: Codec, packet: &mut Packet) -> Verdict {
        let descriptor = if codec == Codec::Vp8 { Vp8Descriptor::parse(&packet.payload) } else { None };
        if self.broken || self.source != Some(source) {
            if !self.may_join(now, codec, &packet.payload) {
                return Verdict::NeedsKeyframe;
            }
            self.join(now, source, codec, packet, descriptor);
        } else if self.since_joint < LATE_WINDOW && is_before(packet.header.sequence_number, self.first_sequence) {
            return Verdict::Stale;
        }
        self.since_joint = self.since_joint.saturating_add(1);
        self.renumber(now, packet, descriptor);
        Verdict::Forward
    }

    /// The first picture ever may begin anywhere, as the receiver has nothing to spoil; a joint needs a keyframe.
    fn may_join(&mut self, now: Instant, codec: Codec, payload: &[u8]) -> bool {
        if self.last.is_none() || codec.starts_afresh(payload) {
            return true;
        }
        let since = *self.waiting_since.get_or_insert(now);
        now.saturating_duration_since(since) >= KEYFRAME_PATIENCE
    }

    fn join(&mut self, now: Instant, source: Source, codec: Codec, packet: &Packet, descriptor: Option<Vp8Descriptor>) {
        self.source = Some(source);
        self.broken = false;
        self.waiting_since = None;
        self.first_sequence = packet.header.sequence_number;
        self.since_joint = 0;
        let Some((last, at)) = self.last else { return };
        // At least one tick of a 60 Hz picture, so that two pictures never share a timestamp.
        let pause = now.saturating_duration_since(at).max(Duration::from_millis(16));
        let pause_ticks = (pause.as_micros() * u128::from(codec.clock_rate()) / 1_000_000) as u32;
        self.offsets = Numbers {
            sequence: last.sequence.wrapping_add(1).wrapping_sub(packet.header.sequence_number),
            timestamp: last.timestamp.wrapping_add(pause_ticks).wrapping_sub(packet.header.timestamp),
            picture_id: descriptor
                .and_then(|descriptor| descriptor.picture_id(&packet.payload))
                .map_or(0, |(id, _)| last.picture_id.wrapping_add(1).wrapping_sub(id)),
            base_index: descriptor
                .and_then(|descriptor| descriptor.base_index(&packet.payload))
                .map_or(0, |index| last.base_index.wrapping_add(1).wrapping_sub(index)),
        };
    }

    fn renumber(&mut self, now: Instant, packet: &mut Packet, descriptor: Option<Vp8Descriptor>) {
        let header = &mut packet.header;
        header.sequence_number = header.sequence_number.wrapping_add(self.offsets.sequence);
        header.timestamp = header.timestamp.wrapping_add(self.offsets.timestamp);
        let mut sent = Numbers { sequence: header.sequence_number, timestamp: header.timestamp, ..Numbers::default() };
        if let Some((last, _)) = self.last {
            (sent.picture_id, sent.base_index) = (last.picture_id, last.base_index);
        }
        if let Some(descriptor) = descriptor {
            self.renumber_picture(packet, descriptor, &mut sent);
        }
        match &mut self.last {
            // A late packet must not turn back the point where the next source joins on.
            Some((last, at)) if is_before(sent.sequence, last.sequence) => *at = now,
            last => *last = Some((sent, now)),
        }
    }

    fn renumber_picture(&self, packet: &mut Packet, descriptor: Vp8Descriptor, sent: &mut Numbers) {
        let id = descriptor.picture_id(&packet.payload);
        let index = descriptor.base_index(&packet.payload);
        if let Some((id, bits)) = id {
            sent.picture_id = id.wrapping_add(self.offsets.picture_id) & ((1 << bits) - 1);
        }
        if let Some(index) = index {
            sent.base_index = index.wrapping_add(self.offsets.base_index);
        }
        if (self.offsets.picture_id, self.offsets.base_index) == (0, 0) {
            return;
        }
        let mut payload = into_mut(std::mem::take(&mut packet.payload));
        if id.is_some() {
            descriptor.set_picture_id(&mut payload, sent.picture_id);
        }
        if index.is_some() {
            descriptor.set_base_index(&mut payload, sent.base_index);
        }
        packet.payload = payload.freeze();
    }
}

/// The payload to write in: without a copy where nobody else holds it.
fn into_mut(payload: Bytes) -> BytesMut {
    payload.try_into_mut().unwrap_or_else(|shared| BytesMut::from(&shared[..]))
}

/// Whether `a` comes before `b` in the circle of sequence numbers (RFC 1982).
fn is_before(a: u16, b: u16) -> bool {
    a != b && b.wrapping_sub(a) < 0x8000
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::table::LegId;

    const OLD: Source = Source { leg: LegId(1), ssrc: 11 };
    const NEW: Source = Source { leg: LegId(2), ssrc: 22 };

    fn packet(sequence: u16, timestamp: u32, payload: &[u8]) -> Packet {
        let mut packet = Packet { payload: Bytes::copy_from_slice(payload), ..Packet::default() };
        packet.header.sequence_number = sequence;
        packet.header.timestamp = timestamp;
        packet
    }

    fn vp8(id: u16, index: u8, keyframe: bool) -> Vec<u8> {
        let [high, low] = (id | 0x8000).to_be_bytes();
        vec![0x90, 0xC0, high, low, index, u8::from(!keyframe), 9]
    }

    #[test]
    fn a_replaced_source_goes_on_where_the_old_one_ended() {
        let (mut route, now) = (Route::default(), Instant::now());
        let mut last = packet(65_535, 1_000, &vp8(32_767, 255, true));
        assert_eq!(route.rewrite(now, OLD, Codec::Vp8, &mut last), Verdict::Forward);

        let mut lost = packet(500, 7, &vp8(90, 3, false));
        assert_eq!(route.rewrite(now, NEW, Codec::Vp8, &mut lost), Verdict::NeedsKeyframe);
        let mut joined = packet(501, 7, &vp8(91, 4, true));
        let later = now + Duration::from_secs(1);
        assert_eq!(route.rewrite(later, NEW, Codec::Vp8, &mut joined), Verdict::Forward);
        let mut next = packet(502, 3_007, &vp8(92, 5, false));
        assert_eq!(route.rewrite(later, NEW, Codec::Vp8, &mut next), Verdict::Forward);

        assert_eq!((joined.header.sequence_number, joined.header.timestamp), (0, 91_000));
        assert_eq!(joined.payload[..], vp8(0, 0, true)[..]);
        assert_eq!((next.header.sequence_number, next.header.timestamp), (1, 94_000));
        assert_eq!(next.payload[..], vp8(1, 1, false)[..]);
    }

    #[test]
    fn a_packet_from_before_the_joint_is_dropped_and_a_late_one_after_it_is_not() {
        let (mut route, now) = (Route::default(), Instant::now());
        route.rewrite(now, OLD, Codec::Opus, &mut packet(10, 0, b"a"));
        route.rewrite(now, NEW, Codec::Opus, &mut packet(500, 0, b"a"));
        route.rewrite(now, NEW, Codec::Opus, &mut packet(502, 0, b"a"));

        assert_eq!(route.rewrite(now, NEW, Codec::Opus, &mut packet(499, 0, b"a")), Verdict::Stale);
        let mut late = packet(501, 0, b"a");
        assert_eq!(route.rewrite(now, NEW, Codec::Opus, &mut late), Verdict::Forward);

        assert_eq!(late.header.sequence_number, 12);
    }

    #[test]
    fn a_gap_we_made_ourselves_leaves_no_hole_in_the_numbers() {
        let (mut route, now) = (Route::default(), Instant::now());
        route.rewrite(now, OLD, Codec::Opus, &mut packet(10, 0, b"a"));

        route.interrupt();
        let mut next = packet(60, 48_000, b"a");
        route.rewrite(now + Duration::from_secs(1), OLD, Codec::Opus, &mut next);

        assert_eq!((next.header.sequence_number, next.header.timestamp), (11, 48_000));
    }

    #[test]
    fn without_a_keyframe_the_picture_goes_on_after_a_while() {
        let (mut route, now) = (Route::default(), Instant::now());
        route.rewrite(now, OLD, Codec::Vp8, &mut packet(10, 0, &vp8(1, 1, true)));
        let mut retry = |at| route.rewrite(at, NEW, Codec::Vp8, &mut packet(500, 0, &vp8(90, 3, false)));

        assert_eq!(retry(now), Verdict::NeedsKeyframe);
        assert_eq!(retry(now + KEYFRAME_PATIENCE), Verdict::Forward);
    }

    #[test]
    fn a_shared_payload_is_not_written_into() {
        let (mut route, now) = (Route::default(), Instant::now());
        route.rewrite(now, OLD, Codec::Vp8, &mut packet(10, 0, &vp8(1, 1, true)));
        let original = packet(500, 0, &vp8(90, 3, true));

        route.rewrite(now, NEW, Codec::Vp8, &mut original.clone());

        assert_eq!(original.payload[..], vp8(90, 3, true)[..]);
    }

    #[test]
    fn long_streams_wrap_without_being_taken_for_late_ones() {
        let (mut route, now) = (Route::default(), Instant::now());

        for number in 0..200_000_u32 {
            let verdict = route.rewrite(now, OLD, Codec::Opus, &mut packet(number as u16, number, b"a"));
            assert_eq!(verdict, Verdict::Forward, "packet {number}");
        }
    }
}
