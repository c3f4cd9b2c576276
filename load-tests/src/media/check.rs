//! Looks at every packet that a receiver gets of one stream: whose it is, what is missing, what came twice or out of
//! order, and whether a decoder could follow its RTP numbers. Who may be heard at all is judged afterwards, with the
//! call's members known (`ledger::media`).

use std::collections::{BTreeMap, BTreeSet};

use tokio::time::Instant;

use super::packet::{self, Picture, Stamp, Stream};

/// So many missing packets are remembered; older ones count as lost whatever comes.
const MOST_MISSING: usize = 4_096;

/// A pause in a stream that parts two times of being alive.
const PAUSE: std::time::Duration = std::time::Duration::from_secs(1);

/// A packet as it arrived.
#[derive(Debug, Clone, Copy)]
pub struct Arrived<'a> {
    /// When.
    pub at: Instant,
    /// Its RTP sequence number.
    pub sequence: u16,
    /// Its RTP timestamp.
    pub timestamp: u32,
    /// What it carries.
    pub payload: &'a [u8],
}

/// What was found in a stream.
#[derive(Debug, Clone, Default)]
pub struct StreamReport {
    /// Packets that could be read.
    pub packets: u64,
    /// Packets whose checksum or form was wrong.
    pub corrupt: u64,
    /// Packets of the other stream.
    pub misrouted: u64,
    /// Packets whose RTP numbers a decoder could not follow.
    pub misnumbered: u64,
    /// From whom packets came, by sender and connection.
    pub sources: BTreeMap<(u128, u32), SourceReport>,
    /// From when until when packets came without a pause of a second.
    pub alive: Vec<(Instant, Instant)>,
}

/// What came of one sender's connection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceReport {
    /// The first counter that came. What was sent before it, nobody was there to receive.
    pub first: u64,
    /// The highest counter that came.
    pub highest: u64,
    /// Packets that came, each counted once.
    pub received: u64,
    /// Packets between the first and the highest that never came.
    pub missing: u64,
    /// Packets that came after later ones.
    pub late: u64,
    /// Packets that came again.
    pub duplicated: u64,
}

/// The numbers of the packet before.
#[derive(Debug, Clone, Copy)]
struct Last {
    source: (u128, u32),
    counter: u64,
    sequence: u16,
    timestamp: u32,
    picture: Option<u16>,
}

/// One stream at one receiver.
#[derive(Debug)]
pub struct StreamCheck {
    stream: Stream,
    /// Ticks of the RTP clock from one packet, or one picture, to the next.
    tick: u32,
    missing: BTreeMap<(u128, u32), BTreeSet<u64>>,
    last: Option<Last>,
    report: StreamReport,
}

impl StreamCheck {
    /// A stream of which nothing came yet. `tick` is the RTP time of a packet of voice, or of a picture.
    #[must_use]
    pub fn new(stream: Stream, tick: u32) -> Self {
        Self { stream, tick, missing: BTreeMap::new(), last: None, report: StreamReport::default() }
    }

    /// Looks at a packet. Gives its stamp if it is whole and of this stream.
    pub fn take(&mut self, arrived: Arrived<'_>) -> Option<Stamp> {
        let read = match self.stream {
            Stream::Voice => packet::read_voice(arrived.payload).map(|stamp| (stamp, None)),
            Stream::Camera => packet::read_camera(arrived.payload).map(|(stamp, picture)| (stamp, Some(picture))),
        };
        let Ok((stamp, picture)) = read else {
            // A voice in a camera's stream is whole, though not in this envelope.
            match (packet::read_voice(arrived.payload), packet::read_camera(arrived.payload)) {
                (Err(_), Err(_)) => self.report.corrupt += 1,
                _ => self.report.misrouted += 1,
            }
            return None;
        };
        self.report.packets += 1;
        if stamp.stream != self.stream {
            self.report.misrouted += 1;
            return None;
        }
        self.note_alive(arrived.at);
        if self.count(&stamp) {
            self.follow(&arrived, &stamp, picture);
        }
        Some(stamp)
    }

    fn note_alive(&mut self, at: Instant) {
        match self.report.alive.last_mut() {
            Some((_, until)) if at.duration_since(*until) < PAUSE => *until = at,
            _ => self.report.alive.push((at, at)),
        }
    }

    /// Counts a packet of its source. Whether it is the furthest so far.
    fn count(&mut self, stamp: &Stamp) -> bool {
        let key = (stamp.sender, stamp.incarnation);
        let counter = stamp.counter;
        let missing = self.missing.entry(key).or_default();
        let Some(source) = self.report.sources.get_mut(&key) else {
            let source = SourceReport { first: counter, highest: counter, received: 1, ..SourceReport::default() };
            self.report.sources.insert(key, source);
            return true;
        };
        if counter > source.highest {
            let gap = source.highest + 1..counter;
            source.missing += counter - source.highest - 1;
            source.highest = counter;
            source.received += 1;
            missing.extend(gap.rev().take(MOST_MISSING));
            while missing.len() > MOST_MISSING {
                missing.pop_first();
            }
            return true;
        }
        if missing.remove(&counter) {
            source.missing -= 1;
            source.late += 1;
            source.received += 1;
        } else if counter < source.first {
            source.late += 1;
        } else {
            source.duplicated += 1;
        }
        false
    }

