//! The line itself: its rules, its cache and its store, without actors around them. What a Queue does for each thing it
//! is asked, this does too, and it can die in the midst of it.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use jiff::{SignedDuration, Timestamp};
use okienko::domain::office::{
    Clerk, Corner, LegalKind, LegalText, LocalText, Look, Matter, Office, OpeningHours, Site, Skills, StaffRole,
};
use okienko::domain::ticket::{self, Newcomer, Ticket, Wish};
use okienko::domain::timings::Timings;
use okienko::ids::{ClerkId, LegalTextId, MatterId, OfficeId, SessionId, SiteId, TicketId};
use okienko::store::sessions::Session;
use okienko::store::{Db, OfficeScope, Store, StoreError, TokenHash};
use okienko::store::{legal, matters, offices, sessions, sites, staff, tickets};
use okienko::wire::Mode;
use okienko::world::World;

use super::act::{CITIZENS, CLERKS, Death, MATTERS};
use super::model::SERVES;
use crate::queue::ask::Ask;
use crate::queue::deadlines::Subject;
use crate::queue::decide::{Decision, Rules, Together};
use crate::queue::messages::{ClerkAsks, ClerkWants};
use crate::queue::state::{LineState, Loaded};
use crate::queue::step::Written;

/// The version of the data notice that everybody is shown.
pub(super) const NOTICE: &str = "2026-11-01";

/// What came of something that was asked.
#[derive(Debug)]
pub(super) enum Came {
    /// It was done; a newcomer's ticket.
    Done(Option<Ticket>),
    /// It had been done before.
    Known,
    /// It was not done.
    Not,
    /// The process died; what was written by then, if anything.
    Died(Option<Option<Ticket>>),
}

/// An office with its line.
pub(super) struct Hall {
    pub(super) store: Store,
    pub(super) world: World,
    micros: Arc<AtomicI64>,
    pub(super) office: OfficeId,
    site: SiteId,
    pub(super) matters: Vec<MatterId>,
    pub(super) clerks: Vec<ClerkId>,
    pub(super) sessions: Vec<SessionId>,
    pub(super) timings: Timings,
    pub(super) state: LineState,
}

/// One store for all histories, each in an office of its own: opening one costs more than a history.
fn store() -> &'static Store {
    static STORE: OnceLock<Store> = OnceLock::new();
    STORE.get_or_init(|| Store::open("sqlite::memory:", 1).unwrap())
}

impl Hall {
    /// A new office on a Tuesday at ten in Warsaw, with all clerks signed in.
    pub(super) fn open() -> Self {
        let (world, micros) = world("2026-11-24T09:00:00Z".parse().unwrap());
        let (store, office, site) = (store().clone(), OfficeId::new(&world), SiteId::new(&world));
        let matters: Vec<MatterId> = (0..MATTERS).map(|_| MatterId::new(&world)).collect();
        let clerks: Vec<ClerkId> = (0..CLERKS).map(|_| ClerkId::new(&world)).collect();
        let sessions: Vec<SessionId> = (0..CITIZENS).map(|_| SessionId::new(&world)).collect();
        let records = Records { world: world.clone(), office, site };
        let (who, what, they) = (clerks.clone(), matters.clone(), sessions.clone());
        store.write_now(move |db| records.write(db, &what, &who, &they)).unwrap();
        let timings = Timings::default();
        let state = read(&store, (office, &world, &timings), false);
        let mut hall = Self { store, world, micros, office, site, matters, clerks, sessions, timings, state };
        for clerk in hall.clerks.clone() {
            hall.ask(&Ask::Clerk(ClerkAsks { clerk, key: None, wants: ClerkWants::SignIn }), Death::Never);
        }
        hall
    }

    pub(super) fn scope(&self) -> OfficeScope {
        OfficeScope::of(self.office)
    }

    pub(super) fn now(&self) -> Timestamp {
        self.world.now()
    }

    pub(super) fn set_clock(&self, to: Timestamp) {
        self.micros.store(to.as_microsecond(), Ordering::Relaxed);
    }

    pub(super) fn site(&self) -> SiteId {
        self.site
    }

