//! What follows from a command, a deadline or a room's word: asks the rules and puts together what is to be written.
//! Decides and writes nothing itself.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use jiff::Timestamp;
use okienko::domain::abuse::Abuse;
use okienko::domain::call::{AfterCall, after_call};
use okienko::domain::event::Actor;
use okienko::domain::hours::{self, Opening, Situation};
use okienko::domain::line::{Changes, Outlook, WaitingLine};
use okienko::domain::ticket::{Newcomer, Ticket, TicketError, TicketState, Transition, Wish};
use okienko::domain::timings::Timings;
use okienko::ids::{BlockId, CallId, MatterId, SessionId, TicketId};
use okienko::store::commands::Party;
use okienko::wire::{EndReason, Mode, Need, Role};
use okienko::world::World;

use super::ask::Ask;
use super::messages::{CitizenAsks, CitizenWants, JoinLine};
use super::state::LineState;
use super::step::{BrokenOff, Ending, Joining, Step};
use crate::error::ProblemCode;

/// What is to be done about an [`Ask`].
pub(super) enum Decision {
    /// This is to be written, and announced when it is.
    Write(Box<Step>),
    /// It is not to be done.
    Refuse(ProblemCode),
    /// Another clerk was faster.
    Taken { ticket: TicketId, number: String, by: String },
    /// Nothing is to be written; the others see this.
    See(Changes),
    /// Nothing is to be done, and that is well.
    Nothing,
}

impl Decision {
    pub(super) fn write(step: Step) -> Self {
        Self::Write(Box::new(step))
    }
}

/// What is found once for all who are decided together: in a crowd it would cost too much to look at the whole line for
/// each newcomer anew.
#[derive(Default)]
pub(super) struct Together {
    waiting: Cell<Option<u32>>,
    joining: Cell<u32>,
    outlooks: RefCell<HashMap<Kind, Outlook>>,
}

/// Wishes that have the same outlook.
type Kind = (MatterId, String, Mode, Vec<Need>);

impl Together {
    /// How many wait, those counted in who are about to join.
    fn waiting(&self, line: &WaitingLine) -> u32 {
        let waiting = self.waiting.get().unwrap_or_else(|| line.waiting());
        self.waiting.set(Some(waiting));
        waiting.saturating_add(self.joining.get())
    }

    /// Counts one more who is about to join; gives how many are before them.
    fn joins(&self) -> u32 {
        let before = self.joining.get();
        self.joining.set(before.saturating_add(1));
        before
    }

    fn outlook(&self, wish: &Wish, find: impl FnOnce() -> Outlook) -> Outlook {
        let kind = (wish.matter, wish.language.clone(), wish.mode, wish.needs.clone());
        *self.outlooks.borrow_mut().entry(kind).or_insert_with(find)
    }
}

/// The rules with everything that they need to decide.
pub(super) struct Rules<'a> {
    pub(super) state: &'a LineState,
    pub(super) timings: &'a Timings,
    pub(super) world: &'a World,
    /// What is the same for all who are decided together.
    pub(super) together: &'a Together,
    pub(super) now: Timestamp,
}

