//! What a line knows: a cache of the store, and the rooms of its calls.

use std::collections::{BTreeMap, HashMap};

use actix::prelude::*;
use jiff::{SignedDuration, Timestamp};
use okienko::domain::call::{Call, Member};
use okienko::domain::event::SubjectKind;
use okienko::domain::line::{Kind, OnDuty, WaitingLine};
use okienko::domain::presence::{Presence, PresenceState};
use okienko::domain::ticket::{Ticket, TicketState, Transition};
use okienko::domain::timings::{Timings, after};
use okienko::ids::{CallId, ClerkId, MemberId, OfficeId, SessionId, TicketId};
use okienko::store::calls::CallWithMembers;
use okienko::store::{Db, OfficeScope, StoreError, calls, events, presences, tickets};
use okienko::wire::{LineRow, Role};
use okienko::world::World;

use super::book::Book;
use super::deadlines::{Deadlines, Subject};
use super::step::Step;
use crate::room::Room;

/// The line's present state.
pub(super) struct LineState {
    pub(super) book: Book,
    pub(super) line: WaitingLine,
    /// The tickets in a call; they are out of the line.
    pub(super) in_call: HashMap<TicketId, Ticket>,
    /// The ticket of each session that has one.
    pub(super) by_session: HashMap<SessionId, TicketId>,
    pub(super) desks: BTreeMap<ClerkId, Presence>,
    pub(super) calls: HashMap<CallId, Running>,
    /// Whom each clerk served last, as they were before the ticket ended: shown until the time after the call is over.
    pub(super) served: HashMap<ClerkId, Ticket>,
    pub(super) deadlines: Deadlines,
    /// When the last one joined.
    last_joined: Timestamp,
}

/// A call that has not ended.
pub(super) struct Running {
    pub(super) call: Call,
    pub(super) clerk_member: MemberId,
    /// Who the citizen is in the call, once they have accepted.
    pub(super) citizen_member: MemberId,
    pub(super) accepted_at: Option<Timestamp>,
    /// None until the room has said that it is there.
    pub(super) room: Option<Addr<Room>>,
}

/// What was read.
pub(super) struct Loaded {
    book: Book,
    tickets: Vec<Ticket>,
    presences: Vec<Presence>,
    calls: Vec<CallWithMembers>,
    served: Vec<(ClerkId, Ticket)>,
    /// As what the last one was taken who took a turn.
    turn: Option<Kind>,
}

