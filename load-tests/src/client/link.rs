//! One connection to the server that survives, as our pages have it: hello, heartbeat, silence, backing off, and commands
//! that are sent again under the same key until they are answered. Runs as a task of its own.

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use okienko::wire::{Command, Envelope, ProblemView};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::http::{HeaderValue, header::COOKIE};
use tokio_tungstenite::tungstenite::{Error as WsError, Message, client::IntoClientRequest, protocol::WebSocketConfig};

use super::http::Http;
use crate::measure::tally::Tally;

/// These are the numbers of `web/static/js/socket.js`.
const BACKOFF_FIRST: Duration = Duration::from_millis(500);
const BACKOFF_FRESH_MOST: Duration = Duration::from_secs(4);
const FRESH: Duration = Duration::from_secs(60);
const BACKOFF_MOST: Duration = Duration::from_secs(15);
const STABLE: Duration = Duration::from_secs(10);
const WELCOME_WITHIN: Duration = Duration::from_secs(10);
const SILENT_BEATS: u32 = 3;

/// What differs between residents' and clerks' sockets.
pub trait Side: Send + 'static {
    /// What the browser says.
    type Command: Serialize + Clone + Debug + Send + Sync;
    /// What it is told.
    type Frame: DeserializeOwned + Debug + Send;
    /// The socket's path.
    const PATH: &'static str;

    /// The first frame. `page` is the same as long as the page is not loaded anew.
    fn hello(take_over: bool, page: String) -> Self::Command;
    /// The sign of life.
    fn beat() -> Self::Command;
    /// Tells what the connection itself must know from what its owner must.
    fn sort(frame: Self::Frame) -> Sorted<Self::Frame>;
}

/// A frame by who has to know it.
#[derive(Debug)]
pub enum Sorted<F> {
    /// The hello was good.
    Welcome {
        /// How often to beat, in seconds.
        beat_s: u32,
    },
    /// A sign of life.
    Beat,
    /// A command was done.
    Ack(String),
    /// A command, or the connection, was refused.
    Problem(ProblemView),
    /// In use elsewhere.
    Elsewhere,
    /// The server goes down.
    Closing {
        /// When to come back, in seconds.
        retry_after_s: u32,
    },
    /// For the owner.
    Frame(F),
}

/// What the owner hears.
#[derive(Debug)]
pub enum Heard<F> {
    /// Connected and welcomed.
    Open,
    /// The connection is lost; it comes back by itself.
    Lost,
    /// A frame.
    Frame(F),
    /// The command with this key was done.
    Done(String),
    /// A command was refused, if it has a key.
    Refused(ProblemView),
    /// The connection is over for good, and why.
    Closed(String),
}

/// What the owner wants.
enum Order<C> {
    Send { key: String, command: C, keep: bool },
    Close,
}

/// The owner's end of a connection.
pub struct Link<S: Side> {
    orders: UnboundedSender<Order<S::Command>>,
    heard: UnboundedReceiver<(Instant, Heard<S::Frame>)>,
    prefix: u64,
    sent: u64,
}

impl<S: Side> Link<S> {
    /// Opens a connection.
    #[must_use]
    pub fn open(http: &Http, cookie: &str, seed: u64, tally: Arc<Tally>) -> Self {
        let (orders, inbox) = unbounded_channel();
        let (outbox, heard) = unbounded_channel();
        let mut rng = StdRng::seed_from_u64(seed);
        // Keys are kept with the records: those of another run must not be met again.
        let prefix = rng.random::<u64>() ^ u64::from_be_bytes(okienko::world::World::real().random());
        let (http, cookie) = (http.clone(), cookie.to_owned());
        let keeper: Keeper<S> = Keeper {
            http,
            cookie,
            inbox,
            outbox,
            rng,
            tally,
            pending: Vec::new(),
            attempts: 0,
            lost_at: Instant::now(),
            beats: 0,
            prefix,
        };
        drop(tokio::spawn(keeper.keep()));
        Self { orders, heard, prefix, sent: 0 }
    }

    /// Sends a command, now or as soon as there is a connection, and until it is answered. Gives its key.
    pub fn send(&mut self, command: S::Command) -> String {
        self.order(command, true)
    }

    /// Sends a command that is not worth sending later.
    pub fn send_now(&mut self, command: S::Command) -> String {
        self.order(command, false)
    }

