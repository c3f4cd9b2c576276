//! Live text: what one side types, the other sees as it is typed, and nothing of it is lost but with a mark.

use okienko::domain::live_text::MAX_EDIT_CHARS;
use okienko::wire::{
    CitizenCommand, CitizenFrame, DeskCommand, DeskFrame, LiveTextEdit, Mode, Phase, Role, UtteranceView,
};
use okienko_actors::ProblemCode;

use crate::common::people::{Citizen, Desk, join};
use crate::common::{CityHall, s};
use crate::talking::{talking, view};

/// An edit of a line.
pub(crate) fn typed(utterance: &str, number: u32, edit: &str) -> LiveTextEdit {
    LiveTextEdit { utterance: utterance.to_owned(), number, edit: edit.to_owned() }
}

/// The lines as the citizen was told them last, after a reconnect or a new room.
fn told_anew(citizen: &Citizen) -> Vec<UtteranceView> {
    let transcript = |frame| match frame {
        CitizenFrame::Transcript { utterances, .. } => Some(utterances),
        _ => None,
    };
    citizen.frames().into_iter().rev().find_map(transcript).expect("the citizen was told a transcript")
}

/// How the lines went at the desk, oldest first.
fn seen_at(desk: &Desk) -> Vec<(Role, String, bool)> {
    let line = |frame| match frame {
        DeskFrame::LiveText { utterance, .. } => Some((utterance.role, utterance.text, utterance.ended_at.is_some())),
        _ => None,
    };
    desk.frames().into_iter().filter_map(line).collect()
}

fn texts(lines: &[UtteranceView]) -> Vec<(&str, bool)> {
    lines.iter().map(|line| (line.text.as_str(), line.ended_at.is_some())).collect()
}

#[actix::test]
async fn each_letter_is_seen_before_the_line_has_ended() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, _) = talking(&mut hall).await;

    for (number, edit) in [(1, "Dzień"), (2, " dobri"), (2, " dobri"), (3, "\u{8}y\u{2028}"), (4, "za późno")] {
        citizen.say_and_settle(&hall, CitizenCommand::LiveText(typed("u1", number, edit))).await;
    }
    anna.say_and_settle(&hall, DeskCommand::LiveText(typed("u1", 1, "Słucham"))).await;

    let by_citizen = |text: &str, ended| (Role::Citizen, text.to_owned(), ended);
    assert_eq!(
        seen_at(&anna),
        [
            by_citizen("Dzień", false),
            by_citizen("Dzień dobri", false),
            by_citizen("Dzień dobry", true),
            (Role::Clerk, "Słucham".to_owned(), false),
        ]
    );
    let own = citizen.frames().iter().filter(|frame| matches!(frame, CitizenFrame::LiveText { .. })).count();
    assert_eq!(own, 4, "who types is told what became of it");
}

#[actix::test]
async fn both_are_told_who_switched_it_on() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, _) = talking(&mut hall).await;

    let on = anna.say_and_settle(&hall, DeskCommand::SetLiveText { on: true }).await;
    let switched: Vec<_> = view(&citizen).members.iter().map(|member| (member.role, member.live_text)).collect();
    citizen.forget();
    let again = anna.say_and_settle(&hall, DeskCommand::SetLiveText { on: true }).await;

    assert_eq!(switched, [(Role::Clerk, true), (Role::Citizen, false)]);
    assert_eq!((anna.acks(&on), anna.acks(&again), citizen.frames()), (1, 1, Vec::new()));
}

#[cfg(feature = "failure-points")]
#[actix::test]
async fn a_room_that_dies_in_the_middle_of_a_line_keeps_it() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, call) = talking(&mut hall).await;
    citizen.say_and_settle(&hall, CitizenCommand::SetLiveText { on: true }).await;
    citizen.say_and_settle(&hall, CitizenCommand::LiveText(typed("u1", 1, "Mam pytanie.\u{2028}"))).await;
    citizen.say_and_settle(&hall, CitizenCommand::LiveText(typed("u2", 1, "Gdzie jest"))).await;

    hall.arm("room.handler:panic");
    let lost = citizen.say_and_settle(&hall, CitizenCommand::LiveText(typed("u2", 2, " pokój"))).await;
    hall.settle().await;
    assert_eq!(texts(&told_anew(&citizen)), [("Mam pytanie.", true), ("Gdzie jest", false)]);
    assert!(view(&citizen).members.iter().any(|member| member.live_text));
    assert_eq!(citizen.acks(&lost), 0);
    anna.connect(&hall, call, 2).await;
    citizen.say_and_settle(&hall, CitizenCommand::LiveText(typed("u2", 2, " pokój"))).await;

    assert_eq!(seen_at(&anna).last(), Some(&(Role::Citizen, "Gdzie jest pokój".to_owned(), false)));
}

