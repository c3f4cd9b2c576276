//! Counts that any thread may read at any time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

/// What is counted of one kind of child.
#[derive(Debug, Default)]
pub(crate) struct BranchTally {
    /// Alive now.
    pub(crate) alive: AtomicU64,
    /// Died since the start.
    pub(crate) deaths: AtomicU64,
    /// Given up since the start.
    pub(crate) given_up: AtomicU64,
    /// Dropped since the start because they answered nothing; they are among the deaths.
    pub(crate) stuck: AtomicU64,
}

/// Everything that is counted.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) sessions: BranchTally,
    pub(crate) queues: BranchTally,
    pub(crate) presences: BranchTally,
    pub(crate) rooms: BranchTally,
    /// Tickets that wait, in all offices.
    pub(crate) waiting: AtomicU64,
    /// Checks of devices that go on.
    pub(crate) checks: AtomicUsize,
    /// Messages that a full mailbox refused.
    pub(crate) mailbox_refusals: AtomicU64,
    /// Store calls that were begun and are not answered.
    pub(crate) store_jobs: AtomicU64,
}

/// The place of one check of devices among those that may go on at once; free again when it is dropped.
pub(crate) struct CheckPlace(Arc<Tally>);

impl CheckPlace {
    /// None if as many go on as may.
    pub(crate) fn take(tally: &Arc<Tally>, most: usize) -> Option<Self> {
        let taken = tally.checks.fetch_update(Relaxed, Relaxed, |checks| (checks < most).then_some(checks + 1));
        taken.ok().map(|_| Self(Arc::clone(tally)))
    }
}

impl Drop for CheckPlace {
    fn drop(&mut self) {
        self.0.checks.fetch_sub(1, Relaxed);
    }
}

/// One line's share of the waiting tickets. Dropping it takes the share back, so that a line that died leaves nothing.
pub(crate) struct WaitingGauge {
    tally: Arc<Tally>,
    share: u64,
}

impl WaitingGauge {
    pub(crate) const fn new(tally: Arc<Tally>) -> Self {
        Self { tally, share: 0 }
    }

    /// Says how many wait in this line now.
    pub(crate) fn set(&mut self, waiting: u64) {
        self.tally.waiting.fetch_add(waiting, Relaxed);
        self.tally.waiting.fetch_sub(self.share, Relaxed);
        self.share = waiting;
    }
}

impl Drop for WaitingGauge {
    fn drop(&mut self) {
        self.tally.waiting.fetch_sub(self.share, Relaxed);
    }
}
