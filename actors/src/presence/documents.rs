//! What a presence does with the documents of its calls.

use actix::prelude::*;
use okienko::domain::documents::DocumentFault;
use okienko::domain::presence::PresenceState;
use okienko::ids::{CallId, MemberId};
use okienko::wire::{DeskFrame, Role};

use super::ClerkPresence;
use crate::browser::AtBrowser;
use crate::documents::{Cabinet, DocumentsChanged, Owner};
use crate::error::ProblemCode;

impl Handler<DocumentsChanged> for ClerkPresence {
    type Result = ();

    fn handle(&mut self, DocumentsChanged { call }: DocumentsChanged, ctx: &mut Context<Self>) {
        if let Some(view) = self.spec.env.cabinet.view(call, self.owner()) {
            self.tell(DeskFrame::Documents(view), ctx);
        }
    }
}

impl ClerkPresence {
    const fn owner(&self) -> Owner {
        Owner::Clerk(self.spec.clerk)
    }

    /// The call that the clerk is in, once it was accepted, and who they are in it.
    fn seat(&self) -> Option<(CallId, MemberId)> {
        let standing = self.standing.as_ref()?;
        match standing.presence.state {
            PresenceState::InCall { call, .. } => Some((call, standing.member?)),
            _ => None,
        }
    }

    /// In a call, the clerk sees its documents.
    pub(super) fn take_seat(&self, ctx: &Context<Self>) {
        if let Some((call, member)) = self.seat() {
            self.spec.env.cabinet.sit(call, self.owner(), (member, Role::Clerk), ctx.address().recipient());
        }
    }

    /// Tells a browser of all documents there are for it: of the call, and of those that ended a short while ago.
    pub(super) fn tell_documents(&mut self, ctx: &mut Context<Self>) {
        for view in self.spec.env.cabinet.follow(self.owner(), &ctx.address().recipient()) {
            self.tell(DeskFrame::Documents(view), ctx);
        }
    }

    /// Does what the browser wishes with the documents of the call.
    pub(super) fn with_documents(
        &mut self,
        key: String,
        ctx: &mut Context<Self>,
        wish: impl FnOnce(&Cabinet, CallId, MemberId) -> Result<(), DocumentFault>,
    ) {
        let Some((call, member)) = self.seat() else {
            return self.refuse(key, ProblemCode::NotInCall, ctx);
        };
        match wish(&self.spec.env.cabinet, call, member) {
            Ok(()) => self.done(key, ctx),
            Err(fault) => self.refuse(key, ProblemCode::Document(fault), ctx),
        }
    }
}
