//! What the program does when a part of it is gone or hangs, and what a service manager is told.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use tokio::net::UnixDatagram;

use crate::client::Request;
use crate::process::{PATIENCE, Process, free_port, okienko, okienko_faults, with_settings};

/// Arms failure points in a running server.
async fn arm(process: &Process, rules: &str) {
    let answer = Request::post("/failures").text_body(rules).send(process.address).await;
    assert_eq!(answer.status, 204, "{}", answer.text());
}

#[actix_web::test]
async fn the_program_that_is_shipped_has_no_failure_points() {
    let process = Process::start(&[]);

    let asked = Request::get("/failures").send(process.address).await;
    let armed = Request::post("/failures").text_body("supervisor:panic").send(process.address).await;
    let by_setting = okienko(&[("FAILURES__POINTS", "supervisor:panic")]).output().unwrap();

    assert_eq!((asked.status, armed.status), (404, 404));
    let words = String::from_utf8(by_setting.stderr).unwrap();
    assert_eq!(by_setting.status.code(), Some(78), "{words}");
    assert!(words.contains("failures.points") && words.contains("is not a setting"), "{words}");
}

#[actix_web::test]
async fn a_program_with_failure_points_is_for_this_machine_and_never_for_production() {
    let process = Process::start_by(okienko_faults(), &[]);
    let from = |name: &str, value: &str| Request::post("/failures").header(name, value).text_body("branch:hang");
    let from_elsewhere = from("x-forwarded-for", "203.0.113.9");
    let from_a_page = from("origin", "http://127.0.0.1");
    let production = [("SERVER__MODE", "production"), ("HTTP__PUBLIC_URL", "https://okienko.example")];

    let from_elsewhere = from_elsewhere.send(process.address).await;
    let from_a_page = from_a_page.send(process.address).await;
    let nonsense = Request::post("/failures").text_body("branch:dance").send(process.address).await;
    let refused = with_settings(okienko_faults(), &production).output().unwrap();

    assert_eq!((from_elsewhere.status, from_a_page.status, nonsense.status), (404, 403, 400));
    assert_eq!(refused.status.code(), Some(78));
    assert!(String::from_utf8(refused.stderr).unwrap().contains("server.mode"));
}

