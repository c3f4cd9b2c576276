//! The server: reads the settings, puts store, actors and edge together, and stops them in order.

use std::io::{ErrorKind, IsTerminal};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::web;
use okienko::config::{Config, LogFormat, ServerMode};
use okienko::domain::office::Clerk;
use okienko::seed;
use okienko::store::{Db, Store, offices, staff};
use okienko::world::World;
use okienko_actors::media::MediaSettings;
use okienko_actors::{ActorError, ActorLimits, ActorSettings, Switchboard};
use okienko_web::auth::{password, token};
use okienko_web::state::AppState;
use okienko_web::{documents, housekeeping, server, telemetry, tls};
use tokio::signal::unix::{Signal, SignalKind, signal};

mod console;
mod opening;

/// The exit status for settings that cannot be used (`sysexits.h`: EX_CONFIG).
const EX_CONFIG: u8 = 78;

/// The exit status for something the system did not give (`sysexits.h`: EX_OSERR).
const EX_OSERR: u8 = 71;

/// Threads for sessions, lines and presences; one carries 5,000 who wait, two share the machine with the sockets.
const CONTROL_ARBITERS: usize = 2;

/// The account by which the demo office is known again.
const DEMO_ACCOUNT: &str = "admin@demo.example";

/// Why the server did not start: what to say, and with what status to end.
struct Refusal {
    words: String,
    status: u8,
}

impl Refusal {
    fn config(words: impl Into<String>) -> Self {
        Self { words: words.into(), status: EX_CONFIG }
    }

    fn system(words: impl Into<String>) -> Self {
        Self { words: words.into(), status: EX_OSERR }
    }
}

/// What the command line asks for.
enum Asked {
    Serve { config: Option<PathBuf> },
    Say(String),
}

fn main() -> ExitCode {
    let outcome = match asked(std::env::args().skip(1)) {
        Ok(Asked::Say(text)) => {
            console::say(&text);
            return ExitCode::SUCCESS;
        }
        Ok(Asked::Serve { config }) => actix_web::rt::System::new().block_on(run(config)),
        Err(words) => Err(Refusal { words, status: 64 }),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Refusal { words, status }) => {
            console::complain(&format!("okienko: {words}\n"));
            ExitCode::from(status)
        }
    }
}

fn asked(mut arguments: impl Iterator<Item = String>) -> Result<Asked, String> {
    let mut config = None;
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--config" => {
                let file = arguments.next().ok_or("--config needs a file, as in --config okienko.toml")?;
                config = Some(PathBuf::from(file));
            }
            "--version" | "-V" => return Ok(Asked::Say(format!("okienko {}\n", env!("CARGO_PKG_VERSION")))),
            "--help" | "-h" => return Ok(Asked::Say(console::HELP.to_owned())),
            other => return Err(format!("unknown argument {other}\n\n{}", console::HELP)),
        }
    }
    Ok(Asked::Serve { config })
}

async fn run(file: Option<PathBuf>) -> Result<(), Refusal> {
    let config = Config::load(file.as_deref(), std::env::vars()).map_err(|faults| {
        let lines: Vec<String> = faults.iter().map(|fault| format!("\n  - {fault}")).collect();
        Refusal::config(format!("the settings cannot be used:{}", lines.concat()))
    })?;
    let config = Arc::new(config);
    start_logs(&config)?;
    let tls = config.http.tls.as_ref().map(tls::load).transpose();
    let tls = tls.map_err(|error| Refusal::config(error.to_string()))?;
    let max_files = raise_file_limit(config.limits.max_sockets);
    let listener = listen(config.http.listen)?;
    let port = listener.local_addr().map_err(|error| Refusal::system(error.to_string()))?.port();

    let world = World::real();
    let store = opening::open_store(&config).map_err(Refusal::system)?;
    let switchboard = start_actors(&config, &store, &world).await?;
    // Last of what may fail, since its passwords are shown only once.
    let accounts = seed_demo(&config, &store, &world)?;
    let state = AppState::new(Arc::clone(&config), store.clone(), switchboard.clone(), world, port)
        .map_err(|error| Refusal::system(error.to_string()))?;
    let state = web::Data::new(state);
    let running = server::serve(listener, state.clone(), tls).map_err(|error| Refusal::system(error.to_string()))?;
    drop(actix_web::rt::spawn(documents::keep(Arc::clone(&state.documents))));
    drop(actix_web::rt::spawn(housekeeping::keep(state.clone())));

    let orders = Orders::listen()?;
    let made = accounts.as_ref().map(|(clerks, password)| (clerks.as_slice(), password.as_str()));
    console::say(&console::greeting(&config, port, made));
    tracing::info!(http.listen = %config.http.listen, max_files, "the server is ready");
    let grace = Duration::from_secs(u64::from(config.shutdown.grace_s));
    drop(actix_web::rt::spawn(stop_when_told(orders, running.handle(), switchboard, grace)));
    let ended = running.await;
    state.documents.close();
    store.close();
    tracing::info!("the server has stopped");
    ended.map_err(|error| Refusal::system(error.to_string()))
}

fn start_logs(config: &Config) -> Result<(), Refusal> {
    let format = match config.log.format {
        LogFormat::Json => telemetry::Format::Json,
        LogFormat::Pretty => telemetry::Format::Pretty,
        LogFormat::Auto if std::io::stderr().is_terminal() => telemetry::Format::Pretty,
        LogFormat::Auto => telemetry::Format::Json,
    };
    telemetry::start(format, &config.log.level).map_err(|error| Refusal::config(format!("log.level: {error}")))?;
    telemetry::log_panics();
    Ok(())
}

