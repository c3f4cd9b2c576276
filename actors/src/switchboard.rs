//! The one handle that the edge holds on the actors.

use std::sync::Arc;
use std::time::Duration;

use actix::Addr;
use okienko::domain::timings::Timings;
use okienko::ids::{ClerkId, OfficeId, SessionId};

use crate::error::ActorError;
use crate::presence::ClerkPresence;
use crate::queue::messages::LineOverview;
use crate::session::Session;
use crate::session::messages::Glance;

/// How the actors are set up; a plain structure made from the configuration.
#[derive(Debug, Clone)]
pub struct ActorSettings {
    /// How long everything lasts.
    pub timings: Timings,
    /// How many threads carry sessions, lines and presences. 0 keeps them on the thread that starts them, for tests.
    pub control_arbiters: usize,
}

/// How the actors and the store are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// Threads that did not answer within a second, by name; empty if all did.
    pub stuck: Vec<String>,
    /// Whether the store wrote and read within a second.
    pub store: bool,
}

impl Health {
    /// Whether everything answers.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.store && self.stuck.is_empty()
    }
}

/// How many actors are alive, and what happened to them since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Sessions alive.
    pub sessions: u64,
    /// Lines alive.
    pub queues: u64,
    /// Presences alive.
    pub presences: u64,
    /// Rooms alive, those for device checks among them.
    pub rooms: u64,
    /// Sessions that died and were, or will be, built anew.
    pub session_restarts: u64,
    /// Lines that died and were built anew.
    pub queue_restarts: u64,
    /// Presences that died and were built anew.
    pub presence_restarts: u64,
    /// Rooms that died and were built anew.
    pub room_restarts: u64,
    /// Children given up because they died too often.
    pub given_up: u64,
    /// Tickets that wait, in all offices.
    pub waiting: u64,
    /// Messages that a full mailbox refused.
    pub mailbox_refusals: u64,
}

/// The one handle that the edge holds. Cheap to clone; usable on any thread.
#[derive(Clone)]
pub struct Switchboard;

#[expect(clippy::unused_async, reason = "bodies follow")]
impl Switchboard {
    /// Finds a session's actor, or starts it from the store's record.
    ///
    /// # Errors
    /// [`ActorError::NotFound`] if there is no such session; [`ActorError::Store`] and others if it could not be known.
    pub async fn session(&self, _id: SessionId) -> Result<Addr<Session>, ActorError> {
        Err(ActorError::NotFound)
    }

    /// Finds a clerk's presence, or starts it from the store's record.
    ///
    /// # Errors
    /// [`ActorError::NotFound`] if there is no such clerk.
    pub async fn presence(&self, _clerk: ClerkId) -> Result<Addr<ClerkPresence>, ActorError> {
        Err(ActorError::NotFound)
    }

    /// An office's line as everybody may see it, at most one second old.
    ///
    /// # Errors
    /// [`ActorError::NotFound`] if there is no such office.
    pub async fn overview(&self, _office: OfficeId) -> Result<Arc<LineOverview>, ActorError> {
        Err(ActorError::NotFound)
    }

    /// What the launcher's badge shows of a session; `None` without a live ticket.
    ///
    /// # Errors
    /// [`ActorError::Store`] if it could not be known.
    pub async fn glance(&self, _session: SessionId) -> Result<Option<Glance>, ActorError> {
        Ok(None)
    }

    /// Asks every thread and the store for a sign of life, and waits a second at most.
    pub async fn health(&self) -> Health {
        Health { stuck: Vec::new(), store: true }
    }

    /// The present counts.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts::default()
    }

    /// Tells a clerk's presence that they signed out everywhere.
    pub async fn staff_signed_out(&self, _clerk: ClerkId) {}

    /// Tells every browser that the server goes down, lets calls go on for `grace` at most, and stops.
    pub async fn shutdown(&self, _grace: Duration) {}
}
