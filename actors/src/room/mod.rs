//! A room: one call's members, what they signal and write, and how far the call has come.
//!
//! It starts when a clerk presses and lives on a media thread beside its connections. It knows neither line nor
//! session: it tells its owner of the call's course, and each member what concerns them. When the call is over it says
//! so, keeps quiet, and goes when the owner has stored the end and says [`messages::Close`].
//!
//! Died media end the room like a panic does: the branch builds a fresh one from the [`ledger`], with the next
//! generation, and the members' browsers begin afresh. So a restart looks like a start.

mod devices;
mod handlers;
pub mod house;
pub(crate) mod ledger;
pub(crate) mod link;
mod live_log;
mod live_text;
pub(crate) mod messages;
pub(crate) mod transcript;

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use okienko::domain::call::{CallPhase, CallProgress, Step};
use okienko::failures::Point;
use okienko::ids::{CallId, MemberId};
use okienko::wire::{Device, EndReason, MemberView, Phase, Role};

use crate::media::RoomOptions;
use crate::supervision::{Birth, BranchTally, Child, Floor, Lifeline, Restart, Tally};
use house::Seat;
use ledger::{Found, Ledger, Listed};
use messages::{Adopt, CallSpec, CallState, Invited, Purpose, RoomEvent};

/// A check of devices lasts no longer, whatever its owner says.
const ECHO_LASTS: Duration = Duration::from_secs(4 * 60);

/// One call, or one check of devices.
pub(crate) struct Room {
    spec: CallSpec,
    lifeline: Lifeline<CallId>,
    /// None before the start, and after the end.
    seat: Option<Rc<dyn Seat>>,
    generation: u32,
    members: Vec<Present>,
    progress: CallProgress,
    deadline: Option<SpawnHandle>,
}

/// A member as the room sees them.
struct Present {
    listed: Listed,
    connected: bool,
    /// Whether pictures are sent to them.
    sees: bool,
}

impl Present {
    fn new(mut listed: Listed) -> Self {
        // Media that begin anew bring no screen yet; what the browser said of the others still holds.
        listed.devices.report(Device::Screen, false);
        Self { listed, connected: false, sees: true }
    }

    const fn invited(&self) -> &Invited {
        &self.listed.invited
    }

    fn view(&self) -> MemberView {
        let invited = self.invited();
        let devices = &self.listed.devices;
        MemberView {
            member: invited.member,
            role: invited.role,
            name: invited.name.clone(),
            microphone: devices.is_on(Device::Microphone),
            camera: devices.is_on(Device::Camera),
            screen: devices.is_on(Device::Screen),
            connected: self.connected,
            sees: self.sees,
            turned_off: devices.turned_off(),
            live_text: self.listed.live_text,
        }
    }
}

impl Child for Room {
    type Key = CallId;
    type Spec = CallSpec;
    const KIND: &'static str = "room";
    const RESTART: Restart = Restart::AtOnce;
    const IS_ONE_SHOT: bool = true;

    fn key(spec: &CallSpec) -> CallId {
        spec.call
    }

    fn place(spec: &CallSpec, floor: &Floor) -> ArbiterHandle {
        floor.media.arbiter_for(spec.call)
    }

    fn build(spec: CallSpec, birth: Birth<CallId>, _: &mut Context<Self>) -> Self {
        let progress = CallProgress::new(&spec.env.timings);
        let lifeline = birth.lifeline;
        Self { spec, lifeline, seat: None, generation: 0, members: Vec::new(), progress, deadline: None }
    }

    /// A line that was built anew, or read anew, starts the rooms of its calls; it need not know which of them live.
    fn wanted_again(room: &Addr<Self>, spec: &CallSpec) {
        room.do_send(Adopt { owner: spec.ledger.owner() });
    }

    fn give_up(spec: &CallSpec) {
        let reason = EndReason::Failed;
        spec.ledger.set_ended(reason);
        spec.ledger.owner().do_send(RoomEvent::Ended { call: spec.call, reason });
    }

    fn tally(tally: &Tally) -> &BranchTally {
        &tally.rooms
    }
}

impl Actor for Room {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        self.spec.env.pass(Point::RoomStarted, self.spec.call, ctx);
        let options = RoomOptions { call: Some(self.spec.call), echo: self.spec.purpose == Purpose::Echo };
        match self.spec.env.floor.media.open(options, ctx.address().recipient()) {
            Ok(seat) => self.seat = Some(seat),
            // Not finished: the branch builds another one, or gives up politely.
            Err(error) => {
                tracing::warn!(call.id = %self.spec.call, %error, "a room's media could not be opened");
                return ctx.stop();
            }
        }
        if self.spec.purpose == Purpose::Echo {
            // Its owner closes it; this is for one that died meanwhile.
            ctx.run_later(ECHO_LASTS, |room, ctx| {
                room.lifeline.finish();
                ctx.stop();
            });
        }
        let found = self.spec.ledger.begin();
        self.take_up(found, ctx);
    }
}

