//! SQLite: opening, reopening, and what is said when it cannot be.

use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use okienko::domain::ticket::TicketState;
use okienko::store::{Db, OpenError, Store, StoreError, offices, revert_all, tickets};
use okienko::wire::EndReason;

use crate::support::{City, Still, step, until};

/// A folder of its own that goes away with the test.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("okienko-test-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("okienko.db")
    }

    pub fn url(&self) -> String {
        format!("sqlite:{}", self.file().display())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

fn refusal(url: &str) -> OpenError {
    match Store::open(url, 1) {
        Err(StoreError::Open(reason)) => reason,
        other => panic!("{url}: {other:?}"),
    }
}

#[test]
fn only_known_addresses_are_taken() {
    for url in ["", "okienko.db", "mysql://localhost/x", "sqlite:", "sqlite:file:x?mode=memory", "sqlite://x.db"] {
        assert_eq!(refusal(url), OpenError::UnknownScheme, "{url}");
    }
}

#[cfg(not(feature = "postgres"))]
#[test]
fn a_build_without_postgres_says_so() {
    let refused = refusal("postgres://user:secret@localhost/x");

    assert_eq!(refused, OpenError::NoPostgres);
    assert!(!refused.to_string().contains("secret"));
}

#[test]
fn somebody_may_look_on_while_a_process_writes() {
    let folder = Folder::new("look");
    let (store, still) = (Store::open(&folder.url(), 1).unwrap(), Still::new());
    let city = City::found(&store, &still, "wroclaw");

    let looked = Store::look(&folder.url(), offices::all).unwrap();
    let written = Store::look(&folder.url(), |db| offices::create(db, &looked[0]));

    assert_eq!(looked, [city.office]);
    assert!(written.is_err(), "{written:?}");
    store.write_now(|_| Ok(())).unwrap();
}

#[test]
fn a_second_process_is_refused_until_the_first_has_ended() {
    let folder = Folder::new("second");
    let first = Store::open(&folder.url(), 1).unwrap();

    assert_eq!(refusal(&folder.url()), OpenError::Locked { file: folder.file() });
    first.write_now(|_| Ok(())).unwrap();
    first.close();
    Store::open(&folder.url(), 1).unwrap();
}

#[test]
fn a_migration_that_fails_leaves_nothing_behind() {
    let folder = Folder::new("halfway");
    let mut intruder = SqliteConnection::establish(&folder.file().display().to_string()).unwrap();
    // The last table of its migration: those before it are made by then.
    intruder.batch_execute("CREATE TABLE presences (x)").unwrap();

    let refused = refusal(&folder.url());

    assert!(matches!(&refused, OpenError::Failed(why) if why.contains("presences")), "{refused:?}");
    let tables = tables_of(&mut intruder).concat();
    assert!(tables.contains("CREATE TABLE tickets") && !tables.contains("CREATE TABLE calls"), "{tables}");
    intruder.batch_execute("DROP TABLE presences").unwrap();
    Store::open(&folder.url(), 1).unwrap();
}

#[test]
fn what_was_answered_is_there_after_a_crash() {
    let folder = Folder::new("crash");
    let still = Still::new();
    let store = Store::open(&folder.url(), 1).unwrap();
    let city = City::found(&store, &still, "wroclaw");
    let ticket = city.join(&store, &still, "A 001");
    // The files as they are now are what the death of the process leaves behind: no thread was told to end, and
    // nothing was brought over from the log.
    let copy = Folder::new("crash-copy");
    for suffix in ["", "-wal"] {
        let name = format!("okienko.db{suffix}");
        std::fs::copy(folder.0.join(&name), copy.0.join(&name)).unwrap();
    }

    let reopened = Store::open(&copy.url(), 1).unwrap();

    let scope = city.scope;
    assert_eq!(reopened.read_now(move |db| tickets::live(db, scope)).unwrap(), [ticket]);
    drop(store);
}

#[test]
fn a_closed_database_is_one_file_that_opens_again() {
    let folder = Folder::new("again");
    let store = Store::open(&folder.url(), 3).unwrap();
    let city = City::found(&store, &Still::new(), "wroclaw");
    store.close();

    assert!(!Path::new(&format!("{}-wal", folder.file().display())).exists());
    let reopened = Store::open(&format!("sqlite://{}", folder.file().display()), 1).unwrap();
    assert_eq!(reopened.read_now(offices::all).unwrap(), [city.office]);
}

#[test]
fn a_throw_away_database_leaves_no_file() {
    let prefix = format!("okienko-{}-", std::process::id());
    let store = Store::open("sqlite::memory:", 1).unwrap();
    let mine = store.read_now(file_of).unwrap();
    assert!(mine.contains(&prefix) && Path::new(&mine).exists(), "{mine}");

    drop(store);

    assert!(!Path::new(&mine).exists() && !Path::new(&format!("{mine}-wal")).exists());
}

fn file_of(db: &mut Db) -> Result<String, StoreError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Text)]
        file: String,
    }
    Ok(sql_query("SELECT file FROM pragma_database_list WHERE name = 'main'").get_result::<Row>(db)?.file)
}

