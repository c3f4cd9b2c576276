//! Citizen: beginning a session, and being forgotten.

use actix_web::http::header;
use actix_web::web::{Data, Json};
use actix_web::{HttpRequest, HttpResponse};
use jiff::SignedDuration;
use okienko::domain::notice;
use okienko::domain::office::LegalKind;
use okienko::ids::SessionId;
use okienko::store::sessions::{self, Session};
use okienko::store::{OfficeScope, StoreError, legal};
use okienko_actors::ProblemCode;
use serde::{Deserialize, Serialize};

use crate::auth::{self, cookie, device, token};
use crate::problem::{Body, Problem};
use crate::site;
use crate::state::AppState;

/// What a browser says to begin.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Begin {
    /// The site's key.
    #[schema(example = "wroclaw")]
    site: String,
    /// The page's language.
    #[schema(example = "pl")]
    language: String,
    /// The version of the data notice that was shown, if one was: `join` names it too, and is refused without.
    #[schema(example = "2026-11-01")]
    #[serde(default)]
    notice: Option<String>,
}

/// A session that has begun.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Begun {
    /// Which, for support; not a secret and not a key.
    pub(super) session: String,
    /// What proves it, for browsers that do not keep the cookie: to be held in memory and said in `hello`.
    pub(super) token: String,
}

/// Begins a session at a site; the cookie `__Host-okienko` is its key.
#[utoipa::path(
    post,
    path = "/api/v1/sessions",
    operation_id = "beginSession",
    tag = "citizen",
    request_body = Begin,
    responses(
        (status = 201, body = Begun, headers(("set-cookie" = String, description = "the session's key"))),
        (status = "4XX", body = Body, content_type = "application/problem+json", description =
            "`bad-request`, `site-unknown`, `notice-outdated`, `cross-site`, `too-many-requests`"),
        (status = "5XX", body = Body, content_type = "application/problem+json"),
    )
)]
pub(super) async fn begin(
    request: HttpRequest,
    body: Json<Begin>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    if let Some(household) = state.household_of(&request) {
        state.limits.sessions.pass(&household)?;
    }
    let Begin { site, language, notice } = body.into_inner();
    let record = site::by_key(&state, &site).await?;
    let language = state.i18n.choose(Some(&language), None).to_owned();
    let life = SignedDuration::from_hours(i64::from(state.config.http.citizen_session_h));
    let now = state.world.now();
    if let Some(version) = &notice {
        let (scope, site) = (OfficeScope::of(record.office.id), record.site.id);
        let texts = state.read(move |db| legal::versions(db, scope, site, LegalKind::Notice)).await?;
        // The session begins now: only what is in force can have been shown for it.
        if !notice::may_have_been_shown(&texts, version, now, now) {
            return Err(ProblemCode::NoticeOutdated.into());
        }
    }
    let session = Session {
        id: SessionId::new(&state.world),
        office: record.office.id,
        site: record.site.id,
        notice_version: notice,
        terms_version: record.legal(LegalKind::Terms, &language).map(|text| text.version.clone()),
        language,
        created_at: now,
        last_seen_at: now,
        expires_at: now.checked_add(life).map_err(Problem::internal)?,
    };
    let (id, scope) = (session.id, OfficeScope::of(session.office));
    let token = token::fresh(&state.world);
    let hash = token::hash_of(&token).ok_or_else(|| Problem::internal("a fresh token is none"))?;
    state.write(move |db| sessions::create(db, scope, &session, &hash)).await?;
    tracing::info!(session.id = %id, office.id = %record.office.id, "a session began");
    Ok(HttpResponse::Created()
        .insert_header((header::SET_COOKIE, cookie::session(&token, life)))
        .json(Begun { session: id.to_text(), token }))
}

/// What the browser remembers.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Remembered {
    /// The session that the cookie opens; `null` if none came, or none that still opens anything.
    session: Option<String>,
}

/// Which session the browser's cookie opens. A page asks once after it began one: a browser may refuse the cookie, above
/// all in a frame, and then a reload loses the visit, which the person must know. No token is looked at.
#[utoipa::path(
    get,
    path = "/api/v1/sessions/me",
    operation_id = "rememberedSession",
    tag = "citizen",
    responses(
        (status = 200, body = Remembered),
        (status = "4XX", body = Body, content_type = "application/problem+json", description = "`too-many-requests`"),
        (status = "5XX", body = Body, content_type = "application/problem+json"),
    )
)]
pub(super) async fn remembered(request: HttpRequest, state: Data<AppState>) -> Result<Json<Remembered>, Problem> {
    state.pass_visit(&request)?;
    let session = auth::session_by_cookie(&state, &request).await?;
    Ok(Json(Remembered { session: session.map(|session| session.id.to_text()) }))
}

/// Keeps the cookie for as long as its session lives by now. Pages that stay open ask for it every quarter of an hour,
/// since only an answer can carry a cookie; the session itself is kept by the socket. Without one there is nothing to
/// keep. Whose device is kept out of the line gets a cookie that says so much and no more.
#[utoipa::path(
    post,
    path = "/api/v1/sessions/me",
    operation_id = "keepSession",
    tag = "citizen",
    responses(
        (status = 204, description = "the cookie is set anew, if it opens a session",
         headers(("set-cookie" = String, description = "the session's key"))),
        (status = "4XX", body = Body, content_type = "application/problem+json", description =
            "`cross-site`, `too-many-requests`"),
        (status = "5XX", body = Body, content_type = "application/problem+json"),
    )
)]
pub(super) async fn keep(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, Problem> {
    state.pass_visit(&request)?;
    let mut response = HttpResponse::NoContent();
    if let Some(visitor) = auth::visitor(&state, &request).await? {
        response.insert_header((header::SET_COOKIE, visitor.cookie(state.world.now())));
        if let Some(device) = device::cookie_of_kept_out(&state, &request, &visitor).await? {
            response.append_header((header::SET_COOKIE, device));
        }
    }
    Ok(response.finish())
}

/// Forgets the session of the bearer token, else of the cookie: from now on it opens nothing. A ticket that waits is to
/// be left by the socket.
#[utoipa::path(
    delete,
    path = "/api/v1/sessions/me",
    operation_id = "forgetSession",
    tag = "citizen",
    responses(
        (status = 204, description = "forgotten, or never known"),
        (status = "4XX", body = Body, content_type = "application/problem+json", description =
            "`cross-site`, `too-many-requests`"),
        (status = "5XX", body = Body, content_type = "application/problem+json"),
    )
)]
pub(super) async fn forget(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, Problem> {
    state.pass_visit(&request)?;
    let mut response = HttpResponse::NoContent();
    if let Some(visitor) = auth::visitor(&state, &request).await?
        && let Some(device) = device::cookie_of_kept_out(&state, &request, &visitor).await?
    {
        response.append_header((header::SET_COOKIE, device));
    }
    if let Some(session) = auth::find_caller(&state, &request).await? {
        let (now, scope) = (state.world.now(), OfficeScope::of(session.office));
        let expire = move |db: &mut okienko::store::Db| match sessions::expire(db, scope, session.id, now) {
            Err(StoreError::NotFound) => Ok(()),
            other => other,
        };
        state.write(expire).await?;
    }
    Ok(response.append_header((header::SET_COOKIE, cookie::no_session())).finish())
}
