//! A clerk's socket: `GET /ws/desk`.

use actix::prelude::*;
use actix_web::web::{Data, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use okienko::ids::LoginId;
use okienko::wire::{Command, DeskCommand, DeskFrame, DeskView, ProblemView, VERSION};
use okienko_actors::presence::ClerkPresence;
use okienko_actors::presence::messages::{Attach, Detach, Holder, Obey, PresenceEvent};
use okienko_actors::{ActorError, Attached, Claim, ProblemCode, SocketId};

use super::Asked;
use super::link::{self, Greeted, Hello, Side, Told};
use crate::auth::{self, SignedIn};
use crate::guard::origin;
use crate::guard::sockets::Who;
use crate::problem::Problem;
use crate::state::AppState;

/// Opens a clerk's socket.
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
    let Some(signed_in) = auth::signed_in(&state, &request).await else {
        return Err(Problem::new(ProblemCode::LoginRequired).into());
    };
    auth::note_there(&state, &signed_in);
    link::open(DeskSide { signed_in }, state, language, &request, payload)
}

/// The clerks' side of a [`Link`](link::Link).
pub struct DeskSide {
    signed_in: SignedIn,
}

/// A clerk's presence, and the login by which this socket speaks to it.
#[derive(Clone)]
pub struct Peer {
    presence: Addr<ClerkPresence>,
    login: LoginId,
}

impl Side for DeskSide {
    const WHO: Who = Who::Staff;

    type Command = DeskCommand;
    type Frame = DeskFrame;
    type Event = PresenceEvent;
    type Peer = Peer;

    fn hello(command: DeskCommand) -> Result<Hello, DeskCommand> {
        match command {
            DeskCommand::Hello { version, take_over, page } => {
                Ok(Hello { version, token: None, claim: Claim { take_over, page } })
            }
            other => Err(other),
        }
    }

    fn greet(
        &self,
        state: Data<AppState>,
        _: Hello,
    ) -> impl Future<Output = Result<Greeted<Self>, ProblemCode>> + use<> + 'static {
        let (clerk, login) = (self.signed_in.clerk.clone(), self.signed_in.login.id);
        async move {
            let presence = state.switchboard.presence(clerk.id).await.map_err(|error| error.code())?;
            let desk = DeskView { clerk: clerk.id, name: clerk.full_name(), desk: clerk.desk };
            let welcome = DeskFrame::Welcome {
                version: VERSION.to_owned(),
                desk,
                now: state.world.now(),
                beat_s: state.config.timings.beat_s,
            };
            Ok(Greeted { actor: Peer { presence, login }, welcome })
        }
    }

    fn attach(
        peer: &Peer,
        socket: Recipient<PresenceEvent>,
        claim: Claim,
    ) -> impl Future<Output = Result<Attached, ActorError>> + use<> + 'static {
        let sent = peer.presence.send(Attach { socket, login: peer.login, claim });
        async move { sent.await? }
    }

    fn detach(peer: &Peer, socket: SocketId) {
        peer.presence.do_send(Detach { socket });
    }

    fn obey(peer: &Peer, socket: SocketId, command: Command<DeskCommand>) -> Result<(), ProblemCode> {
        let Command { key, command } = command;
        peer.presence.try_send(Obey { socket, key, command }).map_err(|refused| match refused {
            SendError::Full(_) => ProblemCode::Busy,
            SendError::Closed(_) => ProblemCode::LineUnavailable,
        })
    }

    fn told(event: PresenceEvent) -> Told<DeskFrame> {
        match event {
            PresenceEvent::Frame(frame) => Told::Frame(frame),
            PresenceEvent::Refused(refusal) => Told::Refused(refusal),
            PresenceEvent::Elsewhere(Holder { is_same_login, since }) => {
                Told::Elsewhere(DeskFrame::Elsewhere { same_login: is_same_login, since })
            }
        }
    }

    fn closing(retry_after_s: u32) -> DeskFrame {
        DeskFrame::Closing { retry_after_s }
    }

    fn is_last(frame: &DeskFrame) -> bool {
        matches!(frame, DeskFrame::Closing { .. })
    }

    fn problem(view: ProblemView) -> DeskFrame {
        DeskFrame::Problem(view)
    }

    fn renew(&self, state: Data<AppState>) -> impl Future<Output = ()> + use<> + 'static {
        let signed_in = self.signed_in.clone();
        async move {
            if !auth::still_signed_in(&state, &signed_in).await {
                // The presence lets go of the desk itself, and not in the middle of a call.
                auth::tell_signed_out(&state, &signed_in.login).await;
            }
        }
    }
}
