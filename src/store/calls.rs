//! Calls and their members: a list with roles.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::call::{Call, Member};
use crate::domain::event::Event;
use crate::ids::{CallId, MemberId};
use crate::store::connection::Db;
use crate::store::error::StoreError;
use crate::store::events;
use crate::store::schema::{calls, members};
use crate::store::scope::OfficeScope;
use crate::store::values::{id, instant, maybe_id, maybe_instant, maybe_micros, micros, one_changed, present};
use crate::wire::{EndReason, Role};

#[derive(Queryable, Insertable)]
#[diesel(table_name = calls)]
struct CallRow {
    id: String,
    office_id: String,
    ticket_id: String,
    clerk_id: String,
    called_at: i64,
    live_at: Option<i64>,
    ended_at: Option<i64>,
    end_reason: Option<String>,
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = members)]
struct MemberRow {
    id: String,
    office_id: String,
    call_id: String,
    role: String,
    session_id: Option<String>,
    clerk_id: Option<String>,
    joined_at: i64,
    left_at: Option<i64>,
}

/// A call with everybody who is or was in it, in the order they came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallWithMembers {
    /// The call.
    pub call: Call,
    /// Its members.
    pub members: Vec<Member>,
}

/// Opens a call with its first members.
///
/// # Errors
/// [`StoreError::WrongOffice`]; [`StoreError::Conflict`] if its ticket or its clerk has a call that has not ended;
/// [`StoreError::Query`] for a ticket or clerk that the office has not.
pub fn open(
    db: &mut Db,
    scope: OfficeScope,
    call: &Call,
    first_members: &[Member],
    event: &Event,
) -> Result<(), StoreError> {
    scope.admit(call.office)?;
    diesel::insert_into(calls::table)
        .values(CallRow {
            id: call.id.to_text(),
            office_id: scope.text(),
            ticket_id: call.ticket.to_text(),
            clerk_id: call.clerk.to_text(),
            called_at: micros(call.called_at),
            live_at: maybe_micros(call.live_at),
            ended_at: maybe_micros(call.ended.map(|(at, _)| at)),
            end_reason: call.ended.map(|(_, reason)| reason.word().to_owned()),
        })
        .execute(db)?;
    for member in first_members {
        admit(db, scope, member)?;
    }
    events::append(db, scope, event).map(drop)
}

/// Lets one more member into a call.
///
/// # Errors
/// [`StoreError::Query`] for a call that the office has not.
pub fn admit(db: &mut Db, scope: OfficeScope, member: &Member) -> Result<(), StoreError> {
    diesel::insert_into(members::table)
        .values(MemberRow {
            id: member.id.to_text(),
            office_id: scope.text(),
            call_id: member.call.to_text(),
            role: member.role.word().to_owned(),
            session_id: member.session.map(crate::ids::SessionId::to_text),
            clerk_id: member.clerk.map(crate::ids::ClerkId::to_text),
            joined_at: micros(member.joined_at),
            left_at: maybe_micros(member.left_at),
        })
        .execute(db)?;
    Ok(())
}

/// Notes that a member left. The first time counts.
///
/// # Errors
/// [`StoreError::NotFound`] if the office has no such member who has not left yet.
pub fn leave(db: &mut Db, scope: OfficeScope, member: MemberId, at: Timestamp) -> Result<(), StoreError> {
    let of_office = members::table.filter(members::office_id.eq(scope.text()));
    let present = of_office.filter(members::id.eq(member.to_text())).filter(members::left_at.is_null());
    one_changed(diesel::update(present).set(members::left_at.eq(micros(at))).execute(db)?)
}

/// Notes that citizen and clerk were connected for the first time. Later times change nothing and log nothing, so
/// that a Room which started anew may say it again.
///
/// # Errors
/// [`StoreError::NotFound`] if the office has no such call, or it has ended.
pub fn mark_live(
    db: &mut Db,
    scope: OfficeScope,
    call: CallId,
    at: Timestamp,
    event: &Event,
) -> Result<(), StoreError> {
    let running = || {
        calls::table
            .filter(calls::office_id.eq(scope.text()))
            .filter(calls::id.eq(call.to_text()))
            .filter(calls::ended_at.is_null())
    };
    if diesel::update(running().filter(calls::live_at.is_null())).set(calls::live_at.eq(micros(at))).execute(db)? == 1 {
        return events::append(db, scope, event).map(drop);
    }
    one_changed(usize::try_from(running().count().get_result::<i64>(db)?).unwrap_or(0))
}

