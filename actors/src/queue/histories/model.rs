//! The rules written out plainly, as an office would tell them: a list of people, a list of clerks, no cleverness.
//! Nothing of it is shared with the rules that it is compared with, but for the words. What citizens and clerks do is in
//! files of their own.

use jiff::{SignedDuration, Timestamp};
use okienko::ids::TicketId;
use okienko::wire::{EndReason, WishedState};

use super::act::{CLERKS, MATTERS};

/// Which matters each clerk serves.
pub(super) const SERVES: [&[usize]; CLERKS] = [&[0, 1], &[0], &[1, 2]];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Where {
    Waiting,
    /// `may_return_until`: as it was when they were called again after an unanswered call, or after being lost in one.
    Called {
        clerk: usize,
        clerk_until: Timestamp,
        deadline: Timestamp,
        may_return_until: Option<Timestamp>,
    },
    Deferred {
        until: Timestamp,
    },
    Missed {
        return_until: Timestamp,
    },
    InCall {
        clerk: usize,
        is_live: bool,
    },
    Ended(EndReason),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) ticket: TicketId,
    pub(super) citizen: usize,
    pub(super) matter: usize,
    pub(super) joined: Timestamp,
    pub(super) visit: Option<Timestamp>,
    pub(super) is_at_head: bool,
    pub(super) away: Option<Timestamp>,
    pub(super) extensions: u32,
    /// How many calls went unanswered in a row.
    pub(super) unanswered: u32,
    /// When the first of them did, or when the person was lost in a call.
    pub(super) missed_first: Timestamp,
    pub(super) place: Where,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doing {
    Off,
    Break,
    Receiving,
    Calling,
    InCall,
    AfterCall { until: Timestamp },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clerk {
    pub(super) doing: Doing,
    pub(super) wished: WishedState,
    pub(super) lost: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    Visit,
    WalkIn,
}

#[derive(Debug, Clone)]
pub(super) struct Model {
    pub(super) people: Vec<Person>,
    pub(super) clerks: Vec<Clerk>,
    pub(super) last_turn: Option<Turn>,
    /// All turns that were taken, and when by the clock of then.
    turns: Vec<(Timestamp, Turn)>,
}

pub(super) fn later(at: Timestamp, seconds: i64) -> Timestamp {
    at + SignedDuration::from_secs(seconds)
}

impl Model {
    /// Nobody there yet, all clerks signed in and off.
    pub(super) fn new() -> Self {
        let clerk = Clerk { doing: Doing::Off, wished: WishedState::Off, lost: None };
        Self { people: Vec::new(), clerks: vec![clerk; CLERKS], last_turn: None, turns: Vec::new() }
    }

    /// The line was read anew. The last turn is the latest one of the log: not the last one, if the clock was set back
    /// since.
    pub(super) fn be_read(&mut self) {
        self.last_turn = self.turns.iter().max_by_key(|(at, _)| *at).map(|(_, turn)| *turn);
    }

    /// The process died and another one started: nobody's browser is there.
    pub(super) fn die(&mut self, now: Timestamp) {
        self.be_read();
        for person in &mut self.people {
            if !matches!(person.place, Where::InCall { .. } | Where::Ended(_)) {
                person.away = Some(now);
            }
        }
        for clerk in self.clerks.iter_mut().filter(|clerk| clerk.doing != Doing::Off) {
            clerk.lost = Some(now);
        }
    }

    // What the others are made of.

    /// A citizen's ticket that is not over.
    pub(super) fn live(&self, citizen: usize) -> Option<usize> {
        let is_theirs = |person: &Person| person.citizen == citizen && !matches!(person.place, Where::Ended(_));
        self.people.iter().position(is_theirs)
    }

    /// The first one who was called and is still awaited.
    pub(super) fn absent(&self) -> Option<usize> {
        let is_absent = |person: &Person| matches!(person.place, Where::Missed { .. } | Where::Deferred { .. });
        self.people.iter().position(is_absent)
    }

    /// Whom a clerk invites or serves.
    pub(super) fn engaged_with(&self, clerk: usize) -> Option<usize> {
        self.people.iter().position(|person| match person.place {
            Where::Called { clerk: by, .. } | Where::InCall { clerk: by, .. } => by == clerk,
            _ => false,
        })
    }

    pub(super) fn is_on_duty(&self, clerk: usize, now: Timestamp) -> bool {
        let Clerk { doing, lost, .. } = self.clerks[clerk];
        !matches!(doing, Doing::Off | Doing::Break) && lost.is_none_or(|since| now < later(since, 30))
    }

    pub(super) fn may_call(&self, clerk: usize) -> bool {
        matches!(self.clerks[clerk].doing, Doing::Receiving | Doing::AfterCall { .. })
    }

    pub(super) fn call(&mut self, clerk: usize, person: usize, now: Timestamp) {
        let Person { is_at_head, visit, joined, .. } = self.people[person];
        let is_visit = visit.is_some_and(|starts| starts <= now && joined <= later(starts, 600));
        if !is_at_head {
            let turn = if is_visit { Turn::Visit } else { Turn::WalkIn };
            self.last_turn = Some(turn);
            self.turns.push((now, turn));
        }
        let until = later(now, 60);
        let person = &mut self.people[person];
        let may_return_until = match person.place {
            Where::Missed { return_until } => Some(return_until),
            _ => None,
        };
        person.extensions = 0;
        person.place = Where::Called { clerk, clerk_until: until, deadline: until, may_return_until };
        self.clerks[clerk].doing = Doing::Calling;
    }

    /// An invitation is taken back: the ticket goes where it was, unless the person has shown that they are there.
    pub(super) fn take_back(&mut self, person: usize) {
        self.free_clerk_of_invitation(person);
        let person = &mut self.people[person];
        let Where::Called { may_return_until, .. } = person.place else { panic!("{person:?} was not called") };
        match may_return_until {
            Some(return_until) if person.extensions == 0 => person.place = Where::Missed { return_until },
            _ => {
                (person.extensions, person.unanswered) = (0, 0);
                person.place = Where::Waiting;
            }
        }
    }

    pub(super) fn miss(&mut self, person: usize, now: Timestamp) {
        let person = &mut self.people[person];
        if person.unanswered == 0 {
            person.missed_first = now;
        }
        person.unanswered += 1;
        person.extensions = 0;
        person.is_at_head = true;
        person.place = Where::Missed { return_until: later(now, 900) };
    }

    pub(super) fn back_to_head(&mut self, person: usize) {
        self.answered(person);
        self.people[person].is_at_head = true;
        self.people[person].place = Where::Waiting;
    }

    pub(super) fn answered(&mut self, person: usize) {
        let person = &mut self.people[person];
        (person.away, person.extensions, person.unanswered) = (None, 0, 0);
    }

    pub(super) fn end(&mut self, person: usize, reason: EndReason) {
        self.people[person].away = None;
        self.people[person].place = Where::Ended(reason);
    }

    pub(super) fn free_clerk_of_invitation(&mut self, person: usize) {
        if let Where::Called { clerk, .. } = self.people[person].place {
            self.clerks[clerk].doing = free_as(self.clerks[clerk].wished);
        }
    }
}

pub(super) fn serves(clerk: usize, matter: usize) -> bool {
    assert!(matter < MATTERS);
    SERVES[clerk].contains(&matter)
}

/// What a clerk does who has nobody to serve.
pub(super) fn free_as(wished: WishedState) -> Doing {
    match wished {
        WishedState::Receiving => Doing::Receiving,
        WishedState::Break => Doing::Break,
        WishedState::Off => Doing::Off,
    }
}