    fn order(&mut self, command: S::Command, keep: bool) -> String {
        self.sent += 1;
        let key = format!("{:016x}-{}", self.prefix, self.sent);
        // A connection that is over for good has said so.
        let _taken_or_over = self.orders.send(Order::Send { key: key.clone(), command, keep });
        key
    }

    /// What happens next, and when it did. `None` after the end.
    pub async fn next(&mut self) -> Option<(Instant, Heard<S::Frame>)> {
        self.heard.recv().await
    }

    /// Ends the connection. Dropping it does the same.
    pub fn close(&self) {
        let _taken_or_over = self.orders.send(Order::Close);
    }
}

type Socket = WebSocketStream<TcpStream>;

/// How a connection ended.
enum End {
    /// Lost; come back after so long, and the longer the more often it was tried.
    Lost(Duration),
    /// The server goes down; come back after so long.
    Down(Duration),
    /// Taken over by another one; take it back.
    Elsewhere,
    /// For good.
    Closed(String),
}

struct Keeper<S: Side> {
    http: Http,
    cookie: String,
    inbox: UnboundedReceiver<Order<S::Command>>,
    outbox: UnboundedSender<(Instant, Heard<S::Frame>)>,
    rng: StdRng,
    tally: Arc<Tally>,
    /// What is sent again after the next welcome, in the order of sending.
    pending: Vec<(String, S::Command)>,
    attempts: u32,
    /// When the last connection was lost, or the first one asked for.
    lost_at: Instant,
    beats: u64,
    prefix: u64,
}

impl<S: Side> Keeper<S> {
    async fn keep(mut self) {
        let mut take_over = false;
        loop {
            let mut opened_at = None;
            let end = match timeout(WELCOME_WITHIN, self.connect()).await {
                Ok(Ok(socket)) => self.serve(socket, take_over, &mut opened_at).await,
                Ok(Err(_)) | Err(_) => End::Lost(Duration::ZERO),
            };
            if let Some(at) = opened_at {
                self.tell(Heard::Lost);
                self.lost_at = Instant::now();
                if Instant::now().duration_since(at) >= STABLE {
                    self.attempts = 0;
                }
            }
            let pause = match end {
                End::Closed(why) => return self.tell(Heard::Closed(why)),
                End::Elsewhere => {
                    take_over = true;
                    self.backoff()
                }
                End::Lost(after) => {
                    take_over = false;
                    after + self.backoff()
                }
                End::Down(after) => {
                    take_over = false;
                    after + self.jittered(BACKOFF_FIRST * 4)
                }
            };
            let retry_at = Instant::now() + pause;
            if !self.wait_until(retry_at).await {
                return;
            }
        }
    }

    fn backoff(&mut self) -> Duration {
        let most = if self.lost_at.elapsed() < FRESH { BACKOFF_FRESH_MOST } else { BACKOFF_MOST };
        let full = BACKOFF_FIRST.saturating_mul(1 << self.attempts.min(10)).min(most);
        self.attempts += 1;
        self.jittered(full)
    }

    fn jittered(&mut self, full: Duration) -> Duration {
        full.mul_f64(0.5 + self.rng.random::<f64>() / 2.0)
    }

    /// Whether to try again: not after the owner has gone.
    async fn wait_until(&mut self, at: Instant) -> bool {
        loop {
            tokio::select! {
                () = sleep_until(at) => return true,
                order = self.inbox.recv() => match order {
                    Some(Order::Send { key, command, keep: true }) => self.pending.push((key, command)),
                    Some(Order::Send { .. }) => {}
                    Some(Order::Close) | None => return false,
                },
            }
        }
    }

    async fn connect(&self) -> Result<Socket, WsError> {
        let stream = TcpStream::connect(self.http.address()).await?;
        stream.set_nodelay(true)?;
        let mut request = self.http.socket_url(S::PATH).into_client_request()?;
        if let Ok(cookie) = HeaderValue::from_str(&self.cookie) {
            request.headers_mut().insert(COOKIE, cookie);
        }
        // Thousands of these live in one process.
        let config = WebSocketConfig::default().read_buffer_size(4_096).write_buffer_size(0);
        let (socket, _) = tokio_tungstenite::client_async_with_config(request, stream, Some(config)).await?;
        Ok(socket)
    }

