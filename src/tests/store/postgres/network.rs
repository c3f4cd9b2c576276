//! What the way to the server does: answers that are lost, and answers that are late.

use std::sync::mpsc::channel;
use std::time::Duration;

use okienko::domain::event::{Actor, Event, SubjectKind};
use okienko::failures::Failures;
use okienko::store::{OfficeScope, Store, StoreError, events};

use super::cluster::{Cluster, PASSWORD_IN_URL};
use super::proxy::{Cut, Proxy};
use super::until;
use crate::support::{City, Still};

/// A store whose way to the server leads through a proxy, with an office in it.
fn through_a_proxy(within: Duration) -> (Store, Proxy, City, Still) {
    let cluster = Cluster::shared();
    let url = crate::throw_away();
    let proxy = Proxy::to(cluster.port);
    let (direct, server, stand) =
        (cluster.over_tcp(&url, PASSWORD_IN_URL), format!(":{}/", cluster.port), format!(":{}/", proxy.port));
    // In the clear, for the proxy to see a commit.
    let address = format!("{}?sslmode=disable", direct.replace(&server, &stand));
    let store = Store::open_with(&address, 1, within, Failures::default()).unwrap();
    let still = Still::new();
    let city = City::found(&store, &still, "wroclaw");
    (store, proxy, city, still)
}

fn event(city: &City, still: &Still, reason: &str) -> Event {
    Event {
        office: city.office.id,
        kind: SubjectKind::Ticket,
        subject: "subject".to_owned(),
        at: still.now(),
        from: String::new(),
        to: "waiting".to_owned(),
        by: Actor::System,
        reason: reason.to_owned(),
    }
}

/// Writes an event.
fn log(store: &Store, scope: OfficeScope, event: Event) -> Result<u64, StoreError> {
    store.write_now(move |db| events::append(db, scope, &event))
}

/// The reasons of all events, as they are found by the writer: after whatever became of what it did before.
fn logged(store: &Store, scope: OfficeScope) -> Result<Vec<String>, StoreError> {
    let log = store.write_now(move |db| events::of_subject(db, scope, SubjectKind::Ticket, "subject"))?;
    Ok(log.into_iter().map(|row| row.event.reason).collect())
}

fn after_a_cut(cut: Cut) -> Vec<String> {
    let (store, proxy, city, still) = through_a_proxy(Duration::from_secs(5));
    let scope = city.scope;
    log(&store, scope, event(&city, &still, "before")).unwrap();

    proxy.cut_at_commit(cut);
    let doubtful = log(&store, scope, event(&city, &still, "doubtful"));
    assert!(matches!(doubtful, Err(StoreError::Unknown(_))), "{doubtful:?}");

    let mut known = Err(StoreError::Closed);
    until("the writer is back", || {
        known = logged(&store, scope);
        known.is_ok()
    });
    log(&store, scope, event(&city, &still, "after")).unwrap();
    let mut kept = known.unwrap();
    kept.push("after".to_owned());
    // What was found is what stays: nothing is committed belatedly.
    assert_eq!(logged(&store, scope).unwrap(), kept);
    kept
}

#[test]
fn a_commit_that_never_reached_the_server_is_not_kept() {
    assert_eq!(after_a_cut(Cut::Question), ["before", "after"]);
}

#[test]
fn a_commit_whose_answer_is_lost_is_unknown_and_found_afterwards() {
    assert_eq!(after_a_cut(Cut::Answer), ["before", "doubtful", "after"]);
}

#[test]
fn a_former_connection_that_the_server_still_serves_is_ended_before_anything_else_is_written() {
    assert_eq!(after_a_cut(Cut::AnswerUnnoticed), ["before", "doubtful", "after"]);
}

#[test]
fn a_slow_server_makes_nobody_wait_in_vain() {
    let (store, proxy, city, still) = through_a_proxy(Duration::from_secs(2));
    let scope = city.scope;
    proxy.be_late(Duration::from_millis(100));

    let (told, hears) = channel();
    for number in 0..200 {
        let (event, told) = (event(&city, &still, &number.to_string()), told.clone());
        let job = move |db: &mut _| events::append(db, scope, &event);
        store.write(job, move |outcome| told.send((number, outcome)).unwrap());
    }
    drop(told);
    let answers: Vec<(u32, Result<u64, StoreError>)> = hears.iter().collect();

    assert_eq!(answers.len(), 200);
    let mut kept: Vec<u32> = Vec::new();
    for (number, outcome) in answers {
        match outcome {
            Ok(_) => kept.push(number),
            Err(refused) => assert!(matches!(refused, StoreError::Busy | StoreError::Unavailable(_)), "{refused:?}"),
        }
    }
    assert!(!kept.is_empty() && kept.len() < 100, "{kept:?}");
    proxy.be_late(Duration::ZERO);
    let kept: Vec<String> = kept.into_iter().map(|number| number.to_string()).collect();
    until("what was acknowledged is there, and nothing else", || logged(&store, scope) == Ok(kept.clone()));
}
