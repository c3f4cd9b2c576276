//! The estimate against a way that is calculated: a queue with a rate and a length, a sender who obeys, and reports as
//! browsers send them.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::allot::{Hold, Intaking, limit_bps};
use super::estimate::{Estimate, FLOOR_BPS, Fate};

/// What a sender without a limit sends.
const FULL_BPS: u64 = 2_000_000;
const WAY_MS: u64 = 20;
const REPORT_EVERY_MS: u64 = 100;
/// From a report to the sender's next picture of another size.
const REACTION_MS: u64 = 150;
const QUEUE_MS: u64 = 300;
const HEADERS_BYTES: u64 = 38;

/// A packet on its way.
#[derive(Debug, Clone, Copy)]
struct Sent {
    departure_ms: u64,
    arrival_us: Option<u64>,
    size: u64,
}

impl Sent {
    fn fate(self, start: Instant) -> Fate {
        Fate {
            departure: start + Duration::from_millis(self.departure_ms),
            // The browser has a clock of its own.
            arrival: self.arrival_us.map(|us| Duration::from_secs(5_000) + Duration::from_micros(us)),
            arrived: self.arrival_us.is_some(),
            size_bytes: self.size as usize,
        }
    }
}

/// What happened in one second.
#[derive(Debug, Clone, Copy, Default)]
struct Second {
    sent: u64,
    lost: u64,
    voice_lost: u64,
    arrived_bits: u64,
    longest_queue_ms: u64,
    had_pictures: bool,
    /// At its end.
    cap_bps: Option<u64>,
    least_cap_bps: Option<u64>,
}

/// The way and its two ends.
struct Way {
    estimate: Estimate,
    start: Instant,
    now_ms: u64,
    /// What passes in a second; `None`: everything at once.
    rate_bps: Option<u64>,
    /// Of 1000 packets so many are lost by chance.
    lost_of_1000: u64,
    /// Added to the way.
    detour_ms: u64,
    /// What left within this time came only at its end.
    stall: std::ops::Range<u64>,
    free_at_us: u64,
    under_way: Vec<Sent>,
    limits: Vec<(u64, Option<u64>)>,
    owed_bytes: u64,
    chance: u64,
    cap: Option<u64>,
    hold: Hold,
}

impl Way {
    fn new(rate_bps: Option<u64>) -> Self {
        Self {
            estimate: Estimate::default(),
            start: Instant::now(),
            now_ms: 0,
            rate_bps,
            lost_of_1000: 0,
            detour_ms: 0,
            stall: 0..0,
            free_at_us: 0,
            under_way: Vec::new(),
            limits: vec![(0, None)],
            owed_bytes: 0,
            chance: 1,
            cap: None,
            hold: Hold::default(),
        }
    }

    /// Lets a second pass.
    fn second(&mut self) -> Second {
        let mut second = Second::default();
        for _ in 0..1000 {
            self.send(&mut second);
            if self.now_ms.is_multiple_of(REPORT_EVERY_MS) {
                self.report(&mut second);
            }
            self.now_ms += 1;
        }
        second.cap_bps = self.cap;
        second
    }

    fn seconds(&mut self, number: usize) -> Vec<Second> {
        (0..number).map(|_| self.second()).collect()
    }

    fn limit_bps(&self) -> u64 {
        let known = self.limits.iter().rfind(|(at, _)| at + REACTION_MS <= self.now_ms);
        known.and_then(|(_, limit)| *limit).unwrap_or(FULL_BPS).min(FULL_BPS)
    }

    fn send(&mut self, second: &mut Second) {
        if self.now_ms.is_multiple_of(20) {
            self.send_packet(100, true, second);
        }
        if self.now_ms.is_multiple_of(33) && !self.hold.is_on() {
            second.had_pictures = true;
            // Pictures are not equally large.
            let part = [5, 7, 9, 12, 17][(self.now_ms / 33 % 5) as usize];
            self.owed_bytes = (self.limit_bps() - 40_000) / 8 * 33 / 1000 * part / 10;
            while self.owed_bytes > 0 {
                let size = self.owed_bytes.min(1_150);
                self.owed_bytes -= size;
                self.send_packet(size, false, second);
            }
        }
    }

