//! Who comes to a call's media and goes, and who is received in which sections.

use okienko::ids::MemberId;

use super::connection::Connection;
use super::leg::Leg;
use super::meddler::Meddler;
use super::messages::{Answer, MediaEvent, MemberStreams, TrackKind};
use super::room_media::{Member, Port, RoomMedia, send_all};
use super::sdp::Offer;
use super::settings::MediaError;
use super::table::{LegId, Place};

impl RoomMedia {
    /// Notes that a member's first offer is being answered; returns the number of this attempt. A later offer of the
    /// same member overtakes it.
    ///
    /// # Errors
    /// [`MediaError::RoomFull`].
    pub(super) fn begin(&mut self, member: MemberId, port: &mut Port<'_>) -> Result<u64, MediaError> {
        self.builds.retain(|(building, _)| *building != member);
        let others = self.members.iter().map(|known| known.id).chain(self.builds.iter().map(|(building, _)| *building));
        let mut present: Vec<MemberId> = others.filter(|other| *other != member).collect();
        present.sort_unstable();
        present.dedup();
        if present.len() >= port.settings.max_members {
            return Err(MediaError::RoomFull);
        }
        *port.next_leg += 1;
        self.builds.push((member, *port.next_leg));
        Ok(*port.next_leg)
    }

    /// Forgets an attempt that came to nothing.
    pub(super) fn give_up(&mut self, attempt: u64) {
        self.builds.retain(|(_, building)| *building != attempt);
    }

    /// Puts a new connection in the place of the member's old one.
    ///
    /// # Errors
    /// [`MediaError::Overtaken`] when the member was removed or made another offer meanwhile.
    pub(super) fn install(
        &mut self,
        member: MemberId,
        attempt: u64,
        connection: Connection,
        sdp: String,
        port: &mut Port<'_>,
    ) -> Result<Answer, MediaError> {
        if !self.builds.contains(&(member, attempt)) {
            return Err(MediaError::Overtaken);
        }
        self.give_up(attempt);
        let maps = self.maps();
        let leg = Leg::new(LegId(attempt), connection);
        match self.members.iter_mut().find(|known| known.id == member) {
            Some(known) => {
                let mut old = std::mem::replace(&mut known.leg, leg);
                retire(&mut old, port);
            }
            None => {
                self.members.push(Member {
                    id: member,
                    stopped: [false; 3],
                    carries: Vec::new(),
                    leg,
                    meddler: Meddler::default(),
                });
            }
        }
        self.after_negotiation(member, &maps, port);
        Ok(Answer { sdp, streams: self.streams_for(member) })
    }

    /// Renegotiates the member's connection.
    ///
    /// # Errors
    /// [`MediaError::NoConnection`]; what the negotiation says.
    pub(super) fn renegotiate(
        &mut self,
        member: MemberId,
        offer: Offer,
        port: &mut Port<'_>,
    ) -> Result<Answer, MediaError> {
        let maps = self.maps();
        let leg = self.leg_of(member).ok_or(MediaError::NoConnection)?;
        let answered = leg.connection.answer(offer, &port.addresses.candidates(), port.now);
        leg.adopt_sections();
        self.after_negotiation(member, &maps, port);
        Ok(Answer { sdp: answered?, streams: self.streams_for(member) })
    }

    fn after_negotiation(&mut self, member: MemberId, maps: &[(MemberId, Vec<MemberStreams>)], port: &mut Port<'_>) {
        if let Some(leg) = self.leg_of(member) {
            (leg.is_dirty, leg.is_restless) = (true, true);
            if let Some(ufrag) = leg.connection.ufrag() {
                port.table.name(&ufrag, Place { slot: port.slot, leg: leg.id }, &mut leg.footprint);
            }
        }
        self.assign();
        self.announce_changes(maps, member, port);
        if let Some(at) = self.members.iter().position(|known| known.id == member && known.leg.is_live) {
            self.ask_keyframes_for(at, port);
        }
        self.settle(port);
    }

