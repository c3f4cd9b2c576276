//! What is not known to be stored, was stored unseen, or cannot be stored at all.

use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use okienko::domain::event::{Actor, Event, SubjectKind};
use okienko::domain::ticket::{self, Newcomer, Wish};
use okienko::ids::{CallId, TicketId};
use okienko::store::commands::{self, Party};
use okienko::store::{OfficeScope, calls, tickets};
use okienko::wire::{CitizenCommand, CitizenFrame, DeskCommand, DeskFrame, EndReason, Mode, OfferKind};
use okienko_actors::ProblemCode;

use crate::common::people::join;
use crate::common::{CityHall, ROUND, s, until};
use crate::talking::talking;

/// Keeps the store from writing until what is given back is dropped.
fn hold_the_writer(hall: &CityHall) -> Sender<()> {
    let (release, held) = channel::<()>();
    let hold = move |_: &mut okienko::store::Db| {
        let _released = held.recv();
        Ok(())
    };
    hall.store.write(hold, |_| {});
    release
}

/// Lets another program hold the database, so that every write is refused at once, until what is given back is dropped.
fn lock_out(hall: &CityHall) -> SqliteConnection {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Text)]
        file: String,
    }
    let impatient = |db: &mut okienko::store::Db| {
        db.batch_execute("PRAGMA busy_timeout = 0")?;
        Ok(sql_query("SELECT file FROM pragma_database_list WHERE name = 'main'").get_result::<Row>(db)?.file)
    };
    let file = hall.store.write_now(impatient).unwrap();
    let mut other = SqliteConnection::establish(&file).unwrap();
    other.batch_execute("BEGIN IMMEDIATE").unwrap();
    other
}

/// Lets time go by although the store does not answer.
async fn pass_unanswered(time: Duration) {
    let step = Duration::from_millis(500);
    for _ in 0..time.as_millis() / step.as_millis() {
        tokio::time::advance(step).await;
        yield_often().await;
    }
}

/// Gives the store's other threads and all actors their turn.
async fn yield_often() {
    for _ in 0..200 {
        tokio::task::yield_now().await;
        std::thread::yield_now();
    }
}

/// Ends a call as another process would: nobody here is told.
fn end_behind_the_line(hall: &CityHall, call: CallId) {
    let (office, now) = (hall.office, hall.now());
    let event = Event {
        office,
        kind: SubjectKind::Call,
        subject: call.to_text(),
        at: now,
        from: "accepted".to_owned(),
        to: "ended".to_owned(),
        by: Actor::System,
        reason: EndReason::Failed.word().to_owned(),
    };
    let ended = move |db: &mut _| calls::end(db, OfficeScope::of(office), call, now, EndReason::Failed, &event);
    hall.store.write_now(ended).unwrap();
}

#[actix::test]
async fn a_ticket_that_is_stored_late_is_there_when_the_command_comes_again() {
    let mut hall = CityHall::open().await;
    let _anna = hall.receiving(hall.anna).await;
    let citizen = hall.citizen().await;

    let held = hold_the_writer(&hall);
    let key = citizen.say(join(hall.identity_cards));
    yield_often().await;
    pass_unanswered(s(6)).await;
    until("the time-out", || citizen.refusal(&key).is_some()).await;
    assert_eq!(citizen.refusal(&key), Some(ProblemCode::StoreUnavailable));
    citizen.say_as(&key, join(hall.identity_cards));
    yield_often().await;
    drop(held);
    hall.settle().await;
    hall.pass(s(2)).await;

    assert_eq!(citizen.acks(&key), 1);
    let CitizenFrame::Waiting { place: 1, .. } = citizen.last() else { panic!("{:?}", citizen.frames()) };
}

