//! Signed XML files: applications and certificates that a trusted profile or a qualified signature has signed.

use okienko::domain::documents::DocumentFault;
use quick_xml::events::Event;
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

/// XML Signature (W3C xmldsig-core §1.3), which XAdES signatures are too.
const XML_SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#";

/// Deeper than this no form goes; a parser of somebody else's might.
const MAX_DEPTH: usize = 256;

/// Whether this may be the beginning of an XML file.
pub(super) fn may_begin(head: &[u8]) -> bool {
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    let is_page = infer::get(text).is_some_and(|found| found.extension() == "html");
    text.starts_with(b"<") && !is_page
}

/// Looks whether a file is XML, and signed. What can define entities is not taken: a few lines of it unfold to gigabytes.
///
/// # Errors
/// [`DocumentFault::Damaged`], [`DocumentFault::Bomb`], [`DocumentFault::Unsigned`].
pub(super) fn look(bytes: &[u8]) -> Result<(), DocumentFault> {
    let mut reader = NsReader::from_reader(bytes);
    let (mut is_signed, mut depth) = (false, 0_usize);
    loop {
        match reader.read_resolved_event().map_err(|_| DocumentFault::Damaged)? {
            (_, Event::DocType(_)) => return Err(DocumentFault::Bomb),
            (namespace, Event::Start(start)) => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(DocumentFault::Bomb);
                }
                is_signed |= is_signature(&namespace, start.local_name().as_ref());
            }
            (_, Event::End(_)) => depth = depth.saturating_sub(1),
            (_, Event::Eof) if depth > 0 => return Err(DocumentFault::Damaged),
            (_, Event::Eof) => return if is_signed { Ok(()) } else { Err(DocumentFault::Unsigned) },
            _ => {}
        }
    }
}

fn is_signature(namespace: &ResolveResult<'_>, local_name: &str) -> bool {
    matches!(namespace, ResolveResult::Bound(bound) if bound.as_ref() == XML_SIGNATURE) && local_name == "Signature"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(inside: &str) -> String {
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><wniosek xmlns=\"http://crd.gov.pl/x\">{inside}</wniosek>")
    }

    #[test]
    fn a_signed_file_is_taken_whatever_the_prefix() {
        let long = "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\"><SignedInfo></SignedInfo></Signature>";
        let short = "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><a></a></ds:Signature>";

        assert_eq!(look(file(long).as_bytes()), Ok(()));
        assert_eq!(look(file(short).as_bytes()), Ok(()));
    }

    #[test]
    fn a_file_without_a_signature_is_not_taken() {
        let named = "<Signature>me</Signature><!-- http://www.w3.org/2000/09/xmldsig# -->";

        assert_eq!(look(file("<imię>Jadwiga</imię>").as_bytes()), Err(DocumentFault::Unsigned));
        assert_eq!(look(file(named).as_bytes()), Err(DocumentFault::Unsigned));
    }

    #[test]
    fn entities_depth_and_broken_files_are_refused() {
        let laughs = "<!DOCTYPE a [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><a>&b;</a>";
        let deep = "<a>".repeat(300);

        assert_eq!(look(laughs.as_bytes()), Err(DocumentFault::Bomb));
        assert_eq!(look(deep.as_bytes()), Err(DocumentFault::Bomb));
        assert_eq!(look(b"<a><b></a>"), Err(DocumentFault::Damaged));
        assert_eq!(look(b"<a>"), Err(DocumentFault::Damaged));
    }

    #[test]
    fn a_page_is_no_xml_file() {
        assert!(may_begin(b"\n<wniosek>"));
        assert!(!may_begin(b"<!DOCTYPE html><html>"));
        assert!(!may_begin(b"wniosek"));
    }
}
