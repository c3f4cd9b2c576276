//! The one thread that writes. It takes all jobs that wait, up to 64, into one transaction with a savepoint for each,
//! and answers them after the commit: so one flush to the disk serves many, and an answer is never taken back.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use diesel::Connection;
use diesel::connection::TransactionManager;

use crate::store::connection::{self, Connections, Db};
use crate::store::error::StoreError;
use crate::store::queue::{self, Inbox, Job};

type Transactions = <Db as Connection>::TransactionManager;

/// How many jobs share a transaction at most; more would make the first of them wait longer without gain
/// (measured: 5,200 to 8,400 jobs a second with 64).
const GROUP: usize = 64;

/// What the writer is asked for.
pub(super) enum Order {
    /// To do a job.
    Job(Box<dyn Job>),
    /// To bring the log into the main file; the job is run afterwards, and answers.
    Checkpoint(Box<dyn Job>),
}

/// What the writer tells about itself.
#[derive(Debug, Default)]
pub(super) struct Pulse {
    /// Groups committed.
    pub(super) commits: AtomicU64,
    /// Jobs in them.
    pub(super) jobs: AtomicU64,
    /// How long the last group took from its first statement to the end of its commit, in microseconds.
    pub(super) last_commit_us: AtomicU64,
    /// Groups that could not be committed since the last one that could.
    pub(super) failures: AtomicU64,
}

/// Works until the queue is closed and empty.
pub(super) fn work(inbox: &Inbox<Order>, connections: &Connections, pulse: &Arc<Pulse>) {
    let mut put_off = None;
    while let Some(order) = put_off.take().or_else(|| inbox.next()) {
        match order {
            Order::Checkpoint(job) => checkpoint(connections, job),
            Order::Job(first) => {
                let mut group = vec![first];
                while group.len() < GROUP {
                    match inbox.next_at_hand() {
                        Some(Order::Job(job)) => group.push(job),
                        Some(other) => {
                            put_off = Some(other);
                            break;
                        }
                        None => break,
                    }
                }
                serve(group, connections, pulse);
            }
        }
    }
    // Losing these costs nothing but time at the next start.
    if let Ok(mut db) = connection::lend(connections)
        && let Err(error) = connection::optimise(&mut db).and_then(|()| connection::checkpoint(&mut db))
    {
        tracing::debug!(error.message = %error, "the database was not tidied at its end");
    }
}

fn serve(mut group: Vec<Box<dyn Job>>, connections: &Connections, pulse: &Pulse) {
    let begun = Instant::now();
    let fate = connection::lend(connections).and_then(|mut db| {
        let fate = commit(&mut db, &mut group);
        if fate.is_err() {
            queue::abandon(&mut db);
        }
        fate
    });
    match &fate {
        Ok(()) => {
            pulse.commits.fetch_add(1, Ordering::Relaxed);
            pulse.jobs.fetch_add(u64::try_from(group.len()).unwrap_or(0), Ordering::Relaxed);
            pulse.last_commit_us.store(micros(begun.elapsed()), Ordering::Relaxed);
            pulse.failures.store(0, Ordering::Relaxed);
        }
        Err(error) => {
            pulse.failures.fetch_add(1, Ordering::Relaxed);
            tracing::error!(error.message = %error, store.jobs = group.len(), "a group of writes was not committed");
        }
    }
    for job in &mut group {
        job.answer(fate.clone());
    }
}

/// Runs all jobs in one transaction and commits it.
fn commit(db: &mut Db, group: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
    Transactions::begin_transaction(db).map_err(queue::lost)?;
    connection::claim_write_lock(db).map_err(queue::lost)?;
    for job in group {
        queue::run_apart(db, job.as_mut())?;
    }
    Transactions::commit_transaction(db).map_err(queue::lost)
}

fn checkpoint(connections: &Connections, mut job: Box<dyn Job>) {
    let fate = connection::lend(connections).and_then(|mut db| {
        connection::checkpoint(&mut db).map_err(queue::lost)?;
        queue::run_apart(&mut db, job.as_mut())
    });
    job.answer(fate);
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
