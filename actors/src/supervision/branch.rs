//! A branch: starts, finds and rebuilds the children of one kind.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use actix::prelude::*;
use okienko::failures::{Failures, Point};
use tokio::time::Instant;

use super::child::Kept;
use super::vitals::{Keystone, Part, Vitals};
use super::{BranchTally, Child, ChildExited, Exit, Floor, Restart, RestartBudget, Tally, suffer};
use crate::error::ActorError;

/// How often a branch looks for what need not be kept any more.
const SWEEP: Duration = Duration::from_secs(60);

/// How long a child may owe a sign of life. No handler of ours takes a thousandth of it.
const STUCK_AFTER: Duration = Duration::from_secs(5);

/// Finds the child of this spec, or starts it.
#[derive(Message)]
#[rtype(result = "Result<Addr<A>, ActorError>")]
pub(crate) struct Start<A: Child>(pub(crate) A::Spec);

/// Finds a child that is alive.
#[derive(Message)]
#[rtype(result = "Option<Addr<A>>")]
pub(crate) struct Find<A: Child>(pub(crate) A::Key, pub(crate) PhantomData<fn() -> A>);

impl<A: Child> Find<A> {
    pub(crate) const fn new(key: A::Key) -> Self {
        Self(key, PhantomData)
    }
}

/// Asks all children for a sign of life, and drops those that have owed one for too long.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Inspect;

/// Builds nothing any more, and gives the addresses of all that live, to end them in order.
#[derive(Message)]
#[rtype(result = "Vec<Addr<A>>")]
pub(crate) struct Stop<A: Child>(pub(crate) PhantomData<fn() -> A>);

/// The thread of a child that owes a sign of life has taken its turn since: it is the child that does not answer.
#[derive(Message)]
#[rtype(result = "()")]
struct ThreadAnswered<K: Send> {
    key: K,
    birth: u64,
}

/// The children of one kind.
pub(crate) struct Branch<A: Child> {
    floor: Floor,
    tally: Arc<Tally>,
    /// What each child may spend.
    budget: RestartBudget,
    children: HashMap<A::Key, Kept<A>>,
    stopping: bool,
    keystone: Keystone,
    vitals: Vitals,
    failures: Failures,
}

impl<A: Child> Branch<A> {
    pub(crate) fn new(
        floor: Floor,
        tally: Arc<Tally>,
        budget: RestartBudget,
        vitals: Vitals,
        failures: Failures,
    ) -> Self {
        let keystone = Keystone::new(vitals.clone(), Part::Branch(A::KIND));
        Self { floor, tally, budget, children: HashMap::new(), stopping: false, keystone, vitals, failures }
    }

    fn counts(&self) -> &BranchTally {
        A::tally(&self.tally)
    }
}

impl<A: Child> Actor for Branch<A> {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        // What died and was not asked for again is kept for its budget only.
        ctx.run_interval(SWEEP, |branch, _| {
            let now = Instant::now().into_std();
            branch.children.retain(|_, kept| kept.life.is_some() || !kept.budget.is_untouched(now));
        });
    }
}

impl<A: Child> Handler<Start<A>> for Branch<A> {
    type Result = Result<Addr<A>, ActorError>;

    fn handle(&mut self, Start(spec): Start<A>, ctx: &mut Context<Self>) -> Self::Result {
        if self.stopping {
            return Err(ActorError::Closed);
        }
        let now = Instant::now().into_std();
        let kept = match self.children.entry(A::key(&spec)) {
            Entry::Vacant(vacant) => vacant.insert(Kept::new(spec, self.budget.clone())),
            Entry::Occupied(occupied) => {
                let kept = occupied.into_mut();
                if let Some(addr) = kept.addr() {
                    A::wanted_again(addr, &spec);
                    return Ok(addr.clone());
                }
                if kept.given_up && !kept.budget.is_untouched(now) {
                    // Those concerned may be others than when it was given up.
                    A::give_up(&spec);
                    return Err(ActorError::GivenUp);
                }
                kept.given_up = false;
                kept.spec = spec;
                kept
            }
        };
        let addr = kept.bring_up(&self.floor, ctx.address().recipient());
        self.counts().alive.fetch_add(1, Relaxed);
        Ok(addr)
    }
}

