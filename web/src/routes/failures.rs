//! Operator: what goes wrong on purpose. Only in builds with failure points, and only for programs on this machine.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use okienko::failures::Rule;

use crate::problem::{EdgeCode, Problem};
use crate::state::AppState;

/// Says how often each point has fired: `GET /failures`, a line each.
pub(super) async fn list(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, Problem> {
    check_near(&request)?;
    let lines = state.world.failures().fired().into_iter().map(|(point, times)| format!("{point} {times}\n"));
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(lines.collect::<String>()))
}

/// Arms points: `POST /failures` with a rule in each line. Every actor then handles a message, so that a point that lies
/// in a handler is passed at once.
pub(super) async fn arm(request: HttpRequest, state: Data<AppState>, body: String) -> Result<HttpResponse, Problem> {
    check_near(&request)?;
    let rules: Result<Vec<Rule>, String> = body.split_whitespace().map(str::parse).collect();
    let rules = rules.map_err(|error| Problem::new(EdgeCode::BadRequest).because(&error))?;
    for rule in rules {
        state.world.failures().arm(rule);
    }
    state.switchboard.inspect();
    Ok(HttpResponse::NoContent().finish())
}

/// Takes back all that is armed: `DELETE /failures`.
pub(super) async fn disarm(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, Problem> {
    check_near(&request)?;
    state.world.failures().disarm();
    Ok(HttpResponse::NoContent().finish())
}

/// Refuses everybody who is not on this machine, whoever comes through a proxy that may be, and every page in a browser.
fn check_near(request: &HttpRequest) -> Result<(), Problem> {
    let is_near = request.peer_addr().is_some_and(|peer| peer.ip().to_canonical().is_loopback());
    let foreign = ["x-forwarded-for", "forwarded", "via", "origin", "sec-fetch-site"];
    let is_foreign = foreign.iter().any(|name| request.headers().contains_key(*name));
    if is_near && !is_foreign { Ok(()) } else { Err(EdgeCode::NotFound.into()) }
}
