//! Another office's records are invisible and cannot be changed, through each function that takes a scope.

use jiff::SignedDuration;
use okienko::domain::call::Member;
use okienko::domain::event::SubjectKind;
use okienko::domain::office::{Closure, LegalKind, LocalText, Skills};
use okienko::domain::ticket::TicketState;
use okienko::ids::{ClerkId, MemberId};
use okienko::store::audit::{self, AuditEntry};
use okienko::store::commands::{self, Begun, Party};
use okienko::store::{
    Db, StoreError, calls, closures, events, legal, logins, matters, offices, presences, sessions, sites, staff,
    tickets,
};
use okienko::wire::{EndReason, Role};

use crate::support::{City, DAY, Still, look, matter, open, site, step};

type Outcome = Result<(), StoreError>;
type Attempt = Box<dyn FnOnce(&mut Db) -> Outcome + Send>;

/// A day on which an office is closed.
fn day_off() -> Closure {
    let reason = LocalText { pl: "dzień wolny".to_owned(), en: None, uk: None };
    Closure { day: DAY, left: None, reason }
}

/// What must come of a change that reaches into another office.
fn refused(what: &str, outcome: Outcome) {
    assert!(
        matches!(
            outcome,
            Err(StoreError::NotFound | StoreError::WrongOffice | StoreError::Query(_) | StoreError::Conflict(_))
        ),
        "{what} reached into another office: {outcome:?}"
    );
}

/// Every row of every table, to see that nothing has changed.
fn everything(db: &mut Db, city: &City) -> Result<String, StoreError> {
    let (scope, session) = (city.scope, city.session.id);
    Ok(format!(
        "{:?}",
        (
            offices::get(db, scope)?,
            sites::of_office(db, scope)?,
            (matters::of_office(db, scope)?, closures::of_office(db, scope)?),
            staff::by_email(db, &city.clerk.email)?.map(|found| (found.clerk, found.password_hash)),
            logins::by_token(db, &city.login_token, city.login.created_at)?,
            sessions::get(db, scope, session)?,
            tickets::live(db, scope)?,
            calls::running(db, scope)?,
            presences::of_office(db, scope)?,
            legal::all_current(db, scope, city.site.id, city.notice.published_at)?,
            legal::versions(db, scope, city.site.id, LegalKind::Notice)?,
            audit::latest(db, scope, 10)?,
        )
    ))
}

