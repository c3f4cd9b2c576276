//! The store on SQLite: the contract, and what is SQLite's own.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "store/contract.rs"]
mod contract;
#[path = "store/sqlite.rs"]
mod sqlite;
#[path = "store/sqlite_faults.rs"]
mod sqlite_faults;

use contract::support;

/// A database of its own for a test.
fn throw_away() -> String {
    "sqlite::memory:".to_owned()
}
