//! What a session does with the documents of its calls.

use actix::prelude::*;
use okienko::domain::documents::DocumentFault;
use okienko::ids::{CallId, MemberId};
use okienko::wire::{CitizenFrame, Role};

use super::Session;
use crate::browser::AtBrowser;
use crate::documents::{Cabinet, DocumentsChanged, Owner};
use crate::error::ProblemCode;
use crate::queue::messages::Standing;

impl Handler<DocumentsChanged> for Session {
    type Result = ();

    fn handle(&mut self, DocumentsChanged { call }: DocumentsChanged, ctx: &mut Context<Self>) {
        if let Some(view) = self.spec.env.cabinet.view(call, self.owner()) {
            self.tell(CitizenFrame::Documents(view), ctx);
        }
    }
}

impl Session {
    const fn owner(&self) -> Owner {
        Owner::Session(self.spec.session)
    }

    /// In a call, the person sees its documents.
    pub(super) fn take_seat(&self, ctx: &Context<Self>) {
        if let Some(Standing::InCall { call, member, .. }) = &self.standing {
            let to = ctx.address().recipient();
            self.spec.env.cabinet.sit(*call, self.owner(), (*member, Role::Citizen), to);
        }
    }

    /// Tells a browser of all documents there are for it: of the call, and of one that ended a short while ago.
    pub(super) fn tell_documents(&mut self, ctx: &mut Context<Self>) {
        for view in self.spec.env.cabinet.follow(self.owner(), &ctx.address().recipient()) {
            self.tell(CitizenFrame::Documents(view), ctx);
        }
    }

    /// Does what the browser wishes with the documents of the call.
    pub(super) fn with_documents(
        &mut self,
        key: String,
        ctx: &mut Context<Self>,
        wish: impl FnOnce(&Cabinet, CallId, MemberId) -> Result<(), DocumentFault>,
    ) {
        let Some(Standing::InCall { call, member, .. }) = &self.standing else {
            return self.refuse(key, ProblemCode::NotInCall, ctx);
        };
        match wish(&self.spec.env.cabinet, *call, *member) {
            Ok(()) => self.done(key, ctx),
            Err(fault) => self.refuse(key, ProblemCode::Document(fault), ctx),
        }
    }
}
