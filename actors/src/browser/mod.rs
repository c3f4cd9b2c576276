//! The browser that an actor serves: one socket at most, when it was heard of last, and which of its commands were done.
//! A citizen's session and a clerk's presence have one each and treat it alike; what they tell it is their own.

use std::time::Duration;

use actix::prelude::*;
use tokio::time::Instant;

pub(crate) mod answers;
pub(crate) mod outbox;

use crate::env::Env;
use crate::error::{ProblemCode, Refusal};
use crate::supervision::Child;
use crate::{Claim, SocketId};
use answers::{Answer, Answers, Whose};
use outbox::{Outbox, Outgoing, RETRY, Sent};

/// How long a lost socket may be replaced before the line is told that the browser is gone: a page that is loaded anew.
const REPLACED_WITHIN: Duration = Duration::from_secs(2);

/// After so many unanswered beats a browser has lost its connection, and comes back.
const SILENT_BEATS: u32 = 3;

/// One browser, as long as its actor lives.
pub(crate) struct Browser<E: Outgoing> {
    socket: Option<Outbox<E>>,
    /// The number of the last socket.
    last_socket: u64,
    heard_at: Instant,
    pub(crate) answers: Answers,
}

impl<E: Outgoing> Browser<E> {
    /// One that has not come yet.
    pub(crate) fn new() -> Self {
        Self { socket: None, last_socket: 0, heard_at: Instant::now(), answers: Answers::default() }
    }

    /// Its socket, if it has one.
    pub(crate) const fn socket(&self) -> Option<&Outbox<E>> {
        self.socket.as_ref()
    }

    /// Whether this is its socket; one that was replaced is not.
    pub(crate) fn is_at(&self, socket: SocketId) -> bool {
        self.socket.as_ref().is_some_and(|present| present.id == socket)
    }

    /// Whether its socket holds its place against another one: it is there, was heard of a short while ago, and the
    /// other has no claim to it.
    pub(crate) fn holds_against(&self, claim: &Claim, env: &Env) -> bool {
        let holds_for = Duration::from_secs(u64::from(env.timings.beat_s)) * SILENT_BEATS;
        self.socket.as_ref().is_some_and(|present| {
            present.is_connected() && self.heard_at.elapsed() < holds_for && !claim.replaces(&present.claim)
        })
    }

    /// Takes a socket in place of the last.
    pub(crate) fn seat(&mut self, socket: Recipient<E>, claim: Claim, env: &Env) -> SocketId {
        self.last_socket += 1;
        let id = SocketId(self.last_socket);
        self.socket = Some(Outbox::new(id, socket, claim, env));
        id
    }

    /// Lets go of its socket.
    pub(crate) fn unseat(&mut self) {
        self.socket = None;
    }

    /// Since when nothing was heard of it.
    pub(crate) fn silent_for(&self) -> Duration {
        self.heard_at.elapsed()
    }

    /// In what time it is to be looked at again, if one that is silent for so long counts as gone.
    pub(crate) fn next_look(&self, away_after: Duration) -> Duration {
        let left = away_after.saturating_sub(self.silent_for());
        if left.is_zero() { away_after } else { left }
    }
}

/// An actor that serves one browser.
pub(crate) trait AtBrowser: Actor<Context = Context<Self>> + Child {
    /// What it tells.
    type Frame;
    /// What its sockets are sent.
    type Event: Outgoing;

    /// Its browser.
    fn browser(&mut self) -> &mut Browser<Self::Event>;
    /// A frame, as it is sent.
    fn event(frame: Self::Frame) -> Self::Event;
    /// A refusal, as it is sent.
    fn refusal(refusal: Refusal) -> Self::Event;
    /// The answer to a command that was done.
    fn ack(key: String) -> Self::Frame;
    /// Tells whom it concerns whether the browser is there, if that has changed.
    fn set_there(&mut self, there: bool);
    /// What ends with a socket.
    fn parted(&mut self, _: &mut Context<Self>) {}

    /// The browser gave a sign of life.
    fn hear(&mut self) {
        self.browser().heard_at = Instant::now();
        self.set_there(true);
    }

