//! Citizen: what a site offers now, for the launcher on a city's page and for the panel.

use actix_web::http::header::{self, HeaderValue};
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use okienko::domain::office::{Corner, Matter};
use okienko::wire::WaitRange;
use okienko_actors::ProblemCode;
use okienko_actors::queue::messages::LineOverview;
use okienko_actors::session::messages::Glance;
use serde::{Deserialize, Serialize};

use crate::auth;
use crate::guard::origin;
use crate::page::line::{LineView, MatterView, Refusal, WaitView, overall_wait};
use crate::problem::{Body, Problem};
use crate::search;
use crate::site::{self, SiteRecord};
use crate::state::AppState;
use crate::when::Speaker;

/// What the launcher shows.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Status {
    /// The site's key.
    site: String,
    /// The site's name.
    name: String,
    /// Whether anything is served now.
    open: bool,
    /// How many wait.
    waiting: u32,
    /// How long a newcomer may expect to wait.
    wait: Option<WaitView>,
    /// When it opens next, such as `jutro od 8:00`; empty while open.
    opens_text: String,
    /// When it closes, such as `17:15`; empty if closed or never closing.
    closes_text: String,
    /// The launcher's label.
    label: String,
    /// The line under it, such as `Otwarte · czekają 2 osoby, około 6 min`.
    state_text: String,
    /// The name of the frame and of its window.
    frame_title: String,
    /// The name of the window's cross, until the panel has its own.
    close_text: String,
    /// How the launcher looks.
    look: LookView,
    /// The language of these texts.
    lang: String,
    /// The office's telephone.
    phone: String,
    /// The visit that this browser has begun, if it has.
    resume: Option<Resume>,
}

/// How the launcher looks.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct LookView {
    brand: String,
    on_brand: String,
    brand_dark: String,
    on_brand_dark: String,
    /// The launcher's diameter in CSS pixels.
    size_px: u32,
    /// `bottom-right` or `bottom-left`.
    corner: &'static str,
    /// The distance from the edges in CSS pixels.
    offset_px: u32,
}

/// A visit that goes on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Resume {
    /// `waiting`, `called`, `deferred`, `missed` or `in-call`.
    phase: &'static str,
    /// The place in the queue, while waiting.
    place: Option<u32>,
    /// The same in words.
    text: String,
}

/// The line of a site, matter by matter.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Matters {
    /// Whether anything is served now.
    open: bool,
    /// How many wait.
    waiting: u32,
    /// How long a newcomer may expect to wait.
    wait: Option<WaitView>,
    /// How many clerks are on duty.
    receiving: u32,
    /// When it closes, such as `17:15`; empty if closed or never closing.
    closes_text: String,
    /// When it opens next, such as `jutro od 8:00`; empty while open.
    opens_text: String,
    /// The same as a heading, such as `Zapraszamy jutro od 8:00`; empty while open.
    closed_heading: String,
    /// The sentence under it, with the reason on a day off, such as
    /// `Dziś urząd jest nieczynny: Nowy Rok. Następne godziny: jutro od 8:00.`; empty while open.
    closed_text: String,
    /// Why no matter may be joined though the office is open.
    refusal: Option<Refusal>,
    /// The same as a heading, such as `Kolejka jest pełna: czeka 40 osób`; empty without.
    refusal_heading: String,
    /// What to expect then, as a sentence; empty without.
    refusal_text: String,
    /// Whether somebody on duty signs.
    sign_open: bool,
    /// The matters that may be joined now in the office's order, then the others in the same.
    matters: Vec<MatterView>,
}

