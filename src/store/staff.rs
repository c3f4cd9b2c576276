//! The members of staff: who they are, what they may do and what they can do.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::domain::office::{Clerk, Skills, StaffRole};
use crate::ids::ClerkId;
use crate::store::connection::Db;
use crate::store::error::StoreError;
use crate::store::schema::{staff, staff_languages, staff_matters};
use crate::store::scope::OfficeScope;
use crate::store::values::{can_be_stored, id, one_changed, present};

#[derive(Queryable, Insertable)]
#[diesel(table_name = staff)]
struct Row {
    id: String,
    office_id: String,
    email: String,
    password_hash: String,
    given_name: String,
    family_name: String,
    desk: Option<String>,
    role: String,
    sign: bool,
    active: bool,
}

/// A member of staff together with what proves their password.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Who.
    pub clerk: Clerk,
    /// The Argon2 hash in PHC form.
    pub password_hash: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("clerk", &self.clerk.id).finish_non_exhaustive()
    }
}

/// Adds a member of staff, able to sign in.
///
/// # Errors
/// [`StoreError::WrongOffice`]; [`StoreError::Conflict`] if the e-mail address is taken, in whichever office.
pub fn create(db: &mut Db, scope: OfficeScope, clerk: &Clerk, password_hash: &str) -> Result<(), StoreError> {
    scope.admit(clerk.office)?;
    diesel::insert_into(staff::table)
        .values(Row {
            id: clerk.id.to_text(),
            office_id: scope.text(),
            email: login_of(&clerk.email),
            password_hash: password_hash.to_owned(),
            given_name: clerk.given_name.clone(),
            family_name: clerk.family_name.clone(),
            desk: clerk.desk.clone(),
            role: clerk.role.word().to_owned(),
            sign: clerk.skills.sign,
            active: true,
        })
        .execute(db)?;
    insert_skills(db, scope, clerk.id, &clerk.skills)
}

/// Whoever signs in with this address and may do so, of whichever office: this is how the office is found.
///
/// # Errors
/// [`StoreError::Query`], [`StoreError::Corrupt`].
pub fn by_email(db: &mut Db, email: &str) -> Result<Option<Credentials>, StoreError> {
    if !can_be_stored(email) {
        return Ok(None);
    }
    let row = staff::table
        .filter(staff::email.eq(login_of(email)))
        .filter(staff::active.eq(true))
        .first::<Row>(db)
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    let scope = OfficeScope::of(id(&row.office_id, "staff.office_id")?);
    let password_hash = row.password_hash.clone();
    let mut skills = skills_of(db, scope)?;
    Ok(Some(Credentials { clerk: clerk_of(row, &mut skills)?, password_hash }))
}

/// An active member of staff.
///
/// # Errors
/// [`StoreError::NotFound`] if the office has no such member of staff, or no longer.
pub fn get(db: &mut Db, scope: OfficeScope, clerk: ClerkId) -> Result<Clerk, StoreError> {
    let row = staff::table
        .filter(staff::office_id.eq(scope.text()))
        .filter(staff::id.eq(clerk.to_text()))
        .filter(staff::active.eq(true))
        .first::<Row>(db)?;
    let mut skills = skills_of(db, scope)?;
    clerk_of(row, &mut skills)
}

/// All active members of staff of an office, the oldest first.
///
/// # Errors
/// [`StoreError::Query`], [`StoreError::Corrupt`].
pub fn of_office(db: &mut Db, scope: OfficeScope) -> Result<Vec<Clerk>, StoreError> {
    let rows = staff::table
        .filter(staff::office_id.eq(scope.text()))
        .filter(staff::active.eq(true))
        .order(staff::id)
        .load::<Row>(db)?;
    let mut skills = skills_of(db, scope)?;
    rows.into_iter().map(|row| clerk_of(row, &mut skills)).collect()
}

