//! What both sides say and are told of the documents of a call.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Role;
use crate::ids::{CallId, DocumentId, DocumentRequestId, MemberId};

/// What kind of document it is, by what is inside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentKind {
    /// PDF.
    Pdf,
    /// A JPEG picture.
    Jpeg,
    /// A PNG picture.
    Png,
    /// A TIFF picture.
    Tiff,
    /// A text document of Microsoft's (Office Open XML).
    Docx,
    /// A spreadsheet of Microsoft's.
    Xlsx,
    /// An OpenDocument text.
    Odt,
    /// An OpenDocument spreadsheet.
    Ods,
    /// Plain text.
    Text,
    /// A signed XML file.
    Xml,
}

/// Where a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentState {
    /// Its bytes are on their way.
    Sending,
    /// It has arrived and is being looked at.
    Checking,
    /// It can be fetched.
    Ready,
    /// It was refused; its bytes are gone.
    Refused,
    /// Its sender took it back; its bytes are gone.
    TakenBack,
}

/// Where a clerk's wish for a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentRequestState {
    /// Nobody has answered it.
    Asked,
    /// A document was sent for it.
    Sent,
    /// That document was opened.
    Opened,
    /// That document will not do; another one is asked for.
    ToCorrect,
}

/// Where the documents of a call are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentsPhase {
    /// The call goes on: documents may be sent.
    Open,
    /// The call is over: they may be fetched until `delete_at`.
    Kept,
    /// They are gone.
    Deleted,
}

/// One document as one member sees it. Others learn name and kind only once it was found good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentView {
    /// Which.
    pub document: DocumentId,
    /// What the reader's own browser called it; absent for documents of others.
    pub id: Option<String>,
    /// Who sends it.
    pub member: MemberId,
    /// What they are there as.
    pub role: Role,
    /// The file's name, plain text.
    pub name: Option<String>,
    /// What is inside; before it was looked at, what the name says.
    pub kind: Option<DocumentKind>,
    /// How large it is.
    pub size_bytes: Option<u64>,
    /// Where it is.
    pub state: DocumentState,
    /// For the sender: the code of the reason if it was refused.
    pub fault: Option<String>,
    /// Whether a scanner looked for malware and found none.
    pub scanned: bool,
    /// Whether another member has opened it.
    pub opened: bool,
    /// When it was begun.
    pub at: Timestamp,
    /// For which wish it was sent.
    pub request: Option<DocumentRequestId>,
    /// For the sender while it is on its way: where its bytes go, such as `/api/v1/uploads/3f…`.
    pub upload: Option<String>,
    /// Where the reader fetches it, such as `/d/3f…`; a secret of theirs.
    pub download: Option<String>,
}

/// A clerk's wish for a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentRequestView {
    /// Which.
    pub request: DocumentRequestId,
    /// What is asked for, plain text.
    pub name: String,
    /// Who asks.
    pub member: MemberId,
    /// What they are there as.
    pub role: Role,
    /// Where it is.
    pub state: DocumentRequestState,
    /// When it was asked.
    pub at: Timestamp,
}

/// All documents of a call as one member sees them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentsView {
    /// Which call.
    pub call: CallId,
    /// Whether documents may be sent, fetched, or are gone.
    pub phase: DocumentsPhase,
    /// When all of them are deleted; absent while the call goes on.
    pub delete_at: Option<Timestamp>,
    /// For how many minutes after the call they are kept.
    pub kept_min: u32,
    /// The largest document, in bytes.
    pub max_bytes: u64,
    /// How many documents a call may hold.
    pub max_count: u32,
    /// The documents, oldest first.
    pub documents: Vec<DocumentView>,
    /// The wishes, oldest first.
    pub requests: Vec<DocumentRequestView>,
}
