//! The supervisor: the branches, the threads, their health, and the orderly end.

use std::marker::PhantomData;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use actix::prelude::*;
use okienko::store::offices;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, timeout};

use okienko::failures::Point;

use super::branch::Inspect;
use super::vitals::{Keystone, Part, Vitals};
use super::{Branch, Child, RestartBudget, Stop, suffer};
use crate::env::Env;
use crate::presence::{self, ClerkPresence};
use crate::queue::Queue;
use crate::queue::messages::Rest;
use crate::room::{self, Room};
use crate::session::{self, Session};
use crate::switchboard::Health;

/// How long a thread, or the store, has for a sign of life when somebody asks how things are.
const SIGN_OF_LIFE: Duration = Duration::from_secs(1);

/// For how long an answer about the health is given again: however many ask, everything is asked once in this time.
const FRESH: Duration = Duration::from_secs(1);

/// How often everything is asked for a sign of life.
const ROUND: Duration = Duration::from_secs(2);

/// How often is looked whether everything has ended.
const LOOK: Duration = Duration::from_millis(50);

/// How long lines have to write what they were asked to, at the end.
const LAST_WRITES: Duration = Duration::from_secs(5);

/// After how many seconds browsers come back to a server that goes down at once.
const RETRY_SOON_S: u32 = 1;

/// The same where calls may come to their end first: until then whoever comes back is sent away again.
const RETRY_AFTER_S: u32 = 5;

/// The branches' addresses.
#[derive(Clone)]
pub(crate) struct Branches {
    pub(crate) sessions: Addr<Branch<Session>>,
    pub(crate) presences: Addr<Branch<ClerkPresence>>,
    pub(crate) queues: Addr<Branch<Queue>>,
    pub(crate) rooms: Addr<Branch<Room>>,
}

/// Watches over everything. Lives with its branches on a thread of their own, so that nothing they watch can stop them.
pub(crate) struct Supervisor {
    env: Env,
    branches: Branches,
    /// The last answer about the health, and since when it is known.
    known: Option<(Instant, Health)>,
    /// Who waits for the next one, which is on its way as soon as somebody does.
    asking: Vec<oneshot::Sender<Health>>,
    vitals: Vitals,
    keystone: Keystone,
    /// Whether the store has been asked for a sign of life and has not answered.
    is_store_asked: bool,
}

impl Supervisor {
    /// Starts the branches and the supervisor.
    pub(crate) fn start(env: &Env) -> (Addr<Self>, Branches, Vitals) {
        let home = env.floor.for_supervision();
        let vitals = Vitals::new();
        let usual = RestartBudget::default();
        let of_rooms = RestartBudget::new(env.limits.room_restarts, env.limits.room_restart_window);
        let branches = Branches {
            sessions: branch(env, &home, &usual, &vitals),
            presences: branch(env, &home, &usual, &vitals),
            queues: branch(env, &home, &usual, &vitals),
            rooms: branch(env, &home, &of_rooms, &vitals),
        };
        let keystone = Keystone::new(vitals.clone(), Part::Supervisor);
        let supervisor = Self {
            env: env.clone(),
            branches: branches.clone(),
            known: None,
            asking: Vec::new(),
            vitals: vitals.clone(),
            keystone,
            is_store_asked: false,
        };
        (Self::start_in_arbiter(&home, move |_| supervisor), branches, vitals)
    }

    /// Asks everything for a sign of life.
    fn look_round(&mut self, ctx: &mut Context<Self>) {
        suffer(self.env.at(Point::Supervisor, ""), ctx);
        self.keystone.hear();
        let Branches { sessions, presences, queues, rooms } = &self.branches;
        sessions.do_send(Inspect);
        presences.do_send(Inspect);
        queues.do_send(Inspect);
        rooms.do_send(Inspect);
        for (name, thread) in self.env.floor.named() {
            let (vitals, part) = (self.vitals.clone(), Part::Thread(name));
            self.vitals.expect(part.clone());
            let asked = part.clone();
            if !thread.spawn(async move { vitals.hear(asked) }) {
                self.vitals.lose(part);
            }
        }
        self.look_at_media();
        self.look_at_store(ctx);
    }

    fn look_at_media(&self) {
        let media = &self.env.floor.media;
        for (at, _) in media.arbiters().iter().enumerate() {
            let (vitals, part) = (self.vitals.clone(), Part::Loop(format!("media-{at}")));
            self.vitals.expect(part.clone());
            media.sound(at, Box::new(move || vitals.hear(part)));
        }
        if media.counters().ports_given_up > 0 {
            self.vitals.lose(Part::Loop("media".to_owned()));
        }
    }

    /// Any answer is a sign of life, a refusal too: a locked database or a full disk are no reason to end calls.
    fn look_at_store(&mut self, ctx: &mut Context<Self>) {
        if self.env.records.has_dead_threads() {
            self.vitals.lose(Part::Store);
        }
        self.vitals.expect(Part::Store);
        if std::mem::replace(&mut self.is_store_asked, true) {
            return;
        }
        let (written, read) = self.env.records.sound();
        let answered = futures_util::future::join(written, read).into_actor(self);
        ctx.spawn(answered.map(|_, supervisor, _| {
            supervisor.is_store_asked = false;
            supervisor.vitals.hear(Part::Store);
        }));
    }
}

