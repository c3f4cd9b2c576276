//! What a room does at each message, in the order of `messages.rs`.

use actix::prelude::*;
use okienko::domain::text;
use okienko::failures::Point;
use okienko::ids::MemberId;
use okienko::wire::{self, ChatView, Device, MAX_CHAT_CHARS, MAX_KEY_CHARS, MAX_SDP_BYTES, Role, StreamView};

use super::ledger::Listed;
use super::messages::{Admit, Adopt, BreakOff, Close, HangUp, Purpose, RoomEvent, Say, SetThere, Signal, WaitLonger};
use super::transcript::Noted;
use super::{Present, Room};
use crate::error::ProblemCode;
use crate::media::{Answer, MediaError, MediaEvent, MemberStreams, OfferKind, TrackKind};
use crate::supervision::Probe;

impl Handler<Admit> for Room {
    type Result = ();

    fn handle(&mut self, Admit(invited): Admit, ctx: &mut Context<Self>) {
        if self.is_over() {
            return;
        }
        let (member, role) = (invited.member, invited.role);
        let is_new = self.present(member).is_none();
        if is_new && self.members.len() >= self.spec.env.limits.max_members {
            tracing::warn!(call.id = %self.spec.call, "a call has no room for one more member");
            return;
        }
        self.ledger().list(invited.clone());
        match self.present_mut(member) {
            Some(present) => present.listed.invited = invited,
            None => self.members.push(Present::new(Listed::new(invited))),
        }
        self.tell(member, self.ready(ctx));
        if !is_new {
            return;
        }
        let now = self.spec.env.now();
        if role == Role::Citizen && self.spec.purpose == Purpose::Call {
            self.ledger().set_accepted(now);
            let step = self.progress.accepted(now);
            self.follow(step, true, ctx);
        } else {
            self.tell_changed();
        }
    }
}

impl Handler<Adopt> for Room {
    type Result = ();

    fn handle(&mut self, Adopt { owner }: Adopt, ctx: &mut Context<Self>) {
        self.ledger().set_owner(owner.clone());
        owner.do_send(self.ready(ctx));
        if let Some(at) = self.progress.live_at() {
            owner.do_send(RoomEvent::Live { call: self.spec.call, at });
        }
        self.tell_end();
    }
}

impl Handler<Signal> for Room {
    type Result = ();

    fn handle(&mut self, signal: Signal, ctx: &mut Context<Self>) {
        self.spec.env.pass(Point::RoomHandler, self.spec.call, ctx);
        let Signal { member, key, generation, kind, sdp } = signal;
        let Some(seat) = self.seat.clone().filter(|_| self.present(member).is_some()) else {
            return self.refuse(member, key, ProblemCode::NotInCall);
        };
        if generation != self.generation {
            return self.refuse(member, key, ProblemCode::OfferOutdated);
        }
        if sdp.len() > MAX_SDP_BYTES {
            return self.refuse(member, key, ProblemCode::BadOffer);
        }
        let kind = match kind {
            wire::OfferKind::Fresh => OfferKind::Fresh,
            wire::OfferKind::Again => OfferKind::Again,
        };
        if kind == OfferKind::Fresh {
            // A page that begins afresh has lost its former connection, whether or not that was noticed yet.
            self.media_connected(member, false, ctx);
            self.set_sees(member, true);
        }
        let answering = seat.offer(member, kind, sdp).into_actor(self);
        ctx.spawn(answering.map(move |answer, room, _| room.answered(member, key, generation, answer)));
    }
}

impl Handler<Say> for Room {
    type Result = ();

    fn handle(&mut self, say: Say, ctx: &mut Context<Self>) {
        self.spec.env.pass(Point::RoomHandler, self.spec.call, ctx);
        let Say { member, key, id, text } = say;
        let Some(role) = self.role_of(member).filter(|_| !self.is_over()) else {
            return self.refuse(member, key, ProblemCode::NotInCall);
        };
        let text = text::lines(&text);
        let fits = |text: &str, most: usize| !text.trim().is_empty() && text.chars().count() <= most;
        if !fits(&id, MAX_KEY_CHARS) || !fits(&text, MAX_CHAT_CHARS) {
            return self.refuse(member, key, ProblemCode::MessageTooLong);
        }
        let message = ChatView { id, member, role, at: self.spec.env.now(), text };
        match self.ledger().note(message.clone()) {
            Noted::New => self.tell_all(&RoomEvent::Said { call: self.spec.call, message }),
            Noted::Known => {}
            Noted::Full => return self.refuse(member, key, ProblemCode::TranscriptFull),
        }
        self.done(member, key);
    }
}

