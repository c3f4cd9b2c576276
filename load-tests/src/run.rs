//! A run of a scenario, from an empty office to the verdict.

use std::net::{IpAddr, UdpSocket};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use okienko::world::World;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

mod arrivals;
pub mod board;
pub mod evidence;
pub mod faults;
mod office_under_test;
pub mod sampler;
pub mod stage;

use crate::client::clerk;
use crate::client::http::HttpError;
use crate::ledger::story::Shift;
use crate::measure::names::Latency;
use crate::measure::recorder::Recorder;
use crate::scenario::schedule::chance_of;
use crate::scenario::{Profile, Scenario};
use crate::target::office::{Account, SITE};
use crate::target::server::ServerError;
use evidence::Evidence;
use office_under_test::Office;
use sampler::Samples;
use stage::{Phase, Props, Stage};

/// How long clerks may take to be on duty.
const ON_DUTY_WITHIN: Duration = Duration::from_secs(60);

/// How long it may take in the end until the next one goes; the clerks all together.
const GONE_WITHIN: Duration = Duration::from_secs(30);

/// How long the office is left alone before the last look at an idle server.
const QUIET: Duration = Duration::from_secs(3);

/// The chance of faults is apart from that of people.
const FAULTS: u64 = 1 << 50;

/// What is to be run.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// What happens.
    pub scenario: Scenario,
    /// In which form.
    pub profile: Profile,
    /// What all chance grows from.
    pub seed: u64,
    /// What is put under load.
    pub target: TargetOptions,
    /// Where files go.
    pub out: PathBuf,
}

/// What is put under load.
#[derive(Debug, Clone)]
pub enum TargetOptions {
    /// A server that is started here.
    Own {
        /// The program.
        program: PathBuf,
        /// An empty database; a file of its own if not said.
        database: Option<String>,
    },
    /// A server that somebody else started.
    Given {
        /// Its address.
        url: String,
        /// The password of the demo accounts.
        password: String,
        /// Its database, to read the log from.
        database: Option<String>,
    },
}

/// Why there was no run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// What was asked for does not go together.
    #[error("{0}")]
    Usage(String),
    /// There is no server to put under load.
    #[error("the server cannot be reached: {0}")]
    Unreachable(String),
}

impl From<ServerError> for RunError {
    fn from(error: ServerError) -> Self {
        Self::Unreachable(error.to_string())
    }
}

impl From<HttpError> for RunError {
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::Address(_) => Self::Usage(error.to_string()),
            other => Self::Unreachable(other.to_string()),
        }
    }
}

/// Runs a scenario; gives everything that was seen.
///
/// # Errors
/// [`RunError`].
pub async fn run(options: RunOptions) -> Result<Evidence, RunError> {
    let started_at = World::real().now();
    std::fs::create_dir_all(&options.out)
        .map_err(|error| RunError::Usage(format!("{}: {error}", options.out.display())))?;
    let plan = options.scenario.plan(options.profile).clone();
    let recorder = Arc::new(Recorder::default());
    let office = Office::open(&options, &plan).await?;
    if let Some(took) = office.ready_after {
        recorder.note(Latency::Ready, took);
    }
    let (phase, phases) = watch::channel(Phase::Arriving);
    let http = office.http.clone();
    let props = Props {
        offer: http.offer_of(SITE).await?,
        local: local_ip(http.address().ip()),
        http,
        plan,
        seed: options.seed,
        recorder,
    };
    let stage = Arc::new(Stage::set(props, phases));
    let clerks = on_duty(&stage, &office.accounts).await?;
    let samples = Arc::new(Samples::default());
    let sampling = tokio::spawn(sampler::sample(Arc::clone(&samples), Arc::clone(&stage), office.server.clone()));
    let forwarded_before = stage.http.metric(FORWARDED).await.ok();

    let first = samples.take(&stage, office.server.as_deref());
    let residents = arrivals::start(&stage, options.seed);
    let injecting = match &office.server {
        Some(server) => {
            let database = office.sqlite_file.clone();
            let chance = chance_of(options.seed, FAULTS);
            tokio::spawn(faults::inject(Arc::clone(&stage), Arc::clone(server), database, chance))
        }
        None => tokio::spawn(async { Ok(Vec::new()) }),
    };
    sleep(stage.plan.duration.0).await;
    let injected = injecting.await.map_err(|error| RunError::Unreachable(error.to_string()))??;
    let last = samples.take(&stage, office.server.as_deref());
    let forwarded_after = stage.http.metric(FORWARDED).await.ok();

    phase.send_replace(Phase::Settling);
    settle(&stage).await;
    samples.take(&stage, office.server.as_deref());
    let left_behind = left_behind(&stage).await.ok();
    phase.send_replace(Phase::Closing);
    let visits = residents.finish(&stage, &phase, GONE_WITHIN).await;
    let shifts = all_gone(clerks, &phase).await;
    sampling.abort();
    let records = office.close(started_at).await?;
    Ok(Evidence {
        scenario: options.scenario.name.clone(),
        profile: options.profile,
        seed: options.seed,
        started_at,
        stage,
        visits,
        shifts,
        records,
        injected,
        samples: samples.all(),
        loaded: (first, last),
        forwarded: forwarded_before.zip(forwarded_after).map(|(before, after)| after - before),
        left_behind,
    })
}

