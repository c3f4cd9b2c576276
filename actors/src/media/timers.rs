//! The deadlines of all connections of one arbiter: one heap, so that the port needs one sleep.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::{Duration, Instant};

use super::table::{LegId, SlotId};

/// Deadlines are rounded up to this. It joins time-outs that fall close together; NACK and reports bear 4 ms.
const TICK: Duration = Duration::from_millis(4);

/// A point on the arbiter's time line, in ticks since its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Tick(u64);

/// The heap of deadlines. A connection has one entry; a later deadline leaves it, and it re-arms when it comes up.
#[derive(Debug)]
pub(super) struct Timers {
    start: Instant,
    heap: BinaryHeap<Reverse<(Tick, SlotId, LegId)>>,
}

impl Timers {
    pub(super) fn new(start: Instant) -> Self {
        Self { start, heap: BinaryHeap::new() }
    }

    /// The first tick at or after `at`.
    pub(super) fn tick(&self, at: Instant) -> Tick {
        let nanos = at.saturating_duration_since(self.start).as_nanos();
        Tick(u64::try_from(nanos.div_ceil(TICK.as_nanos())).unwrap_or(u64::MAX))
    }

    /// Makes `leg` come up at `tick`.
    pub(super) fn arm(&mut self, tick: Tick, slot: SlotId, leg: LegId) {
        self.heap.push(Reverse((tick, slot, leg)));
    }

    /// The next connection whose tick has passed.
    pub(super) fn next_due(&mut self, now: Instant) -> Option<(Tick, SlotId, LegId)> {
        let Reverse((tick, _, _)) = self.heap.peek()?;
        if self.instant(*tick) > now {
            return None;
        }
        self.heap.pop().map(|Reverse(entry)| entry)
    }

    /// When the port must wake up.
    pub(super) fn next_at(&self) -> Option<Instant> {
        self.heap.peek().map(|Reverse((tick, _, _))| self.instant(*tick))
    }

    fn instant(&self, tick: Tick) -> Instant {
        self.start + Duration::from_nanos(tick.0.saturating_mul(TICK.as_nanos() as u64).min(u64::MAX / 4))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deadlines_come_up_in_order_and_never_early() {
        let start = Instant::now();
        let mut timers = Timers::new(start);
        let at = |ms| start + Duration::from_millis(ms);
        for (ms, leg) in [(30, 1), (10, 2), (11, 3)] {
            let tick = timers.tick(at(ms));
            timers.arm(tick, SlotId::test(0), LegId::test(leg));
        }

        assert_eq!(timers.next_at(), Some(at(12)));
        assert!(timers.next_due(at(11)).is_none());
        assert_eq!(timers.next_due(at(12)).map(|due| due.2), Some(LegId::test(2)));
        assert_eq!(timers.next_due(at(12)).map(|due| due.2), Some(LegId::test(3)));
        assert!(timers.next_due(at(12)).is_none());
    }
}
