//! The reference rule against the server's own rules, and against logs that were broken on purpose.

use jiff::{SignedDuration, Timestamp};
use okienko::domain::event::Actor;
use okienko::domain::line::WaitingLine;
use okienko::domain::office::{Clerk, Skills, StaffRole};
use okienko::domain::ticket::{self, Newcomer, Ticket, TicketState, Transition, Wish};
use okienko::domain::timings::Timings;
use okienko::ids::{CallId, ClerkId, MatterId, OfficeId, SessionId, SiteId, TicketId};
use okienko::store::events::Logged;
use okienko::wire::{EndReason, Mode};
use okienko::world::World;
use proptest::prelude::*;

use super::super::log::{Records, mismatches, violations};
use super::Office;
use crate::ledger::story::Seen;

/// An office that goes by the server's own rules and writes its log.
struct Truth {
    world: World,
    now: Timestamp,
    timings: Timings,
    matter: MatterId,
    office: OfficeId,
    line: WaitingLine,
    records: Records,
}

/// Something that happens: a kind and a choice of whom it happens to.
type Step = (u8, u8);

impl Truth {
    fn new() -> Self {
        let world = World::real();
        let (office, matter) = (OfficeId::new(&world), MatterId::new(&world));
        let clerk = |languages: &[&str], sign| Clerk {
            id: ClerkId::new(&world),
            office,
            email: String::new(),
            given_name: String::new(),
            family_name: String::new(),
            desk: None,
            role: StaffRole::Clerk,
            skills: Skills {
                matters: vec![matter],
                languages: languages.iter().map(|language| (*language).to_owned()).collect(),
                sign,
            },
        };
        let clerks = vec![clerk(&["pl"], true), clerk(&["pl", "uk"], false), clerk(&["uk"], false)];
        let records = Records { clerks, ..Records::default() };
        let now = Timestamp::from_second(1_000_000).unwrap();
        Self { now, timings: Timings::default(), matter, office, line: WaitingLine::new(), records, world }
    }

    fn live(steps: &[Step]) -> Records {
        let mut truth = Self::new();
        for (kind, choice) in steps {
            truth.now = truth.now.saturating_add(SignedDuration::from_secs(7)).unwrap();
            truth.step(*kind, usize::from(*choice));
        }
        truth.records
    }

    fn step(&mut self, kind: u8, choice: usize) {
        let live: Vec<Ticket> = self.records.tickets.iter().filter(|ticket| is_live(ticket)).cloned().collect();
        let chosen = live.get(choice % live.len().max(1)).cloned();
        let clerk = self.records.clerks[choice % self.records.clerks.len()].clone();
        let now = self.now;
        let timings = self.timings;
        let transition = match (kind, chosen) {
            (0..=2, _) => return self.joins(choice),
            (3 | 4, _) => return self.calls(&clerk),
            (_, None) => None,
            (5, Some(ticket)) => ticket.accept(now).ok(),
            (6, Some(ticket)) => ticket.went_away(now),
            (7, Some(ticket)) => ticket.came_back(now),
            (8, Some(ticket)) => ticket.leave(now).ok(),
            (9, Some(ticket)) => ticket.more_time(now, &timings).ok(),
            (10, Some(ticket)) => match ticket.state {
                TicketState::Called { call, .. } => ticket.clerk_freed(call, now, &timings).ok(),
                TicketState::InCall { call, .. } => {
                    ticket.finish(call, EndReason::ClerkHungUp, Actor::System, now).ok()
                }
                TicketState::Deferred { .. } => ticket.here(now).ok(),
                TicketState::Missed { .. } => ticket.return_to_line(now).ok(),
                _ => ticket.due(now, &timings),
            },
            (11, Some(ticket)) => match ticket.state {
                TicketState::InCall { call, .. } if choice.is_multiple_of(2) => {
                    ticket.dropped_out(call, now, &timings).ok()
                }
                TicketState::InCall { call, .. } => ticket.call_broken(call, EndReason::Failed, now).ok(),
                TicketState::Missed { .. } => {
                    ticket.call(self.free_clerk(&ticket), CallId::new(&self.world), now, &timings).ok()
                }
                _ => ticket.cancel_call(Actor::System, now).ok(),
            },
            (_, Some(_)) => None,
        };
        self.write(transition);
    }

