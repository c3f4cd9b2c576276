//! Random histories of a line, with the death of the process in the midst of anything: through the real rules, the real
//! cache and the real store, and held against a [`model`] in which the rules are written out plainly.
//!
//! After each thing that happens everything is compared: who is where and since when, what each clerk is doing, which
//! calls run, the order and the places, the cache with the records. Now and then, and at the end, the event log is
//! followed by itself. A failure prints the seed and the shortest history that fails: `OKIENKO_SEED` runs one seed
//! again, `OKIENKO_LINE_HISTORIES` says how many are run.

mod act;
mod asks;
mod check;
mod citizens;
mod clerks;
mod hall;
mod log;
mod model;
mod order;

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use okienko::domain::ticket::Ticket;
use okienko::wire::{EndReason, WishedState};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use super::ask::Ask;
use super::messages::{ClerkAsks, ClerkWants};
use act::{Act, CITIZENS, CLERKS, Death, histories};
use asks::key_of;
use hall::{Came, Hall};
use model::{Model, Where};

/// How many histories are run where nothing is said: some seconds of them. `./test long` runs more.
const USUAL: u64 = 40;

/// How long a history that fails is made shorter.
const SHRINK_MS: u32 = 30_000;

#[test]
fn whatever_happens_the_line_is_as_the_rules_have_it_and_nobody_is_lost() {
    let number = |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let seeds = match number("OKIENKO_SEED") {
        Some(seed) => seed..seed + 1,
        None => 1..number("OKIENKO_LINE_HISTORIES").unwrap_or(USUAL) + 1,
    };
    for seed in seeds {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let config = Config {
            cases: 1,
            failure_persistence: None,
            max_shrink_iters: 3_000,
            max_shrink_time: SHRINK_MS,
            ..Config::default()
        };
        let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
        let outcome = runner.run(&histories(), |history| {
            // Shrinking takes a history that panics for one that fails.
            let ran = std::panic::catch_unwind(|| Run::of(&history));
            ran.map_err(|panic| TestCaseError::fail(words_of(panic.as_ref())))
        });
        match outcome {
            Ok(()) => {}
            Err(TestError::Fail(why, history)) => panic!("OKIENKO_SEED={seed}: {why}\n{history:#?}"),
            Err(TestError::Abort(why)) => panic!("OKIENKO_SEED={seed}: {why}"),
        }
    }
}

fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
}

/// A history on its way.
struct Run {
    hall: Hall,
    model: Model,
    keys: u32,
    /// The last command with a key.
    last: Option<(Act, Ask)>,
    /// The keys of commands that were done.
    known: HashSet<String>,
    /// The latest moment that it has ever been.
    latest: Timestamp,
}

impl Run {
    fn of(history: &[(Act, Death)]) {
        let hall = Hall::open();
        let latest = hall.now();
        let mut run = Self { hall, model: Model::new(), keys: 0, last: None, known: HashSet::new(), latest };
        run.check();
        for (number, (act, death)) in history.iter().enumerate() {
            run.step(*act, *death);
            run.check();
            if number % 20 == 0 {
                log::check(&run.hall, &run.model);
            }
        }
        run.come_to_an_end();
    }

    fn step(&mut self, act: Act, death: Death) {
        self.latest = self.latest.max(self.hall.now());
        match act {
            Act::Wait { seconds, punctual } => self.wait(seconds, punctual, death),
            Act::SetClock { by_s } => {
                let to = self.hall.now() + SignedDuration::from_secs(by_s);
                self.hall.set_clock(to);
                self.time(Death::Never);
            }
            Act::ReadAnew => {
                self.hall.read_anew();
                self.model.be_read();
            }
            Act::CheckIn { citizen, matter, starts_in_s } => {
                if self.model.live(citizen).is_none() {
                    let starts = self.hall.now() + SignedDuration::from_secs(starts_in_s);
                    let ticket = self.hall.check_in(citizen, matter, starts);
                    self.model.be_read();
                    self.model.join(ticket.id, (citizen, matter), (ticket.joined_at, Some(starts)));
                }
            }
            Act::CallAbsent(clerk) => {
                if let Some(person) = self.model.absent() {
                    let citizen = self.model.people[person].citizen;
                    self.step(Act::CallRow { clerk, citizen }, death);
                }
            }
            Act::Again => {
                if let Some((act, ask)) = self.last.clone().filter(|(act, ask)| self.is_still_meant(*act, ask)) {
                    self.command(act, &ask, death);
                }
            }
            _ => {
                if let Some(ask) = self.ask_of(act) {
                    if key_of(&ask).is_some() {
                        self.last = Some((act, ask.clone()));
                    }
                    self.command(act, &ask, death);
                }
            }
        }
    }

    /// Whether a row that was pressed is still the citizen's, who may have another ticket by now.
    fn is_still_meant(&self, act: Act, ask: &Ask) -> bool {
        match (act, ask) {
            (Act::CallRow { citizen, .. }, Ask::Clerk(ClerkAsks { wants: ClerkWants::CallTicket(ticket), .. })) => {
                self.model.live(citizen).is_some_and(|person| self.model.people[person].ticket == *ticket)
            }
            _ => true,
        }
    }