/// What the server has for residents and calls while nobody is there: sessions, rooms, and members with a connection.
async fn left_behind(stage: &Stage) -> Result<f64, HttpError> {
    let mut sum = 0.0;
    for gauge in ["okienko_sessions", "okienko_rooms", "okienko_media_rooms", "okienko_media_members"] {
        sum += stage.http.metric(gauge).await?;
    }
    Ok(sum)
}

/// The server's own count of packets that it passed on.
const FORWARDED: &str = "okienko_media_forwarded_packets_total";

/// The address of this machine that reaches the server.
fn local_ip(server: IpAddr) -> IpAddr {
    if server.is_loopback() {
        return server;
    }
    let found = UdpSocket::bind("0.0.0.0:0").and_then(|socket| {
        socket.connect((server, 9))?;
        socket.local_addr()
    });
    found.map_or(server, |address| address.ip())
}

type Clerks = JoinSet<Result<Shift, HttpError>>;

/// Signs all clerks in and waits until they are on duty.
async fn on_duty(stage: &Arc<Stage>, accounts: &[Account]) -> Result<Clerks, RunError> {
    let mut clerks = JoinSet::new();
    let mut waits = Vec::new();
    for (number, account) in accounts.iter().enumerate() {
        let (ready, is_ready) = tokio::sync::oneshot::channel();
        clerks.spawn(clerk::work(Arc::clone(stage), number, account.clone(), ready));
        waits.push(is_ready);
    }
    let all = async {
        for is_ready in waits {
            if is_ready.await.is_err() {
                return false;
            }
        }
        true
    };
    if timeout(ON_DUTY_WITHIN, all).await.unwrap_or(false) {
        return Ok(clerks);
    }
    let mut why = "a clerk could not go on duty".to_owned();
    while let Some(Ok(ended)) = clerks.try_join_next() {
        if let Err(error) = ended {
            why = error.to_string();
        }
    }
    Err(RunError::Unreachable(why))
}

/// Waits until everybody has been served or has left, as long as the plan says; then the office is left alone for a
/// moment.
async fn settle(stage: &Stage) {
    let until = Instant::now() + stage.plan.settle.0;
    while Instant::now() < until && stage.in_flight.load(Relaxed) > 0 {
        sleep(Duration::from_millis(100)).await;
    }
    sleep(QUIET.min(until.saturating_duration_since(Instant::now()))).await;
}

async fn all_gone(mut clerks: Clerks, phase: &watch::Sender<Phase>) -> Vec<Shift> {
    let mut shifts = Vec::new();
    let gone = async {
        while let Some(ended) = clerks.join_next().await {
            shifts.extend(ended.ok().and_then(Result::ok));
        }
    };
    if timeout(GONE_WITHIN, gone).await.is_err() {
        phase.send_replace(Phase::Over);
        while let Some(ended) = clerks.join_next().await {
            shifts.extend(ended.ok().and_then(Result::ok));
        }
    }
    shifts
}
