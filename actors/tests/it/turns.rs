//! What the line tells when time alone changes its order.

use std::time::Duration;

use jiff::civil::date;
use okienko::domain::ticket::{self, Newcomer, Wish};
use okienko::ids::{SessionId, TicketId};
use okienko::store::{OfficeScope, tickets};
use okienko::wire::{CitizenFrame, Mode, MoveReason};

use crate::common::people::Citizen;
use crate::common::{CityHall, s};

/// Puts somebody in the line who joined so long ago, with a visit that began so long ago if they booked one.
fn joined_before(hall: &mut CityHall, joined: Duration, visit: Option<Duration>) -> SessionId {
    let (session, scope, now) = (hall.begin_session(), OfficeScope::of(hall.office), hall.now());
    let ago = |time: Duration| now - jiff::SignedDuration::try_from(time).unwrap();
    let newcomer = Newcomer {
        id: TicketId::new(&hall.world),
        office: hall.office,
        site: hall.site,
        session,
        number: format!("A {:03}", joined.as_secs() % 1_000),
        wish: Wish { matter: hall.identity_cards, mode: Mode::Video, needs: Vec::new(), language: "pl".to_owned() },
        name: None,
        notice: "2026-11-01".to_owned(),
        ready: None,
        visit_at: visit.map(ago),
    };
    let joined = ticket::join(newcomer, ago(joined));
    hall.store.write_now(move |db| tickets::insert(db, scope, &joined, date(2026, 11, 24))).unwrap();
    session
}

fn last_move(citizen: &Citizen) -> (u32, Option<MoveReason>) {
    match citizen.last() {
        CitizenFrame::Waiting { place, reason, .. } => (place, reason),
        other => panic!("{other:?}"),
    }
}

#[actix::test]
async fn who_has_waited_for_thirty_minutes_is_told_why_their_turn_comes_and_so_is_whom_they_pass() {
    let mut hall = CityHall::open().await;
    let walk_in = joined_before(&mut hall, s(1_790), None);
    let first = joined_before(&mut hall, s(300), Some(s(200)));
    let second = joined_before(&mut hall, s(301), Some(s(100)));
    hall.restart_process().await;
    let anna = hall.receiving(hall.anna).await;
    let mut citizens = Vec::new();
    for session in [walk_in, first, second] {
        citizens.push(Citizen::attach(&hall, session, false).await);
    }
    hall.pass_with(s(2), &citizens.iter().collect::<Vec<_>>(), &[&anna]).await;
    assert_eq!(citizens.iter().map(|one| one.place().unwrap()).collect::<Vec<_>>(), [3, 1, 2]);

    hall.pass_with(s(10), &citizens.iter().collect::<Vec<_>>(), &[&anna]).await;

    assert_eq!(last_move(&citizens[0]), (2, Some(MoveReason::LongWaitTurn)));
    assert_eq!(citizens[1].place(), Some(1));
    assert_eq!(last_move(&citizens[2]), (3, Some(MoveReason::LongWaitAhead)));
}

#[actix::test]
async fn nobody_is_told_a_wait_while_a_clerk_is_free_for_them() {
    let mut hall = CityHall::open().await;
    let anna = hall.receiving(hall.anna).await;
    let overview = crate::common::awake(hall.switchboard.overview(hall.office)).await.unwrap();
    assert!(overview.matters.iter().all(|matter| matter.wait == Some(okienko::wire::WaitRange::NONE)));
    let citizens = [hall.citizen().await, hall.citizen().await];
    for citizen in &citizens {
        citizen.join(&hall, hall.identity_cards).await;
    }
    let wait = |citizen: &Citizen| match citizen.last() {
        CitizenFrame::Waiting { wait, .. } => wait.unwrap().to_min,
        other => panic!("{other:?}"),
    };
    assert_eq!(wait(&citizens[0]), 0);
    assert!(wait(&citizens[1]) > 0);

    anna.call_next(&hall).await;
    hall.pass_with(s(2), &[&citizens[0], &citizens[1]], &[&anna]).await;

    // The only clerk is busy now.
    assert!(wait(&citizens[1]) > 0);
    assert_eq!(citizens[1].place(), Some(1));
}
