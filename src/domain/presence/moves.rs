//! The steps of a clerk's presence: which are allowed, and what it is like afterwards.

use jiff::Timestamp;

use super::{Change, Presence, PresenceError, PresenceState};
use crate::domain::event::{Actor, Event, SubjectKind};
use crate::domain::timings::{Timings, after};
use crate::ids::{CallId, ClerkId, OfficeId, TicketId};
use crate::wire::WishedState;

impl Presence {
    /// A clerk signs in for the first time: not receiving, until they say so. Somebody who signs in again, elsewhere
    /// perhaps, keeps the presence they have; see [`Presence::came_back`].
    #[must_use]
    pub fn sign_in(clerk: ClerkId, office: OfficeId, now: Timestamp) -> Change {
        let presence =
            Self { clerk, office, state: PresenceState::Off, since: now, wished: WishedState::Off, lost_since: None };
        let event = presence.event("", Actor::Clerk(clerk), "signed-in", now);
        Change { presence, event }
    }

    /// The clerk switches their state: at once, which also ends the time after a call; while inviting or in a call it
    /// is kept as a wish and takes effect afterwards. None if nothing changes.
    #[must_use]
    pub fn set_state(&self, wished: WishedState, now: Timestamp) -> Option<Change> {
        let mut next = self.clone();
        next.wished = wished;
        if !matches!(self.state, PresenceState::Calling { .. } | PresenceState::InCall { .. }) {
            next.go_on_as(wished, now);
        }
        (next != *self).then(|| self.became(next, Actor::Clerk(self.clerk), "set", now))
    }

