//! Days that the office closes or shortens by its own decision.

use jiff::civil::date;
use okienko::domain::office::{Closure, LocalText, Stretch};
use okienko::store::{OfficeScope, closures};
use okienko_actors::ProblemCode;
use okienko_actors::queue::messages::{Admission, MatterOverview};

use crate::common::{CityHall, ROUND, awake};

/// Closes the day that the office opens on in these tests, or leaves so much of it.
async fn close_today(hall: &CityHall, left: Option<Stretch>) {
    let reason = LocalText { pl: "szkolenie".to_owned(), en: None, uk: None };
    let (scope, closure) = (OfficeScope::of(hall.office), Closure { day: date(2026, 11, 24), left, reason });
    hall.store.write_now(move |db| closures::put(db, scope, &closure)).unwrap();
    awake(hall.switchboard.office_changed(hall.office)).await.unwrap();
    hall.pass(ROUND).await;
}

async fn identity_cards(hall: &CityHall) -> MatterOverview {
    let overview = awake(hall.switchboard.overview(hall.office)).await.unwrap();
    overview.matters.iter().find(|matter| matter.matter == hall.identity_cards).unwrap().clone()
}

#[actix::test]
async fn on_a_day_off_nobody_joins_but_where_it_never_closes() {
    let mut hall = CityHall::open().await;
    let _anna = hall.receiving(hall.anna).await;
    assert_eq!(identity_cards(&hall).await.admission, Admission::Open);

    close_today(&hall, None).await;

    let state = identity_cards(&hall).await;
    assert_eq!((state.admission, state.opens_at), (Admission::Closed, Some("2026-11-25T07:00:00Z".parse().unwrap())));
    let citizen = hall.citizen().await;
    let refused = citizen.join(&hall, hall.identity_cards).await;
    assert_eq!(citizen.refusal(&refused), Some(ProblemCode::LineClosed));
    let joined = citizen.join(&hall, hall.taxes).await;
    assert_eq!((citizen.acks(&joined), citizen.place()), (1, Some(1)));
}

#[actix::test]
async fn on_a_shortened_day_it_closes_earlier() {
    let mut hall = CityHall::open().await;
    let _anna = hall.receiving(hall.anna).await;

    // It is ten o'clock.
    close_today(&hall, Some(Stretch { from: 480, to: 720 })).await;
    let state = identity_cards(&hall).await;
    assert_eq!((state.admission, state.closes_at), (Admission::Open, Some("2026-11-24T11:00:00Z".parse().unwrap())));

    close_today(&hall, Some(Stretch { from: 480, to: 600 })).await;
    assert_eq!(identity_cards(&hall).await.admission, Admission::Closed);
    let citizen = hall.citizen().await;
    let refused = citizen.join(&hall, hall.identity_cards).await;
    assert_eq!(citizen.refusal(&refused), Some(ProblemCode::LineClosed));
}
