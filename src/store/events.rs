//! The event log: a row for each transition, appended in the transaction of the change itself, never changed.

use diesel::dsl::max;
use diesel::prelude::*;

use crate::domain::event::{Actor, Event, SubjectKind};
use crate::store::connection::Db;
use crate::store::error::StoreError;
use crate::store::schema::events;
use crate::store::scope::OfficeScope;
use crate::store::values::{id, instant, micros, number, present};

#[derive(Queryable, Insertable)]
#[diesel(table_name = events)]
struct Row {
    office_id: String,
    kind: String,
    subject: String,
    seq: i64,
    at: i64,
    from_state: String,
    to_state: String,
    by_kind: String,
    by_clerk: Option<String>,
    reason: String,
}

/// A row of the log as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// Rises by one within a subject, from 1.
    pub seq: u64,
    /// What happened.
    pub event: Event,
}

/// Appends an event, and says which it is of its subject.
///
/// # Errors
/// [`StoreError::WrongOffice`] if the event or its subject is another office's.
pub fn append(db: &mut Db, scope: OfficeScope, event: &Event) -> Result<u64, StoreError> {
    scope.admit(event.office)?;
    let of_subject =
        events::table.filter(events::kind.eq(event.kind.word())).filter(events::subject.eq(&event.subject));
    let last =
        of_subject.select((max(events::seq), max(events::office_id))).first::<(Option<i64>, Option<String>)>(db)?;
    // The primary key leaves out the office: a subject has one numbering, so it has one office.
    if last.1.is_some_and(|office| office != scope.text()) {
        return Err(StoreError::WrongOffice);
    }
    let seq = last.0.unwrap_or(0) + 1;
    let by_clerk = match event.by {
        Actor::Clerk(clerk) => Some(clerk.to_text()),
        Actor::Citizen | Actor::System => None,
    };
    diesel::insert_into(events::table)
        .values(Row {
            office_id: scope.text(),
            kind: event.kind.word().to_owned(),
            subject: event.subject.clone(),
            seq,
            at: micros(event.at),
            from_state: event.from.clone(),
            to_state: event.to.clone(),
            by_kind: event.by.word().to_owned(),
            by_clerk,
            reason: event.reason.clone(),
        })
        .execute(db)?;
    number(seq, "events.seq")
}

/// What happened to a subject, the oldest first.
///
/// # Errors
/// [`StoreError::Query`], [`StoreError::Corrupt`].
pub fn of_subject(
    db: &mut Db,
    scope: OfficeScope,
    kind: SubjectKind,
    subject: &str,
) -> Result<Vec<Logged>, StoreError> {
    events::table
        .filter(events::office_id.eq(scope.text()))
        .filter(events::kind.eq(kind.word()))
        .filter(events::subject.eq(subject))
        .order(events::seq)
        .load::<Row>(db)?
        .into_iter()
        .map(logged_of)
        .collect()
}

/// What happened to all subjects of a kind in an office, in the order in which it was decided.
///
/// # Errors
/// [`StoreError::Query`], [`StoreError::Corrupt`].
pub fn of_kind(db: &mut Db, scope: OfficeScope, kind: SubjectKind) -> Result<Vec<Logged>, StoreError> {
    events::table
        .filter(events::office_id.eq(scope.text()))
        .filter(events::kind.eq(kind.word()))
        .order((events::at, events::subject, events::seq))
        .load::<Row>(db)?
        .into_iter()
        .map(logged_of)
        .collect()
}

/// The last of these reasons that something of this kind happened for in the office.
///
/// # Errors
/// [`StoreError::Query`].
pub fn last_reason(
    db: &mut Db,
    scope: OfficeScope,
    kind: SubjectKind,
    reasons: &[&str],
) -> Result<Option<String>, StoreError> {
    let last = events::table
        .filter(events::office_id.eq(scope.text()))
        .filter(events::kind.eq(kind.word()))
        .filter(events::reason.eq_any(reasons))
        .order((events::at.desc(), events::subject.desc()))
        .select(events::reason)
        .first::<String>(db)
        .optional()?;
    Ok(last)
}

fn logged_of(row: Row) -> Result<Logged, StoreError> {
    let by = match row.by_kind.as_str() {
        "citizen" => Actor::Citizen,
        "system" => Actor::System,
        _ => Actor::Clerk(id(&present(row.by_clerk, "events.by_clerk")?, "events.by_clerk")?),
    };
    Ok(Logged {
        seq: number(row.seq, "events.seq")?,
        event: Event {
            office: id(&row.office_id, "events.office_id")?,
            kind: present(SubjectKind::from_word(&row.kind), "events.kind")?,
            subject: row.subject,
            at: instant(row.at, "events.at")?,
            from: row.from_state,
            to: row.to_state,
            by,
            reason: row.reason,
        },
    })
}
