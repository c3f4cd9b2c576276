//! Operator: what the API is, for programs (OpenAPI 3.1).

use actix_web::HttpResponse;
use actix_web::http::header;
use utoipa::OpenApi;

use super::{blocks, documents, faq, feedback, handover, sessions, sites};

/// The document, put together from the handlers.
#[derive(Debug, OpenApi)]
#[openapi(
    info(title = "Okienko", description = "The HTTP part of a city hall's video counter. Sockets: docs/PROTOCOL.md.",
         license(name = "MIT OR Apache-2.0")),
    paths(document, sites::status, sites::matters, sites::search_matters, sessions::begin, sessions::remembered,
          sessions::keep, sessions::forget, handover::offer, handover::take, feedback::rating, feedback::rate, feedback::note, feedback::save_note, blocks::list,
          blocks::lift, documents::progress, documents::receive, faq::search, faq::vote),
    tags(
        (name = "citizen", description = "Called by the launcher on a city's page and by the panel"),
        (name = "staff", description = "Called by the clerks' console"),
        (name = "documents", description = "Called by the browsers of a call's members, under addresses of their own"),
        (name = "operator", description = "Called by programs of whoever runs the server"),
    ),
    external_docs(url = "/problems/bad-request", description = "Each problem's type leads to a page like this one")
)]
pub struct ApiDocument;

/// This document.
#[utoipa::path(
    get,
    path = "/api/v1/openapi.json",
    operation_id = "openApi",
    tag = "operator",
    responses((status = 200, description = "an OpenAPI document"))
)]
#[expect(dead_code, reason = "carries the description of `json`, which cannot have a name of its own in the document")]
fn document() {}

/// `GET /api/v1/openapi.json`.
pub(super) async fn json() -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-cache")).json(ApiDocument::openapi())
}
