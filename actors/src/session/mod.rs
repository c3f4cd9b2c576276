//! A citizen's session.

pub mod messages;

use actix::prelude::*;
use messages::{Attach, Detach, Obey};

use crate::error::ActorError;
use crate::Attached;

/// One citizen's session.
pub struct Session;

impl Actor for Session {
    type Context = Context<Self>;
}

impl Handler<Attach> for Session {
    type Result = Result<Attached, ActorError>;

    fn handle(&mut self, _: Attach, _: &mut Context<Self>) -> Self::Result {
        Ok(Attached::Elsewhere)
    }
}

impl Handler<Detach> for Session {
    type Result = ();

    fn handle(&mut self, _: Detach, _: &mut Context<Self>) {}
}

impl Handler<Obey> for Session {
    type Result = ();

    fn handle(&mut self, _: Obey, _: &mut Context<Self>) {}
}