impl Rules<'_> {
    /// Decides one thing.
    pub(super) fn decide(&self, ask: &Ask) -> Decision {
        match ask {
            Ask::Join(join) => self.join(join),
            Ask::Citizen(asks) => self.citizen(asks),
            Ask::Reachable { session, reachable } => self.reachable(*session, *reachable),
            Ask::Clerk(asks) => self.clerk(asks),
            Ask::TicketDue(ticket) => self.ticket_due(*ticket),
            Ask::DeskDue(clerk) => self.desk_due(*clerk),
            Ask::Live { call, at } => self.live(*call, *at),
            Ask::CallOver { call, reason, broken_off } => self.call_over(*call, *reason, broken_off.as_ref()),
        }
    }

    fn join(&self, join: &JoinLine) -> Decision {
        let once = Some((Party::Session(join.session), join.key.clone()));
        if self.state.ticket_of(join.session).is_some() {
            let refused_unless_known = Some(ProblemCode::WrongState);
            return Decision::write(Step { once, refused_unless_known, ..Step::default() });
        }
        let book = &self.state.book;
        let Some(matter) = book.matter(join.wish.matter) else { return Decision::Refuse(ProblemCode::MatterUnknown) };
        let outlook = self
            .together
            .outlook(&join.wish, || self.state.line.outlook(&self.state.duty(self.now, self.timings), &join.wish));
        let situation = Situation {
            opening: hours::opening(&matter.hours, &book.closures, self.now, &book.tz),
            waiting: self.together.waiting(&self.state.line),
            max_waiting: book.office.max_waiting,
            receiving: outlook.receiving,
            wait: outlook.wait,
        };
        if let Some(code) = refused_entry(hours::admission(situation, self.now)) {
            return Decision::Refuse(code);
        }
        let newcomer = Newcomer {
            id: TicketId::new(self.world),
            office: book.office.id,
            site: join.site,
            session: join.session,
            // Counted in the transaction itself.
            number: String::new(),
            wish: join.wish.clone(),
            name: join.name.clone(),
            notice: join.notice.clone(),
            ready: join.ready,
            visit_at: None,
        };
        let day = hours::office_day(self.now, &book.tz);
        let at = self.state.arrives_at(self.now, self.together.joins());
        let device = join.mark.map(|mark| (join.session, mark));
        let join = Some(Joining { newcomer, at, letter: matter.letter, day });
        Decision::write(Step { once, join, device, seen: true, ..Step::default() })
    }

    fn citizen(&self, asks: &CitizenAsks) -> Decision {
        let Some(ticket) = self.state.ticket_of(asks.session) else {
            return match asks.wants {
                // Whoever wants to be out is: perhaps by this same command, whose answer was lost.
                CitizenWants::Leave => Decision::Nothing,
                _ => Decision::Refuse(ProblemCode::TicketGone),
            };
        };
        match asks.wants {
            CitizenWants::Accept => self.accept(asks, ticket),
            CitizenWants::MoreTime => {
                let once = Some((Party::Session(asks.session), asks.key.clone()));
                let step = match ticket.more_time(self.now, self.timings) {
                    Ok(transition) => self.ticket_step(ticket, transition, Changes::default()),
                    Err(error) => Step { refused_unless_known: Some(code_of(&error)), ..Step::default() },
                };
                Decision::write(Step { once, ..step })
            }
            CitizenWants::Here => self.back_to_head(ticket, ticket.here(self.now)),
            CitizenWants::Return => self.back_to_head(ticket, ticket.return_to_line(self.now)),
            CitizenWants::Leave => match ticket.leave(self.now) {
                Ok(left) => {
                    let changes = Changes { left: true, ..Changes::default() };
                    let mut step = self.ticket_step(ticket, left, changes);
                    self.end_invitation(&mut step, ticket, EndReason::Left, Actor::Citizen);
                    Decision::write(step)
                }
                Err(error) => Decision::Refuse(code_of(&error)),
            },
        }
    }

    fn accept(&self, asks: &CitizenAsks, ticket: &Ticket) -> Decision {
        let once = Some((Party::Session(asks.session), asks.key.clone()));
        let transition = match ticket.accept(self.now) {
            Ok(transition) => transition,
            Err(_) if matches!(ticket.state, TicketState::InCall { .. }) => {
                let refused_unless_known = Some(ProblemCode::WrongState);
                return Decision::write(Step { once, refused_unless_known, ..Step::default() });
            }
            // Whatever it is now, it is not an invitation any more, or not yet again.
            Err(_) => return Decision::Refuse(ProblemCode::InvitationOver),
        };
        let TicketState::InCall { call, clerk } = transition.ticket.state else { return Decision::Nothing };
        let (Some(presence), Some(running)) = (self.state.desks.get(&clerk), self.state.calls.get(&call)) else {
            return Decision::Refuse(ProblemCode::InvitationOver);
        };
        let Ok(change) = presence.call_accepted(call, self.now) else {
            return Decision::Refuse(ProblemCode::InvitationOver);
        };
        let mut step = self.ticket_step(ticket, transition, Changes::default());
        step.once = once;
        step.device = asks.mark.map(|mark| (asks.session, mark));
        step.presences.push((Some(presence.clone()), change));
        step.admit = Some(okienko::domain::call::Member {
            id: running.citizen_member,
            call,
            role: Role::Citizen,
            session: Some(ticket.session),
            clerk: None,
            joined_at: self.now,
            left_at: None,
        });
        Decision::write(step)
    }

    fn back_to_head(&self, ticket: &Ticket, transition: Result<Transition, TicketError>) -> Decision {
        let changes = Changes { returned: true, ..Changes::default() };
        match transition {
            Ok(transition) => Decision::write(self.ticket_step(ticket, transition, changes)),
            Err(error) => Decision::Refuse(code_of(&error)),
        }
    }

    fn reachable(&self, session: SessionId, reachable: bool) -> Decision {
        let Some(ticket) = self.state.ticket_of(session) else { return Decision::Nothing };
        let transition = if reachable { ticket.came_back(self.now) } else { ticket.went_away(self.now) };
        match transition {
            Some(transition) => Decision::write(self.ticket_step(ticket, transition, Changes::default())),
            None => Decision::Nothing,
        }
    }

    fn ticket_due(&self, id: TicketId) -> Decision {
        let Some(ticket) = self.state.ticket(id) else { return Decision::Nothing };
        let Some(transition) = ticket.due(self.now, self.timings) else {
            // It may rank anew: an early visit has come to its start, or somebody has waited long.
            let changes = self.state.line.changes_by_time(id, self.now);
            return if changes == Changes::default() { Decision::Nothing } else { Decision::See(changes) };
        };
        let left = matches!(transition.ticket.state, TicketState::Ended { .. });
        let is_deferred = matches!(transition.ticket.state, TicketState::Deferred { .. });
        let reason = if is_deferred { EndReason::Deferred } else { EndReason::NotAccepted };
        let mut step = self.ticket_step(ticket, transition, Changes { left, ..Changes::default() });
        self.end_invitation(&mut step, ticket, reason, Actor::System);
        Decision::write(step)
    }

    fn live(&self, call: CallId, at: Timestamp) -> Decision {
        match self.state.calls.get(&call) {
            Some(running) if running.call.live_at.is_none() => {
                Decision::write(Step { live: Some((call, at)), ..Step::default() })
            }
            _ => Decision::Nothing,
        }
    }

    fn call_over(&self, call: CallId, reason: EndReason, broken_off: Option<&(String, Abuse)>) -> Decision {
        let Some(running) = self.state.calls.get(&call) else { return Decision::Nothing };
        let Some(ticket) = self.state.ticket(running.call.ticket) else { return Decision::Nothing };
        let by = match reason {
            EndReason::CitizenHungUp => Actor::Citizen,
            EndReason::ClerkHungUp | EndReason::BrokenOff => Actor::Clerk(running.call.clerk),
            _ => Actor::System,
        };
        if matches!(ticket.state, TicketState::Called { .. }) {
            return self.take_back(ticket, reason, by);
        }
        let after = after_call(reason);
        let back = after == AfterCall::BackToHead;
        let transition = match after {
            AfterCall::BackToHead => ticket.call_broken(call, reason, self.now),
            AfterCall::MayReturn => ticket.dropped_out(call, self.now, self.timings),
            AfterCall::Over => ticket.finish(call, reason, by.clone(), self.now),
        };
        let Ok(transition) = transition else { return Decision::Nothing };
        let mut step = self.ticket_step(ticket, transition, Changes { returned: back, ..Changes::default() });
        if let Some(presence) = self.state.desks.get(&running.call.clerk)
            && let Ok(change) = presence.call_over(call, self.now, self.timings)
        {
            step.presences.push((Some(presence.clone()), change));
        }
        let from = if running.call.live_at.is_some() { "live" } else { "accepted" };
        step.end = Some(Ending { call, reason, by, from });
        if let Some((key, abuse)) = broken_off {
            let (clerk, session, block) = (running.call.clerk, ticket.session, BlockId::new(self.world));
            step.once = Some((Party::Clerk(clerk), key.clone()));
            step.broken_off = Some(BrokenOff { call, clerk, session, abuse: *abuse, block });
        }
        Decision::write(step)
    }

    /// Takes an invitation back: the ticket goes where it was, and the clerk goes on.
    pub(super) fn take_back(&self, ticket: &Ticket, reason: EndReason, by: Actor) -> Decision {
        let Ok(transition) = ticket.cancel_call(by.clone(), self.now) else {
            return Decision::Nothing;
        };
        let changes = Changes { returned: true, ..Changes::default() };
        let mut step = self.ticket_step(ticket, transition, changes);
        self.end_invitation(&mut step, ticket, reason, by);
        Decision::write(step)
    }

    /// If the ticket was being called, the call ends with this step and the clerk goes on as they wished.
    fn end_invitation(&self, step: &mut Step, ticket: &Ticket, reason: EndReason, by: Actor) {
        let TicketState::Called { call, clerk, .. } = ticket.state else { return };
        step.end = Some(Ending { call, reason, by, from: "called" });
        if let Some(presence) = self.state.desks.get(&clerk)
            && let Ok(change) = presence.invitation_over(call, self.now)
        {
            step.presences.push((Some(presence.clone()), change));
        }
    }

    /// A step of one ticket.
    pub(super) fn ticket_step(&self, before: &Ticket, transition: Transition, changes: Changes) -> Step {
        Step { tickets: vec![(before.clone(), transition)], changes, seen: true, ..Step::default() }
    }
}

