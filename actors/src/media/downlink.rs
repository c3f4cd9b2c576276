//! What the stack's interceptors and the connection that they belong to tell each other of the way to one browser. The
//! stack owns the interceptors, so what both need lies here.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use rtc::interceptor::{BandwidthEstimator, PacketReport};

use super::estimate::{Estimate, Fate};

/// Stands for "none" where a rate or a time is kept.
const NONE: u64 = 0;

/// How the way to one browser is.
#[derive(Debug, Default)]
pub(super) struct Downlink {
    cap_bps: AtomicU64,
    ceiling_bps: AtomicU64,
    rtt_us: AtomicU64,
    resent: AtomicU64,
    resends_refused: AtomicU64,
    lost: AtomicU64,
}

impl Downlink {
    /// What may be sent to the browser, in bit/s; `None` while there is no reason to send less than there is.
    pub(super) fn cap_bps(&self) -> Option<u64> {
        some(&self.cap_bps)
    }

    /// Tells that no more than this is sent on purpose, so that a climb of the cap above it would prove nothing.
    pub(super) fn set_ceiling_bps(&self, ceiling_bps: Option<u64>) {
        self.ceiling_bps.store(ceiling_bps.unwrap_or(NONE), Relaxed);
    }

    /// The time there and back, with the browser's wait before it reports.
    pub(super) fn rtt(&self) -> Option<Duration> {
        some(&self.rtt_us).map(Duration::from_micros)
    }

    /// Packets that the browser reported missing so far.
    pub(super) fn lost(&self) -> u64 {
        self.lost.load(Relaxed)
    }

    /// Sets the number of packets that the browser reported missing.
    pub(super) fn set_lost(&self, packets: u64) {
        self.lost.store(packets, Relaxed);
    }

    /// Counts a request for retransmission.
    pub(super) fn count_resend(&self, granted: bool) {
        let counter = if granted { &self.resent } else { &self.resends_refused };
        counter.fetch_add(1, Relaxed);
    }

    /// How many requests for retransmission were granted and refused since the last call.
    pub(super) fn take_resends(&self) -> (u64, u64) {
        (self.resent.swap(0, Relaxed), self.resends_refused.swap(0, Relaxed))
    }
}

fn some(value: &AtomicU64) -> Option<u64> {
    Some(value.load(Relaxed)).filter(|value| *value != NONE)
}

/// Hands the browser's reports to the estimate and publishes what follows from them. It drives no pacer: pictures that
/// wait here would only be late.
pub(super) struct Judge {
    estimate: Estimate,
    fates: Vec<Fate>,
    downlink: Arc<Downlink>,
}

impl Judge {
    pub(super) fn new(downlink: Arc<Downlink>) -> Self {
        Self { estimate: Estimate::default(), fates: Vec::new(), downlink }
    }
}

impl BandwidthEstimator for Judge {
    fn on_reports(&mut self, now: Instant, reports: &[PacketReport]) {
        self.fates.clear();
        self.fates.extend(reports.iter().map(|report| Fate {
            departure: report.departure,
            arrival: report.arrival,
            arrived: report.arrived,
            size_bytes: report.size,
        }));
        let cap_bps = self.estimate.report(now, &self.fates, some(&self.downlink.ceiling_bps));
        self.downlink.cap_bps.store(cap_bps.unwrap_or(NONE), Relaxed);
        if let Some(rtt) = self.estimate.rtt() {
            self.downlink.rtt_us.store(u64::try_from(rtt.as_micros()).unwrap_or(u64::MAX), Relaxed);
        }
    }

    fn target_bitrate(&self) -> f64 {
        // Nobody in the stack reads it without a pacer.
        0.0
    }
}