#[test]
fn nothing_of_another_office_can_be_changed() {
    let (store, still) = (open(), Still::new());
    let mine = City::found(&store, &still, "wroclaw");
    let theirs = City::found(&store, &still, "krakow");
    let ticket = theirs.join(&store, &still, "A 001");
    let (call, members) = theirs.call(&store, &still, &ticket, theirs.clerk.id);
    theirs.put_presence(&store, &theirs.receiving(&still));
    let (their_scope, day_off) = (theirs.scope, day_off());
    let theirs_too = day_off.clone();
    store.write_now(move |db| closures::put(db, their_scope, &theirs_too)).unwrap();
    let (their_scope, party, begun_at) = (theirs.scope, Party::Session(theirs.session.id), still.now());
    store.write_now(move |db| commands::begin(db, their_scope, party, "k1", begun_at)).unwrap();
    let city = theirs.clone();
    let before = store.read_now(move |db| everything(db, &city)).unwrap();

    let scope = mine.scope;
    let at = still.now() + SignedDuration::from_secs(1);
    let (site_id, matter_id, clerk) = (theirs.site.id, theirs.matter.id, theirs.clerk.id);
    let event = theirs.call_event(&call, "live", "ended");
    let my_event = mine.call_event(&call, "live", "ended");
    let end = step(&ticket, TicketState::Ended { reason: EndReason::Left }, &still);
    let mut disguised = (ticket.clone(), end.clone());
    disguised.0.office = mine.office.id;
    disguised.1.ticket.office = mine.office.id;
    disguised.1.event.office = mine.office.id;
    let guest = Member {
        id: MemberId::new(&still.world),
        call: call.id,
        role: Role::Supervisor,
        session: None,
        clerk: Some(mine.clerk.id),
        joined_at: at,
        left_at: None,
    };
    let mut hijacked = theirs.receiving(&still);
    hijacked.office = mine.office.id;
    let (my_call, my_members) = mine.call_planned(&still, &ticket, mine.clerk.id);
    let new_site = site(&still.world, theirs.office.id, "new");
    let new_matter = matter(&still.world, theirs.office.id, 'Z');
    let new_notice = crate::support::notice(&still.world, site_id, "2027", at);
    let newcomer = theirs.newcomer(&still, "A 009");
    let entry = AuditEntry {
        office: theirs.office.id,
        at,
        by: None,
        action: "x".to_owned(),
        subject: String::new(),
        before: None,
        after: None,
    };
    let city = theirs.clone();
    let attempts: Vec<(&str, Attempt)> = vec![
        ("offices::change", Box::new(move |db| offices::change(db, scope, &city.office))),
        ("sites::create", Box::new(move |db| sites::create(db, scope, &new_site))),
        ("sites::set_look", Box::new(move |db| sites::set_look(db, scope, site_id, &look()))),
        ("sites::set_allowed_origins", Box::new(move |db| sites::set_allowed_origins(db, scope, site_id, &[]))),
        ("matters::create", Box::new(move |db| matters::create(db, scope, &new_matter))),
        ("matters::set_hours", Box::new(move |db| matters::set_hours(db, scope, matter_id, &[]))),
        ("closures::remove", Box::new(move |db| closures::remove(db, scope, day_off.day))),
        ("staff::create", {
            let mut clerk = theirs.clerk.clone();
            clerk.id = ClerkId::new(&still.world);
            clerk.email = "new@krakow.example".to_owned();
            Box::new(move |db| staff::create(db, scope, &clerk, "x"))
        }),
        ("staff::set_skills", Box::new(move |db| staff::set_skills(db, scope, clerk, &Skills::default()))),
        ("staff::set_password_hash", Box::new(move |db| staff::set_password_hash(db, scope, clerk, "x"))),
        ("staff::set_active", Box::new(move |db| staff::set_active(db, scope, clerk, false))),
        ("logins::create", {
            let (login, token) = (theirs.login.clone(), okienko::store::TokenHash::of("other"));
            Box::new(move |db| logins::create(db, scope, &login, &token))
        }),
        ("logins::touch", Box::new(move |db| logins::touch(db, scope, theirs.login.id, at))),
        ("sessions::create", {
            let (session, token) = (theirs.session.clone(), okienko::store::TokenHash::of("other"));
            Box::new(move |db| sessions::create(db, scope, &session, &token))
        }),
        ("sessions::touch", Box::new(move |db| sessions::touch(db, scope, theirs.session.id, at, at))),
        (
            "sessions::set_notice_shown",
            Box::new(move |db| sessions::set_notice_shown(db, scope, theirs.session.id, "x")),
        ),
        ("sessions::offer", {
            let code = okienko::store::TokenHash::of("code");
            Box::new(move |db| sessions::offer(db, scope, theirs.session.id, &code, at))
        }),
        ("sessions::expire", Box::new(move |db| sessions::expire(db, scope, theirs.session.id, at))),
        ("tickets::next_number", Box::new(move |db| tickets::next_number(db, scope, matter_id, 'A', DAY).map(drop))),
        ("tickets::insert", Box::new(move |db| tickets::insert(db, scope, &newcomer, DAY))),
        ("tickets::compare_and_set", Box::new(move |db| tickets::compare_and_set(db, scope, &ticket, &end))),
        (
            "tickets::compare_and_set in disguise",
            Box::new(move |db| tickets::compare_and_set(db, scope, &disguised.0, &disguised.1)),
        ),
        ("presences::put in disguise", Box::new(move |db| presences::put(db, scope, &hijacked, None))),
        ("presences::put", {
            let presence = theirs.receiving(&still);
            Box::new(move |db| presences::put(db, scope, &presence, None))
        }),
        ("calls::open", {
            let event = my_event.clone();
            Box::new(move |db| calls::open(db, scope, &my_call, &my_members, &event))
        }),
        ("calls::admit", Box::new(move |db| calls::admit(db, scope, &guest))),
        ("calls::leave", Box::new(move |db| calls::leave(db, scope, members[0].id, at))),
        ("calls::mark_live", {
            let (id, event) = (call.id, event.clone());
            Box::new(move |db| calls::mark_live(db, scope, id, at, &event))
        }),
        ("calls::end", {
            let event = event.clone();
            Box::new(move |db| calls::end(db, scope, call.id, at, EndReason::Failed, &event))
        }),
        ("events::append", Box::new(move |db| events::append(db, scope, &event).map(drop))),
        ("events::append in disguise", Box::new(move |db| events::append(db, scope, &my_event).map(drop))),
        ("legal::publish", Box::new(move |db| legal::publish(db, scope, &new_notice))),
        ("commands::finish", Box::new(move |db| commands::finish(db, scope, party, "k1", "x"))),
        ("audit::append", Box::new(move |db| audit::append(db, scope, &entry))),
    ];
    for (what, attempt) in attempts {
        refused(what, store.write_now(attempt));
    }
    // These two say nothing about what was not there, and must not have done anything either.
    store
        .write_now(move |db| {
            logins::end(db, scope, theirs.login.id)?;
            assert_eq!(logins::end_all_of(db, scope, clerk)?, 0);
            Ok(())
        })
        .unwrap();

    assert_eq!(store.read_now(offices::all).unwrap().len(), 2, "no office was added");
    let begun = store.write_now(move |db| commands::begin(db, their_scope, party, "k1", begun_at)).unwrap();
    assert_eq!(begun, Begun::Running, "their command has no result yet");
    let after = store.read_now(move |db| everything(db, &theirs)).unwrap();
    assert_eq!(before, after);
}

