//! The tables' history: embedded, run at start, and never run backwards by the server.

use diesel::migration::MigrationSource;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::store::connection::{Address, Db};
use crate::store::error::OpenError;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// Brings the tables up to what this program knows.
///
/// # Errors
/// [`OpenError::NewerSchema`] if a newer program was here, [`OpenError::NotADatabase`], [`OpenError::Locked`],
/// [`OpenError::NotWritable`] or [`OpenError::Failed`] as SQLite says.
pub(super) fn run(db: &mut Db, address: &Address) -> Result<(), OpenError> {
    let known: Vec<String> = MigrationSource::<<Db as diesel::Connection>::Backend>::migrations(&MIGRATIONS)
        .map_err(|error| address.fault(&error.to_string()))?
        .iter()
        .map(|migration| migration.name().version().to_string())
        .collect();
    // Newest first, as the harness gives them; the oldest unknown one names the version that is too new.
    let applied = db.applied_migrations().map_err(|error| address.fault(&error.to_string()))?;
    if let Some(version) = applied.iter().rev().map(ToString::to_string).find(|version| !known.contains(version)) {
        return Err(OpenError::NewerSchema { version });
    }
    db.run_pending_migrations(MIGRATIONS).map(drop).map_err(|error| address.fault(&error.to_string()))
}

/// Undoes all migrations, to prove that each can be undone.
///
/// # Errors
/// [`OpenError::Failed`] with SQLite's words.
pub fn revert_all(db: &mut Db) -> Result<(), OpenError> {
    db.revert_all_migrations(MIGRATIONS).map(drop).map_err(|error| OpenError::Failed(error.to_string()))
}
