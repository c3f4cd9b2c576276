//! What a session does at each command of its browser.

use actix::prelude::*;
use okienko::domain::documents::Offer;
use okienko::domain::text;
use okienko::domain::ticket::Wish;
use okienko::failures::Point;
use okienko::ids::{CallId, MemberId};
use okienko::wire::{CitizenCommand, CitizenFrame, EndReason, OfferKind};

use super::Session;
use super::messages::Obey;
use crate::browser::AtBrowser;
use crate::browser::answers::Whose;
use crate::error::ProblemCode;
use crate::queue::messages::{CitizenAsks, CitizenWants, JoinLine, Standing};
use crate::room::Room;
use crate::room::messages::{HangUp, RoomEvent, Say, SetLiveText, SetMedia, Signal, TurnOn, TypeLive};

/// How the clerk may address the person: at most so many characters.
const MAX_NAME_CHARS: usize = 60;

/// A language tag or a version has at most so many.
const MAX_WORD_CHARS: usize = 35;

/// A wish has at most so many needs: one of each.
const MAX_NEEDS: usize = 3;

impl Handler<Obey> for Session {
    type Result = ();

    fn handle(&mut self, Obey { socket, key, command }: Obey, ctx: &mut Context<Self>) {
        if !self.browser.is_at(socket) {
            return;
        }
        self.spec.env.pass(Point::SessionHandler, self.spec.session, ctx);
        self.hear();
        if let CitizenCommand::Beat { .. } = command {
            let now = self.spec.env.now();
            return self.tell(CitizenFrame::Beat { now }, ctx);
        }
        if self.begin(&key, ctx) {
            self.obey(key, command, ctx);
        }
    }
}

impl Session {
    fn obey(&mut self, key: String, command: CitizenCommand, ctx: &mut Context<Self>) {
        match command {
            // The socket answers `hello` itself, and `beat` has been answered above.
            CitizenCommand::Hello { .. } | CitizenCommand::Beat { .. } => {
                self.refuse(key, ProblemCode::WrongState, ctx);
            }
            CitizenCommand::CheckStart if self.has_ticket() => self.refuse(key, ProblemCode::WrongState, ctx),
            CitizenCommand::CheckStart if self.start_check(ctx) => self.done(key, ctx),
            CitizenCommand::CheckStart => self.put_off(key, ProblemCode::Busy, ctx),
            CitizenCommand::CheckStop => {
                self.end_check(ctx);
                self.done(key, ctx);
            }
            CitizenCommand::Join { matter, mode, mut needs, language, name, notice, ready } => {
                needs.truncate(MAX_NEEDS);
                let wish = Wish { matter, mode, needs, language };
                let (session, site) = (self.spec.session, self.spec.site);
                self.join(JoinLine { session, site, key, wish, name, notice, ready, mark: self.mark }, ctx);
            }
            CitizenCommand::Accept => self.ask(key, CitizenWants::Accept),
            CitizenCommand::MoreTime => self.ask(key, CitizenWants::MoreTime),
            CitizenCommand::Here => self.ask(key, CitizenWants::Here),
            CitizenCommand::Return => self.ask(key, CitizenWants::Return),
            CitizenCommand::Leave => self.ask(key, CitizenWants::Leave),
            CitizenCommand::Offer { call, generation, kind, sdp } => {
                self.offer(key, call, generation, (kind, sdp), ctx);
            }
            CitizenCommand::Media { microphone, camera } => self.pass_to_room(key, ctx, |room, member, key| {
                room.do_send(SetMedia { member, key, microphone, camera });
            }),
            CitizenCommand::TurnOn { device } => self.pass_to_room(key, ctx, |room, member, key| {
                room.do_send(TurnOn { member, key, device });
            }),
            CitizenCommand::Chat { id, text } => self.pass_to_room(key, ctx, |room, member, key| {
                room.do_send(Say { member, key, id, text });
            }),
            CitizenCommand::SetLiveText { on } => self.pass_to_room(key, ctx, |room, member, key| {
                room.do_send(SetLiveText { member, key, on });
            }),
            CitizenCommand::LiveText(typed) => self.pass_to_room(key, ctx, |room, member, key| {
                room.do_send(TypeLive { member, key, typed });
            }),
            CitizenCommand::SendDocument { id, name, size_bytes, request } => {
                let offer = Offer { id, name, size_bytes, request };
                self.with_documents(key, ctx, |cabinet, call, member| cabinet.begin(call, member, &offer));
            }
            CitizenCommand::TakeBackDocument { document } => {
                self.with_documents(key, ctx, |cabinet, call, member| cabinet.take_back(call, member, document));
            }
            CitizenCommand::HangUp => self.hang_up(key, ctx),
        }
    }

