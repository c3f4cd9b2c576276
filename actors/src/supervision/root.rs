//! The supervisor: the branches, the threads, their health, and the orderly end.

use std::marker::PhantomData;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use actix::prelude::*;
use okienko::store::offices;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, timeout};

use super::{Branch, Child, RestartBudget, Stop};
use crate::env::Env;
use crate::presence::{self, ClerkPresence};
use crate::queue::Queue;
use crate::queue::messages::Rest;
use crate::room::{self, Room};
use crate::session::{self, Session};
use crate::switchboard::Health;

/// How long a thread, or the store, has for a sign of life.
const SIGN_OF_LIFE: Duration = Duration::from_secs(1);

/// For how long an answer about the health is given again: however many ask, everything is asked once in this time.
const FRESH: Duration = Duration::from_secs(1);

/// How often is looked whether everything has ended.
const LOOK: Duration = Duration::from_millis(50);

/// How long lines have to write what they were asked to, at the end.
const LAST_WRITES: Duration = Duration::from_secs(5);

/// After how many seconds browsers come back to a server that goes down.
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
}

impl Supervisor {
    /// Starts the branches and the supervisor.
    pub(crate) fn start(env: &Env) -> (Addr<Self>, Branches) {
        let home = env.floor.for_supervision();
        let usual = RestartBudget::default();
        let of_rooms = RestartBudget::new(env.limits.room_restarts, env.limits.room_restart_window);
        let branches = Branches {
            sessions: branch(env, &home, &usual),
            presences: branch(env, &home, &usual),
            queues: branch(env, &home, &usual),
            rooms: branch(env, &home, &of_rooms),
        };
        let supervisor = Self { env: env.clone(), branches: branches.clone(), known: None, asking: Vec::new() };
        (Self::start_in_arbiter(&home, move |_| supervisor), branches)
    }
}

fn branch<A: Child>(env: &Env, home: &ArbiterHandle, budget: &RestartBudget) -> Addr<Branch<A>> {
    let (floor, tally, budget) = (env.floor.clone(), env.tally.clone(), budget.clone());
    Branch::start_in_arbiter(home, move |_| Branch::new(floor, tally, budget))
}

impl Actor for Supervisor {
    type Context = Context<Self>;
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
            let _task = ctx.spawn(health(self.env.clone()).into_actor(self).map(|health, supervisor, _| {
                for asking in supervisor.asking.drain(..) {
                    // Whoever asked may have given up waiting.
                    let _received_or_given_up = asking.send(health.clone());
                }
                supervisor.known = Some((Instant::now(), health));
            }));
        }
        Box::pin(async move { receiver.await.ok() })
    }
}

impl Handler<Shutdown> for Supervisor {
    type Result = ResponseActFuture<Self, ()>;

    fn handle(&mut self, Shutdown { grace }: Shutdown, _: &mut Context<Self>) -> Self::Result {
        Box::pin(shut_down(self.env.clone(), self.branches.clone(), grace).into_actor(self))
    }
}

async fn health(env: Env) -> Health {
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
    Health { stuck: stuck.into_iter().flatten().collect(), store }
}

async fn shut_down(env: Env, branches: Branches, grace: Duration) {
    let tally = &env.tally;
    let sessions = branches.sessions.send(Stop(PhantomData)).await.unwrap_or_default();
    let presences = branches.presences.send(Stop(PhantomData)).await.unwrap_or_default();
    tracing::info!(sessions = sessions.len(), presences = presences.len(), "the actors go down");
    for session in &sessions {
        session.do_send(session::messages::Close { retry_after_s: RETRY_AFTER_S });
    }
    for presence in &presences {
        presence.do_send(presence::messages::Close { retry_after_s: RETRY_AFTER_S });
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
    env.floor.stop();
}

/// Waits until something is so, but no longer than this.
async fn until(most: Duration, is_so: impl Fn() -> bool) {
    let end = Instant::now() + most;
    while !is_so() && Instant::now() < end {
        sleep(LOOK).await;
    }
}
