//! A citizen and a clerk in a call, as their sockets are: each remembers what it was told.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use actix::prelude::*;
use okienko::ids::LoginId;
use okienko::store::{OfficeScope, matters, sites, staff};
use okienko::wire::{
    CitizenCommand, CitizenFrame, DeskCommand, DeskFrame, DocumentView, DocumentsView, Mode, WishedState,
};
use okienko_actors::presence::ClerkPresence;
use okienko_actors::presence::messages::{self as desk, PresenceEvent};
use okienko_actors::session::Session;
use okienko_actors::session::messages::{self as citizen, SessionEvent};
use okienko_actors::{Attached, Claim, ProblemCode, SocketId};

use crate::client::Request;
use crate::test_app::TestApp;

/// How long something may take that must happen.
const PATIENCE: Duration = Duration::from_secs(30);

struct Probe<M>(Arc<Mutex<Vec<M>>>);

impl<M: 'static> Actor for Probe<M> {
    type Context = Context<Self>;
}

impl<M: Message<Result = ()> + 'static> Handler<M> for Probe<M> {
    type Result = ();

    fn handle(&mut self, message: M, _: &mut Context<Self>) {
        self.0.lock().unwrap().push(message);
    }
}

/// The two of them.
pub(crate) struct Talk {
    citizen: Addr<Session>,
    citizen_told: Arc<Mutex<Vec<SessionEvent>>>,
    clerk: Addr<ClerkPresence>,
    clerk_told: Arc<Mutex<Vec<PresenceEvent>>>,
    sockets: (SocketId, SocketId),
    _alive: (Addr<Probe<SessionEvent>>, Addr<Probe<PresenceEvent>>),
    keys: std::cell::Cell<u32>,
}

