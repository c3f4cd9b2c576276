//! Problems: what is refused or fails, as RFC 9457 has it for programs and as a page for people.
//!
//! A handler returns a [`Problem`]; the middleware [`dress`] gives it its body, because only there the reader's
//! language is known and whether a browser asks for a page. Bare errors of actix get the code of their status. Each
//! problem is logged once, there. Causes are for the log and never reach the client.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use okienko::store::StoreError;
use okienko::wire::ProblemView;
use okienko_actors::{ActorError, ProblemCode};
use serde::Serialize;

mod code;

pub use code::{Code, EdgeCode};

use crate::documents::NotTaken;
use crate::guard::headers::{Frame, content_policy};
use crate::guard::seldom::Seldom;
use crate::i18n::I18n;
use crate::page;
use crate::state::AppState;
use crate::telemetry::RequestId;

/// The media type of a problem (RFC 9457 §3).
pub const MEDIA_TYPE: &str = "application/problem+json";

/// How often requests were refused because there were too many.
static TOO_MANY: Seldom = Seldom::new();

/// A refusal or failure on its way to the client.
#[derive(Debug, Clone)]
pub struct Problem {
    /// What happened.
    pub code: Code,
    /// For forms: which field is wrong, and the key of the sentence that says why.
    pub fields: BTreeMap<&'static str, String>,
    /// After how many seconds to try again, if the code's own number does not fit.
    pub retry_after_s: Option<u32>,
    /// Why, for the log only.
    pub cause: Option<String>,
}

impl Problem {
    /// A problem of this code.
    #[must_use]
    pub fn new(code: impl Into<Code>) -> Self {
        Self { code: code.into(), fields: BTreeMap::new(), retry_after_s: None, cause: None }
    }

    /// Our own mistake, with what the log should say.
    #[must_use]
    pub fn internal(cause: impl fmt::Display) -> Self {
        Self::new(EdgeCode::Internal).because(cause)
    }

    /// Adds what the log should say.
    #[must_use]
    pub fn because(mut self, cause: impl fmt::Display) -> Self {
        self.cause = Some(cause.to_string());
        self
    }

    /// Says when to try again.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// Names a wrong field.
    #[must_use]
    pub fn field(mut self, name: &'static str, key: impl Into<String>) -> Self {
        let _ = self.fields.insert(name, key.into());
        self
    }

    fn retry(&self) -> Option<u32> {
        self.retry_after_s.or_else(|| self.code.retry_after_s())
    }

    /// Writes the one log line of this problem.
    fn log(&self, request_id: &str) {
        let (code, cause) = (self.code.word(), self.cause.as_deref().unwrap_or_default());
        match self.code.status() {
            // One line a second for all of them: whoever floods us must not flood the log.
            StatusCode::TOO_MANY_REQUESTS => {
                if let Some(times) = TOO_MANY.count(Instant::now()) {
                    tracing::warn!(problem.code = code, http.request_id = request_id, times, "requests were put off");
                }
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                tracing::warn!(problem.code = code, http.request_id = request_id, cause, "request was put off");
            }
            status if status.is_server_error() => {
                tracing::error!(problem.code = code, http.request_id = request_id, cause, "request failed");
            }
            _ => tracing::debug!(problem.code = code, http.request_id = request_id, cause, "request was refused"),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.word())
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.code.status()
    }

    /// Without a body: [`dress`] gives it one.
    fn error_response(&self) -> HttpResponse<BoxBody> {
        HttpResponse::new(self.status_code())
    }
}

impl From<EdgeCode> for Problem {
    fn from(code: EdgeCode) -> Self {
        Self::new(code)
    }
}

impl From<ProblemCode> for Problem {
    fn from(code: ProblemCode) -> Self {
        Self::new(code)
    }
}

impl From<ActorError> for Problem {
    fn from(error: ActorError) -> Self {
        Self::new(error.code()).because(error)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => EdgeCode::NotFound.into(),
            StoreError::NotText(_) => Self::new(EdgeCode::BadRequest).because(error),
            StoreError::Busy => Self::new(ProblemCode::Busy).because(error),
            StoreError::Unavailable(_) | StoreError::Unknown(_) | StoreError::Closed => {
                Self::new(ProblemCode::StoreUnavailable).because(error)
            }
            other => Self::internal(other),
        }
    }
}

impl From<NotTaken> for Problem {
    fn from(reason: NotTaken) -> Self {
        match reason {
            NotTaken::Fault(fault) => ProblemCode::Document(fault).into(),
            NotTaken::Failed(cause) => Self::internal(cause),
        }
    }
}

impl From<page::PageError> for Problem {
    fn from(error: page::PageError) -> Self {
        Self::internal(error)
    }
}

