//! Who works with a line: what outlives the Queue, so that a fresh one can tell them that it is there.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use actix::prelude::*;
use okienko::ids::{CallId, ClerkId, SessionId};

use super::messages::{DeskEvent, LineEvent};
use crate::room::Room;
use crate::room::messages::RoomEvent;

/// A session's two addresses.
#[derive(Clone)]
pub(crate) struct SessionAddress {
    pub(crate) line: Recipient<LineEvent>,
    pub(crate) room: Recipient<RoomEvent>,
}

/// A presence's two addresses.
#[derive(Clone)]
pub(crate) struct DeskAddress {
    pub(crate) line: Recipient<DeskEvent>,
    pub(crate) room: Recipient<RoomEvent>,
}

/// The addresses of everybody who works with one line. Locked for moments only.
#[derive(Default)]
pub(crate) struct Roll(Mutex<Entries>);

#[derive(Default)]
struct Entries {
    sessions: HashMap<SessionId, SessionAddress>,
    desks: HashMap<ClerkId, DeskAddress>,
    rooms: HashMap<CallId, Addr<Room>>,
}

impl Roll {
    /// Puts a session on the roll, or its new addresses.
    pub(crate) fn enter_session(&self, session: SessionId, address: SessionAddress) {
        self.entries().sessions.insert(session, address);
    }

    /// Takes a session off that went in order.
    pub(crate) fn strike_session(&self, session: SessionId) {
        self.entries().sessions.remove(&session);
    }

    /// Puts a presence on the roll, or its new addresses.
    pub(crate) fn enter_desk(&self, clerk: ClerkId, address: DeskAddress) {
        self.entries().desks.insert(clerk, address);
    }

    /// Takes a presence off that went in order.
    pub(crate) fn strike_desk(&self, clerk: ClerkId) {
        self.entries().desks.remove(&clerk);
    }

    /// Puts a room on the roll, or its new address.
    pub(super) fn enter_room(&self, call: CallId, room: Addr<Room>) {
        self.entries().rooms.insert(call, room);
    }

    /// Takes a room off.
    pub(super) fn strike_room(&self, call: CallId) {
        self.entries().rooms.remove(&call);
    }

    /// The rooms of the line's calls.
    pub(super) fn rooms(&self) -> Vec<(CallId, Addr<Room>)> {
        self.entries().rooms.iter().map(|(call, room)| (*call, room.clone())).collect()
    }

    pub(super) fn session(&self, session: SessionId) -> Option<SessionAddress> {
        self.entries().sessions.get(&session).cloned()
    }

    pub(super) fn desk(&self, clerk: ClerkId) -> Option<DeskAddress> {
        self.entries().desks.get(&clerk).cloned()
    }

    /// Whether a session is on the roll and its actor lives.
    pub(super) fn has_session(&self, session: SessionId) -> bool {
        self.entries().sessions.get(&session).is_some_and(|address| address.line.connected())
    }

    /// Whether a presence is on the roll and its actor lives.
    pub(super) fn has_desk(&self, clerk: ClerkId) -> bool {
        self.entries().desks.get(&clerk).is_some_and(|address| address.line.connected())
    }

    /// Tells a session. One that is not there will be told everything when it introduces itself.
    pub(super) fn tell_session(&self, session: SessionId, event: LineEvent) {
        if let Some(address) = self.entries().sessions.get(&session) {
            address.line.do_send(event);
        }
    }

    /// Tells a presence. One that is not there will be told everything when it introduces itself.
    pub(super) fn tell_desk(&self, clerk: ClerkId, event: DeskEvent) {
        if let Some(address) = self.entries().desks.get(&clerk) {
            address.line.do_send(event);
        }
    }

    /// Tells everybody.
    pub(super) fn tell_all(&self, to_sessions: &LineEvent, to_desks: &DeskEvent) {
        let entries = self.entries();
        for address in entries.sessions.values() {
            address.line.do_send(to_sessions.clone());
        }
        for address in entries.desks.values() {
            address.line.do_send(to_desks.clone());
        }
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        // Nothing in here can be left half-done by a panic: each change is one insertion or removal.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
