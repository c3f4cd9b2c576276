//! The settings: the embedded `config/default.toml`, over it a file, over it the environment.
//!
//! They are read once, checked as a whole, and then handed down as the smallest part that each reader needs. Units are
//! in the names; `config/default.toml` gives the reason for each default.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use crate::domain::timings::Timings;

mod documents;
mod layers;
mod reader;
#[cfg(test)]
mod tests;
mod values;

pub use documents::{DocumentsConfig, ScannerSocket};
pub use layers::{ConfigFault, DEFAULTS, ENV_PREFIX};
use reader::Reader;
pub use values::{DatabaseUrl, LogFilter, LogFormat, Network, Secret, ServerMode};

/// All settings, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// What kind of service this is.
    pub server: ServerConfig,
    /// HTTP and sockets.
    pub http: HttpConfig,
    /// The database.
    pub database: DatabaseConfig,
    /// Sound and pictures.
    pub media: MediaConfig,
    /// The demo office.
    pub demo: DemoConfig,
    /// Deadlines of line, presence and call; from the sections `queue` and `call`.
    pub timings: Timings,
    /// Calls, besides their deadlines.
    pub call: CallConfig,
    /// Documents.
    pub documents: DocumentsConfig,
    /// What anybody may use up.
    pub limits: LimitsConfig,
    /// Logging.
    pub log: LogConfig,
    /// Stopping.
    pub shutdown: ShutdownConfig,
    /// What goes wrong on purpose.
    #[cfg(feature = "failure-points")]
    pub failures: FailuresConfig,
}

/// Section `server`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerConfig {
    /// Demo or production.
    pub mode: ServerMode,
}

impl ServerConfig {
    /// Whether this is a demo: the demo office, the host page at `/` and the gallery are there.
    #[must_use]
    pub fn is_demo(&self) -> bool {
        self.mode == ServerMode::Demo
    }
}

/// Section `http`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpConfig {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The origin that browsers see, without a slash at the end.
    pub public_url: String,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Certificate and key, for https without a proxy.
    pub tls: Option<TlsConfig>,
    /// Threads; None is one for each core.
    pub workers: Option<usize>,
    /// How long a citizen's session lasts, in hours.
    pub citizen_session_h: u32,
    /// How long a staff login lasts, in hours.
    pub staff_session_h: u32,
}

impl HttpConfig {
    /// Whether browsers reach the server by https, so that cookies may be `Secure` and `__Host-`.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

/// Certificate and key, PEM files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsConfig {
    /// The certificate chain.
    pub cert: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

/// Section `database`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseConfig {
    /// Where it is.
    pub url: DatabaseUrl,
    /// Connections for reading.
    pub readers: u32,
    /// How long a request waits for it, in milliseconds.
    pub timeout_ms: u32,
}

/// Section `media`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaConfig {
    /// The UDP port of the first arbiter; each further one takes the next. 0 is any free port.
    pub udp_port: u16,
    /// Addresses to offer to browsers; none means all of this machine.
    pub public_addresses: Vec<IpAddr>,
    /// Media threads.
    pub arbiters: u16,
}

/// Section `demo`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoConfig {
    /// The password of the demo accounts; None for a random one.
    pub password: Option<Secret>,
}

/// Section `call`, besides the deadlines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallConfig {
    /// Members at most.
    pub max_members: usize,
    /// How often a broken room is started anew …
    pub restarts: u32,
    /// … within how many seconds.
    pub restart_window_s: u32,
}

/// Section `limits`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitsConfig {
    /// The longest frame from a browser, in bytes.
    pub max_frame_bytes: usize,
    /// The longest body of a request, in bytes.
    pub max_body_bytes: usize,
    /// Commands a second on one socket in the long run.
    pub commands_per_s: u32,
    /// Commands on one socket at once.
    pub commands_burst: u32,
    /// How long a fresh socket may stay silent, in seconds.
    pub hello_within_s: u32,
    /// Frames that may wait for a slow browser.
    pub max_outbox_frames: usize,
    /// Sessions begun a minute from one address.
    pub sessions_per_min: u32,
    /// Failed logins a minute from one address.
    pub logins_per_min_per_address: u32,
    /// Failed logins a minute for one account.
    pub logins_per_min_per_account: u32,
    /// Sockets open at once.
    pub max_sockets: usize,
    /// Sockets open at once from one address.
    pub max_sockets_per_address: usize,
    /// Checks of devices that may go on at once.
    pub max_checks: usize,
}

