//! A clerk's wish for a document.

use jiff::Timestamp;

use super::fault::DocumentFault;
use crate::domain::text;
use crate::ids::{DocumentRequestId, MemberId};
use crate::wire::Role;

/// What is asked for has at most so many characters.
pub const MAX_REQUEST_CHARS: usize = 120;

/// A wish. It is answered by every good document that was sent for it since it was asked last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) id: DocumentRequestId,
    pub(super) name: String,
    pub(super) by: MemberId,
    pub(super) role: Role,
    pub(super) at: Timestamp,
    /// How many documents there had been when it was asked again, because what had come would not do.
    pub(super) asked_again_at: Option<usize>,
}

/// Who may ask for documents: those who work for the office.
pub(super) const fn may_ask(role: Role) -> bool {
    matches!(role, Role::Clerk | Role::Supervisor)
}

/// What is asked for, as it may be shown.
///
/// # Errors
/// [`DocumentFault::NameLong`] if it is empty or too long, [`DocumentFault::NameHidden`] for what is not seen.
pub(super) fn checked(said: &str) -> Result<String, DocumentFault> {
    let name = text::nfc(said.trim());
    if name.is_empty() || name.chars().count() > MAX_REQUEST_CHARS {
        return Err(DocumentFault::NameLong);
    }
    if name.chars().any(text::is_unseen) {
        return Err(DocumentFault::NameHidden);
    }
    Ok(name)
}
