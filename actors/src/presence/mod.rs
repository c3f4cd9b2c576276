//! A clerk's presence.

pub mod messages;

use actix::prelude::*;
use messages::{Attach, Detach, Obey};

use crate::error::ActorError;
use crate::Attached;

/// One clerk's presence.
pub struct ClerkPresence;

impl Actor for ClerkPresence {
    type Context = Context<Self>;
}

impl Handler<Attach> for ClerkPresence {
    type Result = Result<Attached, ActorError>;

    fn handle(&mut self, _: Attach, _: &mut Context<Self>) -> Self::Result {
        Ok(Attached::Elsewhere)
    }
}

impl Handler<Detach> for ClerkPresence {
    type Result = ();

    fn handle(&mut self, _: Detach, _: &mut Context<Self>) {}
}

impl Handler<Obey> for ClerkPresence {
    type Result = ();

    fn handle(&mut self, _: Obey, _: &mut Context<Self>) {}
}
