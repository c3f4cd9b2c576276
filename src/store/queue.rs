//! Jobs on their way to a database thread: each is answered exactly once, whatever becomes of it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use diesel::Connection;
use diesel::connection::{TransactionManager, TransactionManagerStatus};

use crate::store::connection::Db;
use crate::store::error::StoreError;

type Transactions = <Db as Connection>::TransactionManager;

/// What came of a job, as far as its transaction is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ran {
    /// It succeeded: what it did is to be kept.
    Well,
    /// It failed: what it did is to be taken back.
    Failed,
    /// It failed because of the database: others would fail with it.
    Cut,
}

/// A job as a database thread sees it.
pub(super) trait Job: Send {
    /// Does the work inside the transaction that is open, and keeps the outcome.
    fn run(&mut self, db: &mut Db) -> Ran;

    /// Replaces the outcome of a job whose work could not be kept.
    fn overrule(&mut self, error: StoreError);

    /// How long it has waited since it was made.
    fn waited(&self) -> Duration;

    /// Gives the outcome to whoever asked, or `fate` if all that was done in the transaction is lost.
    fn answer(&mut self, fate: Result<(), StoreError>);
}

/// A piece of work, its outcome, and whom to tell.
pub(super) struct Pending<T, J, D>
where
    D: FnOnce(Result<T, StoreError>),
{
    job: Option<J>,
    outcome: Option<Result<T, StoreError>>,
    done: Option<D>,
    made: Instant,
}

impl<T, J, D> Pending<T, J, D>
where
    J: FnOnce(&mut Db) -> Result<T, StoreError>,
    D: FnOnce(Result<T, StoreError>),
{
    /// Work that has not begun.
    pub(super) fn new(job: J, done: D) -> Self {
        Self { job: Some(job), outcome: None, done: Some(done), made: Instant::now() }
    }
}

impl<T, J, D> Job for Pending<T, J, D>
where
    T: Send,
    J: FnOnce(&mut Db) -> Result<T, StoreError> + Send,
    D: FnOnce(Result<T, StoreError>) + Send,
{
    fn run(&mut self, db: &mut Db) -> Ran {
        let Some(job) = self.job.take() else { return Ran::Failed };
        let outcome = catch_unwind(AssertUnwindSafe(|| job(db))).unwrap_or(Err(StoreError::Panicked));
        let ran = match &outcome {
            Ok(_) => Ran::Well,
            Err(StoreError::Unavailable(_)) => Ran::Cut,
            Err(_) => Ran::Failed,
        };
        self.outcome = Some(outcome);
        ran
    }

    fn overrule(&mut self, error: StoreError) {
        self.outcome = Some(Err(error));
    }

    fn waited(&self) -> Duration {
        self.made.elapsed()
    }

    fn answer(&mut self, fate: Result<(), StoreError>) {
        let Some(done) = self.done.take() else { return };
        let outcome = match (fate, self.outcome.take()) {
            (Ok(()), Some(outcome)) => outcome,
            // A job's own failure says more than the failure of the transaction around it.
            (Err(_), Some(Err(own))) => Err(own),
            (Err(fate), _) => Err(fate),
            (Ok(()), None) => Err(StoreError::Closed),
        };
        if catch_unwind(AssertUnwindSafe(|| done(outcome))).is_err() {
            tracing::error!("whoever waited for the store panicked at its answer");
        }
    }
}

impl<T, J, D> Drop for Pending<T, J, D>
where
    D: FnOnce(Result<T, StoreError>),
{
    fn drop(&mut self) {
        let Some(done) = self.done.take() else { return };
        // A job that has begun may have been committed before its thread died.
        let has_begun = self.job.is_none();
        let fate =
            if has_begun { StoreError::Unknown("the store's thread died".to_owned()) } else { StoreError::Closed };
        // This may run while a thread unwinds, where a second panic would abort the process.
        let _told_or_gone = catch_unwind(AssertUnwindSafe(|| done(Err(fate))));
    }
}

/// The sending end of a bounded queue of `M`; closing it lets the other end finish what is in it.
pub(super) struct Sender<M> {
    channel: Mutex<Option<SyncSender<M>>>,
    length: Arc<AtomicUsize>,
}

/// The receiving end; several threads may share one.
pub(super) struct Inbox<M> {
    channel: Mutex<Receiver<M>>,
    length: Arc<AtomicUsize>,
}

/// What came while the receiving end waited.
pub(super) enum Came<M> {
    Message(M),
    /// Nothing in that time.
    Nothing,
    /// Nothing comes any more: the queue is closed and empty.
    End,
}

/// A queue that holds at most `capacity` messages.
pub(super) fn bounded<M>(capacity: usize) -> (Sender<M>, Inbox<M>) {
    let (sender, receiver) = sync_channel(capacity);
    let length = Arc::new(AtomicUsize::new(0));
    (
        Sender { channel: Mutex::new(Some(sender)), length: Arc::clone(&length) },
        Inbox { channel: Mutex::new(receiver), length },
    )
}

