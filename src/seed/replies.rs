//! The demo office's ready replies.

use serde::Deserialize;

use super::{DemoText, wrong};
use crate::domain::reply::ReadyReply;
use crate::ids::{OfficeId, ReplyId};
use crate::store::{Db, OfficeScope, StoreError, replies};
use crate::world::World;

const REPLIES: &str = include_str!("../../config/demo/replies.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DemoReplies {
    replies: Vec<DemoReply>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DemoReply {
    title: DemoText,
    body: DemoText,
}

/// Writes them in the order of the file.
pub(super) fn write(db: &mut Db, world: &World, scope: OfficeScope, office: OfficeId) -> Result<(), StoreError> {
    let demo: DemoReplies = toml::from_str(REPLIES).map_err(|_| wrong())?;
    for (rank, DemoReply { title, body }) in (1..).zip(demo.replies) {
        let reply = ReadyReply { id: ReplyId::new(world), office, rank, title: title.into(), body: body.into() };
        replies::create(db, scope, &reply)?;
    }
    Ok(())
}