/// Why somebody may not join, if so.
fn refused_entry(admission: hours::Admission) -> Option<ProblemCode> {
    match admission {
        hours::Admission::Open => None,
        hours::Admission::Full { .. } => Some(ProblemCode::LineFull),
        hours::Admission::TooLate => Some(ProblemCode::TooLate),
        hours::Admission::ClosedUntil(_) => Some(ProblemCode::LineClosed),
        hours::Admission::NobodyOnDuty => Some(ProblemCode::NobodyOnDuty),
    }
}

/// When a matter closes, and when it opens next.
pub(super) const fn closes_and_opens(opening: Opening) -> (Option<Timestamp>, Option<Timestamp>) {
    match opening {
        Opening::Open { closes_at } => (closes_at, None),
        Opening::Closed { opens_at } => (None, opens_at),
    }
}

/// What a citizen is told about a step that is not allowed.
const fn code_of(error: &TicketError) -> ProblemCode {
    match error {
        TicketError::NoExtensionLeft => ProblemCode::NoMoreTime,
        TicketError::TooLate => ProblemCode::InvitationOver,
        TicketError::Taken { .. }
        | TicketError::AskedForTime
        | TicketError::NoRecallLeft
        | TicketError::OtherCall
        | TicketError::WrongState { .. } => ProblemCode::WrongState,
    }
}
