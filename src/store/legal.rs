//! Legal texts of a site: every version stays as it was published.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::notice::Published;
use crate::domain::office::{LegalKind, LegalText};
use crate::ids::SiteId;
use crate::store::connection::Db;
use crate::store::error::StoreError;
use crate::store::schema::legal_texts;
use crate::store::scope::OfficeScope;
use crate::store::values::{id, instant, micros, present};

type Row = (String, String, String, String, String, String, String, i64);

/// Publishes a new version of a text, in force from its `published_at` on.
///
/// # Errors
/// [`StoreError::Conflict`] if this version is published already; [`StoreError::Query`] for a site that the office
/// has not.
pub fn publish(db: &mut Db, scope: OfficeScope, text: &LegalText) -> Result<(), StoreError> {
    diesel::insert_into(legal_texts::table)
        .values((
            legal_texts::id.eq(text.id.to_text()),
            legal_texts::office_id.eq(scope.text()),
            legal_texts::site_id.eq(text.site.to_text()),
            legal_texts::kind.eq(text.kind.word()),
            legal_texts::language.eq(&text.language),
            legal_texts::version.eq(&text.version),
            legal_texts::body.eq(&text.body),
            legal_texts::published_at.eq(micros(text.published_at)),
        ))
        .execute(db)?;
    Ok(())
}

/// The text in force, if there is one in this language.
///
/// # Errors
/// [`StoreError::Query`], [`StoreError::Corrupt`].
pub fn current(
    db: &mut Db,
    scope: OfficeScope,
    site: SiteId,
    kind: LegalKind,
    language: &str,
    now: Timestamp,
) -> Result<Option<LegalText>, StoreError> {
    legal_texts::table
        .filter(legal_texts::office_id.eq(scope.text()))
        .filter(legal_texts::site_id.eq(site.to_text()))
        .filter(legal_texts::kind.eq(kind.word()))
        .filter(legal_texts::language.eq(language))
        .filter(legal_texts::published_at.le(micros(now)))
        .order((legal_texts::published_at.desc(), legal_texts::id.desc()))
        .first::<Row>(db)
        .optional()?
        .map(text_of)
        .transpose()
}

/// All texts of a site that are in force, one for each kind and language.
///
/// # Errors
/// [`StoreError::Query`], [`StoreError::Corrupt`].
pub fn all_current(
    db: &mut Db,
    scope: OfficeScope,
    site: SiteId,
    now: Timestamp,
) -> Result<Vec<LegalText>, StoreError> {
    let newest_first = legal_texts::table
        .filter(legal_texts::office_id.eq(scope.text()))
        .filter(legal_texts::site_id.eq(site.to_text()))
        .filter(legal_texts::published_at.le(micros(now)))
        .order((legal_texts::kind, legal_texts::language, legal_texts::published_at.desc(), legal_texts::id.desc()))
        .load::<Row>(db)?;
    let mut texts = newest_first.into_iter().map(text_of).collect::<Result<Vec<_>, _>>()?;
    texts.dedup_by(|later, kept| later.kind == kept.kind && later.language == kept.language);
    Ok(texts)
}

/// A certain version, in force or not: what somebody was shown once.
///
/// # Errors
/// [`StoreError::NotFound`] if the site of this office never had it.
pub fn version(
    db: &mut Db,
    scope: OfficeScope,
    site: SiteId,
    kind: LegalKind,
    language: &str,
    version: &str,
) -> Result<LegalText, StoreError> {
    let row = legal_texts::table
        .filter(legal_texts::office_id.eq(scope.text()))
        .filter(legal_texts::site_id.eq(site.to_text()))
        .filter(legal_texts::kind.eq(kind.word()))
        .filter(legal_texts::language.eq(language))
        .filter(legal_texts::version.eq(version))
        .first::<Row>(db)?;
    text_of(row)
}

/// All versions of a kind of text that a site has published, in every language.
///
/// # Errors
/// [`StoreError::Query`], [`StoreError::Corrupt`].
pub fn versions(db: &mut Db, scope: OfficeScope, site: SiteId, kind: LegalKind) -> Result<Vec<Published>, StoreError> {
    let rows = legal_texts::table
        .filter(legal_texts::office_id.eq(scope.text()))
        .filter(legal_texts::site_id.eq(site.to_text()))
        .filter(legal_texts::kind.eq(kind.word()))
        .order((legal_texts::published_at, legal_texts::id))
        .select((legal_texts::language, legal_texts::version, legal_texts::published_at))
        .load::<(String, String, i64)>(db)?;
    let published = |(language, version, at)| {
        Ok(Published { language, version, published_at: instant(at, "legal_texts.published_at")? })
    };
    rows.into_iter().map(published).collect()
}

fn text_of((text, _, site, kind, language, version, body, published_at): Row) -> Result<LegalText, StoreError> {
    Ok(LegalText {
        id: id(&text, "legal_texts.id")?,
        site: id(&site, "legal_texts.site_id")?,
        kind: present(LegalKind::from_word(&kind), "legal_texts.kind")?,
        language,
        version,
        body,
        published_at: instant(published_at, "legal_texts.published_at")?,
    })
}
