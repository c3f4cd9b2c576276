//! A call from the acceptance to the time after it.

use okienko::ids::CallId;
use okienko::wire::{
    CallView, CitizenCommand, CitizenFrame, DeskCommand, DeskFrame, EndReason, Mode, OfferKind, Phase, PresenceView,
    Role, WishedState,
};
use okienko_actors::ProblemCode;
use okienko_actors::media::MediaEvent;

use crate::calling::{ended, one_of_each};
use crate::common::people::{Citizen, Desk, join};
use crate::common::{CityHall, s};

/// A citizen and a clerk who talk.
pub(crate) async fn talking(hall: &mut CityHall) -> (Citizen, Desk, CallId) {
    let (citizen, desk) = one_of_each(hall).await;
    desk.call_next(hall).await;
    let call = citizen.invited_to().unwrap();
    desk.connect(hall, call, 1).await;
    citizen.say_and_settle(hall, CitizenCommand::Accept).await;
    citizen.connect(hall, call, 1).await;
    assert_eq!(view(&citizen).phase, Phase::Live);
    (citizen, desk, call)
}

/// The call as the citizen saw it last.
pub(crate) fn view(citizen: &Citizen) -> CallView {
    let view = |frame| match frame {
        CitizenFrame::InCall { view, .. } => Some(view),
        _ => None,
    };
    citizen.frames().into_iter().rev().find_map(view).expect("the citizen is in a call")
}

#[actix::test]
async fn the_time_after_a_call_is_extended_and_then_over() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, _) = talking(&mut hall).await;
    citizen.say_and_settle(&hall, CitizenCommand::HangUp).await;
    assert_eq!(anna.state(), PresenceView::AfterCall);
    let DeskFrame::Presence { ticket: Some(row), .. } = anna.presence() else { panic!() };
    assert_eq!((row.number.as_str(), row.name.as_deref()), ("A 001", Some("Jadwiga")));

    hall.pass_with(s(119), &[], &[&anna]).await;
    anna.say_and_settle(&hall, DeskCommand::MoreWrapUp).await;
    hall.pass_with(s(119), &[], &[&anna]).await;
    assert_eq!(anna.state(), PresenceView::AfterCall);
    hall.pass_with(s(3), &[], &[&anna]).await;

    assert_eq!(anna.state(), PresenceView::Receiving);
}

#[actix::test]
async fn a_wish_made_in_a_call_takes_effect_after_it() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, _) = talking(&mut hall).await;

    anna.say_and_settle(&hall, DeskCommand::SetState { state: WishedState::Break }).await;
    let DeskFrame::Presence { state: PresenceView::InCall, wished: WishedState::Break, .. } = anna.presence() else {
        panic!("{:?}", anna.presence())
    };
    citizen.say_and_settle(&hall, CitizenCommand::HangUp).await;
    hall.pass_with(s(121), &[], &[&anna]).await;

    assert_eq!(anna.state(), PresenceView::Break);
}

#[actix::test]
async fn a_clerk_may_call_the_next_one_out_of_the_time_after_a_call() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, _) = talking(&mut hall).await;
    let next = hall.citizen().await;
    next.join(&hall, hall.identity_cards).await;
    citizen.say_and_settle(&hall, CitizenCommand::HangUp).await;

    anna.call_next(&hall).await;

    assert_eq!(anna.state(), PresenceView::Calling);
    assert!(next.invited_to().is_some());
}

#[actix::test]
async fn what_people_write_turns_nobody_elses_words() {
    let mut hall = CityHall::open().await;
    let anna = hall.receiving(hall.anna).await;
    let citizen = hall.citizen().await;
    let mut joining = join(hall.identity_cards);
    if let CitizenCommand::Join { name, .. } = &mut joining {
        *name = Some("  \u{202E}Z\u{307}an\u{200B}eta\u{2069}\n ".to_owned());
    }

    citizen.say_and_settle(&hall, joining).await;
    hall.pass_with(s(2), &[&citizen], &[&anna]).await;

    assert_eq!(anna.rows()[0].name.as_deref(), Some("Żaneta"));
}

