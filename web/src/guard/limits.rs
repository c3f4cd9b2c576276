//! How often one address, or one account, may do what costs us something.
//!
//! A bucket for each key: it holds as many as a minute allows, and fills steadily. Unlike `governor`'s, it can be asked
//! without taking, which failed logins need: only failures count, so a whole office may sign in at eight.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use okienko::config::LimitsConfig;

use crate::problem::{EdgeCode, Problem};

/// So many keys are remembered before those are forgotten that nothing is held against.
const TIDY_AT: usize = 10_000;

/// The limits of the edge. All of them live in memory: a restart forgives.
#[derive(Debug)]
pub struct Limits {
    /// New sessions of citizens, by household.
    pub sessions: Limit<IpAddr>,
    /// Status and matters of a site, by household.
    pub status: Limit<IpAddr>,
    /// Failed attempts to sign in, by household.
    pub logins_from: Limit<IpAddr>,
    /// Failed attempts to sign in, by account, as somebody may try one account from many addresses.
    pub logins_to: Limit<String>,
}

impl Limits {
    /// The limits as the settings have them.
    #[must_use]
    pub fn new(config: &LimitsConfig) -> Self {
        Self {
            sessions: Limit::new(config.sessions_per_min, EdgeCode::TooManyRequests),
            // A loader asks once a minute for each page in view, so one address needs many more of these.
            status: Limit::new(config.sessions_per_min.saturating_mul(20), EdgeCode::TooManyRequests),
            logins_from: Limit::new(config.logins_per_min_per_address, EdgeCode::TooManyLogins),
            logins_to: Limit::new(config.logins_per_min_per_account, EdgeCode::TooManyLogins),
        }
    }
}

/// So many a minute, all of them at once if need be.
#[derive(Debug)]
pub struct Limit<K> {
    per_minute: f64,
    code: EdgeCode,
    buckets: Mutex<HashMap<K, Bucket>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: f64,
    filled_at: Instant,
}

impl<K: Hash + Eq + Clone> Limit<K> {
    fn new(per_minute: u32, code: EdgeCode) -> Self {
        Self { per_minute: f64::from(per_minute), code, buckets: Mutex::default() }
    }

    /// Whether one more would be let through; counts nothing.
    ///
    /// # Errors
    /// The limit's code with the time to wait.
    pub fn check(&self, key: &K) -> Result<(), Problem> {
        self.settle(key, Instant::now(), 0.0)
    }

    /// Counts one more.
    ///
    /// # Errors
    /// The limit's code with the time to wait, if it was one too many.
    pub fn pass(&self, key: &K) -> Result<(), Problem> {
        self.settle(key, Instant::now(), 1.0)
    }

    fn settle(&self, key: &K, now: Instant, taken: f64) -> Result<(), Problem> {
        let per_s = self.per_minute / 60.0;
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= TIDY_AT {
            let is_held = |bucket: &Bucket| bucket.left + seconds_since(bucket, now) * per_s < self.per_minute;
            buckets.retain(|_, bucket| is_held(bucket));
        }
        let full = Bucket { left: self.per_minute, filled_at: now };
        let mut bucket = buckets.get(key).copied().unwrap_or(full);
        bucket.left = (bucket.left + seconds_since(&bucket, now) * per_s).min(self.per_minute);
        bucket.filled_at = now;
        let is_let_through = bucket.left >= 1.0;
        if is_let_through {
            bucket.left -= taken;
        }
        let missing = 1.0 - bucket.left;
        if bucket.left < self.per_minute {
            let _ = buckets.insert(key.clone(), bucket);
        }
        drop(buckets);
        if is_let_through {
            return Ok(());
        }
        Err(Problem::new(self.code).retry_after(whole_seconds(missing / per_s)))
    }
}

fn seconds_since(bucket: &Bucket, now: Instant) -> f64 {
    now.saturating_duration_since(bucket.filled_at).as_secs_f64()
}

/// Rounded up, at least one.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 3,600 by then")]
fn whole_seconds(seconds: f64) -> u32 {
    seconds.ceil().clamp(1.0, 3_600.0) as u32
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn one_too_many_is_refused_and_others_are_not_touched() {
        let (limit, now) = (Limit::new(3, EdgeCode::TooManyLogins), Instant::now());

        for _ in 0..3 {
            limit.settle(&"anna", now, 1.0).unwrap();
        }
        let refused = limit.settle(&"anna", now, 1.0).unwrap_err();

        assert_eq!((refused.code, refused.retry_after_s), (EdgeCode::TooManyLogins.into(), Some(20)));
        limit.settle(&"marek", now, 1.0).unwrap();
        limit.settle(&"anna", now + Duration::from_secs(20), 1.0).unwrap();
        limit.settle(&"anna", now + Duration::from_secs(21), 1.0).unwrap_err();
    }

    #[test]
    fn asking_takes_nothing() {
        let limit = Limit::new(1, EdgeCode::TooManyLogins);

        for _ in 0..5 {
            limit.check(&1).unwrap();
        }
        limit.pass(&1).unwrap();
        limit.check(&1).unwrap_err();
    }

    #[test]
    fn keys_that_nothing_is_held_against_are_forgotten() {
        let (limit, now) = (Limit::new(60, EdgeCode::TooManyRequests), Instant::now());

        for key in 0..TIDY_AT {
            limit.settle(&key, now, 1.0).unwrap();
        }
        limit.settle(&TIDY_AT, now + Duration::from_secs(60), 1.0).unwrap();

        assert_eq!(limit.buckets.lock().unwrap().len(), 1);
    }
}
