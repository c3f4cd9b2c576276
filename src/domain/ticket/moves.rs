//! The steps of a ticket that is in the line or in a call: which are allowed, and what it is like afterwards.

use jiff::Timestamp;

use super::{Ticket, TicketError, TicketState, Transition};
use crate::domain::event::Actor;
use crate::domain::timings::{Timings, after, before};
use crate::ids::{CallId, ClerkId};
use crate::wire::EndReason;

impl Ticket {
    /// A clerk invites the person. Whether the clerk may serve them is [`may_serve`](crate::domain::line::may_serve)'s
    /// to say. Somebody away may be called: it is how a place kept turns into a call, or into a missed one.
    ///
    /// # Errors
    /// `Taken` if another clerk was faster; `AskedForTime` before "Jestem"; `NoRecallLeft` for a missed ticket that
    /// may not be called again; `WrongState` if it is over.
    pub fn call(
        &self,
        clerk: ClerkId,
        call: CallId,
        now: Timestamp,
        timings: &Timings,
    ) -> Result<Transition, TicketError> {
        let (reason, return_until) = match self.state {
            TicketState::Waiting => ("", None),
            TicketState::Missed { return_until, .. } if self.may_be_recalled(now, timings) => {
                ("again", Some(return_until))
            }
            TicketState::Missed { .. } => return Err(TicketError::NoRecallLeft),
            TicketState::Called { clerk: by, .. } | TicketState::InCall { clerk: by, .. } => {
                return Err(TicketError::Taken { by });
            }
            TicketState::Deferred { .. } => return Err(TicketError::AskedForTime),
            TicketState::Ended { .. } => return Err(self.wrong_state()),
        };
        let deadline = after(now, timings.accept_s);
        let mut next = self.clone();
        next.extensions = 0;
        next.set(TicketState::Called { clerk, call, clerk_until: deadline, deadline, return_until }, now);
        Ok(self.became(next, now, Actor::Clerk(clerk), reason))
    }

    /// Whether a clerk may call the ticket again by its row, although the person did not answer.
    #[must_use]
    pub fn may_be_recalled(&self, now: Timestamp, timings: &Timings) -> bool {
        let TicketState::Missed { return_until, .. } = self.state else { return false };
        let first_missed = self.head_since.unwrap_or(self.since);
        self.recalls <= timings.recalls && now <= after(first_missed, timings.recall_within_s) && now <= return_until
    }

    /// The person accepts the invitation; the call begins.
    ///
    /// # Errors
    /// `TooLate` after the deadline; `WrongState` if nobody invites.
    pub fn accept(&self, now: Timestamp) -> Result<Transition, TicketError> {
        let TicketState::Called { clerk, call, deadline, .. } = self.state else { return Err(self.wrong_state()) };
        if now > deadline {
            return Err(TicketError::TooLate);
        }
        let mut next = self.clone();
        next.answered();
        next.set(TicketState::InCall { call, clerk }, now);
        Ok(self.became(next, now, Actor::Citizen, "accepted"))
    }

    /// The person asks for more time: the deadline moves, the clerk's own does not. The time is added to what is left,
    /// so that pressing early loses nothing.
    ///
    /// # Errors
    /// `NoExtensionLeft`, `TooLate` after the deadline, `WrongState` if there is nothing to extend.
    pub fn more_time(&self, now: Timestamp, timings: &Timings) -> Result<Transition, TicketError> {
        let (TicketState::Called { deadline, .. } | TicketState::Deferred { until: deadline }) = self.state else {
            return Err(self.wrong_state());
        };
        if now > deadline {
            return Err(TicketError::TooLate);
        }
        if self.extensions >= timings.max_extensions {
            return Err(TicketError::NoExtensionLeft);
        }
        let later = after(deadline, timings.extension_s);
        let mut next = self.clone();
        next.extensions = self.extensions.saturating_add(1);
        next.away_since = None;
        next.state = match self.state {
            TicketState::Called { clerk, call, clerk_until, .. } => {
                TicketState::Called { clerk, call, clerk_until, deadline: later, return_until: None }
            }
            _ => TicketState::Deferred { until: later },
        };
        Ok(self.became(next, now, Actor::Citizen, "more-time"))
    }

