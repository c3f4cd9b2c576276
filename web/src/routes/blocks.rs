//! Staff: who is kept out of the line, and lifting that. For managers.

use actix_web::http::header;
use actix_web::web::{Data, Form, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use jiff::Timestamp;
use okienko::domain::abuse::Block;
use okienko::domain::event::{Actor, Event, SubjectKind};
use okienko::domain::office::Clerk;
use okienko::ids::{BlockId, ClerkId};
use okienko::store::audit::{self, AuditEntry};
use okienko::store::{Db, OfficeScope, StoreError, blocks, events, offices, staff};
use serde::{Deserialize, Serialize};

use crate::auth::{self, Manager, SignedIn};
use crate::page::blocks::{BlocksView, Done, Listed};
use crate::page::response::respond_to_staff;
use crate::problem::{Body, EdgeCode, Problem};
use crate::state::AppState;

/// A device that is kept out of the line. Nothing here tells whose.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Shown {
    /// Which block.
    id: String,
    /// Why the call was broken off: `threats`, `insults`, `sexual` or `other`.
    reason: &'static str,
    /// For how long: `hour`, `day` or `week`.
    length: &'static str,
    /// Since when.
    #[schema(value_type = String)]
    since: Timestamp,
    /// Until when.
    #[schema(value_type = String)]
    until: Timestamp,
    /// Who broke the call off: first and family name.
    by: String,
}

impl Shown {
    /// The same for the page.
    fn listed(&self) -> Listed<'_> {
        (&self.id, self.reason, self.length, (self.since, self.until), &self.by)
    }
}

/// The blocks in force, the newest first.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct InForce {
    blocks: Vec<Shown>,
}

/// The blocks of the manager's office that are in force now.
#[utoipa::path(
    get,
    path = "/api/v1/manage/blocks",
    operation_id = "blocks",
    tag = "staff",
    responses(
        (status = 200, body = InForce),
        (status = "4XX", body = Body, content_type = "application/problem+json", description =
            "`login-required`, `role-missing`"),
        (status = "5XX", body = Body, content_type = "application/problem+json"),
    )
)]
pub(super) async fn list(Manager(signed_in): Manager, state: Data<AppState>) -> Result<HttpResponse, Problem> {
    let blocks = in_force(&state, &signed_in).await?;
    Ok(HttpResponse::Ok().json(InForce { blocks }))
}

/// Lifts a block: from now on it keeps nobody out. The event log and the audit log say who did.
#[utoipa::path(
    delete,
    path = "/api/v1/manage/blocks/{block}",
    operation_id = "liftBlock",
    tag = "staff",
    responses(
        (status = 204, description = "lifted"),
        (status = "4XX", body = Body, content_type = "application/problem+json", description =
            "`login-required`, `role-missing`, `not-found`, `cross-site`"),
        (status = "5XX", body = Body, content_type = "application/problem+json"),
    )
)]
pub(super) async fn lift(
    path: Path<String>,
    Manager(signed_in): Manager,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    lift_of(&state, &signed_in, &path).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The page with the list: `GET /manage/blocks`.
pub(super) async fn page(
    request: HttpRequest,
    asked: Query<Asked>,
    Manager(signed_in): Manager,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let scope = OfficeScope::of(signed_in.clerk.office);
    let office = state.read(move |db| offices::get(db, scope)).await?;
    let shown = in_force(&state, &signed_in).await?;
    let listed: Vec<Listed<'_>> = shown.iter().map(Shown::listed).collect();
    let view = BlocksView::new(&state, &request, &signed_in, &office, &listed, asked.done);
    Ok(respond_to_staff(&state, &request, &state.language_of(&request), "blocks", &view)?)
}

/// What came of the last press.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    done: Option<Done>,
}

/// The form of one block.
#[derive(Debug, Deserialize)]
pub(super) struct Lift {
    #[serde(default)]
    csrf: String,
}

/// Lifts a block by the page's form: `POST /manage/blocks/{block}/lift`.
pub(super) async fn lift_by_form(
    path: Path<String>,
    form: Form<Lift>,
    Manager(signed_in): Manager,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    if !auth::is_form_of(&form.csrf, signed_in.token()) {
        return Err(EdgeCode::FormExpired.into());
    }
    let done = match lift_of(&state, &signed_in, &path).await {
        Ok(()) => "lifted",
        Err(problem) if problem.code == EdgeCode::NotFound.into() => "gone",
        Err(problem) => return Err(problem),
    };
    let back = format!("/manage/blocks?done={done}");
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, back)).finish())
}

/// The blocks in force of somebody's office, with the names of who began them.
async fn in_force(state: &AppState, signed_in: &SignedIn) -> Result<Vec<Shown>, StoreError> {
    let (scope, now) = (OfficeScope::of(signed_in.clerk.office), state.world.now());
    state
        .read(move |db| {
            let name_of = |db: &mut Db, clerk: ClerkId| match staff::get(db, scope, clerk) {
                Ok(Clerk { given_name, family_name, .. }) => Ok(format!("{given_name} {family_name}")),
                // No longer on the staff.
                Err(StoreError::NotFound) => Ok(String::new()),
                Err(error) => Err(error),
            };
            let found = blocks::in_force(db, scope, now)?;
            found.into_iter().map(|block| Ok(shown(&block, name_of(db, block.clerk)?))).collect()
        })
        .await
}

fn shown(block: &Block, by: String) -> Shown {
    let (reason, length) = (block.reason.word(), block.length.word());
    Shown { id: block.id.to_text(), reason, length, since: block.since, until: block.until, by }
}

/// Lifts a block of somebody's office.
async fn lift_of(state: &AppState, signed_in: &SignedIn, id: &str) -> Result<(), Problem> {
    let id: BlockId = id.parse().map_err(|_| Problem::new(EdgeCode::NotFound))?;
    let (office, by, now) = (signed_in.clerk.office, signed_in.clerk.id, state.world.now());
    let scope = OfficeScope::of(office);
    state
        .write(move |db| {
            let block = blocks::lift(db, scope, id)?;
            let event = Event {
                office,
                kind: SubjectKind::Call,
                subject: block.call.to_text(),
                at: now,
                from: "blocked".to_owned(),
                to: "lifted".to_owned(),
                by: Actor::Clerk(by),
                reason: block.length.word().to_owned(),
            };
            events::append(db, scope, &event)?;
            let entry = AuditEntry {
                office,
                at: now,
                by: Some(by),
                action: "block.lift".to_owned(),
                subject: id.to_text(),
                before: Some(format!("{} {}", block.reason.word(), block.length.word())),
                after: None,
            };
            audit::append(db, scope, &entry)
        })
        .await?;
    tracing::info!(block.id = %id, office.id = %office, "a block was lifted");
    auth::note_there(state, signed_in);
    Ok(())
}
