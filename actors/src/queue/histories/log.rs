//! The event log by itself: what was, told from its rows alone.

use jiff::Timestamp;
use okienko::domain::event::{Actor, SubjectKind};
use okienko::domain::ticket::Ticket;
use okienko::store::events::{self, Logged};
use okienko::store::{calls, presences, tickets};

use super::hall::Hall;
use super::model::{Model, Where};

/// What the log says of a subject now.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    state: String,
    /// Since when the ticket's person cannot be reached.
    away: Option<Timestamp>,
    /// Whether the ticket stands at the head.
    is_at_head: bool,
    began: Timestamp,
}

/// Reads a subject's rows and follows them. Each begins where the one before it ended, and their numbers have no gap.
fn follow(hall: &Hall, kind: SubjectKind, subject: String) -> Option<(Told, Vec<Logged>)> {
    let scope = hall.scope();
    let named = subject.clone();
    let log = hall.store.read_now(move |db| events::of_subject(db, scope, kind, &subject)).unwrap();
    let first = log.first()?;
    let mut told = Told { state: String::new(), away: None, is_at_head: false, began: first.event.at };
    for (number, row) in (1..).zip(&log) {
        let event = &row.event;
        assert_eq!((row.seq, event.office), (number, hall.office), "{kind:?} {named}");
        assert_eq!(event.from, told.state, "{kind:?} {named}: {log:#?}");
        told.state.clone_from(&event.to);
        let shows_up = ["accepted", "more-time", "here", "returned", "came-back"].contains(&event.reason.as_str());
        match event.reason.as_str() {
            "went-away" => told.away = Some(event.at),
            _ if shows_up || event.to == "ended" || event.from == "in-call" => told.away = None,
            _ => {}
        }
        let to_head = (event.from == "in-call" && event.to != "ended")
            || ["here", "returned", "clerk-freed", "deadline"].contains(&event.reason.as_str());
        told.is_at_head |= to_head && event.to != "ended";
    }
    Some((told, log))
}

/// The log says the same as the records, of everybody who ever had a ticket, of every clerk, of every call.
pub(super) fn check(hall: &Hall, model: &Model) {
    let scope = hall.scope();
    for person in &model.people {
        let id = person.ticket;
        let stored: Ticket = hall.store.read_now(move |db| tickets::get(db, scope, id)).unwrap();
        let (told, log) = follow(hall, SubjectKind::Ticket, id.to_text()).expect("each ticket has its first row");
        let expected = Told {
            state: stored.state.word().to_owned(),
            away: stored.away_since,
            is_at_head: stored.head_since.is_some(),
            began: log[0].event.at,
        };
        assert_eq!(told, expected, "{log:#?}");
        assert_eq!(told.began, stored.joined_at);
        let ends = log.iter().filter(|row| row.event.to == "ended").count();
        assert_eq!(ends, usize::from(matches!(person.place, Where::Ended(_))), "each ticket ends once: {log:#?}");
    }
    let stored = hall.store.read_now(move |db| presences::of_office(db, scope)).unwrap();
    for presence in stored {
        let (told, _) = follow(hall, SubjectKind::Presence, presence.clerk.to_text()).unwrap();
        assert_eq!(told.state, presence.state.word());
    }
    let running = hall.store.read_now(move |db| calls::running(db, scope)).unwrap();
    for found in running {
        let (told, log) = follow(hall, SubjectKind::Call, found.call.id.to_text()).unwrap();
        let is_in = |role| found.members.iter().any(|member| member.role == role && member.left_at.is_none());
        let expected = match (found.call.live_at, is_in(okienko::wire::Role::Citizen)) {
            (Some(_), _) => "live",
            (None, true) => "accepted",
            (None, false) => "called",
        };
        assert_eq!((told.state.as_str(), &log[0].event.by), (expected, &Actor::Clerk(found.call.clerk)), "{log:#?}");
    }
}
