//! What a datagram is, by its first bytes (RFC 7983 §7), and whom a STUN message is for (RFC 8489 §5).

const STUN_HEADER: usize = 20;
const MAGIC_COOKIE: [u8; 4] = [0x21, 0x12, 0xA4, 0x42];
const BINDING_REQUEST: [u8; 2] = [0x00, 0x01];
const BINDING_SUCCESS: [u8; 2] = [0x01, 0x01];
const ATTRIBUTE_USERNAME: u16 = 0x0006;
const ATTRIBUTE_USE_CANDIDATE: u16 = 0x0025;

/// What a datagram is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    /// A STUN request to the agent with this user name fragment.
    Request {
        /// The part of the user name before the colon: ours.
        ufrag: &'a [u8],
        /// Whether it nominates the pair it came on.
        nominates: bool,
    },
    /// Any other STUN message.
    Reply {
        /// Whether it is a success response to one of our checks.
        is_success: bool,
    },
    /// DTLS, SRTP or SRTCP.
    Media {
        /// Whether it is neither RTCP nor DTLS, so that no timer of the connection moves because of it.
        is_rtp: bool,
    },
    /// Nothing we know.
    Unknown,
}

/// Tells what a datagram is. Nothing in it is trusted yet: the agent checks a STUN message's integrity.
pub(super) fn classify(datagram: &[u8]) -> Kind<'_> {
    match datagram.first() {
        Some(0..=3) => classify_stun(datagram).unwrap_or(Kind::Unknown),
        Some(20..=63) => Kind::Media { is_rtp: false },
        // RTCP shares the port; its packet types are 192..=223 in the second byte (RFC 5761 §4).
        Some(128..=191) => Kind::Media { is_rtp: !matches!(datagram.get(1), Some(192..=223)) },
        _ => Kind::Unknown,
    }
}

/// Whether this is a success response that our agent sends: from then on the address belongs to its connection.
pub(super) fn is_binding_success(datagram: &[u8]) -> bool {
    datagram.starts_with(&BINDING_SUCCESS)
}

/// Whether this is a check that our agent sends.
pub(super) fn is_binding_request(datagram: &[u8]) -> bool {
    datagram.starts_with(&BINDING_REQUEST) && datagram.get(4..8) == Some(&MAGIC_COOKIE)
}

fn classify_stun(datagram: &[u8]) -> Option<Kind<'_>> {
    let (header, body) = datagram.split_at_checked(STUN_HEADER)?;
    let length = usize::from(u16_at(header, 2)?);
    if header.get(4..8)? != MAGIC_COOKIE || length != body.len() || length % 4 != 0 {
        return None;
    }
    if !header.starts_with(&BINDING_REQUEST) {
        return Some(Kind::Reply { is_success: header.starts_with(&BINDING_SUCCESS) });
    }
    let mut ufrag = None;
    let mut nominates = false;
    let mut rest = body;
    while !rest.is_empty() {
        let (attribute, length) = (u16_at(rest, 0)?, usize::from(u16_at(rest, 2)?));
        let value = rest.get(4..4 + length)?;
        match attribute {
            ATTRIBUTE_USERNAME => ufrag = value.split(|byte| *byte == b':').next(),
            ATTRIBUTE_USE_CANDIDATE => nominates = true,
            _ => {}
        }
        rest = rest.get(4 + length.next_multiple_of(4)..)?;
    }
    Some(Kind::Request { ufrag: ufrag?, nominates })
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let pair = bytes.get(at..at + 2)?;
    Some(u16::from_be_bytes(pair.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn request(attributes: &[(u16, &[u8])]) -> Vec<u8> {
        let mut body = Vec::new();
        for (name, value) in attributes {
            body.extend(name.to_be_bytes());
            body.extend((value.len() as u16).to_be_bytes());
            body.extend(*value);
            body.resize(body.len().next_multiple_of(4), 0);
        }
        let mut datagram = BINDING_REQUEST.to_vec();
        datagram.extend((body.len() as u16).to_be_bytes());
        datagram.extend(MAGIC_COOKIE);
        datagram.extend([7; 12]);
        datagram.extend(body);
        datagram
    }

    #[test]
    fn a_request_names_the_agent_it_is_for() {
        let datagram = request(&[(ATTRIBUTE_USERNAME, b"ours:theirs"), (ATTRIBUTE_USE_CANDIDATE, b"")]);

        assert_eq!(classify(&datagram), Kind::Request { ufrag: b"ours", nominates: true });
    }

    #[test]
    fn a_request_without_a_name_or_cut_short_is_unknown() {
        let whole = request(&[(ATTRIBUTE_USERNAME, b"ours:theirs")]);

        assert_eq!(classify(&request(&[])), Kind::Unknown);
        for length in 1..whole.len() {
            assert_eq!(classify(&whole[..length]), Kind::Unknown, "cut to {length}");
        }
    }

    #[test]
    fn media_is_told_apart_from_its_control() {
        assert_eq!(classify(&[0x80, 96]), Kind::Media { is_rtp: true });
        assert_eq!(classify(&[0x80, 200]), Kind::Media { is_rtp: false });
        assert_eq!(classify(&[22, 254]), Kind::Media { is_rtp: false });
        assert_eq!(classify(&[]), Kind::Unknown);
        assert_eq!(classify(&[70]), Kind::Unknown);
    }

    proptest! {
        #[test]
        fn no_datagram_breaks_it(mut datagram in proptest::collection::vec(any::<u8>(), 0..200), stun: bool) {
            if stun && datagram.len() >= 20 {
                let length = (datagram.len() - 20) as u16;
                datagram[..2].copy_from_slice(&BINDING_REQUEST);
                datagram[2..4].copy_from_slice(&length.to_be_bytes());
                datagram[4..8].copy_from_slice(&MAGIC_COOKIE);
            }
            let _ = classify(&datagram);
        }
    }
}
