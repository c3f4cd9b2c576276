//! How a member's actor knows the room of its call.

use std::sync::Arc;

use actix::prelude::*;
use okienko::ids::{CallId, MemberId};
use okienko::wire::CallView;

use super::Room;
use super::ledger::Ledger;
use super::messages::CallState;

/// A room that has said that it is there.
pub(crate) struct Link {
    pub(crate) call: CallId,
    pub(crate) generation: u32,
    pub(crate) room: Addr<Room>,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) view: Arc<CallState>,
}

impl Link {
    /// Whether the other one leads to the same room, begun anew as often.
    pub(crate) fn is_as(&self, other: &Self) -> bool {
        self.call == other.call && self.generation == other.generation
    }

    /// The call as this member sees it.
    pub(crate) fn view_of(&self, me: MemberId) -> CallView {
        CallView {
            call: self.call,
            me,
            phase: self.view.phase,
            members: self.view.members.clone(),
            live_at: self.view.live_at,
            awaited_until: self.view.awaited_until,
        }
    }
}
