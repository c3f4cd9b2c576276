//! The points that are armed, and what becomes of whoever passes one.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::rule::{Action, Often, Rule};
use super::{Fault, Point};

/// What is armed. Passing a point when nothing is costs one look at a number.
#[derive(Debug, Default)]
pub(super) struct Armed {
    rules: AtomicUsize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    rules: Vec<Rule>,
    fired: BTreeMap<Point, u64>,
    dice: u64,
}

impl Armed {
    pub(super) fn new(seed: u64) -> Self {
        Self { rules: AtomicUsize::new(0), state: Mutex::new(State { dice: seed, ..State::default() }) }
    }

    pub(super) fn arm(&self, rule: Rule) {
        let mut state = self.state();
        state.rules.push(rule);
        self.rules.store(state.rules.len(), Relaxed);
    }

    pub(super) fn disarm(&self) {
        self.state().rules.clear();
        self.rules.store(0, Relaxed);
    }

    pub(super) fn fired(&self) -> Vec<(Point, u64)> {
        self.state().fired.iter().map(|(point, times)| (*point, *times)).collect()
    }

    pub(super) fn pass(&self, point: Point, subject: &dyn Display) -> Fault {
        if self.rules.load(Relaxed) == 0 {
            return Fault::None;
        }
        match self.take(point, subject) {
            None => Fault::None,
            Some(action) => act(point, action),
        }
    }

    /// What is to happen now, if anything. Nothing is held when it does.
    fn take(&self, point: Point, subject: &dyn Display) -> Option<Action> {
        let mut state = self.state();
        let State { rules, fired, dice } = &mut *state;
        let is_meant = |rule: &Rule| {
            rule.point == point && rule.subject.as_ref().is_none_or(|wanted| *wanted == subject.to_string())
        };
        let rule = rules.iter_mut().find(|rule| is_meant(rule))?;
        if rule.skip > 0 {
            rule.skip -= 1;
            return None;
        }
        match &mut rule.often {
            Often::Always => {}
            Often::Times(left) => *left = left.saturating_sub(1),
            Often::PerMillion(chance) if roll(dice) % 1_000_000 < *chance => {}
            Often::PerMillion(_) => return None,
        }
        let action = rule.action;
        rules.retain(|rule| rule.often != Often::Times(0));
        self.rules.store(rules.len(), Relaxed);
        *fired.entry(point).or_default() += 1;
        Some(action)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic that is armed happens after the lock is given back.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[expect(clippy::panic, clippy::disallowed_methods, reason = "to panic and to stand still is what this is for")]
fn act(point: Point, action: Action) -> Fault {
    match action {
        // One line for each of a thousand packets would be the next failure.
        Action::Drop | Action::Duplicate | Action::Reorder | Action::Corrupt => {}
        _ => tracing::warn!(failure.point = point.name(), failure.action = ?action, "a failure point fired"),
    }
    match action {
        Action::Panic => panic!("the failure point {point} fired"),
        Action::Kill => std::process::abort(),
        Action::DelayMs(delay_ms) => {
            std::thread::sleep(Duration::from_millis(delay_ms));
            Fault::None
        }
        Action::Hang => Fault::Hang,
        Action::EndThread => Fault::EndThread,
        Action::Fail => Fault::Fail,
        Action::Drop => Fault::Drop,
        Action::Duplicate => Fault::Duplicate,
        Action::Reorder => Fault::Reorder,
        Action::Corrupt => Fault::Corrupt,
    }
}

/// Steele, Lea and Flood's SplitMix64: short, and the same for the same seed.
fn roll(dice: &mut u64) -> u64 {
    *dice = dice.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mixed = (*dice ^ (*dice >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use crate::failures::{Failures, Fault, Point};

    fn armed(rules: &[&str]) -> Failures {
        Failures::armed(&rules.iter().map(|rule| rule.parse().unwrap()).collect::<Vec<_>>(), 7)
    }

    fn faults(failures: &Failures, point: Point, times: usize) -> Vec<Fault> {
        (0..times).map(|_| failures.at(point, "one")).collect()
    }

    #[test]
    fn a_point_fires_as_often_as_it_was_armed_for_and_where_it_was() {
        let failures = armed(&["media.forward:drop:2x+1"]);

        assert_eq!(failures.at(Point::MediaPort, "one"), Fault::None);
        assert_eq!(faults(&failures, Point::MediaForward, 4), [Fault::None, Fault::Drop, Fault::Drop, Fault::None]);
        assert_eq!(failures.fired(), [(Point::MediaForward, 2)]);
    }

    #[test]
    fn a_subject_is_met_alone() {
        let failures = armed(&["media.forward@two:drop:always"]);

        assert_eq!(failures.at(Point::MediaForward, "one"), Fault::None);
        assert_eq!(failures.at(Point::MediaForward, "two"), Fault::Drop);
        failures.disarm();
        assert_eq!(failures.at(Point::MediaForward, "two"), Fault::None);
    }

    #[test]
    fn chance_is_about_as_often_as_it_says_and_the_same_again() {
        let count = || {
            let failures = armed(&["media.forward:corrupt:1%"]);
            faults(&failures, Point::MediaForward, 100_000).iter().filter(|fault| **fault != Fault::None).count()
        };

        let (first, second) = (count(), count());

        assert_eq!(first, second);
        assert!((900..1_100).contains(&first), "{first}");
    }

    #[test]
    #[should_panic(expected = "room.handler")]
    fn a_panic_names_its_point() {
        let _never = armed(&["room.handler:panic"]).at(Point::RoomHandler, "one");
    }

    #[test]
    fn after_a_panic_the_points_go_on() {
        let failures = armed(&["room.handler:panic", "room.handler:hang"]);
        let died = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| failures.at(Point::RoomHandler, "one")));

        assert!(died.is_err());
        assert_eq!(failures.at(Point::RoomHandler, "one"), Fault::Hang);
    }
}
