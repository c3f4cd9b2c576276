//! When residents come, and who they are. The same seed gives the same people at the same moments.

use std::time::Duration;

use okienko::wire::Mode;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::values::exponential;
use super::{Plan, Process, Residents};

/// One resident as the schedule has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// When they come, from the start.
    pub at: Duration,
    /// Who they are, from 0.
    pub number: u64,
}

/// The moments of all arrivals. For `replace` those of the first `count`.
#[must_use]
pub fn arrivals(plan: &Plan, seed: u64) -> Vec<Arrival> {
    let arrivals = &plan.residents.arrivals;
    let mut rng = StdRng::seed_from_u64(seed);
    let most = arrivals.count.unwrap_or(u32::MAX);
    let mut found = Vec::new();
    // In units of the mean: how many have come by a moment is the integral of the rate.
    let mut wanted = 0.0;
    let mut passed = 0.0;
    for (index, (from, rate)) in arrivals.per_s.iter().enumerate() {
        let until = arrivals.per_s.get(index + 1).map_or(plan.duration.0, |(next, _)| next.0.min(plan.duration.0));
        let length = until.saturating_sub(from.0).as_secs_f64();
        let in_step = rate * length;
        loop {
            if wanted == 0.0 {
                wanted = passed + gap(arrivals.process, &mut rng);
            }
            if wanted > passed + in_step || found.len() >= most as usize {
                break;
            }
            let at = from.0 + Duration::from_secs_f64((wanted - passed) / rate);
            found.push(Arrival { at, number: found.len() as u64 });
            wanted += gap(arrivals.process, &mut rng);
        }
        passed += in_step;
    }
    found
}

fn gap(process: Process, rng: &mut StdRng) -> f64 {
    match process {
        Process::Poisson => exponential(rng),
        Process::Even | Process::Replace => 1.0,
    }
}

/// The chance of one person: the same for the same seed, whatever the others do.
#[must_use]
pub fn chance_of(seed: u64, number: u64) -> StdRng {
    // Far apart even for neighbours (Weyl sequence; Steele, Lea and Flood 2014).
    StdRng::seed_from_u64(seed ^ (number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

/// What a resident wants and how they are.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// The language in which they want to be served.
    pub language: String,
    /// How they want to talk.
    pub mode: Mode,
    /// How long they wait, if not for ever.
    pub patience: Option<Duration>,
}

impl Person {
    /// Draws a resident.
    #[must_use]
    pub fn draw(residents: &Residents, rng: &mut StdRng) -> Self {
        let all: u32 = residents.languages.iter().map(|(_, weight)| *weight).sum();
        let mut drawn = rng.random_range(0..all.max(1));
        let mut language = None;
        for (name, weight) in &residents.languages {
            if drawn < *weight {
                language = Some(name.clone());
                break;
            }
            drawn -= weight;
        }
        let signs = rng.random_bool(residents.sign.clamp(0.0, 1.0));
        Self {
            language: language.unwrap_or_else(|| "pl".to_owned()),
            mode: if signs { Mode::Sign } else { Mode::Video },
            patience: residents.patience.map(|times| times.sample(rng)),
        }
    }
}
