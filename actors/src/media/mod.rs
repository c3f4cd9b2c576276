//! Media: the browsers' connections, and who receives whom.
//!
//! # Shape
//!
//! [`MediaPool`] starts the media arbiters: each is one thread with one UDP port and nothing else on it. A Room is an
//! actor on one of them ([`MediaPool::arbiter_for`]) and owns a [`RoomSeat`]; the port's loop is a task on the same
//! thread that calls straight into the rooms:
//!
//! ```text
//! datagrams ─► socket ─► port: whose is it? (STUN by ICE user name, the rest by admitted address)
//!                          └─► room_media, in a catch_unwind of its own
//!                                └─► leg ─► connection (WebRTC stack, no input or output of its own)
//!                                      └─► route: renumber ─► the other legs ─► socket ─► datagrams
//! ```
//!
//! No mailbox, task, channel or lock per packet; a room never spans two threads. A panic in a room's step drops that
//! room's media and tells its owner ([`MediaEvent::Died`]); the other rooms lose nothing.
//!
//! # Offers
//!
//! The browser always offers, with its whole description at once, and the server's candidates are in the answer. The
//! sections of an offer count by their order: the n-th sound and the n-th pair of pictures (camera, screen) make
//! **set** n. In set 0 the browser sends its own media and receives the first other member; each further set is
//! receive-only and brings one more member. A data section is accepted; what comes over it is discarded.
//! [`MemberStreams`] names the sections; an offer for the connection the member has ([`OfferKind::Again`]) changes
//! them, and an offer of a page that was just loaded ([`OfferKind::Fresh`]) replaces the connection, which the other
//! members do not notice.
//!
//! A browser may offer any section `inactive`, `recvonly` or `sendonly`; the answer mirrors it. One that offers its
//! screen section `recvonly` from the start sees a shared screen without offering again. Sections are never closed.
//! The browser must name its streams (`a=ssrc`), as all of them do.
//!
//! # Slow receivers
//!
//! Every packet we send is numbered across streams (TWCC), and the browser reports when each came. `estimate` makes a
//! cap of it, `allot` makes of the receivers' caps what each sender is asked not to exceed (REMB), and who gets no
//! pictures for now; `adapt` does what they say. `resends` bounds what is sent again.
//! `downlink` and `resend_filter` are their places in the stack, which `stack` sets up. No pacer.
//!
//! # Addresses
//!
//! A port takes both IPv6 and IPv4 on one socket, or IPv4 alone where the system has no IPv6. Candidates in an offer
//! are ignored: the browser comes to us, and so nobody can make the server knock anywhere. An address is admitted when
//! our own STUN success response goes to it. No member ever learns another one's address, and nothing is written to
//! disk or to the log about members, addresses or descriptions.

mod adapt;
mod addresses;
mod allot;
mod codec;
mod connection;
mod demux;
mod downlink;
mod estimate;
#[cfg(test)]
mod estimate_tests;
mod interceptor;
mod leg;
mod meddler;
mod messages;
mod panics;
mod pool;
mod port;
mod port_task;
mod resend_filter;
mod resends;
mod room_media;
mod room_members;
mod route;
mod sdp;
#[cfg(test)]
mod sdp_tests;
mod seat;
mod settings;
mod socket;
mod stack;
mod table;
mod tally;
mod timers;

pub use messages::{Answer, LegStats, MediaEvent, MemberStreams, OfferKind, RoomOptions, TrackKind};
pub use pool::MediaPool;
pub use seat::RoomSeat;
pub use settings::{MediaError, MediaSettings};
pub use tally::MediaCounters;
