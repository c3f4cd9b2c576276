use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};

use crate::client::Request;
use crate::test_app::TestApp;

#[actix_web::test]
async fn a_healthy_server_says_so() {
    let app = TestApp::start().await;

    let (alive, ready) = (app.get("/healthz").await, app.get("/readyz").await);

    assert_eq!((alive.status, alive.text()), (200, "ok\n"));
    assert_eq!((ready.status, ready.json()["ready"].as_bool()), (200, Some(true)), "{}", ready.text());
    app.stop().await;
}

#[actix_web::test]
async fn without_its_store_the_server_is_alive_and_not_ready() {
    let app = TestApp::start().await;

    app.state.store.close();

    let ready = app.get("/readyz").await;
    assert_eq!((ready.status, ready.json()["store"].as_str()), (503, Some("failed")), "{}", ready.text());
    assert_eq!(app.get("/healthz").await.status, 200);
    let session = Request::post("/api/v1/sessions").json(r#"{"site":"wroclaw","language":"pl"}"#);
    let answer = app.send(session).await;
    assert_eq!((answer.status, answer.json()["code"].as_str()), (503, Some("store-unavailable")));
    app.stop().await;
}

#[actix_web::test]
async fn however_many_ask_whether_it_is_ready_nothing_is_written_and_little_is_read() {
    let app = TestApp::with(&[("DATABASE__READERS", "1")]).await;
    let flood = async || {
        let asked = (0..60).map(|_| Request::get("/readyz").send(app.address));
        futures_util::future::join_all(asked).await.iter().map(|answer| answer.status).collect::<Vec<_>>()
    };
    let before = app.state.store.health();

    let while_well = flood().await;
    let (release, released) = std::sync::mpsc::channel::<()>();
    app.state.store.read(move |_| Ok(released.recv().is_ok()), |_| ());
    while app.get("/readyz").await.status == 200 {}
    let while_reads_hang = flood().await;

    let after = app.state.store.health();
    assert_eq!(while_well, [200; 60]);
    assert_eq!(while_reads_hang, [503; 60]);
    assert_eq!((after.commits, after.writes), (before.commits, before.writes));
    assert!(after.waiting_reads < 10, "{} reads wait for the reader", after.waiting_reads);
    release.send(()).unwrap();
    while app.get("/readyz").await.status != 200 {}
    app.stop().await;
}

#[actix_web::test]
async fn a_database_that_another_program_holds_makes_it_unready_until_it_lets_go() {
    let folder = std::env::temp_dir().join(format!("okienko-held-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("okienko.db").display().to_string();
    let app = TestApp::with(&[("DATABASE__URL", &format!("sqlite:{file}"))]).await;
    assert_eq!(app.get("/readyz").await.status, 200);
    let mut other = SqliteConnection::establish(&file).unwrap();

    other.batch_execute("BEGIN IMMEDIATE").unwrap();
    while app.get("/readyz").await.status == 200 {}
    assert_eq!(app.get("/healthz").await.status, 200);
    other.batch_execute("ROLLBACK").unwrap();
    while app.get("/readyz").await.status != 200 {}

    app.stop().await;
    std::fs::remove_dir_all(&folder).unwrap();
}

#[actix_web::test]
async fn counts_are_for_those_who_run_the_server() {
    let app = TestApp::start().await;
    let _ = app.page("/talk/wroclaw").await;

    for invented in ["BREW", "STEEP", "POUR"] {
        let _ = app.send(Request::of(invented, "/healthz")).await;
    }
    let inside = app.get("/metrics").await;
    let through_a_proxy = app.send(Request::get("/metrics").header("x-forwarded-for", "203.0.113.9")).await;

    assert_eq!(inside.status, 200);
    assert!(inside.header("content-type").unwrap().starts_with("application/openmetrics-text"));
    for name in
        ["okienko_sessions 0", "okienko_store_commits_total", "okienko_http_requests_total{route=\"/talk/{site}\""]
    {
        assert!(inside.text().contains(name), "{name}\n{}", inside.text());
    }
    assert!(inside.text().contains("method=\"other\"") && !inside.text().contains("BREW"), "{}", inside.text());
    assert!(inside.text().ends_with("# EOF\n"));
    assert_eq!(through_a_proxy.status, 404);
    app.stop().await;
}

#[actix_web::test]
async fn a_trusted_proxy_shows_counts_to_its_own_network_only() {
    let app = TestApp::with(&[("HTTP__TRUSTED_PROXIES", "127.0.0.1,10.0.0.0/8")]).await;
    let from = |address: &str| Request::get("/metrics").header("x-forwarded-for", address);

    assert_eq!(app.send(from("10.1.2.3")).await.status, 200);
    assert_eq!(app.send(from("203.0.113.9")).await.status, 404);
    app.stop().await;
}
