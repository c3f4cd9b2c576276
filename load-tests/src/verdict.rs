//! Whether a run reached its bars, and whether it says anything at all.

use serde::Serialize;

use crate::measure::process::cores;
use crate::run::evidence::Findings;
use crate::scenario::bars::{Bar, Measure};

/// At most so late may the tester itself do what it planned, in milliseconds, in 99 of 100 cases.
const LATE_MS: f64 = 10.0;

/// At most so much of all cores may the tester itself take, in percent.
const OWN_CPU_PERCENT: f64 = 80.0;

/// A machine that is busier than this, in percent, is the bottleneck itself.
const BUSY_PERCENT: f64 = 95.0;

/// At most so many of the planned arrivals may be missing, as a share.
const MISSING_ARRIVALS: f64 = 0.001;

/// How far a time may be over its bar where only outcomes are judged.
const SLACK: f64 = 10.0;

/// What is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Judgement {
    /// Every bar; a run on a machine that was too busy is invalid.
    Bars,
    /// What came out, with ten times the patience; how fast it was says nothing on a busy machine.
    Outcomes,
}

/// What is said in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every bar was reached.
    Pass,
    /// A bar was not reached.
    Fail,
    /// The tester or the machine was the bottleneck.
    Invalid,
}

impl Verdict {
    /// The exit status.
    #[must_use]
    pub const fn status(self) -> u8 {
        match self {
            Self::Pass => 0,
            Self::Fail => 1,
            Self::Invalid => 2,
        }
    }
}

/// A bar with what was measured.
#[derive(Debug, Clone, Serialize)]
pub struct Judged {
    /// The bar.
    pub bar: Bar,
    /// What was measured; nothing, if it could not be.
    pub measured: Option<f64>,
    /// Whether that is good; `None` where it is not judged.
    pub holds: Option<bool>,
}

/// The whole judgement.
#[derive(Debug, Clone)]
pub struct Sentence {
    /// What is said in the end.
    pub verdict: Verdict,
    /// All bars.
    pub bars: Vec<Judged>,
    /// Why the run says nothing, if so.
    pub invalid: Vec<String>,
}

/// Judges.
///
/// A broken promise is one on any machine, so that a bar on an outcome fails the run even where it is invalid otherwise.
#[must_use]
pub fn judge(bars: &[Bar], findings: &Findings, judgement: Judgement) -> Sentence {
    let judged: Vec<Judged> = bars.iter().map(|bar| judge_bar(bar, findings, judgement)).collect();
    let invalid = invalidity(findings, judgement);
    let fails = |about_speed: bool| {
        judged.iter().any(|judged| judged.holds == Some(false) && judged.bar.is_about_speed() == about_speed)
    };
    let verdict = match (fails(false), invalid.is_empty(), fails(true)) {
        (true, _, _) => Verdict::Fail,
        (false, false, _) => Verdict::Invalid,
        (false, true, true) => Verdict::Fail,
        (false, true, false) => Verdict::Pass,
    };
    Sentence { verdict, bars: judged, invalid }
}

fn judge_bar(bar: &Bar, findings: &Findings, judgement: Judgement) -> Judged {
    let measured = match bar.measure {
        Measure::Time(latency, stat) => findings.time(latency).map(|times| times.value(stat)),
        Measure::Count(name) => findings.counts.get(name).copied(),
    };
    let is_time = matches!(bar.measure, Measure::Time(..));
    let holds = match judgement {
        // What cannot be measured cannot be good.
        Judgement::Bars => Some(measured.is_some_and(|measured| bar.holds(measured, 1.0))),
        Judgement::Outcomes if bar.is_about_speed() && !is_time => None,
        Judgement::Outcomes => Some(measured.is_some_and(|measured| bar.holds(measured, SLACK))),
    };
    Judged { bar: bar.clone(), measured, holds }
}

#[expect(clippy::cast_precision_loss, reason = "a number of cores")]
fn invalidity(findings: &Findings, judgement: Judgement) -> Vec<String> {
    let mut why = Vec::new();
    let count = |name| findings.counts.get(name).copied().unwrap_or(0.0);
    let (planned, started) = (count("arrivals_planned"), count("arrivals_started"));
    if planned - started > planned * MISSING_ARRIVALS {
        why.push(format!("{} of {planned} arrivals did not take place", planned - started));
    }
    if judgement == Judgement::Outcomes {
        return why;
    }
    let generator = &findings.generator;
    if generator.lateness.p99 > LATE_MS {
        why.push(format!("the tester was late: p99 {:.1} ms, {LATE_MS} at most", generator.lateness.p99));
    }
    let of_all = generator.cpu_percent / cores() as f64;
    if of_all > OWN_CPU_PERCENT {
        why.push(format!("the tester took {of_all:.0} % of all cores, {OWN_CPU_PERCENT} at most"));
    }
    if generator.busy_percent > BUSY_PERCENT {
        why.push(format!("the machine was busy: {:.0} %, {BUSY_PERCENT} at most", generator.busy_percent));
    }
    if generator.udp_drops > 0 {
        why.push(format!("{} datagrams were lost in full receive buffers", generator.udp_drops));
    }
    why
}
