//! A problem as a page (`problem.hbs`), and the plainest of pages where even that cannot be made.

use actix_web::HttpRequest;
use okienko_actors::ProblemCode;
use serde::Serialize;

use crate::page::frame::{FrameView, own_path};
use crate::page::helpers::escape;
use crate::problem::{Code, EdgeCode, words};
use crate::state::AppState;

#[derive(Debug, Serialize)]
struct ProblemPage {
    #[serde(flatten)]
    frame: FrameView,
    status: u16,
    code: &'static str,
    title: String,
    detail: Option<String>,
    actions: Vec<Action>,
    request_id: Option<String>,
}

#[derive(Debug, Serialize)]
struct Action {
    href: String,
    label: String,
    primary: bool,
}

/// The address asked for, with its query, as a link that stays on this server.
fn own_address(request: &HttpRequest) -> String {
    let path = own_path(request);
    if request.query_string().is_empty() { path } else { format!("{path}?{}", request.query_string()) }
}

/// The page of a problem; never fails.
#[must_use]
pub fn page(state: &AppState, request: &HttpRequest, language: &str, code: Code, request_id: Option<String>) -> String {
    let (title, detail) = words(&state.i18n, language, code);
    let view = ProblemPage {
        frame: FrameView::new(state, request, language, None),
        status: code.status().as_u16(),
        code: code.word(),
        title: title.clone(),
        detail: detail.clone(),
        actions: actions(state, request, language, code),
        request_id,
    };
    state.pages.render(language, "problem", &view).unwrap_or_else(|error| {
        tracing::error!(%error, "the page of a problem could not be rendered");
        let (title, detail) = (escape(&title), escape(&detail.unwrap_or_default()));
        format!(
            "<!doctype html><html lang=\"{language}\"><meta charset=\"utf-8\"><title>{title}</title>\
             <main><h1>{title}</h1><p>{detail}</p></main></html>"
        )
    })
}

fn actions(state: &AppState, request: &HttpRequest, language: &str, code: Code) -> Vec<Action> {
    let say = |key: &str| state.i18n.text(language, &format!("problem.action.{key}"), &[]);
    let again = |primary| Action { href: own_address(request), label: say("again"), primary };
    let sign_in = |primary| Action { href: "/login".to_owned(), label: say("sign_in"), primary };
    match code {
        Code::Edge(EdgeCode::FormExpired | EdgeCode::TooManyLogins | EdgeCode::LoginFailed)
        | Code::Actor(ProblemCode::LoginRequired | ProblemCode::SignedOut) => vec![sign_in(true)],
        Code::Edge(EdgeCode::RoleMissing) => {
            vec![Action { href: "/desk".to_owned(), label: say("desk"), primary: true }]
        }
        // Only the demo has a page at the root.
        Code::Edge(EdgeCode::NotFound) if state.config.server.is_demo() => {
            vec![Action { href: "/".to_owned(), label: say("home"), primary: true }]
        }
        code if code.retry_after_s().is_some() && request.method().is_safe() => vec![again(true)],
        _ => Vec::new(),
    }
}
