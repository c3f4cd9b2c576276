//! A citizen's session: one browser with at most one ticket and at most one socket.
//!
//! It knows where its ticket is from what the line announces, and its call from what the room announces; it stores
//! nothing itself. It turns both into frames, and commands into what it asks of line and room. Without a socket it
//! lives on, so that a closed tab finds everything again; idle for long, it goes, and is built from its records when the
//! browser comes back.

pub(crate) mod call;
mod check;
mod commands;
mod documents;
mod frames;
pub(crate) mod line;
pub mod messages;
pub(crate) mod outbox;

use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use okienko::domain::ticket::Ticket;
use okienko::ids::{CallId, SessionId, SiteId};
use okienko::wire::CitizenFrame;
use tokio::time::Instant;

use crate::answers::{Answer, Answers};
use crate::env::Env;
use crate::error::{ActorError, ProblemCode, Refusal};
use crate::lookup;
use crate::queue::Queue;
use crate::queue::messages::{Enter, SetReachable, Standing};
use crate::queue::roll::{Roll, SessionAddress};
use crate::room::Room;
use crate::supervision::{Birth, Branch, BranchTally, Child, Fail, Floor, Lifeline, Restart, Tally};
use crate::{Attached, SocketId};
use call::Link;
use check::Check;
use messages::{Attach, Close, Detach, GetGlance, Glance, SessionEvent, SignOff};
use outbox::{Outbox, RETRY, Sent};

/// How long a lost socket may be replaced before the line is told that the person is away: a page that is loaded anew.
const REPLACED_WITHIN: Duration = Duration::from_secs(2);

/// How long a session without a socket remembers how its ticket ended.
const REMEMBERED: Duration = Duration::from_secs(30 * 60);

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
    pub(crate) last: Option<Box<Ticket>>,
}

/// One citizen's session.
pub struct Session {
    spec: SessionSpec,
    lifeline: Lifeline<SessionId>,
    queue: Addr<Queue>,
    socket: Option<Outbox<SessionEvent>>,
    /// The number of the last socket.
    last_socket: u64,
    /// When the browser was last heard of.
    heard_at: Instant,
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
    answers: Answers,
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
            socket: None,
            last_socket: 0,
            heard_at: Instant::now(),
            kept_at: None,
            is_reachable: false,
            standing: None,
            link: None,
            check: None,
            going_down: None,
            stray_checks: Vec::new(),
            answers: Answers::default(),
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
        if let Some(socket) = &self.socket {
            socket.part(SessionEvent::Refused(Refusal::fatal(ProblemCode::Interrupted)));
        }
    }
}

impl Handler<Attach> for Session {
    type Result = Result<Attached, ActorError>;

    fn handle(&mut self, Attach { socket, claim }: Attach, ctx: &mut Context<Self>) -> Self::Result {
        if let Some(present) = &self.socket {
            let is_there = present.is_connected() && self.heard_at.elapsed() < self.holds_for();
            if is_there && !claim.replaces(&present.claim) {
                socket.do_send(SessionEvent::Elsewhere);
                return Ok(Attached::Elsewhere);
            }
            present.part(SessionEvent::Elsewhere);
        }
        self.end_check(ctx);
        self.last_socket += 1;
        let id = SocketId(self.last_socket);
        self.socket = Some(Outbox::new(id, socket, claim, &self.spec.env));
        self.hear();
        self.tell_all(ctx);
        self.tell_documents(ctx);
        Ok(Attached::Here(id))
    }
}

impl Handler<Detach> for Session {
    type Result = ();