#[actix::test]
async fn they_write_to_each_other_and_no_message_comes_twice() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, call) = talking(&mut hall).await;
    let chat = |id: &str, text: &str| (id.to_owned(), text.to_owned());

    let (id, text) = chat("m1", "Dzień dobry");
    citizen.say_and_settle(&hall, CitizenCommand::Chat { id: id.clone(), text: text.clone() }).await;
    citizen.say_and_settle(&hall, CitizenCommand::Chat { id, text }).await;
    let (id, text) = chat("m1", "W czym mogę pomóc?");
    anna.say_and_settle(&hall, DeskCommand::Chat { id, text }).await;
    let (id, text) = chat("m3", "Proszę:\r\n- \u{202E}dowo\u{301}d\u{202C} \u{2067}שם\u{2069}");
    citizen.say_and_settle(&hall, CitizenCommand::Chat { id, text }).await;
    let (id, text) = chat("m4", "\u{2066}\u{200B}");
    let unseen = citizen.say_and_settle(&hall, CitizenCommand::Chat { id, text }).await;
    let (id, text) = chat("m2", &"ą".repeat(2_001));
    let long = citizen.say_and_settle(&hall, CitizenCommand::Chat { id, text }).await;

    let said: Vec<_> = citizen
        .frames()
        .into_iter()
        .filter_map(|frame| match frame {
            CitizenFrame::Chat { call: of, message } if of == call => Some((message.role, message.text)),
            _ => None,
        })
        .collect();
    let expected = [
        (Role::Citizen, "Dzień dobry"),
        (Role::Clerk, "W czym mogę pomóc?"),
        // Nothing in it turns the words around it; each letter has one spelling.
        (Role::Citizen, "Proszę:\n- dowód שם"),
    ];
    assert_eq!(said, expected.map(|(role, text)| (role, text.to_owned())));
    assert_eq!(citizen.refusal(&unseen), Some(ProblemCode::MessageTooLong), "nothing of it would be seen");
    assert_eq!(citizen.refusal(&long), Some(ProblemCode::MessageTooLong));
    let seen = anna.frames().iter().filter(|frame| matches!(frame, DeskFrame::Chat { .. })).count();
    assert_eq!(seen, 3);
}

#[actix::test]
async fn everybody_is_told_whose_devices_are_on() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, _) = talking(&mut hall).await;

    anna.say_and_settle(&hall, DeskCommand::Media { microphone: true, camera: true }).await;
    citizen.say_and_settle(&hall, CitizenCommand::Media { microphone: true, camera: false }).await;

    let on: Vec<_> = view(&citizen).members.iter().map(|member| (member.microphone, member.camera)).collect();
    assert_eq!(on, [(true, true), (true, false)]);
}

#[actix::test]
async fn offers_that_do_not_fit_are_refused() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, call) = talking(&mut hall).await;
    let offer = |call, generation, sdp: &str| {
        let (kind, sdp) = (OfferKind::Again, sdp.to_owned());
        CitizenCommand::Offer { call, generation, kind, sdp }
    };

    let good = citizen.say_and_settle(&hall, offer(call, 1, "more")).await;
    let outdated = citizen.say_and_settle(&hall, offer(call, 2, "offer")).await;
    let nonsense = citizen.say_and_settle(&hall, offer(call, 1, "nonsense")).await;
    let elsewhere = citizen.say_and_settle(&hall, offer(CallId::new(&hall.world), 1, "offer")).await;
    anna.say_and_settle(&hall, DeskCommand::HangUp).await;
    let over = citizen.say_and_settle(&hall, offer(call, 1, "offer")).await;

    assert_eq!(citizen.acks(&good), 1);
    assert_eq!(citizen.refusal(&outdated), Some(ProblemCode::OfferOutdated));
    assert_eq!(citizen.refusal(&nonsense), Some(ProblemCode::BadOffer));
    assert_eq!(citizen.refusal(&elsewhere), Some(ProblemCode::NotInCall));
    assert_eq!(citizen.refusal(&over), Some(ProblemCode::NotInCall));
    assert_eq!(ended(&citizen), EndReason::ClerkHungUp);
}

#[actix::test]
async fn a_citizen_lost_in_a_call_is_awaited_for_two_minutes() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, call) = talking(&mut hall).await;
    let me = view(&citizen).me;

    hall.house.newest().announce(MediaEvent::Disconnected { member: me });
    hall.settle().await;
    let lost = view(&citizen);
    hall.pass_with(s(100), &[&citizen], &[&anna]).await;
    citizen.connect(&hall, call, 1).await;
    let back = view(&citizen);
    hall.house.newest().announce(MediaEvent::Failed { member: me });
    hall.pass_with(s(121), &[&citizen], &[&anna]).await;

    assert_eq!(lost.phase, Phase::Reconnecting);
    assert!(lost.awaited_until.is_some());
    assert_eq!((back.phase, back.awaited_until), (Phase::Live, None));
    // Two minutes are over: the clerk is asked, and nothing ends by itself.
    let asked = view(&citizen);
    assert_eq!((asked.phase, asked.awaited_until), (Phase::Reconnecting, None));
    assert_eq!(anna.state(), PresenceView::InCall);
}

#[actix::test]
async fn a_clerk_may_wait_on_for_a_lost_citizen() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, _) = talking(&mut hall).await;
    hall.house.newest().announce(MediaEvent::Failed { member: view(&citizen).me });
    hall.pass_with(s(121), &[&citizen], &[&anna]).await;

    let pressed = anna.say_and_settle(&hall, DeskCommand::WaitLonger).await;
    let waiting = view(&citizen);

    assert_eq!(anna.acks(&pressed), 1);
    let left = waiting.awaited_until.map(|until| until.duration_since(hall.now()).as_secs());
    assert_eq!((waiting.phase, left), (Phase::Reconnecting, Some(120)));
}

