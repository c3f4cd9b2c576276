//! A clerk's presence: whether they receive people, and what they are doing.

use jiff::Timestamp;

use crate::ids::{CallId, ClerkId, OfficeId, TicketId};
use crate::wire::WishedState;

/// A clerk's presence as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presence {
    /// Whose.
    pub clerk: ClerkId,
    /// Of which office.
    pub office: OfficeId,
    /// What they are doing.
    pub state: PresenceState,
    /// Since when.
    pub since: Timestamp,
    /// What they asked to go on with after the present call.
    pub wished: WishedState,
    /// Since when their browser cannot be reached; "Brak połączenia" to others after a grace time.
    pub lost_since: Option<Timestamp>,
}

/// What a clerk is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PresenceState {
    /// Przyjmuję.
    Receiving,
    /// Invited somebody who has not accepted yet.
    Calling {
        /// Whom.
        ticket: TicketId,
        /// To which call.
        call: CallId,
        /// Until when the clerk waits.
        until: Timestamp,
    },
    /// W rozmowie.
    InCall {
        /// With which ticket.
        ticket: TicketId,
        /// In which call.
        call: CallId,
    },
    /// Po rozmowie.
    AfterCall {
        /// Which ticket was served.
        ticket: TicketId,
        /// Which call it was.
        call: CallId,
        /// Until when, if they don't end it or ask for more.
        until: Timestamp,
    },
    /// Przerwa.
    Break,
    /// Nie przyjmuję.
    Off,
}
