//! The one thread that writes. It takes all jobs that wait, up to 64, into one transaction with a savepoint for each,
//! and answers them after the commit: so one flush to the disk serves many, and an answer is never taken back.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::failures::{Failures, Fault, Point};
use crate::store::circuit::Circuit;
use crate::store::connection::{self, Db, Seat};
use crate::store::error::StoreError;
use crate::store::queue::{self, Came, Inbox, Job, Ran};

/// How many jobs share a transaction at most; more would make the first of them wait longer without gain
/// (measured: 5,200 to 8,400 jobs a second with 64).
const GROUP: usize = 64;

/// After how long a transaction is committed with what it has: a slow database must not make the first of a group wait
/// for the last.
const LONGEST: Duration = Duration::from_millis(500);

/// After how long without an order the writer looks whether it could write. It costs a lock and no flush to the disk,
/// and the same however many ask how the store is.
pub(super) const LOOKS_EVERY: Duration = Duration::from_secs(1);

/// What the writer is asked for.
pub(super) enum Order {
    /// To do a job.
    Job(Box<dyn Job>),
    /// To bring the log into the main file; the job is run afterwards, and answers.
    Checkpoint(Box<dyn Job>),
    /// To answer, as a sign of life; the job is not run, and no database is touched.
    Sound(Box<dyn Job>),
}

/// What the writer tells about itself.
#[derive(Debug)]
pub(super) struct Pulse {
    /// Groups committed.
    pub(super) commits: AtomicU64,
    /// Jobs in them.
    pub(super) jobs: AtomicU64,
    /// How long the last group took from its first statement to the end of its commit, in microseconds.
    pub(super) last_commit_us: AtomicU64,
    /// Groups that could not be committed, and vain looks, since the last that was well.
    pub(super) failures: AtomicU64,
    /// When the writer last wrote, or saw that it could.
    well: Mutex<Instant>,
    /// Threads of the store that a panic has ended.
    pub(super) deaths: AtomicU64,
}

/// The writer at its seat.
pub(super) struct Writer {
    seat: Seat,
    circuit: Arc<Circuit>,
    pulse: Arc<Pulse>,
    /// How long a job may wait. Whoever asked has given up by then, and doing it all the same would help nobody.
    patience: Duration,
    failures: Failures,
}

impl Writer {
    /// A writer who has taken its seat.
    pub(super) const fn new(
        seat: Seat,
        circuit: Arc<Circuit>,
        pulse: Arc<Pulse>,
        patience: Duration,
        failures: Failures,
    ) -> Self {
        Self { seat, circuit, pulse, patience, failures }
    }

    /// Works until the queue is closed and empty.
    pub(super) fn work(mut self, inbox: &Inbox<Order>) {
        let mut put_off = None;
        loop {
            let order = match put_off.take().map_or_else(|| inbox.next_within(LOOKS_EVERY), Came::Message) {
                Came::Message(order) => order,
                Came::Nothing => {
                    self.look();
                    continue;
                }
                Came::End => break,
            };
            match order {
                Order::Checkpoint(job) => self.checkpoint(job),
                Order::Sound(mut job) => job.answer(Ok(())),
                Order::Job(first) => {
                    let mut group = VecDeque::from([first]);
                    while group.len() < GROUP {
                        match inbox.next_at_hand() {
                            Some(Order::Job(job)) => group.push_back(job),
                            Some(other) => {
                                put_off = Some(other);
                                break;
                            }
                            None => break,
                        }
                    }
                    self.serve(group);
                }
            }
        }
        // Losing these costs nothing but time at the next start.
        if self.circuit.check().is_ok()
            && let Ok(db) = self.seat.db()
            && let Err(error) = connection::optimise(db).and_then(|()| connection::checkpoint(db))
        {
            tracing::debug!(%error, "the database was not tidied at its end");
        }
    }

    /// Does and answers a group of jobs, in one transaction if it is quick enough.
    fn serve(&mut self, mut waiting: VecDeque<Box<dyn Job>>) {
        if let Err(refused) = self.circuit.check() {
            return waiting.iter_mut().for_each(|job| job.answer(Err(refused.clone())));
        }
        while !waiting.is_empty() {
            let begun = Instant::now();
            let mut done = Vec::new();
            let fate = self.commit(&mut waiting, &mut done);
            self.pulse.note(&fate, done.len(), begun.elapsed());
            for job in &mut done {
                job.answer(fate.clone());
            }
            if let Err(StoreError::Unavailable(_)) = fate {
                return waiting.iter_mut().for_each(|job| job.answer(fate.clone()));
            }
        }
    }

