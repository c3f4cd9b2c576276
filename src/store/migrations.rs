//! The tables' history: embedded, run at start, and never run backwards by the server.

use diesel::backend::Backend;
use diesel::migration::MigrationSource;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::store::connection::{Address, Db};
use crate::store::error::OpenError;
#[cfg(feature = "postgres")]
use crate::store::postgres;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
#[cfg(feature = "postgres")]
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Brings the tables up to what this program knows. Each migration is a transaction: one that fails leaves nothing
/// behind.
///
/// # Errors
/// [`OpenError::NewerSchema`] if a newer program was here; others as the database says.
pub(super) fn run(db: &mut Db, address: &Address) -> Result<(), OpenError> {
    match db {
        Db::Sqlite(db) => run_those(SQLITE, db, address),
        #[cfg(feature = "postgres")]
        Db::Postgres(db) => postgres::at_leisure(db, |db| run_those(POSTGRES, db, address)),
    }
}

fn run_those<B: Backend>(
    migrations: EmbeddedMigrations,
    db: &mut impl MigrationHarness<B>,
    address: &Address,
) -> Result<(), OpenError>
where
    EmbeddedMigrations: MigrationSource<B>,
{
    let fault = |error: &dyn std::fmt::Display| address.fault(&error.to_string());
    let known: Vec<String> = MigrationSource::<B>::migrations(&migrations)
        .map_err(|error| fault(&error))?
        .iter()
        .map(|migration| migration.name().version().to_string())
        .collect();
    // Newest first, as the harness gives them; the oldest unknown one names the version that is too new.
    let applied = db.applied_migrations().map_err(|error| fault(&error))?;
    if let Some(version) = applied.iter().rev().map(ToString::to_string).find(|version| !known.contains(version)) {
        return Err(OpenError::NewerSchema { version });
    }
    db.run_pending_migrations(migrations).map(drop).map_err(|error| fault(&error))
}

/// Undoes all migrations, to prove that each can be undone.
///
/// # Errors
/// [`OpenError::Failed`] with the database's words.
pub fn revert_all(db: &mut Db) -> Result<(), OpenError> {
    let reverted = match db {
        Db::Sqlite(db) => db.revert_all_migrations(SQLITE).map(drop),
        #[cfg(feature = "postgres")]
        Db::Postgres(db) => db.revert_all_migrations(POSTGRES).map(drop),
    };
    reverted.map_err(|error| OpenError::Failed(error.to_string()))
}
