//! Who is asking: a citizen by the session's token, a member of staff by a login.

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use jiff::{SignedDuration, Timestamp};
use okienko::domain::office::{self, StaffRole};
use okienko::ids::SessionId;
use okienko::store::logins::{self, Login};
use okienko::store::sessions::{self, Session};
use okienko::store::{OfficeScope, StoreError, staff};
use okienko_actors::ProblemCode;

use crate::problem::{EdgeCode, Problem};
use crate::state::AppState;

pub mod cookie;
pub mod device;
pub mod password;
pub mod token;

/// A login without a sign of life for so long is over, in minutes (`PRIVACY.md`). The desk's socket keeps it alive.
pub const IDLE_MIN: i64 = 15;

/// A sign of life is written at most so often, in seconds: each is a write to the database.
const RENEWED_EVERY_S: i64 = 60;

/// A member of staff who is signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Where they signed in.
    pub login: Login,
    /// Who they are.
    pub clerk: office::Clerk,
    /// The login's token, from which the tokens of its forms are made.
    token: String,
}

impl SignedIn {
    /// The login's token, for checking what its forms carry.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// What a form of this login carries, so that no other page can send it.
    #[must_use]
    pub fn form_token(&self) -> String {
        form_token(&self.token)
    }
}

/// The token of a form, made from that of a cookie; the cookie cannot be learnt from it.
#[must_use]
pub fn form_token(cookie: &str) -> String {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    hash.update(b"okienko form\0");
    hash.update(cookie.as_bytes());
    token::hex(hash.finalize().as_slice())
}

/// Whether a form carries the token that belongs to a cookie; takes the same time whatever is wrong.
#[must_use]
pub fn is_form_of(form: &str, cookie: &str) -> bool {
    use subtle::ConstantTimeEq;
    !cookie.is_empty() && form.as_bytes().ct_eq(form_token(cookie).as_bytes()).into()
}

/// The tokens in a citizen's cookies, if the browser kept any: a partitioned one and one from before may be there.
#[must_use]
pub fn citizen_cookies(request: &HttpRequest) -> Vec<String> {
    cookie::values(request, cookie::SESSION).map(str::to_owned).collect()
}

/// The session of the first of these tokens that is still good, with that token; `None` if none is.
///
/// # Errors
/// [`ProblemCode::Busy`] or [`ProblemCode::StoreUnavailable`] if it could not be known.
pub async fn citizen_session<'a>(
    state: &AppState,
    tokens: &'a [String],
) -> Result<Option<(SessionId, &'a str)>, ProblemCode> {
    for token in tokens {
        match session_of(state, token).await {
            Ok(Some(session)) => return Ok(Some((session.id, token))),
            Ok(None) => {}
            Err(StoreError::Busy) => return Err(ProblemCode::Busy),
            Err(error) => {
                tracing::error!(%error, "a session could not be looked up");
                return Err(ProblemCode::StoreUnavailable);
            }
        }
    }
    Ok(None)
}

/// The whole session of a token.
///
/// # Errors
/// Those of the store.
pub async fn session_of(state: &AppState, token: &str) -> Result<Option<Session>, StoreError> {
    let Some(hash) = token::hash_of(token) else { return Ok(None) };
    let now = state.world.now();
    state.read(move |db| sessions::by_token(db, &hash, now)).await
}

/// A citizen who brought the cookie of a session.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// Their session.
    pub session: Session,
    token: String,
}

impl Visitor {
    /// The session's token, which the cookie brought.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The cookie anew, to live as long as the session does by now: the session is kept by its socket for as long as the
    /// browser is there, but a cookie can be given in an answer only, and must not run out in the middle of a visit.
    #[must_use]
    pub fn cookie(&self, now: Timestamp) -> String {
        cookie::session(&self.token, self.session.expires_at.duration_since(now))
    }
}

/// Who brings the cookie of a session with a request; cookies of sessions that are over are passed over.
///
/// # Errors
/// Those of the store.
pub async fn visitor(state: &AppState, request: &HttpRequest) -> Result<Option<Visitor>, StoreError> {
    for token in citizen_cookies(request) {
        if let Some(session) = session_of(state, &token).await? {
            return Ok(Some(Visitor { session, token }));
        }
    }
    Ok(None)
}

/// The session of a request's cookie.
///
/// # Errors
/// Those of the store.
pub async fn session_by_cookie(state: &AppState, request: &HttpRequest) -> Result<Option<Session>, StoreError> {
    Ok(visitor(state, request).await?.map(|visitor| visitor.session))
}

/// The session of whoever calls: by the token that the page itself holds, else by the cookie.
///
/// # Errors
/// `session-unknown` if there is none; those of the store.
pub async fn caller(state: &AppState, request: &HttpRequest) -> Result<Session, Problem> {
    find_caller(state, request).await?.ok_or_else(|| ProblemCode::SessionUnknown.into())
}

/// As [`caller`], where it may be nobody.
///
/// # Errors
/// Those of the store.
pub async fn find_caller(state: &AppState, request: &HttpRequest) -> Result<Option<Session>, StoreError> {
    let token =
        request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    // The page's own token is newer than a cookie of an earlier visit, as for the socket.
    if let Some(token) = token
        && let Some(session) = session_of(state, token).await?
    {
        return Ok(Some(session));
    }
    session_by_cookie(state, request).await
}

