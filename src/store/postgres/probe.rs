//! Asks the server all the time whether it is there, on a connection of its own.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use diesel::PgConnection;
use diesel::connection::SimpleConnection;

use super::Server;
use crate::store::circuit::Circuit;
use crate::store::connection::Use;

/// How long after an answer the next question is put. With the time that a question may stay unanswered it makes the
/// second within which a dead database is noticed.
const EVERY: Duration = Duration::from_millis(250);

/// Asks until the other end of `ends` is gone.
pub(in crate::store) fn watch(server: &Server, circuit: &Circuit, ends: &Receiver<()>) {
    let mut db = None;
    loop {
        circuit.asked();
        match ask(server, &mut db) {
            Ok(()) => circuit.answered(),
            Err(why) => circuit.failed(why),
        }
        if ends.recv_timeout(EVERY) != Err(RecvTimeoutError::Timeout) {
            return;
        }
    }
}

/// Asks on the connection there is, and if that broke on a new one: it may have been the connection's trouble alone.
fn ask(server: &Server, db: &mut Option<PgConnection>) -> Result<(), String> {
    let question = |db: &mut PgConnection| db.batch_execute("SELECT 1").map_err(|error| error.to_string());
    if let Some(db) = db
        && question(db).is_ok()
    {
        return Ok(());
    }
    *db = None;
    let mut fresh = server.connect(Use::Read).map_err(|error| error.to_string())?;
    question(&mut fresh)?;
    *db = Some(fresh);
    Ok(())
}
