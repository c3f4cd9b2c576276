//! Members of staff, their logins, and citizens' sessions.

use jiff::SignedDuration;
use okienko::domain::office::Skills;
use okienko::store::{StoreError, TokenHash, logins, sessions, staff};

use crate::support::{City, Still, clerk, open};

#[test]
fn a_member_of_staff_is_found_by_their_address_in_any_case() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");

    let found = store.read_now(|db| staff::by_email(db, " Anna@WROCLAW.example ")).unwrap().unwrap();

    assert_eq!(found.clerk, city.clerk);
    assert_eq!(found.password_hash, "$argon2id$hash");
    assert!(!format!("{found:?}").contains("argon2id"));
}

#[test]
fn an_address_signs_in_one_person_of_all_offices() {
    let (store, still) = (open(), Still::new());
    City::found(&store, &still, "wroclaw");
    let other = City::found(&store, &still, "krakow");
    let twin = clerk(&still.world, other.office.id, "ANNA@wroclaw.example", &[]);

    let refused = store.write_now(move |db| staff::create(db, other.scope, &twin, "x")).unwrap_err();

    assert!(matches!(refused, StoreError::Conflict(_)), "{refused:?}");
}

#[test]
fn the_staff_of_an_office_come_with_their_skills() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let marek = city.another_clerk(&store, &still, "marek@wroclaw.example");
    let (scope, id) = (city.scope, marek.id);

    assert_eq!(store.read_now(move |db| staff::of_office(db, scope)).unwrap(), [city.clerk, marek.clone()]);
    assert_eq!(store.read_now(move |db| staff::get(db, scope, id)).unwrap(), marek);
}

#[test]
fn skills_and_password_are_replaced() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let skills = Skills { matters: vec![], languages: vec!["en".to_owned()], sign: false };

    let (scope, id, wanted) = (city.scope, city.clerk.id, skills.clone());
    store
        .write_now(move |db| {
            staff::set_skills(db, scope, id, &wanted)?;
            staff::set_password_hash(db, scope, id, "$argon2id$new")
        })
        .unwrap();

    let found = store.read_now(|db| staff::by_email(db, "anna@wroclaw.example")).unwrap().unwrap();
    assert_eq!(found.clerk.skills, skills);
    assert_eq!(found.password_hash, "$argon2id$new");
}

#[test]
fn a_clerk_cannot_serve_another_offices_matter() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let other = City::found(&store, &still, "krakow");
    let skills = Skills { matters: vec![other.matter.id], ..Skills::default() };

    let refused = store.write_now(move |db| staff::set_skills(db, city.scope, city.clerk.id, &skills)).unwrap_err();

    assert!(matches!(refused, StoreError::Query(_)), "{refused:?}");
}

#[test]
fn whoever_is_no_longer_active_is_out_at_once() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let (scope, id, token, now) = (city.scope, city.clerk.id, city.login_token.clone(), still.now());

    store.write_now(move |db| staff::set_active(db, scope, id, false)).unwrap();

    assert_eq!(store.read_now(|db| staff::by_email(db, "anna@wroclaw.example")).unwrap(), None);
    assert_eq!(store.read_now(move |db| logins::by_token(db, &token, now)).unwrap(), None);
    assert_eq!(store.read_now(move |db| staff::get(db, scope, id)), Err(StoreError::NotFound));
    assert_eq!(store.read_now(move |db| staff::of_office(db, scope)).unwrap(), []);
}

#[test]
fn a_login_lives_until_it_ends_or_expires() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let (scope, id, now) = (city.scope, city.login.id, still.advance(SignedDuration::from_mins(5)));
    let find = |at| {
        let token = city.login_token.clone();
        store.read_now(move |db| logins::by_token(db, &token, at)).unwrap()
    };

    store.write_now(move |db| logins::touch(db, scope, id, now)).unwrap();

    assert_eq!(find(now), Some(logins::Login { last_seen_at: now, ..city.login.clone() }));
    assert_eq!(find(city.login.expires_at), None);
    store.write_now(move |db| logins::end(db, scope, id)).unwrap();
    assert_eq!(find(now), None);
}

#[test]
fn a_clerk_is_signed_out_everywhere() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let (scope, id, token, now) = (city.scope, city.clerk.id, city.login_token, still.now());

    assert_eq!(store.write_now(move |db| logins::end_all_of(db, scope, id)).unwrap(), 1);

    assert_eq!(store.read_now(move |db| logins::by_token(db, &token, now)).unwrap(), None);
}

