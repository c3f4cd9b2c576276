//! A document on its way in.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use actix_web::web::{Bytes, Payload};
use futures_util::StreamExt;
use okienko::domain::documents::DocumentFault;
use okienko_actors::documents::UploadGrant;
use tokio::sync::{Mutex, watch};

use super::file::Writer;
use super::look;

/// A connection that brings nothing for so long has been lost; the browser goes on with another one.
const SILENT_FOR: Duration = Duration::from_secs(30);

/// What became of the bytes of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// More are to come.
    Part {
        /// How many there are now.
        received: u64,
    },
    /// All of them are there.
    All,
}

/// Why the bytes of one request were not taken, or not to their end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stopped {
    /// The document is refused for good.
    Refused(DocumentFault),
    /// This request came at the wrong time; the document is still wanted.
    Untimely(DocumentFault),
    /// The connection was lost; what came is kept.
    Lost,
    /// The disk did not take it.
    Disk(String),
}

/// A document that is being sent. It outlives each connection that brings bytes of it.
pub(super) struct Intake {
    pub(super) grant: UploadGrant,
    /// How many bytes have come, for whoever asks meanwhile.
    received: AtomicU64,
    /// The number of the newest request; an older one makes way.
    newest: watch::Sender<u64>,
    state: Mutex<State>,
}

struct State {
    /// None once everything has come, or it failed.
    writer: Option<Writer>,
    /// The first bytes, until they were looked at.
    head: Option<Vec<u8>>,
}

impl Intake {
    pub(super) fn new(grant: UploadGrant, writer: Writer) -> Self {
        let state = Mutex::new(State { writer: Some(writer), head: Some(Vec::new()) });
        Self { grant, received: AtomicU64::new(0), newest: watch::Sender::new(0), state }
    }

    /// How many bytes have come.
    pub(super) fn received(&self) -> u64 {
        self.received.load(Relaxed)
    }

    /// Takes the bytes of a request that begins at this offset and says that it has so many.
    ///
    /// # Errors
    /// [`Stopped`].
    pub(super) async fn take(&self, offset: u64, length: Option<u64>, mut body: Payload) -> Result<Taken, Stopped> {
        // The browser has begun anew: whoever holds the document on a connection that is dead lets go of it.
        let mut turn = 0;
        self.newest.send_modify(|newest| {
            *newest += 1;
            turn = *newest;
        });
        let mut newest = self.newest.subscribe();
        let mut state = self.state.lock().await;
        if offset != self.received() {
            return Err(Stopped::Untimely(DocumentFault::OffsetWrong));
        }
        let room = self.grant.size_bytes.saturating_sub(offset);
        if length.is_some_and(|length| length > room) {
            return Err(Stopped::Refused(DocumentFault::TooLarge));
        }
        loop {
            let overtaken = newest.wait_for(|newest| *newest != turn);
            let chunk = tokio::select! {
                biased;
                _ = overtaken => return Err(Stopped::Untimely(DocumentFault::OffsetWrong)),
                next = tokio::time::timeout(SILENT_FOR, body.next()) => match next {
                    Ok(Some(Ok(chunk))) => chunk,
                    Ok(None) => break,
                    Ok(Some(Err(_))) | Err(_) => return Err(Stopped::Lost),
                },
            };
            self.keep(&mut state, chunk).await?;
        }
        if self.received() < self.grant.size_bytes {
            return Ok(Taken::Part { received: self.received() });
        }
        let writer = state.writer.take().ok_or(Stopped::Untimely(DocumentFault::OffsetWrong))?;
        blocking(move || writer.finish()).await?;
        Ok(Taken::All)
    }

    async fn keep(&self, state: &mut State, chunk: Bytes) -> Result<(), Stopped> {
        let received = self.received() + chunk.len() as u64;
        if received > self.grant.size_bytes {
            return Err(Stopped::Refused(DocumentFault::TooLarge));
        }
        if let Some(head) = &mut state.head {
            head.extend_from_slice(&chunk);
            if head.len() >= look::HEAD_BYTES || received == self.grant.size_bytes {
                look::at_head(self.grant.name.kind(), head).map_err(Stopped::Refused)?;
                state.head = None;
            }
        }
        let Some(mut writer) = state.writer.take() else {
            return Err(Stopped::Untimely(DocumentFault::OffsetWrong));
        };
        state.writer = Some(blocking(move || writer.append(&chunk).map(|()| writer)).await?);
        self.received.store(received, Relaxed);
        Ok(())
    }
}

/// Does something with the disk on a thread that may wait for it.
async fn blocking<T: Send + 'static>(job: impl FnOnce() -> std::io::Result<T> + Send + 'static) -> Result<T, Stopped> {
    match tokio::task::spawn_blocking(job).await {
        Ok(done) => done.map_err(|error| Stopped::Disk(error.to_string())),
        Err(error) => Err(Stopped::Disk(error.to_string())),
    }
}
