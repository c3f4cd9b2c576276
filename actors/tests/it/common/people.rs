//! Citizens and clerks as their browsers are: a socket that records what it is told.

use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use actix::prelude::*;
use okienko::ids::{CallId, ClerkId, LoginId, MatterId, SessionId};
use okienko::wire::{
    CitizenCommand, CitizenFrame, DeskCommand, DeskFrame, DocumentsView, Mode, OfferKind, WishedState,
};
use okienko_actors::presence::ClerkPresence;
use okienko_actors::presence::messages::{self as desk, PresenceEvent};
use okienko_actors::session::Session;
use okienko_actors::session::messages::{self as citizen, SessionEvent};
use okienko_actors::{Attached, Claim, ProblemCode, SocketId};

use super::{CityHall, awake};

/// How many browsers of citizens there have been.
static BROWSERS: AtomicU32 = AtomicU32::new(1);

/// Records what it is told.
struct Probe<M>(Arc<Mutex<Vec<M>>>);

impl<M: 'static> Actor for Probe<M> {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        ctx.set_mailbox_capacity(1_000);
    }
}

impl<M: Message<Result = ()> + 'static> Handler<M> for Probe<M> {
    type Result = ();

    fn handle(&mut self, message: M, _: &mut Context<Self>) {
        self.0.lock().unwrap().push(message);
    }
}

/// A citizen's browser.
pub(crate) struct Citizen {
    pub(crate) session: SessionId,
    pub(crate) actor: Addr<Session>,
    pub(crate) attached: Attached,
    told: Arc<Mutex<Vec<SessionEvent>>>,
    // Keeps the socket alive.
    socket: Option<Addr<Probe<SessionEvent>>>,
    keys: Cell<u32>,
}

impl Citizen {
    /// Opens a socket of this session.
    pub(crate) async fn attach(hall: &CityHall, session: SessionId, take_over: bool) -> Self {
        Self::attach_with(hall, session, Claim { take_over, page: None }).await
    }

    /// Opens a socket of this session by some right.
    pub(crate) async fn attach_with(hall: &CityHall, session: SessionId, claim: Claim) -> Self {
        let told = Arc::new(Mutex::new(Vec::new()));
        let socket = Probe(Arc::clone(&told)).start();
        let actor = awake(hall.switchboard.session(session)).await.unwrap();
        let mark = Some(hall.device_of(session));
        let attach = citizen::Attach { socket: socket.clone().recipient(), claim, mark };
        let attached = awake(actor.send(attach)).await.unwrap().unwrap();
        hall.settle().await;
        // Keys of different browsers of one session must differ, as random ones do.
        let keys = Cell::new(BROWSERS.fetch_add(1, Relaxed) * 1_000);
        Self { session, actor, attached, told, socket: Some(socket), keys }
    }

    /// Opens a socket and waits for nothing else.
    pub(crate) async fn attach_only(hall: &CityHall, session: SessionId) -> Self {
        let told = Arc::new(Mutex::new(Vec::new()));
        let socket = Probe(Arc::clone(&told)).start();
        let actor = hall.switchboard.session(session).await.unwrap();
        let attach = citizen::Attach { socket: socket.clone().recipient(), claim: Claim::default(), mark: None };
        let attached = actor.send(attach).await.unwrap().unwrap();
        Self { session, actor, attached, told, socket: Some(socket), keys: Cell::new(0) }
    }

    fn id(&self) -> SocketId {
        match self.attached {
            Attached::Here(id) => id,
            Attached::Elsewhere => panic!("the session is elsewhere"),
        }
    }

    /// Sends a command and gives its key.
    pub(crate) fn say(&self, command: CitizenCommand) -> String {
        self.keys.set(self.keys.get() + 1);
        let key = format!("k{}", self.keys.get());
        self.say_as(&key, command);
        key
    }