    /// The clerk invites somebody. Allowed while receiving, and in the time after a call, which it ends.
    ///
    /// # Errors
    /// `Occupied` while inviting or in a call; `NotReceiving` on a break or off.
    pub fn start_calling(
        &self,
        ticket: TicketId,
        call: CallId,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Change, PresenceError> {
        self.may_call()?;
        let mut next = self.clone();
        next.set(PresenceState::Calling { ticket, call, until }, now);
        Ok(self.became(next, Actor::Clerk(self.clerk), "", now))
    }

    /// Whether the clerk may invite somebody now.
    ///
    /// # Errors
    /// `Occupied` while inviting or in a call; `NotReceiving` on a break or off.
    pub fn may_call(&self) -> Result<(), PresenceError> {
        match self.state {
            PresenceState::Receiving | PresenceState::AfterCall { .. } => Ok(()),
            PresenceState::Calling { .. } | PresenceState::InCall { .. } => Err(PresenceError::Occupied),
            PresenceState::Break | PresenceState::Off => Err(PresenceError::NotReceiving),
        }
    }

    /// The invited person accepted.
    ///
    /// # Errors
    /// `OtherCall` or `WrongState` if the clerk is not inviting to this call.
    pub fn call_accepted(&self, call: CallId, now: Timestamp) -> Result<Change, PresenceError> {
        let PresenceState::Calling { ticket, call: current, .. } = self.state else { return Err(self.wrong_state()) };
        if current != call {
            return Err(PresenceError::OtherCall);
        }
        let mut next = self.clone();
        next.set(PresenceState::InCall { ticket, call }, now);
        Ok(self.became(next, Actor::Citizen, "accepted", now))
    }

    /// The invitation came to nothing, for whatever reason: the clerk goes on as they wished.
    ///
    /// # Errors
    /// `OtherCall` or `WrongState` if the clerk is not inviting to this call.
    pub fn invitation_over(&self, call: CallId, now: Timestamp) -> Result<Change, PresenceError> {
        let PresenceState::Calling { call: current, .. } = self.state else { return Err(self.wrong_state()) };
        if current != call {
            return Err(PresenceError::OtherCall);
        }
        let mut next = self.clone();
        next.go_on_as(self.wished, now);
        Ok(self.became(next, Actor::System, "invitation-over", now))
    }

    /// The call is over: time for notes begins.
    ///
    /// # Errors
    /// `OtherCall` or `WrongState` if the clerk is not in this call.
    pub fn call_over(&self, call: CallId, now: Timestamp, timings: &Timings) -> Result<Change, PresenceError> {
        let PresenceState::InCall { ticket, call: current } = self.state else { return Err(self.wrong_state()) };
        if current != call {
            return Err(PresenceError::OtherCall);
        }
        let mut next = self.clone();
        next.set(PresenceState::AfterCall { ticket, call, until: after(now, timings.wrap_up_s) }, now);
        Ok(self.became(next, Actor::System, "call-over", now))
    }

    /// "Więcej czasu" after a call.
    ///
    /// # Errors
    /// `WrongState` if it is not the time after a call.
    pub fn more_wrap_up(&self, now: Timestamp, timings: &Timings) -> Result<Change, PresenceError> {
        let PresenceState::AfterCall { ticket, call, until } = self.state else { return Err(self.wrong_state()) };
        let mut next = self.clone();
        next.state = PresenceState::AfterCall { ticket, call, until: after(until.max(now), timings.wrap_up_s) };
        Ok(self.became(next, Actor::Clerk(self.clerk), "more-time", now))
    }

    /// The clerk ends the time after a call and says how to go on. If that time is over already, how to go on is all
    /// that is left to be done; None if that is so already too.
    ///
    /// # Errors
    /// `Occupied` while inviting or in a call.
    pub fn finish_wrap_up(&self, next_state: WishedState, now: Timestamp) -> Result<Option<Change>, PresenceError> {
        match self.state {
            PresenceState::Calling { .. } | PresenceState::InCall { .. } => Err(PresenceError::Occupied),
            PresenceState::Receiving | PresenceState::Break | PresenceState::Off => Ok(self.set_state(next_state, now)),
            PresenceState::AfterCall { .. } => {
                let mut next = self.clone();
                next.wished = next_state;
                next.go_on_as(next_state, now);
                Ok(Some(self.became(next, Actor::Clerk(self.clerk), "finished", now)))
            }
        }
    }

    /// The time after a call ran out: the clerk goes on as they wished. `call` is the one it was for, so that a late
    /// timer cannot hit the next one.
    ///
    /// # Errors
    /// `OtherCall` or `WrongState` if it is not the time after this call.
    pub fn wrap_up_over(&self, call: CallId, now: Timestamp) -> Result<Change, PresenceError> {
        let PresenceState::AfterCall { call: current, .. } = self.state else { return Err(self.wrong_state()) };
        if current != call {
            return Err(PresenceError::OtherCall);
        }
        let mut next = self.clone();
        next.go_on_as(self.wished, now);
        Ok(self.became(next, Actor::System, "deadline", now))
    }

    /// The clerk's browser cannot be reached any more. None if that is known.
    #[must_use]
    pub fn lost(&self, now: Timestamp) -> Option<Change> {
        if self.lost_since.is_some() {
            return None;
        }
        let mut next = self.clone();
        next.lost_since = Some(now);
        Some(self.became(next, Actor::System, "lost", now))
    }

    /// The clerk's browser is there again. None if it was not lost.
    #[must_use]
    pub fn came_back(&self, now: Timestamp) -> Option<Change> {
        self.lost_since?;
        let mut next = self.clone();
        next.lost_since = None;
        Some(self.became(next, Actor::System, "came-back", now))
    }

    /// The clerk signs out.
    ///
    /// # Errors
    /// `Occupied` while inviting or in a call.
    pub fn sign_out(&self, now: Timestamp) -> Result<Change, PresenceError> {
        if matches!(self.state, PresenceState::Calling { .. } | PresenceState::InCall { .. }) {
            return Err(PresenceError::Occupied);
        }
        let mut next = self.clone();
        next.wished = WishedState::Off;
        next.lost_since = None;
        next.go_on_as(WishedState::Off, now);
        Ok(self.became(next, Actor::Clerk(self.clerk), "signed-out", now))
    }

    /// When time alone moves this presence on; None if it never does.
    #[must_use]
    pub fn next_deadline(&self, timings: &Timings) -> Option<Timestamp> {
        let wrap_up = match self.state {
            PresenceState::AfterCall { until, .. } => Some(until),
            _ => None,
        };
        [wrap_up, self.gone_at(timings)].into_iter().flatten().min()
    }

    /// The step that time alone makes: the time after a call runs out, or somebody lost for as long as a citizen's
    /// place is kept counts as gone home. An invitation is ended by the line and a call by its room, not from here.
    #[must_use]
    pub fn due(&self, now: Timestamp, timings: &Timings) -> Option<Change> {
        if self.gone_at(timings).is_some_and(|at| now >= at) {
            let mut next = self.clone();
            next.wished = WishedState::Off;
            next.go_on_as(WishedState::Off, now);
            return Some(self.became(next, Actor::System, "lost", now));
        }
        match self.state {
            PresenceState::AfterCall { call, until, .. } if now >= until => self.wrap_up_over(call, now).ok(),
            _ => None,
        }
    }

    /// Whether the clerk counts among those who serve: receiving, inviting, in a call or after it, and not lost for
    /// longer than a moment.
    #[must_use]
    pub fn is_on_duty(&self, now: Timestamp, timings: &Timings) -> bool {
        let serves = !matches!(self.state, PresenceState::Break | PresenceState::Off);
        serves && !self.is_lost(now, timings)
    }

    /// Whether the clerk could call somebody at once, without leaving anybody or anything for it.
    #[must_use]
    pub fn is_free(&self, now: Timestamp, timings: &Timings) -> bool {
        self.state == PresenceState::Receiving && !self.is_lost(now, timings)
    }

    /// Whether the connection is shown to others as lost ("Brak połączenia").
    #[must_use]
    pub fn is_lost(&self, now: Timestamp, timings: &Timings) -> bool {
        self.lost_since.is_some_and(|since| now >= after(since, timings.away_after_s))
    }

    /// Until when the present state lasts by itself: an invitation's deadline or the end of the time after a call.
    #[must_use]
    pub const fn until(&self) -> Option<Timestamp> {
        match self.state {
            PresenceState::Calling { until, .. } | PresenceState::AfterCall { until, .. } => Some(until),
            _ => None,
        }
    }

    /// The ticket and call that the clerk is inviting to, in, or just left.
    #[must_use]
    pub const fn engagement(&self) -> Option<(TicketId, CallId)> {
        match self.state {
            PresenceState::Calling { ticket, call, .. }
            | PresenceState::InCall { ticket, call }
            | PresenceState::AfterCall { ticket, call, .. } => Some((ticket, call)),
            _ => None,
        }
    }

    /// When a lost clerk counts as gone home.
    fn gone_at(&self, timings: &Timings) -> Option<Timestamp> {
        match self.state {
            PresenceState::Receiving | PresenceState::AfterCall { .. } | PresenceState::Break => {
                self.lost_since.map(|since| after(since, timings.place_kept_s))
            }
            _ => None,
        }
    }

    fn go_on_as(&mut self, wished: WishedState, now: Timestamp) {
        let state = match wished {
            WishedState::Receiving => PresenceState::Receiving,
            WishedState::Break => PresenceState::Break,
            WishedState::Off => PresenceState::Off,
        };
        // Pressing the state one is in already must not restart the time shown beside it.
        if self.state != state {
            self.set(state, now);
        }
    }

    fn set(&mut self, state: PresenceState, now: Timestamp) {
        self.state = state;
        self.since = now;
    }

    fn became(&self, next: Self, by: Actor, reason: &str, now: Timestamp) -> Change {
        let event = next.event(self.state.word(), by, reason, now);
        Change { presence: next, event }
    }

    fn event(&self, from: &str, by: Actor, reason: &str, at: Timestamp) -> Event {
        Event {
            office: self.office,
            kind: SubjectKind::Presence,
            subject: self.clerk.to_text(),
            at,
            from: from.to_owned(),
            to: self.state.word().to_owned(),
            by,
            reason: reason.to_owned(),
        }
    }

    const fn wrong_state(&self) -> PresenceError {
        PresenceError::WrongState { is: self.state.word() }
    }
}