/// Replaces what a member of staff can do.
///
/// # Errors
/// [`StoreError::NotFound`] if the office has no such member of staff; [`StoreError::Query`] for a matter it has not.
pub fn set_skills(db: &mut Db, scope: OfficeScope, clerk: ClerkId, skills: &Skills) -> Result<(), StoreError> {
    let rows =
        diesel::update(staff::table.filter(staff::office_id.eq(scope.text())).filter(staff::id.eq(clerk.to_text())))
            .set(staff::sign.eq(skills.sign))
            .execute(db)?;
    one_changed(rows)?;
    diesel::delete(
        staff_matters::table
            .filter(staff_matters::office_id.eq(scope.text()))
            .filter(staff_matters::clerk_id.eq(clerk.to_text())),
    )
    .execute(db)?;
    diesel::delete(
        staff_languages::table
            .filter(staff_languages::office_id.eq(scope.text()))
            .filter(staff_languages::clerk_id.eq(clerk.to_text())),
    )
    .execute(db)?;
    insert_skills(db, scope, clerk, skills)
}

/// Replaces the proof of a password.
///
/// # Errors
/// [`StoreError::NotFound`] if the office has no such member of staff.
pub fn set_password_hash(db: &mut Db, scope: OfficeScope, clerk: ClerkId, hash: &str) -> Result<(), StoreError> {
    let rows =
        diesel::update(staff::table.filter(staff::office_id.eq(scope.text())).filter(staff::id.eq(clerk.to_text())))
            .set(staff::password_hash.eq(hash))
            .execute(db)?;
    one_changed(rows)
}

/// Lets a member of staff sign in, or no longer; their records stay.
///
/// # Errors
/// [`StoreError::NotFound`] if the office has no such member of staff.
pub fn set_active(db: &mut Db, scope: OfficeScope, clerk: ClerkId, active: bool) -> Result<(), StoreError> {
    let rows =
        diesel::update(staff::table.filter(staff::office_id.eq(scope.text())).filter(staff::id.eq(clerk.to_text())))
            .set(staff::active.eq(active))
            .execute(db)?;
    one_changed(rows)
}

/// Addresses are the same whatever their case, as mail servers have it in practice.
fn login_of(email: &str) -> String {
    email.trim().to_lowercase()
}

fn insert_skills(db: &mut Db, scope: OfficeScope, clerk: ClerkId, skills: &Skills) -> Result<(), StoreError> {
    for matter in &skills.matters {
        diesel::insert_into(staff_matters::table)
            .values((
                staff_matters::office_id.eq(scope.text()),
                staff_matters::clerk_id.eq(clerk.to_text()),
                staff_matters::matter_id.eq(matter.to_text()),
            ))
            .execute(db)?;
    }
    for (rank, language) in (0_i64..).zip(&skills.languages) {
        diesel::insert_into(staff_languages::table)
            .values((
                staff_languages::office_id.eq(scope.text()),
                staff_languages::clerk_id.eq(clerk.to_text()),
                staff_languages::language.eq(language),
                staff_languages::rank.eq(rank),
            ))
            .execute(db)?;
    }
    Ok(())
}

/// The skills of everybody in an office by clerk, without signing, which is a column of the clerk's own row.
fn skills_of(db: &mut Db, scope: OfficeScope) -> Result<HashMap<String, Skills>, StoreError> {
    let matters = staff_matters::table
        .filter(staff_matters::office_id.eq(scope.text()))
        .order((staff_matters::clerk_id, staff_matters::matter_id))
        .select((staff_matters::clerk_id, staff_matters::matter_id))
        .load::<(String, String)>(db)?;
    let languages = staff_languages::table
        .filter(staff_languages::office_id.eq(scope.text()))
        .order((staff_languages::clerk_id, staff_languages::rank))
        .select((staff_languages::clerk_id, staff_languages::language))
        .load::<(String, String)>(db)?;
    let mut skills: HashMap<String, Skills> = HashMap::new();
    for (clerk, matter) in matters {
        skills.entry(clerk).or_default().matters.push(id(&matter, "staff_matters.matter_id")?);
    }
    for (clerk, language) in languages {
        skills.entry(clerk).or_default().languages.push(language);
    }
    Ok(skills)
}

fn clerk_of(row: Row, skills: &mut HashMap<String, Skills>) -> Result<Clerk, StoreError> {
    let mut skills = skills.remove(&row.id).unwrap_or_default();
    skills.sign = row.sign;
    Ok(Clerk {
        id: id(&row.id, "staff.id")?,
        office: id(&row.office_id, "staff.office_id")?,
        email: row.email,
        given_name: row.given_name,
        family_name: row.family_name,
        desk: row.desk,
        role: present(StaffRole::from_word(&row.role), "staff.role")?,
        skills,
    })
}
