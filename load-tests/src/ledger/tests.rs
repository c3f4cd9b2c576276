//! Each judge is shown a good history, which it must pass, and broken ones, which it must not.

use std::time::Duration;

use jiff::Timestamp;
use okienko::ids::{CallId, TicketId};
use okienko::wire::{EndReason, Mode};
use okienko::world::World;
use tokio::time::Instant;

mod log;
mod media;
mod times;

use super::story::{Gap, Press, Promise, Seen, Shift, Sight, Story};
use super::{order, tickets};
use crate::scenario::ClerkSkills;

/// A history in the making: seconds from its begin.
pub(super) struct Office {
    pub(super) begin: Instant,
    world: World,
    pub(super) stories: Vec<Story>,
    pub(super) shifts: Vec<Shift>,
}

impl Office {
    pub(super) fn new() -> Self {
        let skills = ClerkSkills { languages: vec!["pl".to_owned()], sign: false };
        let shift = |number| Shift {
            number,
            email: format!("clerk-{number}@load.example"),
            skills: skills.clone(),
            presses: Vec::new(),
            endings: Vec::new(),
            hung_up: Vec::new(),
            gaps: Vec::new(),
            calls: Vec::new(),
        };
        let (begin, world) = (Instant::now(), World::real());
        Self { begin, world, stories: Vec::new(), shifts: vec![shift(0), shift(1)] }
    }

    pub(super) fn at(&self, s: f64) -> Instant {
        self.begin + Duration::from_secs_f64(s)
    }

    /// Somebody comes and is told so after a tenth of a second.
    pub(super) fn joins(&mut self, s: f64) -> usize {
        let number = self.stories.len();
        let (asked, at) = (self.at(s), self.at(s + 0.1));
        let ticket = TicketId::new(&self.world);
        let joined_at = Timestamp::from_microsecond((s * 1e6) as i64).unwrap();
        let promise = Promise { at, ticket, number: format!("I {number:03}"), joined_at };
        self.stories.push(Story {
            number: number as u64,
            planned: asked,
            begun: asked,
            language: "pl".to_owned(),
            mode: Mode::Video,
            asked: Some(asked),
            acked: None,
            refused: None,
            promise: Some(promise),
            sights: vec![Sight { at, ticket, joined_at, seen: Seen::Waiting(1) }],
            left: None,
            accepts: Vec::new(),
            hung_up: None,
            gaps: Vec::new(),
            calls: Vec::new(),
        });
        number
    }

    pub(super) fn sees(&mut self, who: usize, s: f64, seen: Seen) {
        let at = self.at(s);
        let story = &mut self.stories[who];
        let promise = story.promise.clone().unwrap();
        story.sights.push(Sight { at, ticket: promise.ticket, joined_at: promise.joined_at, seen });
    }

    /// A clerk presses and gets this person a tenth of a second later.
    pub(super) fn calls(&mut self, clerk: usize, who: usize, s: f64) -> CallId {
        let call = CallId::new(&self.world);
        let ticket = self.stories[who].promise.clone().unwrap().ticket;
        let (sent, known) = (self.at(s), self.at(s + 0.1));
        self.shifts[clerk].presses.push(Press { planned: sent, sent, known, ticket, call: Some(call) });
        self.sees(who, s + 0.1, Seen::Called(call));
        call
    }

    /// They talk for a second, then the clerk hangs up.
    pub(super) fn talk(&mut self, clerk: usize, who: usize, call: CallId, s: f64) {
        self.sees(who, s, Seen::InCall(call));
        let (hung_up, ended) = (self.at(s + 1.0), self.at(s + 1.1));
        self.shifts[clerk].hung_up.push((call, hung_up));
        self.shifts[clerk].endings.push((ended, call, EndReason::ClerkHungUp));
        self.sees(who, s + 1.1, Seen::Ended(EndReason::ClerkHungUp));
    }

    fn served(&mut self, clerk: usize, who: usize, s: f64) {
        let call = self.calls(clerk, who, s);
        self.talk(clerk, who, call, s + 0.5);
    }

    fn tickets(&self) -> tickets::TicketCounts {
        tickets::judge(&self.stories, &self.shifts)
    }

    fn violations(&self) -> usize {
        order::violations(&self.stories, &self.shifts).len()
    }
}

/// Three come, and two clerks serve them in order.
fn good() -> Office {
    let mut office = Office::new();
    for s in [1.0, 2.0, 3.0] {
        office.joins(s);
    }
    office.served(0, 0, 5.0);
    office.served(1, 1, 5.05);
    office.served(0, 2, 8.0);
    office
}

#[test]
fn a_good_history_is_passed() {
    let office = good();

    let counts = office.tickets();

    assert_eq!((counts.acknowledged, counts.served), (3, 3));
    assert_eq!((counts.lost, counts.doubled, counts.unexpected, counts.faults.len()), (0, 0, 0, 0));
    assert_eq!(office.violations(), 0);
}

#[test]
fn a_lost_ticket_is_found() {
    let mut office = good();
    office.stories[1].sights.pop();

    let counts = office.tickets();

    assert_eq!((counts.lost, counts.served), (1, 2));
}

#[test]
fn a_ticket_that_was_acknowledged_and_never_told_is_lost() {
    let mut office = good();
    office.stories[1].promise = None;
    office.stories[1].acked = Some(office.at(2.0));

    let counts = office.tickets();

    assert_eq!((counts.acknowledged, counts.lost), (3, 1));
}

