//! What the journeys share: an office, a clock, and people.

pub(crate) mod house;
pub(crate) mod people;
mod records;

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Once};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use okienko::domain::office::Skills;
use okienko::domain::timings::Timings;
use okienko::ids::{ClerkId, MatterId, OfficeId, SessionId, SiteId};
use okienko::store::sessions::Session as SessionRecord;
use okienko::store::{DeviceMark, OfficeScope, Store, TokenHash, legal, matters, offices, sessions, sites, staff};
use okienko::world::World;
use okienko_actors::{ActorLimits, ActorSettings, Switchboard};

use house::StandInHouse;
use people::{Citizen, Desk};
use records::{clerk_of, hours, matter_of, notice_of, office_of, site_of, skills, working_hours};

/// A Tuesday, ten o'clock in Warsaw.
pub(crate) const MORNING: &str = "2026-11-24T09:00:00Z";

/// The version of the data notice in force.
pub(crate) const NOTICE: &str = "2026-11-01";

/// How long, in real time, a test waits for what must happen.
const PATIENCE: Duration = Duration::from_secs(20);

/// A city hall with its actors running.
pub(crate) struct CityHall {
    pub(crate) switchboard: Switchboard,
    pub(crate) store: Store,
    pub(crate) world: World,
    pub(crate) house: Arc<StandInHouse>,
    pub(crate) office: OfficeId,
    pub(crate) site: SiteId,
    /// Open on working days from eight to four, served by all.
    pub(crate) identity_cards: MatterId,
    /// Open round the clock, served by Anna only.
    pub(crate) taxes: MatterId,
    /// Polish; both matters.
    pub(crate) anna: ClerkId,
    /// Polish and sign language; identity cards.
    pub(crate) marek: ClerkId,
    /// Polish and Ukrainian; identity cards.
    pub(crate) olena: ClerkId,
    /// On which devices sessions are that do not have one of their own.
    pub(crate) devices: HashMap<SessionId, DeviceMark>,
    sessions: u32,
    machine: Machine,
}

/// The machine's clock: tokio's, unless it is set to something else.
#[derive(Clone)]
struct Machine {
    begins_at: Timestamp,
    begun: tokio::time::Instant,
    set_by_s: Arc<AtomicI64>,
}

impl CityHall {
    /// Opens the office with the usual settings. Stops the clock.
    pub(crate) async fn open() -> Self {
        Self::open_with(Timings::default(), 500, MORNING).await
    }

    /// Opens it with these settings and room for so many, at this time.
    pub(crate) async fn open_with(timings: Timings, max_waiting: u32, begins_at: &str) -> Self {
        keep_quiet_about_wanted_deaths();
        tokio::time::pause();
        let (begins_at, begun) = (begins_at.parse().unwrap(), tokio::time::Instant::now());
        let machine = Machine { begins_at, begun, set_by_s: Arc::default() };
        let world = machine.world();
        // The store's patience is of real time, which these tests do not know: it outlasts them.
        let store = Store::open_with("sqlite::memory:", 2, s(600), world.failures().clone()).unwrap();
        let (office, site) = (OfficeId::new(&world), SiteId::new(&world));
        let (identity_cards, taxes) = (MatterId::new(&world), MatterId::new(&world));
        let clerk = |given: &str, family: &str, skills: Skills| clerk_of(&world, office, (given, family), skills);
        let both = vec![identity_cards, taxes];
        let anna = clerk("Anna", "Kowalczyk", skills(both, &["pl"], false));
        let marek = clerk("Marek", "Nowak", skills(vec![identity_cards], &["pl"], true));
        let olena = clerk("Olena", "Bondar", skills(vec![identity_cards], &["pl", "uk"], false));
        let ids = (anna.id, marek.id, olena.id);
        let notice = notice_of(&world, site, (NOTICE, Timestamp::UNIX_EPOCH));
        let records = (office_of(office, max_waiting), site_of(office, site), notice);
        let kept = [
            matter_of(office, identity_cards, 'A', working_hours()),
            matter_of(office, taxes, 'B', (1..=7).map(|weekday| hours(weekday, 0, 1_440)).collect()),
        ];
        store
            .write_now(move |db| {
                let scope = OfficeScope::of(office);
                offices::create(db, &records.0)?;
                sites::create(db, scope, &records.1)?;
                legal::publish(db, scope, &records.2)?;
                for matter in &kept {
                    matters::create(db, scope, matter)?;
                }
                for clerk in [&anna, &marek, &olena] {
                    staff::create(db, scope, clerk, "not a hash")?;
                }
                Ok(())
            })
            .unwrap();
        let house = Arc::new(StandInHouse::default());
        let switchboard = start((timings, ActorLimits::default()), &store, &world, &house).await;
        let (anna, marek, olena) = ids;
        Self {
            switchboard,
            store,
            world,
            house,
            office,
            site,
            identity_cards,
            taxes,
            anna,
            marek,
            olena,
            devices: HashMap::new(),
            sessions: 0,
            machine,
        }
    }

