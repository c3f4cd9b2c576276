//! What is PostgreSQL's own.

use std::time::{Duration, Instant};

mod bars;
pub mod cluster;
mod faults;
mod network;
mod opening;
mod proxy;
mod schema;

/// How long a test waits for what must happen: ten times what it may take on an idle machine.
pub const PATIENCE: Duration = Duration::from_secs(50);

/// Tries until it is so.
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "waited in vain: {what}");
        std::thread::yield_now();
    }
}
