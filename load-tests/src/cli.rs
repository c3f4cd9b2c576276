//! The command line.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::measure::names::{COUNTS, Latency};
use crate::prove::{PROOFS, prove};
use crate::report::Summary;
use crate::run::{self, RunError, RunOptions, TargetOptions};
use crate::scenario::{Profile, Scenario, shipped};
use crate::verdict::{self, Judgement, Verdict};

/// The exit status for what cannot be run.
const USAGE: u8 = 3;

/// The exit status for a server that is not there.
const UNREACHABLE: u8 = 4;

/// The environment variable with the demo accounts' password, for a server that somebody else started.
const PASSWORD: &str = "OKIENKO_LOAD_PASSWORD";

/// Puts an Okienko server under load, and says whether it kept its promises.
///
/// Exit status: 0 passed; 1 a bar was not reached; 2 INVALID, the tester or the machine was the bottleneck; 3 wrong usage
/// or a faulty scenario; 4 the server cannot be reached.
#[derive(Debug, Parser)]
#[command(name = "okienko-load", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Shows the scenarios that come with the program, and everything that is measured.
    List,
    /// Looks whether scenarios can be run.
    Validate {
        /// Files, or names of shipped scenarios.
        #[arg(required = true)]
        scenarios: Vec<String>,
    },
    /// Runs a scenario.
    Run(Box<RunArguments>),
    /// Shows that this tester notices servers that were broken on purpose.
    Prove {
        /// The server's program with failure points; `okienko-faults` beside this program if not said.
        #[arg(long, value_name = "PATH")]
        server: Option<PathBuf>,
        /// Where the servers' logs go.
        #[arg(long, value_name = "DIR", default_value = "target/okienko-load/prove")]
        out: PathBuf,
    },
}

#[derive(Debug, clap::Args)]
struct RunArguments {
    /// The name of a shipped scenario, or a file.
    scenario: String,
    /// The small form or the real thing.
    #[arg(long, value_enum, default_value_t)]
    profile: Profile,
    /// The server's program; the one beside this program if not said.
    #[arg(long, value_name = "PATH")]
    server: Option<PathBuf>,
    /// A server that runs already, such as http://127.0.0.1:8080, with the demo office; OKIENKO_LOAD_PASSWORD is the
    /// password of its demo accounts.
    #[arg(long, conflicts_with = "server")]
    url: Option<String>,
    /// The database: an empty one for the server that is started, or that of the server at --url, to read the log from.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Where summary.json and the server's log go.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// What all chance grows from; the scenario's own if not said.
    #[arg(long)]
    seed: Option<u64>,
    /// Judge what came out and not how fast it was, with ten times the patience: for machines that do other things too.
    #[arg(long)]
    outcomes: bool,
}

/// Runs the program.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let is_help = !error.use_stderr();
            say(&error.to_string(), is_help);
            return if is_help { ExitCode::SUCCESS } else { ExitCode::from(USAGE) };
        }
    };
    match arguments.command {
        Command::List => {
            say(&list(), true);
            ExitCode::SUCCESS
        }
        Command::Validate { scenarios } => validate(&scenarios),
        Command::Run(arguments) => start(*arguments),
        Command::Prove { server, out } => match server.map_or_else(|| beside("okienko-faults"), Ok) {
            Ok(program) => within_runtime(prove_all(program, out)),
            Err(words) => refuse(&words, USAGE),
        },
    }
}

/// Breaks one server after the other.
async fn prove_all(program: PathBuf, out: PathBuf) -> Result<u8, RunError> {
    let mut all_hold = true;
    for (at, proof) in PROOFS.iter().enumerate() {
        let proven = prove(*proof, &program, &out.join(at.to_string())).await?;
        all_hold &= proven.holds();
        let word = if proven.holds() { "ok" } else { "FAILED" };
        say(&format!("{word:<8}{:<40}{}\n", proof.fault, proof.points), true);
        for judged in proven.judged.iter().filter(|judged| !proven.holds() || judged.holds == Some(false)) {
            let measured = judged.measured.map_or_else(|| "not measured".to_owned(), |measured| measured.to_string());
            say(&format!("        {:<40}{measured}\n", String::from(judged.bar.clone())), true);
        }
    }
    Ok(if all_hold { Verdict::Pass.status() } else { Verdict::Fail.status() })
}

fn list() -> String {
    let mut text = String::from("Scenarios\n");
    for (name, source) in shipped::ALL {
        let purpose = Scenario::parse(source, name).map(|scenario| scenario.purpose).unwrap_or_default();
        text.push_str(&format!("  {name}\n"));
        text.extend(purpose.trim().lines().map(|line| format!("      {line}\n")));
    }
    text.push_str("\nTimes, in milliseconds: p50, p95, p99, p99.9 or max\n");
    text.extend(Latency::ALL.iter().map(|latency| format!("  {}\n", latency.name())));
    text.push_str("\nNumbers\n");
    text.extend(COUNTS.iter().map(|(name, meaning)| format!("  {name:<29}{meaning}\n")));
    text
}

