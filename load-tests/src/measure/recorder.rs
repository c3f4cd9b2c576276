//! Where clients note times. One histogram for each, with three digits; sums up to two hours.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use hdrhistogram::Histogram;
use serde::Serialize;

use super::names::Latency;
use crate::scenario::bars::Stat;

/// The longest time that is told apart from longer ones, in microseconds.
const MOST_US: u64 = 2 * 3_600 * 1_000_000;

/// A histogram of microseconds.
#[must_use]
pub fn histogram() -> Histogram<u64> {
    #[expect(clippy::expect_used, reason = "the bounds are constants that the crate takes")]
    Histogram::new_with_bounds(1, MOST_US, 3).expect("these bounds are good")
}

/// Times of all kinds.
#[derive(Debug, Default)]
pub struct Recorder {
    times: Mutex<BTreeMap<Latency, Histogram<u64>>>,
}

impl Recorder {
    /// Notes one time.
    pub fn note(&self, latency: Latency, time: Duration) {
        let us = u64::try_from(time.as_micros()).unwrap_or(MOST_US);
        let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        times.entry(latency).or_insert_with(histogram).saturating_record(us);
    }

    /// Notes all times of a histogram.
    pub fn add(&self, latency: Latency, more: &Histogram<u64>) {
        let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        // Both have the same bounds, so that nothing can be out of range.
        let _same_bounds = times.entry(latency).or_insert_with(histogram).add(more);
    }

    /// The distribution of each time that was noted.
    #[must_use]
    pub fn summaries(&self) -> BTreeMap<&'static str, Distribution> {
        let times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        times.iter().map(|(latency, histogram)| (latency.name(), Distribution::of(histogram))).collect()
    }
}

/// A distribution in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Distribution {
    /// How many times were noted.
    pub count: u64,
    /// The mean.
    pub mean: f64,
    /// The median.
    pub p50: f64,
    /// The 95th percentile.
    pub p95: f64,
    /// The 99th percentile.
    pub p99: f64,
    /// The 99.9th percentile.
    #[serde(rename = "p99.9")]
    pub p999: f64,
    /// The largest.
    pub max: f64,
}

impl Distribution {
    /// The distribution of a histogram of microseconds.
    #[must_use]
    pub fn of(histogram: &Histogram<u64>) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "under two hours in microseconds")]
        let ms = |us: u64| us as f64 / 1_000.0;
        let at = |quantile| ms(histogram.value_at_quantile(quantile));
        Self {
            count: histogram.len(),
            mean: histogram.mean() / 1_000.0,
            p50: at(0.5),
            p95: at(0.95),
            p99: at(0.99),
            p999: at(0.999),
            max: ms(histogram.max()),
        }
    }

    /// One value of it.
    #[must_use]
    pub const fn value(&self, stat: Stat) -> f64 {
        match stat {
            Stat::P50 => self.p50,
            Stat::P95 => self.p95,
            Stat::P99 => self.p99,
            Stat::P999 => self.p999,
            Stat::Max => self.max,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_told_in_milliseconds() {
        let recorder = Recorder::default();
        for ms in 1..=1_000 {
            recorder.note(Latency::Join, Duration::from_millis(ms));
        }
        let mut more = histogram();
        more.record(2_000_000).unwrap();
        recorder.add(Latency::Join, &more);
        recorder.note(Latency::Forward, Duration::from_micros(1_500));

        let summaries = recorder.summaries();

        let join = summaries["join_ms"];
        let is_near = |value: f64, expected: f64| (value - expected).abs() <= expected / 500.0;
        assert_eq!(join.count, 1_001);
        assert!(is_near(join.p50, 501.0) && is_near(join.p99, 991.0) && is_near(join.max, 2_000.0), "{join:?}");
        assert!(is_near(summaries["forward_ms"].p50, 1.5));
    }
}
