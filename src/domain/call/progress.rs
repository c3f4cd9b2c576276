//! Where a call is, from the connections of its two parties: the citizen and the clerk.
//!
//! Interpreters, companions and supervisors come and go without moving the call. Each step says what has to be told
//! and until when the owner has to ask [`CallProgress::deadline_passed`] again.

use jiff::Timestamp;

use crate::domain::timings::{Timings, after};
use crate::wire::{EndReason, Phase, Role};

/// Who is awaited in a call that lost somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Awaited {
    /// The citizen.
    Citizen,
    /// The clerk.
    Clerk,
    /// Both, as after a failure of the server's own.
    Both,
}

/// Where a call is, with what belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallPhase {
    /// Citizen and clerk were not both connected yet.
    Connecting,
    /// Both are connected.
    Live,
    /// Somebody is lost and awaited.
    Reconnecting {
        /// Who.
        who: Awaited,
        /// Until when; of two, the one who was lost first. None once a lost citizen's time is over and the clerk is
        /// asked whether to wait on.
        until: Option<Timestamp>,
    },
    /// It is over.
    Ended {
        /// Why.
        reason: EndReason,
    },
}

impl CallPhase {
    /// The phase as frames tell it; None once it is over.
    #[must_use]
    pub const fn view(self) -> Option<Phase> {
        match self {
            Self::Connecting => Some(Phase::Connecting),
            Self::Live => Some(Phase::Live),
            Self::Reconnecting { .. } => Some(Phase::Reconnecting),
            Self::Ended { .. } => None,
        }
    }
}

/// What becomes of the ticket when its call is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterCall {
    /// It is over as well.
    Over,
    /// The person was lost and may come back to the head for a while (product.md EC-04).
    MayReturn,
    /// The person waits again, at the head: it was the office's side that broke off (product.md EC-11).
    BackToHead,
}

/// What becomes of the ticket of a call that ended for this reason.
#[must_use]
pub const fn after_call(reason: EndReason) -> AfterCall {
    match reason {
        EndReason::ClerkLost | EndReason::Failed => AfterCall::BackToHead,
        EndReason::CitizenLost => AfterCall::MayReturn,
        _ => AfterCall::Over,
    }
}

/// The connection of one party.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Link {
    Never,
    Up,
    Down { since: Timestamp },
}

impl Link {
    const fn is_up(self) -> bool {
        matches!(self, Self::Up)
    }
}

/// What a step led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Where the call is now.
    pub phase: CallPhase,
    /// Whether that is another phase, or another end of waiting, than before: then it has to be told.
    pub changed: bool,
    /// Whether the call went live for the first time: then `live_at` has to be stored.
    pub first_live: bool,
    /// When to ask [`CallProgress::deadline_passed`]; it replaces what was asked for before.
    pub deadline: Option<Timestamp>,
}

/// The course of one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallProgress {
    citizen: Link,
    clerk: Link,
    accepted_at: Option<Timestamp>,
    live_at: Option<Timestamp>,
    ended: Option<EndReason>,
    /// Since when the clerk is asked whether to wait on for a lost citizen.
    asked_since: Option<Timestamp>,
    connect_s: u32,
    lost_in_call_s: u32,
}

/// A clerk who does not say whether to wait on waits this many times as long as for somebody just lost: whoever is not
/// at the desk must not hold the desk for ever.
const UNANSWERED_TIMES: u32 = 4;

impl CallProgress {
    /// A call whose clerk pressed and whose citizen has not accepted yet; nobody is connected and nothing is due.
    #[must_use]
    pub const fn new(timings: &Timings) -> Self {
        Self {
            citizen: Link::Never,
            clerk: Link::Never,
            accepted_at: None,
            live_at: None,
            ended: None,
            asked_since: None,
            connect_s: timings.connect_s,
            lost_in_call_s: timings.lost_in_call_s,
        }
    }

    /// A call that was live before the server started anew: both parties are awaited from now on.
    #[must_use]
    pub const fn resumed(
        accepted_at: Timestamp,
        live_at: Option<Timestamp>,
        now: Timestamp,
        timings: &Timings,
    ) -> Self {
        let mut resumed = Self::new(timings);
        resumed.live_at = live_at;
        if live_at.is_some() {
            resumed.accepted_at = Some(accepted_at);
            resumed.citizen = Link::Down { since: now };
            resumed.clerk = Link::Down { since: now };
        } else {
            resumed.accepted_at = Some(now);
        }
        resumed
    }

    /// The citizen accepted: the time to connect begins.
    pub fn accepted(&mut self, now: Timestamp) -> Step {
        self.step(
            |call| {
                if call.accepted_at.is_none() {
                    call.accepted_at = Some(now);
                }
            },
            now,
        )
    }

    /// A member's media are connected, for the first time or again.
    pub fn connected(&mut self, role: Role, now: Timestamp) -> Step {
        self.step(
            |call| {
                if let Some(link) = call.link(role) {
                    *link = Link::Up;
                }
                if role == Role::Citizen {
                    call.asked_since = None;
                }
            },
            now,
        )
    }

    /// A member's media are lost.
    pub fn lost(&mut self, role: Role, now: Timestamp) -> Step {
        self.step(
            |call| {
                if let Some(link) = call.link(role).filter(|link| link.is_up()) {
                    *link = Link::Down { since: now };
                }
                // Nobody is there to be asked: the clerk is awaited like anybody else, and the citizen with them.
                if call.asked_since.is_some() && !call.clerk.is_up() {
                    call.await_citizen(now);
                }
            },
            now,
        )
    }