/// Section `log`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogConfig {
    /// How lines look.
    pub format: LogFormat,
    /// What is logged.
    pub level: LogFilter,
}

/// Section `shutdown`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShutdownConfig {
    /// How long running calls may go on, in seconds.
    pub grace_s: u32,
}

/// Section `failures`, in builds with failure points.
#[cfg(feature = "failure-points")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailuresConfig {
    /// What is armed from the start.
    pub points: Vec<crate::failures::Rule>,
    /// Makes chance the same again.
    pub seed: u32,
}

impl Config {
    /// Reads and checks the settings of all layers.
    ///
    /// # Errors
    /// Everything that is wrong, all at once.
    pub fn load(
        file: Option<&Path>,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, Vec<ConfigFault>> {
        let (settings, faults) = layers::read(file, environment);
        let mut reader = Reader::new(settings, faults);
        let config = Self::read(&mut reader);
        let faults = reader.into_faults();
        // Rules between settings mean nothing while one of them is a default that stands in for a faulty value.
        let faults = if faults.is_empty() { config.check() } else { faults };
        if faults.is_empty() { Ok(config) } else { Err(faults) }
    }

    fn read(from: &mut Reader) -> Self {
        let listen = from.parsed("http.listen", "must be an address and a port such as 127.0.0.1:8080");
        let listen = listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080)));
        let tls = read_tls(from);
        Self {
            server: ServerConfig { mode: from.word("server.mode").unwrap_or(ServerMode::Production) },
            http: HttpConfig {
                listen,
                public_url: read_public_url(from, listen, tls.is_some()),
                trusted_proxies: from.list("http.trusted_proxies", "must be addresses or networks such as 10.0.0.0/8"),
                tls,
                workers: Some(from.size("http.workers", 0, 1_024)).filter(|workers| *workers > 0),
                citizen_session_h: from.whole("http.citizen_session_h", 1, 168),
                staff_session_h: from.whole("http.staff_session_h", 1, 168),
            },
            database: DatabaseConfig {
                url: from.word("database.url").unwrap_or_else(DatabaseUrl::in_memory),
                readers: from.whole("database.readers", 1, 64),
                timeout_ms: from.whole("database.timeout_ms", 100, 60_000),
            },
            media: MediaConfig {
                udp_port: from.port("media.udp_port"),
                public_addresses: from.list("media.public_addresses", "must be IP addresses such as 203.0.113.10"),
                arbiters: u16::try_from(from.whole("media.arbiters", 1, 256)).unwrap_or(1),
            },
            demo: DemoConfig { password: from.text("demo.password").map(Secret::new) },
            timings: read_timings(from),
            call: CallConfig {
                max_members: from.size("call.max_members", 2, 6),
                restarts: from.whole("call.restarts", 0, 100),
                restart_window_s: from.whole("call.restart_window_s", 1, 3_600),
            },
            documents: DocumentsConfig::read(from),
            limits: read_limits(from),
            log: LogConfig {
                format: from.word("log.format").unwrap_or(LogFormat::Auto),
                level: from.word("log.level").unwrap_or_else(LogFilter::info),
            },
            shutdown: ShutdownConfig { grace_s: from.whole("shutdown.grace_s", 0, 3_600) },
            #[cfg(feature = "failure-points")]
            failures: FailuresConfig {
                points: from.list("failures.points", "must be points such as room.handler:panic:once"),
                seed: from.whole("failures.seed", 0, u32::MAX),
            },
        }
    }

    /// The rules between settings; each fault names the key to change.
    #[must_use]
    pub fn check(&self) -> Vec<ConfigFault> {
        let mut faults = Vec::new();
        let mut fault = |key: &str, why: &str| {
            let origin = "the settings together".to_owned();
            faults.push(ConfigFault::Invalid { key: key.to_owned(), origin, why: why.to_owned() });
        };
        #[cfg(feature = "failure-points")]
        if self.server.mode == ServerMode::Production {
            fault("server.mode", "must be demo: failure points are built into this program");
        }
        if self.server.mode == ServerMode::Production {
            if self.demo.password.is_some() {
                fault("demo.password", "must not be set in production, which has no demo accounts");
            }
            if !self.http.is_https() {
                fault("http.public_url", "must begin with https:// in production: browsers give no camera otherwise");
            }
        }
        let last_port = u32::from(self.media.udp_port) + u32::from(self.media.arbiters) - 1;
        if last_port > u32::from(u16::MAX) {
            fault("media.udp_port", "leaves no port for each of media.arbiters below 65536");
        }
        let timings = &self.timings;
        if timings.away_after_s < timings.beat_s.saturating_mul(2) {
            fault("queue.away_after_s", "must be twice queue.beat_s or more, else one lost beat makes people away");
        }
        if timings.recall_within_s > timings.return_within_s {
            fault("queue.recall_within_s", "must not be longer than queue.return_within_s");
        }
        if self.limits.commands_burst < self.limits.commands_per_s {
            fault("limits.commands_burst", "must not be less than limits.commands_per_s");
        }
        faults
    }
}

