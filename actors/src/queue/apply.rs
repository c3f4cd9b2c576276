//! What follows when a step is stored: the cache changes, rooms open and close, and those concerned are told.

use actix::prelude::*;
use jiff::Timestamp;
use okienko::domain::abuse::Abuse;
use okienko::domain::line::Changes;
use okienko::domain::ticket::{Ticket, TicketState};
use okienko::failures::{Fault, Point};
use okienko::ids::SessionId;
use okienko::wire::EndReason;

use super::Queue;
use super::ask::{Ask, Asker};
use super::deadlines::Subject;
use super::decide::Decision;
use super::messages::{DeskEvent, LineEvent, Standing};
use super::state::Running;
use super::step::{BrokenOff, Done, Step};
use crate::error::ProblemCode;

impl Queue {
    /// Takes a stored step into the cache and tells those concerned.
    pub(super) fn apply(&mut self, step: Step, done: Done, now: Timestamp, ctx: &mut Context<Self>) {
        let Done { joined, blocked_until } = done;
        let sessions = self.apply_tickets(&step, joined, now);
        self.apply_presences(&step, now);
        let over = self.state.as_mut().and_then(|state| state.take_in_calls(&step, &self.spec.env.world));
        if let Some((call, _)) = &step.open {
            self.start_room(call.id, ctx);
        }
        for session in sessions {
            self.tell_standing(session);
        }
        // After the standing: a member knows that they are in the call before the room speaks to them.
        if let Some(member) = &step.admit {
            self.admit_citizen(member.call);
        }
        let live_at = over.as_ref().and_then(|running| running.call.live_at);
        for (_, transition) in &step.tickets {
            self.tell_ended(&transition.ticket, live_at, now, blocked_until);
        }
        if let (Some(running), Some(ending)) = (over, &step.end) {
            self.end_call(&running, ending.reason);
        }
        if let Some(broken_off) = &step.broken_off {
            self.tell_managers(broken_off, blocked_until.is_some(), now);
        }
        self.tell_desks(&step.tickets.iter().map(|(_, to)| &to.ticket).collect::<Vec<_>>(), &step.presences);
        if step.seen || step.changes != Changes::default() || !step.presences.is_empty() {
            self.note(step.changes, ctx);
        }
    }

    /// Gives back whose standing is another.
    fn apply_tickets(&mut self, step: &Step, joined: Option<Ticket>, now: Timestamp) -> Vec<SessionId> {
        let timings = &self.spec.env.timings;
        let Some(state) = &mut self.state else { return Vec::new() };
        let mut sessions = Vec::new();
        state.take_in_tickets(step, now, timings);
        for (before, transition) in &step.tickets {
            let after = &transition.ticket;
            if before.state != after.state {
                sessions.push(after.session);
            }
            let (from, to, reason) = (before.state.word(), after.state.word(), &transition.event.reason);
            tracing::info!(ticket.id = %after.id, office.id = %after.office, from, to, reason, "a ticket moved on");
        }
        if let Some(ticket) = joined {
            tracing::info!(ticket.id = %ticket.id, office.id = %ticket.office, to = "waiting", "a ticket was taken");
            self.newcomers.push(ticket.session);
            if self.spec.env.at(Point::QueueJoin, ticket.office) != Fault::Drop {
                state.put_ticket(ticket, now, timings);
            }
        }
        sessions.retain(|session| state.by_session.contains_key(session));
        sessions
    }

    /// Tells those who have just joined their place: all at once, since it is found for all at once.
    pub(super) fn tell_newcomers(&mut self, ctx: &mut Context<Self>) {
        for session in std::mem::take(&mut self.newcomers) {
            self.tell_standing(session);
            if !self.roll().has_session(session) {
                // It died while this was being written, when there was no ticket yet to be away with.
                self.accept_ask(Ask::Reachable { session, reachable: false }, ctx);
            }
        }
    }

    fn apply_presences(&mut self, step: &Step, now: Timestamp) {
        let timings = &self.spec.env.timings;
        let Some(state) = &mut self.state else { return };
        state.take_in_presences(step, now, timings);
        for (before, change) in &step.presences {
            let after = &change.presence;
            let (from, to) = (before.as_ref().map_or("", |before| before.state.word()), after.state.word());
            let reason = &change.event.reason;
            tracing::info!(clerk.id = %after.clerk, office.id = %after.office, from, to, reason, "a presence changed");
        }
    }

