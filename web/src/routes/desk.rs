//! Staff: the console.

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use okienko::store::{OfficeScope, offices, replies};

use crate::auth::{Clerk, Manager};
use crate::page;
use crate::page::response::respond_to_staff;
use crate::page::staff::DeskView;
use crate::problem::Problem;
use crate::state::AppState;

/// The clerk's console: `GET /desk`. Managers and administrators may serve as well.
pub(super) async fn console(
    request: HttpRequest,
    Clerk(signed_in): Clerk,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let scope = OfficeScope::of(signed_in.clerk.office);
    let (office, replies) =
        state.read(move |db| Ok((offices::get(db, scope)?, replies::of_office(db, scope)?))).await?;
    let language = state.language_of(&request);
    let office_name = office.name.in_language(&language).to_owned();
    let view = DeskView::new(&state, &request, &language, &signed_in, office_name, &replies);
    Ok(respond_to_staff(&state, &request, &language, "desk", &view)?)
}

/// The frame in which a document is looked at at the desk: `GET /desk/preview`.
pub(super) async fn preview(request: HttpRequest, _: Clerk, state: Data<AppState>) -> Result<HttpResponse, Problem> {
    Ok(page::preview::respond(&state, &request, &[])?)
}

/// Where managers land: `GET /manage`. They serve at the desk like everybody.
pub(super) async fn manage(_: Manager) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, "/desk")).finish()
}
