//! What is written of a call that was broken off, and who is kept out of the line after it. Runs on the store's thread.

use jiff::Timestamp;
use okienko::domain::abuse::{Abuse, Block, kept_out_until};
use okienko::domain::event::Actor;
use okienko::ids::SessionId;
use okienko::store::{Db, DeviceMark, OfficeScope, StoreError, blocks, events, sessions};

use super::step::{BrokenOff, call_event};
use crate::error::ProblemCode;

/// Why somebody on this device may not join now, if so.
pub(super) fn kept_out(
    db: &mut Db,
    scope: OfficeScope,
    device: Option<(SessionId, DeviceMark)>,
    now: Timestamp,
) -> Result<Option<ProblemCode>, StoreError> {
    let Some((_, mark)) = device else { return Ok(None) };
    let until = kept_out_until(&blocks::of_device(db, scope, mark)?, now);
    Ok(until.map(|until| ProblemCode::Blocked { until }))
}

/// Notes who broke a call off, why, and for how long the device is kept out; gives until when. The event log has it all
/// without a word on the person.
pub(super) fn note(
    db: &mut Db,
    scope: OfficeScope,
    broken_off: &BrokenOff,
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let BrokenOff { call, clerk, session, abuse: Abuse { reason, block: length }, block } = *broken_off;
    let log = |db: &mut Db, from_to, why| {
        let event = call_event(scope.office(), call, now, from_to, Actor::Clerk(clerk), why);
        events::append(db, scope, &event)
    };
    log(db, ("ended", "abuse"), reason.word())?;
    let Some(length) = length else { return Ok(None) };
    let Some(mark) = sessions::mark_of(db, scope, session)? else {
        log(db, ("abuse", "not-blocked"), length.word())?;
        return Ok(None);
    };
    let begun = Block::begin(block, (call, clerk), (reason, length), now);
    blocks::put(db, scope, &begun, mark)?;
    log(db, ("abuse", "blocked"), length.word())?;
    Ok(Some(begun.until))
}
