//! The edge from outside: a real server on a free port with a database and a demo office of its own, spoken to in
//! plain HTTP, so that every header is seen as a browser sees it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

mod api;
mod assets;
mod auth;
mod binary;
mod blocks;
mod client;
mod documents;
mod embedding;
mod handover;
mod operator;
mod pages;
mod problem;
mod process;
mod sessions;
mod socket;
mod sockets;
mod stopping;
mod strain;
mod survival;
mod talk;
mod test_app;
mod trouble;
