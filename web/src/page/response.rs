//! A page on its way out.

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use serde::Serialize;

use crate::guard::headers::{Frame, content_policy, isolate};
use crate::page::PageError;
use crate::state::AppState;

/// How browsers keep a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Not at all: it is about one person.
    Never,
    /// But ask before it is shown again: it is the same for all, and changes.
    AskAgain,
}

/// Renders a page in a language and puts its headers on it.
///
/// # Errors
/// [`PageError`] if the template wants what the context lacks.
pub fn respond<C: Serialize>(
    state: &AppState,
    request: &HttpRequest,
    language: &str,
    template: &str,
    context: &C,
    frame: &Frame,
    keep: Keep,
) -> Result<HttpResponse, PageError> {
    let html = state.pages.render(language, template, context)?;
    Ok(builder(request, language, frame, keep).body(html))
}

/// The head of a page's response, for a body that is made otherwise.
#[must_use]
pub fn builder(request: &HttpRequest, language: &str, frame: &Frame, keep: Keep) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(StatusCode::OK);
    let caching = match keep {
        Keep::Never => "no-store",
        Keep::AskAgain => "private, no-cache",
    };
    response
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, caching))
        .insert_header((header::CONTENT_LANGUAGE, language.to_owned()))
        .insert_header((header::VARY, "accept-language"))
        .insert_header((header::CONTENT_SECURITY_POLICY, content_policy(request, frame)));
    response
}

/// The same for a page of staff: never kept, never framed, out of reach of other windows.
///
/// # Errors
/// As [`respond`].
pub fn respond_to_staff<C: Serialize>(
    state: &AppState,
    request: &HttpRequest,
    language: &str,
    template: &str,
    context: &C,
) -> Result<HttpResponse, PageError> {
    let mut response = respond(state, request, language, template, context, &Frame::Nobody, Keep::Never)?;
    isolate(response.headers_mut());
    Ok(response)
}
