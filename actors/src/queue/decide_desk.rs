//! What follows from what clerks ask for, and from what happens to them.

use jiff::SignedDuration;
use okienko::domain::call::{Call, Member};
use okienko::domain::event::Actor;
use okienko::domain::line::{Changes, may_serve};
use okienko::domain::presence::{Change, Presence, PresenceError, PresenceState};
use okienko::domain::ticket::{Ticket, TicketError, TicketState};
use okienko::ids::{CallId, ClerkId, MemberId, TicketId};
use okienko::store::commands::Party;
use okienko::wire::{EndReason, Role};

use super::decide::{Decision, Rules};
use super::messages::{ClerkAsks, ClerkWants};
use super::step::Step;
use crate::error::ProblemCode;

/// How long somebody who was called may still stand in another clerk's line: the time between two rounds of
/// announcements, and that of a hand.
const JUST_TAKEN: SignedDuration = SignedDuration::from_secs(2);

impl Rules<'_> {
    pub(super) fn clerk(&self, asks: &ClerkAsks) -> Decision {
        let Some(presence) = self.state.desks.get(&asks.clerk) else {
            return match asks.wants {
                ClerkWants::SignIn => {
                    let change = Presence::sign_in(asks.clerk, self.state.book.office.id, self.now);
                    Decision::write(Step { presences: vec![(None, change)], ..Step::default() })
                }
                _ => Decision::Refuse(ProblemCode::WrongState),
            };
        };
        match asks.wants {
            ClerkWants::SignIn => Decision::Nothing,
            ClerkWants::CallNext => self.press(asks, presence, None),
            ClerkWants::CallTicket(ticket) => self.press(asks, presence, Some(ticket)),
            ClerkWants::CancelCall => self.cancel(presence),
            ClerkWants::SetState(wished) => self.maybe(presence, presence.set_state(wished, self.now)),
            ClerkWants::MoreWrapUp => self.more_wrap_up(asks, presence),
            ClerkWants::FinishWrapUp(next) => self.if_allowed(presence, presence.finish_wrap_up(next, self.now)),
            ClerkWants::HaveBrokenOff => {
                let once = asks.key.clone().map(|key| (Party::Clerk(asks.clerk), key));
                let refused_unless_known = Some(ProblemCode::NotInCall);
                Decision::write(Step { once, refused_unless_known, ..Step::default() })
            }
            ClerkWants::SignOut => self.sign_out(presence),
            ClerkWants::BeLost => self.maybe(presence, presence.lost(self.now)),
            ClerkWants::BeBack => self.maybe(presence, presence.came_back(self.now)),
        }
    }

    pub(super) fn desk_due(&self, clerk: ClerkId) -> Decision {
        let Some(presence) = self.state.desks.get(&clerk) else { return Decision::Nothing };
        if let Some(change) = presence.due(self.now, self.timings) {
            return self.maybe(presence, Some(change));
        }
        let is_lost = presence.is_lost(self.now, self.timings);
        if let PresenceState::Calling { ticket, .. } = presence.state
            && is_lost
            && let Some(ticket) = self.state.ticket(ticket)
        {
            return self.take_back(ticket, EndReason::ClerkLost, Actor::System);
        }
        Decision::See(Changes { clerks: true, ..Changes::default() })
    }

    /// A clerk's press: the one place where a ticket is called. Whoever is decided first has it.
    fn press(&self, asks: &ClerkAsks, presence: &Presence, wanted: Option<TicketId>) -> Decision {
        if is_called_already(presence, wanted) {
            return Decision::Nothing;
        }
        let once = asks.key.clone().map(|key| (Party::Clerk(asks.clerk), key));
        match presence.may_call() {
            Ok(()) => {}
            Err(PresenceError::Occupied) if once.is_some() => {
                let refused_unless_known = Some(ProblemCode::WrongState);
                return Decision::write(Step { once, refused_unless_known, ..Step::default() });
            }
            Err(_) => return Decision::Refuse(ProblemCode::WrongState),
        }
        let skills = self.state.book.skills(asks.clerk);
        let chosen = match wanted {
            Some(ticket) => ticket,
            None => match self.next_for(skills) {
                Some(ticket) => ticket,
                None => return self.just_taken(asks.clerk).unwrap_or(Decision::Refuse(ProblemCode::NobodyWaits)),
            },
        };
        let Some(ticket) = self.state.ticket(chosen) else { return Decision::Refuse(ProblemCode::TicketGone) };
        if !may_serve(skills, &ticket.wish) {
            return Decision::Refuse(ProblemCode::NotMine);
        }
        let call = CallId::new(self.world);
        let transition = match ticket.call(asks.clerk, call, self.now, self.timings) {
            Ok(transition) => transition,
            Err(TicketError::Taken { by }) => {
                let (number, by) = (ticket.number.clone(), self.state.book.short_name(by));
                return Decision::Taken { ticket: ticket.id, number, by };
            }
            Err(TicketError::AskedForTime) => return Decision::Refuse(ProblemCode::TicketDeferred),
            Err(_) => return Decision::Refuse(ProblemCode::TicketGone),
        };
        let TicketState::Called { clerk_until, .. } = transition.ticket.state else { return Decision::Nothing };
        let Ok(change) = presence.start_calling(ticket.id, call, clerk_until, self.now) else {
            return Decision::Refuse(ProblemCode::WrongState);
        };
        let mut step = self.ticket_step(ticket, transition, Changes { called: true, ..Changes::default() });
        step.once = once;
        step.turn = self.state.line.kind_of(ticket.id, self.now);
        step.presences.push((Some(presence.clone()), change));
        step.open = Some((self.call(call, ticket.id, asks.clerk), self.first_member(call, asks.clerk)));
        Decision::write(step)
    }

    /// Whom this clerk saw waiting when they pressed, but another one has called a moment before.
    fn just_taken(&self, clerk: ClerkId) -> Option<Decision> {
        let skills = self.state.book.skills(clerk);
        let taken = self.state.desks.values().filter_map(|presence| match presence.state {
            PresenceState::Calling { ticket, .. } if presence.clerk != clerk => {
                Some((self.state.ticket(ticket)?, presence.clerk))
            }
            _ => None,
        });
        let fits =
            |ticket: &Ticket| self.now.duration_since(ticket.since) <= JUST_TAKEN && may_serve(skills, &ticket.wish);
        let (ticket, by) = taken.filter(|(ticket, _)| fits(ticket)).max_by_key(|(ticket, _)| ticket.since)?;
        let (number, by) = (ticket.number.clone(), self.state.book.short_name(by));
        Some(Decision::Taken { ticket: ticket.id, number, by })
    }

    fn call(&self, id: CallId, ticket: TicketId, clerk: ClerkId) -> Call {
        let office = self.state.book.office.id;
        Call { id, office, ticket, clerk, called_at: self.now, live_at: None, ended: None }
    }

    fn first_member(&self, call: CallId, clerk: ClerkId) -> Member {
        let (id, role) = (MemberId::new(self.world), Role::Clerk);
        Member { id, call, role, session: None, clerk: Some(clerk), joined_at: self.now, left_at: None }
    }

    fn cancel(&self, presence: &Presence) -> Decision {
        let ticket = match presence.state {
            PresenceState::Calling { ticket, .. } => ticket,
            // The person was faster; a call is ended in another way.
            PresenceState::InCall { .. } => return Decision::Refuse(ProblemCode::WrongState),
            // There is no invitation any more, as was asked for.
            _ => return Decision::Nothing,
        };
        match self.state.ticket(ticket) {
            Some(ticket) => self.take_back(ticket, EndReason::ClerkHungUp, Actor::Clerk(presence.clerk)),
            None => Decision::Refuse(ProblemCode::TicketGone),
        }
    }

    fn sign_out(&self, presence: &Presence) -> Decision {
        match presence.sign_out(self.now) {
            Ok(change) => self.maybe(presence, Some(change)),
            // They finish the call first (product.md EC-50) and are off duty after it.
            Err(_) => self.maybe(presence, presence.set_state(okienko::wire::WishedState::Off, self.now)),
        }
    }

    /// Adds to the time after a call: a second time with the same key would be one more.
    fn more_wrap_up(&self, asks: &ClerkAsks, presence: &Presence) -> Decision {
        let decision = self.if_allowed(presence, presence.more_wrap_up(self.now, self.timings).map(Some));
        let Decision::Write(step) = decision else { return decision };
        let once = asks.key.clone().map(|key| (Party::Clerk(asks.clerk), key));
        Decision::write(Step { once, ..*step })
    }

    fn if_allowed(&self, presence: &Presence, change: Result<Option<Change>, PresenceError>) -> Decision {
        match change {
            Ok(change) => self.maybe(presence, change),
            Err(_) => Decision::Refuse(ProblemCode::WrongState),
        }
    }

    fn maybe(&self, presence: &Presence, change: Option<Change>) -> Decision {
        let Some(change) = change else { return Decision::Nothing };
        let on_duty = |presence: &Presence| presence.is_on_duty(self.now, self.timings);
        let clerks = on_duty(presence) != on_duty(&change.presence);
        let changes = Changes { clerks, ..Changes::default() };
        Decision::write(Step { presences: vec![(Some(presence.clone()), change)], changes, ..Step::default() })
    }
}

/// Whether a press asks for what is so already: whoever was asked for, or somebody, is being called by this clerk.
fn is_called_already(presence: &Presence, wanted: Option<TicketId>) -> bool {
    match (&presence.state, wanted) {
        (PresenceState::Calling { .. }, None) => true,
        (PresenceState::Calling { ticket, .. } | PresenceState::InCall { ticket, .. }, Some(wanted)) => {
            *ticket == wanted
        }
        _ => false,
    }
}
