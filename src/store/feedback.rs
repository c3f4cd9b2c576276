//! Ratings and notes: what is said of a call afterwards.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::feedback::{Outcome, Rating, Stars, is_same_version, may_rate};
use crate::ids::{CallId, ClerkId, TicketId};
use crate::store::connection::Db;
use crate::store::error::StoreError;
use crate::store::schema::{calls, notes, ratings};
use crate::store::scope::OfficeScope;
use crate::store::values::{id, instant, maybe_instant, micros, number, present};
use crate::wire::EndReason;

/// What of a ticket may be rated, and how it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rateable {
    /// The call, if it may be rated now.
    pub call: Option<CallId>,
    /// The rating so far.
    pub rating: Option<Rating>,
}

/// A clerk's note as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What the conversation came to.
    pub outcome: Option<Outcome>,
    /// The text; may be empty.
    pub text: String,
    /// When it was saved last.
    pub saved_at: Timestamp,
    /// Which version, from 1.
    pub version: u32,
}

/// The last call of a ticket, as far as it matters here.
struct LastCall {
    id: CallId,
    live_at: Option<Timestamp>,
    ended: Option<(Timestamp, EndReason)>,
    clerk: ClerkId,
}

/// What of a ticket's last call may be rated at `now`.
///
/// # Errors
/// [`StoreError::NotFound`] if the ticket never had a call; others of the store.
pub fn rateable(db: &mut Db, scope: OfficeScope, ticket: TicketId, now: Timestamp) -> Result<Rateable, StoreError> {
    let last = last_call(db, scope, ticket)?;
    let may = may_rate(last.live_at, last.ended, now);
    Ok(Rateable { call: may.then_some(last.id), rating: rating_of(db, scope, last.id)? })
}

/// Rates a call, or changes its rating.
///
/// # Errors
/// [`StoreError::Query`] for a call that the office has not.
pub fn rate(db: &mut Db, scope: OfficeScope, call: CallId, rating: &Rating, now: Timestamp) -> Result<(), StoreError> {
    let stars = i64::from(rating.stars.get());
    let known = ratings::table.filter(ratings::office_id.eq(scope.text())).filter(ratings::call_id.eq(call.to_text()));
    let changed = diesel::update(known)
        .set((
            ratings::stars.eq(stars),
            ratings::comment.eq(rating.comment.as_deref()),
            ratings::edited_at.eq(micros(now)),
        ))
        .execute(db)?;
    if changed == 0 {
        diesel::insert_into(ratings::table)
            .values((
                ratings::call_id.eq(call.to_text()),
                ratings::office_id.eq(scope.text()),
                ratings::stars.eq(stars),
                ratings::comment.eq(rating.comment.as_deref()),
                ratings::rated_at.eq(micros(now)),
                ratings::edited_at.eq(micros(now)),
            ))
            .execute(db)?;
    }
    Ok(())
}

/// The rating of a call, if it has one.
///
/// # Errors
/// [`StoreError::Query`], [`StoreError::Corrupt`].
pub fn rating_of(db: &mut Db, scope: OfficeScope, call: CallId) -> Result<Option<Rating>, StoreError> {
    let row = ratings::table
        .filter(ratings::office_id.eq(scope.text()))
        .filter(ratings::call_id.eq(call.to_text()))
        .select((ratings::stars, ratings::comment))
        .first::<(i64, Option<String>)>(db)
        .optional()?;
    row.map(|(stars, comment)| {
        let stars = present(Stars::new(number(stars, "ratings.stars")?), "ratings.stars")?;
        Ok(Rating { stars, comment })
    })
    .transpose()
}

/// The last call of a ticket that this clerk led, and its note.
///
/// # Errors
/// [`StoreError::NotFound`] if it was another clerk's, or there was none; others of the store.
pub fn note_of_ticket(
    db: &mut Db,
    scope: OfficeScope,
    ticket: TicketId,
    clerk: ClerkId,
) -> Result<(CallId, Option<Note>), StoreError> {
    let call = last_call(db, scope, ticket)?;
    if call.clerk != clerk {
        return Err(StoreError::NotFound);
    }
    let note = latest(db, scope, call.id)?.map(|(note, _, _)| note);
    Ok((call.id, note))
}

