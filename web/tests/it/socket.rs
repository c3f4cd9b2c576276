//! A socket that sends exactly what it is told, right or wrong (RFC 6455), and shows what came back.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::client::{self, Request, Response};

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(30);

/// What masks our frames; any four bytes do.
const MASK: [u8; 4] = [7, 77, 177, 13];

/// Kinds of frames (RFC 6455 §5.2).
pub(crate) const CONTINUATION: u8 = 0x0;
pub(crate) const TEXT: u8 = 0x1;
pub(crate) const BINARY: u8 = 0x2;
pub(crate) const PING: u8 = 0x9;

/// The handshake of a browser.
pub(crate) fn handshake(path: &str) -> Request {
    Request::get(path)
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
}

/// The handshake of a citizen's page, which is our own.
fn of_a_citizen(to: SocketAddr) -> Request {
    handshake("/ws/citizen?lang=en").header("origin", &format!("http://{to}"))
}

/// What a server sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Got {
    Text(String),
    Ping,
    Pong(Vec<u8>),
    /// The other side closes, with its code if it gave one.
    Close(Option<u16>),
    /// The connection has ended.
    End,
}

/// An open socket.
pub(crate) struct Socket {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Socket {
    /// Opens a socket, or gives what was answered instead.
    pub(crate) async fn open(to: SocketAddr, handshake: Request) -> Result<Self, Response> {
        Self::open_over(TcpStream::connect(to).await.unwrap(), handshake).await
    }

    /// Opens a socket over this connection, or gives what was answered instead.
    async fn open_over(mut stream: TcpStream, handshake: Request) -> Result<Self, Response> {
        let to = stream.peer_addr().unwrap();
        stream.write_all(handshake.header("connection", "upgrade").as_sent(to).as_bytes()).await.unwrap();
        let mut read = Vec::new();
        let end = loop {
            let byte = tokio::time::timeout(PATIENCE, stream.read_u8()).await.expect("an answer in time").unwrap();
            read.push(byte);
            if read.ends_with(b"\r\n\r\n") {
                break read.len();
            }
        };
        if read.starts_with(b"HTTP/1.1 101 ") {
            return Ok(Self { stream, read: read.split_off(end) });
        }
        let _length = stream.read_to_end(&mut read).await.unwrap();
        Err(Response::parse(&read))
    }

    /// Opens a citizen's socket.
    pub(crate) async fn citizen(to: SocketAddr) -> Self {
        Self::open(to, of_a_citizen(to)).await.unwrap()
    }

    /// Opens a citizen's socket whose end takes as little as the system allows before it is read.
    pub(crate) async fn narrow(to: SocketAddr) -> Self {
        let end = TcpSocket::new_v4().unwrap();
        end.set_recv_buffer_size(2_048).unwrap();
        Self::open_over(end.connect(to).await.unwrap(), of_a_citizen(to)).await.unwrap()
    }

    /// Opens Anna's desk; she receives people.
    pub(crate) async fn clerk(to: SocketAddr) -> Self {
        Self::desk_of(to, "anna@demo.example").await
    }

