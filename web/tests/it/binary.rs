//! The program itself: what it says when it cannot start, and how it starts and stops.

use std::fs::{Permissions, set_permissions};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::process::{Process, free_port, okienko, okienko_by_the_rights};

/// A folder of its own that goes away with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("okienko-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self) -> PathBuf {
        self.0.join("okienko.db")
    }

    fn url(&self) -> String {
        format!("sqlite:{}", self.file().display())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        allow(&self.0, 0o755);
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

fn allow(path: &Path, mode: u32) {
    set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn refused(settings: &[(&str, &str)]) -> (Option<i32>, String) {
    ended(okienko(settings))
}

fn ended(mut command: Command) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = command.output().unwrap();
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

#[actix_web::test]
async fn a_database_that_may_be_read_but_not_written_is_named() {
    let folder = Folder::new("unwritable");
    let (file, url, listen) = (folder.file(), folder.url(), format!("127.0.0.1:{}", free_port()));
    drop(run_and_stop(&url).await);
    let refused = || ended(okienko_by_the_rights(&[("HTTP__LISTEN", &listen), ("DATABASE__URL", &url)]));
    let lock = folder.0.join("okienko.db-lock");

    allow(&file, 0o444);
    let of_the_file = refused();
    allow(&file, 0o644);
    allow(&folder.0, 0o555);
    let of_the_folder = refused();
    allow(&folder.0, 0o755);
    std::fs::remove_file(&lock).unwrap();
    allow(&folder.0, 0o555);
    let of_the_folder_without_a_lock = refused();

    for (status, words) in [of_the_file, of_the_folder, of_the_folder_without_a_lock] {
        assert_eq!(status, Some(71), "{words}");
        assert!(words.contains(&format!("no permission to write {}", file.display())), "{words}");
        assert!(words.contains("this file and its folder") && words.contains("OKIENKO__DATABASE__URL"), "{words}");
    }
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
    let folder = Folder::new("accounts");

    let first = run_and_stop(&folder.url()).await;
    let second = run_and_stop(&folder.url()).await;

    assert!(first.said.contains("anna@demo.example") && first.said.contains("http://localhost:"), "{}", first.said);
    assert!(!second.said.contains("@demo.example"), "{}", second.said);
    assert!(second.said.contains(&format!("delete {}", folder.file().display())), "{}", second.said);
    assert!(first.said.contains("pages of managers and administrators"), "{}", first.said);
    let password = first.said.lines().find(|line| line.contains("anna@")).unwrap().split_whitespace().nth(1).unwrap();
    assert!(password.len() >= 10, "a random one: {password}");
    for run in [&first, &second] {
        let logged = run.logged();
        assert!(!logged.contains(password) && !logged.contains("@demo.example"), "{logged}");
        assert!(logged.contains("the server has stopped"), "{logged}");
    }
}

#[actix_web::test]
async fn a_first_start_that_fails_leaves_the_accounts_to_the_next_one() {
    let folder = Folder::new("first-start");
    let (url, documents) = (folder.url(), folder.0.join("documents"));
    std::fs::write(&documents, "in the way").unwrap();
    let listen = format!("127.0.0.1:{}", free_port());
    let place = documents.display().to_string();

    let (status, words) = refused(&[("HTTP__LISTEN", &listen), ("DATABASE__URL", &url), ("DOCUMENTS__FOLDER", &place)]);
    std::fs::remove_file(&documents).unwrap();
    let next = run_and_stop(&url).await;

    assert_eq!(status, Some(71), "{words}");
    assert!(words.contains(&place) && words.contains("a file stands there"), "{words}");
    assert!(words.contains("OKIENKO__DOCUMENTS__FOLDER"), "{words}");
    assert!(next.said.contains("anna@demo.example"), "{}", next.said);
}

#[test]
fn a_folder_for_documents_that_may_not_be_made_is_named_whole() {
    let folder = Folder::new("documents-forbidden");
    allow(&folder.0, 0o555);
    let listen = format!("127.0.0.1:{}", free_port());
    let mut command = okienko_by_the_rights(&[("HTTP__LISTEN", &listen), ("DOCUMENTS__FOLDER", "documents")]);
    let _ = command.current_dir(&folder.0);

    let (status, words) = ended(command);

    assert_eq!(status, Some(71), "{words}");
    let place = folder.0.canonicalize().unwrap().join("documents");
    assert!(words.contains(&place.display().to_string()) && words.contains("the right to"), "{words}");
}

/// Starts the server, waits until it listens, and stops it as a service manager would.
async fn run_and_stop(database: &str) -> Process {
    let settings = [("DATABASE__URL", database), ("DEMO__PASSWORD", ""), ("LOG__LEVEL", "debug")];
    let mut server = Process::start(&settings);
    server.signal("TERM");
    assert_eq!(server.ended().await.code(), Some(0));
    server
}
