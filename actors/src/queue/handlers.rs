//! What a line does at each message, in the order of `messages.rs`.

use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use okienko::domain::line::Changes;
use okienko::domain::ticket::TicketState;
use okienko::failures::Point;
use okienko::ids::SessionId;
use okienko::store::OfficeScope;
use tokio::time::Instant;

use super::ask::Ask;
use super::book::Book;
use super::messages::{
    CitizenAsks, ClerkAsks, ClerkWants, Enter, GetOverview, JoinLine, LineOverview, ReadBook, Rest, SetReachable,
    TakeDesk,
};
use super::{Queue, overview};
use crate::error::ActorError;
use crate::supervision::Probe;

/// How long an overview may be shown before it is drawn up anew.
const OVERVIEW_FOR: Duration = Duration::from_millis(500);

impl Handler<Enter> for Queue {
    type Result = ();

    fn handle(&mut self, Enter { session, reachable, last }: Enter, ctx: &mut Context<Self>) {
        let ticket = self.state.as_ref().and_then(|state| state.ticket_of(session)).cloned();
        if let (None, Some(last)) = (&ticket, last) {
            return self.tell_ended(&last.ticket, None, last.ticket.since, last.blocked_until);
        }
        self.tell_standing(session);
        let Some(ticket) = ticket else { return };
        let (state, is_known_away) = (ticket.state.clone(), ticket.away_since.is_some());
        if let TicketState::InCall { call, .. } = state {
            self.admit_all(call);
        }
        if is_known_away == reachable {
            self.accept_ask(Ask::Reachable { session, reachable }, ctx);
        }
    }
}

impl Handler<JoinLine> for Queue {
    type Result = ();

    fn handle(&mut self, join: JoinLine, ctx: &mut Context<Self>) {
        self.accept_ask(Ask::Join(join), ctx);
    }
}

impl Handler<CitizenAsks> for Queue {
    type Result = ();

    fn handle(&mut self, asks: CitizenAsks, ctx: &mut Context<Self>) {
        self.accept_ask(Ask::Citizen(asks), ctx);
    }
}

impl Handler<SetReachable> for Queue {
    type Result = ();

    fn handle(&mut self, set: SetReachable, ctx: &mut Context<Self>) {
        let SetReachable { session, reachable } = set;
        if self.has_ticket(session) {
            self.accept_ask(Ask::Reachable { session, reachable }, ctx);
        }
    }
}

impl Handler<TakeDesk> for Queue {
    type Result = ();

    fn handle(&mut self, TakeDesk { clerk }: TakeDesk, ctx: &mut Context<Self>) {
        ctx.notify(ReadBook);
        let presence = self.state.as_ref().and_then(|state| state.desks.get(&clerk)).cloned();
        match presence {
            Some(presence) => {
                self.tell_desk(&presence);
                if let Some((_, call)) = presence.engagement() {
                    self.admit_all(call);
                }
            }
            None => {
                let wants = ClerkWants::SignIn;
                self.accept_ask(Ask::Clerk(ClerkAsks { clerk, key: None, wants }), ctx);
            }
        }
        self.show_line_anew(clerk);
    }
}

impl Handler<ClerkAsks> for Queue {
    type Result = ();

    fn handle(&mut self, asks: ClerkAsks, ctx: &mut Context<Self>) {
        self.accept_ask(Ask::Clerk(asks), ctx);
    }
}

impl Handler<GetOverview> for Queue {
    type Result = Result<Arc<LineOverview>, ActorError>;

    fn handle(&mut self, _: GetOverview, _: &mut Context<Self>) -> Self::Result {
        if let Some((drawn_at, overview)) = &self.overview
            && drawn_at.elapsed() < OVERVIEW_FOR
        {
            return Ok(Arc::clone(overview));
        }
        let state = self.state.as_ref().ok_or(ActorError::Busy)?;
        let env = &self.spec.env;
        let overview = Arc::new(overview::overview(state, env.now(), &env.timings));
        self.overview = Some((Instant::now(), Arc::clone(&overview)));
        Ok(overview)
    }
}

impl Handler<ReadBook> for Queue {
    type Result = ();

    fn handle(&mut self, _: ReadBook, ctx: &mut Context<Self>) {
        let scope = OfficeScope::of(self.spec.office);
        let reading = self.spec.env.records.read(move |db| Book::read(db, scope));
        ctx.spawn(reading.into_actor(self).map(|book, queue, ctx| match (book, &mut queue.state) {
            (Ok(book), Some(state)) => {
                for matter in &book.matters {
                    state.line.set_typical_s(matter.id, matter.typical_s);
                }
                queue.spec.env.cabinet.keep_for(queue.spec.office, book.documents_kept_min);
                state.book = book;
                queue.note(Changes { clerks: true, ..Changes::default() }, ctx);
            }
            (Ok(_), None) => {}
            // The old one still serves; the next clerk who comes has it read again.
            (Err(error), _) => tracing::warn!(office.id = %queue.spec.office, ?error, "the book could not be read"),
        }));
    }
}

impl Handler<Probe> for Queue {
    type Result = ();

    fn handle(&mut self, probe: Probe, ctx: &mut Context<Self>) {
        self.spec.env.pass(Point::QueueHandler, self.spec.office, ctx);
        probe.answer();
    }
}

impl Handler<Rest> for Queue {
    type Result = ();

    fn handle(&mut self, _: Rest, ctx: &mut Context<Self>) {
        self.is_going = true;
        self.go_if_idle(ctx);
    }
}

impl Queue {
    fn has_ticket(&self, session: SessionId) -> bool {
        self.state.as_ref().is_some_and(|state| state.ticket_of(session).is_some())
    }
}
