//! Why and when places change: what time alone does to the order, and what somebody is told whose place is another.

use jiff::Timestamp;

use super::{Group, Key, Kind, LONG_WAIT_S, WaitingLine, has_waited_long};
use crate::domain::ticket::Ticket;
use crate::domain::timings::after;
use crate::ids::TicketId;
use crate::wire::MoveReason;

/// What happened in the line since its places were last announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Changes {
    /// Somebody was called.
    pub called: bool,
    /// Somebody left, or their place lapsed.
    pub left: bool,
    /// A checked-in visit became due.
    pub due: bool,
    /// A walk-in has waited for so long that they take turns with the visits.
    pub turns: bool,
    /// Somebody came back to the head, or an invitation was taken back.
    pub returned: bool,
    /// Clerks came on or off duty.
    pub clerks: bool,
}

impl Changes {
    /// What either of them says.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            called: self.called || other.called,
            left: self.left || other.left,
            due: self.due || other.due,
            turns: self.turns || other.turns,
            returned: self.returned || other.returned,
            clerks: self.clerks || other.clerks,
        }
    }
}

impl WaitingLine {
    /// When time alone gives a ticket another rank in the order: an early visit comes to its start, or a walk-in has
    /// waited long. None if it never does any more.
    #[must_use]
    pub fn rank_changes_at(ticket: &Ticket, now: Timestamp) -> Option<Timestamp> {
        let key = Key::of(ticket);
        let start = (key.group == Group::Visit).then_some(key.at);
        let is_walk_in = key.group == Group::WalkIn || start.is_some_and(|start| start > now);
        let long_wait = is_walk_in.then(|| after(ticket.joined_at, LONG_WAIT_S));
        [start, long_wait].into_iter().flatten().filter(|at| *at > now).min()
    }

    /// What the others see of it that time has given a ticket another rank.
    #[must_use]
    pub fn changes_by_time(&self, id: TicketId, now: Timestamp) -> Changes {
        let is_long_walk_in = self.kind_of(id, now) == Some(Kind::WalkIn)
            && self.get(id).is_some_and(|ticket| ticket.is_waiting() && has_waited_long(ticket, now));
        Changes {
            due: self.kind_of(id, now) == Some(Kind::Visit),
            turns: is_long_walk_in && self.has_due_visit(now),
            ..Changes::default()
        }
    }
}

/// Why a place is another than before; None if it is the same, or nothing that is known explains it. Places are
/// announced in rounds, so several things may have happened: the first that can explain the direction for
/// somebody of this kind is told.
#[must_use]
pub const fn why_moved(old: u32, new: u32, kind: Option<Kind>, changes: Changes) -> Option<MoveReason> {
    if new == old {
        return None;
    }
    if new < old {
        return match (kind, changes) {
            (_, Changes { called: true, .. }) => Some(MoveReason::Called),
            (_, Changes { left: true, .. }) => Some(MoveReason::Left),
            (Some(Kind::WalkIn), Changes { turns: true, .. }) => Some(MoveReason::LongWaitTurn),
            (_, Changes { clerks: true, .. }) => Some(MoveReason::ClerksChanged),
            _ => None,
        };
    }
    match (kind, changes) {
        (_, Changes { returned: true, .. }) => Some(MoveReason::ReturnedAhead),
        (_, Changes { due: true, .. }) => Some(MoveReason::VisitAhead),
        (Some(Kind::Visit), Changes { turns: true, .. }) => Some(MoveReason::LongWaitAhead),
        (_, Changes { clerks: true, .. }) => Some(MoveReason::ClerksChanged),
        // Whoever is called out of turn passes the turn on to the other kind.
        (Some(Kind::Visit), Changes { called: true, .. }) => Some(MoveReason::LongWaitAhead),
        (Some(Kind::WalkIn), Changes { called: true, .. }) => Some(MoveReason::VisitAhead),
        _ => None,
    }
}
