//! What a branch asks of the actors it builds, and what it keeps of each.

use std::fmt::Display;
use std::hash::Hash;

use actix::dev::channel::channel;
use actix::prelude::*;
use futures_util::future::{AbortHandle, Abortable};
use tokio::time::Instant;

use super::{Birth, BranchTally, ChildExited, Floor, Lifeline, Probe, Pulse, RestartBudget, Tally};

/// How many messages a child's mailbox takes before it counts as full, for those who care.
const MAILBOX: usize = 16;

/// What happens to a child that died.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Restart {
    /// A fresh one is built at once: others rely on it.
    AtOnce,
    /// A fresh one is built when somebody asks for it: until then nobody would miss it.
    OnDemand,
}

/// An actor that a branch can build, as often as need be, from the same spec.
pub(crate) trait Child: Actor<Context = Context<Self>> + Handler<Probe> + Sized {
    /// By what a child is found.
    type Key: Copy + Eq + Hash + Display + Send + Unpin + 'static;
    /// What it is made from. Parts that must outlive the child are shared through an `Arc`.
    type Spec: Clone + Send + Unpin + 'static;
    /// What the kind is called in the log.
    const KIND: &'static str;
    /// What happens when it dies.
    const RESTART: Restart;
    /// Whether nobody asks for a child of this key again once it was given up, so that nothing of it is kept.
    const IS_ONE_SHOT: bool = false;

    /// The key of the child that a spec makes.
    fn key(spec: &Self::Spec) -> Self::Key;
    /// On which thread it lives.
    fn place(spec: &Self::Spec, floor: &Floor) -> ArbiterHandle;
    /// Builds it, on that thread.
    fn build(spec: Self::Spec, birth: Birth<Self::Key>, ctx: &mut Context<Self>) -> Self;
    /// Somebody wants a child to be started that lives already. For kinds that have to hear of it.
    fn wanted_again(_: &Addr<Self>, _: &Self::Spec) {}
    /// Tells those concerned that the child died too often and will not come back.
    fn give_up(spec: &Self::Spec);
    /// Where its kind is counted.
    fn tally(tally: &Tally) -> &BranchTally;
}

/// What a branch keeps of a child.
pub(super) struct Kept<A: Child> {
    pub(super) spec: A::Spec,
    /// None between a death and the next start.
    pub(super) life: Option<Life<A>>,
    pub(super) birth: u64,
    pub(super) budget: RestartBudget,
    pub(super) given_up: bool,
}

/// A child that is alive, as far as is known.
pub(super) struct Life<A: Child> {
    pub(super) addr: Addr<A>,
    /// The thread it lives on.
    pub(super) thread: ArbiterHandle,
    /// Ends it, whatever it is doing, as soon as its thread comes by.
    end: AbortHandle,
    pulse: Pulse,
    /// When it was asked for a sign of life, and how many it had given before. None if it has answered.
    asked: Option<(Instant, u64)>,
}

impl<A: Child> Kept<A> {
    pub(super) const fn new(spec: A::Spec, budget: RestartBudget) -> Self {
        Self { spec, life: None, birth: 0, budget, given_up: false }
    }

    /// Builds a fresh child. Its lifeline is inside the closure from the start: a panic while building it, and a thread
    /// that is gone, are told like every other death.
    pub(super) fn bring_up(&mut self, floor: &Floor, branch: Recipient<ChildExited<A::Key>>) -> Addr<A> {
        self.birth += 1;
        let number = self.birth;
        let lifeline = Lifeline::new(branch, A::key(&self.spec), number);
        let thread = A::place(&self.spec, floor);
        let pulse = Pulse::default();
        let birth = Birth { lifeline, number, pulse: pulse.clone() };
        let spec = self.spec.clone();
        let (sender, receiver) = channel(MAILBOX);
        let (end, ends) = AbortHandle::new_pair();
        // What `start_in_arbiter` does, in a wrapper by which it can be ended from outside.
        let started = move || {
            let mut ctx = Context::with_receiver(receiver);
            let actor = A::build(spec, birth, &mut ctx);
            drop(actix_rt::spawn(Abortable::new(ctx.into_future(actor), ends)));
        };
        // A thread that is gone drops the closure, and the lifeline with it.
        let _told_by_the_lifeline = thread.spawn_fn(started);
        let addr = Addr::new(sender);
        self.life = Some(Life { addr: addr.clone(), thread, end, pulse, asked: None });
        addr
    }

    pub(super) fn addr(&self) -> Option<&Addr<A>> {
        self.life.as_ref().map(|life| &life.addr)
    }
}

impl<A: Child> Life<A> {
    /// Asks for a sign of life, unless that was done and is not answered.
    pub(super) fn probe(&mut self, now: Instant) {
        if self.asked.is_none() {
            self.asked = Some((now, self.pulse.count()));
            self.addr.do_send(Probe(self.pulse.clone()));
        }
    }

    /// Since when it owes a sign of life; None if it does not.
    pub(super) fn silent_since(&mut self) -> Option<Instant> {
        let (at, count) = self.asked?;
        if self.pulse.count() != count {
            self.asked = None;
            return None;
        }
        Some(at)
    }

    /// Drops the actor, whatever it waits for: its lifeline tells the branch.
    pub(super) fn end(&self) {
        self.end.abort();
    }
}
