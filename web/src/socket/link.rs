//! One socket as an actor: frames in, events out. The one file that knows `actix-web-actors`.
//!
//! The actor is the response's body: it is polled only while its write buffer has room, so a browser that does not
//! read stops it. Then its mailbox fills, and the session, which only tries to send, holds back and coalesces; the
//! kernel ends the connection after `TCP_USER_TIMEOUT`.

use std::future::Future;
use std::time::{Duration, Instant};

use actix::prelude::*;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use actix_web_actors::ws;
use okienko::failures::{Fault, Point};
use okienko::wire::{Command, Envelope, MAX_KEY_CHARS, ProblemView};
use okienko_actors::{ActorError, Attached, Claim, ProblemCode, Refusal, SocketId};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Allowance, PING_EVERY_S, SILENCE_S, Verdict};
use crate::guard::seldom::Seldom;
use crate::guard::sockets::{Seat, Who};
use crate::problem;
use crate::state::AppState;

/// How often sockets were refused.
static REFUSED: Seldom = Seldom::new();

/// After how many seconds a browser comes back to a server whose last sockets are being closed: it is gone in a moment.
const RETRY_AFTER_S: u32 = 1;

/// How long a greeting may take.
const WITHIN: Duration = Duration::from_secs(10);

/// What an actor tells its socket, side by side alike.
pub enum Told<F> {
    /// A frame to send.
    Frame(F),
    /// Something was refused; the socket says it in the reader's language.
    Refused(Refusal),
    /// The session or desk is in use in another window; this frame says so.
    Elsewhere(F),
}

/// What a browser said first.
pub struct Hello {
    /// The protocol's version as the browser knows it.
    pub version: String,
    /// A session's token, where the cookie could not be kept.
    pub token: Option<String>,
    /// By what right it asks for a session that may be in use elsewhere.
    pub claim: Claim,
}

/// A greeted browser: its actor and the frame that welcomes it.
pub struct Greeted<S: Side> {
    /// The session or presence behind this socket.
    pub actor: S::Peer,
    /// The `welcome` frame.
    pub welcome: S::Frame,
}

/// What differs between the citizens' and the clerks' sockets.
pub trait Side: Sized + Unpin + 'static {
    /// Who is on this side.
    const WHO: Who;
    /// What the browser says.
    type Command: Clone + DeserializeOwned + 'static;
    /// What it is told.
    type Frame: Serialize + Send + 'static;
    /// What the actor behind the socket announces.
    type Event: Message<Result = ()> + Send + 'static;
    /// A handle to the actor behind the socket.
    type Peer: Clone + Unpin + 'static;

    /// Splits a hello off; everything else is a command for the actor.
    ///
    /// # Errors
    /// The command itself, if it is no hello.
    fn hello(command: Self::Command) -> Result<Hello, Self::Command>;

    /// Finds who is behind the socket.
    fn greet(
        &self,
        state: Data<AppState>,
        hello: Hello,
    ) -> impl Future<Output = Result<Greeted<Self>, ProblemCode>> + use<Self> + 'static;

    /// Ties the socket to its actor.
    fn attach(
        peer: &Self::Peer,
        socket: Recipient<Self::Event>,
        claim: Claim,
    ) -> impl Future<Output = Result<Attached, ActorError>> + use<Self> + 'static;

    /// Unties it.
    fn detach(peer: &Self::Peer, socket: SocketId);

    /// Hands a command on, unless the actor's mailbox is full.
    ///
    /// # Errors
    /// [`ProblemCode::Busy`] if it is full, [`ProblemCode::LineUnavailable`] if the actor is gone.
    fn obey(peer: &Self::Peer, socket: SocketId, command: Command<Self::Command>) -> Result<(), ProblemCode>;

    /// Takes an announcement apart.
    fn told(event: Self::Event) -> Told<Self::Frame>;

    /// The frame that says that the server goes down.
    fn closing(retry_after_s: u32) -> Self::Frame;

    /// Whether nothing comes after this frame.
    fn is_last(frame: &Self::Frame) -> bool;

    /// The frame that says a problem.
    fn problem(view: ProblemView) -> Self::Frame;

    /// Called once a minute while the socket lives, to see to it that who is behind it may still be there.
    fn renew(&self, state: Data<AppState>) -> impl Future<Output = ()> + use<Self> + 'static;
}

