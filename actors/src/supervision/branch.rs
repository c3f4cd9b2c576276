//! A branch: starts, finds and rebuilds the children of one kind.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt::Display;
use std::hash::Hash;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use actix::prelude::*;

use super::{Birth, BranchTally, ChildExited, Exit, Floor, Lifeline, Restart, RestartBudget, Tally};
use crate::error::ActorError;

/// How often a branch looks for what need not be kept any more.
const SWEEP: Duration = Duration::from_secs(60);

/// An actor that a branch can build, as often as need be, from the same spec.
pub(crate) trait Child: Actor<Context = Context<Self>> + Sized {
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

/// Builds nothing any more, and gives the addresses of all that live, to end them in order.
#[derive(Message)]
#[rtype(result = "Vec<Addr<A>>")]
pub(crate) struct Stop<A: Child>(pub(crate) PhantomData<fn() -> A>);

/// The children of one kind.
pub(crate) struct Branch<A: Child> {
    floor: Floor,
    tally: Arc<Tally>,
    /// What each child may spend.
    budget: RestartBudget,
    children: HashMap<A::Key, Kept<A>>,
    stopping: bool,
}

/// What a branch keeps of a child.
struct Kept<A: Child> {
    spec: A::Spec,
    /// None between a death and the next start.
    addr: Option<Addr<A>>,
    birth: u64,
    budget: RestartBudget,
    given_up: bool,
}

impl<A: Child> Branch<A> {
    pub(crate) fn new(floor: Floor, tally: Arc<Tally>, budget: RestartBudget) -> Self {
        Self { floor, tally, budget, children: HashMap::new(), stopping: false }
    }

    fn counts(&self) -> &BranchTally {
        A::tally(&self.tally)
    }
}

impl<A: Child> Kept<A> {
    const fn new(spec: A::Spec, budget: RestartBudget) -> Self {
        Self { spec, addr: None, birth: 0, budget, given_up: false }
    }

    /// Builds a fresh child. Its lifeline is inside the closure from the start: a panic while building it, and a thread
    /// that is gone, are told like every other death.
    fn bring_up(&mut self, floor: &Floor, branch: Recipient<ChildExited<A::Key>>) -> Addr<A> {
        self.birth += 1;
        let number = self.birth;
        let lifeline = Lifeline::new(branch, A::key(&self.spec), number);
        let arbiter = A::place(&self.spec, floor);
        let spec = self.spec.clone();
        let addr = A::start_in_arbiter(&arbiter, move |ctx| A::build(spec, Birth { lifeline, number }, ctx));
        self.addr = Some(addr.clone());
        addr
    }
}

impl<A: Child> Actor for Branch<A> {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        // What died and was not asked for again is kept for its budget only.
        ctx.run_interval(SWEEP, |branch, _| {
            let now = tokio::time::Instant::now().into_std();
            branch.children.retain(|_, kept| kept.addr.is_some() || !kept.budget.is_untouched(now));
        });
    }
}

impl<A: Child> Handler<Start<A>> for Branch<A> {
    type Result = Result<Addr<A>, ActorError>;