    fn send_packet(&mut self, size: u64, is_voice: bool, second: &mut Second) {
        let begins_ms = if self.stall.contains(&self.now_ms) { self.stall.end } else { self.now_ms };
        let begins_us = (begins_ms + WAY_MS + self.detour_ms) * 1000;
        self.chance = self.chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let is_unlucky = (self.chance >> 33) % 1000 < self.lost_of_1000;
        let arrival_us = match self.rate_bps {
            _ if is_unlucky => None,
            None => Some(begins_us),
            Some(rate) => {
                let queue_us = self.free_at_us.saturating_sub(begins_us);
                second.longest_queue_ms = second.longest_queue_ms.max(queue_us / 1000);
                (queue_us <= QUEUE_MS * 1000).then(|| {
                    let takes_us = (size + HEADERS_BYTES) * 8 * 1_000_000 / rate;
                    self.free_at_us = self.free_at_us.max(begins_us) + takes_us;
                    self.free_at_us
                })
            }
        };
        second.sent += 1;
        if arrival_us.is_none() {
            second.lost += 1;
            second.voice_lost += u64::from(is_voice);
        }
        self.under_way.push(Sent { departure_ms: self.now_ms, arrival_us, size });
    }

    /// The browser tells of all up to the last packet that came, and so of those that did not.
    fn report(&mut self, second: &mut Second) {
        let now_us = self.now_ms * 1000;
        let came = |sent: &Sent| sent.arrival_us.is_some_and(|at| at + WAY_MS * 1000 <= now_us);
        let Some(last) = self.under_way.iter().rposition(came) else { return };
        let start = self.start;
        let fates: Vec<Fate> = self.under_way.drain(..=last).map(|sent| sent.fate(start)).collect();
        second.arrived_bits +=
            fates.iter().filter(|fate| fate.arrived).map(|fate| fate.size_bytes as u64 * 8).sum::<u64>();
        let now = self.at(self.now_ms);
        let intaking = Intaking { cap_bps: self.cap, voices: 1, pictures: 1 };
        self.cap = self.estimate.report(now, &fates, self.hold.ceiling_bps(intaking));
        second.least_cap_bps = second.least_cap_bps.into_iter().chain(self.cap).min();
        let intaking = Intaking { cap_bps: self.cap, ..intaking };
        self.hold.judge(now, intaking);
        self.limits.push((self.now_ms, limit_bps(1, [intaking.picture_bps()])));
    }

    fn at(&self, ms: u64) -> Instant {
        self.start + Duration::from_millis(ms)
    }
}

fn average(seconds: &[Second], what: impl Fn(&Second) -> u64) -> u64 {
    seconds.iter().map(what).sum::<u64>() / seconds.len().max(1) as u64
}

/// A wide way that becomes narrow, and wide again.
fn narrowed(rate_bps: u64) -> (Vec<Second>, Vec<Second>, Vec<Second>) {
    let mut way = Way::new(None);
    let before = way.seconds(10);
    way.rate_bps = Some(rate_bps);
    let during = way.seconds(30);
    way.rate_bps = None;
    (before, during, way.seconds(10))
}

#[test]
fn a_wide_way_is_never_limited() {
    for rate_bps in [None, Some(5_000_000)] {
        let seconds = Way::new(rate_bps).seconds(60);
        assert!(seconds.iter().all(|second| second.least_cap_bps.is_none()), "{seconds:?}");
    }
}

#[test]
fn a_narrow_way_is_filled_and_not_overfilled() {
    for rate_bps in [300_000, 1_000_000] {
        let (before, during, _) = narrowed(rate_bps);
        assert!(before.iter().all(|second| second.cap_bps.is_none()));

        let settled = &during[5..];
        let lost = settled.iter().map(|second| second.lost).sum::<u64>() as f64;
        let share = lost / settled.iter().map(|second| second.sent).sum::<u64>() as f64;
        assert!(share < 0.01, "{share} lost of what was sent at {rate_bps}: {settled:#?}");
        let voice_lost: u64 = settled.iter().map(|second| second.voice_lost).sum();
        assert!(voice_lost <= 5, "{voice_lost} of 1250 voice packets at {rate_bps}");
        let used = average(settled, |second| second.arrived_bits);
        assert!(used > rate_bps * 6 / 10, "only {used} of {rate_bps} is used");
        assert!(average(settled, |second| second.longest_queue_ms) < 200, "{settled:#?}");
    }
}

#[test]
fn the_full_rate_is_back_within_ten_seconds() {
    for rate_bps in [300_000, 1_000_000] {
        let (_, _, after) = narrowed(rate_bps);
        let full = after.last().unwrap();
        assert!(full.arrived_bits > FULL_BPS * 9 / 10, "{rate_bps}: {after:#?}");
    }
}

#[test]
fn a_way_that_is_narrow_from_the_begin_is_found_out() {
    let mut way = Way::new(Some(300_000));
    let seconds = way.seconds(20);

    let lost: u64 = seconds[8..].iter().map(|second| second.voice_lost).sum();
    assert!(lost <= 5, "{seconds:#?}");
}

