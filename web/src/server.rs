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

/// A connection whose peer acknowledges nothing for so long is closed by the kernel. A socket whose browser does not
/// read is not polled any more, so no timer of ours could end it (measured, see `docs/decisions`).
const UNACKNOWLEDGED_FOR: Duration = Duration::from_secs(30);

/// How long a client may take for the head of its request.
const HEAD_WITHIN: Duration = Duration::from_secs(10);

/// How long an idle connection is kept for the next request; longer than the usual 60 s of proxies, so that the
/// proxy closes first and no request falls into the gap.
const KEPT_ALIVE: Duration = Duration::from_secs(75);

/// How long open connections may take to end when the server stops.
const STOP_WITHIN_S: u64 = 5;

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
    let (workers, max_sockets) = (state.config.http.workers, state.config.limits.max_sockets);
    let server = HttpServer::new(move || crate::app(state.clone()))
        .on_connect(tune)
        .keep_alive(KEPT_ALIVE)
        .client_request_timeout(HEAD_WITHIN)
        // For each worker: that one of them may carry all sockets, and pages besides.
        .max_connections(max_sockets.saturating_mul(2))
        .max_connection_rate(4_096)
        .shutdown_timeout(STOP_WITHIN_S)
        .disable_signals();
    let server = match tls {
        Some(tls) => server.listen_rustls_0_23(listener, tls)?,
        None => server.listen(listener)?,
    };
    let server = match workers {
        Some(workers) => server.workers(workers),
        None => server,
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
