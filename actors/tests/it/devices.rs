//! Whose devices are on, and what a clerk may turn off: never more than off (product.md II.8).

use okienko::ids::MemberId;
use okienko::wire::{CallView, CitizenCommand, DeskCommand, Device, MemberView, OfferKind};
use okienko_actors::ProblemCode;
use okienko_actors::media::TrackKind;

use crate::common::CityHall;
use crate::common::people::{Citizen, Desk};
use crate::talking::{talking, view};

/// The citizen as everybody in the call sees them.
fn resident(view: &CallView) -> MemberView {
    view.members.iter().find(|member| member.member == view.me).cloned().expect("the reader is a member")
}

fn clerk(view: &CallView) -> MemberId {
    view.members[0].member
}

const fn media(microphone: bool) -> CitizenCommand {
    CitizenCommand::Media { microphone, camera: true }
}

async fn turn_off(hall: &CityHall, anna: &Desk, citizen: &Citizen, device: Device) -> String {
    let member = view(citizen).me;
    anna.say_and_settle(hall, DeskCommand::TurnOff { member, device }).await
}

#[actix::test]
async fn a_clerk_turns_a_microphone_off_and_only_its_owner_turns_it_on() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, _) = talking(&mut hall).await;
    citizen.say_and_settle(&hall, media(true)).await;
    let me = view(&citizen).me;

    let pressed = turn_off(&hall, &anna, &citizen, Device::Microphone).await;

    assert_eq!(anna.acks(&pressed), 1);
    let seen = resident(&view(&citizen));
    assert_eq!((seen.microphone, seen.camera, seen.turned_off), (false, true, vec![Device::Microphone]));
    let stopped = (me, TrackKind::Audio, false);
    assert_eq!(*hall.house.newest().flows.lock().unwrap(), [stopped]);

    // A browser that says it is on, before or after it heard, changes nothing.
    citizen.say_and_settle(&hall, media(true)).await;
    citizen.say_and_settle(&hall, media(false)).await;
    citizen.say_and_settle(&hall, media(true)).await;
    assert!(!resident(&view(&citizen)).microphone);

    citizen.say_and_settle(&hall, CitizenCommand::TurnOn { device: Device::Microphone }).await;
    let seen = resident(&view(&citizen));
    assert_eq!((seen.microphone, seen.turned_off), (true, Vec::new()));
    assert_eq!(*hall.house.newest().flows.lock().unwrap(), [stopped, (me, TrackKind::Audio, true)]);
}

#[actix::test]
async fn what_was_turned_off_stays_off_in_a_fresh_connection_and_in_a_fresh_room() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, call) = talking(&mut hall).await;
    citizen.say_and_settle(&hall, media(true)).await;
    turn_off(&hall, &anna, &citizen, Device::Camera).await;
    let stopped = (view(&citizen).me, TrackKind::Camera, false);

    citizen.connect(&hall, call, 1).await;
    assert_eq!(*hall.house.newest().flows.lock().unwrap(), [stopped, stopped]);

    let (kind, sdp) = (OfferKind::Again, "panic".to_owned());
    anna.say_and_settle(&hall, DeskCommand::Offer { call, generation: 1, kind, sdp }).await;
    assert_eq!(citizen.room(), Some((call, 2)));
    citizen.connect(&hall, call, 2).await;

    assert_eq!(*hall.house.newest().flows.lock().unwrap(), [stopped]);
    let seen = resident(&view(&citizen));
    assert_eq!((seen.camera, seen.turned_off), (false, vec![Device::Camera]));
}

#[actix::test]
async fn a_clerk_turns_off_neither_colleagues_nor_what_is_off_and_nobody_outside_a_call() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, _) = talking(&mut hall).await;
    anna.say_and_settle(&hall, DeskCommand::Media { microphone: true, camera: true }).await;
    let colleague = clerk(&view(&citizen));

    let itself = DeskCommand::TurnOff { member: colleague, device: Device::Microphone };
    let refused = anna.say_and_settle(&hall, itself).await;
    let nobody = DeskCommand::TurnOff { member: MemberId::new(&hall.world), device: Device::Microphone };
    let unknown = anna.say_and_settle(&hall, nobody).await;
    let off_already = turn_off(&hall, &anna, &citizen, Device::Screen).await;

    assert_eq!(anna.refusal(&refused), Some(ProblemCode::WrongState));
    assert_eq!(anna.refusal(&unknown), Some(ProblemCode::NotInCall));
    assert_eq!((anna.acks(&off_already), resident(&view(&citizen)).turned_off), (1, Vec::new()));
    assert!(view(&citizen).members[0].microphone);
    assert!(hall.house.newest().flows.lock().unwrap().is_empty());

    anna.say_and_settle(&hall, DeskCommand::HangUp).await;
    let late = citizen.say_and_settle(&hall, CitizenCommand::TurnOn { device: Device::Camera }).await;
    assert_eq!(citizen.refusal(&late), Some(ProblemCode::NotInCall));
}