#[test]
fn a_clerk_has_other_logins_while_one_is_alive_and_was_seen() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let (scope, now) = (city.scope, still.now());
    let has_others = |login: &logins::Login, at, seen_since| {
        let login = login.clone();
        store.read_now(move |db| logins::has_others(db, scope, &login, at, seen_since)).unwrap()
    };
    assert!(!has_others(&city.login, now, now));

    let second = logins::Login {
        id: okienko::ids::LoginId::new(&still.world),
        expires_at: now + SignedDuration::from_hours(8),
        ..city.login.clone()
    };
    let kept = second.clone();
    store.write_now(move |db| logins::create(db, scope, &kept, &TokenHash::of("second"))).unwrap();

    assert!(has_others(&city.login, now, second.last_seen_at));
    assert!(!has_others(&city.login, now, second.last_seen_at + SignedDuration::from_secs(1)));
    assert!(!has_others(&city.login, second.expires_at, second.last_seen_at));
}

#[test]
fn a_session_is_found_by_its_token_until_it_expires() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let (scope, id) = (city.scope, city.session.id);
    let now = still.advance(SignedDuration::from_mins(5));
    let later = now + SignedDuration::from_hours(24);
    let find = |at| {
        let token = city.token.clone();
        store.read_now(move |db| sessions::by_token(db, &token, at)).unwrap()
    };

    assert_eq!(find(now), Some(city.session.clone()));
    assert_eq!(find(city.session.expires_at), None);
    store
        .write_now(move |db| {
            sessions::touch(db, scope, id, now, later)?;
            sessions::set_notice_shown(db, scope, id, "n2")
        })
        .unwrap();
    let expected = sessions::Session {
        notice_version: Some("n2".to_owned()),
        last_seen_at: now,
        expires_at: later,
        ..city.session.clone()
    };
    assert_eq!(find(now), Some(expected.clone()));
    assert_eq!(store.read_now(move |db| sessions::get(db, scope, id)).unwrap(), expected);
    store.write_now(move |db| sessions::expire(db, scope, id, now)).unwrap();
    assert_eq!(find(now), None);
}

#[test]
fn a_session_goes_on_on_another_device_by_a_code_that_works_once_and_not_for_long() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let (scope, id, now) = (city.scope, city.session.id, still.world.now());
    let until = now + SignedDuration::from_mins(5);
    let offer = |code: &'static str| {
        store.write_now(move |db| sessions::offer(db, scope, id, &TokenHash::of(code), until)).unwrap();
    };
    let take = |code: &'static str, token: &'static str, at| {
        let (code, token) = (TokenHash::of(code), TokenHash::of(token));
        store.write_now(move |db| sessions::hand_over(db, &code, &token, at)).unwrap()
    };
    let find = |token: TokenHash| store.read_now(move |db| sessions::by_token(db, &token, now)).unwrap();

    offer("replaced");
    offer("code");
    assert_eq!(take("replaced", "phone", now), None);
    assert_eq!(take("code", "phone", until), None);
    assert_eq!(take("code", "phone", now), Some(city.session.clone()));
    assert_eq!(take("code", "thief", now), None);
    // Both devices have it now, and a third one instead of the second.
    assert_eq!(find(city.token.clone()), Some(city.session.clone()));
    assert_eq!(find(TokenHash::of("phone")), Some(city.session.clone()));
    offer("again");
    assert_eq!(take("again", "tablet", now), Some(city.session.clone()));
    assert_eq!(find(TokenHash::of("tablet")), Some(city.session.clone()));
    assert_eq!(find(TokenHash::of("phone")), None);

    offer("late");
    store.write_now(move |db| sessions::expire(db, scope, id, now)).unwrap();
    assert_eq!(take("late", "phone", now), None);
    assert_eq!(find(TokenHash::of("tablet")), None);
}

#[test]
fn a_token_is_used_once() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let mut twin = city.session.clone();
    twin.id = okienko::ids::SessionId::new(&still.world);

    let refused = store.write_now(move |db| sessions::create(db, city.scope, &twin, &city.token)).unwrap_err();

    assert!(matches!(refused, StoreError::Conflict(_)), "{refused:?}");
    assert_eq!(format!("{:?}", TokenHash::of("secret")), "TokenHash(…)");
}

#[test]
fn a_session_cannot_begin_at_another_offices_site() {
    let (store, still) = (open(), Still::new());
    let city = City::found(&store, &still, "wroclaw");
    let other = City::found(&store, &still, "krakow");
    let mut strange = city.session.clone();
    strange.id = okienko::ids::SessionId::new(&still.world);
    strange.site = other.site.id;

    let token = TokenHash::of("fresh");
    let refused = store.write_now(move |db| sessions::create(db, city.scope, &strange, &token)).unwrap_err();

    assert!(matches!(refused, StoreError::Query(_)), "{refused:?}");
}
