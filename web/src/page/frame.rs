//! What every page's template needs: language, switch of languages, site, addresses.

use actix_web::HttpRequest;
use serde::Serialize;

use crate::site::SiteRecord;
use crate::state::AppState;

/// One entry of the switch of languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LanguageLink {
    /// Such as `uk`.
    pub code: String,
    /// The language's own name.
    pub name: String,
    /// Whether the page is in it.
    pub current: bool,
    /// This page in it.
    pub href: String,
}

/// A site as templates know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SiteView {
    /// The key in addresses.
    pub key: String,
    /// The site's name.
    pub name: String,
    /// The office's name.
    pub office_name: String,
    /// A letter or two where there is no logo.
    pub monogram: String,
    /// The telephone as people read it.
    pub phone: String,
    /// The telephone as a link.
    pub phone_href: String,
}

/// The part that all templates share.
#[derive(Debug, Clone, Serialize)]
pub struct FrameView {
    /// The page's language.
    pub lang: String,
    /// The languages it is offered in.
    pub languages: Vec<LanguageLink>,
    /// The base of all assets, such as `/assets/3f2a…`.
    pub assets: String,
    /// The stylesheet with the site's colours.
    pub look_css: Option<String>,
    /// The site, on pages of one.
    pub site: Option<SiteView>,
    /// Whose legal texts the footer leads to: the site's, on other pages those of the server's first site.
    pub legal_site: Option<String>,
    /// Whether this is a demo.
    pub demo: bool,
}

impl FrameView {
    /// For a page in a language, of a site or of none.
    #[must_use]
    pub fn new(state: &AppState, request: &HttpRequest, language: &str, site: Option<&SiteRecord>) -> Self {
        let links = state.i18n.languages().iter().map(|code| LanguageLink {
            code: code.clone(),
            name: state.i18n.name_of(code).to_owned(),
            current: code == language,
            href: in_language(request, code),
        });
        Self {
            lang: language.to_owned(),
            languages: links.collect(),
            assets: state.assets.base(),
            look_css: site.map(look_css),
            site: site.map(|record| SiteView::new(record, language)),
            legal_site: site.map(|record| record.site.key.clone()).or_else(|| state.sites.first()),
            demo: state.config.server.is_demo(),
        }
    }
}

impl SiteView {
    /// The site in a language.
    #[must_use]
    pub fn new(record: &SiteRecord, language: &str) -> Self {
        Self {
            key: record.site.key.clone(),
            name: record.site.name.in_language(language).to_owned(),
            office_name: record.office.name.in_language(language).to_owned(),
            monogram: record.site.look.monogram.clone(),
            phone: record.office.phone.clone(),
            phone_href: phone_href(&record.office.phone),
        }
    }
}

/// The address of a site's colours; it changes with them, so that browsers may keep it.
#[must_use]
pub fn look_css(record: &SiteRecord) -> String {
    format!("/w/{}/look.css?v={}", record.site.key, record.site.look_version)
}

/// A telephone number as a link.
#[must_use]
pub fn phone_href(phone: &str) -> String {
    let digits: String = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    format!("tel:{digits}")
}

/// This address with another `lang`.
fn in_language(request: &HttpRequest, language: &str) -> String {
    let others = request.query_string().split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("lang="));
    let mut query: Vec<&str> = others.collect();
    let wish = format!("lang={language}");
    query.push(&wish);
    format!("{}?{}", own_path(request), query.join("&"))
}

/// The path asked for, as a link may carry it: with one slash at its beginning. Two would name another host
/// (RFC 3986 §4.2, network-path reference).
#[must_use]
pub fn own_path(request: &HttpRequest) -> String {
    format!("/{}", request.path().trim_start_matches(['/', '\\']))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_path_with_two_slashes_leads_to_no_other_host() {
        let request = TestRequest::with_uri("//evil.example/x?lang=pl").to_http_request();

        assert_eq!(in_language(&request, "en"), "/evil.example/x?lang=en");
    }

    #[test]
    fn the_switch_keeps_the_rest_of_the_address() {
        let request = TestRequest::with_uri("/talk/wroclaw?lang=pl&a=b").to_http_request();

        assert_eq!(in_language(&request, "uk"), "/talk/wroclaw?a=b&lang=uk");
    }

    #[test]
    fn a_telephone_is_a_link_of_digits() {
        assert_eq!(phone_href("+48 000-000-000"), "tel:+48000000000");
    }
}
