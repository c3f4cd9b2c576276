//! The order rule by what clerks and residents saw: nobody is called while somebody waits whose turn it is.
//!
//! Nothing here knows the server's clock. A resident counts as waiting only from the moment they were told so until the
//! moment at which anybody can first have taken them out of the line, and as reachable only while their connection was
//! up; a call counts from the press. What is found is therefore a fault for certain. The order itself is that of the time of
//! joining, which each ticket carries.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use jiff::Timestamp;
use okienko::ids::TicketId;
use okienko::wire::Mode;
use tokio::time::Instant;

use super::story::{Press, Seen, Shift, Story};
use crate::scenario::ClerkSkills;

/// A resident without a connection for less than this may still be taken for present by the server.
const REACHABLE_AFTER: Duration = Duration::from_secs(3);

/// A time in the line.
struct Stay<'a> {
    story: &'a Story,
    ticket: TicketId,
    joined_at: Timestamp,
    /// Surely in the line from here on.
    from: Instant,
    /// Surely until here.
    until: Option<Instant>,
    /// Whether the ticket stands at the head: it has been called before, or its call broke off.
    is_head: bool,
}

/// By which the line is ordered: those at the head first, then by the time of joining. One ticket may stay twice.
type Key = (bool, Timestamp, TicketId, Instant);

impl Stay<'_> {
    const fn key(&self) -> Key {
        (!self.is_head, self.joined_at, self.ticket, self.from)
    }
}

/// Calls that came before somebody whose turn it was, in words.
#[must_use]
pub fn violations(stories: &[Story], shifts: &[Shift]) -> Vec<String> {
    let mut presses: Vec<(&Press, &Shift)> =
        shifts.iter().flat_map(|shift| shift.presses.iter().map(move |press| (press, shift))).collect();
    presses.sort_by_key(|(press, _)| press.sent);
    let mut stays = stays(stories, &presses);
    stays.sort_by_key(|stay| stay.from);
    let mut of_ticket: HashMap<TicketId, Vec<&Stay<'_>>> = HashMap::new();
    for stay in &stays {
        of_ticket.entry(stay.ticket).or_default().push(stay);
    }
    // Presses come in the order of their time: whoever is in the line by then is put in, whoever has gone is taken out.
    let mut to_come = stays.iter().peekable();
    let mut line: BTreeMap<Key, &Stay<'_>> = BTreeMap::new();
    let mut to_go: BTreeSet<(Instant, Key)> = BTreeSet::new();
    let mut found = Vec::new();
    for (press, shift) in presses {
        while let Some(stay) = to_come.next_if(|stay| stay.from <= press.sent) {
            line.insert(stay.key(), stay);
            to_go.extend(stay.until.map(|until| (until, stay.key())));
        }
        while let Some((until, key)) = to_go.pop_first() {
            if until > press.sent {
                to_go.insert((until, key));
                break;
            }
            line.remove(&key);
        }
        let Some(called) = of_ticket.get(&press.ticket).and_then(|stays| stay_at(stays, press)) else { continue };
        let overtaken = line.range(..called.key()).map(|(_, stay)| *stay).find(|stay| is_overtaken(stay, press, shift));
        if let Some(stay) = overtaken {
            found.push(format!(
                "clerk {} got {} while {} had waited longer (resident {})",
                shift.number, called.joined_at, stay.joined_at, stay.story.number
            ));
        }
    }
    found
}

/// The stay in the line out of which a press took a ticket.
fn stay_at<'a>(stays: &[&'a Stay<'a>], press: &Press) -> Option<&'a Stay<'a>> {
    stays.iter().rev().find(|stay| stay.from <= press.known).copied()
}

fn is_overtaken(stay: &Stay<'_>, press: &Press, shift: &Shift) -> bool {
    stay.ticket != press.ticket
        && stay.from <= press.sent
        && stay.until.is_none_or(|until| until >= press.known)
        && may_serve(&shift.skills, stay.story)
        && was_reachable(stay.story, press)
}

fn may_serve(skills: &ClerkSkills, story: &Story) -> bool {
    skills.languages.contains(&story.language) && (skills.sign || story.mode != Mode::Sign)
}

/// Whether a resident was connected throughout a press, and long enough before that the server knew it.
fn was_reachable(story: &Story, press: &Press) -> bool {
    story.gaps.iter().all(|gap| {
        let is_before = gap.until.is_some_and(|until| until + REACHABLE_AFTER <= press.sent);
        is_before || gap.from >= press.known
    })
}

/// All times in the line.
fn stays<'a>(stories: &'a [Story], presses: &[(&Press, &Shift)]) -> Vec<Stay<'a>> {
    let mut pressed: HashMap<TicketId, Vec<&Press>> = HashMap::new();
    for (press, _) in presses {
        pressed.entry(press.ticket).or_default().push(press);
    }
    let mut stays = Vec::new();
    for story in stories {
        let mut open: Option<Stay<'_>> = None;
        let mut is_head = false;
        for sight in &story.sights {
            let waits = matches!(sight.seen, Seen::Waiting(_));
            match (&mut open, waits) {
                (None, true) => {
                    let (ticket, joined_at, from) = (sight.ticket, sight.joined_at, sight.at);
                    open = Some(Stay { story, ticket, joined_at, from, until: None, is_head });
                }
                (Some(stay), false) => {
                    stay.until = Some(first_end(stay, sight.at, story, &pressed));
                    stays.extend(open.take());
                    is_head = true;
                }
                _ => {}
            }
        }
        if let Some(stay) = open {
            let until = story.left.into_iter().chain(lost_for_good(story)).min();
            stays.push(Stay { until, ..stay });
        }
    }
    stays
}

/// The first moment at which a stay can have ended, given when its end was seen: the press that took it, or the wish to
/// leave.
fn first_end(stay: &Stay<'_>, seen: Instant, story: &Story, pressed: &HashMap<TicketId, Vec<&Press>>) -> Instant {
    let by_press = pressed.get(&stay.ticket).into_iter().flatten().map(|press| press.sent);
    let by_press = by_press.filter(|sent| *sent >= stay.from && *sent <= seen).min();
    [by_press, story.left.filter(|left| *left <= seen)].into_iter().flatten().min().unwrap_or(seen)
}

fn lost_for_good(story: &Story) -> Option<Instant> {
    story.gaps.last().filter(|gap| gap.until.is_none()).map(|gap| gap.from)
}
