//! Operator: whether the server lives, whether it can serve, and what it counts.

use std::net::IpAddr;

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use crate::guard::client;
use crate::problem::{EdgeCode, Problem};
use crate::state::AppState;

/// Whether the server can serve, and what stands in the way.
#[derive(Debug, Serialize)]
struct Readiness {
    ready: bool,
    store: &'static str,
    actors: &'static str,
    /// Threads that do not answer.
    stuck: Vec<String>,
}

/// Whether the process answers at all: `GET /healthz`. Says nothing about what it needs; a restart mends nothing there.
pub(super) async fn alive() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// Whether it can serve: `GET /readyz`. 503 names what cannot. Probes and strangers may ask as often as they like: the
/// answer is a second old at most, writes nothing, and costs one look a second.
pub(super) async fn ready(state: Data<AppState>) -> HttpResponse {
    let health = state.switchboard.health().await;
    let word = |is_good: bool| if is_good { "ok" } else { "failed" };
    let readiness = Readiness {
        ready: health.is_good(),
        store: word(health.store),
        actors: word(health.stuck.is_empty()),
        stuck: health.stuck,
    };
    let mut response = if readiness.ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    response.json(readiness)
}

/// What is counted, for Prometheus: `GET /metrics`. For this machine and the trusted proxies' networks only: counts
/// tell a stranger how busy the office is.
pub(super) async fn metrics(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, Problem> {
    if !is_inside(&request, &state) {
        return Err(EdgeCode::NotFound.into());
    }
    let text = state.metrics.text().map_err(Problem::internal)?;
    Ok(HttpResponse::Ok()
        .content_type("application/openmetrics-text; version=1.0.0; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(text))
}

fn is_inside(request: &HttpRequest, state: &AppState) -> bool {
    let is_near = |address: IpAddr| address.is_loopback() || state.trusts(address);
    let Some(peer) = request.peer_addr().map(|peer| peer.ip().to_canonical()) else { return false };
    // A proxy on this machine that the settings do not name hides who asks: what it brings is not from inside.
    let is_forwarded = ["x-forwarded-for", "forwarded", "via"].iter().any(|name| request.headers().contains_key(*name));
    if is_forwarded && !state.trusts(peer) {
        return false;
    }
    client::address(request, |address| state.trusts(address)).is_some_and(is_near)
}
