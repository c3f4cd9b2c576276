//! Logs: how they look, which request a line belongs to, and one spelling for each field.
//!
//! `docs/LOGGING.md` has the rules: a message that reads alone, ids as dotted fields, never a person's data.

use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest, web};
use tracing::Instrument;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::state::AppState;

/// The header that carries a request's id.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people at a terminal.
    Pretty,
    /// One JSON object a line.
    Json,
}

/// Starts logging to standard error, once for the process. `filter` is that of `tracing_subscriber::EnvFilter`, such
/// as `info,okienko_web=debug`.
///
/// # Errors
/// What is wrong with the filter, or that logging had been started before.
pub fn start(format: Format, filter: &str) -> Result<(), String> {
    let filter = EnvFilter::try_new(filter).map_err(|error| error.to_string())?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let result = match format {
        Format::Json => builder.json().with_span_events(FmtSpan::NONE).flatten_event(true).try_init(),
        Format::Pretty => builder.compact().with_target(false).try_init(),
    };
    result.map_err(|error| error.to_string())
}

/// Makes a panic a line of the log with its place, instead of loose text. Its message may quote a person's data and is
/// left out of release builds.
pub fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(ToString::to_string).unwrap_or_default();
        let thread = std::thread::current();
        let thread = thread.name().unwrap_or_default();
        if cfg!(debug_assertions) {
            let message = panic.payload_as_str().unwrap_or_default();
            tracing::error!(panic.at = at, panic.thread = thread, message, "something panicked");
        } else {
            tracing::error!(panic.at = at, panic.thread = thread, "something panicked");
        }
    }));
}

/// The id of a request, the same in logs, problems and the header `X-Request-Id`.
#[derive(Debug, Clone)]
pub struct RequestId(String);

impl RequestId {
    /// The id of this request; empty outside the server, as in a unit test.
    #[must_use]
    pub fn of(request: &HttpRequest) -> String {
        request.extensions().get::<Self>().map(|id| id.0.clone()).unwrap_or_default()
    }
}

/// Gives each request its id and span, counts it, and logs it.
///
/// # Errors
/// Those of the handler.
pub async fn observe<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let Some(state) = request.app_data::<web::Data<AppState>>().cloned() else { return next.call(request).await };
    let began = Instant::now();
    let id = given_id(&request, &state).unwrap_or_else(|| fresh_id(&state));
    let _ = request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    let span = tracing::debug_span!("request", http.request_id = id, http.method = method.as_str());
    let mut response = next.call(request).instrument(span).await?;

    // The pattern, not the path: a path may hold a token, and metrics need few labels.
    let route = response.request().match_pattern().unwrap_or_else(|| "unknown".to_owned());
    let status = response.status().as_u16();
    let took = began.elapsed();
    state.metrics.count_request(&route, &method, status, took);
    let took_ms = took.as_secs_f64() * 1_000.0;
    tracing::debug!(http.request_id = id, http.method = %method, http.route = route, http.status = status, took_ms, "answered");
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    Ok(response)
}

/// The id that a trusted proxy gave the request.
fn given_id(request: &ServiceRequest, state: &AppState) -> Option<String> {
    let peer = request.peer_addr()?.ip();
    if !state.trusts(peer) {
        return None;
    }
    let id = request.headers().get(REQUEST_ID)?.to_str().ok()?;
    let is_plain = (8..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_plain.then(|| id.to_owned())
}

fn fresh_id(state: &AppState) -> String {
    crate::auth::token::hex(&state.world.random::<16>())
}
