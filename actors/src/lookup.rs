//! What is looked up before an actor can be started: of which office somebody is; and what else is known by a session.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use okienko::domain::abuse::kept_out_until;
use okienko::domain::ticket::{Ticket, TicketState};
use okienko::ids::{ClerkId, OfficeId, SessionId};
use okienko::store::sessions::Session as SessionRecord;
use okienko::store::{Db, OfficeScope, StoreError, blocks, offices, sessions, staff, tickets};
use okienko::wire::EndReason;

use crate::session::messages::Glance;

/// How long somebody who comes back is told how their ticket ended.
const REMEMBERED: SignedDuration = SignedDuration::from_mins(30);

/// A ticket that ended a short while ago.
#[derive(Debug, Clone)]
pub(crate) struct Last {
    pub(crate) ticket: Ticket,
    /// Until when its device is kept out of the line, if it is.
    pub(crate) blocked_until: Option<Timestamp>,
}

/// A session's record, of whichever office, and its last ticket if that ended a short while ago.
///
/// # Errors
/// [`StoreError::NotFound`] if there is no such session; others of the store.
pub(crate) fn session(
    db: &mut Db,
    id: SessionId,
    now: Timestamp,
) -> Result<(SessionRecord, Option<Box<Last>>), StoreError> {
    let record = record(db, id)?;
    let Some(ticket) = last_of(db, &record, now)?.filter(is_over) else { return Ok((record, None)) };
    let broken_off = matches!(ticket.state, TicketState::Ended { reason: EndReason::BrokenOff });
    let blocked_until = if broken_off { blocked_until(db, &record, now)? } else { None };
    Ok((record, Some(Box::new(Last { ticket, blocked_until }))))
}

fn blocked_until(db: &mut Db, record: &SessionRecord, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    let scope = OfficeScope::of(record.office);
    let Some(mark) = sessions::mark_of(db, scope, record.id)? else { return Ok(None) };
    Ok(kept_out_until(&blocks::of_device(db, scope, mark)?, now))
}

/// The last ticket of a session, unless it ended long ago.
///
/// # Errors
/// [`StoreError::NotFound`] if there is no such session; others of the store.
pub(crate) fn last_ticket(db: &mut Db, session: SessionId, now: Timestamp) -> Result<Option<Ticket>, StoreError> {
    let record = record(db, session)?;
    last_of(db, &record, now)
}

const fn is_over(ticket: &Ticket) -> bool {
    matches!(ticket.state, TicketState::Ended { .. })
}

fn last_of(db: &mut Db, record: &SessionRecord, now: Timestamp) -> Result<Option<Ticket>, StoreError> {
    let last = tickets::latest_of_session(db, OfficeScope::of(record.office), record.id)?;
    Ok(last.filter(|last| !is_over(last) || now.duration_since(last.since) < REMEMBERED))
}

/// Notes that a session's browser is there, so that its record is kept for so long from now on. A record that has
/// expired, or was forgotten, stays so.
///
/// # Errors
/// [`StoreError::NotFound`] if there is no such session; others of the store.
pub(crate) fn keep_session(db: &mut Db, id: SessionId, now: Timestamp, kept: Duration) -> Result<(), StoreError> {
    let record = record(db, id)?;
    if record.expires_at <= now {
        return Ok(());
    }
    let until = now.checked_add(kept).unwrap_or(Timestamp::MAX).max(record.expires_at);
    sessions::touch(db, OfficeScope::of(record.office), id, now, until)
}

fn record(db: &mut Db, id: SessionId) -> Result<SessionRecord, StoreError> {
    for office in offices::all(db)? {
        match sessions::get(db, OfficeScope::of(office.id), id) {
            Err(StoreError::NotFound) => {}
            found => return found,
        }
    }
    Err(StoreError::NotFound)
}

/// The office of a clerk who may sign in.
///
/// # Errors
/// [`StoreError::NotFound`] if there is no such clerk, or no longer; others of the store.
pub(crate) fn office_of_clerk(db: &mut Db, clerk: ClerkId) -> Result<OfficeId, StoreError> {
    for office in offices::all(db)? {
        match staff::get(db, OfficeScope::of(office.id), clerk) {
            Err(StoreError::NotFound) => {}
            found => return found.map(|clerk| clerk.office),
        }
    }
    Err(StoreError::NotFound)
}

/// What a stored ticket is at a glance. Its place is known to a running line only.
pub(crate) fn glance(ticket: &Ticket) -> Glance {
    let until = match ticket.state {
        TicketState::Called { deadline, .. } => Some(deadline),
        TicketState::Deferred { until } => Some(until),
        TicketState::Missed { return_until, .. } => Some(return_until),
        _ => None,
    };
    Glance { phase: ticket.state.word(), number: ticket.number.clone(), place: None, until }
}
