//! Office documents: ZIP packages of Microsoft's (ISO/IEC 29500-2) and OpenDocument's (ODF 1.3 part 2) making.

use std::io::{Cursor, Read};

use okienko::domain::documents::DocumentFault;
use okienko::wire::DocumentKind;
use zip::ZipReadOptions;
use zip::read::{Config, ZipFileEntry};
use zip::unstable::read::ZipIterable;

/// A package has at most so many parts; a long report with a picture on each page has a tenth of it.
const MAX_PARTS: usize = 5_000;

/// Unpacked, a package has at most so many bytes …
const MAX_UNPACKED_BYTES: u64 = 300 * 1024 * 1024;

/// … and at most so many times as many as packed, which holds for packages beyond a size that no machine minds.
const MAX_RATIO: u64 = 100;
const FREE_BYTES: u64 = 20 * 1024 * 1024;

/// So much is read of a part that says what the package is.
const MAX_READ_BYTES: u64 = 1024 * 1024;

/// The stream of a compound file that holds an encrypted package (MS-OFFCRYPTO §2.3.1), in UTF-16 as its directory has it.
const ENCRYPTED_PACKAGE: &str = "EncryptedPackage";

/// Parts that hold macros, or controls that run code.
const MACRO_PARTS: &[&str] = &["vbaproject", "vbadata", "macrosheets/", "activex/", "basic/", "scripts/"];

/// Looks into the directory of a package, and at the part that says what it is.
///
/// # Errors
/// [`DocumentFault::Locked`], [`DocumentFault::Macros`], [`DocumentFault::Bomb`], [`DocumentFault::Program`],
/// [`DocumentFault::Damaged`], [`DocumentFault::Mismatch`].
pub(super) fn look(kind: DocumentKind, bytes: &[u8]) -> Result<(), DocumentFault> {
    if bytes.starts_with(super::COMPOUND_FILE) {
        return Err(if is_encrypted_package(bytes) { DocumentFault::Locked } else { DocumentFault::Mismatch });
    }
    let packed_bytes = bytes.len() as u64;
    let package = ZipIterable::try_new(Cursor::new(bytes), Config::default()).map_err(|_| DocumentFault::Damaged)?;
    // Two views of one file, one of the directory and one of the content, are how scanners are fooled.
    let mut package = package.enforce_header_consistency(true);
    if package.len() > MAX_PARTS {
        return Err(DocumentFault::Bomb);
    }
    let (mut unpacked, mut packed) = (0_u64, 0_u64);
    let mut says = Says::default();
    for part in package.files().map_err(|_| DocumentFault::Damaged)? {
        let part = part.map_err(|_| DocumentFault::Damaged)?;
        unpacked = unpacked.saturating_add(part.size());
        packed = packed.saturating_add(part.compressed_size());
        if is_bomb(unpacked, packed, packed_bytes) {
            return Err(DocumentFault::Bomb);
        }
        if part.encrypted() {
            return Err(DocumentFault::Locked);
        }
        says.note(part, bytes)?;
    }
    says.judge(kind)
}

/// Whether unpacking would cost more than a document may, or the parts together are longer than the file they are in:
/// then they overlap.
const fn is_bomb(unpacked: u64, packed: u64, packed_bytes: u64) -> bool {
    let is_swollen = unpacked > FREE_BYTES && unpacked > packed_bytes.saturating_mul(MAX_RATIO);
    unpacked > MAX_UNPACKED_BYTES || is_swollen || packed > packed_bytes
}

fn is_encrypted_package(bytes: &[u8]) -> bool {
    let name: Vec<u8> = ENCRYPTED_PACKAGE.encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.windows(name.len()).any(|window| window == name)
}

/// What a package says of itself.
#[derive(Default)]
struct Says {
    /// Microsoft's list of what is in it.
    content_types: Option<String>,
    /// OpenDocument's first part.
    media_type: Option<String>,
    /// OpenDocument's list of what is in it.
    manifest: Option<String>,
}

impl Says {
    /// Notes what a part tells, and refuses a part that has no business in a document.
    fn note(&mut self, part: ZipFileEntry<'_>, bytes: &[u8]) -> Result<(), DocumentFault> {
        let name = part.name().map_err(|_| DocumentFault::Damaged)?.to_lowercase();
        if MACRO_PARTS.iter().any(|holds| name.contains(holds)) && !part.is_dir() {
            return Err(DocumentFault::Macros);
        }
        if [".exe", ".dll", ".js", ".vbs", ".scr", ".bat", ".cmd", ".lnk", ".jar"].iter().any(|end| name.ends_with(end))
        {
            return Err(DocumentFault::Program);
        }
        let noted = match name.as_str() {
            "[content_types].xml" => &mut self.content_types,
            "mimetype" => &mut self.media_type,
            "meta-inf/manifest.xml" => &mut self.manifest,
            _ => return Ok(()),
        };
        // A second list could say something else to another reader.
        if noted.is_some() {
            return Err(DocumentFault::Damaged);
        }
        *noted = Some(text_of(part, bytes)?);
        Ok(())
    }

    fn judge(&self, kind: DocumentKind) -> Result<(), DocumentFault> {
        let content_types = self.content_types.as_deref().unwrap_or_default();
        if content_types.contains("macroEnabled") || content_types.contains("ms-office.vbaProject") {
            return Err(DocumentFault::Macros);
        }
        if self.manifest.as_deref().is_some_and(|manifest| manifest.contains("encryption-data")) {
            return Err(DocumentFault::Locked);
        }
        let media_type = self.media_type.as_deref().unwrap_or_default().trim();
        let is_right = match kind {
            DocumentKind::Docx => content_types.contains("wordprocessingml.document.main+xml"),
            DocumentKind::Xlsx => content_types.contains("spreadsheetml.sheet.main+xml"),
            DocumentKind::Odt => media_type == "application/vnd.oasis.opendocument.text",
            DocumentKind::Ods => media_type == "application/vnd.oasis.opendocument.spreadsheet",
            _ => false,
        };
        if is_right { Ok(()) } else { Err(DocumentFault::Mismatch) }
    }
}

