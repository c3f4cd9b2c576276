//! A clock that goes on evenly whatever is done to the machine's: deadlines keep their length when somebody, or a time
//! server, sets that one.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// It follows the machine's clock by so small a part of the time that goes by that no deadline is wrong by more.
const FOLLOWS_BY: u32 = 100;

/// From this difference on the machine's clock counts as set, and not as read a moment later.
const SET: SignedDuration = SignedDuration::from_secs(1);

/// What is further ahead than this is taken over at once: the machine slept, or had begun without knowing the date. No
/// deadline would matter any more, and to follow slowly would take weeks.
const LEAP: SignedDuration = SignedDuration::from_hours(2);

/// The steady clock. `wall` reads the machine's clock, `ticks` one that only goes on.
pub(super) struct Steady<W, T> {
    wall: W,
    ticks: T,
    last: Mutex<Reading>,
}

#[derive(Clone, Copy)]
struct Reading {
    at: Timestamp,
    ticks: Duration,
    /// Whether the machine's clock is known to have been set, and is still being followed.
    is_apart: bool,
}

impl<W: Fn() -> Timestamp, T: Fn() -> Duration> Steady<W, T> {
    /// A clock that shows what the machine's does now.
    pub(super) fn new(wall: W, ticks: T) -> Self {
        let last = Mutex::new(Reading { at: wall(), ticks: ticks(), is_apart: false });
        Self { wall, ticks, last }
    }

    /// The present instant. Never before one that was given already.
    pub(super) fn now(&self) -> Timestamp {
        // Nothing in here can be left half-done by a panic: the change is one assignment.
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let ticks = (self.ticks)();
        let passed = SignedDuration::try_from(ticks.saturating_sub(last.ticks)).unwrap_or_default();
        let even = last.at.saturating_add(passed).unwrap_or(last.at);
        let wall = (self.wall)();
        let apart = wall.duration_since(even);
        let most = passed / i32::try_from(FOLLOWS_BY).unwrap_or(1);
        let leaps = apart > LEAP;
        let at = if leaps { wall } else { even.saturating_add(apart.clamp(-most, most)).unwrap_or(even) };
        let is_apart = apart.abs() >= SET && !leaps;
        if leaps {
            tracing::warn!(apart_s = apart.as_secs(), "the machine's clock is far ahead; its time is taken over");
        } else if is_apart && !last.is_apart {
            tracing::warn!(apart_s = apart.as_secs(), "the machine's clock was set; deadlines keep their length");
        } else if last.is_apart && !is_apart {
            tracing::info!("the server's clock shows the machine's time again");
        }
        *last = Reading { at, ticks, is_apart };
        at
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// A machine whose clock is set by so many seconds, and whose ticks go on.
    struct Machine {
        set_s: Cell<i64>,
        ticks_s: Cell<u64>,
    }

    impl Machine {
        fn wall(&self) -> Timestamp {
            let seconds = i64::try_from(self.ticks_s.get()).unwrap() + self.set_s.get();
            Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1_000_000 + seconds)
        }

        fn ticks(&self) -> Duration {
            Duration::from_secs(self.ticks_s.get())
        }
    }

    /// How many seconds a steady clock shows to have gone by when so many really have, after the machine's was set.
    fn shown_after(set_s: i64, real_s: u64) -> i64 {
        let machine = Machine { set_s: Cell::new(0), ticks_s: Cell::new(50) };
        let steady = Steady::new(|| machine.wall(), || machine.ticks());
        let before = steady.now();
        machine.set_s.set(set_s);
        let mut shown = before;
        for _ in 0..real_s {
            machine.ticks_s.set(machine.ticks_s.get() + 1);
            assert!(steady.now() >= shown);
            shown = steady.now();
        }
        shown.duration_since(before).as_secs()
    }

    #[test]
    fn a_clock_that_is_not_set_is_shown_as_it_is() {
        assert_eq!(shown_after(0, 3_600), 3_600);
    }

    #[test]
    fn an_hour_forwards_or_back_changes_a_minute_by_less_than_a_second() {
        assert_eq!(shown_after(3_600, 60), 60);
        assert_eq!(shown_after(-3_600, 60), 59);
    }

    #[test]
    fn after_a_sleep_the_machines_time_is_taken_over_and_after_a_long_way_back_it_is_not() {
        assert_eq!(shown_after(8 * 3_600, 60), 8 * 3_600 + 60);
        assert_eq!(shown_after(-8 * 3_600, 60), 59);
    }

    #[test]
    fn the_machines_time_is_followed_until_it_is_shown_again() {
        assert_eq!(shown_after(3_600, 360_000), 363_600);
        assert_eq!(shown_after(-3_600, 360_000), 356_400);
        assert_eq!(shown_after(-3_600, 400_000), 396_400);
    }
}