    fn join(&mut self, mut join: JoinLine, ctx: &mut Context<Self>) {
        join.name = join.name.map(|name| text::line(&name)).filter(|name| !name.is_empty());
        // A database may have no place for some control characters, and no page has.
        let does_not_fit = |text: &str, most: usize| text.chars().count() > most || text.contains(char::is_control);
        if join.name.as_deref().is_some_and(|name| does_not_fit(name, MAX_NAME_CHARS))
            || does_not_fit(&join.wish.language, MAX_WORD_CHARS)
            || does_not_fit(&join.notice, MAX_WORD_CHARS)
        {
            return self.refuse(join.key, ProblemCode::MessageTooLong, ctx);
        }
        self.end_check(ctx);
        self.hand_on(&join.key, Whose::Line);
        self.queue.do_send(join);
    }

    fn ask(&mut self, key: String, wants: CitizenWants) {
        self.hand_on(&key, Whose::Line);
        self.queue.do_send(CitizenAsks { session: self.spec.session, key, wants, mark: self.mark });
    }

    fn offer(
        &mut self,
        key: String,
        call: CallId,
        generation: u32,
        (kind, sdp): (OfferKind, String),
        ctx: &mut Context<Self>,
    ) {
        let of_check = self.check.as_ref().filter(|check| check.call == call);
        if let Some(check) = of_check {
            let Some(room) = check.room.clone() else { return self.put_off(key, ProblemCode::Busy, ctx) };
            let member = check.member;
            self.hand_on(&key, Whose::Room);
            return room.do_send(Signal { member, key, generation, kind, sdp });
        }
        if self.link.as_ref().is_none_or(|link| link.call != call) {
            return self.refuse(key, ProblemCode::NotInCall, ctx);
        }
        self.pass_to_room(key, ctx, |room, member, key| room.do_send(Signal { member, key, generation, kind, sdp }));
    }

    /// Hands a command on to the room of the call that the person is in.
    fn pass_to_room(
        &mut self,
        key: String,
        ctx: &mut Context<Self>,
        hand_on: impl FnOnce(&Addr<Room>, MemberId, String),
    ) {
        let Some(Standing::InCall { call, member, .. }) = &self.standing else {
            return self.refuse(key, ProblemCode::NotInCall, ctx);
        };
        let (call, member) = (*call, *member);
        let there = self.link.as_ref().filter(|link| link.call == call && link.room.connected());
        let Some(room) = there.map(|link| link.room.clone()) else {
            // The room is being built; it will say when it is there.
            return self.put_off(key, ProblemCode::Busy, ctx);
        };
        self.hand_on(&key, Whose::Room);
        hand_on(&room, member, key);
    }

    /// Ends the call, even if its room is not there at this moment. The end is what answers it: whoever is told that a
    /// call is over must not find themselves in it again after a restart.
    fn hang_up(&mut self, key: String, ctx: &mut Context<Self>) {
        let Some(Standing::InCall { call, member, .. }) = &self.standing else {
            return self.refuse(key, ProblemCode::NotInCall, ctx);
        };
        let (call, member) = (*call, *member);
        if let Some(link) = self.link.as_ref().filter(|link| link.room.connected()) {
            link.room.do_send(HangUp { member });
        } else {
            self.queue.do_send(RoomEvent::Ended { call, reason: EndReason::CitizenHungUp });
        }
        self.hand_on(&key, Whose::End);
    }
}
