//! The one handle that the edge holds on the actors.

use std::collections::HashMap;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix::dev::ToEnvelope;
use actix::prelude::*;
use okienko::domain::documents::DocumentRules;
use okienko::domain::timings::Timings;
use okienko::ids::{ClerkId, LoginId, OfficeId, SessionId};
use okienko::store::{OfficeScope, Store, offices};
use okienko::world::World;
use tokio::time::Instant;

use crate::documents::Cabinet;
use crate::env::{ActorLimits, Env};
use crate::error::ActorError;
use crate::lookup;
use crate::media::{MediaCounters, MediaPool, MediaSettings};
use crate::presence::{ClerkPresence, DeskSpec, messages::SignOut};
use crate::queue::Queue;
use crate::queue::messages::{ClerkAsks, ClerkWants, GetOverview, LineOverview, LineSpec, ReadBook};
use crate::queue::roll::Roll;
use crate::records::Records;
use crate::room::house::{MediaHouse, MediaLayer};
use crate::session::messages::{GetGlance, Glance};
use crate::session::{Session, SessionSpec};
#[cfg(feature = "failure-points")]
use crate::supervision::Inspect;
use crate::supervision::root::{Branches, GetHealth, Shutdown, Supervisor};
use crate::supervision::{Branch, Child, Find, Floor, Start, Tally, Vitals};

/// How long an actor has for its answer.
const WITHIN: Duration = Duration::from_secs(5);

/// How often a start is tried that finds a child which has just died.
const STARTS: u32 = 10;

/// How long an overview may be shown.
const OVERVIEW_FOR: Duration = Duration::from_millis(500);

/// How the actors are set up; a plain structure made from the configuration.
#[derive(Debug, Clone)]
pub struct ActorSettings {
    /// How long everything lasts.
    pub timings: Timings,
    /// How voice and picture are carried.
    pub media: MediaSettings,
    /// How many threads carry sessions, lines and presences. 0 keeps them on the thread that starts them, for tests.
    pub control_arbiters: usize,
    /// How much there may be of everything.
    pub limits: ActorLimits,
    /// What bounds the documents of a call.
    pub documents: DocumentRules,
}

impl Default for ActorSettings {
    fn default() -> Self {
        let (timings, media, limits) = (Timings::default(), MediaSettings::default(), ActorLimits::default());
        Self { timings, media, control_arbiters: 1, limits, documents: DocumentRules::default() }
    }
}

/// How the actors and the store are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// Threads that did not answer within a second, by name; empty if all did.
    pub stuck: Vec<String>,
    /// Whether the store read within a second, and wrote or could have a moment ago.
    pub store: bool,
}

impl Health {
    /// Whether everything answers.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.store && self.stuck.is_empty()
    }
}

/// How many actors are alive, and what happened to them since the start.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    /// Sessions alive.
    pub sessions: u64,
    /// Lines alive.
    pub queues: u64,
    /// Presences alive.
    pub presences: u64,
    /// Rooms alive, those for device checks among them.
    pub rooms: u64,
    /// Sessions that died and were, or will be, built anew.
    pub session_restarts: u64,
    /// Lines that died and were built anew.
    pub queue_restarts: u64,
    /// Presences that died and were, or will be, built anew.
    pub presence_restarts: u64,
    /// Rooms that died, or whose media did, and were built anew.
    pub room_restarts: u64,
    /// Children given up because they died too often.
    pub given_up: u64,
    /// Children dropped because they answered nothing; they are among those that died.
    pub stuck: u64,
    /// Tickets that wait, in all offices.
    pub waiting: u64,
    /// Frames that a socket's full mailbox refused at first.
    pub mailbox_refusals: u64,
    /// What the media layer counts.
    pub media: MediaCounters,
}

/// The one handle that the edge holds. Cheap to clone; usable on any thread.
#[derive(Clone)]
pub struct Switchboard {
    inner: Arc<Inner>,
}

