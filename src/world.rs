//! What comes from outside the rules: the time and randomness. Both are handed in, so that tests can set them.

use std::fmt;
use std::sync::Arc;

use jiff::{Timestamp, Unit};

type Clock = dyn Fn() -> Timestamp + Send + Sync;
type Entropy = dyn Fn(&mut [u8]) + Send + Sync;

/// The time and randomness of this process. Cheap to clone.
#[derive(Clone)]
pub struct World {
    clock: Arc<Clock>,
    entropy: Arc<Entropy>,
}

impl World {
    /// The real world: the system's clock and the system's randomness.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system's clock")]
    pub fn real() -> Self {
        Self::new(Timestamp::now, |bytes| {
            #[expect(clippy::expect_used, reason = "without the system's randomness no token would be safe")]
            getrandom::fill(bytes).expect("the system's randomness is there");
        })
    }

    /// A world of the caller's making.
    pub fn new(
        clock: impl Fn() -> Timestamp + Send + Sync + 'static,
        entropy: impl Fn(&mut [u8]) + Send + Sync + 'static,
    ) -> Self {
        Self { clock: Arc::new(clock), entropy: Arc::new(entropy) }
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
