//! What a session makes of a room's announcements.

use actix::prelude::*;
use okienko::failures::Point;
use okienko::wire::CitizenFrame;

use super::Session;
use crate::browser::AtBrowser;
use crate::browser::answers::Whose;
use crate::queue::messages::Standing;
use crate::room::link::Link;
use crate::room::messages::{RoomEvent, SetThere};

impl Handler<RoomEvent> for Session {
    type Result = ();

    fn handle(&mut self, event: RoomEvent, ctx: &mut Context<Self>) {
        self.spec.env.pass(Point::SessionHandler, self.spec.session, ctx);
        match event {
            RoomEvent::Ready { call, generation, room, .. } if self.is_check(call) => {
                self.check_ready(generation, room, ctx);
            }
            RoomEvent::Ready { call, ref room, .. } if self.close_stray(call, room) => {}
            RoomEvent::Ready { call, generation, room, ledger, view } => {
                self.room_ready(Link { call, generation, room, ledger, view }, ctx);
            }
            RoomEvent::Changed { call, view } => {
                if let Some(link) = self.link.as_mut().filter(|link| link.call == call) {
                    link.view = view;
                    self.tell_state(ctx);
                }
            }
            RoomEvent::OfferAgain { call, generation, others } => {
                self.tell(CitizenFrame::OfferAgain { call, generation, others }, ctx);
            }
            RoomEvent::Answer { call, key, generation, sdp, streams } => {
                self.tell(CitizenFrame::Answer { call, generation, sdp, streams }, ctx);
                self.done(key, ctx);
            }
            RoomEvent::Said { call, message } => self.tell(CitizenFrame::Chat { call, message }, ctx),
            RoomEvent::Typed { call, utterance } => self.tell(CitizenFrame::LiveText { call, utterance }, ctx),
            RoomEvent::Done { key, .. } => self.done(key, ctx),
            RoomEvent::Refused { key, code, .. } => self.refuse(key, code, ctx),
            RoomEvent::Ended { call, .. } if self.is_check(call) => self.check_failed(ctx),
            // The line tells the end of a call, once it is stored.
            RoomEvent::Ended { call, .. } => self.stray_checks.retain(|stray| *stray != call),
            RoomEvent::BrokenOff { .. } | RoomEvent::Live { .. } => {}
        }
    }
}

impl Session {
    fn room_ready(&mut self, link: Link, ctx: &mut Context<Self>) {
        let is_known = self.link.as_ref().is_some_and(|known| known.is_as(&link));
        // The line says that the person is in a call before it lets them into the room.
        let is_in_it = matches!(&self.standing, Some(Standing::InCall { call, .. }) if *call == link.call);
        if !is_in_it {
            return;
        }
        self.link = Some(link);
        if is_known {
            return;
        }
        self.put_off_pending(&[Whose::Room, Whose::End], ctx);
        self.tell_room_there();
        self.tell_call(ctx);
    }

    /// Tells the room whether the browser is there: all it has to go by for somebody who only writes.
    pub(super) fn tell_room_there(&self) {
        let (Some(link), Some(Standing::InCall { call, member, .. })) = (&self.link, &self.standing) else { return };
        if *call == link.call {
            link.room.do_send(SetThere { member: *member, there: self.is_reachable });
        }
    }

    /// Tells the browser everything about the call, once both line and room have said their part: it begins a fresh
    /// connection.
    pub(super) fn tell_call(&mut self, ctx: &mut Context<Self>) {
        let Some(frame) = self.state_frame() else { return };
        let Some(link) = &self.link else { return };
        let (call, generation) = (link.call, link.generation);
        let (messages, utterances) = (link.ledger.messages(), link.ledger.utterances());
        self.tell(frame, ctx);
        self.tell(CitizenFrame::Transcript { call, messages, utterances }, ctx);
        self.tell(CitizenFrame::RoomReady { call, generation }, ctx);
    }

    /// Tells a socket that just came where everything is.
    pub(super) fn tell_all(&mut self, ctx: &mut Context<Self>) {
        match &self.standing {
            // The line's answer is on its way and will be told.
            None => {}
            Some(Standing::InCall { .. }) => self.tell_call(ctx),
            Some(_) => self.tell_state(ctx),
        }
    }

    fn tell_state(&mut self, ctx: &mut Context<Self>) {
        if let Some(frame) = self.state_frame() {
            self.tell(frame, ctx);
        }
    }
}
