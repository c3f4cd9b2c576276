//! Opens the database, or says why that cannot be and what to do.

use std::time::Duration;

use okienko::config::Config;
use okienko::failures::Failures;
use okienko::store::{OpenError, Store, StoreError};

/// Opens the database of the settings, with failures that may happen on purpose.
///
/// # Errors
/// A sentence for whoever started the program.
pub(crate) fn open_store(config: &Config, failures: &Failures) -> Result<Store, String> {
    let database = &config.database;
    let within = Duration::from_millis(database.timeout_ms.into());
    Store::open_with(database.url.expose(), database.readers, within, failures.clone()).map_err(|error| {
        let help = match &error {
            StoreError::Open(reason) => way_out(reason),
            _ => "",
        };
        format!("{error}{help}")
    })
}

/// What can be done, as the rest of the sentence.
const fn way_out(reason: &OpenError) -> &'static str {
    match reason {
        OpenError::NoPostgres => ". Use a release package, or build it with: cargo build --release --features postgres",
        OpenError::NoFolder { .. } => {
            ". Make it, or choose another place with OKIENKO__DATABASE__URL=sqlite:/path/okienko.db"
        }
        OpenError::NotWritable { .. } => {
            ". Give the program's user the right to write this file and its folder, or choose another place with \
             OKIENKO__DATABASE__URL=sqlite:/path/okienko.db"
        }
        OpenError::Locked { .. } => ". Is Okienko running already?",
        OpenError::InUse => ". Is Okienko running already, on this machine or another?",
        OpenError::NoServer(_) => ". Does it run, and may this machine reach it? See OKIENKO__DATABASE__URL",
        OpenError::NotLetIn(_) => ". Compare user and password in OKIENKO__DATABASE__URL, and the server's pg_hba.conf",
        OpenError::NoDatabase(_) => {
            ". Make it: CREATE DATABASE okienko OWNER okienko ENCODING 'UTF8' TEMPLATE template0"
        }
        OpenError::NoRights(_) => ". Let the user own the database: ALTER DATABASE okienko OWNER TO okienko",
        OpenError::Encoding { .. } => {
            ". Make a new one: CREATE DATABASE okienko OWNER okienko ENCODING 'UTF8' TEMPLATE template0"
        }
        OpenError::Standby => ". Name the primary server in OKIENKO__DATABASE__URL",
        OpenError::NewerSchema { .. } => ". Start that version, or restore a copy from before; nothing was changed",
        OpenError::UnknownScheme | OpenError::NotADatabase { .. } | OpenError::Failed(_) => "",
    }
}
