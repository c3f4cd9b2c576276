//! What a presence makes of the line's announcements.

use actix::prelude::*;
use okienko::domain::abuse::Abuse;
use okienko::domain::presence::PresenceState;
use okienko::failures::Point;
use okienko::wire::DeskFrame;

use super::messages::PresenceEvent;
use super::{ClerkPresence, DeskStanding, ShownLine};
use crate::browser::AtBrowser;
use crate::browser::answers::Whose;
use crate::error::{ProblemCode, Refusal};
use crate::queue::messages::{ClerkWants, DeskEvent, TakeDesk};

impl Handler<DeskEvent> for ClerkPresence {
    type Result = ();

    fn handle(&mut self, event: DeskEvent, ctx: &mut Context<Self>) {
        self.spec.env.pass(Point::PresenceHandler, self.spec.clerk, ctx);
        match event {
            DeskEvent::Ready { queue } => {
                let is_another = self.queue != queue;
                self.queue = queue;
                if is_another {
                    self.put_off_pending(&[Whose::Line, Whose::End, Whose::BreakOff], ctx);
                }
                self.is_synced = false;
                self.queue.do_send(TakeDesk { clerk: self.spec.clerk });
            }
            DeskEvent::Standing { presence, ticket, member } => {
                self.stand(DeskStanding { presence, ticket, member }, ctx);
            }
            DeskEvent::Line { at, waiting, rows } => {
                self.line = Some(ShownLine { at, waiting, rows });
                self.tell_line(ctx);
            }
            DeskEvent::Taken { ticket, number, by } => self.tell(DeskFrame::Taken { ticket, number, by }, ctx),
            DeskEvent::BrokenOff { at, by, abuse: Abuse { reason, block } } => {
                self.tell(DeskFrame::BrokenOff { at, by, reason, block }, ctx);
            }
            DeskEvent::CallOver { call, reason } => {
                self.tell(DeskFrame::CallEnded { call, reason }, ctx);
            }
            DeskEvent::Done { key } => self.done(key, ctx),
            DeskEvent::Refused { key, code } => self.refused_by_line(key, code, ctx),
            DeskEvent::Unavailable => {
                self.send(PresenceEvent::Refused(Refusal::fatal(ProblemCode::LineUnavailable)), ctx);
                self.finish(ctx);
            }
        }
    }
}

impl ClerkPresence {
    fn stand(&mut self, standing: DeskStanding, ctx: &mut Context<Self>) {
        let was_in_call = self.is_in_call();
        let is_known_lost = standing.presence.lost_since.is_some();
        let is_synced = std::mem::replace(&mut self.is_synced, true);
        self.standing = Some(standing);
        self.take_seat(ctx);
        self.part_from_other_room(ctx);
        if self.engaged_call().is_none() {
            self.end_is_stored(ctx);
            self.ask_whether_broken_off();
        }
        if !is_synced && is_known_lost == self.is_there {
            // What the line believes is from before this presence, or the line itself, was built.
            self.ask(None, if self.is_there { ClerkWants::BeBack } else { ClerkWants::BeLost });
        }
        self.tell_presence(ctx);
        if self.is_in_call() && !was_in_call {
            self.tell_view(ctx);
            self.tell_documents(ctx);
        }
        self.leave_if_free(ctx);
        if !self.is_in_call() {
            self.send_away(ctx);
        }
    }

    pub(super) fn is_in_call(&self) -> bool {
        self.standing.as_ref().is_some_and(|known| matches!(known.presence.state, PresenceState::InCall { .. }))
    }

    /// Tells the clerk their own state.
    pub(super) fn tell_presence(&mut self, ctx: &mut Context<Self>) {
        let Some(DeskStanding { presence, ticket, .. }) = &self.standing else { return };
        let frame = DeskFrame::Presence {
            state: presence.state.view(),
            since: presence.since,
            until: presence.until(),
            wished: presence.wished,
            ticket: ticket.as_deref().cloned(),
        };
        self.tell(frame, ctx);
    }

    /// Tells the clerk the line.
    pub(super) fn tell_line(&mut self, ctx: &mut Context<Self>) {
        let Some(ShownLine { at, waiting, rows }) = &self.line else { return };
        let frame = DeskFrame::Line { at: *at, waiting: *waiting, rows: rows.clone() };
        self.tell(frame, ctx);
    }
}
