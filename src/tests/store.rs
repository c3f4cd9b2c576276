//! The contract of the store on SQLite, and what is SQLite's own.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "store/calls.rs"]
mod calls;
#[path = "store/feedback.rs"]
mod feedback;
#[path = "store/isolation.rs"]
mod isolation;
#[path = "store/logs.rs"]
mod logs;
#[path = "store/people.rs"]
mod people;
#[path = "store/retention.rs"]
mod retention;
#[path = "store/seed.rs"]
mod seed;
#[path = "store/settings.rs"]
mod settings;
#[path = "store/sqlite.rs"]
mod sqlite;
#[path = "store/support.rs"]
mod support;
#[path = "store/tickets.rs"]
mod tickets;
#[path = "store/writer.rs"]
mod writer;

/// A database of its own for a test.
fn throw_away() -> String {
    "sqlite::memory:".to_owned()
}
