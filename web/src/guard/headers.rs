//! Headers that tell browsers what our pages may do: almost nothing.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpRequest, web};

use crate::guard::origin;
use crate::state::AppState;

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const CROSS_ORIGIN_OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// What is no page needs nothing.
const NO_PAGE: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// Camera, microphone and screen for our own pages, which a host page lends to our iframe by `allow`; of the rest only
/// what a call needs. Only names that browsers know: others are complained about in the console.
const PERMISSIONS: &str = "camera=(self), microphone=(self), display-capture=(self), autoplay=(self), \
     fullscreen=(self), picture-in-picture=(self), screen-wake-lock=(self), geolocation=(), payment=(), usb=(), \
     serial=(), hid=(), midi=(), accelerometer=(), gyroscope=(), magnetometer=()";

/// Who may show a page in a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// Nobody.
    Nobody,
    /// Pages of these origins.
    Origins(Vec<String>),
}

/// The content security policy of a page (CSP Level 3): scripts and styles are files of ours, nothing is inline, and
/// sockets go to this host only.
#[must_use]
pub fn content_policy(request: &HttpRequest, frame: &Frame) -> String {
    let ancestors = match frame {
        Frame::Nobody => "'none'".to_owned(),
        Frame::Origins(origins) => {
            let safe: Vec<&str> = origins.iter().map(String::as_str).filter(|text| origin::is_pattern(text)).collect();
            if safe.is_empty() { "'none'".to_owned() } else { format!("'self' {}", safe.join(" ")) }
        }
    };
    // Safari before 15.4 does not count ws: as 'self' (webkit.org/b/201591), and our floor is only a little above.
    let host = origin::own_host(request);
    let sockets = if host.is_empty() { String::new() } else { format!(" ws://{host} wss://{host}") };
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
         media-src 'self' blob: mediastream:; connect-src 'self'{sockets}; font-src 'self'; manifest-src 'self'; \
         frame-src 'self'; frame-ancestors {ancestors}; base-uri 'none'; form-action 'self'"
    )
}

/// The policy of the frame in which a document is looked at: an origin of its own that has nothing and reaches nothing
/// but the scripts that draw. The document itself is handed in by the page around it.
///
/// The host stands in full: `'self'` is not matched by a sandboxed page in every browser (webkit.org/b/223848).
#[must_use]
pub fn preview_policy(request: &HttpRequest, scheme: &str, around: &[String]) -> String {
    let own = format!("{scheme}://{}", origin::own_host(request));
    let safe: Vec<&str> = around.iter().map(String::as_str).filter(|text| origin::is_pattern(text)).collect();
    format!(
        "sandbox allow-scripts; default-src 'none'; script-src {own}; style-src {own}; img-src blob: data:; \
         font-src data:; frame-ancestors {own} {}; base-uri 'none'; form-action 'none'",
        safe.join(" ")
    )
}

/// Puts the headers on every answer that has not said otherwise itself.
///
/// # Errors
/// Those of the handler.
pub async fn harden<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let is_https = request.app_data::<web::Data<AppState>>().is_some_and(|state| state.config.http.is_https());
    let mut response = next.call(request).await?;
    let headers = response.headers_mut();
    set(headers, header::CONTENT_SECURITY_POLICY, NO_PAGE);
    set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(headers, header::REFERRER_POLICY, "same-origin");
    set(headers, PERMISSIONS_POLICY, PERMISSIONS);
    // What nobody has called cacheable may hold something personal.
    set(headers, header::CACHE_CONTROL, "no-store");
    if is_https {
        set(headers, header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    Ok(response)
}

/// Parts a staff page from whoever opened it, so that no other page can reach its window (HTML §7.1.3.1).
pub fn isolate(headers: &mut HeaderMap) {
    set(headers, CROSS_ORIGIN_OPENER_POLICY, "same-origin");
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    if !headers.contains_key(&name) {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn policy(host: &str, frame: &Frame) -> String {
        content_policy(&TestRequest::default().insert_header((header::HOST, host)).to_http_request(), frame)
    }

    #[test]
    fn a_preview_is_sandboxed_and_reaches_nothing() {
        let request = TestRequest::default().insert_header((header::HOST, "okienko.example")).to_http_request();
        let around = ["https://www.city.example".to_owned(), "https://x; script-src *".to_owned()];

        let policy = preview_policy(&request, "https", &around);

        assert!(policy.starts_with("sandbox allow-scripts; default-src 'none'; script-src https://okienko.example;"));
        assert!(policy.contains("frame-ancestors https://okienko.example https://www.city.example;"));
        for word in ["connect-src", "allow-same-origin", "script-src *", "'unsafe"] {
            assert!(!policy.contains(word), "{policy}");
        }
    }

    #[test]
    fn only_listed_origins_may_frame_a_page() {
        let listed = Frame::Origins(vec!["https://www.city.example".to_owned(), "https://x; script-src *".to_owned()]);

        assert!(policy("h", &listed).contains("frame-ancestors 'self' https://www.city.example; base-uri"));
        assert!(policy("h", &Frame::Nobody).contains("frame-ancestors 'none';"));
        assert!(policy("h", &Frame::Origins(Vec::new())).contains("frame-ancestors 'none';"));
    }

    #[test]
    fn a_forged_host_writes_nothing_into_the_policy() {
        let policy = policy("x; script-src *", &Frame::Nobody);

        assert!(policy.contains("connect-src 'self'; "), "{policy}");
    }
}
