//! What is counted, in the text format of Prometheus (OpenMetrics 1.0). Names begin with `okienko_` and end with their
//! unit, which is a base unit.

use std::fmt;
use std::time::Duration;

use actix_web::http::Method;
use okienko::store::Store;
use okienko_actors::Switchboard;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::guard::sockets::Sockets;

/// The upper bounds of the histogram of answers, in seconds.
const ANSWER_BOUNDS_S: [f64; 9] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// The upper bounds of the histogram of scans, in seconds.
const SCAN_BOUNDS_S: [f64; 8] = [0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 15.0, 30.0];

/// All counts of this process.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    answers: Family<RouteLabels, Histogram, fn() -> Histogram>,
    logins: Family<LoginLabels, Counter>,
    documents: DocumentCounts,
}

/// What is counted of documents. Clones count together.
#[derive(Debug, Clone)]
pub struct DocumentCounts {
    uploads: Family<UploadLabels, Counter>,
    scans: Histogram,
}

impl Default for DocumentCounts {
    fn default() -> Self {
        Self { uploads: Family::default(), scans: Histogram::new(SCAN_BOUNDS_S) }
    }
}

impl DocumentCounts {
    /// Counts a document that came to its end: `ready`, or the code of why it was refused.
    pub fn count_upload(&self, result: &'static str) {
        let _ = self.uploads.get_or_create(&UploadLabels { result }).inc();
    }

