//! What every actor is given: the time, the store, the lengths of time, the limits, the threads and the counts.

use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use jiff::Timestamp;
use okienko::domain::timings::Timings;
use okienko::failures::{Fault, Point};
use okienko::world::World;

use crate::documents::Cabinet;
use crate::records::Records;
use crate::supervision::{Floor, Tally, suffer};

/// How much there may be of everything, and how long what no rule speaks of may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActorLimits {
    /// How often a room that died is built anew …
    pub room_restarts: usize,
    /// … within which time. After that its call ends.
    pub room_restart_window: Duration,
    /// How many may be in a call.
    pub max_members: usize,
    /// How many checks of devices may go on at once: each is a room of its own on the threads that carry calls.
    pub max_checks: usize,
    /// How many frames may wait for a slow browser before it counts as lost.
    pub max_outbox_frames: usize,
    /// How long the store has for one answer.
    pub store_within: Duration,
    /// For how long a citizen's session is kept after its browser was last there.
    pub session_kept: Duration,
}

impl Default for ActorLimits {
    fn default() -> Self {
        Self {
            room_restarts: 5,
            room_restart_window: Duration::from_secs(60),
            max_members: 6,
            max_checks: 200,
            max_outbox_frames: 64,
            store_within: Duration::from_secs(5),
            session_kept: Duration::from_secs(4 * 60 * 60),
        }
    }
}

/// The surroundings of an actor. Cheap to clone; part of every spec.
#[derive(Clone)]
pub(crate) struct Env {
    pub(crate) world: World,
    pub(crate) timings: Arc<Timings>,
    pub(crate) limits: ActorLimits,
    pub(crate) records: Records,
    pub(crate) floor: Floor,
    pub(crate) cabinet: Arc<Cabinet>,
    pub(crate) tally: Arc<Tally>,
}

impl Env {
    /// Passes a place where something may go wrong on purpose.
    pub(crate) fn at(&self, point: Point, subject: impl Display) -> Fault {
        self.world.failures().at(point, subject)
    }

    /// Passes such a place in an actor, which may be made to hang there.
    pub(crate) fn pass<A: Actor<Context = Context<A>>>(
        &self,
        point: Point,
        subject: impl Display,
        ctx: &mut Context<A>,
    ) {
        suffer(self.at(point, subject), ctx);
    }

    /// The present instant.
    pub(crate) fn now(&self) -> Timestamp {
        self.world.now()
    }

    /// How long it is until an instant; nothing if it has passed. A timer set by this never fires early: a
    /// microsecond is the clock's own step, so one is added.
    pub(crate) fn until(&self, at: Timestamp) -> Duration {
        let left = at.duration_since(self.now());
        Duration::try_from(left).map_or(Duration::ZERO, |left| left + Duration::from_micros(1))
    }
}
