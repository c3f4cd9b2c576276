//! What a room does with live text.

use actix::prelude::*;
use okienko::domain::live_text::MAX_EDIT_CHARS;
use okienko::failures::Point;
use okienko::wire::MAX_KEY_CHARS;

use super::Room;
use super::live_log::Typed;
use super::messages::{RoomEvent, SetLiveText, TypeLive};
use crate::error::ProblemCode;

impl Handler<SetLiveText> for Room {
    type Result = ();

    fn handle(&mut self, SetLiveText { member, key, on }: SetLiveText, ctx: &mut Context<Self>) {
        self.spec.env.pass(Point::RoomHandler, self.spec.call, ctx);
        let is_over = self.is_over();
        let Some(present) = self.present_mut(member).filter(|_| !is_over) else {
            return self.refuse(member, key, ProblemCode::NotInCall);
        };
        if present.listed.live_text != on {
            present.listed.live_text = on;
            self.ledger().set_live_text(member, on);
            self.tell_changed();
        }
        self.done(member, key);
    }
}

impl Handler<TypeLive> for Room {
    type Result = ();

    fn handle(&mut self, TypeLive { member, key, typed }: TypeLive, ctx: &mut Context<Self>) {
        self.spec.env.pass(Point::RoomHandler, self.spec.call, ctx);
        let Some(role) = self.role_of(member).filter(|_| !self.is_over()) else {
            return self.refuse(member, key, ProblemCode::NotInCall);
        };
        let fits = |text: &str, most: usize| !text.is_empty() && text.chars().count() <= most;
        if !fits(&typed.utterance, MAX_KEY_CHARS) || !fits(&typed.edit, MAX_EDIT_CHARS) {
            return self.refuse(member, key, ProblemCode::MessageTooLong);
        }
        let changed = match self.ledger().take_typed(member, role, typed, self.spec.env.now()) {
            Typed::Changed(changed) => changed,
            Typed::Known => Vec::new(),
            Typed::TooFast => return self.refuse(member, key, ProblemCode::TooManyCommands),
            Typed::Full => return self.refuse(member, key, ProblemCode::TranscriptFull),
        };
        for utterance in changed {
            self.tell_all(&RoomEvent::Typed { call: self.spec.call, utterance });
        }
        self.done(member, key);
    }
}
