//! A clerk's presence: one desk with at most one socket, whether its clerk is there, and what they see.
//!
//! What state a clerk is in is stored by the line, which is the one writer of tickets and presences, since most of
//! their changes belong together. This actor asks for them, notices when the browser is lost, and turns what line and
//! room announce into frames. It lives as long as the clerk is on duty or has a socket.

mod call;
mod commands;
mod documents;
mod line;
pub mod messages;

use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use jiff::Timestamp;
use okienko::domain::presence::{Presence, PresenceState};
use okienko::failures::Point;
use okienko::ids::{ClerkId, LoginId, MemberId};
use okienko::wire::{DeskFrame, LineRow};

use crate::Attached;
use crate::browser::outbox::{Outgoing, Replaces};
use crate::browser::{AtBrowser, Browser};
use crate::env::Env;
use crate::error::{ActorError, ProblemCode, Refusal};
use crate::queue::Queue;
use crate::queue::messages::{ClerkAsks, ClerkWants, TakeDesk};
use crate::queue::roll::{DeskAddress, Roll};
use crate::room::link::Link;
use crate::supervision::{Birth, BranchTally, Child, Floor, Lifeline, Probe, Restart, Tally};
use messages::{Attach, Close, Detach, Holder, PresenceEvent, SignOff, SignOut};

/// What a presence is made from.
#[derive(Clone)]
pub(crate) struct DeskSpec {
    pub(crate) env: Env,
    pub(crate) clerk: ClerkId,
    pub(crate) queue: Addr<Queue>,
    pub(crate) roll: Arc<Roll>,
}

/// One clerk's presence.
pub struct ClerkPresence {
    spec: DeskSpec,
    lifeline: Lifeline<ClerkId>,
    queue: Addr<Queue>,
    browser: Browser<PresenceEvent>,
    /// Which login opened its last socket, and when.
    held_by: Option<(LoginId, Timestamp)>,
    /// Whether the line believes the browser to be there.
    is_there: bool,
    /// Whether a line that started has been told whether the browser is there.
    is_synced: bool,
    /// None until the line has said it.
    standing: Option<DeskStanding>,
    line: Option<ShownLine>,
    /// The room, once it has said that it is there.
    link: Option<Link>,
    /// Whether the clerk signed out during a call or an invitation: they stay until it is over.
    is_leaving: bool,
    /// The server goes down: after how many seconds the browser is to come back, once the clerk's call is over.
    going_down: Option<u32>,
}

/// How the line says that the clerk stands.
struct DeskStanding {
    presence: Presence,
    ticket: Option<Box<LineRow>>,
    /// Who they are in the call they invite to or are in.
    member: Option<MemberId>,
}

/// The line as the clerk saw it last.
struct ShownLine {
    at: Timestamp,
    waiting: u32,
    rows: Vec<LineRow>,
}

impl Child for ClerkPresence {
    type Key = ClerkId;
    type Spec = DeskSpec;
    const KIND: &'static str = "presence";
    const RESTART: Restart = Restart::OnDemand;

    fn key(spec: &DeskSpec) -> ClerkId {
        spec.clerk
    }

    fn place(spec: &DeskSpec, floor: &Floor) -> ArbiterHandle {
        floor.control_for(&spec.clerk)
    }

    fn build(spec: DeskSpec, birth: Birth<ClerkId>, _: &mut Context<Self>) -> Self {
        let queue = spec.queue.clone();
        Self {
            spec,
            lifeline: birth.lifeline,
            queue,
            browser: Browser::new(),
            held_by: None,
            is_there: false,
            is_synced: false,
            standing: None,
            line: None,
            link: None,
            is_leaving: false,
            going_down: None,
        }
    }

    fn give_up(_: &DeskSpec) {}

    fn tally(tally: &Tally) -> &BranchTally {
        &tally.presences
    }
}