#[actix::test]
async fn whoever_comes_back_finds_every_line_and_what_cannot_be_known_is_marked() {
    let mut hall = CityHall::open().await;
    let (mut citizen, mut anna, _) = talking(&mut hall).await;
    citizen.say_and_settle(&hall, CitizenCommand::LiveText(typed("u1", 1, "Dzień dobry"))).await;

    citizen.close_tab(&hall).await;
    citizen = Citizen::attach(&hall, citizen.session, true).await;
    assert_eq!(texts(&told_anew(&citizen)), [("Dzień dobry", false)]);
    citizen.say_and_settle(&hall, CitizenCommand::LiveText(typed("u1", 4, "dowód"))).await;
    assert_eq!(texts(&told_anew(&citizen)), [("Dzień dobry", false)]);
    assert_eq!(seen_at(&anna).last(), Some(&(Role::Citizen, "Dzień dobry\u{FFFD}dowód".to_owned(), false)));

    // Nothing of it is stored: the browsers have their own copies.
    hall.restart_process().await;
    citizen = Citizen::attach(&hall, citizen.session, true).await;
    anna = Desk::attach(&hall, anna.clerk, true).await;
    assert_eq!(texts(&told_anew(&citizen)), []);
    citizen.say_and_settle(&hall, CitizenCommand::LiveText(typed("u1", 5, "!"))).await;

    assert_eq!(seen_at(&anna), [(Role::Citizen, "\u{FFFD}!".to_owned(), false)]);
}

#[actix::test]
async fn what_does_not_fit_is_refused_and_the_same_again_passes() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, _) = talking(&mut hall).await;
    let most = "ą".repeat(MAX_EDIT_CHARS);

    let empty = citizen.say_and_settle(&hall, CitizenCommand::LiveText(typed("u1", 1, ""))).await;
    let long = citizen.say_and_settle(&hall, CitizenCommand::LiveText(typed("u1", 1, &format!("{most}ą")))).await;
    let nameless = citizen.say_and_settle(&hall, CitizenCommand::LiveText(typed("", 1, "a"))).await;
    let first = citizen.say_and_settle(&hall, CitizenCommand::LiveText(typed("u1", 1, &most))).await;
    let fast = citizen.say_and_settle(&hall, CitizenCommand::LiveText(typed("u2", 1, &most))).await;
    hall.pass_with(s(10), &[&citizen], &[&anna]).await;
    let again = citizen.say_and_settle(&hall, CitizenCommand::LiveText(typed("u2", 1, &most))).await;
    anna.say_and_settle(&hall, DeskCommand::HangUp).await;
    let late = citizen.say_and_settle(&hall, CitizenCommand::LiveText(typed("u2", 2, "a"))).await;

    for key in [empty, long, nameless] {
        assert_eq!(citizen.refusal(&key), Some(ProblemCode::MessageTooLong));
    }
    assert_eq!(citizen.refusal(&fast), Some(ProblemCode::TooManyCommands));
    assert_eq!((citizen.acks(&first), citizen.acks(&again)), (1, 1));
    assert_eq!(citizen.refusal(&late), Some(ProblemCode::NotInCall));
}

#[actix::test]
async fn it_needs_neither_sound_nor_picture() {
    let mut hall = CityHall::open().await;
    let anna = hall.receiving(hall.anna).await;
    let citizen = hall.citizen().await;
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

    citizen.say_and_settle(&hall, CitizenCommand::LiveText(typed("u1", 1, "Nie słyszę"))).await;

    assert_eq!(seen_at(&anna), [(Role::Citizen, "Nie słyszę".to_owned(), false)]);
}