/// Who is signed in, if anybody is. A failing store counts as nobody: the answer is the way to sign in.
pub async fn signed_in(state: &AppState, request: &HttpRequest) -> Option<SignedIn> {
    match find_login(state, request).await {
        Ok(found) => found,
        Err(error) => {
            tracing::error!(%error, "a login could not be looked up");
            None
        }
    }
}

async fn find_login(state: &AppState, request: &HttpRequest) -> Result<Option<SignedIn>, StoreError> {
    let tokens: Vec<String> = cookie::values(request, cookie::STAFF).map(str::to_owned).collect();
    for token in tokens {
        let Some(hash) = token::hash_of(&token) else { continue };
        let now = state.world.now();
        let found = state
            .read(move |db| {
                let Some(login) = logins::by_token(db, &hash, now)? else { return Ok(None) };
                let is_idle = now.duration_since(login.last_seen_at) > SignedDuration::from_mins(IDLE_MIN);
                if is_idle {
                    return Ok(None);
                }
                match staff::get(db, OfficeScope::of(login.office), login.clerk) {
                    Ok(clerk) => Ok(Some((login, clerk))),
                    // Taken off the staff meanwhile: nobody is signed in.
                    Err(StoreError::NotFound) => Ok(None),
                    Err(error) => Err(error),
                }
            })
            .await?;
        if let Some((login, clerk)) = found {
            return Ok(Some(SignedIn { login, clerk, token }));
        }
    }
    Ok(None)
}

/// Notes that a member of staff is there, so that the login does not run out while they work: once in a while, however
/// often it is called. Pages call it, and each socket of a desk as it opens, so that a clerk whose connection breaks again
/// and again stays signed in. Nobody waits for it.
pub fn note_there(state: &AppState, signed_in: &SignedIn) {
    let silent_s = state.world.now().duration_since(signed_in.login.last_seen_at).as_secs();
    if silent_s >= RENEWED_EVERY_S {
        renew(state, signed_in);
    }
}

fn renew(state: &AppState, signed_in: &SignedIn) {
    let (now, login) = (state.world.now(), signed_in.login.id);
    let scope = OfficeScope::of(signed_in.login.office);
    let job = move |db: &mut okienko::store::Db| match logins::touch(db, scope, login, now) {
        // Signed out in another tab meanwhile.
        Err(StoreError::NotFound) => Ok(()),
        other => other,
    };
    state.store.write(job, |done| {
        if let Err(error) = done {
            tracing::warn!(%error, "a login could not be kept alive");
        }
    });
}

/// Whether a login still holds, and notes that somebody is there. A failing store signs nobody out.
pub async fn still_signed_in(state: &AppState, signed_in: &SignedIn) -> bool {
    let Some(hash) = token::hash_of(signed_in.token()) else { return false };
    let (now, login) = (state.world.now(), signed_in.login.id);
    let scope = OfficeScope::of(signed_in.login.office);
    let holds = state
        .write(move |db| match logins::touch(db, scope, login, now) {
            Err(StoreError::NotFound) => Ok(false),
            Err(error) => Err(error),
            Ok(()) => Ok(logins::by_token(db, &hash, now)?.is_some()),
        })
        .await;
    holds.unwrap_or_else(|error| {
        tracing::warn!(%error, "a login could not be kept alive");
        true
    })
}

/// Tells the desk that a login is over. A desk that the same clerk holds by another login goes on.
pub async fn tell_signed_out(state: &AppState, login: &Login) {
    let (over, scope, now) = (login.clone(), OfficeScope::of(login.office), state.world.now());
    let seen_since = now.saturating_sub(SignedDuration::from_mins(IDLE_MIN)).unwrap_or(now);
    let others = state.read(move |db| logins::has_others(db, scope, &over, now, seen_since)).await;
    let is_last = others.map(|others| !others).unwrap_or_else(|error| {
        tracing::warn!(%error, "other logins could not be looked up");
        false
    });
    state.switchboard.staff_signed_out(login.clerk, login.id, is_last).await;
}

/// Extracts whoever is signed in. Managers and administrators may serve as well.
///
/// Without a login it fails with `login-required`, which a page turns into the way to sign in.
#[derive(Debug, Clone)]
pub struct Clerk(pub SignedIn);

impl FromRequest for Clerk {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let state = request.app_data::<Data<AppState>>().ok_or_else(|| Problem::internal("no state"))?;
            let found = find_login(state, &request).await?.ok_or(ProblemCode::LoginRequired)?;
            note_there(state, &found);
            Ok(Self(found))
        })
    }
}

/// Extracts a manager or administrator.
#[derive(Debug, Clone)]
pub struct Manager(pub SignedIn);

impl FromRequest for Manager {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let clerk = Clerk::from_request(request, payload);
        Box::pin(async move {
            let Clerk(signed_in) = clerk.await?;
            match signed_in.clerk.role {
                StaffRole::Manager | StaffRole::Administrator => Ok(Self(signed_in)),
                StaffRole::Clerk => Err(EdgeCode::RoleMissing.into()),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_belongs_to_one_cookie() {
        let form = form_token("cookie");

        assert!(is_form_of(&form, "cookie"));
        assert!(!is_form_of(&form, "other"));
        assert!(!is_form_of("", "cookie"));
        assert!(!is_form_of(&form_token(""), ""));
    }
}
