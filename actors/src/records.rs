//! The store's calls as futures with a time limit.
//!
//! Write first, announce after: what an actor does next waits for these, in its inbox or, at its start, for everything
//! (`ctx.wait`). So each of them ends: with the outcome, or after the time that the store has for an answer.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use okienko::store::{Db, Store, StoreError};
use tokio::sync::oneshot;

use crate::error::ActorError;
use crate::supervision::Tally;

/// The way to the store. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Records {
    store: Store,
    /// How long the store has for one answer.
    within: Duration,
    tally: Arc<Tally>,
}

/// Why something is not stored, or not known to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RecordsError {
    /// There is no such record.
    NotFound,
    /// The records are other than this process took them to be; nothing was changed.
    Conflict,
    /// Nothing was changed, for a reason that may pass.
    Refused(String),
    /// Nothing was changed, because the database is not there. It comes back, and then the same will do.
    Away(String),
    /// It is not known whether it was stored, or still will be: read, behind it in the writer's queue, before going on.
    Unknown(String),
}

impl From<RecordsError> for ActorError {
    fn from(error: RecordsError) -> Self {
        match error {
            RecordsError::NotFound => Self::NotFound,
            RecordsError::Conflict => Self::Store("the records have changed meanwhile".to_owned()),
            RecordsError::Refused(why) | RecordsError::Away(why) | RecordsError::Unknown(why) => Self::Store(why),
        }
    }
}

impl From<StoreError> for RecordsError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::NotFound,
            StoreError::Conflict(_) => Self::Conflict,
            StoreError::Unavailable(why) => Self::Away(why),
            StoreError::Unknown(why) => Self::Unknown(why),
            other => Self::Refused(other.to_string()),
        }
    }
}

impl Records {
    pub(crate) const fn new(store: Store, within: Duration, tally: Arc<Tally>) -> Self {
        Self { store, within, tally }
    }

    /// Writes in one transaction; what is answered is on the disk.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Db) -> Result<T, StoreError> + Send + 'static,
    ) -> impl Future<Output = Result<T, RecordsError>> + 'static {
        let (sender, receiver) = oneshot::channel();
        let tally = Arc::clone(&self.tally);
        self.tally.store_jobs.fetch_add(1, Relaxed);
        self.store.write(job, move |answer| {
            // Whoever asked may have given up waiting.
            let _received_or_given_up = sender.send(answer);
            tally.store_jobs.fetch_sub(1, Relaxed);
        });
        answered(receiver, self.within)
    }

    /// Reads one consistent state.
    pub(crate) fn read<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Db) -> Result<T, StoreError> + Send + 'static,
    ) -> impl Future<Output = Result<T, RecordsError>> + 'static {
        let (sender, receiver) = oneshot::channel();
        let tally = Arc::clone(&self.tally);
        self.tally.store_jobs.fetch_add(1, Relaxed);
        self.store.read(job, move |answer| {
            // Whoever asked may have given up waiting.
            let _received_or_given_up = sender.send(answer);
            tally.store_jobs.fetch_sub(1, Relaxed);
        });
        answered(receiver, self.within)
    }

    /// Whether the store's writer wrote, or could have, a moment ago. Asking it costs nothing.
    pub(crate) fn can_write(&self) -> bool {
        self.store.health().can_write
    }

    /// Asks writer and readers for a sign of life. Whatever they answer is one, and however long it takes.
    pub(crate) fn sound(&self) -> (impl Future<Output = ()> + 'static, impl Future<Output = ()> + 'static) {
        let (written, writes) = oneshot::channel::<()>();
        self.store.sound(move || drop(written));
        let (read, reads) = oneshot::channel::<()>();
        self.store.read(|_| Ok(()), move |_| drop(read));
        (async { drop(writes.await) }, async { drop(reads.await) })
    }

    /// Whether a panic has ended a thread of the store.
    pub(crate) fn has_dead_threads(&self) -> bool {
        self.store.health().dead_threads > 0
    }
}

async fn answered<T>(receiver: oneshot::Receiver<Result<T, StoreError>>, within: Duration) -> Result<T, RecordsError> {
    match tokio::time::timeout(within, receiver).await {
        Ok(Ok(answer)) => answer.map_err(RecordsError::from),
        Ok(Err(_)) => Err(RecordsError::Refused("the store is closed".to_owned())),
        Err(_) => Err(RecordsError::Unknown("the store did not answer in time".to_owned())),
    }
}
