//! The line of an office: who is next, which place, how long.
//!
//! The order rule, which is shown to citizens as well:
//! 1. those at the head (more time, a missed call, a call that broke off, a transfer), by when they joined;
//! 2. checked-in visits from their start on, by start;
//! 3. everybody else, by when they joined. A visit that checked in over ten minutes late is one of these, and so is
//!    one that came early, until its start;
//! 4. a walk-in who has waited for thirty minutes takes turns with the visits, one of each.

use std::collections::{BTreeMap, HashMap};

use jiff::{SignedDuration, Timestamp};

use super::office::Skills;
use super::ticket::{Ticket, TicketState, Wish};
use super::timings::{Timings, after};
use crate::ids::{MatterId, TicketId};
use crate::wire::{Mode, Need, RowState};

mod moves;
mod places;
#[cfg(test)]
mod tests;

pub use moves::{Changes, why_moved};
pub use places::{OnDuty, Outlook, Placed};

/// How late a visit may check in and still be one.
const LATE_AFTER_S: u32 = 600;

/// After how long a wait a walk-in takes turns with visits.
const LONG_WAIT_S: u32 = 1_800;

/// How long a call is taken to last in a matter that the line was told nothing about.
const TYPICAL_S: u32 = 600;

/// Whether somebody with these skills may serve this wish: the matter, the language, and signing if it is needed.
#[must_use]
pub fn may_serve(skills: &Skills, wish: &Wish) -> bool {
    skills.matters.contains(&wish.matter)
        && skills.languages.contains(&wish.language)
        && (skills.sign || !needs_sign(wish))
}

fn needs_sign(wish: &Wish) -> bool {
    wish.mode == Mode::Sign || wish.needs.contains(&Need::SignLanguage)
}

/// Of which kind somebody in the line is, as far as turns go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A booked visit that is due.
    Visit,
    /// Anybody else who is not at the head.
    WalkIn,
}

/// Where a ticket is kept: by group, then by time, then by id, so that equal times have one order everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    group: Group,
    at: Timestamp,
    id: TicketId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Head,
    Visit,
    WalkIn,
}

impl Key {
    fn of(ticket: &Ticket) -> Self {
        let (group, at) = match ticket.visit_at {
            _ if ticket.head_since.is_some() => (Group::Head, ticket.joined_at),
            Some(start) if ticket.joined_at <= after(start, LATE_AFTER_S) => (Group::Visit, start),
            _ => (Group::WalkIn, ticket.joined_at),
        };
        Self { group, at, id: ticket.id }
    }
}

/// One row of the line for a clerk's console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<'a> {
    /// The ticket.
    pub ticket: &'a Ticket,
    /// What state it is shown in.
    pub state: RowState,
    /// Since when.
    pub since: Timestamp,
    /// Until when this state lasts by itself.
    pub until: Option<Timestamp>,
    /// Whether this clerk may serve it.
    pub mine: bool,
    /// Whether "Wywołaj następną osobę" would take it.
    pub next: bool,
}

/// Everybody in the line of an office: waiting, called, deferred and missed. A cache of the store, rebuilt from it.
#[derive(Debug, Clone, Default)]
pub struct WaitingLine {
    tickets: BTreeMap<Key, Ticket>,
    keys: HashMap<TicketId, Key>,
    typical_s: HashMap<MatterId, u32>,
    last_taken: Option<Kind>,
}

impl WaitingLine {
    /// An empty line.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Says how long a call in a matter takes as a rule, for the expected waits.
    pub fn set_typical_s(&mut self, matter: MatterId, seconds: u32) {
        self.typical_s.insert(matter, seconds);
    }

    /// Says of which kind the ticket was that was taken last, so that turns go on from there. Those taken from the
    /// head do not count. Ask [`WaitingLine::kind_of`] before the ticket changes.
    pub const fn set_last_taken(&mut self, kind: Kind) {
        self.last_taken = Some(kind);
    }

    /// Of which kind a ticket is; None at the head, which takes no turns, and for one that is not in the line.
    #[must_use]
    pub fn kind_of(&self, id: TicketId, now: Timestamp) -> Option<Kind> {
        let key = self.keys.get(&id)?;
        match key.group {
            Group::Head => None,
            Group::Visit if key.at <= now => Some(Kind::Visit),
            Group::Visit | Group::WalkIn => Some(Kind::WalkIn),
        }
    }

    /// Takes in a ticket, or its new state; one that is in a call or over goes out. Gives back what it was before.
    pub fn put(&mut self, ticket: Ticket) -> Option<Ticket> {
        let before = self.remove(ticket.id);
        if ticket.is_in_line() {
            let key = Key::of(&ticket);
            self.keys.insert(ticket.id, key);
            self.tickets.insert(key, ticket);
        }
        before
    }

    /// Takes a ticket out.
    pub fn remove(&mut self, id: TicketId) -> Option<Ticket> {
        let key = self.keys.remove(&id)?;
        self.tickets.remove(&key)
    }

    /// A ticket that is in the line.
    #[must_use]
    pub fn get(&self, id: TicketId) -> Option<&Ticket> {
        self.tickets.get(self.keys.get(&id)?)
    }

    /// All tickets, in no order that means anything.
    pub fn tickets(&self) -> impl Iterator<Item = &Ticket> {
        self.tickets.values()
    }

