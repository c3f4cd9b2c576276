//! The order rule and the places, written out plainly.

use jiff::Timestamp;
use okienko::ids::TicketId;

use super::act::CLERKS;
use super::model::{Model, Person, Turn, Where, later, serves};

impl Model {
    /// Everybody in the line, in the order of the rule.
    pub(super) fn order(&self, now: Timestamp) -> Vec<usize> {
        let in_line: Vec<usize> = (0..self.people.len())
            .filter(|person| !matches!(self.people[*person].place, Where::InCall { .. } | Where::Ended(_)))
            .collect();
        let of = |person: &usize| &self.people[*person];
        let is_visit = |person: &&usize| {
            let Person { visit, joined, .. } = of(person);
            visit.is_some_and(|starts| starts <= now && *joined <= later(starts, 600))
        };
        // 1. The head, by when they joined.
        let (mut order, rest): (Vec<usize>, Vec<usize>) = in_line.into_iter().partition(|person| of(person).is_at_head);
        order.sort_by_key(|person| (of(person).joined, of(person).ticket));
        // 2. Visits by their start.
        let mut visits: Vec<usize> = rest.iter().filter(is_visit).copied().collect();
        visits.sort_by_key(|person| (of(person).visit, of(person).ticket));
        // 3. Everybody else by when they joined.
        let mut walk_ins: Vec<usize> = rest.iter().filter(|person| !is_visit(person)).copied().collect();
        walk_ins.sort_by_key(|person| (of(person).joined, of(person).ticket));
        // 4. Who has waited for half an hour takes turns with the visits; only who can be called uses one up.
        let (mut patient, others): (Vec<usize>, Vec<usize>) =
            walk_ins.into_iter().partition(|person| now >= later(of(person).joined, 1_800));
        let mut turn = if self.last_turn == Some(Turn::Visit) { Turn::WalkIn } else { Turn::Visit };
        let waits = |queue: &[usize]| queue.first().map(|person| of(person).place == Where::Waiting);
        while !visits.is_empty() || !patient.is_empty() {
            let takes_no_turn = |queue: &[usize]| waits(queue) == Some(false);
            let (from, uses_turn) = if takes_no_turn(&visits) {
                (&mut visits, false)
            } else if takes_no_turn(&patient) {
                (&mut patient, false)
            } else if visits.is_empty() || (turn == Turn::WalkIn && !patient.is_empty()) {
                (&mut patient, true)
            } else {
                (&mut visits, true)
            };
            order.push(from.remove(0));
            if uses_turn {
                turn = if turn == Turn::Visit { Turn::WalkIn } else { Turn::Visit };
            }
        }
        order.extend(others);
        order
    }

    /// Whom a clerk gets next: the first who waits and whom they serve, who is there; if nobody is, the first of all.
    pub(super) fn next_for(&self, clerk: usize, now: Timestamp) -> Option<usize> {
        let mut mine = self.order(now);
        mine.retain(|person| {
            let person = &self.people[*person];
            person.place == Where::Waiting && serves(clerk, person.matter)
        });
        mine.iter().copied().find(|person| self.people[*person].away.is_none()).or(mine.first().copied())
    }

    /// Everybody's place who waits: 1 + those ahead whom a clerk on duty could serve who could also serve me; while no
    /// such clerk is there, those ahead in my matter.
    pub(super) fn places(&self, now: Timestamp) -> Vec<(TicketId, u32)> {
        let mut waiting = self.order(now);
        waiting.retain(|person| self.people[*person].place == Where::Waiting);
        let mut places = Vec::new();
        for (index, me) in waiting.iter().enumerate() {
            let me = &self.people[*me];
            let able: Vec<usize> =
                (0..CLERKS).filter(|clerk| self.is_on_duty(*clerk, now) && serves(*clerk, me.matter)).collect();
            let counts = |other: &&usize| {
                let other = self.people[**other].matter;
                if able.is_empty() { other == me.matter } else { able.iter().any(|clerk| serves(*clerk, other)) }
            };
            let ahead = waiting[..index].iter().filter(counts).count();
            places.push((me.ticket, u32::try_from(ahead).unwrap() + 1));
        }
        places
    }
}
