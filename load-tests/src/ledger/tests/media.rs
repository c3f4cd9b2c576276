//! Calls whose packets are judged with their members known.

use std::time::Duration;

use okienko::ids::CallId;
use okienko::wire::EndReason;
use tokio::time::Instant;

use super::Office;
use crate::ledger::media::{Call, MediaCounts, calls, judge};
use crate::ledger::story::{CallEnd, Seen};
use crate::ledger::times::{Break, Standstill, media_back, media_on, setups};
use crate::measure::recorder::Recorder;
use crate::media::check::{SourceReport, StreamReport};
use crate::media::packet::Stream;
use crate::media::peer::PeerReport;
use crate::media::sent::SentLog;

const RESIDENT: u128 = 1;
const CLERK: u128 = 2;

/// Ten seconds of a call: both send 500 packets of voice, and all of them arrive.
struct Talk {
    begin: Instant,
    sent: SentLog,
    resident: CallEnd,
    clerk: CallEnd,
}

impl Talk {
    fn new() -> Self {
        let (begin, sent) = (Instant::now(), SentLog::default());
        let call = CallId::new(&okienko::world::World::real());
        for member in [RESIDENT, CLERK] {
            for counter in 0..500 {
                sent.note((member, 1, Stream::Voice), begin + Duration::from_millis(20 * counter), counter);
            }
        }
        let end = |me, other| CallEnd { call, me, peers: vec![heard(begin, other, 0..500)] };
        Self { begin, sent, resident: end(RESIDENT, CLERK), clerk: end(CLERK, RESIDENT) }
    }

    fn at(&self, s: f64) -> Instant {
        self.begin + Duration::from_secs_f64(s)
    }

    fn judge(&self) -> MediaCounts {
        self.judge_with(&[])
    }

    fn judge_with(&self, faults: &[Instant]) -> MediaCounts {
        let call = Call {
            id: self.clerk.call,
            resident: &self.resident,
            clerk: &self.clerk,
            over: Some(self.at(10.0)),
            hung_up: true,
        };
        judge(&[call], &self.sent, faults)
    }

    fn voice(&mut self) -> &mut StreamReport {
        &mut self.clerk.peers[0].voice
    }

    fn source(&mut self) -> &mut SourceReport {
        self.voice().sources.get_mut(&(RESIDENT, 1)).unwrap()
    }
}

/// A connection of ten seconds on which these packets of somebody's first connection came.
fn heard(begin: Instant, sender: u128, counters: std::ops::Range<u64>) -> PeerReport {
    let received = counters.end - counters.start;
    let source = SourceReport { first: counters.start, highest: counters.end - 1, received, ..SourceReport::default() };
    let voice = StreamReport {
        packets: received,
        sources: [((sender, 1), source)].into(),
        alive: vec![(begin + Duration::from_millis(300), begin + Duration::from_secs(10))],
        ..StreamReport::default()
    };
    PeerReport {
        incarnation: 1,
        connected: Some(begin),
        closed: begin + Duration::from_secs(10),
        voice,
        camera: StreamReport::default(),
    }
}

#[test]
fn nothing_is_found_in_a_good_call() {
    assert_eq!(Talk::new().judge(), MediaCounts { packets: 1_000, ..MediaCounts::default() });
}

#[test]
fn packets_that_were_sent_last_and_never_came_are_lost() {
    let mut talk = Talk::new();
    talk.source().highest = 399;

    // What was sent in the last half second may be under way; what was sent is known to a tenth of a second.
    let lost = talk.judge().lost;
    assert!((70..=76).contains(&lost), "{lost}");

    let broken = [talk.at(8.2)];
    assert_eq!(talk.judge_with(&broken).lost, 0, "the server was broken by then");
}

#[test]
fn what_a_stream_found_is_counted() {
    let mut talk = Talk::new();
    let source = talk.source();
    (source.missing, source.late, source.duplicated) = (1, 2, 3);
    let voice = talk.voice();
    (voice.corrupt, voice.misrouted, voice.misnumbered) = (4, 5, 6);

    let counts = talk.judge();

    assert_eq!((counts.lost, counts.late, counts.duplicated), (1, 2, 3));
    assert_eq!((counts.corrupt, counts.misrouted, counts.misnumbered), (4, 5, 6));
}

#[test]
fn somebody_of_another_call_and_ones_own_echo_are_foreign() {
    let mut talk = Talk::new();
    let stranger = SourceReport { received: 7, ..SourceReport::default() };
    talk.voice().sources.insert((99, 1), stranger.clone());
    talk.voice().sources.insert((CLERK, 1), stranger);

    assert_eq!(talk.judge().foreign, 14);
}

#[test]
fn a_stream_of_which_nothing_came_is_silent() {
    let mut talk = Talk::new();
    talk.voice().sources.clear();
    assert_eq!(talk.judge().silent_streams, 1);

    // Nobody could have heard anything yet.
    talk.clerk.peers[0].connected = Some(talk.at(8.0));
    assert_eq!(talk.judge().silent_streams, 0);
}