    /// Tells a session how its ticket ended; nothing if it did not.
    pub(super) fn tell_ended(
        &self,
        ticket: &Ticket,
        live_at: Option<Timestamp>,
        ended_at: Timestamp,
        blocked_until: Option<Timestamp>,
    ) {
        let (TicketState::Ended { reason }, Some(state)) = (&ticket.state, &self.state) else { return };
        let view = state.book.ticket_view(ticket);
        let standing = Standing::Ended { ticket: view, reason: *reason, live_at, ended_at, blocked_until };
        self.roll().tell_session(ticket.session, LineEvent::Standing(standing));
    }

    /// Tells the clerks whose presence is another, or whose ticket is.
    fn tell_desks(
        &self,
        tickets: &[&Ticket],
        presences: &[(Option<okienko::domain::presence::Presence>, okienko::domain::presence::Change)],
    ) {
        for (_, change) in presences {
            self.tell_desk(&change.presence);
        }
        for ticket in tickets {
            let (TicketState::Called { clerk, .. } | TicketState::InCall { clerk, .. }) = ticket.state else {
                continue;
            };
            let is_told = presences.iter().any(|(_, change)| change.presence.clerk == clerk);
            if let Some(presence) = self.state.as_ref().and_then(|state| state.desks.get(&clerk)).filter(|_| !is_told) {
                self.tell_desk(presence);
            }
        }
    }

    pub(super) fn running_mut(&mut self, call: okienko::ids::CallId) -> Option<&mut Running> {
        self.state.as_mut()?.calls.get_mut(&call)
    }

    /// Answers what was decided without a write.
    pub(super) fn settle(&mut self, ask: &Ask, decision: Decision, ctx: &mut Context<Self>) {
        let subject = match ask {
            Ask::TicketDue(ticket) => Some(Subject::Ticket(*ticket)),
            Ask::DeskDue(clerk) => Some(Subject::Desk(*clerk)),
            _ => None,
        };
        if let (Some(subject), Some(state)) = (subject, &mut self.state) {
            state.look_again(subject, self.spec.env.now(), &self.spec.env.timings);
            self.arm(ctx);
        }
        match decision {
            Decision::Write(_) | Decision::Nothing => self.done(ask),
            Decision::See(changes) => self.note(changes, ctx),
            Decision::Refuse(code) => self.refuse(ask, code),
            Decision::Taken { ticket, number, by } => {
                if let Some(Asker::Clerk(clerk, _)) = ask.asker() {
                    self.roll().tell_desk(clerk, DeskEvent::Taken { ticket, number, by });
                }
                self.refuse(ask, ProblemCode::TicketTaken);
            }
        }
    }

    pub(super) fn done(&self, ask: &Ask) {
        match ask.asker() {
            Some(Asker::Session(session, key)) => self.roll().tell_session(session, LineEvent::Done { key }),
            Some(Asker::Clerk(clerk, key)) => self.roll().tell_desk(clerk, DeskEvent::Done { key }),
            None => {}
        }
    }

    pub(super) fn refuse(&self, ask: &Ask, code: ProblemCode) {
        match ask.asker() {
            Some(Asker::Session(session, key)) => self.roll().tell_session(session, LineEvent::Refused { key, code }),
            Some(Asker::Clerk(clerk, key)) => self.roll().tell_desk(clerk, DeskEvent::Refused { key, code }),
            None => {}
        }
    }

    /// Tells the standing to somebody whose command had been done before.
    pub(super) fn tell_again(&mut self, ask: &Ask) {
        match ask.asker() {
            Some(Asker::Session(session, _)) => self.tell_standing(session),
            Some(Asker::Clerk(clerk, _)) => {
                if let Some(presence) = self.state.as_ref().and_then(|state| state.desks.get(&clerk)) {
                    self.tell_desk(presence);
                }
            }
            None => {}
        }
    }

    /// A call or an invitation is over: its room goes, and the clerk is told.
    fn end_call(&self, running: &Running, reason: EndReason) {
        self.close_room(running);
        self.log_end(running, reason);
        self.roll().tell_desk(running.call.clerk, DeskEvent::CallOver { call: running.call.id, reason });
    }

    /// Managers who are at their desks are told that a call was broken off.
    fn tell_managers(&self, broken_off: &BrokenOff, is_blocked: bool, at: Timestamp) {
        let Some(book) = self.state.as_ref().map(|state| &state.book) else { return };
        let by = book.short_name(broken_off.clerk);
        let abuse = Abuse { block: broken_off.abuse.block.filter(|_| is_blocked), ..broken_off.abuse };
        for manager in book.managers() {
            self.roll().tell_desk(manager, DeskEvent::BrokenOff { at, by: by.clone(), abuse });
        }
    }

    fn log_end(&self, running: &Running, reason: EndReason) {
        let (call, office) = (running.call.id, self.spec.office);
        let was_live = running.call.live_at.is_some();
        tracing::info!(call.id = %call, office.id = %office, was_live, reason = reason.word(), "a call is over");
    }
}
