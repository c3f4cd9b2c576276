//! Tickets: numbers, steps, races.

use std::sync::{Arc, Barrier};

use diesel::connection::SimpleConnection;
use jiff::SignedDuration;
use jiff::civil::date;
use okienko::domain::event::SubjectKind;
use okienko::domain::ticket::{Ticket, TicketState};
use okienko::ids::{CallId, TicketId};
use okienko::store::{StoreError, events, tickets};
use okienko::wire::EndReason;

use crate::support::{City, DAY, Still, open, step};

fn number(store: &okienko::store::Store, city: &City, day: jiff::civil::Date) -> String {
    let (scope, matter) = (city.scope, city.matter.clone());
    store.write_now(move |db| tickets::next_number(db, scope, matter.id, matter.letter, day)).unwrap()
}

#[test]
fn numbers_count_up_in_each_matter_and_day() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");

    assert_eq!(number(&store, &city, DAY), "A 001");
    assert_eq!(number(&store, &city, DAY), "A 002");
    assert_eq!(number(&store, &city, date(2026, 11, 23)), "A 001");
    assert_eq!(number(&store, &city, DAY), "A 003");
}

#[test]
fn a_job_that_fails_gives_its_number_back() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let (scope, matter) = (city.scope, city.matter.clone());

    let failed: Result<(), _> = store.write_now(move |db| {
        tickets::next_number(db, scope, matter.id, matter.letter, DAY)?;
        Err(StoreError::NotFound)
    });

    assert_eq!(failed, Err(StoreError::NotFound));
    assert_eq!(number(&store, &city, DAY), "A 001");
}

#[test]
fn a_ticket_is_read_as_it_was_written_in_each_state() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let mut ticket = city.join(&store, &still, "A 001");
    let (scope, id, now) = (city.scope, ticket.id, still.now());
    let soon = now + SignedDuration::from_secs(60);
    let (clerk, call) = (city.clerk.id, CallId::new(&still.world));
    assert_eq!(store.read_now(move |db| tickets::get(db, scope, id)).unwrap(), ticket);

    for state in [
        TicketState::Called { clerk, call, clerk_until: now, deadline: soon, return_until: None },
        TicketState::Called { clerk, call, clerk_until: now, deadline: soon, return_until: Some(now) },
        TicketState::Deferred { until: soon },
        TicketState::Missed { called_at: now, return_until: soon },
        TicketState::InCall { call, clerk },
        TicketState::Waiting,
    ] {
        still.advance(SignedDuration::from_secs(1));
        let mut next = step(&ticket, state, &still);
        next.ticket.head_since = Some(still.now());
        next.ticket.away_since = next.ticket.away_since.is_none().then_some(now);
        next.ticket.visit_at = Some(soon);
        next.ticket.extensions += 1;
        next.ticket.recalls += 1;
        let (before, taken) = (ticket.clone(), next.clone());
        store.write_now(move |db| tickets::compare_and_set(db, scope, &before, &taken)).unwrap();

        assert_eq!(store.read_now(move |db| tickets::get(db, scope, id)).unwrap(), next.ticket);
        ticket = next.ticket;
    }
}

#[test]
fn the_name_is_deleted_when_the_ticket_ends() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let ticket = city.join(&store, &still, "A 001");
    let (scope, id) = (city.scope, ticket.id);
    assert_eq!(ticket.name.as_deref(), Some("Jan"));

    let end = step(&ticket, TicketState::Ended { reason: EndReason::Left }, &still);
    let taken = end.clone();
    store.write_now(move |db| tickets::compare_and_set(db, scope, &ticket, &taken)).unwrap();

    let stored = store.read_now(move |db| tickets::get(db, scope, id)).unwrap();
    assert_eq!(stored, Ticket { name: None, ..end.ticket });
}

#[test]
fn of_two_clerks_who_press_at_once_exactly_one_wins() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let marek = city.another_clerk(&store, &still, "marek@wroclaw.example");
    for round in 0..20 {
        let session = city.another_session(&store, &still);
        let joined = city.newcomer_of(&still, &format!("A {round:03}"), session.id);
        let (scope, made) = (city.scope, joined.clone());
        store.write_now(move |db| tickets::insert(db, scope, &made, DAY)).unwrap();
        let start = Arc::new(Barrier::new(2));
        let presses: Vec<_> = [city.clerk.id, marek.id]
            .into_iter()
            .map(|clerk| {
                let until = still.now() + SignedDuration::from_secs(60);
                let call = CallId::new(&still.world);
                let state =
                    TicketState::Called { clerk, call, clerk_until: until, deadline: until, return_until: None };
                let (before, press) = (joined.ticket.clone(), step(&joined.ticket, state, &still));
                let (store, start) = (store.clone(), Arc::clone(&start));
                std::thread::spawn(move || {
                    start.wait();
                    store.write_now(move |db| tickets::compare_and_set(db, scope, &before, &press))
                })
            })
            .collect();
        let outcomes: Vec<_> = presses.into_iter().map(|press| press.join().unwrap()).collect();

        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
        assert!(outcomes.iter().any(|outcome| matches!(outcome, Err(StoreError::Conflict(_)))), "{outcomes:?}");
        let subject = joined.ticket.id.to_text();
        let log = store.read_now(move |db| events::of_subject(db, scope, SubjectKind::Ticket, &subject)).unwrap();
        assert_eq!(log.iter().map(|row| row.event.to.as_str()).collect::<Vec<_>>(), ["waiting", "called"]);
    }
}

