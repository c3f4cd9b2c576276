//! Plain HTTP/1.1, a connection for each request, with cookies by hand: the server's are `Secure`, which no cookie jar
//! would send over `http://`, but browsers do to `127.0.0.1`.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::header::{CONTENT_TYPE, COOKIE, HOST, SET_COOKIE};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use okienko::ids::MatterId;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::net::TcpStream;

/// How long an answer may take.
const WITHIN: Duration = Duration::from_secs(30);

/// A server's address.
#[derive(Debug, Clone)]
pub struct Http {
    address: SocketAddr,
    host: String,
}

/// Why a request was not answered as wished.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The address is none that we can ask.
    #[error(
        "'{0}' is not an address such as http://127.0.0.1:8080; put the tester beside the server, before its proxy"
    )]
    Address(String),
    /// The server was not reached, or broke off.
    #[error("{0}")]
    Broken(String),
    /// It did not answer in time.
    #[error("no answer within {} s", WITHIN.as_secs())]
    Late,
    /// It refused.
    #[error("{path} was answered by {status}: {body}")]
    Status {
        /// What was asked for.
        path: String,
        /// How it was answered.
        status: StatusCode,
        /// The begin of what it said.
        body: String,
    },
    /// It said something else than it should.
    #[error("{path}: {what}")]
    Unexpected {
        /// What was asked for.
        path: String,
        /// What is missing.
        what: String,
    },
}

impl HttpError {
    /// Whether trying again may help.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Broken(_) | Self::Late => true,
            Self::Status { status, .. } => status.is_server_error() || *status == StatusCode::TOO_MANY_REQUESTS,
            Self::Address(_) | Self::Unexpected { .. } => false,
        }
    }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    path: String,
    /// Its status.
    pub status: StatusCode,
    /// The cookies that it sets, as `name=value`.
    pub cookies: Vec<String>,
    /// Its text.
    pub text: String,
}

impl Answer {
    /// The answer, if it is of this status.
    fn expect(self, status: StatusCode) -> Result<Self, HttpError> {
        if self.status == status {
            return Ok(self);
        }
        let body: String = self.text.chars().take(200).collect();
        Err(HttpError::Status { path: self.path, status: self.status, body })
    }

    fn json<T: DeserializeOwned>(&self) -> Result<T, HttpError> {
        serde_json::from_str(&self.text).map_err(|error| self.unexpected(error.to_string()))
    }

    fn unexpected(&self, what: String) -> HttpError {
        HttpError::Unexpected { path: self.path.clone(), what }
    }

    /// The value of the first attribute of this name in a page.
    fn attribute(&self, name: &str) -> Result<String, HttpError> {
        let value = self.text.split_once(&format!("{name}=\"")).and_then(|(_, rest)| rest.split_once('"'));
        value.map(|(value, _)| value.to_owned()).ok_or_else(|| self.unexpected(format!("the page has no {name}")))
    }
}

/// What a request carries.
enum Content<'a> {
    None,
    Json(serde_json::Value),
    Form(&'a [(&'a str, &'a str)]),
}

impl Http {
    /// The server at an address such as `http://127.0.0.1:8080`.
    ///
    /// # Errors
    /// [`HttpError::Address`]: names are not looked up, and TLS is left to the proxy.
    pub fn at(url: &str) -> Result<Self, HttpError> {
        let wrong = || HttpError::Address(url.to_owned());
        let host = url.strip_prefix("http://").ok_or_else(wrong)?.trim_end_matches('/');
        let address = host.replace("localhost", "127.0.0.1").parse().map_err(|_| wrong())?;
        Ok(Self { address, host: host.to_owned() })
    }

    /// The server's address.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of a socket.
    #[must_use]
    pub fn socket_url(&self, path: &str) -> String {
        format!("ws://{}{path}", self.host)
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        cookie: Option<&str>,
        content: Content<'_>,
    ) -> Result<Answer, HttpError> {
        tokio::time::timeout(WITHIN, self.exchange(method, path, cookie, content)).await.unwrap_or(Err(HttpError::Late))
    }

    async fn exchange(
        &self,
        method: Method,
        path: &str,
        cookie: Option<&str>,
        content: Content<'_>,
    ) -> Result<Answer, HttpError> {
        let broken = |error: &dyn std::fmt::Display| HttpError::Broken(error.to_string());
        let stream = TcpStream::connect(self.address).await.map_err(|error| broken(&error))?;
        stream.set_nodelay(true).map_err(|error| broken(&error))?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(|error| broken(&error))?;
        // It ends with the sender; what goes wrong in it the request is told.
        drop(tokio::spawn(connection));
        let mut request = Request::builder().method(method).uri(path).header(HOST, &self.host);
        if let Some(cookie) = cookie {
            request = request.header(COOKIE, cookie);
        }
        let (kind, body) = match content {
            Content::None => (None, Bytes::new()),
            Content::Json(value) => (Some("application/json"), value.to_string().into()),
            Content::Form(fields) => (Some("application/x-www-form-urlencoded"), form(fields).into()),
        };
        if let Some(kind) = kind {
            request = request.header(CONTENT_TYPE, kind);
        }
        let request = request.body(Full::new(body)).map_err(|error| broken(&error))?;
        let response = sender.send_request(request).await.map_err(|error| broken(&error))?;
        let status = response.status();
        let cookie = |value: &hyper::header::HeaderValue| {
            let (pair, _) = value.to_str().ok()?.split_once(';')?;
            Some(pair.to_owned())
        };
        let cookies = response.headers().get_all(SET_COOKIE).iter().filter_map(cookie).collect();
        let body = response.into_body().collect().await.map_err(|error| broken(&error))?.to_bytes();
        Ok(Answer { path: path.to_owned(), status, cookies, text: String::from_utf8_lossy(&body).into_owned() })
    }

