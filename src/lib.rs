//! Rules and records of Okienko.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing))]

pub mod config;
pub mod domain;
pub mod failures;
pub mod ids;
pub mod seed;
pub mod store;
pub mod wire;
pub mod world;
