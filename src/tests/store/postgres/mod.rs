//! What is PostgreSQL's own.

mod bars;
pub mod cluster;
mod faults;
mod network;
mod opening;
mod proxy;
mod schema;

pub use crate::support::until;