fn validate(scenarios: &[String]) -> ExitCode {
    let mut status = ExitCode::SUCCESS;
    for name in scenarios {
        match Scenario::find(name) {
            Ok(scenario) => say(&format!("{name}: {} is valid\n", scenario.name), true),
            Err(error) => {
                say(&format!("{error}\n"), false);
                status = ExitCode::from(USAGE);
            }
        }
    }
    status
}

fn start(arguments: RunArguments) -> ExitCode {
    let judgement = if arguments.outcomes { Judgement::Outcomes } else { Judgement::Bars };
    let options = match options(arguments) {
        Ok(options) => options,
        Err(words) => return refuse(&words, USAGE),
    };
    within_runtime(conduct(options, judgement))
}

fn within_runtime(work: impl Future<Output = Result<u8, RunError>>) -> ExitCode {
    raise_file_limit();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return refuse(&error.to_string(), USAGE),
    };
    let ended = runtime.block_on(async {
        tokio::select! {
            ended = work => ended,
            // The server goes with the run.
            _ = tokio::signal::ctrl_c() => Ok(130),
        }
    });
    match ended {
        Ok(status) => ExitCode::from(status),
        Err(error @ RunError::Usage(_)) => refuse(&error.to_string(), USAGE),
        Err(error @ RunError::Unreachable(_)) => refuse(&error.to_string(), UNREACHABLE),
    }
}

fn options(arguments: RunArguments) -> Result<RunOptions, String> {
    let RunArguments { scenario, profile, server, url, database, out, seed, .. } = arguments;
    let scenario = Scenario::find(&scenario).map_err(|error| error.to_string())?;
    let target = match url {
        Some(url) => {
            let password = std::env::var(PASSWORD)
                .map_err(|_| format!("--url needs the demo accounts' password in {PASSWORD}"))?;
            TargetOptions::Given { url, password, database }
        }
        None => TargetOptions::Own { program: server.map_or_else(|| beside("okienko"), Ok)?, database },
    };
    let out = out.unwrap_or_else(|| {
        Path::new("target").join("okienko-load").join(format!("{}-{}", scenario.name, profile.word()))
    });
    Ok(RunOptions { seed: seed.unwrap_or(scenario.seed), scenario, profile, target, out })
}

/// The server's program of this name beside this one.
fn beside(name: &str) -> Result<PathBuf, String> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let server = own.with_file_name(name);
    if server.is_file() {
        return Ok(server);
    }
    Err(format!("there is no server at {}: build it (README), or say --server", server.display()))
}

async fn conduct(options: RunOptions, judgement: Judgement) -> Result<u8, RunError> {
    let server = match &options.target {
        TargetOptions::Own { program, database } => match database {
            Some(database) => format!("{} on {}", program.display(), without_password(database)),
            None => program.display().to_string(),
        },
        TargetOptions::Given { url, .. } => url.clone(),
    };
    let (out, bars) = (options.out.clone(), options.scenario.plan(options.profile).bars.clone());
    let evidence = run::run(options).await?;
    let findings = evidence.judge();
    let sentence = verdict::judge(&bars, &findings, judgement);
    let summary = Summary::of(&evidence, &findings, &sentence, judgement, server);
    say(&summary.table(), true);
    let file = out.join("summary.json");
    let written = serde_json::to_string_pretty(&summary)
        .map_err(io::Error::other)
        .and_then(|text| std::fs::write(&file, text + "\n"));
    written.map_err(|error| RunError::Usage(format!("{}: {error}", file.display())))?;
    Ok(sentence.verdict.status())
}

/// A database's address as it may be shown.
fn without_password(database: &str) -> String {
    match (database.split_once("://"), database.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://…@{host}"),
        _ => database.to_owned(),
    }
}

/// Each client takes a descriptor.
fn raise_file_limit() {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    if let Ok((_, hard)) = getrlimit(Resource::RLIMIT_NOFILE) {
        // Where the system does not allow it, the run says what it could not open.
        let _raised_or_not = setrlimit(Resource::RLIMIT_NOFILE, hard, hard);
    }
}

fn refuse(words: &str, status: u8) -> ExitCode {
    say(&format!("okienko-load: {words}\n"), false);
    ExitCode::from(status)
}

fn say(text: &str, is_answer: bool) {
    // A reader that has gone wants to read nothing.
    let _written_or_gone =
        if is_answer { io::stdout().write_all(text.as_bytes()) } else { io::stderr().write_all(text.as_bytes()) };
}
