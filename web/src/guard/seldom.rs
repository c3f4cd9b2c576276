//! Saying something once a second, however often it happens: a flood must not become a flood of the log.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long it is quiet after it was said.
const QUIET: Duration = Duration::from_secs(1);

/// Counts what happens, and says when it is time to tell.
#[derive(Debug, Default)]
pub struct Seldom {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    told_at: Option<Instant>,
    untold: u64,
}

impl Seldom {
    /// Nothing has happened yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { state: Mutex::new(State { told_at: None, untold: 0 }) }
    }

    /// Counts one more. Gives how often it happened since it was told last, if it is to be told now.
    pub fn count(&self, now: Instant) -> Option<u64> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.untold += 1;
        if state.told_at.is_some_and(|at| now.saturating_duration_since(at) < QUIET) {
            return None;
        }
        state.told_at = Some(now);
        Some(std::mem::take(&mut state.untold))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_told_once_a_second_with_its_size() {
        let (seldom, start) = (Seldom::new(), Instant::now());

        let told: Vec<_> = (0..2_500).map(|at_ms| seldom.count(start + Duration::from_millis(at_ms))).collect();

        let told: Vec<u64> = told.into_iter().flatten().collect();
        assert_eq!(told, [1, 1_000, 1_000]);
    }
}
