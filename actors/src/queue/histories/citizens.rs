//! What citizens do, in the model. Each says whether anything was done.

use jiff::Timestamp;
use okienko::ids::TicketId;
use okienko::wire::EndReason;

use super::act::CLERKS;
use super::model::{Doing, Model, Person, Where, later, serves};

impl Model {
    pub(super) fn may_join(&self, citizen: usize, matter: usize, now: Timestamp) -> bool {
        self.live(citizen).is_none() && (0..CLERKS).any(|clerk| self.is_on_duty(clerk, now) && serves(clerk, matter))
    }

    pub(super) fn join(
        &mut self,
        ticket: TicketId,
        (citizen, matter): (usize, usize),
        (joined, visit): (Timestamp, Option<Timestamp>),
    ) {
        self.people.push(Person {
            ticket,
            citizen,
            matter,
            joined,
            visit,
            is_at_head: false,
            away: None,
            extensions: 0,
            unanswered: 0,
            missed_first: joined,
            place: Where::Waiting,
        });
    }

    pub(super) fn leave(&mut self, citizen: usize) -> bool {
        let Some(person) = self.live(citizen) else { return false };
        if matches!(self.people[person].place, Where::InCall { .. }) {
            return false;
        }
        self.free_clerk_of_invitation(person);
        self.end(person, EndReason::Left);
        true
    }

    pub(super) fn accept(&mut self, citizen: usize, now: Timestamp) -> bool {
        let Some(person) = self.live(citizen) else { return false };
        let Where::Called { clerk, deadline, .. } = self.people[person].place else { return false };
        if now > deadline {
            return false;
        }
        self.answered(person);
        self.people[person].place = Where::InCall { clerk, is_live: false };
        self.clerks[clerk].doing = Doing::InCall;
        true
    }

    pub(super) fn more_time(&mut self, citizen: usize, now: Timestamp) -> bool {
        let Some(person) = self.live(citizen) else { return false };
        let person = &mut self.people[person];
        let until = match &mut person.place {
            Where::Called { deadline, .. } => deadline,
            Where::Deferred { until } => until,
            _ => return false,
        };
        if now > *until || person.extensions == 10 {
            return false;
        }
        *until = later(*until, 60);
        person.extensions += 1;
        person.away = None;
        true
    }

    pub(super) fn here(&mut self, citizen: usize, now: Timestamp) -> bool {
        let Some(person) = self.live(citizen) else { return false };
        let Where::Deferred { until } = self.people[person].place else { return false };
        if now > until {
            return false;
        }
        self.back_to_head(person);
        true
    }

    pub(super) fn come_back_to_line(&mut self, citizen: usize, now: Timestamp) -> bool {
        let Some(person) = self.live(citizen) else { return false };
        let Where::Missed { return_until } = self.people[person].place else { return false };
        if now > return_until {
            return false;
        }
        self.back_to_head(person);
        true
    }

    pub(super) fn go_away(&mut self, citizen: usize, now: Timestamp) -> bool {
        let Some(person) = self.live(citizen) else { return false };
        let person = &mut self.people[person];
        if person.away.is_some() || matches!(person.place, Where::InCall { .. }) {
            return false;
        }
        person.away = Some(now);
        true
    }

    pub(super) fn be_back(&mut self, citizen: usize) -> bool {
        self.live(citizen).is_some_and(|person| self.people[person].away.take().is_some())
    }
}
