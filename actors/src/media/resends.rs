//! Which requests for retransmission are granted: a pure rule for one connection. A receiver whose way is too narrow asks
//! for ever more of what it lost, and each packet sent again takes the place of a new one.

use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Of the media of the last second, so much may be sent again: one part in this.
const SHARE: usize = 5;
/// An older picture has been overtaken by a newer one.
const OLDEST_MS: u32 = 500;
/// Before the way there and back is known.
const RTT_UNKNOWN: Duration = Duration::from_millis(100);
/// The last second is kept in slots of this length.
const SLOT_MS: u32 = 100;
const SLOTS: usize = 10;
/// Packets remembered for each stream, which is what 500 ms of one camera bring; a power of two.
const REMEMBERED: usize = 256;
/// Streams that are remembered: more than a connection of ours has.
const MOST_STREAMS: usize = 64;

/// What becomes of a request for one packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Request {
    Granted,
    /// It was sent again a moment ago, and the request was under way by then.
    Repeated,
    /// It is too old, or unknown.
    Late,
    /// As much as may be was sent again.
    OverBudget,
}

/// What was sent over one connection, and what of it again.
#[derive(Debug, Default)]
pub(super) struct Resends {
    since: Option<Instant>,
    media: LastSecond,
    again: LastSecond,
    streams: HashMap<u32, Vec<Option<Sent>>>,
}

/// Kept small: there are hundreds for each stream. Times are from the first packet of the connection.
#[derive(Debug, Clone, Copy)]
struct Sent {
    sequence: u16,
    size_bytes: u16,
    at_ms: u32,
    again_ms: Option<u32>,
}

impl Resends {
    /// Notes that a packet goes out for the first time.
    pub(super) fn sent(&mut self, now: Instant, ssrc: u32, sequence: u16, size_bytes: usize) {
        let at_ms = self.ms(now);
        self.media.add(at_ms, size_bytes);
        if self.streams.len() >= MOST_STREAMS && !self.streams.contains_key(&ssrc) {
            return;
        }
        let stream = self.streams.entry(ssrc).or_insert_with(|| vec![None; REMEMBERED]);
        if let Some(place) = stream.get_mut(usize::from(sequence) % REMEMBERED) {
            let size_bytes = u16::try_from(size_bytes).unwrap_or(u16::MAX);
            *place = Some(Sent { sequence, size_bytes, at_ms, again_ms: None });
        }
    }

    /// Judges the request for one packet, and counts it as sent again when it is granted.
    pub(super) fn asked(&mut self, now: Instant, ssrc: u32, sequence: u16, rtt: Option<Duration>) -> Request {
        let now_ms = self.ms(now);
        let place = self.streams.get_mut(&ssrc).and_then(|stream| stream.get_mut(usize::from(sequence) % REMEMBERED));
        let Some(Some(sent)) = place else { return Request::Late };
        if sent.sequence != sequence || now_ms.saturating_sub(sent.at_ms) > OLDEST_MS {
            return Request::Late;
        }
        let rtt_ms = rtt.unwrap_or(RTT_UNKNOWN).as_millis();
        if sent.again_ms.is_some_and(|at_ms| u128::from(now_ms.saturating_sub(at_ms)) < rtt_ms) {
            return Request::Repeated;
        }
        let size_bytes = usize::from(sent.size_bytes);
        if (self.again.bytes(now_ms) + size_bytes) * SHARE > self.media.bytes(now_ms) {
            return Request::OverBudget;
        }
        sent.again_ms = Some(now_ms);
        self.again.add(now_ms, size_bytes);
        Request::Granted
    }

    /// Enough for 49 days of one connection.
    fn ms(&mut self, now: Instant) -> u32 {
        let since = *self.since.get_or_insert(now);
        u32::try_from(now.saturating_duration_since(since).as_millis()).unwrap_or(u32::MAX)
    }
}

/// Bytes of the last second.
#[derive(Debug, Default)]
struct LastSecond {
    /// Each with the number of the slot that it is for.
    slots: [(u32, usize); SLOTS],
}

impl LastSecond {
    fn add(&mut self, now_ms: u32, bytes: usize) {
        let slot = now_ms / SLOT_MS;
        let Some((number, sum)) = self.slots.get_mut(slot as usize % SLOTS) else { return };
        *sum = if *number == slot { *sum + bytes } else { bytes };
        *number = slot;
    }

    fn bytes(&self, now_ms: u32) -> usize {
        let slot = now_ms / SLOT_MS;
        self.slots.iter().filter(|(number, _)| number + SLOTS as u32 > slot).map(|(_, sum)| sum).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RTT: Option<Duration> = Some(Duration::from_millis(80));

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    /// A stream of 100 packets of 1000 bytes in the second before `now`; the last one has the number 99.
    fn one_second(now: Instant) -> Resends {
        let mut resends = Resends::default();
        for number in 0..100_u16 {
            resends.sent(now - ms(u64::from(99 - number) * 10), 7, number, 1000);
        }
        resends
    }

    #[test]
    fn a_fifth_of_the_last_second_is_sent_again_and_no_more() {
        let now = Instant::now() + ms(2_000);
        let mut resends = one_second(now);

        let answers: Vec<Request> = (60..100).map(|number| resends.asked(now, 7, number, RTT)).collect();

        assert!(answers[..20].iter().all(|answer| *answer == Request::Granted), "{answers:?}");
        assert!(answers[20..].iter().all(|answer| *answer == Request::OverBudget), "{answers:?}");
    }

    #[test]
    fn a_repeated_request_is_ignored_for_one_way_there_and_back() {
        let now = Instant::now() + ms(2_000);
        let mut resends = one_second(now);

        assert_eq!(resends.asked(now, 7, 90, RTT), Request::Granted);
        assert_eq!(resends.asked(now + ms(79), 7, 90, RTT), Request::Repeated);
        assert_eq!(resends.asked(now + ms(80), 7, 90, RTT), Request::Granted);
    }

    #[test]
    fn what_is_older_than_half_a_second_or_unknown_is_not_sent_again() {
        let now = Instant::now() + ms(2_000);
        let mut resends = one_second(now);

        assert_eq!(resends.asked(now, 7, 49, RTT), Request::Granted, "500 ms old");
        assert_eq!(resends.asked(now, 7, 48, RTT), Request::Late, "510 ms old");
        assert_eq!(resends.asked(now, 7, 100, RTT), Request::Late, "never sent");
        assert_eq!(resends.asked(now, 8, 90, RTT), Request::Late, "another stream");
    }

    proptest! {
        #[test]
        fn the_budget_holds_whatever_is_asked(asked in proptest::collection::vec((0_u64..3_000, 0_u16..600), 0..800)) {
            let start = Instant::now();
            let (mut resends, mut asked) = (Resends::default(), asked);
            asked.sort_unstable();
            let (mut sent, mut again) = (0_u16, Vec::new());
            for (at, number) in asked {
                while u64::from(sent) * 5 <= at {
                    resends.sent(start + ms(u64::from(sent) * 5), 7, sent, 1000);
                    sent += 1;
                }
                if resends.asked(start + ms(at), 7, number, RTT) == Request::Granted {
                    again.push(at);
                }
            }
            for end in (1_000..=3_000).step_by(100) {
                let within = again.iter().filter(|at| (end - 1_000..end).contains(*at)).count();
                prop_assert!(within <= 40 + 1, "{within} of 200 packets in the second before {end} ms");
            }
        }
    }
}