#[test]
fn a_ticket_that_two_clerks_invite_at_once_is_found() {
    let mut office = Office::new();
    office.joins(1.0);
    office.calls(0, 0, 2.0);
    office.calls(1, 0, 2.2);
    office.sees(0, 9.0, Seen::Ended(EndReason::Left));
    assert_eq!(office.tickets().doubled, 1);

    let gap = Gap { from: office.at(2.15), until: Some(office.at(2.3)) };
    office.stories[0].gaps.push(gap);
    assert_eq!(office.tickets().doubled, 0, "what happened meanwhile is not known");

    let mut office = Office::new();
    office.joins(1.0);
    office.calls(0, 0, 2.0);
    office.sees(0, 2.15, Seen::Waiting(1));
    office.calls(1, 0, 2.2);
    office.sees(0, 9.0, Seen::Ended(EndReason::Left));
    assert_eq!(office.tickets().doubled, 0, "the first one took the invitation back");
}

#[test]
fn a_ticket_that_goes_on_after_its_end_is_found() {
    let mut office = good();
    office.sees(1, 20.0, Seen::Waiting(1));

    assert_eq!(office.tickets().doubled, 1);
}

#[test]
fn a_ticket_that_is_served_twice_is_found() {
    let mut office = good();
    let call = CallId::new(&World::real());
    let press = Press { call: Some(call), ..office.shifts[0].presses[0] };
    office.shifts[1].presses.push(press);
    let (hung_up, ended) = (office.at(20.0), office.at(20.1));
    office.shifts[1].hung_up.push((call, hung_up));
    office.shifts[1].endings.push((ended, call, EndReason::ClerkHungUp));

    assert_eq!(office.tickets().doubled, 1);
}

#[test]
fn a_second_ticket_and_a_shared_one_are_found() {
    let mut office = good();
    let other = office.stories[2].sights[0].clone();
    office.stories[1].sights.insert(0, other);
    assert_eq!(office.tickets().doubled, 1);

    let mut office = good();
    office.stories[1].promise = office.stories[0].promise.clone();
    assert!(office.tickets().doubled >= 1);
}

#[test]
fn a_ticket_that_nobody_was_promised_is_found_unless_somebody_was_never_answered() {
    let mut office = good();
    office.stories[1].promise = None;
    office.stories[1].refused = Some("line-full".to_owned());
    assert_eq!(office.tickets().unexpected, 1);

    office.stories[1].refused = None;
    assert_eq!(office.tickets().unexpected, 0);
}

#[test]
fn a_promise_after_a_lost_connection_is_recovered() {
    let mut office = good();
    let gap = Gap { from: office.at(1.02), until: Some(office.at(1.08)) };
    office.stories[0].gaps.push(gap);

    assert_eq!(office.tickets().recovered, 1);
}

#[test]
fn a_call_before_somebody_who_waited_longer_is_found() {
    let mut office = Office::new();
    for s in [1.0, 2.0, 3.0] {
        office.joins(s);
    }
    office.served(0, 1, 5.0);
    office.served(1, 0, 6.0);
    office.served(0, 2, 8.0);

    assert_eq!(office.violations(), 1);
}

#[test]
fn presses_at_the_same_time_may_come_in_any_order() {
    let mut office = Office::new();
    office.joins(1.0);
    office.joins(2.0);
    // The second clerk's press was sent before the first clerk knew whom theirs had brought.
    office.served(0, 1, 5.0);
    office.served(1, 0, 5.05);

    assert_eq!(office.violations(), 0);
}

#[test]
fn those_whom_a_clerk_cannot_serve_do_not_count() {
    let mut office = Office::new();
    for s in [1.0, 2.0] {
        office.joins(s);
    }
    office.stories[0].language = "uk".to_owned();
    office.served(0, 1, 5.0);
    assert_eq!(office.violations(), 0);

    office.stories[0].language = "pl".to_owned();
    office.stories[0].mode = Mode::Sign;
    assert_eq!(office.violations(), 0);
}

#[test]
fn those_who_are_away_are_passed_over_until_they_are_back() {
    let mut office = Office::new();
    for s in [1.0, 2.0] {
        office.joins(s);
    }
    office.served(0, 1, 5.0);
    let gap = |until| Gap { from: office.at(3.0), until };
    let (away, back) = (gap(None), gap(Some(office.at(4.5))));
    let long_back = Gap { from: office.at(1.5), until: Some(office.at(1.9)) };

    for (gap, expected) in [(away, 0), (back, 0), (long_back, 1)] {
        office.stories[0].gaps = vec![gap];
        assert_eq!(office.violations(), expected, "{gap:?}");
    }
}

#[test]
fn those_at_the_head_go_first() {
    let mut office = Office::new();
    for s in [1.0, 2.0] {
        office.joins(s);
    }
    // The second one missed a call and came back to the head.
    office.calls(0, 0, 3.0);
    office.sees(0, 4.0, Seen::Missed);
    office.sees(0, 5.0, Seen::Waiting(1));
    office.joins(5.5);
    office.served(0, 1, 6.0);
    assert_eq!(office.violations(), 1, "the one at the head was passed over");
}

#[test]
fn whoever_has_left_does_not_count() {
    let mut office = Office::new();
    for s in [1.0, 2.0] {
        office.joins(s);
    }
    office.stories[0].left = Some(office.at(4.9));
    office.sees(0, 5.4, Seen::Ended(EndReason::Left));
    office.served(0, 1, 5.0);

    assert_eq!((office.violations(), office.tickets().left), (0, 1));
}
