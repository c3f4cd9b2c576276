//! What is looked at before somebody is let into the line: which data notice they were shown.

use okienko::wire::{CitizenCommand, CitizenFrame};
use okienko_actors::ProblemCode;

use crate::common::people::{Citizen, join};
use crate::common::{CityHall, NOTICE, s};

async fn join_shown(hall: &CityHall, citizen: &Citizen, version: &str) -> Option<ProblemCode> {
    let mut command = join(hall.identity_cards);
    if let CitizenCommand::Join { notice, .. } = &mut command {
        version.clone_into(notice);
    }
    let key = citizen.say_and_settle(hall, command).await;
    citizen.refusal(&key)
}

#[actix::test]
async fn nobody_joins_with_a_notice_that_was_never_published() {
    let mut hall = CityHall::open().await;
    let _anna = hall.receiving(hall.anna).await;
    let citizen = hall.citizen().await;

    for version in ["1999-01-01", ""] {
        assert_eq!(join_shown(&hall, &citizen, version).await, Some(ProblemCode::NoticeOutdated), "{version}");
    }

    assert_eq!(citizen.last(), CitizenFrame::Idle);
    assert_eq!(hall.notice_shown(citizen.session), None);
    assert_eq!(join_shown(&hall, &citizen, NOTICE).await, None);
    assert_eq!(hall.notice_shown(citizen.session).as_deref(), Some(NOTICE));
    assert!(matches!(citizen.last(), CitizenFrame::Waiting { place: 1, .. }));
}

#[actix::test]
async fn a_notice_published_while_it_was_being_read_sends_nobody_back() {
    let mut hall = CityHall::open().await;
    let anna = hall.receiving(hall.anna).await;
    let reader = hall.citizen().await;
    hall.pass_with(s(60), &[&reader], &[&anna]).await;

    hall.publish_notice("2026-11-24");
    hall.pass_with(s(60), &[&reader], &[&anna]).await;
    let newcomer = hall.citizen().await;

    assert_eq!(join_shown(&hall, &reader, NOTICE).await, None);
    assert_eq!(join_shown(&hall, &newcomer, NOTICE).await, Some(ProblemCode::NoticeOutdated));
    assert_eq!(join_shown(&hall, &newcomer, "2026-11-24").await, None);
    assert_eq!(hall.notice_shown(newcomer.session).as_deref(), Some("2026-11-24"));
}
