//! Everything that was seen in a run, and what follows from it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use jiff::Timestamp;
use tokio::time::Instant;

use super::arrivals::Visits;
use super::faults::Injected;
use super::sampler::{self, Sample};
use super::stage::Stage;
use crate::ledger::log::{self, Records};
use crate::ledger::story::Shift;
use crate::ledger::{media, order, tickets, times};
use crate::measure::names::Latency;
use crate::measure::process::{percent_of_core, waiting_share};
use crate::measure::recorder::Distribution;
use crate::scenario::{MediaKind, Profile};

/// Everything that was seen in a run.
pub struct Evidence {
    /// What was run.
    pub scenario: String,
    /// In which form.
    pub profile: Profile,
    /// From which seed.
    pub seed: u64,
    /// When it began.
    pub started_at: Timestamp,
    /// What all clients shared.
    pub stage: Arc<Stage>,
    /// All residents.
    pub visits: Visits,
    /// All clerks.
    pub shifts: Vec<Shift>,
    /// What the database says; `None` if nobody may look.
    pub records: Option<Records>,
    /// What was broken.
    pub injected: Vec<Injected>,
    /// Looks at server, tester and machine.
    pub samples: Vec<Sample>,
    /// The looks at the begin and at the end of the load.
    pub loaded: (Sample, Sample),
    /// Media packets that the server passed on meanwhile.
    pub forwarded: Option<f64>,
    /// What the server still had for residents and calls after the last silence.
    pub left_behind: Option<f64>,
}

/// What follows from the evidence.
#[derive(Debug, Clone)]
pub struct Findings {
    /// Times, by name.
    pub times: BTreeMap<&'static str, Distribution>,
    /// Numbers, by name. What was not measured is not there.
    pub counts: BTreeMap<&'static str, f64>,
    /// What is wrong, in words.
    pub words: Vec<String>,
    /// How well the tester itself did.
    pub generator: Generator,
}

/// How well the tester itself did.
#[derive(Debug, Clone, Copy)]
pub struct Generator {
    /// By how much it did things later than planned.
    pub lateness: Distribution,
    /// Its CPU, of one core.
    pub cpu_percent: f64,
    /// How busy the whole machine was, of all cores.
    pub busy_percent: f64,
    /// Of the time that server or tester was ready to run, the share in which it had to wait for a core: of the two, the
    /// one that had to wait more.
    pub waited_percent: f64,
    /// Datagrams that were lost in full receive buffers.
    pub udp_drops: u64,
}

impl Evidence {
    /// Judges everything.
    #[must_use]
    pub fn judge(&self) -> Findings {
        let mut findings = Findings {
            times: BTreeMap::new(),
            counts: BTreeMap::new(),
            words: Vec::new(),
            generator: self.generator(),
        };
        self.judge_tickets(&mut findings);
        self.judge_media(&mut findings);
        self.judge_resources(&mut findings);
        let recorder = &self.stage.recorder;
        let breaks = Injected::breaks(&self.injected);
        let (stories, shifts) = (&self.visits.stories, &self.shifts);
        findings.count("assignments", times::assignments(stories, shifts, &breaks, recorder));
        times::hang_ups(stories, shifts, &breaks, recorder);
        let residents = &self.stage.plan.residents;
        let is_one_line = residents.languages.len() == 1 && residents.sign <= 0.0 && residents.patience.is_none();
        if is_one_line && self.injected.is_empty() {
            times::places(stories, shifts, recorder);
        }
        let not_back = times::resumes(stories, shifts, &breaks, recorder);
        findings.count("sessions_not_back", not_back);
        findings.count("links_lost", times::links_lost(stories, shifts, &breaks));
        findings.count("faults_injected", self.injected.len() as u64);
        findings.count("protocol_faults", self.stage.tally.protocol_faults.load(Relaxed));
        findings.count("problems_unexpected", self.stage.tally.problems_unexpected.load(Relaxed));
        findings.times = recorder.summaries();
        findings
    }

    fn judge_tickets(&self, findings: &mut Findings) {
        let (stories, shifts) = (&self.visits.stories, &self.shifts);
        let counts = tickets::judge(stories, shifts);
        findings.count("arrivals_planned", self.visits.planned);
        findings.count("arrivals_started", stories.len() as u64);
        findings.count("tickets_attempted", counts.attempted);
        findings.count("tickets_acknowledged", counts.acknowledged);
        findings.count("tickets_refused", counts.refused);
        findings.count("tickets_recovered", counts.recovered);
        findings.count("tickets_served", counts.served);
        findings.count("tickets_left", counts.left);
        findings.count("tickets_expired", counts.expired);
        findings.count("tickets_ended", counts.ended);
        findings.count("tickets_lost", counts.lost);
        findings.count("tickets_doubled", counts.doubled);
        findings.count("tickets_unexpected", counts.unexpected);
        findings.words.extend(counts.faults);
        findings.list("order_violations", order::violations(stories, shifts));
        if let Some(records) = &self.records {
            findings.list("log_violations", log::violations(records));
            findings.list("ledger_mismatches", log::mismatches(stories, shifts, records));
        }
    }

