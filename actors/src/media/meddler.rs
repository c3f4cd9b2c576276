//! What goes wrong on purpose with packets that are passed on: so that it can be proven that whoever checks them notices.
//! Without the feature `failure-points` a packet passes here as it is.

#[cfg(feature = "failure-points")]
pub(super) use armed::Held;
#[cfg(not(feature = "failure-points"))]
use {
    super::leg::Arrival,
    super::room_media::{Port, RoomMedia},
    okienko::failures::Failures,
    okienko::ids::{CallId, MemberId},
};

/// Meddles with the packets on their way to one receiver.
#[derive(Default)]
pub(super) struct Meddler {
    #[cfg(feature = "failure-points")]
    held: Held,
}

#[cfg(not(feature = "failure-points"))]
impl Meddler {
    /// Gives what is to be sent instead of a packet: the packet.
    #[inline(always)]
    pub(super) fn meddle(
        &mut self,
        packet: Arrival,
        _: (Option<CallId>, MemberId),
        _: &Failures,
    ) -> std::iter::Once<Arrival> {
        std::iter::once(packet)
    }
}

#[cfg(not(feature = "failure-points"))]
impl RoomMedia {
    /// Passes the place at which a room's media fail.
    #[inline(always)]
    pub(super) fn pass_failure_point(&self, _: &Port<'_>) {}
}

#[cfg(feature = "failure-points")]
mod armed {
    use std::cell::RefCell;
    use std::fmt;

    use bytes::{Bytes, BytesMut};
    use okienko::failures::{Failures, Fault, Point};
    use okienko::ids::{CallId, MemberId};

    use super::Meddler;
    use crate::media::leg::Arrival;
    use crate::media::messages::TrackKind;
    use crate::media::room_media::{Port, RoomMedia};

    /// What waits for the next packet of the same kind.
    #[derive(Default)]
    pub(in crate::media) enum Held {
        #[default]
        Nothing,
        /// To be sent after it.
        Packet(Arrival),
        /// To be sent once more, in its place: a packet that has the number of another one would be taken for a replay
        /// and not be noticed (RFC 3711 §3.3.2).
        Content(TrackKind, Bytes),
    }

    thread_local! {
        /// What this thread's rooms passed on last. The newest comes first; as many as there are kinds in a few calls.
        static PASSED: RefCell<Vec<Passed>> = const { RefCell::new(Vec::new()) };
    }

    /// How much of it is kept.
    const KEPT: usize = 64;

    /// A content that was passed on.
    #[derive(Clone)]
    struct Passed {
        call: Option<CallId>,
        kind: TrackKind,
        content: Bytes,
    }

    /// Puts the newest content that fits in a packet's place.
    fn replace(packet: &mut Arrival, fits: impl Fn(&Passed) -> bool) {
        let found = PASSED.with_borrow(|passed| passed.iter().find(|each| fits(each)).map(|each| each.content.clone()));
        if let Some(content) = found {
            packet.packet.payload = content;
        }
    }

    impl Meddler {
        /// Gives what is to be sent instead of a packet.
        pub(in crate::media) fn meddle(
            &mut self,
            mut packet: Arrival,
            (call, receiver): (Option<CallId>, MemberId),
            failures: &Failures,
        ) -> Vec<Arrival> {
            let kind = packet.kind;
            let content = packet.packet.payload.clone();
            if failures.at(Point::MediaNumbers, receiver) == Fault::Corrupt {
                packet.packet.header.timestamp = packet.packet.header.timestamp.wrapping_add(7);
            }
            if failures.at(Point::MediaStream, receiver) == Fault::Corrupt {
                replace(&mut packet, |each| each.call == call && each.kind != kind);
            }
            if failures.at(Point::MediaCall, receiver) == Fault::Corrupt {
                replace(&mut packet, |each| each.call != call && each.kind == kind);
            }
            PASSED.with_borrow_mut(|passed| {
                passed.insert(0, Passed { call, kind, content });
                passed.truncate(KEPT);
            });
            match std::mem::take(&mut self.held) {
                Held::Packet(earlier) if earlier.kind == packet.kind => return vec![packet, earlier],
                Held::Content(kind, content) if kind == packet.kind => packet.packet.payload = content,
                other => self.held = other,
            }
            match failures.at(Point::MediaForward, receiver) {
                Fault::Drop => return Vec::new(),
                Fault::Reorder => {
                    self.held = Held::Packet(packet);
                    return Vec::new();
                }
                Fault::Duplicate => self.held = Held::Content(packet.kind, packet.packet.payload.clone()),
                Fault::Corrupt => packet.packet.payload = corrupted(&packet.packet.payload),
                _ => {}
            }
            vec![packet]
        }
    }

    fn corrupted(payload: &Bytes) -> Bytes {
        let mut bytes = BytesMut::from(&payload[..]);
        if let Some(last) = bytes.last_mut() {
            *last ^= 0xFF;
        }
        bytes.freeze()
    }

    impl RoomMedia {
        /// Passes the place at which a room's media fail.
        pub(in crate::media) fn pass_failure_point(&self, port: &Port<'_>) {
            let _done_inside = port.settings.failures.at(Point::RoomMediaStep, Subject(self.options.call));
        }
    }

    /// The call, if there is one.
    struct Subject(Option<CallId>);

    impl fmt::Display for Subject {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.map_or(Ok(()), |call| call.fmt(f))
        }
    }
}
