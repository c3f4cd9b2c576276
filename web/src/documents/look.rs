//! Looking into a document: is it what its name says, and nothing that endangers whoever opens it?
//!
//! [`at_head`] needs the first bytes only, so that a program in disguise is refused before the rest of it is sent;
//! [`at_whole`] looks at everything. What a library knows is left to it: kinds to `infer`, packages to `zip`, XML to
//! `quick-xml`. Nothing is unpacked beyond a bounded look.

mod package;
mod pdf;
mod text;
mod xml;

use infer::MatcherType;
use okienko::domain::documents::DocumentFault;
use okienko::wire::DocumentKind;

/// So many bytes are enough to tell what a document is.
pub(super) const HEAD_BYTES: usize = 4_096;

/// How old office documents begin, and encrypted new ones too (MS-CFB §2.2).
const COMPOUND_FILE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// Looks at the first bytes of a document that is called like this kind.
///
/// # Errors
/// [`DocumentFault::Program`], [`DocumentFault::Heic`], [`DocumentFault::Mismatch`].
pub(super) fn at_head(kind: DocumentKind, head: &[u8]) -> Result<(), DocumentFault> {
    let found = infer::get(head);
    if found.is_some_and(|found| runs(&found)) {
        return Err(DocumentFault::Program);
    }
    let media_type = found.map(|found| found.mime_type());
    if media_type == Some("image/heif") {
        return Err(DocumentFault::Heic);
    }
    let is_right = match kind {
        // Readers find a PDF behind up to 1,024 other bytes. Then it is something else as well, and is not taken.
        DocumentKind::Pdf => head.starts_with(b"%PDF-"),
        DocumentKind::Jpeg => media_type == Some("image/jpeg"),
        DocumentKind::Png => media_type == Some("image/png"),
        DocumentKind::Tiff => media_type == Some("image/tiff"),
        DocumentKind::Docx | DocumentKind::Xlsx | DocumentKind::Odt | DocumentKind::Ods => {
            head.starts_with(b"PK\x03\x04") || head.starts_with(COMPOUND_FILE)
        }
        DocumentKind::Text => found.is_none_or(|found| found.matcher_type() == MatcherType::Text),
        DocumentKind::Xml => xml::may_begin(head),
    };
    if is_right { Ok(()) } else { Err(DocumentFault::Mismatch) }
}

/// Looks at a whole document that is called like this kind.
///
/// # Errors
/// Those of [`at_head`], and [`DocumentFault::Locked`], [`DocumentFault::Macros`], [`DocumentFault::Bomb`],
/// [`DocumentFault::Damaged`], [`DocumentFault::Unsigned`].
pub(super) fn at_whole(kind: DocumentKind, bytes: &[u8]) -> Result<(), DocumentFault> {
    at_head(kind, bytes.get(..HEAD_BYTES).unwrap_or(bytes))?;
    match kind {
        DocumentKind::Pdf => pdf::look(bytes),
        // Pictures are handed out as files and shown by the browser's own decoder; what else is behind them stays there.
        DocumentKind::Jpeg | DocumentKind::Png | DocumentKind::Tiff => Ok(()),
        DocumentKind::Docx | DocumentKind::Xlsx | DocumentKind::Odt | DocumentKind::Ods => package::look(kind, bytes),
        DocumentKind::Text => text::look(bytes),
        DocumentKind::Xml => xml::look(bytes),
    }
}

/// Whether something that was found is run by some machine.
fn runs(found: &infer::Type) -> bool {
    let is_program = found.matcher_type() == MatcherType::App
        && matches!(
            found.extension(),
            "elf" | "exe" | "dll" | "class" | "bc" | "mach" | "dex" | "dey" | "wasm" | "obj"
        );
    is_program || matches!(found.extension(), "sh" | "deb" | "rpm" | "msi" | "crx")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    const JPEG: &[u8] = &[0xFF, 0xD8, 0xFF, 0xE0, 0, 16, b'J', b'F', b'I', b'F'];

    #[test]
    fn a_head_is_what_the_name_says() {
        for (kind, head) in [
            (DocumentKind::Pdf, &b"%PDF-1.7\n"[..]),
            (DocumentKind::Png, PNG),
            (DocumentKind::Jpeg, JPEG),
            (DocumentKind::Tiff, b"II*\0\x08\0\0\0\0\0\0\0"),
            (DocumentKind::Docx, b"PK\x03\x04\x14\0"),
            (DocumentKind::Text, "Zażółć gęślą jaźń".as_bytes()),
            (DocumentKind::Text, b"<html><script>alert(1)</script>"),
            (DocumentKind::Xml, b"\xEF\xBB\xBF<?xml version=\"1.0\"?>"),
        ] {
            assert_eq!(at_head(kind, head), Ok(()), "{kind:?}");
        }
    }

    #[test]
    fn a_program_is_one_whatever_it_is_called() {
        for begins in
            [&b"MZ\x90\0"[..], b"\x7FELF\x02\x01\x01", b"#!/bin/sh\nrm -rf /\n", b"\xCA\xFE\xBA\xBE\0\0\0\x34"]
        {
            let head = [begins, &[0; 200]].concat();
            for kind in [DocumentKind::Pdf, DocumentKind::Text, DocumentKind::Jpeg] {
                assert_eq!(at_head(kind, &head), Err(DocumentFault::Program), "{kind:?}");
            }
        }
    }

    #[test]
    fn a_document_that_is_two_things_is_none() {
        let before = b"<html><script>alert(1)</script></html>%PDF-1.7\n";
        let gif = b"GIF89a/*%PDF-1.4*/=1;alert(1)";
        for kind in [DocumentKind::Pdf, DocumentKind::Jpeg, DocumentKind::Png] {
            assert_eq!(at_head(kind, before), Err(DocumentFault::Mismatch), "{kind:?}");
            assert_eq!(at_head(kind, gif), Err(DocumentFault::Mismatch), "{kind:?}");
        }
    }

    #[test]
    fn a_photo_of_a_phone_under_another_name_is_recognised() {
        let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";

        assert_eq!(at_head(DocumentKind::Jpeg, heic), Err(DocumentFault::Heic));
    }

    #[test]
    fn a_picture_is_no_pdf_and_a_pdf_no_picture() {
        assert_eq!(at_head(DocumentKind::Pdf, JPEG), Err(DocumentFault::Mismatch));
        assert_eq!(at_head(DocumentKind::Jpeg, PNG), Err(DocumentFault::Mismatch));
        assert_eq!(at_head(DocumentKind::Png, b"%PDF-1.7\n"), Err(DocumentFault::Mismatch));
    }
}