    /// The clerk waits on for a lost citizen, as long again from now. Nothing changes if nobody is lost.
    pub fn wait_longer(&mut self, now: Timestamp) -> Step {
        self.step(
            |call| {
                if matches!(call.phase(), CallPhase::Reconnecting { who: Awaited::Citizen, .. }) {
                    call.await_citizen(now);
                }
            },
            now,
        )
    }

    /// A member hangs up. Citizen, clerk and supervisor end the call; others only leave it. Whoever does not wait for a
    /// lost citizen any longer ends it as one that the citizen was lost in, so that they may come back.
    pub fn hang_up(&mut self, role: Role, now: Timestamp) -> Step {
        let citizen_lost = matches!(self.phase(), CallPhase::Reconnecting { who: Awaited::Citizen, .. });
        let reason = match role {
            Role::Clerk | Role::Supervisor if citizen_lost => Some(EndReason::CitizenLost),
            Role::Citizen => Some(EndReason::CitizenHungUp),
            Role::Clerk | Role::Supervisor => Some(EndReason::ClerkHungUp),
            Role::Interpreter | Role::Companion => None,
        };
        self.step(|call| call.ended = call.ended.or(reason), now)
    }

    /// The office breaks the call off because of abuse, whatever the connections are like. Only clerks and supervisors
    /// may; for others nothing changes.
    pub fn break_off(&mut self, role: Role, now: Timestamp) -> Step {
        let reason = matches!(role, Role::Clerk | Role::Supervisor).then_some(EndReason::BrokenOff);
        self.step(|call| call.ended = call.ended.or(reason), now)
    }

    /// The call is given up from outside: its room failed again and again, or the office closed.
    pub fn give_up(&mut self, reason: EndReason, now: Timestamp) -> Step {
        self.step(|call| call.ended = call.ended.or(Some(reason)), now)
    }

    /// Time went by. If the deadline has passed, the clerk is asked whether to wait on for a lost citizen; otherwise, or
    /// without an answer, the call ends. A timer that is early or late for another deadline does no harm.
    pub fn deadline_passed(&mut self, now: Timestamp) -> Step {
        self.step(
            |call| {
                if call.ended.is_some() || call.deadline().is_none_or(|deadline| now < deadline) {
                    return;
                }
                if matches!(call.phase(), CallPhase::Reconnecting { who: Awaited::Citizen, until: Some(_) }) {
                    call.asked_since = Some(now);
                } else {
                    call.ended = Some(call.whom_it_failed());
                }
            },
            now,
        )
    }

    /// Where the call is.
    #[must_use]
    pub fn phase(&self) -> CallPhase {
        if let Some(reason) = self.ended {
            return CallPhase::Ended { reason };
        }
        if self.live_at.is_none() {
            return CallPhase::Connecting;
        }
        let who = match (self.citizen.is_up(), self.clerk.is_up()) {
            (true, true) => return CallPhase::Live,
            (false, true) => Awaited::Citizen,
            (true, false) => Awaited::Clerk,
            (false, false) => Awaited::Both,
        };
        CallPhase::Reconnecting { who, until: self.asked_since.is_none().then(|| self.awaited_until()) }
    }

    /// When citizen and clerk were first connected.
    #[must_use]
    pub const fn live_at(&self) -> Option<Timestamp> {
        self.live_at
    }

    /// Until when the call lasts if nobody connects; None while it is live, over, or not accepted yet.
    #[must_use]
    pub fn deadline(&self) -> Option<Timestamp> {
        match self.phase() {
            CallPhase::Connecting => self.accepted_at.map(|at| after(at, self.connect_s)),
            CallPhase::Reconnecting { until: Some(until), .. } => Some(until),
            CallPhase::Reconnecting { until: None, .. } => {
                let longest_s = self.lost_in_call_s.saturating_mul(UNANSWERED_TIMES);
                self.asked_since.map(|since| after(since, longest_s))
            }
            CallPhase::Live | CallPhase::Ended { .. } => None,
        }
    }

    fn step(&mut self, change: impl FnOnce(&mut Self), now: Timestamp) -> Step {
        let (before, was_live) = (self.phase(), self.live_at.is_some());
        if self.ended.is_none() {
            change(self);
        }
        let both_up = self.citizen.is_up() && self.clerk.is_up();
        if self.live_at.is_none() && both_up && self.ended.is_none() {
            self.live_at = Some(now);
        }
        let phase = self.phase();
        let first_live = !was_live && self.live_at.is_some();
        Step { phase, changed: phase != before, first_live, deadline: self.deadline() }
    }

    /// Whose absence ended the call. The citizen is never made to pay for a clerk or server who was missing too.
    const fn whom_it_failed(&self) -> EndReason {
        match (self.citizen.is_up(), self.clerk.is_up()) {
            (false, true) => EndReason::CitizenLost,
            (true, false) => EndReason::ClerkLost,
            _ if self.live_at.is_some() => EndReason::ClerkLost,
            _ => EndReason::Failed,
        }
    }

    const fn await_citizen(&mut self, now: Timestamp) {
        self.citizen = Link::Down { since: now };
        self.asked_since = None;
    }

    fn awaited_until(&self) -> Timestamp {
        let down_since = [self.citizen, self.clerk].into_iter().filter_map(|link| match link {
            Link::Down { since } => Some(since),
            Link::Never | Link::Up => None,
        });
        let first = down_since.min().or(self.accepted_at).unwrap_or(Timestamp::MIN);
        after(first, self.lost_in_call_s)
    }

    const fn link(&mut self, role: Role) -> Option<&mut Link> {
        match role {
            Role::Citizen => Some(&mut self.citizen),
            Role::Clerk => Some(&mut self.clerk),
            Role::Interpreter | Role::Companion | Role::Supervisor => None,
        }
    }
}

#[cfg(test)]
mod tests;