    fn joins(&mut self, choice: usize) {
        let wish = Wish {
            matter: self.matter,
            mode: if choice.is_multiple_of(7) { Mode::Sign } else { Mode::Video },
            needs: Vec::new(),
            language: if choice.is_multiple_of(3) && !choice.is_multiple_of(7) { "uk" } else { "pl" }.to_owned(),
        };
        let newcomer = Newcomer {
            id: TicketId::new(&self.world),
            office: self.office,
            site: SiteId::new(&self.world),
            session: SessionId::new(&self.world),
            number: format!("I {:03}", self.records.tickets.len()),
            wish,
            name: None,
            notice: String::new(),
            ready: None,
            visit_at: None,
        };
        self.write(Some(ticket::join(newcomer, self.now)));
    }

    fn calls(&mut self, clerk: &Clerk) {
        let Some(next) = self.line.next_for(self.now, &clerk.skills).filter(|_| !self.is_busy(clerk.id)) else {
            return;
        };
        let ticket = self.line.get(next).unwrap();
        let called = ticket.call(clerk.id, CallId::new(&self.world), self.now, &self.timings);
        self.write(called.ok());
    }

    fn is_busy(&self, clerk: ClerkId) -> bool {
        self.records.tickets.iter().any(|ticket| match ticket.state {
            TicketState::Called { clerk: by, .. } | TicketState::InCall { clerk: by, .. } => by == clerk,
            _ => false,
        })
    }

    fn free_clerk(&self, ticket: &Ticket) -> ClerkId {
        let may =
            |clerk: &&Clerk| !self.is_busy(clerk.id) && okienko::domain::line::may_serve(&clerk.skills, &ticket.wish);
        // Nobody free: an id that is refused.
        self.records.clerks.iter().find(may).map_or_else(|| ClerkId::new(&self.world), |clerk| clerk.id)
    }

    fn write(&mut self, transition: Option<Transition>) {
        let Some(Transition { ticket, event }) = transition else { return };
        if matches!(event.by, Actor::Clerk(clerk) if !self.records.clerks.iter().any(|known| known.id == clerk)) {
            return;
        }
        let seq = 1 + self.records.events.iter().filter(|logged| logged.event.subject == event.subject).count() as u64;
        self.records.events.push(Logged { seq, event });
        match self.records.tickets.iter_mut().find(|known| known.id == ticket.id) {
            Some(known) => *known = ticket.clone(),
            None => self.records.tickets.push(ticket.clone()),
        }
        self.line.put(ticket);
    }
}

fn is_live(ticket: &Ticket) -> bool {
    !matches!(ticket.state, TicketState::Ended { .. })
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec((0_u8..12, any::<u8>()), 0..160)
}

proptest! {
    #[test]
    fn the_reference_agrees_with_the_rules(steps in steps()) {
        prop_assert_eq!(violations(&Truth::live(&steps)), Vec::<String>::new());
    }

    #[test]
    fn a_lost_event_is_found(steps in steps(), which in any::<prop::sample::Index>()) {
        let mut records = Truth::live(&steps);
        prop_assume!(!records.events.is_empty());
        let lost = records.events.remove(which.index(records.events.len()));
        // More time leaves no trace in what the log is compared with, if nothing happens after it.
        prop_assume!(lost.event.reason != "more-time");

        prop_assert!(!violations(&records).is_empty());
    }

    #[test]
    fn a_doubled_event_is_found(steps in steps(), which in any::<prop::sample::Index>()) {
        let mut records = Truth::live(&steps);
        prop_assume!(!records.events.is_empty());
        let at = which.index(records.events.len());
        records.events.insert(at, records.events[at].clone());

        prop_assert!(!violations(&records).is_empty());
    }

    #[test]
    fn a_lost_ticket_is_found(steps in steps(), which in any::<prop::sample::Index>()) {
        let mut records = Truth::live(&steps);
        prop_assume!(!records.tickets.is_empty());
        records.tickets.remove(which.index(records.tickets.len()));

        prop_assert!(!violations(&records).is_empty());
    }

    #[test]
    fn a_line_that_is_served_from_its_end_is_found(count in 2_usize..20) {
        let mut truth = Truth::new();
        for number in 0..count {
            truth.now = truth.now.saturating_add(SignedDuration::from_secs(1)).unwrap();
            truth.joins(3 * number + 1);
        }
        let clerk = truth.records.clerks[1].clone();
        let last = truth.records.tickets.last().unwrap().clone();
        let called = last.call(clerk.id, CallId::new(&truth.world), truth.now, &truth.timings).unwrap();
        truth.write(Some(called));

        prop_assert_eq!(violations(&truth.records).len(), 1);
    }
}

