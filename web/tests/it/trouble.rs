//! A store that hangs: who wants to write is told so in words, and who reads is served.

use std::sync::mpsc;

use crate::client::Request;
use crate::test_app::TestApp;

const BEGIN: &str = r#"{"site":"wroclaw","language":"pl"}"#;

#[actix_web::test]
async fn while_the_writer_hangs_writing_is_refused_and_reading_goes_on() {
    let app = TestApp::with(&[("DATABASE__TIMEOUT_MS", "300")]).await;
    let staff = app.staff_cookie("anna@demo.example").await;
    let (release, released) = mpsc::channel::<()>();
    app.state.store.write(move |_| Ok(released.recv().is_ok()), |_| ());

    let begun = app.send(Request::post("/api/v1/sessions").json(BEGIN)).await;
    let signed_in = app.sign_in("marek@demo.example", crate::test_app::PASSWORD).await;

    assert_eq!((begun.status, begun.json()["code"].as_str()), (503, Some("store-unavailable")), "{}", begun.text());
    assert_eq!((begun.header("retry-after"), begun.cookie("__Host-okienko")), (Some("5"), None));
    assert!(begun.json()["detail"].as_str().unwrap().len() > 10);
    assert_eq!((signed_in.status, signed_in.cookie("__Host-okienko-staff")), (503, None));
    for path in ["/api/v1/sites/wroclaw/status", "/talk/wroclaw", "/privacy/wroclaw", "/healthz"] {
        assert_eq!(app.page(path).await.status, 200, "{path}");
    }
    assert_eq!(app.send(Request::get("/desk").page().header("cookie", &staff)).await.status, 200);
    release.send(()).unwrap();
    assert_eq!(app.send(Request::post("/api/v1/sessions").json(BEGIN)).await.status, 201);
    app.stop().await;
}

#[actix_web::test]
async fn while_the_readers_hang_reading_is_refused() {
    let app = TestApp::with(&[("DATABASE__TIMEOUT_MS", "300"), ("DATABASE__READERS", "1")]).await;
    let (release, released) = mpsc::channel::<()>();
    app.state.store.read(move |_| Ok(released.recv().is_ok()), |_| ());

    let program = app.get("/api/v1/sites/wroclaw/status").await;
    let person = app.page("/talk/wroclaw?lang=pl").await;

    assert_eq!((program.status, program.json()["code"].as_str()), (503, Some("store-unavailable")));
    assert_eq!((person.status, person.header("retry-after")), (503, Some("5")));
    assert!(person.text().contains("<h1"), "a page with words");
    release.send(()).unwrap();
    assert_eq!(app.page("/talk/wroclaw").await.status, 200);
    app.stop().await;
}