#[test]
fn a_step_from_an_older_sight_of_the_ticket_is_refused_even_in_the_same_state() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let ticket = city.join(&store, &still, "A 001");
    let (scope, id) = (city.scope, ticket.id);
    let mut away = step(&ticket, TicketState::Waiting, &still);
    away.ticket.away_since = Some(still.now());
    let (before, taken) = (ticket.clone(), away.clone());
    store.write_now(move |db| tickets::compare_and_set(db, scope, &before, &taken)).unwrap();

    let late = step(&ticket, TicketState::Ended { reason: EndReason::Left }, &still);
    let refused = store.write_now(move |db| tickets::compare_and_set(db, scope, &ticket, &late)).unwrap_err();

    assert!(matches!(refused, StoreError::Conflict(_)), "{refused:?}");
    assert_eq!(store.read_now(move |db| tickets::get(db, scope, id)).unwrap(), away.ticket);
}

#[test]
fn what_the_version_before_leaves_behind_hinders_nobody() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let ticket = city.join(&store, &still, "A 001");
    let (scope, id) = (city.scope, ticket.id);
    // It knows nothing of this column, and ends a call that had a value there.
    store.write_now(|db| Ok(db.batch_execute("UPDATE tickets SET return_until = 1")?)).unwrap();
    assert_eq!(store.read_now(move |db| tickets::get(db, scope, id)).unwrap(), ticket);

    let end = step(&ticket, TicketState::Ended { reason: EndReason::Left }, &still);
    store.write_now(move |db| tickets::compare_and_set(db, scope, &ticket, &end)).unwrap();
}

#[test]
fn a_session_has_one_ticket_that_is_not_over() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let first = city.join(&store, &still, "A 001");
    let (scope, session) = (city.scope, city.session.id);
    let second = city.newcomer(&still, "A 002");
    let made = second.clone();
    let refused = store.write_now(move |db| tickets::insert(db, scope, &made, DAY)).unwrap_err();
    assert!(matches!(refused, StoreError::Conflict(_)), "{refused:?}");

    let (end, before) = (step(&first, TicketState::Ended { reason: EndReason::Left }, &still), first.clone());
    store.write_now(move |db| tickets::compare_and_set(db, scope, &before, &end)).unwrap();
    let (none, last) = store
        .read_now(move |db| {
            Ok((tickets::live_of_session(db, scope, session)?, tickets::latest_of_session(db, scope, session)?))
        })
        .unwrap();
    assert_eq!(none, None);
    assert_eq!(last.map(|ticket| ticket.id), Some(first.id));

    still.advance(SignedDuration::from_secs(1));
    let third = city.join(&store, &still, "A 003");
    let live = store.read_now(move |db| tickets::live_of_session(db, scope, session)).unwrap();
    assert_eq!(live, Some(third));
}

#[test]
fn a_number_is_given_once_a_day() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    city.join(&store, &still, "A 001");
    let session = city.another_session(&store, &still);
    let twin = city.newcomer_of(&still, "A 001", session.id);

    let refused = store.write_now(move |db| tickets::insert(db, city.scope, &twin, DAY)).unwrap_err();

    assert!(matches!(refused, StoreError::Conflict(_)), "{refused:?}");
}

#[test]
fn live_tickets_come_by_the_time_of_joining() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let scope = city.scope;
    let first = city.join(&store, &still, "A 001");
    let mut expected = vec![first.clone()];
    for number in ["A 002", "A 003"] {
        still.advance(SignedDuration::from_secs(1));
        let session = city.another_session(&store, &still);
        let joined = city.newcomer_of(&still, number, session.id);
        expected.push(joined.ticket.clone());
        store.write_now(move |db| tickets::insert(db, scope, &joined, DAY)).unwrap();
    }
    assert_eq!(store.read_now(move |db| tickets::live(db, scope)).unwrap(), expected);

    let end = step(&first, TicketState::Ended { reason: EndReason::Left }, &still);
    store.write_now(move |db| tickets::compare_and_set(db, scope, &first, &end)).unwrap();
    assert_eq!(store.read_now(move |db| tickets::live(db, scope)).unwrap(), expected[1..]);
}

#[test]
fn a_ticket_needs_a_session_of_its_office() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let other = City::found(&store, &still, "krakow");
    let strange = city.newcomer_of(&still, "A 001", other.session.id);

    let refused = store.write_now(move |db| tickets::insert(db, city.scope, &strange, DAY));

    assert_eq!(refused, Err(StoreError::NotFound));
}

#[test]
fn a_step_of_a_ticket_that_is_not_there_is_refused() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let mut ghost = city.newcomer(&still, "A 001").ticket;
    ghost.id = TicketId::new(&still.world);
    let end = step(&ghost, TicketState::Ended { reason: EndReason::Left }, &still);

    let refused = store.write_now(move |db| tickets::compare_and_set(db, city.scope, &ghost, &end));

    assert_eq!(refused, Err(StoreError::NotFound));
}

#[test]
fn the_day_of_a_number_is_kept() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let ticket = city.join(&store, &still, "A 001");

    assert_eq!(store.read_now(move |db| tickets::day_of(db, city.scope, ticket.id)).unwrap(), DAY);
}
