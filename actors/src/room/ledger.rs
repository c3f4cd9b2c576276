//! What of a call outlives its room: a room that died is built anew from this.

use std::sync::{Mutex, PoisonError};

use actix::prelude::*;
use jiff::Timestamp;
use okienko::domain::abuse::Abuse;
use okienko::domain::call::Devices;
use okienko::ids::{CallId, MemberId};
use okienko::wire::{ChatView, EndReason, LiveTextEdit, Role, UtteranceView};

use super::live_log::{LiveLog, Typed};
use super::messages::{Invited, RoomEvent};
use super::transcript::{Noted, Transcript};

/// The part of a call that is shared by its spec, its room and those who show it. Locked for moments only.
pub(crate) struct Ledger {
    inner: Mutex<Inner>,
}

struct Inner {
    owner: Recipient<RoomEvent>,
    members: Vec<Listed>,
    generation: u32,
    accepted_at: Option<Timestamp>,
    live_at: Option<Timestamp>,
    ended: Option<EndReason>,
    /// The command by which a clerk broke the call off: its key, and what they said.
    broken_off: Option<(String, Abuse)>,
    transcript: Transcript,
    live_log: LiveLog,
}

/// A member of a call.
#[derive(Clone)]
pub(super) struct Listed {
    pub(super) invited: Invited,
    pub(super) devices: Devices,
    /// Whether they switched live text on.
    pub(super) live_text: bool,
}

impl Listed {
    /// Somebody who has just come.
    pub(super) fn new(invited: Invited) -> Self {
        Self { invited, devices: Devices::default(), live_text: false }
    }
}

/// What a room finds when it starts.
pub(super) struct Found {
    pub(super) generation: u32,
    pub(super) members: Vec<Listed>,
    pub(super) accepted_at: Option<Timestamp>,
    pub(super) live_at: Option<Timestamp>,
    pub(super) ended: Option<EndReason>,
}

impl Ledger {
    /// The ledger of a call that nobody is in yet.
    pub(crate) fn new(owner: Recipient<RoomEvent>) -> Self {
        let inner = Inner {
            owner,
            members: Vec::new(),
            generation: 0,
            accepted_at: None,
            live_at: None,
            ended: None,
            broken_off: None,
            transcript: Transcript::default(),
            live_log: LiveLog::default(),
        };
        Self { inner: Mutex::new(inner) }
    }

    /// The ledger of a call that was accepted before this process started.
    pub(crate) fn resumed(owner: Recipient<RoomEvent>, accepted_at: Timestamp, live_at: Option<Timestamp>) -> Self {
        let ledger = Self::new(owner);
        ledger.with(|inner| {
            inner.accepted_at = Some(accepted_at);
            inner.live_at = live_at;
        });
        ledger
    }

    /// Lists a member, or their new address.
    pub(crate) fn list(&self, invited: Invited) {
        self.with(|inner| match inner.members.iter_mut().find(|listed| listed.invited.member == invited.member) {
            Some(listed) => listed.invited = invited,
            None => inner.members.push(Listed::new(invited)),
        });
    }

    /// All messages so far, oldest first.
    pub(crate) fn messages(&self) -> Vec<ChatView> {
        self.with(|inner| inner.transcript.all())
    }

    /// All live text so far, in the order its lines were begun.
    pub(crate) fn utterances(&self) -> Vec<UtteranceView> {
        self.with(|inner| inner.live_log.all())
    }

    /// Who is told of the call's course.
    pub(super) fn owner(&self) -> Recipient<RoomEvent> {
        self.with(|inner| inner.owner.clone())
    }

    /// Somebody else is told from now on.
    pub(super) fn set_owner(&self, owner: Recipient<RoomEvent>) {
        self.with(|inner| inner.owner = owner);
    }

    /// Begins the next generation of the room.
    pub(super) fn begin(&self) -> Found {
        self.with(|inner| {
            inner.generation += 1;
            Found {
                generation: inner.generation,
                members: inner.members.clone(),
                accepted_at: inner.accepted_at,
                live_at: inner.live_at,
                ended: inner.ended,
            }
        })
    }

    /// Notes which devices a member has on, and which were turned off for them.
    pub(super) fn set_devices(&self, member: MemberId, devices: Devices) {
        self.with(|inner| {
            if let Some(listed) = inner.members.iter_mut().find(|listed| listed.invited.member == member) {
                listed.devices = devices;
            }
        });
    }

    /// Notes whether a member has live text on.
    pub(super) fn set_live_text(&self, member: MemberId, on: bool) {
        self.with(|inner| {
            if let Some(listed) = inner.members.iter_mut().find(|listed| listed.invited.member == member) {
                listed.live_text = on;
            }
        });
    }

    /// Strikes a member off who left. Gives the line of live text whose end they will not write.
    pub(super) fn strike(&self, member: MemberId, now: Timestamp) -> Option<UtteranceView> {
        self.with(|inner| {
            inner.members.retain(|listed| listed.invited.member != member);
            inner.live_log.break_off(member, now)
        })
    }

    /// Notes when the citizen accepted; the first time counts.
    pub(super) fn set_accepted(&self, at: Timestamp) {
        self.with(|inner| inner.accepted_at = inner.accepted_at.or(Some(at)));
    }

    /// Notes when the call was live; the first time counts.
    pub(super) fn set_live(&self, at: Timestamp) {
        self.with(|inner| inner.live_at = inner.live_at.or(Some(at)));
    }

    /// Notes the end; the first one counts.
    pub(super) fn set_ended(&self, reason: EndReason) {
        self.with(|inner| inner.ended = inner.ended.or(Some(reason)));
    }

    /// Notes the command by which a clerk broke the call off; the first one counts.
    pub(super) fn set_broken_off(&self, key: String, abuse: Abuse) {
        self.with(|inner| inner.broken_off = inner.broken_off.take().or(Some((key, abuse))));
    }

    /// How the owner is told that the call ended; None if it did not.
    pub(super) fn told_end(&self, call: CallId) -> Option<RoomEvent> {
        let (reason, broken_off) = self.with(|inner| (inner.ended, inner.broken_off.clone()));
        reason.map(|reason| match broken_off.filter(|_| reason == EndReason::BrokenOff) {
            Some((key, abuse)) => RoomEvent::BrokenOff { call, key, abuse },
            None => RoomEvent::Ended { call, reason },
        })
    }

    /// Notes a message.
    pub(super) fn note(&self, message: ChatView) -> Noted {
        self.with(|inner| inner.transcript.note(message))
    }

    /// Takes an edit of live text in.
    pub(super) fn take_typed(&self, member: MemberId, role: Role, typed: LiveTextEdit, now: Timestamp) -> Typed {
        self.with(|inner| inner.live_log.take(member, role, typed, now))
    }

    fn with<T>(&self, change: impl FnOnce(&mut Inner) -> T) -> T {
        // A panic of a room between two steps of it leaves nothing half-done in here: each step is one assignment.
        change(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