    /// A citizen whose browser has begun a session and opened its socket.
    pub(crate) async fn citizen(&mut self) -> Citizen {
        let session = self.begin_session();
        Citizen::attach(self, session, false).await
    }

    /// On which device a session is.
    pub(crate) fn device_of(&self, session: SessionId) -> DeviceMark {
        let own = || DeviceMark::of(&session.to_text(), "192.0.2.0/24");
        self.devices.get(&session).copied().unwrap_or_else(own)
    }

    /// A session without a socket.
    pub(crate) fn begin_session(&mut self) -> SessionId {
        self.sessions += 1;
        let (id, now) = (SessionId::new(&self.world), self.world.now());
        let record = SessionRecord {
            id,
            office: self.office,
            site: self.site,
            language: "pl".to_owned(),
            notice_version: None,
            terms_version: None,
            created_at: now,
            last_seen_at: now,
            expires_at: now + SignedDuration::from_hours(12),
        };
        let token = TokenHash::of(&format!("token {}", self.sessions));
        let scope = OfficeScope::of(self.office);
        self.store.write_now(move |db| sessions::create(db, scope, &record, &token)).unwrap();
        id
    }

    /// Publishes the next version of the data notice.
    pub(crate) fn publish_notice(&self, version: &str) {
        let (scope, text) = (OfficeScope::of(self.office), notice_of(&self.world, self.site, (version, self.now())));
        self.store.write_now(move |db| legal::publish(db, scope, &text)).unwrap();
    }

    /// The version of the data notice that a session's browser has shown.
    pub(crate) fn notice_shown(&self, session: SessionId) -> Option<String> {
        let scope = OfficeScope::of(self.office);
        self.store.read_now(move |db| sessions::get(db, scope, session)).unwrap().notice_version
    }

    /// A clerk who has signed in and opened their console.
    pub(crate) async fn desk(&self, clerk: ClerkId) -> Desk {
        Desk::attach(self, clerk, false).await
    }

    /// A clerk who receives people.
    pub(crate) async fn receiving(&self, clerk: ClerkId) -> Desk {
        let desk = self.desk(clerk).await;
        desk.receive(self).await;
        desk
    }

    /// The process ends and another one starts with the same database. Sockets of before are dead.
    pub(crate) async fn restart_process(&mut self) {
        self.restart_with(ActorLimits::default()).await;
    }

    /// The same with other limits.
    pub(crate) async fn restart_with(&mut self, limits: ActorLimits) {
        self.shut_down(Duration::ZERO).await;
        self.house = Arc::new(StandInHouse::default());
        self.world = self.machine.world().with_failures(self.world.failures().clone());
        self.switchboard = start((Timings::default(), limits), &self.store, &self.world, &self.house).await;
        self.settle().await;
    }

    /// Goes down in order. Gives how long that took.
    pub(crate) async fn shut_down(&self, grace: Duration) -> Duration {
        let begun = tokio::time::Instant::now();
        let switchboard = self.switchboard.clone();
        let going = tokio::task::spawn_local(async move { switchboard.shutdown(grace).await });
        while !going.is_finished() {
            self.pass(Duration::from_millis(50)).await;
        }
        begun.elapsed()
    }

    /// Lets everything happen that can happen without time going by.
    pub(crate) async fn settle(&self) {
        let begun = Instant::now();
        let mut quiet = 0;
        while quiet < 60 {
            tokio::task::yield_now().await;
            quiet += 1;
            if self.switchboard.store_jobs() > 0 {
                quiet = 0;
                std::thread::yield_now();
            }
            assert!(begun.elapsed() < PATIENCE, "the actors do not come to rest");
        }
    }

    /// Lets time go by, in steps that are short enough for one thing to follow from another.
    pub(crate) async fn pass(&self, time: Duration) {
        let mut left = time;
        while !left.is_zero() {
            let step = left.min(Duration::from_millis(500));
            tokio::time::advance(step).await;
            self.settle().await;
            left -= step;
        }
    }