#[test]
fn a_way_too_narrow_for_pictures_carries_the_voice() {
    for rate_bps in [60_000, 90_000, 120_000, 140_000] {
        let (_, during, _) = narrowed(rate_bps);
        let lost: u64 = during[10..].iter().map(|second| second.voice_lost).sum();
        assert!(lost <= 50, "{lost} of 1000 voice packets at {rate_bps}: {during:#?}");
        let without = during[10..].iter().filter(|second| !second.had_pictures).count();
        assert!(without >= 10, "{without} seconds without pictures at {rate_bps}");
    }
}

#[test]
fn pictures_come_again_when_the_way_is_wide() {
    let mut way = Way::new(Some(80_000));
    way.seconds(10);
    assert!(way.hold.is_on());
    way.rate_bps = None;
    way.seconds(40);

    assert!(!way.hold.is_on());
    assert_eq!(way.cap, None);
}

#[test]
fn a_machine_that_stands_still_for_a_moment_changes_nothing() {
    for offset_ms in (0..300).step_by(10) {
        let mut way = Way::new(None);
        way.seconds(5);
        way.stall = 5_500 + offset_ms..5_700 + offset_ms;
        let seconds = way.seconds(5);
        assert!(seconds.iter().all(|second| second.least_cap_bps.is_none()), "at {offset_ms}: {seconds:?}");
    }
}

#[test]
fn a_longer_way_is_not_taken_for_a_queue_for_ever() {
    let mut way = Way::new(Some(4_000_000));
    way.seconds(5);
    way.detour_ms = 150;
    let seconds = way.seconds(40);

    assert!(seconds.last().unwrap().arrived_bits > FULL_BPS * 9 / 10, "{seconds:#?}");
}

#[test]
fn loss_by_chance_does_not_wear_the_rate_down() {
    let mut way = Way::new(None);
    way.lost_of_1000 = 200;
    let seconds = way.seconds(60);

    let used = average(&seconds[30..], |second| second.arrived_bits);
    assert!(used > FULL_BPS * 3 / 10, "{used}: {seconds:#?}");
}

#[test]
fn a_clock_that_begins_anew_is_no_queue() {
    let start = Instant::now();
    let mut estimate = Estimate::default();
    for number in 0..1_000_u64 {
        let now = start + Duration::from_millis(number * 10);
        // The counter of the reports has 24 bits and steps of 64 ms.
        let arrival = Duration::from_millis(if number < 500 { 1_000_000 } else { 0 } + number * 10);
        let fate = Fate { departure: now, arrival: Some(arrival), arrived: true, size_bytes: 500 };
        assert_eq!(estimate.report(now, &[fate], None), None, "packet {number}");
    }
}

#[test]
fn what_is_not_sent_proves_nothing() {
    let start = Instant::now();
    let mut estimate = Estimate::default();
    let mut cap = None;
    for number in 0..2_000_u64 {
        let departure = start + Duration::from_millis(number * 20);
        let queue_ms = if (150..300).contains(&number) { (number - 149) * 20 } else { 0 };
        let arrival = Some(Duration::from_millis(number * 20 + queue_ms));
        let fate = Fate { departure, arrival, arrived: true, size_bytes: 100 };
        cap = estimate.report(departure, &[fate], Some(150_000));
    }

    assert_eq!(cap, Some(150_000));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_reported_the_cap_stays_above_its_floor(
        fates in proptest::collection::vec((0_u64..60, 0_u64..2_000, 1_usize..1_500, any::<bool>()), 1..1_500),
    ) {
        let start = Instant::now();
        let (mut estimate, mut now_ms) = (Estimate::default(), 0);
        for (pause_ms, delay_ms, size_bytes, arrived) in fates {
            now_ms += pause_ms;
            let fate = Fate {
                departure: start + Duration::from_millis(now_ms),
                arrival: arrived.then(|| Duration::from_millis(now_ms + delay_ms)),
                arrived,
                size_bytes,
            };
            let cap = estimate.report(start + Duration::from_millis(now_ms + delay_ms), &[fate], None);
            prop_assert!(cap.is_none_or(|cap| cap >= FLOOR_BPS), "{cap:?}");
        }
    }

    #[test]
    fn any_narrow_way_is_settled_for(rate_bps in 200_000_u64..1_500_000) {
        let (_, during, after) = narrowed(rate_bps);
        let settled = &during[8..];
        let lost: u64 = settled.iter().map(|second| second.voice_lost).sum();
        prop_assert!(lost <= 11, "{lost} of 1100 voice packets at {rate_bps}");
        prop_assert!(average(settled, |second| second.arrived_bits) > rate_bps / 2);
        prop_assert!(after.last().unwrap().arrived_bits > FULL_BPS * 9 / 10, "{after:?}");
    }
}
