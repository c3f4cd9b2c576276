//! What follows from how much each receiver can take: what a sender is asked not to exceed, and from whom pictures are
//! held back. Pure rules; every sender has one encoding, so the receiver with the narrowest way decides.

use std::time::{Duration, Instant};

/// What a voice takes with its headers and those of the pictures beside it, in bit/s.
const VOICE_BPS: u64 = 30_000;
/// No sender is asked for less: below it a picture is no use, and a sender takes long to come back. A way that this
/// overfills has less than [`HOLD_BELOW_BPS`] left after the next cut.
pub(super) const SENDER_FLOOR_BPS: u64 = 120_000;
/// Told to a sender who may send what they like again. A limit stays until it is changed.
const LIFTED_BPS: u64 = 50_000_000;

/// A limit that is in force is told again this often: it may have been lost on the way.
const TELL_EVERY: Duration = Duration::from_millis(500);

/// With less than this for each picture, pictures are held back, and come again with more than that.
const HOLD_BELOW_BPS: u64 = 100_000;
const RELEASE_ABOVE_BPS: u64 = 150_000;
/// A moment's trouble takes no pictures away: the cap has climbed again before this is over. Where they came back not long
/// ago, nothing is waited for.
const PATIENCE: Duration = Duration::from_secs(2);
/// Pictures stay away for this long at least, and longer each time they had to go again soon.
const FIRST_WAIT: Duration = Duration::from_secs(4);
const LONGEST_WAIT: Duration = Duration::from_secs(30);
const SOON: Duration = Duration::from_secs(15);

/// How much one receiver can take, and what they are to get.
#[derive(Debug, Clone, Copy)]
pub(super) struct Intaking {
    /// `None`: nothing speaks against sending all there is.
    pub(super) cap_bps: Option<u64>,
    pub(super) voices: usize,
    pub(super) pictures: usize,
}

impl Intaking {
    /// What is there for each picture. A tenth of the cap is left free, so that a queue can drain.
    pub(super) fn picture_bps(&self) -> Option<u64> {
        let voices = VOICE_BPS * self.voices as u64;
        Some((self.cap_bps? * 9 / 10).saturating_sub(voices) / self.pictures.max(1) as u64)
    }
}

/// What a sender of so many pictures may send in all, in bit/s, by what each of those who receive them has for one;
/// receivers whose pictures are held back do not count. `None`: whatever they like.
pub(super) fn limit_bps(pictures: usize, receivers: impl IntoIterator<Item = Option<u64>>) -> Option<u64> {
    let narrowest = receivers.into_iter().flatten().min()?;
    Some((narrowest * pictures.max(1) as u64).max(SENDER_FLOOR_BPS))
}

/// What a sender was told.
#[derive(Debug, Default)]
pub(super) struct Told {
    limit_bps: Option<u64>,
    at: Option<Instant>,
}

impl Told {
    /// What to tell the sender now, in bit/s: a lower limit at once, a higher one and a repeated one at times, and once
    /// that there is none any more.
    pub(super) fn due(&mut self, now: Instant, limit_bps: Option<u64>) -> Option<u64> {
        let is_time = self.at.is_none_or(|at| now.saturating_duration_since(at) >= TELL_EVERY);
        let told = match (self.limit_bps, limit_bps) {
            (None, None) => return None,
            (Some(_), None) => LIFTED_BPS,
            (None, Some(limit)) => limit,
            (Some(known), Some(limit)) if limit < known || is_time => limit,
            (Some(_), Some(_)) => return None,
        };
        (self.limit_bps, self.at) = (limit_bps, Some(now));
        Some(told)
    }
}

/// Whether pictures are held back from a receiver.
#[derive(Debug)]
pub(super) struct Hold {
    narrow_since: Option<Instant>,
    since: Option<Instant>,
    released_at: Option<Instant>,
    wait: Duration,
}

impl Default for Hold {
    fn default() -> Self {
        Self { narrow_since: None, since: None, released_at: None, wait: FIRST_WAIT }
    }
}

impl Hold {
    /// Whether they are, after what is known now.
    pub(super) fn judge(&mut self, now: Instant, intaking: Intaking) -> bool {
        let pictures = intaking.pictures.max(1) as u64;
        let each_bps = intaking.cap_bps.map(|cap| cap / pictures);
        let lasted = |since: Instant| now.saturating_duration_since(since);
        let is_narrow = intaking.pictures > 0 && each_bps.is_some_and(|each| each < HOLD_BELOW_BPS);
        let narrow_since = if is_narrow { Some(self.narrow_since.unwrap_or(now)) } else { None };
        self.narrow_since = narrow_since;
        let is_soon = self.released_at.is_some_and(|at| lasted(at) < SOON);
        match self.since {
            None if narrow_since.is_some_and(|since| is_soon || lasted(since) >= PATIENCE) => {
                self.wait = if is_soon { (self.wait * 2).min(LONGEST_WAIT) } else { FIRST_WAIT };
                self.since = Some(now);
            }
            Some(since) if lasted(since) >= self.wait && each_bps.is_none_or(|each| each >= RELEASE_ABOVE_BPS) => {
                (self.since, self.released_at) = (None, Some(now));
            }
            _ => {}
        }
        self.is_on()
    }

