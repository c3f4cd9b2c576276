//! Looks at the server, the tester and the machine twice a second.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use tokio::time::{Instant, interval};

use super::stage::Stage;
use crate::measure::process::{Machine, Taken};
use crate::target::server::Server;

/// How often.
const EVERY: Duration = Duration::from_millis(500);

/// One look.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// When.
    pub at: Instant,
    /// What the server has taken, if it is there.
    pub server: Option<Taken>,
    /// What the tester has taken.
    pub own: Taken,
    /// How busy the machine is.
    pub machine: Machine,
    /// Residents who have come and not gone.
    pub in_flight: usize,
    /// Ends of calls with media.
    pub alive: usize,
}

/// All looks.
#[derive(Debug, Default)]
pub struct Samples(Mutex<Vec<Sample>>);

impl Samples {
    /// Looks once.
    pub fn take(&self, stage: &Stage, server: Option<&Server>) -> Sample {
        let sample = Sample {
            at: Instant::now(),
            server: server.and_then(Server::pid).and_then(Taken::by),
            own: Taken::by(std::process::id()).unwrap_or_default(),
            machine: Machine::now(),
            in_flight: stage.in_flight.load(Relaxed),
            alive: stage.board.present().1,
        };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(sample);
        sample
    }

    /// All looks so far.
    #[must_use]
    pub fn all(&self) -> Vec<Sample> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Looks until it is stopped.
pub async fn sample(samples: Arc<Samples>, stage: Arc<Stage>, server: Option<Arc<Server>>) {
    let mut ticks = interval(EVERY);
    loop {
        ticks.tick().await;
        samples.take(&stage, server.as_deref());
    }
}

/// What the looks say about the server's memory, descriptors and threads.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Resources {
    /// Memory at its most, in MiB.
    pub rss_mb: Option<f64>,
    /// Memory for each resident who waits, in KiB.
    pub kb_per_waiting: Option<f64>,
    /// Memory for each call, in KiB.
    pub kb_per_call: Option<f64>,
    /// Growth between two idle moments.
    pub growth: Option<Growth>,
}

/// Growth of the server between two idle moments of a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Growth {
    /// Of its memory, in percent.
    pub rss_percent: f64,
    /// Of its open descriptors.
    pub fds: f64,
    /// Of its threads.
    pub threads: f64,
}

/// Reads the looks.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of one machine")]
pub fn resources(samples: &[Sample]) -> Resources {
    let with_server: Vec<(&Sample, Taken)> =
        samples.iter().filter_map(|sample| Some((sample, sample.server?))).collect();
    let empty = with_server.iter().take_while(|(sample, _)| sample.in_flight == 0).last();
    let per = |most: Option<&(&Sample, Taken)>, count: fn(&Sample) -> f64| {
        let ((sample, taken), (_, before)) = (most?, empty?);
        let count = count(sample);
        (count >= 1.0).then(|| taken.rss_kb.saturating_sub(before.rss_kb) as f64 / count)
    };
    let fullest = with_server.iter().max_by_key(|(sample, _)| sample.in_flight);
    let busiest = with_server.iter().max_by_key(|(sample, _)| sample.alive);
    Resources {
        rss_mb: with_server.iter().map(|(_, taken)| taken.rss_kb).max().map(|kb| kb as f64 / 1_024.0),
        kb_per_waiting: per(fullest, |sample| sample.in_flight as f64),
        kb_per_call: per(busiest, |sample| sample.alive as f64 / 2.0),
        growth: growth(&with_server),
    }
}

/// Between the end of the first time that everybody had gone, and the end of the last one.
#[expect(clippy::cast_precision_loss, reason = "counts of one machine")]
fn growth(samples: &[(&Sample, Taken)]) -> Option<Growth> {
    let first_guest = samples.iter().position(|(sample, _)| sample.in_flight > 0)?;
    let guests = samples.get(first_guest..)?;
    let first_idle = guests.iter().position(|(sample, _)| sample.in_flight == 0)?;
    let idle = guests.get(first_idle..)?;
    let next_guest = idle.iter().position(|(sample, _)| sample.in_flight > 0)?;
    let (_, before) = idle.get(next_guest.checked_sub(1)?)?;
    let (_, after) = samples.last().filter(|(sample, _)| sample.in_flight == 0)?;
    Some(Growth {
        rss_percent: 100.0 * (after.rss_kb as f64 / before.rss_kb as f64 - 1.0),
        fds: after.fds as f64 - before.fds as f64,
        threads: after.threads as f64 - before.threads as f64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(in_flight: usize, alive: usize, rss_kb: u64) -> Sample {
        let taken = Taken { rss_kb, fds: rss_kb / 100, threads: 4, ..Taken::default() };
        Sample {
            at: Instant::now(),
            server: Some(taken),
            own: Taken::default(),
            machine: Machine::default(),
            in_flight,
            alive,
        }
    }

    #[test]
    fn memory_is_divided_by_those_who_need_it() {
        let found =
            resources(&[sample(0, 0, 9_000), sample(0, 0, 10_000), sample(100, 4, 14_000), sample(50, 0, 12_000)]);

        assert_eq!((found.kb_per_waiting, found.kb_per_call), (Some(40.0), Some(2_000.0)));
        assert_eq!((found.rss_mb, found.growth), (Some(14_000.0 / 1_024.0), None));
    }

    #[test]
    fn growth_is_what_is_left_between_two_idle_moments() {
        let looks = [(0, 5_000), (9, 9_000), (0, 8_000), (0, 10_000), (9, 20_000), (0, 12_000), (0, 10_200)];
        let looks: Vec<Sample> = looks.into_iter().map(|(guests, rss)| sample(guests, 0, rss)).collect();

        let growth = resources(&looks).growth.unwrap();

        assert!((growth.rss_percent - 2.0).abs() < 1e-9);
        assert!((growth.fds - 2.0).abs() < 1e-9 && growth.threads.abs() < 1e-9);
        assert_eq!(resources(&looks[..5]).growth, None, "nobody may be there at the end");
    }
}
