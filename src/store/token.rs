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

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(…)")
    }
}
