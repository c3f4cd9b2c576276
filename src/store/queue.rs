//! Jobs on their way to a database thread: each is answered exactly once, whatever becomes of it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use diesel::Connection;
use diesel::connection::{TransactionManager, TransactionManagerStatus};

use crate::store::connection::Db;
use crate::store::error::StoreError;

type Transactions = <Db as Connection>::TransactionManager;

/// A job as a database thread sees it.
pub(super) trait Job: Send {
    /// Does the work inside the transaction that is open, and keeps the outcome. Says whether it succeeded.
    fn run(&mut self, db: &mut Db) -> bool;

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
}

impl<T, J, D> Pending<T, J, D>
where
    J: FnOnce(&mut Db) -> Result<T, StoreError>,
    D: FnOnce(Result<T, StoreError>),
{
    /// Work that has not begun.
    pub(super) fn new(job: J, done: D) -> Self {
        Self { job: Some(job), outcome: None, done: Some(done) }
    }
}

impl<T, J, D> Job for Pending<T, J, D>
where
    T: Send,
    J: FnOnce(&mut Db) -> Result<T, StoreError> + Send,
    D: FnOnce(Result<T, StoreError>) + Send,
{
    fn run(&mut self, db: &mut Db) -> bool {
        let Some(job) = self.job.take() else { return false };
        let outcome = catch_unwind(AssertUnwindSafe(|| job(db))).unwrap_or(Err(StoreError::Panicked));
        let succeeded = outcome.is_ok();
        self.outcome = Some(outcome);
        succeeded
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
        // This may run while a thread unwinds, where a second panic would abort the process.
        let _told_or_gone = catch_unwind(AssertUnwindSafe(|| done(Err(StoreError::Closed))));
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

    /// The next message if one is there already.
    pub(super) fn next_at_hand(&self) -> Option<M> {
        let message = self.channel.lock().unwrap_or_else(PoisonError::into_inner).try_recv().ok()?;
        self.length.fetch_sub(1, Ordering::Relaxed);
        Some(message)
    }
}

/// Runs a job in a transaction of its own, or in a savepoint if one is open, and keeps its changes only if it
/// succeeded.
///
/// # Errors
/// If the transaction around it is lost: SQLite undoes all of it on a full disk or a failed write
/// (sqlite.org/lang_transaction.html), and then no earlier job in it was kept either.
pub(super) fn run_apart(db: &mut Db, job: &mut dyn Job) -> Result<(), StoreError> {
    let outside = depth(db)?;
    Transactions::begin_transaction(db).map_err(lost)?;
    let succeeded = job.run(db);
    // A panic leaves the job's own inner savepoints open.
    while depth(db)? > outside + 1 {
        Transactions::rollback_transaction(db).map_err(lost)?;
    }
    if depth(db)? != outside + 1 {
        return Err(StoreError::Unavailable("a job ended a transaction that was not its own".to_owned()));
    }
    let end = if succeeded { Transactions::commit_transaction(db) } else { Transactions::rollback_transaction(db) };
    end.map_err(lost)
}

/// Whatever the database says about a transaction as a whole, its jobs may or may not be kept.
pub(super) fn lost(error: diesel::result::Error) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

/// Rolls back whatever is open, so that the connection can be used again or be thrown away by its pool.
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
