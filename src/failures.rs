//! Failure points: named places of the program where a failure can be brought about, to prove what it leaves alone.
//!
//! Only builds with the feature `failure-points` have them, and such a build refuses a production start. Without the
//! feature [`Failures`] is empty and [`Failures::at`] does nothing, so that nothing of this is left in the program.
//! `docs/FAILURE-POINTS.md` says what each of them does and how they are armed.

use std::fmt::{self, Display};

#[cfg(feature = "failure-points")]
mod armed;
#[cfg(feature = "failure-points")]
mod rule;

#[cfg(feature = "failure-points")]
pub use rule::Rule;

/// A place where something can go wrong on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Point {
    /// A room begins. Subject of this and the next three: the call.
    RoomStarted,
    /// A room handles a message.
    RoomHandler,
    /// A room's deadline has passed.
    RoomTimer,
    /// A room's media take in a batch of datagrams.
    RoomMediaStep,
    /// A media packet is passed on to one receiver. Subject: the receiving member.
    MediaForward,
    /// A media packet that is passed on is given its numbers. Subject of this and the next two: the receiving member.
    MediaNumbers,
    /// It is put into the stream that it belongs to.
    MediaStream,
    /// It is put into the call that it belongs to.
    MediaCall,
    /// A media port looks whose a datagram is.
    MediaPort,
    /// A line begins. Subject of this and the other ones of lines: the office.
    QueueStarted,
    /// A line handles a message.
    QueueHandler,
    /// A line's deadline has passed.
    QueueTimer,
    /// A line has decided and is about to ask for the write.
    QueueBeforeWrite,
    /// A line has its answer from the store and is about to tell of it.
    QueueBeforeAnnounce,
    /// A line takes a newcomer in whose ticket is stored.
    QueueJoin,
    /// A line looks for who is next.
    QueuePick,
    /// A citizen's session begins. Subject of this and the next two: the session.
    SessionStarted,
    /// A citizen's session handles a message.
    SessionHandler,
    /// A citizen's session looks after what comes with time.
    SessionTimer,
    /// A clerk's presence begins. Subject of this and the next two: the clerk.
    PresenceStarted,
    /// A clerk's presence handles a message.
    PresenceHandler,
    /// A clerk's presence looks after what comes with time.
    PresenceTimer,
    /// A socket takes in a command.
    SocketCommand,
    /// A branch looks after its children. Subject: the kind of children, such as `room`.
    Branch,
    /// The supervisor makes its round.
    Supervisor,
    /// The writer is about to commit a group.
    StoreBeforeCommit,
    /// The writer has committed a group and has told nobody.
    StoreAfterCommit,
}

impl Point {
    /// All points.
    pub const ALL: [Self; 27] = [
        Self::RoomStarted,
        Self::RoomHandler,
        Self::RoomTimer,
        Self::RoomMediaStep,
        Self::MediaForward,
        Self::MediaNumbers,
        Self::MediaStream,
        Self::MediaCall,
        Self::MediaPort,
        Self::QueueStarted,
        Self::QueueHandler,
        Self::QueueTimer,
        Self::QueueBeforeWrite,
        Self::QueueBeforeAnnounce,
        Self::QueueJoin,
        Self::QueuePick,
        Self::SessionStarted,
        Self::SessionHandler,
        Self::SessionTimer,
        Self::PresenceStarted,
        Self::PresenceHandler,
        Self::PresenceTimer,
        Self::SocketCommand,
        Self::Branch,
        Self::Supervisor,
        Self::StoreBeforeCommit,
        Self::StoreAfterCommit,
    ];

    /// The name by which it is armed.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RoomStarted => "room.started",
            Self::RoomHandler => "room.handler",
            Self::RoomTimer => "room.timer",
            Self::RoomMediaStep => "room.media-step",
            Self::MediaForward => "media.forward",
            Self::MediaNumbers => "media.numbers",
            Self::MediaStream => "media.stream",
            Self::MediaCall => "media.call",
            Self::MediaPort => "media.port",
            Self::QueueStarted => "queue.started",
            Self::QueueHandler => "queue.handler",
            Self::QueueTimer => "queue.timer",
            Self::QueueBeforeWrite => "queue.before-write",
            Self::QueueBeforeAnnounce => "queue.before-announce",
            Self::QueueJoin => "queue.join",
            Self::QueuePick => "queue.pick",
            Self::SessionStarted => "session.started",
            Self::SessionHandler => "session.handler",
            Self::SessionTimer => "session.timer",
            Self::PresenceStarted => "presence.started",
            Self::PresenceHandler => "presence.handler",
            Self::PresenceTimer => "presence.timer",
            Self::SocketCommand => "socket.command",
            Self::Branch => "branch",
            Self::Supervisor => "supervisor",
            Self::StoreBeforeCommit => "store.before-commit",
            Self::StoreAfterCommit => "store.after-commit",
        }
    }
}

impl Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What the place itself has to do about an armed failure. Panics, delays and the death of the process happen inside
/// [`Failures::at`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing: go on.
    None,
    /// What passes here is lost.
    Drop,
    /// What passes here comes twice.
    Duplicate,
    /// What passes here comes after what follows it.
    Reorder,
    /// What passes here is changed on its way.
    Corrupt,
    /// What is done here fails, and says so.
    Fail,
    /// Whoever passes here never goes on, without holding its thread.
    Hang,
    /// The thread on which it lives comes to its end, with all others who live there.
    EndThread,
}

/// The failure points of a process. Cheap to clone; clones are the same ones.
#[derive(Debug, Clone, Default)]
pub struct Failures {
    #[cfg(feature = "failure-points")]
    armed: std::sync::Arc<armed::Armed>,
}

#[cfg(not(feature = "failure-points"))]
impl Failures {
    /// Passes a place: nothing happens.
    #[inline(always)]
    pub fn at<S: Display>(&self, _: Point, _: S) -> Fault {
        Fault::None
    }
}

#[cfg(feature = "failure-points")]
impl Failures {
    /// Points armed from the start; `seed` makes those that fail by chance the same again.
    #[must_use]
    pub fn armed(rules: &[Rule], seed: u64) -> Self {
        let failures = Self { armed: std::sync::Arc::new(armed::Armed::new(seed)) };
        for rule in rules {
            failures.arm(rule.clone());
        }
        failures
    }

    /// Arms a point from now on, besides what is armed already.
    pub fn arm(&self, rule: Rule) {
        self.armed.arm(rule);
    }

    /// Takes everything back that is armed.
    pub fn disarm(&self) {
        self.armed.disarm();
    }

    /// How often each point has fired.
    #[must_use]
    pub fn fired(&self) -> Vec<(Point, u64)> {
        self.armed.fired()
    }

    /// Passes a place. `subject` is what the place is about just now: rules may name it.
    ///
    /// # Panics
    /// If that is armed here.
    pub fn at<S: Display>(&self, point: Point, subject: S) -> Fault {
        self.armed.pass(point, &subject)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_point_is_in_the_prose() {
        let prose = include_str!("../docs/FAILURE-POINTS.md");

        let missing: Vec<_> = Point::ALL.into_iter().filter(|point| !prose.contains(&format!("`{point}`"))).collect();

        assert_eq!(missing, []);
    }
}
