//! What the media tests share: a browser without a picture, and a room without rules.

pub mod browser;
pub mod control;
pub mod pipe;
pub mod room;
pub mod streams;

use std::time::Duration;

/// Longest wait for anything; the machine may be busy.
pub const PATIENCE: Duration = Duration::from_secs(30);
