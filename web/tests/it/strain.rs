//! Clients that flood the server or take nothing from it: they are cut off, cost little, and nobody beside them notices.

use std::time::Duration;

use serde_json::json;

use crate::client::{Request, citizen_token};
use crate::process::{PATIENCE, Process};
use crate::socket::{Got, Socket};

/// What one flood of a client holds.
const FLOOD: u32 = 10_000;

/// How much more memory a server may hold after a flood, in KiB (20 MiB).
const FLOOD_MAY_KEEP_KB: u64 = 20 * 1_024;

/// How much memory one client may take that reads nothing, in KiB.
const SLOW_MAY_TAKE_KB: u64 = 1_024;

/// Somebody who does nothing wrong: they say that they are there and are answered, for as long as this lives.
struct Bystander {
    beating: actix_web::rt::task::JoinHandle<u32>,
    over: tokio::sync::watch::Sender<bool>,
}

impl Bystander {
    async fn enter(process: &Process) -> Self {
        let mut socket = welcomed(process, Socket::citizen(process.address).await).await;
        let (over, is_over) = tokio::sync::watch::channel(false);
        let beating = actix_web::rt::spawn(async move {
            let mut turns = tokio::time::interval(Duration::from_millis(100));
            // Beats that are made up for at once would be a flood of their own.
            turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            for number in 0.. {
                if *is_over.borrow() {
                    return number;
                }
                let _tick = turns.tick().await;
                socket.say(&beat(number)).await;
                // Panics if the socket is closed or nothing comes.
                let _answer = socket.frame_of("beat").await;
            }
            unreachable!("it has gone on for years")
        });
        Self { beating, over }
    }

    /// How many beats were answered.
    async fn leave(self) -> u32 {
        self.over.send(true).unwrap();
        self.beating.await.unwrap()
    }
}

fn beat(number: u32) -> String {
    json!({"key": format!("b{number}"), "type": "beat", "visible": true}).to_string()
}

async fn welcomed(process: &Process, mut socket: Socket) -> Socket {
    socket.hello(Some(&citizen_token(process.address).await)).await;
    assert_eq!(socket.frame().await["type"], "welcome");
    assert_eq!(socket.frame().await["type"], "idle");
    socket
}

/// Waits until so many sockets are open.
async fn until_open(process: &Process, count: u32) {
    let waiting = async {
        let wanted = format!("okienko_sockets {count}");
        loop {
            let metrics = Request::get("/metrics").send(process.address).await;
            if metrics.text().lines().any(|line| line == wanted) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("the sockets that take nothing are closed");
}

#[actix_web::test]
async fn a_flood_of_commands_is_cut_off_and_nobody_beside_it_notices() {
    let process = Process::start(&[]);
    let bystander = Bystander::enter(&process).await;
    let before_kb = process.resident_kb();

    let floods = (0..5).map(async |_| {
        let mut socket = welcomed(&process, Socket::citizen(process.address).await).await;
        for number in 0..FLOOD {
            socket.say(&beat(number)).await;
        }
        let mut answers = 0;
        loop {
            match socket.next().await {
                Got::Text(_) => answers += 1,
                Got::Close(code) => return (answers, code),
                Got::End => return (answers, None),
                Got::Ping | Got::Pong(_) => {}
            }
        }
    });
    let cut = futures_util::future::join_all(floods).await;
    until_open(&process, 1).await;
    let kept_kb = process.resident_kb().saturating_sub(before_kb);

    // Whoever goes on writing to a connection that was closed may lose what was said last, so the code need not arrive.
    assert!(cut.iter().all(|(_, code)| matches!(code, Some(1008) | None)), "{cut:?}");
    assert!(cut.iter().all(|(answers, _)| *answers < FLOOD / 10), "{cut:?}");
    assert!(kept_kb < FLOOD_MAY_KEEP_KB, "{kept_kb} KiB");
    assert!(bystander.leave().await > 0);
}

#[actix_web::test]
async fn who_reads_nothing_is_cut_off_and_takes_little_meanwhile() {
    const SLOW: u32 = 10;
    let process = Process::start(&[]);
    let bystander = Bystander::enter(&process).await;
    let before_kb = process.resident_kb();

    let mut slow = Vec::new();
    for _ in 0..SLOW {
        let mut socket = Socket::narrow(process.address).await;
        socket.hello(Some(&citizen_token(process.address).await)).await;
        for number in 0..50 {
            socket.say(&beat(number)).await;
        }
        slow.push(socket);
    }
    let taken_kb = process.resident_kb().saturating_sub(before_kb);
    until_open(&process, 1).await;

    assert!(taken_kb < u64::from(SLOW) * SLOW_MAY_TAKE_KB, "{taken_kb} KiB for {SLOW}");
    assert!(bystander.leave().await > 0);
    drop(slow);
}