    /// Whether the server says that it can serve.
    pub async fn is_ready(&self) -> bool {
        let answer = self.ask(Method::GET, "/readyz", None, Content::None).await;
        answer.is_ok_and(|answer| answer.status == StatusCode::OK)
    }

    /// One value of `/metrics`, summed over its labels.
    ///
    /// # Errors
    /// [`HttpError`].
    pub async fn metric(&self, name: &str) -> Result<f64, HttpError> {
        let answer = self.ask(Method::GET, "/metrics", None, Content::None).await?.expect(StatusCode::OK)?;
        let lines = answer
            .text
            .lines()
            .filter(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(' ') || rest.starts_with('{')));
        Ok(lines.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum())
    }

    /// Begins a citizen's session; gives its cookie.
    ///
    /// # Errors
    /// [`HttpError`].
    pub async fn begin_session(&self, site: &str, language: &str) -> Result<String, HttpError> {
        let begin = serde_json::json!({ "site": site, "language": language });
        let answer = self.ask(Method::POST, "/api/v1/sessions", None, Content::Json(begin)).await?;
        let answer = answer.expect(StatusCode::CREATED)?;
        answer.cookies.first().cloned().ok_or_else(|| answer.unexpected("no cookie was set".to_owned()))
    }

    /// Signs a clerk in; gives the cookie of the login.
    ///
    /// # Errors
    /// [`HttpError`].
    pub async fn sign_in(&self, email: &str, password: &str) -> Result<String, HttpError> {
        let page = self.ask(Method::GET, "/login", None, Content::None).await?.expect(StatusCode::OK)?;
        let (_, form) = page.text.split_once("name=\"csrf\"").ok_or_else(|| page.unexpected("no form".to_owned()))?;
        let form = Answer { text: form.to_owned(), cookies: Vec::new(), path: page.path.clone(), status: page.status };
        let csrf = form.attribute("value")?;
        let fields = [("csrf", csrf.as_str()), ("email", email), ("password", password)];
        let cookie = page.cookies.join("; ");
        let answer = self.ask(Method::POST, "/login", Some(&cookie), Content::Form(&fields)).await?;
        let answer = answer.expect(StatusCode::SEE_OTHER)?;
        let staff = answer.cookies.iter().find(|cookie| cookie.starts_with("__Host-okienko-staff="));
        staff.cloned().ok_or_else(|| answer.unexpected("no staff cookie was set".to_owned()))
    }

    /// What a resident finds at a site: the matter that is always open, and the version of the data notice.
    ///
    /// # Errors
    /// [`HttpError`].
    pub async fn offer_of(&self, site: &str) -> Result<Offer, HttpError> {
        #[derive(Deserialize)]
        struct Matters {
            matters: Vec<Matter>,
        }
        #[derive(Deserialize)]
        struct Matter {
            id: MatterId,
            general: bool,
        }
        let path = format!("/api/v1/sites/{site}/matters");
        let answer = self.ask(Method::GET, &path, None, Content::None).await?.expect(StatusCode::OK)?;
        let matters: Matters = answer.json()?;
        let general = matters.matters.iter().find(|matter| matter.general);
        let matter = general.ok_or_else(|| answer.unexpected("no matter for general information".to_owned()))?.id;
        let panel = self.ask(Method::GET, &format!("/w/{site}"), None, Content::None).await?.expect(StatusCode::OK)?;
        Ok(Offer { matter, notice: panel.attribute("data-notice")? })
    }
}

/// What a resident finds at a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The matter to come with.
    pub matter: MatterId,
    /// The version of the data notice.
    pub notice: String,
}

/// Fields as a form sends them (WHATWG URL §5.2).
fn form(fields: &[(&str, &str)]) -> String {
    let escaped = |text: &str| -> String {
        let escape = |byte: u8| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'*' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
            b' ' => "+".to_owned(),
            _ => format!("%{byte:02X}"),
        };
        text.bytes().map(escape).collect()
    };
    let pairs: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_addresses_are_taken() {
        assert_eq!(Http::at("http://127.0.0.1:8080/").unwrap().socket_url("/ws/desk"), "ws://127.0.0.1:8080/ws/desk");
        assert_eq!(Http::at("http://localhost:80").unwrap().address(), SocketAddr::from(([127, 0, 0, 1], 80)));
        for wrong in ["https://127.0.0.1:8443", "http://okienko.example:80", "http://127.0.0.1", "x"] {
            assert!(Http::at(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn forms_escape_what_they_must() {
        assert_eq!(form(&[("email", "a@b.c"), ("p", "ą &")]), "email=a%40b.c&p=%C4%85+%26");
    }
}