    /// Opens the desk of an account, which chooses to receive people.
    pub(crate) async fn desk_of(to: SocketAddr, email: &str) -> Self {
        let cookie = client::staff_cookie(to, email).await;
        let own = handshake("/ws/desk").header("origin", &format!("http://{to}")).header("cookie", &cookie);
        let mut desk = Self::open(to, own).await.unwrap();
        desk.say(r#"{"key":"hello","type":"hello","version":"okienko.v1","take_over":false}"#).await;
        desk.say(r#"{"key":"state","type":"set-state","state":"receiving"}"#).await;
        desk.until_state("receiving").await;
        desk
    }

    /// Waits until a desk is in this state.
    pub(crate) async fn until_state(&mut self, state: &str) {
        while self.frame_of("presence").await["state"] != state {}
    }

    /// A citizen who was greeted joins a line that is open, to write.
    pub(crate) async fn join(&mut self, to: SocketAddr) {
        // What is open is told a moment after a clerk's own state.
        let open = async {
            loop {
                let matters = Request::get("/api/v1/sites/wroclaw/matters").send(to).await.json();
                let open = matters["matters"].as_array().unwrap().iter().find(|matter| matter["open"] == true).cloned();
                if let Some(matter) = open {
                    break matter;
                }
            }
        };
        let matter = tokio::time::timeout(PATIENCE, open).await.expect("a matter that is open");
        let join = json!({
            "key": "join", "type": "join", "matter": matter["id"], "mode": "text", "needs": [], "language": "pl",
            "name": null, "notice": "2026-11-23",
        });
        self.say(&join.to_string()).await;
        let _waiting = self.frame_of("waiting").await;
    }

    /// Sends a frame.
    pub(crate) async fn send(&mut self, kind: u8, is_last: bool, payload: &[u8]) {
        let mut frame = vec![kind | if is_last { 0x80 } else { 0 }];
        match payload.len() {
            length @ 0..=125 => frame.push(0x80 | u8::try_from(length).unwrap()),
            length @ 126..=65_535 => {
                frame.push(0x80 | 126);
                frame.extend(u16::try_from(length).unwrap().to_be_bytes());
            }
            length => {
                frame.push(0x80 | 127);
                frame.extend((length as u64).to_be_bytes());
            }
        }
        frame.extend(MASK);
        frame.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
        self.send_raw(&frame).await;
    }

    /// Sends bytes as they are. That the other side has closed already shows at the next reading.
    pub(crate) async fn send_raw(&mut self, bytes: &[u8]) {
        let _sent_or_closed = self.stream.write_all(bytes).await;
    }

    /// Sends a text of one frame.
    pub(crate) async fn say(&mut self, text: &str) {
        self.send(TEXT, true, text.as_bytes()).await;
    }

    /// Says hello with a session's token.
    pub(crate) async fn hello(&mut self, token: Option<&str>) {
        let hello = serde_json::json!({
            "key": "hello", "type": "hello", "version": "okienko.v1", "token": token, "take_over": false,
        });
        self.say(&hello.to_string()).await;
    }

    /// The next frame, whatever it is.
    pub(crate) async fn next(&mut self) -> Got {
        loop {
            if let Some(got) = self.parse() {
                return got;
            }
            let mut buffer = [0; 4_096];
            let reading = tokio::time::timeout(PATIENCE, self.stream.read(&mut buffer)).await;
            match reading.expect("a frame in time") {
                Ok(0) | Err(_) => return Got::End,
                Ok(length) => self.read.extend(&buffer[..length]),
            }
        }
    }

    /// The next frame of the protocol, pings apart.
    pub(crate) async fn frame(&mut self) -> Value {
        loop {
            match self.next().await {
                Got::Text(text) => return serde_json::from_str(&text).unwrap(),
                Got::Ping => {}
                other => panic!("{other:?} instead of a frame"),
            }
        }
    }

    /// The next frame of this type; others are passed over.
    pub(crate) async fn frame_of(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.frame().await;
            if frame["type"] == kind {
                return frame;
            }
        }
    }

    /// Reads to the end; gives the code with which the other side closed.
    pub(crate) async fn end(&mut self) -> Option<u16> {
        let mut code = None;
        loop {
            match self.next().await {
                Got::Close(given) => code = given,
                Got::End => return code,
                _ => {}
            }
        }
    }

    fn parse(&mut self) -> Option<Got> {
        let (first, second) = (*self.read.first()?, *self.read.get(1)?);
        assert_eq!(second & 0x80, 0, "a server masks nothing (RFC 6455 §5.1)");
        let (from, length) = match second {
            126 => (4, usize::from(u16::from_be_bytes(self.read.get(2..4)?.try_into().unwrap()))),
            127 => (10, usize::try_from(u64::from_be_bytes(self.read.get(2..10)?.try_into().unwrap())).unwrap()),
            length => (2, usize::from(length)),
        };
        let payload = self.read.get(from..from + length)?.to_vec();
        self.read.drain(..from + length);
        Some(match first & 0x0f {
            TEXT => Got::Text(String::from_utf8(payload).unwrap()),
            0x8 => Got::Close(payload.first_chunk().map(|code| u16::from_be_bytes(*code))),
            PING => Got::Ping,
            0xa => Got::Pong(payload),
            other => panic!("a frame of kind {other}"),
        })
    }
}
