//! Faults that are injected into the server under test.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::values::{Span, Times};

/// What is done to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub enum FaultKind {
    /// It is killed and started again.
    Kill,
    /// It is told to stop, and started again when it has.
    Terminate,
    /// It stands still for so long.
    Stop(Duration),
    /// Another process holds the database for so long.
    LockDatabase(Duration),
}

impl TryFrom<String> for FaultKind {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (word, argument) = match text.split_once(':') {
            Some((word, argument)) => (word, Some(argument)),
            None => (text.as_str(), None),
        };
        let span = || {
            let argument = argument.ok_or_else(|| format!("say for how long, as in '{word}:3s'"))?;
            Span::try_from(argument.to_owned()).map(|span| span.0)
        };
        match (word, argument) {
            ("kill9", None) => Ok(Self::Kill),
            ("sigterm", None) => Ok(Self::Terminate),
            ("sigstop", _) => span().map(Self::Stop),
            ("db_lock", _) => span().map(Self::LockDatabase),
            ("panic", _) => Err("panic:room needs a server with failure points, which this version has not".to_owned()),
            _ => Err(format!("'{text}' is not a fault: kill9, sigterm, sigstop:3s or db_lock:10s")),
        }
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kill => f.write_str("kill9"),
            Self::Terminate => f.write_str("sigterm"),
            Self::Stop(span) => write!(f, "sigstop:{}", Span(*span)),
            Self::LockDatabase(span) => write!(f, "db_lock:{}", Span(*span)),
        }
    }
}

impl From<FaultKind> for String {
    fn from(kind: FaultKind) -> Self {
        kind.to_string()
    }
}

/// A fault, once or in rounds.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// What is done.
    pub kind: FaultKind,
    /// When, from the first arrival.
    pub at: Span,
    /// How often; 1 if not said.
    #[serde(default = "once")]
    pub rounds: u32,
    /// How long after everything is back the next round begins.
    pub pause: Option<Times>,
}

const fn once() -> u32 {
    1
}