impl Loaded {
    /// Reads a line. Runs on the store's thread.
    ///
    /// # Errors
    /// Those of the store.
    pub(super) fn read(db: &mut Db, office: OfficeId) -> Result<Self, StoreError> {
        let scope = OfficeScope::of(office);
        let presences = presences::of_office(db, scope)?;
        let mut served = Vec::new();
        for presence in &presences {
            if let PresenceState::AfterCall { ticket, .. } = presence.state {
                match tickets::get(db, scope, ticket) {
                    Ok(ticket) => served.push((presence.clerk, ticket)),
                    // Its keeping time was over before the clerk's notes were.
                    Err(StoreError::NotFound) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        let (book, tickets, calls) = (Book::read(db, scope)?, tickets::live(db, scope)?, calls::running(db, scope)?);
        let turn = events::last_reason(db, scope, SubjectKind::Call, &Kind::ALL.map(Kind::word))?;
        let turn = turn.as_deref().and_then(Kind::from_word);
        Ok(Self { book, tickets, presences, calls, served, turn })
    }

    /// Reads a line at the start of the process: nobody's browser is there, so everybody is away from now on, and the
    /// time for which their places are kept begins anew.
    ///
    /// # Errors
    /// Those of the store.
    pub(super) fn read_at_start(db: &mut Db, office: OfficeId, now: Timestamp) -> Result<Self, StoreError> {
        let scope = OfficeScope::of(office);
        let mut loaded = Self::read(db, office)?;
        for ticket in &mut loaded.tickets {
            let there = Ticket { away_since: None, ..ticket.clone() };
            if let Some(transition) = there.went_away(now) {
                tickets::compare_and_set(db, scope, ticket, &transition)?;
                *ticket = transition.ticket;
            }
        }
        for presence in &mut loaded.presences {
            let there = Presence { lost_since: None, ..presence.clone() };
            if let Some(change) = there.lost(now).filter(|_| presence.state != PresenceState::Off) {
                presences::put(db, scope, &change.presence, Some(&change.event))?;
                *presence = change.presence;
            }
        }
        Ok(loaded)
    }
}

impl LineState {
    pub(super) fn new(loaded: Loaded, now: Timestamp, timings: &Timings, world: &World) -> Self {
        let mut line = WaitingLine::new();
        for matter in &loaded.book.matters {
            line.set_typical_s(matter.id, matter.typical_s);
        }
        if let Some(kind) = loaded.turn {
            line.set_last_taken(kind);
        }
        let mut state = Self {
            book: loaded.book,
            line,
            in_call: HashMap::new(),
            by_session: HashMap::new(),
            desks: BTreeMap::new(),
            calls: HashMap::new(),
            served: loaded.served.into_iter().collect(),
            deadlines: Deadlines::default(),
            last_joined: Timestamp::UNIX_EPOCH,
        };
        for found in loaded.calls {
            let accepted_at = member(&found.members, Role::Citizen).map(|citizen| citizen.joined_at);
            let id_of = |role| member(&found.members, role).map_or_else(|| MemberId::new(world), |found| found.id);
            let (clerk_member, citizen_member) = (id_of(Role::Clerk), id_of(Role::Citizen));
            let running = Running { call: found.call, clerk_member, citizen_member, accepted_at, room: None };
            state.calls.insert(running.call.id, running);
        }
        for ticket in loaded.tickets {
            state.put_ticket(ticket, now, timings);
        }
        for presence in loaded.presences {
            state.put_presence(presence, now, timings);
        }
        state
    }

    /// Takes over the rooms of the state before, whose calls are the same, and who is who in them.
    pub(super) fn keep_rooms_of(&mut self, before: Self) {
        for (call, known) in before.calls {
            if let Some(running) = self.calls.get_mut(&call) {
                running.room = known.room;
                (running.clerk_member, running.citizen_member) = (known.clerk_member, known.citizen_member);
            }
        }
    }

    /// Works out anew when a subject is due whose deadline has passed without a step.
    pub(super) fn look_again(&mut self, subject: Subject, now: Timestamp, timings: &Timings) {
        match subject {
            Subject::Ticket(id) => {
                if let Some(ticket) = self.ticket(id).cloned() {
                    self.put_ticket(ticket, now, timings);
                }
            }
            Subject::Desk(clerk) => {
                if let Some(presence) = self.desks.get(&clerk).cloned() {
                    self.put_presence(presence, now, timings);
                }
            }
        }
    }

    /// A ticket that is not over.
    pub(super) fn ticket(&self, id: TicketId) -> Option<&Ticket> {
        self.line.get(id).or_else(|| self.in_call.get(&id))
    }

    /// The ticket of a session, if it has one that is not over.
    pub(super) fn ticket_of(&self, session: SessionId) -> Option<&Ticket> {
        self.ticket(*self.by_session.get(&session)?)
    }

    /// When the next one joins, of several who are decided together: never at the same instant as anybody before, since
    /// the order of the line is the order of these instants.
    pub(super) fn arrives_at(&self, now: Timestamp, before: u32) -> Timestamp {
        let step = |steps: u32| SignedDuration::from_micros(i64::from(steps));
        now.max(self.last_joined.saturating_add(step(1)).unwrap_or(now)).saturating_add(step(before)).unwrap_or(now)
    }

    /// Those who serve at this moment, with what they can do.
    pub(super) fn duty(&self, now: Timestamp, timings: &Timings) -> Vec<OnDuty<'_>> {
        let on_duty = self.desks.values().filter(|presence| presence.is_on_duty(now, timings));
        on_duty
            .map(|presence| OnDuty {
                skills: self.book.skills(presence.clerk),
                is_free: presence.is_free(now, timings),
            })
            .collect()
    }

    /// Whom a clerk invites, serves or just served.
    pub(super) fn engaged_with(&self, presence: &Presence) -> Option<LineRow> {
        let (ticket, _) = presence.engagement()?;
        let ticket = self.ticket(ticket).or_else(|| self.served.get(&presence.clerk));
        ticket.map(|ticket| self.book.engaged_view(ticket))
    }

    /// Who a clerk is in the call they invite to or are in.
    pub(super) fn member_of(&self, presence: &Presence) -> Option<MemberId> {
        let (_, call) = presence.engagement()?;
        self.calls.get(&call).map(|running| running.clerk_member)
    }

    /// Takes in a ticket as it is now.
    pub(super) fn put_ticket(&mut self, ticket: Ticket, now: Timestamp, timings: &Timings) {
        let (id, session) = (ticket.id, ticket.session);
        self.last_joined = self.last_joined.max(ticket.joined_at);
        let rank = ticket.is_in_line().then(|| WaitingLine::rank_changes_at(&ticket, now)).flatten();
        let deadline = [ticket.next_deadline(timings), rank].into_iter().flatten().min();
        self.deadlines.set(Subject::Ticket(id), deadline);
        self.in_call.remove(&id);
        match ticket.state {
            TicketState::Ended { .. } => {
                self.line.remove(id);
                if self.by_session.get(&session) == Some(&id) {
                    self.by_session.remove(&session);
                }
            }
            TicketState::InCall { .. } => {
                self.line.remove(id);
                self.by_session.insert(session, id);
                self.in_call.insert(id, ticket);
            }
            _ => {
                self.by_session.insert(session, id);
                self.line.put(ticket);
            }
        }
    }

    /// Takes in a presence as it is now.
    pub(super) fn put_presence(&mut self, presence: Presence, now: Timestamp, timings: &Timings) {
        let shown_lost = presence.lost_since.map(|since| after(since, timings.away_after_s)).filter(|at| *at > now);
        let deadline = [presence.next_deadline(timings), shown_lost].into_iter().flatten().min();
        self.deadlines.set(Subject::Desk(presence.clerk), deadline);
        if !matches!(presence.state, PresenceState::AfterCall { .. }) {
            self.served.remove(&presence.clerk);
        }
        self.desks.insert(presence.clerk, presence);
    }

    /// Takes in the tickets of a stored step.
    pub(super) fn take_in_tickets(&mut self, step: &Step, now: Timestamp, timings: &Timings) {
        if let Some(kind) = step.turn {
            self.line.set_last_taken(kind);
        }
        for (before, transition) in &step.tickets {
            self.remember_served(before, transition);
            self.put_ticket(transition.ticket.clone(), now, timings);
        }
    }

    /// Takes in the presences of a stored step.
    pub(super) fn take_in_presences(&mut self, step: &Step, now: Timestamp, timings: &Timings) {
        for (_, change) in &step.presences {
            self.put_presence(change.presence.clone(), now, timings);
        }
    }

    /// Takes in the calls of a stored step. Gives the one that is over with it.
    pub(super) fn take_in_calls(&mut self, step: &Step, world: &World) -> Option<Running> {
        if let Some((call, clerk)) = &step.open {
            let (clerk_member, citizen_member) = (clerk.id, MemberId::new(world));
            let call = call.clone();
            self.calls.insert(call.id, Running { call, clerk_member, citizen_member, accepted_at: None, room: None });
        }
        if let Some(member) = &step.admit
            && let Some(running) = self.calls.get_mut(&member.call)
        {
            running.accepted_at = Some(member.joined_at);
        }
        if let Some((call, at)) = step.live
            && let Some(running) = self.calls.get_mut(&call)
        {
            running.call.live_at = Some(at);
        }
        self.calls.remove(&step.end.as_ref()?.call)
    }

    /// Remembers whom a clerk served, before the ticket forgets their name.
    fn remember_served(&mut self, before: &Ticket, transition: &Transition) {
        if let (TicketState::InCall { clerk, .. }, TicketState::Ended { .. }) =
            (&before.state, &transition.ticket.state)
        {
            self.served.insert(*clerk, before.clone());
        }
    }
}

fn member(members: &[Member], role: Role) -> Option<&Member> {
    members.iter().find(|member| member.role == role && member.left_at.is_none())
}
