//! The frame in which a document is looked at: a page without words, which draws what the page around it hands in.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use super::PageError;
use crate::guard::headers::preview_policy;
use crate::state::AppState;

#[derive(Debug, Serialize)]
struct PreviewView {
    lang: String,
}

/// Answers with the frame, which these origins' pages may hold besides our own.
///
/// # Errors
/// [`PageError`] if the template is wrong.
pub fn respond(state: &AppState, request: &HttpRequest, around: &[String]) -> Result<HttpResponse, PageError> {
    let language = state.language_of(request);
    let html = state.pages.render(&language, "preview", &PreviewView { lang: language.clone() })?;
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, preview_policy(request, state.scheme(), around)))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .body(html))
}
