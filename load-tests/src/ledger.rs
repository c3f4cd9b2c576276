//! The ledger: what was promised and what came of it.

pub mod log;
pub mod media;
pub mod order;
pub mod story;
#[cfg(test)]
mod tests;
pub mod tickets;
pub mod times;
