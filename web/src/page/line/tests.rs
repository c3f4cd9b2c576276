use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;
use okienko::domain::office::{Closure, Corner, LocalText, Look, Office, Site, Stretch};
use okienko::ids::{MatterId, OfficeId, SiteId};
use okienko::world::World;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn local(text: &str) -> LocalText {
    LocalText { pl: text.to_owned(), en: None, uk: None }
}

/// A site with one matter, whose line is as `change` makes it.
fn view(change: impl FnOnce(&mut MatterOverview)) -> LineView {
    view_with(Vec::new(), change)
}

/// The same of an office with these closures.
fn view_with(closures: Vec<Closure>, change: impl FnOnce(&mut MatterOverview)) -> LineView {
    let mut change = Some(change);
    view_of(closures, &["Dowody"], |_, state| {
        if let Some(change) = change.take() {
            change(state);
        }
    })
}

/// A site of an office with these closures and with matters of these names in this order, whose line is as `change` makes
/// it.
fn view_of(closures: Vec<Closure>, names: &[&str], mut change: impl FnMut(&str, &mut MatterOverview)) -> LineView {
    let world = World::real();
    let office = OfficeId::new(&world);
    let look = Look {
        brand: "#0b4f8a".to_owned(),
        on_brand: "#ffffff".to_owned(),
        brand_dark: "#8cc1f2".to_owned(),
        on_brand_dark: "#0b1b2a".to_owned(),
        monogram: "W".to_owned(),
        launcher_size_px: 64,
        corner: Corner::BottomRight,
        offset_px: 24,
    };
    let record = SiteRecord {
        site: Site {
            id: SiteId::new(&world),
            office,
            key: "k".to_owned(),
            name: local("Urząd"),
            allowed_origins: Vec::new(),
            look,
            look_version: 1,
        },
        office: Office {
            id: office,
            name: local("Urząd"),
            phone: "1".to_owned(),
            time_zone: "Europe/Warsaw".to_owned(),
            max_waiting: 9,
        },
        matters: (1..)
            .zip(names)
            .map(|(rank, name)| Matter {
                id: MatterId::new(&world),
                office,
                letter: 'A',
                name: local(name),
                summary: local("Wniosek o dowód."),
                prepare: local("stary dowód\n\n zdjęcie \n"),
                typical_s: 300,
                hours: Vec::new(),
                rank,
                is_general: *name == "Ogólna",
            })
            .collect(),
        closures,
        legal: Vec::new(),
        questions: Vec::new(),
        zone: TimeZone::get("Europe/Warsaw").unwrap(),
    };
    let state_of = |matter: &Matter| {
        let mut state = MatterOverview {
            matter: matter.id,
            admission: Admission::Open,
            closes_at: Some(at("2026-11-23T16:15:00Z")),
            opens_at: None,
            receiving: 1,
            languages: vec!["pl".to_owned()],
            sign: false,
            waiting: 2,
            wait: Some(WaitRange { from_min: 5, to_min: 10 }),
        };
        change(&matter.name.pl, &mut state);
        state
    };
    let matters = record.matters.iter().map(state_of).collect();
    let line = LineOverview { office, at: at("2026-11-23T10:00:00Z"), waiting: 2, receiving: 1, matters };
    LineView::new(&record, &line, &I18n::load().unwrap(), "pl")
}

#[test]
fn an_open_line_says_until_when_and_how_long_one_waits() {
    let view = view(|_| {});

    assert!(view.open && view.matters[0].open);
    assert_eq!((view.closes_text.as_str(), view.opens_text.as_str()), ("17:15", ""));
    assert_eq!(view.wait, Some(WaitView { from_min: 5, to_min: 10 }));
    assert_eq!(view.matters[0].reason_text, "");
    assert_eq!(view.matters[0].prepare, ["stary dowód", "zdjęcie"]);
}

#[test]
fn a_closed_line_says_when_it_opens() {
    let view = view(|state| {
        (state.admission, state.closes_at, state.wait) = (Admission::Closed, None, None);
        state.opens_at = Some(at("2026-11-24T07:00:00Z"));
    });

    assert!(!view.open && !view.matters[0].open);
    assert_eq!((view.closes_text.as_str(), view.opens_text.as_str()), ("", "jutro od 8:00"));
    assert_eq!(view.matters[0].reason_text, "Zapraszamy jutro od 8:00.");
    assert_eq!(view.wait, None);
    assert_eq!(view.closed_heading, "Zapraszamy jutro od 8:00");
    assert_eq!((view.day_off, &*view.closed_text), (false, "Urząd jest teraz zamknięty. Zapraszamy jutro od 8:00."));
}

#[test]
fn a_line_that_does_not_open_in_sight_names_no_time() {
    let view = view(|state| (state.admission, state.closes_at, state.wait) = (Admission::Closed, None, None));

    assert_eq!((&*view.closed_heading, &*view.closed_text), ("Teraz zamknięte", "Urząd jest teraz zamknięty."));
}

