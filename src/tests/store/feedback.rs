//! Ratings and notes.

use jiff::SignedDuration;
use okienko::domain::feedback::{Outcome, Rating, Stars};
use okienko::domain::ticket::{Ticket, TicketState};
use okienko::ids::CallId;
use okienko::store::feedback::{self, Rateable};
use okienko::store::retention::{KeepingTimes, sweep};
use okienko::store::{Store, StoreError, calls, tickets};
use okienko::wire::EndReason;

use crate::support::{City, Still, open, step};

fn rating(stars: u8, comment: Option<&str>) -> Rating {
    Rating { stars: Stars::new(stars).unwrap(), comment: comment.map(str::to_owned) }
}

/// A ticket whose conversation lasted so long and is over.
fn talked(city: &City, store: &Store, still: &Still, seconds: i64) -> (Ticket, CallId) {
    talked_until(city, store, still, (seconds, EndReason::ClerkHungUp))
}

fn talked_until(city: &City, store: &Store, still: &Still, (seconds, reason): (i64, EndReason)) -> (Ticket, CallId) {
    let ticket = city.join(store, still, "A 001");
    let (call, _) = city.call(store, still, &ticket, city.clerk.id);
    let (scope, id, live) = (city.scope, call.id, still.now());
    let began = city.call_event(&call, "calling", "live");
    store.write_now(move |db| calls::mark_live(db, scope, id, live, &began)).unwrap();
    let over = still.advance(SignedDuration::from_secs(seconds));
    let event = city.call_event(&call, "live", "ended");
    store.write_now(move |db| calls::end(db, scope, id, over, reason, &event)).unwrap();
    (ticket, id)
}

#[test]
fn a_call_has_one_rating_which_may_be_changed() {
    let (store, still) = (open(), Still::new());
    let (mine, theirs) = (City::found(&store, &still, "wroclaw"), City::found(&store, &still, "krakow"));
    let (ticket, call) = talked(&mine, &store, &still, 60);
    let (scope, foreign, ticket, now) = (mine.scope, theirs.scope, ticket.id, still.now());
    let found = |at| store.read_now(move |db| feedback::rateable(db, scope, ticket, at)).unwrap();

    assert_eq!(found(now), Rateable { call: Some(call), rating: None });
    for given in [rating(2, Some("za długo")), rating(4, None)] {
        let stored = given.clone();
        store.write_now(move |db| feedback::rate(db, scope, call, &stored, now)).unwrap();
        assert_eq!(found(now).rating, Some(given));
    }

    assert_eq!(found(now + SignedDuration::from_hours(49)).call, None);
    let of_another = store.read_now(move |db| feedback::rateable(db, foreign, ticket, now));
    assert_eq!(of_another, Err(StoreError::NotFound));
    let by_another = store.write_now(move |db| feedback::rate(db, foreign, call, &rating(1, None), now));
    assert!(matches!(by_another, Err(StoreError::Query(_) | StoreError::Conflict(_))), "{by_another:?}");
    assert_eq!(found(now).rating, Some(rating(4, None)));
}

#[test]
fn a_call_that_the_office_broke_off_is_not_rated() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let (ticket, _) = talked_until(&city, &store, &still, (60, EndReason::BrokenOff));
    let (scope, now) = (city.scope, still.now());

    let found = store.read_now(move |db| feedback::rateable(db, scope, ticket.id, now)).unwrap();

    assert_eq!(found, Rateable { call: None, rating: None });
}

#[test]
fn what_was_hardly_a_conversation_is_not_rated() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let waiting = city.join(&store, &still, "A 001");
    let (scope, id, now) = (city.scope, waiting.id, still.now());
    assert_eq!(store.read_now(move |db| feedback::rateable(db, scope, id, now)), Err(StoreError::NotFound));
    let end = step(&waiting, TicketState::Ended { reason: EndReason::Left }, &still);
    store.write_now(move |db| tickets::compare_and_set(db, scope, &waiting, &end)).unwrap();

    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let (ticket, _) = talked(&city, &store, &still, 19);
    let (scope, id, now) = (city.scope, ticket.id, still.now());
    assert_eq!(store.read_now(move |db| feedback::rateable(db, scope, id, now)).unwrap().call, None);
}

#[test]
fn a_note_is_the_clerks_own_and_each_later_edit_a_version() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let marek = city.another_clerk(&store, &still, "marek@wroclaw.example");
    let (ticket, call) = talked(&city, &store, &still, 60);
    let (scope, ticket, anna) = (city.scope, ticket.id, city.clerk.id);
    let save = |outcome, text: &'static str, at| {
        store.write_now(move |db| feedback::save_note(db, scope, call, anna, (outcome, text), at)).unwrap()
    };
    let read = || store.read_now(move |db| feedback::note_of_ticket(db, scope, ticket, anna)).unwrap();
    assert_eq!(read(), (call, None));

    let first = save(None, "podano god", still.now());
    let same = save(Some(Outcome::Settled), "podano godziny", still.advance(SignedDuration::from_secs(5)));
    let later = save(Some(Outcome::Other), "podano godziny i adres", still.advance(SignedDuration::from_hours(1)));

    assert_eq!((first, same, later), (1, 1, 2));
    let note = read().1.unwrap();
    assert_eq!((note.outcome, note.text.as_str(), note.version), (Some(Outcome::Other), "podano godziny i adres", 2));
    assert_eq!(note.saved_at, still.now());
    let of_marek = store.read_now(move |db| feedback::note_of_ticket(db, scope, ticket, marek.id));
    assert_eq!(of_marek, Err(StoreError::NotFound));
}

#[test]
fn notes_and_comments_go_with_their_time_and_marks_with_their_call() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let (ticket, call) = talked(&city, &store, &still, 60);
    let (scope, now, anna) = (city.scope, still.now(), city.clerk.id);
    let end = step(&ticket, TicketState::Ended { reason: EndReason::ClerkHungUp }, &still);
    store
        .write_now(move |db| {
            tickets::compare_and_set(db, scope, &ticket, &end)?;
            feedback::rate(db, scope, call, &rating(5, Some("miło")), now)?;
            feedback::save_note(db, scope, call, anna, (None, "notatka"), now).map(drop)
        })
        .unwrap();
    let swept_after = |days: i64| {
        let at = now + SignedDuration::from_hours(24 * days + 1);
        store.write_now(move |db| sweep(db, at, &KeepingTimes::default())).unwrap()
    };

    assert_eq!((swept_after(89).notes, swept_after(90).notes), (0, 1));
    assert_eq!((swept_after(364).comments, swept_after(365).comments), (0, 1));
    let left = store.read_now(move |db| feedback::rating_of(db, scope, call)).unwrap();
    assert_eq!(left, Some(rating(5, None)));
    assert_eq!(swept_after(730).calls, 1);
    assert_eq!(store.read_now(move |db| feedback::rating_of(db, scope, call)).unwrap(), None);
}
