//! What a room and its media say to each other.

use std::time::Duration;

use okienko::ids::{CallId, MemberId};

/// What a stream shows or carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TrackKind {
    /// Voice.
    Audio,
    /// The camera's picture.
    Camera,
    /// A shared screen.
    Screen,
}

impl TrackKind {
    /// All kinds, in the order of a member's sections.
    pub const ALL: [Self; 3] = [Self::Audio, Self::Camera, Self::Screen];

    /// Whether it is a picture.
    #[must_use]
    pub fn is_video(self) -> bool {
        self != Self::Audio
    }

    /// Position in [`TrackKind::ALL`].
    pub(super) fn index(self) -> usize {
        match self {
            Self::Audio => 0,
            Self::Camera => 1,
            Self::Screen => 2,
        }
    }
}

/// Which connection an offer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfferKind {
    /// A new connection, of a page that was just loaded. It replaces the member's old one.
    Fresh,
    /// The connection the member has: an ICE restart, or sections that changed or were added.
    Again,
}

/// How a room is opened.
#[derive(Debug, Clone, Copy, Default)]
pub struct RoomOptions {
    /// Which call's media these are; none outside of calls, as in a test of this layer.
    pub call: Option<CallId>,
    /// Each member gets the own media back and nobody else's: the check of devices before a call.
    pub echo: bool,
}

/// The answer to an offer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The session description for the browser, complete with the server's candidates.
    pub sdp: String,
    /// Where the browser finds each other member.
    pub streams: Vec<MemberStreams>,
}

/// In which sections of its connection a browser receives another member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberStreams {
    /// The other member.
    pub member: MemberId,
    /// What the other member's browser has agreed to send now.
    pub sends: Vec<TrackKind>,
    /// `mid` of the section with the voice; `None` while the browser takes none.
    pub audio_mid: Option<String>,
    /// `mid` of the section with the camera's picture.
    pub camera_mid: Option<String>,
    /// `mid` of the section with the shared screen.
    pub screen_mid: Option<String>,
}

impl MemberStreams {
    /// Whether the browser must add receive-only sections and offer again to see this member.
    #[must_use]
    pub fn needs_sections(&self) -> bool {
        self.audio_mid.is_none() && self.camera_mid.is_none() && self.screen_mid.is_none()
    }
}

/// How one member's connection is doing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LegStats {
    /// Whether media may flow now.
    pub connected: bool,
    /// Time for a check to the browser and back, once one was answered.
    pub rtt: Option<Duration>,
    /// Media packets received from the browser.
    pub packets_in: u64,
    /// Their payload in bytes.
    pub bytes_in: u64,
    /// Media packets sent to the browser.
    pub packets_out: u64,
    /// Their payload in bytes.
    pub bytes_out: u64,
    /// Packets the browser sent that did not arrive, as far as we reported.
    pub lost_in: u64,
    /// Packets we sent that the browser reported missing.
    pub lost_out: u64,
}

/// What the media announces to the room that owns it.
#[derive(Debug, Clone, PartialEq, Eq, actix::Message)]
#[rtype(result = "()")]
pub enum MediaEvent {
    /// Media can flow between the server and this member; also after [`MediaEvent::Disconnected`].
    Connected {
        /// Whose connection.
        member: MemberId,
    },
    /// Nothing was heard from this member for some seconds; it may come back.
    Disconnected {
        /// Whose connection.
        member: MemberId,
    },
    /// The connection is lost, or never came to be; the browser must restart it or begin afresh.
    Failed {
        /// Whose connection.
        member: MemberId,
    },
    /// The first packet of this kind came from this member over its present connection.
    Flowing {
        /// Who sends.
        member: MemberId,
        /// What.
        kind: TrackKind,
    },
    /// What this member may receive, and where, has changed through somebody else. Where a member
    /// [needs sections](MemberStreams::needs_sections), or sends a kind this browser takes no section of, the browser
    /// must offer again with them.
    Streams {
        /// Whose map.
        member: MemberId,
    },
    /// The way to this member has become too narrow for pictures, or wide enough for them again. Sound goes on.
    Pictures {
        /// Whose connection.
        member: MemberId,
        /// Whether pictures are sent to them.
        sent: bool,
    },
    /// The room's media is gone. The owner drops its seat, opens another and lets the members begin afresh.
    Died {
        /// Why, for the log.
        reason: String,
    },
}
