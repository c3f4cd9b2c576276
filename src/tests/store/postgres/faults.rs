//! A server that is gone, silent, locked or taken.

use std::sync::mpsc::{Receiver, channel};

use diesel::connection::SimpleConnection;
use diesel::{RunQueryDsl, sql_query};
use okienko::failures::Failures;
use okienko::store::{Db, OpenError, Store, StoreError, commands, legal, offices, sites, staff};

use super::cluster::Cluster;
use super::until;
use crate::support::{City, Still, notice, open};

/// Changes the first office, and says what it is called at the telephone then.
fn ring(digit: char) -> impl FnOnce(&mut Db) -> Result<String, StoreError> + Send + 'static {
    move |db| {
        let mut office = offices::all(db)?.remove(0);
        office.phone.push(digit);
        offices::change(db, okienko::store::OfficeScope::of(office.id), &office)?;
        Ok(office.phone)
    }
}

fn phone(store: &Store) -> Result<String, StoreError> {
    store.read_now(|db| Ok(offices::all(db)?.remove(0).phone))
}

/// Writes without waiting.
fn send(store: &Store, digit: char) -> Receiver<Result<String, StoreError>> {
    let (told, hears) = channel();
    store.write(ring(digit), move |outcome| told.send(outcome).unwrap());
    hears
}

#[test]
fn while_the_server_is_down_everything_is_refused_at_once_and_nothing_is_lost() {
    let cluster = Cluster::start();
    let store = Store::open(&cluster.database(), 2).unwrap();
    let city = City::found(&store, &Still::new(), "wroclaw");
    let acknowledged = store.write_now(ring('1')).unwrap();

    cluster.order("stop");
    until("the circuit opens", || !store.health().is_there);
    for _ in 0..1_000 {
        assert!(matches!(store.write_now(ring('2')), Err(StoreError::Unavailable(_))));
        assert!(matches!(phone(&store), Err(StoreError::Unavailable(_))));
    }
    cluster.order("start");
    until("the circuit closes", || store.health().is_there);

    until("reads go well", || phone(&store).is_ok());
    assert_eq!(phone(&store).unwrap(), acknowledged);
    until("writes go well", || store.write_now(ring('3')).is_ok());
    assert_eq!(phone(&store).unwrap(), format!("{}13", city.office.phone));
    assert_eq!(store.health().failed_commits, 0);
}

#[test]
fn a_server_that_hangs_is_noticed_although_it_refuses_nothing() {
    let cluster = Cluster::start();
    let store = Store::open(&cluster.database(), 1).unwrap();
    let city = City::found(&store, &Still::new(), "wroclaw");
    store.write_now(ring('1')).unwrap();

    cluster.order("pause");
    // Before anybody can know that it hangs: it is answered when it is known what came of it.
    let pending = send(&store, '2');
    until("the circuit opens", || !store.health().is_there);
    // Nobody waits for the server: else this would not come back.
    assert!(matches!(store.write_now(ring('3')), Err(StoreError::Unavailable(_))));
    assert!(matches!(phone(&store), Err(StoreError::Unavailable(_))));
    cluster.order("resume");

    let outcome = pending.recv().unwrap();
    until("writes go well", || store.write_now(ring('4')).is_ok());
    let kept = if outcome.is_ok() { "124" } else { "14" };
    assert_eq!(phone(&store).unwrap(), format!("{}{kept}", city.office.phone), "{outcome:?}");
}

#[test]
fn a_store_closes_although_its_server_hangs() {
    let cluster = Cluster::start();
    let store = Store::open(&cluster.database(), 1).unwrap();
    City::found(&store, &Still::new(), "wroclaw");

    cluster.order("pause");
    let _pending = send(&store, '1');
    store.close();

    assert!(store.write_now(|_| Ok(())).is_err());
    cluster.order("resume");
}

#[test]
fn a_connection_that_broke_in_the_quiet_costs_nobody_anything() {
    let store = open();
    City::found(&store, &Still::new(), "wroclaw");
    // It waits until they have ended: what breaks in the middle of a write is another matter.
    let kill = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE usename = 'okienko' AND state = 'idle' \
                AND datname = current_database()";
    // The readers' connections among them: one of them does it, and is left over.
    store.read_now(move |db| Ok(db.batch_execute(kill)?)).unwrap();

    store.write_now(ring('1')).unwrap();
    assert!(phone(&store).unwrap().ends_with('1'));
}

