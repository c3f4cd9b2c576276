use crate::client::Request;
use crate::test_app::TestApp;

#[actix_web::test]
async fn a_program_gets_a_problem_as_json() {
    let app = TestApp::start().await;

    let answer = app.send(Request::get("/api/v1/sites/nowhere/status?lang=en")).await;
    let body = answer.json();

    assert_eq!((answer.status, answer.header("content-type")), (404, Some("application/problem+json")));
    assert_eq!(body["type"], "/problems/site-unknown");
    assert_eq!((body["status"].as_u64(), body["code"].as_str()), (Some(404), Some("site-unknown")));
    assert!(body["title"].as_str().unwrap().len() > 5 && body["detail"].is_string());
    assert_eq!(body["instance"], format!("urn:okienko:request:{}", answer.header("x-request-id").unwrap()));
    assert_eq!(answer.header("content-language"), Some("en"));
    app.stop().await;
}

#[actix_web::test]
async fn a_person_gets_the_same_as_a_page() {
    let app = TestApp::start().await;

    let page = app.page("/talk/nowhere?lang=pl").await;

    assert_eq!((page.status, page.header("content-type")), (404, Some("text/html; charset=utf-8")));
    assert!(page.text().contains("site-unknown") && page.text().contains(page.header("x-request-id").unwrap()));
    let explained = app.page("/problems/site-unknown").await;
    assert_eq!(explained.status, 200);
    app.stop().await;
}

#[actix_web::test]
async fn a_known_path_with_another_method_says_so() {
    let app = TestApp::start().await;

    for request in [Request::post("/healthz"), Request::delete("/api/v1/sessions"), Request::get("/api/v1/sessions")] {
        let answer = app.send(request).await;
        assert_eq!((answer.status, answer.json()["code"].as_str()), (405, Some("method-not-allowed")));
    }
    app.stop().await;
}

#[actix_web::test]
async fn odd_keys_are_unknown_sites_and_nothing_worse() {
    let app = TestApp::start().await;
    let long = "x".repeat(500);

    for key in ["%00", "..%2f..", "a%20b", "'%20or%201=1--", long.as_str(), "%F0%9F%98%80"] {
        let answer = app.send(Request::get(&format!("/api/v1/sites/{key}/status"))).await;
        assert!(matches!(answer.status, 400 | 404), "{key}: {}", answer.status);
    }
    app.stop().await;
}

#[actix_web::test]
async fn every_code_has_a_page() {
    let app = TestApp::start().await;

    for code in okienko_web::problem::Code::all() {
        assert_eq!(app.page(&format!("/problems/{}", code.word())).await.status, 200, "{}", code.word());
    }
    assert_eq!(app.page("/problems/none").await.status, 404);
    app.stop().await;
}