/// Saves a note: over the version that the same clerk has just been writing, else as a new one. Gives its number.
///
/// # Errors
/// [`StoreError::Query`] for a call that the office has not.
pub fn save_note(
    db: &mut Db,
    scope: OfficeScope,
    call: CallId,
    clerk: ClerkId,
    (outcome, text): (Option<Outcome>, &str),
    now: Timestamp,
) -> Result<u32, StoreError> {
    let last = latest(db, scope, call)?;
    if let Some((note, begun_at, author)) = &last
        && is_same_version(*begun_at, *author == clerk, now)
    {
        let written = notes::table
            .filter(notes::office_id.eq(scope.text()))
            .filter(notes::call_id.eq(call.to_text()))
            .filter(notes::version.eq(i64::from(note.version)));
        diesel::update(written)
            .set((notes::outcome.eq(outcome.map(Outcome::word)), notes::body.eq(text), notes::saved_at.eq(micros(now))))
            .execute(db)?;
        return Ok(note.version);
    }
    let version = last.map_or(1, |(note, _, _)| note.version.saturating_add(1));
    diesel::insert_into(notes::table)
        .values((
            notes::call_id.eq(call.to_text()),
            notes::version.eq(i64::from(version)),
            notes::office_id.eq(scope.text()),
            notes::clerk_id.eq(clerk.to_text()),
            notes::outcome.eq(outcome.map(Outcome::word)),
            notes::body.eq(text),
            notes::begun_at.eq(micros(now)),
            notes::saved_at.eq(micros(now)),
        ))
        .execute(db)?;
    Ok(version)
}

fn last_call(db: &mut Db, scope: OfficeScope, ticket: TicketId) -> Result<LastCall, StoreError> {
    let (call, clerk, live_at, ended_at, reason) = calls::table
        .filter(calls::office_id.eq(scope.text()))
        .filter(calls::ticket_id.eq(ticket.to_text()))
        .order((calls::called_at.desc(), calls::id.desc()))
        .select((calls::id, calls::clerk_id, calls::live_at, calls::ended_at, calls::end_reason))
        .first::<(String, String, Option<i64>, Option<i64>, Option<String>)>(db)?;
    let ended_at = maybe_instant(ended_at, "calls.ended_at")?;
    let reason = reason.map(|word| present(EndReason::from_word(&word), "calls.end_reason")).transpose()?;
    Ok(LastCall {
        id: id(&call, "calls.id")?,
        clerk: id(&clerk, "calls.clerk_id")?,
        live_at: maybe_instant(live_at, "calls.live_at")?,
        ended: ended_at.zip(reason),
    })
}

/// The newest version with when it was begun, and by whom.
fn latest(db: &mut Db, scope: OfficeScope, call: CallId) -> Result<Option<(Note, Timestamp, ClerkId)>, StoreError> {
    let row = notes::table
        .filter(notes::office_id.eq(scope.text()))
        .filter(notes::call_id.eq(call.to_text()))
        .order(notes::version.desc())
        .select((notes::version, notes::clerk_id, notes::outcome, notes::body, notes::begun_at, notes::saved_at))
        .first::<(i64, String, Option<String>, String, i64, i64)>(db)
        .optional()?;
    row.map(|(version, clerk, outcome, text, begun_at, saved_at)| {
        let outcome = outcome.map(|word| present(Outcome::from_word(&word), "notes.outcome")).transpose()?;
        let saved_at = instant(saved_at, "notes.saved_at")?;
        let note = Note { outcome, text, saved_at, version: number(version, "notes.version")? };
        Ok((note, instant(begun_at, "notes.begun_at")?, id(&clerk, "notes.clerk_id")?))
    })
    .transpose()
}
