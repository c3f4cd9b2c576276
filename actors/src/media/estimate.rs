//! How much one receiver can take, judged from what its browser says of the packets we sent it: when each one came, or
//! that it did not. Pure: time and reports come in, the cap comes out.
//!
//! The delay on the way is not known, only how it changes: clocks differ, so the least delay of the last seconds stands
//! for an empty queue, and what is above it is queueing. The median of a window is judged, and two windows in a row must
//! be bad, because a moment in which one of the machines stood still looks like a queue too. A cut goes by what really
//! arrived while the queue was there, which is what the narrowest part of the way lets through. After it the cap climbs:
//! slowly about the place where the last queue began, fast once more has arrived than did there, for then the limit is gone.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// What one packet came to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fate {
    /// When it left us.
    pub(super) departure: Instant,
    /// When it came, on the browser's clock; `None` when it did not, or nobody says when.
    pub(super) arrival: Option<Duration>,
    /// Whether it came.
    pub(super) arrived: bool,
    /// Its length in bytes, from the RTP header on.
    pub(super) size_bytes: usize,
}

/// The least cap in bit/s: voice and its headers fit below it.
pub(super) const FLOOR_BPS: u64 = 60_000;
/// A cap that would be higher is none: what browsers send of one camera fits below it.
const OPEN_BPS: u64 = 3_000_000;

/// How long packets are gathered before they are judged. Browsers report every 50 to 250 ms.
const WINDOW: Duration = Duration::from_millis(250);
/// Fewer packets than this say nothing; the window goes on. Voice alone brings twelve.
const FEWEST_PACKETS: usize = 8;
/// At the begin of a connection both sides are busy with everything else.
const GRACE: Duration = Duration::from_secs(2);

const QUEUE_BAD_US: i64 = 100_000;
const QUEUE_GOOD_US: i64 = 40_000;
/// A queue that shrinks by this much within a window is on its way out.
const QUEUE_SHRINKS_US: i64 = 10_000;
const LOSS_BAD: f64 = 0.10;
const LOSS_GOOD: f64 = 0.03;
/// Fewer lost packets in a window are bad luck, whatever their share.
const FEWEST_LOST: usize = 5;
/// With a queue and this much loss one window is enough: a machine that stood still loses nothing.
const LOSS_SEVERE: f64 = 0.25;

/// Of what arrived while there was a queue; the rest of the way's room drains the queue.
const CUT_FOR_QUEUE: f64 = 0.85;
/// Loss without a queue may have other reasons than too many packets.
const CUT_FOR_LOSS: f64 = 0.95;
/// Time for a cut to reach the sender and to show in the reports.
const HOLD: Duration = Duration::from_millis(800);
/// Loss that does not fall below this share of what it was after a cut was not made by too many packets.
const RELIEF: f64 = 0.7;
/// So many cuts without relief, and their reason is taken for something else than our packets.
const VAIN_CUTS: u32 = 4;
const VAIN_LOSS_CUTS: u32 = 2;
/// So many windows without loss, and a loss that comes then is a new one.
const CLEAN_WINDOWS: u32 = 8;

/// Growth in 250 ms: below the place of the last queue, above it, and once more has arrived than did then.
const CLIMB_TOWARDS: f64 = 1.04;
const CLIMB_ACROSS: f64 = 1.03;
const CLIMB_BEYOND: f64 = 1.15;
/// What counts as more. A cap that is not used proves nothing: encoders follow theirs with a delay.
const BEYOND: f64 = 1.1;
/// How much a window counts in the rate at which packets arrive; they come in bursts.
const RATE_WEIGHT: f64 = 0.3;

/// For how many seconds the least delay is remembered. Clocks drift apart by less than 2 ms in that time.
const BASE_SECONDS: u64 = 12;
/// A delay that far from what it was is a clock that was set, or its counter that has begun anew.
const CLOCK_JUMP_US: i64 = 10_000_000;

/// The estimate for one connection.
#[derive(Debug, Default)]
pub(super) struct Estimate {
    epoch: Option<Instant>,
    window: Window,
    base: Base,
    cap_bps: Option<f64>,
    /// What arrived when the last queue was there.
    queue_at_bps: f64,
    /// Whether more has arrived since.
    is_beyond: bool,
    arrived_bps: f64,
    last_queue_us: i64,
    bad_windows: u32,
    held_until: Option<Instant>,
    vain: Vain,
    rtt: Option<Duration>,
}

/// What is gathered before it is judged.
#[derive(Debug, Default)]
struct Window {
    since: Option<Instant>,
    delays_us: Vec<i64>,
    first_arrival: Option<Duration>,
    last_arrival: Duration,
    arrived_bytes: usize,
    packets: usize,
    lost: usize,
}

