//! Joining, waiting, places, absences and leaving.

use std::time::Duration;

use okienko::domain::timings::Timings;
use okienko::ids::MatterId;
use okienko::wire::{
    CitizenCommand, CitizenFrame, DeskCommand, DeskFrame, EndReason, Mode, MoveReason, OfferKind, RowState, WishedState,
};
use okienko_actors::ProblemCode;
use okienko_actors::queue::messages::Admission;

use crate::common::people::{Citizen, join};
use crate::common::{CityHall, MORNING, ROUND, awake, s};

async fn waiting(hall: &mut CityHall, count: usize) -> Vec<Citizen> {
    let mut citizens = Vec::new();
    for _ in 0..count {
        let citizen = hall.citizen().await;
        citizen.join(hall, hall.identity_cards).await;
        citizens.push(citizen);
    }
    hall.pass_with(s(2), &citizens.iter().collect::<Vec<_>>(), &[]).await;
    citizens
}

fn moves(citizen: &Citizen) -> Vec<(u32, Option<MoveReason>)> {
    let place = |frame| match frame {
        CitizenFrame::Waiting { place, reason, .. } => Some((place, reason)),
        _ => None,
    };
    citizen.frames().into_iter().filter_map(place).collect()
}

fn joining(matter: MatterId, mode: Mode, language: &str) -> CitizenCommand {
    let (language, name, notice) = (language.to_owned(), None, "2026-11-01".to_owned());
    CitizenCommand::Join { matter, mode, needs: Vec::new(), language, name, notice, ready: None }
}

#[actix::test]
async fn five_who_wait_see_their_places_and_each_change() {
    let mut hall = CityHall::open().await;
    let _anna = hall.receiving(hall.anna).await;
    let citizens = waiting(&mut hall, 5).await;
    let places: Vec<_> = citizens.iter().map(|citizen| citizen.place()).collect();
    assert_eq!(places, [Some(1), Some(2), Some(3), Some(4), Some(5)]);
    citizens.iter().for_each(Citizen::forget);

    citizens[2].say_and_settle(&hall, CitizenCommand::Leave).await;
    hall.pass(Duration::from_millis(50)).await;

    let CitizenFrame::Ended { reason: EndReason::Left, live_at: None, .. } = citizens[2].last() else { panic!() };
    assert_eq!(moves(&citizens[0]), []);
    assert_eq!(moves(&citizens[1]), []);
    assert_eq!(moves(&citizens[3]), [(3, Some(MoveReason::Left))]);
    assert_eq!(moves(&citizens[4]), [(4, Some(MoveReason::Left))]);
}

#[actix::test]
async fn a_first_change_is_told_at_once_and_the_next_ones_together_within_a_second() {
    let mut hall = CityHall::open().await;
    let _anna = hall.receiving(hall.anna).await;
    let citizens = waiting(&mut hall, 6).await;
    citizens.iter().for_each(Citizen::forget);

    citizens[0].say_and_settle(&hall, CitizenCommand::Leave).await;
    hall.pass(Duration::from_millis(40)).await;
    let at_once = moves(&citizens[5]);
    for leaver in &citizens[1..4] {
        leaver.say_and_settle(&hall, CitizenCommand::Leave).await;
        hall.pass(Duration::from_millis(100)).await;
    }
    let meanwhile = moves(&citizens[5]).len();
    // The first of them went 900 ms ago then: the rest of the second is for telling thousands.
    hall.pass(Duration::from_millis(600)).await;

    assert_eq!(at_once, [(5, Some(MoveReason::Left))]);
    assert_eq!(meanwhile, 1);
    assert_eq!(moves(&citizens[5]), [(5, Some(MoveReason::Left)), (2, Some(MoveReason::Left))]);
}

#[actix::test]
async fn a_place_counts_those_only_whom_a_clerk_who_could_serve_me_could_serve() {
    let mut hall = CityHall::open().await;
    let _anna = hall.receiving(hall.anna).await;
    let _olena = hall.receiving(hall.olena).await;
    let card = hall.citizen().await;
    card.join(&hall, hall.identity_cards).await;
    let ukrainian = hall.citizen().await;
    ukrainian.say_and_settle(&hall, joining(hall.identity_cards, Mode::Video, "uk")).await;
    let tax = hall.citizen().await;
    tax.join(&hall, hall.taxes).await;

    // Olena could serve the first two, Anna the first and the third.
    assert_eq!((card.place(), ukrainian.place(), tax.place()), (Some(1), Some(2), Some(2)));
}

