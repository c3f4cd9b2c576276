//! Citizen: the legal texts of a site.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use okienko::domain::office::LegalKind;

use crate::guard::headers::Frame;
use crate::page::legal::LegalView;
use crate::page::response::{Keep, respond};
use crate::problem::{EdgeCode, Problem};
use crate::site;
use crate::state::AppState;

/// The data notice (GDPR art. 13): `GET /privacy/{site}`.
pub(super) async fn privacy(request: HttpRequest, key: Path<String>, state: Data<AppState>) -> Answer {
    text(&request, &key, &state, LegalKind::Privacy).await
}

/// The terms of the service: `GET /terms/{site}`.
pub(super) async fn terms(request: HttpRequest, key: Path<String>, state: Data<AppState>) -> Answer {
    text(&request, &key, &state, LegalKind::Terms).await
}

/// The accessibility statement: `GET /accessibility/{site}`.
pub(super) async fn accessibility(request: HttpRequest, key: Path<String>, state: Data<AppState>) -> Answer {
    text(&request, &key, &state, LegalKind::Accessibility).await
}

type Answer = Result<HttpResponse, Problem>;

async fn text(request: &HttpRequest, key: &str, state: &AppState, kind: LegalKind) -> Answer {
    let record = site::by_key(state, key).await?;
    let language = state.language_of(request);
    let text = record.legal(kind, &language).ok_or(EdgeCode::NotFound)?;
    // A text that is not translated is shown in its own language, and so is the page around it.
    let view = LegalView::new(state, request, &text.language, &record, text);
    Ok(respond(state, request, &text.language, "legal", &view, &Frame::Nobody, Keep::AskAgain)?)
}
