//! The documents of the calls that go on, or ended a short while ago: who knows what of them, under which addresses.
//!
//! The cabinet has a [`Shelf`] for each call and outlives its room, like the ledger. It is no actor: members' sessions
//! and presences ask it and are told of changes, and the edge, which has the bytes, asks it whom it may let. All of it
//! is in memory, as are the keys of the bytes: when the process dies, the documents are gone.

mod grants;
mod members;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix::prelude::*;
use okienko::domain::documents::{DocumentFault, DocumentRules, Shelf};
use okienko::ids::{CallId, ClerkId, DocumentId, MemberId, OfficeId, SessionId};
use okienko::world::World;
use tokio::sync::mpsc;

pub use grants::{DownloadGrant, UploadGrant};
use grants::{Grant, Grants};

/// How long it is remembered that a call's documents are gone, in seconds, for those who look again.
const REMEMBERED_S: u32 = 30 * 60;

/// Tells a member's actor that the documents of a call are others than before.
#[derive(Message, Debug, Clone, Copy)]
#[rtype(result = "()")]
pub(crate) struct DocumentsChanged {
    pub(crate) call: CallId,
}

/// Whose seat it is: what stays the same when a browser comes back or an actor is built anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Owner {
    /// A citizen's.
    Session(SessionId),
    /// A clerk's.
    Clerk(ClerkId),
}

/// A document whose bytes are to be removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Discarded {
    /// Of which call.
    pub call: CallId,
    /// Which.
    pub document: DocumentId,
}

/// The shelves of all calls. Locked for moments only.
pub struct Cabinet {
    world: World,
    rules: DocumentRules,
    inner: Mutex<Inner>,
    discarded: mpsc::UnboundedSender<Discarded>,
    /// Until somebody takes it who removes bytes.
    removals: Mutex<Option<mpsc::UnboundedReceiver<Discarded>>>,
}

#[derive(Default)]
struct Inner {
    shelves: HashMap<CallId, Kept>,
    grants: Grants,
    /// What offices have chosen; the others go by the rules.
    kept_min: HashMap<OfficeId, u32>,
    /// Why nothing can be sent now, if so.
    closed: Option<DocumentFault>,
}

/// The shelf of one call and who looks at it.
struct Kept {
    office: OfficeId,
    shelf: Shelf,
    seats: Vec<Seat>,
}

struct Seat {
    owner: Owner,
    member: MemberId,
    to: Recipient<DocumentsChanged>,
}

impl Kept {
    fn tell_all(&self, call: CallId) {
        for seat in &self.seats {
            seat.to.do_send(DocumentsChanged { call });
        }
    }
}

impl Cabinet {
    /// An empty cabinet.
    pub(crate) fn new(world: World, rules: DocumentRules) -> Arc<Self> {
        let (discarded, removals) = mpsc::unbounded_channel();
        let (inner, removals) = (Mutex::default(), Mutex::new(Some(removals)));
        Arc::new(Self { world, rules, inner, discarded, removals })
    }

    /// How long an office keeps documents after a call, in minutes; None if it has not chosen. Holds at once.
    pub(crate) fn keep_for(&self, office: OfficeId, minutes: Option<u32>) {
        let mut inner = self.lock();
        let kept_min = minutes.unwrap_or(self.rules.kept_min);
        if inner.kept_min.insert(office, kept_min).unwrap_or(self.rules.kept_min) == kept_min {
            return;
        }
        for (call, kept) in inner.shelves.iter_mut().filter(|(_, kept)| kept.office == office) {
            kept.shelf.keep_for(kept_min);
            kept.tell_all(*call);
        }
    }

    /// A call has begun. Says nothing new of one that is known.
    pub(crate) fn open(&self, call: CallId, office: OfficeId) {
        let mut inner = self.lock();
        let kept_min = inner.kept_min.get(&office).copied();
        inner.shelves.entry(call).or_insert_with(|| {
            let mut shelf = Shelf::new(self.rules);
            shelf.keep_for(kept_min.unwrap_or(self.rules.kept_min));
            Kept { office, shelf, seats: Vec::new() }
        });
    }

    /// A call is over.
    pub(crate) fn end(&self, call: CallId) {
        let now = self.world.now();
        self.change(call, |shelf| shelf.end(now));
    }

    /// Ends the calls of an office that are not among those that go on: nobody was there to say so.
    pub(crate) fn end_others(&self, office: OfficeId, going_on: &[CallId]) {
        let is_stray = |(call, kept): &(&CallId, &Kept)| kept.office == office && !going_on.contains(*call);
        let strays: Vec<CallId> = self.lock().shelves.iter().filter(is_stray).map(|(call, _)| *call).collect();
        for call in strays {
            self.end(call);
        }
    }

