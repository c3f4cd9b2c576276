//! Breaks the server on purpose, when the scenario says so.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use diesel::Connection;
use diesel::connection::SimpleConnection;
use diesel::sqlite::SqliteConnection;
use rand::rngs::StdRng;
use tokio::time::{Instant, sleep, sleep_until};

use super::stage::Stage;
use crate::ledger::times::{Break, Standstill};
use crate::measure::names::Latency;
use crate::scenario::faults::{Fault, FaultKind};
use crate::target::server::{Server, ServerError};

/// How long everybody may take to come back before the next round begins all the same.
const BACK_WITHIN: Duration = Duration::from_secs(60);

/// What was done.
#[derive(Debug, Clone)]
pub struct Injected {
    /// Which fault.
    pub kind: FaultKind,
    /// When it began.
    pub at: Instant,
    /// When the server was there again.
    pub over: Instant,
    /// Who did not come back in time, in words.
    pub missing: Vec<String>,
}

impl Injected {
    /// The moments at which connections were broken.
    #[must_use]
    pub fn breaks(all: &[Self]) -> Vec<Break> {
        let breaks = all.iter().filter(|injected| matches!(injected.kind, FaultKind::Kill | FaultKind::Terminate));
        breaks.map(|injected| Break { at: injected.at }).collect()
    }

    /// The times in which the server stood still.
    #[must_use]
    pub fn standstills(all: &[Self]) -> Vec<Standstill> {
        let stops = all.iter().filter(|injected| matches!(injected.kind, FaultKind::Stop(_)));
        stops.map(|injected| Standstill { at: injected.at, over: injected.over }).collect()
    }
}

/// Injects all faults of a plan, one after the other.
///
/// # Errors
/// [`ServerError`] if the server does not come back.
pub async fn inject(
    stage: Arc<Stage>,
    server: Arc<Server>,
    database: Option<PathBuf>,
    mut rng: StdRng,
) -> Result<Vec<Injected>, ServerError> {
    let mut faults: Vec<Fault> = stage.plan.faults.clone();
    faults.sort_by_key(|fault| fault.at);
    let mut injected = Vec::new();
    for fault in faults {
        sleep_until(stage.begin() + fault.at.0).await;
        for _ in 0..fault.rounds {
            if let Some(pause) = fault.pause {
                sleep(pause.sample(&mut rng)).await;
            }
            let at = Instant::now();
            let breaks = matches!(fault.kind, FaultKind::Kill | FaultKind::Terminate);
            if breaks {
                stage.board.fault();
            }
            act(&stage, &server, fault.kind, database.clone()).await?;
            let over = Instant::now();
            let missing = stage.board.all_back(BACK_WITHIN).await;
            injected.push(Injected { kind: fault.kind, at, over, missing });
        }
    }
    Ok(injected)
}

async fn act(stage: &Stage, server: &Server, kind: FaultKind, database: Option<PathBuf>) -> Result<(), ServerError> {
    match kind {
        FaultKind::Kill => {
            server.kill().await?;
            stage.recorder.note(Latency::Ready, server.start().await?);
        }
        FaultKind::Terminate => {
            server.stop().await?;
            stage.recorder.note(Latency::Ready, server.start().await?);
        }
        FaultKind::Stop(span) => server.pause(span).await?,
        FaultKind::LockDatabase(span) => {
            let Some(file) = database else { return Ok(()) };
            let locked = tokio::task::spawn_blocking(move || lock(&file));
            let connection = locked.await.map_err(std::io::Error::other)??;
            sleep(span).await;
            drop(connection);
        }
    }
    Ok(())
}

/// Takes the one lock for writing that SQLite has; it is given back when the connection goes.
fn lock(file: &std::path::Path) -> Result<SqliteConnection, ServerError> {
    let failed = |error: &dyn std::fmt::Display| ServerError::System(std::io::Error::other(error.to_string()));
    let mut connection = SqliteConnection::establish(&file.to_string_lossy()).map_err(|error| failed(&error))?;
    connection.batch_execute("PRAGMA busy_timeout = 10000; BEGIN IMMEDIATE;").map_err(|error| failed(&error))?;
    Ok(connection)
}
