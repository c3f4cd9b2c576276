//! What a branch keeps, and what it does about children that die, or hang.

use std::rc::Rc;
use std::sync::Weak;
use std::sync::atomic::AtomicU32;

use okienko::ids::CallId;

use super::*;
use crate::media::{MediaCounters, MediaError, MediaEvent, RoomOptions};
use crate::room::house::{MediaHouse, Seat};
use crate::supervision::{Birth, Probe};

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

    fn sound(&self, _: usize, _: Box<dyn FnOnce() + Send>) {}

    fn counters(&self) -> MediaCounters {
        MediaCounters::default()
    }
}

/// How a test's child lives.
#[derive(Default)]
struct Way {
    /// It stops as soon as it starts.
    stops: bool,
    /// So many of its lives hold their mailbox for ever …
    hanging: AtomicU32,
    /// … and this says whether they give signs of life meanwhile.
    beats: bool,
    lives: AtomicU32,
}

/// A child; `ONCE` says whether it is wanted once only, and built anew at once.
struct Living<const ONCE: bool> {
    way: Arc<Way>,
    birth: Birth<u32>,
}

impl<const ONCE: bool> Actor for Living<ONCE> {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        self.way.lives.fetch_add(1, Relaxed);
        if self.way.stops {
            return ctx.stop();
        }
        if self.way.hanging.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1)).is_ok() {
            let (pulse, beats) = (self.birth.pulse.clone(), self.way.beats);
            let never = async move {
                if beats { pulse.during(std::future::pending::<()>()).await } else { std::future::pending().await }
            };
            ctx.wait(actix::fut::wrap_future(never));
        }
    }
}

impl<const ONCE: bool> Handler<Probe> for Living<ONCE> {
    type Result = ();

    fn handle(&mut self, probe: Probe, _: &mut Self::Context) {
        probe.answer();
    }
}

impl<const ONCE: bool> Child for Living<ONCE> {
    type Key = u32;
    type Spec = Arc<Way>;
    const KIND: &'static str = "living";
    const RESTART: Restart = if ONCE { Restart::AtOnce } else { Restart::OnDemand };
    const IS_ONE_SHOT: bool = ONCE;

    fn key(_: &Arc<Way>) -> u32 {
        7
    }

    fn place(_: &Arc<Way>, _: &Floor) -> ArbiterHandle {
        Arbiter::current()
    }

    fn build(way: Arc<Way>, birth: Birth<u32>, _: &mut Context<Self>) -> Self {
        Self { way, birth }
    }

    fn give_up(_: &Arc<Way>) {}

    fn tally(tally: &Tally) -> &BranchTally {
        &tally.rooms
    }
}

/// A branch with one child that lives like this.
struct Family<const ONCE: bool> {
    branch: Addr<Branch<Living<ONCE>>>,
    tally: Arc<Tally>,
    way: Weak<Way>,
}

impl<const ONCE: bool> Family<ONCE> {
    async fn begin(way: Way) -> Self {
        tokio::time::pause();
        let tally = Arc::new(Tally::default());
        let floor = Floor::new(0, Arc::new(NoMedia));
        let (budget, vitals) = (RestartBudget::default(), Vitals::new());
        let branch = Branch::new(floor, Arc::clone(&tally), budget, vitals, Failures::default()).start();
        let way = Arc::new(way);
        let family = Self { branch, tally, way: Arc::downgrade(&way) };
        assert!(family.branch.send(Start(way)).await.unwrap().is_ok());
        family.settle().await;
        family
    }

    /// Lets everything come of it that does so without time going by.
    async fn settle(&self) {
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
    }

    /// Looks after the child for so long.
    async fn inspect_for(&self, seconds: u64) {
        for _ in 0..seconds {
            self.branch.do_send(Inspect);
            self.settle().await;
            tokio::time::advance(Duration::from_secs(1)).await;
        }
        self.settle().await;
    }

    fn lives(&self) -> u32 {
        self.way.upgrade().unwrap().lives.load(Relaxed)
    }
}

#[actix::test]
async fn nothing_is_kept_of_a_one_shot_child_that_was_given_up() {
    let family = Family::<true>::begin(Way { stops: true, ..Way::default() }).await;

    assert_eq!(family.way.strong_count(), 0);
    assert_eq!((family.tally.rooms.deaths.load(Relaxed), family.tally.rooms.given_up.load(Relaxed)), (6, 1));
}

#[actix::test]
async fn a_child_that_died_and_is_not_asked_for_again_is_forgotten_with_its_budget() {
    let family = Family::<false>::begin(Way { stops: true, ..Way::default() }).await;
    assert_eq!(family.way.strong_count(), 1);

    tokio::time::sleep(SWEEP * 2 + Duration::from_secs(1)).await;

    assert_eq!(family.way.strong_count(), 0);
}

#[actix::test]
async fn a_child_that_hangs_is_dropped_and_built_anew() {
    let family = Family::<true>::begin(Way { hanging: AtomicU32::new(1), ..Way::default() }).await;

    family.inspect_for(4).await;
    let patient = family.lives();
    family.inspect_for(10).await;

    assert_eq!((patient, family.lives()), (1, 2));
    let counts = &family.tally.rooms;
    assert_eq!((counts.stuck.load(Relaxed), counts.deaths.load(Relaxed), counts.alive.load(Relaxed)), (1, 1, 1));
}

#[actix::test]
async fn a_child_that_hangs_again_and_again_is_given_up() {
    let family = Family::<true>::begin(Way { hanging: AtomicU32::new(99), ..Way::default() }).await;

    family.inspect_for(50).await;

    assert_eq!((family.way.strong_count(), family.tally.rooms.given_up.load(Relaxed)), (0, 1));
}

#[actix::test]
async fn a_child_that_holds_its_mailbox_for_a_reason_is_let_be() {
    let way = Way { hanging: AtomicU32::new(1), beats: true, ..Way::default() };
    let family = Family::<true>::begin(way).await;

    family.inspect_for(60).await;

    assert_eq!((family.lives(), family.tally.rooms.deaths.load(Relaxed)), (1, 0));
}
