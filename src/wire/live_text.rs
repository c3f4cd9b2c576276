//! Live text: what is typed in a call, letter by letter. The rules are in `domain::live_text`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Role;
use crate::ids::MemberId;

/// What somebody typed since their last edit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LiveTextEdit {
    /// Which line they write; chosen by the browser, 1 to 64 characters.
    pub utterance: String,
    /// Rises by one from 1 with each edit of the line; the same one again changes nothing, a gap is marked.
    pub number: u32,
    /// Text as ITU-T T.140 has it: U+0008 erases the last character, U+2028 ends the line. 1 to
    /// `domain::live_text::MAX_EDIT_CHARS` characters.
    pub edit: String,
}

/// One line of live text as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UtteranceView {
    /// Chosen by the writer's browser.
    pub id: String,
    /// Who writes it.
    pub member: MemberId,
    /// What they are there as.
    pub role: Role,
    /// When its first edit was taken.
    pub at: Timestamp,
    /// The number of the last edit in it.
    pub number: u32,
    /// The text, plain; U+FFFD stands for what was lost.
    pub text: String,
    /// When it was ended and changed no more; absent while it is being written.
    pub ended_at: Option<Timestamp>,
}
