//! The ready replies of an office.

use diesel::prelude::*;

use crate::domain::reply::ReadyReply;
use crate::store::connection::Db;
use crate::store::error::StoreError;
use crate::store::schema::ready_replies;
use crate::store::scope::OfficeScope;
use crate::store::values::{id, local_text, local_text_json, number};

type Row = (String, String, i64, String, String);

/// Adds a reply.
///
/// # Errors
/// [`StoreError::WrongOffice`]; [`StoreError::Conflict`] if it does not fit into a message, or is there already.
pub fn create(db: &mut Db, scope: OfficeScope, reply: &ReadyReply) -> Result<(), StoreError> {
    scope.admit(reply.office)?;
    if !reply.fits() {
        return Err(StoreError::Conflict("a ready reply does not fit into a message".to_owned()));
    }
    diesel::insert_into(ready_replies::table)
        .values((
            ready_replies::id.eq(reply.id.to_text()),
            ready_replies::office_id.eq(scope.text()),
            ready_replies::rank.eq(i64::from(reply.rank)),
            ready_replies::title.eq(local_text_json(&reply.title)),
            ready_replies::body.eq(local_text_json(&reply.body)),
        ))
        .execute(db)?;
    Ok(())
}

/// The replies of an office in the order of its list.
///
/// # Errors
/// [`StoreError::Query`], [`StoreError::Corrupt`].
pub fn of_office(db: &mut Db, scope: OfficeScope) -> Result<Vec<ReadyReply>, StoreError> {
    ready_replies::table
        .filter(ready_replies::office_id.eq(scope.text()))
        .order((ready_replies::rank, ready_replies::id))
        .load::<Row>(db)?
        .into_iter()
        .map(reply_of)
        .collect()
}

fn reply_of(row: Row) -> Result<ReadyReply, StoreError> {
    let (key, office, rank, title, body) = row;
    Ok(ReadyReply {
        id: id(&key, "ready_replies.id")?,
        office: id(&office, "ready_replies.office_id")?,
        rank: number(rank, "ready_replies.rank")?,
        title: local_text(&title, "ready_replies.title")?,
        body: local_text(&body, "ready_replies.body")?,
    })
}