#[test]
fn a_second_process_is_refused_until_the_first_has_ended() {
    let url = Cluster::shared().database();
    let first = Store::open(&url, 1).unwrap();

    assert_eq!(Store::open(&url, 1).unwrap_err(), StoreError::Open(OpenError::InUse));
    first.write_now(|_| Ok(())).unwrap();
    first.close();
    Store::open(&url, 1).unwrap();
}

#[test]
fn somebody_may_look_on_while_a_process_writes() {
    let url = Cluster::shared().database();
    let store = Store::open(&url, 1).unwrap();

    assert_eq!(Store::look(&url, offices::all).unwrap(), []);
    store.write_now(|_| Ok(())).unwrap();
}

#[test]
fn another_database_of_the_same_server_is_another_office_hall() {
    let (first, second) = (Cluster::shared().database(), Cluster::shared().database());
    let _first = Store::open(&first, 1).unwrap();

    Store::open(&second, 1).unwrap();
}

#[test]
fn somebody_elses_lock_delays_only_what_needs_what_is_locked() {
    let url = crate::throw_away();
    let store = Store::open(&url, 1).unwrap();
    let still = Still::new();
    let city = City::found(&store, &still, "wroclaw");
    let publish = |version: &str| {
        let (scope, notice) = (city.scope, notice(&still.world, city.site.id, version, still.now()));
        let (told, hears) = channel();
        store.write(move |db| legal::publish(db, scope, &notice), move |outcome| told.send(outcome).unwrap());
        hears
    };
    let mut other = Cluster::shared().admin_of(&url);
    other.batch_execute("BEGIN; LOCK TABLE legal_texts").unwrap();

    let locked = publish("2");
    let free = send(&store, '1');

    assert!(matches!(locked.recv().unwrap(), Err(StoreError::Unavailable(_))));
    assert!(free.recv().unwrap().is_ok());
    other.batch_execute("ROLLBACK").unwrap();
    assert_eq!(publish("2").recv().unwrap(), Ok(()));
}

#[test]
fn a_statement_that_takes_too_long_is_ended() {
    let store =
        Store::open_with(&crate::throw_away(), 1, std::time::Duration::from_secs(1), Failures::default()).unwrap();
    let endless = |db: &mut Db| Ok(sql_query("SELECT pg_sleep(3600)").execute(db)?);

    assert!(matches!(store.write_now(endless), Err(StoreError::Unavailable(_))));
    assert!(matches!(store.read_now(endless), Err(StoreError::Unavailable(_))));
    assert_eq!(store.write_now(|_| Ok(1)), Ok(1));
    assert_eq!(store.read_now(|_| Ok(2)), Ok(2));
}

#[test]
fn a_job_that_goes_on_after_a_refusal_is_refused_itself_and_spoils_nobody() {
    let store = open();
    let still = Still::new();
    let city = City::found(&store, &still, "wroclaw");
    let (scope, party, now) = (city.scope, commands::Party::Clerk(city.clerk.id), still.now());
    // All three in one group: the first holds the writer until the others wait.
    let (release, held) = channel::<()>();
    let (told, hears) = channel();
    let hold = move |_: &mut Db| {
        // Ends with an error as soon as the sender is gone, which is what is waited for.
        let _released = held.recv();
        Ok(())
    };
    store.write(hold, |_| ());
    let before = send(&store, '1');
    store.write(
        move |db| {
            let refused = commands::begin(db, scope, party, "", now);
            assert!(matches!(refused, Err(StoreError::Query(_))), "{refused:?}");
            Ok(())
        },
        move |outcome| told.send(outcome).unwrap(),
    );
    let after = send(&store, '2');
    drop(release);

    assert!(matches!(hears.recv().unwrap(), Err(StoreError::Query(_))));
    assert!(before.recv().unwrap().is_ok() && after.recv().unwrap().unwrap().ends_with("12"));
    assert_eq!(phone(&store).unwrap(), format!("{}12", city.office.phone));
}

#[test]
fn a_zero_byte_is_refused_and_spoils_nobody() {
    let store = open();
    let city = City::found(&store, &Still::new(), "wroclaw");
    let mut office = city.office.clone();
    office.phone = "+48\0".to_owned();

    let refused = store.write_now(move |db| offices::change(db, city.scope, &office));

    assert!(matches!(refused, Err(StoreError::NotText(_))), "{refused:?}");
    assert_eq!(phone(&store).unwrap(), city.office.phone);
    assert_eq!(store.read_now(|db| staff::by_email(db, "anna\0@wroclaw.example")), Ok(None));
    assert_eq!(store.read_now(|db| sites::by_key(db, "wroclaw\0")), Ok(None));
}
