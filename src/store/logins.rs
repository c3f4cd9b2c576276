//! Where members of staff are signed in, by hashed token.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::ids::{ClerkId, LoginId, OfficeId};
use crate::store::connection::Db;
use crate::store::error::StoreError;
use crate::store::schema::{logins, staff};
use crate::store::scope::OfficeScope;
use crate::store::token::TokenHash;
use crate::store::values::{id, instant, micros, one_changed};

type Row = (String, String, String, String, i64, i64, i64);

/// One browser in which a member of staff is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// Which.
    pub id: LoginId,
    /// Of which office.
    pub office: OfficeId,
    /// Who.
    pub clerk: ClerkId,
    /// When they signed in.
    pub created_at: Timestamp,
    /// When they were last there; moved by [`touch`].
    pub last_seen_at: Timestamp,
    /// When it ends, whatever they do.
    pub expires_at: Timestamp,
}

/// Keeps a new login.
///
/// # Errors
/// [`StoreError::WrongOffice`]; [`StoreError::Conflict`] for a token that was used before.
pub fn create(db: &mut Db, scope: OfficeScope, login: &Login, token: &TokenHash) -> Result<(), StoreError> {
    scope.admit(login.office)?;
    diesel::insert_into(logins::table)
        .values((
            logins::id.eq(login.id.to_text()),
            logins::office_id.eq(scope.text()),
            logins::clerk_id.eq(login.clerk.to_text()),
            logins::token_hash.eq(token.text()),
            logins::created_at.eq(micros(login.created_at)),
            logins::last_seen_at.eq(micros(login.last_seen_at)),
            logins::expires_at.eq(micros(login.expires_at)),
        ))
        .execute(db)?;
    Ok(())
}

/// The login of a token, unless it has expired or its owner may no longer sign in; of whichever office: this is how
/// the office is found.
///
/// # Errors
/// [`StoreError::Query`], [`StoreError::Corrupt`].
pub fn by_token(db: &mut Db, token: &TokenHash, now: Timestamp) -> Result<Option<Login>, StoreError> {
    let row = logins::table
        .inner_join(staff::table.on(staff::id.eq(logins::clerk_id)))
        .filter(logins::token_hash.eq(token.text()))
        .filter(logins::expires_at.gt(micros(now)))
        .filter(staff::active.eq(true))
        .select(logins::all_columns)
        .first::<Row>(db)
        .optional()?;
    row.map(login_of).transpose()
}

/// Notes that the owner was there.
///
/// # Errors
/// [`StoreError::NotFound`] if the office has no such login.
pub fn touch(db: &mut Db, scope: OfficeScope, login: LoginId, now: Timestamp) -> Result<(), StoreError> {
    let rows =
        diesel::update(logins::table.filter(logins::office_id.eq(scope.text())).filter(logins::id.eq(login.to_text())))
            .set(logins::last_seen_at.eq(micros(now)))
            .execute(db)?;
    one_changed(rows)
}

/// Signs out. A login that is gone already is as good.
///
/// # Errors
/// [`StoreError::Query`].
pub fn end(db: &mut Db, scope: OfficeScope, login: LoginId) -> Result<(), StoreError> {
    diesel::delete(logins::table.filter(logins::office_id.eq(scope.text())).filter(logins::id.eq(login.to_text())))
        .execute(db)?;
    Ok(())
}

/// Whether the owner of a login is signed in by another one as well, and was there since an instant.
///
/// # Errors
/// [`StoreError::Query`].
pub fn has_others(
    db: &mut Db,
    scope: OfficeScope,
    login: &Login,
    now: Timestamp,
    seen_since: Timestamp,
) -> Result<bool, StoreError> {
    let others = logins::table
        .filter(logins::office_id.eq(scope.text()))
        .filter(logins::clerk_id.eq(login.clerk.to_text()))
        .filter(logins::id.ne(login.id.to_text()))
        .filter(logins::expires_at.gt(micros(now)))
        .filter(logins::last_seen_at.ge(micros(seen_since)));
    Ok(diesel::select(diesel::dsl::exists(others)).get_result(db)?)
}

/// Signs a member of staff out everywhere; says from how many browsers.
///
/// # Errors
/// [`StoreError::Query`].
pub fn end_all_of(db: &mut Db, scope: OfficeScope, clerk: ClerkId) -> Result<usize, StoreError> {
    let of_clerk =
        logins::table.filter(logins::office_id.eq(scope.text())).filter(logins::clerk_id.eq(clerk.to_text()));
    Ok(diesel::delete(of_clerk).execute(db)?)
}

fn login_of((login, office, clerk, _, created_at, last_seen_at, expires_at): Row) -> Result<Login, StoreError> {
    Ok(Login {
        id: id(&login, "logins.id")?,
        office: id(&office, "logins.office_id")?,
        clerk: id(&clerk, "logins.clerk_id")?,
        created_at: instant(created_at, "logins.created_at")?,
        last_seen_at: instant(last_seen_at, "logins.last_seen_at")?,
        expires_at: instant(expires_at, "logins.expires_at")?,
    })
}
