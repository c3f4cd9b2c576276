//! The demo office.

use okienko::domain::hours;
use okienko::domain::office::{LegalKind, StaffRole};
use okienko::seed::{Seeded, TEMPLATE_MARKS, seed_demo};
use okienko::store::{OfficeScope, Store, StoreError, closures, legal, matters, offices, replies, sites, staff};

use crate::support::{City, Still, open};

fn seeded() -> (Store, Still, Seeded) {
    let (store, still) = (open(), Still::new());
    let world = still.world.clone();
    let seeded = store.write_now(move |db| seed_demo(db, &world, "$argon2id$demo")).unwrap();
    (store, still, seeded)
}

#[test]
fn the_demo_office_has_two_sites_and_a_matter_that_is_always_open() {
    let (store, _, seeded) = seeded();
    let scope = OfficeScope::of(seeded.office);
    let (sites, matters) =
        store.read_now(move |db| Ok((sites::of_office(db, scope)?, matters::of_office(db, scope)?))).unwrap();

    assert_eq!(sites.iter().map(|site| site.key.as_str()).collect::<Vec<_>>(), ["wroclaw", "wroclaw-bip"]);
    assert_ne!(sites[0].look, sites[1].look);
    assert_eq!(matters.iter().map(|matter| matter.letter).collect::<String>(), "ABCDEI");
    let open: Vec<_> = matters[5].hours.iter().map(|open| (open.weekday, open.from, open.to)).collect();
    assert_eq!(open, (1..=7).map(|weekday| (weekday, 0, 1_440)).collect::<Vec<_>>());
    let office: Vec<_> = matters[0].hours.iter().map(|open| (open.weekday, open.from, open.to)).collect();
    assert_eq!(office, [(1, 480, 1_035), (2, 480, 1_035), (3, 480, 915), (4, 480, 1_035), (5, 480, 1_035)]);
    for matter in &matters {
        for text in [&matter.name, &matter.summary, &matter.prepare] {
            assert!(text.en.is_some() && text.uk.is_some(), "{text:?}");
            assert_eq!(text.pl.trim(), text.pl);
        }
    }
}

#[test]
fn the_demo_office_has_a_day_off_soon() {
    let (store, still, seeded) = seeded();
    let scope = OfficeScope::of(seeded.office);
    let closures = store.read_now(move |db| closures::of_office(db, scope)).unwrap();

    let tz = jiff::tz::TimeZone::get("Europe/Warsaw").unwrap();
    let today = hours::office_day(still.now(), &tz);
    let [day_off] = &closures[..] else { panic!("{closures:?}") };
    assert!(day_off.left.is_none() && day_off.reason.en.is_some() && day_off.reason.uk.is_some());
    assert!(hours::horizon(today).skip(5).any(|day| day == day_off.day), "{day_off:?}");
    assert!((1..=5).contains(&hours::iso_weekday(day_off.day)) && hours::holiday(day_off.day).is_none());
}

#[test]
fn every_demo_clerk_serves_the_matter_that_is_always_open() {
    let (store, _, seeded) = seeded();
    let scope = OfficeScope::of(seeded.office);
    let always = store.read_now(move |db| matters::of_office(db, scope)).unwrap()[5].id;
    let members = store.read_now(move |db| staff::of_office(db, scope)).unwrap();

    assert_eq!(members.len(), 5);
    for clerk in members.iter().filter(|member| member.role == StaffRole::Clerk) {
        assert!(clerk.skills.matters.contains(&always), "{}", clerk.email);
        assert!(clerk.desk.is_some());
    }
    for email in ["anna", "marek", "olena", "kierownik", "admin"] {
        let found = store.read_now(move |db| staff::by_email(db, &format!("{email}@demo.example"))).unwrap();
        assert_eq!(found.unwrap().password_hash, "$argon2id$demo");
    }
    let who_signs: Vec<_> = members.iter().filter(|member| member.skills.sign).map(|clerk| &clerk.given_name).collect();
    assert_eq!(who_signs, ["Marek"]);
    let mut listed = seeded.staff.clone();
    for (listed, stored) in listed.iter_mut().zip(&members) {
        listed.skills.matters.sort();
        let mut matters = stored.skills.matters.clone();
        matters.sort();
        assert_eq!((&listed.id, &listed.skills.matters), (&stored.id, &matters));
    }
}

#[test]
fn every_legal_text_is_there_marked_and_complete() {
    let (store, still, seeded) = seeded();
    let (scope, now) = (OfficeScope::of(seeded.office), still.now());
    for site in store.read_now(move |db| sites::of_office(db, scope)).unwrap() {
        let texts = store.read_now(move |db| legal::all_current(db, scope, site.id, now)).unwrap();

        assert_eq!(texts.len(), 12);
        for text in texts {
            // The statement is made of fields, of which one says the same.
            let mark = match text.kind {
                LegalKind::Accessibility => "template = true",
                _ => TEMPLATE_MARKS.iter().find(|(language, _)| *language == text.language).unwrap().1,
            };
            assert!(text.body.contains(mark), "{:?} {}", text.kind, text.language);
            assert!(!text.body.contains('{'), "a placeholder is left: {:?} {}", text.kind, text.language);
            let length = text.body.chars().count();
            match text.kind {
                LegalKind::Notice => assert!(length <= 600, "{length} characters"),
                LegalKind::Privacy => assert_eq!(text.body.matches("\n## ").count(), 12),
                LegalKind::Terms => assert!(text.body.matches("\n## ").count() >= 6),
                LegalKind::Accessibility => assert!(text.body.contains("[[inaccessible]]")),
            }
        }
    }
}

#[test]
fn the_ready_replies_are_there_in_every_language() {
    let (store, _, seeded) = seeded();
    let scope = OfficeScope::of(seeded.office);

    let written = store.read_now(move |db| replies::of_office(db, scope)).unwrap();

    assert!(written.len() >= 6);
    for text in written.iter().flat_map(|reply| [&reply.title, &reply.body]) {
        assert!(text.en.is_some() && text.uk.is_some(), "{text:?}");
    }
}

#[test]
fn a_database_that_is_not_empty_is_not_seeded() {
    let (store, still, _) = seeded();
    let world = still.world.clone();
    let twice = store.write_now(move |db| seed_demo(db, &world, "x")).unwrap_err();
    assert!(matches!(twice, StoreError::Conflict(_)), "{twice:?}");

    let store = open();
    City::found(&store, &still, "krakow");
    let world = still.world.clone();
    let refused = store.write_now(move |db| seed_demo(db, &world, "x")).unwrap_err();
    assert!(matches!(refused, StoreError::Conflict(_)), "{refused:?}");
    assert_eq!(store.read_now(offices::all).unwrap().len(), 1);
}
