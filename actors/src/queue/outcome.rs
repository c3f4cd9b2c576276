//! What becomes of what was to be written: it is announced, tried again, or given up, and the line read anew wherever
//! it may be other than it is taken to be.

use std::collections::VecDeque;
use std::time::Duration;

use actix::prelude::*;
use jiff::Timestamp;
use okienko::failures::Point;
use tokio::time::Instant;

use super::ask::Ask;
use super::deadlines::Subject;
use super::state::Loaded;
use super::step::{Step, Written};
use super::{Queue, RETRY, Waiting, read_once};
use crate::error::ProblemCode;
use crate::records::RecordsError;

/// What became of one write.
pub(super) type Outcome = (Waiting, Box<Step>, Result<Written, RecordsError>);

/// How often something owed is tried that is refused each time: after that it is no passing trouble, and everybody
/// else has waited for it long enough.
const MOST_ATTEMPTS: u32 = 4;

/// How long something that was given up is not begun again.
const GIVEN_UP_FOR: Duration = Duration::from_secs(60);

/// What was owed and failed each time.
pub(super) struct GivenUp {
    ask: Ask,
    at: Instant,
}

impl Queue {
    /// Whether a call still runs whose room says that it is over.
    fn runs_on(&self, ask: &Ask) -> bool {
        let Ask::CallOver { call, .. } = ask else { return false };
        self.state.as_ref().is_some_and(|state| state.calls.contains_key(call))
    }

    pub(super) fn written(&mut self, outcomes: Vec<Outcome>, now: Timestamp, ctx: &mut Context<Self>) {
        self.spec.env.pass(Point::QueueBeforeAnnounce, self.spec.office, ctx);
        let (mut read_anew, mut wait, mut cut_off) = (false, false, false);
        let mut again = Vec::new();
        for (mut waiting, step, outcome) in outcomes {
            let error = match outcome {
                Ok(Written::Done(done)) => {
                    self.apply(*step, *done, now, ctx);
                    self.done(&waiting.ask);
                    continue;
                }
                // The key was one of another command: nothing was written, and the call is over all the same.
                Ok(Written::DoneBefore) if self.runs_on(&waiting.ask) => {
                    waiting.ask.forget_command();
                    again.push(waiting);
                    continue;
                }
                Ok(Written::DoneBefore) => {
                    self.tell_again(&waiting.ask);
                    self.done(&waiting.ask);
                    continue;
                }
                Ok(Written::Refused(code)) => {
                    self.refuse(&waiting.ask, code);
                    continue;
                }
                Err(error) => error,
            };
            if let Some(code) = step.refused_unless_known {
                self.refuse(&waiting.ask, code);
                continue;
            }
            tracing::warn!(office.id = %self.spec.office, ?error, "a step was not stored");
            let conflict = error == RecordsError::Conflict;
            let is_unknown = matches!(error, RecordsError::Unknown(_));
            // While the store is not there, nothing else could be done either.
            let is_away = matches!(error, RecordsError::Away(_));
            cut_off |= is_away;
            read_anew |= conflict || is_unknown;
            waiting.attempts += 1;
            let is_first = waiting.attempts == 1;
            if waiting.ask.is_owed() && !is_away && !is_unknown && waiting.attempts >= MOST_ATTEMPTS {
                tracing::error!(office.id = %self.spec.office, ?error, "a step failed each time and is given up");
                self.given_up.push(GivenUp { ask: waiting.ask, at: Instant::now() });
                read_anew = true;
            } else if (conflict && is_first) || waiting.ask.is_owed() {
                wait |= !is_first || !conflict;
                again.push(waiting);
            } else {
                self.refuse(&waiting.ask, failure(&error));
            }
        }
        self.tell_newcomers(ctx);
        // Not before: what follows from one of them is decided when all of them are known.
        self.is_writing = false;
        for waiting in again.into_iter().rev() {
            self.inbox.push_front(waiting);
        }
        self.arm(ctx);
        if cut_off {
            self.cut_off();
            wait = true;
        }
        if read_anew || wait {
            return self.pause(read_anew, wait, ctx);
        }
        self.work(ctx);
    }

    /// The store is not there: whoever waits for an answer is told so, instead of waiting for its return.
    fn cut_off(&mut self) {
        self.is_cut_off = true;
        let (owed, asked) = std::mem::take(&mut self.inbox).into_iter().partition(|waiting| waiting.ask.is_owed());
        self.inbox = owed;
        let asked: VecDeque<Waiting> = asked;
        for waiting in asked {
            self.refuse(&waiting.ask, ProblemCode::StoreUnavailable);
        }
    }

    /// Lets a moment go by, or reads the line anew, before it goes on.
    fn pause(&mut self, read_anew: bool, wait: bool, ctx: &mut Context<Self>) {
        self.is_writing = true;
        let reading = read_anew.then(|| read_once(self.spec.env.clone(), self.spec.office, false));
        let pause = async move {
            if wait {
                tokio::time::sleep(RETRY).await;
            }
            match reading {
                Some(reading) => reading.await.map(Some),
                None => Ok(None),
            }
        };
        ctx.spawn(pause.into_actor(self).map(|read, queue, ctx| queue.go_on(read, ctx)));
    }

    fn go_on(&mut self, read: Result<Option<Loaded>, RecordsError>, ctx: &mut Context<Self>) {
        let loaded = match read {
            Ok(loaded) => loaded,
            Err(error) => {
                if !self.is_cut_off {
                    tracing::error!(office.id = %self.spec.office, ?error, "a line could not be read");
                }
                self.cut_off();
                return self.pause(true, true, ctx);
            }
        };
        (self.is_writing, self.is_cut_off) = (false, false);
        if let Some(loaded) = loaded {
            self.take_up(loaded, ctx);
        }
        self.work(ctx);
    }

    /// Whether this was given up a short while ago. What time asks for is then asked for again later; the rest says
    /// itself whoever has something new to say.
    pub(super) fn is_given_up(&mut self, ask: &Ask) -> bool {
        self.given_up.retain(|given_up| given_up.at.elapsed() < GIVEN_UP_FOR);
        if !self.given_up.iter().any(|given_up| given_up.ask.is_same_debt(ask)) {
            return false;
        }
        let subject = match ask {
            Ask::TicketDue(ticket) => Subject::Ticket(*ticket),
            Ask::DeskDue(clerk) => Subject::Desk(*clerk),
            _ => return true,
        };
        let later = self.spec.env.now().saturating_add(GIVEN_UP_FOR).ok();
        if let Some(state) = &mut self.state {
            state.deadlines.set(subject, later);
        }
        true
    }
}

/// What somebody is told whose command was not stored.
const fn failure(error: &RecordsError) -> ProblemCode {
    match error {
        RecordsError::NotFound => ProblemCode::SessionUnknown,
        _ => ProblemCode::StoreUnavailable,
    }
}
