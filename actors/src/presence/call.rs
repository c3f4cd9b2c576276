//! What a presence makes of a room's announcements.

use actix::prelude::*;
use okienko::domain::presence::PresenceState;
use okienko::failures::Point;
use okienko::ids::CallId;
use okienko::wire::DeskFrame;

use super::{ClerkPresence, DeskStanding};
use crate::browser::AtBrowser;
use crate::browser::answers::Whose;
use crate::room::link::Link;
use crate::room::messages::RoomEvent;

impl Handler<RoomEvent> for ClerkPresence {
    type Result = ();

    fn handle(&mut self, event: RoomEvent, ctx: &mut Context<Self>) {
        self.spec.env.pass(Point::PresenceHandler, self.spec.clerk, ctx);
        match event {
            RoomEvent::Ready { call, generation, room, ledger, view } => {
                self.room_ready(Link { call, generation, room, ledger, view }, ctx);
            }
            RoomEvent::Changed { call, view } => {
                if let Some(link) = self.link.as_mut().filter(|link| link.call == call) {
                    link.view = view;
                    self.tell_view(ctx);
                }
            }
            RoomEvent::OfferAgain { call, generation, others } => {
                self.tell(DeskFrame::OfferAgain { call, generation, others }, ctx);
            }
            RoomEvent::Answer { call, key, generation, sdp, streams } => {
                self.tell(DeskFrame::Answer { call, generation, sdp, streams }, ctx);
                self.done(key, ctx);
            }
            RoomEvent::Said { call, message } => self.tell(DeskFrame::Chat { call, message }, ctx),
            RoomEvent::Typed { call, utterance } => self.tell(DeskFrame::LiveText { call, utterance }, ctx),
            RoomEvent::Done { key, .. } => self.done(key, ctx),
            RoomEvent::Refused { key, code, .. } => self.refuse(key, code, ctx),
            // The line tells the end, once it is stored.
            RoomEvent::Ended { .. } | RoomEvent::BrokenOff { .. } | RoomEvent::Live { .. } => {}
        }
    }
}

impl ClerkPresence {
    /// The call that the clerk invites to or is in, as the line says.
    pub(super) fn engaged_call(&self) -> Option<CallId> {
        match self.standing.as_ref()?.presence.state {
            PresenceState::Calling { call, .. } | PresenceState::InCall { call, .. } => Some(call),
            _ => None,
        }
    }

    fn room_ready(&mut self, link: Link, ctx: &mut Context<Self>) {
        // The line says that the clerk is calling before it starts the room.
        if self.engaged_call() != Some(link.call) {
            return;
        }
        let is_known = self.link.as_ref().is_some_and(|known| known.is_as(&link));
        self.link = Some(link);
        if is_known {
            return;
        }
        self.put_off_pending(&[Whose::Room, Whose::End, Whose::BreakOff], ctx);
        self.tell_call(ctx);
    }

    /// Parts from the room if it is not, or no longer, that of the clerk's call.
    pub(super) fn part_from_other_room(&mut self, ctx: &mut Context<Self>) {
        if self.link.as_ref().is_none_or(|link| self.engaged_call() == Some(link.call)) {
            return;
        }
        self.link = None;
        self.refuse_pending_in_room(ctx);
    }

    /// Tells the browser everything about the call: it begins a fresh connection. The clerk's own connection is made
    /// while they still invite.
    pub(super) fn tell_call(&mut self, ctx: &mut Context<Self>) {
        let Some(link) = self.link.as_ref().filter(|link| self.engaged_call() == Some(link.call)) else { return };
        let (call, generation) = (link.call, link.generation);
        let (messages, utterances) = (link.ledger.messages(), link.ledger.utterances());
        self.tell_view(ctx);
        self.tell(DeskFrame::Transcript { call, messages, utterances }, ctx);
        self.tell(DeskFrame::RoomReady { call, generation }, ctx);
    }

    /// Tells the clerk how the call is, once they are in it.
    pub(super) fn tell_view(&mut self, ctx: &mut Context<Self>) {
        let (Some(link), Some(standing)) = (&self.link, &self.standing) else { return };
        let DeskStanding { presence, member, .. } = standing;
        let (PresenceState::InCall { call, .. }, Some(member)) = (&presence.state, member) else { return };
        if *call == link.call {
            let view = link.view_of(*member);
            self.tell(DeskFrame::InCall { view }, ctx);
        }
    }
}
