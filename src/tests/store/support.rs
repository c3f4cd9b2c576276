//! A world that stands still, and an office with one of everything.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use okienko::domain::call::{Call, Member};
use okienko::domain::event::{Actor, Event, SubjectKind};
use okienko::domain::office::{
    Clerk, Corner, LegalKind, LegalText, LocalText, Look, Matter, Office, OpeningHours, Site, Skills, StaffRole,
};
use okienko::domain::presence::{Presence, PresenceState};
use okienko::domain::ticket::{Newcomer, Ticket, TicketState, Transition, Wish, join};
use okienko::ids::{CallId, ClerkId, LegalTextId, LoginId, MatterId, MemberId, OfficeId, SessionId, SiteId, TicketId};
use okienko::store::logins::{self, Login};
use okienko::store::sessions::{self, Session};
use okienko::store::{OfficeScope, Store, TokenHash, calls, legal, matters, offices, presences, sites, staff, tickets};
use okienko::wire::{LinkWord, Mode, Need, Readiness, Role, WishedState};
use okienko::world::World;

/// How long a test waits for what must happen: ten times what it may take on an idle machine.
pub const PATIENCE: Duration = Duration::from_secs(50);

/// Tries until it is so.
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "waited in vain: {what}");
        std::thread::yield_now();
    }
}

/// The day of all tests, a Sunday.
pub const DAY: Date = date(2026, 11, 22);

/// A world whose clock moves only when it is told to.
#[derive(Clone)]
pub struct Still {
    pub world: World,
    micros: Arc<AtomicI64>,
}

impl Still {
    pub fn new() -> Self {
        let start: Timestamp = "2026-11-22T09:00:00.123456789Z".parse().unwrap();
        let micros = Arc::new(AtomicI64::new(start.as_microsecond()));
        let random = Arc::new(AtomicU64::new(1));
        let clock = Arc::clone(&micros);
        let world = World::new(
            move || Timestamp::from_microsecond(clock.load(Ordering::Relaxed)).unwrap(),
            move |bytes| {
                let next = random.fetch_add(1, Ordering::Relaxed).to_be_bytes();
                for (byte, digit) in bytes.iter_mut().rev().zip(next.into_iter().rev()) {
                    *byte = digit;
                }
            },
        );
        Self { world, micros }
    }

    pub fn now(&self) -> Timestamp {
        self.world.now()
    }

    pub fn advance(&self, by: SignedDuration) -> Timestamp {
        self.micros.fetch_add(i64::try_from(by.as_micros()).unwrap(), Ordering::Relaxed);
        self.now()
    }
}

/// A throw-away store, on whichever database the tests are for.
pub fn open() -> Store {
    Store::open(&crate::throw_away(), 2).unwrap()
}

/// An office with one of everything that can be in it.
#[derive(Clone)]
pub struct City {
    pub scope: OfficeScope,
    pub office: Office,
    pub site: Site,
    pub matter: Matter,
    pub clerk: Clerk,
    pub session: Session,
    pub token: TokenHash,
    pub login: Login,
    pub login_token: TokenHash,
    pub notice: LegalText,
}

impl City {
    /// Makes an office; `name` tells it from others.
    pub fn found(store: &Store, still: &Still, name: &str) -> Self {
        let city = Self::plan(still, name);
        let made = city.clone();
        store
            .write_now(move |db| {
                offices::create(db, &made.office)?;
                sites::create(db, made.scope, &made.site)?;
                matters::create(db, made.scope, &made.matter)?;
                staff::create(db, made.scope, &made.clerk, "$argon2id$hash")?;
                legal::publish(db, made.scope, &made.notice)?;
                sessions::create(db, made.scope, &made.session, &made.token)?;
                logins::create(db, made.scope, &made.login, &made.login_token)
            })
            .unwrap();
        city
    }

