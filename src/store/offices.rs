//! The offices: the tenants that everything else belongs to.

use diesel::prelude::*;

use crate::domain::office::Office;
use crate::store::connection::Db;
use crate::store::error::StoreError;
use crate::store::schema::offices::dsl;
use crate::store::scope::OfficeScope;
use crate::store::values::{id, local_text, local_text_json, number};

type Row = (String, String, String, String, i64);

/// Adds an office.
///
/// # Errors
/// [`StoreError::Conflict`] if it is there already.
pub fn create(db: &mut Db, office: &Office) -> Result<(), StoreError> {
    diesel::insert_into(dsl::offices)
        .values((
            dsl::id.eq(office.id.to_text()),
            dsl::name.eq(local_text_json(&office.name)),
            dsl::phone.eq(&office.phone),
            dsl::time_zone.eq(&office.time_zone),
            dsl::max_waiting.eq(i64::from(office.max_waiting)),
        ))
        .execute(db)?;
    Ok(())
}

/// All offices, for the start of the program; the oldest first.
///
/// # Errors
/// [`StoreError::Query`], [`StoreError::Corrupt`].
pub fn all(db: &mut Db) -> Result<Vec<Office>, StoreError> {
    dsl::offices.order(dsl::id).load::<Row>(db)?.into_iter().map(office_of).collect()
}

/// The office of the scope.
///
/// # Errors
/// [`StoreError::NotFound`] if there is none.
pub fn get(db: &mut Db, scope: OfficeScope) -> Result<Office, StoreError> {
    office_of(dsl::offices.filter(dsl::id.eq(scope.text())).first::<Row>(db)?)
}

/// Changes the office of the scope.
///
/// # Errors
/// [`StoreError::WrongOffice`], [`StoreError::NotFound`].
pub fn change(db: &mut Db, scope: OfficeScope, office: &Office) -> Result<(), StoreError> {
    scope.admit(office.id)?;
    let rows = diesel::update(dsl::offices.filter(dsl::id.eq(scope.text())))
        .set((
            dsl::name.eq(local_text_json(&office.name)),
            dsl::phone.eq(&office.phone),
            dsl::time_zone.eq(&office.time_zone),
            dsl::max_waiting.eq(i64::from(office.max_waiting)),
        ))
        .execute(db)?;
    crate::store::values::one_changed(rows)
}

fn office_of((id_text, name, phone, time_zone, max_waiting): Row) -> Result<Office, StoreError> {
    Ok(Office {
        id: id(&id_text, "offices.id")?,
        name: local_text(&name, "offices.name")?,
        phone,
        time_zone,
        max_waiting: number(max_waiting, "offices.max_waiting")?,
    })
}
