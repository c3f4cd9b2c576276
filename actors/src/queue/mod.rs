//! A line: one office's tickets from joining to the end, and its clerks' presences.
//!
//! The one writer of both. What it is asked to do waits in its inbox and is done in that order: [`decide`] asks the
//! rules what follows, [`step`] writes it in one transaction, and only then is anybody told ([`apply`], [`announce`]).
//! Commands that come while a write is under way wait; questions do not. Newcomers and absences of different people are
//! written at the same time, so that the store can commit them together; everything else is written alone, deadlines
//! too, since they change what the next decision goes by. What becomes of a write is in [`outcome`].
//!
//! What it knows is a cache. If the store says something else, it is read anew, and so it is in a fresh Queue after a
//! panic; the [`roll`] remembers who is to be told then.

mod abuse;
mod announce;
mod apply;
mod ask;
pub(crate) mod book;
mod deadlines;
mod decide;
mod decide_desk;
mod handlers;
#[cfg(test)]
mod histories;
mod meddling;
pub mod messages;
mod outcome;
mod overview;
pub(crate) mod roll;
mod rooms;
mod state;
mod step;

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use jiff::Timestamp;
use okienko::domain::presence::PresenceState;
use okienko::failures::Point;
use okienko::ids::{OfficeId, SessionId};
use okienko::store::Db;
use tokio::time::Instant;

use crate::env::Env;
use crate::error::ProblemCode;
use crate::records::RecordsError;
use crate::supervision::{Birth, BranchTally, Child, Floor, Lifeline, Pulse, Restart, Tally, WaitingGauge};
use announce::Announcer;
use ask::Ask;
use decide::{Decision, Rules, Together};
use messages::{ClerkAsks, ClerkWants, DeskEvent, LineEvent, LineOverview, LineSpec};
use outcome::GivenUp;
use roll::Roll;
use state::{LineState, Loaded};
use step::Step;

/// At most so many things to do may wait; more are refused as busy.
const MOST_WAITING: usize = 4_096;

/// At most so many are written at the same time.
const MOST_AT_ONCE: usize = 128;

/// How long to wait before something that failed is tried again.
const RETRY: Duration = Duration::from_secs(1);

/// One office's line.
pub struct Queue {
    spec: LineSpec,
    lifeline: Lifeline<OfficeId>,
    pulse: Pulse,
    /// Whether this is the line's first life in this process.
    is_first: bool,
    /// None only until the line has been read, and nothing is handled before that.
    state: Option<LineState>,
    inbox: VecDeque<Waiting>,
    is_writing: bool,
    /// Whether it waits for a store that is not there. Whoever asks for something meanwhile is told so at once.
    is_cut_off: bool,
    /// What failed each time: it is let be for a while, so that it does not hold everybody up again and again.
    given_up: Vec<GivenUp>,
    /// Whether it goes as soon as nothing is waiting.
    is_going: bool,
    timer: Option<(Timestamp, SpawnHandle)>,
    /// Who has joined and is to be told their place, when all who joined with them have.
    newcomers: Vec<SessionId>,
    announcer: Announcer,
    gauge: WaitingGauge,
    overview: Option<(Instant, Arc<LineOverview>)>,
}

/// Something to do that waits.
struct Waiting {
    ask: Ask,
    attempts: u32,
}

impl Child for Queue {
    type Key = OfficeId;
    type Spec = LineSpec;
    const KIND: &'static str = "queue";
    const RESTART: Restart = Restart::AtOnce;

    fn key(spec: &LineSpec) -> OfficeId {
        spec.office
    }

    fn place(spec: &LineSpec, floor: &Floor) -> ArbiterHandle {
        floor.control_for(&spec.office)
    }

    fn build(spec: LineSpec, birth: Birth<OfficeId>, _: &mut Context<Self>) -> Self {
        let gauge = WaitingGauge::new(Arc::clone(&spec.env.tally));
        Self {
            spec,
            lifeline: birth.lifeline,
            pulse: birth.pulse,
            is_first: birth.number == 1,
            state: None,
            inbox: VecDeque::new(),
            is_writing: false,
            is_cut_off: false,
            given_up: Vec::new(),
            is_going: false,
            timer: None,
            newcomers: Vec::new(),
            announcer: Announcer::default(),
            gauge,
            overview: None,
        }
    }

