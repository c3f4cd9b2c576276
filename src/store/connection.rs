//! Connections: where the database is, those that read, and the one that writes. What differs between the databases is
//! in [`sqlite`](super::sqlite) and [`postgres`](super::postgres).

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use diesel::QueryResult;
use diesel::r2d2::R2D2Connection;
use r2d2::{ManageConnection, NopErrorHandler, Pool, PooledConnection};

pub use crate::store::db::Db;
use crate::store::error::{OpenError, StoreError};
#[cfg(feature = "postgres")]
use crate::store::postgres;
use crate::store::{queue, sqlite};

/// Connections that are made anew when one breaks.
pub(super) type Connections = Pool<Maker>;

/// A connection lent by [`Connections`].
pub(super) type Lent = PooledConnection<Maker>;

/// How long a job waits for a connection to be made anew.
const LENDING: Duration = Duration::from_secs(2);

/// Where the database is.
#[derive(Debug)]
pub(super) enum Address {
    Sqlite(sqlite::Place),
    #[cfg(feature = "postgres")]
    Postgres(postgres::Server),
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Read,
    Write,
}

impl Address {
    /// Reads `sqlite:PATH`, `sqlite::memory:` or `postgres://…`. `within` is how long a statement may take.
    pub(super) fn parse(url: &str, within: Duration) -> Result<Self, OpenError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Self::server(url, within);
        }
        let path = url.strip_prefix("sqlite:").ok_or(OpenError::UnknownScheme)?;
        sqlite::Place::parse(path).map(Self::Sqlite)
    }

    #[cfg(feature = "postgres")]
    fn server(url: &str, within: Duration) -> Result<Self, OpenError> {
        postgres::Server::new(url, within).map(Self::Postgres)
    }

    #[cfg(not(feature = "postgres"))]
    fn server(_: &str, _: Duration) -> Result<Self, OpenError> {
        Err(OpenError::NoPostgres)
    }

    /// The readers' connections, which cannot write.
    pub(super) fn readers(self: &Arc<Self>, count: u32) -> Result<Connections, OpenError> {
        Pool::builder()
            .max_size(count)
            .test_on_check_out(false)
            .idle_timeout(None)
            .max_lifetime(None)
            .connection_timeout(LENDING)
            .error_handler(Box::new(NopErrorHandler))
            .build(Maker { address: Arc::clone(self) })
            .map_err(|error| self.fault(&error.to_string()))
    }

    /// What an error of the database means for whoever set the address.
    pub(super) fn fault(&self, message: &str) -> OpenError {
        match self {
            Self::Sqlite(place) => place.fault(message),
            #[cfg(feature = "postgres")]
            Self::Postgres(server) => server.fault(message),
        }
    }

    /// The file of a database that is one and stays.
    pub(super) fn file(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(place) => place.file(),
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => None,
        }
    }

    /// Deletes a throw-away database.
    pub(super) fn discard(&self) {
        match self {
            Self::Sqlite(place) => place.discard(),
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => {}
        }
    }

    fn connect(&self, usage: Use) -> Result<Db, OpenError> {
        match self {
            Self::Sqlite(place) => place.connect(usage).map(Db::Sqlite),
            #[cfg(feature = "postgres")]
            Self::Postgres(server) => server.connect(usage).map(Db::Postgres),
        }
    }
}

/// Makes the readers' connections.
#[derive(Debug)]
pub(super) struct Maker {
    address: Arc<Address>,
}

impl ManageConnection for Maker {
    type Connection = Db;
    type Error = OpenError;

    fn connect(&self) -> Result<Db, OpenError> {
        self.address.connect(Use::Read)
    }

    fn is_valid(&self, db: &mut Db) -> Result<(), OpenError> {
        db.ping().map_err(|error| self.address.fault(&error.to_string()))
    }

    fn has_broken(&self, db: &mut Db) -> bool {
        std::thread::panicking() || db.is_broken()
    }
}

/// Takes a connection out of its pool.
pub(super) fn lend(connections: &Connections) -> Result<Lent, StoreError> {
    connections.get().map_err(|error| StoreError::Unavailable(error.to_string()))
}

/// The writer's seat: the right to be the only one who writes, and a connection that is made anew when it breaks.
pub(super) struct Seat {
    address: Arc<Address>,
    db: Option<Db>,
    /// Gone with the seat. PostgreSQL's is the connection's own.
    _claim: Option<sqlite::Claim>,
}

impl Seat {
    /// Takes the seat, or says why that cannot be; [`OpenError::Locked`] and [`OpenError::InUse`] if it is taken.
    pub(super) fn take(address: &Arc<Address>) -> Result<Self, OpenError> {
        let claim = match address.as_ref() {
            Address::Sqlite(place) => Some(place.claim()?),
            #[cfg(feature = "postgres")]
            Address::Postgres(_) => None,
        };
        let db = Some(address.connect(Use::Write)?);
        Ok(Self { address: Arc::clone(address), db, _claim: claim })
    }

    /// The connection, made anew if the last one broke.
    pub(super) fn db(&mut self) -> Result<&mut Db, StoreError> {
        if self.db.as_mut().is_some_and(R2D2Connection::is_broken) {
            self.db = None;
        }
        let made = match self.db.take() {
            Some(db) => db,
            None => self.address.connect(Use::Write).map_err(|error| StoreError::Unavailable(error.to_string()))?,
        };
        Ok(self.db.insert(made))
    }

    /// The connection in the midst of its work.
    pub(super) fn at_work(&mut self) -> Result<&mut Db, StoreError> {
        self.db.as_mut().ok_or_else(|| StoreError::Unavailable("there is no connection".to_owned()))
    }

    /// Takes back what is open.
    pub(super) fn abandon(&mut self) {
        if let Some(db) = &mut self.db {
            queue::abandon(db);
        }
    }
}

/// What a transaction that writes begins with.
pub(super) fn claim_write_lock(db: &mut Db) -> QueryResult<()> {
    match db {
        Db::Sqlite(db) => sqlite::claim_write_lock(db),
        // The seat is a lock of its own.
        #[cfg(feature = "postgres")]
        Db::Postgres(_) => Ok(()),
    }
}

/// Lets the statements of this transaction take a minute.
pub(super) fn take_time(db: &mut Db) -> QueryResult<()> {
    match db {
        // It sets no limit.
        Db::Sqlite(_) => Ok(()),
        #[cfg(feature = "postgres")]
        Db::Postgres(db) => {
            diesel::connection::SimpleConnection::batch_execute(db, "SET LOCAL statement_timeout = 60000")
        }
    }
}

/// Lets what was deleted be gone from the log as well, where that is ours to do.
pub(super) fn checkpoint(db: &mut Db) -> QueryResult<()> {
    match db {
        Db::Sqlite(db) => sqlite::checkpoint(db),
        // Its server does that by itself, and its vacuum is set close in the migrations.
        #[cfg(feature = "postgres")]
        Db::Postgres(_) => Ok(()),
    }
}

/// Tidies up at the end.
pub(super) fn optimise(db: &mut Db) -> QueryResult<()> {
    match db {
        Db::Sqlite(db) => sqlite::optimise(db),
        #[cfg(feature = "postgres")]
        Db::Postgres(_) => Ok(()),
    }
}
