//! Citizen: going on on another device, with the same place, by a QR code.

use actix_web::http::header;
use actix_web::web::{Data, Json};
use actix_web::{HttpRequest, HttpResponse};
use jiff::SignedDuration;
use okienko::ids::MatterId;
use okienko::store::{OfficeScope, StoreError, sessions, sites};
use serde::{Deserialize, Serialize};

use super::sessions::Begun;
use crate::auth::{self, cookie, token};
use crate::guard::origin;
use crate::problem::{Body, EdgeCode, Problem};
use crate::qr::Qr;
use crate::state::AppState;

/// How long a code works, in seconds: as long as it takes to find a telephone.
const VALID_S: u32 = 300;

/// What goes along onto the other device.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Offer {
    /// The matter that was chosen, by whoever is in no queue yet.
    #[serde(default)]
    matter: Option<String>,
}

/// Where the visit goes on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Offered {
    /// The address of the panel, with a code behind `#`, where no server and no log sees it.
    #[schema(example = "https://wideo.city.example/talk/wroclaw?lang=pl#go-on=0a0b…")]
    url: String,
    /// The same for a camera.
    qr: Qr,
    /// For how many seconds the code works. It works once.
    #[schema(example = 300)]
    valid_s: u32,
}

/// Offers the session to another device. The code before it works no longer.
#[utoipa::path(
    post,
    path = "/api/v1/sessions/me/handover",
    operation_id = "offerSession",
    tag = "citizen",
    request_body = Offer,
    responses(
        (status = 201, body = Offered),
        (status = "4XX", body = Body, content_type = "application/problem+json", description =
            "`bad-request`, `session-unknown`, `cross-site`, `too-many-requests`"),
        (status = "5XX", body = Body, content_type = "application/problem+json"),
    )
)]
pub(super) async fn offer(
    request: HttpRequest,
    body: Json<Offer>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    pass(&request, &state)?;
    let session = auth::caller(&state, &request).await?;
    let matter = match &body.matter {
        Some(text) => Some(text.parse::<MatterId>().map_err(|_| Problem::new(EdgeCode::BadRequest))?),
        None => None,
    };
    let (id, site, scope) = (session.id, session.site, OfficeScope::of(session.office));
    let code = token::fresh(&state.world);
    let hash = token::hash_of(&code).ok_or_else(|| Problem::internal("a fresh token is none"))?;
    let valid = SignedDuration::from_secs(VALID_S.into());
    let until = state.world.now().checked_add(valid).map_err(Problem::internal)?;
    let site = state
        .write(move |db| {
            sessions::offer(db, scope, id, &hash, until)?;
            sites::of_office(db, scope)?.into_iter().find(|each| each.id == site).ok_or(StoreError::NotFound)
        })
        .await?;
    let language = state.language_of(&request);
    let mut url =
        format!("{}://{}/talk/{}?lang={language}#go-on={code}", state.scheme(), origin::own_host(&request), site.key);
    if let Some(matter) = matter {
        url.push_str(&format!("&matter={}", matter.to_text()));
    }
    let qr = Qr::of(&url).map_err(Problem::internal)?;
    tracing::info!(session.id = %id, "a session was offered to another device");
    Ok(HttpResponse::Created().json(Offered { url, qr, valid_s: VALID_S }))
}

/// A code as the other device read it.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Take {
    /// What stood behind `#go-on=`.
    code: String,
}

/// Takes a session over to this device; the cookie `__Host-okienko` is its key here.
#[utoipa::path(
    post,
    path = "/api/v1/handovers",
    operation_id = "takeSession",
    tag = "citizen",
    request_body = Take,
    responses(
        (status = 201, body = Begun, headers(("set-cookie" = String, description = "the session's key"))),
        (status = "4XX", body = Body, content_type = "application/problem+json", description =
            "`bad-request`, `handover-unknown`, `cross-site`, `too-many-requests`"),
        (status = "5XX", body = Body, content_type = "application/problem+json"),
    )
)]
pub(super) async fn take(
    request: HttpRequest,
    body: Json<Take>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    pass(&request, &state)?;
    let code = token::hash_of(&body.code).ok_or_else(|| Problem::new(EdgeCode::HandoverUnknown))?;
    let now = state.world.now();
    let fresh = token::fresh(&state.world);
    let hash = token::hash_of(&fresh).ok_or_else(|| Problem::internal("a fresh token is none"))?;
    let session = state.write(move |db| sessions::hand_over(db, &code, &hash, now)).await?;
    let session = session.ok_or_else(|| Problem::new(EdgeCode::HandoverUnknown))?;
    tracing::info!(session.id = %session.id, "a session went on on another device");
    let life = session.expires_at.duration_since(now);
    Ok(HttpResponse::Created()
        .insert_header((header::SET_COOKIE, cookie::session(&fresh, life)))
        .json(Begun { session: session.id.to_text(), token: fresh }))
}

/// Both cost a write: one address may do as many of them as it may begin sessions.
fn pass(request: &HttpRequest, state: &AppState) -> Result<(), Problem> {
    match state.household_of(request) {
        Some(household) => state.limits.sessions.pass(&household),
        None => Ok(()),
    }
}