    /// How many extensions the invitation has left.
    #[must_use]
    pub fn extensions_left(&self, timings: &Timings) -> u32 {
        timings.max_extensions.saturating_sub(self.extensions)
    }

    /// The clerk's time for the invitation is over: the ticket is deferred if more time was asked for, else missed.
    /// `call` is the invitation's own, so that a late timer cannot hit the next one.
    ///
    /// # Errors
    /// `OtherCall` or `WrongState` if this invitation is over already.
    pub fn clerk_freed(&self, call: CallId, now: Timestamp, timings: &Timings) -> Result<Transition, TicketError> {
        let TicketState::Called { call: current, clerk_until, deadline, .. } = self.state else {
            return Err(self.wrong_state());
        };
        if current != call {
            return Err(TicketError::OtherCall);
        }
        if deadline <= clerk_until {
            return Ok(self.missed(self.since, now, timings));
        }
        let mut next = self.clone();
        next.head_since = Some(self.head_since.unwrap_or(now));
        next.set(TicketState::Deferred { until: deadline }, now);
        Ok(self.became(next, now, Actor::System, "clerk-freed"))
    }

    /// "Jestem": the person who asked for more time is ready, and stands at the head of the line.
    ///
    /// # Errors
    /// `WrongState` if no time was asked for, or it ran out.
    pub fn here(&self, now: Timestamp) -> Result<Transition, TicketError> {
        let TicketState::Deferred { until } = self.state else { return Err(self.wrong_state()) };
        if now > until {
            return Err(TicketError::TooLate);
        }
        Ok(self.back_to_head(now, Actor::Citizen, "here"))
    }

    /// The time that was asked for ran out without "Jestem".
    ///
    /// # Errors
    /// `WrongState` if the ticket is not deferred.
    pub fn deferral_over(&self, now: Timestamp, timings: &Timings) -> Result<Transition, TicketError> {
        let TicketState::Deferred { .. } = self.state else { return Err(self.wrong_state()) };
        Ok(self.missed(before(self.since, timings.accept_s), now, timings))
    }

    /// After a missed call the person goes back to the head of the line.
    ///
    /// # Errors
    /// `TooLate` after `return_until`; `WrongState` if no call was missed.
    pub fn return_to_line(&self, now: Timestamp) -> Result<Transition, TicketError> {
        let TicketState::Missed { return_until, .. } = self.state else { return Err(self.wrong_state()) };
        if now > return_until {
            return Err(TicketError::TooLate);
        }
        Ok(self.back_to_head(now, Actor::Citizen, "returned"))
    }

    /// Nobody came back after a missed call, or one that they were lost in: it is over.
    ///
    /// # Errors
    /// `WrongState` if the ticket is not missed.
    pub fn miss_over(&self, now: Timestamp) -> Result<Transition, TicketError> {
        let TicketState::Missed { .. } = self.state else { return Err(self.wrong_state()) };
        let reason = if self.was_dropped() { EndReason::CitizenLost } else { EndReason::NotAccepted };
        Ok(self.end(reason, Actor::System, now))
    }

    /// The invitation is taken back: by the clerk, or by the system when the clerk is lost or the room fails. The
    /// ticket goes where it was: to its old place, or among the missed ones if it had been called again from there, with
    /// the way back open for as long as it was. Who asked for more time meanwhile has shown that they are there.
    ///
    /// # Errors
    /// `Taken` if it is another clerk's invitation; `WrongState` if there is none.
    pub fn cancel_call(&self, by: Actor, now: Timestamp) -> Result<Transition, TicketError> {
        let TicketState::Called { clerk, return_until, .. } = self.state else { return Err(self.wrong_state()) };
        if matches!(by, Actor::Clerk(other) if other != clerk) {
            return Err(TicketError::Taken { by: clerk });
        }
        let mut next = self.clone();
        if let Some(return_until) = return_until {
            next.set(TicketState::Missed { called_at: self.since, return_until }, now);
        } else {
            next.recalls = 0;
            next.extensions = 0;
            next.set(TicketState::Waiting, now);
        }
        Ok(self.became(next, now, by, "taken-back"))
    }

