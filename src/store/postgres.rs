//! What is PostgreSQL's own: the address, the settings, who may write, and the probe.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::sql_types::{BigInt, Bool, Integer, Text};
use diesel::{Connection, OptionalExtension, PgConnection, QueryResult, QueryableByName, RunQueryDsl, sql_query};

use crate::store::connection::Use;
use crate::store::error::OpenError;

mod address;
pub(super) mod probe;
mod words;

use address::Url;
pub(super) use words::is_passing;

/// The advisory lock that the one writer of a database holds: the letters of "okienko" as a number. Two such locks are
/// the same only within one database (postgresql.org/docs/current/functions-admin.html).
const SEAT: i64 = 31_361_822_832_356_207;

/// How long to wait for a lock that somebody else holds: a person at a console, or a former process that is still
/// ending. Shorter than a statement may take, so that it is told apart.
const LOCKED: Duration = Duration::from_secs(2);

/// A database on a server.
#[derive(Debug)]
pub(super) struct Server {
    url: Url,
    /// How long a statement may take.
    within: Duration,
    /// How the writer of this process calls itself at the server, so that it knows its own former connection again.
    writer: String,
    /// Whether it was said already what is unwise about the server's settings.
    has_advised: AtomicBool,
}

#[derive(QueryableByName)]
struct Character {
    #[diesel(sql_type = Bool)]
    standby: bool,
    #[diesel(sql_type = Text)]
    encoding: String,
    #[diesel(sql_type = Text)]
    fsync: String,
    #[diesel(sql_type = Text)]
    messages: String,
}

#[derive(QueryableByName)]
struct Holder {
    #[diesel(sql_type = Integer)]
    pid: i32,
}

impl Server {
    pub(super) fn new(url: &str, within: Duration) -> Result<Self, OpenError> {
        let number = getrandom::u64().map_err(|error| OpenError::Failed(error.to_string()))?;
        let writer = format!("okienko writer {number:016x}");
        Ok(Self { url: Url::new(url)?, within, writer, has_advised: AtomicBool::new(false) })
    }

    /// Opens a connection with all settings; one for writing takes the writer's seat.
    pub(super) fn connect(&self, usage: Use) -> Result<PgConnection, OpenError> {
        let mut db = PgConnection::establish(self.url.text()).map_err(|error| self.fault(&error.to_string()))?;
        self.set_up(&mut db, usage).map_err(|error| self.fault(&error.to_string()))?;
        if usage == Use::Write {
            self.look_at(&mut db)?;
            self.sit_down(&mut db)?;
        }
        Ok(db)
    }

    /// What an error of the database means for whoever set the address.
    pub(super) fn fault(&self, message: &str) -> OpenError {
        words::fault(&self.url.without_secrets(message))
    }

    /// Settings of every connection. What is acknowledged must be on the disk, whatever the server's default is. The
    /// server finds out by itself, and soon, when this machine is gone: until then the seat is taken.
    fn set_up(&self, db: &mut PgConnection, usage: Use) -> QueryResult<()> {
        let (name, access) = match usage {
            Use::Read => ("okienko reader", "REPEATABLE READ, READ ONLY"),
            Use::Write => (self.writer.as_str(), "READ COMMITTED, READ WRITE"),
        };
        db.batch_execute(&format!(
            "SET application_name = '{name}';
            SET statement_timeout = {within};
            SET lock_timeout = {locked};
            SET idle_in_transaction_session_timeout = 60000;
            SET tcp_keepalives_idle = 10;
            SET tcp_keepalives_interval = 5;
            SET tcp_keepalives_count = 3;
            SET tcp_user_timeout = 20000;
            SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL {access};
            SELECT set_config('synchronous_commit', 'on', false)
            WHERE current_setting('synchronous_commit') = 'off';",
            within = self.within.as_millis(),
            locked = LOCKED.min(self.within / 2).as_millis(),
        ))
    }

    /// Refuses a database that cannot be used, and warns of one that should not be.
    fn look_at(&self, db: &mut PgConnection) -> Result<(), OpenError> {
        let query = "SELECT pg_is_in_recovery() AS standby, current_setting('server_encoding') AS encoding, \
                     current_setting('fsync') AS fsync, current_setting('lc_messages') AS messages";
        let character: Character = sql_query(query).get_result(db).map_err(|error| self.fault(&error.to_string()))?;
        if character.standby {
            return Err(OpenError::Standby);
        }
        if character.encoding != "UTF8" {
            return Err(OpenError::Encoding { found: character.encoding });
        }
        if self.has_advised.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        if character.fsync != "on" {
            tracing::warn!("the PostgreSQL server runs with fsync off: a power cut may lose what was acknowledged");
        }
        if !words::are_understood(&character.messages) {
            tracing::warn!(
                lc_messages = character.messages,
                "the PostgreSQL server speaks a language that is not understood here, so that its time-outs look like \
                 faults: ALTER ROLE … SET lc_messages = 'C'"
            );
        }
        Ok(())
    }

    /// Takes the right to be the only one who writes. It is the connection's: who loses the connection may have left a
    /// transaction behind that is still being committed, and whoever has the lock knows that none is.
    fn sit_down(&self, db: &mut PgConnection) -> Result<(), OpenError> {
        let failed = |error: diesel::result::Error| self.fault(&error.to_string());
        if let Some(former) = self.former(db).map_err(failed)? {
            sql_query("SELECT pg_terminate_backend($1)").bind::<Integer, _>(former.pid).execute(db).map_err(failed)?;
        }
        // Also waits a moment for the last process of this program to end.
        match sql_query("SELECT pg_advisory_lock($1)").bind::<BigInt, _>(SEAT).execute(db) {
            Ok(_) => Ok(()),
            Err(error) if words::is_lock_timeout(&error.to_string()) => Err(OpenError::InUse),
            Err(error) => Err(failed(error)),
        }
    }

    /// A connection of our own that still holds the seat.
    fn former(&self, db: &mut PgConnection) -> QueryResult<Option<Holder>> {
        let query = "SELECT activity.pid FROM pg_locks JOIN pg_stat_activity AS activity USING (pid) \
                     WHERE locktype = 'advisory' AND granted AND objsubid = 1 \
                     AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
                     AND (classid::bigint << 32 | objid::bigint) = $1 \
                     AND application_name = $2 AND activity.pid <> pg_backend_pid()";
        sql_query(query).bind::<BigInt, _>(SEAT).bind::<Text, _>(&self.writer).get_result(db).optional()
    }
}

/// Does something that may take its time: changes to tables that hold years of records.
pub(super) fn at_leisure<T>(
    db: &mut PgConnection,
    change: impl FnOnce(&mut PgConnection) -> Result<T, OpenError>,
) -> Result<T, OpenError> {
    #[derive(QueryableByName)]
    struct Usual {
        #[diesel(sql_type = Text)]
        within: String,
    }
    let failed = |error: diesel::result::Error| words::fault(&error.to_string());
    let usual = sql_query("SELECT current_setting('statement_timeout') AS within").get_result::<Usual>(db);
    let usual = usual.map_err(failed)?;
    db.batch_execute("SET statement_timeout = 0").map_err(failed)?;
    let changed = change(db)?;
    let back = sql_query("SELECT set_config('statement_timeout', $1, false)").bind::<Text, _>(usual.within);
    back.execute(db).map_err(failed)?;
    Ok(changed)
}
