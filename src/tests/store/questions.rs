//! Questions and their answers.

use jiff::civil::date;
use okienko::domain::question::Question;
use okienko::ids::QuestionId;
use okienko::store::StoreError;
use okienko::store::questions::{self, Votes};

use crate::support::{City, Still, open, text};

fn question(city: &City, still: &Still, slug: &str, rank: u32) -> Question {
    Question {
        id: QuestionId::new(&still.world),
        office: city.office.id,
        slug: slug.to_owned(),
        matter: Some(city.matter.id),
        rank,
        question: text("Ile się czeka na dowód?"),
        answer: text("Około **30 dni**."),
        updated_at: city.session.created_at,
    }
}

#[test]
fn questions_stand_in_the_offices_order_and_are_its_own() {
    let (store, still) = (open(), Still::new());
    let (mine, theirs) = (City::found(&store, &still, "wroclaw"), City::found(&store, &still, "krakow"));
    let (second, first) = (question(&mine, &still, "odbior", 2), question(&mine, &still, "czas", 1));
    let (scope, foreign) = (mine.scope, theirs.scope);
    for asked in [second.clone(), first.clone()] {
        store.write_now(move |db| questions::create(db, scope, &asked)).unwrap();
    }

    let again = Question { id: QuestionId::new(&still.world), ..first.clone() };
    let twice = store.write_now(move |db| questions::create(db, scope, &again));
    assert!(matches!(twice, Err(StoreError::Conflict(_))), "{twice:?}");
    let smuggled = question(&mine, &still, "obce", 1);
    assert_eq!(store.write_now(move |db| questions::create(db, foreign, &smuggled)), Err(StoreError::WrongOffice));
    assert_eq!(store.read_now(move |db| questions::of_office(db, scope)).unwrap(), [first, second]);
    assert_eq!(store.read_now(move |db| questions::of_office(db, foreign)).unwrap(), []);
}

#[test]
fn answers_are_counted_by_day_and_by_nobody() {
    let (store, still) = (open(), Still::new());
    let (mine, theirs) = (City::found(&store, &still, "wroclaw"), City::found(&store, &still, "krakow"));
    let asked = question(&mine, &still, "czas", 1);
    let (scope, foreign, id) = (mine.scope, theirs.scope, asked.id);
    store.write_now(move |db| questions::create(db, scope, &asked)).unwrap();

    for (day, helped) in [(22, true), (22, false), (23, true)] {
        store.write_now(move |db| questions::vote(db, scope, id, date(2026, 11, day), helped)).unwrap();
    }

    assert_eq!(store.read_now(move |db| questions::votes(db, scope, id)).unwrap(), Votes { helped: 2, not_helped: 1 });
    assert!(store.write_now(move |db| questions::vote(db, foreign, id, date(2026, 11, 22), true)).is_err());
    assert_eq!(store.read_now(move |db| questions::votes(db, foreign, id)).unwrap(), Votes::default());
}