fn read_public_url(from: &mut Reader, listen: SocketAddr, has_tls: bool) -> String {
    if let Some(text) = from.text("http.public_url") {
        return from.checked("http.public_url", values::origin(&text)).unwrap_or_default();
    }
    let scheme = if has_tls { "https" } else { "http" };
    if listen.ip().is_unspecified() {
        return format!("{scheme}://localhost:{}", listen.port());
    }
    format!("{scheme}://{listen}")
}

fn read_tls(from: &mut Reader) -> Option<TlsConfig> {
    match (from.text("http.tls_cert"), from.text("http.tls_key")) {
        (Some(cert), Some(key)) => Some(TlsConfig { cert: cert.into(), key: key.into() }),
        (None, None) => None,
        (Some(_), None) => from.refuse("http.tls_key", "must be set together with http.tls_cert"),
        (None, Some(_)) => from.refuse("http.tls_cert", "must be set together with http.tls_key"),
    }
}

fn read_timings(from: &mut Reader) -> Timings {
    Timings {
        accept_s: from.whole("queue.accept_s", 5, 600),
        extension_s: from.whole("queue.extension_s", 5, 600),
        max_extensions: from.whole("queue.max_extensions", 10, 100),
        place_kept_s: from.whole("queue.place_kept_s", 10, 3_600),
        away_after_s: from.whole("queue.away_after_s", 2, 600),
        recalls: from.whole("queue.recalls", 0, 10),
        recall_within_s: from.whole("queue.recall_within_s", 10, 3_600),
        return_within_s: from.whole("queue.return_within_s", 10, 7_200),
        wrap_up_s: from.whole("call.wrap_up_s", 5, 3_600),
        lost_in_call_s: from.whole("call.lost_in_call_s", 5, 600),
        connect_s: from.whole("call.connect_s", 5, 600),
        beat_s: from.whole("queue.beat_s", 1, 60),
    }
}

fn read_limits(from: &mut Reader) -> LimitsConfig {
    LimitsConfig {
        max_frame_bytes: from.size("limits.max_frame_bytes", 16_384, 1_048_576),
        max_body_bytes: from.size("limits.max_body_bytes", 1_024, 1_048_576),
        commands_per_s: from.whole("limits.commands_per_s", 1, 1_000),
        commands_burst: from.whole("limits.commands_burst", 1, 10_000),
        hello_within_s: from.whole("limits.hello_within_s", 1, 120),
        max_outbox_frames: from.size("limits.max_outbox_frames", 8, 10_000),
        sessions_per_min: from.whole("limits.sessions_per_min", 1, 1_000_000),
        logins_per_min_per_address: from.whole("limits.logins_per_min_per_address", 1, 10_000),
        logins_per_min_per_account: from.whole("limits.logins_per_min_per_account", 1, 1_000),
        max_sockets: from.size("limits.max_sockets", 1, 1_000_000),
        max_sockets_per_address: from.size("limits.max_sockets_per_address", 1, 1_000_000),
        max_checks: from.size("limits.max_checks", 1, 100_000),
    }
}
