//! The bytes of documents: taken in while they are looked at, kept sealed, handed out, and removed.
//!
//! Who may do what stands in the [`Cabinet`] of the actors; this part has the bytes and their keys. A document goes
//! through here in one direction: taken in ([`intake`]), looked into ([`look`]), scanned ([`scanner`]), handed out
//! (`fetch`), removed. Nothing of it is logged but ids and codes.

mod caretaker;
mod fetch;
mod file;
mod intake;
mod look;
mod scanner;
mod seal;
mod vault;

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use actix_web::web::Payload;
use okienko::config::DocumentsConfig;
use okienko::domain::documents::{DocumentFault, is_nearly_full};
use okienko::ids::{CallId, DocumentId};
use okienko::world::World;
use okienko_actors::documents::{Cabinet, UploadGrant};
use tokio::sync::Semaphore;

use crate::metrics::DocumentCounts;
use file::{Reader, Writer};
use intake::{Intake, Stopped, Taken};
use scanner::{Scanner, Verdict};
use seal::CallKey;
use vault::Vault;

pub use caretaker::keep;
pub use fetch::Fetched;

/// So many documents are looked into at once: each is in memory as a whole meanwhile.
const LOOKS_AT_ONCE: usize = 2;

/// What became of the bytes of a request, for whoever sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// So many are there, and more are to come.
    Part(u64),
    /// The document was found good.
    Good,
}

/// Why a request was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotTaken {
    /// For a reason that its sender is told.
    Fault(DocumentFault),
    /// Something here failed; the cause is for the log.
    Failed(String),
}

impl From<DocumentFault> for NotTaken {
    fn from(fault: DocumentFault) -> Self {
        Self::Fault(fault)
    }
}

/// All documents of this process.
pub struct Documents {
    cabinet: Arc<Cabinet>,
    vault: Vault,
    scanner: Option<Scanner>,
    world: World,
    counts: DocumentCounts,
    min_free_percent: u32,
    inner: Mutex<Inner>,
    looks: Semaphore,
}

#[derive(Default)]
struct Inner {
    drawers: HashMap<CallId, Drawer>,
    intakes: HashMap<DocumentId, Arc<Intake>>,
}

/// What of a call's documents must never be on the disk: the key. Dropping it makes the bytes unreadable.
struct Drawer {
    key: Arc<CallKey>,
    /// The number of each document, by which its segments are told from others'.
    numbers: HashMap<DocumentId, u32>,
    next: AtomicU32,
}

