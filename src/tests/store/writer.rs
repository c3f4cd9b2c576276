//! The writer: group commit, failures, panics, full queues, crashes.

use std::sync::mpsc::{channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use diesel::{Connection, RunQueryDsl};
use okienko::failures::Failures;
use okienko::store::{Db, Store, StoreError, offices};

use crate::support::{City, Still, open, until};

/// Holds the writer until the returned sender is dropped.
fn hold(store: &Store) -> std::sync::mpsc::Sender<()> {
    let (release, held) = channel::<()>();
    let (begun, begins) = sync_channel(1);
    store.write(
        move |_| {
            begun.send(()).unwrap();
            // Ends with an error as soon as the sender is gone, which is what is waited for.
            let _released = held.recv();
            Ok(())
        },
        |_| (),
    );
    begins.recv().unwrap();
    release
}

fn rename(phone: String) -> impl FnOnce(&mut Db) -> Result<(), StoreError> + Send + 'static {
    move |db| {
        let mut office = offices::all(db)?.remove(0);
        office.phone += &phone;
        offices::change(db, okienko::store::OfficeScope::of(office.id), &office)
    }
}

#[test]
fn many_writes_share_a_commit_and_one_that_fails_spoils_none() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let before = store.health();
    let plain = store.read_now(move |db| offices::get(db, city.scope)).unwrap().phone;
    let release = hold(&store);
    let outcomes = Arc::new(Mutex::new(Vec::new()));
    for number in 0..50 {
        let outcomes = Arc::clone(&outcomes);
        store.write(
            move |db| {
                rename(format!(" {number}"))(db)?;
                if number % 7 == 3 { Err(StoreError::NotFound) } else { Ok(number) }
            },
            move |outcome| outcomes.lock().unwrap().push(outcome),
        );
    }

    drop(release);
    store.write_now(|_| Ok(())).unwrap();

    let expected: Vec<_> = (0..50).map(|n| if n % 7 == 3 { Err(StoreError::NotFound) } else { Ok(n) }).collect();
    assert_eq!(*outcomes.lock().unwrap(), expected);
    let phone = store.read_now(move |db| offices::get(db, city.scope)).unwrap().phone;
    let kept: Vec<i32> =
        phone.strip_prefix(&plain).unwrap().split_whitespace().map(|number| number.parse().unwrap()).collect();
    assert_eq!(kept, (0..50).filter(|n| n % 7 != 3).collect::<Vec<_>>());
    let commits = store.health().commits - before.commits;
    assert!(commits <= 3, "{commits} commits for 52 writes");
}

#[test]
fn an_answer_comes_after_the_commit() {
    let (store, still) = (open(), Still::new());
    City::found(&store, &still, "wroclaw");
    let (told, hears) = sync_channel(1);
    let reader = store.clone();
    store.write(rename("!".to_owned()), move |outcome| {
        outcome.unwrap();
        // Another connection sees only what is committed.
        reader.read(offices::all, move |seen| told.send(seen.unwrap().remove(0).phone).unwrap());
    });

    assert!(hears.recv().unwrap().ends_with('!'));
}

#[test]
fn a_job_that_panics_is_answered_and_takes_back_only_its_own() {
    let (store, still) = (open(), Still::new());
    City::found(&store, &still, "wroclaw");
    let release = hold(&store);
    let (first, second) = (sync_channel(1), sync_channel(1));
    store.write(rename("a".to_owned()), move |outcome| first.0.send(outcome).unwrap());
    let (panicked, sees_panic) = sync_channel::<Result<(), _>>(1);
    store.write(
        |db| {
            rename("b".to_owned())(db)?;
            // Inside savepoints of its own, which the panic leaves open.
            db.transaction(|db| db.transaction(|db| rename("c".to_owned())(db).map(|()| panic!("on purpose"))))
        },
        move |outcome| panicked.send(outcome).unwrap(),
    );
    store.write(rename("d".to_owned()), move |outcome| second.0.send(outcome).unwrap());
    drop(release);

    assert_eq!(first.1.recv().unwrap(), Ok(()));
    assert_eq!(sees_panic.recv().unwrap(), Err(StoreError::Panicked));
    assert_eq!(second.1.recv().unwrap(), Ok(()));
    assert_eq!(store.read_now(offices::all).unwrap()[0].phone, "+48 000 000 000ad");
}

#[test]
fn whoever_panics_at_an_answer_stops_nobody_else() {
    let store = open();
    store.write(|_| Ok(()), |_| panic!("on purpose"));
    store.read(|_| Ok(()), |_| panic!("on purpose"));

    assert_eq!(store.write_now(|_| Ok(1)), Ok(1));
    assert_eq!(store.read_now(|_| Ok(2)), Ok(2));
    assert_eq!(store.read_now(|_| -> Result<(), _> { panic!("on purpose") }), Err(StoreError::Panicked));
    assert_eq!(store.read_now(|_| Ok(3)), Ok(3));
}

#[test]
fn a_job_that_ends_the_transaction_spoils_its_group_but_not_the_store() {
    let (store, still) = (open(), Still::new());
    City::found(&store, &still, "wroclaw");
    let release = hold(&store);
    let (innocent, hears) = sync_channel(1);
    store.write(rename("a".to_owned()), move |outcome| innocent.send(outcome).unwrap());
    // What SQLite does by itself when the disk is full.
    store.write(|db| Ok(diesel::sql_query("ROLLBACK").execute(db)?), |_| ());
    drop(release);

    let answer = hears.recv().unwrap();
    assert!(matches!(answer, Err(StoreError::Unavailable(_) | StoreError::Unknown(_))), "{answer:?}");
    assert_eq!(store.write_now(rename("b".to_owned())), Ok(()));
    assert_eq!(store.read_now(offices::all).unwrap()[0].phone, "+48 000 000 000b");
}