#[actix::test]
async fn who_was_lost_in_a_call_may_come_back_to_the_head() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, _) = talking(&mut hall).await;
    let other = hall.citizen().await;
    other.join(&hall, hall.identity_cards).await;
    hall.house.newest().announce(MediaEvent::Failed { member: view(&citizen).me });

    // Nobody answers the question either.
    hall.pass_with(s(121 + 481), &[&citizen, &other], &[&anna]).await;
    let lost = citizen.last();
    let pressed = citizen.say_and_settle(&hall, CitizenCommand::Return).await;

    let CitizenFrame::Missed { dropped: true, return_until, .. } = lost else { panic!("{lost:?}") };
    assert!(return_until.duration_since(hall.now()).as_secs() > 14 * 60);
    assert_eq!((citizen.acks(&pressed), citizen.place()), (1, Some(1)));
    assert_ne!(anna.state(), PresenceView::InCall);
}

#[actix::test]
async fn a_clerk_lost_in_a_call_puts_the_citizen_at_the_head() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, call) = talking(&mut hall).await;
    let marek = hall.receiving(hall.marek).await;
    let other = hall.citizen().await;
    other.join(&hall, hall.identity_cards).await;
    let clerk = view(&citizen).members[0].member;

    hall.house.newest().announce(MediaEvent::Disconnected { member: clerk });
    hall.pass_with(s(122), &[&citizen, &other], &[&anna, &marek]).await;

    assert!(anna.frames().contains(&DeskFrame::CallEnded { call, reason: EndReason::ClerkLost }));
    let CitizenFrame::Waiting { place: 1, .. } = citizen.last() else { panic!("{:?}", citizen.last()) };
    assert_eq!(other.place(), Some(2));
    marek.call_next(&hall).await;
    let CitizenFrame::Called { clerk, .. } = citizen.last() else { panic!() };
    assert_eq!(clerk.name, "Marek N.");
}

#[actix::test]
async fn a_call_that_nobody_connects_to_fails_and_costs_no_place() {
    let mut hall = CityHall::open().await;
    let (citizen, anna) = one_of_each(&mut hall).await;
    anna.call_next(&hall).await;
    let call = citizen.invited_to().unwrap();
    citizen.say_and_settle(&hall, CitizenCommand::Accept).await;

    hall.pass_with(s(61), &[&citizen], &[&anna]).await;

    assert!(anna.frames().contains(&DeskFrame::CallEnded { call, reason: EndReason::Failed }));
    let CitizenFrame::Waiting { place: 1, .. } = citizen.last() else { panic!("{:?}", citizen.last()) };
}

#[actix::test]
async fn somebody_who_only_writes_is_there_as_long_as_their_browser_is() {
    let mut hall = CityHall::open().await;
    let anna = hall.receiving(hall.anna).await;
    let mut citizen = hall.citizen().await;
    let mut command = join(hall.identity_cards);
    if let CitizenCommand::Join { mode, .. } = &mut command {
        *mode = Mode::Text;
    }
    citizen.say_and_settle(&hall, command).await;
    anna.call_next(&hall).await;
    let call = citizen.invited_to().unwrap();
    anna.connect(&hall, call, 1).await;

    citizen.say_and_settle(&hall, CitizenCommand::Accept).await;
    assert_eq!(view(&citizen).phase, Phase::Live);
    hall.pass_with(s(70), &[&citizen], &[&anna]).await;
    citizen.close_tab(&hall).await;
    hall.pass_with(s(3), &[], &[&anna]).await;
    let lost = anna.frames().pop();
    let citizen = Citizen::attach(&hall, citizen.session, false).await;

    let Some(DeskFrame::InCall { view: seen }) = lost else { panic!("{lost:?}") };
    assert_eq!(seen.phase, Phase::Reconnecting);
    assert_eq!(view(&citizen).phase, Phase::Live);
}

/// The call as the clerk saw it last.
fn desk_view(desk: &Desk) -> CallView {
    let view = |frame| match frame {
        DeskFrame::InCall { view, .. } => Some(view),
        _ => None,
    };
    desk.frames().into_iter().rev().find_map(view).expect("the clerk is in a call")
}

#[actix::test]
async fn for_whom_pictures_are_held_back_is_told_to_all_until_they_begin_afresh() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, call) = talking(&mut hall).await;
    let me = view(&citizen).me;
    let pictures = |sent| MediaEvent::Pictures { member: me, sent };
    let seen = |view: CallView| view.members.iter().map(|member| member.sees).collect::<Vec<_>>();

    assert_eq!(seen(view(&citizen)), [true, true]);
    hall.house.newest().announce(pictures(false));
    hall.settle().await;
    assert_eq!(seen(view(&citizen)), [true, false]);
    assert_eq!(seen(desk_view(&anna)), [true, false]);

    hall.house.newest().announce(pictures(true));
    hall.settle().await;
    assert_eq!(seen(desk_view(&anna)), [true, true]);

    hall.house.newest().announce(pictures(false));
    citizen.connect(&hall, call, 1).await;
    assert_eq!(seen(view(&citizen)), [true, true], "a connection that begins afresh is tried with pictures");
}
