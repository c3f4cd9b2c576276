//! A clerk's presence: whether they receive people, and what they are doing.

use jiff::Timestamp;

use super::event::Event;
use crate::ids::{CallId, ClerkId, OfficeId, TicketId};
use crate::wire::WishedState;

mod moves;
#[cfg(test)]
mod tests;

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

/// A step that is allowed: the presence as it is afterwards and the row of the log to write in the same transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The presence after the step.
    pub presence: Presence,
    /// What the log keeps of it.
    pub event: Event,
}

/// Why a step of a presence is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PresenceError {
    /// The clerk is inviting or serving somebody.
    #[error("the clerk is occupied with another call")]
    Occupied,
    /// The clerk does not receive people.
    #[error("the clerk does not receive people")]
    NotReceiving,
    /// It is about a call that the clerk is not in.
    #[error("the clerk is not in this call")]
    OtherCall,
    /// The step does not begin in this state.
    #[error("the clerk is {is}")]
    WrongState {
        /// The word of the state they are in.
        is: &'static str,
    },
}
