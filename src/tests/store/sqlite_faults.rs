//! A disk that is full or cannot keep what it was given: the store in a process of its own, on a small disk or under
//! `strace`, which lets a system call fail.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use diesel::{QueryableByName, RunQueryDsl, sql_query};
use okienko::domain::office::LegalKind;
use okienko::store::{Db, OfficeScope, Store, StoreError, legal, sites};
use okienko::world::World;

use crate::sqlite::Folder;
use crate::support::{City, Still, notice};

/// Where the process of its own finds its database.
const DATABASE: &str = "OKIENKO_TEST_DATABASE";

/// The name of that process among the tests.
const CLERK: &str = "sqlite_faults::does_what_another_test_orders";

/// How long a text is that is written: some pages of the database, so that there is no room for it on a full disk.
const LONG: usize = 60_000;

/// A small disk: enough for an office and a few texts.
const DISK: &str = "size=3m";

/// What came of a write.
#[derive(Debug, PartialEq, Eq)]
enum Came {
    Kept,
    Refused(String),
}

/// A store in a process of its own.
struct Clerk {
    process: Child,
    says: ChildStdin,
    hears: BufReader<ChildStdout>,
    /// Of the store's process, which may be a child of `process`.
    pid: u32,
}

impl Clerk {
    /// Starts one; `around` is the program that it runs in, with its arguments.
    fn start(around: &[&str], url: &str) -> Self {
        let own = std::env::current_exe().unwrap();
        let own = own.to_str().unwrap();
        let words: Vec<&str> = [around, &[own, CLERK, "--exact", "--ignored", "--nocapture"]].concat();
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).env(DATABASE, url).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let (says, hears) = (process.stdin.take().unwrap(), BufReader::new(process.stdout.take().unwrap()));
        let mut clerk = Self { process, says, hears, pid: 0 };
        clerk.pid = clerk.answer().parse().unwrap();
        clerk
    }

    /// Writes a text of this version.
    fn write(&mut self, version: u32) -> Came {
        match self.order(&format!("write {version}")).as_str() {
            "kept" => Came::Kept,
            refused => Came::Refused(refused.to_owned()),
        }
    }

    /// Which versions there are.
    fn read(&mut self) -> Vec<u32> {
        versions_of(&self.order("read"))
    }

    fn order(&mut self, order: &str) -> String {
        writeln!(self.says, "{order}").unwrap();
        self.answer()
    }

    /// The next line that is meant for us: the test runner prints its own.
    fn answer(&mut self) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            assert!(self.hears.read_line(&mut line).unwrap() > 0, "the store's process is gone");
            if let Some((_, answer)) = line.trim_end().split_once("# ") {
                return answer.to_owned();
            }
        }
    }

    /// Kills the store's process at once.
    fn kill(mut self) {
        assert!(Command::new("kill").args(["-9", &self.pid.to_string()]).status().unwrap().success());
        self.process.wait().unwrap();
    }
}

impl Drop for Clerk {
    fn drop(&mut self) {
        // After a failed test; else it is gone already.
        let _killed_or_gone = Command::new("kill").args(["-9", &self.pid.to_string()]).stderr(Stdio::null()).status();
        let _waited_for = self.process.wait();
    }
}

fn versions_of(words: &str) -> Vec<u32> {
    words.split_whitespace().map(|word| word.parse().unwrap()).collect()
}

/// The other process: does what it is told line by line, and says what came of it.
#[test]
#[ignore = "a part of the tests below, which start it"]
fn does_what_another_test_orders() {
    let Ok(url) = std::env::var(DATABASE) else { return };
    let store = Store::open(&url, 1).unwrap();
    if store.read_now(|db| sites::by_key(db, "wroclaw")).unwrap().is_none() {
        City::found(&store, &Still::new(), "wroclaw");
    }
    println!("# {}", std::process::id());
    for line in std::io::stdin().lines() {
        let line = line.unwrap();
        match line.split_once(' ') {
            Some(("write", version)) => {
                let version = version.to_owned();
                match store.write_now(move |db| publish(db, &version)) {
                    Ok(()) => println!("# kept"),
                    Err(error) => println!("# {error:?}"),
                }
            }
            _ => println!("# {}", store.read_now(published).unwrap()),
        }
    }
}

fn publish(db: &mut Db, version: &str) -> Result<(), StoreError> {
    let site = sites::by_key(db, "wroclaw")?.ok_or(StoreError::NotFound)?;
    let world = World::real();
    let mut text = notice(&world, site.id, version, world.now());
    text.body = version.repeat(LONG / version.len());
    legal::publish(db, OfficeScope::of(site.office), &text)
}

