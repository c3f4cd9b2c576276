//! A citizen's socket: `GET /ws/citizen`.

use actix::prelude::*;
use actix_web::web::{Data, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use okienko::store::DeviceMark;
use okienko::wire::{CitizenCommand, CitizenFrame, Command, ProblemView, VERSION};
use okienko_actors::session::Session;
use okienko_actors::session::messages::{Attach, Detach, Obey, SessionEvent};
use okienko_actors::{ActorError, Attached, Claim, ProblemCode, SocketId};

use super::Asked;
use super::link::{self, Greeted, Hello, Side, Told};
use crate::auth;
use crate::auth::device::Device;
use crate::guard::origin;
use crate::guard::sockets::Who;
use crate::problem::Problem;
use crate::state::AppState;

/// Opens a citizen's socket.
///
/// # Errors
/// A failed handshake.
pub async fn connect(
    request: HttpRequest,
    asked: Query<Asked>,
    payload: Payload,
    state: Data<AppState>,
) -> Result<HttpResponse, actix_web::Error> {
    let language = asked.language(&state.i18n, &request);
    if !origin::is_from_own_page(&request) {
        return Err(Problem::new(ProblemCode::OriginNotAllowed).into());
    }
    let cookies = auth::citizen_cookies(&request);
    let device = Device::of(&state, &request);
    link::open(CitizenSide { cookies, device }, state, language, &request, payload)
}

/// The citizens' side of a [`Link`](link::Link).
pub struct CitizenSide {
    /// The session's tokens out of cookies, if the browser kept any.
    cookies: Vec<String>,
    /// What is known of the browser's device.
    device: Device,
}

/// A citizen's session, and the device on which this browser is.
#[derive(Clone)]
pub struct Peer {
    session: Addr<Session>,
    mark: Option<DeviceMark>,
}

impl Side for CitizenSide {
    const WHO: Who = Who::Anybody;

    type Command = CitizenCommand;
    type Frame = CitizenFrame;
    type Event = SessionEvent;
    type Peer = Peer;

    fn hello(command: CitizenCommand) -> Result<Hello, CitizenCommand> {
        match command {
            CitizenCommand::Hello { version, token, take_over, page } => {
                Ok(Hello { version, token, claim: Claim { take_over, page } })
            }
            other => Err(other),
        }
    }

    fn greet(
        &self,
        state: Data<AppState>,
        hello: Hello,
    ) -> impl Future<Output = Result<Greeted<Self>, ProblemCode>> + use<> + 'static {
        // The page's own token is newer than a cookie of an earlier visit.
        let tokens: Vec<String> = hello.token.into_iter().chain(self.cookies.iter().cloned()).collect();
        let device = self.device.clone();
        async move {
            let (session, token) = auth::citizen_session(&state, &tokens).await?.ok_or(ProblemCode::SessionUnknown)?;
            let mark = device.mark(token);
            let actor = state.switchboard.session(session).await.map_err(|error| error.code())?;
            let welcome = CitizenFrame::Welcome {
                version: VERSION.to_owned(),
                session,
                now: state.world.now(),
                beat_s: state.config.timings.beat_s,
            };
            Ok(Greeted { actor: Peer { session: actor, mark }, welcome })
        }
    }

    fn attach(
        peer: &Peer,
        socket: Recipient<SessionEvent>,
        claim: Claim,
    ) -> impl Future<Output = Result<Attached, ActorError>> + use<> + 'static {
        let sent = peer.session.send(Attach { socket, claim, mark: peer.mark });
        async move { sent.await? }
    }

    fn detach(peer: &Peer, socket: SocketId) {
        peer.session.do_send(Detach { socket });
    }

    fn obey(peer: &Peer, socket: SocketId, command: Command<CitizenCommand>) -> Result<(), ProblemCode> {
        let Command { key, command } = command;
        peer.session.try_send(Obey { socket, key, command }).map_err(|refused| match refused {
            SendError::Full(_) => ProblemCode::Busy,
            SendError::Closed(_) => ProblemCode::LineUnavailable,
        })
    }

    fn told(event: SessionEvent) -> Told<CitizenFrame> {
        match event {
            SessionEvent::Frame(frame) => Told::Frame(frame),
            SessionEvent::Refused(refusal) => Told::Refused(refusal),
            SessionEvent::Elsewhere => Told::Elsewhere(CitizenFrame::Elsewhere),
        }
    }

    fn closing(retry_after_s: u32) -> CitizenFrame {
        CitizenFrame::Closing { retry_after_s }
    }

    fn is_last(frame: &CitizenFrame) -> bool {
        matches!(frame, CitizenFrame::Closing { .. })
    }

    fn problem(view: ProblemView) -> CitizenFrame {
        CitizenFrame::Problem(view)
    }

    fn renew(&self, _: Data<AppState>) -> impl Future<Output = ()> + use<> + 'static {
        std::future::ready(())
    }
}
