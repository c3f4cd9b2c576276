//! A session's state as frames, and as a glance.

use okienko::domain::line::Placed;
use okienko::wire::{CitizenFrame, MoveReason, TicketView};

use super::Session;
use super::messages::{Glance, SessionEvent};
use crate::browser::outbox::{Outgoing, Replaces};
use crate::queue::messages::Standing;

impl Session {
    /// The frame of the present state. None while the line has not said it, or the room is not there yet.
    pub(super) fn state_frame(&self) -> Option<CitizenFrame> {
        let timings = &self.spec.env.timings;
        let frame = match self.standing.as_ref()? {
            Standing::None => CitizenFrame::Idle,
            Standing::Waiting { ticket, placed } => self.waiting_frame(ticket, *placed, None),
            Standing::Called { ticket, call, clerk, deadline, extensions_left } => CitizenFrame::Called {
                ticket: TicketView::clone(ticket),
                call: *call,
                clerk: clerk.clone(),
                deadline: *deadline,
                extension_s: timings.extension_s,
                extensions_left: *extensions_left,
            },
            Standing::Deferred { ticket, until, extensions_left } => CitizenFrame::Deferred {
                ticket: TicketView::clone(ticket),
                until: *until,
                extensions_left: *extensions_left,
            },
            Standing::Missed { ticket, called_at, return_until, dropped } => CitizenFrame::Missed {
                ticket: TicketView::clone(ticket),
                called_at: *called_at,
                return_until: *return_until,
                dropped: *dropped,
            },
            Standing::InCall { ticket, call, member } => {
                let link = self.link.as_ref().filter(|link| link.call == *call)?;
                CitizenFrame::InCall { ticket: TicketView::clone(ticket), view: link.view_of(*member) }
            }
            Standing::Ended { ticket, reason, live_at, ended_at, blocked_until } => CitizenFrame::Ended {
                ticket: TicketView::clone(ticket),
                reason: *reason,
                live_at: *live_at,
                ended_at: *ended_at,
                blocked_until: *blocked_until,
            },
        };
        Some(frame)
    }

    pub(super) fn waiting_frame(
        &self,
        ticket: &TicketView,
        placed: Placed,
        reason: Option<MoveReason>,
    ) -> CitizenFrame {
        CitizenFrame::Waiting {
            ticket: ticket.clone(),
            place: placed.place,
            ahead: placed.ahead,
            wait: placed.wait,
            receiving: placed.receiving,
            reason,
            kept_s: self.spec.env.timings.place_kept_s,
        }
    }
}

/// A standing at a glance; None without a ticket.
pub(super) fn glance(standing: &Standing) -> Option<Glance> {
    let (phase, ticket, place, until) = match standing {
        Standing::None => return None,
        Standing::Waiting { ticket, placed } => ("waiting", ticket, Some(placed.place), None),
        Standing::Called { ticket, deadline, .. } => ("called", ticket, None, Some(*deadline)),
        Standing::Deferred { ticket, until, .. } => ("deferred", ticket, None, Some(*until)),
        Standing::Missed { ticket, return_until, .. } => ("missed", ticket, None, Some(*return_until)),
        Standing::InCall { ticket, .. } => ("in-call", ticket, None, None),
        Standing::Ended { ticket, .. } => ("ended", ticket, None, None),
    };
    Some(Glance { phase, number: ticket.number.clone(), place, until })
}

impl Outgoing for SessionEvent {
    fn replaces(&self, older: &Self) -> Replaces {
        let (Self::Frame(newer), Self::Frame(older)) = (self, older) else { return Replaces::MaybeAnOlder };
        match (newer, older) {
            (CitizenFrame::Waiting { .. }, CitizenFrame::Waiting { .. })
            | (CitizenFrame::InCall { .. }, CitizenFrame::InCall { .. })
            | (CitizenFrame::Beat { .. }, CitizenFrame::Beat { .. }) => Replaces::It,
            (CitizenFrame::Documents(newer), CitizenFrame::Documents(older)) if newer.call == older.call => {
                Replaces::It
            }
            (CitizenFrame::LiveText { utterance: newer, .. }, CitizenFrame::LiveText { utterance: older, .. })
                if (newer.member, &newer.id) == (older.member, &older.id) =>
            {
                Replaces::It
            }
            (
                CitizenFrame::LiveText { .. },
                CitizenFrame::LiveText { .. } | CitizenFrame::Ack { .. } | CitizenFrame::Beat { .. },
            )
            | (CitizenFrame::Beat { .. } | CitizenFrame::Documents(_), _) => Replaces::MaybeAnOlder,
            (
                CitizenFrame::Waiting { .. } | CitizenFrame::InCall { .. },
                CitizenFrame::Ack { .. } | CitizenFrame::Beat { .. } | CitizenFrame::Chat { .. },
            ) => Replaces::MaybeAnOlder,
            _ => Replaces::Nothing,
        }
    }
}
