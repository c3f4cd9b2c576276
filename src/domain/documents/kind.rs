//! The kinds of documents that are taken.

use crate::wire::DocumentKind;

/// What a name's ending says, if such documents are taken. The ending is in small letters.
#[must_use]
pub fn kind_of_extension(extension: &str) -> Option<DocumentKind> {
    Some(match extension {
        "pdf" => DocumentKind::Pdf,
        "jpg" | "jpeg" => DocumentKind::Jpeg,
        "png" => DocumentKind::Png,
        "tif" | "tiff" => DocumentKind::Tiff,
        "docx" => DocumentKind::Docx,
        "xlsx" => DocumentKind::Xlsx,
        "odt" => DocumentKind::Odt,
        "ods" => DocumentKind::Ods,
        "txt" => DocumentKind::Text,
        "xml" => DocumentKind::Xml,
        _ => return None,
    })
}

/// The media type that a document is handed out with.
#[must_use]
pub const fn media_type(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Pdf => "application/pdf",
        DocumentKind::Jpeg => "image/jpeg",
        DocumentKind::Png => "image/png",
        DocumentKind::Tiff => "image/tiff",
        DocumentKind::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        DocumentKind::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        DocumentKind::Odt => "application/vnd.oasis.opendocument.text",
        DocumentKind::Ods => "application/vnd.oasis.opendocument.spreadsheet",
        DocumentKind::Text => "text/plain",
        DocumentKind::Xml => "application/xml",
    }
}

/// The word for a kind, as in frames and counts.
#[must_use]
pub const fn word_of(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Pdf => "pdf",
        DocumentKind::Jpeg => "jpeg",
        DocumentKind::Png => "png",
        DocumentKind::Tiff => "tiff",
        DocumentKind::Docx => "docx",
        DocumentKind::Xlsx => "xlsx",
        DocumentKind::Odt => "odt",
        DocumentKind::Ods => "ods",
        DocumentKind::Text => "text",
        DocumentKind::Xml => "xml",
    }
}