#[test]
fn both_ends_of_a_call_are_found_with_its_end() {
    let mut office = Office::new();
    let (who, begin) = (office.joins(1.0), office.begin);
    let call = office.calls(0, who, 2.0);
    office.talk(0, who, call, 3.0);
    let end = |me, other| CallEnd { call, me, peers: vec![heard(begin, other, 0..10)] };
    office.stories[0].calls.push(end(RESIDENT, CLERK));
    office.shifts[0].calls.push(end(CLERK, RESIDENT));

    let found = calls(&office.stories, &office.shifts);

    assert_eq!((found.len(), found[0].id), (1, call));
    assert_eq!(found[0].over, Some(office.at(4.0)), "the clerk hung up then");
    assert!(office.stories[0].sights.iter().any(|sight| sight.seen == Seen::Ended(EndReason::ClerkHungUp)));
    let recorder = Recorder::default();
    assert_eq!(setups(&office.stories, &found, false, &[], &recorder), 1);
}

#[test]
fn a_call_that_a_fault_ends_for_good_is_found() {
    let mut talk = Talk::new();
    let breaks = [Break { at: talk.at(5.0) }];
    let spans = |talk: &Talk, spans: &[(f64, f64)]| -> Vec<_> {
        spans.iter().map(|(from, until)| (talk.at(*from), talk.at(*until))).collect()
    };
    let judge = |talk: &Talk, over: Option<f64>| {
        let hung_up = over.is_some_and(|over| over < 60.0);
        let over = over.map(|over| talk.at(over));
        let call = Call { id: talk.clerk.call, resident: &talk.resident, clerk: &talk.clerk, over, hung_up };
        let recorder = Recorder::default();
        let not_back = media_back(&[call], false, &breaks, &recorder);
        (not_back, recorder.summaries().get("media_back_ms").map(|times| times.max))
    };
    let back = spans(&talk, &[(0.3, 5.0), (7.0, 9.0)]);
    talk.resident.peers[0].voice.alive.clone_from(&back);
    talk.clerk.peers[0].voice.alive = spans(&talk, &[(0.3, 5.0), (8.0, 9.0)]);
    let (not_back, took) = judge(&talk, Some(9.0));
    assert_eq!(not_back, 0);
    assert!((2_990.0..3_010.0).contains(&took.unwrap()), "{took:?}");

    // One side only.
    talk.clerk.peers[0].voice.alive = spans(&talk, &[(0.3, 5.0)]);
    assert_eq!(judge(&talk, None), (1, None));
    assert_eq!(judge(&talk, Some(65.0)), (1, None), "the server gave it up after a minute");

    // It had ended before.
    assert_eq!(judge(&talk, Some(4.5)), (0, None));
}

#[test]
fn a_standstill_is_over_when_both_hear_again() {
    let mut talk = Talk::new();
    let standstills = [Standstill { at: talk.at(5.0), over: talk.at(8.0) }];
    let spans = |talk: &Talk, spans: &[(f64, f64)]| -> Vec<_> {
        spans.iter().map(|(from, until)| (talk.at(*from), talk.at(*until))).collect()
    };
    let judge = |talk: &Talk, over: Option<f64>| {
        let hung_up = over.is_some_and(|over| over < 60.0);
        let over = over.map(|over| talk.at(over));
        let call = Call { id: talk.clerk.call, resident: &talk.resident, clerk: &talk.clerk, over, hung_up };
        let recorder = Recorder::default();
        let not_back = media_on(&[call], false, &standstills, &recorder);
        (not_back, recorder.summaries().get("media_on_ms").map(|times| times.max))
    };
    talk.resident.peers[0].voice.alive = spans(&talk, &[(0.3, 5.0), (8.2, 12.0)]);
    talk.clerk.peers[0].voice.alive = spans(&talk, &[(0.3, 5.0), (9.0, 12.0)]);
    let (not_back, took) = judge(&talk, Some(12.0));
    assert_eq!(not_back, 0);
    assert!((990.0..1_010.0).contains(&took.unwrap()), "{took:?}");

    // One side only.
    talk.clerk.peers[0].voice.alive = spans(&talk, &[(0.3, 5.0)]);
    assert_eq!(judge(&talk, None), (1, None));
    assert_eq!(judge(&talk, Some(60.0)), (1, None), "the server gave it up");
    talk.clerk.peers[0].voice.alive = spans(&talk, &[(0.3, 5.0), (8.0, 8.1)]);
    assert_eq!(judge(&talk, None), (1, None), "only what had been sent before");
    talk.clerk.peers[0].voice.alive = spans(&talk, &[(0.3, 5.0)]);
    assert_eq!(judge(&talk, Some(8.1)), (0, None), "they had hung up meanwhile");

    // It had ended before, or began afterwards.
    talk.clerk.peers[0].voice.alive = spans(&talk, &[(0.3, 3.0), (9.0, 12.0)]);
    assert_eq!(judge(&talk, None), (0, None));
}
