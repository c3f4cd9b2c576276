//! What came of all media packets: whether each reached whom it was for, once, whole and in order.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use okienko::ids::CallId;
use okienko::wire::EndReason;
use tokio::time::Instant;

use super::story::{CallEnd, Seen, Shift, Story};
use crate::media::check::StreamReport;
use crate::media::packet::Stream;
use crate::media::peer::PeerReport;
use crate::media::sent::SentLog;

/// What was sent in the last moments before a call ended may be under way.
const UNDER_WAY: Duration = Duration::from_millis(500);

/// A stream of which nothing came for so long, while both were connected, is silent.
const SILENT_AFTER: Duration = Duration::from_secs(3);

/// What came of all packets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MediaCounts {
    /// Packets that arrived.
    pub packets: u64,
    /// Packets that never arrived.
    pub lost: u64,
    /// Packets that arrived out of order.
    pub late: u64,
    /// Packets that arrived again.
    pub duplicated: u64,
    /// Packets whose checksum was wrong.
    pub corrupt: u64,
    /// Packets of somebody who was not in the call, or one's own.
    pub foreign: u64,
    /// Packets in the wrong stream.
    pub misrouted: u64,
    /// Packets whose RTP numbers a decoder could not follow.
    pub misnumbered: u64,
    /// Streams of which nothing came.
    pub silent_streams: u64,
}

/// A call with both of its ends.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// Which.
    pub id: CallId,
    /// The resident's end.
    pub resident: &'a CallEnd,
    /// The clerk's end.
    pub clerk: &'a CallEnd,
    /// When it was over, at the latest: somebody hung up or was told of its end.
    pub over: Option<Instant>,
    /// Whether somebody hung up; else the server ended it, or nobody did.
    pub hung_up: bool,
}

impl Call<'_> {
    /// Whether somebody hung up within this time after a moment, as they had meant to.
    #[must_use]
    pub fn hung_up_within(&self, after: Duration, of: Instant) -> bool {
        self.hung_up && self.over.is_some_and(|over| over < of + after)
    }
}

/// All calls of which both ends are known.
#[must_use]
pub fn calls<'a>(stories: &'a [Story], shifts: &'a [Shift]) -> Vec<Call<'a>> {
    let clerks: HashMap<CallId, &CallEnd> =
        shifts.iter().flat_map(|shift| &shift.calls).map(|end| (end.call, end)).collect();
    let mut overs: HashMap<CallId, Instant> = HashMap::new();
    let mut over = |call: CallId, at: Instant| {
        let first = overs.entry(call).or_insert(at);
        *first = (*first).min(at);
    };
    let mut hung_up: HashSet<CallId> = HashSet::new();
    for shift in shifts {
        shift.hung_up.iter().for_each(|(call, at)| over(*call, *at));
        shift.endings.iter().for_each(|(at, call, _)| over(*call, *at));
        hung_up.extend(shift.hung_up.iter().map(|(call, _)| *call));
        hung_up.extend(shift.endings.iter().filter(|(.., reason)| is_hang_up(*reason)).map(|(_, call, _)| *call));
    }
    for story in stories {
        story.hung_up.iter().for_each(|(call, at)| over(*call, *at));
        hung_up.extend(story.hung_up.iter().map(|(call, _)| *call));
        let last = story.calls.last().map(|end| end.call);
        let ended = story.sights.iter().find_map(|sight| match sight.seen {
            Seen::Ended(reason) => Some((sight.at, reason)),
            _ => None,
        });
        if let (Some(call), Some((at, reason))) = (last, ended) {
            over(call, at);
            hung_up.extend(is_hang_up(reason).then_some(call));
        }
    }
    let ends = stories.iter().flat_map(|story| &story.calls);
    let both = ends.filter_map(|end| {
        let clerk = clerks.get(&end.call)?;
        let (over, hung_up) = (overs.get(&end.call).copied(), hung_up.contains(&end.call));
        Some(Call { id: end.call, resident: end, clerk, over, hung_up })
    });
    both.collect()
}

/// Judges all packets. `faults` are the moments at which the server was broken on purpose: what was under way then is
/// not expected to arrive.
#[must_use]
pub fn judge(calls: &[Call<'_>], sent: &SentLog, faults: &[Instant]) -> MediaCounts {
    let mut counts = MediaCounts::default();
    for call in calls {
        for (receiver, sender) in [(call.resident, call.clerk), (call.clerk, call.resident)] {
            for peer in &receiver.peers {
                let broken = faults.iter().filter(|at| peer.connected.is_some_and(|connected| **at >= connected)).min();
                let until = [Some(peer.closed), call.over, broken.copied()].into_iter().flatten().min();
                let judge = Judge { sent, sender: sender.me, peer, until: until.unwrap_or(peer.closed) - UNDER_WAY };
                judge.stream(Stream::Voice, &peer.voice, &mut counts);
                judge.stream(Stream::Camera, &peer.camera, &mut counts);
            }
        }
    }
    counts
}

/// One connection of a receiver.
struct Judge<'a> {
    sent: &'a SentLog,
    /// The one whom it should hear and see.
    sender: u128,
    peer: &'a PeerReport,
    /// Until when what was sent should have arrived.
    until: Instant,
}

impl Judge<'_> {
    fn stream(&self, stream: Stream, report: &StreamReport, counts: &mut MediaCounts) {
        counts.packets += report.packets;
        counts.corrupt += report.corrupt;
        counts.misrouted += report.misrouted;
        counts.misnumbered += report.misnumbered;
        for ((sender, incarnation), source) in &report.sources {
            if *sender != self.sender {
                counts.foreign += source.received + source.duplicated;
                continue;
            }
            counts.late += source.late;
            counts.duplicated += source.duplicated;
            let last = self.sent.sent_by((*sender, *incarnation, stream), self.until);
            counts.lost += source.missing + last.map_or(0, |last| last.saturating_sub(source.highest));
        }
        let streams = self.sent.of_member(self.sender);
        let silent = streams.iter().filter(|((_, incarnation, kind), first, last)| {
            let is_heard = report.sources.contains_key(&(self.sender, *incarnation));
            *kind == stream && !is_heard && self.should_have_heard(*first, *last)
        });
        counts.silent_streams += silent.count() as u64;
    }

    /// Whether somebody sent for so long while this connection was up that something must have come.
    fn should_have_heard(&self, first: Instant, last: Instant) -> bool {
        let Some(connected) = self.peer.connected else { return false };
        last.min(self.until).checked_duration_since(first.max(connected)).is_some_and(|both| both >= SILENT_AFTER)
    }
}

/// From when until when a member heard and saw the other one.
#[must_use]
pub fn alive(end: &CallEnd, has_camera: bool) -> Vec<(Instant, Instant)> {
    let of_peer = |peer: &PeerReport| {
        if has_camera { overlaps(&peer.voice.alive, &peer.camera.alive) } else { peer.voice.alive.clone() }
    };
    end.peers.iter().flat_map(of_peer).collect()
}

fn overlaps(one: &[(Instant, Instant)], other: &[(Instant, Instant)]) -> Vec<(Instant, Instant)> {
    let pairs = one.iter().flat_map(|one| other.iter().map(move |other| (one, other)));
    pairs.map(|(one, other)| (one.0.max(other.0), one.1.min(other.1))).filter(|(from, until)| from < until).collect()
}

/// Whether an end belongs to the course of things.
#[must_use]
pub const fn is_hang_up(reason: EndReason) -> bool {
    matches!(reason, EndReason::CitizenHungUp | EndReason::ClerkHungUp)
}
