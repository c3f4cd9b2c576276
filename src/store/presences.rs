//! The presence of each clerk: one row, replaced at each change.

use diesel::prelude::*;

use crate::domain::event::Event;
use crate::domain::presence::{Presence, PresenceState};
use crate::ids::ClerkId;
use crate::store::connection::Db;
use crate::store::error::StoreError;
use crate::store::events;
use crate::store::schema::presences;
use crate::store::scope::OfficeScope;
use crate::store::values::{id, instant, maybe_id, maybe_instant, maybe_micros, micros, present};
use crate::wire::WishedState;

#[derive(Queryable, Insertable, AsChangeset)]
#[diesel(table_name = presences)]
#[diesel(primary_key(clerk_id))]
#[diesel(treat_none_as_null = true)]
struct Row {
    clerk_id: String,
    office_id: String,
    state: String,
    since: i64,
    wished: String,
    lost_since: Option<i64>,
    ticket_id: Option<String>,
    call_id: Option<String>,
    until_at: Option<i64>,
}

/// Keeps a presence as it is now, and the event that made it so, if it is one to be logged.
///
/// # Errors
/// [`StoreError::WrongOffice`]; [`StoreError::Query`] for a clerk that the office has not.
pub fn put(db: &mut Db, scope: OfficeScope, presence: &Presence, event: Option<&Event>) -> Result<(), StoreError> {
    scope.admit(presence.office)?;
    let row = row_of(presence);
    let stored = presences::table
        .filter(presences::office_id.eq(scope.text()))
        .filter(presences::clerk_id.eq(presence.clerk.to_text()));
    if diesel::update(stored).set(&row).execute(db)? == 0 {
        diesel::insert_into(presences::table).values(row).execute(db)?;
    }
    match event {
        Some(event) => events::append(db, scope, event).map(drop),
        None => Ok(()),
    }
}

/// The presences of all clerks of an office who ever had one.
///
/// # Errors
/// [`StoreError::Query`], [`StoreError::Corrupt`].
pub fn of_office(db: &mut Db, scope: OfficeScope) -> Result<Vec<Presence>, StoreError> {
    presences::table
        .filter(presences::office_id.eq(scope.text()))
        .order(presences::clerk_id)
        .load::<Row>(db)?
        .into_iter()
        .map(presence_of)
        .collect()
}

/// The presence of a clerk, if they ever had one.
///
/// # Errors
/// [`StoreError::Query`], [`StoreError::Corrupt`].
pub fn of_clerk(db: &mut Db, scope: OfficeScope, clerk: ClerkId) -> Result<Option<Presence>, StoreError> {
    presences::table
        .filter(presences::office_id.eq(scope.text()))
        .filter(presences::clerk_id.eq(clerk.to_text()))
        .first::<Row>(db)
        .optional()?
        .map(presence_of)
        .transpose()
}

fn row_of(presence: &Presence) -> Row {
    let (ticket, call, until) = match presence.state {
        PresenceState::Calling { ticket, call, until } | PresenceState::AfterCall { ticket, call, until } => {
            (Some(ticket), Some(call), Some(until))
        }
        PresenceState::InCall { ticket, call } => (Some(ticket), Some(call), None),
        PresenceState::Receiving | PresenceState::Break | PresenceState::Off => (None, None, None),
    };
    Row {
        clerk_id: presence.clerk.to_text(),
        office_id: presence.office.to_text(),
        state: presence.state.word().to_owned(),
        since: micros(presence.since),
        wished: presence.wished.word().to_owned(),
        lost_since: maybe_micros(presence.lost_since),
        ticket_id: ticket.map(crate::ids::TicketId::to_text),
        call_id: call.map(crate::ids::CallId::to_text),
        until_at: maybe_micros(until),
    }
}

fn presence_of(row: Row) -> Result<Presence, StoreError> {
    let ticket = maybe_id(row.ticket_id.as_deref(), "presences.ticket_id")?;
    let call = maybe_id(row.call_id.as_deref(), "presences.call_id")?;
    let until = maybe_instant(row.until_at, "presences.until_at")?;
    let state = match row.state.as_str() {
        "receiving" => PresenceState::Receiving,
        "calling" => PresenceState::Calling {
            ticket: present(ticket, "presences.ticket_id")?,
            call: present(call, "presences.call_id")?,
            until: present(until, "presences.until_at")?,
        },
        "in-call" => PresenceState::InCall {
            ticket: present(ticket, "presences.ticket_id")?,
            call: present(call, "presences.call_id")?,
        },
        "after-call" => PresenceState::AfterCall {
            ticket: present(ticket, "presences.ticket_id")?,
            call: present(call, "presences.call_id")?,
            until: present(until, "presences.until_at")?,
        },
        "break" => PresenceState::Break,
        "off" => PresenceState::Off,
        _ => return Err(StoreError::Corrupt { what: "presences.state" }),
    };
    Ok(Presence {
        clerk: id(&row.clerk_id, "presences.clerk_id")?,
        office: id(&row.office_id, "presences.office_id")?,
        state,
        since: instant(row.since, "presences.since")?,
        wished: present(WishedState::from_word(&row.wished), "presences.wished")?,
        lost_since: maybe_instant(row.lost_since, "presences.lost_since")?,
    })
}
