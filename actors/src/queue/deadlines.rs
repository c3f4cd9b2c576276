//! What time alone moves on in a line, in the order in which it comes due.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use okienko::ids::{ClerkId, TicketId};

/// Whose deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Subject {
    Ticket(TicketId),
    Desk(ClerkId),
}

/// One deadline for each subject: its earliest. A timer that fires asks the rules with the present state, so that a
/// late one cannot hit what came after it.
#[derive(Debug, Default)]
pub(super) struct Deadlines {
    in_order: BTreeSet<(Timestamp, Subject)>,
    of: HashMap<Subject, Timestamp>,
}

impl Deadlines {
    /// Says when a subject is due; None if time alone never moves it.
    pub(super) fn set(&mut self, subject: Subject, at: Option<Timestamp>) {
        if let Some(before) = self.of.remove(&subject) {
            self.in_order.remove(&(before, subject));
        }
        if let Some(at) = at {
            self.of.insert(subject, at);
            self.in_order.insert((at, subject));
        }
    }

    /// When the first one is due.
    pub(super) fn first(&self) -> Option<Timestamp> {
        self.in_order.first().map(|(at, _)| *at)
    }

    /// Takes out those that are due, at most so many of them.
    pub(super) fn take_due(&mut self, now: Timestamp, most: usize) -> Vec<Subject> {
        let mut due = Vec::new();
        while due.len() < most {
            let Some((at, subject)) = self.in_order.first().copied().filter(|(at, _)| *at <= now) else { break };
            self.in_order.remove(&(at, subject));
            self.of.remove(&subject);
            due.push(subject);
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use okienko::world::World;

    use super::*;

    #[test]
    fn a_subject_is_due_once_and_at_its_latest_word() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let (one, other) =
            (Subject::Ticket(TicketId::new(&World::real())), Subject::Desk(ClerkId::new(&World::real())));
        let mut deadlines = Deadlines::default();
        deadlines.set(one, Some(at(10)));
        deadlines.set(other, Some(at(20)));
        deadlines.set(one, Some(at(30)));

        assert_eq!(deadlines.first(), Some(at(20)));
        assert_eq!(deadlines.take_due(at(29), 10), [other]);
        assert_eq!(deadlines.take_due(at(30), 10), [one]);
        assert_eq!(deadlines.first(), None);
    }
}
