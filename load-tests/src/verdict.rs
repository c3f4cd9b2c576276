//! Whether a run reached its bars, and whether it says anything at all.

use serde::Serialize;

use crate::measure::process::cores;
use crate::run::evidence::{Findings, Generator};
use crate::scenario::bars::{Bar, Measure};

/// At most so late may the tester itself do what it planned, in milliseconds, in 99 of 100 cases.
const LATE_MS: f64 = 10.0;

/// At most so much of all cores may the tester itself take, in percent.
const OWN_CPU_PERCENT: f64 = 80.0;

/// A machine that lets server or tester wait for a core for more than this share of the time that they are ready to run,
/// in percent, is the bottleneck itself.
const WAITED_PERCENT: f64 = 25.0;

/// Unless it was mostly free, in percent: then only those waited who did something at the same moment, such as thousands
/// who are told their place at once, and one of whom has to be the last. What runs with a lower priority is not counted.
const BUSY_PERCENT: f64 = 50.0;

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
    /// What came out, with ten times the patience. A machine that was too busy makes such a run invalid only where even
    /// that was not enough.
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
    let fails = |about_speed: bool| {
        judged.iter().any(|judged| judged.holds == Some(false) && judged.bar.is_about_speed() == about_speed)
    };
    let mut invalid = missing_arrivals(findings);
    if judgement == Judgement::Bars || fails(true) {
        invalid.extend(bottlenecks(&findings.generator));
    }
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
    let holds = match judgement {
        // What cannot be measured cannot be good.
        Judgement::Bars => Some(measured.is_some_and(|measured| bar.holds(measured, 1.0))),
        Judgement::Outcomes if bar.is_about_cost() => None,
        Judgement::Outcomes => Some(measured.is_some_and(|measured| bar.holds(measured, SLACK))),
    };
    Judged { bar: bar.clone(), measured, holds }
}

fn missing_arrivals(findings: &Findings) -> Vec<String> {
    let count = |name| findings.counts.get(name).copied().unwrap_or(0.0);
    let (planned, started) = (count("arrivals_planned"), count("arrivals_started"));
    let are_missing = planned - started > planned * MISSING_ARRIVALS;
    let words = || format!("{} of {planned} arrivals did not take place", planned - started);
    are_missing.then(words).into_iter().collect()
}

