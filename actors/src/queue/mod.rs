//! An office's line.

pub mod messages;
