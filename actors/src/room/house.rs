//! Where rooms get their media from: the media layer, or a stand-in that a test brings.

use std::rc::Rc;

use actix::prelude::*;
use futures_util::future::LocalBoxFuture;
use okienko::ids::{CallId, MemberId};

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

    /// Lets the port of thread number `at` give a sign of life, out of its own loop, when it comes by.
    fn sound(&self, at: usize, heard: Box<dyn FnOnce() + Send>);

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
pub(crate) struct MediaLayer(pub(crate) MediaPool);

impl MediaHouse for MediaLayer {
    fn arbiter_for(&self, call: CallId) -> ArbiterHandle {
        self.0.arbiter_for(call)
    }

    fn arbiters(&self) -> Vec<ArbiterHandle> {
        self.0.arbiters()
    }

    fn open(&self, options: RoomOptions, events: Recipient<MediaEvent>) -> Result<Rc<dyn Seat>, MediaError> {
        Ok(Rc::new(RoomSeat::open(events, options)?))
    }

    fn sound(&self, at: usize, heard: Box<dyn FnOnce() + Send>) {
        self.0.sound(at, heard);
    }

    fn counters(&self) -> MediaCounters {
        self.0.counters()
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
