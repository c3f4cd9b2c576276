//! The connection to whichever database it is: one type, so that every query is written once.
//!
//! In a build without the feature `postgres` it has one variant only. It is the same type nevertheless: what compiles
//! here compiles for both, and costs a few microseconds a statement (measured: 4 of 14).
#![allow(missing_docs, unreachable_pub, reason = "what the derive makes has no words and is as public as its enum")]

/// A connection to the database.
#[derive(diesel::MultiConnection)]
pub enum Db {
    /// A file beside the program.
    Sqlite(diesel::SqliteConnection),
    /// A server.
    #[cfg(feature = "postgres")]
    Postgres(diesel::PgConnection),
}