    /// The person leaves the line.
    ///
    /// # Errors
    /// `WrongState` in a call, which is ended by hanging up, and if it is over.
    pub fn leave(&self, now: Timestamp) -> Result<Transition, TicketError> {
        if !self.is_in_line() {
            return Err(self.wrong_state());
        }
        Ok(self.end(EndReason::Left, Actor::Citizen, now))
    }

    /// The office closes the line for those who wait.
    ///
    /// # Errors
    /// `WrongState` in a call and if it is over.
    pub fn close(&self, by: Actor, now: Timestamp) -> Result<Transition, TicketError> {
        if !self.is_in_line() {
            return Err(self.wrong_state());
        }
        Ok(self.end(EndReason::ClosedByOffice, by, now))
    }

    /// The person cannot be reached any more. None if that is known, or does not matter any more.
    #[must_use]
    pub fn went_away(&self, now: Timestamp) -> Option<Transition> {
        if !self.is_in_line() || self.away_since.is_some() {
            return None;
        }
        let mut next = self.clone();
        next.away_since = Some(now);
        Some(self.became(next, now, Actor::System, "went-away"))
    }

    /// The person can be reached again. None if they were not away.
    #[must_use]
    pub fn came_back(&self, now: Timestamp) -> Option<Transition> {
        self.away_since?;
        let mut next = self.clone();
        next.away_since = None;
        Some(self.became(next, now, Actor::Citizen, "came-back"))
    }

    /// Until when the place of somebody away is kept; None for those who are there, and while they are called.
    #[must_use]
    pub fn kept_until(&self, timings: &Timings) -> Option<Timestamp> {
        match self.state {
            TicketState::Waiting => self.away_since.map(|since| after(since, timings.place_kept_s)),
            _ => None,
        }
    }

    /// The place is given up if the person was away too long. None if not.
    #[must_use]
    pub fn lapse(&self, now: Timestamp, timings: &Timings) -> Option<Transition> {
        let kept_until = self.kept_until(timings)?;
        (now >= kept_until).then(|| self.end(EndReason::Lapsed, Actor::System, now))
    }

    /// The call broke off for no fault of the person's: they wait again, at the head, and keep their arrival time.
    ///
    /// # Errors
    /// `OtherCall` or `WrongState` if the ticket is not in this call.
    pub fn call_broken(&self, call: CallId, reason: EndReason, now: Timestamp) -> Result<Transition, TicketError> {
        self.in_call(call)?;
        Ok(self.back_to_head(now, Actor::System, reason.word()))
    }

    /// The person was lost in the call and did not come back in time: for a while they may still come back to the head.
    ///
    /// # Errors
    /// `OtherCall` or `WrongState` if the ticket is not in this call.
    pub fn dropped_out(&self, call: CallId, now: Timestamp, timings: &Timings) -> Result<Transition, TicketError> {
        self.in_call(call)?;
        let mut next = self.clone();
        next.answered();
        next.head_since = Some(now);
        let return_until = after(now, timings.return_within_s);
        next.set(TicketState::Missed { called_at: self.since, return_until }, now);
        Ok(self.became(next, now, Actor::System, EndReason::CitizenLost.word()))
    }

    /// Whether the person was lost in a call, other than not having answered one.
    #[must_use]
    pub const fn was_dropped(&self) -> bool {
        matches!(self.state, TicketState::Missed { .. }) && self.recalls == 0
    }

