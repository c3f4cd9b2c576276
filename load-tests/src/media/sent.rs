//! What was sent, so that it can be said afterwards what should have arrived.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::packet::Stream;

/// How often a sender notes how far it is.
const NOTED_EVERY: Duration = Duration::from_millis(100);

/// A stream of one connection of a member.
pub type SentKey = (u128, u32, Stream);

/// How far each stream was at which moments.
#[derive(Debug, Default)]
pub struct SentLog {
    streams: Mutex<BTreeMap<SentKey, Vec<(Instant, u64)>>>,
}

impl SentLog {
    /// Notes that the packet with this counter has just been sent.
    pub fn note(&self, key: SentKey, at: Instant, counter: u64) {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        let moments = streams.entry(key).or_default();
        if moments.last().is_none_or(|(last, _)| at.duration_since(*last) >= NOTED_EVERY) {
            moments.push((at, counter));
        }
    }

    /// The highest counter that was surely sent by a moment.
    #[must_use]
    pub fn sent_by(&self, key: SentKey, at: Instant) -> Option<u64> {
        let streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        let moments = streams.get(&key)?;
        let until = moments.partition_point(|(noted, _)| *noted <= at);
        moments.get(until.checked_sub(1)?).map(|(_, counter)| *counter)
    }

    /// The streams of a member, with the first and the last moment of each.
    #[must_use]
    pub fn of_member(&self, member: u128) -> Vec<(SentKey, Instant, Instant)> {
        let streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        let own = streams.range((member, 0, Stream::Voice)..=(member, u32::MAX, Stream::Camera));
        own.filter_map(|(key, moments)| Some((*key, moments.first()?.0, moments.last()?.0))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_by_a_moment_is_known_to_a_tenth_of_a_second() {
        let (log, begin) = (SentLog::default(), Instant::now());
        let at = |ms| begin + Duration::from_millis(ms);
        for counter in 0..100 {
            log.note((7, 1, Stream::Voice), at(20 * counter), counter);
        }
        log.note((7, 2, Stream::Camera), at(5), 3);
        log.note((8, 1, Stream::Voice), at(5), 3);

        assert_eq!(log.sent_by((7, 1, Stream::Voice), at(1_050)), Some(50));
        assert_eq!(log.sent_by((7, 1, Stream::Voice), at(99_999)), Some(95));
        assert_eq!(log.sent_by((7, 2, Stream::Camera), at(4)), None);
        assert_eq!(log.sent_by((9, 1, Stream::Voice), at(4)), None);
        let keys: Vec<SentKey> = log.of_member(7).into_iter().map(|(key, ..)| key).collect();
        assert_eq!(keys, [(7, 1, Stream::Voice), (7, 2, Stream::Camera)]);
    }
}