    /// Puts a command or a room's word to both.
    fn command(&mut self, act: Act, ask: &Ask, death: Death) {
        let key = key_of(ask);
        let is_known = key.as_ref().is_some_and(|key| self.known.contains(key));
        let came = self.hall.ask(ask, death);
        let written = match &came {
            Came::Done(joined) | Came::Died(Some(joined)) => Some(joined.clone()),
            Came::Known | Came::Not | Came::Died(None) => None,
        };
        assert!(!(is_known && written.is_some()), "{act:?} was done twice");
        let mut expected = self.model.clone();
        let is_done = !is_known && self.tell_model(&mut expected, act, written.clone().flatten());
        match came {
            // What was not written, nobody is to know of.
            Came::Died(None) => {}
            _ => {
                assert_eq!(written.is_some(), is_done, "{act:?}: {came:?}");
                if is_done {
                    self.model = expected;
                    // Of these the records know that they were done.
                    let is_kept = matches!(ask, Ask::Join(_))
                        || matches!(act, Act::Accept(_) | Act::MoreTime(_) | Act::CallNext(_) | Act::CallRow { .. });
                    self.known.extend(key.filter(|_| is_kept));
                }
            }
        }
        if matches!(came, Came::Died(_)) {
            self.model.die(self.hall.now());
        }
    }

    /// Lets the model do it. Says whether anything was to be done.
    fn tell_model(&self, model: &mut Model, act: Act, joined: Option<Ticket>) -> bool {
        let now = self.hall.now();
        match act {
            Act::Join { citizen, matter } => {
                let may = model.may_join(citizen, matter, now);
                if let Some(ticket) = joined.filter(|_| may) {
                    let last = model.people.iter().filter(|person| !matches!(person.place, Where::Ended(_)));
                    let last = last.map(|person| person.joined).max();
                    assert!(ticket.joined_at >= now && last.is_none_or(|last| ticket.joined_at > last), "{ticket:?}");
                    model.join(ticket.id, (citizen, matter), (ticket.joined_at, None));
                }
                may
            }
            Act::Leave(citizen) => model.leave(citizen),
            Act::Accept(citizen) => model.accept(citizen, now),
            Act::MoreTime(citizen) => model.more_time(citizen, now),
            Act::Here(citizen) => model.here(citizen, now),
            Act::Return(citizen) => model.come_back_to_line(citizen, now),
            Act::Away(citizen) => model.go_away(citizen, now),
            Act::Back(citizen) => model.be_back(citizen),
            Act::CallNext(clerk) => model.call_next(clerk, now),
            Act::CallRow { clerk, citizen } => model.call_row(clerk, citizen, now),
            Act::Cancel(clerk) => model.cancel(clerk),
            Act::Wish(clerk, wished) => model.wish(clerk, wished),
            Act::MoreWrapUp(clerk) => model.more_wrap_up(clerk, now),
            Act::Finish(clerk, next) => model.finish(clerk, next),
            Act::SignOut(clerk) => model.sign_out(clerk),
            Act::Lost(clerk) => model.lose_clerk(clerk, now),
            Act::Found(clerk) => model.find_clerk(clerk),
            Act::Live(clerk) => model.connect(clerk),
            Act::Over(clerk, reason) => model.call_over(clerk, reason, now),
            Act::Wait { .. }
            | Act::SetClock { .. }
            | Act::ReadAnew
            | Act::CheckIn { .. }
            | Act::CallAbsent(_)
            | Act::Again => false,
        }
    }

    /// Lets time go by.
    fn wait(&mut self, seconds: i64, punctual: bool, death: Death) {
        let until = self.hall.now() + SignedDuration::from_secs(seconds);
        let mut death = death;
        while punctual && let Some(first) = self.hall.state.deadlines.first().filter(|first| *first < until) {
            self.hall.set_clock(first.max(self.hall.now()));
            self.time(death);
            // One a wait.
            death = Death::Never;
        }
        self.hall.set_clock(until);
        self.time(death);
    }

    /// Does whatever time has for the line by now.
    fn time(&mut self, mut death: Death) {
        while let Some(due) = self.hall.next_due() {
            let now = self.hall.now();
            let mut expected = self.model.clone();
            let is_done = match &due {
                Ask::TicketDue(ticket) => expected.ticket_due(*ticket, now),
                Ask::DeskDue(clerk) => {
                    let clerk = self.hall.clerks.iter().position(|known| known == clerk).unwrap();
                    expected.clerk_due(clerk, now)
                }
                _ => false,
            };
            let came = self.hall.ask(&due, death);
            match came {
                Came::Died(None) => {}
                _ => {
                    let was_done = matches!(came, Came::Done(_) | Came::Died(Some(_)));
                    assert_eq!(was_done, is_done, "{came:?} {:?}", self.model);
                    self.model = expected;
                }
            }
            if matches!(came, Came::Died(_)) {
                self.model.die(now);
                death = Death::Never;
            }
            self.check();
        }
    }

    /// Everybody goes; within the longest deadlines everything is over.
    fn come_to_an_end(&mut self) {
        for clerk in 0..CLERKS {
            for act in [Act::Over(clerk, EndReason::CitizenHungUp), Act::Wish(clerk, WishedState::Off)] {
                self.step(act, Death::Never);
            }
        }
        for citizen in 0..CITIZENS {
            self.step(Act::Away(citizen), Death::Never);
        }
        // Ten extensions, a way back of fifteen minutes, and a place that is kept for five; and the clock may have been
        // set back since.
        let seconds = 3_000 + self.latest.duration_since(self.hall.now()).as_secs();
        self.step(Act::Wait { seconds, punctual: true }, Death::Never);
        self.check();
        let left: Vec<_> = self.model.people.iter().filter(|person| !matches!(person.place, Where::Ended(_))).collect();
        assert!(left.is_empty(), "{left:?}");
        log::check(&self.hall, &self.model);
    }
}
