//! Plain text.

use okienko::domain::documents::DocumentFault;

/// Looks whether this is text: UTF-8, UTF-16 with its mark, or one of the old one-byte code pages.
///
/// # Errors
/// [`DocumentFault::Mismatch`].
pub(super) fn look(bytes: &[u8]) -> Result<(), DocumentFault> {
    let is_wide = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
    let is_text = match std::str::from_utf8(bytes) {
        Ok(text) => text.chars().all(|c| !c.is_control() || c.is_whitespace() || c == '\u{1A}'),
        Err(_) if is_wide => bytes.len().is_multiple_of(2),
        // Windows-1250 and its like: everything but control characters is some letter.
        Err(_) => bytes.iter().all(|byte| *byte >= 0x20 || matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C | 0x1A)),
    };
    if is_text { Ok(()) } else { Err(DocumentFault::Mismatch) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_in_any_usual_writing_is_text_and_bytes_are_not() {
        let polish = "Zażółć gęślą jaźń\r\n\t1;2";
        let wide: Vec<u8> = [0xFEFF].into_iter().chain(polish.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        for text in [polish.as_bytes(), &wide, b"za\xBF\xF3\xB3\xE6", b""] {
            assert_eq!(look(text), Ok(()));
        }
        for bytes in [&b"a\0b"[..], b"\x01\x02\x03", b"za\xBF\0", &[0xFF, 0xFE, 0]] {
            assert_eq!(look(bytes), Err(DocumentFault::Mismatch), "{bytes:?}");
        }
    }
}