struct Inner {
    env: Env,
    branches: Branches,
    supervisor: Addr<Supervisor>,
    vitals: Vitals,
    /// One for each office that is open here; made once, since it outlives its line.
    rolls: Mutex<HashMap<OfficeId, Arc<Roll>>>,
    overviews: Mutex<HashMap<OfficeId, (Instant, Arc<LineOverview>)>>,
}

impl Switchboard {
    /// Starts the media layer, the threads, the supervisor, and the line of each office, which takes up what was going
    /// on when the process ended. Needs a running actix system.
    ///
    /// # Errors
    /// [`ActorError::Media`] if a port or thread cannot be had; [`ActorError::Store`] if the offices cannot be read.
    pub async fn start(settings: ActorSettings, store: Store, world: World) -> Result<Self, ActorError> {
        let failures = world.failures().clone();
        let media = MediaLayer(MediaPool::start(MediaSettings { failures, ..settings.media.clone() })?);
        Self::start_with(settings, store, world, Arc::new(media)).await
    }

    /// Starts with media of another making, for tests.
    ///
    /// # Errors
    /// [`ActorError::Store`] if the offices cannot be read.
    pub async fn start_with(
        settings: ActorSettings,
        store: Store,
        world: World,
        media: Arc<dyn MediaHouse>,
    ) -> Result<Self, ActorError> {
        let tally = Arc::new(Tally::default());
        let env = Env {
            cabinet: Cabinet::new(world.clone(), settings.documents),
            world,
            timings: Arc::new(settings.timings),
            limits: settings.limits,
            records: Records::new(store, settings.limits.store_within, Arc::clone(&tally)),
            floor: Floor::new(settings.control_arbiters, media),
            tally,
        };
        let (supervisor, branches, vitals) = Supervisor::start(&env);
        let (rolls, overviews) = (Mutex::default(), Mutex::default());
        let inner = Inner { env, branches, supervisor, vitals, rolls, overviews };
        let switchboard = Self { inner: Arc::new(inner) };
        for office in switchboard.env().records.read(offices::all).await? {
            switchboard.queue(office.id).await?;
        }
        Ok(switchboard)
    }

    /// Finds a session's actor, or starts it from the store's record.
    ///
    /// # Errors
    /// [`ActorError::NotFound`] if there is no such session; [`ActorError::GivenUp`] if its line, or it, is given up;
    /// [`ActorError::Store`] if its record could not be read; [`ActorError::Busy`], [`ActorError::Closed`].
    pub async fn session(&self, id: SessionId) -> Result<Addr<Session>, ActorError> {
        if let Some(found) = self.find_session(id).await? {
            return Ok(found);
        }
        let now = self.env().now();
        let (record, last) = self.env().records.read(move |db| lookup::session(db, id, now)).await?;
        let (queue, roll) = self.queue(record.office).await?;
        let (env, rooms) = (self.env().clone(), self.branches().rooms.clone());
        let (session, site) = (record.id, record.site);
        let spec = SessionSpec { env, session, site, queue, roll, rooms, last };
        start(&self.branches().sessions, spec).await
    }

    /// Finds a clerk's presence, or starts it from the store's record.
    ///
    /// # Errors
    /// [`ActorError::NotFound`] if there is no such clerk, or no longer; others as [`Switchboard::session`].
    pub async fn presence(&self, clerk: ClerkId) -> Result<Addr<ClerkPresence>, ActorError> {
        let found = ask(&self.branches().presences, Find::<ClerkPresence>::new(clerk)).await?;
        if let Some(found) = found.filter(Addr::connected) {
            return Ok(found);
        }
        let office = self.env().records.read(move |db| lookup::office_of_clerk(db, clerk)).await?;
        let (queue, roll) = self.queue(office).await?;
        let spec = DeskSpec { env: self.env().clone(), clerk, queue, roll };
        start(&self.branches().presences, spec).await
    }

