//! Every route of the server, in one table, grouped by who calls it.

use actix_web::http::Method;
use actix_web::{Route, guard, middleware, web};

use crate::problem::{EdgeCode, Problem};
use crate::socket;

mod api_document;
mod assets;
mod blocks;
mod demo;
mod desk;
mod documents;
#[cfg(feature = "failure-points")]
mod failures;
mod faq;
mod feedback;
mod handover;
mod legal;
mod login;
mod operator;
mod problems;
mod sessions;
mod sites;
mod widget;

pub use api_document::ApiDocument;

/// Who calls a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// Somebody's browser on a city's page, or on ours.
    Citizen,
    /// A member of staff.
    Staff,
    /// A member of a call, whoever they are: the address is their key.
    Member,
    /// Any browser: what pages are made of.
    Browser,
    /// Whoever runs the server, or a program of theirs.
    Operator,
    /// Whoever tries Okienko; not there in production.
    Demo,
}

/// One route.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Who calls it.
    pub caller: Caller,
    /// The method.
    pub method: Method,
    /// The path, with parameters in braces.
    pub path: &'static str,
    /// Makes the route that is served.
    route: fn() -> Route,
}

const fn get(caller: Caller, path: &'static str, route: fn() -> Route) -> Entry {
    Entry { caller, method: Method::GET, path, route }
}

const fn post(caller: Caller, path: &'static str, route: fn() -> Route) -> Entry {
    Entry { caller, method: Method::POST, path, route }
}

const fn put(caller: Caller, path: &'static str, route: fn() -> Route) -> Entry {
    Entry { caller, method: Method::PUT, path, route }
}

const fn patch(caller: Caller, path: &'static str, route: fn() -> Route) -> Entry {
    Entry { caller, method: Method::PATCH, path, route }
}

const fn head(caller: Caller, path: &'static str, route: fn() -> Route) -> Entry {
    Entry { caller, method: Method::HEAD, path, route }
}

const fn delete(caller: Caller, path: &'static str, route: fn() -> Route) -> Entry {
    Entry { caller, method: Method::DELETE, path, route }
}

use Caller::{Browser, Citizen, Demo, Member, Operator, Staff};

/// The table. Routes of one path stand together.
pub const TABLE: &[Entry] = &[
    get(Citizen, "/w/{site}", || read().to(widget::embedded)),
    get(Citizen, "/w/{site}/look.css", || read().to(widget::look)),
    get(Citizen, "/w/{site}/preview", || read().to(widget::preview)),
    get(Citizen, "/talk/{site}", || read().to(widget::own_page)),
    get(Citizen, "/privacy/{site}", || read().to(legal::privacy)),
    get(Citizen, "/terms/{site}", || read().to(legal::terms)),
    get(Citizen, "/accessibility/{site}", || read().to(legal::accessibility)),
    get(Citizen, "/faq/{site}", || read().to(faq::all)),
    get(Citizen, "/faq/{site}/{slug}", || read().to(faq::one)),
    get(Citizen, "/api/v1/sites/{site}/status", || read().to(sites::status)),
    get(Citizen, "/api/v1/sites/{site}/matters", || read().to(sites::matters)),
    get(Citizen, "/api/v1/sites/{site}/matters/search", || read().to(sites::search_matters)),
    get(Citizen, "/api/v1/sites/{site}/questions", || read().to(faq::search)),
    post(Citizen, "/api/v1/sites/{site}/questions/{slug}/votes", || web::post().to(faq::vote)),
    post(Citizen, "/api/v1/sessions", || web::post().to(sessions::begin)),
    get(Citizen, "/api/v1/sessions/me", || read().to(sessions::remembered)),
    post(Citizen, "/api/v1/sessions/me", || web::post().to(sessions::keep)),
    delete(Citizen, "/api/v1/sessions/me", || web::delete().to(sessions::forget)),
    post(Citizen, "/api/v1/sessions/me/handover", || web::post().to(handover::offer)),
    post(Citizen, "/api/v1/handovers", || web::post().to(handover::take)),
    get(Citizen, "/api/v1/rating", || read().to(feedback::rating)),
    put(Citizen, "/api/v1/rating", || web::put().to(feedback::rate)),
    get(Citizen, "/ws/citizen", || web::get().to(socket::citizen::connect)),
    get(Staff, "/login", || read().to(login::form)),
    post(Staff, "/login", || web::post().to(login::sign_in)),
    post(Staff, "/logout", || web::post().to(login::sign_out)),
    get(Staff, "/desk", || read().to(desk::console)),
    get(Staff, "/desk/preview", || read().to(desk::preview)),
    get(Staff, "/manage", || read().to(desk::manage)),
    get(Staff, "/manage/blocks", || read().to(blocks::page)),
    post(Staff, "/manage/blocks/{block}/lift", || web::post().to(blocks::lift_by_form)),
    get(Staff, "/api/v1/desk/notes/{ticket}", || read().to(feedback::note)),
    put(Staff, "/api/v1/desk/notes/{ticket}", || web::put().to(feedback::save_note)),
    get(Staff, "/api/v1/manage/blocks", || read().to(blocks::list)),
    delete(Staff, "/api/v1/manage/blocks/{block}", || web::delete().to(blocks::lift)),
    get(Staff, "/ws/desk", || web::get().to(socket::desk::connect)),
    head(Member, "/api/v1/uploads/{token}", || web::head().to(documents::progress)),
    patch(Member, "/api/v1/uploads/{token}", || web::patch().to(documents::receive)),
    get(Member, "/d/{token}", || read().to(documents::fetch)),
    get(Browser, "/okienko.js", || read().to(assets::loader)),
    get(Browser, "/assets/{hash}/{path:.*}", || read().to(assets::asset)),
    get(Browser, "/favicon.ico", || read().to(assets::favicon)),
    get(Browser, "/robots.txt", || read().to(assets::robots)),
    get(Browser, "/problems/{code}", || read().to(problems::page)),
    get(Operator, "/api/v1/openapi.json", || read().to(api_document::json)),
    get(Operator, "/healthz", || read().to(operator::alive)),
    get(Operator, "/readyz", || read().to(operator::ready)),
    get(Operator, "/metrics", || read().to(operator::metrics)),
    #[cfg(feature = "failure-points")]
    get(Operator, "/failures", || read().to(failures::list)),
    #[cfg(feature = "failure-points")]
    post(Operator, "/failures", || web::post().to(failures::arm)),
    #[cfg(feature = "failure-points")]
    delete(Operator, "/failures", || web::delete().to(failures::disarm)),
    get(Demo, "/", || read().to(demo::host_page)),
    get(Demo, "/gallery", || read().to(demo::gallery)),
];