impl<A: Child> Handler<Find<A>> for Branch<A> {
    type Result = Option<Addr<A>>;

    fn handle(&mut self, Find(key, _): Find<A>, _: &mut Context<Self>) -> Self::Result {
        self.children.get(&key).and_then(|kept| kept.addr().cloned())
    }
}

impl<A: Child> Handler<ChildExited<A::Key>> for Branch<A> {
    type Result = ();

    fn handle(&mut self, exited: ChildExited<A::Key>, ctx: &mut Context<Self>) {
        let now = Instant::now().into_std();
        let Some(kept) = self.children.get_mut(&exited.key) else { return };
        if kept.birth != exited.birth || kept.life.take().is_none() {
            return;
        }
        A::tally(&self.tally).alive.fetch_sub(1, Relaxed);
        if exited.exit == Exit::Finished || self.stopping {
            self.children.remove(&exited.key);
            return;
        }
        A::tally(&self.tally).deaths.fetch_add(1, Relaxed);
        if !kept.budget.spend(now) {
            kept.given_up = true;
            A::tally(&self.tally).given_up.fetch_add(1, Relaxed);
            tracing::error!(child.kind = A::KIND, child.id = %exited.key, "a child died too often and is given up");
            A::give_up(&kept.spec);
            if A::IS_ONE_SHOT {
                self.children.remove(&exited.key);
            }
            return;
        }
        let panicked = exited.exit == Exit::Panicked;
        tracing::warn!(child.kind = A::KIND, child.id = %exited.key, panicked, "a child died");
        if A::RESTART == Restart::AtOnce {
            kept.bring_up(&self.floor, ctx.address().recipient());
            A::tally(&self.tally).alive.fetch_add(1, Relaxed);
        }
    }
}

impl<A: Child> Handler<Inspect> for Branch<A> {
    type Result = ();

    fn handle(&mut self, _: Inspect, ctx: &mut Context<Self>) {
        suffer(self.failures.at(Point::Branch, A::KIND), ctx);
        self.keystone.hear();
        let now = Instant::now();
        let (mut alive, mut silent) = (0_usize, 0_usize);
        for (key, kept) in &mut self.children {
            let Some(life) = &mut kept.life else { continue };
            alive += 1;
            match life.silent_since() {
                None => life.probe(now),
                Some(asked_at) if now.duration_since(asked_at) < STUCK_AFTER => {}
                Some(_) => {
                    silent += 1;
                    // Not the child's fault if its whole thread stands still, or is slow. Spawned three turns long, so
                    // that the child has had its own before.
                    let (branch, key, birth) = (ctx.address(), *key, kept.birth);
                    let asked = life.thread.spawn(async move {
                        for _ in 0..3 {
                            tokio::task::yield_now().await;
                        }
                        branch.do_send(ThreadAnswered { key, birth });
                    });
                    if !asked {
                        tracing::error!(child.kind = A::KIND, "a thread is gone");
                    }
                }
            }
        }
        if alive == 0 || silent < alive {
            self.vitals.hear(Part::Children(A::KIND));
        }
    }
}

impl<A: Child> Handler<ThreadAnswered<A::Key>> for Branch<A> {
    type Result = ();

    fn handle(&mut self, ThreadAnswered { key, birth }: ThreadAnswered<A::Key>, _: &mut Context<Self>) {
        let Some(kept) = self.children.get_mut(&key).filter(|kept| kept.birth == birth) else { return };
        let Some(life) = &mut kept.life else { return };
        if life.silent_since().is_some() {
            A::tally(&self.tally).stuck.fetch_add(1, Relaxed);
            tracing::error!(child.kind = A::KIND, child.id = %key, "a child answers nothing and is dropped");
            life.end();
        }
    }
}

impl<A: Child> Handler<Stop<A>> for Branch<A> {
    type Result = MessageResult<Stop<A>>;

    fn handle(&mut self, _: Stop<A>, _: &mut Context<Self>) -> Self::Result {
        self.stopping = true;
        MessageResult(self.children.values().filter_map(|kept| kept.addr().cloned()).collect())
    }
}

#[cfg(test)]
mod tests;
