//! What the form of a scenario cannot say: which values do not go together.

use okienko::config::Config;

use super::faults::FaultKind;
use super::{MediaKind, Plan, Process, SCHEMA_VERSION, Scenario};

/// A call without media is given up by the server after a minute.
const UNCONNECTED_CALL_S: u64 = 60;

/// Everything that is wrong, as sentences.
pub(super) fn faults(scenario: &Scenario) -> Vec<String> {
    let mut faults = Vec::new();
    if scenario.schema_version != SCHEMA_VERSION {
        let found = scenario.schema_version;
        faults.push(format!("schema_version is {found}; this program knows {SCHEMA_VERSION}"));
    }
    if scenario.purpose.trim().is_empty() {
        faults.push("purpose: say what the scenario proves".to_owned());
    }
    for (name, plan) in [("ci", &scenario.profiles.ci), ("full", &scenario.profiles.full)] {
        let of_plan = faults_of(plan);
        faults.extend(of_plan.into_iter().map(|fault| format!("profiles.{name}.{fault}")));
    }
    faults
}

fn faults_of(plan: &Plan) -> Vec<String> {
    let mut faults = Vec::new();
    let mut unless = |holds: bool, fault: &str| {
        if !holds {
            faults.push(fault.to_owned());
        }
    };
    let residents = &plan.residents;
    let share = |value: f64| (0.0..=1.0).contains(&value);
    unless(!plan.duration.0.is_zero(), "duration is longer than nothing");
    unless(share(residents.absent), "residents.absent is a share from 0 to 1");
    unless(share(residents.hang_up), "residents.hang_up is a share from 0 to 1");
    unless(share(residents.sign), "residents.sign is a share from 0 to 1");
    unless(residents.languages.iter().any(|(_, weight)| *weight > 0), "residents.languages has one with a weight");
    let rates = &residents.arrivals.per_s;
    unless(rates.iter().any(|(_, rate)| *rate > 0.0), "residents.arrivals.per_s has a rate above 0");
    unless(rates.iter().all(|(_, rate)| (0.0..=10_000.0).contains(rate)), "residents.arrivals.per_s is 10000 at most");
    unless(rates.iter().is_sorted_by_key(|(from, _)| *from), "residents.arrivals.per_s goes forward in time");
    let replaces = residents.arrivals.process == Process::Replace;
    unless(!replaces || residents.arrivals.count.is_some(), "residents.arrivals.count is needed for 'replace'");
    unless((1..=500).contains(&plan.clerks.count), "clerks.count is from 1 to 500");
    unless(!plan.clerks.skills.is_empty(), "clerks.skills has at least one entry");
    let is_spoken = |language: &String| plan.clerks.skills.iter().any(|skills| skills.languages.contains(language));
    let wished = residents.languages.iter().map(|(language, _)| language);
    unless(wished.clone().all(is_spoken), "clerks.skills covers all languages of the residents");
    unless(
        residents.sign <= 0.0 || plan.clerks.skills.iter().any(|skills| skills.sign),
        "clerks.skills has somebody who signs, since residents do",
    );
    let media = &plan.media;
    unless(
        media.kind != MediaKind::None || plan.clerks.talk.most().as_secs() < UNCONNECTED_CALL_S,
        "clerks.talk is under a minute where no media are sent: the server gives such a call up",
    );
    unless((1..=60).contains(&media.fps), "media.fps is from 1 to 60");
    unless((1..=16).contains(&media.packets_per_frame), "media.packets_per_frame is from 1 to 16");
    unless((80..=1_180).contains(&media.packet_bytes), "media.packet_bytes is from 80 to 1180");
    for fault in &plan.faults {
        unless(fault.at < plan.duration, "faults.at is before the end of duration");
        unless(fault.rounds >= 1, "faults.rounds is at least 1");
        unless(fault.rounds == 1 || fault.pause.is_some(), "faults.pause is needed for several rounds");
        let lasts = match fault.kind {
            FaultKind::Stop(span) | FaultKind::LockDatabase(span) => span.as_secs(),
            FaultKind::Kill | FaultKind::Terminate => 0,
        };
        unless(lasts <= 120, "faults.kind lasts two minutes at most");
    }
    unless(!plan.bars.is_empty(), "bars: say what must hold");
    faults.extend(faults_of_settings(plan));
    faults
}

/// The server's own words about settings that it would not take.
fn faults_of_settings(plan: &Plan) -> Vec<String> {
    match Config::load(None, plan.environment().into_iter()) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.iter().map(|fault| format!("server: {fault}")).collect(),
    }
}

impl Plan {
    /// The settings for the server, as its environment.
    #[must_use]
    pub fn environment(&self) -> Vec<(String, String)> {
        let name = |key: &str| format!("OKIENKO__{}", key.replace('.', "__").to_uppercase());
        self.server.iter().map(|(key, value)| (name(key), value.to_string())).collect()
    }
}
