//! What is stored, and how: readers, the one writer, and a file of functions for each table.
//!
//! - A job is a closure over [`Db`]; the functions of the modules below are what it calls.
//! - Reads run on their own threads, each on one consistent state. Writes run on one thread, many to a commit, and
//!   are answered after it: what was answered survives the death of the process and the loss of power.
//! - A job that fails or panics takes only its own changes back.
//! - Every function on an office's records takes an [`OfficeScope`]; the few that do not are those that find out
//!   which office it is (a site's key, a token, an e-mail address) and the keeping times of the whole system.
//! - Times are stored as UTC microseconds, ids as text, enums as words.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

pub mod audit;
pub mod blocks;
pub mod calls;
mod circuit;
pub mod closures;
pub mod commands;
mod connection;
mod db;
pub mod documents;
mod error;
pub mod events;
pub mod feedback;
pub mod legal;
pub mod logins;
pub mod matters;
mod migrations;
pub mod offices;
#[cfg(feature = "postgres")]
mod postgres;
pub mod presences;
pub mod questions;
mod queue;
mod reader;
pub mod replies;
pub mod retention;
mod schema;
mod scope;
pub mod sessions;
pub mod sites;
mod sqlite;
pub mod staff;
mod ticket_row;
pub mod tickets;
mod token;
mod values;
mod writer;

pub use connection::Db;
pub use error::{OpenError, StoreError};
pub use migrations::revert_all;
pub use scope::OfficeScope;
pub use token::{DeviceMark, TokenHash};

use crate::failures::Failures;
use circuit::Circuit;
use connection::{Address, Seat};
use queue::{Job, Pending, Sender};
use writer::{Order, Pulse, Writer};

/// How many writes may wait; at 5,000 a second a full queue is a fifth of a second long.
const WRITES: usize = 1_024;

/// How many reads may wait.
const READS: usize = 256;

/// How long a job may wait and a statement may take, unless it is said otherwise.
const WITHIN: Duration = Duration::from_secs(5);

/// How often it is looked whether a thread has ended, when all are to end.
const LOOK: Duration = Duration::from_millis(2);

/// The records of all offices. Cheap to clone; the last clone to go closes it.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

/// How the store is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Health {
    /// How long the last commit took, from its first statement.
    pub last_commit: Duration,
    /// Writes that wait.
    pub waiting_writes: usize,
    /// Reads that wait.
    pub waiting_reads: usize,
    /// Commits so far.
    pub commits: u64,
    /// Writes in them, the refused ones among them.
    pub writes: u64,
    /// Commits that failed, and vain looks whether one would succeed, since the last that was well.
    pub failed_commits: u64,
    /// Whether the writer takes jobs and wrote, or saw that it could, a moment ago: no longer than a job may take, and
    /// the second after which it looks by itself.
    pub can_write: bool,
    /// Whether the database answers. While it does not, jobs are refused at once.
    pub is_there: bool,
    /// Threads that a panic has ended, which nothing in the process mends.
    pub dead_threads: u64,
}

struct Inner {
    address: Arc<Address>,
    writes: Sender<Order>,
    reads: Sender<Box<dyn Job>>,
    circuit: Arc<Circuit>,
    pulse: Arc<Pulse>,
    /// How long a job may wait, and a statement may take.
    within: Duration,
    threads: Mutex<Vec<JoinHandle<()>>>,
    #[cfg(feature = "postgres")]
    probe: Mutex<Option<Probe>>,
}

/// The thread that asks a server whether it is there.
#[cfg(feature = "postgres")]
struct Probe {
    /// Ends it when it goes.
    ends: std::sync::mpsc::Sender<()>,
    thread: JoinHandle<()>,
}

impl Store {
    /// Opens `sqlite:PATH`, `sqlite::memory:` for a database that is deleted at the end, or `postgres://…` in a build
    /// that can; brings its tables up to date and starts the writer and `readers` readers, at least one.
    ///
    /// # Errors
    /// [`StoreError::Open`] with the reason.
    pub fn open(url: &str, readers: u32) -> Result<Self, StoreError> {
        Self::open_with(url, readers, WITHIN, Failures::default())
    }