#[actix::test]
async fn nobody_joins_a_line_that_nobody_serves() {
    let mut hall = CityHall::open().await;
    let citizen = hall.citizen().await;

    let alone = citizen.join(&hall, hall.identity_cards).await;
    let _anna = hall.receiving(hall.anna).await;
    let signing = citizen.say_and_settle(&hall, joining(hall.identity_cards, Mode::Sign, "pl")).await;
    let unknown = citizen.say_and_settle(&hall, join(MatterId::new(&hall.world))).await;
    let served = citizen.join(&hall, hall.identity_cards).await;

    assert_eq!(citizen.refusal(&alone), Some(ProblemCode::NobodyOnDuty));
    assert_eq!(citizen.refusal(&signing), Some(ProblemCode::NobodyOnDuty));
    assert_eq!(citizen.refusal(&unknown), Some(ProblemCode::MatterUnknown));
    assert_eq!(citizen.acks(&served), 1);
}

#[actix::test]
async fn a_full_line_takes_nobody() {
    let mut hall = CityHall::open_with(Timings::default(), 2, MORNING).await;
    let _anna = hall.receiving(hall.anna).await;
    let citizens = waiting(&mut hall, 2).await;
    let late = hall.citizen().await;

    let full = late.join(&hall, hall.identity_cards).await;
    citizens[0].say_and_settle(&hall, CitizenCommand::Leave).await;
    let free = late.join(&hall, hall.identity_cards).await;

    assert_eq!(late.refusal(&full), Some(ProblemCode::LineFull));
    assert_eq!(late.acks(&free), 1);
}

#[actix::test]
async fn who_cannot_be_served_before_closing_time_is_not_let_in() {
    // At four o'clock the counter for identity cards closes; a call takes ten minutes.
    let mut hall = CityHall::open_with(Timings::default(), 500, "2026-11-24T14:50:00Z").await;
    let anna = hall.receiving(hall.anna).await;
    let (first, second) = (hall.citizen().await, hall.citizen().await);

    let in_time = first.join(&hall, hall.identity_cards).await;
    let too_late = second.join(&hall, hall.identity_cards).await;
    hall.pass_with(s(601), &[&first, &second], &[&anna]).await;
    let closed = second.join(&hall, hall.identity_cards).await;
    let round_the_clock = second.join(&hall, hall.taxes).await;
    anna.call_next(&hall).await;

    assert_eq!(first.acks(&in_time), 1);
    assert_eq!(second.refusal(&too_late), Some(ProblemCode::TooLate));
    assert_eq!(second.refusal(&closed), Some(ProblemCode::LineClosed));
    assert_eq!(second.acks(&round_the_clock), 1);
    assert!(first.invited_to().is_some(), "who is in the line is served");
}

#[actix::test]
async fn a_key_is_done_once_and_answered_each_time() {
    let mut hall = CityHall::open().await;
    let _anna = hall.receiving(hall.anna).await;
    let citizen = hall.citizen().await;

    for _ in 0..3 {
        citizen.say_as("once", join(hall.identity_cards));
    }
    hall.settle().await;
    citizen.say_as("once", join(hall.identity_cards));
    hall.settle().await;
    let again = citizen.join(&hall, hall.identity_cards).await;
    hall.pass(ROUND).await;

    assert_eq!(citizen.acks("once"), 2);
    assert_eq!(citizen.refusal(&again), Some(ProblemCode::WrongState));
    assert_eq!(hall.switchboard.counts().waiting, 1);
}

#[actix::test]
async fn somebody_silent_is_away_and_back_with_the_next_beat() {
    let mut hall = CityHall::open().await;
    let anna = hall.receiving(hall.anna).await;
    let citizen = hall.citizen().await;
    citizen.join(&hall, hall.identity_cards).await;

    hall.pass_with(s(29), &[], &[&anna]).await;
    let before = anna.rows()[0].state;
    hall.pass_with(s(3), &[], &[&anna]).await;
    let silent = anna.rows()[0].clone();
    citizen.beat();
    hall.pass(ROUND).await;

    assert_eq!(before, RowState::Waiting);
    assert_eq!(silent.state, RowState::Away);
    assert_eq!(silent.until.unwrap().duration_since(silent.since).as_secs(), 300);
    assert_eq!(anna.rows()[0].state, RowState::Waiting);
}

