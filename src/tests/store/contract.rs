//! The contract of the store: what holds whatever the database is. `crate::throw_away` gives the tests one.

mod blocks;
mod calls;
mod closures;
mod feedback;
mod isolation;
mod logs;
mod people;
mod questions;
mod replies;
mod retention;
mod seed;
mod settings;
pub mod support;
mod tickets;
mod writer;
