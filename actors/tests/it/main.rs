//! Journeys through the actors, with real actors and a real store, stand-ins for browsers and media, and a clock that
//! the test moves. Those with deaths in them need the feature `failure-points`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod abuse;
mod calling;
mod clock;
mod closures;
mod common;
mod crowd;
#[cfg(feature = "failure-points")]
mod deaths;
mod desk;
mod devices;
mod documents;
mod doubt;
#[cfg(feature = "failure-points")]
mod histories;
mod joining;
mod limits;
mod line;
mod live_text;
mod replay;
#[cfg(feature = "failure-points")]
mod restart;
mod resume;
mod shutdown;
mod talking;
mod threads;
mod turns;
