//! Counts that many clients raise.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

/// What went wrong besides the promises themselves.
#[derive(Debug, Default)]
pub struct Tally {
    /// Frames that could not be read, or were out of sequence.
    pub protocol_faults: AtomicU64,
    /// Refusals that nothing explains.
    pub problems_unexpected: AtomicU64,
    /// What they said, and how often.
    words: Mutex<BTreeMap<String, u64>>,
}

impl Tally {
    /// Counts a refusal, or a failure of the client's own stack, that nothing explains.
    pub fn note_problem(&self, word: &str) {
        self.problems_unexpected.fetch_add(1, Relaxed);
        *self.words.lock().unwrap_or_else(PoisonError::into_inner).entry(word.to_owned()).or_default() += 1;
    }

    /// What was said, and how often.
    #[must_use]
    pub fn problems(&self) -> BTreeMap<String, u64> {
        self.words.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
