//! A client that sends exactly what it is told and shows exactly what came back.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::test_app::PASSWORD;

/// A request to be sent.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    method: &'static str,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    pub(crate) fn get(path: &str) -> Self {
        Self { method: "GET", path: path.to_owned(), headers: Vec::new(), body: Vec::new() }
    }

    /// With any word as its method.
    pub(crate) fn of(method: &'static str, path: &str) -> Self {
        Self { method, ..Self::get(path) }
    }

    pub(crate) fn post(path: &str) -> Self {
        Self { method: "POST", ..Self::get(path) }
    }

    pub(crate) fn head(path: &str) -> Self {
        Self { method: "HEAD", ..Self::get(path) }
    }

    pub(crate) fn patch(path: &str) -> Self {
        Self { method: "PATCH", ..Self::get(path) }
    }

    pub(crate) fn delete(path: &str) -> Self {
        Self { method: "DELETE", ..Self::get(path) }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// As a browser that navigates.
    pub(crate) fn page(self) -> Self {
        self.header("accept", "text/html,application/xhtml+xml,*/*;q=0.8")
    }

    pub(crate) fn json(mut self, body: &str) -> Self {
        self.body = body.into();
        self.header("content-type", "application/json")
    }

    pub(crate) fn text_body(mut self, body: &str) -> Self {
        self.body = body.as_bytes().to_vec();
        self.header("content-type", "text/plain; charset=utf-8")
    }

    pub(crate) fn form(mut self, fields: &[(&str, &str)]) -> Self {
        let encode = |text: &str| -> String {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
            text.bytes().map(|b| if plain(b) { (b as char).to_string() } else { format!("%{b:02X}") }).collect()
        };
        let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        self.body = pairs.join("&").into();
        self.header("content-type", "application/x-www-form-urlencoded")
    }

    /// With these bytes.
    pub(crate) fn bytes(mut self, body: &[u8]) -> Self {
        self.body = body.to_owned();
        self
    }

    /// Sends it over a connection of its own.
    pub(crate) async fn send(self, to: SocketAddr) -> Response {
        let asked = self.header("connection", "close");
        let mut stream = TcpStream::connect(to).await.unwrap();
        stream.write_all(asked.as_sent(to).as_bytes()).await.unwrap();
        // A server that refuses a body need not read it.
        drop(stream.write_all(&asked.body).await);
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.unwrap();
        Response::parse(&bytes)
    }

    /// The request without its body, as it goes over the wire.
    pub(crate) fn as_sent(&self, to: SocketAddr) -> String {
        let Self { method, path, headers, body } = self;
        let mut text = format!("{method} {path} HTTP/1.1\r\n");
        if !headers.iter().any(|(name, _)| name == "host") {
            text.push_str(&format!("host: 127.0.0.1:{}\r\n", to.port()));
        }
        for (name, value) in headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        if !matches!(*method, "GET" | "HEAD") {
            text.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        text.push_str("\r\n");
        text
    }
}

/// Opens the form to sign in and sends it.
pub(crate) async fn sign_in(to: SocketAddr, email: &str, password: &str) -> Response {
    let form = Request::get("/login").page().send(to).await;
    let cookie = format!("__Host-okienko-form={}", form.cookie_value("__Host-okienko-form").unwrap());
    let csrf = hidden(form.text(), "csrf");
    let fields = [("csrf", csrf.as_str()), ("email", email), ("password", password)];
    Request::post("/login").page().header("cookie", &cookie).form(&fields).send(to).await
}

/// Signs in and gives the cookie.
pub(crate) async fn staff_cookie(to: SocketAddr, email: &str) -> String {
    let response = sign_in(to, email, PASSWORD).await;
    assert_eq!(response.status, 303, "{}", response.text());
    format!("__Host-okienko-staff={}", response.cookie_value("__Host-okienko-staff").unwrap())
}

/// Begins a citizen's session and gives its token.
pub(crate) async fn citizen_token(to: SocketAddr) -> String {
    let response = Request::post("/api/v1/sessions").json(r#"{"site":"wroclaw","language":"pl"}"#).send(to).await;
    assert_eq!(response.status, 201, "{}", response.text());
    response.json()["token"].as_str().unwrap().to_owned()
}

/// The value of a hidden field.
pub(crate) fn hidden(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).expect("the hidden field");
    rest.split('"').next().unwrap().to_owned()
}

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Response {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Response {
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("a head");
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers: Vec<(String, String)> = lines
            .map(|line| line.split_once(':').unwrap())
            .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
            .collect();
        let body = bytes[end + 4..].to_vec();
        let mut response = Self { status, headers, body };
        if response.header("transfer-encoding") == Some("chunked") {
            response.body = joined(&response.body);
        }
        response
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn headers(&self, name: &str) -> Vec<&str> {
        self.headers.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect()
    }

    /// The whole `Set-Cookie` of a cookie.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.headers("set-cookie").into_iter().find(|cookie| cookie.starts_with(&format!("{name}=")))
    }

    /// The value of a cookie that is set.
    pub(crate) fn cookie_value(&self, name: &str) -> Option<&str> {
        self.cookie(name)?.split(';').next()?.split_once('=').map(|(_, value)| value)
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.body
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }
}

fn joined(mut chunks: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let end = chunks.windows(2).position(|window| window == b"\r\n").expect("a chunk's size");
        let size = usize::from_str_radix(std::str::from_utf8(&chunks[..end]).unwrap().trim(), 16).unwrap();
        if size == 0 {
            return body;
        }
        body.extend_from_slice(&chunks[end + 2..end + 2 + size]);
        chunks = &chunks[end + 2 + size + 2..];
    }
}
