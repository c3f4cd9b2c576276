//! What a document may be called.

use super::fault::DocumentFault;
use super::kind::kind_of_extension;
use crate::domain::text;
use crate::wire::DocumentKind;

/// The longest name in bytes: what file systems take (`NAME_MAX`).
const MAX_NAME_BYTES: usize = 255;

/// Endings of what runs when it is opened, or brings something along that does.
const RUNS: &[&str] = &[
    "apk", "app", "appimage", "bat", "chm", "cmd", "com", "cpl", "deb", "dll", "dmg", "exe", "hta", "htm", "html",
    "img", "iso", "jar", "js", "jse", "lnk", "mht", "mhtml", "mjs", "msc", "msi", "msp", "pif", "pkg", "ps1", "psm1",
    "py", "reg", "rpm", "run", "scf", "scr", "sh", "svg", "url", "vbe", "vbs", "vhd", "vhdx", "wsf", "wsh", "xhtml",
];

/// Endings of office documents that hold macros.
const HOLDS_MACROS: &[&str] = &["docm", "dotm", "xlsm", "xltm", "xlam", "pptm", "potm", "ppam"];

/// A name that can be shown and saved: no path, nothing unseen, no program in disguise, and an ending that is taken.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DocumentName {
    text: String,
    kind: DocumentKind,
}

impl DocumentName {
    /// Takes a name as a browser says it, without spaces around it and with each letter in one spelling: some systems
    /// write `ó` as two characters. What is not seen is refused rather than taken away, so that the sender knows.
    ///
    /// # Errors
    /// [`DocumentFault::NameHidden`], [`DocumentFault::NamePath`], [`DocumentFault::NameLong`],
    /// [`DocumentFault::DoubleName`], [`DocumentFault::Program`], [`DocumentFault::Macros`], [`DocumentFault::Heic`],
    /// [`DocumentFault::KindUnknown`].
    pub fn parse(said: &str) -> Result<Self, DocumentFault> {
        let text = text::nfc(said.trim());
        if text.chars().any(text::is_unseen) {
            return Err(DocumentFault::NameHidden);
        }
        if text.contains(['/', '\\']) || text == ".." {
            return Err(DocumentFault::NamePath);
        }
        if text.is_empty() || text.len() > MAX_NAME_BYTES {
            return Err(DocumentFault::NameLong);
        }
        let small = text.to_lowercase();
        let (stem, extension) = match small.rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() => (stem, extension),
            _ => return Err(DocumentFault::KindUnknown),
        };
        // What stands between two dots is an ending too, or is meant to be taken for one.
        let mut inner = stem.split('.').skip(1).map(str::trim);
        if RUNS.contains(&extension) {
            let poses = inner.any(|inner| kind_of_extension(inner).is_some());
            return Err(if poses { DocumentFault::DoubleName } else { DocumentFault::Program });
        }
        if inner.any(|inner| RUNS.contains(&inner)) {
            return Err(DocumentFault::DoubleName);
        }
        match kind_of_extension(extension) {
            Some(kind) => Ok(Self { text, kind }),
            None if HOLDS_MACROS.contains(&extension) => Err(DocumentFault::Macros),
            None if matches!(extension, "heic" | "heif") => Err(DocumentFault::Heic),
            None => Err(DocumentFault::KindUnknown),
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What its ending says.
    #[must_use]
    pub const fn kind(&self) -> DocumentKind {
        self.kind
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(name: &str) -> Result<DocumentKind, DocumentFault> {
        DocumentName::parse(name).map(|name| name.kind())
    }

    #[test]
    fn ordinary_names_are_taken() {
        for (name, kind) in [
            ("dowód osobisty.PDF", DocumentKind::Pdf),
            ("Скан 2026.11.24.jpeg", DocumentKind::Jpeg),
            ("skan.jpg.pdf", DocumentKind::Pdf),
            ("jan.kowalski.wniosek.v2.docx", DocumentKind::Docx),
            ("umowa <nowa> & \"ważna\".odt", DocumentKind::Odt),
            ("pismo….txt", DocumentKind::Text),
        ] {
            assert_eq!(parse(name), Ok(kind), "{name}");
        }
        assert_eq!(DocumentName::parse(" a.pdf ").unwrap().as_str(), "a.pdf");
        assert_eq!(DocumentName::parse("dowo\u{301}d.pdf").unwrap().as_str(), "dowód.pdf");
    }

    #[test]
    fn each_bad_name_has_a_reason_of_its_own() {
        let long = format!("{}.pdf", "a".repeat(252));
        for (name, fault) in [
            ("faktura.pdf.exe", DocumentFault::DoubleName),
            ("faktura.exe.pdf", DocumentFault::DoubleName),
            ("faktura.PDF .Exe", DocumentFault::DoubleName),
            ("setup.exe", DocumentFault::Program),
            ("strona.html", DocumentFault::Program),
            ("faktura\u{202E}fdp.exe", DocumentFault::NameHidden),
            ("fak\u{200B}tura.pdf", DocumentFault::NameHidden),
            ("faktura\0.pdf", DocumentFault::NameHidden),
            ("a\r\nSet-Cookie: b.pdf", DocumentFault::NameHidden),
            ("../../etc/passwd.pdf", DocumentFault::NamePath),
            ("..\\a.pdf", DocumentFault::NamePath),
            ("..", DocumentFault::NamePath),
            ("", DocumentFault::NameLong),
            ("   ", DocumentFault::NameLong),
            (long.as_str(), DocumentFault::NameLong),
            ("arkusz.xlsm", DocumentFault::Macros),
            ("IMG_0001.HEIC", DocumentFault::Heic),
            ("archiwum.zip", DocumentFault::KindUnknown),
            ("bez końcówki", DocumentFault::KindUnknown),
            (".pdf", DocumentFault::KindUnknown),
            ("faktura.pdf.", DocumentFault::KindUnknown),
        ] {
            assert_eq!(parse(name), Err(fault), "{name:?}");
        }
    }
}