#[test]
fn a_full_queue_says_so_at_once() {
    let store = open();
    let release = hold(&store);
    let (told, hears) = channel();
    let mut accepted = 0;
    for _ in 0..2_000 {
        let told = told.clone();
        store.write(|_| Ok(()), move |outcome: Result<(), _>| told.send(outcome).unwrap());
        match hears.try_recv() {
            Ok(outcome) => {
                assert_eq!(outcome, Err(StoreError::Busy));
                break;
            }
            Err(_) => accepted += 1,
        }
    }

    assert_eq!(accepted, 1_024);
    assert_eq!(store.health().waiting_writes, 1_024);
    drop(release);
    assert_eq!(hears.iter().take(accepted).filter(Result::is_ok).count(), accepted);
    assert_eq!(store.write_now(|_| Ok(())), Ok(()));
}

#[test]
fn closing_does_what_waits_and_refuses_what_comes_later() {
    let (store, still) = (open(), Still::new());
    City::found(&store, &still, "wroclaw");
    let release = hold(&store);
    let (told, hears) = channel();
    for _ in 0..10 {
        let told = told.clone();
        store.write(rename("x".to_owned()), move |outcome| told.send(outcome).unwrap());
    }
    let closing = std::thread::spawn({
        let store = store.clone();
        move || store.close()
    });
    drop(release);
    closing.join().unwrap();

    assert_eq!(hears.try_iter().collect::<Vec<_>>(), vec![Ok(()); 10]);
    assert_eq!(store.write_now(|_| Ok(())), Err(StoreError::Closed));
    assert_eq!(store.read_now(|_| Ok(())), Err(StoreError::Closed));
    store.close();
}

#[test]
fn the_last_handle_may_go_away_inside_an_answer() {
    let store = open();
    let (told, hears) = sync_channel(1);
    let release = hold(&store);
    let last = store.clone();
    store.write(
        |_| Ok(()),
        move |_| {
            drop(last);
            told.send(()).unwrap();
        },
    );
    drop(store);
    drop(release);

    hears.recv().unwrap();
}

#[test]
fn a_reader_cannot_write() {
    let (store, still) = (open(), Still::new());
    City::found(&store, &still, "wroclaw");

    let refused = store.read_now(rename("x".to_owned())).unwrap_err();

    assert!(matches!(refused, StoreError::Query(_)), "{refused:?}");
    assert_eq!(store.write_now(rename("y".to_owned())), Ok(()));
}

#[test]
fn a_checkpoint_empties_the_log() {
    let (store, still) = (open(), Still::new());
    City::found(&store, &still, "wroclaw");
    let (told, hears) = sync_channel(1);

    store.checkpoint(move |outcome| told.send(outcome).unwrap());

    assert_eq!(hears.recv().unwrap(), Ok(()));
    assert_eq!(store.write_now(rename("x".to_owned())), Ok(()));
}

#[test]
fn a_writer_that_hangs_is_not_taken_for_well() {
    let store = Store::open_with(&crate::throw_away(), 1, Duration::from_secs(2), Failures::default()).unwrap();

    let release = hold(&store);
    until("it is noticed that it hangs", || !store.health().can_write);

    drop(release);
    until("it goes on", || store.health().can_write);
}

#[test]
fn health_tells_how_it_goes() {
    let (store, still) = (open(), Still::new());
    City::found(&store, &still, "wroclaw");
    store.write_now(|_| Ok(())).unwrap();

    let health = store.health();

    assert_eq!((health.commits, health.writes, health.failed_commits), (2, 2, 0));
    assert_eq!((health.waiting_writes, health.waiting_reads), (0, 0));
    assert!(health.last_commit.as_micros() > 0);
}

/// What becomes of the store where its writer passes an armed point.
#[cfg(feature = "failure-points")]
mod failing {
    use std::time::Duration;

    use super::*;

    fn open_with(point: &str) -> (Store, Failures) {
        let failures = Failures::default();
        let store = Store::open_with("sqlite::memory:", 1, Duration::from_secs(5), failures.clone()).unwrap();
        City::found(&store, &Still::new(), "wroclaw");
        failures.arm(point.parse().unwrap());
        (store, failures)
    }

    fn phone(store: &Store) -> String {
        store.read_now(offices::all).unwrap().remove(0).phone
    }

    #[test]
    fn a_commit_that_fails_is_not_kept_and_the_next_one_is() {
        let (store, _) = open_with("store.before-commit:fail");

        let failed = store.write_now(rename("a".to_owned()));
        let failures = store.health().failed_commits;
        store.write_now(rename("b".to_owned())).unwrap();

        assert!(matches!(failed, Err(StoreError::Unavailable(_))), "{failed:?}");
        assert_eq!((failures, store.health().failed_commits), (1, 0));
        assert!(phone(&store).ends_with("00b"), "{}", phone(&store));
    }

    #[test]
    fn a_writer_that_dies_says_so_and_leaves_no_half_a_write() {
        for (point, is_kept) in [("store.before-commit:panic", false), ("store.after-commit:panic", true)] {
            let (store, _) = open_with(point);

            let unknown = store.write_now(rename("a".to_owned()));
            let closed = store.write_now(rename("b".to_owned()));
            let phone = phone(&store);
            store.close();

            assert!(matches!(unknown, Err(StoreError::Unknown(_))), "{point}: {unknown:?}");
            assert_eq!(closed, Err(StoreError::Closed), "{point}");
            assert_eq!((phone.ends_with("00a"), store.health().dead_threads), (is_kept, 1), "{point}");
        }
    }
}
