//! What comes from outside the rules: the time, randomness, and failures on purpose. All are handed in, so that tests can
//! set them.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{Timestamp, Unit};

use crate::failures::Failures;

mod steady;

use steady::Steady;

type Clock = dyn Fn() -> Timestamp + Send + Sync;
type Entropy = dyn Fn(&mut [u8]) + Send + Sync;

/// The time, randomness and failure points of this process. Cheap to clone.
#[derive(Clone)]
pub struct World {
    clock: Arc<Clock>,
    entropy: Arc<Entropy>,
    failures: Failures,
}

impl World {
    /// The real world: the system's clock, made steady, and the system's randomness.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system's clock")]
    pub fn real() -> Self {
        let begun = Instant::now();
        Self::steady(
            Timestamp::now,
            move || begun.elapsed(),
            |bytes| {
                #[expect(clippy::expect_used, reason = "without the system's randomness no token would be safe")]
                getrandom::fill(bytes).expect("the system's randomness is there");
            },
        )
    }

    /// A world whose time goes on evenly as `ticks` does and shows what `wall` shows: when that is set, forwards or back,
    /// it follows slowly, so that deadlines keep their length.
    pub fn steady(
        wall: impl Fn() -> Timestamp + Send + Sync + 'static,
        ticks: impl Fn() -> Duration + Send + Sync + 'static,
        entropy: impl Fn(&mut [u8]) + Send + Sync + 'static,
    ) -> Self {
        let clock = Steady::new(wall, ticks);
        Self::new(move || clock.now(), entropy)
    }

    /// A world of the caller's making.
    pub fn new(
        clock: impl Fn() -> Timestamp + Send + Sync + 'static,
        entropy: impl Fn(&mut [u8]) + Send + Sync + 'static,
    ) -> Self {
        Self { clock: Arc::new(clock), entropy: Arc::new(entropy), failures: Failures::default() }
    }

    /// The same world, in which these failures happen.
    #[must_use]
    pub fn with_failures(self, failures: Failures) -> Self {
        Self { failures, ..self }
    }

    /// The places where something may go wrong on purpose.
    #[must_use]
    pub const fn failures(&self) -> &Failures {
        &self.failures
    }

    /// The present instant, cut to microseconds, which is what the databases keep.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let now = (self.clock)();
        now.round(jiff::TimestampRound::new().smallest(Unit::Microsecond).mode(jiff::RoundMode::Trunc)).unwrap_or(now)
    }

    /// `N` random bytes.
    #[must_use]
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.entropy)(&mut bytes);
        bytes
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").finish_non_exhaustive()
    }
}
