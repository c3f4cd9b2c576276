//! A room without rules: it passes calls on to its seat and events on to the test.

use std::collections::VecDeque;

use actix::{Actor, Addr, Context, Handler, Message, Recipient, ResponseFuture};
use okienko::ids::{CallId, MemberId};
use okienko::world::World;
use okienko_actors::media::{
    Answer, LegStats, MediaError, MediaEvent, MediaPool, MemberStreams, OfferKind, RoomOptions, RoomSeat, TrackKind,
};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::PATIENCE;

/// The actor on the media arbiter.
struct Seated {
    seat: Option<RoomSeat>,
    options: RoomOptions,
    events: UnboundedSender<MediaEvent>,
}

impl Actor for Seated {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        use actix::AsyncContext;
        let owner: Recipient<MediaEvent> = ctx.address().recipient();
        self.seat = Some(RoomSeat::open(owner, self.options).unwrap());
    }
}

impl Handler<MediaEvent> for Seated {
    type Result = ();

    fn handle(&mut self, event: MediaEvent, ctx: &mut Self::Context) {
        use actix::AsyncContext;
        if matches!(event, MediaEvent::Died { .. }) {
            self.seat = None;
            self.seat = Some(RoomSeat::open(ctx.address().recipient(), self.options).unwrap());
        }
        let _ = self.events.send(event);
    }
}

#[derive(Message)]
#[rtype(result = "Result<Answer, MediaError>")]
struct Offer(MemberId, OfferKind, String);

impl Handler<Offer> for Seated {
    type Result = ResponseFuture<Result<Answer, MediaError>>;

    fn handle(&mut self, Offer(member, kind, sdp): Offer, _: &mut Self::Context) -> Self::Result {
        Box::pin(self.seat.as_ref().unwrap().offer(member, kind, sdp))
    }
}

type Work = Box<dyn FnOnce(&mut Option<RoomSeat>) + Send>;

#[derive(Message)]
#[rtype(result = "()")]
struct Do(Work);

impl Handler<Do> for Seated {
    type Result = ();

    fn handle(&mut self, Do(work): Do, _: &mut Self::Context) {
        work(&mut self.seat);
    }
}

/// The test's handle of a room.
pub struct TestRoom {
    #[cfg(feature = "failure-points")]
    pub call: CallId,
    actor: Addr<Seated>,
    events: UnboundedReceiver<MediaEvent>,
    unread: VecDeque<MediaEvent>,
}

impl TestRoom {
    pub fn open(pool: &MediaPool, options: RoomOptions) -> Self {
        let (sender, events) = unbounded_channel();
        let call = CallId::new(&World::real());
        let options = RoomOptions { call: Some(call), ..options };
        let seated = move |_: &mut Context<Seated>| Seated { seat: None, options, events: sender };
        let actor = Seated::start_in_arbiter(&pool.arbiter_for(call), seated);
        Self {
            #[cfg(feature = "failure-points")]
            call,
            actor,
            events,
            unread: VecDeque::new(),
        }
    }

    pub async fn offer(&self, member: MemberId, kind: OfferKind, sdp: String) -> Result<Answer, MediaError> {
        self.actor.send(Offer(member, kind, sdp)).await.unwrap()
    }

    pub async fn seat<R: Send + 'static>(&self, work: impl FnOnce(&RoomSeat) -> R + Send + 'static) -> R {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let work = move |seat: &mut Option<RoomSeat>| {
            let _ = sender.send(work(seat.as_ref().unwrap()));
        };
        self.actor.send(Do(Box::new(work))).await.unwrap();
        receiver.await.unwrap()
    }

    pub async fn streams(&self, member: MemberId) -> Vec<MemberStreams> {
        self.seat(move |seat| seat.streams_for(member)).await
    }

    pub async fn stats(&self, member: MemberId) -> Option<LegStats> {
        self.seat(move |seat| seat.stats(member)).await
    }

    pub async fn set_flow(&self, member: MemberId, kind: TrackKind, on: bool) {
        self.seat(move |seat| seat.set_flow(member, kind, on)).await;
    }

    /// Ends the room's media.
    pub async fn end(&self) {
        self.actor.send(Do(Box::new(|seat| *seat = None))).await.unwrap();
    }

    /// Waits for an event; others are kept for later.
    pub async fn event(&mut self, wanted: impl Fn(&MediaEvent) -> bool) -> MediaEvent {
        if let Some(at) = self.unread.iter().position(&wanted) {
            return self.unread.remove(at).unwrap();
        }
        loop {
            let event = tokio::time::timeout(PATIENCE, self.events.recv())
                .await
                .unwrap_or_else(|_| panic!("no such event came, only {:?}", self.unread))
                .unwrap();
            if wanted(&event) {
                return event;
            }
            self.unread.push_back(event);
        }
    }

    pub async fn connected(&mut self, member: MemberId) {
        self.event(|event| *event == MediaEvent::Connected { member }).await;
    }
}
