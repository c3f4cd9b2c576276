//! A ticket: one person's wish to be served, from joining the line to the end.

use jiff::Timestamp;

use crate::ids::{CallId, ClerkId, MatterId, OfficeId, SessionId, SiteId, TicketId};
use crate::wire::{EndReason, Mode, Need};

/// What a person needs of the clerk who serves them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// In which matter.
    pub matter: MatterId,
    /// How they want to talk; [`Mode::Sign`] needs a clerk who signs.
    pub mode: Mode,
    /// What else.
    pub needs: Vec<Need>,
    /// In which language.
    pub language: String,
}

/// A ticket as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Which.
    pub id: TicketId,
    /// Of which office.
    pub office: OfficeId,
    /// At which site it was taken.
    pub site: SiteId,
    /// Whose.
    pub session: SessionId,
    /// The number in the queue, such as `A 027`: the matter's letter and a counter for each matter and Warsaw day.
    pub number: String,
    /// What is wished.
    pub wish: Wish,
    /// How the clerk may address the person. Deleted when the ticket ends.
    pub name: Option<String>,
    /// The version of the data notice that was shown.
    pub notice: String,
    /// When the person joined the line; kept through transfers and returns.
    pub joined_at: Timestamp,
    /// The start of the booked visit that was checked in, if any.
    pub visit_at: Option<Timestamp>,
    /// Since when the ticket stands at the head: after a transfer, a dropped call, more time or a missed call.
    pub head_since: Option<Timestamp>,
    /// Since when the person cannot be reached. Stored on transitions only.
    pub away_since: Option<Timestamp>,
    /// How often more time was asked for, of this invitation.
    pub extensions: u32,
    /// How often a clerk called without an answer.
    pub recalls: u32,
    /// Where it is.
    pub state: TicketState,
    /// Since when.
    pub since: Timestamp,
}

/// Where a ticket is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TicketState {
    /// In the line, to be called.
    Waiting,
    /// Invited by a clerk.
    Called {
        /// By whom.
        clerk: ClerkId,
        /// To which call.
        call: CallId,
        /// When the clerk is free again.
        clerk_until: Timestamp,
        /// Until when the person may accept; later than `clerk_until` after asking for more time.
        deadline: Timestamp,
    },
    /// Asked for more time than the clerk waits; kept at the head until they say "Jestem".
    Deferred {
        /// Until when.
        until: Timestamp,
    },
    /// Did not answer; may be called again by a row, or come back by themselves.
    Missed {
        /// When they were last called.
        called_at: Timestamp,
        /// Until when they may come back to the head.
        return_until: Timestamp,
    },
    /// In a call.
    InCall {
        /// Which.
        call: CallId,
        /// With whom.
        clerk: ClerkId,
    },
    /// Over.
    Ended {
        /// Why.
        reason: EndReason,
    },
}
