//! The check of devices: a room in which the citizen meets only themself.

use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use okienko::ids::{CallId, MemberId};
use okienko::wire::{CitizenFrame, Role};

use super::Session;
use super::messages::SessionEvent;
use crate::browser::AtBrowser;
use crate::error::{ProblemCode, Refusal};
use crate::room::Room;
use crate::room::ledger::Ledger;
use crate::room::messages::{CallSpec, Close, Invited, Purpose};
use crate::supervision::{CheckPlace, Start};

/// How long a check may last.
const LASTS: Duration = Duration::from_secs(3 * 60);

/// A check that is going on.
pub(super) struct Check {
    pub(super) call: CallId,
    pub(super) member: MemberId,
    /// None until the room has said that it is there.
    pub(super) room: Option<Addr<Room>>,
    _place: CheckPlace,
}

impl Session {
    pub(super) fn is_check(&self, call: CallId) -> bool {
        self.check.as_ref().is_some_and(|check| check.call == call)
    }

    /// Opens the room for a check; one that is open already goes first. False if as many go on as may.
    pub(super) fn start_check(&mut self, ctx: &mut Context<Self>) -> bool {
        self.end_check(ctx);
        let env = &self.spec.env;
        let Some(place) = CheckPlace::take(&env.tally, env.limits.max_checks) else { return false };
        let (call, member) = (CallId::new(&env.world), MemberId::new(&env.world));
        let me = ctx.address().recipient();
        let ledger = Ledger::new(me.clone());
        ledger.list(Invited { member, role: Role::Citizen, name: None, by_text: false, to: me });
        let spec = CallSpec { env: env.clone(), call, purpose: Purpose::Echo, ledger: Arc::new(ledger) };
        self.spec.rooms.do_send(Start::<Room>(spec));
        self.check = Some(Check { call, member, room: None, _place: place });
        ctx.run_later(LASTS, move |session, ctx| {
            if session.is_check(call) {
                session.end_check(ctx);
            }
        });
        true
    }

    /// Closes it. A room that is not there yet is closed when it says that it is.
    pub(super) fn end_check(&mut self, ctx: &mut Context<Self>) {
        let Some(check) = self.check.take() else { return };
        match check.room {
            Some(room) => room.do_send(Close),
            None => self.stray_checks.push(check.call),
        }
        self.refuse_pending_in_room(ctx);
    }

    /// Closes a room whose check was over before it was there. False if this is no such room.
    pub(super) fn close_stray(&mut self, call: CallId, room: &Addr<Room>) -> bool {
        let before = self.stray_checks.len();
        self.stray_checks.retain(|stray| *stray != call);
        let is_stray = self.stray_checks.len() < before;
        if is_stray {
            room.do_send(Close);
        }
        is_stray
    }

    /// The room is there. It says so twice at its start, to its owner and to its member, who are the same here.
    pub(super) fn check_ready(&mut self, generation: u32, room: Addr<Room>, ctx: &mut Context<Self>) {
        let Some(check) = &mut self.check else { return };
        if check.room.as_ref() == Some(&room) {
            return;
        }
        check.room = Some(room);
        let call = check.call;
        self.tell(CitizenFrame::CheckReady { call, generation }, ctx);
    }

    /// The room is given up: there is none to be closed, now or later.
    pub(super) fn check_failed(&mut self, ctx: &mut Context<Self>) {
        self.check = None;
        self.refuse_pending_in_room(ctx);
        self.send(SessionEvent::Refused(Refusal::notice(ProblemCode::MediaFailed)), ctx);
    }
}
