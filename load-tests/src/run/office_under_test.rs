//! The office that a run serves: a server of our own with a database of its own, or one that somebody else started.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use okienko::domain::event::SubjectKind;
use okienko::store::{OfficeScope, Store, events, offices, staff, tickets};

use super::{RunError, RunOptions, TargetOptions};
use crate::client::http::Http;
use crate::ledger::log::Records;
use crate::scenario::Plan;
use crate::scenario::faults::FaultKind;
use crate::target::folder::Folder;
use crate::target::office::{self, Account};
use crate::target::server::{Server, ServerOptions};

/// An office with a server.
pub(super) struct Office {
    pub(super) http: Http,
    pub(super) accounts: Vec<Account>,
    /// The server, if it was started here.
    pub(super) server: Option<Arc<Server>>,
    pub(super) ready_after: Option<Duration>,
    /// The database's file, if it is one that a fault may lock.
    pub(super) sqlite_file: Option<PathBuf>,
    database: Option<String>,
    /// Removed in the end.
    _folder: Option<Folder>,
}

impl Office {
    pub(super) async fn open(options: &RunOptions, plan: &Plan) -> Result<Self, RunError> {
        match &options.target {
            TargetOptions::Own { program, database } => {
                Self::start(program.clone(), database.clone(), options, plan).await
            }
            TargetOptions::Given { url, password, database } => Self::find(url, password, database.clone(), plan).await,
        }
    }

    async fn start(
        program: PathBuf,
        database: Option<String>,
        options: &RunOptions,
        plan: &Plan,
    ) -> Result<Self, RunError> {
        let folder = Folder::new().map_err(|error| RunError::Usage(error.to_string()))?;
        let database = database.unwrap_or_else(|| format!("sqlite:{}", folder.path().join("okienko.db").display()));
        let sqlite_file = database.strip_prefix("sqlite:").map(PathBuf::from);
        let locks = plan.faults.iter().any(|fault| matches!(fault.kind, FaultKind::LockDatabase(_)));
        if locks && sqlite_file.is_none() {
            return Err(RunError::Usage("db_lock locks a file: run this scenario on SQLite".to_owned()));
        }
        let (url, clerks) = (database.clone(), plan.clerks.clone());
        let set_up = tokio::task::spawn_blocking(move || office::set_up(&url, clerks.count, &clerks.skills));
        let set_up = set_up.await.map_err(|error| RunError::Usage(error.to_string()))?;
        let (_, accounts) = set_up.map_err(|error| RunError::Usage(error.to_string()))?;
        let log = options.out.join("server.log");
        // Each run has a log of its own; that there was none before is as good.
        let _removed_or_none = std::fs::remove_file(&log);
        let server = ServerOptions { program, database: database.clone(), environment: plan.environment(), log };
        let server = Arc::new(Server::new(server)?);
        let ready_after = Some(server.start().await?);
        Ok(Self {
            http: server.http().clone(),
            accounts,
            server: Some(server),
            ready_after,
            sqlite_file,
            database: Some(database),
            _folder: Some(folder),
        })
    }

    async fn find(url: &str, password: &str, database: Option<String>, plan: &Plan) -> Result<Self, RunError> {
        if !plan.faults.is_empty() {
            let words = "faults are injected into servers that the tester started; leave --url out for this scenario";
            return Err(RunError::Usage(words.to_owned()));
        }
        let http = Http::at(url)?;
        if !http.is_ready().await {
            return Err(RunError::Unreachable(format!("{url}/readyz does not answer 200")));
        }
        let accounts = office::demo_accounts(password);
        Ok(Self { http, accounts, server: None, ready_after: None, sqlite_file: None, database, _folder: None })
    }

    /// Stops a server of our own, and reads what is stored. `since` is when the run began: what a given server had
    /// before is none of ours.
    pub(super) async fn close(self, since: Timestamp) -> Result<Option<Records>, RunError> {
        if let Some(server) = &self.server {
            server.stop().await?;
        }
        let Some(database) = self.database.clone() else { return Ok(None) };
        let read = tokio::task::spawn_blocking(move || {
            Store::look(&database, |db| {
                let Some(office) = offices::all(db)?.into_iter().next() else { return Ok(Records::default()) };
                let scope = OfficeScope::of(office.id);
                let mut tickets = tickets::of_office(db, scope)?;
                tickets.retain(|ticket| ticket.joined_at >= since);
                let ours: HashSet<String> = tickets.iter().map(|ticket| ticket.id.to_text()).collect();
                let mut events = events::of_kind(db, scope, SubjectKind::Ticket)?;
                // What was there before is none of ours; of what came since, nothing may be left out.
                events.retain(|logged| logged.event.at >= since || ours.contains(&logged.event.subject));
                Ok(Records { tickets, events, clerks: staff::of_office(db, scope)? })
            })
        });
        let read = read.await.map_err(|error| RunError::Unreachable(error.to_string()))?;
        read.map(Some).map_err(|error| RunError::Unreachable(format!("the log could not be read: {error}")))
    }
}
