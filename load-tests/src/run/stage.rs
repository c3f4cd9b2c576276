//! What all clients of a run share.

use std::net::IpAddr;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use hdrhistogram::Histogram;
use tokio::sync::watch;
use tokio::time::Instant;

use super::board::Board;
use crate::client::http::{Http, Offer};
use crate::ledger::story::Story;
use crate::measure::recorder::{Recorder, histogram};
use crate::measure::tally::Tally;
use crate::media::MediaShared;
use crate::media::peer::PeerOptions;
use crate::scenario::Plan;

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Residents come.
    Arriving,
    /// Nobody comes any more; those in the line are served.
    Settling,
    /// Everybody goes: whoever waits leaves, whoever talks hangs up.
    Closing,
    /// Whoever has not gone by now is stopped.
    Over,
}

/// What all clients of a run share.
pub struct Stage {
    /// What happens.
    pub plan: Plan,
    /// What all chance grows from.
    pub seed: u64,
    /// The server.
    pub http: Http,
    /// What residents ask for.
    pub offer: Offer,
    /// From which address media go.
    pub local: IpAddr,
    /// Where times go.
    pub recorder: Arc<Recorder>,
    /// Where other counts go.
    pub tally: Arc<Tally>,
    /// What media share.
    pub media: Arc<MediaShared>,
    /// Who is connected.
    pub board: Board,
    /// How far the run is.
    pub phase: watch::Receiver<Phase>,
    /// Residents who have come and not gone yet.
    pub in_flight: AtomicUsize,
    /// The visits of those in whose place somebody else has come.
    former: Mutex<Vec<Story>>,
    begin: OnceLock<Instant>,
    lateness: Mutex<Histogram<u64>>,
}

/// What a stage is made of, besides what is empty at first.
pub struct Props {
    /// What happens.
    pub plan: Plan,
    /// What all chance grows from.
    pub seed: u64,
    /// The server.
    pub http: Http,
    /// What residents ask for.
    pub offer: Offer,
    /// From which address media go.
    pub local: IpAddr,
    /// Where times go.
    pub recorder: Arc<Recorder>,
}

impl Stage {
    /// A stage before the first arrival.
    #[must_use]
    pub fn set(props: Props, phase: watch::Receiver<Phase>) -> Self {
        let Props { plan, seed, http, offer, local, recorder } = props;
        let media = Arc::new(MediaShared::new(Arc::clone(&recorder)));
        Self {
            plan,
            seed,
            http,
            offer,
            local,
            recorder,
            tally: Arc::default(),
            media,
            board: Board::default(),
            phase,
            in_flight: AtomicUsize::new(0),
            former: Mutex::default(),
            begin: OnceLock::new(),
            lateness: Mutex::new(histogram()),
        }
    }

    /// Notes by how much something was done later than planned, for no fault of the server's.
    pub fn note_lateness(&self, planned: Instant) {
        let late = Instant::now().saturating_duration_since(planned);
        let us = u64::try_from(late.as_micros()).unwrap_or(u64::MAX);
        self.lateness.lock().unwrap_or_else(PoisonError::into_inner).saturating_record(us);
    }

    /// By how much things were done later than planned, in microseconds; media packets counted in.
    #[must_use]
    pub fn lateness(&self) -> Histogram<u64> {
        let mut all = self.lateness.lock().unwrap_or_else(PoisonError::into_inner).clone();
        // Both have the same bounds, so that nothing can be out of range.
        let _same_bounds = all.add(self.media.lateness());
        all
    }

    /// The moment from which the plan counts: of the first call for it. Clerks are on duty before.
    pub fn begin(&self) -> Instant {
        *self.begin.get_or_init(Instant::now)
    }

    /// Keeps the visit of somebody in whose place somebody else has come.
    pub fn note_former(&self, story: Story) {
        self.former.lock().unwrap_or_else(PoisonError::into_inner).push(story);
    }

    /// Gives these visits away.
    pub fn take_former(&self) -> Vec<Story> {
        std::mem::take(&mut *self.former.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// How far the run is.
    #[must_use]
    pub fn phase_now(&self) -> Phase {
        *self.phase.borrow()
    }

    /// A connection for a member of a call.
    #[must_use]
    pub fn peer_options(&self, me: u128, incarnation: u32) -> PeerOptions {
        PeerOptions { media: self.plan.media.clone(), me, incarnation, local: self.local }
    }

    /// Where the server's media come from.
    #[must_use]
    pub fn server_ip(&self) -> IpAddr {
        self.http.address().ip()
    }
}
