//! What has to be done for documents without anybody asking: removing them in time, and saying when none can be taken.

use std::sync::Arc;
use std::time::Duration;

use okienko::domain::documents::DocumentFault;
use okienko_actors::documents::Discarded;

use super::Documents;

/// How often it is looked what is due: so much longer at most documents lie there than they should. Nobody can fetch
/// them meanwhile.
const EVERY: Duration = Duration::from_secs(1);

/// Disk and scanner are looked at each so many times.
const DOORS_EACH: u64 = 5;

/// What was forgotten on the disk is looked for each so many times.
const TIDY_EACH: u64 = 300;

/// Looks after documents until the process ends.
pub async fn keep(documents: Arc<Documents>) {
    let Some(mut discarded) = documents.cabinet.removals() else {
        return tracing::error!("documents are looked after twice");
    };
    let mut due = tokio::time::interval(EVERY);
    due.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let (mut round, mut closed) = (0_u64, None);
    loop {
        tokio::select! {
            taken = discarded.recv() => match taken {
                Some(Discarded { call, document }) => documents.on_disk(move |it| it.remove(call, document)).await,
                None => return,
            },
            _ = due.tick() => {
                documents.remove_due().await;
                if round.is_multiple_of(DOORS_EACH) {
                    closed = documents.watch_doors(closed).await;
                }
                if round.is_multiple_of(TIDY_EACH) {
                    documents.tidy().await;
                }
                round += 1;
            }
        }
    }
}

impl Documents {
    /// Deletes what is due, and then says so to both sides.
    pub async fn remove_due(self: &Arc<Self>) {
        for call in self.cabinet.due() {
            self.on_disk(move |it| it.remove_call(call)).await;
            self.cabinet.emptied(call);
            tracing::info!(call.id = %call, "the documents of a call were deleted");
        }
    }

    /// Lets nobody begin to send what could not be kept or scanned. Gives the reason, and logs it when it is another one
    /// than before.
    async fn watch_doors(&self, before: Option<DocumentFault>) -> Option<DocumentFault> {
        let reason = if self.is_disk_full() {
            Some(DocumentFault::StoreFull)
        } else {
            match &self.scanner {
                Some(scanner) if !scanner.is_there().await => Some(DocumentFault::ScanUnavailable),
                _ => None,
            }
        };
        match reason.filter(|_| reason != before) {
            Some(reason) => tracing::warn!(problem.code = reason.word(), "documents are refused for now"),
            None if reason.is_none() && before.is_some() => tracing::info!("documents are taken again"),
            None => {}
        }
        self.cabinet.close_for(reason);
        reason
    }

    /// Removes what nobody remembers, here and of processes that died.
    pub async fn tidy(self: &Arc<Self>) {
        self.cabinet.forget_old();
        self.on_disk(|it| {
            let removing = it.remove_strays().and_then(|strays| Ok((strays, it.vault.remove_orphans()?)));
            match removing {
                Ok((0, 0)) => {}
                Ok((documents, folders)) => tracing::info!(documents, folders, "forgotten documents were removed"),
                Err(error) => tracing::error!(%error, "forgotten documents could not be removed"),
            }
        })
        .await;
    }

    /// Does something with the disk on a thread that may wait for it.
    async fn on_disk(self: &Arc<Self>, job: impl FnOnce(&Self) + Send + 'static) {
        let it = Arc::clone(self);
        if let Err(error) = tokio::task::spawn_blocking(move || job(&it)).await {
            tracing::error!(%error, "documents could not be looked after");
        }
    }
}
