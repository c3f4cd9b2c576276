//! Staff: who is kept out of the line, and lifting that. For managers.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use jiff::Timestamp;
use okienko::domain::abuse::Block;
use okienko::domain::event::{Actor, Event, SubjectKind};
use okienko::domain::office::Clerk;
use okienko::ids::{BlockId, ClerkId};
use okienko::store::audit::{self, AuditEntry};
use okienko::store::{Db, OfficeScope, StoreError, blocks, events, staff};
use serde::Serialize;

use crate::auth::{self, Manager, SignedIn};
use crate::problem::{Body, EdgeCode, Problem};
use crate::state::AppState;

/// A device that is kept out of the line. Nothing here tells whose.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Shown {
    /// Which block.
    pub(super) id: String,
    /// Why the call was broken off: `threats`, `insults`, `sexual` or `other`.
    pub(super) reason: &'static str,
    /// For how long: `hour`, `day` or `week`.
    pub(super) length: &'static str,
    /// Since when.
    #[schema(value_type = String)]
    pub(super) since: Timestamp,
    /// Until when.
    #[schema(value_type = String)]
    pub(super) until: Timestamp,
    /// Who broke the call off: first and family name.
    pub(super) by: String,
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

/// The blocks in force of somebody's office, with the names of who began them.
pub(super) async fn in_force(state: &AppState, signed_in: &SignedIn) -> Result<Vec<Shown>, StoreError> {
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
pub(super) async fn lift_of(state: &AppState, signed_in: &SignedIn, id: &str) -> Result<(), Problem> {
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
    auth::renew(state, signed_in);
    Ok(())
}
