//! Ready replies.

use okienko::domain::reply::ReadyReply;
use okienko::ids::ReplyId;
use okienko::store::{StoreError, replies};

use crate::support::{City, Still, open, text};

fn reply(city: &City, still: &Still, title: &str, rank: u32) -> ReadyReply {
    ReadyReply {
        id: ReplyId::new(&still.world),
        office: city.office.id,
        rank,
        title: text(title),
        body: text("Dzień dobry, w czym mogę pomóc?"),
    }
}

#[test]
fn replies_stand_in_the_offices_order_and_are_its_own() {
    let (store, still) = (open(), Still::new());
    let (mine, theirs) = (City::found(&store, &still, "wroclaw"), City::found(&store, &still, "krakow"));
    let (second, first) = (reply(&mine, &still, "Pożegnanie", 2), reply(&mine, &still, "Powitanie", 1));
    let (scope, foreign) = (mine.scope, theirs.scope);
    for each in [second.clone(), first.clone()] {
        store.write_now(move |db| replies::create(db, scope, &each)).unwrap();
    }

    let smuggled = reply(&mine, &still, "Obca", 1);
    assert_eq!(store.write_now(move |db| replies::create(db, foreign, &smuggled)), Err(StoreError::WrongOffice));
    assert_eq!(store.read_now(move |db| replies::of_office(db, scope)).unwrap(), [first, second]);
    assert_eq!(store.read_now(move |db| replies::of_office(db, foreign)).unwrap(), []);
}

#[test]
fn a_reply_that_cannot_be_sent_is_not_kept() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let mut long = reply(&city, &still, "Długa", 1);
    long.body = text(&"a".repeat(2_001));
    let scope = city.scope;

    let refused = store.write_now(move |db| replies::create(db, scope, &long));

    assert!(matches!(refused, Err(StoreError::Conflict(_))), "{refused:?}");
}
