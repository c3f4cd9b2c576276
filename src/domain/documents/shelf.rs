//! What is known of the documents of one call, and what may be done with them.

use jiff::Timestamp;

use super::fault::DocumentFault;
use super::name::DocumentName;
use super::request::{Request, checked, may_ask};
use super::{DocumentRules, MOST_KEPT_MIN};
use crate::domain::timings;
use crate::ids::{DocumentId, DocumentRequestId, MemberId};
use crate::wire::{DocumentKind, DocumentState, Role};

/// So many times as many as a call may hold can be tried: refused and taken back ones leave no bytes, but cost work.
const TRIES_FOR_EACH: usize = 4;

/// A call has at most so many wishes.
const MOST_REQUESTS: usize = 20;

/// A browser's own word for a document has at most so many characters.
const MAX_ID_CHARS: usize = 64;

/// What a member wants to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Chosen by the browser, so that the same one said again is not a second document.
    pub id: String,
    /// The name as the browser says it.
    pub name: String,
    /// How many bytes will come.
    pub size_bytes: u64,
    /// For which wish.
    pub request: Option<DocumentRequestId>,
}

/// One document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Which.
    pub id: DocumentId,
    /// Who sends it.
    pub by: MemberId,
    /// What it is called.
    pub name: DocumentName,
    /// How large it is.
    pub size_bytes: u64,
    /// What is inside; what the name says until it was looked at.
    pub kind: DocumentKind,
    pub(super) role: Role,
    pub(super) chosen: String,
    pub(super) at: Timestamp,
    pub(super) request: Option<DocumentRequestId>,
    pub(super) standing: Standing,
}

/// Where a document is, with what belongs to that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Sending,
    Checking,
    Ready { scanned: bool, opened: bool },
    Refused(DocumentFault),
    TakenBack,
}

impl Standing {
    pub(super) const fn view(self) -> DocumentState {
        match self {
            Self::Sending => DocumentState::Sending,
            Self::Checking => DocumentState::Checking,
            Self::Ready { .. } => DocumentState::Ready,
            Self::Refused(_) => DocumentState::Refused,
            Self::TakenBack => DocumentState::TakenBack,
        }
    }

    /// Whether there are, or will be, bytes of it.
    const fn has_bytes(self) -> bool {
        matches!(self, Self::Sending | Self::Checking | Self::Ready { .. })
    }
}

/// The documents of one call.
#[derive(Debug, Clone)]
pub struct Shelf {
    pub(super) rules: DocumentRules,
    pub(super) seats: Vec<(MemberId, Role)>,
    pub(super) documents: Vec<Document>,
    pub(super) requests: Vec<Request>,
    pub(super) ended_at: Option<Timestamp>,
    pub(super) is_emptied: bool,
    /// Documents begun so far, those that came to nothing among them.
    tries: usize,
    /// Whose bytes are to be removed, until somebody takes the list.
    discarded: Vec<DocumentId>,
}

impl Shelf {
    /// An empty shelf of a call that goes on.
    #[must_use]
    pub const fn new(rules: DocumentRules) -> Self {
        Self {
            rules,
            seats: Vec::new(),
            documents: Vec::new(),
            requests: Vec::new(),
            ended_at: None,
            is_emptied: false,
            tries: 0,
            discarded: Vec::new(),
        }
    }

    /// Lets a member of the call see and send documents.
    pub fn sit(&mut self, member: MemberId, role: Role) {
        if self.role_of(member).is_none() {
            self.seats.push((member, role));
        }
    }

