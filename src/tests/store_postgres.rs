//! The contract of the store on PostgreSQL, and what is PostgreSQL's own. Starts a server by itself, of which only the
//! programs must be installed.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "store/calls.rs"]
mod calls;
#[path = "store/isolation.rs"]
mod isolation;
#[path = "store/logs.rs"]
mod logs;
#[path = "store/people.rs"]
mod people;
#[path = "store/postgres/mod.rs"]
mod postgres;
#[path = "store/retention.rs"]
mod retention;
#[path = "store/seed.rs"]
mod seed;
#[path = "store/settings.rs"]
mod settings;
#[path = "store/support.rs"]
mod support;
#[path = "store/tickets.rs"]
mod tickets;
#[path = "store/writer.rs"]
mod writer;

/// A database of its own for a test: a copy of one whose tables are made, which is quicker than to make them.
fn throw_away() -> String {
    static MADE: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    let cluster = postgres::cluster::Cluster::shared();
    let made = MADE.get_or_init(|| {
        let url = cluster.database();
        okienko::store::Store::open(&url, 1).unwrap().close();
        url.rsplit('/').next().unwrap().to_owned()
    });
    cluster.database_with(&format!("TEMPLATE {made}"))
}