    fn judge_media(&self, findings: &mut Findings) {
        let kind = self.stage.plan.media.kind;
        if kind == MediaKind::None {
            return;
        }
        let (stories, shifts, recorder) = (&self.visits.stories, &self.shifts, &self.stage.recorder);
        let has_camera = kind == MediaKind::Video;
        let calls = media::calls(stories, shifts);
        let broken: Vec<Instant> = self.injected.iter().map(|injected| injected.at).collect();
        let counts = media::judge(&calls, &self.stage.media.sent, &broken);
        let breaks = Injected::breaks(&self.injected);
        findings.count("calls_established", times::setups(stories, &calls, has_camera, &breaks, recorder));
        let stopped = times::media_on(&calls, has_camera, &Injected::standstills(&self.injected), recorder);
        let broken_off = times::media_back(&calls, has_camera, &breaks, recorder);
        findings.count("calls_not_back", broken_off + stopped);
        findings.count("media_packets", counts.packets);
        findings.count("media_lost", counts.lost);
        findings.count("media_late", counts.late);
        findings.count("media_duplicated", counts.duplicated);
        findings.count("media_corrupt", counts.corrupt);
        findings.count("media_foreign", counts.foreign);
        findings.count("media_misrouted", counts.misrouted);
        findings.count("media_misnumbered", counts.misnumbered);
        findings.count("media_silent_streams", counts.silent_streams);
        let sent = counts.packets + counts.lost;
        if sent > 0 {
            findings.number("media_loss_percent", 100.0 * float(counts.lost) / float(sent));
        }
    }

    fn judge_resources(&self, findings: &mut Findings) {
        let found = sampler::resources(&self.samples);
        let (first, last) = self.loaded;
        // A server that was started anew has counted anew.
        let is_one_life = Injected::breaks(&self.injected).is_empty();
        let waits_only = is_one_life && self.stage.plan.media.kind == MediaKind::None;
        let numbers = [
            ("server_rss_mb", found.rss_mb),
            ("server_kb_per_waiting", found.kb_per_waiting.filter(|_| waits_only)),
            ("server_kb_per_call", found.kb_per_call.filter(|_| is_one_life)),
            ("server_rss_growth_percent", found.growth.map(|growth| growth.rss_percent)),
            ("server_fds_growth", found.growth.map(|growth| growth.fds)),
            ("server_threads_growth", found.growth.map(|growth| growth.threads)),
            ("server_left_behind", self.left_behind),
        ];
        for (name, number) in numbers {
            if let Some(number) = number {
                findings.number(name, number);
            }
        }
        let (Some(before), Some(after)) = (first.server, last.server) else { return };
        if is_one_life {
            let cpu_s = after.cpu_s - before.cpu_s;
            findings.number("server_cpu_percent", percent_of_core(cpu_s, last.at - first.at));
            if let Some(packets) = self.forwarded.filter(|packets| *packets >= 1_000.0) {
                findings.number("server_cpu_us_per_packet", 1e6 * cpu_s / packets);
            }
        }
    }

    fn generator(&self) -> Generator {
        let (first, last) = self.loaded;
        let of_server = first.server.zip(last.server).map_or(0.0, |(before, after)| waiting_share(&before, &after));
        let waited = of_server.max(waiting_share(&first.own, &last.own));
        Generator {
            lateness: Distribution::of(&self.stage.lateness()),
            cpu_percent: percent_of_core(last.own.cpu_s - first.own.cpu_s, last.at - first.at),
            waited_percent: 100.0 * waited,
            busy_percent: 100.0 * last.machine.busy_since(&first.machine),
            udp_drops: last.machine.udp_drops_since(&first.machine),
        }
    }
}

impl Findings {
    fn count(&mut self, name: &'static str, count: u64) {
        self.number(name, float(count));
    }

    fn number(&mut self, name: &'static str, number: f64) {
        self.counts.insert(name, number);
    }

    fn list(&mut self, name: &'static str, words: Vec<String>) {
        self.count(name, words.len() as u64);
        self.words.extend(words);
    }

    /// A time by its name.
    #[must_use]
    pub fn time(&self, latency: Latency) -> Option<&Distribution> {
        self.times.get(latency.name())
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of one run")]
const fn float(count: u64) -> f64 {
    count as f64
}
