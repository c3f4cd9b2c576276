//! What goes wrong on purpose with the order of the line: so that it can be proven that whoever checks it notices.
//! Without the feature `failure-points` nothing of this does anything.

use okienko::domain::office::Skills;
use okienko::failures::{Fault, Point};
use okienko::ids::TicketId;

use super::Queue;
use super::ask::Ask;
use super::decide::Rules;

impl Rules<'_> {
    /// Whom this clerk calls next: as the rules say, unless the order is to be broken.
    pub(super) fn next_for(&self, skills: &Skills) -> Option<TicketId> {
        match self.world.failures().at(Point::QueuePick, self.state.book.office.id) {
            Fault::Reorder => self.last_for(skills),
            _ => self.state.line.next_for(self.now, skills),
        }
    }

    /// Whom they should call last.
    fn last_for(&self, skills: &Skills) -> Option<TicketId> {
        let rows = self.state.line.rows(self.now, skills, self.timings, usize::MAX);
        rows.iter().rev().find(|row| row.mine && row.ticket.is_waiting()).map(|row| row.ticket.id)
    }
}

#[cfg(not(feature = "failure-points"))]
impl Queue {
    /// Does something else than what is asked for. Returns whether it did.
    #[inline(always)]
    pub(super) fn meddle(&mut self, _: &Ask) -> bool {
        false
    }
}

#[cfg(feature = "failure-points")]
impl Queue {
    /// Gives a clerk who presses somebody whom another one invites already, as if nobody compared before setting.
    pub(super) fn meddle(&mut self, ask: &Ask) -> bool {
        use okienko::domain::presence::PresenceState;
        use okienko::ids::CallId;

        use super::messages::{ClerkWants, LineEvent, Standing};

        let Ask::Clerk(asks) = ask else { return false };
        let Some(state) = &self.state else { return false };
        let taken = state.desks.values().find_map(|presence| match presence.state {
            PresenceState::Calling { ticket, until, .. } if presence.clerk != asks.clerk => Some((ticket, until)),
            _ => None,
        });
        let (Some((ticket, until)), Some(presence)) = (taken, state.desks.get(&asks.clerk)) else { return false };
        let presses = matches!(asks.wants, ClerkWants::CallNext | ClerkWants::CallTicket(_));
        if !presses || self.spec.env.at(Point::QueuePick, self.spec.office) != Fault::Duplicate {
            return false;
        }
        let call = CallId::new(&self.spec.env.world);
        let mut twice = presence.clone();
        twice.state = PresenceState::Calling { ticket, call, until };
        if let Some(ticket) = state.ticket(ticket) {
            let clerk = state.book.clerk_view(asks.clerk);
            let (view, extensions_left) = (state.book.ticket_view(ticket), 0);
            let standing = Standing::Called { ticket: view, call, clerk, deadline: until, extensions_left };
            self.roll().tell_session(ticket.session, LineEvent::Standing(standing));
        }
        self.tell_desk(&twice);
        self.done(ask);
        true
    }
}