    /// An office's line as everybody may see it, at most one second old.
    ///
    /// # Errors
    /// [`ActorError::NotFound`] if there is no such office; [`ActorError::GivenUp`] if its line is given up;
    /// [`ActorError::Busy`] if it does not answer in time.
    pub async fn overview(&self, office: OfficeId) -> Result<Arc<LineOverview>, ActorError> {
        let known = lock(&self.inner.overviews).get(&office).cloned();
        if let Some((_, overview)) = known.filter(|(drawn_at, _)| drawn_at.elapsed() < OVERVIEW_FOR) {
            return Ok(overview);
        }
        let (queue, _) = self.queue(office).await?;
        let overview = ask(&queue, GetOverview).await??;
        lock(&self.inner.overviews).insert(office, (Instant::now(), Arc::clone(&overview)));
        Ok(overview)
    }

    /// What the launcher's badge shows of a session; `None` without a ticket. Starts nothing.
    ///
    /// # Errors
    /// [`ActorError::NotFound`] if there is no such session; [`ActorError::Store`] if it could not be known.
    pub async fn glance(&self, session: SessionId) -> Result<Option<Glance>, ActorError> {
        if let Some(found) = self.find_session(session).await? {
            return ask(&found, GetGlance).await;
        }
        let now = self.env().now();
        let ticket = self.env().records.read(move |db| lookup::last_ticket(db, session, now)).await?;
        Ok(ticket.map(|ticket| lookup::glance(&ticket)))
    }

    /// Tells an office's line that its matters, hours or staff were changed. Unknown offices are none of its business.
    ///
    /// # Errors
    /// As [`Switchboard::overview`].
    pub async fn office_changed(&self, office: OfficeId) -> Result<(), ActorError> {
        let (queue, _) = self.queue(office).await?;
        queue.do_send(ReadBook);
        Ok(())
    }

    /// Asks every thread and the store for a sign of life, and waits a second at most. What it writes is nothing, and
    /// what it asks the same however many call it: an answer is a second old at most.
    pub async fn health(&self) -> Health {
        let answer = self.inner.supervisor.send(GetHealth).timeout(WITHIN).await;
        answer.ok().flatten().unwrap_or_else(|| Health { stuck: vec!["supervision".to_owned()], store: false })
    }

