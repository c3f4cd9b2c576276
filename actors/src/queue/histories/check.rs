//! What is compared after each thing that happens.

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use okienko::domain::presence::{Presence, PresenceState};
use okienko::domain::ticket::{Ticket, TicketState};
use okienko::ids::TicketId;
use okienko::store::{calls, presences, tickets};
use okienko::wire::EndReason;

use super::Run;
use super::model::{Clerk, Doing, Person, Where};
use crate::queue::state::LineState;

impl Run {
    /// Everything is as the model has it, in the records and in the cache.
    pub(super) fn check(&self) {
        let (hall, model) = (&self.hall, &self.model);
        let (scope, now) = (hall.scope(), hall.now());
        let read = move |db: &mut _| {
            Ok((tickets::live(db, scope)?, presences::of_office(db, scope)?, calls::running(db, scope)?))
        };
        let (live, desks, running) = hall.store.read_now(read).unwrap();
        // Nobody lost, nobody twice, everybody where they should be.
        let is_over = |person: &&Person| matches!(person.place, Where::Ended(_));
        let expected: BTreeMap<TicketId, Person> = model
            .people
            .iter()
            .filter(|person| !is_over(person))
            .map(|person| (person.ticket, person.clone()))
            .collect();
        assert_eq!(live.iter().map(|ticket| ticket.id).collect::<HashSet<_>>().len(), live.len());
        let found: BTreeMap<TicketId, Seen> = live.iter().map(|ticket| (ticket.id, self.seen(ticket))).collect();
        let expected: BTreeMap<TicketId, Seen> =
            expected.into_iter().map(|(id, person)| (id, self.expected(&person))).collect();
        assert_eq!(found, expected);
        for (clerk, presence) in hall.clerks.iter().zip(&model.clerks) {
            let stored = desks.iter().find(|desk| desk.clerk == *clerk).unwrap();
            assert_eq!(clerk_of(stored), *presence);
        }
        // One call for each invitation and each conversation, and none besides.
        let mut in_calls: Vec<_> =
            running.iter().map(|it| (it.call.ticket, it.call.clerk, it.call.live_at.is_some())).collect();
        let mut expected: Vec<_> = model.people.iter().filter_map(|person| self.call_of(person)).collect();
        in_calls.sort();
        expected.sort();
        assert_eq!(in_calls, expected);
        assert_eq!(cached(&hall.state), cached(&hall.as_stored()));
        // The order and the places.
        let order: Vec<TicketId> = hall.state.line.ordered(now).iter().map(|ticket| ticket.id).collect();
        let expected: Vec<TicketId> = model.order(now).iter().map(|person| model.people[*person].ticket).collect();
        assert_eq!(order, expected);
        let duty = hall.state.duty(now, &hall.timings);
        let places: Vec<_> = hall.state.line.places(now, &duty).iter().map(|one| (one.ticket, one.place)).collect();
        assert_eq!(places, model.places(now));
    }

    fn seen(&self, ticket: &Ticket) -> Seen {
        let clerk = |clerk| self.hall.clerks.iter().position(|known| *known == clerk).unwrap();
        let place = match ticket.state {
            TicketState::Waiting => At::Waiting,
            TicketState::Called { clerk: by, clerk_until, deadline, .. } => {
                At::Called(clerk(by), clerk_until, deadline)
            }
            TicketState::Deferred { until } => At::Deferred(until),
            TicketState::Missed { return_until, .. } => At::Missed(return_until),
            TicketState::InCall { clerk: with, .. } => At::InCall(clerk(with)),
            TicketState::Ended { reason } => At::Ended(reason),
        };
        Seen {
            citizen: self.hall.sessions.iter().position(|session| *session == ticket.session).unwrap(),
            matter: self.hall.matters.iter().position(|matter| *matter == ticket.wish.matter).unwrap(),
            joined: ticket.joined_at,
            visit: ticket.visit_at,
            is_at_head: ticket.head_since.is_some(),
            away: ticket.away_since,
            counts: (ticket.extensions, ticket.recalls),
            place,
        }
    }

    fn expected(&self, person: &Person) -> Seen {
        let place = match person.place {
            Where::Waiting => At::Waiting,
            Where::Called { clerk, clerk_until, deadline, .. } => At::Called(clerk, clerk_until, deadline),
            Where::Deferred { until } => At::Deferred(until),
            Where::Missed { return_until } => At::Missed(return_until),
            Where::InCall { clerk, .. } => At::InCall(clerk),
            Where::Ended(reason) => At::Ended(reason),
        };
        Seen {
            citizen: person.citizen,
            matter: person.matter,
            joined: person.joined,
            visit: person.visit,
            is_at_head: person.is_at_head,
            away: person.away,
            counts: (person.extensions, person.unanswered),
            place,
        }
    }

    fn call_of(&self, person: &Person) -> Option<(TicketId, okienko::ids::ClerkId, bool)> {
        match person.place {
            Where::Called { clerk, .. } => Some((person.ticket, self.hall.clerks[clerk], false)),
            Where::InCall { clerk, is_live } => Some((person.ticket, self.hall.clerks[clerk], is_live)),
            _ => None,
        }
    }
}

/// A ticket in words that the line and the model share.
#[derive(Debug, PartialEq)]
struct Seen {
    citizen: usize,
    matter: usize,
    joined: Timestamp,
    visit: Option<Timestamp>,
    is_at_head: bool,
    away: Option<Timestamp>,
    counts: (u32, u32),
    place: At,
}

#[derive(Debug, PartialEq)]
enum At {
    Waiting,
    Called(usize, Timestamp, Timestamp),
    Deferred(Timestamp),
    Missed(Timestamp),
    InCall(usize),
    Ended(EndReason),
}

fn clerk_of(presence: &Presence) -> Clerk {
    let doing = match presence.state {
        PresenceState::Off => Doing::Off,
        PresenceState::Break => Doing::Break,
        PresenceState::Receiving => Doing::Receiving,
        PresenceState::Calling { .. } => Doing::Calling,
        PresenceState::InCall { .. } => Doing::InCall,
        PresenceState::AfterCall { until, .. } => Doing::AfterCall { until },
    };
    Clerk { doing, wished: presence.wished, lost: presence.lost_since }
}

/// What a cache holds, to be compared with another.
fn cached(state: &LineState) -> String {
    let mut tickets: Vec<&Ticket> = state.line.tickets().chain(state.in_call.values()).collect();
    tickets.sort_by_key(|ticket| ticket.id);
    let by_session: BTreeMap<_, _> = state.by_session.iter().collect();
    let mut calls: Vec<_> = state.calls.values().map(|running| (&running.call, running.accepted_at)).collect();
    calls.sort_by_key(|(call, _)| call.id);
    format!("{tickets:#?}{by_session:#?}{:#?}{calls:#?}", state.desks)
}
