//! The event log, the audit log, idempotency, and what must never change.

use diesel::RunQueryDsl;
use jiff::SignedDuration;
use okienko::domain::event::{Actor, Event, SubjectKind};
use okienko::store::audit::{self, AuditEntry};
use okienko::store::commands::{self, Begun, Party};
use okienko::store::{StoreError, events};

use crate::support::{City, Still, open};

#[test]
fn the_numbers_of_a_subjects_events_have_no_gaps() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let ticket = city.join(&store, &still, "A 001");
    let scope = city.scope;
    let mut writers = Vec::new();
    for writer in 0..8_u32 {
        let (store, office, subject, at) = (store.clone(), city.office.id, ticket.id.to_text(), still.now());
        writers.push(std::thread::spawn(move || {
            for turn in 0..25_u32 {
                let event = Event {
                    office,
                    kind: SubjectKind::Ticket,
                    subject: subject.clone(),
                    at,
                    from: "waiting".to_owned(),
                    to: "waiting".to_owned(),
                    by: Actor::System,
                    reason: format!("{writer}-{turn}"),
                };
                // Every fifth one fails after it was appended, and must leave no gap.
                let outcome = store.write_now(move |db| {
                    events::append(db, scope, &event)?;
                    if turn % 5 == 4 { Err(StoreError::NotFound) } else { Ok(()) }
                });
                assert_eq!(outcome.is_ok(), turn % 5 != 4);
            }
        }));
    }
    for writer in writers {
        writer.join().unwrap();
    }

    let subject = ticket.id.to_text();
    let log = store.read_now(move |db| events::of_subject(db, scope, SubjectKind::Ticket, &subject)).unwrap();
    assert_eq!(log.iter().map(|row| row.seq).collect::<Vec<_>>(), (1..=161).collect::<Vec<_>>());
}

#[test]
fn an_event_is_read_as_it_was_written() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let scope = city.scope;
    for by in [Actor::Citizen, Actor::Clerk(city.clerk.id), Actor::System] {
        let event = Event { by, ..city.newcomer(&still, "A 001").event };
        let written = event.clone();

        let seq = store.write_now(move |db| events::append(db, scope, &written)).unwrap();

        let subject = event.subject.clone();
        let log = store.read_now(move |db| events::of_subject(db, scope, SubjectKind::Ticket, &subject)).unwrap();
        assert_eq!(log, [events::Logged { seq, event }]);
    }
}

#[test]
fn the_last_of_some_reasons_is_found() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let scope = city.scope;
    for reason in ["visit", "walk-in", "again"] {
        still.advance(SignedDuration::from_secs(1));
        let joined = city.newcomer(&still, "A 001").event;
        let event = Event { reason: reason.to_owned(), at: still.now(), ..joined };
        store.write_now(move |db| events::append(db, scope, &event)).unwrap();
    }

    let last = move |kind, reasons: &'static [&str]| {
        store.read_now(move |db| events::last_reason(db, scope, kind, reasons)).unwrap()
    };
    assert_eq!(last(SubjectKind::Ticket, &["walk-in", "visit"]).as_deref(), Some("walk-in"));
    assert_eq!(last(SubjectKind::Ticket, &["visit"]).as_deref(), Some("visit"));
    assert_eq!(last(SubjectKind::Ticket, &["other"]), None);
    assert_eq!(last(SubjectKind::Call, &["walk-in", "visit"]), None);
}

#[test]
fn what_is_published_or_logged_cannot_be_changed_or_deleted() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    city.join(&store, &still, "A 001");
    let entry = entry(&city, &still, "site.look");
    store.write_now(move |db| audit::append(db, city.scope, &entry)).unwrap();

    for statement in [
        "UPDATE legal_texts SET body = 'x'",
        "DELETE FROM legal_texts",
        "UPDATE events SET reason = 'x'",
        "DELETE FROM events",
        "UPDATE audit SET action = 'x'",
        "DELETE FROM audit",
    ] {
        let refused = store.write_now(move |db| Ok(diesel::sql_query(statement).execute(db)?)).expect_err(statement);
        assert!(matches!(refused, StoreError::Query(_)), "{statement}: {refused:?}");
    }
}

#[test]
fn the_audit_log_gives_the_newest_first() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let scope = city.scope;
    let mut expected = Vec::new();
    for action in ["site.look", "staff.role", "matter.hours"] {
        let entry = entry(&city, &still, action);
        expected.insert(0, entry.clone());
        store.write_now(move |db| audit::append(db, scope, &entry)).unwrap();
    }

    assert_eq!(store.read_now(move |db| audit::latest(db, scope, 2)).unwrap(), expected[..2]);
}

#[test]
fn a_command_is_done_once_and_answered_again() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let (scope, now) = (city.scope, still.now());
    let (citizen, clerk) = (Party::Session(city.session.id), Party::Clerk(city.clerk.id));
    let begin = |party| store.write_now(move |db| commands::begin(db, scope, party, "k1", now)).unwrap();

    assert_eq!(begin(citizen), Begun::New);
    assert_eq!(begin(citizen), Begun::Running);
    store.write_now(move |db| commands::finish(db, scope, citizen, "k1", "{\"ok\":true}")).unwrap();
    assert_eq!(begin(citizen), Begun::Done("{\"ok\":true}".to_owned()));
    assert_eq!(begin(clerk), Begun::New, "another party's key is another command");
    let again = store.write_now(move |db| commands::finish(db, scope, citizen, "k1", "other"));
    assert_eq!(again, Err(StoreError::NotFound));
}

#[test]
fn a_command_that_failed_may_be_tried_again() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let (scope, now, party) = (city.scope, still.now(), Party::Session(city.session.id));

    let failed: Result<(), _> = store.write_now(move |db| {
        commands::begin(db, scope, party, "k1", now)?;
        Err(StoreError::NotFound)
    });

    assert_eq!(failed, Err(StoreError::NotFound));
    assert_eq!(store.write_now(move |db| commands::begin(db, scope, party, "k1", now)).unwrap(), Begun::New);
}

#[test]
fn a_key_has_1_to_64_characters() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let (scope, now, party) = (city.scope, still.now(), Party::Session(city.session.id));
    for key in [String::new(), "ż".repeat(65)] {
        let refused = store.write_now(move |db| commands::begin(db, scope, party, &key, now)).unwrap_err();
        assert!(matches!(refused, StoreError::Query(_)), "{refused:?}");
    }
    let longest = "ż".repeat(64);
    assert_eq!(store.write_now(move |db| commands::begin(db, scope, party, &longest, now)).unwrap(), Begun::New);
}

fn entry(city: &City, still: &Still, action: &str) -> AuditEntry {
    AuditEntry {
        office: city.office.id,
        at: still.advance(SignedDuration::from_secs(1)),
        by: Some(city.clerk.id),
        action: action.to_owned(),
        subject: city.site.id.to_text(),
        before: None,
        after: Some("#0b4f8a".to_owned()),
    }
}
