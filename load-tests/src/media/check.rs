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
mod tests;
