use jiff::tz::TimeZone;
use okienko::domain::hours;
use okienko::domain::office::{Closure, LocalText, OpeningHours};
use okienko::store::{OfficeScope, closures, matters, sites};
use serde_json::Value;

use crate::client::Request;
use crate::socket::Socket;
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
async fn a_matter_is_found_in_spite_of_typing_errors() {
    let app = TestApp::start().await;
    let names = async |typed: &str, language: &str| {
        let lang = format!("lang={language}");
        let all = app.get(&format!("/api/v1/sites/wroclaw/matters?{lang}")).await.json();
        let found = app.get(&format!("/api/v1/sites/wroclaw/matters/search?q={typed}&{lang}")).await.json();
        let name_of = |id: &Value| {
            let matter = all["matters"].as_array().unwrap().iter().find(|matter| matter["id"] == *id).unwrap();
            matter["name"].as_str().unwrap().to_owned()
        };
        found["ids"].as_array().unwrap().iter().map(name_of).collect::<Vec<_>>()
    };

    for typed in ["dowud", "dowud%20osobisty"] {
        assert_eq!(names(typed, "pl").await.first().map(String::as_str), Some("Dowody osobiste"), "{typed}");
    }
    let ukrainian = names("%D0%BF%D0%BE%D1%81%D0%B2%D1%96%D0%B4%D1%87%D0%B5%D0%BD%D1%8F", "uk").await;
    assert_eq!(ukrainian.first().map(String::as_str), Some("Посвідчення особи"));
    assert_eq!(names("hipopotam", "pl").await, Vec::<String>::new());
    assert_eq!(names("%20", "pl").await.len(), 6, "an empty search finds all");
    app.stop().await;
}

#[actix_web::test]
async fn whoever_has_no_matters_does_not_count_as_receiving() {
    let app = TestApp::start().await;

    let _manager = Socket::desk_of(app.address, "kierownik@demo.example").await;
    let _clerk = Socket::desk_of(app.address, "anna@demo.example").await;

    // What is open is told a moment after a clerk's own state.
    let told = async {
        loop {
            let receiving = app.get("/api/v1/sites/wroclaw/matters").await.json()["receiving"].as_u64();
            if receiving.is_some_and(|receiving| receiving > 0) {
                break receiving;
            }
            // Asked without a pause, one address would be one too many.
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    assert_eq!(tokio::time::timeout(std::time::Duration::from_secs(20), told).await.unwrap(), Some(1));
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
async fn on_a_day_off_launcher_and_panel_say_why_and_when_it_opens() {
    let app = TestApp::start().await;
    let zone = TimeZone::get("Europe/Warsaw").unwrap();
    let today = || hours::office_day(app.state.world.now(), &zone);
    while hours::holiday(today()).is_some() {
        app.pass(86_400);
    }
    let reason = LocalText { pl: "szkolenie <b>wszystkich</b>".to_owned(), en: None, uk: None };
    let day_off = Closure { day: today(), left: None, reason };
    let usual = |weekday| OpeningHours { weekday, from: 60, to: 1_380 };
    let close = move |db: &mut okienko::store::Db| {
        let site = sites::by_key(db, "wroclaw")?.expect("a demo site");
        let scope = OfficeScope::of(site.office);
        for matter in matters::of_office(db, scope)? {
            matters::set_hours(db, scope, matter.id, &(1..=7).map(usual).collect::<Vec<_>>())?;
        }
        closures::put(db, scope, &day_off)?;
        Ok(site.office)
    };
    let office = app.state.write(close).await.unwrap();
    app.state.switchboard.office_changed(office).await.unwrap();
    while app.get("/api/v1/sites/wroclaw/status?lang=pl").await.json()["open"] == true {}

    let status = app.get("/api/v1/sites/wroclaw/status?lang=pl").await.json();
    let matters = app.get("/api/v1/sites/wroclaw/matters?lang=pl").await.json();
    let page = app.page("/talk/wroclaw?lang=pl").await;

    assert_eq!((&status["open"], &matters["open"]), (&false.into(), &false.into()));
    let said = status["state_text"].as_str().unwrap();
    assert!(said.starts_with("Dziś nieczynne · otwarte ") && said.ends_with("od 1:00"), "{said}");
    let said = matters["closed_text"].as_str().unwrap();
    let expected = "Dziś urząd jest nieczynny: szkolenie <b>wszystkich</b>. Następne godziny: ";
    assert!(said.starts_with(expected) && said.ends_with("od 1:00."), "{said}");
    assert!(
        page.text().contains("Dziś urząd jest nieczynny: szkolenie &lt;b&gt;wszystkich&lt;/b&gt;."),
        "its words are text"
    );
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