    /// Begins a document, or finds the one that this offer began before.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn begin(
        &mut self,
        member: MemberId,
        offer: &Offer,
        id: DocumentId,
        now: Timestamp,
    ) -> Result<DocumentId, DocumentFault> {
        let role = self.role_of(member).filter(|_| self.ended_at.is_none()).ok_or(DocumentFault::CallOver)?;
        if let Some(known) = self.documents.iter().find(|known| known.by == member && known.chosen == offer.id) {
            return Ok(known.id);
        }
        let name = DocumentName::parse(&offer.name)?;
        if offer.id.is_empty() || offer.id.chars().count() > MAX_ID_CHARS {
            return Err(DocumentFault::NameLong);
        }
        if offer.size_bytes == 0 {
            return Err(DocumentFault::Empty);
        }
        if offer.size_bytes > self.rules.max_bytes {
            return Err(DocumentFault::TooLarge);
        }
        let held = self.documents.iter().filter(|document| document.standing.has_bytes()).count();
        if held >= self.rules.max_count || self.tries >= self.rules.max_count.saturating_mul(TRIES_FOR_EACH) {
            return Err(DocumentFault::TooMany);
        }
        if offer.request.is_some_and(|request| !self.may_answer(member, request)) {
            return Err(DocumentFault::RequestGone);
        }
        self.tries += 1;
        self.documents.push(Document {
            id,
            by: member,
            kind: name.kind(),
            name,
            size_bytes: offer.size_bytes,
            role,
            chosen: offer.id.clone(),
            at: now,
            request: offer.request,
            standing: Standing::Sending,
        });
        Ok(id)
    }

    /// All bytes are there; they are being looked at. Says whether the document is still wanted.
    pub fn arrived(&mut self, id: DocumentId) -> bool {
        self.step(id, Standing::Sending, Standing::Checking)
    }

    /// What was looked at is good: everybody may fetch it. Says whether it is still wanted.
    pub fn accept(&mut self, id: DocumentId, scanned: bool) -> bool {
        self.step(id, Standing::Checking, Standing::Ready { scanned, opened: false })
    }

    /// It is not taken. Says whether it was still wanted.
    pub fn refuse(&mut self, id: DocumentId, fault: DocumentFault) -> bool {
        let pending = self.document_mut(id).filter(|d| matches!(d.standing, Standing::Sending | Standing::Checking));
        let Some(document) = pending else { return false };
        document.standing = Standing::Refused(fault);
        self.discarded.push(id);
        true
    }

    /// The sender takes a document back, or gives up sending it.
    ///
    /// # Errors
    /// [`DocumentFault::Gone`] if it is none of theirs or has no bytes; [`DocumentFault::Opened`] if somebody else has
    /// opened it; [`DocumentFault::CallOver`].
    pub fn take_back(&mut self, member: MemberId, id: DocumentId) -> Result<(), DocumentFault> {
        if self.ended_at.is_some() {
            return Err(DocumentFault::CallOver);
        }
        let own = self.document_mut(id).filter(|document| document.by == member);
        let document = own.filter(|document| document.standing.has_bytes()).ok_or(DocumentFault::Gone)?;
        if matches!(document.standing, Standing::Ready { opened: true, .. }) {
            return Err(DocumentFault::Opened);
        }
        document.standing = Standing::TakenBack;
        self.discarded.push(id);
        Ok(())
    }

    /// The document that a member may fetch now.
    #[must_use]
    pub fn fetchable(&self, member: MemberId, id: DocumentId, now: Timestamp) -> Option<&Document> {
        if self.role_of(member).is_none() || self.is_over_at(now) {
            return None;
        }
        self.document(id).filter(|document| matches!(document.standing, Standing::Ready { .. }))
    }

    /// A member fetches a document. Says whether that is news to its sender.
    pub fn open(&mut self, member: MemberId, id: DocumentId) -> bool {
        match self.document_mut(id).filter(|document| document.by != member) {
            Some(Document { standing: Standing::Ready { opened, .. }, .. }) => !std::mem::replace(opened, true),
            _ => false,
        }
    }

    /// Asks for a document.
    ///
    /// # Errors
    /// [`DocumentFault::CallOver`], also for those who may not ask; [`DocumentFault::TooMany`]; those of the words.
    pub fn ask(
        &mut self,
        member: MemberId,
        said: &str,
        id: DocumentRequestId,
        now: Timestamp,
    ) -> Result<(), DocumentFault> {
        let role = self.asker(member)?;
        let name = checked(said)?;
        if self.requests.len() >= MOST_REQUESTS {
            return Err(DocumentFault::TooMany);
        }
        self.requests.push(Request { id, name, by: member, role, at: now, asked_again_at: None });
        Ok(())
    }

    /// The wish is no longer one. A document that was sent for it stays.
    ///
    /// # Errors
    /// [`DocumentFault::CallOver`], [`DocumentFault::RequestGone`].
    pub fn drop_request(&mut self, member: MemberId, id: DocumentRequestId) -> Result<(), DocumentFault> {
        self.asker(member)?;
        let before = self.requests.len();
        self.requests.retain(|request| request.id != id);
        if self.requests.len() < before { Ok(()) } else { Err(DocumentFault::RequestGone) }
    }

    /// What was sent for the wish will not do.
    ///
    /// # Errors
    /// [`DocumentFault::CallOver`], [`DocumentFault::RequestGone`] also for a wish that nobody has answered.
    pub fn ask_again(&mut self, member: MemberId, id: DocumentRequestId) -> Result<(), DocumentFault> {
        self.asker(member)?;
        let asked_at = self.documents.len();
        let answered =
            self.requests.iter().position(|request| request.id == id && self.answers(request).next().is_some());
        let request = answered.and_then(|index| self.requests.get_mut(index)).ok_or(DocumentFault::RequestGone)?;
        request.asked_again_at = Some(asked_at);
        Ok(())
    }

    /// The call is over: what has not been found good by now never will be.
    pub fn end(&mut self, at: Timestamp) {
        if self.ended_at.is_some() {
            return;
        }
        self.ended_at = Some(at);
        let pending = |document: &&Document| matches!(document.standing, Standing::Sending | Standing::Checking);
        let unfinished: Vec<DocumentId> = self.documents.iter().filter(pending).map(|document| document.id).collect();
        for id in unfinished {
            self.refuse(id, DocumentFault::CallOver);
        }
    }

    /// Whether there is anything to tell of it: the call goes on, or somebody sent or wished for a document in it.
    #[must_use]
    pub const fn is_of_interest(&self) -> bool {
        self.ended_at.is_none() || self.tries > 0 || !self.requests.is_empty()
    }

    /// The office keeps documents for so long. A shorter time holds at once; what is gone does not come back.
    pub fn keep_for(&mut self, minutes: u32) {
        self.rules.kept_min = minutes.min(MOST_KEPT_MIN);
    }

    /// When everything is deleted; None while the call goes on.
    #[must_use]
    pub fn delete_at(&self) -> Option<Timestamp> {
        self.ended_at.map(|ended_at| timings::after(ended_at, self.rules.kept_min.saturating_mul(60)))
    }

    /// Whether everything must be, or is, deleted at this instant.
    #[must_use]
    pub fn is_over_at(&self, now: Timestamp) -> bool {
        self.is_emptied || self.delete_at().is_some_and(|delete_at| delete_at <= now)
    }

    /// The bytes are gone; so is all that was known of them.
    pub fn empty(&mut self) {
        self.is_emptied = true;
        self.documents.clear();
        self.requests.clear();
        self.discarded.clear();
    }

    /// Whose bytes are to be removed since this was asked last.
    pub fn take_discarded(&mut self) -> Vec<DocumentId> {
        std::mem::take(&mut self.discarded)
    }

    /// Whether the bytes were removed.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.is_emptied
    }

    /// The documents that have bytes, or may get some.
    pub fn with_bytes(&self) -> impl Iterator<Item = DocumentId> {
        self.documents.iter().filter(|document| document.standing.has_bytes()).map(|document| document.id)
    }

    /// How many documents can be fetched.
    #[must_use]
    pub fn count(&self) -> usize {
        self.documents.iter().filter(|document| matches!(document.standing, Standing::Ready { .. })).count()
    }

    /// A document that is on the shelf.
    #[must_use]
    pub fn document(&self, id: DocumentId) -> Option<&Document> {
        self.documents.iter().find(|document| document.id == id)
    }

    /// Whether the bytes of a document are on their way.
    #[must_use]
    pub fn is_sending(&self, id: DocumentId) -> bool {
        self.document(id).is_some_and(|document| document.standing == Standing::Sending)
    }

    pub(super) fn role_of(&self, member: MemberId) -> Option<Role> {
        self.seats.iter().find(|(seated, _)| *seated == member).map(|(_, role)| *role)
    }

    fn asker(&self, member: MemberId) -> Result<Role, DocumentFault> {
        let role = self.role_of(member).filter(|role| may_ask(*role) && self.ended_at.is_none());
        role.ok_or(DocumentFault::CallOver)
    }

    fn may_answer(&self, member: MemberId, request: DocumentRequestId) -> bool {
        self.requests.iter().any(|known| known.id == request && known.by != member)
    }

    /// The documents that answer a wish.
    pub(super) fn answers(&self, request: &Request) -> impl Iterator<Item = &Document> {
        let (id, from) = (request.id, request.asked_again_at.unwrap_or(0));
        let sent_for_it = self.documents.iter().skip(from).filter(move |document| document.request == Some(id));
        sent_for_it.filter(|document| matches!(document.standing, Standing::Ready { .. }))
    }

    fn step(&mut self, id: DocumentId, from: Standing, to: Standing) -> bool {
        match self.document_mut(id).filter(|document| document.standing == from) {
            Some(document) => {
                document.standing = to;
                true
            }
            None => false,
        }
    }

    fn document_mut(&mut self, id: DocumentId) -> Option<&mut Document> {
        self.documents.iter_mut().find(|document| document.id == id)
    }
}