fn branch<A: Child>(env: &Env, home: &ArbiterHandle, budget: &RestartBudget, vitals: &Vitals) -> Addr<Branch<A>> {
    let (floor, tally, budget) = (env.floor.clone(), env.tally.clone(), budget.clone());
    let (vitals, failures) = (vitals.clone(), env.world.failures().clone());
    for part in [Part::Branch(A::KIND), Part::Children(A::KIND)] {
        vitals.expect(part);
    }
    Branch::start_in_arbiter(home, move |_| Branch::new(floor, tally, budget, vitals, failures))
}

impl Actor for Supervisor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        ctx.run_interval(ROUND, Self::look_round);
    }
}

/// Asks every thread and the store for a sign of life, unless that was done a moment ago. The answer never comes if the
/// supervisor ends first.
#[derive(Message)]
#[rtype(result = "Option<Health>")]
pub(crate) struct GetHealth;

/// Ends everything in order: browsers are told, calls may go on for so long, lines write what they were asked to.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Shutdown {
    pub(crate) grace: Duration,
}

impl Handler<GetHealth> for Supervisor {
    type Result = ResponseFuture<Option<Health>>;

    fn handle(&mut self, _: GetHealth, ctx: &mut Context<Self>) -> Self::Result {
        if let Some((_, health)) = self.known.as_ref().filter(|(since, _)| since.elapsed() < FRESH) {
            let health = health.clone();
            return Box::pin(async move { Some(health) });
        }
        let (sender, receiver) = oneshot::channel();
        self.asking.push(sender);
        if self.asking.len() == 1 {
            let _task = ctx.spawn(health(self.env.clone(), self.vitals.clone()).into_actor(self).map(
                |health, supervisor, _| {
                    for asking in supervisor.asking.drain(..) {
                        // Whoever asked may have given up waiting.
                        let _received_or_given_up = asking.send(health.clone());
                    }
                    supervisor.known = Some((Instant::now(), health));
                },
            ));
        }
        Box::pin(async move { receiver.await.ok() })
    }
}

impl Handler<Shutdown> for Supervisor {
    type Result = ResponseActFuture<Self, ()>;

    fn handle(&mut self, Shutdown { grace }: Shutdown, _: &mut Context<Self>) -> Self::Result {
        let going = shut_down(self.env.clone(), self.branches.clone(), self.vitals.clone(), grace);
        Box::pin(going.into_actor(self))
    }
}

async fn health(env: Env, vitals: Vitals) -> Health {
    let threads = env.floor.named().into_iter().map(|(name, handle)| async move {
        let (sender, receiver) = oneshot::channel::<()>();
        let is_running = handle.spawn(async move {
            // Whoever asked may have given up waiting.
            let _received_or_given_up = sender.send(());
        });
        let is_alive = is_running && matches!(timeout(SIGN_OF_LIFE, receiver).await, Ok(Ok(())));
        (!is_alive).then_some(name)
    });
    let store = async {
        let read = timeout(SIGN_OF_LIFE, env.records.read(|db| offices::all(db).map(drop))).await;
        matches!(read, Ok(Ok(()))) && env.records.can_write()
    };
    let (stuck, store) = futures_util::future::join(futures_util::future::join_all(threads), store).await;
    let mut stuck: Vec<String> = stuck.into_iter().flatten().chain(vitals.silent()).collect();
    stuck.sort_unstable();
    stuck.dedup();
    Health { stuck, store }
}

async fn shut_down(env: Env, branches: Branches, vitals: Vitals, grace: Duration) {
    let tally = &env.tally;
    let sessions = branches.sessions.send(Stop(PhantomData)).await.unwrap_or_default();
    let presences = branches.presences.send(Stop(PhantomData)).await.unwrap_or_default();
    tracing::info!(sessions = sessions.len(), presences = presences.len(), "the actors go down");
    let retry_after_s = if tally.rooms.alive.load(Relaxed) == 0 { RETRY_SOON_S } else { RETRY_AFTER_S };
    for session in &sessions {
        session.do_send(session::messages::Close { retry_after_s });
    }
    for presence in &presences {
        presence.do_send(presence::messages::Close { retry_after_s });
    }
    // Calls may come to their end; those that do not are taken up again when the server is back.
    until(grace, || tally.rooms.alive.load(Relaxed) == 0).await;
    for session in sessions {
        session.do_send(session::messages::SignOff);
    }
    for presence in presences {
        presence.do_send(presence::messages::SignOff);
    }
    for queue in branches.queues.send(Stop(PhantomData)).await.unwrap_or_default() {
        queue.do_send(Rest);
    }
    for room in branches.rooms.send(Stop(PhantomData)).await.unwrap_or_default() {
        room.do_send(room::messages::Close);
    }
    let kinds = [&tally.queues, &tally.rooms, &tally.sessions, &tally.presences];
    until(LAST_WRITES, || kinds.iter().all(|kind| kind.alive.load(Relaxed) == 0)).await;
    vitals.end();
    env.floor.stop();
}

/// Waits until something is so, but no longer than this.
async fn until(most: Duration, is_so: impl Fn() -> bool) {
    let end = Instant::now() + most;
    while !is_so() && Instant::now() < end {
        sleep(LOOK).await;
    }
}
