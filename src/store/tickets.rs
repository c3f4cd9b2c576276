//! The tickets of an office: numbered, taken, moved from state to state one step at a time.

use diesel::prelude::*;
use jiff::civil::Date;

use crate::domain::ticket::{Ticket, Transition};
use crate::ids::{MatterId, SessionId, TicketId};
use crate::store::connection::Db;
use crate::store::error::StoreError;
use crate::store::events;
use crate::store::schema::{sessions, ticket_counters, tickets};
use crate::store::scope::OfficeScope;
use crate::store::ticket_row::TicketRow;
use crate::store::values::present;

/// The next number of a matter on a day of the office, such as `A 027`. It is taken with the transaction: a job that
/// fails afterwards gives it back.
///
/// # Errors
/// [`StoreError::Query`], also for a matter that the office has not.
pub fn next_number(
    db: &mut Db,
    scope: OfficeScope,
    matter: MatterId,
    letter: char,
    day: Date,
) -> Result<String, StoreError> {
    let counter = || {
        ticket_counters::table
            .filter(ticket_counters::office_id.eq(scope.text()))
            .filter(ticket_counters::matter_id.eq(matter.to_text()))
            .filter(ticket_counters::day.eq(day.to_string()))
    };
    let counted = diesel::update(counter()).set(ticket_counters::last.eq(ticket_counters::last + 1)).execute(db)?;
    if counted == 0 {
        diesel::insert_into(ticket_counters::table)
            .values((
                ticket_counters::office_id.eq(scope.text()),
                ticket_counters::matter_id.eq(matter.to_text()),
                ticket_counters::day.eq(day.to_string()),
                ticket_counters::last.eq(1),
            ))
            .execute(db)?;
    }
    let last = counter().select(ticket_counters::last).first::<i64>(db)?;
    Ok(format!("{letter} {last:03}"))
}

/// Keeps a newcomer's ticket and its first event. `day` is the one its number was counted on.
///
/// # Errors
/// [`StoreError::WrongOffice`]; [`StoreError::NotFound`] if the office has no such session;
/// [`StoreError::Conflict`] if the session has a ticket that is not over.
pub fn insert(db: &mut Db, scope: OfficeScope, joined: &Transition, day: Date) -> Result<(), StoreError> {
    let ticket = &joined.ticket;
    scope.admit(ticket.office)?;
    // Asked here, since a ticket outlives its session and so cannot point at it.
    sessions::table
        .filter(sessions::office_id.eq(scope.text()))
        .filter(sessions::id.eq(ticket.session.to_text()))
        .select(sessions::id)
        .first::<String>(db)?;
    diesel::insert_into(tickets::table).values(TicketRow::of(ticket, day.to_string(), 1)).execute(db)?;
    events::append(db, scope, &joined.event).map(drop)
}

/// Takes one step: writes the ticket as it is after it and the event, only if the stored ticket is still the one that
/// the rule saw. The name is deleted with the step that ends the ticket.
///
/// # Errors
/// [`StoreError::Conflict`] if the ticket has changed since; [`StoreError::NotFound`] if the office has no such
/// ticket; [`StoreError::WrongOffice`].
pub fn compare_and_set(db: &mut Db, scope: OfficeScope, before: &Ticket, step: &Transition) -> Result<(), StoreError> {
    scope.admit(before.office)?;
    scope.admit(step.ticket.office)?;
    if before.id != step.ticket.id {
        return Err(StoreError::Conflict("the step is of another ticket".to_owned()));
    }
    let of_ticket =
        || tickets::table.filter(tickets::office_id.eq(scope.text())).filter(tickets::id.eq(before.id.to_text()));
    let stored = of_ticket().first::<TicketRow>(db)?;
    let (day, revision) = (stored.day.clone(), stored.revision);
    let mut found = stored.into_ticket()?;
    // The name decides nothing, and a cache may have let it go.
    found.name.clone_from(&before.name);
    if found != *before {
        return Err(StoreError::Conflict(format!("ticket {} is {}", before.id, found.state.word())));
    }
    let after = TicketRow::of(&step.ticket, day, revision + 1);
    // The revision decides between two writers on a database that has more than one.
    let unchanged = of_ticket().filter(tickets::revision.eq(revision));
    if diesel::update(unchanged).set(&after).execute(db)? != 1 {
        return Err(StoreError::Conflict(format!("ticket {} was changed by somebody else", before.id)));
    }
    events::append(db, scope, &step.event).map(drop)
}

/// A ticket.
///
/// # Errors
/// [`StoreError::NotFound`] if the office has no such ticket.
pub fn get(db: &mut Db, scope: OfficeScope, ticket: TicketId) -> Result<Ticket, StoreError> {
    tickets::table
        .filter(tickets::office_id.eq(scope.text()))
        .filter(tickets::id.eq(ticket.to_text()))
        .first::<TicketRow>(db)?
        .into_ticket()
}

/// All tickets of an office that are not over, by the time of joining: what a line begins with.
///
/// # Errors
/// [`StoreError::Query`], [`StoreError::Corrupt`].
pub fn live(db: &mut Db, scope: OfficeScope) -> Result<Vec<Ticket>, StoreError> {
    tickets::table
        .filter(tickets::office_id.eq(scope.text()))
        .filter(tickets::end_reason.is_null())
        .order((tickets::joined_at, tickets::id))
        .load::<TicketRow>(db)?
        .into_iter()
        .map(TicketRow::into_ticket)
        .collect()
}

/// All tickets of an office, those that are over among them, by the time of joining.
///
/// # Errors
/// [`StoreError::Query`], [`StoreError::Corrupt`].
pub fn of_office(db: &mut Db, scope: OfficeScope) -> Result<Vec<Ticket>, StoreError> {
    tickets::table
        .filter(tickets::office_id.eq(scope.text()))
        .order((tickets::joined_at, tickets::id))
        .load::<TicketRow>(db)?
        .into_iter()
        .map(TicketRow::into_ticket)
        .collect()
}

/// The ticket of a session that is not over.
///
/// # Errors
/// [`StoreError::Query`], [`StoreError::Corrupt`].
pub fn live_of_session(db: &mut Db, scope: OfficeScope, session: SessionId) -> Result<Option<Ticket>, StoreError> {
    tickets::table
        .filter(tickets::office_id.eq(scope.text()))
        .filter(tickets::session_id.eq(session.to_text()))
        .filter(tickets::end_reason.is_null())
        .first::<TicketRow>(db)
        .optional()?
        .map(TicketRow::into_ticket)
        .transpose()
}

/// The ticket that a session took last, over or not.
///
/// # Errors
/// [`StoreError::Query`], [`StoreError::Corrupt`].
pub fn latest_of_session(db: &mut Db, scope: OfficeScope, session: SessionId) -> Result<Option<Ticket>, StoreError> {
    tickets::table
        .filter(tickets::office_id.eq(scope.text()))
        .filter(tickets::session_id.eq(session.to_text()))
        .order((tickets::joined_at.desc(), tickets::id.desc()))
        .first::<TicketRow>(db)
        .optional()?
        .map(TicketRow::into_ticket)
        .transpose()
}

/// The day on which a ticket got its number.
///
/// # Errors
/// [`StoreError::NotFound`] if the office has no such ticket.
pub fn day_of(db: &mut Db, scope: OfficeScope, ticket: TicketId) -> Result<Date, StoreError> {
    let day = tickets::table
        .filter(tickets::office_id.eq(scope.text()))
        .filter(tickets::id.eq(ticket.to_text()))
        .select(tickets::day)
        .first::<String>(db)?;
    present(day.parse().ok(), "tickets.day")
}
