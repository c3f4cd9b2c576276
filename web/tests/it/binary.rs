//! The program itself: what it says when it cannot start, and how it starts and stops.

use std::net::TcpListener;
use std::process::Output;

use crate::process::{Process, free_port, okienko};

fn refused(settings: &[(&str, &str)]) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = okienko(settings).output().unwrap();
    (status.code(), String::from_utf8(stderr).unwrap())
}

#[test]
fn all_wrong_settings_are_named_at_once() {
    let (status, words) =
        refused(&[("HTTP__LISTEN", "nowhere"), ("QUEUE__ACCEPT_S", "1"), ("NO__SUCH", "1"), ("LOG__LEVEL", "inof")]);

    assert_eq!(status, Some(78), "{words}");
    for key in ["http.listen", "queue.accept_s", "no.such", "log.level"] {
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

#[actix_web::test]
async fn the_accounts_are_shown_once_and_no_log_has_them() {
    let folder = std::env::temp_dir().join(format!("okienko-binary-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let database = format!("sqlite:{}", folder.join("okienko.db").display());

    let first = run_and_stop(&database).await;
    let second = run_and_stop(&database).await;
    std::fs::remove_dir_all(&folder).unwrap();

    assert!(first.said.contains("anna@demo.example") && first.said.contains("http://localhost:"), "{}", first.said);
    assert!(!second.said.contains("@demo.example"), "{}", second.said);
    let password = first.said.lines().find(|line| line.contains("anna@")).unwrap().split_whitespace().nth(1).unwrap();
    assert!(password.len() >= 10, "a random one: {password}");
    for run in [&first, &second] {
        let logged = run.logged();
        assert!(!logged.contains(password) && !logged.contains("@demo.example"), "{logged}");
        assert!(logged.contains("the server has stopped"), "{logged}");
    }
}

/// Starts the server, waits until it listens, and stops it as a service manager would.
async fn run_and_stop(database: &str) -> Process {
    let settings = [("DATABASE__URL", database), ("DEMO__PASSWORD", ""), ("LOG__LEVEL", "debug")];
    let mut server = Process::start(&settings);
    server.signal("TERM");
    assert_eq!(server.ended().await.code(), Some(0));
    server
}
