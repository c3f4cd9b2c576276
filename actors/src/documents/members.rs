//! What members' sessions and presences ask of the cabinet.

use std::cmp::Reverse;

use actix::prelude::*;
use jiff::Timestamp;
use okienko::domain::documents::{DocumentFault, Offer, Shelf};
use okienko::ids::{CallId, DocumentId, DocumentRequestId, MemberId};
use okienko::wire::{DocumentState, DocumentsView, Role};

use super::grants::{Grant, Grants};
use super::{Cabinet, DocumentsChanged, Kept, Owner, Seat};

/// Of so many calls somebody is told at most when they come.
const MOST_FOLLOWED: usize = 16;

impl Cabinet {
    /// A member of a call is there: they see its documents from now on, and are told of changes.
    pub(crate) fn sit(
        &self,
        call: CallId,
        owner: Owner,
        (member, role): (MemberId, Role),
        to: Recipient<DocumentsChanged>,
    ) {
        let mut inner = self.lock();
        let Some(kept) = inner.shelves.get_mut(&call) else { return };
        kept.shelf.sit(member, role);
        kept.seats.retain(|seat| seat.owner != owner);
        kept.seats.push(Seat { owner, member, to });
    }

    /// Tells somebody, who may have been built anew, of the documents of all calls they are or were in. Calls without any
    /// are passed over, and of those that are over only the newest are told of: a clerk has many in an hour, and a frame for
    /// each would be more than may wait for a socket.
    pub(crate) fn follow(&self, owner: Owner, to: &Recipient<DocumentsChanged>) -> Vec<DocumentsView> {
        let mut inner = self.lock();
        let inner = &mut *inner;
        let mut views: Vec<DocumentsView> = Vec::new();
        for (call, kept) in inner.shelves.iter_mut().filter(|(_, kept)| kept.shelf.is_of_interest()) {
            if let Some(seat) = kept.seats.iter_mut().find(|seat| seat.owner == owner) {
                seat.to = to.clone();
                views.extend(self.dressed(*call, kept, &mut inner.grants, owner));
            }
        }
        // A call that goes on has no end yet, and stands first.
        views.sort_by_key(|view| Reverse(view.delete_at.unwrap_or(Timestamp::MAX)));
        views.truncate(MOST_FOLLOWED);
        views
    }

    /// The documents of a call as somebody sees them.
    pub(crate) fn view(&self, call: CallId, owner: Owner) -> Option<DocumentsView> {
        let mut inner = self.lock();
        let inner = &mut *inner;
        let kept = inner.shelves.get(&call)?;
        self.dressed(call, kept, &mut inner.grants, owner)
    }

    /// A member begins to send a document.
    pub(crate) fn begin(&self, call: CallId, member: MemberId, offer: &Offer) -> Result<(), DocumentFault> {
        if let Some(reason) = self.lock().closed {
            return Err(reason);
        }
        let (id, now) = (DocumentId::new(&self.world), self.world.now());
        self.wish(call, |shelf| shelf.begin(member, offer, id, now).map(drop))
    }

    /// A member takes a document back.
    pub(crate) fn take_back(&self, call: CallId, member: MemberId, document: DocumentId) -> Result<(), DocumentFault> {
        self.wish(call, |shelf| shelf.take_back(member, document))
    }

    /// A clerk asks for a document.
    pub(crate) fn ask(&self, call: CallId, member: MemberId, name: &str) -> Result<(), DocumentFault> {
        let (id, now) = (DocumentRequestId::new(&self.world), self.world.now());
        self.wish(call, |shelf| shelf.ask(member, name, id, now))
    }

    /// A clerk asks again, because what was sent will not do.
    pub(crate) fn ask_again(
        &self,
        call: CallId,
        member: MemberId,
        request: DocumentRequestId,
    ) -> Result<(), DocumentFault> {
        self.wish(call, |shelf| shelf.ask_again(member, request))
    }

    /// A clerk no longer wishes for a document.
    pub(crate) fn drop_request(
        &self,
        call: CallId,
        member: MemberId,
        request: DocumentRequestId,
    ) -> Result<(), DocumentFault> {
        self.wish(call, |shelf| shelf.drop_request(member, request))
    }

    /// Does what a member wishes, if the rules let them.
    fn wish(
        &self,
        call: CallId,
        change: impl FnOnce(&mut Shelf) -> Result<(), DocumentFault>,
    ) -> Result<(), DocumentFault> {
        let mut outcome = Err(DocumentFault::CallOver);
        self.change_if(call, |shelf| {
            outcome = change(shelf);
            outcome.is_ok()
        });
        outcome
    }

    /// A view with the addresses of bytes in it.
    fn dressed(&self, call: CallId, kept: &Kept, grants: &mut Grants, owner: Owner) -> Option<DocumentsView> {
        let member = kept.seats.iter().find(|seat| seat.owner == owner)?.member;
        let mut view = kept.shelf.view(call, member, self.world.now())?;
        for seen in &mut view.documents {
            let document = seen.document;
            match seen.state {
                DocumentState::Sending if seen.member == member => {
                    let token = grants.give(Grant::Upload { call, document }, &self.world);
                    seen.upload = Some(format!("/api/v1/uploads/{token}"));
                }
                DocumentState::Ready => {
                    let token = grants.give(Grant::Download { call, document, member }, &self.world);
                    seen.download = Some(format!("/d/{token}"));
                }
                _ => {}
            }
        }
        Some(view)
    }
}
