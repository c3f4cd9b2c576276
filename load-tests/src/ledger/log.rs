//! The order rule and the course of every ticket by the server's own event log, read from its database.
//!
//! The log is played back against a reference of the rule that shares no code with the server's. It knows the kinds of
//! tickets that the tester takes: walk-ins with a language and, some of them, sign language. Of those whom a clerk may serve,
//! whoever stands at the head goes first, then who joined first; somebody away is passed over while somebody is there.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use okienko::domain::event::Actor;
use okienko::domain::office::{Clerk, Skills};
use okienko::domain::ticket::{Ticket, TicketState};
use okienko::ids::{ClerkId, TicketId};
use okienko::store::events::Logged;
use okienko::wire::Mode;

use super::story::{Seen, Shift, Story};

/// What was read from the database after a run.
#[derive(Debug, Clone, Default)]
pub struct Records {
    /// All tickets.
    pub tickets: Vec<Ticket>,
    /// The events of all tickets, in the order in which they were decided.
    pub events: Vec<Logged>,
    /// All clerks.
    pub clerks: Vec<Clerk>,
}

/// Where the reference takes a ticket to be.
#[derive(Debug)]
struct Known<'a> {
    ticket: &'a Ticket,
    state: String,
    seq: u64,
    at_head: bool,
    away: bool,
    /// Who invited or serves them.
    clerk: Option<ClerkId>,
}

/// The place in the reference's line: those at the head first, then by the time of joining.
type Place = (bool, Timestamp, TicketId);

impl Known<'_> {
    const fn place(&self) -> Place {
        (!self.at_head, self.ticket.joined_at, self.ticket.id)
    }
}

/// What cannot be, or breaks the order rule, in words.
#[must_use]
pub fn violations(records: &Records) -> Vec<String> {
    let mut replay = Replay {
        tickets: records.tickets.iter().map(|ticket| (ticket.id.to_text(), ticket)).collect(),
        skills: records.clerks.iter().map(|clerk| (clerk.id, &clerk.skills)).collect(),
        known: HashMap::new(),
        line: BTreeMap::new(),
        busy: HashMap::new(),
        found: Vec::new(),
    };
    for logged in &records.events {
        replay.play(logged);
    }
    replay.finish()
}

struct Replay<'a> {
    tickets: HashMap<String, &'a Ticket>,
    skills: HashMap<ClerkId, &'a Skills>,
    known: HashMap<TicketId, Known<'a>>,
    /// Those who wait.
    line: BTreeMap<Place, TicketId>,
    /// The ticket of each clerk who invites or serves somebody.
    busy: HashMap<ClerkId, TicketId>,
    found: Vec<String>,
}

impl<'a> Replay<'a> {
    fn play(&mut self, logged: &Logged) {
        let event = &logged.event;
        let Some(ticket) = self.tickets.get(&event.subject).copied() else {
            return self.found.push(format!("an event of ticket {}, which is not there", event.subject));
        };
        let (before, seq) = match self.known.get(&ticket.id) {
            Some(known) => (known.state.clone(), known.seq),
            None => (String::new(), 0),
        };
        if logged.seq != seq + 1 || event.from != before {
            self.found.push(format!(
                "ticket {}: event {} goes from '{}' to '{}', after event {seq} left it '{before}'",
                ticket.number, logged.seq, event.from, event.to
            ));
        }
        if before == "ended" {
            self.found.push(format!("ticket {} goes on after its end, by '{}'", ticket.number, event.reason));
        }
        let clerk = match event.by {
            Actor::Clerk(clerk) => Some(clerk),
            Actor::Citizen | Actor::System => None,
        };
        if event.to == "called" && before != "called" {
            self.check_call(ticket, clerk, &event.reason);
        }
        self.apply(ticket, logged, clerk);
    }

    /// A clerk takes a ticket: it must be the one whose turn it is.
    fn check_call(&mut self, ticket: &Ticket, clerk: Option<ClerkId>, reason: &str) {
        let Some(clerk) = clerk else {
            return self.found.push(format!("ticket {} was called by nobody", ticket.number));
        };
        if let Some(other) = self.busy.get(&clerk).filter(|other| **other != ticket.id) {
            self.found.push(format!("ticket {} was called by a clerk who has ticket {other}", ticket.number));
        }
        let Some(skills) = self.skills.get(&clerk).copied() else {
            return self.found.push(format!("ticket {} was called by a clerk who is not there", ticket.number));
        };
        // Somebody who did not answer may be called again, whoever waits.
        if reason == "again" {
            return;
        }
        let expected = self.next_for(skills);
        if expected != Some(ticket.id) {
            let expected = expected.and_then(|id| self.known.get(&id)).map(|known| known.ticket.number.clone());
            self.found.push(format!("ticket {} was called when it was {expected:?}'s turn", ticket.number));
        }
    }

    fn next_for(&self, skills: &Skills) -> Option<TicketId> {
        let mut first_away = None;
        for id in self.line.values() {
            let Some(known) = self.known.get(id).filter(|known| may_serve(skills, known.ticket)) else { continue };
            if !known.away {
                return Some(*id);
            }
            first_away = first_away.or(Some(*id));
        }
        first_away
    }

