//! The threads that read. Each job sees one consistent state of all tables and cannot write.

use crate::store::connection::{self, Connections};
use crate::store::queue::{self, Inbox, Job};

/// Works until the queue is closed and empty.
pub(super) fn work(inbox: &Inbox<Box<dyn Job>>, connections: &Connections) {
    while let Some(mut job) = inbox.next() {
        let fate = connection::lend(connections).and_then(|mut db| {
            let fate = queue::run_apart(&mut db, job.as_mut());
            if fate.is_err() {
                queue::abandon(&mut db);
            }
            fate
        });
        job.answer(fate);
    }
}