#[actix::test]
async fn a_place_is_kept_for_five_minutes_and_then_lapses() {
    let mut hall = CityHall::open().await;
    let anna = hall.receiving(hall.anna).await;
    let mut citizen = hall.citizen().await;
    citizen.join(&hall, hall.identity_cards).await;
    let other = hall.citizen().await;
    other.join(&hall, hall.identity_cards).await;

    citizen.close_tab(&hall).await;
    hall.pass_with(s(4 * 60), &[&other], &[&anna]).await;
    let back = Citizen::attach(&hall, citizen.session, false).await;
    let kept = back.last();
    let mut back = back;
    back.close_tab(&hall).await;
    other.forget();
    hall.pass_with(s(5 * 60 + 5), &[&other], &[&anna]).await;
    let late = Citizen::attach(&hall, citizen.session, false).await;

    let CitizenFrame::Waiting { place: 1, .. } = kept else { panic!("{kept:?}") };
    let CitizenFrame::Ended { reason: EndReason::Lapsed, .. } = late.last() else { panic!("{:?}", late.last()) };
    assert_eq!(moves(&other), [(1, Some(MoveReason::Left))]);
    // Who comes back after that joins at the end.
    late.join(&hall, hall.identity_cards).await;
    assert_eq!(late.place(), Some(2));
}

#[actix::test]
async fn a_page_loaded_anew_is_not_noticed_by_the_line() {
    let mut hall = CityHall::open().await;
    let anna = hall.receiving(hall.anna).await;
    let mut citizen = hall.citizen().await;
    citizen.join(&hall, hall.identity_cards).await;
    hall.pass(s(2)).await;
    anna.forget();

    citizen.close_tab(&hall).await;
    hall.pass(s(1)).await;
    let again = Citizen::attach(&hall, citizen.session, false).await;
    hall.pass_with(s(5), &[&again], &[&anna]).await;
    let unnoticed = anna.frames();
    let mut again = again;
    again.close_tab(&hall).await;
    hall.pass(s(3)).await;

    assert_eq!(unnoticed, []);
    assert_eq!(anna.rows()[0].state, RowState::Away);
}

#[actix::test]
async fn clerks_see_the_line_with_what_is_theirs_and_who_is_next() {
    let mut hall = CityHall::open().await;
    let anna = hall.receiving(hall.anna).await;
    let marek = hall.receiving(hall.marek).await;
    let tax = hall.citizen().await;
    tax.join(&hall, hall.taxes).await;
    hall.pass(ROUND).await;
    let card = hall.citizen().await;
    card.join(&hall, hall.identity_cards).await;
    hall.pass(ROUND).await;

    let marks = |rows: Vec<okienko::wire::LineRow>| rows.iter().map(|row| (row.mine, row.next)).collect::<Vec<_>>();
    assert_eq!(marks(anna.rows()), [(true, true), (true, false)]);
    assert_eq!(marks(marek.rows()), [(false, false), (true, true)]);
    assert_eq!(marek.rows()[1].number, "A 001");
    assert_eq!(marek.rows()[1].name.as_deref(), Some("Jadwiga"));

    marek.forget();
    hall.pass_with(s(10), &[&tax, &card], &[&anna, &marek]).await;
    assert_eq!(marek.frames(), [], "nothing changed, so nothing is told");
}

#[actix::test]
async fn a_clerk_on_a_break_changes_what_those_who_wait_may_expect() {
    let mut hall = CityHall::open().await;
    let anna = hall.receiving(hall.anna).await;
    let marek = hall.receiving(hall.marek).await;
    let citizens = waiting(&mut hall, 3).await;
    citizens[2].forget();

    marek.say_and_settle(&hall, DeskCommand::SetState { state: WishedState::Break }).await;
    hall.pass(Duration::from_millis(50)).await;
    let CitizenFrame::Waiting { receiving, wait: Some(longer), .. } = citizens[2].last() else { panic!() };
    anna.say_and_settle(&hall, DeskCommand::SetState { state: WishedState::Break }).await;
    hall.pass(ROUND).await;
    let CitizenFrame::Waiting { receiving: none, wait, .. } = citizens[2].last() else { panic!() };

    assert_eq!((receiving, none, wait), (1, 0, None));
    assert!(longer.from_min >= 15, "two calls of ten minutes are ahead: {longer:?}");
}

#[actix::test]
async fn the_overview_says_whether_one_may_join() {
    let mut hall = CityHall::open().await;
    let quiet = awake(hall.switchboard.overview(hall.office)).await.unwrap();
    let _olena = hall.receiving(hall.olena).await;
    waiting(&mut hall, 2).await;
    let busy = awake(hall.switchboard.overview(hall.office)).await.unwrap();

    assert_eq!((quiet.waiting, quiet.receiving), (0, 0));
    assert!(quiet.matters.iter().all(|matter| matter.admission == Admission::NobodyOnDuty));
    assert_eq!((busy.waiting, busy.receiving), (2, 1));
    let cards = &busy.matters[0];
    assert_eq!((cards.matter, cards.admission, cards.waiting), (hall.identity_cards, Admission::Open, 2));
    assert_eq!((cards.receiving, cards.sign, cards.languages.join(",")), (1, false, "pl,uk".to_owned()));
    assert_eq!(cards.closes_at.unwrap().to_string(), "2026-11-24T15:00:00Z");
    assert!(cards.wait.is_some());
    assert_eq!(busy.matters[1].admission, Admission::NobodyOnDuty);
    let unknown = awake(hall.switchboard.overview(okienko::ids::OfficeId::new(&hall.world))).await;
    assert!(unknown.is_err());
}

