//! A stand-in for the media layer: rooms live on the test's thread, and whoever offers is connected.

use std::rc::Rc;
use std::sync::{Arc, Mutex};

use actix::prelude::*;
use futures_util::future::LocalBoxFuture;
use okienko::ids::{CallId, MemberId};
use okienko_actors::media::{
    Answer, MediaCounters, MediaError, MediaEvent, MemberStreams, OfferKind, RoomOptions, TrackKind,
};
use okienko_actors::room::house::{MediaHouse, Seat};

/// The stand-in. Rooms are counted in the order in which their media were opened.
#[derive(Default)]
pub(crate) struct StandInHouse {
    opened: Mutex<Vec<Arc<Opened>>>,
    /// How many more openings fail.
    failing: Mutex<u32>,
}

/// The media of one room.
pub(crate) struct Opened {
    pub(crate) echo: bool,
    events: Recipient<MediaEvent>,
    pub(crate) offers: Mutex<Vec<(MemberId, OfferKind)>>,
    pub(crate) removed: Mutex<Vec<MemberId>>,
    /// What was stopped (`false`) and resumed, in that order.
    pub(crate) flows: Mutex<Vec<(MemberId, TrackKind, bool)>>,
    closed: Mutex<bool>,
}

impl StandInHouse {
    /// How many rooms' media have been opened.
    pub(crate) fn count(&self) -> usize {
        self.opened.lock().unwrap().len()
    }

    /// The media opened last.
    pub(crate) fn newest(&self) -> Arc<Opened> {
        Arc::clone(self.opened.lock().unwrap().last().expect("a room was opened"))
    }

    /// How many are open.
    pub(crate) fn open_now(&self) -> usize {
        self.opened.lock().unwrap().iter().filter(|opened| !*opened.closed.lock().unwrap()).count()
    }

    /// Lets the next openings fail.
    #[cfg(feature = "failure-points")]
    pub(crate) fn fail_next(&self, times: u32) {
        *self.failing.lock().unwrap() = times;
    }
}

impl Opened {
    /// The media announce something.
    pub(crate) fn announce(&self, event: MediaEvent) {
        self.events.do_send(event);
    }
}

impl MediaHouse for StandInHouse {
    fn arbiter_for(&self, _: CallId) -> ArbiterHandle {
        Arbiter::current()
    }

    fn arbiters(&self) -> Vec<ArbiterHandle> {
        Vec::new()
    }

    fn sound(&self, _: usize, heard: Box<dyn FnOnce() + Send>) {
        heard();
    }

    fn open(&self, options: RoomOptions, events: Recipient<MediaEvent>) -> Result<Rc<dyn Seat>, MediaError> {
        let mut failing = self.failing.lock().unwrap();
        if *failing > 0 {
            *failing -= 1;
            return Err(MediaError::Died);
        }
        let opened = Arc::new(Opened {
            echo: options.echo,
            events,
            offers: Mutex::default(),
            removed: Mutex::default(),
            flows: Mutex::default(),
            closed: Mutex::default(),
        });
        self.opened.lock().unwrap().push(Arc::clone(&opened));
        Ok(Rc::new(StandInSeat(opened)))
    }

    fn counters(&self) -> MediaCounters {
        MediaCounters::default()
    }
}

struct StandInSeat(Arc<Opened>);

impl Seat for StandInSeat {
    fn offer(
        &self,
        member: MemberId,
        kind: OfferKind,
        sdp: String,
    ) -> LocalBoxFuture<'static, Result<Answer, MediaError>> {
        assert!(sdp != "panic", "a test made this room fail");
        let opened = Arc::clone(&self.0);
        Box::pin(async move {
            if sdp == "never" {
                std::future::pending::<()>().await;
            }
            if sdp == "nonsense" {
                return Err(MediaError::Offer("nonsense"));
            }
            opened.offers.lock().unwrap().push((member, kind));
            opened.announce(MediaEvent::Connected { member });
            Ok(Answer { sdp: format!("answer to {sdp}"), streams: Vec::new() })
        })
    }

    fn remove(&self, member: MemberId) {
        self.0.removed.lock().unwrap().push(member);
    }

    fn set_flow(&self, member: MemberId, kind: TrackKind, on: bool) {
        self.0.flows.lock().unwrap().push((member, kind, on));
    }

    fn streams_for(&self, _: MemberId) -> Vec<MemberStreams> {
        Vec::new()
    }
}

impl Drop for StandInSeat {
    fn drop(&mut self) {
        *self.0.closed.lock().unwrap() = true;
    }
}
