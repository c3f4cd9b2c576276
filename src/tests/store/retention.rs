//! What is deleted, and what is not.

use jiff::{SignedDuration, Timestamp};
use okienko::domain::event::SubjectKind;
use okienko::domain::ticket::TicketState;
use okienko::store::audit::{self, AuditEntry};
use okienko::store::commands::{self, Begun, Party};
use okienko::store::retention::{KeepingTimes, Swept, sweep};
use okienko::store::{Store, StoreError, calls, events, logins, sessions, tickets};
use okienko::wire::{EndReason, Mode};

use crate::support::{City, Still, open, step};

fn swept_at(store: &Store, now: Timestamp) -> Swept {
    store.write_now(move |db| sweep(db, now, &KeepingTimes::default())).unwrap()
}

#[test]
fn an_expired_session_goes_but_not_while_its_ticket_lives() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let (scope, id) = (city.scope, city.session.id);
    let ticket = city.join(&store, &still, "A 001");
    let now = still.advance(SignedDuration::from_hours(13));

    assert_eq!(swept_at(&store, now), Swept { logins: 1, ..Swept::default() });
    assert!(store.read_now(move |db| sessions::get(db, scope, id)).is_ok());

    let end = step(&ticket, TicketState::Ended { reason: EndReason::Lapsed }, &still);
    store.write_now(move |db| tickets::compare_and_set(db, scope, &ticket, &end)).unwrap();
    assert_eq!(swept_at(&store, now), Swept { sessions: 1, ..Swept::default() });
    assert_eq!(store.read_now(move |db| sessions::get(db, scope, id)), Err(StoreError::NotFound));
    assert_eq!(swept_at(&store, now), Swept::default());
}

#[test]
fn an_expired_login_goes() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let (scope, id, now) = (city.scope, city.login.id, city.login.expires_at);

    assert_eq!(swept_at(&store, now).logins, 1);

    assert_eq!(store.write_now(move |db| logins::touch(db, scope, id, now)), Err(StoreError::NotFound));
}

#[test]
fn commands_are_known_for_a_day() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let (scope, party, begun) = (city.scope, Party::Clerk(city.clerk.id), still.now());
    let begin = move |db: &mut okienko::store::Db| commands::begin(db, scope, party, "k1", begun);
    store.write_now(begin).unwrap();

    assert_eq!(swept_at(&store, still.advance(SignedDuration::from_hours(24))).commands, 0);
    assert_eq!(store.write_now(begin).unwrap(), Begun::Running);
    assert_eq!(swept_at(&store, still.advance(SignedDuration::from_secs(1))).commands, 1);
    assert_eq!(store.write_now(begin).unwrap(), Begun::New);
}

#[test]
fn a_day_after_the_end_nothing_tells_of_special_needs() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let ticket = city.join(&store, &still, "A 001");
    let (scope, id) = (city.scope, ticket.id);
    assert_eq!(ticket.wish.mode, Mode::Sign);
    let end = step(&ticket, TicketState::Ended { reason: EndReason::Left }, &still);
    store.write_now(move |db| tickets::compare_and_set(db, scope, &ticket, &end)).unwrap();
    let stored = || store.read_now(move |db| tickets::get(db, scope, id)).unwrap();

    swept_at(&store, still.advance(SignedDuration::from_hours(24)));
    assert_eq!((stored().wish.needs.len(), stored().ready.is_some()), (2, true));
    swept_at(&store, still.advance(SignedDuration::from_secs(1)));

    assert!(stored().wish.needs.is_empty());
    assert_eq!((stored().wish.mode, stored().ready), (Mode::Video, None));
}

#[test]
fn after_two_years_ticket_call_and_events_are_gone_and_live_ones_stay() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let other = City::found(&store, &still, "krakow");
    let waiting = other.join(&store, &still, "A 001");
    let ticket = city.join(&store, &still, "A 001");
    let (call, _) = city.call(&store, &still, &ticket, city.clerk.id);
    let (scope, now, event) = (city.scope, still.now(), city.call_event(&call, "live", "ended"));
    let end = step(&ticket, TicketState::Ended { reason: EndReason::ClerkHungUp }, &still);
    let entry = AuditEntry {
        office: city.office.id,
        at: now,
        by: None,
        action: "site.look".to_owned(),
        subject: "1".to_owned(),
        before: None,
        after: None,
    };
    let (id, call_id) = (ticket.id, call.id);
    store
        .write_now(move |db| {
            calls::end(db, scope, call_id, now, EndReason::ClerkHungUp, &event)?;
            tickets::compare_and_set(db, scope, &ticket, &end)?;
            audit::append(db, scope, &entry)
        })
        .unwrap();

    let early = swept_at(&store, still.advance(SignedDuration::from_hours(24 * 730)));
    assert_eq!((early.tickets, early.calls, early.events, early.audit), (0, 0, 0, 0));
    let swept = swept_at(&store, still.advance(SignedDuration::from_secs(1)));

    assert_eq!((swept.tickets, swept.calls, swept.events, swept.audit), (1, 1, 5, 1));
    assert_eq!(store.read_now(move |db| tickets::get(db, scope, id)), Err(StoreError::NotFound));
    assert_eq!(store.read_now(move |db| calls::get(db, scope, call_id)), Err(StoreError::NotFound));
    let log = store.read_now(move |db| events::of_subject(db, scope, SubjectKind::Ticket, &id.to_text())).unwrap();
    assert_eq!(log, []);
    assert_eq!(store.read_now(move |db| tickets::live(db, other.scope)).unwrap(), [waiting]);
}
