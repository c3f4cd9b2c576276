//! How often a child may be built anew before it is given up.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// At most so many restarts within a window of time. Pure: the caller brings the time.
#[derive(Debug, Clone)]
pub(crate) struct RestartBudget {
    most: usize,
    window: Duration,
    spent_at: VecDeque<Instant>,
}

impl RestartBudget {
    /// Allows `most` restarts in each stretch of time of this length.
    #[must_use]
    pub(crate) const fn new(most: usize, window: Duration) -> Self {
        Self { most, window, spent_at: VecDeque::new() }
    }

    /// Takes one restart out of the budget; false if none is left, and then nothing is taken.
    pub(crate) fn spend(&mut self, now: Instant) -> bool {
        self.forget_old(now);
        if self.spent_at.len() >= self.most {
            return false;
        }
        self.spent_at.push_back(now);
        true
    }

    /// Whether nothing within the window was spent, so that the budget need not be kept.
    pub(crate) fn is_untouched(&mut self, now: Instant) -> bool {
        self.forget_old(now);
        self.spent_at.is_empty()
    }

    fn forget_old(&mut self, now: Instant) {
        while let Some(first) = self.spent_at.front() {
            if now.saturating_duration_since(*first) < self.window {
                break;
            }
            self.spent_at.pop_front();
        }
    }
}

impl Default for RestartBudget {
    /// 5 in 60 seconds, for every kind of child but rooms, whose settings say it.
    fn default() -> Self {
        Self::new(5, Duration::from_secs(60))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixth_restart_within_a_minute_is_refused() {
        let start = Instant::now();
        let mut budget = RestartBudget::default();

        let allowed: Vec<_> = (0..6).map(|second| budget.spend(start + Duration::from_secs(second))).collect();

        assert_eq!(allowed, [true, true, true, true, true, false]);
    }

    #[test]
    fn an_old_restart_no_longer_counts() {
        let start = Instant::now();
        let mut budget = RestartBudget::default();
        for _ in 0..5 {
            assert!(budget.spend(start));
        }

        assert!(!budget.spend(start + Duration::from_secs(59)));
        assert!(budget.spend(start + Duration::from_secs(60)));
    }

    #[test]
    fn a_refused_restart_costs_nothing() {
        let start = Instant::now();
        let mut budget = RestartBudget::new(1, Duration::from_secs(10));
        assert!(budget.spend(start));
        assert!(!budget.spend(start + Duration::from_secs(9)));

        assert!(budget.spend(start + Duration::from_secs(10)));
        assert!(!budget.is_untouched(start + Duration::from_secs(19)));
        assert!(budget.is_untouched(start + Duration::from_secs(20)));
    }
}