    /// Runs jobs in one transaction and commits it. Those that took part are in `done` then.
    fn commit(&mut self, waiting: &mut VecDeque<Box<dyn Job>>, done: &mut Vec<Box<dyn Job>>) -> Result<(), StoreError> {
        let db = begin(&mut self.seat)?;
        let fate = run(db, waiting, done, self.patience).and_then(|()| {
            // A mere look is no commit that could be made to fail.
            if done.is_empty() {
                return queue::commit(db);
            }
            if self.failures.at(Point::StoreBeforeCommit, "") == Fault::Fail {
                return Err(StoreError::Unavailable("the commit fails on purpose".to_owned()));
            }
            queue::commit(db)?;
            match self.failures.at(Point::StoreAfterCommit, "") {
                Fault::Fail => Err(StoreError::Unknown("the answer to the commit is lost on purpose".to_owned())),
                _ => Ok(()),
            }
        });
        if fate.is_err() {
            self.seat.abandon();
        }
        fate
    }

    /// Looks whether it could write, by a transaction with nothing in it.
    fn look(&mut self) {
        // While the database does not answer at all, that is known.
        if self.circuit.check().is_ok() {
            let fate = self.commit(&mut VecDeque::new(), &mut Vec::new());
            self.pulse.note_look(&fate);
        }
    }

    fn checkpoint(&mut self, mut job: Box<dyn Job>) {
        let fate = self.circuit.check().and_then(|()| {
            connection::checkpoint(self.seat.db()?).map_err(queue::lost)?;
            let db = begin(&mut self.seat)?;
            queue::run(db, job.as_mut()).map(drop)
        });
        if fate.is_err() {
            self.seat.abandon();
        }
        job.answer(fate);
    }
}

/// Begins a transaction. A connection that broke while nothing was asked of it shows it only now: nothing is lost yet,
/// so it is made anew and asked once more.
fn begin(seat: &mut Seat) -> Result<&mut Db, StoreError> {
    if queue::begin(seat.db()?).is_err() {
        queue::begin(seat.db()?)?;
    }
    seat.at_work()
}

/// Runs jobs in the transaction that is open, each in a savepoint.
fn run(
    db: &mut Db,
    waiting: &mut VecDeque<Box<dyn Job>>,
    done: &mut Vec<Box<dyn Job>>,
    patience: Duration,
) -> Result<(), StoreError> {
    let begun = Instant::now();
    connection::claim_write_lock(db).map_err(queue::lost)?;
    while let Some(mut job) = waiting.pop_front() {
        if job.waited() > patience {
            job.answer(Err(StoreError::Busy));
            continue;
        }
        let ran = queue::begin(db).and_then(|()| queue::run(db, job.as_mut()));
        done.push(job);
        if ran? == Ran::Cut || begun.elapsed() > LONGEST {
            break;
        }
    }
    Ok(())
}

impl Pulse {
    /// For a writer that has just taken its seat.
    pub(super) fn new() -> Self {
        Self {
            commits: AtomicU64::new(0),
            jobs: AtomicU64::new(0),
            last_commit_us: AtomicU64::new(0),
            failures: AtomicU64::new(0),
            deaths: AtomicU64::new(0),
            well: Mutex::new(Instant::now()),
        }
    }

    /// Whether the writer is well: its last attempt succeeded, not much longer ago than it may take for one.
    pub(super) fn is_well(&self, within: Duration) -> bool {
        let well = *self.well.lock().unwrap_or_else(PoisonError::into_inner);
        self.failures.load(Ordering::Relaxed) == 0 && well.elapsed() <= LOOKS_EVERY.saturating_add(within)
    }

    fn note_well(&self) {
        *self.well.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        self.failures.store(0, Ordering::Relaxed);
    }

    fn note_look(&self, fate: &Result<(), StoreError>) {
        match fate {
            Ok(()) => self.note_well(),
            Err(error) => {
                // Once, however often it looks.
                if self.failures.fetch_add(1, Ordering::Relaxed) == 0 {
                    tracing::error!(error.message = %error, "the database cannot be written");
                }
            }
        }
    }

    fn note(&self, fate: &Result<(), StoreError>, jobs: usize, took: Duration) {
        match fate {
            Ok(()) => {
                self.commits.fetch_add(1, Ordering::Relaxed);
                self.jobs.fetch_add(u64::try_from(jobs).unwrap_or(0), Ordering::Relaxed);
                self.last_commit_us.store(micros(took), Ordering::Relaxed);
                self.note_well();
            }
            Err(error) => {
                self.failures.fetch_add(1, Ordering::Relaxed);
                tracing::error!(%error, store.jobs = jobs, "a group of writes was not committed");
            }
        }
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
