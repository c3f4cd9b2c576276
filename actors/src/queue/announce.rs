//! How a line tells everybody where they are: places in rounds, about one a second at most, states at once.
//!
//! A change after a quiet second is told at once, but for a moment in which others that belong to it may come. Places
//! of everybody are found in one pass; who stands as before is not told anything.

use std::collections::HashMap;
use std::time::Duration;

use actix::prelude::*;
use jiff::Timestamp;
use okienko::domain::line::{Changes, Placed, why_moved};
use okienko::domain::presence::Presence;
use okienko::domain::ticket::{Ticket, TicketState};
use okienko::ids::{ClerkId, SessionId, TicketId};
use okienko::wire::LineRow;
use tokio::time::Instant;

use super::Queue;
use super::messages::{DeskEvent, LineEvent, Standing};

/// How long changes that belong together have to come together.
const GATHER: Duration = Duration::from_millis(30);

/// The shortest time between two rounds. What changes right after one waits for the next, and everybody is to know it
/// within a second: the rest of the second is for telling thousands (`docs/decisions/0008-rounds-of-places.md`).
const ROUND: Duration = Duration::from_millis(800);

/// At most so many rows are shown to a clerk.
const MOST_ROWS: usize = 100;

/// What has been told, and what is still to be.
#[derive(Default)]
pub(super) struct Announcer {
    changes: Changes,
    armed: bool,
    last_round: Option<Instant>,
    /// Everybody's place as it was found last; what of it is stale is found anew when it is asked for.
    placed: HashMap<TicketId, Placed>,
    found_at: Option<Instant>,
    is_stale: bool,
    /// The place that each session was told last.
    told: HashMap<TicketId, Placed>,
    /// The line that each clerk was shown last.
    shown: HashMap<ClerkId, (u32, Vec<LineRow>)>,
}

impl Queue {
    /// Notes that others see a change, and sees to it that they are told.
    pub(super) fn note(&mut self, changes: Changes, ctx: &mut Context<Self>) {
        self.announcer.changes = self.announcer.changes.and(changes);
        self.announcer.is_stale = true;
        if self.announcer.armed {
            return;
        }
        self.announcer.armed = true;
        let quiet = self.announcer.last_round.map_or(ROUND, |last| last.elapsed());
        let wait = ROUND.saturating_sub(quiet).max(GATHER);
        ctx.run_later(wait, |queue, _| queue.tell_round());
    }

    /// Tells everybody whose place is another, and every clerk the line.
    fn tell_round(&mut self) {
        self.announcer.armed = false;
        self.announcer.last_round = Some(Instant::now());
        let changes = std::mem::take(&mut self.announcer.changes);
        let now = self.spec.env.now();
        self.find_places(now);
        let Some(state) = &self.state else { return };
        let Announcer { placed, told, .. } = &mut self.announcer;
        told.retain(|ticket, _| placed.contains_key(ticket));
        for (ticket, placed) in placed.iter() {
            let before = told.insert(*ticket, *placed);
            // Whoever was told no place yet is told it with their whole standing.
            let Some(before) = before.filter(|before| before != placed) else { continue };
            if let Some(ticket) = state.line.get(*ticket) {
                let kind = state.line.kind_of(ticket.id, now);
                let reason = why_moved(before.place, placed.place, kind, changes);
                self.spec.roll.tell_session(ticket.session, LineEvent::Moved { placed: *placed, reason });
            }
        }
        self.gauge.set(u64::from(state.line.waiting()));
        let clerks: Vec<ClerkId> = state.desks.keys().copied().collect();
        for clerk in clerks {
            self.show_line(clerk, now);
        }
    }