/// What the launcher shows of a site, to pages that may embed it. With credentials it tells of the browser's own visit.
#[utoipa::path(
    get,
    path = "/api/v1/sites/{site}/status",
    operation_id = "siteStatus",
    tag = "citizen",
    params(
        ("site" = String, Path, description = "the site's key", example = "wroclaw"),
        ("lang" = Option<String>, Query, description = "the language of the texts", example = "pl"),
    ),
    responses(
        (status = 200, body = Status),
        (status = "4XX", body = Body, content_type = "application/problem+json", description =
            "`site-unknown`, `origin-not-allowed`, `too-many-requests`"),
        (status = "5XX", body = Body, content_type = "application/problem+json"),
    )
)]
pub(super) async fn status(request: HttpRequest, key: Path<String>, state: Data<AppState>) -> HttpResponse {
    // Refusals are readable to every page too: they hold nothing, and the loader says them in the console.
    let (mut response, cookie) = match status_of(&request, &key, &state).await {
        Ok((status, cookie)) => (HttpResponse::Ok().json(status), cookie),
        Err(problem) => (HttpResponse::from_error(problem), None),
    };
    let headers = response.headers_mut();
    if let Some(cookie) = cookie.and_then(|cookie| HeaderValue::from_str(&cookie).ok()) {
        headers.append(header::SET_COOKIE, cookie);
    }
    headers.insert(header::VARY, HeaderValue::from_static("origin, accept-language"));
    if let Some(origin) = origin::of(&request).and_then(|origin| HeaderValue::from_str(origin).ok()) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    }
    response
}

/// The status, and while a visit goes on its cookie anew.
async fn status_of(request: &HttpRequest, key: &str, state: &AppState) -> Result<(Status, Option<String>), Problem> {
    if let Some(household) = state.household_of(request) {
        state.limits.status.pass(&household)?;
    }
    let record = site::by_key(state, key).await?;
    let may_embed = |origin: &str| record.allows(origin) || state.demo_origins().iter().any(|own| own == origin);
    if origin::of(request).is_some_and(|origin| !may_embed(origin) && !origin::is_own(request)) {
        return Err(ProblemCode::OriginNotAllowed.into());
    }
    let language = state.language_of(request);
    let line = site::line(state, &record).await;
    let visitor = auth::visitor(state, request).await?.filter(|visitor| visitor.session.office == record.office.id);
    let resume = match &visitor {
        Some(visitor) => {
            let glance = state.switchboard.glance(visitor.session.id).await?;
            glance.and_then(|glance| resume(state, &language, &glance))
        }
        None => None,
    };
    let cookie = visitor.filter(|_| resume.is_some()).map(|visitor| visitor.cookie(state.world.now()));
    Ok((describe(state, &record, &line, language, resume), cookie))
}

fn describe(
    state: &AppState,
    record: &SiteRecord,
    line: &LineOverview,
    language: String,
    resume: Option<Resume>,
) -> Status {
    let view = LineView::new(record, line, &state.i18n, &language);
    let say = |key: &str| state.i18n.text(&language, &format!("office.launcher.{key}"), &[]);
    let look = &record.site.look;
    Status {
        site: record.site.key.clone(),
        name: record.site.name.in_language(&language).to_owned(),
        open: view.open,
        waiting: view.waiting,
        state_text: state_text(state, record, line, &view, &language),
        wait: view.wait,
        opens_text: view.opens_text,
        closes_text: view.closes_text,
        label: say("label"),
        frame_title: say("frame_title"),
        close_text: say("close"),
        look: LookView {
            brand: look.brand.clone(),
            on_brand: look.on_brand.clone(),
            brand_dark: look.brand_dark.clone(),
            on_brand_dark: look.on_brand_dark.clone(),
            size_px: look.launcher_size_px,
            corner: match look.corner {
                Corner::BottomRight => "bottom-right",
                Corner::BottomLeft => "bottom-left",
            },
            offset_px: look.offset_px,
        },
        phone: record.office.phone.clone(),
        lang: language,
        resume,
    }
}

/// The line under the launcher's label: the truth before the click.
fn state_text(state: &AppState, record: &SiteRecord, line: &LineOverview, view: &LineView, language: &str) -> String {
    let say = |key: &str, arguments: &[(&str, String)]| {
        state.i18n.text(language, &format!("office.launcher.{key}"), arguments)
    };
    if !view.open {
        let (when, word) = (view.opens_text.clone(), if view.day_off { "day_off" } else { "closed" });
        return if when.is_empty() { say(&format!("{word}_long"), &[]) } else { say(word, &[("when", when)]) };
    }
    if view.refusal.is_some() {
        return view.refusal_heading.clone();
    }
    if line.waiting == 0 {
        return say("open", &[]);
    }
    let speaker = Speaker { i18n: &state.i18n, language, zone: &record.zone };
    let who = ("who", say("waiting", &[("count", line.waiting.to_string())]));
    match overall_wait(line) {
        Some(wait) if wait != WaitRange::NONE => say("open_wait", &[who, ("wait", speaker.wait(wait))]),
        _ => say("open_waiting", &[who]),
    }
}

