//! The four cookies, all of them strictly necessary, so that no consent is asked for. `PRIVACY.md` lists them.
//!
//! The prefix `__Host-` binds a cookie to this very host and to TLS (RFC 6265bis §4.1.3.2). Browsers count
//! `http://localhost` and `http://127.0.0.1` as safe, so the demo works without TLS.

use actix_web::HttpRequest;
use actix_web::http::header::{COOKIE, HeaderValue};
use jiff::SignedDuration;

/// The citizen's session. It must work inside the iframe of another site: `SameSite=None`, and `Partitioned`, so that
/// it exists apart for each city's page.
pub const SESSION: &str = "__Host-okienko";

/// The device of a citizen who is kept out of the line, and of nobody else; of the same kind as the session's.
pub const DEVICE: &str = "__Host-okienko-device";

/// A staff login.
pub const STAFF: &str = "__Host-okienko-staff";

/// Proves that the sign-in form came from here; lives only until it is sent.
pub const FORM: &str = "__Host-okienko-form";

/// Sets the citizen's cookie for so long.
#[must_use]
pub fn session(token: &str, life: SignedDuration) -> String {
    let seconds = life.as_secs().max(0);
    format!("{SESSION}={token}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=None; Partitioned")
}

/// Takes the citizen's cookie away.
#[must_use]
pub fn no_session() -> String {
    format!("{SESSION}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=None; Partitioned")
}

/// Sets the cookie of a device for so long.
#[must_use]
pub fn device(secret: &str, life: SignedDuration) -> String {
    let seconds = life.as_secs().max(0);
    format!("{DEVICE}={secret}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=None; Partitioned")
}

/// Sets the staff cookie for so many hours.
#[must_use]
pub fn staff(token: &str, hours: u32) -> String {
    let seconds = u64::from(hours) * 3_600;
    format!("{STAFF}={token}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Strict")
}

/// Takes the staff cookie away.
#[must_use]
pub fn no_staff() -> String {
    format!("{STAFF}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict")
}

/// Sets the form's cookie.
#[must_use]
pub fn form(token: &str) -> String {
    format!("{FORM}={token}; Path=/; Secure; HttpOnly; SameSite=Strict")
}

/// Takes the form's cookie away.
#[must_use]
pub fn no_form() -> String {
    format!("{FORM}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict")
}

/// All values of a cookie in a request. There may be two of a name: a partitioned one and one from before.
pub fn values<'a>(request: &'a HttpRequest, name: &'a str) -> impl Iterator<Item = &'a str> {
    request
        .headers()
        .get_all(COOKIE)
        .filter_map(|header: &HeaderValue| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(move |pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
        .filter(|value| !value.is_empty())
        // A request with thousands of cookies must not become thousands of look-ups.
        .take(4)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let request = TestRequest::default()
            .insert_header((
                COOKIE,
                "a=b; __Host-okienko-staff=s; __Host-okienko-device=d; __Host-okienko=one; __Host-okienko=two",
            ))
            .to_http_request();

        assert_eq!(values(&request, SESSION).collect::<Vec<_>>(), ["one", "two"]);
        assert_eq!(values(&request, STAFF).collect::<Vec<_>>(), ["s"]);
        assert_eq!(values(&request, FORM).count(), 0);
    }
}
