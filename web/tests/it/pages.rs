use crate::client::Request;
use crate::test_app::TestApp;

/// All pages that need no login.
const OPEN: [&str; 9] = [
    "/",
    "/gallery",
    "/w/wroclaw",
    "/talk/wroclaw",
    "/privacy/wroclaw",
    "/terms/wroclaw",
    "/accessibility/wroclaw",
    "/login",
    "/problems/line-full",
];

#[actix_web::test]
async fn every_page_is_complete_in_every_language() {
    let app = TestApp::start().await;
    let staff = app.staff_cookie("anna@demo.example").await;
    let languages = app.state.i18n.languages().to_vec();

    for path in OPEN.iter().chain(&["/desk"]) {
        for language in &languages {
            let request = Request::get(&format!("{path}?lang={language}")).page().header("cookie", &staff);
            // Whoever is signed in is led from the login to the desk.
            let request =
                if *path == "/login" { Request::get(&format!("{path}?lang={language}")).page() } else { request };
            let page = app.send(request).await;
            let html = page.text();

            assert_eq!(page.status, 200, "{path} {language}: {html}");
            assert!(html.contains(&format!("<html lang=\"{language}\"")), "{path} {language}");
            assert_eq!(page.header("content-language"), Some(language.as_str()), "{path}");
            assert!(html.trim_end().ends_with("</html>"), "{path} {language}");
            assert!(!html.contains("{{") && !html.contains("[object"), "{path} {language}");
            assert!(html.contains("<title>") && !html.contains("<title></title>"), "{path} {language}");
            assert!(html.contains("<h1"), "{path} {language}");
        }
    }
    app.stop().await;
}

#[actix_web::test]
async fn no_page_has_inline_script_or_style() {
    let app = TestApp::start().await;

    for path in OPEN {
        let page = app.page(path).await;
        let html = page.text();

        for script in html.split("<script").skip(1) {
            let tag = script.split('>').next().unwrap();
            assert!(tag.contains(" src=") || tag.contains("application/json"), "{path}: <script{tag}>");
        }
        for forbidden in ["<style", " style=\"", " onclick=", " onload=", "javascript:"] {
            assert!(!html.contains(forbidden), "{path}: {forbidden}");
        }
    }
    app.stop().await;
}

#[actix_web::test]
async fn every_answer_has_the_headers_that_keep_browsers_in_bounds() {
    let app = TestApp::start().await;
    let others =
        ["/okienko.js", "/assets/dev/css/base.css", "/api/v1/sites/wroclaw/status", "/healthz", "/nope", "/ws/desk"];

    for path in OPEN.iter().chain(&others) {
        let answer = app.page(path).await;
        let policy = answer.header("content-security-policy").unwrap_or_default();

        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe-") && !policy.contains('*'), "{path}: {policy}");
        for part in ["frame-ancestors", "base-uri 'none'", "form-action"] {
            assert!(policy.contains(part), "{path}: {part}");
        }
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("referrer-policy"), Some("same-origin"), "{path}");
        assert!(answer.header("permissions-policy").unwrap().contains("camera=(self"), "{path}");
        assert_eq!(answer.header("x-request-id").map(str::len), Some(32), "{path}");
        assert!(answer.header("cache-control").is_some(), "{path}");
        assert_eq!(answer.header("server"), None, "{path}");
        assert_eq!(answer.headers("content-security-policy").len(), 1, "{path}");
    }
    app.stop().await;
}

#[actix_web::test]
async fn pages_about_one_person_are_not_kept() {
    let app = TestApp::start().await;
    let staff = app.staff_cookie("anna@demo.example").await;

    for path in ["/w/wroclaw", "/talk/wroclaw", "/login", "/api/v1/sites/wroclaw/status"] {
        assert_eq!(app.page(path).await.header("cache-control"), Some("no-store"), "{path}");
    }
    let desk = app.send(Request::get("/desk").page().header("cookie", &staff)).await;
    assert_eq!(desk.header("cache-control"), Some("no-store"));
    assert_eq!(desk.header("cross-origin-opener-policy"), Some("same-origin"));
    app.stop().await;
}

#[actix_web::test]
async fn the_language_follows_the_reader() {
    let app = TestApp::start().await;
    let lang = |answer: &crate::client::Response| answer.header("content-language").unwrap().to_owned();

    let by_header =
        app.send(Request::get("/talk/wroclaw").page().header("accept-language", "uk-UA,uk;q=0.9,en;q=0.8")).await;
    let by_wish = app.send(Request::get("/talk/wroclaw?lang=en").page().header("accept-language", "uk")).await;
    let unknown = app.send(Request::get("/talk/wroclaw?lang=xx").page().header("accept-language", "de")).await;

    assert_eq!((lang(&by_header), lang(&by_wish), lang(&unknown)), ("uk".into(), "en".into(), "pl".into()));
    app.stop().await;
}

#[actix_web::test]
async fn a_chosen_language_stays_through_the_login() {
    let app = TestApp::start().await;
    let form = app.page("/login?lang=uk").await;
    let cookie = format!("__Host-okienko-form={}", form.cookie_value("__Host-okienko-form").unwrap());
    let csrf = crate::client::hidden(form.text(), "csrf");
    let send = |password: &str| {
        let fields = [("csrf", csrf.as_str()), ("email", "anna@demo.example"), ("password", password)];
        let referer = format!("{}/login?lang=uk", app.origin());
        app.send(Request::post("/login").page().header("cookie", &cookie).header("referer", &referer).form(&fields))
    };

    let wrong = send("wrong").await;
    let right = send(crate::test_app::PASSWORD).await;

    assert!(wrong.text().contains("<html lang=\"uk\""));
    assert_eq!(right.header("location"), Some("/desk?lang=uk"));
    app.stop().await;
}

#[actix_web::test]
async fn what_can_be_read_can_be_asked_for_its_head() {
    let app = TestApp::start().await;

    for path in ["/talk/wroclaw", "/okienko.js", "/healthz", "/assets/dev/css/base.css"] {
        let head = app.send(Request::head(path)).await;
        assert_eq!((head.status, head.bytes().len()), (200, 0), "{path}");
        assert!(head.header("content-type").is_some(), "{path}");
    }
    app.stop().await;
}

#[actix_web::test]
async fn production_has_no_demo_pages() {
    let settings = [("SERVER__MODE", "production"), ("HTTP__PUBLIC_URL", "https://okienko.example")];
    let app = TestApp::with(&settings).await;

    for path in ["/", "/gallery"] {
        let answer = app.page(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.header("strict-transport-security").is_some(), "{path}");
    }
    app.allow("wroclaw", &["https://www.city.example"]).await;
    let panel = app.page("/w/wroclaw").await;
    assert!(!panel.header("content-security-policy").unwrap().contains("localhost"));
    app.stop().await;
}

#[actix_web::test]
async fn a_legal_text_that_nobody_has_approved_says_so() {
    let app = TestApp::start().await;

    for path in ["/privacy/wroclaw", "/terms/wroclaw", "/accessibility/wroclaw"] {
        let page = app.page(path).await;
        assert_eq!(page.text().matches("Wzór: wymaga zatwierdzenia przez urząd").count(), 1, "{path}");
    }
    app.stop().await;
}