/// A visit in words; `None` once it is over.
fn resume(state: &AppState, language: &str, glance: &Glance) -> Option<Resume> {
    let key = match (glance.phase, glance.place) {
        ("ended", _) => return None,
        ("waiting", Some(1)) => "waiting_first",
        ("waiting", None) => "waiting_unknown",
        (phase, _) => phase,
    };
    let arguments =
        [("place", glance.place.map(|place| place.to_string()).unwrap_or_default()), ("number", glance.number.clone())];
    let text = state.i18n.text(language, &format!("office.resume.{key}"), &arguments);
    Some(Resume { phase: glance.phase, place: glance.place, text })
}

/// The matters of a site as they are offered now, for the panel.
#[utoipa::path(
    get,
    path = "/api/v1/sites/{site}/matters",
    operation_id = "siteMatters",
    tag = "citizen",
    params(
        ("site" = String, Path, description = "the site's key", example = "wroclaw"),
        ("lang" = Option<String>, Query, description = "the language of the texts", example = "pl"),
    ),
    responses(
        (status = 200, body = Matters),
        (status = "4XX", body = Body, content_type = "application/problem+json", description =
            "`site-unknown`, `too-many-requests`"),
        (status = "5XX", body = Body, content_type = "application/problem+json"),
    )
)]
pub(super) async fn matters(
    request: HttpRequest,
    key: Path<String>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    if let Some(household) = state.household_of(&request) {
        state.limits.status.pass(&household)?;
    }
    let record = site::by_key(&state, &key).await?;
    let line = site::line(&state, &record).await;
    let view = LineView::new(&record, &line, &state.i18n, &state.language_of(&request));
    let LineView { open, closes_text, opens_text, closed_heading, closed_text, .. } = view;
    let LineView { refusal, refusal_heading, refusal_text, .. } = view;
    let LineView { waiting, wait, receiving, sign_open, matters, .. } = view;
    Ok(HttpResponse::Ok().insert_header((header::VARY, "accept-language")).json(Matters {
        open,
        waiting,
        wait,
        receiving,
        closes_text,
        opens_text,
        closed_heading,
        closed_text,
        refusal,
        refusal_heading,
        refusal_text,
        sign_open,
        matters,
    }))
}

/// What is searched for.
#[derive(Debug, Deserialize)]
pub(super) struct Sought {
    /// What somebody typed.
    #[serde(default)]
    q: String,
}

/// What a search found.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct FoundMatters {
    /// The matters, the best first.
    ids: Vec<String>,
}

/// Searches the matters of a site by name and summary; forgives typing errors and missing diacritics.
#[utoipa::path(
    get,
    path = "/api/v1/sites/{site}/matters/search",
    operation_id = "searchMatters",
    tag = "citizen",
    params(
        ("site" = String, Path, description = "the site's key", example = "wroclaw"),
        ("q" = Option<String>, Query, description = "what somebody typed", example = "dowud osobisty"),
        ("lang" = Option<String>, Query, description = "the language of the names", example = "pl"),
    ),
    responses(
        (status = 200, body = FoundMatters),
        (status = "4XX", body = Body, content_type = "application/problem+json", description =
            "`site-unknown`, `too-many-requests`"),
        (status = "5XX", body = Body, content_type = "application/problem+json"),
    )
)]
pub(super) async fn search_matters(
    request: HttpRequest,
    key: Path<String>,
    sought: Query<Sought>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    if let Some(household) = state.household_of(&request) {
        state.limits.status.pass(&household)?;
    }
    let record = site::by_key(&state, &key).await?;
    let language = state.language_of(&request);
    // The name counts more than the summary: words that stand first weigh more.
    let text =
        |matter: &Matter| format!("{} {}", matter.name.in_language(&language), matter.summary.in_language(&language));
    let found = search::among(record.matters.iter().map(text), &sought.q);
    let all = || (0..record.matters.len()).collect();
    let matters = found.unwrap_or_else(all).into_iter().filter_map(|at| record.matters.get(at));
    Ok(HttpResponse::Ok().json(FoundMatters { ids: matters.map(|matter| matter.id.to_text()).collect() }))
}