/// Opens the socket. Where too many are open already, it only says so and closes.
///
/// # Errors
/// What the handshake refuses: no upgrade asked for, a wrong version.
pub fn open<S: Side>(
    side: S,
    state: Data<AppState>,
    language: String,
    request: &HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, actix_web::Error> {
    let max_frame_bytes = state.config.limits.max_frame_bytes;
    let seat = state.household_of(request).map(|household| state.sockets.take(household, S::WHO)).transpose();
    let link = Link::new(side, state, language, seat);
    ws::WsResponseBuilder::new(link, request, payload).frame_size(max_frame_bytes).start()
}

/// The socket's actor.
pub struct Link<S: Side> {
    side: S,
    state: Data<AppState>,
    /// In which language problems are said.
    language: String,
    /// The number of the last frame sent.
    seq: u64,
    /// When the browser last said anything.
    heard_at: Instant,
    allowance: Allowance,
    /// Whether somebody with a session or a login said hello. Nobody else may keep a socket.
    is_known: bool,
    /// This socket's place among those that may be open; or why it has none.
    seat: Result<Option<Seat>, ProblemCode>,
    standing: Standing<S>,
}

/// How far the socket has come.
enum Standing<S: Side> {
    /// No hello yet.
    Silent,
    /// Hello was said and is being answered.
    Greeting,
    /// Tied to its actor.
    Attached { peer: S::Peer, socket: SocketId },
}

impl<S: Side> Link<S> {
    fn new(side: S, state: Data<AppState>, language: String, seat: Result<Option<Seat>, ProblemCode>) -> Self {
        let now = Instant::now();
        let limits = &state.config.limits;
        let allowance = Allowance::new(limits.commands_per_s, limits.commands_burst, now);
        let standing = Standing::Silent;
        Self { side, state, language, seq: 0, heard_at: now, allowance, is_known: false, seat, standing }
    }

    fn send(&mut self, ctx: &mut ws::WebsocketContext<Self>, frame: S::Frame) {
        self.seq += 1;
        match serde_json::to_string(&Envelope { seq: self.seq, frame }) {
            Ok(text) => ctx.text(text),
            Err(error) => tracing::error!(%error, "a frame could not be written as JSON"),
        }
    }

    /// Says the last thing and closes: the browser is to come back to another process.
    fn part(&mut self, ctx: &mut ws::WebsocketContext<Self>, frame: S::Frame) {
        self.send(ctx, frame);
        ctx.close(Some(ws::CloseCode::Restart.into()));
        ctx.stop();
    }

    fn refuse(&mut self, ctx: &mut ws::WebsocketContext<Self>, refusal: Refusal) {
        let Refusal { key, code, fatal, retry_after_s } = refusal;
        let view = problem::view(&self.state.i18n, code, &self.language, key, fatal, retry_after_s);
        self.send(ctx, S::problem(view));
        if fatal {
            ctx.close(Some(ws::CloseCode::Policy.into()));
            ctx.stop();
        }
    }

    fn refuse_code(
        &mut self,
        ctx: &mut ws::WebsocketContext<Self>,
        key: Option<String>,
        code: ProblemCode,
        fatal: bool,
    ) {
        self.refuse(ctx, Refusal { key, code, fatal, retry_after_s: code.retry_after_s() });
    }

    fn take_text(&mut self, ctx: &mut ws::WebsocketContext<Self>, text: &str) {
        let verdict = self.allowance.take(Instant::now());
        if verdict == Verdict::Close {
            return self.refuse_code(ctx, None, ProblemCode::TooManyCommands, true);
        }
        let Ok(Command { key, command }) = serde_json::from_str::<Command<S::Command>>(text) else {
            return self.refuse_code(ctx, None, ProblemCode::FrameUnknown, false);
        };
        if key.is_empty() || key.chars().count() > MAX_KEY_CHARS || key.contains(char::is_control) {
            return self.refuse_code(ctx, None, ProblemCode::FrameUnknown, false);
        }
        // Refused under its key, so that the sender knows which command to send again.
        if verdict == Verdict::Refuse {
            return self.refuse_code(ctx, Some(key), ProblemCode::TooManyCommands, false);
        }
        match S::hello(command) {
            Ok(hello) => self.take_hello(ctx, key, hello),
            Err(command) => self.take_command(ctx, Command { key, command }),
        }
    }

    /// Counts a ping or pong as a command, since each costs as much. Browsers send one in ten seconds. Returns whether
    /// it is to be heeded.
    fn take_control(&mut self, ctx: &mut ws::WebsocketContext<Self>) -> bool {
        let verdict = self.allowance.take(Instant::now());
        if verdict == Verdict::Close {
            self.refuse_code(ctx, None, ProblemCode::TooManyCommands, true);
        }
        verdict == Verdict::Pass
    }

    fn take_hello(&mut self, ctx: &mut ws::WebsocketContext<Self>, key: String, hello: Hello) {
        if !matches!(self.standing, Standing::Silent) {
            return self.refuse_code(ctx, Some(key), ProblemCode::WrongState, false);
        }
        if hello.version != okienko::wire::VERSION {
            return self.refuse_code(ctx, Some(key), ProblemCode::VersionUnknown, true);
        }
        self.standing = Standing::Greeting;
        let claim = hello.claim.clone();
        let socket = ctx.address().recipient();
        let greeting = self.side.greet(self.state.clone(), hello);
        // A stuck store or actor must not hold this socket for ever: the browser is told to come again.
        let tying = async move {
            let greeted = tokio::time::timeout(WITHIN, greeting).await;
            let Greeted { actor, welcome } = greeted.unwrap_or(Err(ProblemCode::Busy))?;
            let attached = tokio::time::timeout(WITHIN, S::attach(&actor, socket, claim)).await;
            Ok((actor, welcome, attached.unwrap_or(Err(ActorError::Busy))))
        };
        // `wait` holds this actor's mailbox: what the session announces meanwhile comes after the welcome.
        ctx.wait(actix::fut::wrap_future::<_, Self>(tying).map(move |tied, link, ctx| match tied {
            Ok((actor, welcome, attached)) => {
                link.is_known = true;
                link.send(ctx, welcome);
                link.attached(ctx, actor, &key, attached);
            }
            Err(code) => link.refuse_code(ctx, Some(key), code, true),
        }));
    }

    fn attached(
        &mut self,
        ctx: &mut ws::WebsocketContext<Self>,
        peer: S::Peer,
        key: &str,
        attached: Result<Attached, ActorError>,
    ) {
        match attached {
            Ok(Attached::Here(socket)) => self.standing = Standing::Attached { peer, socket },
            // The actor tells where.
            Ok(Attached::Elsewhere) => self.standing = Standing::Silent,
            Err(error) => {
                tracing::warn!(%error, "a socket could not be tied to its actor");
                self.refuse_code(ctx, Some(key.to_owned()), error.code(), true);
            }
        }
    }

    fn take_command(&mut self, ctx: &mut ws::WebsocketContext<Self>, command: Command<S::Command>) {
        let Standing::Attached { peer, socket } = &self.standing else {
            return self.refuse_code(ctx, Some(command.key), ProblemCode::WrongState, false);
        };
        let key = command.key.clone();
        let obeyed = match self.state.world.failures().at(Point::SocketCommand, "") {
            Fault::Drop => return,
            Fault::Duplicate => S::obey(peer, *socket, command.clone()).and(S::obey(peer, *socket, command)),
            _ => S::obey(peer, *socket, command),
        };
        if let Err(code) = obeyed {
            self.refuse_code(ctx, Some(key), code, false);
        }
    }
}

impl<S: Side> Handler<S::Event> for Link<S> {
    type Result = ();

    fn handle(&mut self, event: S::Event, ctx: &mut Self::Context) {
        match S::told(event) {
            Told::Frame(frame) if S::is_last(&frame) => self.part(ctx, frame),
            Told::Frame(frame) => self.send(ctx, frame),
            Told::Refused(refusal) => self.refuse(ctx, refusal),
            Told::Elsewhere(frame) => {
                self.standing = Standing::Silent;
                self.send(ctx, frame);
            }
        }
    }
}

impl<S: Side> Actor for Link<S> {
    type Context = ws::WebsocketContext<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        if let Err(code) = self.seat {
            if let Some(times) = REFUSED.count(Instant::now()) {
                tracing::warn!(problem.code = code.word(), times, "sockets were refused");
            }
            return self.refuse_code(ctx, None, code, true);
        }
        let closed = actix::fut::wrap_future::<_, Self>(self.state.sockets.closed());
        ctx.spawn(closed.map(|(), link, ctx| link.part(ctx, S::closing(RETRY_AFTER_S))));
        ctx.run_later(Duration::from_secs(self.state.config.limits.hello_within_s.into()), |link, ctx| {
            if !link.is_known {
                link.refuse_code(ctx, None, ProblemCode::HelloMissing, true);
            }
        });
        ctx.run_interval(Duration::from_secs(PING_EVERY_S), |link, ctx| {
            if link.heard_at.elapsed() > Duration::from_secs(SILENCE_S) {
                tracing::debug!("a socket was silent for too long and is closed");
                return ctx.stop();
            }
            ctx.ping(b"");
        });
        ctx.run_interval(Duration::from_secs(60), |link, ctx| {
            if !matches!(link.standing, Standing::Attached { .. }) {
                return;
            }
            let renewal = link.side.renew(link.state.clone());
            ctx.spawn(actix::fut::wrap_future(renewal));
        });
    }

    fn stopped(&mut self, _: &mut Self::Context) {
        if let Standing::Attached { peer, socket } = &self.standing {
            S::detach(peer, *socket);
        }
    }
}