/// A part's content, read no further than it may reasonably go.
fn text_of(part: ZipFileEntry<'_>, bytes: &[u8]) -> Result<String, DocumentFault> {
    let mut reader = Cursor::new(bytes);
    let part = part.with_reader(&mut reader, ZipReadOptions::new()).map_err(|_| DocumentFault::Damaged)?;
    let mut content = Vec::new();
    let read = part.take(MAX_READ_BYTES + 1).read_to_end(&mut content).map_err(|_| DocumentFault::Damaged)?;
    if read as u64 > MAX_READ_BYTES {
        return Err(DocumentFault::Bomb);
    }
    Ok(String::from_utf8_lossy(&content).into_owned())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::*;

    const DOCX: &str = "<Types><Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-\
                        officedocument.wordprocessingml.document.main+xml\"/></Types>";
    const ODT: &str = "application/vnd.oasis.opendocument.text";

    fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn docx(more: &[(&str, &[u8])]) -> Vec<u8> {
        package(&[&[("[Content_Types].xml", DOCX.as_bytes()), ("word/document.xml", b"<w/>")], more].concat())
    }

    #[test]
    fn documents_of_both_makings_are_taken_under_their_own_names_only() {
        let odt =
            package(&[("mimetype", ODT.as_bytes()), ("content.xml", b"<o/>"), ("META-INF/manifest.xml", b"<m/>")]);

        assert_eq!(look(DocumentKind::Docx, &docx(&[])), Ok(()));
        assert_eq!(look(DocumentKind::Odt, &odt), Ok(()));
        assert_eq!(look(DocumentKind::Xlsx, &docx(&[])), Err(DocumentFault::Mismatch));
        assert_eq!(look(DocumentKind::Ods, &odt), Err(DocumentFault::Mismatch));
        assert_eq!(look(DocumentKind::Docx, &package(&[("a.txt", b"a")])), Err(DocumentFault::Mismatch));
    }

    #[test]
    fn macros_are_found_wherever_they_are() {
        let enabled = DOCX.replace("document.main+xml", "document.macroEnabled.main+xml");
        let basic = [("mimetype", ODT.as_bytes()), ("Basic/Standard/Module1.xml", b"<m/>")];

        for more in ["word/vbaProject.bin", "xl/macrosheets/sheet1.xml", "word/activeX/activeX1.bin"] {
            assert_eq!(look(DocumentKind::Docx, &docx(&[(more, b"a")])), Err(DocumentFault::Macros), "{more}");
        }
        let enabled = package(&[("[Content_Types].xml", enabled.as_bytes())]);
        assert_eq!(look(DocumentKind::Docx, &enabled), Err(DocumentFault::Macros));
        assert_eq!(look(DocumentKind::Odt, &package(&basic)), Err(DocumentFault::Macros));
    }

    #[test]
    fn a_program_inside_a_document_is_one() {
        assert_eq!(look(DocumentKind::Docx, &docx(&[("word/embeddings/a.exe", b"MZ")])), Err(DocumentFault::Program));
    }

    #[test]
    fn what_unfolds_beyond_measure_is_refused_by_its_directory() {
        let zeros = vec![0_u8; 30 * 1024 * 1024];
        let bomb = docx(&[("word/media/zeros.bmp", &zeros)]);
        assert!(bomb.len() < 300_000, "{} bytes", bomb.len());
        let mut names = Vec::new();
        for number in 0..=MAX_PARTS {
            names.push(format!("word/media/{number}"));
        }
        let many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();

        assert_eq!(look(DocumentKind::Docx, &bomb), Err(DocumentFault::Bomb));
        assert_eq!(look(DocumentKind::Docx, &package(&many)), Err(DocumentFault::Bomb));
        assert!(is_bomb(1_000, 501, 500), "parts that overlap");
    }

    #[test]
    fn locked_documents_are_recognised_in_both_makings() {
        let name: Vec<u8> = ENCRYPTED_PACKAGE.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let office = [super::super::COMPOUND_FILE, &[0; 504], &name].concat();
        let old = [super::super::COMPOUND_FILE, &[0; 504]].concat();
        let manifest = b"<m:file-entry><m:encryption-data/></m:file-entry>";
        let odt = package(&[("mimetype", ODT.as_bytes()), ("META-INF/manifest.xml", manifest)]);

        assert_eq!(look(DocumentKind::Docx, &office), Err(DocumentFault::Locked));
        assert_eq!(look(DocumentKind::Docx, &old), Err(DocumentFault::Mismatch), "a .doc with another ending");
        assert_eq!(look(DocumentKind::Odt, &odt), Err(DocumentFault::Locked));
    }

    #[test]
    fn a_package_that_breaks_off_or_contradicts_itself_is_damaged() {
        let whole = docx(&[]);
        assert_eq!(look(DocumentKind::Docx, &whole[..whole.len() - 30]), Err(DocumentFault::Damaged));

        // The local header says another name than the directory.
        let mut two_faced = whole.clone();
        let at = two_faced.windows(8).position(|window| window == b"word/doc").unwrap();
        two_faced[at] = b'x';
        assert_eq!(look(DocumentKind::Docx, &two_faced), Err(DocumentFault::Damaged));
    }
}