    /// Lets time go by while these browsers give signs of life.
    pub(crate) async fn pass_with(&self, time: Duration, citizens: &[&Citizen], desks: &[&Desk]) {
        let mut left = time;
        while !left.is_zero() {
            for citizen in citizens {
                citizen.beat();
            }
            for desk in desks {
                desk.beat();
            }
            let step = left.min(Duration::from_secs(5));
            self.pass(step).await;
            left -= step;
        }
    }

    /// Sets the machine's clock, which the server's does not follow at once.
    pub(crate) fn set_clock(&self, by_s: i64) {
        self.machine.set_by_s.fetch_add(by_s, Ordering::Relaxed);
    }

    /// The present instant.
    pub(crate) fn now(&self) -> Timestamp {
        self.world.now()
    }
}

#[cfg(feature = "failure-points")]
impl CityHall {
    /// Arms a failure point.
    pub(crate) fn arm(&self, rule: &str) {
        self.world.failures().arm(rule.parse().unwrap());
    }

    /// How often a failure point has fired.
    pub(crate) fn fired(&self, point: okienko::failures::Point) -> u64 {
        let fired = self.world.failures().fired();
        fired.iter().find(|(known, _)| *known == point).map_or(0, |(_, times)| *times)
    }

    /// Makes a citizen's session panic at its next message, which is a beat of its browser.
    pub(crate) fn fail_session(&self, citizen: &Citizen) {
        self.arm(&format!("session.handler@{}:panic", citizen.session));
        citizen.beat();
    }

    /// Makes a clerk's presence panic at its next message, which is a beat of its browser.
    pub(crate) fn fail_presence(&self, desk: &Desk) {
        self.arm(&format!("presence.handler@{}:panic", desk.clerk));
        desk.beat();
    }

    /// Makes the line panic at its next message.
    pub(crate) fn fail_line(&self) {
        self.arm("queue.handler:panic");
        self.switchboard.inspect();
    }
}

/// Runs a case for itself: each stops a clock of its own.
pub(crate) fn apart(case: impl Future<Output = ()>) {
    actix::System::new().block_on(case);
}

/// Waits, in real time, until something is so. The clock stands still meanwhile.
pub(crate) async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        tokio::task::yield_now().await;
        std::thread::yield_now();
        assert!(begun.elapsed() < PATIENCE, "waited in vain: {what}");
    }
}

/// A little more than the shortest time between two rounds of announcements.
pub(crate) const ROUND: Duration = Duration::from_millis(1_100);

/// Seconds.
pub(crate) const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

async fn start(
    (timings, limits): (Timings, ActorLimits),
    store: &Store,
    world: &World,
    house: &Arc<StandInHouse>,
) -> Switchboard {
    let settings = ActorSettings { timings, control_arbiters: 0, limits, ..ActorSettings::default() };
    let starting = Switchboard::start_with(settings, store.clone(), world.clone(), Arc::clone(house) as _);
    awake(starting).await.unwrap()
}

/// Awaits something without letting the stopped clock jump: tokio moves it on whenever nothing else is to do, and what
/// the store does on its own threads does not count.
pub(crate) async fn awake<T>(future: impl Future<Output = T>) -> T {
    let spinning = tokio::task::spawn_local(async {
        loop {
            tokio::task::yield_now().await;
        }
    });
    let output = future.await;
    spinning.abort();
    output
}

/// The deaths that tests bring about are not worth a line, and their traces cost seconds.
fn keep_quiet_about_wanted_deaths() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let wanted = ["a test made this", "failure point"];
            let is_wanted = |message: &str| wanted.iter().any(|words| message.contains(words));
            if !info.payload_as_str().is_some_and(is_wanted) {
                usual(info);
            }
        }));
    });
}

impl Machine {
    /// The world as a process sees it that begins now.
    fn world(&self) -> World {
        let (Self { begins_at, begun, set_by_s }, now) = (self.clone(), tokio::time::Instant::now());
        let wall = move || {
            let shown = begins_at + SignedDuration::try_from(begun.elapsed()).unwrap();
            shown + SignedDuration::from_secs(set_by_s.load(Ordering::Relaxed))
        };
        World::steady(wall, move || now.elapsed(), fill)
    }
}

fn fill(bytes: &mut [u8]) {
    let random = World::real().random::<32>();
    for (byte, random) in bytes.iter_mut().zip(random.iter().cycle()) {
        *byte = *random;
    }
}
