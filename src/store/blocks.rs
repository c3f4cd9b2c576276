//! Devices that are kept out of the line for a while, by their marks.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::abuse::{AbuseReason, Block, BlockLength};
use crate::ids::BlockId;
use crate::store::connection::Db;
use crate::store::error::StoreError;
use crate::store::schema::blocks;
use crate::store::scope::OfficeScope;
use crate::store::token::DeviceMark;
use crate::store::values::{id, instant, micros, one_changed, present};

type Row = (String, String, String, String, String, i64, i64);

/// Begins a block of a device.
///
/// # Errors
/// [`StoreError::Query`], also for a call or clerk that the office has not.
pub fn put(db: &mut Db, scope: OfficeScope, block: &Block, mark: DeviceMark) -> Result<(), StoreError> {
    diesel::insert_into(blocks::table)
        .values((
            blocks::id.eq(block.id.to_text()),
            blocks::office_id.eq(scope.text()),
            blocks::device_mark.eq(mark.text()),
            blocks::call_id.eq(block.call.to_text()),
            blocks::clerk_id.eq(block.clerk.to_text()),
            blocks::reason.eq(block.reason.word()),
            blocks::length.eq(block.length.word()),
            blocks::since.eq(micros(block.since)),
            blocks::until_at.eq(micros(block.until)),
        ))
        .execute(db)?;
    Ok(())
}

/// The blocks of a device that the office has, in force or about to be deleted.
///
/// # Errors
/// [`StoreError::Query`], [`StoreError::Corrupt`].
pub fn of_device(db: &mut Db, scope: OfficeScope, mark: DeviceMark) -> Result<Vec<Block>, StoreError> {
    let of_office = blocks::table.filter(blocks::office_id.eq(scope.text()));
    let rows = of_office.filter(blocks::device_mark.eq(mark.text())).select(columns()).load::<Row>(db)?;
    rows.into_iter().map(block_of).collect()
}

/// The blocks of an office that are in force at `now`, the newest first.
///
/// # Errors
/// [`StoreError::Query`], [`StoreError::Corrupt`].
pub fn in_force(db: &mut Db, scope: OfficeScope, now: Timestamp) -> Result<Vec<Block>, StoreError> {
    let rows = blocks::table
        .filter(blocks::office_id.eq(scope.text()))
        .filter(blocks::until_at.gt(micros(now)))
        .order((blocks::since.desc(), blocks::id.desc()))
        .select(columns())
        .load::<Row>(db)?;
    rows.into_iter().map(block_of).collect()
}

/// Lifts a block: it is gone. Gives it back as it was.
///
/// # Errors
/// [`StoreError::NotFound`] if the office has no such block, or no longer.
pub fn lift(db: &mut Db, scope: OfficeScope, block: BlockId) -> Result<Block, StoreError> {
    let known = || blocks::table.filter(blocks::office_id.eq(scope.text())).filter(blocks::id.eq(block.to_text()));
    let lifted = block_of(known().select(columns()).first::<Row>(db)?)?;
    one_changed(diesel::delete(known()).execute(db)?)?;
    Ok(lifted)
}

type Columns =
    (blocks::id, blocks::call_id, blocks::clerk_id, blocks::reason, blocks::length, blocks::since, blocks::until_at);

const fn columns() -> Columns {
    (blocks::id, blocks::call_id, blocks::clerk_id, blocks::reason, blocks::length, blocks::since, blocks::until_at)
}

fn block_of((block, call, clerk, reason, length, since, until): Row) -> Result<Block, StoreError> {
    Ok(Block {
        id: id(&block, "blocks.id")?,
        call: id(&call, "blocks.call_id")?,
        clerk: id(&clerk, "blocks.clerk_id")?,
        reason: present(AbuseReason::from_word(&reason), "blocks.reason")?,
        length: present(BlockLength::from_word(&length), "blocks.length")?,
        since: instant(since, "blocks.since")?,
        until: instant(until, "blocks.until_at")?,
    })
}
