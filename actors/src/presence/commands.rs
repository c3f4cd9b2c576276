//! What a presence does at each command of its browser.

use actix::prelude::*;
use okienko::domain::abuse::Abuse;
use okienko::domain::documents::Offer;
use okienko::domain::presence::PresenceState;
use okienko::failures::Point;
use okienko::ids::MemberId;
use okienko::wire::{DeskCommand, DeskFrame, EndReason};

use super::ClerkPresence;
use super::messages::Obey;
use crate::browser::AtBrowser;
use crate::browser::answers::Whose;
use crate::error::ProblemCode;
use crate::queue::messages::ClerkWants;
use crate::room::Room;
use crate::room::messages::{
    BreakOff, HangUp, RoomEvent, Say, SetLiveText, SetMedia, Signal, TurnOff, TypeLive, WaitLonger,
};

impl Handler<Obey> for ClerkPresence {
    type Result = ();

    fn handle(&mut self, Obey { socket, key, command }: Obey, ctx: &mut Context<Self>) {
        if !self.browser.is_at(socket) {
            return;
        }
        self.spec.env.pass(Point::PresenceHandler, self.spec.clerk, ctx);
        self.hear();
        if let DeskCommand::Beat { .. } = command {
            let now = self.spec.env.now();
            return self.tell(DeskFrame::Beat { now }, ctx);
        }
        if self.begin(&key, ctx) {
            self.obey(key, command, ctx);
        }
    }
}

impl ClerkPresence {
    fn obey(&mut self, key: String, command: DeskCommand, ctx: &mut Context<Self>) {
        match command {
            // The socket answers `hello` itself, and `beat` has been answered above.
            DeskCommand::Hello { .. } | DeskCommand::Beat { .. } => self.refuse(key, ProblemCode::WrongState, ctx),
            DeskCommand::SetState { state } => self.ask_line(key, ClerkWants::SetState(state)),
            DeskCommand::CallNext => self.ask_line(key, ClerkWants::CallNext),
            DeskCommand::CallTicket { ticket } => self.ask_line(key, ClerkWants::CallTicket(ticket)),
            DeskCommand::CancelCall => self.ask_line(key, ClerkWants::CancelCall),
            DeskCommand::MoreWrapUp => self.ask_line(key, ClerkWants::MoreWrapUp),
            DeskCommand::FinishWrapUp { next } => self.ask_line(key, ClerkWants::FinishWrapUp(next)),
            DeskCommand::Offer { call, generation, kind, sdp } => {
                if self.link.as_ref().is_none_or(|link| link.call != call) {
                    return self.refuse(key, ProblemCode::NotInCall, ctx);
                }
                self.pass_to_room(key, ctx, |room, member, key| {
                    room.do_send(Signal { member, key, generation, kind, sdp });
                });
            }
            DeskCommand::Media { microphone, camera } => self.pass_to_room(key, ctx, |room, member, key| {
                room.do_send(SetMedia { member, key, microphone, camera });
            }),
            DeskCommand::TurnOff { member: whose, device } => self.pass_to_room(key, ctx, |room, member, key| {
                room.do_send(TurnOff { member, key, whose, device });
            }),
            DeskCommand::Chat { id, text } => self.pass_to_room(key, ctx, |room, member, key| {
                room.do_send(Say { member, key, id, text });
            }),
            DeskCommand::SetLiveText { on } => self.pass_to_room(key, ctx, |room, member, key| {
                room.do_send(SetLiveText { member, key, on });
            }),
            DeskCommand::LiveText(typed) => self.pass_to_room(key, ctx, |room, member, key| {
                room.do_send(TypeLive { member, key, typed });
            }),
            DeskCommand::WaitLonger => self.pass_to_room(key, ctx, |room, member, key| {
                room.do_send(WaitLonger { member, key });
            }),
            DeskCommand::SendDocument { id, name, size_bytes, request } => {
                let offer = Offer { id, name, size_bytes, request };
                self.with_documents(key, ctx, |cabinet, call, member| cabinet.begin(call, member, &offer));
            }
            DeskCommand::TakeBackDocument { document } => {
                self.with_documents(key, ctx, |cabinet, call, member| cabinet.take_back(call, member, document));
            }
            DeskCommand::AskDocument { name } => {
                self.with_documents(key, ctx, |cabinet, call, member| cabinet.ask(call, member, &name));
            }
            DeskCommand::AskDocumentAgain { request } => {
                self.with_documents(key, ctx, |cabinet, call, member| cabinet.ask_again(call, member, request));
            }
            DeskCommand::DropDocumentRequest { request } => {
                self.with_documents(key, ctx, |cabinet, call, member| cabinet.drop_request(call, member, request));
            }
            DeskCommand::HangUp => self.hang_up(key, ctx),
            DeskCommand::BreakOff { reason, block } => self.break_off(key, Abuse { reason, block }),
        }
    }

