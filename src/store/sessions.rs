//! Citizens' sessions, by hashed token. A session holds nothing about the person.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::ids::{OfficeId, SessionId, SiteId};
use crate::store::connection::Db;
use crate::store::error::StoreError;
use crate::store::schema::sessions;
use crate::store::scope::OfficeScope;
use crate::store::token::{DeviceMark, TokenHash};
use crate::store::values::{id, instant, micros, one_changed, present};

#[derive(Queryable)]
struct Row {
    id: String,
    office_id: String,
    site_id: String,
    _token_hash: String,
    language: String,
    notice_version: Option<String>,
    terms_version: Option<String>,
    created_at: i64,
    last_seen_at: i64,
    expires_at: i64,
    _handover_hash: Option<String>,
    _handover_until: Option<i64>,
    _second_token_hash: Option<String>,
    _device_mark: Option<String>,
}

/// One browser that began at a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Which.
    pub id: SessionId,
    /// Of which office.
    pub office: OfficeId,
    /// At which site it began.
    pub site: SiteId,
    /// The language of its pages.
    pub language: String,
    /// The version of the data notice that was shown, if its browser has said one.
    pub notice_version: Option<String>,
    /// The version of the terms that were shown.
    pub terms_version: Option<String>,
    /// When it began.
    pub created_at: Timestamp,
    /// When the browser was last there.
    pub last_seen_at: Timestamp,
    /// When it ends if the browser stays away; moved by [`touch`].
    pub expires_at: Timestamp,
}

/// Keeps a new session.
///
/// # Errors
/// [`StoreError::WrongOffice`]; [`StoreError::Conflict`] for a token that was used before.
pub fn create(db: &mut Db, scope: OfficeScope, session: &Session, token: &TokenHash) -> Result<(), StoreError> {
    scope.admit(session.office)?;
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(session.id.to_text()),
            sessions::office_id.eq(scope.text()),
            sessions::site_id.eq(session.site.to_text()),
            sessions::token_hash.eq(token.text()),
            sessions::language.eq(&session.language),
            sessions::notice_version.eq(&session.notice_version),
            sessions::terms_version.eq(&session.terms_version),
            sessions::created_at.eq(micros(session.created_at)),
            sessions::last_seen_at.eq(micros(session.last_seen_at)),
            sessions::expires_at.eq(micros(session.expires_at)),
        ))
        .execute(db)?;
    Ok(())
}

/// The session of a token, unless it has expired; of whichever office: this is how the office is found.
///
/// # Errors
/// [`StoreError::Query`], [`StoreError::Corrupt`].
pub fn by_token(db: &mut Db, token: &TokenHash, now: Timestamp) -> Result<Option<Session>, StoreError> {
    let is_either = sessions::token_hash.nullable().eq(token.text()).or(sessions::second_token_hash.eq(token.text()));
    let row =
        sessions::table.filter(is_either).filter(sessions::expires_at.gt(micros(now))).first::<Row>(db).optional()?;
    row.map(session_of).transpose()
}

/// A session, expired or not.
///
/// # Errors
/// [`StoreError::NotFound`] if the office has no such session.
pub fn get(db: &mut Db, scope: OfficeScope, session: SessionId) -> Result<Session, StoreError> {
    let row = sessions::table
        .filter(sessions::office_id.eq(scope.text()))
        .filter(sessions::id.eq(session.to_text()))
        .first::<Row>(db)?;
    session_of(row)
}

/// Notes that the browser was there, and until when the session lives on.
///
/// # Errors
/// [`StoreError::NotFound`] if the office has no such session.
pub fn touch(
    db: &mut Db,
    scope: OfficeScope,
    session: SessionId,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    let of_office = sessions::table.filter(sessions::office_id.eq(scope.text()));
    let rows = diesel::update(of_office.filter(sessions::id.eq(session.to_text())))
        .set((sessions::last_seen_at.eq(micros(now)), sessions::expires_at.eq(micros(expires_at))))
        .execute(db)?;
    one_changed(rows)
}

/// Notes which version of the data notice was shown.
///
/// # Errors
/// [`StoreError::NotFound`] if the office has no such session.
pub fn set_notice_shown(
    db: &mut Db,
    scope: OfficeScope,
    session: SessionId,
    notice_version: &str,
) -> Result<(), StoreError> {
    let of_office = sessions::table.filter(sessions::office_id.eq(scope.text()));
    let rows = diesel::update(of_office.filter(sessions::id.eq(session.to_text())))
        .set(sessions::notice_version.eq(notice_version))
        .execute(db)?;
    one_changed(rows)
}