    /// Whether a decoder can follow: numbers go on by as much as packets were sent, whoever sends them.
    fn follow(&mut self, arrived: &Arrived<'_>, stamp: &Stamp, picture: Option<Picture>) {
        let source = (stamp.sender, stamp.incarnation);
        let Arrived { sequence, timestamp, .. } = *arrived;
        let now = Last {
            source,
            counter: stamp.counter,
            sequence,
            timestamp,
            picture: picture.map(|picture| picture.number),
        };
        let Some(last) = self.last.replace(now) else { return };
        let steps = sequence.wrapping_sub(last.sequence);
        let ticks = timestamp.wrapping_sub(last.timestamp);
        let can_follow = if last.source == source {
            let sent = stamp.counter - last.counter;
            let in_step = u64::from(steps) == sent & 0xFFFF;
            in_step && self.ticks_fit(ticks, sent, &last, picture)
        } else {
            // Another connection took over: later, without a gap that a decoder would wait for, and with a whole picture.
            let is_later = ticks > 0 && ticks < u32::MAX / 2;
            steps == 1 && is_later && picture.is_none_or(|picture| picture.starts && picture.is_keyframe)
        };
        if !can_follow {
            self.report.misnumbered += 1;
        }
    }

    fn ticks_fit(&self, ticks: u32, sent: u64, last: &Last, picture: Option<Picture>) -> bool {
        let Some(picture) = picture else {
            return u64::from(ticks) == (u64::from(self.tick) * sent) & 0xFFFF_FFFF;
        };
        let whole_pictures = ticks / self.tick;
        let numbered = last.picture.map(|number| picture.number.wrapping_sub(number) & 0x7FFF);
        ticks.is_multiple_of(self.tick) && numbered.is_none_or(|steps| u32::from(steps) == whole_pictures & 0x7FFF)
    }

    /// Counts a packet that came where nothing should.
    pub fn note_astray(&mut self) {
        self.report.misrouted += 1;
    }