    fn plan(still: &Still, name: &str) -> Self {
        let (world, now) = (&still.world, still.now());
        let office = OfficeId::new(world);
        let site = site(world, office, name);
        let matter = matter(world, office, 'A');
        let clerk = clerk(world, office, &format!("anna@{name}.example"), &[matter.id]);
        let later = now + SignedDuration::from_hours(12);
        Self {
            scope: OfficeScope::of(office),
            office: Office {
                id: office,
                name: text(name),
                phone: "+48 000 000 000".to_owned(),
                time_zone: "Europe/Warsaw".to_owned(),
                max_waiting: 40,
            },
            session: session(world, office, site.id, now),
            token: TokenHash::of(&format!("token of {name}")),
            login: Login {
                id: LoginId::new(world),
                office,
                clerk: clerk.id,
                created_at: now,
                last_seen_at: now,
                expires_at: later,
            },
            login_token: TokenHash::of(&format!("login of {name}")),
            notice: notice(world, site.id, "2026-11-01", now),
            site,
            matter,
            clerk,
        }
    }

    /// What would put the city's own session in the line.
    pub fn newcomer(&self, still: &Still, number: &str) -> Transition {
        self.newcomer_of(still, number, self.session.id)
    }

    /// What would put a session in the line.
    pub fn newcomer_of(&self, still: &Still, number: &str, session: SessionId) -> Transition {
        let newcomer = Newcomer {
            id: TicketId::new(&still.world),
            office: self.office.id,
            site: self.site.id,
            session,
            number: number.to_owned(),
            wish: Wish {
                matter: self.matter.id,
                mode: Mode::Sign,
                needs: vec![Need::SignLanguage, Need::MoreTime],
                language: "uk".to_owned(),
            },
            name: Some("Jan".to_owned()),
            notice: "2026-11-01".to_owned(),
            ready: Some(Readiness { camera: true, microphone: true, link: Some(LinkWord::Fair) }),
            visit_at: None,
        };
        join(newcomer, still.now())
    }

    /// Puts the city's own session in the line.
    pub fn join(&self, store: &Store, still: &Still, number: &str) -> Ticket {
        let joined = self.newcomer(still, number);
        let (scope, step) = (self.scope, joined.clone());
        store.write_now(move |db| tickets::insert(db, scope, &step, DAY)).unwrap();
        joined.ticket
    }

    /// Adds one more session.
    pub fn another_session(&self, store: &Store, still: &Still) -> Session {
        let session = session(&still.world, self.office.id, self.site.id, still.now());
        let (scope, made) = (self.scope, session.clone());
        let token = TokenHash::of(&session.id.to_text());
        store.write_now(move |db| sessions::create(db, scope, &made, &token)).unwrap();
        session
    }

    /// Adds one more clerk.
    pub fn another_clerk(&self, store: &Store, still: &Still, email: &str) -> Clerk {
        let clerk = clerk(&still.world, self.office.id, email, &[self.matter.id]);
        let (scope, made) = (self.scope, clerk.clone());
        store.write_now(move |db| staff::create(db, scope, &made, "$argon2id$hash")).unwrap();
        clerk
    }

    /// Opens a call of a clerk with a ticket, with both in it.
    pub fn call(&self, store: &Store, still: &Still, ticket: &Ticket, clerk: ClerkId) -> (Call, Vec<Member>) {
        let (call, members) = self.call_planned(still, ticket, clerk);
        let (scope, planned, event) =
            (self.scope, (call.clone(), members.clone()), self.call_event(&call, "", "calling"));
        store.write_now(move |db| calls::open(db, scope, &planned.0, &planned.1, &event)).unwrap();
        (call, members)
    }

    pub fn call_planned(&self, still: &Still, ticket: &Ticket, clerk: ClerkId) -> (Call, Vec<Member>) {
        let now = still.now();
        let call = Call {
            id: CallId::new(&still.world),
            office: self.office.id,
            ticket: ticket.id,
            clerk,
            called_at: now,
            live_at: None,
            ended: None,
        };
        let member = |role, session, clerk| Member {
            id: MemberId::new(&still.world),
            call: call.id,
            role,
            session,
            clerk,
            joined_at: now,
            left_at: None,
        };
        let members = vec![member(Role::Clerk, None, Some(clerk)), member(Role::Citizen, Some(ticket.session), None)];
        (call, members)
    }

