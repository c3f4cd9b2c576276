//! Real media: every call is a real connection on each side, and every packet says whose it is.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hdrhistogram::Histogram;
use tokio::time::Instant;

pub mod check;
mod control;
pub mod packet;
pub mod peer;
mod sender;
pub mod sent;

use crate::measure::recorder::{Recorder, histogram};

/// Payload type of Opus, as browsers have it.
const OPUS: u8 = 111;

/// Payload type of VP8, as browsers have it.
const VP8: u8 = 96;

/// A packet of voice lasts so long.
const VOICE_EVERY: Duration = Duration::from_millis(20);

/// The same in ticks of the RTP clock.
const VOICE_TICK: u32 = 960;

/// The tester's clock: nanoseconds since it began.
#[derive(Debug, Clone, Copy)]
pub struct Clock(Instant);

impl Clock {
    /// A clock that begins now.
    #[must_use]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// A moment in nanoseconds.
    #[must_use]
    pub fn ns(&self, at: Instant) -> u64 {
        u64::try_from(at.saturating_duration_since(self.0).as_nanos()).unwrap_or(u64::MAX)
    }
}

/// What all connections share.
#[derive(Debug)]
pub struct MediaShared {
    /// The clock of all stamps.
    pub clock: Clock,
    /// Where times go.
    pub recorder: Arc<Recorder>,
    /// What was sent.
    pub sent: sent::SentLog,
    /// By how much packets were sent later than planned, in microseconds.
    lateness: Mutex<Histogram<u64>>,
}

impl MediaShared {
    /// Nothing sent yet.
    #[must_use]
    pub fn new(recorder: Arc<Recorder>) -> Self {
        let lateness = Mutex::new(histogram());
        Self { clock: Clock::start(), recorder, sent: sent::SentLog::default(), lateness }
    }

    fn note_lateness(&self, planned: Instant) {
        let late = Instant::now().saturating_duration_since(planned);
        let us = u64::try_from(late.as_micros()).unwrap_or(u64::MAX);
        self.lateness.lock().unwrap_or_else(PoisonError::into_inner).saturating_record(us);
    }

    /// By how much packets were sent later than planned, in microseconds.
    #[must_use]
    pub fn lateness(&self) -> Histogram<u64> {
        self.lateness.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
