//! A call that a clerk breaks off because of abuse, and who is kept out of the line after it.

use jiff::Timestamp;
use okienko::domain::abuse::{AbuseReason, BlockLength};
use okienko::domain::event::{Actor, SubjectKind};
use okienko::ids::{CallId, SessionId};
use okienko::store::commands::{self, Party};
use okienko::store::{DeviceMark, OfficeScope, blocks, events};
use okienko::wire::{CitizenCommand, CitizenFrame, DeskCommand, DeskFrame, EndReason, PresenceView};
use okienko_actors::ProblemCode;

use crate::calling::one_of_each;
use crate::common::people::{Citizen, Desk, join};
use crate::common::{CityHall, s};
use crate::talking::talking;

fn break_off(block: Option<BlockLength>) -> DeskCommand {
    DeskCommand::BreakOff { reason: AbuseReason::Insults, block }
}

/// Until when the person is kept out, as they were told at the end.
fn kept_out(citizen: &Citizen) -> Option<Timestamp> {
    match citizen.last() {
        CitizenFrame::Ended { reason: EndReason::BrokenOff, blocked_until, .. } => blocked_until,
        other => panic!("{other:?}"),
    }
}

/// What the event log says of a call from its end on: from, to, who, why.
fn log_of(hall: &CityHall, call: CallId) -> Vec<(String, String, Actor, String)> {
    let scope = OfficeScope::of(hall.office);
    let log = hall.store.read_now(move |db| events::of_subject(db, scope, SubjectKind::Call, &call.to_text())).unwrap();
    let words = log.into_iter().map(|row| (row.event.from, row.event.to, row.event.by, row.event.reason));
    words.skip_while(|(_, to, ..)| to != "ended").collect()
}

/// Another browser session on the device of this one.
async fn again(hall: &mut CityHall, device: SessionId, network: &str) -> Citizen {
    let session = hall.begin_session();
    hall.devices.insert(session, DeviceMark::of(&device.to_text(), network));
    Citizen::attach(hall, session, false).await
}

async fn refused(hall: &CityHall, citizen: &Citizen) -> Option<ProblemCode> {
    let key = citizen.say_and_settle(hall, join(hall.identity_cards)).await;
    citizen.refusal(&key)
}

#[actix::test]
async fn it_ends_at_once_for_both_and_without_a_block_nobody_is_kept_out() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, call) = talking(&mut hall).await;

    let pressed = anna.say_and_settle(&hall, break_off(None)).await;

    assert_eq!((anna.acks(&pressed), anna.state()), (1, PresenceView::AfterCall));
    assert!(anna.frames().contains(&DeskFrame::CallEnded { call, reason: EndReason::BrokenOff }));
    assert_eq!((kept_out(&citizen), hall.house.open_now()), (None, 0));
    let by = Actor::Clerk(hall.anna);
    let row = |from: &str, to: &str, why: &str| (from.to_owned(), to.to_owned(), by.clone(), why.to_owned());
    assert_eq!(log_of(&hall, call), [row("live", "ended", "broken-off"), row("ended", "abuse", "insults")]);
    assert_eq!(refused(&hall, &citizen).await, None);
}

#[actix::test]
async fn a_device_is_kept_out_in_its_network_until_the_block_ends_and_nobody_else_is() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, call) = talking(&mut hall).await;

    anna.say_and_settle(&hall, break_off(Some(BlockLength::Hour))).await;

    let until = kept_out(&citizen).unwrap();
    assert_eq!(until.duration_since(hall.now()).as_secs(), 3_600);
    let [.., last] = &log_of(&hall, call)[..] else { panic!() };
    assert_eq!((last.1.as_str(), last.3.as_str()), ("blocked", "hour"));
    assert_eq!(refused(&hall, &citizen).await, Some(ProblemCode::Blocked { until }));
    let device = citizen.session;
    let forgotten = again(&mut hall, device, "192.0.2.0/24").await;
    assert_eq!(refused(&hall, &forgotten).await, Some(ProblemCode::Blocked { until }));
    let neighbour = hall.citizen().await;
    assert_eq!(refused(&hall, &neighbour).await, None);
    let elsewhere = again(&mut hall, device, "198.51.100.0/24").await;
    assert_eq!(refused(&hall, &elsewhere).await, None, "both must be the same");

    hall.pass_with(s(3_601), &[&forgotten], &[&anna]).await;
    assert_eq!(refused(&hall, &forgotten).await, None);
}