    pub fn call_event(&self, call: &Call, from: &str, to: &str) -> Event {
        Event {
            office: self.office.id,
            kind: SubjectKind::Call,
            subject: call.id.to_text(),
            at: call.called_at,
            from: from.to_owned(),
            to: to.to_owned(),
            by: Actor::Clerk(call.clerk),
            reason: String::new(),
        }
    }

    /// The clerk's presence, receiving.
    pub fn receiving(&self, still: &Still) -> Presence {
        Presence {
            clerk: self.clerk.id,
            office: self.office.id,
            state: PresenceState::Receiving,
            since: still.now(),
            wished: WishedState::Receiving,
            lost_since: None,
        }
    }

    pub fn put_presence(&self, store: &Store, presence: &Presence) {
        let (scope, presence) = (self.scope, presence.clone());
        store.write_now(move |db| presences::put(db, scope, &presence, None)).unwrap();
    }
}

/// A step that leaves everything but the state as it is.
pub fn step(ticket: &Ticket, state: TicketState, still: &Still) -> Transition {
    let now = still.now();
    let event = Event {
        office: ticket.office,
        kind: SubjectKind::Ticket,
        subject: ticket.id.to_text(),
        at: now,
        from: ticket.state.word().to_owned(),
        to: state.word().to_owned(),
        by: Actor::System,
        reason: String::new(),
    };
    Transition { ticket: Ticket { state, since: now, ..ticket.clone() }, event }
}

pub fn text(pl: &str) -> LocalText {
    LocalText { pl: pl.to_owned(), en: Some(format!("{pl} \"in\" English")), uk: None }
}

pub fn site(world: &World, office: OfficeId, key: &str) -> Site {
    Site {
        id: SiteId::new(world),
        office,
        key: key.to_owned(),
        name: text(key),
        allowed_origins: vec!["https://www.example.pl".to_owned(), "http://localhost:8080".to_owned()],
        look: look(),
        look_version: 1,
    }
}

pub fn look() -> Look {
    Look {
        brand: "#0b4f8a".to_owned(),
        on_brand: "#ffffff".to_owned(),
        brand_dark: "#8cc1f2".to_owned(),
        on_brand_dark: "#0b1b2a".to_owned(),
        monogram: "W".to_owned(),
        launcher_size_px: 64,
        corner: Corner::BottomLeft,
        offset_px: 24,
    }
}

pub fn matter(world: &World, office: OfficeId, letter: char) -> Matter {
    Matter {
        id: MatterId::new(world),
        office,
        letter,
        name: text("Dowody osobiste"),
        summary: text("Wniosek i odbiór."),
        prepare: text("Dowód\nZdjęcie"),
        typical_s: 600,
        hours: vec![
            OpeningHours { weekday: 1, from: 480, to: 720 },
            OpeningHours { weekday: 1, from: 780, to: 1_035 },
            OpeningHours { weekday: 7, from: 0, to: 1_440 },
        ],
        rank: 1,
        is_general: false,
    }
}

pub fn clerk(world: &World, office: OfficeId, email: &str, matters: &[MatterId]) -> Clerk {
    Clerk {
        id: ClerkId::new(world),
        office,
        email: email.to_owned(),
        given_name: "Anna".to_owned(),
        family_name: "Kowalczyk".to_owned(),
        desk: Some("Stanowisko 4".to_owned()),
        role: StaffRole::Clerk,
        skills: Skills { matters: matters.to_vec(), languages: vec!["uk".to_owned(), "pl".to_owned()], sign: true },
    }
}

pub fn session(world: &World, office: OfficeId, site: SiteId, now: Timestamp) -> Session {
    Session {
        id: SessionId::new(world),
        office,
        site,
        language: "pl".to_owned(),
        notice_version: Some("2026-11-01".to_owned()),
        terms_version: None,
        created_at: now,
        last_seen_at: now,
        expires_at: now + SignedDuration::from_hours(12),
    }
}

pub fn notice(world: &World, site: SiteId, version: &str, published_at: Timestamp) -> LegalText {
    LegalText {
        id: LegalTextId::new(world),
        site,
        kind: LegalKind::Notice,
        language: "pl".to_owned(),
        version: version.to_owned(),
        body: format!("Wersja {version}"),
        published_at,
    }
}
