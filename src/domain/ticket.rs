//! A ticket: one person's wish to be served, from joining the line to the end.

use jiff::Timestamp;

use super::event::{Actor, Event, SubjectKind};
use crate::ids::{CallId, ClerkId, MatterId, OfficeId, SessionId, SiteId, TicketId};
use crate::wire::{EndReason, Mode, Need, Readiness};

mod moves;
#[cfg(test)]
mod tests;

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
    /// What the check of devices came to, if there was one.
    pub ready: Option<Readiness>,
    /// When the person joined the line; kept through transfers and returns.
    pub joined_at: Timestamp,
    /// The start of the booked visit that was checked in, if any.
    pub visit_at: Option<Timestamp>,
    /// Since when the ticket stands at the head: after a transfer, a dropped call, more time or a missed call. While
    /// `recalls` is 1 or more, it is when the first call went unanswered.
    pub head_since: Option<Timestamp>,
    /// Since when the person cannot be reached. Stored on transitions only.
    pub away_since: Option<Timestamp>,
    /// How often more time was asked for, of this invitation.
    pub extensions: u32,
    /// How often a clerk called without an answer; 0 again once the person answers.
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
        /// Until when the person may still come back by themselves, if they were called again out of
        /// [`TicketState::Missed`] and have given no sign since.
        return_until: Option<Timestamp>,
    },
    /// Asked for more time than the clerk waits; kept at the head until they say "Jestem".
    Deferred {
        /// Until when.
        until: Timestamp,
    },
    /// Did not answer, or was lost in a call; may be called again by a row, or come back by themselves. See
    /// [`Ticket::was_dropped`].
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

/// What somebody brings who joins the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newcomer {
    /// The id of the ticket to be.
    pub id: TicketId,
    /// Of which office.
    pub office: OfficeId,
    /// At which site.
    pub site: SiteId,
    /// Whose.
    pub session: SessionId,
    /// The number in the queue, as the store counted it.
    pub number: String,
    /// What is wished.
    pub wish: Wish,
    /// How the clerk may address the person.
    pub name: Option<String>,
    /// The version of the data notice that was shown.
    pub notice: String,
    /// What the check of devices came to, if there was one.
    pub ready: Option<Readiness>,
    /// The start of the visit that is checked in, if any.
    pub visit_at: Option<Timestamp>,
}

/// A step that is allowed: the ticket as it is afterwards and the row of the log to write in the same transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// The ticket after the step.
    pub ticket: Ticket,
    /// What the log keeps of it.
    pub event: Event,
}

/// Why a step of a ticket is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TicketError {
    /// Another clerk invited or serves the person.
    #[error("the ticket is taken by clerk {by}")]
    Taken {
        /// Who.
        by: ClerkId,
    },
    /// The person asked for more time and has not said "Jestem" yet.
    #[error("the person asked for more time")]
    AskedForTime,
    /// The person did not answer, and may not be called again any more.
    #[error("the ticket was called too often or too long ago to be called again")]
    NoRecallLeft,
    /// The invitation has no extension left.
    #[error("no extension is left")]
    NoExtensionLeft,
    /// The deadline has passed.
    #[error("the deadline has passed")]
    TooLate,
    /// It is about a call that the ticket is not in.
    #[error("the ticket is not in this call")]
    OtherCall,
    /// The step does not begin in this state.
    #[error("the ticket is {is}")]
    WrongState {
        /// The word of the state it is in.
        is: &'static str,
    },
}

/// Puts a newcomer in the line.
#[must_use]
pub fn join(newcomer: Newcomer, now: Timestamp) -> Transition {
    let ticket = Ticket {
        id: newcomer.id,
        office: newcomer.office,
        site: newcomer.site,
        session: newcomer.session,
        number: newcomer.number,
        wish: newcomer.wish,
        name: newcomer.name,
        notice: newcomer.notice,
        ready: newcomer.ready,
        joined_at: now,
        visit_at: newcomer.visit_at,
        head_since: None,
        away_since: None,
        extensions: 0,
        recalls: 0,
        state: TicketState::Waiting,
        since: now,
    };
    let event = ticket.event(now, "", Actor::Citizen, "joined");
    Transition { ticket, event }
}

impl Ticket {
    /// The row of the log that says how this ticket came to be as it is.
    fn event(&self, at: Timestamp, from: &str, by: Actor, reason: &str) -> Event {
        Event {
            office: self.office,
            kind: SubjectKind::Ticket,
            subject: self.id.to_text(),
            at,
            from: from.to_owned(),
            to: self.state.word().to_owned(),
            by,
            reason: reason.to_owned(),
        }
    }
}
