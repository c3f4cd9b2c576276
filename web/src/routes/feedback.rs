//! What is said of a call afterwards: citizens rate it, clerks note what it came to.

use actix_web::web::{Data, Json, Path};
use actix_web::{HttpRequest, HttpResponse};
use jiff::Timestamp;
use okienko::domain::feedback::{self, MAX_NOTE_CHARS, Outcome, Stars};
use okienko::domain::personal::{self, Personal};
use okienko::domain::text;
use okienko::ids::TicketId;
use okienko::store::feedback as stored;
use okienko::store::sessions::Session;
use okienko::store::{Db, OfficeScope, StoreError, tickets};
use okienko_actors::ProblemCode;
use serde::{Deserialize, Serialize};

use crate::auth::{self, Clerk};
use crate::problem::{Body, EdgeCode, Problem};
use crate::state::AppState;

/// What a citizen says of a conversation.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Rate {
    /// From 1 (very bad) to 5 (very good).
    #[schema(minimum = 1, maximum = 5)]
    stars: u8,
    /// At most 1,000 characters; numbers and addresses that point to a person are masked before it is stored.
    comment: Option<String>,
}

/// Whether the last conversation of this session may be rated, and how it was.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Rated {
    /// Whether it may be rated, or its rating changed, now.
    may_rate: bool,
    /// The rating so far; null for none.
    stars: Option<u8>,
    /// The comment as it is stored.
    comment: Option<String>,
}

impl Rated {
    const NOTHING: Self = Self { may_rate: false, stars: None, comment: None };
}

/// Says whether the last conversation of the cookie's session may be rated.
#[utoipa::path(
    get,
    path = "/api/v1/rating",
    operation_id = "rating",
    tag = "citizen",
    responses(
        (status = 200, body = Rated),
        (status = "4XX", body = Body, content_type = "application/problem+json", description = "`session-unknown`"),
        (status = "5XX", body = Body, content_type = "application/problem+json"),
    )
)]
pub(super) async fn rating(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, Problem> {
    let session = auth::caller(&state, &request).await?;
    let (scope, now) = (OfficeScope::of(session.office), state.world.now());
    let found = state.read(move |db| rateable(db, scope, &session, now)).await?;
    let rated = found.map_or(Rated::NOTHING, |found| Rated {
        may_rate: found.call.is_some(),
        stars: found.rating.as_ref().map(|rating| rating.stars.get()),
        comment: found.rating.and_then(|rating| rating.comment),
    });
    Ok(HttpResponse::Ok().json(rated))
}

/// Rates the last conversation of the cookie's session; once more changes the rating.
#[utoipa::path(
    put,
    path = "/api/v1/rating",
    operation_id = "rate",
    tag = "citizen",
    request_body = Rate,
    responses(
        (status = 200, body = Rated),
        (status = "4XX", body = Body, content_type = "application/problem+json", description =
            "`bad-request`, `session-unknown`, `wrong-state`, `message-too-long`, `cross-site`, `too-many-requests`"),
        (status = "5XX", body = Body, content_type = "application/problem+json"),
    )
)]
pub(super) async fn rate(
    request: HttpRequest,
    body: Json<Rate>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    state.pass_visit(&request)?;
    let session = auth::caller(&state, &request).await?;
    let stars = Stars::new(body.stars).ok_or_else(|| Problem::new(EdgeCode::BadRequest))?;
    let rating = feedback::rating(stars, body.comment.as_deref()).map_err(|_| ProblemCode::MessageTooLong)?;
    let (scope, now) = (OfficeScope::of(session.office), state.world.now());
    let (to_store, answer) = (rating.clone(), rating);
    let is_stored = state
        .write(move |db| {
            let Some(call) = rateable(db, scope, &session, now)?.and_then(|found| found.call) else { return Ok(false) };
            stored::rate(db, scope, call, &to_store, now).map(|()| true)
        })
        .await?;
    if !is_stored {
        return Err(ProblemCode::WrongState.into());
    }
    Ok(HttpResponse::Ok().json(Rated { may_rate: true, stars: Some(answer.stars.get()), comment: answer.comment }))
}

/// What a clerk notes.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Write {
    /// `settled`, `to-continue`, `referred`, `not-settled` or `other`; null while it is not known.
    #[schema(value_type = Option<String>)]
    outcome: Option<Outcome>,
    /// At most 4,000 characters.
    text: String,
}

