//! Offices, sites, matters and legal texts.

use jiff::SignedDuration;
use okienko::domain::office::{LegalKind, OpeningHours};
use okienko::store::{OfficeScope, StoreError, documents, legal, matters, offices, sites};

use crate::support::{City, Still, look, matter, notice, open, site, text};

#[test]
fn an_office_is_read_as_it_was_written() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let scope = city.scope;

    let (one, all) = store.read_now(move |db| Ok((offices::get(db, scope)?, offices::all(db)?))).unwrap();

    assert_eq!(one, city.office);
    assert_eq!(all, [city.office]);
}

#[test]
fn an_office_is_changed() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let changed = okienko::domain::office::Office { max_waiting: 7, name: text("Nowa nazwa"), ..city.office };

    let (scope, office) = (city.scope, changed.clone());
    store.write_now(move |db| offices::change(db, scope, &office)).unwrap();

    assert_eq!(store.read_now(move |db| offices::get(db, scope)).unwrap(), changed);
}

#[test]
fn a_site_is_found_by_its_key() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let scope = city.scope;

    assert_eq!(store.read_now(|db| sites::by_key(db, "wroclaw")).unwrap(), Some(city.site.clone()));
    assert_eq!(store.read_now(|db| sites::by_key(db, "krakow")).unwrap(), None);
    let both = store.read_now(move |db| Ok((sites::of_office(db, scope)?, sites::all(db)?))).unwrap();
    assert_eq!(both, (vec![city.site.clone()], vec![city.site]));
}

#[test]
fn a_key_belongs_to_one_site() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let twin = site(&still.world, city.office.id, "wroclaw");

    let refused = store.write_now(move |db| sites::create(db, city.scope, &twin)).unwrap_err();

    assert!(matches!(refused, StoreError::Conflict(_)), "{refused:?}");
}

#[test]
fn a_new_look_raises_its_version() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let red = okienko::domain::office::Look { brand: "#8a1538".to_owned(), ..look() };

    let (scope, id, wanted) = (city.scope, city.site.id, red.clone());
    store.write_now(move |db| sites::set_look(db, scope, id, &wanted)).unwrap();
    let origins = vec!["https://bip.example.pl".to_owned()];
    store.write_now(move |db| sites::set_allowed_origins(db, scope, id, &origins)).unwrap();

    let stored = store.read_now(|db| sites::by_key(db, "wroclaw")).unwrap().unwrap();
    assert_eq!(stored.look, red);
    assert_eq!(stored.look_version, 2);
    assert_eq!(stored.allowed_origins, ["https://bip.example.pl"]);
}

#[test]
fn matters_come_in_order_with_their_hours() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let mut first = matter(&still.world, city.office.id, 'B');
    first.rank = 0;

    let (scope, made) = (city.scope, first.clone());
    store.write_now(move |db| matters::create(db, scope, &made)).unwrap();

    assert_eq!(store.read_now(move |db| matters::of_office(db, scope)).unwrap(), [first, city.matter]);
}

#[test]
fn the_hours_of_a_matter_are_replaced() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let hours = vec![OpeningHours { weekday: 3, from: 480, to: 915 }];

    let (scope, id, wanted) = (city.scope, city.matter.id, hours.clone());
    store.write_now(move |db| matters::set_hours(db, scope, id, &wanted)).unwrap();

    assert_eq!(store.read_now(move |db| matters::of_office(db, scope)).unwrap()[0].hours, hours);
}

#[test]
fn two_matters_of_an_office_cannot_share_a_letter() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let twin = matter(&still.world, city.office.id, 'A');

    let refused = store.write_now(move |db| matters::create(db, city.scope, &twin)).unwrap_err();

    assert!(matches!(refused, StoreError::Conflict(_)), "{refused:?}");
}

#[test]
fn the_newest_published_text_is_in_force() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let (scope, id) = (city.scope, city.site.id);
    let later = notice(&still.world, id, "2026-12-01", still.now() + SignedDuration::from_hours(1));
    let published = later.clone();
    store.write_now(move |db| legal::publish(db, scope, &published)).unwrap();

    let now = still.now();
    let before = store.read_now(move |db| legal::current(db, scope, id, LegalKind::Notice, "pl", now)).unwrap();
    let now = still.advance(SignedDuration::from_hours(2));
    let after = store.read_now(move |db| legal::all_current(db, scope, id, now)).unwrap();
    let none = store.read_now(move |db| legal::current(db, scope, id, LegalKind::Notice, "en", now)).unwrap();
    let shown = store.read_now(move |db| legal::version(db, scope, id, LegalKind::Notice, "pl", "2026-11-01")).unwrap();

    let versions = store.read_now(move |db| legal::versions(db, scope, id, LegalKind::Notice)).unwrap();

    assert_eq!(before.as_ref(), Some(&city.notice));
    let published = versions.iter().map(|text| (text.version.as_str(), text.published_at)).collect::<Vec<_>>();
    assert_eq!(published, [("2026-11-01", city.notice.published_at), ("2026-12-01", later.published_at)]);
    assert_eq!(after, [later]);
    assert_eq!(none, None);
    assert_eq!(shown, city.notice);
}

#[test]
fn a_version_of_a_text_is_published_once() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let again = notice(&still.world, city.site.id, "2026-11-01", still.now());

    let refused = store.write_now(move |db| legal::publish(db, city.scope, &again)).unwrap_err();

    assert!(matches!(refused, StoreError::Conflict(_)), "{refused:?}");
}

#[test]
fn an_office_that_is_not_there_is_not_found() {
    let (store, still) = (open(), Still::new());
    let nowhere = OfficeScope::of(okienko::ids::OfficeId::new(&still.world));

    assert_eq!(store.read_now(move |db| offices::get(db, nowhere)), Err(StoreError::NotFound));
}

#[test]
fn an_office_chooses_how_long_documents_are_kept() {
    let (store, still) = (open(), Still::new());
    let (mine, theirs) = (City::found(&store, &still, "wroclaw"), City::found(&store, &still, "krakow"));
    let (scope, other) = (mine.scope, theirs.scope);

    assert_eq!(store.read_now(move |db| documents::kept_min(db, scope)).unwrap(), None);
    for minutes in [60, 0] {
        store.write_now(move |db| documents::set_kept_min(db, scope, minutes)).unwrap();
        assert_eq!(store.read_now(move |db| documents::kept_min(db, scope)).unwrap(), Some(minutes));
    }

    let too_long = store.write_now(move |db| documents::set_kept_min(db, scope, 61));
    assert!(matches!(too_long, Err(StoreError::Query(_))), "{too_long:?}");
    assert_eq!(store.read_now(move |db| documents::kept_min(db, other)).unwrap(), None);
}