#[test]
fn a_newer_database_is_refused() {
    let folder = Folder::new("newer");
    Store::open(&folder.url(), 1).unwrap().close();
    let mut db = SqliteConnection::establish(&folder.file().display().to_string()).unwrap();
    db.batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231235959')").unwrap();

    assert_eq!(refusal(&folder.url()), OpenError::NewerSchema { version: "29991231235959".to_owned() });
}

#[test]
fn the_reason_is_told_when_a_database_cannot_be_opened() {
    let folder = Folder::new("reasons");
    let missing = folder.0.join("nowhere");
    assert_eq!(refusal(&format!("sqlite:{}/x.db", missing.display())), OpenError::NoFolder { folder: missing.clone() });
    assert_eq!(refusal(&format!("sqlite:{}", folder.0.display())), OpenError::NotWritable { file: folder.0.clone() });
    std::fs::write(folder.file(), "This is a letter, not a database. ".repeat(100)).unwrap();
    assert_eq!(refusal(&folder.url()), OpenError::NotADatabase { file: folder.file() });
}

#[test]
fn a_locked_database_is_told_apart() {
    let folder = Folder::new("locked");
    let mut other = SqliteConnection::establish(&folder.file().display().to_string()).unwrap();
    other.batch_execute("CREATE TABLE x (y); BEGIN EXCLUSIVE").unwrap();

    assert_eq!(refusal(&folder.url()), OpenError::Locked { file: folder.file() });
}

#[test]
fn while_another_program_writes_reads_go_on_and_writes_say_so() {
    let folder = Folder::new("held");
    let store = Store::open(&folder.url(), 1).unwrap();
    let still = Still::new();
    let city = City::found(&store, &still, "wroclaw");
    let scope = city.scope;
    let acknowledged = city.join(&store, &still, "A 001");
    let refused = city.another_session(&store, &still);
    let refused = city.newcomer_of(&still, "A 002", refused.id);
    let live = move |db: &mut Db| tickets::live(db, scope);
    let mut other = SqliteConnection::establish(&folder.file().display().to_string()).unwrap();
    other.batch_execute("BEGIN EXCLUSIVE").unwrap();

    // Ten seconds: twice as long as somebody who writes waits for the lock.
    for failed in [1, 2] {
        let joined = refused.clone();
        let answer = store.write_now(move |db| tickets::insert(db, scope, &joined, crate::support::DAY));
        assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
        assert_eq!(store.read_now(live).unwrap(), std::slice::from_ref(&acknowledged));
        assert_eq!(store.health().failed_commits, failed);
    }
    other.batch_execute("ROLLBACK").unwrap();

    // A read alone would not meet the lock: the writer takes it before any job.
    assert_eq!(store.write_now(live).unwrap(), std::slice::from_ref(&acknowledged));
    store.write_now(move |db| tickets::insert(db, scope, &refused, crate::support::DAY)).unwrap();
    assert_eq!(store.read_now(live).unwrap().len(), 2);
    assert_eq!(store.health().failed_commits, 0);
}