impl Actor for ClerkPresence {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        self.spec.env.pass(Point::PresenceStarted, self.spec.clerk, ctx);
        let address = ctx.address();
        let address = DeskAddress { line: address.clone().recipient(), room: address.recipient() };
        self.spec.roll.enter_desk(self.spec.clerk, address);
        self.queue.do_send(TakeDesk { clerk: self.spec.clerk });
        self.watch(ctx);
    }
}

impl Drop for ClerkPresence {
    /// The browser of a presence that died is told to come back. Until then the line takes the clerk for lost. This
    /// may run while the thread unwinds.
    fn drop(&mut self) {
        if self.is_there {
            self.ask(None, ClerkWants::BeLost);
        }
        if let Some(socket) = self.browser.socket() {
            socket.part(PresenceEvent::Refused(Refusal::fatal(ProblemCode::Interrupted)));
        }
    }
}

impl Handler<Attach> for ClerkPresence {
    type Result = Result<Attached, ActorError>;

    fn handle(&mut self, Attach { socket, login, claim }: Attach, ctx: &mut Context<Self>) -> Self::Result {
        let now = self.spec.env.now();
        if let (Some(present), Some((holder, since))) = (self.browser.socket(), self.held_by) {
            let is_same_login = holder == login;
            if self.browser.holds_against(&claim, &self.spec.env) {
                socket.do_send(PresenceEvent::Elsewhere(Holder { is_same_login, since }));
                return Ok(Attached::Elsewhere);
            }
            present.part(PresenceEvent::Elsewhere(Holder { is_same_login, since: now }));
        }
        self.held_by = Some((login, now));
        let id = self.browser.seat(socket, claim, &self.spec.env);
        // Only who is signed in has a socket.
        self.is_leaving = false;
        self.hear();
        self.tell_presence(ctx);
        self.tell_line(ctx);
        self.tell_call(ctx);
        self.tell_documents(ctx);
        Ok(Attached::Here(id))
    }
}

impl Handler<Detach> for ClerkPresence {
    type Result = ();

    fn handle(&mut self, Detach { socket }: Detach, ctx: &mut Context<Self>) {
        if self.browser.is_at(socket) {
            self.lose_socket(ctx);
        }
    }
}

impl Handler<SignOut> for ClerkPresence {
    type Result = ();

    fn handle(&mut self, SignOut { login, is_last }: SignOut, ctx: &mut Context<Self>) {
        if !self.held_by.map_or(is_last, |(holder, _)| holder == login) {
            return;
        }
        self.is_leaving = true;
        if self.engaged_call().is_some() {
            // Nobody else is called for them after this.
            self.ask(None, ClerkWants::SignOut);
        }
        self.leave_if_free(ctx);
    }
}

impl Handler<Close> for ClerkPresence {
    type Result = ();

    fn handle(&mut self, Close { retry_after_s }: Close, ctx: &mut Context<Self>) {
        self.going_down = Some(retry_after_s);
        if !self.is_in_call() {
            self.send_away(ctx);
        }
    }
}

impl Handler<Probe> for ClerkPresence {
    type Result = ();

    fn handle(&mut self, probe: Probe, ctx: &mut Context<Self>) {
        self.spec.env.pass(Point::PresenceHandler, self.spec.clerk, ctx);
        probe.answer();
    }
}

impl Handler<SignOff> for ClerkPresence {
    type Result = ();

    fn handle(&mut self, _: SignOff, ctx: &mut Context<Self>) {
        self.send_away(ctx);
        self.finish(ctx);
    }
}

impl AtBrowser for ClerkPresence {
    type Frame = DeskFrame;
    type Event = PresenceEvent;

    fn browser(&mut self) -> &mut Browser<PresenceEvent> {
        &mut self.browser
    }

    fn event(frame: DeskFrame) -> PresenceEvent {
        PresenceEvent::Frame(frame)
    }

    fn refusal(refusal: Refusal) -> PresenceEvent {
        PresenceEvent::Refused(refusal)
    }

    fn ack(key: String) -> DeskFrame {
        DeskFrame::Ack { key }
    }

    fn set_there(&mut self, there: bool) {
        if self.is_there != there {
            self.is_there = there;
            self.ask(None, if there { ClerkWants::BeBack } else { ClerkWants::BeLost });
        }
    }
}

