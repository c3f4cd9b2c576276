//! A way that lets through so much in a second and no more: a queue in front of a page, as a router at home has one.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// What the queue holds at most.
const LONGEST: Duration = Duration::from_millis(300);

/// The way to one page.
#[derive(Default)]
pub struct Pipe {
    rate_bps: Option<u64>,
    free_at: Option<Instant>,
    waiting: VecDeque<(Instant, SocketAddr, Vec<u8>)>,
}

impl Pipe {
    /// Makes the way narrow, or wide again.
    pub fn narrow(&mut self, rate_bps: Option<u64>) {
        self.rate_bps = rate_bps;
    }

    /// Takes a datagram, or loses it.
    pub fn take(&mut self, now: Instant, from: SocketAddr, datagram: &[u8]) {
        let begins = self.free_at.unwrap_or(now).max(now);
        let Some(rate_bps) = self.rate_bps else {
            return self.waiting.push_back((now, from, datagram.to_vec()));
        };
        if begins - now > LONGEST {
            return;
        }
        let ends = begins + Duration::from_secs_f64((datagram.len() + 28) as f64 * 8.0 / rate_bps as f64);
        self.free_at = Some(ends);
        self.waiting.push_back((ends, from, datagram.to_vec()));
    }

    /// The next datagram that has come through.
    pub fn next(&mut self, now: Instant) -> Option<(SocketAddr, Vec<u8>)> {
        self.waiting.pop_front_if(|(at, ..)| *at <= now).map(|(_, from, datagram)| (from, datagram))
    }

    /// When the next one comes through.
    pub fn next_at(&self) -> Option<Instant> {
        self.waiting.front().map(|(at, ..)| *at)
    }
}