/// Cuts that have changed nothing.
#[derive(Debug, Default)]
struct Vain {
    queue_us: i64,
    queue_cuts: u32,
    loss: f64,
    loss_cuts: u32,
    clean_windows: u32,
}

/// What a window showed.
#[derive(Debug, Clone, Copy)]
struct Judged {
    queue_us: i64,
    loss: f64,
    lost: usize,
    arrived_bps: f64,
}

impl Estimate {
    /// Takes the fates of packets in the order in which they were sent, and returns the cap for this receiver in bit/s:
    /// `None` while nothing speaks against sending whatever there is. Where less than that is sent on purpose, `ceiling_bps`
    /// bounds the climb: what is not sent proves nothing.
    pub(super) fn report(&mut self, now: Instant, fates: &[Fate], ceiling_bps: Option<u64>) -> Option<u64> {
        let epoch = *self.epoch.get_or_insert_with(|| fates.first().map_or(now, |fate| fate.departure));
        for fate in fates {
            self.take(epoch, now, fate);
        }
        if let Some(latest) = fates.iter().rfind(|fate| fate.arrived) {
            self.rtt = Some(now.saturating_duration_since(latest.departure));
        }
        let since = *self.window.since.get_or_insert(now);
        let lasted = now.saturating_duration_since(since);
        if lasted >= WINDOW && self.window.packets >= FEWEST_PACKETS {
            let window = std::mem::take(&mut self.window);
            self.window.since = Some(now);
            if let Some(judged) = window.judge(lasted, self.base.least_us()) {
                self.follow(now, epoch, lasted, judged, ceiling_bps);
            }
        }
        self.cap_bps()
    }

    /// The cap in bit/s.
    pub(super) fn cap_bps(&self) -> Option<u64> {
        self.cap_bps.map(|cap| cap as u64)
    }

    /// The time there and back as the last report showed it: the browser's wait before it reported is in it.
    pub(super) fn rtt(&self) -> Option<Duration> {
        self.rtt
    }

    fn take(&mut self, epoch: Instant, now: Instant, fate: &Fate) {
        self.window.packets += 1;
        if !fate.arrived {
            self.window.lost += 1;
            return;
        }
        self.window.arrived_bytes += fate.size_bytes;
        let Some(arrival) = fate.arrival else { return };
        let departed_us = micros(fate.departure.saturating_duration_since(epoch));
        let delay_us = micros(arrival).saturating_sub(departed_us);
        if self.base.least_us().is_some_and(|least| (delay_us - least).abs() > CLOCK_JUMP_US) {
            self.base = Base::default();
            self.window.delays_us.clear();
            self.window.first_arrival = None;
        }
        self.base.note(now.saturating_duration_since(epoch).as_secs(), delay_us);
        self.window.delays_us.push(delay_us);
        self.window.first_arrival = Some(self.window.first_arrival.map_or(arrival, |first| first.min(arrival)));
        self.window.last_arrival = self.window.last_arrival.max(arrival);
    }

    fn follow(&mut self, now: Instant, epoch: Instant, lasted: Duration, judged: Judged, ceiling_bps: Option<u64>) {
        self.arrived_bps += RATE_WEIGHT * (judged.arrived_bps - self.arrived_bps);
        self.is_beyond |= self.arrived_bps > self.queue_at_bps * BEYOND;
        let shrinks = judged.queue_us < self.last_queue_us - QUEUE_SHRINKS_US;
        self.last_queue_us = judged.queue_us;
        let is_queue = judged.queue_us > QUEUE_BAD_US;
        self.vain.note_loss(judged.loss);
        let is_loss_vain = self.vain.loss_cuts > VAIN_LOSS_CUTS;
        let is_loss = judged.loss > LOSS_BAD && judged.lost >= FEWEST_LOST && !is_loss_vain;
        let is_held = self.held_until.is_some_and(|until| now < until);
        if is_queue && !shrinks || is_loss {
            self.bad_windows += 1;
            let is_sure = self.bad_windows >= 2 || is_queue && judged.loss > LOSS_SEVERE;
            if is_sure && !is_held && now.saturating_duration_since(epoch) >= GRACE {
                self.cut(now, judged, is_queue);
            }
        } else {
            self.bad_windows = 0;
            let is_good = judged.queue_us < QUEUE_GOOD_US && (judged.loss < LOSS_GOOD || is_loss_vain);
            if is_good && !is_held {
                self.climb(lasted, ceiling_bps);
            }
        }
    }

