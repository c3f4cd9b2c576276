//! Tokens as they are stored: never themselves, only what proves them.

use std::fmt;

use sha2::{Digest, Sha256};

/// The SHA-256 of a token. Tokens are 32 random bytes, so no salt and no slow hash is needed.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TokenHash(String);

impl TokenHash {
    /// Hashes a token as it stands in the cookie or address.
    #[must_use]
    pub fn of(token: &str) -> Self {
        let digest = Sha256::digest(token.as_bytes());
        Self(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The hash as it is stored: 64 hexadecimal digits.
    pub(super) fn text(&self) -> &str {
        &self.0
    }
}

/// A device in a network, so that it can be known again and by nothing else: a hash of the network under the device's own
/// secret of 32 random bytes, which only its browser has. It tells neither of the two, and without the browser no address
/// can be tested against it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct DeviceMark([u8; 32]);

impl DeviceMark {
    /// The mark of a device, by its secret as text, in a network such as `192.0.2.0/24`.
    #[must_use]
    pub fn of(device: &str, network: &str) -> Self {
        let mut hash = Sha256::new();
        // The lengths are told, so that nothing of one can pass for the other.
        for part in ["okienko device mark", device, network] {
            hash.update(part.len().to_be_bytes());
            hash.update(part.as_bytes());
        }
        Self(hash.finalize().into())
    }

    /// The mark as it is stored: 64 hexadecimal digits.
    pub(super) fn text(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// A stored mark; None if it is none.
    pub(super) fn from_text(stored: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if stored.len() != 64 || !stored.is_ascii() {
            return None;
        }
        for (byte, digits) in bytes.iter_mut().zip(stored.as_bytes().chunks_exact(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Debug for DeviceMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceMark(…)")
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_of_one_device_in_one_network() {
        let mark = DeviceMark::of("device", "192.0.2.0/24");

        assert_eq!(mark, DeviceMark::of("device", "192.0.2.0/24"));
        assert_ne!(mark, DeviceMark::of("other", "192.0.2.0/24"));
        assert_ne!(mark, DeviceMark::of("device", "198.51.100.0/24"));
        assert_ne!(DeviceMark::of("ab", "c"), DeviceMark::of("a", "bc"));
        assert_eq!(DeviceMark::from_text(&mark.text()), Some(mark));
        assert_eq!((DeviceMark::from_text("00"), DeviceMark::from_text(&"x".repeat(64))), (None, None));
        assert_eq!(format!("{mark:?}"), "DeviceMark(…)");
    }
}
