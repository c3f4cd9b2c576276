//! What clerks, rooms and time do, in the model. Each says whether anything was done.

use jiff::Timestamp;
use okienko::ids::TicketId;
use okienko::wire::{EndReason, WishedState};

use super::model::{Clerk, Doing, Model, Person, Where, free_as, later, serves};

impl Model {
    // What clerks do.

    pub(super) fn call_next(&mut self, clerk: usize, now: Timestamp) -> bool {
        match self.next_for(clerk, now) {
            Some(person) if self.may_call(clerk) => {
                self.call(clerk, person, now);
                true
            }
            _ => false,
        }
    }

    pub(super) fn call_row(&mut self, clerk: usize, citizen: usize, now: Timestamp) -> bool {
        let Some(person) = self.live(citizen) else { return false };
        let may = match self.people[person].place {
            Where::Waiting => true,
            Where::Missed { return_until } => {
                let Person { unanswered, missed_first, .. } = self.people[person];
                unanswered <= 2 && now <= later(missed_first, 180) && now <= return_until
            }
            _ => false,
        };
        if !may || !self.may_call(clerk) || !serves(clerk, self.people[person].matter) {
            return false;
        }
        self.call(clerk, person, now);
        true
    }

    pub(super) fn cancel(&mut self, clerk: usize) -> bool {
        match self.engaged_with(clerk) {
            Some(person) if self.clerks[clerk].doing == Doing::Calling => {
                self.take_back(person);
                true
            }
            _ => false,
        }
    }

    pub(super) fn wish(&mut self, clerk: usize, wished: WishedState) -> bool {
        let before = self.clerks[clerk].clone();
        self.clerks[clerk].wished = wished;
        if !matches!(before.doing, Doing::Calling | Doing::InCall) {
            self.clerks[clerk].doing = free_as(wished);
        }
        self.clerks[clerk] != before
    }

    pub(super) fn more_wrap_up(&mut self, clerk: usize, now: Timestamp) -> bool {
        let Doing::AfterCall { until } = &mut self.clerks[clerk].doing else { return false };
        *until = later((*until).max(now), 120);
        true
    }

    pub(super) fn finish(&mut self, clerk: usize, next: WishedState) -> bool {
        // Once the time for notes is over, how to go on is all that is left to be said.
        !matches!(self.clerks[clerk].doing, Doing::Calling | Doing::InCall) && self.wish(clerk, next)
    }

    pub(super) fn sign_out(&mut self, clerk: usize) -> bool {
        if matches!(self.clerks[clerk].doing, Doing::Calling | Doing::InCall) {
            return self.wish(clerk, WishedState::Off);
        }
        self.clerks[clerk] = Clerk { doing: Doing::Off, wished: WishedState::Off, lost: None };
        true
    }

    pub(super) fn lose_clerk(&mut self, clerk: usize, now: Timestamp) -> bool {
        let is_new = self.clerks[clerk].lost.is_none();
        self.clerks[clerk].lost.get_or_insert(now);
        is_new
    }

    pub(super) fn find_clerk(&mut self, clerk: usize) -> bool {
        self.clerks[clerk].lost.take().is_some()
    }

    // What rooms say.

    pub(super) fn connect(&mut self, clerk: usize) -> bool {
        let Some(person) = self.engaged_with(clerk) else { return false };
        let Where::InCall { is_live, .. } = &mut self.people[person].place else { return false };
        !std::mem::replace(is_live, true)
    }

    pub(super) fn call_over(&mut self, clerk: usize, reason: EndReason, now: Timestamp) -> bool {
        let Some(person) = self.engaged_with(clerk) else { return false };
        if matches!(self.people[person].place, Where::Called { .. }) {
            self.take_back(person);
            return true;
        }
        match reason {
            EndReason::ClerkLost | EndReason::Failed => self.back_to_head(person),
            EndReason::CitizenLost => {
                self.answered(person);
                let person = &mut self.people[person];
                person.is_at_head = true;
                person.missed_first = now;
                person.place = Where::Missed { return_until: later(now, 900) };
            }
            _ => self.end(person, reason),
        }
        self.clerks[clerk].doing = Doing::AfterCall { until: later(now, 120) };
        true
    }

    // What time does.

    pub(super) fn ticket_due(&mut self, ticket: TicketId, now: Timestamp) -> bool {
        let Some(person) = self.people.iter().position(|person| person.ticket == ticket) else { return false };
        let Person { place, away, unanswered, .. } = self.people[person];
        match place {
            Where::Waiting if away.is_some_and(|since| now >= later(since, 300)) => self.end(person, EndReason::Lapsed),
            Where::Called { clerk_until, deadline, .. } if now >= clerk_until => {
                self.free_clerk_of_invitation(person);
                if deadline > clerk_until {
                    self.people[person].is_at_head = true;
                    self.people[person].place = Where::Deferred { until: deadline };
                } else {
                    self.miss(person, now);
                }
            }
            Where::Deferred { until } if now >= until => self.miss(person, now),
            Where::Missed { return_until } if now >= return_until => {
                self.end(person, if unanswered == 0 { EndReason::CitizenLost } else { EndReason::NotAccepted });
            }
            _ => return false,
        }
        true
    }

    pub(super) fn clerk_due(&mut self, clerk: usize, now: Timestamp) -> bool {
        let Clerk { doing, wished, lost } = self.clerks[clerk];
        let is_lost_for = |seconds| lost.is_some_and(|since| now >= later(since, seconds));
        match doing {
            Doing::Receiving | Doing::AfterCall { .. } | Doing::Break if is_lost_for(300) => {
                (self.clerks[clerk].doing, self.clerks[clerk].wished) = (Doing::Off, WishedState::Off);
            }
            Doing::AfterCall { until } if now >= until => self.clerks[clerk].doing = free_as(wished),
            Doing::Calling if is_lost_for(30) => return self.cancel(clerk),
            _ => return false,
        }
        true
    }
}