    fn ask_line(&mut self, key: String, wants: ClerkWants) {
        self.hand_on(&key, Whose::Line);
        self.ask(Some(key), wants);
    }

    /// Hands a command on to the room of the call that the clerk invites to or is in.
    fn pass_to_room(
        &mut self,
        key: String,
        ctx: &mut Context<Self>,
        hand_on: impl FnOnce(&Addr<Room>, MemberId, String),
    ) {
        let member = self.standing.as_ref().and_then(|known| known.member);
        let (Some(call), Some(member)) = (self.engaged_call(), member) else {
            return self.refuse(key, ProblemCode::NotInCall, ctx);
        };
        let there = self.link.as_ref().filter(|link| link.call == call && link.room.connected());
        let Some(room) = there.map(|link| link.room.clone()) else {
            // The room is being built; it will say when it is there.
            return self.put_off(key, ProblemCode::Busy, ctx);
        };
        self.hand_on(&key, Whose::Room);
        hand_on(&room, member, key);
    }

    /// Ends the call, even if its room is not there at this moment; an invitation is taken back. The end is what
    /// answers it, as with the citizen.
    fn hang_up(&mut self, key: String, ctx: &mut Context<Self>) {
        let state = self.standing.as_ref().map(|known| known.presence.state.clone());
        let call = match state {
            Some(PresenceState::InCall { call, .. }) => call,
            Some(PresenceState::Calling { .. }) => return self.ask_line(key, ClerkWants::CancelCall),
            // The other side ended it first, or this is the same wish again.
            Some(PresenceState::AfterCall { .. }) => return self.done(key, ctx),
            _ => return self.refuse(key, ProblemCode::NotInCall, ctx),
        };
        let there = self.link.as_ref().filter(|link| link.call == call && link.room.connected());
        match (there, self.standing.as_ref().and_then(|known| known.member)) {
            (Some(link), Some(member)) => link.room.do_send(HangUp { member }),
            _ => self.queue.do_send(RoomEvent::Ended { call, reason: EndReason::ClerkHungUp }),
        }
        self.hand_on(&key, Whose::End);
    }

    /// The call is over: whoever wanted to break it off is told by the line whether it was.
    pub(super) fn ask_whether_broken_off(&mut self) {
        for key in self.browser().answers.pending(Whose::BreakOff) {
            self.ask_line(key, ClerkWants::HaveBrokenOff);
        }
    }

    /// Breaks the call off at once, even if its room is not there at this moment. After the call it is too late, unless
    /// this is a command that was done: whoever believes to have kept somebody out must have done so.
    fn break_off(&mut self, key: String, abuse: Abuse) {
        let state = self.standing.as_ref().map(|known| known.presence.state.clone());
        let Some(PresenceState::InCall { call, .. }) = state else {
            return self.ask_line(key, ClerkWants::HaveBrokenOff);
        };
        self.hand_on(&key, Whose::BreakOff);
        let there = self.link.as_ref().filter(|link| link.call == call && link.room.connected());
        match (there, self.standing.as_ref().and_then(|known| known.member)) {
            (Some(link), Some(member)) => link.room.do_send(BreakOff { member, key, abuse }),
            _ => self.queue.do_send(RoomEvent::BrokenOff { call, key, abuse }),
        }
    }
}
