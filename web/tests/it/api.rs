use crate::client::Request;
use crate::test_app::TestApp;

#[actix_web::test]
async fn a_launcher_learns_all_it_shows() {
    let app = TestApp::start().await;

    let status = app.get("/api/v1/sites/wroclaw/status?lang=en").await.json();

    assert_eq!(status["site"], "wroclaw");
    assert_eq!(
        (status["lang"].as_str(), status["open"].as_bool()),
        (Some("en"), Some(true)),
        "one matter never closes"
    );
    assert_eq!(status["resume"], serde_json::Value::Null);
    for text in ["name", "label", "state_text", "frame_title", "close_text", "phone"] {
        assert!(!status[text].as_str().unwrap().is_empty(), "{text}");
    }
    for text in ["opens_text", "closes_text"] {
        assert!(status[text].is_string(), "{text}");
    }
    let look = &status["look"];
    for colour in ["brand", "on_brand", "brand_dark", "on_brand_dark"] {
        assert_eq!(look[colour].as_str().map(str::len), Some(7), "{colour}");
    }
    assert!(look["size_px"].is_u64() && look["offset_px"].is_u64());
    assert_eq!(look["corner"], "bottom-right");
    app.stop().await;
}

#[actix_web::test]
async fn the_panel_learns_the_matters() {
    let app = TestApp::start().await;

    let line = app.get("/api/v1/sites/wroclaw/matters?lang=uk").await.json();
    let matters = line["matters"].as_array().unwrap();

    assert!(matters.len() >= 3);
    assert_eq!((line["waiting"].as_u64(), line["receiving"].as_u64()), (Some(0), Some(0)));
    for matter in matters {
        for text in ["id", "letter", "name", "summary", "reason_text"] {
            assert!(matter[text].is_string(), "{text}");
        }
        assert_eq!(matter["open"], false, "nobody is on duty yet");
        assert!(!matter["reason_text"].as_str().unwrap().is_empty());
        assert!(matter["prepare"].is_array() && matter["languages"].is_array());
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_session_without_a_ticket_has_nothing_to_resume() {
    let app = TestApp::start().await;
    let cookie = app.citizen_cookie().await;

    let status = app.send(Request::get("/api/v1/sites/wroclaw/status").header("cookie", &cookie)).await;

    assert_eq!((status.status, &status.json()["resume"]), (200, &serde_json::Value::Null));
    app.stop().await;
}

#[actix_web::test]
async fn the_api_document_is_one() {
    let app = TestApp::start().await;

    let document = app.get("/api/v1/openapi.json").await.json();

    assert!(document["openapi"].as_str().unwrap().starts_with("3."));
    assert!(document["paths"]["/api/v1/sessions"]["post"]["responses"]["201"].is_object());
    for schema in ["Status", "Matters", "Begin", "Begun", "Problem"] {
        assert!(document["components"]["schemas"][schema].is_object(), "{schema}");
    }
    app.stop().await;
}

#[actix_web::test]
async fn status_is_limited_by_address() {
    let app = TestApp::with(&[("LIMITS__SESSIONS_PER_MIN", "1")]).await;

    let mut last = 0;
    for _ in 0..21 {
        last = app.get("/api/v1/sites/wroclaw/status").await.status;
    }

    assert_eq!(last, 429);
    app.stop().await;
}