    /// Whether nothing whole has come yet.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.report.sources.is_empty()
    }

    /// What was found.
    #[must_use]
    pub fn report(&self) -> StreamReport {
        self.report.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// A sender's voice as it would arrive if nothing went wrong.
    fn voices(sender: u128, incarnation: u32, counters: std::ops::Range<u64>, sequence: u16) -> Vec<Sent> {
        counters
            .enumerate()
            .map(|(index, counter)| {
                let stamp = Stamp { sender, stream: Stream::Voice, incarnation, counter, sent_ns: counter };
                Sent {
                    sequence: sequence.wrapping_add(u16::try_from(index).unwrap()),
                    timestamp: 1_000 + 960 * u32::try_from(counter).unwrap(),
                    payload: packet::voice(&stamp, 100).to_vec(),
                }
            })
            .collect()
    }

    /// A sender's camera: two packets a picture.
    fn cameras(incarnation: u32, counters: std::ops::Range<u64>, sequence: u16, timestamp: u32) -> Vec<Sent> {
        counters
            .enumerate()
            .map(|(index, counter)| {
                let stamp = Stamp { sender: 1, stream: Stream::Camera, incarnation, counter, sent_ns: counter };
                let number = u16::try_from(counter / 2).unwrap();
                let starts = counter % 2 == 0;
                let picture = Picture { number, starts, is_keyframe: starts && number == 0 };
                Sent {
                    sequence: sequence.wrapping_add(u16::try_from(index).unwrap()),
                    timestamp: timestamp + 3_000 * u32::from(number),
                    payload: packet::camera(&stamp, picture, 200).to_vec(),
                }
            })
            .collect()
    }

    #[derive(Clone)]
    struct Sent {
        sequence: u16,
        timestamp: u32,
        payload: Vec<u8>,
    }

    fn judged(stream: Stream, packets: &[Sent]) -> StreamReport {
        let mut check = StreamCheck::new(stream, if stream == Stream::Voice { 960 } else { 3_000 });
        let begin = Instant::now();
        for (index, sent) in packets.iter().enumerate() {
            let at = begin + Duration::from_millis(20) * u32::try_from(index).unwrap();
            let Sent { sequence, timestamp, payload } = sent;
            check.take(Arrived { at, sequence: *sequence, timestamp: *timestamp, payload });
        }
        check.report()
    }

    fn only_source(report: &StreamReport) -> SourceReport {
        assert_eq!(report.sources.len(), 1);
        report.sources.values().next().unwrap().clone()
    }

    #[test]
    fn nothing_is_found_in_a_good_stream() {
        let report = judged(Stream::Voice, &voices(1, 1, 0..200, 65_500));

        assert_eq!((report.packets, report.corrupt, report.misrouted, report.misnumbered), (200, 0, 0, 0));
        let expected = SourceReport { highest: 199, received: 200, ..SourceReport::default() };
        assert_eq!(only_source(&report), expected);
        assert_eq!(report.alive.len(), 1);
        let report = judged(Stream::Camera, &cameras(1, 0..200, 65_500, 7));
        assert_eq!((report.packets, report.misnumbered, only_source(&report).missing), (200, 0, 0));
    }

    #[test]
    fn a_dropped_packet_is_missing() {
        let mut packets = voices(1, 1, 0..50, 10);
        packets.drain(20..23);

        let report = judged(Stream::Voice, &packets);

        assert_eq!((only_source(&report).missing, only_source(&report).received), (3, 47));
        assert_eq!(report.misnumbered, 0, "the gap shows in the RTP numbers too, as it should");
    }

    #[test]
    fn a_packet_dropped_behind_its_numbering_is_missing_and_misnumbered() {
        let mut packets = voices(1, 1, 0..50, 10);
        packets.remove(20);
        for later in &mut packets[20..] {
            later.sequence -= 1;
        }

        let report = judged(Stream::Voice, &packets);

        assert_eq!((only_source(&report).missing, report.misnumbered), (1, 1));
    }

    #[test]
    fn a_duplicated_packet_is_counted() {
        let mut packets = voices(1, 1, 0..50, 10);
        packets.insert(21, packets[20].clone());
        packets.push(packets[3].clone());

        let source = only_source(&judged(Stream::Voice, &packets));

        assert_eq!((source.duplicated, source.missing, source.late), (2, 0, 0));
    }

    #[test]
    fn reordered_packets_are_late_and_not_lost() {
        let mut packets = voices(1, 1, 0..50, 10);
        packets.swap(20, 21);

        let source = only_source(&judged(Stream::Voice, &packets));

        assert_eq!((source.late, source.missing, source.duplicated, source.received), (1, 0, 0, 50));
    }

    #[test]
    fn a_corrupted_packet_is_counted_and_missing() {
        let mut packets = voices(1, 1, 0..50, 10);
        packets[20].payload[60] ^= 1;

        let report = judged(Stream::Voice, &packets);

        assert_eq!((report.corrupt, only_source(&report).missing), (1, 1));
    }

    #[test]
    fn a_packet_in_the_wrong_stream_is_misrouted() {
        let mut packets = cameras(1, 0..50, 10, 7);
        packets[20] = voices(1, 1, 0..1, 30)[0].clone();

        assert_eq!(judged(Stream::Camera, &packets).misrouted, 1);
    }

    #[test]
    fn a_packet_of_somebody_else_shows_as_another_source() {
        let mut packets = voices(1, 1, 0..50, 10);
        packets.insert(20, voices(2, 1, 7..8, 30)[0].clone());

        let report = judged(Stream::Voice, &packets);

        assert_eq!(report.sources.keys().map(|(sender, _)| *sender).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(report.sources[&(2, 1)].received, 1);
    }

    #[test]
    fn a_source_that_takes_over_goes_on_with_the_numbers() {
        let mut packets = cameras(1, 0..10, 10, 7);
        let mut next = cameras(2, 0..10, 20, 7 + 5 * 3_000);
        assert_eq!(judged(Stream::Camera, &[packets.clone(), next.clone()].concat()).misnumbered, 0);

        // Not from a whole picture on.
        let torn = [packets.clone(), next[1..].to_vec()].concat();
        assert_eq!(judged(Stream::Camera, &torn).misnumbered, 1);

        // Backwards in time.
        next.iter_mut().for_each(|sent| sent.timestamp = sent.timestamp.wrapping_sub(7 * 3_000));
        packets.extend(next);
        assert_eq!(judged(Stream::Camera, &packets).misnumbered, 1);
    }

    #[test]
    fn a_picture_with_a_wrong_number_is_misnumbered() {
        let mut packets = cameras(1, 0..50, 10, 7);
        packets[21].payload[3] ^= 3;

        // There and back.
        assert_eq!(judged(Stream::Camera, &packets).misnumbered, 2);
    }

    #[test]
    fn a_pause_parts_two_times_of_being_alive() {
        let mut check = StreamCheck::new(Stream::Voice, 960);
        let begin = Instant::now();
        for (index, sent) in voices(1, 1, 0..100, 0).iter().enumerate() {
            let pause = if index < 50 { 0 } else { 1_500 };
            let at = begin + Duration::from_millis(20 * index as u64 + pause);
            check.take(Arrived { at, sequence: sent.sequence, timestamp: sent.timestamp, payload: &sent.payload });
        }

        let alive = check.report().alive;

        assert_eq!(alive.len(), 2);
        assert_eq!(alive[1].0.duration_since(alive[0].1), Duration::from_millis(1_520));
    }
}
