//! Whether the database is there to be asked. A file always is; a server may be gone, or worse, silent.
//!
//! While the circuit is open, jobs are refused at once and in words, instead of waiting for a server that may not come
//! back. One probe decides, on a connection of its own, so that neither a slow job opens the circuit nor a lucky one
//! closes it.
#![cfg_attr(not(feature = "postgres"), allow(dead_code, reason = "without a server there is nobody to probe"))]

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::store::error::StoreError;

/// How long a question may stay unanswered. With the time between two questions it makes the second within which a
/// dead database is noticed.
pub(super) const SILENCE: Duration = Duration::from_millis(700);

/// Closed as long as the database answers.
#[derive(Debug, Default)]
pub(super) struct Circuit {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Since when a question is unanswered.
    asked: Option<Instant>,
    /// Why the last question was not answered well.
    failed: Option<String>,
    /// Whether the log says that the circuit is open.
    is_told: bool,
}

impl Circuit {
    /// Lets a job pass.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] while the circuit is open; nothing is changed then.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        let mut state = self.state();
        let Some(why) = state.trouble() else { return Ok(()) };
        if !state.is_told {
            state.is_told = true;
            tracing::error!(error = %why, "the database does not answer; reads and writes are refused");
        }
        Err(StoreError::Unavailable(why))
    }

    /// A question was put.
    pub(super) fn asked(&self) {
        self.state().asked = Some(Instant::now());
    }

    /// It was answered.
    pub(super) fn answered(&self) {
        if std::mem::take(&mut *self.state()).is_told {
            tracing::info!("the database answers again");
        }
    }

    /// It was answered badly, or could not be put.
    pub(super) fn failed(&self, why: String) {
        {
            let mut state = self.state();
            state.asked = None;
            state.failed = Some(why);
        }
        // Says it in the log, if nobody has met it yet.
        let _open = self.check();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// While it asks again after a failure, the failure still holds.
    fn trouble(&self) -> Option<String> {
        if let Some(why) = &self.failed {
            return Some(why.clone());
        }
        let silent = self.asked.is_some_and(|since| since.elapsed() > SILENCE);
        silent.then(|| "the database server is silent".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_open(circuit: &Circuit) -> bool {
        matches!(circuit.check(), Err(StoreError::Unavailable(_)))
    }

    #[test]
    fn a_failure_opens_the_circuit_until_an_answer_comes() {
        let circuit = Circuit::default();
        assert!(!is_open(&circuit));

        circuit.asked();
        assert!(!is_open(&circuit), "it may still be answered in time");
        circuit.failed("refused".to_owned());
        assert!(is_open(&circuit));
        circuit.asked();
        assert!(is_open(&circuit), "asking again is no answer");
        circuit.answered();
        assert!(!is_open(&circuit));
    }

    #[test]
    fn silence_opens_the_circuit_too() {
        let circuit = Circuit::default();
        circuit.state().asked = Instant::now().checked_sub(SILENCE * 2);

        assert!(is_open(&circuit));
        circuit.answered();
        assert!(!is_open(&circuit));
    }
}