    /// Sends a command with this key.
    pub(crate) fn say_as(&self, key: &str, command: CitizenCommand) {
        self.actor.do_send(citizen::Obey { socket: self.id(), key: key.to_owned(), command });
    }

    /// Sends a command and awaits what follows. Gives its key.
    pub(crate) async fn say_and_settle(&self, hall: &CityHall, command: CitizenCommand) -> String {
        let key = self.say(command);
        hall.settle().await;
        key
    }

    /// Gives a sign of life.
    pub(crate) fn beat(&self) {
        self.say(CitizenCommand::Beat { visible: true });
    }

    /// Joins the line by video, in Polish.
    pub(crate) async fn join(&self, hall: &CityHall, matter: MatterId) -> String {
        self.say_and_settle(hall, join(matter)).await
    }

    /// Offers for this call, and is connected by it.
    pub(crate) async fn connect(&self, hall: &CityHall, call: CallId, generation: u32) {
        let (kind, sdp) = (OfferKind::Fresh, "offer".to_owned());
        self.say_and_settle(hall, CitizenCommand::Offer { call, generation, kind, sdp }).await;
    }

    /// The browser goes away without a word to anybody.
    pub(crate) async fn close_tab(&mut self, hall: &CityHall) {
        self.socket = None;
        self.actor.do_send(citizen::Detach { socket: self.id() });
        hall.settle().await;
    }

    /// The documents as they were told last.
    pub(crate) fn documents(&self) -> Option<DocumentsView> {
        self.told.lock().unwrap().iter().rev().find_map(|event| match event {
            SessionEvent::Frame(CitizenFrame::Documents(view)) => Some(view.clone()),
            _ => None,
        })
    }

    /// All frames so far, but for acknowledgements, beats and documents.
    pub(crate) fn frames(&self) -> Vec<CitizenFrame> {
        let told = self.told.lock().unwrap();
        let frames = told.iter().filter_map(|event| match event {
            SessionEvent::Frame(CitizenFrame::Ack { .. } | CitizenFrame::Beat { .. } | CitizenFrame::Documents(_)) => {
                None
            }
            SessionEvent::Frame(frame) => Some(frame.clone()),
            _ => None,
        });
        frames.collect()
    }

    /// The last frame that is no acknowledgement, beat or document.
    pub(crate) fn last(&self) -> CitizenFrame {
        self.frames().pop().expect("a frame was sent")
    }

    /// Forgets what was told so far.
    pub(crate) fn forget(&self) {
        self.told.lock().unwrap().clear();
    }

    /// Everything that was told, in order.
    pub(crate) fn told(&self) -> Vec<SessionEvent> {
        self.told.lock().unwrap().clone()
    }

    /// How often a command was acknowledged.
    pub(crate) fn acks(&self, key: &str) -> usize {
        let is_it = |event: &&SessionEvent| matches!(event, SessionEvent::Frame(CitizenFrame::Ack { key: acked }) if acked == key);
        self.told.lock().unwrap().iter().filter(is_it).count()
    }

    /// How a command was refused.
    pub(crate) fn refusal(&self, key: &str) -> Option<ProblemCode> {
        self.told.lock().unwrap().iter().find_map(|event| match event {
            SessionEvent::Refused(refusal) if refusal.key.as_deref() == Some(key) => Some(refusal.code),
            _ => None,
        })
    }

    /// The last place that was told.
    pub(crate) fn place(&self) -> Option<u32> {
        self.frames().iter().rev().find_map(|frame| match frame {
            CitizenFrame::Waiting { place, .. } => Some(*place),
            _ => None,
        })
    }

    /// The call that the citizen is invited to.
    pub(crate) fn invited_to(&self) -> Option<CallId> {
        match self.last() {
            CitizenFrame::Called { call, .. } => Some(call),
            _ => None,
        }
    }

