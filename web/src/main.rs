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
#[cfg(feature = "failure-points")]
use okienko::failures::Failures;
use okienko::seed;
use okienko::store::{Db, Store, offices, staff};
use okienko::world::World;
use okienko_actors::media::MediaSettings;
use okienko_actors::{ActorError, ActorLimits, ActorSettings, Switchboard};
use okienko_web::auth::{password, token};
use okienko_web::state::AppState;
use okienko_web::{documents, housekeeping, server, telemetry, tls, watchman};
use tokio::signal::unix::{Signal, SignalKind, signal};

mod console;
mod opening;

/// The exit status for settings that cannot be used (`sysexits.h`: EX_CONFIG).
const EX_CONFIG: u8 = 78;

/// The exit status for something the system did not give (`sysexits.h`: EX_OSERR).
const EX_OSERR: u8 = 71;

/// Threads for sessions, lines and presences; one carries 5,000 who wait, two share the machine with the sockets.
const CONTROL_ARBITERS: usize = 2;

/// What is left of the grace for lines to write their last and for connections to end, when calls have had their time.
const LAST_STEPS: Duration = Duration::from_secs(2);

/// How long the store has to end its threads at the end.
const STORE_CLOSES_WITHIN: Duration = Duration::from_secs(1);

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

pub(crate) fn main() -> ExitCode {
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
    start_logs(&config)?;
    let tls = config.http.tls.as_ref().map(tls::load).transpose();
    let tls = tls.map_err(|error| Refusal::config(error.to_string()))?;
    let files = raise_file_limit();
    let config = Arc::new(within_files(config, files));
    let listener = listen(config.http.listen)?;
    let port = listener.local_addr().map_err(|error| Refusal::system(error.to_string()))?.port();

    let world = World::real();
    #[cfg(feature = "failure-points")]
    let world = with_failures(world, &config);
    let store = opening::open_store(&config, world.failures()).map_err(Refusal::system)?;
    let switchboard = start_actors(&config, &store, &world).await?;
    let state = AppState::new(Arc::clone(&config), store.clone(), switchboard.clone(), world.clone(), port)
        .map_err(|error| Refusal::system(error.to_string()))?;
    let state = web::Data::new(state);
    // It answers nobody before it is waited for.
    let mut running =
        server::serve(listener, state.clone(), tls).map_err(|error| Refusal::system(error.to_string()))?;
    let orders = Orders::listen()?;
    // Last of what may fail, since its passwords are shown only once.
    let accounts = seed_demo(&config, &store, &world)?;
    if let Err(error) = state.look_up_sites() {
        tracing::warn!(%error, "the list of sites could not be read");
    }
    drop(actix_web::rt::spawn(documents::keep(Arc::clone(&state.documents))));
    drop(actix_web::rt::spawn(housekeeping::keep(state.clone())));

    let made = accounts.as_ref().map(|(clerks, password)| (clerks.as_slice(), password.as_str()));
    console::say(&console::greeting(&config, port, store.file(), made));
    watchman::begin(switchboard.vitals(), store.clone()).map_err(|error| Refusal::system(error.to_string()))?;
    tracing::info!(http.listen = %config.http.listen, files, "the server is ready");
    watchman::tell_ready();
    let grace = Duration::from_secs(u64::from(config.shutdown.grace_s));
    let stopping = stop_when_told(orders, running.handle(), &state, grace);
    let ended = tokio::select! {
        ended = &mut running => ended,
        // Whatever still runs is cut off with the server.
        () = stopping => Ok(()),
    };
    drop(running);
    state.documents.close();
    close_store(store);
    tracing::info!("the server has stopped");
    ended.map_err(|error| Refusal::system(error.to_string()))
}

/// Closes the store; leaves it to the end of the process if it hangs. What was answered is on the disk either way.
fn close_store(store: Store) {
    let (sender, closed) = std::sync::mpsc::channel();
    let closing = move || {
        store.close();
        // Nobody waits any more if it took too long.
        let _heard_or_late = sender.send(());
    };
    let is_begun = std::thread::Builder::new().name("store-close".to_owned()).spawn(closing).is_ok();
    if !is_begun || closed.recv_timeout(STORE_CLOSES_WITHIN).is_err() {
        tracing::warn!("the database was busy to the end; nothing that was answered is lost");
    }
}

fn start_logs(config: &Config) -> Result<(), Refusal> {
    let format = match config.log.format {
        LogFormat::Json => telemetry::Format::Json,
        LogFormat::Pretty => telemetry::Format::Pretty,
        LogFormat::Auto if std::io::stderr().is_terminal() => telemetry::Format::Pretty,
        LogFormat::Auto => telemetry::Format::Json,
    };
    telemetry::start(format, config.log.level.as_str())
        .map_err(|error| Refusal::config(format!("log.level: {error}")))?;
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

/// The world in which those failures happen that the settings arm.
#[cfg(feature = "failure-points")]
fn with_failures(world: World, config: &Config) -> World {
    tracing::warn!("failure points are built into this program: it is for tests only");
    world.with_failures(Failures::armed(&config.failures.points, config.failures.seed.into()))
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
        max_checks: config.limits.max_checks,
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

/// Waits for the order to stop and then for the end of the grace, or for a second order. Meanwhile browsers are told,
/// calls may come to their end, and the server stops by itself as soon as nothing is left.
async fn stop_when_told(mut orders: Orders, server: ServerHandle, state: &AppState, grace: Duration) {
    orders.next().await;
    tracing::info!(grace_s = grace.as_secs(), "stopping; browsers are told");
    watchman::tell_stopping();
    let orderly = async {
        state.switchboard.shutdown(grace.saturating_sub(LAST_STEPS)).await;
        state.sockets.close();
        server.stop(true).await;
    };
    tokio::select! {
        () = orderly => std::future::pending().await,
        () = tokio::time::sleep(grace.max(LAST_STEPS)) => tracing::warn!("the grace is over; what is left is cut off"),
        () = orders.next() => tracing::warn!("a second order to stop; what is left is cut off"),
    }
}

/// Raises the limit of open files as far as the system lets us: each browser takes some. Gives what it is then.
fn raise_file_limit() -> Option<u64> {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).ok()?;
    let is_raised = setrlimit(Resource::RLIMIT_NOFILE, hard, hard).is_ok();
    Some(if is_raised { hard } else { soft })
}

/// The settings with no more sockets than there are open files for.
fn within_files(mut config: Config, files: Option<u64>) -> Config {
    let Some(files) = files else { return config };
    let wanted = config.limits.max_sockets;
    let max_sockets = server::sockets_within(files, wanted);
    if max_sockets < wanted {
        let needed = server::files_for(wanted);
        tracing::warn!(
            files,
            needed,
            max_sockets,
            "the system allows {files} open files, enough for {max_sockets} browsers at once instead of {wanted} \
             (limits.max_sockets). Harmless for trying; in production allow {needed}: LimitNOFILE={needed} in the \
             systemd unit, or ulimit -n {needed}",
        );
    }
    config.limits.max_sockets = max_sockets;
    config
}