    /// Whether they are.
    pub(super) fn is_on(&self) -> bool {
        self.since.is_some()
    }

    /// Up to where the receiver's cap may climb while next to nothing is sent to prove it.
    pub(super) fn ceiling_bps(&self, intaking: Intaking) -> Option<u64> {
        self.is_on().then(|| RELEASE_ABOVE_BPS * intaking.pictures.max(1) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn taking(cap_bps: Option<u64>) -> Intaking {
        Intaking { cap_bps, voices: 1, pictures: 1 }
    }

    #[test]
    fn the_narrowest_receiver_decides_but_not_below_the_floor() {
        let wide = Intaking { cap_bps: Some(1_000_000), voices: 1, pictures: 1 }.picture_bps();
        let narrow = Intaking { cap_bps: Some(1_000_000), voices: 2, pictures: 2 }.picture_bps();
        assert_eq!((wide, narrow), (Some(870_000), Some(420_000)));

        assert_eq!(limit_bps(1, [wide, narrow, None]), Some(420_000));
        assert_eq!(limit_bps(2, [wide, narrow, None]), Some(840_000), "camera and screen together");
        assert_eq!(limit_bps(1, [taking(Some(80_000)).picture_bps()]), Some(SENDER_FLOOR_BPS));
        assert_eq!(limit_bps(1, [None, None]), None);
        assert_eq!(limit_bps(1, []), None);
    }

    #[test]
    fn a_lower_limit_is_told_at_once_a_higher_one_at_times_and_its_end_once() {
        let (mut told, start) = (Told::default(), Instant::now());
        let at = |ms| start + Duration::from_millis(ms);

        assert_eq!(told.due(at(0), None), None, "a sender without a limit hears nothing");
        assert_eq!(told.due(at(10), Some(400_000)), Some(400_000));
        assert_eq!(told.due(at(20), Some(500_000)), None);
        assert_eq!(told.due(at(30), Some(300_000)), Some(300_000));
        assert_eq!(told.due(at(529), Some(350_000)), None);
        assert_eq!(told.due(at(530), Some(350_000)), Some(350_000));
        assert_eq!(told.due(at(1_030), Some(350_000)), Some(350_000), "it may have been lost");
        assert_eq!(told.due(at(1_040), None), Some(LIFTED_BPS));
        assert_eq!(told.due(at(9_000), None), None);
    }

    #[test]
    fn pictures_go_below_one_bound_and_come_again_above_another() {
        let (mut hold, start) = (Hold::default(), Instant::now());

        assert!(!hold.judge(start, taking(None)));
        assert!(!hold.judge(start, taking(Some(100_000))));
        assert!(!hold.judge(start, taking(Some(99_000))), "it may be a moment's trouble");
        assert!(!hold.judge(start + s(1), taking(Some(100_000))), "and was");
        assert!(!hold.judge(start + s(2), taking(Some(99_000))));
        assert!(hold.judge(start + s(4), taking(Some(99_000))));
        assert!(hold.judge(start + s(7), taking(Some(400_000))), "too soon");
        assert!(hold.judge(start + s(8), taking(Some(149_000))), "between the bounds");
        assert!(!hold.judge(start + s(9), taking(Some(150_000))));
        assert!(!hold.judge(start + s(10), taking(Some(120_000))), "between the bounds");
    }

    #[test]
    fn a_way_that_fails_again_and_again_is_tried_ever_less_often() {
        let (mut hold, mut now) = (Hold::default(), Instant::now());
        let mut waits = Vec::new();
        assert!(!hold.judge(now, taking(Some(60_000))));
        now += PATIENCE;
        for _ in 0..5 {
            let began = now;
            assert!(hold.judge(now, taking(Some(60_000))));
            while hold.judge(now, taking(Some(150_000))) {
                now += s(1);
            }
            waits.push((now - began).as_secs());
            now += s(1);
        }

        assert_eq!(waits, [4, 8, 16, 30, 30]);
    }

    #[test]
    fn nobody_without_pictures_has_them_held_back() {
        let mut hold = Hold::default();

        assert!(!hold.judge(Instant::now(), Intaking { cap_bps: Some(60_000), voices: 1, pictures: 0 }));
    }
}