    fn give_up(spec: &LineSpec) {
        spec.roll.tell_all(&LineEvent::Unavailable, &DeskEvent::Unavailable);
    }

    fn tally(tally: &Tally) -> &BranchTally {
        &tally.queues
    }
}

impl Actor for Queue {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        self.spec.env.pass(Point::QueueStarted, self.spec.office, ctx);
        // Nothing is handled until the line is known.
        ctx.wait(self.read(self.is_first).into_actor(self).map(|loaded, queue, ctx| {
            queue.take_up(loaded, ctx);
        }));
    }
}

impl Queue {
    fn roll(&self) -> &Arc<Roll> {
        &self.spec.roll
    }

    /// Reads the line, and tries again for as long as the store does not answer.
    fn read(&self, at_start: bool) -> impl Future<Output = Loaded> + 'static {
        let (env, office, pulse) = (self.spec.env.clone(), self.spec.office, self.pulse.clone());
        let reading = async move {
            loop {
                match read_once(env.clone(), office, at_start).await {
                    Ok(loaded) => return loaded,
                    Err(error) => tracing::error!(office.id = %office, ?error, "a line could not be read"),
                }
                tokio::time::sleep(RETRY).await;
            }
        };
        // A store that does not answer is not this actor's standstill.
        async move { pulse.during(reading).await }
    }

    /// Goes on from what was read, and lets everybody introduce themselves anew.
    fn take_up(&mut self, loaded: Loaded, ctx: &mut Context<Self>) {
        let env = &self.spec.env;
        let mut state = LineState::new(loaded, env.now(), &env.timings, &env.world);
        if let Some(before) = self.state.take() {
            state.keep_rooms_of(before);
        }
        env.cabinet.keep_for(self.spec.office, state.book.documents_kept_min);
        tracing::info!(office.id = %self.spec.office, waiting = state.line.waiting(), "a line is ready");
        self.state = Some(state);
        self.announcer = Announcer::default();
        let queue = ctx.address();
        self.roll().tell_all(&LineEvent::Ready { queue: queue.clone() }, &DeskEvent::Ready { queue });
        self.note(okienko::domain::line::Changes::default(), ctx);
        self.note_absent(ctx);
        self.resume_rooms(ctx);
        self.arm(ctx);
    }

    /// Sessions and presences say themselves that their browsers are lost. For those that died while no line was there
    /// to be told, it is said here.
    fn note_absent(&mut self, ctx: &mut Context<Self>) {
        let Some(state) = &self.state else { return };
        let sessions = state.by_session.keys().filter(|session| !self.spec.roll.has_session(**session));
        let away = sessions.map(|session| Ask::Reachable { session: *session, reachable: false });
        let desks = state.desks.values().filter(|presence| presence.state != PresenceState::Off);
        let absent = desks.map(|presence| presence.clerk).filter(|clerk| !self.spec.roll.has_desk(*clerk));
        let lost = absent.map(|clerk| Ask::Clerk(ClerkAsks { clerk, key: None, wants: ClerkWants::BeLost }));
        let asks: Vec<Ask> = away.chain(lost).collect();
        for ask in asks {
            self.accept_ask(ask, ctx);
        }
    }

    /// Takes something in to be done.
    fn accept_ask(&mut self, ask: Ask, ctx: &mut Context<Self>) {
        self.spec.env.pass(Point::QueueHandler, self.spec.office, ctx);
        if self.is_given_up(&ask) {
            return;
        }
        if self.is_cut_off && !ask.is_owed() {
            return self.refuse(&ask, ProblemCode::StoreUnavailable);
        }
        if self.inbox.len() >= MOST_WAITING && !ask.is_owed() {
            return self.refuse(&ask, ProblemCode::Busy);
        }
        self.inbox.push_back(Waiting { ask, attempts: 0 });
        self.work(ctx);
    }

    /// Decides what is next in the inbox and writes it. Goes on until something is being written, or nothing is left.
    fn work(&mut self, ctx: &mut Context<Self>) {
        if self.is_writing {
            return;
        }
        let now = self.spec.env.now();
        let mut steps: Vec<(Waiting, Box<Step>)> = Vec::new();
        let mut concerned: HashSet<SessionId> = HashSet::new();
        let together = Together::default();
        while steps.len() < MOST_AT_ONCE {
            let Some(next) = self.inbox.front() else { break };
            let whom = self.concerns(&next.ask);
            let may_go_along = next.ask.goes_in_batches() && whom.is_none_or(|whom| !concerned.contains(&whom));
            if !steps.is_empty() && !may_go_along {
                break;
            }
            let Some(waiting) = self.inbox.pop_front() else { break };
            if self.meddle(&waiting.ask) {
                continue;
            }
            match self.decide(&waiting.ask, &together, now) {
                Decision::Write(step) => {
                    let alone = !waiting.ask.goes_in_batches();
                    concerned.extend(whom);
                    steps.push((waiting, step));
                    if alone {
                        break;
                    }
                }
                decision => self.settle(&waiting.ask, decision, ctx),
            }
        }
        if steps.is_empty() {
            self.go_if_idle(ctx);
        } else {
            self.write(steps, now, ctx);
        }
    }

    fn go_if_idle(&mut self, ctx: &mut Context<Self>) {
        if self.is_going && !self.is_writing && self.inbox.is_empty() {
            self.lifeline.finish();
            ctx.stop();
        }
    }

    fn decide(&self, ask: &Ask, together: &Together, now: Timestamp) -> Decision {
        let Some(state) = &self.state else { return Decision::Nothing };
        let env = &self.spec.env;
        Rules { state, timings: &env.timings, world: &env.world, together, now }.decide(ask)
    }

    /// Whom a thing to do concerns, if it is one citizen.
    fn concerns(&self, ask: &Ask) -> Option<SessionId> {
        match ask {
            Ask::Join(join) => Some(join.session),
            Ask::Citizen(asks) => Some(asks.session),
            Ask::Reachable { session, .. } => Some(*session),
            Ask::TicketDue(ticket) => self.state.as_ref()?.ticket(*ticket).map(|ticket| ticket.session),
            _ => None,
        }
    }

    fn write(&mut self, steps: Vec<(Waiting, Box<Step>)>, now: Timestamp, ctx: &mut Context<Self>) {
        self.is_writing = true;
        let office = self.spec.office;
        self.spec.env.pass(Point::QueueBeforeWrite, office, ctx);
        let writes = steps.into_iter().map(|(waiting, step)| {
            let to_write = step.clone();
            let writing = self.spec.env.records.write(move |db| to_write.write(db, office, now));
            async move { (waiting, step, writing.await) }
        });
        let written = futures_util::future::join_all(writes).into_actor(self);
        ctx.spawn(written.map(move |outcomes, queue, ctx| queue.written(outcomes, now, ctx)));
    }

    /// Sets the timer for the first deadline.
    fn arm(&mut self, ctx: &mut Context<Self>) {
        let first = self.state.as_ref().and_then(|state| state.deadlines.first());
        if self.timer.as_ref().map(|(at, _)| *at) == first {
            return;
        }
        if let Some((_, armed)) = self.timer.take() {
            ctx.cancel_future(armed);
        }
        if let Some(at) = first {
            let handle = ctx.run_later(self.spec.env.until(at), Self::come_due);
            self.timer = Some((at, handle));
        }
    }

    fn come_due(&mut self, ctx: &mut Context<Self>) {
        self.timer = None;
        self.spec.env.pass(Point::QueueTimer, self.spec.office, ctx);
        let now = self.spec.env.now();
        let due = self.state.as_mut().map(|state| state.deadlines.take_due(now, MOST_AT_ONCE));
        for subject in due.unwrap_or_default() {
            let ask = match subject {
                deadlines::Subject::Ticket(ticket) => Ask::TicketDue(ticket),
                deadlines::Subject::Desk(clerk) => Ask::DeskDue(clerk),
            };
            self.accept_ask(ask, ctx);
        }
        self.arm(ctx);
    }
}

/// Reads the line once.
///
/// It is read where it is written: what this line, or the one before it that died, has asked to be written may still be
/// waiting there, and comes first.
async fn read_once(env: Env, office: OfficeId, at_start: bool) -> Result<Loaded, RecordsError> {
    let now = env.now();
    let reading = move |db: &mut Db| {
        if at_start { Loaded::read_at_start(db, office, now) } else { Loaded::read(db, office) }
    };
    env.records.write(reading).await
}
