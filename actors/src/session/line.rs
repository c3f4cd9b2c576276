//! What a session makes of the line's announcements.

use actix::prelude::*;
use okienko::failures::Point;

use super::Session;
use super::messages::SessionEvent;
use crate::browser::AtBrowser;
use crate::browser::answers::Whose;
use crate::error::{ProblemCode, Refusal};
use crate::queue::messages::{LineEvent, SetReachable, Standing};

impl Handler<LineEvent> for Session {
    type Result = ();

    fn handle(&mut self, event: LineEvent, ctx: &mut Context<Self>) {
        self.spec.env.pass(Point::SessionHandler, self.spec.session, ctx);
        match event {
            LineEvent::Ready { queue } => {
                let is_another = self.queue != queue;
                self.queue = queue;
                if is_another {
                    self.put_off_pending(&[Whose::Line, Whose::End], ctx);
                }
                self.enter();
            }
            LineEvent::Standing(standing) => self.stand(standing, ctx),
            LineEvent::Moved { placed, reason } => {
                let Some(Standing::Waiting { ticket, placed: known }) = &mut self.standing else { return };
                *known = placed;
                let ticket = ticket.clone();
                let frame = self.waiting_frame(&ticket, placed, reason);
                self.tell(frame, ctx);
            }
            LineEvent::Done { key } => self.done(key, ctx),
            LineEvent::Refused { key, code } => self.refused_by_line(key, code, ctx),
            LineEvent::Unavailable => {
                self.send(SessionEvent::Refused(Refusal::fatal(ProblemCode::LineUnavailable)), ctx);
                self.finish(ctx);
            }
        }
    }
}

impl Session {
    /// Takes in where the ticket is, and tells the browser.
    fn stand(&mut self, standing: Standing, ctx: &mut Context<Self>) {
        if matches!((&self.standing, &standing), (Some(Standing::Ended { .. }), Standing::None)) {
            // How it ended is remembered until the next ticket.
            return;
        }
        let repeats = self.standing.as_ref() == Some(&standing);
        let is_in_line = !matches!(standing, Standing::None | Standing::Ended { .. });
        let engaged = match &standing {
            Standing::InCall { call, .. } => Some(*call),
            _ => None,
        };
        if self.link.as_ref().is_some_and(|link| engaged != Some(link.call)) {
            self.link = None;
            self.refuse_pending_in_room(ctx);
        }
        self.standing = Some(standing);
        self.take_seat(ctx);
        if engaged.is_none() {
            self.end_is_stored(ctx);
        }
        // A ticket that was taken while the browser went away: the line cannot have known.
        if is_in_line && !self.is_reachable {
            self.queue.do_send(SetReachable { session: self.spec.session, reachable: false });
        }
        if repeats {
            return;
        }
        if let Some(Standing::InCall { .. }) = &self.standing {
            self.tell_call(ctx);
            return self.tell_documents(ctx);
        }
        if let Some(frame) = self.state_frame() {
            self.tell(frame, ctx);
        }
        self.send_away(ctx);
    }
}
