//! A question that people ask, with the office's answer (FAQ).

use jiff::Timestamp;

use super::office::LocalText;
use crate::ids::{MatterId, OfficeId, QuestionId};

/// A question with its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Which.
    pub id: QuestionId,
    /// Of which office.
    pub office: OfficeId,
    /// The last part of its own address: lower-case letters, digits and hyphens.
    pub slug: String,
    /// The matter that it is about; none for questions about everything.
    pub matter: Option<MatterId>,
    /// Its place in lists, from 1.
    pub rank: u32,
    /// The question as people ask it.
    pub question: LocalText,
    /// The answer in Markdown (CommonMark).
    pub answer: LocalText,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// Whether a text may be the last part of an address.
#[must_use]
pub fn is_slug(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=64).contains(&text.len()) && text.bytes().all(allowed)
}
