//! Journeys through the actors, with real actors and a real store, stand-ins for browsers and media, and a clock that
//! the test moves.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod calling;
mod closures;
mod common;
mod crowd;
mod desk;
mod devices;
mod documents;
mod doubt;
mod histories;
mod joining;
mod limits;
mod line;
mod restart;
mod resume;
mod shutdown;
mod talking;
mod threads;
mod turns;
