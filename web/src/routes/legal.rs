//! Citizen: the legal texts of a site.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use okienko::domain::declaration::Declaration;
use okienko::domain::office::{LegalKind, LegalText};
use okienko::store::{OfficeScope, staff};

use crate::guard::headers::Frame;
use crate::page::declaration::{DeclarationView, Statement};
use crate::page::legal::LegalView;
use crate::page::response::{Keep, respond};
use crate::problem::{EdgeCode, Problem};
use crate::site::{self, SiteRecord};
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
    let record = site::by_key(&state, &key).await?;
    let text = record.legal(LegalKind::Accessibility, &state.language_of(&request)).ok_or(EdgeCode::NotFound)?;
    let declaration = match Declaration::parse(&text.body) {
        Ok(declaration) => declaration,
        Err(error) => {
            // Published before statements had fields: better shown as it is than not at all.
            tracing::warn!(site.id = %record.site.id, %error, "an accessibility statement has no fields");
            return prose(&state, &request, &record, text);
        }
    };
    let scope = OfficeScope::of(record.office.id);
    let staff = state.read(move |db| staff::of_office(db, scope)).await?;
    let signs = staff.iter().any(|clerk| clerk.skills.sign);
    let view =
        DeclarationView::new(&state, &request, Statement { record: &record, text, declaration: &declaration, signs });
    Ok(respond(&state, &request, &text.language, "accessibility", &view, &Frame::Nobody, Keep::AskAgain)?)
}

type Answer = Result<HttpResponse, Problem>;

async fn text(request: &HttpRequest, key: &str, state: &AppState, kind: LegalKind) -> Answer {
    let record = site::by_key(state, key).await?;
    let language = state.language_of(request);
    prose(state, request, &record, record.legal(kind, &language).ok_or(EdgeCode::NotFound)?)
}

/// A text of paragraphs. One that is not translated is shown in its own language, and so is the page around it.
fn prose(state: &AppState, request: &HttpRequest, record: &SiteRecord, text: &LegalText) -> Answer {
    let view = LegalView::new(state, request, &text.language, record, text);
    Ok(respond(state, request, &text.language, "legal", &view, &Frame::Nobody, Keep::AskAgain)?)
}
