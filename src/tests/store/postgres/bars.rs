//! How quick it is. Figures for `./test long`, which knows whether the machine was idle; nobody else is to judge by them.

use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use okienko::domain::event::{Actor, Event, SubjectKind};
use okienko::store::{Store, events, offices};

use super::cluster::Cluster;
use super::until;
use crate::support::{City, Still};

fn answers(store: &Store) -> bool {
    store.write_now(offices::all).is_ok() && store.read_now(offices::all).is_ok()
}

/// How long it takes until something is so.
fn time(what: &str, is_so: impl FnMut() -> bool) -> Duration {
    let begun = Instant::now();
    until(what, is_so);
    begun.elapsed()
}

#[test]
#[ignore = "a bar: ./test long"]
fn a_dead_or_silent_server_is_noticed_within_a_second_and_a_returning_one_within_five() {
    let cluster = Cluster::start();
    let store = Store::open(&cluster.database(), 4).unwrap();
    City::found(&store, &Still::new(), "wroclaw");
    for (goes, comes) in [("stop", "start"), ("pause", "resume")] {
        for _ in 0..5 {
            until("all is well", || answers(&store));
            cluster.order(goes);
            let noticed = time("the circuit opens", || !store.health().is_there);
            cluster.order(comes);
            let back = time("all is well again", || answers(&store));

            println!("{goes}: noticed after {noticed:?}; {comes}: back after {back:?}");
            assert!(noticed <= Duration::from_secs(1), "{goes}: {noticed:?}");
            assert!(back <= Duration::from_secs(5), "{comes}: {back:?}");
        }
    }
}

#[test]
#[ignore = "a bar: ./test long"]
fn a_morning_rush_is_written_as_it_comes() {
    let url = crate::throw_away();
    let store = Store::open(&url, 1).unwrap();
    let still = Still::new();
    let city = City::found(&store, &still, "wroclaw");
    let (told, hears) = channel();
    let begun = Instant::now();
    // As actors do: so many at a time, each of them a row of the log.
    for round in 0..50 {
        for number in 0..64 {
            let event = Event {
                office: city.office.id,
                kind: SubjectKind::Ticket,
                subject: format!("{round} {number}"),
                at: still.now(),
                from: String::new(),
                to: "waiting".to_owned(),
                by: Actor::System,
                reason: String::new(),
            };
            let (scope, told) = (city.scope, told.clone());
            store.write(move |db| events::append(db, scope, &event), move |done| told.send(done.unwrap()).unwrap());
        }
        assert_eq!(hears.iter().take(64).sum::<u64>(), 64);
    }
    let rate = f64::from(50 * 64) / begun.elapsed().as_secs_f64();

    println!("{rate:.0} writes a second, 64 at a time");
    // A hundred citizens a second who join and are told so.
    assert!(rate >= 200.0, "{rate}");
}