/// Notes on which device the session is used.
///
/// # Errors
/// [`StoreError::NotFound`] if the office has no such session.
pub fn set_mark(db: &mut Db, scope: OfficeScope, session: SessionId, mark: DeviceMark) -> Result<(), StoreError> {
    let of_office = sessions::table.filter(sessions::office_id.eq(scope.text()));
    let rows = diesel::update(of_office.filter(sessions::id.eq(session.to_text())))
        .set(sessions::device_mark.eq(mark.text()))
        .execute(db)?;
    one_changed(rows)
}

/// On which device the session was used last to join the line or to take a call; `None` if it is not known.
///
/// # Errors
/// [`StoreError::NotFound`] if the office has no such session; [`StoreError::Corrupt`].
pub fn mark_of(db: &mut Db, scope: OfficeScope, session: SessionId) -> Result<Option<DeviceMark>, StoreError> {
    let of_office = sessions::table.filter(sessions::office_id.eq(scope.text()));
    let stored = of_office
        .filter(sessions::id.eq(session.to_text()))
        .select(sessions::device_mark)
        .first::<Option<String>>(db)?;
    stored.map(|stored| present(DeviceMark::from_text(&stored), "sessions.device_mark")).transpose()
}

/// Offers a session to another device: whoever brings the code until then has it too. An earlier code is worth nothing
/// from then on.
///
/// # Errors
/// [`StoreError::NotFound`] if the office has no such session; [`StoreError::Conflict`] for a code that was used before.
pub fn offer(
    db: &mut Db,
    scope: OfficeScope,
    session: SessionId,
    code: &TokenHash,
    until: Timestamp,
) -> Result<(), StoreError> {
    let of_office = sessions::table.filter(sessions::office_id.eq(scope.text()));
    let rows = diesel::update(of_office.filter(sessions::id.eq(session.to_text())))
        .set((sessions::handover_hash.eq(code.text()), sessions::handover_until.eq(micros(until))))
        .execute(db)?;
    one_changed(rows)
}

/// Changes a code for a token of the same session, once; of whichever office: this is how the office is found. A device
/// that the session was handed to before loses it. `None` for a code that is unknown, used or too old.
///
/// # Errors
/// [`StoreError::Query`], [`StoreError::Corrupt`]; [`StoreError::Conflict`] for a token that was used before.
pub fn hand_over(
    db: &mut Db,
    code: &TokenHash,
    token: &TokenHash,
    now: Timestamp,
) -> Result<Option<Session>, StoreError> {
    let row = sessions::table
        .filter(sessions::handover_hash.eq(code.text()))
        .filter(sessions::handover_until.gt(micros(now)))
        .filter(sessions::expires_at.gt(micros(now)))
        .first::<Row>(db)
        .optional()?;
    let Some(session) = row.map(session_of).transpose()? else { return Ok(None) };
    let rows = diesel::update(sessions::table.filter(sessions::id.eq(session.id.to_text())))
        .set((
            sessions::handover_hash.eq(None::<String>),
            sessions::handover_until.eq(None::<i64>),
            sessions::second_token_hash.eq(token.text()),
        ))
        .execute(db)?;
    one_changed(rows)?;
    Ok(Some(session))
}

/// Ends a session at once: its token is worth nothing from then on.
///
/// # Errors
/// [`StoreError::NotFound`] if the office has no such session.
pub fn expire(db: &mut Db, scope: OfficeScope, session: SessionId, now: Timestamp) -> Result<(), StoreError> {
    let of_office = sessions::table.filter(sessions::office_id.eq(scope.text()));
    let rows = diesel::update(of_office.filter(sessions::id.eq(session.to_text())))
        .set(sessions::expires_at.eq(micros(now)))
        .execute(db)?;
    one_changed(rows)
}

fn session_of(row: Row) -> Result<Session, StoreError> {
    Ok(Session {
        id: id(&row.id, "sessions.id")?,
        office: id(&row.office_id, "sessions.office_id")?,
        site: id(&row.site_id, "sessions.site_id")?,
        language: row.language,
        notice_version: row.notice_version,
        terms_version: row.terms_version,
        created_at: instant(row.created_at, "sessions.created_at")?,
        last_seen_at: instant(row.last_seen_at, "sessions.last_seen_at")?,
        expires_at: instant(row.expires_at, "sessions.expires_at")?,
    })
}