impl ClerkPresence {
    fn away_after(&self) -> Duration {
        Duration::from_secs(u64::from(self.spec.env.timings.away_after_s))
    }

    /// Asks the line for something.
    fn ask(&self, key: Option<String>, wants: ClerkWants) {
        self.queue.do_send(ClerkAsks { clerk: self.spec.clerk, key, wants });
    }

    /// Looks after everything that comes with time: a browser that fell silent, a line that is gone, and a presence
    /// that nobody needs any more.
    fn watch(&mut self, ctx: &mut Context<Self>) {
        self.spec.env.pass(Point::PresenceTimer, self.spec.clerk, ctx);
        let silent_for = self.browser.silent_for();
        if silent_for >= self.away_after() {
            self.set_there(false);
        }
        if !self.queue.connected() {
            tracing::warn!(clerk.id = %self.spec.clerk, "a presence lost its line");
            return ctx.stop();
        }
        let is_off = self.standing.as_ref().is_some_and(|known| known.presence.state == PresenceState::Off);
        if self.browser.socket().is_none() && is_off && silent_for >= self.away_after() {
            return self.finish(ctx);
        }
        ctx.run_later(self.browser.next_look(self.away_after()), Self::watch);
    }

    fn finish(&mut self, ctx: &mut Context<Self>) {
        self.browser.unseat();
        self.spec.roll.strike_desk(self.spec.clerk);
        self.lifeline.finish();
        ctx.stop();
    }

    /// Tells the browser to come back later, if the server goes down.
    fn send_away(&mut self, ctx: &mut Context<Self>) {
        if let Some(retry_after_s) = self.going_down.take() {
            self.tell(DeskFrame::Closing { retry_after_s }, ctx);
        }
    }

    /// Closes the socket of a clerk who signed out, once nobody is left in front of them (product.md EC-50).
    fn leave_if_free(&mut self, ctx: &mut Context<Self>) {
        if !self.is_leaving || self.engaged_call().is_some() {
            return;
        }
        self.is_leaving = false;
        self.ask(None, ClerkWants::SignOut);
        self.send(PresenceEvent::Refused(Refusal::fatal(ProblemCode::SignedOut)), ctx);
        self.browser.unseat();
    }
}

impl Outgoing for PresenceEvent {
    fn replaces(&self, older: &Self) -> Replaces {
        let (Self::Frame(newer), Self::Frame(older)) = (self, older) else { return Replaces::MaybeAnOlder };
        match (newer, older) {
            // Each of these is a state of its own: the line, the clerk's own, the time.
            (DeskFrame::Line { .. }, DeskFrame::Line { .. })
            | (DeskFrame::Presence { .. }, DeskFrame::Presence { .. })
            | (DeskFrame::Beat { .. }, DeskFrame::Beat { .. })
            | (DeskFrame::InCall { .. }, DeskFrame::InCall { .. }) => Replaces::It,
            (DeskFrame::Documents(newer), DeskFrame::Documents(older)) if newer.call == older.call => Replaces::It,
            (DeskFrame::LiveText { utterance: newer, .. }, DeskFrame::LiveText { utterance: older, .. })
                if (newer.member, &newer.id) == (older.member, &older.id) =>
            {
                Replaces::It
            }
            (
                DeskFrame::LiveText { .. },
                DeskFrame::LiveText { .. } | DeskFrame::Ack { .. } | DeskFrame::Beat { .. },
            )
            | (DeskFrame::Documents(_), _) => Replaces::MaybeAnOlder,
            (DeskFrame::InCall { .. }, DeskFrame::CallEnded { .. } | DeskFrame::RoomReady { .. }) => Replaces::Nothing,
            (
                DeskFrame::Line { .. } | DeskFrame::Presence { .. } | DeskFrame::Beat { .. } | DeskFrame::InCall { .. },
                _,
            ) => Replaces::MaybeAnOlder,
            _ => Replaces::Nothing,
        }
    }
}