#[test]
fn nothing_of_another_office_can_be_seen() {
    let (store, still) = (open(), Still::new());
    let mine = City::found(&store, &still, "wroclaw");
    let theirs = City::found(&store, &still, "krakow");
    let ticket = theirs.join(&store, &still, "A 001");
    let (call, _) = theirs.call(&store, &still, &ticket, theirs.clerk.id);
    theirs.put_presence(&store, &theirs.receiving(&still));
    let (party, key_at) = (Party::Session(theirs.session.id), still.now());
    let their_scope = theirs.scope;
    store
        .write_now(move |db| {
            closures::put(db, their_scope, &day_off())?;
            commands::begin(db, their_scope, party, "k1", key_at)?;
            commands::finish(db, their_scope, party, "k1", "secret")
        })
        .unwrap();

    let (scope, now) = (mine.scope, still.now());
    store
        .write_now(move |db| {
            let (session, site) = (theirs.session.id, theirs.site.id);
            assert_eq!(sites::of_office(db, scope)?, [mine.site]);
            assert_eq!(matters::of_office(db, scope)?, [mine.matter]);
            assert_eq!(closures::of_office(db, scope)?, []);
            assert!(!logins::has_others(db, scope, &mine.login, now, mine.login.created_at)?);
            assert_eq!(staff::of_office(db, scope)?, [mine.clerk]);
            assert_eq!(staff::get(db, scope, theirs.clerk.id), Err(StoreError::NotFound));
            assert_eq!(sessions::get(db, scope, session), Err(StoreError::NotFound));
            assert_eq!(tickets::get(db, scope, ticket.id), Err(StoreError::NotFound));
            assert_eq!(tickets::day_of(db, scope, ticket.id), Err(StoreError::NotFound));
            assert_eq!(tickets::live(db, scope)?, []);
            assert_eq!(tickets::of_office(db, scope)?, []);
            assert_eq!(tickets::live_of_session(db, scope, session)?, None);
            assert_eq!(tickets::latest_of_session(db, scope, session)?, None);
            assert_eq!(calls::get(db, scope, call.id), Err(StoreError::NotFound));
            assert_eq!(calls::running(db, scope)?, []);
            assert_eq!(presences::of_office(db, scope)?, []);
            assert_eq!(presences::of_clerk(db, scope, theirs.clerk.id)?, None);
            assert_eq!(events::of_subject(db, scope, SubjectKind::Ticket, &ticket.id.to_text())?, []);
            assert_eq!(events::of_kind(db, scope, SubjectKind::Ticket)?, []);
            assert_eq!(events::last_reason(db, scope, SubjectKind::Ticket, &["joined"])?, None);
            assert_eq!(legal::current(db, scope, site, LegalKind::Notice, "pl", now)?, None);
            assert_eq!(legal::all_current(db, scope, site, now)?, []);
            let version = legal::version(db, scope, site, LegalKind::Notice, "pl", "2026-11-01");
            assert_eq!(version, Err(StoreError::NotFound));
            assert_eq!(audit::latest(db, scope, 10)?, []);
            Ok(())
        })
        .unwrap();
    // By itself: a statement that is refused is the end of its job on PostgreSQL.
    let begun = store.write_now(move |db| commands::begin(db, scope, party, "k1", now));
    assert!(!matches!(begun, Ok(Begun::Done(_) | Begun::Running)), "{begun:?}");
}