impl Talk {
    /// A citizen who writes has joined the line, Anna has called, and the call is on.
    pub(crate) async fn begin(app: &TestApp) -> Self {
        let state = &app.state;
        let begun = app.send(Request::post("/api/v1/sessions").json(r#"{"site":"wroclaw","language":"pl"}"#)).await;
        let session = begun.json()["session"].as_str().unwrap().parse().unwrap();
        let (matter, anna) = state
            .read(|db| {
                let office = sites::by_key(db, "wroclaw")?.expect("the demo's site").office;
                let matters = matters::of_office(db, OfficeScope::of(office))?;
                // One of them never closes.
                let open = matters.into_iter().max_by_key(|matter| matter.hours.len()).expect("matters");
                let anna = staff::by_email(db, "anna@demo.example")?.expect("a clerk").clerk.id;
                Ok((open.id, anna))
            })
            .await
            .unwrap();
        let citizen = state.switchboard.session(session).await.unwrap();
        let clerk = state.switchboard.presence(anna).await.unwrap();
        let (citizen_told, clerk_told) = (Arc::default(), Arc::default());
        let alive = (Probe(Arc::clone(&citizen_told)).start(), Probe(Arc::clone(&clerk_told)).start());
        let attach = citizen::Attach { socket: alive.0.clone().recipient(), claim: Claim::default(), mark: None };
        let Attached::Here(at_citizen) = citizen.send(attach).await.unwrap().unwrap() else { panic!() };
        let (socket, login) = (alive.1.clone().recipient(), LoginId::new(&state.world));
        let attach = desk::Attach { socket, login, claim: Claim::default() };
        let Attached::Here(at_clerk) = clerk.send(attach).await.unwrap().unwrap() else { panic!() };
        let (sockets, keys) = ((at_citizen, at_clerk), std::cell::Cell::new(0));
        let talk = Self { citizen, citizen_told, clerk, clerk_told, sockets, _alive: alive, keys };
        talk.clerk_says(DeskCommand::SetState { state: WishedState::Receiving });
        talk.until("the clerk receives", |talk| talk.saw_desk(|frame| matches!(frame, DeskFrame::Presence { .. })))
            .await;
        talk.citizen_says(CitizenCommand::Join {
            matter,
            mode: Mode::Text,
            needs: Vec::new(),
            language: "pl".to_owned(),
            name: None,
            notice: "2026-11-23".to_owned(),
            ready: None,
        });
        talk.until("the citizen waits", |talk| talk.saw(|frame| matches!(frame, CitizenFrame::Waiting { .. }))).await;
        talk.clerk_says(DeskCommand::CallNext);
        talk.until("the citizen is called", |talk| talk.saw(|frame| matches!(frame, CitizenFrame::Called { .. })))
            .await;
        talk.citizen_says(CitizenCommand::Accept);
        talk.until("both are in the call", |talk| {
            let is_in = |frame: &CitizenFrame| matches!(frame, CitizenFrame::InCall { .. });
            talk.saw(is_in) && talk.clerk_sees().is_some() && talk.citizen_sees().is_some()
        })
        .await;
        talk
    }

    fn key(&self) -> String {
        self.keys.set(self.keys.get() + 1);
        format!("k{}", self.keys.get())
    }

    /// The citizen's browser says something. Gives the key.
    pub(crate) fn citizen_says(&self, command: CitizenCommand) -> String {
        let key = self.key();
        self.citizen.do_send(citizen::Obey { socket: self.sockets.0, key: key.clone(), command });
        key
    }

    /// The clerk's browser says something. Gives the key.
    pub(crate) fn clerk_says(&self, command: DeskCommand) -> String {
        let key = self.key();
        self.clerk.do_send(desk::Obey { socket: self.sockets.1, key: key.clone(), command });
        key
    }

    fn saw(&self, is_it: impl Fn(&CitizenFrame) -> bool) -> bool {
        let told = self.citizen_told.lock().unwrap();
        told.iter().any(|event| matches!(event, SessionEvent::Frame(frame) if is_it(frame)))
    }

    fn saw_desk(&self, is_it: impl Fn(&DeskFrame) -> bool) -> bool {
        let told = self.clerk_told.lock().unwrap();
        told.iter().any(|event| matches!(event, PresenceEvent::Frame(frame) if is_it(frame)))
    }

    /// How a command of the citizen's was refused.
    pub(crate) fn refusal(&self, key: &str) -> Option<ProblemCode> {
        self.citizen_told.lock().unwrap().iter().find_map(|event| match event {
            SessionEvent::Refused(refusal) if refusal.key.as_deref() == Some(key) => Some(refusal.code),
            _ => None,
        })
    }

    /// Whether any command of the citizen's was refused like this.
    pub(crate) fn was_refused(&self, code: ProblemCode) -> bool {
        let told = self.citizen_told.lock().unwrap();
        told.iter().any(|event| matches!(event, SessionEvent::Refused(refusal) if refusal.code == code))
    }

    /// The documents as the citizen was told last.
    pub(crate) fn citizen_sees(&self) -> Option<DocumentsView> {
        self.citizen_told.lock().unwrap().iter().rev().find_map(|event| match event {
            SessionEvent::Frame(CitizenFrame::Documents(view)) => Some(view.clone()),
            _ => None,
        })
    }

    /// The documents as the clerk was told last.
    pub(crate) fn clerk_sees(&self) -> Option<DocumentsView> {
        self.clerk_told.lock().unwrap().iter().rev().find_map(|event| match event {
            PresenceEvent::Frame(DeskFrame::Documents(view)) => Some(view.clone()),
            _ => None,
        })
    }

    /// The citizen begins to send a document and learns where its bytes go.
    pub(crate) async fn begin_document(&self, name: &str, size_bytes: u64) -> String {
        let id = self.key();
        let (chosen, name) = (id.clone(), name.to_owned());
        self.citizen_says(CitizenCommand::SendDocument { id: chosen, name, size_bytes, request: None });
        let is_it = |seen: &DocumentView| seen.id.as_deref() == Some(id.as_str());
        self.until("the document is begun", |talk| talk.citizen_sees().unwrap().documents.iter().any(is_it)).await;
        let seen = self.citizen_sees().unwrap().documents.into_iter().find(is_it).unwrap();
        seen.upload.expect("an address for the bytes")
    }

    /// What the clerk was told of the newest document.
    pub(crate) fn newest_for_clerk(&self) -> DocumentView {
        self.clerk_sees().unwrap().documents.pop().unwrap()
    }

    /// Waits until something is so.
    pub(crate) async fn until(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        until(what, || is_so(self)).await;
    }
}

/// Waits, asking again and again, until something is so.
pub(crate) async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "waited in vain: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