/// Arms this in a server of its own and waits until that has ended itself.
async fn ends_by(rule: &str, why: &str) {
    let media_port = free_port();
    let mut process = Process::start_by(okienko_faults(), &[("MEDIA__UDP_PORT", &media_port.to_string())]);
    // Somebody looks at the line, so that there is one.
    assert_eq!(Request::get("/api/v1/sites/wroclaw/status").send(process.address).await.status, 200);

    arm(&process, rule).await;
    // What goes wrong with the media port does so when a datagram comes; what does so at a write, when there is one.
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let knocking = rule.starts_with("media.port").then(|| {
        std::thread::spawn(move || {
            // Ends with the refusal that comes back when the port is gone.
            while socket.send_to(b"knock", ("127.0.0.1", media_port)).is_ok() {
                std::thread::yield_now();
            }
        })
    });
    let address = process.address;
    let writing = rule.starts_with("store.").then(|| {
        let session = Request::post("/api/v1/sessions").json(r#"{"site":"wroclaw","language":"pl"}"#);
        actix_web::rt::spawn(async move { session.send(address).await })
    });
    let status = process.ended().await;
    let logged = process.logged();
    drop((knocking, writing));

    assert_eq!(status.code(), Some(70), "{rule}: {logged}");
    assert!(logged.contains("nothing in this process can mend that") && logged.contains(why), "{rule}: {logged}");
}

#[actix_web::test]
async fn the_process_ends_itself_when_its_supervisor_is_gone() {
    ends_by("supervisor:panic", "supervisor is gone").await;
}

#[actix_web::test]
async fn the_process_ends_itself_when_a_branch_is_gone() {
    ends_by("branch@room:panic", "branch of rooms is gone").await;
}

#[actix_web::test]
async fn the_process_ends_itself_when_the_stores_writer_is_gone() {
    ends_by("store.before-commit:panic", "store is gone").await;
}

#[actix_web::test]
async fn the_process_ends_itself_when_a_media_port_is_of_no_use_any_more() {
    ends_by("media.port:panic:6x", "port of media is gone").await;
}

#[actix_web::test]
async fn the_process_ends_itself_when_those_who_look_after_the_others_hang() {
    ends_by("branch@queue:hang", "branch of queues did not answer").await;
}

#[actix_web::test]
async fn the_process_ends_itself_when_a_thread_stands_still() {
    ends_by("queue.handler:delay-90000ms", r#""why":"control-"#).await;
}

#[actix_web::test]
async fn the_process_ends_itself_when_a_thread_is_gone() {
    ends_by("queue.handler:end-thread", r#""why":"control-"#).await;
}

#[actix_web::test]
async fn the_process_ends_itself_when_a_media_thread_stands_still() {
    ends_by("media.port:delay-90000ms", r#""why":"media-0"#).await;
}

/// Where a service manager listens, in a folder of its own.
struct Manager {
    socket: UnixDatagram,
    path: PathBuf,
}

impl Manager {
    fn listen(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("okienko-notify-{name}-{}", std::process::id()));
        let _was_there = std::fs::remove_file(&path);
        let socket = UnixDatagram::bind(&path).unwrap();
        Self { socket, path }
    }

    /// Starts a program that it manages.
    fn start(&self, watchdog_us: u32, settings: &[(&str, &str)]) -> Process {
        // Whatever starts a program for a test clears its environment first; `env` adds to it.
        let mut command = Command::new("env");
        let _ = command.arg(format!("NOTIFY_SOCKET={}", self.path.display()));
        let _ = command.arg(format!("WATCHDOG_USEC={watchdog_us}")).arg(env!("CARGO_BIN_EXE_okienko"));
        Process::start_by(command, settings)
    }

    /// What it is told next.
    async fn hears(&self) -> String {
        tokio::time::timeout(PATIENCE, self.told()).await.expect("the program says something")
    }

    async fn told(&self) -> String {
        let mut buffer = [0; 256];
        let length = self.socket.recv(&mut buffer).await.unwrap();
        String::from_utf8(buffer[..length].to_vec()).unwrap().trim().to_owned()
    }
}

impl Drop for Manager {
    fn drop(&mut self) {
        let _gone = std::fs::remove_file(&self.path);
    }
}

#[actix_web::test]
async fn a_service_manager_is_told_of_the_start_of_life_and_of_the_end() {
    let manager = Manager::listen("usual");

    let mut process = manager.start(3_000_000, &[("SHUTDOWN__GRACE_S", "0")]);
    let (ready, first, second) = (manager.hears().await, manager.hears().await, manager.hears().await);
    process.signal("TERM");
    let last = loop {
        let said = manager.hears().await;
        if said != "WATCHDOG=1" {
            break said;
        }
    };

    assert_eq!((ready.as_str(), first.as_str(), second.as_str()), ("READY=1", "WATCHDOG=1", "WATCHDOG=1"));
    assert_eq!(last, "STOPPING=1");
    assert_eq!(process.ended().await.code(), Some(0));
}

#[actix_web::test]
async fn a_process_that_stood_still_goes_on_as_if_nothing_had_been() {
    let manager = Manager::listen("stopped");
    let process = manager.start(2_000_000, &[]);
    assert_eq!(manager.hears().await, "READY=1");
    // The watch has begun: its thread may start a moment after the server is ready.
    assert_eq!(manager.hears().await, "WATCHDOG=1");

    process.signal("STOP");
    // Silent while it stands still, for longer than any part of it may be: a service manager would end it by now.
    while tokio::time::timeout(Duration::from_secs(12), manager.told()).await.is_ok() {}
    process.signal("CONT");

    assert_eq!(manager.hears().await, "WATCHDOG=1");
    // Its parts show that they live one after another.
    let answer = async || Request::get("/readyz").send(process.address).await;
    let ready = async { while answer().await.status != 200 {} };
    let in_time = tokio::time::timeout(PATIENCE, ready).await.is_ok();
    assert!(in_time, "it does not become ready: {}\n{}", answer().await.text(), process.logged());
    process.until_logged("the whole process stood still").await;
}
