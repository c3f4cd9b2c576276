use crate::client::{Request, hidden};
use crate::socket::{Socket, handshake};
use crate::test_app::{PASSWORD, TestApp};

#[actix_web::test]
async fn a_clerk_signs_in_with_a_cookie_of_their_own() {
    let app = TestApp::start().await;

    let response = app.sign_in(" Anna@Demo.example ", PASSWORD).await;

    assert_eq!((response.status, response.header("location")), (303, Some("/desk")), "{}", response.text());
    let cookie = response.cookie("__Host-okienko-staff").unwrap();
    for attribute in ["Path=/", "Secure", "HttpOnly", "SameSite=Strict", "Max-Age="] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(response.cookie("__Host-okienko-form").unwrap().contains("Max-Age=0"));
    let cookie = format!("__Host-okienko-staff={}", response.cookie_value("__Host-okienko-staff").unwrap());
    let desk = app.send(Request::get("/desk").page().header("cookie", &cookie)).await;
    assert_eq!(desk.status, 200);
    assert!(desk.text().contains("Anna"));
    app.stop().await;
}

#[actix_web::test]
async fn a_wrong_password_and_an_unknown_person_are_told_the_same() {
    let app = TestApp::start().await;

    let wrong = app.sign_in("anna@demo.example", "wrong").await;
    let unknown = app.sign_in("nobody@demo.example", "wrong").await;

    for answer in [&wrong, &unknown] {
        assert_eq!(answer.status, 422);
        assert_eq!(answer.cookie("__Host-okienko-staff"), None);
        assert!(answer.text().contains("aria-invalid=\"true\""));
    }
    let without = |page: &str, email: &str| page.replace(email, "E").replace(&hidden(page, "csrf"), "C");
    assert_eq!(without(wrong.text(), "anna@demo.example"), without(unknown.text(), "nobody@demo.example"));
    assert!(wrong.text().contains("value=\"anna@demo.example\""), "what was typed stays");
    assert!(!wrong.text().contains("value=\"wrong\""), "except the password");
    app.stop().await;
}

#[actix_web::test]
async fn empty_fields_are_named() {
    let app = TestApp::start().await;

    let answer = app.sign_in("", "").await;

    assert_eq!(answer.status, 422);
    assert!(answer.text().contains("href=\"#field-email\"") && answer.text().contains("href=\"#field-password\""));
    app.stop().await;
}

#[actix_web::test]
async fn a_form_from_elsewhere_signs_nobody_in() {
    let app = TestApp::start().await;
    let form = app.page("/login").await;
    let cookie = format!("__Host-okienko-form={}", form.cookie_value("__Host-okienko-form").unwrap());
    let csrf = hidden(form.text(), "csrf");
    let fields = |csrf| [("csrf", csrf), ("email", "anna@demo.example"), ("password", PASSWORD)];

    let no_cookie = app.send(Request::post("/login").page().form(&fields(&csrf))).await;
    let no_token = app.send(Request::post("/login").page().header("cookie", &cookie).form(&fields(""))).await;
    let foreign = Request::post("/login").page().header("cookie", &cookie).header("origin", "https://evil.example");
    let foreign = app.send(foreign.form(&fields(&csrf))).await;

    for (answer, code) in [(no_cookie, "form-expired"), (no_token, "form-expired"), (foreign, "cross-site")] {
        assert_eq!(answer.status, 403, "{code}");
        assert!(answer.text().contains(code), "{}", answer.text());
        assert_eq!(answer.cookie("__Host-okienko-staff"), None);
    }
    app.stop().await;
}

#[actix_web::test]
async fn guessing_is_slowed_down_for_the_account_and_the_right_password_counts_nothing() {
    let app = TestApp::with(&[("LIMITS__LOGINS_PER_MIN_PER_ACCOUNT", "2")]).await;

    for _ in 0..3 {
        assert_eq!(app.sign_in("marek@demo.example", PASSWORD).await.status, 303);
    }
    for _ in 0..2 {
        assert_eq!(app.sign_in("anna@demo.example", "guess").await.status, 422);
    }
    let limited = app.sign_in("ANNA@demo.example", PASSWORD).await;

    assert_eq!(limited.status, 429);
    assert!(limited.header("retry-after").is_some());
    assert_eq!(app.sign_in("marek@demo.example", PASSWORD).await.status, 303);
    app.stop().await;
}

#[actix_web::test]
async fn guessing_is_slowed_down_for_the_address() {
    let app = TestApp::with(&[("LIMITS__LOGINS_PER_MIN_PER_ADDRESS", "2")]).await;

    for email in ["a@x.example", "b@x.example"] {
        assert_eq!(app.sign_in(email, "guess").await.status, 422);
    }

    assert_eq!(app.sign_in("c@x.example", "guess").await.status, 429);
    app.stop().await;
}