impl Handler<SetThere> for Room {
    type Result = ();

    fn handle(&mut self, SetThere { member, there }: SetThere, ctx: &mut Context<Self>) {
        if self.present(member).is_some_and(|present| present.invited().by_text) {
            self.set_connected(member, there, ctx);
        }
    }
}

impl Handler<WaitLonger> for Room {
    type Result = ();

    fn handle(&mut self, WaitLonger { member, key }: WaitLonger, ctx: &mut Context<Self>) {
        if self.role_of(member) != Some(Role::Clerk) {
            return self.refuse(member, key, ProblemCode::NotInCall);
        }
        let step = self.progress.wait_longer(self.spec.env.now());
        self.done(member, key);
        self.follow(step, false, ctx);
    }
}

impl Handler<HangUp> for Room {
    type Result = ();

    fn handle(&mut self, HangUp { member }: HangUp, ctx: &mut Context<Self>) {
        self.spec.env.pass(Point::RoomHandler, self.spec.call, ctx);
        let Some(role) = self.role_of(member) else { return };
        let step = self.progress.hang_up(role, self.spec.env.now());
        let stays_on = !self.is_over();
        if stays_on {
            let broken_off = self.ledger().strike(member, self.spec.env.now());
            self.members.retain(|present| present.invited().member != member);
            if let Some(utterance) = broken_off {
                self.tell_all(&RoomEvent::Typed { call: self.spec.call, utterance });
            }
            if let Some(seat) = &self.seat {
                seat.remove(member);
            }
        }
        self.follow(step, stays_on, ctx);
    }
}

impl Handler<BreakOff> for Room {
    type Result = ();

    fn handle(&mut self, BreakOff { member, key, abuse }: BreakOff, ctx: &mut Context<Self>) {
        self.spec.env.pass(Point::RoomHandler, self.spec.call, ctx);
        let Some(role) = self.role_of(member) else { return };
        let step = self.progress.break_off(role, self.spec.env.now());
        if step.changed {
            self.ledger().set_broken_off(key, abuse);
        }
        self.follow(step, false, ctx);
    }
}

impl Handler<Close> for Room {
    type Result = ();

    fn handle(&mut self, _: Close, ctx: &mut Context<Self>) {
        self.lifeline.finish();
        ctx.stop();
    }
}

impl Handler<MediaEvent> for Room {
    type Result = ();

    fn handle(&mut self, event: MediaEvent, ctx: &mut Context<Self>) {
        self.spec.env.pass(Point::RoomHandler, self.spec.call, ctx);
        match event {
            MediaEvent::Connected { member } => self.media_connected(member, true, ctx),
            MediaEvent::Disconnected { member } | MediaEvent::Failed { member } => {
                self.media_connected(member, false, ctx);
            }
            MediaEvent::Flowing { .. } => {}
            MediaEvent::Pictures { member, sent } => self.set_sees(member, sent),
            MediaEvent::Streams { member } => self.streams_changed(member),
            MediaEvent::Died { reason } => {
                tracing::warn!(call.id = %self.spec.call, reason, "a room's media died");
                if !self.is_over() {
                    // Not finished: the branch builds the next generation, as long as the budget lasts.
                    ctx.stop();
                }
            }
        }
    }
}

impl Handler<Probe> for Room {
    type Result = ();

    fn handle(&mut self, probe: Probe, ctx: &mut Context<Self>) {
        self.spec.env.pass(Point::RoomHandler, self.spec.call, ctx);
        probe.answer();
    }
}

impl Room {
    pub(super) fn done(&self, member: MemberId, key: String) {
        self.tell(member, RoomEvent::Done { key });
    }