impl Room {
    /// Goes on from what the ledger says, and tells everybody that the room is there.
    fn take_up(&mut self, found: Found, ctx: &mut Context<Self>) {
        let now = self.spec.env.now();
        self.generation = found.generation;
        self.members = found.members.into_iter().map(Present::new).collect();
        if let Some(accepted_at) = found.accepted_at {
            self.progress = CallProgress::resumed(accepted_at, found.live_at, now, &self.spec.env.timings);
        }
        tracing::debug!(call.id = %self.spec.call, generation = self.generation, "a room is ready");
        let ready = self.ready(ctx);
        self.ledger().owner().do_send(ready.clone());
        if let Some(reason) = found.ended {
            self.progress.give_up(reason, now);
            self.seat = None;
            return self.tell_end();
        }
        self.tell_all(&ready);
        self.arm(ctx);
    }

    fn ledger(&self) -> &Arc<Ledger> {
        &self.spec.ledger
    }

    fn ready(&self, ctx: &Context<Self>) -> RoomEvent {
        RoomEvent::Ready {
            call: self.spec.call,
            generation: self.generation,
            room: ctx.address(),
            ledger: Arc::clone(self.ledger()),
            view: self.view(),
        }
    }

    fn view(&self) -> Arc<CallState> {
        let phase = self.progress.phase();
        let awaited_until = match phase {
            CallPhase::Reconnecting { until, .. } => until,
            _ => None,
        };
        Arc::new(CallState {
            phase: phase.view().unwrap_or(Phase::Reconnecting),
            members: self.members.iter().map(Present::view).collect(),
            live_at: self.progress.live_at(),
            awaited_until,
        })
    }

    fn tell_all(&self, event: &RoomEvent) {
        for member in &self.members {
            member.invited().to.do_send(event.clone());
        }
    }

    fn tell(&self, member: MemberId, event: RoomEvent) {
        if let Some(present) = self.present(member) {
            present.invited().to.do_send(event);
        }
    }

    fn tell_changed(&self) {
        self.tell_all(&RoomEvent::Changed { call: self.spec.call, view: self.view() });
    }

    fn present(&self, member: MemberId) -> Option<&Present> {
        self.members.iter().find(|present| present.invited().member == member)
    }

    fn present_mut(&mut self, member: MemberId) -> Option<&mut Present> {
        self.members.iter_mut().find(|present| present.invited().member == member)
    }

    fn role_of(&self, member: MemberId) -> Option<Role> {
        self.present(member).map(|present| present.invited().role)
    }

    fn is_over(&self) -> bool {
        matches!(self.progress.phase(), CallPhase::Ended { .. })
    }

    /// Draws what follows from a step of the call. `seen` says whether the members see something else than the phase
    /// that they have to be told of.
    fn follow(&mut self, step: Step, seen: bool, ctx: &mut Context<Self>) {
        let now = self.spec.env.now();
        let call = self.spec.call;
        if step.first_live {
            tracing::info!(call.id = %call, "a call is live");
            self.ledger().set_live(now);
            self.ledger().owner().do_send(RoomEvent::Live { call, at: now });
        }
        if let CallPhase::Ended { reason } = step.phase {
            if step.changed {
                self.end(reason);
            }
            return;
        }
        if step.changed || seen {
            self.tell_changed();
        }
        self.arm(ctx);
    }

    /// The call is over: nobody is heard or seen from here on. The owner stores it and then closes the room.
    fn end(&mut self, reason: EndReason) {
        self.ledger().set_ended(reason);
        self.seat = None;
        self.tell_end();
    }

    /// Tells the owner how the call ended, if it did.
    fn tell_end(&self) {
        if let Some(end) = self.ledger().told_end(self.spec.call) {
            self.ledger().owner().do_send(end);
        }
    }

    /// Sets the timer for the next deadline. A late one asks the rules again, so it can do no harm.
    fn arm(&mut self, ctx: &mut Context<Self>) {
        if let Some(armed) = self.deadline.take() {
            ctx.cancel_future(armed);
        }
        if let Some(at) = self.progress.deadline() {
            let left = self.spec.env.until(at);
            self.deadline = Some(ctx.run_later(left, |room, ctx| {
                room.spec.env.pass(Point::RoomTimer, room.spec.call, ctx);
                let step = room.progress.deadline_passed(room.spec.env.now());
                room.follow(step, false, ctx);
            }));
        }
    }
}