#[actix_web::test]
async fn the_desk_leads_strangers_to_the_login() {
    let app = TestApp::start().await;

    let page = app.page("/desk").await;
    let program = app.get("/desk").await;

    assert_eq!((page.status, page.header("location")), (303, Some("/login")));
    assert_eq!((program.status, program.json()["code"].as_str()), (401, Some("login-required")));
    let forged = Request::get("/desk").page().header("cookie", &format!("__Host-okienko-staff={}", "0".repeat(64)));
    assert_eq!(app.send(forged).await.status, 303);
    app.stop().await;
}

#[actix_web::test]
async fn a_citizens_cookie_is_no_login() {
    let app = TestApp::start().await;
    let citizen = app.citizen_cookie().await;
    let token = citizen.split_once('=').unwrap().1;

    let answer =
        app.send(Request::get("/desk").page().header("cookie", &format!("__Host-okienko-staff={token}"))).await;

    assert_eq!(answer.status, 303);
    app.stop().await;
}

#[actix_web::test]
async fn a_login_without_a_sign_of_life_is_over_after_fifteen_minutes() {
    let app = TestApp::start().await;
    let idle = app.staff_cookie("anna@demo.example").await;
    let busy = app.staff_cookie("marek@demo.example").await;
    let desk = |cookie: &str| Request::get("/desk").page().header("cookie", cookie);

    app.pass(10 * 60);
    assert_eq!(app.send(desk(&busy)).await.status, 200);
    // The sign of life is written after the answer; whatever is written next comes after it.
    app.state.write(|_| Ok(())).await.unwrap();
    app.pass(6 * 60);

    assert_eq!(app.send(desk(&busy)).await.status, 200);
    assert_eq!(app.send(desk(&idle)).await.status, 303);
    app.stop().await;
}

#[actix_web::test]
async fn a_desk_whose_connection_breaks_again_and_again_stays_signed_in() {
    let app = TestApp::start().await;
    let cookie = app.staff_cookie("anna@demo.example").await;
    let own = || handshake("/ws/desk").header("origin", &app.origin()).header("cookie", &cookie);

    for _ in 0..3 {
        app.pass(10 * 60);
        assert!(Socket::open(app.address, own()).await.is_ok(), "no connection lasted for a minute");
        // The sign of life is written after the answer; whatever is written next comes after it.
        app.state.write(|_| Ok(())).await.unwrap();
    }
    app.stop().await;
}

#[actix_web::test]
async fn signing_out_ends_the_login_on_the_server() {
    let app = TestApp::start().await;
    let cookie = app.staff_cookie("anna@demo.example").await;
    let desk = app.send(Request::get("/desk").page().header("cookie", &cookie)).await;
    let csrf = hidden(desk.text(), "csrf");

    let without = app.send(Request::post("/logout").page().header("cookie", &cookie).form(&[("csrf", "")])).await;
    let out = app.send(Request::post("/logout").page().header("cookie", &cookie).form(&[("csrf", &csrf)])).await;

    assert_eq!(without.status, 403);
    assert_eq!((out.status, out.header("location")), (303, Some("/login")));
    assert!(out.cookie("__Host-okienko-staff").unwrap().contains("Max-Age=0"));
    let again = app.send(Request::get("/desk").page().header("cookie", &cookie)).await;
    assert_eq!(again.status, 303, "the cookie is worth nothing, even if somebody kept it");
    app.stop().await;
}

#[actix_web::test]
async fn managers_have_the_desk_and_clerks_are_no_managers() {
    let app = TestApp::start().await;
    let manager = app.staff_cookie("kierownik@demo.example").await;
    let clerk = app.staff_cookie("anna@demo.example").await;
    let manage = |cookie: &str| Request::get("/manage").page().header("cookie", cookie);

    let as_manager = app.send(manage(&manager)).await;
    let as_clerk = app.send(manage(&clerk)).await;

    assert_eq!((as_manager.status, as_manager.header("location")), (303, Some("/desk")));
    assert_eq!(as_clerk.status, 403);
    let desk = async |cookie: &str| app.send(Request::get("/desk").page().header("cookie", cookie)).await;
    let (managers, clerks) = (desk(&manager).await, desk(&clerk).await);
    assert_eq!((managers.status, clerks.status), (200, 200));
    // Whoever has no matters is told so, and which accounts have some.
    assert!(managers.text().contains(r#"id="no-matters-heading">To konto nie przyjmuje klientów<"#));
    assert!(!clerks.text().contains("no-matters-heading"));
    app.stop().await;
}