    /// Does what it is asked, as the Queue would.
    pub(super) fn ask(&mut self, ask: &Ask, death: Death) -> Came {
        let (now, office, together) = (self.now(), self.office, Together::default());
        let rules = Rules { state: &self.state, timings: &self.timings, world: &self.world, together: &together, now };
        let step = match rules.decide(ask) {
            Decision::Write(step) => step,
            _ => {
                self.look_again(ask);
                return Came::Not;
            }
        };
        let to_write = step.clone();
        let written = match death {
            Death::BeforeWriting => None,
            Death::InTheMidst => {
                // Everything was done but the commit.
                let lost = self.store.write_now(move |db| {
                    to_write.write(db, office, now)?;
                    Err::<(), _>(StoreError::Panicked)
                });
                assert!(lost.is_err());
                None
            }
            Death::Never | Death::AfterWriting => Some(self.store.write_now(move |db| to_write.write(db, office, now))),
        };
        let Some(written) = written else {
            self.die();
            return Came::Died(None);
        };
        let joined = match written {
            Ok(Written::Done(done)) => done.joined,
            Ok(Written::DoneBefore) => return Came::Known,
            Ok(Written::Refused(_)) => return Came::Not,
            Err(StoreError::Conflict(_)) if step.refused_unless_known.is_some() => {
                return Came::Not;
            }
            Err(error) => panic!("{error}: the cache is not what is stored"),
        };
        if death == Death::AfterWriting {
            self.die();
            return Came::Died(Some(joined));
        }
        self.state.take_in_tickets(&step, now, &self.timings);
        if let Some(ticket) = &joined {
            self.state.put_ticket(ticket.clone(), now, &self.timings);
        }
        self.state.take_in_presences(&step, now, &self.timings);
        self.state.take_in_calls(&step, &self.world);
        Came::Done(joined)
    }

    /// What time has for the line by now, if anything.
    pub(super) fn next_due(&mut self) -> Option<Ask> {
        let now = self.now();
        Some(match self.state.deadlines.take_due(now, 1).pop()? {
            Subject::Ticket(ticket) => Ask::TicketDue(ticket),
            Subject::Desk(clerk) => Ask::DeskDue(clerk),
        })
    }

    /// The process dies and another one starts.
    pub(super) fn die(&mut self) {
        self.state = read(&self.store, (self.office, &self.world, &self.timings), true);
    }

    /// The line is read anew in the same process.
    pub(super) fn read_anew(&mut self) {
        self.state = self.as_stored();
    }

    /// The line as it would be read now.
    pub(super) fn as_stored(&self) -> LineState {
        read(&self.store, (self.office, &self.world, &self.timings), false)
    }

    /// Somebody with a visit checks in. That is not the line's own doing, so it reads what came of it.
    pub(super) fn check_in(&mut self, citizen: usize, matter: usize, starts: Timestamp) -> Ticket {
        let (scope, matter) = (self.scope(), self.matters[matter]);
        let id = TicketId::new(&self.world);
        let newcomer = Newcomer {
            id,
            office: self.office,
            site: self.site,
            session: self.sessions[citizen],
            number: format!("V {id}"),
            wish: wish(matter),
            name: None,
            notice: NOTICE.to_owned(),
            visit_at: Some(starts),
            ready: None,
        };
        let joined = ticket::join(newcomer, self.state.arrives_at(self.now(), 0));
        let ticket = joined.ticket.clone();
        self.store.write_now(move |db| tickets::insert(db, scope, &joined, jiff::civil::date(2026, 11, 24))).unwrap();
        self.read_anew();
        ticket
    }

    fn look_again(&mut self, ask: &Ask) {
        let subject = match ask {
            Ask::TicketDue(ticket) => Subject::Ticket(*ticket),
            Ask::DeskDue(clerk) => Subject::Desk(*clerk),
            _ => return,
        };
        let now = self.now();
        self.state.look_again(subject, now, &self.timings);
    }
}

fn read(store: &Store, (office, world, timings): (OfficeId, &World, &Timings), at_start: bool) -> LineState {
    let now = world.now();
    let job = move |db: &mut Db| {
        if at_start { Loaded::read_at_start(db, office, now) } else { Loaded::read(db, office) }
    };
    LineState::new(store.write_now(job).unwrap(), now, timings, world)
}