#[actix::test]
async fn hanging_up_is_answered_once_the_end_is_stored() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, call) = talking(&mut hall).await;

    let held = hold_the_writer(&hall);
    let key = citizen.say(CitizenCommand::HangUp);
    let hers = anna.say(DeskCommand::HangUp);
    yield_often().await;
    assert_eq!((citizen.acks(&key), anna.acks(&hers)), (0, 0), "a restart would bring them back into the call");
    drop(held);
    hall.settle().await;

    assert_eq!((citizen.acks(&key), anna.acks(&hers)), (1, 1));
    let scope = OfficeScope::of(hall.office);
    assert!(
        !hall
            .store
            .read_now(move |db| calls::running(db, scope))
            .unwrap()
            .iter()
            .any(|running| running.call.id == call)
    );
}

#[actix::test]
async fn who_leaves_twice_has_left() {
    let mut hall = CityHall::open().await;
    let _anna = hall.receiving(hall.anna).await;
    let citizen = hall.citizen().await;
    citizen.join(&hall, hall.identity_cards).await;

    let keys = [
        citizen.say_and_settle(&hall, CitizenCommand::Leave).await,
        citizen.say_and_settle(&hall, CitizenCommand::Leave).await,
    ];

    assert_eq!(keys.map(|key| citizen.acks(&key)), [1, 1]);
}

#[actix::test]
async fn a_command_that_was_done_unseen_is_answered_with_what_came_of_it() {
    let mut hall = CityHall::open().await;
    let _anna = hall.receiving(hall.anna).await;
    let citizen = hall.citizen().await;
    let (office, site, session, matter) = (hall.office, hall.site, citizen.session, hall.identity_cards);
    let (id, now, scope) = (TicketId::new(&hall.world), hall.now(), OfficeScope::of(office));
    let wish = Wish { matter, mode: Mode::Video, needs: Vec::new(), language: "pl".to_owned() };
    let (number, notice) = ("A 001".to_owned(), "2026-11-01".to_owned());
    let newcomer =
        Newcomer { id, office, site, session, number, wish, name: None, notice, ready: None, visit_at: None };
    let done = move |db: &mut _| {
        commands::begin(db, scope, Party::Session(session), "twice", now)?;
        tickets::insert(db, scope, &ticket::join(newcomer, now), jiff::civil::date(2026, 11, 24))?;
        commands::finish(db, scope, Party::Session(session), "twice", "done")
    };
    hall.store.write_now(done).unwrap();

    citizen.say_as("twice", join(matter));
    hall.settle().await;

    assert_eq!(citizen.acks("twice"), 1);
    let CitizenFrame::Waiting { ticket, place: 1, .. } = citizen.last() else { panic!("{:?}", citizen.frames()) };
    assert_eq!(ticket.id, id);
}

#[actix::test]
async fn a_step_that_fails_each_time_holds_nobody_up_for_long() {
    let mut hall = CityHall::open().await;
    let anna = hall.receiving(hall.anna).await;
    let citizen = hall.citizen().await;
    citizen.join(&hall, hall.identity_cards).await;
    anna.call_next(&hall).await;
    let call = citizen.invited_to().unwrap();
    citizen.say_and_settle(&hall, CitizenCommand::Accept).await;
    end_behind_the_line(&hall, call);

    // That the call is live cannot be stored: it is over.
    anna.connect(&hall, call, 1).await;
    citizen.connect(&hall, call, 1).await;
    let other = hall.citizen().await;
    let key = other.join(&hall, hall.identity_cards).await;
    hall.pass_with(s(10), &[&citizen, &other], &[&anna]).await;

    assert_eq!(other.acks(&key), 1);
    // The line was read anew: it knows that the call is over.
    assert_eq!(hall.house.open_now(), 0);
    let begun = tokio::time::Instant::now();
    other.say_and_settle(&hall, CitizenCommand::Leave).await;
    assert!(matches!(other.last(), CitizenFrame::Ended { .. }), "{:?} after {:?}", other.last(), begun.elapsed());
}