    /// The same with another limit to how long a job may wait and, on a server, how long a statement may take, and with
    /// failures that may happen on purpose.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_with(url: &str, readers: u32, within: Duration, failures: Failures) -> Result<Self, StoreError> {
        let address = Arc::new(Address::parse(url, within)?);
        let readers = readers.max(1);
        let mut seat = Seat::take(&address)?;
        migrations::run(seat.db()?, &address)?;
        let (writes, write_inbox) = queue::bounded(WRITES);
        let (reads, read_inbox) = queue::bounded(READS);
        let (circuit, pulse) = (Arc::new(Circuit::default()), Arc::new(Pulse::new()));
        let inner = Inner {
            address,
            writes,
            reads,
            circuit: Arc::clone(&circuit),
            pulse: Arc::clone(&pulse),
            within,
            threads: Mutex::default(),
            #[cfg(feature = "postgres")]
            probe: Mutex::default(),
        };

        let writer = Writer::new(seat, Arc::clone(&circuit), pulse, within, failures);
        inner.start("store-writer", move || writer.work(&write_inbox))?;
        let connections = inner.address.readers(readers)?;
        let read_inbox = Arc::new(read_inbox);
        for _ in 0..readers {
            let (inbox, connections) = (Arc::clone(&read_inbox), connections.clone());
            let circuit = Arc::clone(&circuit);
            inner.start("store-reader", move || reader::work(&inbox, &connections, &circuit))?;
        }
        #[cfg(feature = "postgres")]
        inner.start_probe()?;
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Reads one consistent state of a database that a server may be using. Takes nobody's seat, makes no tables and
    /// cannot write: for tools that look on. Blocks.
    ///
    /// # Errors
    /// [`StoreError::Open`] with the reason; those of the job.
    pub fn look<T>(url: &str, job: impl FnOnce(&mut Db) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let connections = Arc::new(Address::parse(url, WITHIN)?).readers(1)?;
        let mut db = reader::begin(&connections)?;
        let found = job(&mut db);
        queue::abandon(&mut db);
        found
    }

    /// The file that the database is in, with its whole path; None for one that a server holds or that is thrown away.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.inner.address.file()
    }

    /// Writes. `job` runs on the writer's thread; `done` is told after the commit, on the writer's thread too, so it
    /// must be quick. With a full queue `done` is told [`StoreError::Busy`] at once, on the caller's thread, and
    /// [`StoreError::Unavailable`] as long as the database does not answer.
    pub fn write<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Db) -> Result<T, StoreError> + Send + 'static,
        done: impl FnOnce(Result<T, StoreError>) + Send + 'static,
    ) {
        self.order(Order::Job(Box::new(Pending::new(job, done))));
    }

    /// Reads. `job` runs on a reader's thread and cannot write; `done` is told there.
    pub fn read<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Db) -> Result<T, StoreError> + Send + 'static,
        done: impl FnOnce(Result<T, StoreError>) + Send + 'static,
    ) {
        let mut job: Box<dyn Job> = Box::new(Pending::new(job, done));
        if let Err(error) = self.inner.circuit.check() {
            return job.answer(Err(error));
        }
        if let Err((mut job, error)) = self.inner.reads.send(job) {
            job.answer(Err(error));
        }
    }

    /// Writes and waits. For the start of the program and for tests; never on a thread of the store.
    ///
    /// # Errors
    /// Those of the job, [`StoreError::Busy`], [`StoreError::Panicked`], [`StoreError::Unavailable`],
    /// [`StoreError::Unknown`], [`StoreError::Closed`].
    pub fn write_now<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Db) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        await_answer(|done| self.write(job, done))
    }

    /// Reads and waits. For the start of the program and for tests; never on a thread of the store.
    ///
    /// # Errors
    /// As [`Store::write_now`].
    pub fn read_now<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Db) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        await_answer(|done| self.read(job, done))
    }

    /// Brings the write-ahead log into the main file and empties it. Run it after [`retention::sweep`]: until then
    /// the log still holds what was deleted. It waits for running reads, five seconds at most.
    pub fn checkpoint(&self, done: impl FnOnce(Result<(), StoreError>) + Send + 'static) {
        self.order(Order::Checkpoint(Box::new(Pending::new(|_: &mut Db| Ok(()), done))));
    }

    /// Asks the writer for a sign of life: `done` is called when it has come so far, or at once if it cannot be asked.
    /// Touches no database, and counts as no write.
    pub fn sound(&self, done: impl FnOnce() + Send + 'static) {
        self.order(Order::Sound(Box::new(Pending::new(|_: &mut Db| Ok(()), move |_| done()))));
    }

    /// How the store is doing.
    #[must_use]
    pub fn health(&self) -> Health {
        let pulse = &self.inner.pulse;
        let is_there = self.inner.circuit.check().is_ok();
        Health {
            last_commit: Duration::from_micros(pulse.last_commit_us.load(Ordering::Relaxed)),
            waiting_writes: self.inner.writes.length(),
            waiting_reads: self.inner.reads.length(),
            commits: pulse.commits.load(Ordering::Relaxed),
            writes: pulse.jobs.load(Ordering::Relaxed),
            failed_commits: pulse.failures.load(Ordering::Relaxed),
            can_write: is_there && self.inner.writes.is_open() && pulse.is_well(self.inner.within),
            is_there,
            dead_threads: pulse.deaths.load(Ordering::Relaxed),
        }
    }

    /// Takes no more jobs, does those that wait, and ends the threads. A second call does nothing.
    pub fn close(&self) {
        self.inner.close();
    }

    fn order(&self, order: Order) {
        if let Err(error) = self.inner.circuit.check() {
            let (Order::Job(mut job) | Order::Checkpoint(mut job) | Order::Sound(mut job)) = order;
            return job.answer(Err(error));
        }
        let sent = self.inner.writes.send(order);
        if let Err((Order::Job(mut job) | Order::Checkpoint(mut job) | Order::Sound(mut job), error)) = sent {
            job.answer(Err(error));
        }
    }
}