    /// How many tickets are in the line in any state.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tickets.len()
    }

    /// Whether nobody is in the line.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tickets.is_empty()
    }

    /// How many are waiting to be called, reachable or not.
    #[must_use]
    pub fn waiting(&self) -> u32 {
        let count = self.tickets().filter(|ticket| ticket.is_waiting()).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// How many are waiting in one matter.
    #[must_use]
    pub fn waiting_in(&self, matter: MatterId) -> u32 {
        let waits = |ticket: &&Ticket| ticket.is_waiting() && ticket.wish.matter == matter;
        u32::try_from(self.tickets().filter(waits).count()).unwrap_or(u32::MAX)
    }

    /// Everybody in the line by the order rule. Those who are called, deferred or missed stand where they stood and
    /// use up no turn.
    #[must_use]
    pub fn ordered(&self, now: Timestamp) -> Vec<&Ticket> {
        let mut order = Vec::with_capacity(self.tickets.len());
        let mut visits = Vec::new();
        let mut walk_ins = Vec::new();
        for (key, ticket) in &self.tickets {
            match key.group {
                Group::Head => order.push(ticket),
                Group::Visit if key.at <= now => visits.push(ticket),
                Group::Visit | Group::WalkIn => walk_ins.push(ticket),
            }
        }
        walk_ins.sort_by_key(|ticket| (ticket.joined_at, ticket.id));

        let long = walk_ins.partition_point(|ticket| has_waited_long(ticket, now));
        let (long, short) = walk_ins.split_at_checked(long).unwrap_or((&walk_ins, &[]));
        take_turns(&visits, long, self.last_taken, &mut order);
        order.extend(short);
        order
    }

    /// Whom somebody with these skills gets by "Wywołaj następną osobę": the first by the order rule who waits and
    /// whom they may serve. Somebody away keeps their place but is passed over while anybody else can be called, for
    /// calling them would cost a minute of everybody's; if all are away, the first of them is called.
    #[must_use]
    pub fn next_for(&self, now: Timestamp, skills: &Skills) -> Option<TicketId> {
        first_of(&self.ordered(now), skills)
    }

    /// The line as a clerk's console shows it: at most `limit` rows, in the order of the rule. Where not all fit,
    /// those whom the clerk may serve go first into the choice.
    #[must_use]
    pub fn rows(&self, now: Timestamp, skills: &Skills, timings: &Timings, limit: usize) -> Vec<Row<'_>> {
        let order = self.ordered(now);
        let next = first_of(&order, skills);
        let own = order.iter().filter(|ticket| may_serve(skills, &ticket.wish)).count().min(limit);
        let (mut room_for_own, mut room_for_others) = (own, limit.saturating_sub(own));
        let mut rows = Vec::with_capacity(limit.min(order.len()));
        for ticket in order {
            let mine = may_serve(skills, &ticket.wish);
            let room = if mine { &mut room_for_own } else { &mut room_for_others };
            if *room > 0 {
                *room -= 1;
                rows.push(row(ticket, timings, mine, next == Some(ticket.id)));
            }
        }
        rows
    }

    /// Whether a visit is due, so that long-waiting walk-ins have somebody to take turns with.
    fn has_due_visit(&self, now: Timestamp) -> bool {
        self.tickets.iter().any(|(key, ticket)| key.group == Group::Visit && key.at <= now && ticket.is_waiting())
    }
}

fn has_waited_long(ticket: &Ticket, now: Timestamp) -> bool {
    now.duration_since(ticket.joined_at) >= SignedDuration::from_secs(i64::from(LONG_WAIT_S))
}

/// Merges visits and long-waiting walk-ins one by one, a visit first unless one was taken last.
fn take_turns<'a>(visits: &[&'a Ticket], walk_ins: &[&'a Ticket], last: Option<Kind>, order: &mut Vec<&'a Ticket>) {
    let (mut visits, mut walk_ins) = (visits.iter().peekable(), walk_ins.iter().peekable());
    let mut turn = if last == Some(Kind::Visit) { Kind::WalkIn } else { Kind::Visit };
    loop {
        // Those who do not wait keep their place in the list but must not use up a turn of those who do.
        while let Some(ticket) = visits.next_if(|ticket| !ticket.is_waiting()) {
            order.push(ticket);
        }
        while let Some(ticket) = walk_ins.next_if(|ticket| !ticket.is_waiting()) {
            order.push(ticket);
        }
        let taken = match turn {
            Kind::Visit => visits.next().or_else(|| walk_ins.next()),
            Kind::WalkIn => walk_ins.next().or_else(|| visits.next()),
        };
        let Some(ticket) = taken else { return };
        order.push(ticket);
        turn = if turn == Kind::Visit { Kind::WalkIn } else { Kind::Visit };
    }
}

fn first_of(order: &[&Ticket], skills: &Skills) -> Option<TicketId> {
    let mut first_away = None;
    for ticket in order {
        if !ticket.is_waiting() || !may_serve(skills, &ticket.wish) {
            continue;
        }
        if ticket.away_since.is_none() {
            return Some(ticket.id);
        }
        first_away = first_away.or(Some(ticket.id));
    }
    first_away
}

fn row<'a>(ticket: &'a Ticket, timings: &Timings, mine: bool, next: bool) -> Row<'a> {
    let (state, since, until) = match (&ticket.state, ticket.away_since) {
        (TicketState::Called { deadline, .. }, _) => (RowState::Called, ticket.since, Some(*deadline)),
        (TicketState::Deferred { until }, _) => (RowState::Deferred, ticket.since, Some(*until)),
        (TicketState::Missed { return_until, .. }, _) => {
            let state = if ticket.was_dropped() { RowState::Dropped } else { RowState::Missed };
            (state, ticket.since, Some(*return_until))
        }
        (_, Some(away_since)) => (RowState::Away, away_since, ticket.kept_until(timings)),
        (_, None) => (RowState::Waiting, ticket.since, None),
    };
    Row { ticket, state, since, until, mine, next }
}
