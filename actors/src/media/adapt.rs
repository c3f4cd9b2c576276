//! Slow receivers make their senders slow down: asks the rules of `allot` after each report from a browser, and does what
//! they say.

use okienko::ids::MemberId;

use super::allot::{Intaking, limit_bps};
use super::messages::{MediaEvent, TrackKind};
use super::room_media::{Member, Port, RoomMedia};
use super::tally::{Count, Tally};

impl RoomMedia {
    /// Follows what the member at this place has just reported.
    pub(super) fn adapt(&mut self, at: usize, port: &mut Port<'_>) {
        let Some(member) = self.members.get(at) else { return };
        count_resends(member, port.tally);
        if !member.leg.is_live {
            return;
        }
        self.hold_back(at, port);
        for sender in 0..self.members.len() {
            self.tell_limit(sender, port);
        }
    }

    /// Holds pictures back from a receiver whose way is too narrow for any, and lets them through again.
    fn hold_back(&mut self, at: usize, port: &mut Port<'_>) {
        let Some(intaking) = self.members.get(at).map(|member| self.intaking(member)) else { return };
        let Some(Member { id, leg, .. }) = self.members.get_mut(at) else { return };
        let was_on = leg.hold.is_on();
        let is_on = leg.hold.judge(port.now, intaking);
        leg.connection.downlink().set_ceiling_bps(leg.hold.ceiling_bps(intaking));
        if is_on == was_on {
            return;
        }
        port.announce(MediaEvent::Pictures { member: *id, sent: !is_on });
        if is_on {
            port.tally.add(Count::PicturesHeldBack, 1);
        } else {
            self.ask_keyframes_for(at, port);
        }
    }

    /// Tells a sender how much to send, where there is something to tell.
    fn tell_limit(&mut self, at: usize, port: &mut Port<'_>) {
        let Some(sender) = self.members.get(at).filter(|sender| sender.leg.is_live) else { return };
        let (_, pictures) = flows(sender);
        let receivers = self.members.iter().filter(|receiver| receiver.receives(sender.id));
        // Whoever gets no pictures anyway must not spoil those of the others.
        let watching = receivers.clone().filter(|receiver| !receiver.leg.hold.is_on()).count();
        let counted = receivers.filter(|receiver| watching == 0 || !receiver.leg.hold.is_on());
        let limit = limit_bps(pictures, counted.map(|receiver| self.intaking(receiver).picture_bps()));
        let Some(sender) = self.members.get_mut(at) else { return };
        if let Some(limit_bps) = sender.leg.told.due(port.now, limit) {
            sender.leg.limit(port.now, limit_bps);
            port.tally.add(Count::LimitsTold, 1);
        }
    }

    /// What a member is to receive, and how much of it fits on the way.
    fn intaking(&self, receiver: &Member) -> Intaking {
        let senders = receiver.carries.iter().flatten().filter_map(|id| self.member(*id));
        let (voices, pictures) = senders.map(flows).fold((0, 0), |sum, more| (sum.0 + more.0, sum.1 + more.1));
        Intaking { cap_bps: receiver.leg.connection.downlink().cap_bps(), voices, pictures }
    }

    fn member(&self, id: MemberId) -> Option<&Member> {
        self.members.iter().find(|member| member.id == id)
    }
}

/// How many voices and pictures a member sends that are passed on.
fn flows(sender: &Member) -> (usize, usize) {
    let passed = |kind: &TrackKind| sender.stopped.get(kind.index()) != Some(&true);
    let (pictures, voices): (Vec<_>, Vec<_>) = sender.leg.flowing().filter(passed).partition(|kind| kind.is_video());
    (voices.len(), pictures.len())
}

fn count_resends(member: &Member, tally: &Tally) {
    let (granted, refused) = member.leg.connection.downlink().take_resends();
    tally.add(Count::ResendsGranted, granted);
    tally.add(Count::ResendsRefused, refused);
}
