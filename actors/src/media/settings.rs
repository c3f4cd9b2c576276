//! What a media pool is told at its start, and what can go wrong in this layer.

use std::io;
use std::net::IpAddr;
use std::time::Duration;

use okienko::failures::Failures;

/// How the media layer is set up. Built from the configuration; the defaults suit tests.
#[derive(Debug, Clone)]
pub struct MediaSettings {
    /// UDP port of the first arbiter; each further arbiter takes the next one. 0 takes any free port for each.
    pub udp_port: u16,
    /// Addresses the browsers are told. Empty: those of all interfaces and loopback.
    pub public_addresses: Vec<IpAddr>,
    /// How many arbiters, each one thread with one port.
    pub arbiters: usize,
    /// Sent packets kept for each outgoing stream, to answer requests for retransmission. A power of two.
    pub nack_packets: usize,
    /// How many members one call may have.
    pub max_members: usize,
    /// Longest session description that is read, in bytes.
    pub max_offer_bytes: usize,
    /// Shortest time between two requests for a keyframe of one stream. Browsers ignore requests closer than 300 ms.
    pub keyframe_interval: Duration,
    /// What goes wrong on purpose.
    pub failures: Failures,
}

impl Default for MediaSettings {
    fn default() -> Self {
        Self {
            udp_port: 0,
            public_addresses: Vec::new(),
            arbiters: 1,
            nack_packets: 256,
            max_members: 6,
            max_offer_bytes: 64 * 1024,
            keyframe_interval: Duration::from_millis(400),
            failures: Failures::default(),
        }
    }
}

/// What can go wrong in the media layer.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// The UDP port is taken, or may not be opened.
    #[error("udp port {port} cannot be opened")]
    Bind {
        /// The port that was asked for; 0 means any.
        port: u16,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The highest arbiter's port would lie beyond 65535, or no arbiter was asked for.
    #[error("{arbiters} media arbiters do not fit from udp port {port}")]
    Arbiters {
        /// The first port.
        port: u16,
        /// How many arbiters were asked for.
        arbiters: usize,
    },
    /// A thread could not be started.
    #[error("a media thread cannot be started")]
    Thread(#[source] io::Error),
    /// A room was opened on a thread that has no port.
    #[error("this thread is not a media arbiter")]
    NotOnMediaThread,
    /// The offer is longer than [`MediaSettings::max_offer_bytes`].
    #[error("the offer has {size_bytes} bytes, more than {limit_bytes}")]
    OfferTooLarge {
        /// Its length.
        size_bytes: usize,
        /// The longest that is read.
        limit_bytes: usize,
    },
    /// The offer is not one that this server can answer.
    #[error("the offer is wrong: {0}")]
    Offer(&'static str),
    /// The WebRTC stack refused the offer.
    #[error("the offer was refused: {0}")]
    Negotiation(String),
    /// A connection was to be renegotiated that does not exist: the browser must begin a fresh one.
    #[error("the member has no connection")]
    NoConnection,
    /// The call has as many members as it may have.
    #[error("the call is full")]
    RoomFull,
    /// The member was removed, or made another offer, before this one was answered.
    #[error("the offer was overtaken")]
    Overtaken,
    /// The room's media has died; a new seat must be opened.
    #[error("the room's media has died")]
    Died,
}
