//! Browser: what pages are made of.

use actix_web::http::header;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::problem::{EdgeCode, Problem};
use crate::state::AppState;

/// A script, style or icon: `GET /assets/{hash}/{path}`.
pub(super) async fn asset(
    request: HttpRequest,
    address: Path<(String, String)>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let (hash, path) = address.into_inner();
    state.assets.respond(&request, &hash, &path).ok_or_else(|| EdgeCode::NotFound.into())
}

/// What a city pastes: `GET /okienko.js`.
pub(super) async fn loader(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, Problem> {
    state.assets.respond_loader(&request).ok_or_else(|| EdgeCode::NotFound.into())
}

/// For browsers that ask without having been told: `GET /favicon.ico`.
pub(super) async fn favicon(state: Data<AppState>) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, state.assets.url("favicon.svg"))).finish()
}

/// Nothing here is for search engines but the panel's own page: `GET /robots.txt`.
pub(super) async fn robots() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "public, max-age=86400"))
        .body("User-agent: *\nAllow: /talk/\nDisallow: /\n")
}
