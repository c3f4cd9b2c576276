use jiff::SignedDuration;
use okienko::store::{OfficeScope, TokenHash, sessions};

use crate::client::{Request, Response, citizen_token};
use crate::socket::Socket;
use crate::test_app::TestApp;

const BEGIN: &str = r#"{"site":"wroclaw","language":"uk","notice":"2026-11-23"}"#;

#[actix_web::test]
async fn a_session_has_a_cookie_that_works_in_a_frame_and_nowhere_else() {
    let app = TestApp::start().await;

    let begun = app.send(Request::post("/api/v1/sessions").json(BEGIN)).await;

    assert_eq!(begun.status, 201, "{}", begun.text());
    let cookie = begun.cookie("__Host-okienko").unwrap();
    for attribute in ["Path=/", "Secure", "HttpOnly", "SameSite=None", "Partitioned", "Max-Age="] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(!cookie.contains("Domain"));
    let token = begun.json()["token"].as_str().unwrap().to_owned();
    assert_eq!(begun.cookie_value("__Host-okienko"), Some(token.as_str()));
    assert_eq!(token.len(), 64);
    assert_eq!(begun.header("cache-control"), Some("no-store"));
    app.stop().await;
}

#[actix_web::test]
async fn the_store_knows_the_token_by_its_hash_and_the_session_by_its_site() {
    let app = TestApp::start().await;

    let begun = app.send(Request::post("/api/v1/sessions").json(BEGIN)).await.json();

    let (hash, now) = (TokenHash::of(begun["token"].as_str().unwrap()), app.state.world.now());
    let session = app.state.read(move |db| sessions::by_token(db, &hash, now)).await.unwrap().unwrap();
    assert_eq!(session.id.to_text(), begun["session"]);
    assert_eq!(session.language, "uk");
    assert_eq!(session.notice_version.as_deref(), Some("2026-11-23"));
    assert!(session.terms_version.is_some());
    app.stop().await;
}

#[actix_web::test]
async fn a_notice_that_is_not_in_force_begins_no_session() {
    let app = TestApp::start().await;
    let begin = |notice: &str| Request::post("/api/v1/sessions").json(&BEGIN.replace("2026-11-23", notice));

    let invented = app.send(begin("1999-01-01")).await;
    app.publish_notice("wroclaw", "2026-12-01").await;
    let replaced = app.send(begin("2026-11-23")).await;
    let present = app.send(begin("2026-12-01")).await;
    let of_the_other_site = BEGIN.replace("wroclaw", "wroclaw-bip");
    let of_the_other_site = app.send(Request::post("/api/v1/sessions").json(&of_the_other_site)).await;

    for refused in [&invented, &replaced] {
        assert_eq!((refused.status, refused.json()["code"].as_str()), (409, Some("notice-outdated")));
        assert_eq!(refused.cookie("__Host-okienko"), None);
    }
    assert_eq!((present.status, of_the_other_site.status), (201, 201));
    app.stop().await;
}

