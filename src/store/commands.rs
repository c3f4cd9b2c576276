//! Which commands were done already, so that a repeated one is answered again and done once.
//!
//! [`begin`], the work and [`finish`] belong into one job: then a command is either done and known, or neither.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::ids::{ClerkId, SessionId};
use crate::store::connection::Db;
use crate::store::error::StoreError;
use crate::store::schema::commands;
use crate::store::scope::OfficeScope;
use crate::store::values::{micros, one_changed};

/// Whose command it is; a key means something only together with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Party {
    /// A citizen's session.
    Session(SessionId),
    /// A member of staff.
    Clerk(ClerkId),
}

/// What is known of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// Nothing: it is to be done now.
    New,
    /// Another job began it and has not finished.
    Running,
    /// It was done, with this result.
    Done(String),
}

/// Begins a command, or says what became of it.
///
/// # Errors
/// [`StoreError::Query`] for a key that is empty or longer than 64 characters.
pub fn begin(db: &mut Db, scope: OfficeScope, party: Party, key: &str, at: Timestamp) -> Result<Begun, StoreError> {
    let known = commands::table
        .filter(commands::office_id.eq(scope.text()))
        .filter(commands::party.eq(party.text()))
        .filter(commands::key.eq(key))
        .select(commands::result)
        .first::<Option<String>>(db)
        .optional()?;
    match known {
        Some(Some(result)) => Ok(Begun::Done(result)),
        Some(None) => Ok(Begun::Running),
        None => {
            diesel::insert_into(commands::table)
                .values((
                    commands::office_id.eq(scope.text()),
                    commands::party.eq(party.text()),
                    commands::key.eq(key),
                    commands::begun_at.eq(micros(at)),
                ))
                .execute(db)?;
            Ok(Begun::New)
        }
    }
}

/// Keeps the result of a command that was begun.
///
/// # Errors
/// [`StoreError::NotFound`] if it was not begun, or has a result already.
pub fn finish(db: &mut Db, scope: OfficeScope, party: Party, key: &str, result: &str) -> Result<(), StoreError> {
    let begun = commands::table
        .filter(commands::office_id.eq(scope.text()))
        .filter(commands::party.eq(party.text()))
        .filter(commands::key.eq(key))
        .filter(commands::result.is_null());
    one_changed(diesel::update(begun).set(commands::result.eq(result)).execute(db)?)
}

impl Party {
    fn text(self) -> String {
        match self {
            Self::Session(session) => session.to_text(),
            Self::Clerk(clerk) => clerk.to_text(),
        }
    }
}