    /// The last room that was ready, and its generation.
    pub(crate) fn room(&self) -> Option<(CallId, u32)> {
        self.frames().iter().rev().find_map(|frame| match frame {
            CitizenFrame::RoomReady { call, generation } => Some((*call, *generation)),
            _ => None,
        })
    }
}

/// To join the line by video, in Polish.
pub(crate) fn join(matter: MatterId) -> CitizenCommand {
    CitizenCommand::Join {
        matter,
        mode: Mode::Video,
        needs: Vec::new(),
        language: "pl".to_owned(),
        name: Some("Jadwiga".to_owned()),
        notice: "2026-11-01".to_owned(),
        ready: None,
    }
}

/// The login of a clerk who signed in once.
pub(crate) fn login_of(clerk: ClerkId) -> LoginId {
    clerk.to_text().parse().unwrap()
}

/// A clerk's browser.
pub(crate) struct Desk {
    pub(crate) clerk: ClerkId,
    pub(crate) actor: Addr<ClerkPresence>,
    pub(crate) attached: Attached,
    told: Arc<Mutex<Vec<PresenceEvent>>>,
    // Keeps the socket alive.
    socket: Option<Addr<Probe<PresenceEvent>>>,
    keys: Cell<u32>,
}

impl Desk {
    /// Opens a console of this clerk, signed in as always.
    pub(crate) async fn attach(hall: &CityHall, clerk: ClerkId, take_over: bool) -> Self {
        Self::attach_with(hall, clerk, login_of(clerk), Claim { take_over, page: None }).await
    }

    /// Opens a console of this clerk by some right, in a browser where they signed in by this login.
    pub(crate) async fn attach_with(hall: &CityHall, clerk: ClerkId, login: LoginId, claim: Claim) -> Self {
        let told = Arc::new(Mutex::new(Vec::new()));
        let socket = Probe(Arc::clone(&told)).start();
        let actor = awake(hall.switchboard.presence(clerk)).await.unwrap();
        let attach = desk::Attach { socket: socket.clone().recipient(), login, claim };
        let attached = awake(actor.send(attach)).await.unwrap().unwrap();
        hall.settle().await;
        let keys = Cell::new(match attached {
            Attached::Here(SocketId(number)) => u32::try_from(number).unwrap() * 1_000,
            Attached::Elsewhere => 0,
        });
        Self { clerk, actor, attached, told, socket: Some(socket), keys }
    }

    fn id(&self) -> SocketId {
        match self.attached {
            Attached::Here(id) => id,
            Attached::Elsewhere => panic!("the desk is elsewhere"),
        }
    }

    /// Sends a command and gives its key.
    pub(crate) fn say(&self, command: DeskCommand) -> String {
        self.keys.set(self.keys.get() + 1);
        let key = format!("d{}", self.keys.get());
        self.say_as(&key, command);
        key
    }

    /// Sends a command with this key.
    pub(crate) fn say_as(&self, key: &str, command: DeskCommand) {
        self.actor.do_send(desk::Obey { socket: self.id(), key: key.to_owned(), command });
    }

    /// Sends a command and awaits what follows. Gives its key.
    pub(crate) async fn say_and_settle(&self, hall: &CityHall, command: DeskCommand) -> String {
        let key = self.say(command);
        hall.settle().await;
        key
    }

    /// Gives a sign of life.
    pub(crate) fn beat(&self) {
        self.say(DeskCommand::Beat { visible: true });
    }

    /// "Przyjmuję".
    pub(crate) async fn receive(&self, hall: &CityHall) {
        self.say_and_settle(hall, DeskCommand::SetState { state: WishedState::Receiving }).await;
    }

    /// "Wywołaj następną osobę".
    pub(crate) async fn call_next(&self, hall: &CityHall) -> String {
        self.say_and_settle(hall, DeskCommand::CallNext).await
    }

    /// Offers for this call, and is connected by it.
    pub(crate) async fn connect(&self, hall: &CityHall, call: CallId, generation: u32) {
        let (kind, sdp) = (OfferKind::Fresh, "offer".to_owned());
        self.say_and_settle(hall, DeskCommand::Offer { call, generation, kind, sdp }).await;
    }