    /// Ends a member's part in the media.
    pub(super) fn remove(&mut self, member: MemberId, port: &mut Port<'_>) {
        self.builds.retain(|(building, _)| *building != member);
        let maps = self.maps();
        let Some(at) = self.members.iter().position(|known| known.id == member) else { return };
        let mut gone = self.members.remove(at);
        retire(&mut gone.leg, port);
        self.assign();
        self.announce_changes(&maps, member, port);
        self.settle(port);
    }

    /// Ends everything, with a goodbye to each browser.
    pub(super) fn close(&mut self, port: &mut Port<'_>) {
        for member in &mut self.members {
            retire(&mut member.leg, port);
        }
    }

    /// Stops or resumes passing on one kind of a member's media.
    pub(super) fn set_flow(&mut self, member: MemberId, kind: TrackKind, on: bool, port: &mut Port<'_>) {
        let Some(sender) = self.members.iter_mut().find(|known| known.id == member) else { return };
        let Some(stopped) = sender.stopped.get_mut(kind.index()) else { return };
        if std::mem::replace(stopped, !on) != on {
            return;
        }
        for receiver in &mut self.members {
            if let Some(set) = receiver.set_of(member) {
                receiver.leg.interrupt(set, kind);
            }
        }
        if on {
            self.ask_keyframe(member, kind, port);
            self.settle(port);
        }
    }

    /// Where a member receives each other one.
    pub(super) fn streams_for(&self, member: MemberId) -> Vec<MemberStreams> {
        let Some(receiver) = self.members.iter().find(|known| known.id == member) else { return Vec::new() };
        let others = self.members.iter().filter(|other| (other.id == member) == self.options.echo);
        others
            .map(|other| {
                let set = receiver.set_of(other.id);
                let mid = |kind| receiver.leg.mid(kind, set?).map(str::to_owned);
                MemberStreams {
                    member: other.id,
                    sends: other.leg.sends(),
                    audio_mid: mid(TrackKind::Audio),
                    camera_mid: mid(TrackKind::Camera),
                    screen_mid: mid(TrackKind::Screen),
                }
            })
            .collect()
    }

    /// Gives every member a set of sections at every other one who has sets left: earlier members first, and nobody
    /// who has one moves.
    fn assign(&mut self) {
        let present: Vec<MemberId> = self.members.iter().map(|member| member.id).collect();
        for receiver in &mut self.members {
            let wanted = |other: &MemberId| (*other == receiver.id) == self.options.echo;
            receiver.carries.resize(receiver.leg.sets(), None);
            for place in &mut receiver.carries {
                *place = place.filter(|carried| present.contains(carried) && wanted(carried));
            }
            for other in present.iter().filter(|other| wanted(other)) {
                if !receiver.carries.contains(&Some(*other))
                    && let Some(free) = receiver.carries.iter_mut().find(|place| place.is_none())
                {
                    *free = Some(*other);
                }
            }
        }
    }

    fn maps(&self) -> Vec<(MemberId, Vec<MemberStreams>)> {
        self.members.iter().map(|member| (member.id, self.streams_for(member.id))).collect()
    }

    /// Tells the owner whose map is another one than before. The cause of the change learns it from its answer.
    fn announce_changes(&self, before: &[(MemberId, Vec<MemberStreams>)], cause: MemberId, port: &Port<'_>) {
        for (member, streams) in self.maps() {
            if member != cause && !before.contains(&(member, streams)) {
                port.announce(MediaEvent::Streams { member });
            }
        }
    }

    fn leg_of(&mut self, member: MemberId) -> Option<&mut Leg> {
        self.members.iter_mut().find(|known| known.id == member).map(|known| &mut known.leg)
    }
}

/// Closes a connection, sends its goodbye and forgets its addresses.
fn retire(leg: &mut Leg, port: &mut Port<'_>) {
    leg.connection.close();
    send_all(leg, port);
    port.table.forget_leg(leg.id);
}