    fn handle(&mut self, Detach { socket }: Detach, ctx: &mut Context<Self>) {
        if self.socket.as_ref().is_some_and(|present| present.id == socket) {
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

impl Handler<Fail> for Session {
    type Result = ();

    fn handle(&mut self, fail: Fail, _: &mut Context<Self>) {
        fail.now();
    }
}

impl Handler<SignOff> for Session {
    type Result = ();

    fn handle(&mut self, _: SignOff, ctx: &mut Context<Self>) {
        self.send_away(ctx);
        self.finish(ctx);
    }
}

impl Session {
    fn away_after(&self) -> Duration {
        Duration::from_secs(u64::from(self.spec.env.timings.away_after_s))
    }

    /// How long a silent socket holds the session against another one: a browser that has lost its connection comes
    /// back after three unanswered beats.
    fn holds_for(&self) -> Duration {
        Duration::from_secs(u64::from(self.spec.env.timings.beat_s) * 3)
    }

    /// Introduces the session to the line, which answers with its standing.
    fn enter(&mut self) {
        let last = self.spec.last.take();
        self.queue.do_send(Enter { session: self.spec.session, reachable: self.is_reachable, last });
    }

    /// The browser gave a sign of life.
    fn hear(&mut self) {
        self.heard_at = Instant::now();
        self.set_reachable(true);
    }

    fn set_reachable(&mut self, reachable: bool) {
        if self.is_reachable != reachable {
            self.is_reachable = reachable;
            self.queue.do_send(SetReachable { session: self.spec.session, reachable });
            self.tell_room_there();
        }
    }

    fn lose_socket(&mut self, ctx: &mut Context<Self>) {
        self.socket = None;
        self.end_check(ctx);
        let lost = self.last_socket;
        ctx.run_later(REPLACED_WITHIN, move |session, _| {
            if session.socket.is_none() && session.last_socket == lost {
                session.set_reachable(false);
            }
        });
    }

    /// Looks after everything that comes with time: a browser that fell silent, a line that is gone, and a session
    /// that nobody needs any more.
    fn watch(&mut self, ctx: &mut Context<Self>) {
        let silent_for = self.heard_at.elapsed();
        if silent_for >= self.away_after() {
            self.set_reachable(false);
        }
        self.keep_record(ctx);
        if !self.queue.connected() {
            // No fresh line has said that it is there: the next start of this session finds the present one.
            tracing::warn!(session.id = %self.spec.session, "a session lost its line");
            return ctx.stop();
        }
        if self.socket.is_none() && silent_for >= REMEMBERED && !self.has_ticket() {
            return self.finish(ctx);
        }
        let left = self.away_after().saturating_sub(silent_for);
        let next = if left.is_zero() { self.away_after() } else { left };
        ctx.run_later(next, Self::watch);
    }

    /// Sees to it that the session's record lives on while its browser is there. One that was forgotten stays so.
    fn keep_record(&mut self, ctx: &mut Context<Self>) {
        let was_kept = self.kept_at.is_some_and(|at| at.elapsed() < KEPT_EVERY);
        if was_kept || !self.is_reachable || self.socket.is_none() {
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
        self.socket = None;
        self.spec.roll.strike_session(self.spec.session);
        self.lifeline.finish();
        ctx.stop();
    }

    fn tell(&mut self, frame: CitizenFrame, ctx: &mut Context<Self>) {
        self.send(SessionEvent::Frame(frame), ctx);
    }

    fn send(&mut self, event: SessionEvent, ctx: &mut Context<Self>) {
        let Some(socket) = &mut self.socket else { return };
        let sent = socket.send(event);
        self.sent(sent, ctx);
    }

    fn sent(&mut self, sent: Sent, ctx: &mut Context<Self>) {
        let Some(socket) = &mut self.socket else { return };
        match sent {
            Sent::All => {}
            Sent::Waiting if socket.is_armed => {}
            Sent::Waiting => {
                socket.is_armed = true;
                ctx.run_later(RETRY, |session, ctx| {
                    let Some(socket) = &mut session.socket else { return };
                    socket.is_armed = false;
                    let sent = socket.flush();
                    session.sent(sent, ctx);
                });
            }
            Sent::Lost => {
                tracing::debug!(session.id = %self.spec.session, "a socket takes nothing any more");
                self.lose_socket(ctx);
            }
        }
    }

    fn done(&mut self, key: String, ctx: &mut Context<Self>) {
        self.answers.set(&key, Answer::Done);
        self.tell(CitizenFrame::Ack { key }, ctx);
    }

    fn refuse(&mut self, key: String, code: ProblemCode, ctx: &mut Context<Self>) {
        self.answers.set(&key, Answer::Refused(code));
        self.send(SessionEvent::Refused(Refusal::of(key, code)), ctx);
    }

    /// Refuses for now: the same key may be tried again.
    fn put_off(&mut self, key: String, code: ProblemCode, ctx: &mut Context<Self>) {
        self.answers.forget(&key);
        self.send(SessionEvent::Refused(Refusal::of(key, code)), ctx);
    }
}
