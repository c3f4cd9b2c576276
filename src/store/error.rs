//! What can go wrong with stored records, as facts; what to say about them is decided at the edge.

use std::path::PathBuf;

use diesel::result::{DatabaseErrorKind, Error};

#[cfg(feature = "postgres")]
use crate::store::postgres;
use crate::store::sqlite;

/// Why a read or a write did not happen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// There is no such record in this office.
    #[error("no such record")]
    NotFound,
    /// The record is no longer as the rule saw it, or a rule of uniqueness forbids the new one.
    #[error("the record has changed meanwhile: {0}")]
    Conflict(String),
    /// The record to be written belongs to another office than the scope.
    #[error("the record belongs to another office")]
    WrongOffice,
    /// The queue of jobs is full; nothing was done, and it may be tried again.
    #[error("the store is busy")]
    Busy,
    /// The store was closed before the job was done.
    #[error("the store is closed")]
    Closed,
    /// The job panicked; nothing of it was kept.
    #[error("a job of the store panicked")]
    Panicked,
    /// The database cannot be reached or had to take everything back: nothing was changed.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// The database did not say whether it kept the job. What is written or read by the writer afterwards comes after
    /// the job, if it was kept.
    #[error("the database did not say whether it was kept: {0}")]
    Unknown(String),
    /// A text holds a character that the database has no place for: the zero byte, on PostgreSQL.
    #[error("a text cannot be stored: {0}")]
    NotText(String),
    /// A stored value cannot be understood: the database was written by something else.
    #[error("the stored {what} cannot be read")]
    Corrupt {
        /// Which value, such as `tickets.state`.
        what: &'static str,
    },
    /// The database refused the statement.
    #[error("the database refused: {0}")]
    Query(String),
    /// The database could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// Why a database could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The address is of no kind that is known; it is not repeated here, since it may hold a password.
    #[error(
        "the database address must begin with sqlite: and name a file, such as sqlite:okienko.db, or with postgres://"
    )]
    UnknownScheme,
    /// The address is PostgreSQL's, which this build cannot use.
    #[error("this program was built without PostgreSQL; the database address must begin with sqlite:")]
    NoPostgres,
    /// The folder that should hold the file does not exist.
    #[error("the folder {} does not exist", folder.display())]
    NoFolder {
        /// Which folder.
        folder: PathBuf,
    },
    /// The file, or the folder it is in, may not be written.
    #[error("no permission to write {}", file.display())]
    NotWritable {
        /// Which file.
        file: PathBuf,
    },
    /// Another process holds the file.
    #[error("{} is in use by another program", file.display())]
    Locked {
        /// Which file.
        file: PathBuf,
    },
    /// The file is something else than an SQLite database.
    #[error("{} is not a database", file.display())]
    NotADatabase {
        /// Which file.
        file: PathBuf,
    },
    /// No database server answers there.
    #[error("no PostgreSQL server answers: {0}")]
    NoServer(String),
    /// The server does not let this user in: a wrong password, an unknown user, or an address it does not accept.
    #[error("the PostgreSQL server does not let this user in: {0}")]
    NotLetIn(String),
    /// The server has no such database.
    #[error("the PostgreSQL server has no such database: {0}")]
    NoDatabase(String),
    /// The user may not make or change the tables.
    #[error("the PostgreSQL user lacks a right: {0}")]
    NoRights(String),
    /// The database cannot hold every letter.
    #[error("the PostgreSQL database stores texts as {found}; it must be made with ENCODING 'UTF8'")]
    Encoding {
        /// What it stores texts as.
        found: String,
    },
    /// The server only repeats what another one is told.
    #[error("the PostgreSQL server is a standby, which cannot be written")]
    Standby,
    /// Another process of this program writes this database.
    #[error("another Okienko uses this PostgreSQL database")]
    InUse,
    /// A newer program has changed the tables.
    #[error("the database was changed by a newer version of this program (migration {version})")]
    NewerSchema {
        /// The first migration that this program does not know.
        version: String,
    },
    /// Anything else, in the database's words.
    #[error("the database could not be opened: {0}")]
    Failed(String),
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::NotFound,
            Error::DatabaseError(DatabaseErrorKind::UniqueViolation, what) => Self::Conflict(what.message().to_owned()),
            Error::DatabaseError(DatabaseErrorKind::ClosedConnection, what) => {
                Self::Unavailable(what.message().to_owned())
            }
            Error::DatabaseError(_, what) if is_passing(what.message()) => Self::Unavailable(what.message().to_owned()),
            Error::DatabaseError(_, what) if what.message().starts_with("invalid byte sequence") => {
                Self::NotText(what.message().to_owned())
            }
            Error::BrokenTransactionManager => Self::Unavailable("the transaction was lost".to_owned()),
            other => Self::Query(other.to_string()),
        }
    }
}

#[cfg(not(feature = "postgres"))]
fn is_passing(message: &str) -> bool {
    sqlite::is_passing(message)
}

#[cfg(feature = "postgres")]
fn is_passing(message: &str) -> bool {
    sqlite::is_passing(message) || postgres::is_passing(message)
}