fn published(db: &mut Db) -> Result<String, StoreError> {
    let site = sites::by_key(db, "wroclaw")?.ok_or(StoreError::NotFound)?;
    let texts = legal::versions(db, OfficeScope::of(site.office), site.id, LegalKind::Notice)?;
    let numbers = texts.into_iter().map(|text| text.version).filter(|version| version.parse::<u32>().is_ok());
    Ok(numbers.collect::<Vec<_>>().join(" "))
}

/// What a database holds that was left behind by a death, and whether SQLite finds it whole.
fn left_in(folder: &Folder) -> (Vec<u32>, String) {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Text)]
        integrity_check: String,
    }
    let store = Store::open(&folder.url(), 1).unwrap();
    let check = |db: &mut Db| Ok(sql_query("PRAGMA integrity_check").get_result::<Row>(db)?.integrity_check);
    (versions_of(&store.read_now(published).unwrap()), store.read_now(check).unwrap())
}

/// Takes all room that is left on a disk.
fn fill(disk: &Path) -> PathBuf {
    let path = disk.join("filler");
    let mut file = OpenOptions::new().create(true).append(true).open(&path).unwrap();
    for size in [65_536, 4_096, 1] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
    path
}

/// The words that begin a program in which this folder is a small disk of its own. Who is not root may do so in a
/// namespace of users.
fn on_a_small_disk(folder: &str) -> Vec<String> {
    let may = |words: &[&str]| Command::new("unshare").args(words).arg("true").stderr(Stdio::null()).status();
    let is_root = may(&["--mount"]).is_ok_and(|status| status.success());
    let namespace: &[&str] = if is_root { &["--mount"] } else { &["--mount", "--map-root-user"] };
    let mount = format!("mount -t tmpfs -o {DISK} tmpfs \"$0\" && exec \"$@\"");
    let words = [&["unshare"], namespace, &["sh", "-c", &mount, folder]].concat();
    words.into_iter().map(str::to_owned).collect()
}

#[test]
fn on_a_full_disk_writes_are_refused_and_go_on_when_there_is_room_again() {
    let folder = Folder::new("full");
    let around = on_a_small_disk(folder.0.to_str().unwrap());
    let mut clerk = Clerk::start(&around.iter().map(String::as_str).collect::<Vec<_>>(), &folder.url());
    // The disk as that process sees it.
    let disk = PathBuf::from(format!("/proc/{}/root{}", clerk.pid, folder.0.display()));
    assert_eq!(clerk.write(1), Came::Kept);

    let filler = fill(&disk);
    for version in 2..8 {
        let Came::Refused(why) = clerk.write(version) else { panic!("{version} was kept on a full disk") };
        assert!(why.starts_with("Unavailable") || why.starts_with("Unknown"), "{why}");
        assert_eq!(clerk.read(), [1]);
    }
    std::fs::remove_file(filler).unwrap();
    assert_eq!(clerk.write(8), Came::Kept);

    // The disk goes with the process; the files as they are now are what its death leaves behind.
    let copy = Folder::new("full-copy");
    for suffix in ["", "-wal"] {
        let name = format!("okienko.db{suffix}");
        std::fs::copy(disk.join(&name), copy.0.join(&name)).unwrap();
    }
    clerk.kill();
    assert_eq!(left_in(&copy), (vec![1, 8], "ok".to_owned()));
}

#[test]
fn what_the_disk_did_not_keep_is_not_answered_as_kept() {
    // The place among all calls at which the disk begins to fail, so that the beginning, a commit and the log's return
    // into the main file are all hit.
    for first in [4, 9, 14] {
        let folder = Folder::new("failing");
        Store::open(&folder.url(), 1).map(|store| City::found(&store, &Still::new(), "wroclaw")).unwrap();
        let failing = format!("inject=fsync,fdatasync:error=EIO:when={first}..{}", first + 4);
        let log = folder.0.join("strace");
        let strace =
            ["strace", "-f", "-qq", "-e", "trace=fsync,fdatasync", "-e", &failing, "-o", log.to_str().unwrap()];
        let mut clerk = Clerk::start(&strace, &folder.url());

        let (mut kept, mut refused) = (Vec::new(), Vec::new());
        let mut version = 1;
        // Until it has failed and gone on by itself.
        while refused.is_empty() || kept.last().is_none_or(|last| last < refused.last().unwrap()) {
            match clerk.write(version) {
                Came::Kept => kept.push(version),
                Came::Refused(_) => refused.push(version),
            }
            assert_eq!(clerk.read(), kept, "{refused:?}");
            version += 1;
            assert!(version < 200, "{kept:?} {refused:?}");
        }
        clerk.kill();

        assert!(File::open(&log).is_ok() && std::fs::read_to_string(&log).unwrap().contains("INJECTED"));
        assert_eq!(left_in(&folder), (kept, "ok".to_owned()), "{refused:?}");
    }
}