    fn handle(&mut self, Start(spec): Start<A>, ctx: &mut Context<Self>) -> Self::Result {
        if self.stopping {
            return Err(ActorError::Closed);
        }
        let now = tokio::time::Instant::now().into_std();
        let kept = match self.children.entry(A::key(&spec)) {
            Entry::Vacant(vacant) => vacant.insert(Kept::new(spec, self.budget.clone())),
            Entry::Occupied(occupied) => {
                let kept = occupied.into_mut();
                if let Some(addr) = &kept.addr {
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
        self.children.get(&key).and_then(|kept| kept.addr.clone())
    }
}

impl<A: Child> Handler<ChildExited<A::Key>> for Branch<A> {
    type Result = ();

    fn handle(&mut self, exited: ChildExited<A::Key>, ctx: &mut Context<Self>) {
        let now = tokio::time::Instant::now().into_std();
        let Some(kept) = self.children.get_mut(&exited.key) else { return };
        if kept.birth != exited.birth || kept.addr.take().is_none() {
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

impl<A: Child> Handler<Stop<A>> for Branch<A> {
    type Result = MessageResult<Stop<A>>;

    fn handle(&mut self, _: Stop<A>, _: &mut Context<Self>) -> Self::Result {
        self.stopping = true;
        MessageResult(self.children.values().filter_map(|kept| kept.addr.clone()).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;
    use std::sync::Weak;

    use okienko::ids::CallId;

    use super::*;
    use crate::media::{MediaCounters, MediaError, MediaEvent, RoomOptions};
    use crate::room::house::{MediaHouse, Seat};

    struct NoMedia;

    impl MediaHouse for NoMedia {
        fn arbiter_for(&self, _: CallId) -> ArbiterHandle {
            Arbiter::current()
        }

        fn arbiters(&self) -> Vec<ArbiterHandle> {
            Vec::new()
        }

        fn open(&self, _: RoomOptions, _: Recipient<MediaEvent>) -> Result<Rc<dyn Seat>, MediaError> {
            Err(MediaError::Died)
        }

        fn counters(&self) -> MediaCounters {
            MediaCounters::default()
        }
    }

    /// A child that dies at once, of a kind that is built anew at once and is wanted once only.
    struct Once(#[expect(dead_code, reason = "it tells the branch")] Lifeline<u32>);

    impl Actor for Once {
        type Context = Context<Self>;

        fn started(&mut self, ctx: &mut Self::Context) {
            ctx.stop();
        }
    }

    impl Child for Once {
        type Key = u32;
        type Spec = Arc<u32>;
        const KIND: &'static str = "once";
        const RESTART: Restart = Restart::AtOnce;
        const IS_ONE_SHOT: bool = true;

        fn key(spec: &Arc<u32>) -> u32 {
            **spec
        }

        fn place(_: &Arc<u32>, _: &Floor) -> ArbiterHandle {
            Arbiter::current()
        }

        fn build(_: Arc<u32>, birth: Birth<u32>, _: &mut Context<Self>) -> Self {
            Self(birth.lifeline)
        }

        fn give_up(_: &Arc<u32>) {}

        fn tally(tally: &Tally) -> &BranchTally {
            &tally.rooms
        }
    }

    /// The same, but built anew when somebody asks for it.
    struct Later(#[expect(dead_code, reason = "it tells the branch")] Lifeline<u32>);

    impl Actor for Later {
        type Context = Context<Self>;

        fn started(&mut self, ctx: &mut Self::Context) {
            ctx.stop();
        }
    }

    impl Child for Later {
        type Key = u32;
        type Spec = Arc<u32>;
        const KIND: &'static str = "later";
        const RESTART: Restart = Restart::OnDemand;

        fn key(spec: &Arc<u32>) -> u32 {
            **spec
        }

        fn place(_: &Arc<u32>, _: &Floor) -> ArbiterHandle {
            Arbiter::current()
        }

        fn build(_: Arc<u32>, birth: Birth<u32>, _: &mut Context<Self>) -> Self {
            Self(birth.lifeline)
        }

        fn give_up(_: &Arc<u32>) {}

        fn tally(tally: &Tally) -> &BranchTally {
            &tally.sessions
        }
    }

    /// Starts a child that dies, and lets everything come of it that does so without time going by. Gives the branch,
    /// and what would show that it keeps the child's spec.
    async fn after_its_deaths<A: Child<Spec = Arc<u32>>>() -> (Addr<Branch<A>>, Weak<u32>) {
        let branch =
            Branch::<A>::new(Floor::new(0, Arc::new(NoMedia)), Arc::default(), RestartBudget::default()).start();
        let spec = Arc::new(7);
        let kept = Arc::downgrade(&spec);
        assert!(branch.send(Start(spec)).await.unwrap().is_ok());
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        (branch, kept)
    }

    #[actix::test]
    async fn nothing_is_kept_of_a_one_shot_child_that_was_given_up() {
        let (_branch, kept) = after_its_deaths::<Once>().await;

        assert_eq!(kept.strong_count(), 0);
    }

    #[actix::test]
    async fn a_child_that_died_and_is_not_asked_for_again_is_forgotten_with_its_budget() {
        tokio::time::pause();
        let (_branch, kept) = after_its_deaths::<Later>().await;
        assert_eq!(kept.strong_count(), 1);

        tokio::time::sleep(SWEEP * 2 + Duration::from_secs(1)).await;

        assert_eq!(kept.strong_count(), 0);
    }
}
