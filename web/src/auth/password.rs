//! Passwords: Argon2id with the parameters of the crate's defaults (19 MiB, two passes; OWASP's first choice).

use std::io;
use std::sync::LazyLock;
use std::time::Duration;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;

use crate::problem::Problem;
use okienko_actors::ProblemCode;

/// So many hashes at once: each takes 19 MiB and a core for some tens of milliseconds, and calls share the machine.
const AT_ONCE: usize = 2;

/// So many may wait for their turn; beyond that the answer is "busy", not a longer queue.
const MAY_WAIT: usize = 64;

static PLACES: Semaphore = Semaphore::const_new(AT_ONCE + MAY_WAIT);

/// The threads that hash, always the same ones. The allocator keeps the 19 MiB of a hash for the thread that had them:
/// among the threads for all that blocks, twelve clerks who signed in left 180 MB behind (glibc 2.36, measured 2026-11).
static HASHERS: LazyLock<io::Result<Runtime>> = LazyLock::new(|| {
    let for_ever = Duration::from_secs(100 * 365 * 24 * 3_600);
    Builder::new_current_thread()
        .max_blocking_threads(AT_ONCE)
        .thread_keep_alive(for_ever)
        .thread_name("password")
        .build()
});

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
    let check = move || {
        let is_known = expected.is_some();
        let text = expected.unwrap_or_else(|| NOBODY.clone());
        let matches = PasswordHash::new(&text)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
        is_known && matches
    };
    in_turn(&PLACES, check).await
}

/// Does it on a thread that hashes when its turn comes. It keeps its place until it is done, also where nobody waits for
/// the answer any more: whoever asks and goes away does not make the queue longer than it may be.
async fn in_turn<T: Send + 'static>(
    places: &'static Semaphore,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    let busy = |_| Problem::new(ProblemCode::Busy).because("too many passwords wait to be checked");
    let place = places.try_acquire().map_err(busy)?;
    let hashers = HASHERS.as_ref().map_err(Problem::internal)?;
    let work = move || {
        let _place = place;
        work()
    };
    hashers.spawn_blocking(work).await.map_err(Problem::internal)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::mpsc;

    use futures_util::FutureExt;
    use futures_util::future::join_all;

    use super::*;

    #[actix_web::test]
    async fn however_many_sign_in_the_same_threads_hash() {
        static ENOUGH: Semaphore = Semaphore::const_new(16);
        let mut threads = HashSet::new();
        for _ in 0..4 {
            let all = join_all((0..16).map(|_| in_turn(&ENOUGH, || std::thread::current().id()))).await;
            threads.extend(all.into_iter().map(Result::unwrap));
        }

        assert!(threads.len() <= AT_ONCE, "{threads:?}");
    }

    #[actix_web::test]
    async fn whoever_goes_away_before_the_answer_still_takes_a_place_until_it_is_done() {
        static ONE: Semaphore = Semaphore::const_new(1);
        let (go, waits) = mpsc::channel::<()>();
        assert!(in_turn(&ONE, move || waits.recv()).now_or_never().is_none());

        let refused = in_turn(&ONE, || ()).await.unwrap_err();
        assert_eq!(refused.code, ProblemCode::Busy.into());

        go.send(()).unwrap();
        drop(ONE.acquire().await.unwrap());
        in_turn(&ONE, || ()).await.unwrap();
    }

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