#[test]
fn on_a_day_off_the_reason_is_said() {
    let day_off = Closure { day: date(2026, 11, 23), left: None, reason: local("szkolenie") };
    let shorter = Closure { left: Some(Stretch { from: 480, to: 600 }), ..day_off.clone() };
    let view = |closure, opens_at: Option<&str>| {
        view_with(vec![closure], |state| {
            (state.admission, state.closes_at, state.wait) = (Admission::Closed, None, None);
            state.opens_at = opens_at.map(at);
        })
    };
    let reason = |closure, opens_at| view(closure, opens_at).matters[0].reason_text.clone();
    let tomorrow = Some("2026-11-24T07:00:00Z");

    assert_eq!(reason(day_off.clone(), tomorrow), "Dziś nieczynne: szkolenie. Następne godziny: jutro od 8:00.");
    assert_eq!(reason(day_off.clone(), None), "Dziś nieczynne: szkolenie.");
    assert_eq!(reason(shorter, tomorrow), "Zapraszamy jutro od 8:00.");
    let whole = view(day_off.clone(), tomorrow);
    assert_eq!((whole.day_off, &*whole.closed_heading), (true, "Zapraszamy jutro od 8:00"));
    assert_eq!(whole.closed_text, "Dziś urząd jest nieczynny: szkolenie. Następne godziny: jutro od 8:00.");
    assert_eq!(view(day_off, None).closed_text, "Dziś urząd jest nieczynny: szkolenie.");
}

#[test]
fn a_line_that_never_closes_says_no_time() {
    assert_eq!(view(|state| state.closes_at = None).closes_text, "");
}

#[test]
fn without_a_clerk_the_line_is_open_and_nobody_may_join() {
    let view = view(|state| (state.admission, state.wait) = (Admission::NobodyOnDuty, None));

    assert!(view.open && !view.matters[0].open);
    assert_eq!(view.matters[0].reason_text, "W tej sprawie nikt teraz nie przyjmuje.");
}

#[test]
fn what_may_be_joined_comes_first_and_both_parts_keep_the_order_of_the_office() {
    let view = view_of(Vec::new(), &["Dowody", "Meldunek", "Pojazdy", "Ogólna"], |name, state| {
        state.admission = match name {
            "Dowody" => Admission::Closed,
            "Pojazdy" => Admission::NobodyOnDuty,
            _ => Admission::Open,
        };
    });

    let names: Vec<&str> = view.matters.iter().map(|matter| matter.name.as_str()).collect();
    assert_eq!(names, ["Meldunek", "Ogólna", "Dowody", "Pojazdy"]);
    assert!(view.has_general && view.general_open);
}

/// What a site with matters of these names says where nobody may join, the matters being as `change` makes them.
fn refused(names: &[&str], change: impl FnMut(&str, &mut MatterOverview)) -> (Option<Refusal>, String, String) {
    let view = view_of(Vec::new(), names, change);
    (view.refusal, view.refusal_heading, view.refusal_text)
}

#[test]
fn a_full_line_says_how_many_wait() {
    let (refusal, heading, text) = refused(&["Dowody"], |_, state| state.admission = Admission::Full);

    assert_eq!(refusal, Some(Refusal::Full));
    assert_eq!(heading, "Kolejka jest pełna: czekają 2 osoby");
    assert!(text.starts_with("Spróbuj za kilka minut"), "{text}");
}

#[test]
fn too_late_today_says_when_it_opens_next() {
    let late = |opens_at: Option<&'static str>| {
        refused(&["Dowody"], move |_, state| {
            (state.admission, state.opens_at) = (Admission::TooLate, opens_at.map(at));
        })
    };

    let (refusal, heading, text) = late(Some("2026-11-24T07:00:00Z"));
    assert_eq!((refusal, &*heading), (Some(Refusal::TooLate), "Dziś już nie zdążymy"));
    assert_eq!(text, "Kolejka jest dłuższa niż czas do zamknięcia. Zapraszamy jutro od 8:00.");
    assert!(late(None).2.ends_with("Zapraszamy w następnym dniu pracy urzędu."));
}

#[test]
fn a_line_that_may_be_joined_or_is_closed_refuses_nobody() {
    let none = (None, String::new(), String::new());
    let of = |first: Admission, second: Admission| {
        refused(&["Dowody", "Meldunek"], |name, state| {
            state.admission = if name == "Dowody" { first } else { second };
        })
    };

    assert_eq!(of(Admission::Open, Admission::Full), none);
    assert_eq!(of(Admission::Closed, Admission::Closed), none);
    assert_eq!(of(Admission::Closed, Admission::NobodyOnDuty).0, Some(Refusal::Nobody));
    assert_eq!(of(Admission::NobodyOnDuty, Admission::TooLate).0, Some(Refusal::TooLate));
    assert_eq!(of(Admission::TooLate, Admission::Full).0, Some(Refusal::Full));
}
