//! The audit log: who changed which setting or record of an office, never changed itself.

use diesel::dsl::max;
use diesel::prelude::*;
use jiff::Timestamp;

use crate::ids::{ClerkId, OfficeId};
use crate::store::connection::Db;
use crate::store::error::StoreError;
use crate::store::schema::audit;
use crate::store::scope::OfficeScope;
use crate::store::values::{id, instant, maybe_id, micros};

type Row = (String, i64, i64, Option<String>, String, String, Option<String>, Option<String>);

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Of which office.
    pub office: OfficeId,
    /// When.
    pub at: Timestamp,
    /// Who; absent for the system itself.
    pub by: Option<ClerkId>,
    /// What was done, such as `site.look`.
    pub action: String,
    /// To what: an id, or how many of something.
    pub subject: String,
    /// What it was before, without personal data.
    pub before: Option<String>,
    /// What it is after, without personal data.
    pub after: Option<String>,
}

/// Appends an entry.
///
/// # Errors
/// [`StoreError::WrongOffice`].
pub fn append(db: &mut Db, scope: OfficeScope, entry: &AuditEntry) -> Result<(), StoreError> {
    scope.admit(entry.office)?;
    let of_office = audit::table.filter(audit::office_id.eq(scope.text()));
    let last = of_office.select(max(audit::seq)).first::<Option<i64>>(db)?;
    diesel::insert_into(audit::table)
        .values((
            audit::office_id.eq(scope.text()),
            audit::seq.eq(last.unwrap_or(0) + 1),
            audit::at.eq(micros(entry.at)),
            audit::by_clerk.eq(entry.by.map(ClerkId::to_text)),
            audit::action.eq(&entry.action),
            audit::subject.eq(&entry.subject),
            audit::before.eq(&entry.before),
            audit::after.eq(&entry.after),
        ))
        .execute(db)?;
    Ok(())
}

/// The newest entries of an office, `limit` at most.
///
/// # Errors
/// [`StoreError::Query`], [`StoreError::Corrupt`].
pub fn latest(db: &mut Db, scope: OfficeScope, limit: u32) -> Result<Vec<AuditEntry>, StoreError> {
    audit::table
        .filter(audit::office_id.eq(scope.text()))
        .order(audit::seq.desc())
        .limit(i64::from(limit))
        .load::<Row>(db)?
        .into_iter()
        .map(entry_of)
        .collect()
}

fn entry_of((office, _, at, by, action, subject, before, after): Row) -> Result<AuditEntry, StoreError> {
    Ok(AuditEntry {
        office: id(&office, "audit.office_id")?,
        at: instant(at, "audit.at")?,
        by: maybe_id(by.as_deref(), "audit.by_clerk")?,
        action,
        subject,
        before,
        after,
    })
}