/// A clerk's note on the last call of a ticket.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Noted {
    /// What the conversation came to.
    #[schema(value_type = Option<String>)]
    outcome: Option<Outcome>,
    /// The text.
    text: String,
    /// When it was saved last; null if never.
    #[schema(value_type = Option<String>)]
    saved_at: Option<Timestamp>,
    /// What in it points to a person and should not be there: `pesel`, `id-card`, `card-number`, …
    #[schema(value_type = Vec<String>)]
    personal: Vec<Personal>,
}

/// A clerk's note on the last call of a ticket that they served.
#[utoipa::path(
    get,
    path = "/api/v1/desk/notes/{ticket}",
    operation_id = "note",
    tag = "staff",
    responses(
        (status = 200, body = Noted),
        (status = "4XX", body = Body, content_type = "application/problem+json", description =
            "`login-required`, `not-found`"),
        (status = "5XX", body = Body, content_type = "application/problem+json"),
    )
)]
pub(super) async fn note(
    path: Path<String>,
    Clerk(signed_in): Clerk,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let ticket = ticket_of(&path)?;
    let (scope, clerk) = (OfficeScope::of(signed_in.clerk.office), signed_in.clerk.id);
    let (_, note) = state.read(move |db| stored::note_of_ticket(db, scope, ticket, clerk)).await.map_err(not_found)?;
    Ok(HttpResponse::Ok().json(match note {
        Some(note) => noted(note.outcome, note.text, Some(note.saved_at)),
        None => noted(None, String::new(), None),
    }))
}

/// Saves a clerk's note. Drafts are saved as they are written; each later edit is a version of its own.
#[utoipa::path(
    put,
    path = "/api/v1/desk/notes/{ticket}",
    operation_id = "saveNote",
    tag = "staff",
    request_body = Write,
    responses(
        (status = 200, body = Noted),
        (status = "4XX", body = Body, content_type = "application/problem+json", description =
            "`bad-request`, `login-required`, `not-found`, `message-too-long`, `cross-site`"),
        (status = "5XX", body = Body, content_type = "application/problem+json"),
    )
)]
pub(super) async fn save_note(
    path: Path<String>,
    Clerk(signed_in): Clerk,
    body: Json<Write>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let ticket = ticket_of(&path)?;
    let Write { outcome, text } = body.into_inner();
    let text = text::lines(&text);
    if text.chars().count() > MAX_NOTE_CHARS {
        return Err(ProblemCode::MessageTooLong.into());
    }
    let (scope, clerk, now) = (OfficeScope::of(signed_in.clerk.office), signed_in.clerk.id, state.world.now());
    let written = text.clone();
    state
        .write(move |db| {
            let (call, _) = stored::note_of_ticket(db, scope, ticket, clerk)?;
            stored::save_note(db, scope, call, clerk, (outcome, &written), now)
        })
        .await
        .map_err(not_found)?;
    auth::note_there(&state, &signed_in);
    Ok(HttpResponse::Ok().json(noted(outcome, text, Some(now))))
}

fn noted(outcome: Option<Outcome>, text: String, saved_at: Option<Timestamp>) -> Noted {
    let mut personal: Vec<Personal> = personal::find(&text).into_iter().map(|find| find.what).collect();
    personal.sort_unstable();
    personal.dedup();
    Noted { outcome, text, saved_at, personal }
}

/// What the last ticket of a session has to be rated; `None` without one that had a call.
fn rateable(
    db: &mut Db,
    scope: OfficeScope,
    session: &Session,
    now: Timestamp,
) -> Result<Option<stored::Rateable>, StoreError> {
    let Some(ticket) = tickets::latest_of_session(db, scope, session.id)? else { return Ok(None) };
    match stored::rateable(db, scope, ticket.id, now) {
        Err(StoreError::NotFound) => Ok(None),
        found => found.map(Some),
    }
}

fn ticket_of(path: &str) -> Result<TicketId, Problem> {
    path.parse().map_err(|_| EdgeCode::NotFound.into())
}

fn not_found(error: StoreError) -> Problem {
    match error {
        StoreError::NotFound => EdgeCode::NotFound.into(),
        other => other.into(),
    }
}