    async fn serve(&mut self, mut socket: Socket, take_over: bool, opened_at: &mut Option<Instant>) -> End {
        let lost = End::Lost(Duration::ZERO);
        if self.write(&mut socket, self.beat_key(), S::hello(take_over, format!("{:016x}", self.prefix))).await.is_err()
        {
            return lost;
        }
        let mut seq = 0;
        let mut beat = Duration::from_secs(5);
        let mut beat_at = None;
        let mut silent_at = Instant::now() + WELCOME_WITHIN;
        loop {
            tokio::select! {
                message = socket.next() => {
                    let text = match message {
                        Some(Ok(Message::Text(text))) => text,
                        Some(Ok(_)) => continue,
                        Some(Err(_)) | None => return lost,
                    };
                    let Ok(Envelope { seq: number, frame }) = serde_json::from_str::<Envelope<S::Frame>>(&text) else {
                        self.tally.protocol_faults.fetch_add(1, Relaxed);
                        return lost;
                    };
                    if number != seq + 1 {
                        self.tally.protocol_faults.fetch_add(1, Relaxed);
                        return lost;
                    }
                    seq = number;
                    silent_at = Instant::now() + beat * SILENT_BEATS;
                    match S::sort(frame) {
                        Sorted::Welcome { beat_s } => {
                            beat = Duration::from_secs(beat_s.into());
                            // A crowd that came back together must not beat together for ever.
                            beat_at = Some(Instant::now() + beat.mul_f64(self.rng.random()));
                            *opened_at = Some(Instant::now());
                            self.tell(Heard::Open);
                            if self.send_pending(&mut socket).await.is_err() {
                                return lost;
                            }
                        }
                        sorted => {
                            if let Some(end) = self.take(sorted) {
                                return end;
                            }
                        }
                    }
                }
                order = self.inbox.recv() => match order {
                    Some(Order::Send { key, command, keep }) => {
                        if keep {
                            self.pending.push((key.clone(), command.clone()));
                        }
                        if opened_at.is_some() && self.write(&mut socket, key, command).await.is_err() {
                            return lost;
                        }
                    }
                    Some(Order::Close) | None => {
                        // The other side may be gone already.
                        let _closed_or_gone = timeout(Duration::from_secs(1), socket.close(None)).await;
                        return End::Closed("closed by its owner".to_owned());
                    }
                },
                () = sleep_until(beat_at.unwrap_or(silent_at)), if beat_at.is_some() => {
                    beat_at = Some(Instant::now() + beat);
                    if self.write(&mut socket, self.beat_key(), S::beat()).await.is_err() {
                        return lost;
                    }
                    self.beats += 1;
                }
                () = sleep_until(silent_at) => return lost,
            }
        }
    }

    fn take(&mut self, sorted: Sorted<S::Frame>) -> Option<End> {
        match sorted {
            Sorted::Welcome { .. } | Sorted::Beat => None,
            Sorted::Ack(key) => {
                self.settle(&key);
                self.tell(Heard::Done(key));
                None
            }
            Sorted::Problem(problem) => {
                if let Some(key) = &problem.key {
                    self.settle(key);
                }
                let (fatal, retry_after_s, code) = (problem.fatal, problem.retry_after_s, problem.code.clone());
                self.tell(Heard::Refused(problem));
                match (fatal, retry_after_s) {
                    (false, _) => None,
                    (true, Some(after_s)) => Some(End::Lost(Duration::from_secs(after_s.into()))),
                    (true, None) => Some(End::Closed(code)),
                }
            }
            Sorted::Elsewhere => Some(End::Elsewhere),
            Sorted::Closing { retry_after_s } => Some(End::Down(Duration::from_secs(retry_after_s.into()))),
            Sorted::Frame(frame) => {
                self.tell(Heard::Frame(frame));
                None
            }
        }
    }

    fn settle(&mut self, key: &str) {
        self.pending.retain(|(known, _)| known != key);
    }

    fn beat_key(&self) -> String {
        format!("{:016x}-b{}", self.prefix, self.beats)
    }

    async fn send_pending(&self, socket: &mut Socket) -> Result<(), WsError> {
        for (key, command) in &self.pending {
            self.write(socket, key.clone(), command.clone()).await?;
        }
        Ok(())
    }

    async fn write(&self, socket: &mut Socket, key: String, command: S::Command) -> Result<(), WsError> {
        let text = serde_json::to_string(&Command { key, command }).map_err(|error| {
            self.tally.protocol_faults.fetch_add(1, Relaxed);
            WsError::Io(std::io::Error::other(error))
        })?;
        socket.send(Message::text(text)).await
    }

    fn tell(&self, heard: Heard<S::Frame>) {
        // An owner that has gone wants to know nothing.
        let _heard_or_gone = self.outbox.send((Instant::now(), heard));
    }
}
