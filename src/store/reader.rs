//! The threads that read. Each job sees one consistent state of all tables and cannot write.

use crate::store::circuit::Circuit;
use crate::store::connection::{self, Connections, Lent};
use crate::store::error::StoreError;
use crate::store::queue::{self, Inbox, Job};

/// Works until the queue is closed and empty.
pub(super) fn work(inbox: &Inbox<Box<dyn Job>>, connections: &Connections, circuit: &Circuit) {
    while let Some(mut job) = inbox.next() {
        let fate = circuit.check().and_then(|()| serve(job.as_mut(), connections));
        job.answer(fate);
    }
}

fn serve(job: &mut dyn Job, connections: &Connections) -> Result<(), StoreError> {
    let mut db = begin(connections)?;
    let fate = queue::run(&mut db, job).map(drop);
    if fate.is_err() {
        queue::abandon(&mut db);
    }
    fate
}

/// A connection with a transaction. After a restart of the database each idle connection is broken and shows it only
/// now; it is replaced when it goes back, so the next one is asked for.
pub(super) fn begin(connections: &Connections) -> Result<Lent, StoreError> {
    let mut broken = 0;
    loop {
        let mut db = connection::lend(connections)?;
        match queue::begin(&mut db) {
            Ok(()) => return Ok(db),
            Err(_) if broken < connections.max_size() => broken += 1,
            Err(error) => return Err(error),
        }
    }
}
