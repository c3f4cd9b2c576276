//! Deletes what is past its keeping time, in every office. Run it every few minutes; it may be run at any time and
//! twice. Afterwards [`Store::checkpoint`](crate::store::Store::checkpoint) empties the log that still holds it.

use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};

use crate::store::connection::{self, Db};
use crate::store::error::StoreError;
use crate::store::schema::{
    audit, blocks, calls, commands, events, keeping, logins, members, notes, ratings, sessions, ticket_counters,
    tickets,
};
use crate::store::values::micros;

/// How long what is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeepingTimes {
    /// Results of commands.
    pub commands: SignedDuration,
    /// After the end of a ticket: what the person needs, what their check of devices came to and whether they sign. It may tell of their health
    /// (GDPR art. 9).
    pub needs: SignedDuration,
    /// After their end: tickets with their calls, members and numbers, which hold no name.
    pub tickets: SignedDuration,
    /// Clerks' notes.
    pub notes: SignedDuration,
    /// What was written with a rating; the mark stays as long as its call.
    pub comments: SignedDuration,
    /// Rows of the event log.
    pub events: SignedDuration,
    /// Entries of the audit log.
    pub audit: SignedDuration,
}

impl Default for KeepingTimes {
    fn default() -> Self {
        let day = SignedDuration::from_hours(24);
        Self {
            commands: day,
            needs: day,
            tickets: day * 730,
            notes: day * 90,
            comments: day * 365,
            events: day * 730,
            audit: day * 730,
        }
    }
}

/// How many rows were deleted or emptied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// Citizens' sessions.
    pub sessions: usize,
    /// Blocks of devices that have run out.
    pub blocks: usize,
    /// Staff logins.
    pub logins: usize,
    /// Results of commands.
    pub commands: usize,
    /// Tickets whose needs were emptied.
    pub needs: usize,
    /// Tickets.
    pub tickets: usize,
    /// Calls.
    pub calls: usize,
    /// Versions of notes.
    pub notes: usize,
    /// Ratings whose comments were emptied.
    pub comments: usize,
    /// Rows of the event log.
    pub events: usize,
    /// Entries of the audit log.
    pub audit: usize,
}

/// Deletes everything that is due at `now`. A session stays as long as its ticket is not over.
///
/// # Errors
/// [`StoreError::Query`].
pub fn sweep(db: &mut Db, now: Timestamp, times: &KeepingTimes) -> Result<Swept, StoreError> {
    // After months of standing still there is more to do than a request may take.
    connection::take_time(db)?;
    let blocks = diesel::delete(blocks::table.filter(blocks::until_at.le(micros(now)))).execute(db)?;
    let before = |kept: SignedDuration| now.checked_sub(kept).map_or(i64::MIN, micros);
    let mut swept = Swept { blocks, needs: forget_needs(db, before(times.needs))?, ..Swept::default() };
    let old = notes::table.filter(notes::saved_at.lt(before(times.notes)));
    swept.notes = diesel::delete(old).execute(db)?;
    let said = ratings::table.filter(ratings::comment.is_not_null());
    let old = said.filter(ratings::edited_at.lt(before(times.comments)));
    swept.comments = diesel::update(old).set(ratings::comment.eq(None::<String>)).execute(db)?;
    (swept.tickets, swept.calls) = delete_tickets(db, before(times.tickets))?;

    let waited_for = tickets::table.filter(tickets::end_reason.is_null()).select(tickets::session_id);
    let expired = sessions::table.filter(sessions::expires_at.le(micros(now)));
    swept.sessions = diesel::delete(expired.filter(sessions::id.ne_all(waited_for))).execute(db)?;
    swept.logins = diesel::delete(logins::table.filter(logins::expires_at.le(micros(now)))).execute(db)?;
    let old = commands::table.filter(commands::begun_at.lt(before(times.commands)));
    swept.commands = diesel::delete(old).execute(db)?;

    let from = open_log(db, "events", before(times.events))?;
    swept.events = diesel::delete(events::table.filter(events::at.lt(from))).execute(db)?;
    let from = open_log(db, "audit", before(times.audit))?;
    swept.audit = diesel::delete(audit::table.filter(audit::at.lt(from))).execute(db)?;
    Ok(swept)
}

fn forget_needs(db: &mut Db, before: i64) -> Result<usize, StoreError> {
    let over = tickets::table.filter(tickets::end_reason.is_not_null()).filter(tickets::since.lt(before));
    let told = over.filter(tickets::needs.ne("").or(tickets::readiness.is_not_null()));
    let nothing = (tickets::needs.eq(""), tickets::readiness.eq(None::<String>));
    let needs = diesel::update(told).set(nothing).execute(db)?;
    // A call in sign language was a call with video, which is what the statistics need to know.
    let signed = diesel::update(over.filter(tickets::mode.eq("sign"))).set(tickets::mode.eq("video")).execute(db)?;
    Ok(needs + signed)
}

fn delete_tickets(db: &mut Db, before: i64) -> Result<(usize, usize), StoreError> {
    let over = || {
        tickets::table.filter(tickets::end_reason.is_not_null()).filter(tickets::since.lt(before)).select(tickets::id)
    };
    let their_calls = || calls::table.filter(calls::ticket_id.eq_any(over())).select(calls::id);
    diesel::delete(members::table.filter(members::call_id.eq_any(their_calls()))).execute(db)?;
    diesel::delete(notes::table.filter(notes::call_id.eq_any(their_calls()))).execute(db)?;
    diesel::delete(ratings::table.filter(ratings::call_id.eq_any(their_calls()))).execute(db)?;
    let calls = diesel::delete(calls::table.filter(calls::ticket_id.eq_any(over()))).execute(db)?;
    let over = tickets::table.filter(tickets::end_reason.is_not_null()).filter(tickets::since.lt(before));
    let tickets = diesel::delete(over).execute(db)?;
    // A counter is of its day only; a day on which it was used is long over.
    if let Ok(at) = Timestamp::from_microsecond(before) {
        let day = at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string();
        diesel::delete(ticket_counters::table.filter(ticket_counters::day.lt(day))).execute(db)?;
    }
    Ok((tickets, calls))
}

/// Says from when on an append-only log is kept, so that it lets older rows be deleted. Never goes back.
fn open_log(db: &mut Db, log: &'static str, kept_from: i64) -> Result<i64, StoreError> {
    let known = keeping::table.filter(keeping::log.eq(log));
    let so_far = known.select(keeping::kept_from).first::<i64>(db).optional()?;
    let kept_from = so_far.map_or(kept_from, |so_far| so_far.max(kept_from));
    if diesel::update(known).set(keeping::kept_from.eq(kept_from)).execute(db)? == 0 {
        diesel::insert_into(keeping::table)
            .values((keeping::log.eq(log), keeping::kept_from.eq(kept_from)))
            .execute(db)?;
    }
    Ok(kept_from)
}
