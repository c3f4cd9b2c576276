//! What each member sees of the documents.

use jiff::Timestamp;

use super::request::Request;
use super::shelf::{Document, Shelf, Standing};
use crate::ids::{CallId, MemberId};
use crate::wire::{
    DocumentRequestState, DocumentRequestView, DocumentState, DocumentView, DocumentsPhase, DocumentsView,
};

impl Shelf {
    /// The documents as a member sees them, without the addresses of bytes. None for somebody who has no seat.
    #[must_use]
    pub fn view(&self, call: CallId, member: MemberId, now: Timestamp) -> Option<DocumentsView> {
        self.role_of(member)?;
        let phase = match self.ended_at {
            None => DocumentsPhase::Open,
            // Nobody is told that bytes are gone before they are.
            Some(_) if self.is_over_at(now) && self.is_empty() => DocumentsPhase::Deleted,
            Some(_) => DocumentsPhase::Kept,
        };
        let is_there = !self.is_over_at(now);
        Some(DocumentsView {
            call,
            phase,
            delete_at: self.delete_at(),
            kept_min: self.rules.kept_min,
            max_bytes: self.rules.max_bytes,
            max_count: u32::try_from(self.rules.max_count).unwrap_or(u32::MAX),
            documents: self.documents.iter().filter(|_| is_there).map(|known| seen(known, member)).collect(),
            requests: self.requests.iter().filter(|_| is_there).map(|request| self.wish(request)).collect(),
        })
    }

    fn wish(&self, request: &Request) -> DocumentRequestView {
        let is_opened = |document: &Document| matches!(document.standing, Standing::Ready { opened: true, .. });
        let state = match (self.answers(request).next(), request.asked_again_at) {
            (Some(_), _) if self.answers(request).any(is_opened) => DocumentRequestState::Opened,
            (Some(_), _) => DocumentRequestState::Sent,
            (None, Some(_)) => DocumentRequestState::ToCorrect,
            (None, None) => DocumentRequestState::Asked,
        };
        let Request { id, ref name, by, role, at, .. } = *request;
        DocumentRequestView { request: id, name: name.clone(), member: by, role, state, at }
    }
}

/// A document as a member sees it. What was not found good has for others neither name nor kind: the name of a dangerous
/// file is part of the danger.
fn seen(document: &Document, member: MemberId) -> DocumentView {
    let is_own = document.by == member;
    let state = document.standing.view();
    let is_known = is_own || state == DocumentState::Ready;
    let (scanned, opened) = match document.standing {
        Standing::Ready { scanned, opened } => (scanned, opened),
        _ => (false, false),
    };
    let fault = match document.standing {
        Standing::Refused(fault) if is_own => Some(fault.word().to_owned()),
        _ => None,
    };
    DocumentView {
        document: document.id,
        id: is_own.then(|| document.chosen.clone()),
        member: document.by,
        role: document.role,
        name: is_known.then(|| document.name.as_str().to_owned()),
        kind: is_known.then_some(document.kind),
        size_bytes: is_known.then_some(document.size_bytes),
        state,
        fault,
        scanned,
        opened,
        at: document.at,
        request: document.request,
        upload: None,
        download: None,
    }
}
