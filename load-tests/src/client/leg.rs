//! A client's end of a call: connection after connection, as rooms and networks come and go, on the ladder that our
//! pages have.

use std::sync::Arc;
use std::time::Duration;

use okienko::ids::CallId;
use rand::RngExt;
use rand::rngs::StdRng;
use tokio::time::Instant;

use crate::ledger::story::CallEnd;
use crate::measure::names::Latency;
use crate::media::peer::{Peer, PeerError, PeerEvent, PeerReport};
use crate::run::stage::Stage;
use crate::scenario::MediaKind;

/// The numbers of `web/static/js/call.js`.
const GAP_MOST: Duration = Duration::from_secs(3);
const CONNECT_MOST: Duration = Duration::from_secs(10);

/// A client's end of a call.
pub struct Leg {
    stage: Arc<Stage>,
    call: CallId,
    /// As whom its packets are stamped: nobody else in this run or another has the same number.
    me: u128,
    generation: u32,
    peer: Option<Peer>,
    /// When a connection is given up and made anew.
    renew_at: Option<Instant>,
    offered_at: Instant,
    reports: Vec<PeerReport>,
    incarnations: u32,
}

/// What happens at an end of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LegEvent {
    /// Verified media of all streams have come over the present connection.
    Alive,
    /// The connection must be made anew: offer again.
    Renew,
}

impl Leg {
    /// An end of a call without a connection yet.
    #[must_use]
    pub fn new(stage: &Arc<Stage>, call: CallId, rng: &mut StdRng) -> Self {
        Self {
            stage: Arc::clone(stage),
            call,
            me: rng.random(),
            generation: 0,
            peer: None,
            renew_at: None,
            offered_at: Instant::now(),
            reports: Vec::new(),
            incarnations: 0,
        }
    }

    /// Of which call.
    #[must_use]
    pub const fn call(&self) -> CallId {
        self.call
    }

    /// Of which generation of the room.
    #[must_use]
    pub const fn generation(&self) -> u32 {
        self.generation
    }

    /// The room is there, for the first time or anew: a new connection is made. Gives its offer, if media are sent at
    /// all in this run.
    ///
    /// # Errors
    /// [`PeerError`].
    pub async fn room_ready(&mut self, generation: u32) -> Result<Option<String>, PeerError> {
        self.generation = generation;
        self.renew().await
    }

    /// Makes a new connection; gives its offer.
    ///
    /// # Errors
    /// [`PeerError`].
    pub async fn renew(&mut self) -> Result<Option<String>, PeerError> {
        self.drop_peer().await;
        if self.stage.plan.media.kind == MediaKind::None {
            return Ok(None);
        }
        self.incarnations += 1;
        self.offered_at = Instant::now();
        self.renew_at = Some(self.offered_at + CONNECT_MOST);
        let options = self.stage.peer_options(self.me, self.incarnations);
        let (peer, sdp) = Peer::offer(options, Arc::clone(&self.stage.media)).await?;
        self.peer = Some(peer);
        Ok(Some(sdp))
    }

    /// The server's answer to the offer.
    ///
    /// # Errors
    /// [`PeerError`] if it does not fit.
    pub async fn answer(&self, call: CallId, generation: u32, sdp: &str) -> Result<(), PeerError> {
        match &self.peer {
            Some(peer) if (call, generation) == (self.call, self.generation) => {
                peer.answer(sdp, self.stage.server_ip()).await
            }
            // Of a connection that was given up meanwhile.
            _ => Ok(()),
        }
    }

    /// What happens next; may be dropped and asked again.
    pub async fn next(&mut self) -> LegEvent {
        loop {
            let renew_at = self.renew_at;
            let Some(peer) = &mut self.peer else { return std::future::pending().await };
            let (at, event) = tokio::select! {
                event = peer.next() => event,
                () = tokio::time::sleep_until(renew_at.unwrap_or(self.offered_at)), if renew_at.is_some() => {
                    self.renew_at = None;
                    return LegEvent::Renew;
                }
            };
            match event {
                PeerEvent::Connected => {
                    self.renew_at = None;
                    self.stage.recorder.note(Latency::Connect, at.duration_since(self.offered_at));
                }
                PeerEvent::Broken => self.renew_at = Some(at + GAP_MOST),
                PeerEvent::Alive => return LegEvent::Alive,
            }
        }
    }

    /// The call is over: what it was like.
    pub async fn end(mut self) -> CallEnd {
        self.drop_peer().await;
        CallEnd { call: self.call, me: self.me, peers: self.reports }
    }

    async fn drop_peer(&mut self) {
        self.renew_at = None;
        if let Some(peer) = self.peer.take() {
            self.reports.push(peer.close().await);
        }
    }
}