/// Ends a call; whoever is still in it leaves with it.
///
/// # Errors
/// [`StoreError::Conflict`] if it has ended already; [`StoreError::NotFound`] if the office has no such call.
pub fn end(
    db: &mut Db,
    scope: OfficeScope,
    call: CallId,
    at: Timestamp,
    reason: EndReason,
    event: &Event,
) -> Result<(), StoreError> {
    let known = || calls::table.filter(calls::office_id.eq(scope.text())).filter(calls::id.eq(call.to_text()));
    let rows = diesel::update(known().filter(calls::ended_at.is_null()))
        .set((calls::ended_at.eq(micros(at)), calls::end_reason.eq(reason.word())))
        .execute(db)?;
    if rows == 0 {
        known().select(calls::id).first::<String>(db)?;
        return Err(StoreError::Conflict(format!("call {call} has ended")));
    }
    let of_call =
        members::table.filter(members::office_id.eq(scope.text())).filter(members::call_id.eq(call.to_text()));
    diesel::update(of_call.filter(members::left_at.is_null())).set(members::left_at.eq(micros(at))).execute(db)?;
    events::append(db, scope, event).map(drop)
}

/// A call with its members.
///
/// # Errors
/// [`StoreError::NotFound`] if the office has no such call.
pub fn get(db: &mut Db, scope: OfficeScope, call: CallId) -> Result<CallWithMembers, StoreError> {
    let row = calls::table
        .filter(calls::office_id.eq(scope.text()))
        .filter(calls::id.eq(call.to_text()))
        .first::<CallRow>(db)?;
    with_members(db, scope, row)
}

/// The calls of an office that have not ended, the oldest first: what is taken up again after a restart.
///
/// # Errors
/// [`StoreError::Query`], [`StoreError::Corrupt`].
pub fn running(db: &mut Db, scope: OfficeScope) -> Result<Vec<CallWithMembers>, StoreError> {
    let rows = calls::table
        .filter(calls::office_id.eq(scope.text()))
        .filter(calls::ended_at.is_null())
        .order((calls::called_at, calls::id))
        .load::<CallRow>(db)?;
    rows.into_iter().map(|row| with_members(db, scope, row)).collect()
}

fn with_members(db: &mut Db, scope: OfficeScope, row: CallRow) -> Result<CallWithMembers, StoreError> {
    let in_call = members::table
        .filter(members::office_id.eq(scope.text()))
        .filter(members::call_id.eq(&row.id))
        .order((members::joined_at, members::id))
        .load::<MemberRow>(db)?;
    let members = in_call.into_iter().map(member_of).collect::<Result<_, _>>()?;
    Ok(CallWithMembers { call: call_of(row)?, members })
}

fn call_of(row: CallRow) -> Result<Call, StoreError> {
    let ended = match (maybe_instant(row.ended_at, "calls.ended_at")?, row.end_reason) {
        (Some(at), Some(word)) => Some((at, present(EndReason::from_word(&word), "calls.end_reason")?)),
        _ => None,
    };
    Ok(Call {
        id: id(&row.id, "calls.id")?,
        office: id(&row.office_id, "calls.office_id")?,
        ticket: id(&row.ticket_id, "calls.ticket_id")?,
        clerk: id(&row.clerk_id, "calls.clerk_id")?,
        called_at: instant(row.called_at, "calls.called_at")?,
        live_at: maybe_instant(row.live_at, "calls.live_at")?,
        ended,
    })
}

fn member_of(row: MemberRow) -> Result<Member, StoreError> {
    Ok(Member {
        id: id(&row.id, "members.id")?,
        call: id(&row.call_id, "members.call_id")?,
        role: present(Role::from_word(&row.role), "members.role")?,
        session: maybe_id(row.session_id.as_deref(), "members.session_id")?,
        clerk: maybe_id(row.clerk_id.as_deref(), "members.clerk_id")?,
        joined_at: instant(row.joined_at, "members.joined_at")?,
        left_at: maybe_instant(row.left_at, "members.left_at")?,
    })
}
