//! Where a request comes from: our own pages, a city's page that may embed us, or somewhere else.

use actix_web::HttpRequest;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;

use crate::problem::{EdgeCode, Problem};
use crate::state::AppState;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The header `Origin`, if there is a readable one.
#[must_use]
pub fn of(request: &HttpRequest) -> Option<&str> {
    text(request, header::ORIGIN)
}

fn text(request: &HttpRequest, name: HeaderName) -> Option<&str> {
    request.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok())
}

/// Whether a request that changes something, or opens a socket, comes from our own pages.
///
/// Browsers say so by `Sec-Fetch-Site` and `Origin`, and send at least `Origin` with every unsafe method and every
/// socket (Fetch §3.2, RFC 6455 §10.2). A client that says neither is no browser and has nobody's cookies but its own.
#[must_use]
pub fn is_own(request: &HttpRequest) -> bool {
    if text(request, SEC_FETCH_SITE).is_some_and(|site| site != "same-origin") {
        return false;
    }
    is_from_own_page(request)
}

/// Whether the header `Origin` names this very host, or is not there.
///
/// A socket is no subject of the same-origin policy, so without this any site could use a visitor's cookie (RFC 6455
/// §10.2). `Sec-Fetch-Site` says nothing about sockets: browsers differ in whether `ws:` is of the same site as `http:`.
#[must_use]
pub fn is_from_own_page(request: &HttpRequest) -> bool {
    let Some(origin) = of(request) else { return !request.headers().contains_key(header::ORIGIN) };
    // Behind a proxy that ends TLS the connection does not tell the scheme, but the settings do.
    let is_https = request.app_data::<Data<AppState>>().is_some_and(|state| state.config.http.is_https());
    origin.split_once("://").is_some_and(|(scheme, host)| {
        (scheme == "https" || (scheme == "http" && !is_https)) && host.eq_ignore_ascii_case(own_host(request))
    })
}

/// The host and port of this server as the browser wrote them.
#[must_use]
pub fn own_host(request: &HttpRequest) -> &str {
    text(request, header::HOST).filter(|host| is_host(host)).unwrap_or_default()
}

/// Whether a text is a host with an optional port and nothing else, so that it may stand in a header of ours.
fn is_host(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']' | b'_');
    !text.is_empty() && text.len() <= 260 && text.bytes().all(allowed)
}

/// Whether a text is an origin of the kind that a site may allow: `https://www.city.example`, with a port if need be,
/// or `https://*.city.example` for all below it.
#[must_use]
pub fn is_pattern(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| is_host(host.strip_prefix("*.").unwrap_or(host)))
}

/// Whether an origin is one that this entry of a site's list allows.
#[must_use]
pub fn matches(pattern: &str, origin: &str) -> bool {
    if !is_pattern(pattern) {
        return false;
    }
    match pattern.split_once("://*.") {
        None => pattern.eq_ignore_ascii_case(origin),
        Some((scheme, parent)) => origin.split_once("://").is_some_and(|(own_scheme, host)| {
            own_scheme == scheme && host.len() > parent.len() + 1 && host.ends_with(&format!(".{parent}"))
        }),
    }
}

/// Refuses requests with an unsafe method that come from other sites' pages (CSRF). `SameSite` cookies are the second
/// lock; the citizen's cookie, which must be `SameSite=None`, has this one.
///
/// # Errors
/// Those of the handler; the refusal itself is a response, `cross-site`.
pub async fn refuse_foreign<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if !is_safe && !is_own(request.request()) {
        return Ok(request.error_response(Problem::new(EdgeCode::CrossSite)));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn request(headers: &[(&'static str, &str)]) -> HttpRequest {
        let mut request = TestRequest::post().insert_header(("host", "okienko.example:8080"));
        for (name, value) in headers {
            request = request.insert_header((*name, *value));
        }
        request.to_http_request()
    }

    #[test]
    fn our_own_pages_may_change_things_and_others_may_not() {
        assert!(is_own(&request(&[("origin", "https://okienko.example:8080")])));
        assert!(is_own(&request(&[("origin", "http://okienko.example:8080"), ("sec-fetch-site", "same-origin")])));
        assert!(is_own(&request(&[])));

        assert!(!is_own(&request(&[("origin", "https://evil.example")])));
        assert!(!is_own(&request(&[("origin", "null")])));
        assert!(!is_own(&request(&[("origin", "https://okienko.example:8080.evil.example")])));
        assert!(!is_own(&request(&[("origin", "https://okienko.example:8080"), ("sec-fetch-site", "cross-site")])));
        assert!(!is_own(&request(&[("sec-fetch-site", "same-site")])));
    }

    #[test]
    fn an_entry_of_the_list_allows_itself_or_what_is_below_it() {
        assert!(matches("https://www.city.example", "https://www.city.example"));
        assert!(matches("https://*.city.example", "https://bip.city.example"));

        assert!(!matches("https://www.city.example", "http://www.city.example"));
        assert!(!matches("https://www.city.example", "https://www.city.example:8443"));
        assert!(!matches("https://*.city.example", "https://evilcity.example"));
        assert!(!matches("https://*.city.example", "https://city.example"));
        assert!(!matches("*", "https://evil.example"));
    }

    #[test]
    fn an_entry_cannot_smuggle_anything_into_a_header() {
        assert!(is_pattern("https://www.city.example"));
        for text in ["*", "https://*", "https://a b", "https://a; script-src *", "https://a,b", "javascript:x", ""] {
            assert!(!is_pattern(text), "{text}");
        }
    }
}
