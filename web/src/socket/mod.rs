//! Sockets of citizens and clerks: they translate between frames and actors, and do nothing else.
//!
//! [`link`] is the one file that knows `actix-web-actors`; [`citizen`] and [`desk`] say what differs between the two
//! sides. Limits: a frame has a size, hello a time (`limits` in the settings), a socket that says nothing for
//! [`SILENCE_S`] seconds is closed, and one that says more than its [`Allowance`] is told so and then closed.

pub mod citizen;
pub mod desk;
pub mod link;

use std::time::{Duration, Instant};

use actix_web::HttpRequest;
use actix_web::http::header;
use serde::Deserialize;

use crate::i18n::I18n;

/// After how many seconds of silence a socket counts as dead. Browsers in the background may throttle their timers to
/// one a minute (Chromium: "intensive throttling"), so it is more than that.
pub const SILENCE_S: u64 = 75;

/// How often the server pings, in seconds: keeps proxies from closing a quiet socket, and finds dead peers. One whose cable
/// was pulled out is noticed by the kernel 10 seconds after the ping (`TCP_USER_TIMEOUT`), so within 20 in all.
pub const PING_EVERY_S: u64 = 10;

/// What a socket's address may say.
#[derive(Debug, Deserialize)]
pub struct Asked {
    /// The page's language, in which problems are said.
    #[serde(default)]
    lang: Option<String>,
}

impl Asked {
    /// The language of this socket: the page's, or else the browser's.
    fn language(&self, i18n: &I18n, request: &HttpRequest) -> String {
        let accepted = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        i18n.choose(self.lang.as_deref(), accepted).to_owned()
    }
}

/// How many commands a socket may send: a bucket that fills at a steady rate.
#[derive(Debug)]
pub struct Allowance {
    left: f64,
    filled_at: Instant,
    per_s: f64,
    burst: f64,
    refused: u32,
}

/// What becomes of one more command.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is let in.
    Pass,
    /// It is refused; the sender is told.
    Refuse,
    /// The sender does not listen: close the socket.
    Close,
}

impl Allowance {
    /// Refusals in a row after which the socket is closed.
    const MAX_REFUSED: u32 = 50;

    /// A full bucket of `burst` commands that fills at `per_s` a second.
    #[must_use]
    pub fn new(per_s: u32, burst: u32, now: Instant) -> Self {
        Self { left: f64::from(burst), filled_at: now, per_s: f64::from(per_s), burst: f64::from(burst), refused: 0 }
    }

    /// Takes one command out of the bucket.
    pub fn take(&mut self, now: Instant) -> Verdict {
        let passed_s = now.saturating_duration_since(self.filled_at).as_secs_f64();
        self.left = (self.left + passed_s * self.per_s).min(self.burst);
        self.filled_at = now;
        if self.left >= 1.0 {
            self.left -= 1.0;
            self.refused = 0;
            return Verdict::Pass;
        }
        self.refused += 1;
        if self.refused > Self::MAX_REFUSED { Verdict::Close } else { Verdict::Refuse }
    }

    /// When a refused sender may try again, at least one second.
    #[must_use]
    pub fn retry_after(&self) -> Duration {
        Duration::from_secs_f64((1.0 / self.per_s).max(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_then_the_rate_holds() {
        let start = Instant::now();
        let mut allowance = Allowance::new(2, 3, start);

        let first: Vec<_> = (0..4).map(|_| allowance.take(start)).collect();

        assert_eq!(first, [Verdict::Pass, Verdict::Pass, Verdict::Pass, Verdict::Refuse]);
        assert_eq!(allowance.take(start + Duration::from_millis(500)), Verdict::Pass);
        assert_eq!(allowance.take(start + Duration::from_millis(500)), Verdict::Refuse);
    }

    #[test]
    fn who_does_not_listen_is_closed() {
        let start = Instant::now();
        let mut allowance = Allowance::new(1, 1, start);

        let last = (0..60).map(|_| allowance.take(start)).last();

        assert_eq!(last, Some(Verdict::Close));
    }
}