    /// The present counts.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let tally = &self.env().tally;
        let kinds = [&tally.sessions, &tally.queues, &tally.presences, &tally.rooms];
        Counts {
            sessions: tally.sessions.alive.load(Relaxed),
            queues: tally.queues.alive.load(Relaxed),
            presences: tally.presences.alive.load(Relaxed),
            rooms: tally.rooms.alive.load(Relaxed),
            session_restarts: tally.sessions.deaths.load(Relaxed),
            queue_restarts: tally.queues.deaths.load(Relaxed),
            presence_restarts: tally.presences.deaths.load(Relaxed),
            room_restarts: tally.rooms.deaths.load(Relaxed),
            given_up: kinds.iter().map(|kind| kind.given_up.load(Relaxed)).sum(),
            stuck: kinds.iter().map(|kind| kind.stuck.load(Relaxed)).sum(),
            waiting: tally.waiting.load(Relaxed),
            mailbox_refusals: tally.mailbox_refusals.load(Relaxed),
            media: self.env().floor.media.counters(),
        }
    }

    /// The documents of the calls.
    #[must_use]
    pub fn documents(&self) -> &Arc<Cabinet> {
        &self.env().cabinet
    }

    /// How many store calls were begun and are not answered.
    #[must_use]
    pub fn store_jobs(&self) -> u64 {
        self.env().tally.store_jobs.load(Relaxed)
    }

    /// Tells that a login is over, and whether it was the clerk's last: if it holds the desk, its clerk is off duty once
    /// a running call is over, and the socket is closed. Nothing happens to a desk that another login holds.
    pub async fn staff_signed_out(&self, clerk: ClerkId, login: LoginId, is_last: bool) {
        if let Err(error) = self.sign_out(clerk, login, is_last).await {
            tracing::warn!(clerk.id = %clerk, %error, "a line could not be told of a sign-out");
        }
    }

    /// Tells every browser that the server goes down, lets calls go on for `grace` at most, writes what is waiting,
    /// and ends the threads. Calls that still go on are taken up again by the next start.
    pub async fn shutdown(&self, grace: Duration) {
        if self.inner.supervisor.send(Shutdown { grace }).await.is_err() {
            tracing::error!("the supervisor was gone at the shutdown");
        }
    }

    /// What everything rests on, for whoever ends the process when it is gone.
    #[must_use]
    pub fn vitals(&self) -> Vitals {
        self.inner.vitals.clone()
    }

    /// Lets every actor handle a message now, so that a failure point armed there is passed.
    #[cfg(feature = "failure-points")]
    pub fn inspect(&self) {
        let Branches { sessions, presences, queues, rooms } = self.branches();
        sessions.do_send(Inspect);
        presences.do_send(Inspect);
        queues.do_send(Inspect);
        rooms.do_send(Inspect);
    }

    fn env(&self) -> &Env {
        &self.inner.env
    }

    fn branches(&self) -> &Branches {
        &self.inner.branches
    }

    async fn find_session(&self, id: SessionId) -> Result<Option<Addr<Session>>, ActorError> {
        let found = ask(&self.branches().sessions, Find::<Session>::new(id)).await?;
        Ok(found.filter(Addr::connected))
    }

    async fn sign_out(&self, clerk: ClerkId, login: LoginId, is_last: bool) -> Result<(), ActorError> {
        if let Some(presence) = ask(&self.branches().presences, Find::<ClerkPresence>::new(clerk)).await? {
            presence.do_send(SignOut { login, is_last });
            return Ok(());
        }
        if !is_last {
            return Ok(());
        }
        let office = self.env().records.read(move |db| lookup::office_of_clerk(db, clerk)).await?;
        let (queue, _) = self.queue(office).await?;
        queue.do_send(ClerkAsks { clerk, key: None, wants: ClerkWants::SignOut });
        Ok(())
    }

    /// The line of an office, started if need be, and its roll.
    async fn queue(&self, office: OfficeId) -> Result<(Addr<Queue>, Arc<Roll>), ActorError> {
        let known = lock(&self.inner.rolls).get(&office).cloned();
        let roll = match known {
            Some(roll) => roll,
            None => {
                self.env().records.read(move |db| offices::get(db, OfficeScope::of(office))).await?;
                Arc::clone(lock(&self.inner.rolls).entry(office).or_default())
            }
        };
        let (env, rooms) = (self.env().clone(), self.branches().rooms.clone());
        let spec = LineSpec { env, office, roll: Arc::clone(&roll), rooms };
        Ok((start(&self.branches().queues, spec).await?, roll))
    }
}

/// Finds or starts a child that is alive. The branch may not know yet of one that has just died.
async fn start<A: Child>(branch: &Addr<Branch<A>>, spec: A::Spec) -> Result<Addr<A>, ActorError> {
    for _ in 0..STARTS {
        let child = ask(branch, Start::<A>(spec.clone())).await??;
        if child.connected() {
            return Ok(child);
        }
        tokio::task::yield_now().await;
    }
    Err(ActorError::Busy)
}

/// Asks an actor, and waits no longer than [`WITHIN`].
async fn ask<A, M>(actor: &Addr<A>, message: M) -> Result<M::Result, ActorError>
where
    A: Actor + Handler<M>,
    A::Context: ToEnvelope<A, M>,
    M: Message + Send + 'static,
    M::Result: Send,
{
    Ok(actor.send(message).timeout(WITHIN).await?)
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // Nothing in these can be left half-done by a panic: each change is one insertion.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