#[actix_web::test]
async fn a_session_claims_no_notice_that_its_browser_has_not_named() {
    let app = TestApp::start().await;

    let begun = app.send(Request::post("/api/v1/sessions").json(r#"{"site":"wroclaw","language":"pl"}"#)).await.json();

    let (hash, now) = (TokenHash::of(begun["token"].as_str().unwrap()), app.state.world.now());
    let session = app.state.read(move |db| sessions::by_token(db, &hash, now)).await.unwrap().unwrap();
    assert_eq!(session.notice_version, None);
    app.stop().await;
}

#[actix_web::test]
async fn another_sites_page_cannot_begin_or_forget_a_session() {
    let app = TestApp::start().await;
    let cookie = app.citizen_cookie().await;
    let foreign = [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")];

    for (name, value) in foreign {
        let begin = app.send(Request::post("/api/v1/sessions").json(BEGIN).header(name, value)).await;
        let forget = Request::delete("/api/v1/sessions/me").header("cookie", &cookie).header(name, value);
        let forget = app.send(forget).await;
        for answer in [begin, forget] {
            assert_eq!((answer.status, answer.json()["code"].as_str()), (403, Some("cross-site")), "{name}: {value}");
            assert_eq!(answer.header("set-cookie"), None);
        }
    }
    let own = Request::post("/api/v1/sessions").json(BEGIN).header("origin", &app.origin());
    assert_eq!(app.send(own.header("sec-fetch-site", "same-origin")).await.status, 201);
    app.stop().await;
}

#[actix_web::test]
async fn a_forgotten_session_opens_nothing() {
    let app = TestApp::start().await;
    let cookie = app.citizen_cookie().await;
    let has_session = async |app: &TestApp| {
        let page = app.send(Request::get("/talk/wroclaw").page().header("cookie", &cookie)).await;
        page.text().contains("data-resume")
    };
    assert!(has_session(&app).await);

    let forgotten = app.send(Request::delete("/api/v1/sessions/me").header("cookie", &cookie)).await;

    assert_eq!(forgotten.status, 204);
    assert!(forgotten.cookie("__Host-okienko").unwrap().contains("Max-Age=0"));
    assert!(!has_session(&app).await);
    assert_eq!(app.send(Request::delete("/api/v1/sessions/me").header("cookie", &cookie)).await.status, 204);
    app.stop().await;
}

#[actix_web::test]
async fn a_session_without_a_cookie_is_forgotten_by_its_token() {
    let app = TestApp::start().await;
    let token = citizen_token(app.address).await;
    let bearer = format!("Bearer {token}");
    let rating =
        async |app: &TestApp| app.send(Request::get("/api/v1/rating").header("authorization", &bearer)).await.status;
    assert_eq!(rating(&app).await, 200);

    let forgotten = app.send(Request::delete("/api/v1/sessions/me").header("authorization", &bearer)).await;

    assert_eq!((forgotten.status, rating(&app).await), (204, 401));
    app.stop().await;
}

#[actix_web::test]
async fn the_pages_own_token_goes_before_a_cookie_of_an_earlier_visit() {
    let app = TestApp::start().await;
    let (earlier, own) = (citizen_token(app.address).await, citizen_token(app.address).await);
    let both = |request: Request, token: &str| {
        let request = request.header("cookie", &format!("__Host-okienko={earlier}"));
        app.send(request.header("authorization", &format!("Bearer {token}")))
    };
    let is_open = async |token: &str| {
        let rating = Request::get("/api/v1/rating").header("authorization", &format!("Bearer {token}"));
        app.send(rating).await.status == 200
    };

    let forgotten = both(Request::delete("/api/v1/sessions/me"), &own).await;

    assert_eq!(forgotten.status, 204);
    assert_eq!((is_open(&own).await, is_open(&earlier).await), (false, true));
    let by_cookie = both(Request::get("/api/v1/rating"), &own).await;
    assert_eq!(by_cookie.status, 200, "a token that is over gives way to the cookie");
    app.stop().await;
}

#[actix_web::test]
async fn a_page_learns_which_session_the_browser_remembers() {
    let app = TestApp::start().await;
    let begun = app.send(Request::post("/api/v1/sessions").json(BEGIN)).await;
    let (token, session) = (begun.cookie_value("__Host-okienko").unwrap().to_owned(), begun.json()["session"].clone());
    let ask = |name: &'static str, value: String| app.send(Request::get("/api/v1/sessions/me").header(name, &value));

    let refused = ask("authorization", format!("Bearer {token}")).await;
    let kept = ask("cookie", format!("__Host-okienko={token}")).await;

    assert_eq!((refused.status, &refused.json()["session"]), (200, &serde_json::Value::Null));
    assert_eq!((kept.status, &kept.json()["session"]), (200, &session));
    assert_eq!(kept.header("cache-control"), Some("no-store"));
    app.stop().await;
}

#[actix_web::test]
async fn a_session_ends_with_its_time() {
    let app = TestApp::start().await;
    let cookie = app.citizen_cookie().await;

    app.pass(i64::from(app.state.config.http.citizen_session_h) * 3_600 + 1);

    let page = app.send(Request::get("/talk/wroclaw").page().header("cookie", &cookie)).await;
    assert!(!page.text().contains("data-resume"));
    app.stop().await;
}

/// For how many seconds the browser keeps the cookie that an answer sets.
fn life_s(answer: &Response) -> Option<i64> {
    let cookie = answer.cookie("__Host-okienko")?;
    let life = cookie.split("; ").find_map(|part| part.strip_prefix("Max-Age="))?;
    Some(life.parse().unwrap())
}

#[actix_web::test]
async fn the_cookie_lives_as_long_as_the_session_that_it_opens() {
    let app = TestApp::start().await;
    let begun = app.send(Request::post("/api/v1/sessions").json(BEGIN)).await;
    let session_s = i64::from(app.state.config.http.citizen_session_h) * 3_600;
    let token = begun.cookie_value("__Host-okienko").unwrap().to_owned();
    let with_cookie = |request: Request| app.send(request.header("cookie", &format!("__Host-okienko={token}")));
    let kept = || with_cookie(Request::post("/api/v1/sessions/me"));
    assert_eq!(life_s(&begun), Some(session_s));

    // The browser is there for an hour, which its socket notes.
    app.pass(3_600);
    let before = kept().await;
    let (hash, now) = (TokenHash::of(&token), app.state.world.now());
    let later = now + SignedDuration::from_secs(session_s);
    let touch = move |db: &mut _| {
        let session = sessions::by_token(db, &hash, now)?.unwrap();
        sessions::touch(db, OfficeScope::of(session.office), session.id, now, later)
    };
    app.state.write(touch).await.unwrap();
    let after = kept().await;
    let page = with_cookie(Request::get("/w/wroclaw").page()).await;

    assert_eq!((before.status, before.text()), (204, ""));
    let about = |life: Option<i64>, s: i64| life.is_some_and(|life| (s - 60..=s).contains(&life));
    assert!(about(life_s(&before), session_s - 3_600), "{:?}", life_s(&before));
    for renewed in [&after, &page] {
        assert!(about(life_s(renewed), session_s), "{:?}", life_s(renewed));
        assert_eq!(renewed.cookie_value("__Host-okienko"), Some(token.as_str()));
    }
    app.pass(session_s + 1);
    assert_eq!((kept().await.status, life_s(&kept().await)), (204, None), "what is over is not kept");
    app.stop().await;
}

#[actix_web::test]
async fn what_the_launcher_asks_renews_the_cookie_only_while_a_visit_goes_on() {
    let app = TestApp::start().await;
    let token = citizen_token(app.address).await;
    let cookie = format!("__Host-okienko={token}");
    let status = || app.send(Request::get("/api/v1/sites/wroclaw/status").header("cookie", &cookie));
    let idle = status().await;
    let _clerk = Socket::clerk(app.address).await;

    let mut citizen = Socket::citizen(app.address).await;
    citizen.hello(Some(&token)).await;
    let _welcome = citizen.frame_of("welcome").await;
    citizen.join(app.address).await;
    let waiting = status().await;

    assert_eq!(life_s(&idle), None);
    assert!(life_s(&waiting).is_some(), "{}", waiting.text());
    app.stop().await;
}

#[actix_web::test]
async fn what_is_past_its_time_is_deleted() {
    let app = TestApp::start().await;
    let _ = app.citizen_cookie().await;
    let _ = app.staff_cookie("anna@demo.example").await;
    let swept_now = okienko_web::housekeeping::sweep(&app.state).await.unwrap();

    app.pass(169 * 3_600);
    let swept_later = okienko_web::housekeeping::sweep(&app.state).await.unwrap();

    assert_eq!((swept_now.sessions, swept_now.logins), (0, 0));
    assert_eq!((swept_later.sessions, swept_later.logins), (1, 1));
    app.stop().await;
}

#[actix_web::test]
async fn one_address_begins_so_many_sessions_a_minute() {
    let proxy = [("LIMITS__SESSIONS_PER_MIN", "3"), ("HTTP__TRUSTED_PROXIES", "127.0.0.1")];
    let app = TestApp::with(&proxy).await;
    let begin = |from: &str| Request::post("/api/v1/sessions").json(BEGIN).header("x-forwarded-for", from);

    for _ in 0..3 {
        assert_eq!(app.send(begin("203.0.113.1")).await.status, 201);
    }
    let refused = app.send(begin("203.0.113.1")).await;
    let other = app.send(begin("203.0.113.2")).await;
    let forged = app.send(begin("203.0.113.77, 203.0.113.1")).await;

    assert_eq!((refused.status, refused.json()["code"].as_str()), (429, Some("too-many-requests")));
    assert!(refused.header("retry-after").unwrap().parse::<u32>().unwrap() >= 1);
    assert_eq!(other.status, 201);
    assert_eq!(forged.status, 429, "what a client writes before the proxy's own entry is not believed");
    app.stop().await;
}

#[actix_web::test]
async fn ratings_and_cookies_are_limited_by_address_too() {
    let app = TestApp::with(&[("LIMITS__SESSIONS_PER_MIN", "1"), ("HTTP__TRUSTED_PROXIES", "127.0.0.1")]).await;
    let rate = |from: &str| Request::of("PUT", "/api/v1/rating").json(r#"{"stars":5}"#).header("x-forwarded-for", from);
    let keep = |from: &str| Request::post("/api/v1/sessions/me").header("x-forwarded-for", from);
    let forget = |from: &str| Request::delete("/api/v1/sessions/me").header("x-forwarded-for", from);

    for _ in 0..5 {
        assert_ne!(app.send(rate("203.0.113.1")).await.status, 429);
    }

    for request in [rate("203.0.113.1:40000"), keep("203.0.113.1"), forget("203.0.113.1")] {
        let refused = app.send(request).await;
        assert_eq!((refused.status, refused.json()["code"].as_str()), (429, Some("too-many-requests")));
    }
    assert_eq!(app.send(keep("203.0.113.2")).await.status, 204);
    app.stop().await;
}

#[actix_web::test]
async fn an_address_is_not_believed_from_strangers() {
    let app = TestApp::with(&[("LIMITS__SESSIONS_PER_MIN", "1")]).await;
    let begin = |from: &str| Request::post("/api/v1/sessions").json(BEGIN).header("x-forwarded-for", from);

    assert_eq!(app.send(begin("203.0.113.1")).await.status, 201);
    assert_eq!(app.send(begin("203.0.113.2")).await.status, 429);
    app.stop().await;
}

#[actix_web::test]
async fn what_is_no_session_request_is_refused_in_words() {
    let app = TestApp::start().await;
    let cases = [
        (r#"{"site":"nowhere","language":"pl"}"#, 404, "site-unknown"),
        (r#"{"site":"wroclaw"}"#, 400, "bad-request"),
        (r#"{"site":"wroclaw","language":"pl","more":1}"#, 400, "bad-request"),
        ("{", 400, "bad-request"),
    ];

    for (body, status, code) in cases {
        let answer = app.send(Request::post("/api/v1/sessions").json(body)).await;
        assert_eq!((answer.status, answer.json()["code"].as_str()), (status, Some(code)), "{body}");
    }
    let form = app.send(Request::post("/api/v1/sessions").form(&[("site", "wroclaw")])).await;
    assert_eq!((form.status, form.json()["code"].as_str()), (415, Some("media-type-unknown")));
    let long = format!(r#"{{"site":"{}","language":"pl"}}"#, "x".repeat(100_000));
    let long = app.send(Request::post("/api/v1/sessions").json(&long)).await;
    assert_eq!((long.status, long.json()["code"].as_str()), (413, Some("body-too-large")));
    app.stop().await;
}