#[actix::test]
async fn a_room_of_a_call_that_is_over_goes_when_the_line_is_read_anew() {
    let mut hall = CityHall::open().await;
    let (_citizen, anna, call) = talking(&mut hall).await;
    end_behind_the_line(&hall, call);

    // What the clerk does does not fit what is stored, so the line is read anew.
    anna.say_and_settle(&hall, DeskCommand::HangUp).await;
    hall.pass(ROUND).await;

    assert_eq!((hall.house.open_now(), hall.switchboard.counts().rooms), (0, 0));
}

#[actix::test]
async fn what_a_room_was_asked_for_is_refused_when_the_call_ends_first() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, call) = talking(&mut hall).await;

    let offer = |sdp: &str| (OfferKind::Again, sdp.to_owned());
    let (kind, sdp) = offer("never");
    let of_citizen = citizen.say(CitizenCommand::Offer { call, generation: 1, kind, sdp });
    let (kind, sdp) = offer("never");
    let of_clerk = anna.say(DeskCommand::Offer { call, generation: 1, kind, sdp });
    hall.settle().await;
    assert_eq!((citizen.refusal(&of_citizen), anna.refusal(&of_clerk)), (None, None));
    anna.say_and_settle(&hall, DeskCommand::HangUp).await;

    let refused = Some(ProblemCode::NotInCall);
    assert_eq!((citizen.refusal(&of_citizen), anna.refusal(&of_clerk)), (refused, refused));
}

#[actix::test]
async fn what_a_check_was_asked_for_is_refused_when_it_ends_first() {
    let mut hall = CityHall::open().await;
    let citizen = hall.citizen().await;
    citizen.say_and_settle(&hall, CitizenCommand::CheckStart).await;
    let CitizenFrame::CheckReady { call, generation } = citizen.last() else { panic!("{:?}", citizen.last()) };

    let (kind, sdp) = (OfferKind::Fresh, "never".to_owned());
    let key = citizen.say_and_settle(&hall, CitizenCommand::Offer { call, generation, kind, sdp }).await;
    assert_eq!(citizen.refusal(&key), None);
    citizen.say_and_settle(&hall, CitizenCommand::CheckStop).await;

    assert_eq!(citizen.refusal(&key), Some(ProblemCode::NotInCall));
}

#[actix::test]
async fn while_the_store_is_away_everybody_is_told_so_and_calls_go_on() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, call) = talking(&mut hall).await;
    let (first, second) = (hall.citizen().await, hall.citizen().await);
    let lock = lock_out(&hall);

    // The second asks while the line already waits for the store.
    let refused = first.join(&hall, hall.identity_cards).await;
    let refused_too = second.join(&hall, hall.identity_cards).await;
    assert_eq!(first.refusal(&refused), Some(ProblemCode::StoreUnavailable));
    assert_eq!(second.refusal(&refused_too), Some(ProblemCode::StoreUnavailable));
    hall.pass_with(s(60), &[&citizen, &first, &second], &[&anna]).await;
    let text = "Czy mnie widać?".to_owned();
    citizen.say_and_settle(&hall, CitizenCommand::Chat { id: "m1".to_owned(), text: text.clone() }).await;
    assert!(anna.frames().iter().any(|frame| matches!(frame, DeskFrame::Chat { message, .. } if message.text == text)));
    // What nobody would say again is not forgotten, however long it takes.
    anna.say_and_settle(&hall, DeskCommand::HangUp).await;
    hall.pass_with(s(60), &[&citizen, &first, &second], &[&anna]).await;
    let (scope, id) = (OfficeScope::of(hall.office), call);
    let ended = |hall: &CityHall| {
        let stored = hall.store.read_now(move |db| calls::get(db, scope, id)).unwrap();
        stored.call.ended.map(|(_, reason)| reason)
    };
    assert_eq!(ended(&hall), None);

    drop(lock);
    hall.pass_with(s(3), &[&citizen, &first, &second], &[&anna]).await;
    assert_eq!(ended(&hall), Some(EndReason::ClerkHungUp));
    let again = first.join(&hall, hall.identity_cards).await;
    assert_eq!(first.acks(&again), 1);
}
