//! Every promised ticket ends exactly once: served, left, expired or ended otherwise. By what residents and clerks saw.

use std::collections::{BTreeMap, BTreeSet};

use okienko::ids::{CallId, TicketId};
use okienko::wire::EndReason;

use super::story::{Seen, Shift, Sight, Story};

/// What came of all tickets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TicketCounts {
    /// Residents who asked.
    pub attempted: u64,
    /// Promises.
    pub acknowledged: u64,
    /// Refusals in words.
    pub refused: u64,
    /// Promises that came only after a lost connection.
    pub recovered: u64,
    /// Ends by hanging up.
    pub served: u64,
    /// Ends by leaving the line.
    pub left: u64,
    /// Ends by a missed call or by absence.
    pub expired: u64,
    /// Other ends.
    pub ended: u64,
    /// Promises without an end.
    pub lost: u64,
    /// Two ends, two tickets for one, or a ticket that was served twice.
    pub doubled: u64,
    /// Tickets in clerks' hands that nobody was promised.
    pub unexpected: u64,
    /// What went wrong, in words.
    pub faults: Vec<String>,
}

/// Judges all tickets.
#[must_use]
pub fn judge(stories: &[Story], shifts: &[Shift]) -> TicketCounts {
    let mut counts = TicketCounts::default();
    let mut promised = BTreeMap::new();
    let mut unanswered = 0_u64;
    for story in stories {
        counts.attempted += u64::from(story.asked.is_some());
        counts.refused += u64::from(story.refused.is_some());
        match &story.promise {
            Some(promise) => {
                let others = promised.insert(promise.ticket, story.number);
                if let Some(other) = others {
                    counts.doubled += 1;
                    counts.faults.push(format!("residents {other} and {} have one ticket", story.number));
                }
                counts.judge_one(story);
            }
            // What was acknowledged is promised, whether or not anything was heard of it.
            None if story.acked.is_some() => {
                counts.acknowledged += 1;
                counts.lost += 1;
                counts
                    .faults
                    .push(format!("resident {} was told that it was done, and never got a ticket", story.number));
            }
            None if story.asked.is_some() && story.refused.is_none() => unanswered += 1,
            None => {}
        }
    }
    let served_by = counts.judge_clerks(shifts);
    let strangers = served_by.keys().filter(|ticket| !promised.contains_key(ticket)).count() as u64;
    // Whoever asked and was never answered may have got a ticket without knowing it.
    counts.unexpected = strangers.saturating_sub(unanswered);
    if counts.unexpected > 0 {
        counts.faults.push(format!("clerks had {} tickets that nobody was promised", counts.unexpected));
    }
    counts
}

impl TicketCounts {
    fn judge_one(&mut self, story: &Story) {
        let Some(promise) = &story.promise else { return };
        let (number, who) = (&promise.number, story.number);
        self.acknowledged += 1;
        let was_lost =
            |gap: &super::story::Gap| story.asked.is_some_and(|asked| gap.from >= asked && gap.from < promise.at);
        self.recovered += u64::from(story.gaps.iter().any(was_lost));
        let others: BTreeSet<TicketId> =
            story.sights.iter().map(|sight| sight.ticket).filter(|ticket| *ticket != promise.ticket).collect();
        if !others.is_empty() {
            self.doubled += 1;
            self.faults.push(format!("resident {who} with {number} was told of {} more tickets", others.len()));
        }
        if story.sights.iter().any(|sight| sight.ticket == promise.ticket && sight.joined_at != promise.joined_at) {
            self.doubled += 1;
            self.faults.push(format!("ticket {number} of resident {who} changed its time of joining"));
        }
        if let Some((one, other)) = invited_twice(story) {
            self.doubled += 1;
            self.faults.push(format!("ticket {number} of resident {who} was invited to {one} and {other} at once"));
        }
        let mut ends = story.sights.iter().filter_map(|sight| match sight.seen {
            Seen::Ended(reason) => Some(reason),
            _ => None,
        });
        let Some(reason) = ends.next() else {
            self.lost += 1;
            let last = story.sights.last().map(|sight| sight.seen);
            self.faults.push(format!("ticket {number} of resident {who} never ended; last seen: {last:?}"));
            return;
        };
        let ended_last = matches!(story.sights.last(), Some(sight) if matches!(sight.seen, Seen::Ended(_)));
        if ends.next().is_some() || !ended_last {
            self.doubled += 1;
            self.faults.push(format!("ticket {number} of resident {who} went on after its end"));
        }
        match reason {
            EndReason::CitizenHungUp | EndReason::ClerkHungUp => self.served += 1,
            EndReason::Left => self.left += 1,
            EndReason::NotAccepted | EndReason::Lapsed => self.expired += 1,
            EndReason::CitizenLost
            | EndReason::ClerkLost
            | EndReason::Failed
            | EndReason::ClosedByOffice
            | EndReason::BrokenOff => {
                self.ended += 1;
            }
            EndReason::Deferred => self.faults.push(format!("ticket {number} of resident {who} ended by a deferral")),
        }
    }

    /// How often clerks served each ticket to its end.
    fn judge_clerks(&mut self, shifts: &[Shift]) -> BTreeMap<TicketId, u64> {
        let mut served: BTreeMap<TicketId, u64> = BTreeMap::new();
        for shift in shifts {
            for press in &shift.presses {
                served.entry(press.ticket).or_default();
                let was_served = |reason| matches!(reason, EndReason::CitizenHungUp | EndReason::ClerkHungUp);
                let hung_up = |call| shift.hung_up.iter().any(|(hung_up, _)| *hung_up == call);
                // An invitation that the clerk took back ends the same way, but was never hung up by anybody.
                let ends = shift.endings.iter().filter(|(_, call, reason)| {
                    Some(*call) == press.call
                        && was_served(*reason)
                        && (*reason == EndReason::CitizenHungUp || hung_up(*call))
                });
                *served.entry(press.ticket).or_default() += ends.count() as u64;
            }
        }
        for (ticket, times) in &served {
            if *times > 1 {
                self.doubled += 1;
                self.faults.push(format!("ticket {ticket} was served {times} times"));
            }
        }
        served
    }
}

/// Two invitations one after the other: between them, one goes back to the line, and is told so. What comes after a lost
/// connection does not count: what was told meanwhile is not known.
fn invited_twice(story: &Story) -> Option<(CallId, CallId)> {
    let was_there = |earlier: &Sight, later: &Sight| {
        !story.gaps.iter().any(|gap| gap.from <= later.at && gap.until.is_none_or(|until| until >= earlier.at))
    };
    story.sights.windows(2).find_map(|pair| match pair {
        [earlier, later] => match (earlier.seen, later.seen) {
            (Seen::Called(one), Seen::Called(other)) if one != other && was_there(earlier, later) => Some((one, other)),
            _ => None,
        },
        _ => None,
    })
}
