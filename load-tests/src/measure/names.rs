//! The names of everything that is measured. A scenario's bars and a summary speak of nothing else.

/// A measured time. Where the load is open there are two: from the moment that the schedule asked for, which is what
/// people feel, and `…_service_ms` from the moment that the request really went out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Latency {
    /// The start of the server, from the order to `/readyz` saying yes.
    Ready,
    /// `POST /api/v1/sessions`.
    Session,
    /// From a resident's scheduled arrival to their place in the line.
    Join,
    /// The same from the first byte sent.
    JoinService,
    /// From the moment a clerk meant to press to both browsers knowing.
    Assign,
    /// The same from the frame sent.
    AssignService,
    /// From a clerk's press to a waiting browser that learns its new place.
    Place,
    /// From the moment the resident meant to accept to verified media on both sides.
    Setup,
    /// The same from the frame sent.
    SetupService,
    /// From an offer to a connected ICE and DTLS.
    Connect,
    /// From a hang-up to the resident being told.
    HangUp,
    /// From a fault to a session's browser being back with its state.
    Resume,
    /// From a fault to verified media on both sides of a call that had them before.
    MediaBack,
    /// From the end of a standstill of the server to verified media on both sides of a call that had them before.
    MediaOn,
    /// One way from sender to receiver through the server, the tester's own sockets and encryption included.
    Forward,
}

impl Latency {
    /// All of them, in the order of a report.
    pub const ALL: [Self; 15] = [
        Self::Ready,
        Self::Session,
        Self::Join,
        Self::JoinService,
        Self::Assign,
        Self::AssignService,
        Self::Place,
        Self::Setup,
        Self::SetupService,
        Self::Connect,
        Self::HangUp,
        Self::Resume,
        Self::MediaBack,
        Self::MediaOn,
        Self::Forward,
    ];

    /// Its name in scenarios and summaries.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready_ms",
            Self::Session => "session_ms",
            Self::Join => "join_ms",
            Self::JoinService => "join_service_ms",
            Self::Assign => "assign_ms",
            Self::AssignService => "assign_service_ms",
            Self::Place => "place_ms",
            Self::Setup => "setup_ms",
            Self::SetupService => "setup_service_ms",
            Self::Connect => "connect_ms",
            Self::HangUp => "hang_up_ms",
            Self::Resume => "resume_ms",
            Self::MediaBack => "media_back_ms",
            Self::MediaOn => "media_on_ms",
            Self::Forward => "forward_ms",
        }
    }

    /// The one with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|latency| latency.name() == name)
    }
}

macro_rules! counts {
    ($($name:literal: $meaning:literal,)*) => {
        /// All numbers that are no times, with what they mean.
        pub const COUNTS: &[(&str, &str)] = &[$(($name, $meaning),)*];
    };
}

counts! {
    "arrivals_planned": "residents that the schedule asked for",
    "arrivals_started": "residents that really came",
    "tickets_attempted": "residents who asked for a ticket",
    "tickets_acknowledged": "tickets that the server promised",
    "tickets_refused": "requests for a ticket that were refused in words",
    "tickets_recovered": "tickets whose promise came only after a lost connection",
    "tickets_served": "tickets that ended by hanging up a call",
    "tickets_left": "tickets whose resident left the line",
    "tickets_expired": "tickets that were missed or given up for absence",
    "tickets_ended": "tickets that ended otherwise",
    "tickets_lost": "promised tickets that never came to an end",
    "tickets_doubled": "tickets that ended twice, were served or invited twice, or came in pairs",
    "tickets_unexpected": "tickets that nobody asked for",
    "assignments": "tickets that clerks called",
    "order_violations": "calls before somebody whose turn it was, by what clerks and residents saw",
    "log_violations": "the same by the server's event log, and histories in it that cannot be",
    "ledger_mismatches": "tickets of which the database says something else than residents and clerks were told",
    "calls_established": "calls with verified media on both sides",
    "calls_not_back": "calls that a fault broke off for good",
    "sessions_not_back": "sessions that did not come back after a fault",
    "links_lost": "connections that were lost without a fault that breaks all of them",
    "faults_injected": "faults that were injected",
    "protocol_faults": "frames that could not be read or were out of sequence",
    "problems_unexpected": "refusals that nothing explains",
    "media_packets": "media packets that arrived",
    "media_lost": "media packets that never arrived",
    "media_loss_percent": "the share of packets that never arrived",
    "media_late": "media packets that arrived out of order",
    "media_duplicated": "media packets that arrived twice",
    "media_corrupt": "media packets whose checksum was wrong",
    "media_foreign": "media packets of another call",
    "media_misrouted": "media packets in the wrong stream of the right call",
    "media_misnumbered": "media packets whose RTP numbers a decoder could not follow",
    "media_silent_streams": "streams of connected members of which nothing arrived",
    "server_cpu_percent": "CPU of the server, of one core",
    "server_cpu_us_per_packet": "CPU of the server for each media packet that it passed on",
    "server_rss_mb": "the server's memory at its most",
    "server_kb_per_waiting": "the server's memory for each waiting session",
    "server_kb_per_call": "the server's memory for each call",
    "server_rss_growth_percent": "growth of the server's memory between two idle moments of the same run",
    "server_fds_growth": "growth of its open descriptors between the same moments",
    "server_threads_growth": "growth of its threads between the same moments",
    "server_left_behind": "sessions, rooms and members of calls that it still has when residents come no more",
}

/// The name of a count, if there is one like it.
#[must_use]
pub fn count(name: &str) -> Option<&'static str> {
    COUNTS.iter().map(|(known, _)| *known).find(|known| *known == name)
}
