//! Days that an office closes or shortens by its own decision.

use jiff::civil::date;
use okienko::domain::office::{Closure, LocalText, Stretch};
use okienko::store::{StoreError, closures};

use crate::support::{City, Still, open};

fn closure(day: i8, left: Option<Stretch>) -> Closure {
    let reason = LocalText { pl: "dzień wolny".to_owned(), en: Some("a day off".to_owned()), uk: None };
    Closure { day: date(2028, 5, day), left, reason }
}

#[test]
fn closures_are_kept_by_day_and_can_be_changed_and_taken_back() {
    let (store, still) = (open(), Still::new());
    let scope = City::found(&store, &still, "wroclaw").scope;
    let (bridge, short) = (closure(2, None), closure(31, Some(Stretch { from: 480, to: 720 })));
    let both = [short.clone(), bridge.clone()];
    store.write_now(move |db| both.iter().try_for_each(|one| closures::put(db, scope, one))).unwrap();
    assert_eq!(store.read_now(move |db| closures::of_office(db, scope)).unwrap(), [bridge, short.clone()]);

    let half = closure(2, Some(Stretch { from: 0, to: 1_440 }));
    let changed = half.clone();
    store.write_now(move |db| closures::put(db, scope, &changed)).unwrap();
    assert_eq!(store.read_now(move |db| closures::of_office(db, scope)).unwrap(), [half, short.clone()]);

    store.write_now(move |db| closures::remove(db, scope, date(2028, 5, 2))).unwrap();
    assert_eq!(store.read_now(move |db| closures::of_office(db, scope)).unwrap(), [short]);
    let gone = store.write_now(move |db| closures::remove(db, scope, date(2028, 5, 2)));
    assert_eq!(gone, Err(StoreError::NotFound));
}

#[test]
fn a_stretch_that_is_none_is_refused() {
    let (store, still) = (open(), Still::new());
    let scope = City::found(&store, &still, "wroclaw").scope;
    for (from, to) in [(720, 720), (720, 480), (0, 1_441)] {
        let wrong = closure(2, Some(Stretch { from, to }));

        let refused = store.write_now(move |db| closures::put(db, scope, &wrong));

        assert!(matches!(refused, Err(StoreError::Query(_))), "{refused:?}");
    }
    assert_eq!(store.read_now(move |db| closures::of_office(db, scope)).unwrap(), []);
}