impl Inner {
    fn start(&self, name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), OpenError> {
        let started = thread(name, work, Arc::clone(&self.pulse))?;
        self.threads.lock().unwrap_or_else(PoisonError::into_inner).push(started);
        Ok(())
    }

    #[cfg(feature = "postgres")]
    fn start_probe(&self) -> Result<(), OpenError> {
        if matches!(*self.address, Address::Sqlite(_)) {
            return Ok(());
        }
        let (ends, ended) = std::sync::mpsc::channel();
        let (address, circuit) = (Arc::clone(&self.address), Arc::clone(&self.circuit));
        let asking = move || {
            if let Address::Postgres(server) = address.as_ref() {
                postgres::probe::watch(server, &circuit, &ended);
            }
        };
        let thread = thread("store-probe", asking, Arc::clone(&self.pulse))?;
        *self.probe.lock().unwrap_or_else(PoisonError::into_inner) = Some(Probe { ends, thread });
        Ok(())
    }

    fn close(&self) {
        self.writes.close();
        self.reads.close();
        for thread in std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner)) {
            self.await_end(thread);
        }
        // Last: it is by the probe that the others are known to wait in vain.
        #[cfg(feature = "postgres")]
        if let Some(probe) = self.probe.lock().unwrap_or_else(PoisonError::into_inner).take() {
            drop(probe.ends);
            self.await_end(probe.thread);
        }
    }

    /// Awaits the end of a thread, unless it waits for a database that does not answer.
    fn await_end(&self, thread: JoinHandle<()>) {
        // The last handle may go away inside an answer, on one of these threads: it ends by itself then.
        if thread.thread().id() == std::thread::current().id() {
            return;
        }
        while !thread.is_finished() && self.circuit.check().is_ok() {
            std::thread::park_timeout(LOOK);
        }
        if thread.is_finished() {
            // A panic was told and counted when it happened.
            let _ended_either_way = thread.join();
        } else {
            tracing::warn!("a thread of the store waits for a database that does not answer, and is left behind");
        }
    }
}

/// Starts a thread whose death is counted.
fn thread(name: &str, work: impl FnOnce() + Send + 'static, pulse: Arc<Pulse>) -> Result<JoinHandle<()>, OpenError> {
    let watched = move || {
        // Jobs and answers are caught one by one; what comes this far has ended the thread.
        if catch_unwind(AssertUnwindSafe(work)).is_err() {
            pulse.deaths.fetch_add(1, Ordering::Relaxed);
            tracing::error!("a thread of the store died");
        }
    };
    let started = std::thread::Builder::new().name(name.to_owned()).spawn(watched);
    started.map_err(|error| OpenError::Failed(error.to_string()))
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
        self.address.discard();
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("health", &self.health()).finish_non_exhaustive()
    }
}

/// Starts something that answers later, and waits for the answer.
fn await_answer<T: Send + 'static>(
    begin: impl FnOnce(Box<dyn FnOnce(Result<T, StoreError>) + Send>),
) -> Result<T, StoreError> {
    let (sender, receiver) = sync_channel(1);
    begin(Box::new(move |answer| {
        // The receiver waits below; it cannot be gone.
        let _always_received = sender.send(answer);
    }));
    receiver.recv().unwrap_or(Err(StoreError::Closed))
}