    /// Lets nobody begin to send while there is a reason, such as a full disk.
    pub fn close_for(&self, reason: Option<DocumentFault>) {
        self.lock().closed = reason;
    }

    /// What a path for sending bytes was given out for, as long as bytes may come.
    #[must_use]
    pub fn upload(&self, token: &str) -> Option<UploadGrant> {
        let inner = self.lock();
        let Some(Grant::Upload { call, document }) = inner.grants.find(token) else { return None };
        let shelf = &inner.shelves.get(&call)?.shelf;
        let known = shelf.document(document).filter(|_| shelf.is_sending(document))?;
        Some(UploadGrant { call, document, name: known.name.clone(), size_bytes: known.size_bytes })
    }

    /// What a path for fetching was given out for, as long as it may be fetched.
    #[must_use]
    pub fn download(&self, token: &str) -> Option<DownloadGrant> {
        let inner = self.lock();
        let Some(Grant::Download { call, document, member }) = inner.grants.find(token) else { return None };
        let known = inner.shelves.get(&call)?.shelf.fetchable(member, document, self.world.now())?;
        let (name, kind, size_bytes) = (known.name.clone(), known.kind, known.size_bytes);
        Some(DownloadGrant { call, document, member, name, kind, size_bytes })
    }

    /// A member fetches a document.
    pub fn opened(&self, grant: &DownloadGrant) {
        self.change_if(grant.call, |shelf| shelf.open(grant.member, grant.document));
    }

    /// All bytes of a document are there. Says whether it is still wanted.
    #[must_use]
    pub fn arrived(&self, call: CallId, document: DocumentId) -> bool {
        self.change_if(call, |shelf| shelf.arrived(document))
    }

    /// A document was found good. Says whether it is still wanted.
    #[must_use]
    pub fn accept(&self, call: CallId, document: DocumentId, scanned: bool) -> bool {
        self.change_if(call, |shelf| shelf.accept(document, scanned))
    }

    /// A document is not taken. Says whether it was still wanted.
    pub fn refuse(&self, call: CallId, document: DocumentId, fault: DocumentFault) -> bool {
        self.change_if(call, |shelf| shelf.refuse(document, fault))
    }

    /// The calls whose documents must be deleted by now. Nobody can fetch them any more.
    #[must_use]
    pub fn due(&self) -> Vec<CallId> {
        let (now, inner) = (self.world.now(), self.lock());
        let is_due = |kept: &Kept| kept.shelf.is_over_at(now) && !kept.shelf.is_empty();
        inner.shelves.iter().filter(|(_, kept)| is_due(kept)).map(|(call, _)| *call).collect()
    }

    /// The bytes of a call's documents are gone: so is what was known of them, and both sides are told.
    pub fn emptied(&self, call: CallId) {
        let mut inner = self.lock();
        inner.grants.revoke(call);
        if let Some(kept) = inner.shelves.get_mut(&call) {
            kept.shelf.empty();
            kept.tell_all(call);
        }
    }

    /// Forgets the calls that were emptied a good while ago.
    pub fn forget_old(&self) {
        let long_ago = okienko::domain::timings::before(self.world.now(), REMEMBERED_S);
        let is_old = |kept: &Kept| kept.shelf.is_empty() && kept.shelf.delete_at().is_some_and(|at| at < long_ago);
        self.lock().shelves.retain(|_, kept| !is_old(kept));
    }

    /// The documents whose bytes are to be removed, as they become so. None if somebody takes care of them already.
    #[must_use]
    pub fn removals(&self) -> Option<mpsc::UnboundedReceiver<Discarded>> {
        self.removals.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// The documents that have bytes, or may get some.
    #[must_use]
    pub fn wanted(&self) -> HashSet<DocumentId> {
        self.lock().shelves.values().flat_map(|kept| kept.shelf.with_bytes()).collect()
    }

    /// How many documents can be fetched at this moment, in all calls.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.lock().shelves.values().map(|kept| kept.shelf.count() as u64).sum()
    }

    fn change(&self, call: CallId, change: impl FnOnce(&mut Shelf)) {
        self.change_if(call, |shelf| {
            change(shelf);
            true
        });
    }

    /// Changes a shelf, and tells its members if that was news to them.
    fn change_if(&self, call: CallId, change: impl FnOnce(&mut Shelf) -> bool) -> bool {
        let mut inner = self.lock();
        let Some(kept) = inner.shelves.get_mut(&call) else { return false };
        let is_news = change(&mut kept.shelf);
        for document in kept.shelf.take_discarded() {
            if self.discarded.send(Discarded { call, document }).is_err() {
                tracing::debug!(call.id = %call, "nobody removes bytes: there are none");
            }
        }
        if is_news {
            kept.tell_all(call);
        }
        is_news
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Each change of a shelf is complete before anybody is told; a panic between two of them leaves both right.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Cabinet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cabinet").finish_non_exhaustive()
    }
}
