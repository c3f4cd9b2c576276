//! A server of our own: started, watched, broken and started again, always on the same ports and database.

use std::fs::{File, OpenOptions};
use std::io;
use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use okienko::world::World;
use tokio::time::Instant;

use crate::client::http::{Http, HttpError};

/// How long a start may take.
const READY_WITHIN: Duration = Duration::from_secs(60);

/// How long an ordered stop may take.
const STOP_WITHIN: Duration = Duration::from_secs(30);

/// How often something that cannot announce itself is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// Why the server is not there.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The program could not be started.
    #[error("{}: {why}", program.display())]
    Start {
        /// Which.
        program: PathBuf,
        /// What the system says.
        why: io::Error,
    },
    /// It ended.
    #[error("the server ended with {status}; its log is {}", log.display())]
    Ended {
        /// How.
        status: ExitStatus,
        /// What it said.
        log: PathBuf,
    },
    /// It did not become ready.
    #[error("the server was not ready within {} s; its log is {}", READY_WITHIN.as_secs(), log.display())]
    NotReady {
        /// What it said.
        log: PathBuf,
    },
    /// The system did not do it.
    #[error("{0}")]
    System(#[from] io::Error),
    /// The address is wrong.
    #[error("{0}")]
    Address(#[from] HttpError),
}

/// What a server is started with.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// The program.
    pub program: PathBuf,
    /// `sqlite:…` or `postgres://…`.
    pub database: String,
    /// Settings besides those of the tester, as its environment.
    pub environment: Vec<(String, String)>,
    /// Where its log goes.
    pub log: PathBuf,
}

/// A server that was started here. It ends with this value.
#[derive(Debug)]
pub struct Server {
    options: ServerOptions,
    port: u16,
    media_port: u16,
    http: Http,
    child: Mutex<Option<Child>>,
}

impl Server {
    /// Chooses free ports; starts nothing yet.
    ///
    /// # Errors
    /// [`ServerError::System`] if no port is free.
    pub fn new(options: ServerOptions) -> Result<Self, ServerError> {
        let port = free_port(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok())?;
        let media_port = free_port(|port| UdpSocket::bind((Ipv4Addr::UNSPECIFIED, port)).is_ok())?;
        let http = Http::at(&format!("http://127.0.0.1:{port}"))?;
        Ok(Self { options, port, media_port, http, child: Mutex::default() })
    }

    /// How to reach it.
    #[must_use]
    pub const fn http(&self) -> &Http {
        &self.http
    }

    /// Its process, while there is one.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.with(|child| child.as_ref().map(Child::id))
    }

    /// Starts it and waits until it is ready. Gives how long that took.
    ///
    /// # Errors
    /// [`ServerError`].
    pub async fn start(&self) -> Result<Duration, ServerError> {
        let begun = Instant::now();
        let child = self.spawn()?;
        self.with(|place| *place = Some(child));
        while begun.elapsed() < READY_WITHIN {
            if self.http.is_ready().await {
                return Ok(begun.elapsed());
            }
            if let Some(status) = self.ended()? {
                return Err(ServerError::Ended { status, log: self.options.log.clone() });
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Err(ServerError::NotReady { log: self.options.log.clone() })
    }

    fn spawn(&self) -> Result<Child, ServerError> {
        let log = append(&self.options.log)?;
        let mut command = Command::new(&self.options.program);
        command
            .env_clear()
            .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
            .env("RUST_BACKTRACE", "0")
            .env("OKIENKO__HTTP__LISTEN", format!("127.0.0.1:{}", self.port))
            .env("OKIENKO__DATABASE__URL", &self.options.database)
            .env("OKIENKO__MEDIA__UDP_PORT", self.media_port.to_string())
            .env("OKIENKO__MEDIA__PUBLIC_ADDRESSES", "127.0.0.1")
            // All residents come from one address.
            .env("OKIENKO__LIMITS__SESSIONS_PER_MIN", "1000000")
            .env("OKIENKO__LIMITS__MAX_SOCKETS_PER_ADDRESS", "100000")
            .env("OKIENKO__LOG__FORMAT", "json")
            .env("OKIENKO__LOG__LEVEL", "warn")
            .envs(self.options.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        command.spawn().map_err(|why| ServerError::Start { program: self.options.program.clone(), why })
    }

    /// Kills it at once, and waits until the system has taken it away.
    ///
    /// # Errors
    /// [`ServerError::System`].
    pub async fn kill(&self) -> Result<(), ServerError> {
        self.send(Signal::SIGKILL)?;
        self.gone(STOP_WITHIN).await.map(drop)
    }

    /// Orders it to stop, and waits until it has. Gives whether it went by itself; if not, it is killed.
    ///
    /// # Errors
    /// [`ServerError::System`].
    pub async fn stop(&self) -> Result<bool, ServerError> {
        self.send(Signal::SIGTERM)?;
        if self.gone(STOP_WITHIN).await?.is_some() {
            return Ok(true);
        }
        self.kill().await.map(|()| false)
    }

    /// Lets it stand still for a while.
    ///
    /// # Errors
    /// [`ServerError::System`].
    pub async fn pause(&self, span: Duration) -> Result<(), ServerError> {
        self.send(Signal::SIGSTOP)?;
        tokio::time::sleep(span).await;
        self.send(Signal::SIGCONT)
    }

    fn send(&self, signal: Signal) -> Result<(), ServerError> {
        let Some(pid) = self.pid().and_then(|pid| i32::try_from(pid).ok()) else { return Ok(()) };
        kill(Pid::from_raw(pid), signal).map_err(|error| ServerError::System(error.into()))
    }

    async fn gone(&self, within: Duration) -> Result<Option<ExitStatus>, ServerError> {
        let begun = Instant::now();
        while begun.elapsed() < within {
            if self.pid().is_none() {
                return Ok(None);
            }
            if let Some(status) = self.ended()? {
                return Ok(Some(status));
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Ok(None)
    }

    /// How it ended, once it has.
    fn ended(&self) -> Result<Option<ExitStatus>, ServerError> {
        self.with(|place| {
            let Some(child) = place else { return Ok(None) };
            let status = child.try_wait()?;
            if status.is_some() {
                *place = None;
            }
            Ok(status)
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut Option<Child>) -> T) -> T {
        act(&mut self.child.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.with(|place| {
            if let Some(mut child) = place.take() {
                // One that stands still is killed as well; that it may be gone already is no matter.
                let _killed_or_gone = child.kill();
                let _waited_for = child.wait();
            }
        });
    }
}

fn append(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).open(path)
}

/// A free port below those that the system gives to clients: while the server is down, no client may come to sit on its
/// port, nor connect to itself there.
fn free_port(is_free: impl Fn(u16) -> bool) -> Result<u16, ServerError> {
    let world = World::real();
    let tried = (0..200).map(|_| 20_000 + u16::from_be_bytes(world.random()) % 12_000);
    let free = tried.into_iter().find(|port| is_free(*port));
    free.ok_or_else(|| ServerError::System(io::Error::new(io::ErrorKind::AddrInUse, "no port is free")))
}