#[actix::test]
async fn a_block_survives_a_restart_and_who_comes_back_is_told_of_it() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, _) = talking(&mut hall).await;
    anna.say_and_settle(&hall, break_off(Some(BlockLength::Week))).await;
    let (until, device) = (kept_out(&citizen).unwrap(), citizen.session);

    hall.restart_process().await;

    let _anna = hall.receiving(hall.anna).await;
    let back = Citizen::attach(&hall, device, false).await;
    assert_eq!(kept_out(&back), Some(until));
    assert_eq!(refused(&hall, &back).await, Some(ProblemCode::Blocked { until }));
}

#[actix::test]
async fn a_lifted_block_keeps_nobody_out() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, _) = talking(&mut hall).await;
    anna.say_and_settle(&hall, break_off(Some(BlockLength::Day))).await;
    let (scope, now) = (OfficeScope::of(hall.office), hall.now());

    let lifted = hall.store.write_now(move |db| {
        let block = blocks::in_force(db, scope, now)?.remove(0);
        blocks::lift(db, scope, block.id)
    });

    assert_eq!(lifted.map(|block| block.clerk), Ok(hall.anna));
    assert_eq!(refused(&hall, &citizen).await, None);
}

#[actix::test]
async fn nobody_is_broken_off_outside_a_call_and_a_repeated_press_changes_nothing() {
    let mut hall = CityHall::open().await;
    let (citizen, anna) = one_of_each(&mut hall).await;
    let refusal = async |anna: &Desk, hall: &CityHall| {
        let key = anna.say_and_settle(hall, break_off(Some(BlockLength::Day))).await;
        anna.refusal(&key)
    };
    assert_eq!(refusal(&anna, &hall).await, Some(ProblemCode::NotInCall));
    anna.call_next(&hall).await;
    assert_eq!(refusal(&anna, &hall).await, Some(ProblemCode::NotInCall));
    citizen.say_and_settle(&hall, CitizenCommand::Accept).await;

    // Before anybody is connected.
    let pressed = anna.say_and_settle(&hall, break_off(Some(BlockLength::Hour))).await;
    anna.say_as(&pressed, break_off(Some(BlockLength::Hour)));
    hall.settle().await;

    let until = kept_out(&citizen);
    assert!(until.is_some());
    assert_eq!(refusal(&anna, &hall).await, Some(ProblemCode::NotInCall), "it is over");
    let (scope, now) = (OfficeScope::of(hall.office), hall.now());
    assert_eq!(hall.store.read_now(move |db| blocks::in_force(db, scope, now)).unwrap().len(), 1);
}

#[actix::test]
async fn whoever_hangs_up_first_is_not_broken_off_and_the_clerk_is_not_told_otherwise() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, _) = talking(&mut hall).await;

    let hung_up = citizen.say(CitizenCommand::HangUp);
    let pressed = anna.say_and_settle(&hall, break_off(Some(BlockLength::Hour))).await;

    assert_eq!(citizen.acks(&hung_up), 1);
    assert_eq!((anna.acks(&pressed), anna.refusal(&pressed)), (0, Some(ProblemCode::NotInCall)));
    let (scope, now) = (OfficeScope::of(hall.office), hall.now());
    assert_eq!(hall.store.read_now(move |db| blocks::in_force(db, scope, now)).unwrap(), []);
}

#[actix::test]
async fn a_key_that_was_used_before_leaves_no_call_without_an_end() {
    let mut hall = CityHall::open().await;
    let (_citizen, anna, call) = talking(&mut hall).await;
    let scope = OfficeScope::of(hall.office);
    let (clerk, now) = (hall.anna, hall.now());
    let used = hall.store.write_now(move |db| {
        let _new = commands::begin(db, scope, Party::Clerk(clerk), "used", now)?;
        commands::finish(db, scope, Party::Clerk(clerk), "used", "done")
    });
    assert_eq!(used, Ok(()));

    anna.say_as("used", break_off(Some(BlockLength::Hour)));
    hall.settle().await;

    assert_eq!(anna.state(), PresenceView::AfterCall);
    assert!(anna.frames().contains(&DeskFrame::CallEnded { call, reason: EndReason::BrokenOff }));
    assert_eq!(hall.house.open_now(), 0);
    assert_eq!(hall.store.read_now(move |db| blocks::in_force(db, scope, now)).unwrap(), []);
}
