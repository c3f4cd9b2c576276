use crate::client::{Request, Response};
use crate::test_app::TestApp;

const MATTER: &str = "0199c5a0-0000-7000-8000-000000000001";

async fn offer(app: &TestApp, cookie: &str, body: &str) -> Response {
    app.send(Request::post("/api/v1/sessions/me/handover?lang=uk").header("cookie", cookie).json(body)).await
}

async fn take(app: &TestApp, code: &str) -> Response {
    app.send(Request::post("/api/v1/handovers").json(&format!(r#"{{"code":"{code}"}}"#))).await
}

/// The word of a refusal.
fn code(refused: &Response) -> String {
    refused.json()["code"].as_str().unwrap_or_default().to_owned()
}

/// The code behind the `#` of an offered address.
fn code_of(offered: &Response) -> String {
    let url = offered.json()["url"].as_str().unwrap().to_owned();
    url.split_once("#go-on=").unwrap().1.split('&').next().unwrap().to_owned()
}

#[actix_web::test]
async fn a_visit_goes_on_on_another_device_with_a_cookie_of_its_own() {
    let app = TestApp::start().await;
    let cookie = app.citizen_cookie().await;

    let offered = offer(&app, &cookie, "{}").await;
    let taken = take(&app, &code_of(&offered)).await;

    assert_eq!((offered.status, taken.status), (201, 201), "{} {}", offered.text(), taken.text());
    let url = offered.json()["url"].as_str().unwrap().to_owned();
    assert!(url.starts_with("http://") && url.contains("/talk/wroclaw?lang=uk#go-on="), "{url}");
    assert!(offered.json()["qr"]["path"].as_str().unwrap().starts_with("M0 0h7"));
    assert_eq!(offered.json()["valid_s"], 300);
    for answer in [&offered, &taken] {
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    let theirs = taken.cookie_value("__Host-okienko").unwrap();
    assert!(!cookie.contains(theirs));
    assert_eq!(taken.json()["token"], theirs);
    for cookie in [cookie.as_str(), &format!("__Host-okienko={theirs}")] {
        let page = app.send(Request::get("/talk/wroclaw").page().header("cookie", cookie)).await;
        assert!(page.text().contains("data-resume"));
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_code_works_once_and_for_five_minutes() {
    let app = TestApp::start().await;
    let cookie = app.citizen_cookie().await;
    let used = code_of(&offer(&app, &cookie, "{}").await);
    take(&app, &used).await;
    let old = code_of(&offer(&app, &cookie, "{}").await);
    app.pass(301);

    for each in [used.as_str(), &old, "0000", &"0".repeat(64)] {
        let refused = take(&app, each).await;
        assert_eq!((refused.status, code(&refused).as_str()), (404, "handover-unknown"), "{each}");
        assert!(refused.cookie("__Host-okienko").is_none());
    }
    app.stop().await;
}

#[actix_web::test]
async fn the_chosen_matter_goes_along_and_nothing_else_can() {
    let app = TestApp::start().await;
    let cookie = app.citizen_cookie().await;

    let offered = offer(&app, &cookie, &format!(r#"{{"matter":"{MATTER}"}}"#)).await;
    let refused = offer(&app, &cookie, r#"{"matter":"<script>"}"#).await;
    let nobody = offer(&app, "__Host-okienko=none", "{}").await;

    assert!(offered.json()["url"].as_str().unwrap().ends_with(&format!("&matter={MATTER}")));
    assert_eq!((refused.status, code(&refused).as_str()), (400, "bad-request"));
    assert_eq!(code(&nobody), "session-unknown");
    app.stop().await;
}

#[actix_web::test]
async fn another_sites_page_neither_offers_nor_takes_a_session() {
    let app = TestApp::start().await;
    let cookie = app.citizen_cookie().await;
    let theirs = code_of(&offer(&app, &cookie, "{}").await);
    let foreign = |path: &str| Request::post(path).header("cookie", &cookie).header("origin", "https://evil.example");

    let offered = app.send(foreign("/api/v1/sessions/me/handover").json("{}")).await;
    let taken = app.send(foreign("/api/v1/handovers").json(&format!(r#"{{"code":"{theirs}"}}"#))).await;

    assert_eq!((code(&offered).as_str(), code(&taken).as_str()), ("cross-site", "cross-site"));
    assert_eq!(take(&app, &theirs).await.status, 201);
    app.stop().await;
}
