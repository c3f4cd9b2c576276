//! The matters of an office and when each of them is served.

use diesel::prelude::*;

use crate::domain::office::{Matter, OpeningHours};
use crate::ids::MatterId;
use crate::store::connection::Db;
use crate::store::error::StoreError;
use crate::store::schema::{matter_hours, matters};
use crate::store::scope::OfficeScope;
use crate::store::values::{id, local_text, local_text_json, number, one_changed, present};

#[derive(Queryable)]
struct Row {
    id: String,
    office_id: String,
    letter: String,
    name: String,
    summary: String,
    prepare: String,
    typical_s: i64,
    rank: i64,
    is_general: i64,
}

type HoursRow = (String, i64, i64, i64);

/// Adds a matter with its hours.
///
/// # Errors
/// [`StoreError::WrongOffice`]; [`StoreError::Conflict`] if the office uses its letter already or has a general matter.
pub fn create(db: &mut Db, scope: OfficeScope, matter: &Matter) -> Result<(), StoreError> {
    scope.admit(matter.office)?;
    diesel::insert_into(matters::table)
        .values((
            matters::id.eq(matter.id.to_text()),
            matters::office_id.eq(scope.text()),
            matters::letter.eq(matter.letter.to_string()),
            matters::name.eq(local_text_json(&matter.name)),
            matters::summary.eq(local_text_json(&matter.summary)),
            matters::prepare.eq(local_text_json(&matter.prepare)),
            matters::typical_s.eq(i64::from(matter.typical_s)),
            matters::rank.eq(i64::from(matter.rank)),
            matters::is_general.eq(i64::from(matter.is_general)),
        ))
        .execute(db)?;
    insert_hours(db, scope, matter.id, &matter.hours)
}

/// The matters of an office in the order of its lists, with their hours in the order of the week.
///
/// # Errors
/// [`StoreError::Query`], [`StoreError::Corrupt`].
pub fn of_office(db: &mut Db, scope: OfficeScope) -> Result<Vec<Matter>, StoreError> {
    let rows = matters::table
        .filter(matters::office_id.eq(scope.text()))
        .order((matters::rank, matters::letter))
        .load::<Row>(db)?;
    let hours = matter_hours::table
        .filter(matter_hours::office_id.eq(scope.text()))
        .order((matter_hours::matter_id, matter_hours::weekday, matter_hours::from_min))
        .select((matter_hours::matter_id, matter_hours::weekday, matter_hours::from_min, matter_hours::to_min))
        .load::<HoursRow>(db)?;
    rows.into_iter().map(|row| matter_of(row, &hours)).collect()
}

/// Replaces the hours of a matter.
///
/// # Errors
/// [`StoreError::NotFound`] if the office has no such matter.
pub fn set_hours(db: &mut Db, scope: OfficeScope, matter: MatterId, hours: &[OpeningHours]) -> Result<(), StoreError> {
    let found = matters::table
        .filter(matters::office_id.eq(scope.text()))
        .filter(matters::id.eq(matter.to_text()))
        .count()
        .get_result::<i64>(db)?;
    one_changed(usize::try_from(found).unwrap_or(0))?;
    diesel::delete(
        matter_hours::table
            .filter(matter_hours::office_id.eq(scope.text()))
            .filter(matter_hours::matter_id.eq(matter.to_text())),
    )
    .execute(db)?;
    insert_hours(db, scope, matter, hours)
}

fn insert_hours(db: &mut Db, scope: OfficeScope, matter: MatterId, hours: &[OpeningHours]) -> Result<(), StoreError> {
    for open in hours {
        diesel::insert_into(matter_hours::table)
            .values((
                matter_hours::office_id.eq(scope.text()),
                matter_hours::matter_id.eq(matter.to_text()),
                matter_hours::weekday.eq(i64::from(open.weekday)),
                matter_hours::from_min.eq(i64::from(open.from)),
                matter_hours::to_min.eq(i64::from(open.to)),
            ))
            .execute(db)?;
    }
    Ok(())
}

fn matter_of(row: Row, hours: &[HoursRow]) -> Result<Matter, StoreError> {
    let mut open = Vec::new();
    for (_, weekday, from, to) in hours.iter().filter(|(matter, ..)| *matter == row.id) {
        open.push(OpeningHours {
            weekday: number(*weekday, "matter_hours.weekday")?,
            from: number(*from, "matter_hours.from_min")?,
            to: number(*to, "matter_hours.to_min")?,
        });
    }
    Ok(Matter {
        id: id(&row.id, "matters.id")?,
        office: id(&row.office_id, "matters.office_id")?,
        letter: present(row.letter.chars().next(), "matters.letter")?,
        name: local_text(&row.name, "matters.name")?,
        summary: local_text(&row.summary, "matters.summary")?,
        prepare: local_text(&row.prepare, "matters.prepare")?,
        typical_s: number(row.typical_s, "matters.typical_s")?,
        hours: open,
        rank: number(row.rank, "matters.rank")?,
        is_general: row.is_general != 0,
    })
}
