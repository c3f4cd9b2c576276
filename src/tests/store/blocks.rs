//! Blocks of devices.

use jiff::{SignedDuration, Timestamp};
use okienko::domain::abuse::{AbuseReason, Block, BlockLength, kept_out_until};
use okienko::ids::BlockId;
use okienko::store::retention::{KeepingTimes, sweep};
use okienko::store::{DeviceMark, Store, StoreError, blocks, sessions, tickets};

use crate::support::{City, DAY, Still, open};

/// Begins a block after a call of the city's own session.
fn block(city: &City, store: &Store, still: &Still, length: BlockLength, mark: DeviceMark) -> Block {
    let session = city.another_session(store, still);
    let number = format!("A {}", length.word());
    let joined = city.newcomer_of(still, &number, session.id);
    let (scope, step) = (city.scope, joined.clone());
    store.write_now(move |db| tickets::insert(db, scope, &step, DAY)).unwrap();
    let clerk = city.another_clerk(store, still, &format!("{}@example.pl", BlockId::new(&still.world)));
    let (call, _) = city.call(store, still, &joined.ticket, clerk.id);
    let why = (AbuseReason::Threats, length);
    let block = Block::begin(BlockId::new(&still.world), (call.id, clerk.id), why, still.now());
    let begun = block.clone();
    store.write_now(move |db| blocks::put(db, scope, &begun, mark)).unwrap();
    block
}

fn until(city: &City, store: &Store, mark: DeviceMark, now: Timestamp) -> Option<Timestamp> {
    let scope = city.scope;
    let found = store.read_now(move |db| blocks::of_device(db, scope, mark)).unwrap();
    kept_out_until(&found, now)
}

#[test]
fn a_block_is_of_its_device_and_office_and_ends_by_itself() {
    let (store, still) = (open(), Still::new());
    let (mine, theirs) = (City::found(&store, &still, "wroclaw"), City::found(&store, &still, "krakow"));
    let (mark, other) = (DeviceMark::of("a", "192.0.2.0/24"), DeviceMark::of("b", "192.0.2.0/24"));
    let hour = block(&mine, &store, &still, BlockLength::Hour, mark);
    let day = block(&mine, &store, &still, BlockLength::Day, mark);
    let (scope, now) = (mine.scope, still.now());

    assert_eq!(until(&mine, &store, mark, now), Some(day.until));
    assert_eq!(until(&mine, &store, other, now), None);
    assert_eq!(until(&theirs, &store, mark, now), None);
    let in_force = |at| store.read_now(move |db| blocks::in_force(db, scope, at)).unwrap();
    assert_eq!(in_force(now), [day.clone(), hour.clone()]);
    assert_eq!(in_force(hour.until), std::slice::from_ref(&day));
    assert_eq!(in_force(day.until), []);
    assert_eq!(until(&mine, &store, mark, day.until), None);
}

#[test]
fn a_block_that_has_run_out_is_deleted_and_no_other() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let mark = DeviceMark::of("a", "192.0.2.0/24");
    let hour = block(&city, &store, &still, BlockLength::Hour, mark);
    let week = block(&city, &store, &still, BlockLength::Week, mark);
    let swept_at = |at| store.write_now(move |db| sweep(db, at, &KeepingTimes::default())).unwrap().blocks;

    assert_eq!(swept_at(hour.until - SignedDuration::from_secs(1)), 0);
    assert_eq!(swept_at(hour.until), 1);
    let scope = city.scope;
    assert_eq!(store.read_now(move |db| blocks::of_device(db, scope, mark)).unwrap(), std::slice::from_ref(&week));
    assert_eq!(swept_at(week.until), 1);
}

#[test]
fn a_lifted_block_is_gone_and_only_its_office_lifts_it() {
    let (store, still) = (open(), Still::new());
    let (mine, theirs) = (City::found(&store, &still, "wroclaw"), City::found(&store, &still, "krakow"));
    let mark = DeviceMark::of("a", "2001:db8::/48");
    let block = block(&mine, &store, &still, BlockLength::Day, mark);
    let lift = |city: &City| {
        let (scope, id) = (city.scope, block.id);
        store.write_now(move |db| blocks::lift(db, scope, id))
    };

    assert_eq!(lift(&theirs), Err(StoreError::NotFound));
    assert_eq!(until(&mine, &store, mark, still.now()), Some(block.until));
    assert_eq!(lift(&mine), Ok(block.clone()));
    assert_eq!(lift(&mine), Err(StoreError::NotFound));
    assert_eq!(until(&mine, &store, mark, still.now()), None);
}

#[test]
fn a_session_knows_the_device_it_was_used_on_last() {
    let (store, still) = (open(), Still::new());
    let (mine, theirs) = (City::found(&store, &still, "wroclaw"), City::found(&store, &still, "krakow"));
    let (id, scope, foreign) = (mine.session.id, mine.scope, theirs.scope);
    let known = || store.read_now(move |db| sessions::mark_of(db, scope, id)).unwrap();

    assert_eq!(known(), None);
    for mark in [DeviceMark::of("a", "192.0.2.0/24"), DeviceMark::of("b", "192.0.2.0/24")] {
        store.write_now(move |db| sessions::set_mark(db, scope, id, mark)).unwrap();
        assert_eq!(known(), Some(mark));
        let by_another = store.write_now(move |db| sessions::set_mark(db, foreign, id, mark));
        assert_eq!(by_another, Err(StoreError::NotFound));
    }
}
