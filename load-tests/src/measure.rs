//! What is measured, and by what.

pub mod names;
pub mod process;
pub mod recorder;
pub mod tally;
