//! What an office has chosen for documents. Documents themselves are never in the database.

use diesel::prelude::*;
use diesel::result::OptionalExtension;

use crate::store::connection::Db;
use crate::store::error::StoreError;
use crate::store::schema::document_rules::dsl;
use crate::store::scope::OfficeScope;
use crate::store::values::number;

/// For how many minutes after a call the office keeps its documents; None if it has not chosen.
///
/// # Errors
/// [`StoreError::Query`], [`StoreError::Corrupt`].
pub fn kept_min(db: &mut Db, scope: OfficeScope) -> Result<Option<u32>, StoreError> {
    let row = dsl::document_rules.filter(dsl::office_id.eq(scope.text())).select(dsl::kept_min);
    let found = row.first::<i64>(db).optional()?;
    found.map(|minutes| number(minutes, "document_rules.kept_min")).transpose()
}

/// Chooses how long the office keeps documents after a call, in minutes: 0 to 60.
///
/// # Errors
/// [`StoreError::Query`] for more than 60; [`StoreError::Conflict`] for an office that is not there.
pub fn set_kept_min(db: &mut Db, scope: OfficeScope, minutes: u32) -> Result<(), StoreError> {
    let minutes = i64::from(minutes);
    let rows = diesel::update(dsl::document_rules.filter(dsl::office_id.eq(scope.text())))
        .set(dsl::kept_min.eq(minutes))
        .execute(db)?;
    if rows == 0 {
        diesel::insert_into(dsl::document_rules)
            .values((dsl::office_id.eq(scope.text()), dsl::kept_min.eq(minutes)))
            .execute(db)?;
    }
    Ok(())
}
