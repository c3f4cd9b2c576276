//! A citizen's session: one browser with at most one ticket and at most one socket.
//!
//! It knows where its ticket is from what the line announces, and its call from what the room announces; it stores
//! nothing itself. It turns both into frames, and commands into what it asks of line and room. Without a socket it
//! lives on, so that a closed tab finds everything again; idle for long, it goes, and is built from its records when the
//! browser comes back.

mod call;
mod check;
mod commands;
mod documents;
mod frames;
mod line;
pub mod messages;

use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use okienko::failures::Point;
use okienko::ids::{CallId, SessionId, SiteId};
use okienko::store::DeviceMark;
use okienko::wire::CitizenFrame;
use tokio::time::Instant;

use crate::Attached;
use crate::browser::{AtBrowser, Browser};
use crate::env::Env;
use crate::error::{ActorError, ProblemCode, Refusal};
use crate::lookup::{self, Last};
use crate::queue::Queue;
use crate::queue::messages::{Enter, SetReachable, Standing};
use crate::queue::roll::{Roll, SessionAddress};
use crate::room::Room;
use crate::room::link::Link;
use crate::supervision::{Birth, Branch, BranchTally, Child, Floor, Lifeline, Probe, Restart, Tally};
use check::Check;
use messages::{Attach, Close, Detach, GetGlance, Glance, SessionEvent, SignOff};

/// How long a session without a socket and a ticket stays, for a page that is loaded anew. Whoever comes later has one
/// built from records, which tell how the ticket ended: thousands who have gone must not take the memory of thousands
/// who wait.
const KEPT_IDLE: Duration = Duration::from_secs(2 * 60);

/// How often the session's record is told that the browser is there.
const KEPT_EVERY: Duration = Duration::from_secs(10 * 60);

/// What a session is made from.
#[derive(Clone)]
pub(crate) struct SessionSpec {
    pub(crate) env: Env,
    pub(crate) session: SessionId,
    pub(crate) site: SiteId,
    pub(crate) queue: Addr<Queue>,
    pub(crate) roll: Arc<Roll>,
    pub(crate) rooms: Addr<Branch<Room>>,
    /// The last ticket, if it ended a short while ago: so that somebody who comes back is told how.
    pub(crate) last: Option<Box<Last>>,
}

/// One citizen's session.
pub struct Session {
    spec: SessionSpec,
    lifeline: Lifeline<SessionId>,
    queue: Addr<Queue>,
    browser: Browser<SessionEvent>,
    /// On which device the last browser was, if that is known.
    mark: Option<DeviceMark>,
    /// When the record was last told that the browser is there.
    kept_at: Option<Instant>,
    /// Whether the line believes the browser to be there.
    is_reachable: bool,
    /// None until the line has said it.
    standing: Option<Standing>,
    /// The room, once it has said that it is there.
    link: Option<Link>,
    check: Option<Check>,
    /// The server goes down: after how many seconds the browser is to come back, once its call is over.
    going_down: Option<u32>,
    /// Checks that were over before their rooms were there.
    stray_checks: Vec<CallId>,
}

impl Child for Session {
    type Key = SessionId;
    type Spec = SessionSpec;
    const KIND: &'static str = "session";
    const RESTART: Restart = Restart::OnDemand;

    fn key(spec: &SessionSpec) -> SessionId {
        spec.session
    }

    fn place(spec: &SessionSpec, floor: &Floor) -> ArbiterHandle {
        floor.control_for(&spec.session)
    }

    fn build(spec: SessionSpec, birth: Birth<SessionId>, _: &mut Context<Self>) -> Self {
        let queue = spec.queue.clone();
        Self {
            spec,
            lifeline: birth.lifeline,
            queue,
            browser: Browser::new(),
            mark: None,
            kept_at: None,
            is_reachable: false,
            standing: None,
            link: None,
            check: None,
            going_down: None,
            stray_checks: Vec::new(),
        }
    }

    fn give_up(_: &SessionSpec) {}

    fn tally(tally: &Tally) -> &BranchTally {
        &tally.sessions
    }
}

impl Actor for Session {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        self.spec.env.pass(Point::SessionStarted, self.spec.session, ctx);
        let address = ctx.address();
        let address = SessionAddress { line: address.clone().recipient(), room: address.recipient() };
        self.spec.roll.enter_session(self.spec.session, address);
        self.enter();
        self.watch(ctx);
    }
}

impl Drop for Session {
    /// The browser of a session that died is told to come back; the branch builds a fresh one for it. Until then the
    /// line takes the person for away. This may run while the thread unwinds.
    fn drop(&mut self) {
        if self.is_reachable {
            self.queue.do_send(SetReachable { session: self.spec.session, reachable: false });
        }
        if let Some(socket) = self.browser.socket() {
            socket.part(SessionEvent::Refused(Refusal::fatal(ProblemCode::Interrupted)));
        }
    }
}

impl Handler<Attach> for Session {
    type Result = Result<Attached, ActorError>;

    fn handle(&mut self, Attach { socket, claim, mark }: Attach, ctx: &mut Context<Self>) -> Self::Result {
        if self.browser.holds_against(&claim, &self.spec.env) {
            socket.do_send(SessionEvent::Elsewhere);
            return Ok(Attached::Elsewhere);
        }
        if let Some(present) = self.browser.socket() {
            present.part(SessionEvent::Elsewhere);
        }
        self.end_check(ctx);
        self.mark = mark;
        let id = self.browser.seat(socket, claim, &self.spec.env);
        self.hear();
        self.tell_all(ctx);
        self.tell_documents(ctx);
        Ok(Attached::Here(id))
    }
}

