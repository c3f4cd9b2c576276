//! What has to be done again and again: deleting what is past its keeping time, finding the first site.

use std::time::Duration;

use actix_web::web::Data;
use okienko::store::retention::{self, KeepingTimes, Swept};
use okienko::store::{Db, StoreError, sites};
use tokio::sync::oneshot;

use crate::state::AppState;

/// How often, which is also how long something may outlive its keeping time.
const EVERY: Duration = Duration::from_secs(5 * 60);

/// Keeps house until the process ends.
pub async fn keep(state: Data<AppState>) {
    let mut due = tokio::time::interval(EVERY);
    due.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let _ = due.tick().await;
        match state.read(sites::all).await {
            Ok(sites) => state.sites.set_first(&sites),
            Err(error) => tracing::warn!(%error, "the list of sites could not be read"),
        }
        match sweep(&state).await {
            Ok(swept) if swept == Swept::default() => {}
            Ok(swept) => tracing::info!(?swept, "what was past its keeping time was deleted"),
            Err(StoreError::Closed) => return,
            Err(error) => tracing::error!(%error, "what is past its keeping time could not be deleted"),
        }
    }
}

/// Deletes what is due now, from the write-ahead log too.
///
/// # Errors
/// Those of the store.
pub async fn sweep(state: &AppState) -> Result<Swept, StoreError> {
    let now = state.world.now();
    let (sender, receiver) = oneshot::channel();
    // Nobody waits for it, so it may take longer than a request.
    let sweep = move |db: &mut Db| retention::sweep(db, now, &KeepingTimes::default());
    state.store.write(sweep, move |swept| drop(sender.send(swept)));
    let swept = receiver.await.unwrap_or(Err(StoreError::Closed))?;
    if swept != Swept::default() {
        let (sender, receiver) = oneshot::channel();
        state.store.checkpoint(move |done| drop(sender.send(done)));
        receiver.await.unwrap_or(Err(StoreError::Closed))?;
    }
    Ok(swept)
}