fn listen(address: SocketAddr) -> Result<TcpListener, Refusal> {
    server::listen(address).map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => Refusal::system(format!(
            "port {} is taken by another program. Stop that one, or choose another port with \
             OKIENKO__HTTP__LISTEN={}:{}",
            address.port(),
            address.ip(),
            address.port().saturating_add(1),
        )),
        ErrorKind::PermissionDenied => Refusal::system(format!(
            "no permission to listen on port {}. Ports below 1024 need a privilege (CAP_NET_BIND_SERVICE); \
             http.listen takes any other",
            address.port(),
        )),
        ErrorKind::AddrNotAvailable => {
            Refusal::config(format!("http.listen: {} is no address of this machine", address.ip()))
        }
        _ => Refusal::system(format!("cannot listen on {address}: {error}")),
    })
}

/// Makes the demo office in an empty database; production does not get one, and does not open one either.
fn seed_demo(config: &Config, store: &Store, world: &World) -> Result<Option<(Vec<Clerk>, String)>, Refusal> {
    let failed = |error: &dyn std::fmt::Display| Refusal::system(format!("the demo office could not be made: {error}"));
    let look = |db: &mut Db| Ok((offices::all(db)?.is_empty(), staff::by_email(db, DEMO_ACCOUNT)?.is_some()));
    let (is_empty, has_demo) = store.read_now(look).map_err(|error| failed(&error))?;
    match config.server.mode {
        ServerMode::Production if has_demo => {
            return Err(Refusal::config(
                "database.url: this database holds the demo office, whose accounts are public. Production needs one \
                 of its own, such as OKIENKO__DATABASE__URL=sqlite:/var/lib/okienko/okienko.db",
            ));
        }
        ServerMode::Production => {
            if is_empty {
                tracing::warn!("the database is empty: there is no office yet, and nobody can sign in");
            }
            return Ok(None);
        }
        ServerMode::Demo if !is_empty => return Ok(None),
        ServerMode::Demo => {}
    }
    let chosen = config.demo.password.as_ref().map(|secret| secret.expose().to_owned());
    let secret = chosen.unwrap_or_else(|| token::hex(&world.random::<6>()));
    let hash = password::hash(&secret).map_err(|error| failed(&error))?;
    let world = world.clone();
    let seeded = store.write_now(move |db| seed::seed_demo(db, &world, &hash)).map_err(|error| failed(&error))?;
    Ok(Some((seeded.staff, secret)))
}

async fn start_actors(config: &Config, store: &Store, world: &World) -> Result<Switchboard, Refusal> {
    let media = MediaSettings {
        udp_port: config.media.udp_port,
        public_addresses: config.media.public_addresses.clone(),
        arbiters: usize::from(config.media.arbiters),
        max_members: config.call.max_members,
        ..MediaSettings::default()
    };
    let limits = ActorLimits {
        room_restarts: usize::try_from(config.call.restarts).unwrap_or(usize::MAX),
        room_restart_window: Duration::from_secs(config.call.restart_window_s.into()),
        max_members: config.call.max_members,
        max_outbox_frames: config.limits.max_outbox_frames,
        store_within: Duration::from_millis(config.database.timeout_ms.into()),
        session_kept: Duration::from_secs(u64::from(config.http.citizen_session_h) * 3_600),
    };
    let settings = ActorSettings {
        timings: config.timings,
        media,
        control_arbiters: CONTROL_ARBITERS,
        limits,
        documents: config.documents.rules,
    };
    Switchboard::start(settings, store.clone(), world.clone()).await.map_err(|error| match error {
        ActorError::Media(words) => Refusal::system(format!(
            "{words}. Stop the program that uses it, or choose another port with OKIENKO__MEDIA__UDP_PORT={}",
            config.media.udp_port.saturating_add(10),
        )),
        other => Refusal::system(format!("the actors could not be started: {other}")),
    })
}

/// The orders to stop: of a service manager, and of Ctrl+C.
struct Orders {
    terminate: Signal,
    interrupt: Signal,
}

impl Orders {
    /// Listens from now on; until then such an order ends the process at once.
    fn listen() -> Result<Self, Refusal> {
        let deaf = |error: std::io::Error| Refusal::system(format!("signals cannot be heard: {error}"));
        let terminate = signal(SignalKind::terminate()).map_err(deaf)?;
        Ok(Self { terminate, interrupt: signal(SignalKind::interrupt()).map_err(deaf)? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Waits for the order to stop: tells browsers, lets calls go on for a while, then closes what is left. A second order
/// does not wait.
async fn stop_when_told(mut orders: Orders, server: ServerHandle, switchboard: Switchboard, grace: Duration) {
    orders.next().await;
    tracing::info!(grace_s = grace.as_secs(), "stopping; browsers are told");
    tokio::select! {
        () = switchboard.shutdown(grace) => server.stop(true).await,
        () = orders.next() => server.stop(false).await,
    }
}

/// Raises the limit of open files as far as the system lets us: each browser takes one.
fn raise_file_limit(max_sockets: usize) -> u64 {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else { return 0 };
    let limit = match setrlimit(Resource::RLIMIT_NOFILE, hard, hard) {
        Ok(()) => hard,
        Err(_) => soft,
    };
    let wanted = max_sockets as u64 + 256;
    if limit < wanted {
        tracing::warn!(limit, wanted, "fewer open files are allowed than limits.max_sockets needs: raise LimitNOFILE");
    }
    limit
}
