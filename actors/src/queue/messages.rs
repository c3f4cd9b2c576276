//! What a line obeys and announces.

use std::sync::Arc;

use jiff::Timestamp;
use okienko::ids::{MatterId, OfficeId};
use okienko::wire::WaitRange;

/// Whether a matter's line takes somebody now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// It does.
    Open,
    /// Outside the opening hours, or too late for today.
    Closed,
    /// As many wait as the office can serve.
    Full,
    /// No clerk who serves this matter is on duty.
    NobodyOnDuty,
}

/// One matter's part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatterOverview {
    /// Which.
    pub matter: MatterId,
    /// Whether somebody may join now.
    pub admission: Admission,
    /// When it closes, if it is open.
    pub closes_at: Option<Timestamp>,
    /// When it opens next, if it is closed.
    pub opens_at: Option<Timestamp>,
    /// How many clerks on duty serve it.
    pub receiving: u32,
    /// The languages these speak, sorted.
    pub languages: Vec<String>,
    /// Whether one of them signs.
    pub sign: bool,
    /// How many wait with it.
    pub waiting: u32,
    /// How long a newcomer may expect to wait; absent where nobody could serve them.
    pub wait: Option<WaitRange>,
}

/// An office's line, as everybody may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineOverview {
    /// Of which office.
    pub office: OfficeId,
    /// When it was so.
    pub at: Timestamp,
    /// How many wait.
    pub waiting: u32,
    /// How many clerks are on duty: receiving, calling, in a call or after one.
    pub receiving: u32,
    /// Its matters in their order.
    pub matters: Arc<[MatterOverview]>,
}