    pub(super) fn refuse(&self, member: MemberId, key: String, code: ProblemCode) {
        self.tell(member, RoomEvent::Refused { key, code });
    }

    /// A member's media came or went. For somebody who only writes that says nothing.
    fn media_connected(&mut self, member: MemberId, connected: bool, ctx: &mut Context<Self>) {
        if self.present(member).is_some_and(|present| !present.invited().by_text) {
            self.set_connected(member, connected, ctx);
        }
    }

    fn set_connected(&mut self, member: MemberId, connected: bool, ctx: &mut Context<Self>) {
        let is_over = self.is_over();
        let Some(present) = self.present_mut(member) else { return };
        if present.connected == connected || is_over {
            return;
        }
        present.connected = connected;
        if !connected {
            present.listed.devices.report(Device::Screen, false);
        }
        let role = present.invited().role;
        let now = self.spec.env.now();
        let step = if connected { self.progress.connected(role, now) } else { self.progress.lost(role, now) };
        self.follow(step, true, ctx);
    }

    /// Pictures go to a member again, or no longer: all are told, so that nobody wonders.
    fn set_sees(&mut self, member: MemberId, sees: bool) {
        let is_over = self.is_over();
        let Some(present) = self.present_mut(member) else { return };
        if std::mem::replace(&mut present.sees, sees) != sees && !is_over {
            self.tell_changed();
        }
    }

    /// Notes who shares their screen, as far as another member's map says it, and tells everybody if that is new.
    fn note_screens(&mut self, streams: &[MemberStreams]) {
        let mut is_new = false;
        for stream in streams {
            let shares = stream.sends.contains(&TrackKind::Screen);
            if let Some(present) = self.present_mut(stream.member) {
                is_new |= present.listed.devices.report(Device::Screen, shares);
            }
        }
        if is_new {
            self.tell_changed();
        }
    }

    fn answered(&self, member: MemberId, key: String, generation: u32, answer: Result<Answer, MediaError>) {
        let call = self.spec.call;
        let error = match answer {
            Ok(Answer { sdp, streams }) => {
                self.hold_back(member);
                let streams = streams.into_iter().map(stream_view).collect();
                return self.tell(member, RoomEvent::Answer { call, key, generation, sdp, streams });
            }
            Err(error) => error,
        };
        tracing::debug!(call.id = %call, member.id = %member, %error, "an offer was not answered");
        match error {
            // The newer offer is being answered; this one's key has nothing more to tell.
            MediaError::Overtaken => self.done(member, key),
            MediaError::OfferTooLarge { .. }
            | MediaError::Offer(_)
            | MediaError::Negotiation(_)
            | MediaError::NoConnection => self.refuse(member, key, ProblemCode::BadOffer),
            _ => self.refuse(member, key, ProblemCode::MediaFailed),
        }
    }

    /// What a member receives has changed: their browser is asked to offer again where it has no sections for somebody
    /// or something, or must learn anew which of them carry whom. With one other member there is nothing to learn: the
    /// first sections carry them.
    fn streams_changed(&mut self, member: MemberId) {
        let Some(seat) = &self.seat else { return };
        let streams = seat.streams_for(member);
        self.note_screens(&streams);
        if streams.len() > 1 || streams.iter().any(lacks_a_section) {
            let others = u32::try_from(self.members.len().saturating_sub(1)).unwrap_or(u32::MAX);
            let (call, generation) = (self.spec.call, self.generation);
            self.tell(member, RoomEvent::OfferAgain { call, generation, others });
        }
    }
}

/// Whether a browser has no section for something that this other member sends.
fn lacks_a_section(streams: &MemberStreams) -> bool {
    let has = |kind| match kind {
        TrackKind::Audio => streams.audio_mid.is_some(),
        TrackKind::Camera => streams.camera_mid.is_some(),
        TrackKind::Screen => streams.screen_mid.is_some(),
    };
    streams.needs_sections() || streams.sends.iter().any(|kind| !has(*kind))
}

fn stream_view(streams: MemberStreams) -> StreamView {
    let MemberStreams { member, audio_mid, camera_mid, screen_mid, .. } = streams;
    StreamView { member, audio: audio_mid, camera: camera_mid, screen: screen_mid }
}
