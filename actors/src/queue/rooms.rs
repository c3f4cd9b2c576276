//! The rooms of a line's calls: opened at the clerk's press, closed when the end is stored.

use std::sync::Arc;

use actix::prelude::*;
use okienko::ids::CallId;
use okienko::wire::{EndReason, Mode, Role};

use super::Queue;
use super::ask::Ask;
use super::state::Running;
use crate::room::Room;
use crate::room::ledger::Ledger;
use crate::room::messages::{Admit, Adopt, CallSpec, Close, Invited, Purpose, RoomEvent};
use crate::supervision::Start;

impl Handler<RoomEvent> for Queue {
    type Result = ();

    fn handle(&mut self, event: RoomEvent, ctx: &mut Context<Self>) {
        match event {
            RoomEvent::Ready { call, room, .. } => self.room_ready(call, room),
            RoomEvent::Live { call, at } => self.accept_ask(Ask::Live { call, at }, ctx),
            RoomEvent::Ended { call, reason } => self.accept_ask(Ask::CallOver { call, reason, broken_off: None }, ctx),
            RoomEvent::BrokenOff { call, key, abuse } => {
                let (reason, broken_off) = (EndReason::BrokenOff, Some((key, abuse)));
                self.accept_ask(Ask::CallOver { call, reason, broken_off }, ctx);
            }
            // The rest is for members.
            _ => {}
        }
    }
}

impl Queue {
    /// After the line was read: takes living rooms over, closes those whose call is over, and starts one for each call
    /// that has none. One that lives already, but has not been heard of here, says that it is there.
    pub(super) fn resume_rooms(&mut self, ctx: &Context<Self>) {
        let owner = ctx.address().recipient();
        for (call, room) in self.roll().rooms() {
            let is_running = self.running_mut(call).is_some();
            if !is_running {
                self.roll().strike_room(call);
                room.do_send(Close);
            } else if room.connected() {
                room.do_send(Adopt { owner: owner.clone() });
                if let Some(running) = self.running_mut(call) {
                    running.room = Some(room);
                }
            }
        }
        let going_on: Vec<CallId> = self.state.iter().flat_map(|state| state.calls.keys().copied()).collect();
        self.spec.env.cabinet.end_others(self.spec.office, &going_on);
        let without_room: Vec<CallId> = match &self.state {
            Some(state) => state.calls.values().filter(|call| call.room.is_none()).map(|call| call.call.id).collect(),
            None => Vec::new(),
        };
        for call in without_room {
            self.start_room(call, ctx);
        }
    }

    /// Starts the room of a call: at the clerk's press already, so that their own connection is there when the citizen
    /// accepts.
    pub(super) fn start_room(&self, call: CallId, ctx: &Context<Self>) {
        let Some(running) = self.state.as_ref().and_then(|state| state.calls.get(&call)) else { return };
        self.spec.env.cabinet.open(call, self.spec.office);
        let owner = ctx.address().recipient();
        let ledger = match running.accepted_at {
            Some(accepted_at) => Ledger::resumed(owner, accepted_at, running.call.live_at),
            None => Ledger::new(owner),
        };
        for invited in [self.clerk_of(running), self.citizen_of(running)].into_iter().flatten() {
            ledger.list(invited);
        }
        let spec = CallSpec { env: self.spec.env.clone(), call, purpose: Purpose::Call, ledger: Arc::new(ledger) };
        self.spec.rooms.do_send(Start::<Room>(spec));
    }

    /// A room is there, for the first time or again: those who belong in it are let in. Whoever is in already is told
    /// nothing new.
    fn room_ready(&mut self, call: CallId, room: Addr<Room>) {
        let Some(running) = self.running_mut(call) else {
            // It was over before the room was there.
            return room.do_send(Close);
        };
        running.room = Some(room.clone());
        self.roll().enter_room(call, room);
        self.admit_all(call);
    }

    /// Lets in everybody who belongs in a call.
    pub(super) fn admit_all(&self, call: CallId) {
        let Some(running) = self.state.as_ref().and_then(|state| state.calls.get(&call)) else { return };
        let Some(room) = &running.room else { return };
        for invited in [self.clerk_of(running), self.citizen_of(running)].into_iter().flatten() {
            room.do_send(Admit(invited));
        }
    }

    /// The citizen has accepted.
    pub(super) fn admit_citizen(&self, call: CallId) {
        let Some(running) = self.state.as_ref().and_then(|state| state.calls.get(&call)) else { return };
        if let (Some(room), Some(citizen)) = (&running.room, self.citizen_of(running)) {
            room.do_send(Admit(citizen));
        }
    }

    pub(super) fn close_room(&self, running: &Running) {
        self.roll().strike_room(running.call.id);
        self.spec.env.cabinet.end(running.call.id);
        if let Some(room) = &running.room {
            room.do_send(Close);
        }
    }

    fn clerk_of(&self, running: &Running) -> Option<Invited> {
        let clerk = running.call.clerk;
        let to = self.roll().desk(clerk)?.room;
        let name = Some(self.state.as_ref()?.book.short_name(clerk));
        Some(Invited { member: running.clerk_member, role: Role::Clerk, name, by_text: false, to })
    }

    /// None before they have accepted.
    fn citizen_of(&self, running: &Running) -> Option<Invited> {
        running.accepted_at?;
        let ticket = self.state.as_ref()?.ticket(running.call.ticket)?;
        let to = self.roll().session(ticket.session)?.room;
        let (name, by_text) = (ticket.name.clone(), ticket.wish.mode == Mode::Text);
        Some(Invited { member: running.citizen_member, role: Role::Citizen, name, by_text, to })
    }
}