    /// Counts a scan, whatever came of it.
    pub fn observe_scan(&self, took: Duration) {
        self.scans.observe(took.as_secs_f64());
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct UploadLabels {
    result: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    route: String,
    method: &'static str,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LoginLabels {
    outcome: &'static str,
}

impl Metrics {
    /// Counts for a process with these actors, this store and these sockets.
    #[must_use]
    pub fn new(switchboard: Switchboard, store: Store, sockets: Sockets) -> Self {
        let requests = Family::default();
        let answers: Family<RouteLabels, Histogram, fn() -> Histogram> =
            Family::new_with_constructor(|| Histogram::new(ANSWER_BOUNDS_S));
        let logins = Family::default();
        let mut registry = Registry::with_prefix("okienko");
        registry.register("http_requests", "HTTP requests answered", requests.clone());
        registry.register("http_answer_seconds", "Time to answer an HTTP request", answers.clone());
        registry.register("staff_logins", "Attempts of staff to sign in", logins.clone());
        let documents = DocumentCounts::default();
        registry.register("uploads", "Documents that were found good or refused", documents.uploads.clone());
        registry.register("upload_scan_seconds", "Time to scan a document", documents.scans.clone());
        registry.register_collector(Box::new(Inside { switchboard, store, sockets }));
        Self { registry, requests, answers, logins, documents }
    }

    /// Counts an answered request; `route` is the pattern, never the address.
    pub fn count_request(&self, route: &str, method: &Method, status: u16, took: Duration) {
        let (route, method) = (route.to_owned(), known_method(method));
        self.answers.get_or_create(&RouteLabels { route: route.clone() }).observe(took.as_secs_f64());
        let _ = self.requests.get_or_create(&RequestLabels { route, method, status }).inc();
    }

    /// What is counted of documents.
    #[must_use]
    pub fn documents(&self) -> DocumentCounts {
        self.documents.clone()
    }

    /// Counts an attempt to sign in: `ok`, `failed` or `limited`.
    pub fn count_login(&self, outcome: &'static str) {
        let _ = self.logins.get_or_create(&LoginLabels { outcome }).inc();
    }

    /// All counts as text.
    ///
    /// # Errors
    /// None in practice: writing to a String does not fail.
    pub fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// What actors and store count themselves, asked for at each scrape.
struct Inside {
    switchboard: Switchboard,
    store: Store,
    sockets: Sockets,
}

impl fmt::Debug for Inside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inside").finish_non_exhaustive()
    }
}

impl Collector for Inside {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let counts = self.switchboard.counts();
        let (store, media) = (self.store.health(), counts.media);
        let gauges = [
            ("sockets", "Sockets open", self.sockets.count() as u64),
            ("sessions", "Citizens' sessions alive", counts.sessions),
            ("queues", "Lines alive", counts.queues),
            ("presences", "Clerks signed in to a desk", counts.presences),
            ("rooms", "Calls and device checks going on", counts.rooms),
            ("waiting_tickets", "Tickets waiting in all offices", counts.waiting),
            ("documents", "Documents that can be fetched", self.switchboard.documents().count()),
            ("store_waiting_writes", "Writes that wait for the store", store.waiting_writes as u64),
            ("store_waiting_reads", "Reads that wait for the store", store.waiting_reads as u64),
            ("store_answers", "Whether the database answers: 1 or 0", u64::from(store.is_there)),
            ("media_rooms", "Rooms open on the media threads", media.rooms),
            ("media_members", "Members with a connection", media.members),
            ("store_failed_commits_in_a_row", "Commits failed since the last that did not", store.failed_commits),
        ];
        for (name, help, value) in gauges {
            let gauge = ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX));
            gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)?;
        }
        let commit = ConstGauge::new(store.last_commit.as_secs_f64());
        let help = "How long the last commit took";
        commit.encode(encoder.encode_descriptor("store_last_commit_seconds", help, None, commit.metric_type())?)?;
        let counters = [
            ("session_restarts", "Sessions that died and were built anew", counts.session_restarts),
            ("queue_restarts", "Lines that died and were built anew", counts.queue_restarts),
            ("presence_restarts", "Presences that died and were built anew", counts.presence_restarts),
            ("room_restarts", "Rooms that died and were built anew", counts.room_restarts),
            ("actors_given_up", "Actors given up because they died too often", counts.given_up),
            ("actors_stuck", "Actors dropped because they answered nothing", counts.stuck),
            ("mailbox_refusals", "Messages that a full mailbox refused", counts.mailbox_refusals),
            ("media_received_packets", "Datagrams received", media.received_packets),
            ("media_forwarded_packets", "Media packets passed on, for each receiver", media.forwarded_packets),
            ("media_forwarded_bytes", "Payload of the packets passed on", media.forwarded_bytes),
            ("media_keyframes_wanted", "Keyframes that senders were asked for", media.keyframe_requests_sent),
            ("media_limits", "How often senders were told how much they may send", media.limits_told),
            ("media_pictures_held_back", "How often a way became too narrow for pictures", media.pictures_held_back),
            ("media_panics", "Panics caught on media threads", media.panics),
            ("store_commits", "Commits of the store", store.commits),
            ("store_writes", "Writes in these commits", store.writes),
        ];
        for (name, help, value) in counters {
            let counter = ConstCounter::new(value);
            counter.encode(encoder.encode_descriptor(name, help, None, counter.metric_type())?)?;
        }
        let dropped = [
            ("unknown_address", media.dropped_unknown_address),
            ("unknown_ufrag", media.dropped_unknown_ufrag),
            ("bad_stun", media.dropped_bad_stun),
            ("muted", media.dropped_muted),
            ("no_codec", media.dropped_no_codec),
            ("congested", media.dropped_congested),
            ("held_back", media.dropped_held_back),
            ("stale", media.dropped_stale),
            ("unsent", media.dropped_unsent),
        ];
        let help = "Datagrams and packets that were not passed on";
        let mut family = encoder.encode_descriptor("media_dropped_packets", help, None, MetricType::Counter)?;
        for (reason, value) in dropped {
            let labels = [("reason", reason)];
            ConstCounter::new(value).encode(family.encode_family(&labels)?)?;
        }
        let asked = [("granted", media.resends_granted), ("refused", media.resends_refused)];
        let help = "Requests of browsers to send a packet again";
        let mut family = encoder.encode_descriptor("media_resend_requests", help, None, MetricType::Counter)?;
        for (answer, value) in asked {
            ConstCounter::new(value).encode(family.encode_family(&[("answer", answer)])?)?;
        }
        Ok(())
    }
}
/// A client may send any word as its method; only those that HTTP knows are labels (RFC 9110 §9.1, RFC 5789).
fn known_method(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("other")
}
