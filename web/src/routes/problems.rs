//! Browser: the page that explains a problem's code, where the `type` of each problem leads (RFC 9457 §3.1.1).

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::guard::headers::Frame;
use crate::page;
use crate::page::response::{Keep, builder};
use crate::problem::{Code, EdgeCode, Problem};
use crate::state::AppState;

/// `GET /problems/{code}`.
pub(super) async fn page(
    request: HttpRequest,
    word: Path<String>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let code = Code::of_word(&word).ok_or(EdgeCode::NotFound)?;
    let language = state.language_of(&request);
    let html = page::problem::page(&state, &request, &language, code, None);
    Ok(builder(&request, &language, &Frame::Nobody, Keep::AskAgain).body(html))
}