impl Documents {
    /// Makes the folder, and removes what dead processes left in it.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn open(
        config: &DocumentsConfig,
        cabinet: Arc<Cabinet>,
        world: World,
        counts: DocumentCounts,
    ) -> io::Result<Self> {
        let within = std::time::Duration::from_secs(config.scan_within_s.into());
        Ok(Self {
            cabinet,
            vault: Vault::open(&config.folder, &world)?,
            scanner: config.scanner.as_ref().map(|socket| Scanner::new(socket.path(), within)),
            world,
            counts,
            min_free_percent: config.min_free_percent,
            inner: Mutex::default(),
            looks: Semaphore::new(LOOKS_AT_ONCE),
        })
    }

    /// How many bytes of a document have come, and how many there will be.
    ///
    /// # Errors
    /// [`DocumentFault::Gone`] for a path that nobody was given, or whose document is not on its way any more.
    pub fn progress(&self, token: &str) -> Result<(u64, u64), DocumentFault> {
        let grant = self.cabinet.upload(token).ok_or(DocumentFault::Gone)?;
        let received = self.lock().intakes.get(&grant.document).map_or(0, |intake| intake.received());
        Ok((received, grant.size_bytes))
    }

    /// Takes bytes in; with the last of them the document is looked into, and this answers when that is done.
    ///
    /// # Errors
    /// [`NotTaken`].
    pub async fn receive(
        self: Arc<Self>,
        token: String,
        offset: u64,
        length: Option<u64>,
        body: Payload,
    ) -> Result<Received, NotTaken> {
        let grant = self.cabinet.upload(&token).ok_or(DocumentFault::Gone)?;
        if self.is_disk_full() {
            return Err(self.settle_refused(&grant, DocumentFault::StoreFull).into());
        }
        let intake = self.intake(&grant).map_err(|error| NotTaken::Failed(error.to_string()))?;
        match intake.take(offset, length, body).await {
            Ok(Taken::Part { received }) => Ok(Received::Part(received)),
            Ok(Taken::All) => self.finish(&grant).await,
            Err(Stopped::Refused(fault)) => Err(self.settle_refused(&grant, fault).into()),
            Err(Stopped::Untimely(fault)) => Err(fault.into()),
            // Nobody hears this answer; the browser asks how much came, and goes on.
            Err(Stopped::Lost) => Ok(Received::Part(intake.received())),
            Err(Stopped::Disk(error)) => {
                tracing::error!(call.id = %grant.call, %error, "a document could not be kept");
                Err(self.settle_refused(&grant, DocumentFault::StoreFull).into())
            }
        }
    }

    /// Everything has come: looks into it and passes it on or refuses it.
    async fn finish(&self, grant: &UploadGrant) -> Result<Received, NotTaken> {
        let is_wanted = self.cabinet.arrived(grant.call, grant.document);
        self.lock().intakes.remove(&grant.document);
        if !is_wanted {
            return Err(DocumentFault::Gone.into());
        }
        match self.look_into(grant).await {
            Ok(scanned) if self.cabinet.accept(grant.call, grant.document, scanned) => {
                self.counts.count_upload("ready");
                tracing::info!(call.id = %grant.call, scanned, "a document was found good");
                Ok(Received::Good)
            }
            Ok(_) => Err(DocumentFault::CallOver.into()),
            Err(fault) => Err(self.settle_refused(grant, fault).into()),
        }
    }

    /// Says whether a document was scanned; an error is what is wrong with it, or that nobody can know.
    async fn look_into(&self, grant: &UploadGrant) -> Result<bool, DocumentFault> {
        let unknown = |error: &dyn std::fmt::Display| {
            tracing::error!(call.id = %grant.call, %error, "a document could not be looked into");
            DocumentFault::ScanUnavailable
        };
        let _permit = self.looks.acquire().await.map_err(|error| unknown(&error))?;
        let reader = self.reader(grant.call, grant.document, grant.size_bytes).map_err(|error| unknown(&error))?;
        let kind = grant.name.kind();
        let looking = tokio::task::spawn_blocking(move || {
            let bytes = reader.rest()?;
            Ok::<_, io::Error>((look::at_whole(kind, &bytes), bytes))
        });
        // A panic of a library on strange bytes refuses the document like a failure of the disk.
        let (found, bytes) = looking.await.map_err(|error| unknown(&error))?.map_err(|error| unknown(&error))?;
        found?;
        let Some(scanner) = &self.scanner else { return Ok(false) };
        let begun = Instant::now();
        let verdict = scanner.scan(&bytes).await;
        self.counts.observe_scan(begun.elapsed());
        match verdict {
            Ok(Verdict::Clean) => Ok(true),
            Ok(Verdict::Infected) => Err(DocumentFault::Infected),
            Err(error) => {
                tracing::warn!(call.id = %grant.call, %error, "a document was not scanned, and is refused");
                Err(DocumentFault::ScanUnavailable)
            }
        }
    }

    /// Tells both sides that a document is not taken. Its bytes go when the cabinet says so.
    fn settle_refused(&self, grant: &UploadGrant, fault: DocumentFault) -> DocumentFault {
        if self.cabinet.refuse(grant.call, grant.document, fault) {
            self.counts.count_upload(fault.word());
            tracing::info!(call.id = %grant.call, problem.code = fault.word(), "a document was refused");
        }
        fault
    }

    fn intake(&self, grant: &UploadGrant) -> io::Result<Arc<Intake>> {
        let mut inner = self.lock();
        if let Some(known) = inner.intakes.get(&grant.document) {
            return Ok(Arc::clone(known));
        }
        let file = self.vault.create(grant.document)?;
        let drawer = match inner.drawers.entry(grant.call) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(free) => {
                let key = CallKey::new(&self.world.random()).map_err(io::Error::other)?;
                free.insert(Drawer { key: Arc::new(key), numbers: HashMap::new(), next: AtomicU32::new(0) })
            }
        };
        let number = drawer.next.fetch_add(1, Relaxed);
        drawer.numbers.insert(grant.document, number);
        let writer = Writer::new(file, Arc::clone(&drawer.key), number);
        let intake = Arc::new(Intake::new(grant.clone(), writer));
        inner.intakes.insert(grant.document, Arc::clone(&intake));
        Ok(intake)
    }

    /// Opens the bytes of a document for reading.
    fn reader(&self, call: CallId, document: DocumentId, size_bytes: u64) -> io::Result<Reader> {
        let (key, number) = {
            let inner = self.lock();
            let drawer = inner.drawers.get(&call).ok_or(io::ErrorKind::NotFound)?;
            let number = drawer.numbers.get(&document).ok_or(io::ErrorKind::NotFound)?;
            (Arc::clone(&drawer.key), *number)
        };
        let file = std::fs::File::open(self.vault.path(document))?;
        Ok(Reader::new(file, key, number, size_bytes))
    }

    /// Removes the bytes of one document.
    fn remove(&self, call: CallId, document: DocumentId) {
        {
            let mut inner = self.lock();
            inner.intakes.remove(&document);
            if let Some(drawer) = inner.drawers.get_mut(&call) {
                drawer.numbers.remove(&document);
            }
        }
        if let Err(error) = self.vault.remove(document) {
            tracing::error!(call.id = %call, %error, "a document could not be removed; it is tried again");
        }
    }

    /// Removes the key and the bytes of a whole call.
    fn remove_call(&self, call: CallId) {
        let drawer = self.lock().drawers.remove(&call);
        for document in drawer.iter().flat_map(|drawer| drawer.numbers.keys()) {
            self.remove(call, *document);
        }
    }

    /// Forgets and removes whatever the cabinet does not know. Gives how many documents that were.
    fn remove_strays(&self) -> io::Result<usize> {
        let wanted = self.cabinet.wanted();
        let strays: Vec<DocumentId> = self.vault.list()?.into_iter().filter(|id| !wanted.contains(id)).collect();
        let mut inner = self.lock();
        inner.intakes.retain(|document, _| wanted.contains(document));
        inner.drawers.retain(|_, drawer| {
            drawer.numbers.retain(|document, _| wanted.contains(document));
            !drawer.numbers.is_empty()
        });
        drop(inner);
        for stray in &strays {
            self.vault.remove(*stray)?;
        }
        Ok(strays.len())
    }

    fn is_disk_full(&self) -> bool {
        match self.vault.space() {
            Ok((free, all)) => is_nearly_full(free, all, self.min_free_percent),
            Err(error) => {
                tracing::warn!(%error, "it is not known how full the disk is");
                false
            }
        }
    }

    /// Removes everything: the process ends.
    pub fn close(&self) {
        if let Err(error) = self.vault.clear_away() {
            tracing::warn!(%error, "the folder of documents is left to the next start");
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Each change is one insertion or removal, which a panic cannot leave half-done.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Documents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Documents").field("vault", &self.vault).finish_non_exhaustive()
    }
}
