use actix_web::http::header;
use actix_web::test::TestRequest;
use okienko_web::assets::Assets;

use crate::client::Request;
use crate::test_app::TestApp;

fn respond(assets: &Assets, hash: &str, path: &str, encoding: &str) -> actix_web::HttpResponse {
    let request = TestRequest::default().insert_header((header::ACCEPT_ENCODING, encoding)).to_http_request();
    assets.respond(&request, hash, path).unwrap()
}

fn said(response: &actix_web::HttpResponse, header: &str) -> String {
    response.headers().get(header).unwrap().to_str().unwrap().to_owned()
}

#[test]
fn a_release_serves_assets_for_good_and_packed() {
    let assets = Assets::packed();

    let packed = respond(&assets, assets.hash(), "css/base.css", "gzip, br");
    let plain = respond(&assets, assets.hash(), "css/base.css", "identity");

    assert_eq!(said(&packed, "cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(said(&packed, "content-encoding"), "gzip");
    assert_eq!(said(&packed, "content-type"), "text/css; charset=utf-8");
    assert!(plain.headers().get("content-encoding").is_none());
    assert_eq!(said(&plain, "vary"), "accept-encoding");
}

#[test]
fn a_page_from_before_an_upgrade_gets_the_present_file_and_does_not_keep_it() {
    let answer = respond(&Assets::packed(), "0123456789abcdef", "css/base.css", "");

    assert_eq!(said(&answer, "cache-control"), "no-store");
}

#[test]
fn a_known_file_is_not_sent_again() {
    let assets = Assets::packed();
    let first = respond(&assets, assets.hash(), "css/base.css", "");

    let request = TestRequest::default().insert_header((header::IF_NONE_MATCH, said(&first, "etag"))).to_http_request();
    let again = assets.respond(&request, assets.hash(), "css/base.css").unwrap();

    assert_eq!(again.status(), 304);
}

#[test]
fn the_loader_is_kept_for_five_minutes_and_is_small() {
    let assets = Assets::packed();
    let request = TestRequest::default().insert_header((header::ACCEPT_ENCODING, "gzip")).to_http_request();

    let loader = assets.respond_loader(&request).unwrap();

    assert!(said(&loader, "cache-control").starts_with("public, max-age=300"));
    assert_eq!(said(&loader, "content-type"), "text/javascript; charset=utf-8");
    assert_eq!(said(&loader, "cross-origin-resource-policy"), "cross-origin");
    let bytes = actix_web::body::MessageBody::try_into_bytes(loader.into_body()).unwrap();
    assert!(bytes.len() <= 5 * 1024, "the loader has {} bytes", bytes.len());
}

#[actix_web::test]
async fn what_is_not_there_is_a_problem() {
    let app = TestApp::start().await;

    for path in [
        "/assets/dev/none.js",
        "/assets/dev/../Cargo.toml",
        "/assets/dev/widget/panel.hbs",
        "/assets/dev/%2e%2e/Cargo.toml",
    ] {
        let answer = app.send(Request::get(path)).await;
        assert_eq!((answer.status, answer.json()["code"].as_str()), (404, Some("not-found")), "{path}");
    }
    app.stop().await;
}

#[actix_web::test]
async fn every_file_that_a_page_names_is_there() {
    let app = TestApp::start().await;

    for path in ["/", "/gallery", "/w/wroclaw", "/login", "/privacy/wroclaw", "/problems/busy"] {
        let page = app.page(path).await;
        let named =
            page.text().split(['"', '\'']).filter(|text| text.starts_with("/assets/") || text.contains("look.css"));
        for address in named {
            // A base that modules put file names to, or a picture of the sprite.
            let file = address.split('#').next().unwrap();
            if file.rsplit('/').next().is_some_and(|name| name.contains('.')) {
                assert_eq!(app.get(file).await.status, 200, "{path} names {file}");
            }
        }
    }
    app.stop().await;
}

#[actix_web::test]
async fn pages_are_packed_for_those_who_can_unpack() {
    let app = TestApp::start().await;

    let page = app.send(Request::get("/w/wroclaw").page().header("accept-encoding", "gzip")).await;

    assert_eq!(page.header("content-encoding"), Some("gzip"));
    // The questions and answers are in it: whoever waits reads them without another request.
    assert!(page.bytes().len() < 36_000, "the panel has {} bytes", page.bytes().len());
    app.stop().await;
}

#[actix_web::test]
async fn colours_are_kept_as_long_as_their_version() {
    let app = TestApp::start().await;
    let panel = app.page("/w/wroclaw").await;
    let address = panel.text().split('"').find(|text| text.contains("/look.css")).unwrap().to_owned();

    let current = app.get(&address).await;
    let plain = app.get("/w/wroclaw/look.css").await;

    assert_eq!(current.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(plain.header("cache-control"), Some("no-cache"));
    for variable in ["--brand:", "--on-brand:", "--brand-ink:", "prefers-color-scheme: dark"] {
        assert!(current.text().contains(variable), "{variable}");
    }
    app.stop().await;
}
