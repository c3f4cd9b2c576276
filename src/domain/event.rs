//! The event log: every transition of a ticket, visit, presence or call, appended with the change itself.

use jiff::Timestamp;

use crate::ids::OfficeId;

/// What kind of thing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SubjectKind {
    /// A ticket.
    Ticket,
    /// A booked visit.
    Visit,
    /// A clerk's presence.
    Presence,
    /// A call.
    Call,
}

/// Who made it change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// The citizen themself.
    Citizen,
    /// A member of staff, by id.
    Clerk(crate::ids::ClerkId),
    /// The system: a deadline, a restart, a lost connection.
    System,
}

/// One row of the log. `seq` is given by the store: it rises by one within a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Of which office.
    pub office: OfficeId,
    /// What kind of thing.
    pub kind: SubjectKind,
    /// Its id as text.
    pub subject: String,
    /// When.
    pub at: Timestamp,
    /// The state before, one word such as `waiting`; empty for the first row.
    pub from: String,
    /// The state after.
    pub to: String,
    /// Who.
    pub by: Actor,
    /// Why, one word such as `deadline`; empty where the states say it all.
    pub reason: String,
}
