use crate::client::{Request, Response};
use crate::test_app::TestApp;

fn ancestors(answer: &Response) -> String {
    let policy = answer.header("content-security-policy").unwrap();
    let (_, rest) = policy.split_once("frame-ancestors ").unwrap();
    rest.split(';').next().unwrap().to_owned()
}

#[actix_web::test]
async fn only_a_sites_own_pages_may_frame_its_panel() {
    let app = TestApp::start().await;
    let port = app.address.port();
    app.allow("wroclaw", &["https://www.city.example", "https://*.city.example", "https://x; script-src *"]).await;
    app.allow("wroclaw-bip", &["https://bip.city.example"]).await;

    let panel = ancestors(&app.page("/w/wroclaw").await);
    let other_site = ancestors(&app.page("/w/wroclaw-bip").await);

    let own = format!("http://localhost:{port} http://127.0.0.1:{port}");
    assert_eq!(panel, format!("'self' https://www.city.example https://*.city.example {own}"));
    assert_eq!(other_site, format!("'self' https://bip.city.example {own}"));
    for path in ["/talk/wroclaw", "/login", "/privacy/wroclaw", "/", "/problems/busy"] {
        assert_eq!(ancestors(&app.page(path).await), "'none'", "{path}");
    }
    app.stop().await;
}

#[actix_web::test]
async fn the_demo_page_takes_the_widget_from_another_origin() {
    let app = TestApp::start().await;
    let port = app.address.port();
    let names = [("localhost", "127.0.0.1"), ("127.0.0.1", "localhost")];

    for (name, other) in names {
        let page = app.send(Request::get("/").page().header("host", &format!("{name}:{port}"))).await;
        let origin = format!("http://{other}:{port}");

        assert!(page.text().contains(&format!("src=\"{origin}/okienko.js\"")), "{name}");
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains(&format!("script-src 'self' {origin};")), "{policy}");
        assert!(policy.contains(&format!("frame-src {origin};")), "{policy}");
        assert!(page.header("permissions-policy").unwrap().contains(&format!("camera=(self \"{origin}\")")));
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_launcher_on_an_allowed_page_may_ask_with_its_cookie() {
    let app = TestApp::start().await;
    let allowed = "https://www.city.example";
    app.allow("wroclaw", &[allowed]).await;

    let answer = app.send(Request::get("/api/v1/sites/wroclaw/status").header("origin", allowed)).await;

    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("access-control-allow-origin"), Some(allowed));
    assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
    assert!(answer.header("vary").unwrap().contains("origin"));
    app.stop().await;
}

#[actix_web::test]
async fn a_launcher_on_a_foreign_page_is_told_why_not() {
    let app = TestApp::start().await;

    let foreign = Request::get("/api/v1/sites/wroclaw/status").header("origin", "https://evil.example");
    let answer = app.send(foreign).await;

    assert_eq!((answer.status, answer.json()["code"].as_str()), (403, Some("origin-not-allowed")));
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://evil.example"), "it can read the reason");
    app.stop().await;
}

#[actix_web::test]
async fn no_other_route_lets_foreign_pages_read() {
    let app = TestApp::start().await;
    let paths = ["/api/v1/sites/wroclaw/matters", "/w/wroclaw", "/login", "/api/v1/openapi.json", "/healthz"];

    for path in paths {
        let answer = app.send(Request::get(path).header("origin", "https://evil.example")).await;
        assert_eq!(answer.header("access-control-allow-origin"), None, "{path}");
    }
    app.stop().await;
}

#[actix_web::test]
async fn strangers_open_no_socket_of_a_desk() {
    let app = TestApp::start().await;

    let unknown = app.send(crate::socket::handshake("/ws/desk").header("origin", &app.origin())).await;

    assert_eq!((unknown.status, unknown.json()["code"].as_str()), (401, Some("login-required")));
    app.stop().await;
}
