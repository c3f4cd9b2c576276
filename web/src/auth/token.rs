//! Tokens: 256 random bits in hexadecimal digits. The browser has the token, the store has its hash only.

use std::fmt::Write;

use okienko::store::TokenHash;
use okienko::world::World;

/// The length of a token as text.
const CHARS: usize = 64;

/// A new token.
#[must_use]
pub fn fresh(world: &World) -> String {
    hex(&world.random::<32>())
}

/// The hash of a token that somebody showed; `None` if it cannot be one of ours, so that the store need not be asked.
#[must_use]
pub fn hash_of(token: &str) -> Option<TokenHash> {
    let is_token = token.len() == CHARS && token.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_token.then(|| TokenHash::of(token))
}

/// Bytes as hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let mut digits = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a String cannot fail.
        let _infallible = write!(digits, "{byte:02x}");
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_taken_for_one_and_other_text_is_not() {
        let token = fresh(&World::real());

        assert!(hash_of(&token).is_some());
        assert!(hash_of("").is_none());
        assert!(hash_of(&"x".repeat(64)).is_none());
        assert!(hash_of(&"a".repeat(10_000)).is_none());
    }
}
