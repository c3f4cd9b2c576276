//! Where rooms get their media from: the media layer, or a stand-in that a test brings.

use std::rc::Rc;

use actix::prelude::*;
use futures_util::future::LocalBoxFuture;
use okienko::ids::{CallId, MemberId};
use okienko::world::World;

use crate::media::{
    Answer, MediaCounters, MediaError, MediaEvent, MediaPool, MemberStreams, OfferKind, RoomOptions, RoomSeat,
    TrackKind,
};

/// Where rooms live and what gives them their media.
pub trait MediaHouse: Send + Sync + 'static {
    /// On which thread the room of this call lives, for as long as it lives.
    fn arbiter_for(&self, call: CallId) -> ArbiterHandle;

    /// All its threads.
    fn arbiters(&self) -> Vec<ArbiterHandle>;

    /// Opens the media of a room, on that room's thread.
    ///
    /// # Errors
    /// Those of the media layer.
    fn open(&self, options: RoomOptions, events: Recipient<MediaEvent>) -> Result<Rc<dyn Seat>, MediaError>;

    /// What it counts.
    fn counters(&self) -> MediaCounters;
}

/// The media of one room. Dropping it frees them.
pub trait Seat {
    /// Answers a member's offer.
    fn offer(
        &self,
        member: MemberId,
        kind: OfferKind,
        sdp: String,
    ) -> LocalBoxFuture<'static, Result<Answer, MediaError>>;

    /// Ends a member's connection.
    fn remove(&self, member: MemberId);

    /// Stops (`false`) or resumes passing on what a member sends of this kind.
    fn set_flow(&self, member: MemberId, kind: TrackKind, on: bool);

    /// Where a member's browser finds the others.
    fn streams_for(&self, member: MemberId) -> Vec<MemberStreams>;
}

/// The media layer itself.
pub(crate) struct MediaLayer {
    pool: MediaPool,
    arbiters: Vec<ArbiterHandle>,
}

impl MediaLayer {
    /// Takes a pool with so many arbiters.
    pub(crate) fn new(pool: MediaPool, arbiters: usize, world: &World) -> Self {
        // The pool does not list its threads; it says where calls go. Of empty ones the call decides, so a few calls
        // for each thread find all of them.
        let samples = if arbiters > 1 { arbiters.saturating_mul(4) } else { 1 };
        let arbiters = (0..samples).map(|_| pool.arbiter_for(CallId::new(world))).collect();
        Self { pool, arbiters }
    }
}

impl MediaHouse for MediaLayer {
    fn arbiter_for(&self, call: CallId) -> ArbiterHandle {
        self.pool.arbiter_for(call)
    }

    fn arbiters(&self) -> Vec<ArbiterHandle> {
        self.arbiters.clone()
    }

    fn open(&self, options: RoomOptions, events: Recipient<MediaEvent>) -> Result<Rc<dyn Seat>, MediaError> {
        Ok(Rc::new(RoomSeat::open(events, options)?))
    }

    fn counters(&self) -> MediaCounters {
        self.pool.counters()
    }
}

impl Seat for RoomSeat {
    fn offer(
        &self,
        member: MemberId,
        kind: OfferKind,
        sdp: String,
    ) -> LocalBoxFuture<'static, Result<Answer, MediaError>> {
        Box::pin(Self::offer(self, member, kind, sdp))
    }

    fn remove(&self, member: MemberId) {
        Self::remove(self, member);
    }

    fn set_flow(&self, member: MemberId, kind: TrackKind, on: bool) {
        Self::set_flow(self, member, kind, on);
    }

    fn streams_for(&self, member: MemberId) -> Vec<MemberStreams> {
        Self::streams_for(self, member)
    }
}