/// What is asked with GET can be asked with HEAD, without a body (RFC 9110 §9.3.2).
fn read() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

/// Adds all routes to a server. What no route takes is `not-found`, a path without the method `method-not-allowed`.
pub fn configure(server: &mut web::ServiceConfig, max_body_bytes: usize) {
    let mut rest = TABLE;
    while let Some(first) = rest.first() {
        let same_path = rest.iter().take_while(|entry| entry.path == first.path).count();
        let (entries, others) = rest.split_at(same_path);
        rest = others;
        let mut resource = web::resource(first.path).default_service(web::to(method_not_allowed));
        for entry in entries {
            resource = resource.route((entry.route)());
        }
        if first.path.starts_with("/ws/") || first.path.starts_with("/d/") {
            // Nothing may touch the bytes of a socket, or of a document.
            server.service(resource);
        } else {
            server.service(resource.wrap(middleware::Compress::default()));
        }
    }
    server
        .default_service(web::to(not_found))
        .app_data(web::PayloadConfig::new(max_body_bytes))
        .app_data(
            web::JsonConfig::default().limit(max_body_bytes).error_handler(|error, _| body_problem(&error).into()),
        )
        .app_data(
            web::FormConfig::default().limit(max_body_bytes).error_handler(|error, _| form_problem(&error).into()),
        )
        .app_data(web::PathConfig::default().error_handler(|error, _| bad_request(&error).into()))
        .app_data(web::QueryConfig::default().error_handler(|error, _| bad_request(&error).into()));
}

async fn not_found() -> Result<String, Problem> {
    Err(EdgeCode::NotFound.into())
}

async fn method_not_allowed() -> Result<String, Problem> {
    Err(EdgeCode::MethodNotAllowed.into())
}

fn bad_request(error: &dyn std::fmt::Display) -> Problem {
    Problem::new(EdgeCode::BadRequest).because(error)
}

fn body_problem(error: &actix_web::error::JsonPayloadError) -> Problem {
    use actix_web::error::JsonPayloadError as E;
    match error {
        E::Overflow { .. } | E::OverflowKnownLength { .. } => EdgeCode::BodyTooLarge.into(),
        E::ContentType => EdgeCode::MediaTypeUnknown.into(),
        other => bad_request(other),
    }
}

fn form_problem(error: &actix_web::error::UrlencodedError) -> Problem {
    use actix_web::error::UrlencodedError as E;
    match error {
        E::Overflow { .. } => EdgeCode::BodyTooLarge.into(),
        E::ContentType => EdgeCode::MediaTypeUnknown.into(),
        other => bad_request(other),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use utoipa::OpenApi;

    use super::*;

    fn described() -> BTreeSet<(String, String)> {
        let document = serde_json::to_value(ApiDocument::openapi()).unwrap();
        let paths = document["paths"].as_object().unwrap();
        let methods = |(path, item): (&String, &serde_json::Value)| {
            let methods: Vec<String> = item.as_object().unwrap().keys().map(|method| method.to_uppercase()).collect();
            methods.into_iter().map(|method| (method, path.clone())).collect::<Vec<_>>()
        };
        paths.iter().flat_map(methods).collect()
    }

    #[test]
    fn the_api_document_describes_the_api_and_nothing_else() {
        let served: BTreeSet<(String, String)> = TABLE
            .iter()
            .filter(|entry| entry.path.starts_with("/api/"))
            .map(|entry| (entry.method.to_string(), entry.path.to_owned()))
            .collect();

        assert_eq!(described(), served);
    }

    #[test]
    fn routes_of_one_path_stand_together() {
        let mut seen = BTreeSet::new();
        for entries in TABLE.chunk_by(|a, b| a.path == b.path) {
            assert!(seen.insert(entries[0].path), "{} stands twice", entries[0].path);
        }
    }

    #[test]
    fn every_route_is_in_the_prose() {
        let prose = concat!(include_str!("../../docs/API.md"), include_str!("../../docs/FAILURE-POINTS.md"));

        let missing: Vec<String> = TABLE
            .iter()
            .map(|entry| format!("`{} {}`", entry.method, entry.path))
            .filter(|line| !prose.contains(line))
            .collect();

        assert!(missing.is_empty(), "{}", missing.join("\n"));
    }
}
