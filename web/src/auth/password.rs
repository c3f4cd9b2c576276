//! Passwords: Argon2id with the parameters of the crate's defaults (19 MiB, two passes; OWASP's first choice).

use std::sync::LazyLock;

use actix_web::web;
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use crate::problem::Problem;
use okienko_actors::ProblemCode;

/// So many hashes at once: each takes 19 MiB and a core for some tens of milliseconds, and calls share the machine.
const AT_ONCE: usize = 2;

/// So many may wait for their turn; beyond that the answer is "busy", not a longer queue.
const MAY_WAIT: usize = 64;

static TURNS: Semaphore = Semaphore::const_new(AT_ONCE);
static PLACES: Semaphore = Semaphore::const_new(AT_ONCE + MAY_WAIT);

/// The hash of no password: what an unknown user's attempt is compared with, so that it takes as long.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash("nobody").unwrap_or_default());

/// Why a password could not be hashed.
#[derive(Debug, thiserror::Error)]
#[error("the password could not be hashed: {0}")]
pub struct HashError(String);

/// Hashes a password to its PHC string. Takes tens of milliseconds: never on a thread that serves.
///
/// # Errors
/// [`HashError`] if the system gives no randomness or the password is longer than Argon2 takes.
pub fn hash(password: &str) -> Result<String, HashError> {
    let hash: PasswordHash =
        Argon2::default().hash_password(password.as_bytes()).map_err(|error| HashError(error.to_string()))?;
    Ok(hash.to_string())
}

/// Whether a password is the one of this hash. Without a hash the answer is no, after the same time.
///
/// # Errors
/// [`ProblemCode::Busy`] if too many wait already.
pub async fn verify(password: String, expected: Option<String>) -> Result<bool, Problem> {
    let busy = || Problem::new(ProblemCode::Busy).because("too many passwords wait to be checked");
    let _place = PLACES.try_acquire().map_err(|_| busy())?;
    let _turn = TURNS.acquire().await.map_err(Problem::internal)?;
    let check = move || {
        let is_known = expected.is_some();
        let text = expected.unwrap_or_else(|| NOBODY.clone());
        let matches = PasswordHash::new(&text)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
        is_known && matches
    };
    web::block(check).await.map_err(Problem::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn only_the_right_password_of_a_known_user_is_right() {
        let hashed = hash("otwórz się").unwrap();

        assert!(hashed.starts_with("$argon2id$"));
        assert!(verify("otwórz się".to_owned(), Some(hashed.clone())).await.unwrap());
        assert!(!verify("otworz sie".to_owned(), Some(hashed)).await.unwrap());
        assert!(!verify("nobody".to_owned(), None).await.unwrap());
        assert!(!verify("x".to_owned(), Some("no hash".to_owned())).await.unwrap());
    }
}
