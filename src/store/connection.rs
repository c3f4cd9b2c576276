//! The one place that knows which database it is: the connection type, its address and its settings.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::r2d2::{ConnectionManager, CustomizeConnection, Pool, PooledConnection};
use diesel::{Connection, ConnectionError, QueryResult};

use crate::store::error::{OpenError, StoreError};

/// A connection to the database.
pub type Db = diesel::SqliteConnection;

/// Connections that are made anew when one breaks.
pub(super) type Connections = Pool<ConnectionManager<Db>>;

/// A connection lent by [`Connections`].
pub(super) type Lent = PooledConnection<ConnectionManager<Db>>;

/// How long a job waits for a connection to be made anew.
const LENDING: Duration = Duration::from_secs(2);

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

/// Where the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    file: PathBuf,
    /// Deleted when the store closes: `sqlite::memory:`, for tests and trials.
    throw_away: bool,
}

impl Address {
    /// Reads `sqlite:PATH` or `sqlite::memory:`.
    ///
    /// SQLite's own memory databases lock whole tables between connections and ignore the busy timeout
    /// (sqlite.org/sharedcache.html), so `:memory:` is a file in the temporary folder that behaves like any other.
    pub(super) fn parse(url: &str) -> Result<Self, OpenError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Err(OpenError::NoPostgres);
        }
        let path = url.strip_prefix("sqlite:").ok_or(OpenError::UnknownScheme)?;
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
        Ok(Self { file: PathBuf::from(path), throw_away: false })
    }

    /// Opens a connection for writing with all settings, or says why that cannot be.
    pub(super) fn connect(&self) -> Result<Db, OpenError> {
        self.check_folder()?;
        let mut db = Db::establish(&self.text()?).map_err(|error| self.fault(&error.to_string()))?;
        self.set_up_writer(&mut db).map_err(|error| self.fault(&error.to_string()))?;
        Ok(db)
    }

    /// The writer's connection.
    pub(super) fn writer(&self) -> Result<Connections, OpenError> {
        self.connections(1, Use::Write)
    }

    /// The readers' connections, which cannot write.
    pub(super) fn readers(&self, count: u32) -> Result<Connections, OpenError> {
        self.connections(count, Use::Read)
    }

    /// Deletes the files of a throw-away database.
    pub(super) fn discard(&self) {
        if !self.throw_away {
            return;
        }
        for suffix in ["", "-wal", "-shm"] {
            let mut file = self.file.clone().into_os_string();
            file.push(suffix);
            // A file that is not there, or that the system cleans up later, is as good.
            let _gone_or_left = std::fs::remove_file(file);
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

    fn connections(&self, count: u32, usage: Use) -> Result<Connections, OpenError> {
        Pool::builder()
            .max_size(count)
            .test_on_check_out(false)
            .idle_timeout(None)
            .max_lifetime(None)
            .connection_timeout(LENDING)
            .connection_customizer(Box::new(Settings { address: self.clone(), usage }))
            .build(ConnectionManager::new(self.text()?))
            .map_err(|error| self.fault(&error.to_string()))
    }

    fn set_up_writer(&self, db: &mut Db) -> QueryResult<()> {
        db.batch_execute(SETTINGS)?;
        db.batch_execute(if self.throw_away { "PRAGMA synchronous = OFF;" } else { "PRAGMA synchronous = FULL;" })
    }

    fn check_folder(&self) -> Result<(), OpenError> {
        match self.file.parent() {
            Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => {
                Err(OpenError::NoFolder { folder: folder.to_owned() })
            }
            _ => Ok(()),
        }
    }

    fn text(&self) -> Result<String, OpenError> {
        path_text(&self.file).ok_or_else(|| OpenError::Failed("the path is not valid text".to_owned()))
    }
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    Read,
    Write,
}

/// Sets up each connection of a pool.
#[derive(Debug)]
struct Settings {
    address: Address,
    usage: Use,
}

impl CustomizeConnection<Db, diesel::r2d2::Error> for Settings {
    fn on_acquire(&self, db: &mut Db) -> Result<(), diesel::r2d2::Error> {
        let set_up = match self.usage {
            Use::Write => self.address.set_up_writer(db),
            Use::Read => db.batch_execute(SETTINGS).and_then(|()| db.batch_execute("PRAGMA query_only = ON;")),
        };
        set_up.map_err(|error| diesel::r2d2::Error::ConnectionError(ConnectionError::CouldntSetupConfiguration(error)))
    }
}

/// Takes a connection out of its pool.
pub(super) fn lend(connections: &Connections) -> Result<Lent, StoreError> {
    connections.get().map_err(|error| StoreError::Unavailable(error.to_string()))
}

/// Takes the write lock at the beginning of a transaction, where SQLite still waits for another program's lock.
/// A transaction that reads first and writes later is refused at once instead (sqlite.org/lang_transaction.html).
pub(super) fn claim_write_lock(db: &mut Db) -> QueryResult<()> {
    db.batch_execute("DELETE FROM commands WHERE 1 = 0")
}

/// Brings everything committed into the main file and empties the log, so that deleted data is gone from both.
pub(super) fn checkpoint(db: &mut Db) -> QueryResult<()> {
    db.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")
}

/// Lets SQLite renew its statistics; cheap, meant for the end (sqlite.org/pragma.html#pragma_optimize).
pub(super) fn optimise(db: &mut Db) -> QueryResult<()> {
    db.batch_execute("PRAGMA optimize")
}

fn path_text(path: &Path) -> Option<String> {
    path.to_str().map(str::to_owned)
}

fn random_number() -> Result<u64, OpenError> {
    getrandom::u64().map_err(|error| OpenError::Failed(error.to_string()))
}