#[actix::test]
async fn a_check_of_devices_meets_only_oneself_and_ends_by_itself() {
    let mut hall = CityHall::open().await;
    let citizen = hall.citizen().await;

    citizen.say_and_settle(&hall, CitizenCommand::CheckStart).await;
    let CitizenFrame::CheckReady { call, generation } = citizen.last() else { panic!("{:?}", citizen.last()) };
    citizen.connect(&hall, call, generation).await;
    let answered = citizen.last();
    assert!(hall.house.newest().echo);
    assert_eq!(hall.house.open_now(), 1);
    hall.pass_with(s(3 * 60), &[&citizen], &[]).await;
    hall.pass(ROUND).await;

    let CitizenFrame::Answer { sdp, .. } = answered else { panic!("{answered:?}") };
    assert_eq!(sdp, "answer to offer");
    assert_eq!(hall.house.open_now(), 0);

    let (kind, sdp) = (OfferKind::Fresh, "offer".to_owned());
    let late = citizen.say_and_settle(&hall, CitizenCommand::Offer { call, generation, kind, sdp }).await;
    assert_eq!(citizen.refusal(&late), Some(ProblemCode::NotInCall));
}

#[actix::test]
async fn a_check_is_over_when_it_is_stopped_when_one_joins_and_when_the_tab_is_closed() {
    let mut hall = CityHall::open().await;
    let _anna = hall.receiving(hall.anna).await;
    let mut citizen = hall.citizen().await;

    citizen.say_and_settle(&hall, CitizenCommand::CheckStart).await;
    citizen.say_and_settle(&hall, CitizenCommand::CheckStop).await;
    assert_eq!(hall.house.open_now(), 0);

    // Stopped before the room is there at all.
    citizen.say(CitizenCommand::CheckStart);
    citizen.say(CitizenCommand::CheckStop);
    hall.settle().await;
    assert_eq!((hall.house.count(), hall.house.open_now()), (2, 0));

    citizen.say_and_settle(&hall, CitizenCommand::CheckStart).await;
    citizen.join(&hall, hall.identity_cards).await;
    assert_eq!((hall.house.count(), hall.house.open_now()), (3, 0));
    citizen.say_and_settle(&hall, CitizenCommand::Leave).await;

    citizen.say_and_settle(&hall, CitizenCommand::CheckStart).await;
    citizen.close_tab(&hall).await;
    assert_eq!((hall.house.count(), hall.house.open_now()), (4, 0));
}

#[actix::test]
async fn a_name_that_is_too_long_is_refused_and_so_is_a_language_that_is_no_word() {
    let mut hall = CityHall::open().await;
    let _anna = hall.receiving(hall.anna).await;
    let citizen = hall.citizen().await;
    for (name, language) in [("ż".repeat(61), "pl"), ("Jan".to_owned(), "pl\0")] {
        let mut command = join(hall.identity_cards);
        if let CitizenCommand::Join { name: joins, language: speaks, .. } = &mut command {
            (*joins, *speaks) = (Some(name), language.to_owned());
        }

        let key = citizen.say_and_settle(&hall, command).await;

        assert_eq!(citizen.refusal(&key), Some(ProblemCode::MessageTooLong));
    }
}

#[actix::test]
async fn fifty_who_join_at_once_have_places_in_the_order_of_their_numbers() {
    let mut hall = CityHall::open().await;
    let anna = hall.receiving(hall.anna).await;
    let mut citizens = Vec::new();
    for _ in 0..50 {
        citizens.push(hall.citizen().await);
    }

    for citizen in &citizens {
        citizen.say(join(hall.identity_cards));
    }
    hall.settle().await;
    hall.pass(s(2)).await;

    let mut seen: Vec<(u32, String)> = Vec::new();
    for citizen in &citizens {
        let CitizenFrame::Waiting { place, ticket, .. } = citizen.last() else { panic!("{:?}", citizen.last()) };
        seen.push((place, ticket.number));
    }
    seen.sort();
    let expected: Vec<_> = (1..=50).map(|place| (place, format!("A {place:03}"))).collect();
    assert_eq!(seen, expected);
    let is_line = |frame: &DeskFrame| matches!(frame, DeskFrame::Line { .. });
    assert!(anna.frames().iter().filter(|frame| is_line(frame)).count() <= 5);
}
