//! The secret paths under which bytes come and go.

use std::collections::HashMap;

use okienko::domain::documents::DocumentName;
use okienko::ids::{CallId, DocumentId, MemberId};
use okienko::wire::DocumentKind;
use okienko::world::World;

/// What a path for sending bytes is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadGrant {
    /// Of which call.
    pub call: CallId,
    /// Which document.
    pub document: DocumentId,
    /// What it is called.
    pub name: DocumentName,
    /// How many bytes it has.
    pub size_bytes: u64,
}

/// What a path for fetching is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadGrant {
    /// Of which call.
    pub call: CallId,
    /// Which document.
    pub document: DocumentId,
    /// Whose path it is.
    pub member: MemberId,
    /// What it is called.
    pub name: DocumentName,
    /// What it is.
    pub kind: DocumentKind,
    /// How many bytes it has.
    pub size_bytes: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Grant {
    /// Its sender may bring the bytes.
    Upload { call: CallId, document: DocumentId },
    /// This member may fetch them.
    Download { call: CallId, document: DocumentId, member: MemberId },
}

impl Grant {
    const fn call(self) -> CallId {
        match self {
            Self::Upload { call, .. } | Self::Download { call, .. } => call,
        }
    }
}

/// Secrets and what each is for: 256 random bits, given out once for each purpose.
#[derive(Default)]
pub(super) struct Grants {
    by_token: HashMap<String, Grant>,
    by_grant: HashMap<Grant, String>,
}

impl Grants {
    /// The secret of a grant; a fresh one if it has none.
    pub(super) fn give(&mut self, grant: Grant, world: &World) -> String {
        if let Some(known) = self.by_grant.get(&grant) {
            return known.clone();
        }
        let token: String = world.random::<32>().iter().map(|byte| format!("{byte:02x}")).collect();
        self.by_token.insert(token.clone(), grant);
        self.by_grant.insert(grant, token.clone());
        token
    }

    /// What a secret is for.
    pub(super) fn find(&self, token: &str) -> Option<Grant> {
        self.by_token.get(token).copied()
    }

    /// Takes all secrets of a call back.
    pub(super) fn revoke(&mut self, call: CallId) {
        self.by_token.retain(|_, grant| grant.call() != call);
        self.by_grant.retain(|grant, _| grant.call() != call);
    }
}