    /// Shows a clerk the line, if it looks different than before.
    fn show_line(&mut self, clerk: ClerkId, now: Timestamp) {
        let Some(state) = &self.state else { return };
        if self.spec.roll.desk(clerk).is_none() {
            self.announcer.shown.remove(&clerk);
            return;
        }
        let rows = state.line.rows(now, state.book.skills(clerk), &self.spec.env.timings, MOST_ROWS);
        let rows: Vec<LineRow> = rows.iter().map(|row| state.book.row_view(row)).collect();
        let shown = (state.line.waiting(), rows);
        if self.announcer.shown.get(&clerk) == Some(&shown) {
            return;
        }
        let (waiting, rows) = shown.clone();
        self.announcer.shown.insert(clerk, shown);
        self.spec.roll.tell_desk(clerk, DeskEvent::Line { at: now, waiting, rows });
    }

    /// Shows the line to a clerk who just came.
    pub(super) fn show_line_anew(&mut self, clerk: ClerkId) {
        self.announcer.shown.remove(&clerk);
        self.show_line(clerk, self.spec.env.now());
    }

    /// Tells a session where its ticket is. `None` for a session without one.
    pub(super) fn tell_standing(&mut self, session: SessionId) {
        let ticket = self.state.as_ref().and_then(|state| state.ticket_of(session)).cloned();
        let standing = match ticket {
            Some(ticket) => self.standing_of(&ticket),
            None => Some(Standing::None),
        };
        if let Some(standing) = standing {
            self.spec.roll.tell_session(session, LineEvent::Standing(standing));
        }
    }

    fn standing_of(&mut self, ticket: &Ticket) -> Option<Standing> {
        let placed = if ticket.is_waiting() { self.place_of(ticket.id) } else { None };
        let state = self.state.as_ref()?;
        let timings = &self.spec.env.timings;
        let (view, extensions_left) = (state.book.ticket_view(ticket), ticket.extensions_left(timings));
        Some(match ticket.state {
            TicketState::Waiting => {
                let placed = placed?;
                self.announcer.told.insert(ticket.id, placed);
                Standing::Waiting { ticket: view, placed }
            }
            TicketState::Called { clerk, call, deadline, .. } => {
                let clerk = state.book.clerk_view(clerk);
                Standing::Called { ticket: view, call, clerk, deadline, extensions_left }
            }
            TicketState::Deferred { until } => Standing::Deferred { ticket: view, until, extensions_left },
            TicketState::Missed { called_at, return_until } => {
                Standing::Missed { ticket: view, called_at, return_until, dropped: ticket.was_dropped() }
            }
            TicketState::InCall { call, .. } => {
                let member = state.calls.get(&call)?.citizen_member;
                Standing::InCall { ticket: view, call, member }
            }
            TicketState::Ended { .. } => return None,
        })
    }

    /// Tells a clerk's presence how they stand.
    pub(super) fn tell_desk(&self, presence: &Presence) {
        let Some(state) = &self.state else { return };
        let ticket = state.engaged_with(presence).map(Box::new);
        let member = state.member_of(presence);
        let standing = DeskEvent::Standing { presence: presence.clone(), ticket, member };
        self.spec.roll.tell_desk(presence.clerk, standing);
    }

    /// The place of one who waits; found anew if it is not known, or stale for longer than a round.
    fn place_of(&mut self, ticket: TicketId) -> Option<Placed> {
        let Announcer { placed, found_at, is_stale, .. } = &self.announcer;
        let is_old = *is_stale && found_at.is_none_or(|at| at.elapsed() >= ROUND);
        if is_old || !placed.contains_key(&ticket) {
            self.find_places(self.spec.env.now());
        }
        self.announcer.placed.get(&ticket).copied()
    }

    fn find_places(&mut self, now: Timestamp) {
        let Some(state) = &self.state else { return };
        let duty = state.duty(now, &self.spec.env.timings);
        let placed = state.line.places(now, &duty);
        self.announcer.placed = placed.into_iter().map(|placed| (placed.ticket, placed)).collect();
        self.announcer.found_at = Some(Instant::now());
        self.announcer.is_stale = false;
    }
}