impl Handler<Detach> for Session {
    type Result = ();

    fn handle(&mut self, Detach { socket }: Detach, ctx: &mut Context<Self>) {
        if self.browser.is_at(socket) {
            self.lose_socket(ctx);
        }
    }
}

impl Handler<GetGlance> for Session {
    type Result = Option<Glance>;

    fn handle(&mut self, _: GetGlance, _: &mut Context<Self>) -> Self::Result {
        self.standing.as_ref().and_then(frames::glance)
    }
}

impl Handler<Close> for Session {
    type Result = ();

    fn handle(&mut self, Close { retry_after_s }: Close, ctx: &mut Context<Self>) {
        self.going_down = Some(retry_after_s);
        if !matches!(self.standing, Some(Standing::InCall { .. })) {
            self.send_away(ctx);
        }
    }
}

impl Handler<Probe> for Session {
    type Result = ();

    fn handle(&mut self, probe: Probe, ctx: &mut Context<Self>) {
        self.spec.env.pass(Point::SessionHandler, self.spec.session, ctx);
        probe.answer();
    }
}

impl Handler<SignOff> for Session {
    type Result = ();

    fn handle(&mut self, _: SignOff, ctx: &mut Context<Self>) {
        self.send_away(ctx);
        self.finish(ctx);
    }
}

impl AtBrowser for Session {
    type Frame = CitizenFrame;
    type Event = SessionEvent;

    fn browser(&mut self) -> &mut Browser<SessionEvent> {
        &mut self.browser
    }

    fn event(frame: CitizenFrame) -> SessionEvent {
        SessionEvent::Frame(frame)
    }

    fn refusal(refusal: Refusal) -> SessionEvent {
        SessionEvent::Refused(refusal)
    }

    fn ack(key: String) -> CitizenFrame {
        CitizenFrame::Ack { key }
    }

    fn set_there(&mut self, there: bool) {
        if self.is_reachable != there {
            self.is_reachable = there;
            self.queue.do_send(SetReachable { session: self.spec.session, reachable: there });
            self.tell_room_there();
        }
    }

    fn parted(&mut self, ctx: &mut Context<Self>) {
        self.end_check(ctx);
    }
}

impl Session {
    fn away_after(&self) -> Duration {
        Duration::from_secs(u64::from(self.spec.env.timings.away_after_s))
    }

    /// Introduces the session to the line, which answers with its standing.
    fn enter(&mut self) {
        let last = self.spec.last.take();
        self.queue.do_send(Enter { session: self.spec.session, reachable: self.is_reachable, last });
    }

    /// Looks after everything that comes with time: a browser that fell silent, a line that is gone, and a session
    /// that nobody needs any more.
    fn watch(&mut self, ctx: &mut Context<Self>) {
        self.spec.env.pass(Point::SessionTimer, self.spec.session, ctx);
        let silent_for = self.browser.silent_for();
        if silent_for >= self.away_after() {
            self.set_there(false);
        }
        self.keep_record(ctx);
        if !self.queue.connected() {
            // No fresh line has said that it is there: the next start of this session finds the present one.
            tracing::warn!(session.id = %self.spec.session, "a session lost its line");
            return ctx.stop();
        }
        if self.browser.socket().is_none() && silent_for >= KEPT_IDLE && !self.has_ticket() {
            return self.finish(ctx);
        }
        ctx.run_later(self.browser.next_look(self.away_after()), Self::watch);
    }

    /// Sees to it that the session's record lives on while its browser is there. One that was forgotten stays so.
    fn keep_record(&mut self, ctx: &mut Context<Self>) {
        let was_kept = self.kept_at.is_some_and(|at| at.elapsed() < KEPT_EVERY);
        if was_kept || !self.is_reachable || self.browser.socket().is_none() {
            return;
        }
        self.kept_at = Some(Instant::now());
        let (session, now, kept) = (self.spec.session, self.spec.env.now(), self.spec.env.limits.session_kept);
        let keeping = self.spec.env.records.write(move |db| lookup::keep_session(db, session, now, kept));
        ctx.spawn(keeping.into_actor(self).map(|kept, session, _| {
            if let Err(error) = kept {
                // The next look tries again; there are hours left.
                session.kept_at = None;
                tracing::warn!(session.id = %session.spec.session, ?error, "a session could not be kept");
            }
        }));
    }

    /// Tells the browser to come back later, if the server goes down.
    fn send_away(&mut self, ctx: &mut Context<Self>) {
        if let Some(retry_after_s) = self.going_down.take() {
            self.tell(CitizenFrame::Closing { retry_after_s }, ctx);
        }
    }

    fn has_ticket(&self) -> bool {
        !matches!(self.standing, None | Some(Standing::None | Standing::Ended { .. }))
    }

    fn finish(&mut self, ctx: &mut Context<Self>) {
        self.end_check(ctx);
        self.browser.unseat();
        self.spec.roll.strike_session(self.spec.session);
        self.lifeline.finish();
        ctx.stop();
    }
}
