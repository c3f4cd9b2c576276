//! The store on PostgreSQL: the contract, and what is PostgreSQL's own. Starts a server by itself, of which only the
//! programs must be installed.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "store/contract.rs"]
mod contract;
#[path = "store/postgres/mod.rs"]
mod postgres;

use contract::support;

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