#[test]
fn a_clerk_with_two_people_is_found() {
    let mut truth = Truth::new();
    for choice in [1, 2] {
        truth.now = truth.now.saturating_add(SignedDuration::from_secs(1)).unwrap();
        truth.joins(choice);
    }
    let clerk = truth.records.clerks[0].clone();
    truth.calls(&clerk);
    let second = truth.records.tickets[1].clone();
    let called = second.call(clerk.id, CallId::new(&truth.world), truth.now, &truth.timings).unwrap();
    truth.write(Some(called));

    assert_eq!(violations(&truth.records).len(), 1);
}

#[test]
fn what_is_stored_otherwise_than_it_was_told_is_found() {
    // Each resident of the clients' history has a ticket of the rules' one.
    let (mut office, mut truth) = (Office::new(), Truth::new());
    for second in [1, 2] {
        truth.now = truth.now.saturating_add(SignedDuration::from_secs(1)).unwrap();
        truth.joins(second);
        office.joins(f64::from(u32::try_from(second).unwrap()));
    }
    for (story, ticket) in office.stories.iter_mut().zip(&truth.records.tickets) {
        let promise = story.promise.as_mut().unwrap();
        (promise.ticket, promise.joined_at) = (ticket.id, ticket.joined_at);
        promise.number.clone_from(&ticket.number);
    }
    assert_eq!(mismatches(&office.stories, &office.shifts, &truth.records), Vec::<String>::new());

    office.sees(0, 5.0, Seen::Ended(EndReason::Left));
    assert_eq!(
        mismatches(&office.stories, &office.shifts, &truth.records).len(),
        1,
        "it is over for the resident only"
    );
    let left = truth.records.tickets[0].leave(truth.now).unwrap();
    truth.write(Some(left));
    assert_eq!(mismatches(&office.stories, &office.shifts, &truth.records), Vec::<String>::new());

    truth.records.tickets[1].number = "I 099".to_owned();
    assert_eq!(mismatches(&office.stories, &office.shifts, &truth.records).len(), 1);
    let lost = truth.records.tickets.remove(1);
    assert_eq!(mismatches(&office.stories, &office.shifts, &truth.records).len(), 1);
    truth.records.tickets.push(lost);
    office.stories.pop();
    assert_eq!(mismatches(&office.stories, &office.shifts, &truth.records).len(), 1, "a ticket of nobody");
}

#[test]
fn a_call_that_only_its_clerk_knows_of_is_found() {
    let (mut office, mut truth) = (Office::new(), Truth::new());
    truth.now = truth.now.saturating_add(SignedDuration::from_secs(1)).unwrap();
    truth.joins(1);
    office.joins(1.0);
    let (story, ticket) = (&mut office.stories[0], &truth.records.tickets[0]);
    let promise = story.promise.as_mut().unwrap();
    (promise.ticket, promise.joined_at) = (ticket.id, ticket.joined_at);
    promise.number.clone_from(&ticket.number);
    truth.records.clerks[0].email.clone_from(&office.shifts[0].email);
    let clerk = truth.records.clerks[0].clone();

    truth.calls(&clerk);
    office.calls(0, 0, 2.0);
    assert_eq!(mismatches(&office.stories, &office.shifts, &truth.records), Vec::<String>::new());

    truth.records.clerks[1].email.clone_from(&office.shifts[1].email);
    office.calls(1, 0, 2.1);
    assert_eq!(mismatches(&office.stories, &office.shifts, &truth.records).len(), 1);
}
