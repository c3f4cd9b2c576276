//! Managers and the blocks that follow abuse, over real sockets and plain HTTP.

use crate::client::{Request, citizen_token, hidden};
use crate::socket::Socket;
use crate::test_app::TestApp;

/// A call that Anna has broken off, with an hour's block. Gives the citizen's token.
async fn broken_off(app: &TestApp) -> String {
    let mut clerk = Socket::clerk(app.address).await;
    let token = citizen_token(app.address).await;
    let mut citizen = Socket::citizen(app.address).await;
    citizen.hello(Some(&token)).await;
    citizen.join(app.address).await;
    clerk.say(r#"{"key":"next","type":"call-next"}"#).await;
    let _called = citizen.frame_of("called").await;
    citizen.say(r#"{"key":"accept","type":"accept"}"#).await;
    clerk.until_state("in-call").await;

    clerk.say(r#"{"key":"off","type":"break-off","reason":"threats","block":"hour"}"#).await;

    let ended = citizen.frame_of("ended").await;
    assert_eq!(ended["reason"], "broken-off");
    assert!(!ended.to_string().contains("threats"), "the reason is the office's: {ended}");
    token
}

#[actix_web::test]
async fn only_a_manager_lifts_a_block_and_only_by_a_page_of_their_own() {
    let app = TestApp::start().await;
    let _token = broken_off(&app).await;
    let (manager, clerk) =
        (app.staff_cookie("kierownik@demo.example").await, app.staff_cookie("marek@demo.example").await);
    let list = async |cookie: &str| app.send(Request::get("/api/v1/manage/blocks").header("cookie", cookie)).await;

    let (seen, refused, stranger) = (list(&manager).await, list(&clerk).await, app.get("/api/v1/manage/blocks").await);
    assert_eq!((refused.status, stranger.status), (403, 401));
    let blocks = seen.json()["blocks"].as_array().unwrap().clone();
    assert_eq!((blocks.len(), blocks[0]["reason"].as_str()), (1, Some("threats")));
    assert!(!seen.text().contains("mark"), "{}", seen.text());
    let id = blocks[0]["id"].as_str().unwrap();

    let lift = |cookie: &str, csrf: &str| {
        let form = Request::post(&format!("/manage/blocks/{id}/lift")).page().header("cookie", cookie);
        app.send(form.form(&[("csrf", csrf)]))
    };
    let forged = lift(&manager, "0000").await;
    let of_a_clerk = lift(&clerk, "0000").await;
    assert_eq!((forged.status, of_a_clerk.status), (403, 403), "{}", forged.text());
    let from_elsewhere = Request::delete(&format!("/api/v1/manage/blocks/{id}")).header("cookie", &manager);
    assert_eq!(app.send(from_elsewhere.header("sec-fetch-site", "cross-site")).await.status, 403);
    assert_eq!(list(&manager).await.json()["blocks"].as_array().unwrap().len(), 1);

    let page = app.send(Request::get("/manage/blocks").page().header("cookie", &manager)).await;
    let csrf = hidden(page.text(), "csrf");
    let (lifted, again) = (lift(&manager, &csrf).await, lift(&manager, &csrf).await);
    assert_eq!((lifted.status, lifted.header("location")), (303, Some("/manage/blocks?done=lifted")));
    assert_eq!((again.status, again.header("location")), (303, Some("/manage/blocks?done=gone")));
    assert_eq!(list(&manager).await.json()["blocks"].as_array().unwrap().len(), 0);
    app.stop().await;
}

#[actix_web::test]
async fn the_cookie_of_a_device_that_is_kept_out_works_in_a_frame_and_lasts_as_long_as_the_block() {
    let app = TestApp::start().await;
    let token = broken_off(&app).await;
    let keep = |token: &str| {
        app.send(Request::post("/api/v1/sessions/me").header("cookie", &format!("__Host-okienko={token}")))
    };

    let kept = keep(&token).await;
    let stranger = keep(&citizen_token(app.address).await).await;

    let cookie = kept.cookie("__Host-okienko-device").expect("a cookie for the device");
    for attribute in ["Path=/", "Secure", "HttpOnly", "SameSite=None", "Partitioned"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    let lasts_s: i64 = cookie.split("Max-Age=").nth(1).unwrap().split(';').next().unwrap().parse().unwrap();
    assert!((3_500..=3_600).contains(&lasts_s), "{cookie}");
    assert!(!cookie.contains(&token), "the session cannot be learnt from it");
    assert_eq!(stranger.cookie("__Host-okienko-device"), None);
    app.stop().await;
}
