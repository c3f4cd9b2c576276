//! The listening side: socket options, limits of connections, workers.

use std::any::Any;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_tls::accept::rustls_0_23::TlsStream;
use actix_web::dev::{Extensions, Server};
use actix_web::rt::net::TcpStream;
use actix_web::{HttpServer, web};
use rustls::ServerConfig;
use socket2::{Domain, Protocol, SockRef, Socket, Type};

use crate::state::AppState;

/// Connections that may wait to be accepted: after a restart all browsers come back within seconds.
const BACKLOG: i32 = 8_192;

/// A connection whose peer takes nothing for so long is closed by the kernel. A socket whose browser does not read is
/// not polled any more, so no timer of ours could end it (measured, see `docs/decisions`).
const UNACKNOWLEDGED_FOR: Duration = Duration::from_secs(10);

/// How long a client may take for the head of its request.
const HEAD_WITHIN: Duration = Duration::from_secs(10);

/// How long an idle connection is kept for the next request; longer than the usual 60 s of proxies, so that the
/// proxy closes first and no request falls into the gap.
const KEPT_ALIVE: Duration = Duration::from_secs(75);

/// Files that the process needs besides those of connections: the database, its log, the media ports, threads' own.
const OWN_FILES: usize = 64;

/// Connections for pages that are there whatever sockets there may be.
const PAGES: usize = 32;

/// So many connections for each socket: a browser that loads the page has some besides.
const PER_SOCKET: usize = 2;

/// How many sockets fit into so many open files, `wanted` at most. Beyond that a socket is refused in words, instead of
/// waiting for a file that nobody gives back.
#[must_use]
pub fn sockets_within(files: u64, wanted: usize) -> usize {
    let files = usize::try_from(files).unwrap_or(usize::MAX);
    (files.saturating_sub(OWN_FILES + PAGES) / PER_SOCKET).clamp(1, wanted)
}

/// How many open files so many sockets take, with everything else.
#[must_use]
pub const fn files_for(sockets: usize) -> usize {
    OWN_FILES + PAGES + sockets.saturating_mul(PER_SOCKET)
}

/// Listens on an address. Port 0 is any free one.
///
/// # Errors
/// Those of the system; `AddrInUse` if the port is taken.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    // A restarted server takes its port over from connections that are still ending.
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// Serves on a listener until the returned server is stopped through its handle; with `tls` by https.
///
/// # Errors
/// Those of the system.
pub fn serve(listener: TcpListener, state: web::Data<AppState>, tls: Option<ServerConfig>) -> io::Result<Server> {
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    let workers = state.config.http.workers.unwrap_or_else(cores);
    let connections = PAGES + state.config.limits.max_sockets.saturating_mul(PER_SOCKET);
    // Longer than anybody waits: whoever stops the server cuts it off.
    let stop_within_s = u64::from(state.config.shutdown.grace_s) + 60;
    let server = HttpServer::new(move || crate::app(state.clone()))
        .on_connect(tune)
        .keep_alive(KEPT_ALIVE)
        .client_request_timeout(HEAD_WITHIN)
        // For each worker. When all have as many, the next one waits in the kernel's queue: no file is asked for that
        // the system would refuse.
        .max_connections(connections.div_ceil(workers))
        .max_connection_rate(4_096)
        .workers(workers)
        .shutdown_timeout(stop_within_s)
        .disable_signals();
    let server = match tls {
        Some(tls) => server.listen_rustls_0_23(listener, tls)?,
        None => server.listen(listener)?,
    };
    Ok(server.run())
}

fn tune(connection: &dyn Any, _: &mut Extensions) {
    let secured = || connection.downcast_ref::<TlsStream<TcpStream>>().map(|stream| stream.get_ref().0);
    let Some(stream) = connection.downcast_ref::<TcpStream>().or_else(secured) else { return };
    let socket = SockRef::from(stream);
    #[cfg(target_os = "linux")]
    if let Err(error) = socket.set_tcp_user_timeout(Some(UNACKNOWLEDGED_FOR)) {
        tracing::debug!(%error, "a connection keeps the system's own timeout");
    }
    // Frames are small and wanted at once.
    if let Err(error) = socket.set_tcp_nodelay(true) {
        tracing::debug!(%error, "a connection may hold small frames back");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sockets_take_no_more_files_than_there_are() {
        for files in [128, 256, 1_024, 65_536] {
            let sockets = sockets_within(files, 1_000_000);
            assert!(files_for(sockets) as u64 <= files, "{files}");
        }
        assert_eq!(sockets_within(1_000_000, 12_000), 12_000);
        assert_eq!(sockets_within(10, 12_000), 1);
    }
}