/// The body of a problem (RFC 9457 §3.1) with our members `code`, `fields` and `retry_after_s`.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub struct Body {
    /// Where the code is explained, such as `/problems/site-unknown`.
    #[serde(rename = "type")]
    kind: String,
    /// What happened, one sentence in the reader's language.
    title: String,
    /// What is kept and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// The HTTP status.
    status: u16,
    /// Which request it was; the logs have the same id.
    instance: String,
    /// The stable word.
    code: String,
    /// Wrong fields, each with a sentence.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    fields: BTreeMap<String, String>,
    /// After how many seconds to try again.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_s: Option<u32>,
}

/// A code in a language: title and detail.
pub(crate) fn words(i18n: &I18n, language: &str, code: Code) -> (String, Option<String>) {
    let key = |part: &str| format!("problem.{}.{part}", code.word());
    let detail_key = key("detail");
    let detail = i18n.has(&detail_key).then(|| i18n.text(language, &detail_key, &[]));
    (i18n.text(language, &key("title"), &[]), detail)
}

/// A problem as a frame of a socket: in the reader's language, about the command with this key if it is about one.
#[must_use]
pub fn view(
    i18n: &I18n,
    code: ProblemCode,
    language: &str,
    key: Option<String>,
    fatal: bool,
    retry_after_s: Option<u32>,
) -> ProblemView {
    let (title, detail) = words(i18n, language, code.into());
    ProblemView { code: code.word().to_owned(), title, detail, key, fatal, retry_after_s, until: code.until() }
}

/// Gives every error its body: JSON for programs, a page for browsers.
///
/// # Errors
/// None: what handlers and inner middleware refuse are responses by then.
pub async fn dress<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    let Some(error) = response.response().error() else { return Ok(response) };
    let problem = match error.as_error::<Problem>() {
        Some(problem) => problem.clone(),
        None => Problem::new(Code::of_status(response.status())).because(error),
    };
    let (http_request, old) = response.into_parts();
    let mut dressed = problem.respond(&http_request);
    // What the error said in headers, such as `Allow` or the CORS ones, stays.
    for (name, value) in old.headers() {
        if !dressed.headers().contains_key(name) {
            dressed.headers_mut().append(name.clone(), value.clone());
        }
    }
    Ok(ServiceResponse::new(http_request, dressed))
}

impl Problem {
    fn respond(&self, request: &HttpRequest) -> HttpResponse {
        let request_id = RequestId::of(request);
        self.log(&request_id);
        let Some(state) = request.app_data::<web::Data<AppState>>() else {
            return HttpResponse::new(self.code.status());
        };
        let language = state.language_of(request);
        let (title, detail) = words(&state.i18n, &language, self.code);
        let mut response = HttpResponse::build(self.code.status());
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        response.insert_header((header::CONTENT_LANGUAGE, language.clone()));
        response.insert_header((header::VARY, "accept, accept-language"));
        if let Some(seconds) = self.retry() {
            response.insert_header((header::RETRY_AFTER, seconds));
        }
        let is_for_login = self.code == ProblemCode::LoginRequired.into() && request.method() == Method::GET;
        if is_for_login && wants_page(request) {
            return HttpResponse::SeeOther()
                .insert_header((header::LOCATION, "/login"))
                .insert_header((header::CACHE_CONTROL, "no-store"))
                .finish();
        }
        if wants_page(request) {
            let page = page::problem::page(state, request, &language, self.code, Some(request_id));
            let policy = content_policy(request, &Frame::Nobody);
            return response
                .content_type("text/html; charset=utf-8")
                .insert_header((header::CONTENT_SECURITY_POLICY, policy))
                .body(page);
        }
        let fields =
            self.fields.iter().map(|(name, key)| ((*name).to_owned(), state.i18n.text(&language, key, &[]))).collect();
        let body = Body {
            kind: format!("/problems/{}", self.code.word()),
            title,
            detail,
            status: self.code.status().as_u16(),
            instance: format!("urn:okienko:request:{request_id}"),
            code: self.code.word().to_owned(),
            fields,
            retry_after_s: self.retry(),
        };
        let json = serde_json::to_string(&body).unwrap_or_default();
        response.content_type(MEDIA_TYPE).body(json)
    }
}

/// Whether the client is a person's browser that navigates, not a script or a socket.
fn wants_page(request: &HttpRequest) -> bool {
    let path = request.path();
    if ["/api/", "/ws/", "/assets/"].iter().any(|prefix| path.starts_with(prefix)) {
        return false;
    }
    let accepts_html = |value: &HeaderValue| value.to_str().is_ok_and(|types| types.contains("text/html"));
    request.headers().get(header::ACCEPT).is_some_and(accepts_html)
}
