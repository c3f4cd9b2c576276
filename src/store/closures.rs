//! The days on which an office keeps other hours by its own decision.

use diesel::prelude::*;
use jiff::civil::Date;

use crate::domain::office::{Closure, Stretch};
use crate::store::connection::Db;
use crate::store::error::StoreError;
use crate::store::schema::closures::dsl;
use crate::store::scope::OfficeScope;
use crate::store::values::{local_text, local_text_json, number, one_changed};

type Row = (String, Option<i64>, Option<i64>, String);

/// Keeps a closure, in place of one of the same day.
///
/// # Errors
/// [`StoreError::Query`], also for a stretch that is none.
pub fn put(db: &mut Db, scope: OfficeScope, closure: &Closure) -> Result<(), StoreError> {
    let of_day = dsl::closures.filter(dsl::office_id.eq(scope.text())).filter(dsl::day.eq(closure.day.to_string()));
    diesel::delete(of_day).execute(db)?;
    diesel::insert_into(dsl::closures)
        .values((
            dsl::office_id.eq(scope.text()),
            dsl::day.eq(closure.day.to_string()),
            dsl::from_min.eq(closure.left.map(|left| i64::from(left.from))),
            dsl::to_min.eq(closure.left.map(|left| i64::from(left.to))),
            dsl::reason.eq(local_text_json(&closure.reason)),
        ))
        .execute(db)?;
    Ok(())
}

/// Takes a closure back: the day is as usual again.
///
/// # Errors
/// [`StoreError::NotFound`] if the office has none on that day.
pub fn remove(db: &mut Db, scope: OfficeScope, day: Date) -> Result<(), StoreError> {
    let of_day = dsl::closures.filter(dsl::office_id.eq(scope.text())).filter(dsl::day.eq(day.to_string()));
    one_changed(diesel::delete(of_day).execute(db)?)
}

/// The closures of an office, the earliest first.
///
/// # Errors
/// [`StoreError::Query`], [`StoreError::Corrupt`].
pub fn of_office(db: &mut Db, scope: OfficeScope) -> Result<Vec<Closure>, StoreError> {
    dsl::closures
        .filter(dsl::office_id.eq(scope.text()))
        .order(dsl::day)
        .select((dsl::day, dsl::from_min, dsl::to_min, dsl::reason))
        .load::<Row>(db)?
        .into_iter()
        .map(closure_of)
        .collect()
}

fn closure_of((day, from, to, reason): Row) -> Result<Closure, StoreError> {
    let left = match (from, to) {
        (Some(from), Some(to)) => {
            Some(Stretch { from: number(from, "closures.from_min")?, to: number(to, "closures.to_min")? })
        }
        _ => None,
    };
    Ok(Closure {
        day: day.parse().map_err(|_| StoreError::Corrupt { what: "closures.day" })?,
        left,
        reason: local_text(&reason, "closures.reason")?,
    })
}