/// Where the tester or the machine was the bottleneck.
#[expect(clippy::cast_precision_loss, reason = "a number of cores")]
fn bottlenecks(generator: &Generator) -> Vec<String> {
    let mut why = Vec::new();
    if generator.lateness.p99 > LATE_MS {
        why.push(format!("the tester was late: p99 {:.1} ms, {LATE_MS} at most", generator.lateness.p99));
    }
    let of_all = generator.cpu_percent / cores() as f64;
    if of_all > OWN_CPU_PERCENT {
        why.push(format!("the tester took {of_all:.0} % of all cores, {OWN_CPU_PERCENT} at most"));
    }
    if generator.waited_percent > WAITED_PERCENT && generator.busy_percent > BUSY_PERCENT {
        let waited = generator.waited_percent;
        why.push(format!("server or tester waited for a core {waited:.0} % of the time, {WAITED_PERCENT} at most"));
    }
    if generator.udp_drops > 0 {
        why.push(format!("{} datagrams were lost in full receive buffers", generator.udp_drops));
    }
    why
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::measure::recorder::{Distribution, histogram};

    /// A run in which everything took 100 ms and one ticket was served, by a tester that was this late.
    fn findings(late_ms: u64) -> Findings {
        let distribution = |ms: u64| {
            let mut times = histogram();
            times.record(1_000 * ms).unwrap();
            Distribution::of(&times)
        };
        Findings {
            times: BTreeMap::from([("join_ms", distribution(100))]),
            counts: BTreeMap::from([
                ("arrivals_planned", 1_000.0),
                ("arrivals_started", 1_000.0),
                ("tickets_served", 1.0),
                ("server_kb_per_waiting", 90.0),
            ]),
            words: Vec::new(),
            generator: Generator {
                lateness: distribution(late_ms),
                cpu_percent: 20.0,
                busy_percent: 100.0,
                waited_percent: 5.0,
                udp_drops: 0,
            },
        }
    }

    fn verdict(bars: &[&str], findings: &Findings, judgement: Judgement) -> Verdict {
        let bars: Vec<Bar> = bars.iter().map(|bar| Bar::try_from((*bar).to_owned()).unwrap()).collect();
        judge(&bars, findings, judgement).verdict
    }

    #[test]
    fn a_run_passes_or_fails_by_its_bars() {
        let quick = findings(1);

        assert_eq!(verdict(&["join_ms p99 <= 100.1", "tickets_served = 1"], &quick, Judgement::Bars), Verdict::Pass);
        assert_eq!(verdict(&["join_ms p99 <= 99"], &quick, Judgement::Bars), Verdict::Fail);
        assert_eq!(verdict(&["tickets_served = 2"], &quick, Judgement::Bars), Verdict::Fail);
        assert_eq!(verdict(&["tickets_lost = 0"], &quick, Judgement::Bars), Verdict::Fail, "it was not measured");
        assert_eq!([Verdict::Pass, Verdict::Fail, Verdict::Invalid].map(Verdict::status), [0, 1, 2]);
    }

    #[test]
    fn a_run_whose_tester_or_machine_was_the_bottleneck_says_nothing_about_speed() {
        let (fast, slow, broken) = (["join_ms p99 <= 1000"], ["join_ms p99 <= 9"], ["tickets_served = 2"]);
        let mut bad: Vec<Findings> = (0..5).map(|_| findings(1)).collect();
        bad[0] = findings(11);
        bad[1].generator.cpu_percent = 81.0 * cores() as f64;
        bad[2].generator.waited_percent = 26.0;
        bad[3].generator.udp_drops = 1;
        bad[4].counts.insert("arrivals_started", 998.0);
        for findings in &bad {
            assert_eq!(verdict(&fast, findings, Judgement::Bars), Verdict::Invalid);
            assert_eq!(verdict(&slow, findings, Judgement::Bars), Verdict::Invalid);
            assert_eq!(verdict(&broken, findings, Judgement::Bars), Verdict::Fail, "a broken promise is one anywhere");
        }
        let mut burst = findings(1);
        (burst.generator.waited_percent, burst.generator.busy_percent) = (37.0, 14.0);
        assert_eq!(verdict(&fast, &burst, Judgement::Bars), Verdict::Pass, "they waited for each other alone");
        // What came out can be judged all the same, if everybody came; what took very long cannot.
        for findings in &bad[..4] {
            assert_eq!(verdict(&fast, findings, Judgement::Outcomes), Verdict::Pass);
            assert_eq!(verdict(&slow, findings, Judgement::Outcomes), Verdict::Invalid);
            assert_eq!(verdict(&["tickets_served >= 2"], findings, Judgement::Outcomes), Verdict::Invalid);
            assert_eq!(verdict(&broken, findings, Judgement::Outcomes), Verdict::Fail);
        }
        assert_eq!(verdict(&fast, &bad[4], Judgement::Outcomes), Verdict::Invalid);
    }

    #[test]
    fn outcomes_have_ten_times_the_patience_and_do_not_look_at_resources() {
        let quick = findings(1);

        assert_eq!(verdict(&["join_ms p99 <= 11"], &quick, Judgement::Outcomes), Verdict::Pass);
        assert_eq!(verdict(&["join_ms p99 <= 9"], &quick, Judgement::Outcomes), Verdict::Fail);
        assert_eq!(verdict(&["server_kb_per_waiting <= 40"], &quick, Judgement::Outcomes), Verdict::Pass);
        for too_few in ["tickets_served = 2", "tickets_served >= 2"] {
            assert_eq!(verdict(&[too_few], &quick, Judgement::Outcomes), Verdict::Fail);
        }
    }
}
