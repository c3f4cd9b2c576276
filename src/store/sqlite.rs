//! What is SQLite's own: the file, the settings, who may write, what a fault means.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use diesel::connection::SimpleConnection;
use diesel::{Connection, QueryResult, SqliteConnection};

use crate::store::connection::Use;
use crate::store::error::OpenError;

/// Settings of every connection. `busy_timeout` comes first, since the next line may already meet a lock.
/// WAL lets readers go on while the writer writes; `FULL` makes a commit survive the loss of power
/// (sqlite.org/pragma.html#pragma_synchronous); `secure_delete` overwrites deleted personal data with zeros.
const SETTINGS: &str = "PRAGMA busy_timeout = 5000;
PRAGMA journal_mode = WAL;
PRAGMA foreign_keys = ON;
PRAGMA secure_delete = ON;
PRAGMA temp_store = MEMORY;
PRAGMA cache_size = -16000;
PRAGMA trusted_schema = OFF;";

/// Numbers the throw-away databases of this process.
static THROW_AWAY: AtomicU64 = AtomicU64::new(1);

/// A database in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    file: PathBuf,
    /// Deleted when the store closes: `sqlite::memory:`, for tests and trials.
    throw_away: bool,
}

/// The right to be the only process that writes a file; given back when it is dropped, also by the death of the
/// process.
///
/// It is a lock on a file beside the database: SQLite's own locks go with the first handle of the database that this
/// process closes (sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_).
#[derive(Debug)]
pub(super) struct Claim {
    _lock: Option<File>,
}

impl Place {
    /// Reads what stands behind `sqlite:`: a path, or `:memory:`.
    ///
    /// SQLite's own memory databases lock whole tables between connections and ignore the busy timeout
    /// (sqlite.org/sharedcache.html), so `:memory:` is a file in the temporary folder that behaves like any other.
    pub(super) fn parse(path: &str) -> Result<Self, OpenError> {
        // `sqlite:///var/x.db` is the same file as `sqlite:/var/x.db`.
        let path = path.strip_prefix("//").filter(|rest| rest.starts_with('/')).unwrap_or(path);
        if path == ":memory:" {
            let number = THROW_AWAY.fetch_add(1, Ordering::Relaxed);
            let name = format!("okienko-{}-{number}-{:016x}.db", std::process::id(), random_number()?);
            return Ok(Self { file: std::env::temp_dir().join(name), throw_away: true });
        }
        // `file:` would let the address switch off locks and durability; a query string likewise.
        if path.is_empty() || path.starts_with("file:") || path.starts_with("//") || path.contains('?') {
            return Err(OpenError::UnknownScheme);
        }
        // Whole, so that whoever reads of it knows where it is.
        let file = std::path::absolute(path).map_err(|error| OpenError::Failed(error.to_string()))?;
        Ok(Self { file, throw_away: false })
    }

    /// The file that stays.
    pub(super) fn file(&self) -> Option<&Path> {
        (!self.throw_away).then_some(self.file.as_path())
    }

    /// Takes the right to write, or says that another process has it.
    pub(super) fn claim(&self) -> Result<Claim, OpenError> {
        self.check_folder()?;
        if self.throw_away {
            return Ok(Claim { _lock: None });
        }
        let refused = || OpenError::NotWritable { file: self.file.clone() };
        if self.file.is_dir() {
            return Err(refused());
        }
        let lock = File::options().create(true).append(true).open(self.beside("-lock")).map_err(|_| refused())?;
        match lock.try_lock() {
            Ok(()) => Ok(Claim { _lock: Some(lock) }),
            Err(TryLockError::WouldBlock) => Err(OpenError::Locked { file: self.file.clone() }),
            Err(TryLockError::Error(error)) => Err(OpenError::Failed(error.to_string())),
        }
    }

    /// Opens a connection with all settings, or says why that cannot be.
    pub(super) fn connect(&self, usage: Use) -> Result<SqliteConnection, OpenError> {
        self.check_folder()?;
        let path = path_text(&self.file).ok_or_else(|| OpenError::Failed("the path is not valid text".to_owned()))?;
        let mut db = SqliteConnection::establish(&path).map_err(|error| self.fault(&error.to_string()))?;
        self.set_up(&mut db, usage).map_err(|error| self.fault(&error.to_string()))?;
        Ok(db)
    }

    /// Deletes the files of a throw-away database.
    pub(super) fn discard(&self) {
        if !self.throw_away {
            return;
        }
        for suffix in ["", "-wal", "-shm"] {
            // A file that is not there, or that the system cleans up later, is as good.
            let _gone_or_left = std::fs::remove_file(self.beside(suffix));
        }
    }

    /// What an error of the database means for this file.
    pub(super) fn fault(&self, message: &str) -> OpenError {
        let file = self.file.clone();
        if message.contains("is locked") {
            OpenError::Locked { file }
        } else if message.contains("not a database") || message.contains("malformed") {
            OpenError::NotADatabase { file }
        } else if message.contains("readonly") || message.contains("unable to open") {
            OpenError::NotWritable { file }
        } else {
            OpenError::Failed(message.to_owned())
        }
    }

    fn set_up(&self, db: &mut SqliteConnection, usage: Use) -> QueryResult<()> {
        db.batch_execute(SETTINGS)?;
        db.batch_execute(match usage {
            Use::Read => "PRAGMA query_only = ON;",
            Use::Write if self.throw_away => "PRAGMA synchronous = OFF;",
            Use::Write => "PRAGMA synchronous = FULL;",
        })?;
        match usage {
            Use::Read => Ok(()),
            // SQLite opens a file that may not be written for reading, begins transactions on it, and says so only to
            // whoever writes (sqlite.org/c3ref/open.html, SQLITE_OPEN_READWRITE).
            Use::Write => db.batch_execute("BEGIN IMMEDIATE; CREATE TABLE writing (tried); ROLLBACK;"),
        }
    }

    fn check_folder(&self) -> Result<(), OpenError> {
        match self.file.parent() {
            Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => {
                Err(OpenError::NoFolder { folder: folder.to_owned() })
            }
            _ => Ok(()),
        }
    }

    fn beside(&self, suffix: &str) -> PathBuf {
        let mut file = self.file.clone().into_os_string();
        file.push(suffix);
        PathBuf::from(file)
    }
}

/// Takes the write lock at the beginning of a transaction, where SQLite still waits for another program's lock.
/// A transaction that reads first and writes later is refused at once instead (sqlite.org/lang_transaction.html).
pub(super) fn claim_write_lock(db: &mut SqliteConnection) -> QueryResult<()> {
    db.batch_execute("DELETE FROM commands WHERE 1 = 0")
}

/// Brings everything committed into the main file and empties the log, so that deleted data is gone from both.
pub(super) fn checkpoint(db: &mut SqliteConnection) -> QueryResult<()> {
    db.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")
}

/// Lets SQLite renew its statistics; cheap, meant for the end (sqlite.org/pragma.html#pragma_optimize).
pub(super) fn optimise(db: &mut SqliteConnection) -> QueryResult<()> {
    db.batch_execute("PRAGMA optimize")
}

/// Whether SQLite's message tells of the machine and not of the statement (sqlite.org/rescode.html).
pub(super) fn is_passing(message: &str) -> bool {
    ["database is locked", "database table is locked", "disk I/O error", "database or disk is full"]
        .iter()
        .any(|known| message.starts_with(known))
}

fn path_text(path: &Path) -> Option<String> {
    path.to_str().map(str::to_owned)
}

fn random_number() -> Result<u64, OpenError> {
    getrandom::u64().map_err(|error| OpenError::Failed(error.to_string()))
}