#[test]
fn a_store_that_nobody_asks_knows_whether_it_can_write() {
    let folder = Folder::new("unasked");
    let store = Store::open(&folder.url(), 1).unwrap();
    let mut other = SqliteConnection::establish(&folder.file().display().to_string()).unwrap();
    assert!(store.health().can_write);

    other.batch_execute("BEGIN IMMEDIATE").unwrap();
    until("it knows that it cannot write", || !store.health().can_write);
    other.batch_execute("ROLLBACK").unwrap();
    until("it knows that it can write again", || store.health().can_write);

    assert_eq!((store.health().commits, store.health().writes), (0, 0), "looking is no writing");
    store.close();
    assert!(!store.health().can_write);
}

#[test]
fn all_migrations_can_be_undone_and_done_again() {
    let folder = Folder::new("undone");
    let connect = || SqliteConnection::establish(&folder.file().display().to_string()).unwrap();
    Store::open(&folder.url(), 1).unwrap().close();
    let before = tables_of(&mut connect());
    assert!(before.iter().any(|table| table.contains("CREATE TABLE tickets")));

    revert_all(&mut Db::Sqlite(connect())).unwrap();
    assert_eq!(tables_of(&mut connect()), Vec::<String>::new());
    Store::open(&folder.url(), 1).unwrap().close();

    assert_eq!(tables_of(&mut connect()), before);
}

/// Everything that makes up the schema, but for the list of migrations.
fn tables_of(db: &mut SqliteConnection) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Text)]
        sql: String,
    }
    let query = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE '%diesel%' \
                 AND name NOT LIKE 'sqlite_%' ORDER BY name";
    sql_query(query).load::<Row>(db).unwrap().into_iter().map(|row| row.sql).collect()
}

#[test]
fn the_settings_are_those_of_a_database_that_loses_nothing() {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Text)]
        told: String,
    }
    let folder = Folder::new("settings");
    let store = Store::open(&folder.url(), 1).unwrap();
    let ask = |db: &mut Db| {
        let query = "SELECT (SELECT journal_mode FROM pragma_journal_mode) || ' ' || \
                     (SELECT synchronous FROM pragma_synchronous) || ' ' || \
                     (SELECT foreign_keys FROM pragma_foreign_keys) || ' ' || \
                     (SELECT query_only FROM pragma_query_only) || ' ' || \
                     (SELECT timeout FROM pragma_busy_timeout) || ' ' || \
                     (SELECT secure_delete FROM pragma_secure_delete) AS told";
        Ok(sql_query(query).get_result::<Row>(db)?.told)
    };

    assert_eq!(store.write_now(ask).unwrap(), "wal 2 1 0 5000 1");
    assert_eq!(store.read_now(ask).unwrap(), "wal 2 1 1 5000 1");
}

#[test]
fn a_deleted_name_is_nowhere_in_the_file() {
    let path = std::env::temp_dir().join(format!("okienko-canary-{}.db", std::process::id()));
    let store = Store::open(&format!("sqlite:{}", path.display()), 1).unwrap();
    let still = Still::new();
    let city = City::found(&store, &still, "wroclaw");
    let mut joined = city.newcomer(&still, "A 001");
    joined.ticket.name = Some("Kanarek-4711".to_owned());
    let (scope, ticket) = (city.scope, joined.ticket.clone());
    store.write_now(move |db| tickets::insert(db, scope, &joined, crate::support::DAY)).unwrap();
    let end = step(&ticket, TicketState::Ended { reason: EndReason::Left }, &still);
    store.write_now(move |db| tickets::compare_and_set(db, scope, &ticket, &end)).unwrap();
    let (told, hears) = std::sync::mpsc::sync_channel(1);
    store.checkpoint(move |outcome| told.send(outcome).unwrap());
    hears.recv().unwrap().unwrap();

    let mut holding = Vec::new();
    for suffix in ["", "-wal", "-shm"] {
        let file = format!("{}{suffix}", path.display());
        let bytes = std::fs::read(&file).unwrap_or_default();
        if bytes.windows(12).any(|window| window == b"Kanarek-4711") {
            holding.push(file);
        }
    }
    store.close();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(holding, Vec::<String>::new());
}
