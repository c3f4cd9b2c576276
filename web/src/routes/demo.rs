//! Demo: a pretend city page that embeds the widget as a real one would, and the gallery of components.

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use crate::guard::headers::Frame;
use crate::guard::origin;
use crate::page::frame::FrameView;
use crate::page::response::{Keep, respond};
use crate::problem::{EdgeCode, Problem};
use crate::site;
use crate::state::AppState;

/// The site that the host page shows.
const DEMO_SITE: &str = "wroclaw";

#[derive(Debug, Serialize)]
struct HostView {
    #[serde(flatten)]
    frame: FrameView,
    /// Where the widget comes from: another origin than the page's, as in a real city.
    widget_origin: String,
    /// Where staff sign in.
    login_url: &'static str,
}

/// The pretend city page: `GET /`. In production there is nothing at this address.
pub(super) async fn host_page(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, Problem> {
    only_in_demo(&state)?;
    let record = site::by_key(&state, DEMO_SITE).await?;
    let language = state.language_of(&request);
    let widget_origin = other_name(&request, &state);
    let mut frame = FrameView::new(&state, &request, &language, Some(&record));
    // A city's page has its own colours; ours are the widget's.
    frame.look_css = None;
    let view = HostView { frame, widget_origin: widget_origin.clone(), login_url: "/login" };
    let mut response = respond(&state, &request, &language, "widget/demo", &view, &Frame::Nobody, Keep::AskAgain)?;
    let policy = format!(
        "default-src 'none'; script-src 'self' {widget_origin}; style-src 'self'; img-src 'self' data:; \
         connect-src 'self' {widget_origin}; frame-src {widget_origin}; font-src 'self'; frame-ancestors 'none'; \
         base-uri 'none'; form-action 'self'"
    );
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, header::HeaderValue::try_from(policy).map_err(Problem::internal)?);
    headers.insert(
        header::HeaderName::from_static("permissions-policy"),
        header::HeaderValue::try_from(lent_to(&widget_origin)).map_err(Problem::internal)?,
    );
    Ok(response)
}

/// The gallery: `GET /gallery`.
pub(super) async fn gallery(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, Problem> {
    only_in_demo(&state)?;
    let record = site::by_key(&state, DEMO_SITE).await?;
    let language = state.language_of(&request);
    let view = FrameView::new(&state, &request, &language, Some(&record));
    Ok(respond(&state, &request, &language, "gallery", &view, &Frame::Nobody, Keep::AskAgain)?)
}

fn only_in_demo(state: &AppState) -> Result<(), Problem> {
    if state.config.server.is_demo() { Ok(()) } else { Err(EdgeCode::NotOffered.into()) }
}

/// The other name of this machine, so that page and frame are of different origins as they are in a city: a page at
/// `localhost` gets the widget from `127.0.0.1` and the other way round. At any other name it is the same origin.
fn other_name(request: &HttpRequest, state: &AppState) -> String {
    let host = origin::own_host(request);
    let names = [format!("localhost:{}", state.port), format!("127.0.0.1:{}", state.port)];
    match names.iter().position(|name| name == host) {
        Some(index) => format!("{}://{}", state.scheme(), names.get(1 - index).map_or(host, String::as_str)),
        None => format!("{}://{host}", state.scheme()),
    }
}

/// A host page must let its frame use camera and microphone; by default no frame of another origin may.
fn lent_to(origin: &str) -> String {
    ["camera", "microphone", "display-capture", "autoplay", "fullscreen", "picture-in-picture"]
        .map(|feature| format!("{feature}=(self \"{origin}\")"))
        .join(", ")
}