impl<M> Sender<M> {
    /// Puts a message at the end, or gives it back with the reason.
    pub(super) fn send(&self, message: M) -> Result<(), (M, StoreError)> {
        let channel = self.channel.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(sender) = channel.as_ref() else { return Err((message, StoreError::Closed)) };
        // Counted first, so that the receiver can never count below zero.
        self.length.fetch_add(1, Ordering::Relaxed);
        sender.try_send(message).map_err(|error| {
            self.length.fetch_sub(1, Ordering::Relaxed);
            match error {
                TrySendError::Full(message) => (message, StoreError::Busy),
                TrySendError::Disconnected(message) => (message, StoreError::Closed),
            }
        })
    }

    /// Takes no more messages.
    pub(super) fn close(&self) {
        self.channel.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// Whether it takes messages.
    pub(super) fn is_open(&self) -> bool {
        self.channel.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// How many messages wait.
    pub(super) fn length(&self) -> usize {
        self.length.load(Ordering::Relaxed)
    }
}

impl<M> Inbox<M> {
    /// Waits for the next message; `None` once the queue is closed and empty.
    pub(super) fn next(&self) -> Option<M> {
        let message = self.channel.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()?;
        self.length.fetch_sub(1, Ordering::Relaxed);
        Some(message)
    }

    /// Waits for the next message, but no longer than this.
    pub(super) fn next_within(&self, most: Duration) -> Came<M> {
        let received = self.channel.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(most);
        match received {
            Ok(message) => {
                self.length.fetch_sub(1, Ordering::Relaxed);
                Came::Message(message)
            }
            Err(RecvTimeoutError::Timeout) => Came::Nothing,
            Err(RecvTimeoutError::Disconnected) => Came::End,
        }
    }

    /// The next message if one is there already.
    pub(super) fn next_at_hand(&self) -> Option<M> {
        let message = self.channel.lock().unwrap_or_else(PoisonError::into_inner).try_recv().ok()?;
        self.length.fetch_sub(1, Ordering::Relaxed);
        Some(message)
    }
}

/// Opens a transaction, or a savepoint inside the one that is open.
///
/// # Errors
/// If the database is not there. Nothing has been done then.
pub(super) fn begin(db: &mut Db) -> Result<(), StoreError> {
    Transactions::begin_transaction(db).map_err(lost)
}

/// Runs a job in the transaction or savepoint that was opened last, and keeps its changes only if it succeeded.
///
/// # Errors
/// If the transaction around it is lost: SQLite undoes all of it on a full disk or a failed write
/// (sqlite.org/lang_transaction.html), and with a connection everything is lost that was not committed. No earlier job
/// in it was kept either.
pub(super) fn run(db: &mut Db, job: &mut dyn Job) -> Result<Ran, StoreError> {
    let inside = depth(db)?;
    let ran = job.run(db);
    // A panic leaves the job's own inner savepoints open.
    while depth(db)? > inside {
        Transactions::rollback_transaction(db).map_err(lost)?;
    }
    if depth(db)? != inside {
        return Err(StoreError::Unknown("a job ended a transaction that was not its own".to_owned()));
    }
    if ran != Ran::Well {
        Transactions::rollback_transaction(db).map_err(lost)?;
        return Ok(ran);
    }
    let Err(error) = Transactions::commit_transaction(db) else { return Ok(Ran::Well) };
    // PostgreSQL keeps nothing of a job of which one statement was refused, even if the job went on from there; what
    // was done before its savepoint stands.
    if inside < 2 || depth(db)? >= inside {
        return Err(lost(error));
    }
    job.overrule(error.into());
    Ok(Ran::Failed)
}

/// Ends the transaction, with everything that was done in it.
///
/// # Errors
/// [`StoreError::Unknown`]: the database may have kept it before it failed.
pub(super) fn commit(db: &mut Db) -> Result<(), StoreError> {
    Transactions::commit_transaction(db).map_err(|error| StoreError::Unknown(error.to_string()))
}

/// Whatever the database says before the end of a transaction, nothing of it is kept.
pub(super) fn lost(error: diesel::result::Error) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

/// Rolls back whatever is open, so that the connection can be used again or be thrown away.
pub(super) fn abandon(db: &mut Db) {
    while depth(db).is_ok_and(|depth| depth > 0) {
        if Transactions::rollback_transaction(db).is_err() {
            return;
        }
    }
}

/// How many transactions and savepoints are open.
fn depth(db: &mut Db) -> Result<u32, StoreError> {
    match Transactions::transaction_manager_status_mut(db) {
        TransactionManagerStatus::Valid(status) => Ok(status.transaction_depth().map_or(0, u32::from)),
        TransactionManagerStatus::InError => Err(StoreError::Unavailable("the transaction was lost".to_owned())),
    }
}
