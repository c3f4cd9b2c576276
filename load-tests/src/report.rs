//! What a run leaves: a table for people, and `summary.json` for programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use crate::measure::names::COUNTS;
use crate::measure::process::Environment;
use crate::measure::recorder::Distribution;
use crate::run::evidence::{Evidence, Findings};
use crate::verdict::{Judged, Judgement, Sentence, Verdict};

/// At most so many findings are told.
const MOST_WORDS: usize = 20;

/// The version of the form of a summary; `load-tests/README.md` describes it.
pub const SCHEMA_VERSION: u32 = 1;

/// A run in figures.
#[derive(Debug, Serialize)]
pub struct Summary<'a> {
    schema_version: u32,
    scenario: &'a str,
    profile: &'static str,
    seed: u64,
    started_at: String,
    verdict: Verdict,
    judged: Judgement,
    invalid: &'a [String],
    bars: &'a [Judged],
    times: &'a BTreeMap<&'static str, Distribution>,
    counts: &'a BTreeMap<&'static str, f64>,
    findings: Vec<&'a String>,
    problems: BTreeMap<String, u64>,
    faults: Vec<FaultView>,
    generator: GeneratorView,
    environment: EnvironmentView,
}

#[derive(Debug, Serialize)]
struct FaultView {
    kind: String,
    at_s: f64,
    down_ms: f64,
    all_back: bool,
    missing: Vec<String>,
}

#[derive(Debug, Serialize)]
struct GeneratorView {
    lateness_ms: Distribution,
    cpu_percent: f64,
    machine_busy_percent: f64,
    waited_percent: f64,
    udp_drops: u64,
}

#[derive(Debug, Serialize)]
struct EnvironmentView {
    #[serde(flatten)]
    machine: Environment,
    tester_build: &'static str,
    server: String,
}

impl<'a> Summary<'a> {
    /// A run in figures. `server` says what was put under load.
    #[must_use]
    pub fn of(
        evidence: &'a Evidence,
        findings: &'a Findings,
        sentence: &'a Sentence,
        judged: Judgement,
        server: String,
    ) -> Self {
        let begin = evidence.stage.begin();
        let fault = |injected: &crate::run::faults::Injected| FaultView {
            kind: injected.kind.to_string(),
            at_s: injected.at.saturating_duration_since(begin).as_secs_f64(),
            down_ms: 1_000.0 * injected.over.duration_since(injected.at).as_secs_f64(),
            all_back: injected.missing.is_empty(),
            missing: injected.missing.clone(),
        };
        Self {
            schema_version: SCHEMA_VERSION,
            scenario: &evidence.scenario,
            profile: evidence.profile.word(),
            seed: evidence.seed,
            started_at: evidence.started_at.to_string(),
            verdict: sentence.verdict,
            judged,
            invalid: &sentence.invalid,
            bars: &sentence.bars,
            times: &findings.times,
            counts: &findings.counts,
            findings: findings.words.iter().take(MOST_WORDS).collect(),
            problems: evidence.stage.tally.problems(),
            faults: evidence.injected.iter().map(fault).collect(),
            generator: GeneratorView {
                lateness_ms: findings.generator.lateness,
                cpu_percent: findings.generator.cpu_percent,
                machine_busy_percent: findings.generator.busy_percent,
                waited_percent: findings.generator.waited_percent,
                udp_drops: findings.generator.udp_drops,
            },
            environment: EnvironmentView {
                machine: Environment::here(),
                tester_build: if cfg!(debug_assertions) { "debug" } else { "release" },
                server,
            },
        }
    }

    /// The same for people.
    #[must_use]
    pub fn table(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _infallible = self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        writeln!(text, "\n{} ({}), seed {}", self.scenario, self.profile, self.seed)?;
        if !self.times.is_empty() {
            let heads = ["", "count", "p50", "p95", "p99", "p99.9", "max"];
            let [name, count, p50, p95, p99, p999, max] = heads;
            writeln!(text, "\n{name:<20}{count:>9}{p50:>10}{p95:>10}{p99:>10}{p999:>10}{max:>10}")?;
        }
        for (name, times) in self.times {
            let Distribution { count, p50, p95, p99, p999, max, .. } = times;
            writeln!(text, "{name:<20}{count:>9}{p50:>10.2}{p95:>10.2}{p99:>10.2}{p999:>10.2}{max:>10.2}")?;
        }
        writeln!(text)?;
        for (name, _) in COUNTS {
            if let Some(value) = self.counts.get(name) {
                writeln!(text, "{name:<29}{value:>10}", value = short(*value))?;
            }
        }
        for fault in &self.faults {
            let back = if fault.all_back { "everybody back".to_owned() } else { fault.missing.join(", ") };
            writeln!(text, "fault {} at {:.1} s, down {:.0} ms, {back}", fault.kind, fault.at_s, fault.down_ms)?;
        }
        let generator = &self.generator;
        writeln!(
            text,
            "\ntester: late p99 {:.1} ms, CPU {:.0} % of a core; waited for a core {:.0} % of the time, with the machine {:.0} % busy; \
             {} datagrams dropped",
            generator.lateness_ms.p99,
            generator.cpu_percent,
            generator.waited_percent,
            generator.machine_busy_percent,
            generator.udp_drops
        )?;
        writeln!(text)?;
        for judged in self.bars {
            let word = match judged.holds {
                Some(true) => "ok",
                Some(false) => "FAILED",
                None => "not judged",
            };
            let measured = judged.measured.map_or_else(|| "not measured".to_owned(), short);
            writeln!(text, "{word:<11}{bar:<38}{measured}", bar = judged.bar.to_string())?;
        }
        for (code, times) in &self.problems {
            writeln!(text, "refused {times} times: {code}")?;
        }
        for finding in &self.findings {
            writeln!(text, "found: {finding}")?;
        }
        for why in self.invalid {
            writeln!(text, "INVALID: {why}")?;
        }
        let word = match self.verdict {
            Verdict::Pass => "PASS",
            Verdict::Fail => "FAIL",
            Verdict::Invalid => "INVALID",
        };
        writeln!(text, "\n{word}")
    }
}

/// A number without needless digits.
fn short(value: f64) -> String {
    if value.fract().abs() < 1e-9 { format!("{value:.0}") } else { format!("{value:.2}") }
}
