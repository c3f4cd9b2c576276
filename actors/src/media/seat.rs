//! What a Room holds of its media.

use std::cell::RefCell;
use std::rc::{Rc, Weak};
use std::time::Instant;

use actix::Recipient;
use actix_rt::task::spawn_blocking;
use okienko::ids::MemberId;

use super::connection::Connection;
use super::messages::{Answer, LegStats, MediaEvent, MemberStreams, OfferKind, RoomOptions, TrackKind};
use super::port::{MediaPort, RoomCell, here};
use super::room_media::{Port, RoomMedia};
use super::sdp::Offer;
use super::settings::MediaError;
use super::table::SlotId;

/// A room's media, owned by the Room. Lives on a media arbiter; dropping it says goodbye to the browsers and frees
/// everything at once.
pub struct RoomSeat(Place);

/// Where the media lies.
struct Place {
    port: Rc<RefCell<MediaPort>>,
    cell: Rc<RoomCell>,
    slot: SlotId,
}

impl RoomSeat {
    /// Opens a room's media on this thread's port. `owner` is told what happens; it is not kept alive.
    ///
    /// # Errors
    /// [`MediaError::NotOnMediaThread`] when the caller runs elsewhere than [`super::MediaPool::arbiter_for`] said.
    pub fn open(owner: Recipient<MediaEvent>, options: RoomOptions) -> Result<Self, MediaError> {
        let port = here().ok_or(MediaError::NotOnMediaThread)?;
        let (slot, cell) = port.try_borrow_mut().map_err(|_| MediaError::Died)?.open(owner.downgrade(), options);
        Ok(Self(Place { port, cell, slot }))
    }

    /// Answers a browser's offer. A fresh connection is built off this thread; await the future in the Room and hand
    /// the answer on. Dropping it gives the offer up.
    ///
    /// # Errors
    /// [`MediaError::OfferTooLarge`], [`MediaError::Offer`], [`MediaError::Negotiation`]: the browser's fault.
    /// [`MediaError::RoomFull`]; [`MediaError::Overtaken`] when the member left or offered anew meanwhile;
    /// [`MediaError::NoConnection`] when there is none to renegotiate; [`MediaError::Died`].
    pub fn offer(
        &self,
        member: MemberId,
        kind: OfferKind,
        sdp: String,
    ) -> impl Future<Output = Result<Answer, MediaError>> + 'static {
        let place = self.0.downgrade();
        async move {
            let limit_bytes = place.up()?.port.try_borrow().map_err(|_| MediaError::Died)?.settings().max_offer_bytes;
            if sdp.len() > limit_bytes {
                return Err(MediaError::OfferTooLarge { size_bytes: sdp.len(), limit_bytes });
            }
            match kind {
                OfferKind::Fresh => fresh(place, member, sdp).await,
                OfferKind::Again => {
                    let offer = Offer::parse(&sdp)?;
                    place.up()?.run(|media, port| media.renegotiate(member, offer, port))?
                }
            }
        }
    }

    /// Ends a member's part in the media.
    pub fn remove(&self, member: MemberId) {
        self.0.tell(|media, port| media.remove(member, port));
    }

    /// Stops (`false`) or resumes passing on what this member sends of this kind.
    pub fn set_flow(&self, member: MemberId, kind: TrackKind, on: bool) {
        self.0.tell(|media, port| media.set_flow(member, kind, on, port));
    }

    /// Where this member receives each other one.
    #[must_use]
    pub fn streams_for(&self, member: MemberId) -> Vec<MemberStreams> {
        self.0.run(|media, _| media.streams_for(member)).unwrap_or_default()
    }

    /// How this member's connection is doing; `None` without one.
    #[must_use]
    pub fn stats(&self, member: MemberId) -> Option<LegStats> {
        self.0.run(|media, port| media.stats(member, port.now)).ok().flatten()
    }
}

impl Drop for RoomSeat {
    fn drop(&mut self) {
        // Borrowed only if the port itself is unwinding through us; it finds the room gone at its next datagram.
        if let Ok(mut port) = self.0.port.try_borrow_mut() {
            port.close(self.0.slot, &self.0.cell);
        }
    }
}

impl Place {
    fn run<R>(&self, work: impl FnOnce(&mut RoomMedia, &mut Port<'_>) -> R) -> Result<R, MediaError> {
        let mut port = self.port.try_borrow_mut().map_err(|_| MediaError::Died)?;
        port.run(self.slot, &self.cell, work).ok_or(MediaError::Died)
    }

    /// For what has no answer: the owner of media that has died is told by [`MediaEvent::Died`].
    fn tell(&self, work: impl FnOnce(&mut RoomMedia, &mut Port<'_>)) {
        let _ = self.run(work);
    }

    fn downgrade(&self) -> WeakPlace {
        WeakPlace { port: Rc::clone(&self.port), cell: Rc::downgrade(&self.cell), slot: self.slot }
    }
}

/// A place that keeps no media: what a pending offer holds.
struct WeakPlace {
    port: Rc<RefCell<MediaPort>>,
    cell: Weak<RoomCell>,
    slot: SlotId,
}

impl WeakPlace {
    fn up(&self) -> Result<Place, MediaError> {
        let cell = self.cell.upgrade().ok_or(MediaError::Died)?;
        Ok(Place { port: Rc::clone(&self.port), cell, slot: self.slot })
    }
}

/// A fresh connection on its way; gives itself up when it is dropped.
struct Attempt {
    place: WeakPlace,
    number: u64,
}

impl Drop for Attempt {
    fn drop(&mut self) {
        if let Ok(place) = self.place.up() {
            place.tell(|media, _| media.give_up(self.number));
        }
    }
}

async fn fresh(place: WeakPlace, member: MemberId, sdp: String) -> Result<Answer, MediaError> {
    let number = place.up()?.run(|media, port| media.begin(member, port))??;
    let attempt = Attempt { place, number };
    let (builders, candidates, nack_packets) = {
        let port = attempt.place.port.try_borrow().map_err(|_| MediaError::Died)?;
        (port.builders(), port.addresses().candidates(), port.settings().nack_packets)
    };
    // The semaphore is never closed.
    let _turn = builders.acquire_owned().await.map_err(|_| MediaError::Died)?;
    let build = move || {
        let offer = Offer::parse(&sdp)?;
        Connection::build(offer, &candidates, nack_packets, Instant::now())
    };
    let built = spawn_blocking(build).await;
    let (connection, answer) = built.map_err(|_| MediaError::Negotiation("the build failed".to_owned()))??;
    let place = attempt.place.up()?;
    place.run(|media, port| media.install(member, number, connection, answer, port))?
}
