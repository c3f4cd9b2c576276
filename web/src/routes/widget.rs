//! Citizen: the panel, in a city's page or on its own, and the colours of a site.

use actix_web::http::header::{self, HeaderValue};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use okienko::domain::look::{Colour, TEXT_CONTRAST, nearest_passing};
use okienko::domain::office::Look;

use crate::auth;
use crate::guard::headers::Frame;
use crate::page;
use crate::page::panel::{Panel, PanelView};
use crate::page::response::{Keep, respond};
use crate::problem::Problem;
use crate::site::{self, SiteRecord};
use crate::state::AppState;

/// The panel inside the iframe of a city's page: `GET /w/{site}`.
pub(super) async fn embedded(
    request: HttpRequest,
    key: Path<String>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    panel(&request, &key, &state, true).await
}

/// The panel as a page of its own: `GET /talk/{site}`.
pub(super) async fn own_page(
    request: HttpRequest,
    key: Path<String>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    panel(&request, &key, &state, false).await
}

async fn panel(request: &HttpRequest, key: &str, state: &AppState, embedded: bool) -> Result<HttpResponse, Problem> {
    let record = site::by_key(state, key).await?;
    let line = site::line(state, &record).await;
    let visitor = auth::visitor(state, request).await?.filter(|visitor| visitor.session.office == record.office.id);
    let resume = visitor.is_some();
    let language = state.language_of(request);
    let view = PanelView::new(state, request, &language, &Panel { record: &record, line: &line, embedded, resume });
    let frame = if embedded { Frame::Origins(ancestors(state, &record)) } else { Frame::Nobody };
    let mut response = respond(state, request, &language, "widget/panel", &view, &frame, Keep::Never)?;
    if let Some(visitor) = visitor {
        let cookie = HeaderValue::from_str(&visitor.cookie(state.world.now())).map_err(Problem::internal)?;
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// The frame in which a document is looked at inside the panel: `GET /w/{site}/preview`.
pub(super) async fn preview(
    request: HttpRequest,
    key: Path<String>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let record = site::by_key(&state, &key).await?;
    Ok(page::preview::respond(&state, &request, &ancestors(&state, &record))?)
}

/// Who may embed the panel: the site's list, and in a demo the pages of this server under both names of this machine.
fn ancestors(state: &AppState, record: &SiteRecord) -> Vec<String> {
    record.site.allowed_origins.iter().cloned().chain(state.demo_origins()).collect()
}

/// The colours of a site: `GET /w/{site}/look.css`. Its address changes with them, so it is kept for a year.
pub(super) async fn look(
    request: HttpRequest,
    key: Path<String>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let record = site::by_key(&state, &key).await?;
    let version = format!("v={}", record.site.look_version);
    let is_current = request.query_string().split('&').any(|pair| pair == version);
    let caching = if is_current { "public, max-age=31536000, immutable" } else { "no-cache" };
    Ok(HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, caching))
        .body(look_css(&record.site.look)))
}

/// The paper and surface of both schemes, as in `tokens.css`.
const LIGHT: [Colour; 2] = [Colour(0xff, 0xff, 0xff), Colour(0xf3, 0xf6, 0xf9)];
const DARK: [Colour; 2] = [Colour(0x18, 0x21, 0x2a), Colour(0x10, 0x17, 0x1e)];

fn look_css(look: &Look) -> String {
    let light = variables(&look.brand, &look.on_brand, LIGHT);
    let dark = variables(&look.brand_dark, &look.on_brand_dark, DARK);
    // Forced colours are the reader's own: they keep them.
    format!(
        "@media not all and (forced-colors: active) {{\n:root {{ {light} }}\n}}\n\
         @media (prefers-color-scheme: dark) and (forced-colors: none) {{\n:root[data-theme=\"auto\"] {{ {dark} }}\n}}\n"
    )
}

/// The variables of one scheme. `--brand-ink` is the brand as text: its nearest shade that can be read on the paper, the
/// surface and the brand's own soft ground, which `tokens.css` mixes of 11 % brand and paper. A colour that is none is
/// left out, so that the plain one stays.
fn variables(brand: &str, on_brand: &str, [paper, surface]: [Colour; 2]) -> String {
    let (Some(brand), Some(on_brand)) = (Colour::parse(brand), Colour::parse(on_brand)) else { return String::new() };
    let mix = |from: u8, to: u8| u8::try_from((u32::from(from) * 11 + u32::from(to) * 89 + 50) / 100).unwrap_or(to);
    let soft = Colour(mix(brand.0, paper.0), mix(brand.1, paper.1), mix(brand.2, paper.2));
    let ink = nearest_passing(brand, &[paper, surface, soft], TEXT_CONTRAST).unwrap_or(brand);
    format!("--brand: {brand}; --on-brand: {on_brand}; --brand-ink: {ink};")
}

#[cfg(test)]
mod contrast;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_brand_as_text_is_darkened_until_it_can_be_read() {
        let yellow = variables("#ffcc00", "#000000", LIGHT);
        let blue = variables("#0b4f8a", "#ffffff", LIGHT);

        assert!(yellow.starts_with("--brand: #ffcc00; --on-brand: #000000; --brand-ink: #"), "{yellow}");
        assert!(!yellow.contains("--brand-ink: #ffcc00"), "{yellow}");
        assert!(blue.contains("--brand-ink: #0b4f8a"), "{blue}");
    }

    #[test]
    fn what_is_no_colour_writes_nothing() {
        assert_eq!(variables("red; } body { display: none", "#ffffff", LIGHT), "");
    }
}