    /// The socket is gone. The browser counts as there until it has had the time to come back.
    fn lose_socket(&mut self, ctx: &mut Context<Self>) {
        self.browser().unseat();
        self.parted(ctx);
        let lost = self.browser().last_socket;
        ctx.run_later(REPLACED_WITHIN, move |actor, _| {
            let browser = actor.browser();
            if browser.socket.is_none() && browser.last_socket == lost {
                actor.set_there(false);
            }
        });
    }

    /// Tells the browser something.
    fn tell(&mut self, frame: Self::Frame, ctx: &mut Context<Self>) {
        self.send(Self::event(frame), ctx);
    }

    /// Sends the browser something.
    fn send(&mut self, event: Self::Event, ctx: &mut Context<Self>) {
        let Some(socket) = &mut self.browser().socket else { return };
        let sent = socket.send(event);
        self.sent(sent, ctx);
    }

    /// Sees to what could not be sent at once.
    fn sent(&mut self, sent: Sent, ctx: &mut Context<Self>) {
        let Some(socket) = &mut self.browser().socket else { return };
        match sent {
            Sent::All => {}
            Sent::Waiting if socket.is_armed => {}
            Sent::Waiting => {
                socket.is_armed = true;
                ctx.run_later(RETRY, |actor, ctx| {
                    let Some(socket) = &mut actor.browser().socket else { return };
                    socket.is_armed = false;
                    let sent = socket.flush();
                    actor.sent(sent, ctx);
                });
            }
            Sent::Lost => {
                tracing::debug!(child.kind = Self::KIND, "a socket takes nothing any more");
                self.lose_socket(ctx);
            }
        }
    }

    /// Begins a command. False if its key is known: then it is answered again, or is on its way to be.
    fn begin(&mut self, key: &str, ctx: &mut Context<Self>) -> bool {
        match self.browser().answers.begin(key) {
            None => return true,
            Some(Answer::Pending(_)) => {}
            Some(Answer::Done) => self.tell(Self::ack(key.to_owned()), ctx),
            Some(Answer::Refused(code)) => self.send(Self::refusal(Refusal::of(key.to_owned(), code)), ctx),
        }
        false
    }

    /// A command was handed on to somebody who answers it.
    fn hand_on(&mut self, key: &str, to: Whose) {
        self.browser().answers.set(key, Answer::Pending(to));
    }

    /// A command was done.
    fn done(&mut self, key: String, ctx: &mut Context<Self>) {
        self.browser().answers.set(&key, Answer::Done);
        self.tell(Self::ack(key), ctx);
    }

    /// A command was refused.
    fn refuse(&mut self, key: String, code: ProblemCode, ctx: &mut Context<Self>) {
        self.browser().answers.set(&key, Answer::Refused(code));
        self.send(Self::refusal(Refusal::of(key, code)), ctx);
    }

    /// Refuses for now: the same key may be tried again.
    fn put_off(&mut self, key: String, code: ProblemCode, ctx: &mut Context<Self>) {
        self.browser().answers.forget(&key);
        self.send(Self::refusal(Refusal::of(key, code)), ctx);
    }

    /// What the line refused: some of it may be tried again as it is.
    fn refused_by_line(&mut self, key: String, code: ProblemCode, ctx: &mut Context<Self>) {
        if matches!(code, ProblemCode::Busy | ProblemCode::StoreUnavailable) {
            self.put_off(key, code, ctx);
        } else {
            self.refuse(key, code, ctx);
        }
    }

    /// Others died before they answered: the browser may ask again.
    fn put_off_pending(&mut self, of: &[Whose], ctx: &mut Context<Self>) {
        for whose in of {
            for key in self.browser().answers.forget_pending(*whose) {
                self.put_off(key, ProblemCode::Busy, ctx);
            }
        }
    }

    /// The call's end is stored: whoever asked for it has it.
    fn end_is_stored(&mut self, ctx: &mut Context<Self>) {
        for key in self.browser().answers.pending(Whose::End) {
            self.done(key, ctx);
        }
    }

    /// The room is gone: what it was asked for and has not answered it never will.
    fn refuse_pending_in_room(&mut self, ctx: &mut Context<Self>) {
        for key in self.browser().answers.pending(Whose::Room) {
            self.refuse(key, ProblemCode::NotInCall, ctx);
        }
    }
}