    fn cut(&mut self, now: Instant, judged: Judged, is_queue: bool) {
        let share = if is_queue { CUT_FOR_QUEUE } else { CUT_FOR_LOSS };
        let wanted = judged.arrived_bps * share;
        let cap = self.cap_bps.map_or(wanted, |cap| wanted.min(cap * CUT_FOR_LOSS));
        self.cap_bps = Some(cap.max(FLOOR_BPS as f64)).filter(|cap| *cap < OPEN_BPS as f64);
        (self.queue_at_bps, self.arrived_bps) = (judged.arrived_bps, judged.arrived_bps);
        self.is_beyond = false;
        self.held_until = Some(now + HOLD);
        self.bad_windows = 0;
        self.note_vain(judged, is_queue);
    }

    /// A queue that stays however little is sent is a longer way, and loss that stays is a bad one.
    fn note_vain(&mut self, judged: Judged, is_queue: bool) {
        let vain = &mut self.vain;
        if is_queue {
            let has_stayed = judged.queue_us as f64 > vain.queue_us as f64 * RELIEF;
            vain.queue_cuts = if has_stayed { vain.queue_cuts + 1 } else { 0 };
            vain.queue_us = judged.queue_us;
            if vain.queue_cuts >= VAIN_CUTS {
                self.base = Base::default();
                (vain.queue_cuts, vain.queue_us) = (0, 0);
            }
        } else {
            vain.loss_cuts = if judged.loss > vain.loss * RELIEF { vain.loss_cuts + 1 } else { 1 };
            vain.loss = judged.loss;
        }
    }

    fn climb(&mut self, lasted: Duration, ceiling_bps: Option<u64>) {
        (self.vain.queue_cuts, self.vain.queue_us) = (0, 0);
        let Some(cap) = self.cap_bps else { return };
        let growth = match cap > self.queue_at_bps {
            _ if self.is_beyond => CLIMB_BEYOND,
            true => CLIMB_ACROSS,
            false => CLIMB_TOWARDS,
        };
        // Reports that come seldom must not slow the climb down, and a pause in them must not make it a leap.
        let steps = lasted.as_secs_f64() / WINDOW.as_secs_f64();
        let climbed = cap * growth.powf(steps.min(4.0));
        let bounded = ceiling_bps.map_or(climbed, |ceiling| climbed.min(cap.max(ceiling as f64)));
        self.cap_bps = Some(bounded).filter(|cap| *cap < OPEN_BPS as f64);
    }
}

impl Vain {
    fn note_loss(&mut self, loss: f64) {
        self.clean_windows = if loss < LOSS_GOOD { self.clean_windows + 1 } else { 0 };
        if self.clean_windows >= CLEAN_WINDOWS {
            (self.loss_cuts, self.loss) = (0, 0.0);
        }
    }
}

impl Window {
    fn judge(mut self, lasted: Duration, least_us: Option<i64>) -> Option<Judged> {
        let loss = self.lost as f64 / self.packets.max(1) as f64;
        let span = self.last_arrival.saturating_sub(self.first_arrival.unwrap_or(self.last_arrival));
        // Packets that came all at once, after a pause, tell nothing of the rate.
        let took_s = span.max(lasted / 2).as_secs_f64().max(f64::EPSILON);
        let arrived = (self.packets - self.lost) as f64;
        // So many packets have one gap less between them.
        let arrived_bps = self.arrived_bytes as f64 * 8.0 / took_s * (1.0 - 1.0 / arrived.max(1.0));
        let middle = self.delays_us.len() / 2;
        let queue_us = if self.delays_us.is_empty() {
            if self.lost < self.packets {
                return None;
            }
            0
        } else {
            let (_, median_us, _) = self.delays_us.select_nth_unstable(middle);
            *median_us - least_us.unwrap_or(*median_us)
        };
        Some(Judged { queue_us, loss, lost: self.lost, arrived_bps })
    }
}

/// The least delay of the last seconds.
#[derive(Debug, Default)]
struct Base {
    /// The least delay within a second, with the second's number.
    seconds: VecDeque<(u64, i64)>,
}

impl Base {
    fn note(&mut self, second: u64, delay_us: i64) {
        match self.seconds.back_mut() {
            Some((last, least_us)) if *last == second => *least_us = delay_us.min(*least_us),
            _ => self.seconds.push_back((second, delay_us)),
        }
        while self.seconds.front().is_some_and(|(oldest, _)| oldest + BASE_SECONDS < second) {
            self.seconds.pop_front();
        }
    }

    fn least_us(&self) -> Option<i64> {
        self.seconds.iter().map(|(_, least_us)| *least_us).min()
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