    fn apply(&mut self, ticket: &'a Ticket, logged: &Logged, by: Option<ClerkId>) {
        let event = &logged.event;
        let known = self.known.entry(ticket.id).or_insert_with(|| Known {
            ticket,
            state: String::new(),
            seq: 0,
            at_head: false,
            away: false,
            clerk: None,
        });
        self.line.remove(&known.place());
        match event.reason.as_str() {
            "went-away" => known.away = true,
            "came-back" | "accepted" | "here" | "returned" | "more-time" => known.away = false,
            // Whoever is lost in a call is awaited by their browser's return, not by their beats.
            "citizen-lost" if event.to == "missed" => known.away = false,
            _ if event.to == "ended" => known.away = false,
            _ => {}
        }
        // Whoever was called and not served stands at the head from then on; an invitation taken back changes nothing.
        let back_to_line = matches!((event.from.as_str(), event.to.as_str()), (from, "waiting")
            if from != "waiting" && !from.is_empty() && event.reason != "taken-back");
        known.at_head |= back_to_line || matches!(event.to.as_str(), "missed" | "deferred");
        if event.to == "called" && event.from != "called" {
            known.clerk = by;
        }
        let holds_clerk = matches!(event.to.as_str(), "called" | "in-call");
        if let Some(clerk) = known.clerk {
            if holds_clerk {
                self.busy.insert(clerk, ticket.id);
            } else {
                known.clerk = None;
                self.busy.remove(&clerk);
            }
        }
        known.state.clone_from(&event.to);
        known.seq = logged.seq;
        if event.to == "waiting" {
            self.line.insert(known.place(), ticket.id);
        }
    }

    /// Every ticket of the records has a course, and it ends where the records say.
    fn finish(mut self) -> Vec<String> {
        for ticket in self.tickets.values() {
            match self.known.get(&ticket.id) {
                None => self.found.push(format!("ticket {} has no event", ticket.number)),
                Some(known) if known.state != ticket.state.word() => {
                    let (logged, stored) = (&known.state, ticket.state.word());
                    self.found.push(format!("ticket {} is {stored}, but its events end with {logged}", ticket.number));
                }
                Some(known) if known.away != ticket.away_since.is_some() => {
                    self.found
                        .push(format!("ticket {}: its events say otherwise whether they are away", ticket.number));
                }
                Some(_) => {}
            }
        }
        self.found
    }
}

fn may_serve(skills: &Skills, ticket: &Ticket) -> bool {
    let wish = &ticket.wish;
    skills.matters.contains(&wish.matter)
        && skills.languages.contains(&wish.language)
        && (skills.sign || wish.mode != Mode::Sign)
}

/// Where the records say something else than residents and clerks were told.
#[must_use]
pub fn mismatches(stories: &[Story], shifts: &[Shift], records: &Records) -> Vec<String> {
    let mut found = unknown_calls(shifts, records);
    let stored: HashMap<TicketId, &Ticket> = records.tickets.iter().map(|ticket| (ticket.id, ticket)).collect();
    let mut promised = 0;
    for story in stories {
        let Some(promise) = &story.promise else { continue };
        let (who, number) = (story.number, &promise.number);
        let Some(ticket) = stored.get(&promise.ticket) else {
            found.push(format!("ticket {number} was promised to resident {who}, and is not stored"));
            continue;
        };
        promised += 1;
        if (&ticket.number, ticket.joined_at) != (number, promise.joined_at) {
            found.push(format!("ticket {number} of resident {who} is stored as {}", ticket.number));
        }
        let told = story.sights.iter().rev().find_map(|sight| match sight.seen {
            Seen::Ended(reason) => Some(reason),
            _ => None,
        });
        let is = match ticket.state {
            TicketState::Ended { reason } => Some(reason),
            _ => None,
        };
        if told != is {
            found
                .push(format!("ticket {number} of resident {who} ended as {told:?} for them, and is stored as {is:?}"));
        }
    }
    // Whoever asked and was never answered may have got a ticket without knowing it.
    let unanswered = stories.iter().filter(|story| {
        story.asked.is_some() && story.acked.is_none() && story.promise.is_none() && story.refused.is_none()
    });
    let strangers = stored.len() - promised;
    if strangers > unanswered.count() {
        found.push(format!("{strangers} tickets are stored that nobody was promised"));
    }
    found
}

/// What presses brought to clerks, and the log does not know of.
fn unknown_calls(shifts: &[Shift], records: &Records) -> Vec<String> {
    let clerks: HashMap<&str, ClerkId> = records.clerks.iter().map(|clerk| (clerk.email.as_str(), clerk.id)).collect();
    let mut logged: HashMap<(ClerkId, &str), usize> = HashMap::new();
    for event in records.events.iter().map(|logged| &logged.event).filter(|event| event.to == "called") {
        if let Actor::Clerk(clerk) = event.by {
            *logged.entry((clerk, event.subject.as_str())).or_default() += 1;
        }
    }
    let mut found = Vec::new();
    for shift in shifts {
        let Some(clerk) = clerks.get(shift.email.as_str()) else { continue };
        let mut presses: HashMap<TicketId, usize> = HashMap::new();
        for press in &shift.presses {
            *presses.entry(press.ticket).or_default() += 1;
        }
        for (ticket, times) in presses {
            let known = logged.get(&(*clerk, ticket.to_text().as_str())).copied().unwrap_or(0);
            if times > known {
                let number = shift.number;
                found
                    .push(format!("clerk {number} called ticket {ticket} {times} times, and the log knows of {known}"));
            }
        }
    }
    found
}