/// A world whose clock is set, and whose randomness is a count that goes on over all histories.
fn world(begins_at: Timestamp) -> (World, Arc<AtomicI64>) {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let micros = Arc::new(AtomicI64::new(begins_at.as_microsecond()));
    let clock = Arc::clone(&micros);
    let count = |bytes: &mut [u8]| {
        let next = COUNT.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        for (byte, digit) in bytes.iter_mut().rev().zip(next.into_iter().rev()) {
            *byte = digit;
        }
    };
    (World::new(move || Timestamp::from_microsecond(clock.load(Ordering::Relaxed)).unwrap(), count), micros)
}

pub(super) fn wish(matter: MatterId) -> Wish {
    Wish { matter, mode: Mode::Video, needs: Vec::new(), language: "pl".to_owned() }
}

/// What an office needs to have a line.
struct Records {
    world: World,
    office: OfficeId,
    site: SiteId,
}

impl Records {
    fn write(
        &self,
        db: &mut Db,
        matter_ids: &[MatterId],
        clerk_ids: &[ClerkId],
        session_ids: &[SessionId],
    ) -> Result<(), StoreError> {
        let (office, scope, now) = (self.office, OfficeScope::of(self.office), self.world.now());
        let text = |pl: &str| LocalText { pl: pl.to_owned(), en: None, uk: None };
        let (phone, time_zone) = (String::new(), "Europe/Warsaw".to_owned());
        offices::create(db, &Office { id: office, name: text("Urząd"), phone, time_zone, max_waiting: 500 })?;
        sites::create(db, scope, &self.site_record(text("Urząd")))?;
        // Long before: clocks are set back as well.
        legal::publish(db, scope, &self.notice(now - SignedDuration::from_hours(1_000)))?;
        let always = || (1..=7).map(|weekday| OpeningHours { weekday, from: 0, to: 1_440 }).collect::<Vec<_>>();
        for ((rank, letter), id) in (0..).zip('A'..).zip(matter_ids) {
            let (name, summary, prepare) = (text("Sprawa"), text(""), text(""));
            let (id, hours, is_general) = (*id, always(), false);
            matters::create(
                db,
                scope,
                &Matter { id, office, letter, name, summary, prepare, typical_s: 600, hours, rank, is_general },
            )?;
        }
        for (served, id) in SERVES.iter().zip(clerk_ids) {
            let served = served.iter().map(|matter| matter_ids[*matter]).collect();
            let clerk = Clerk {
                id: *id,
                office,
                email: format!("{id}@example.pl"),
                given_name: "Anna".to_owned(),
                family_name: "Nowak".to_owned(),
                desk: None,
                role: StaffRole::Clerk,
                skills: Skills { matters: served, languages: vec!["pl".to_owned()], sign: false },
            };
            staff::create(db, scope, &clerk, "no hash")?;
        }
        for id in session_ids {
            let session = Session {
                id: *id,
                office,
                site: self.site,
                language: "pl".to_owned(),
                notice_version: None,
                terms_version: None,
                created_at: now,
                last_seen_at: now,
                expires_at: now + SignedDuration::from_hours(1_000),
            };
            sessions::create(db, scope, &session, &TokenHash::of(&id.to_text()))?;
        }
        Ok(())
    }

    fn site_record(&self, name: LocalText) -> Site {
        let colour = || "#000000".to_owned();
        let look = Look {
            brand: colour(),
            on_brand: colour(),
            brand_dark: colour(),
            on_brand_dark: colour(),
            monogram: "U".to_owned(),
            launcher_size_px: 64,
            corner: Corner::BottomRight,
            offset_px: 24,
        };
        let (id, office, key) = (self.site, self.office, self.site.to_text());
        Site { id, office, key, name, allowed_origins: Vec::new(), look, look_version: 1 }
    }

    fn notice(&self, published_at: Timestamp) -> LegalText {
        LegalText {
            id: LegalTextId::new(&self.world),
            site: self.site,
            kind: LegalKind::Notice,
            language: "pl".to_owned(),
            version: NOTICE.to_owned(),
            body: "Wzór".to_owned(),
            published_at,
        }
    }
}