    /// The call is over and so is the ticket.
    ///
    /// # Errors
    /// `OtherCall` or `WrongState` if the ticket is not in this call.
    pub fn finish(
        &self,
        call: CallId,
        reason: EndReason,
        by: Actor,
        now: Timestamp,
    ) -> Result<Transition, TicketError> {
        self.in_call(call)?;
        Ok(self.end(reason, by, now))
    }

    /// When time alone moves this ticket on; None if it never does. What to arm a timer for.
    #[must_use]
    pub fn next_deadline(&self, timings: &Timings) -> Option<Timestamp> {
        match self.state {
            TicketState::Waiting => self.kept_until(timings),
            TicketState::Called { clerk_until, .. } => Some(clerk_until),
            TicketState::Deferred { until } => Some(until),
            TicketState::Missed { return_until, .. } => Some(return_until),
            TicketState::InCall { .. } | TicketState::Ended { .. } => None,
        }
    }

    /// The step that time alone makes: the clerk is freed, a deferral or a miss is over, a place lapses. None before
    /// the deadline. After a long standstill ask again with the result: several may be due one after the other.
    #[must_use]
    pub fn due(&self, now: Timestamp, timings: &Timings) -> Option<Transition> {
        if now < self.next_deadline(timings)? {
            return None;
        }
        match self.state {
            TicketState::Waiting => self.lapse(now, timings),
            TicketState::Called { call, .. } => self.clerk_freed(call, now, timings).ok(),
            TicketState::Deferred { .. } => self.deferral_over(now, timings).ok(),
            TicketState::Missed { .. } => self.miss_over(now).ok(),
            TicketState::InCall { .. } | TicketState::Ended { .. } => None,
        }
    }

    /// Whether the ticket is in the line in any way: waiting, called, deferred or missed.
    #[must_use]
    pub const fn is_in_line(&self) -> bool {
        !matches!(self.state, TicketState::InCall { .. } | TicketState::Ended { .. })
    }

    /// Whether the ticket is waiting to be called, reachable or not.
    #[must_use]
    pub const fn is_waiting(&self) -> bool {
        matches!(self.state, TicketState::Waiting)
    }

    fn missed(&self, called_at: Timestamp, now: Timestamp, timings: &Timings) -> Transition {
        let mut next = self.clone();
        next.recalls = self.recalls.saturating_add(1);
        next.extensions = 0;
        if self.recalls == 0 {
            next.head_since = Some(now);
        }
        next.set(TicketState::Missed { called_at, return_until: after(now, timings.return_within_s) }, now);
        self.became(next, now, Actor::System, "deadline")
    }

    fn back_to_head(&self, now: Timestamp, by: Actor, reason: &str) -> Transition {
        let mut next = self.clone();
        if matches!(by, Actor::Citizen) {
            next.answered();
        }
        next.head_since = Some(now);
        next.set(TicketState::Waiting, now);
        self.became(next, now, by, reason)
    }

    fn end(&self, reason: EndReason, by: Actor, now: Timestamp) -> Transition {
        let mut next = self.clone();
        next.name = None;
        next.away_since = None;
        next.set(TicketState::Ended { reason }, now);
        self.became(next, now, by, reason.word())
    }

    /// The person showed that they are there: the counts of this invitation begin anew.
    fn answered(&mut self) {
        self.recalls = 0;
        self.extensions = 0;
        self.away_since = None;
    }

    fn set(&mut self, state: TicketState, now: Timestamp) {
        self.state = state;
        self.since = now;
    }

    fn became(&self, next: Self, now: Timestamp, by: Actor, reason: &str) -> Transition {
        let event = next.event(now, self.state.word(), by, reason);
        Transition { ticket: next, event }
    }

    fn in_call(&self, call: CallId) -> Result<(), TicketError> {
        match self.state {
            TicketState::InCall { call: current, .. } if current == call => Ok(()),
            TicketState::InCall { .. } => Err(TicketError::OtherCall),
            _ => Err(self.wrong_state()),
        }
    }

    const fn wrong_state(&self) -> TicketError {
        TicketError::WrongState { is: self.state.word() }
    }
}
