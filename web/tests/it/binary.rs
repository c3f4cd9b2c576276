//! The program itself: what it says when it cannot start, and how it starts and stops.

use std::io::Read;
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

fn okienko(settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_okienko"));
    let _ = command.env_clear().env("OKIENKO__DATABASE__URL", "sqlite::memory:").env("OKIENKO__MEDIA__UDP_PORT", "0");
    for (key, value) in settings {
        let _ = command.env(format!("OKIENKO__{key}"), value);
    }
    command
}

fn refused(settings: &[(&str, &str)]) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = okienko(settings).output().unwrap();
    (status.code(), String::from_utf8(stderr).unwrap())
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn all_wrong_settings_are_named_at_once() {
    let (status, words) = refused(&[("HTTP__LISTEN", "nowhere"), ("QUEUE__ACCEPT_S", "1"), ("NO__SUCH", "1")]);

    assert_eq!(status, Some(78), "{words}");
    for key in ["http.listen", "queue.accept_s", "no.such"] {
        assert!(words.contains(key), "{words}");
    }
}

#[test]
fn a_taken_port_is_named_with_a_way_out() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();

    let (status, words) = refused(&[("HTTP__LISTEN", &address.to_string())]);

    assert_eq!(status, Some(71));
    assert!(words.contains(&format!("port {} is taken", address.port())), "{words}");
    assert!(words.contains("OKIENKO__HTTP__LISTEN=127.0.0.1:"), "{words}");
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let listen = format!("127.0.0.1:{}", free_port());

    let (status, words) = refused(&[("HTTP__LISTEN", &listen), ("DATABASE__URL", "sqlite:/nowhere/okienko.db")]);

    assert_eq!(status, Some(71));
    assert!(words.contains("/nowhere") && words.contains("OKIENKO__DATABASE__URL"), "{words}");
}

#[test]
fn a_certificate_that_cannot_be_read_is_named_by_its_setting() {
    let listen = format!("127.0.0.1:{}", free_port());
    let files =
        [("HTTP__LISTEN", listen.as_str()), ("HTTP__TLS_CERT", "/nowhere.pem"), ("HTTP__TLS_KEY", "/nowhere.key")];

    let (status, words) = refused(&files);

    assert_eq!(status, Some(78));
    assert!(words.contains("http.tls_cert") && words.contains("/nowhere.pem"), "{words}");
}

#[test]
fn the_accounts_are_shown_once_and_no_log_has_them() {
    let folder = std::env::temp_dir().join(format!("okienko-binary-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let database = format!("sqlite:{}", folder.join("okienko.db").display());

    let first = run_and_stop(&database);
    let second = run_and_stop(&database);
    std::fs::remove_dir_all(&folder).unwrap();

    assert!(first.said.contains("anna@demo.example") && first.said.contains("http://localhost:"), "{}", first.said);
    assert!(!second.said.contains("@demo.example"), "{}", second.said);
    let password = first.said.lines().find(|line| line.contains("anna@")).unwrap().split_whitespace().nth(1).unwrap();
    assert!(password.len() >= 10, "a random one: {password}");
    for run in [&first, &second] {
        assert!(!run.logged.contains(password) && !run.logged.contains("@demo.example"), "{}", run.logged);
        assert!(run.logged.contains("the server has stopped"), "{}", run.logged);
        assert_eq!(run.status, Some(0));
    }
}

struct Run {
    said: String,
    logged: String,
    status: Option<i32>,
}

/// Starts the server, waits until it listens, and stops it as a service manager would.
fn run_and_stop(database: &str) -> Run {
    let port = free_port();
    let settings = [
        ("DATABASE__URL", database),
        ("HTTP__LISTEN", &format!("127.0.0.1:{port}")),
        ("SHUTDOWN__GRACE_S", "0"),
        ("LOG__LEVEL", "debug"),
    ];
    let mut server = okienko(&settings).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    // The greeting is the last thing before the server answers; reading it is waiting for it.
    let mut said = String::new();
    let mut stdout = server.stdout.take().unwrap();
    while !said.contains("Ctrl+C") && Instant::now() < deadline {
        let mut buffer = [0; 1_024];
        let length = stdout.read(&mut buffer).unwrap();
        assert!(length > 0, "the server ended: {said}");
        said.push_str(std::str::from_utf8(&buffer[..length]).unwrap());
    }
    let killed = Command::new("kill").arg("-TERM").arg(server.id().to_string()).status().unwrap();
    assert!(killed.success());
    let mut logged = String::new();
    let _length = server.stderr.take().unwrap().read_to_string(&mut logged).unwrap();
    Run { said, logged, status: server.wait().unwrap().code() }
}
