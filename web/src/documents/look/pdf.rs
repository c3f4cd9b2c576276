//! PDF (ISO 32000-1).

use okienko::domain::documents::DocumentFault;

/// The end mark stands in the last bytes; Acrobat looks at so many (ISO 32000-1 Annex H.3, note 18), and some scanners
/// write a little behind it.
const TAIL_BYTES: usize = 4_096;

/// The key of a trailer, or of a cross-reference stream, that says the document is encrypted (§7.5.5, §7.6.1). Both stand
/// in the open, whatever is compressed around them.
const ENCRYPT: &[u8] = b"/Encrypt";

/// Looks whether a PDF is whole, and can be opened without a password.
///
/// # Errors
/// [`DocumentFault::Locked`], [`DocumentFault::Damaged`].
pub(super) fn look(bytes: &[u8]) -> Result<(), DocumentFault> {
    let tail = bytes.get(bytes.len().saturating_sub(TAIL_BYTES)..).unwrap_or(bytes);
    if find(tail, b"%%EOF").is_none() {
        return Err(DocumentFault::Damaged);
    }
    let mut rest = bytes;
    while let Some(at) = find(rest, ENCRYPT) {
        rest = rest.get(at + ENCRYPT.len()..).unwrap_or_default();
        if is_value(rest) {
            return Err(DocumentFault::Locked);
        }
    }
    Ok(())
}

/// Whether what follows a key is a reference (`12 0 R`) or a dictionary, and not the rest of a longer name.
fn is_value(after: &[u8]) -> bool {
    let text = after.trim_ascii_start();
    let has_space = text.len() < after.len();
    text.starts_with(b"<<") || (has_space && text.first().is_some_and(u8::is_ascii_digit))
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encrypted_pdf_is_recognised_by_its_trailer() {
        for trailer in ["/Encrypt 12 0 R", "/Encrypt\n12 0 R", "/Encrypt<</Filter/Standard>>", "/Encrypt << /V 5 >>"] {
            let pdf = format!("%PDF-1.7\n…\ntrailer\n<< /Root 1 0 R {trailer} >>\nstartxref\n9\n%%EOF\n");
            assert_eq!(look(pdf.as_bytes()), Err(DocumentFault::Locked), "{trailer}");
        }
        let plain = b"%PDF-1.7\n<< /EncryptMetadata true /Note (/Encrypted?) >>\ntrailer << /Root 1 0 R >>\n%%EOF\n";
        assert_eq!(look(plain), Ok(()));
    }

    #[test]
    fn a_pdf_that_breaks_off_is_damaged() {
        assert_eq!(look(b"%PDF-1.7\n1 0 obj\n"), Err(DocumentFault::Damaged));
        let long_tail = [b"%PDF-1.7\n%%EOF\n".to_vec(), vec![b' '; TAIL_BYTES]].concat();
        assert_eq!(look(&long_tail), Err(DocumentFault::Damaged));
    }
}
