//! What every actor is given: the time, the store, the lengths of time, the threads and the counts.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use okienko::domain::timings::Timings;
use okienko::world::World;

use crate::records::Records;
use crate::supervision::{Floor, Tally};

/// The surroundings of an actor. Cheap to clone; part of every spec.
#[derive(Clone)]
pub(crate) struct Env {
    pub(crate) world: World,
    pub(crate) timings: Arc<Timings>,
    pub(crate) records: Records,
    pub(crate) floor: Floor,
    pub(crate) tally: Arc<Tally>,
}

impl Env {
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
