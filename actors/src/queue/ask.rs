//! What a line was asked to do and has not done yet.

use jiff::Timestamp;
use okienko::domain::abuse::Abuse;
use okienko::ids::{CallId, ClerkId, SessionId, TicketId};
use okienko::wire::EndReason;

use super::messages::{CitizenAsks, ClerkAsks, JoinLine};

/// One thing to do. They are done in the order in which they came.
#[derive(Clone)]
pub(super) enum Ask {
    Join(JoinLine),
    Citizen(CitizenAsks),
    Reachable {
        session: SessionId,
        reachable: bool,
    },
    Clerk(ClerkAsks),
    /// Time alone moves this ticket on.
    TicketDue(TicketId),
    /// Time alone moves this presence on.
    DeskDue(ClerkId),
    /// A call is live for the first time.
    Live {
        call: CallId,
        at: Timestamp,
    },
    /// A call's room says that it is over.
    CallOver {
        call: CallId,
        reason: EndReason,
        /// The command by which the clerk broke it off: its key, and what they said.
        broken_off: Option<(String, Abuse)>,
    },
}

/// Whom to answer.
#[derive(Clone)]
pub(super) enum Asker {
    Session(SessionId, String),
    Clerk(ClerkId, String),
}

impl Ask {
    /// The end of a call without the command that brought it about.
    pub(super) fn forget_command(&mut self) {
        if let Self::CallOver { broken_off, .. } = self {
            *broken_off = None;
        }
    }

    /// Whom to answer; None where nobody waits for an answer.
    pub(super) fn asker(&self) -> Option<Asker> {
        match self {
            Self::Join(join) => Some(Asker::Session(join.session, join.key.clone())),
            Self::Citizen(asks) => Some(Asker::Session(asks.session, asks.key.clone())),
            Self::Clerk(asks) => asks.key.clone().map(|key| Asker::Clerk(asks.clerk, key)),
            _ => None,
        }
    }

    /// Whether it must be done however often it fails: nobody would ask for it again.
    pub(super) fn is_owed(&self) -> bool {
        self.asker().is_none()
    }

    /// Whether this and another are owed for the same: whoever or whatever it is about.
    pub(super) fn is_same_debt(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Reachable { session, reachable }, Self::Reachable { session: other, reachable: wanted }) => {
                (session, reachable) == (other, wanted)
            }
            (Self::Clerk(asks), Self::Clerk(other)) => {
                asks.key.is_none() && other.key.is_none() && (asks.clerk, asks.wants) == (other.clerk, other.wants)
            }
            (Self::TicketDue(ticket), Self::TicketDue(other)) => ticket == other,
            (Self::DeskDue(clerk), Self::DeskDue(other)) => clerk == other,
            (Self::Live { call, .. }, Self::Live { call: other, .. })
            | (Self::CallOver { call, .. }, Self::CallOver { call: other, .. }) => call == other,
            _ => false,
        }
    }

    /// Whether it can be decided together with others of its kind before they are written: each concerns one person
    /// only.
    pub(super) const fn goes_in_batches(&self) -> bool {
        matches!(self, Self::Join(_) | Self::Reachable { .. })
    }
}