    /// The browser goes away without a word to anybody.
    pub(crate) async fn close_tab(&mut self, hall: &CityHall) {
        self.socket = None;
        self.actor.do_send(desk::Detach { socket: self.id() });
        hall.settle().await;
    }

    /// The documents as they were told last.
    pub(crate) fn documents(&self) -> Option<DocumentsView> {
        self.told.lock().unwrap().iter().rev().find_map(|event| match event {
            PresenceEvent::Frame(DeskFrame::Documents(view)) => Some(view.clone()),
            _ => None,
        })
    }

    /// All frames so far, but for acknowledgements, beats and documents.
    pub(crate) fn frames(&self) -> Vec<DeskFrame> {
        let told = self.told.lock().unwrap();
        let frames = told.iter().filter_map(|event| match event {
            PresenceEvent::Frame(DeskFrame::Ack { .. } | DeskFrame::Beat { .. } | DeskFrame::Documents(_)) => None,
            PresenceEvent::Frame(frame) => Some(frame.clone()),
            _ => None,
        });
        frames.collect()
    }

    /// Forgets what was told so far.
    pub(crate) fn forget(&self) {
        self.told.lock().unwrap().clear();
    }

    /// Everything that was told, in order.
    pub(crate) fn told(&self) -> Vec<PresenceEvent> {
        self.told.lock().unwrap().clone()
    }

    /// How often a command was acknowledged.
    pub(crate) fn acks(&self, key: &str) -> usize {
        let is_it = |event: &&PresenceEvent| matches!(event, PresenceEvent::Frame(DeskFrame::Ack { key: acked }) if acked == key);
        self.told.lock().unwrap().iter().filter(is_it).count()
    }

    /// How a command was refused.
    pub(crate) fn refusal(&self, key: &str) -> Option<ProblemCode> {
        self.told.lock().unwrap().iter().find_map(|event| match event {
            PresenceEvent::Refused(refusal) if refusal.key.as_deref() == Some(key) => Some(refusal.code),
            _ => None,
        })
    }

    /// The last frame of the clerk's own state.
    pub(crate) fn presence(&self) -> DeskFrame {
        let is_it = |frame: &DeskFrame| matches!(frame, DeskFrame::Presence { .. });
        self.frames().into_iter().rev().find(is_it).expect("the presence was told")
    }

    /// Whom the clerk invites, serves or just served, as it was told last.
    pub(crate) fn invites(&self) -> okienko::wire::LineRow {
        match self.presence() {
            DeskFrame::Presence { ticket: Some(ticket), .. } => ticket,
            other => panic!("{other:?}"),
        }
    }

    /// The last state that was told.
    pub(crate) fn state(&self) -> okienko::wire::PresenceView {
        match self.presence() {
            DeskFrame::Presence { state, .. } => state,
            _ => unreachable!(),
        }
    }

    /// Whether this is the last state that was told.
    pub(crate) fn is_in(&self, state: okienko::wire::PresenceView) -> bool {
        let is_it = |frame: &DeskFrame| matches!(frame, DeskFrame::Presence { .. });
        self.frames().iter().any(is_it) && self.state() == state
    }

    /// The line as it was shown last.
    pub(crate) fn rows(&self) -> Vec<okienko::wire::LineRow> {
        let rows = |frame| match frame {
            DeskFrame::Line { rows, .. } => Some(rows),
            _ => None,
        };
        self.frames().into_iter().rev().find_map(rows).unwrap_or_default()
    }

    /// The last room that was ready, and its generation.
    pub(crate) fn room(&self) -> Option<(CallId, u32)> {
        self.frames().iter().rev().find_map(|frame| match frame {
            DeskFrame::RoomReady { call, generation } => Some((*call, *generation)),
            _ => None,
        })
    }
}
