//! Citizen: questions and answers of a site.

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use okienko::domain::question::Question;
use okienko::store::{OfficeScope, questions};
use serde::{Deserialize, Serialize};

use crate::faq;
use crate::guard::headers::Frame;
use crate::page::questions::FaqView;
use crate::page::response::{Keep, respond};
use crate::problem::{Body, EdgeCode, Problem};
use crate::site::{self, SiteRecord};
use crate::state::AppState;

/// The longest search in characters; what is longer is cut.
const MAX_SEARCH_CHARS: usize = 200;

/// What is asked for.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    /// What somebody typed.
    #[serde(default)]
    q: String,
}

impl Asked {
    fn typed(&self) -> String {
        self.q.chars().take(MAX_SEARCH_CHARS).collect()
    }
}

/// All questions, or those that were searched for: `GET /faq/{site}`.
pub(super) async fn all(
    request: HttpRequest,
    key: Path<String>,
    asked: Query<Asked>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let record = site::by_key(&state, &key).await?;
    let (language, typed) = (state.language_of(&request), asked.typed());
    let found = faq::search(&record.questions, &language, &typed);
    let view = FaqView::new(&state, &request, &language, &record, &typed, &found, false);
    Ok(respond(&state, &request, &language, "faq", &view, &Frame::Nobody, Keep::AskAgain)?)
}

/// One answer's own page: `GET /faq/{site}/{slug}`.
pub(super) async fn one(
    request: HttpRequest,
    path: Path<(String, String)>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let (key, slug) = path.into_inner();
    let record = site::by_key(&state, &key).await?;
    let language = state.language_of(&request);
    let question = named(&record, &slug)?;
    let view = FaqView::new(&state, &request, &language, &record, "", &[question], true);
    Ok(respond(&state, &request, &language, "faq", &view, &Frame::Nobody, Keep::AskAgain)?)
}

/// What a search found.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Found {
    /// The last parts of the answers' addresses, the best first.
    slugs: Vec<String>,
}

/// Searches the questions of a site; forgives typing errors and missing diacritics.
#[utoipa::path(
    get,
    path = "/api/v1/sites/{site}/questions",
    operation_id = "searchQuestions",
    tag = "citizen",
    params(
        ("site" = String, Path, description = "the site's key", example = "wroclaw"),
        ("q" = Option<String>, Query, description = "what somebody typed", example = "dowod osobisty"),
        ("lang" = Option<String>, Query, description = "the language of the questions", example = "pl"),
    ),
    responses(
        (status = 200, body = Found),
        (status = "4XX", body = Body, content_type = "application/problem+json", description =
            "`site-unknown`, `too-many-requests`"),
        (status = "5XX", body = Body, content_type = "application/problem+json"),
    )
)]
pub(super) async fn search(
    request: HttpRequest,
    key: Path<String>,
    asked: Query<Asked>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    if let Some(household) = state.household_of(&request) {
        state.limits.status.pass(&household)?;
    }
    let record = site::by_key(&state, &key).await?;
    let language = state.language_of(&request);
    let found = faq::search(&record.questions, &language, &asked.typed());
    Ok(HttpResponse::Ok().json(Found { slugs: found.iter().map(|question| question.slug.clone()).collect() }))
}

/// Whether an answer helped.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Vote {
    /// "Tak" or "Nie".
    helped: bool,
}

/// Counts whether an answer helped; nothing of who said so is kept.
#[utoipa::path(
    post,
    path = "/api/v1/sites/{site}/questions/{slug}/votes",
    operation_id = "voteOnAnswer",
    tag = "citizen",
    params(
        ("site" = String, Path, description = "the site's key", example = "wroclaw"),
        ("slug" = String, Path, description = "the last part of the answer's address", example = "dowod-czas"),
    ),
    request_body = Vote,
    responses(
        (status = 204, description = "counted"),
        (status = "4XX", body = Body, content_type = "application/problem+json", description =
            "`bad-request`, `site-unknown`, `not-found`, `cross-site`, `too-many-requests`"),
        (status = "5XX", body = Body, content_type = "application/problem+json"),
    )
)]
pub(super) async fn vote(
    request: HttpRequest,
    path: Path<(String, String)>,
    body: Json<Vote>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    if let Some(household) = state.household_of(&request) {
        state.limits.sessions.pass(&household)?;
    }
    let (key, slug) = path.into_inner();
    let record = site::by_key(&state, &key).await?;
    let (question, scope, helped) = (named(&record, &slug)?.id, OfficeScope::of(record.office.id), body.helped);
    let day = record.zone.to_datetime(state.world.now()).date();
    state.write(move |db| questions::vote(db, scope, question, day, helped)).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn named<'a>(record: &'a SiteRecord, slug: &str) -> Result<&'a Question, Problem> {
    record.questions.iter().find(|question| question.slug == slug).ok_or_else(|| EdgeCode::NotFound.into())
}
