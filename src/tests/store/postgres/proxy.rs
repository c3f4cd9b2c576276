//! A stand between the store and its server that can be slow, or lose what passes through it.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread::spawn;
use std::time::Duration;

/// What is lost, with the connection, when a commit passes through it next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// The commit: the server never sees it.
    Question,
    /// What the server answers after it has committed.
    Answer,
    /// The same, and the server does not learn that nobody listens.
    AnswerUnnoticed,
}

/// A proxy for one test.
pub struct Proxy {
    pub port: u16,
    plan: Arc<Plan>,
}

#[derive(Default)]
struct Plan {
    cut: Mutex<Option<Cut>>,
    /// By how much each answer is late, in milliseconds.
    late_ms: AtomicU64,
    /// Connections of which one end is left open on purpose.
    left_open: Mutex<Vec<TcpStream>>,
}

impl Proxy {
    pub fn to(server_port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (port, plan) = (listener.local_addr().unwrap().port(), Arc::new(Plan::default()));
        let planned = Arc::clone(&plan);
        spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                // The server may be gone, as a part of the test: so is the client's connection then.
                let Ok(server) = TcpStream::connect(("127.0.0.1", server_port)) else { continue };
                let (from_server, to_client) = (server.try_clone().unwrap(), client.try_clone().unwrap());
                let plan = Arc::clone(&planned);
                spawn(move || answers(from_server, to_client, &plan));
                let plan = Arc::clone(&planned);
                spawn(move || questions(client, server, &plan));
            }
        });
        Self { port, plan }
    }

    /// Plans what happens at the next commit.
    pub fn cut_at_commit(&self, cut: Cut) {
        *self.plan.cut.lock().unwrap() = Some(cut);
    }

    /// Makes each answer late.
    pub fn be_late(&self, by: Duration) {
        self.plan.late_ms.store(u64::try_from(by.as_millis()).unwrap(), Ordering::Relaxed);
    }
}

/// Hands on what the client says.
fn questions(mut client: TcpStream, mut server: TcpStream, plan: &Plan) {
    let mut buffer = [0; 16_384];
    while let Some(length) = client.read(&mut buffer).ok().filter(|length| *length > 0) {
        let is_commit = buffer[..length].windows(7).any(|part| part == b"COMMIT\0");
        let cut = if is_commit { plan.cut.lock().unwrap().take() } else { None };
        if cut.is_some() {
            // Before the server can answer.
            let _cut_or_gone = client.shutdown(Shutdown::Both);
        }
        if cut != Some(Cut::Question) && server.write_all(&buffer[..length]).is_err() {
            break;
        }
        if cut == Some(Cut::AnswerUnnoticed) {
            plan.left_open.lock().unwrap().push(server);
            return;
        }
        if cut.is_some() {
            break;
        }
    }
    let _cut_or_gone = server.shutdown(Shutdown::Write);
}

/// Hands on what the server answers.
fn answers(mut server: TcpStream, mut client: TcpStream, plan: &Plan) {
    // Nobody ever sends: waiting for it is waiting.
    let (_never, waits): (_, Receiver<()>) = channel();
    let mut buffer = [0; 16_384];
    while let Some(length) = server.read(&mut buffer).ok().filter(|length| *length > 0) {
        let late = Duration::from_millis(plan.late_ms.load(Ordering::Relaxed));
        if !late.is_zero() {
            let _time_out = waits.recv_timeout(late);
        }
        if client.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _cut_or_gone = client.shutdown(Shutdown::Both);
}