impl<S: Side> StreamHandler<Result<ws::Message, ws::ProtocolError>> for Link<S> {
    fn handle(&mut self, item: Result<ws::Message, ws::ProtocolError>, ctx: &mut Self::Context) {
        self.heard_at = Instant::now();
        match item {
            Ok(ws::Message::Text(text)) => self.take_text(ctx, &text),
            Ok(ws::Message::Ping(bytes)) => {
                if self.take_control(ctx) {
                    ctx.pong(&bytes);
                }
            }
            Ok(ws::Message::Pong(_)) => {
                self.take_control(ctx);
            }
            Ok(ws::Message::Nop) => {}
            Ok(ws::Message::Close(reason)) => {
                ctx.close(reason);
                ctx.stop();
            }
            // Browsers send frames of this size whole; pieces would have to be gathered and bounded.
            Ok(ws::Message::Binary(_) | ws::Message::Continuation(_)) => {
                self.refuse_code(ctx, None, ProblemCode::FrameUnknown, true);
            }
            Err(ws::ProtocolError::Overflow) => {
                ctx.close(Some(ws::CloseCode::Size.into()));
                ctx.stop();
            }
            // A closed tab or a lost network ends the stream; that is everyday.
            Err(error) => {
                tracing::debug!(%error, "a socket ended");
                ctx.stop();
            }
        }
    }
}
