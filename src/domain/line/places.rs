//! Everybody's place and expected wait, in one pass over the line.
//!
//! The place is 1 + those ahead by the order rule whom some clerk on duty could serve who could also serve me. Tickets
//! that exactly the same clerks could serve form a group; one pass counts for each group what is ahead of its next
//! member, so that the cost is tickets times groups, never tickets times tickets.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{TYPICAL_S, WaitingLine, may_serve, needs_sign};
use crate::domain::office::Skills;
use crate::domain::ticket::{Ticket, Wish};
use crate::ids::{ClerkId, MatterId, TicketId};
use crate::wire::WaitRange;

/// The place of one who waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// Whose.
    pub ticket: TicketId,
    /// From 1.
    pub place: u32,
    /// How many are ahead: `place - 1`.
    pub ahead: u32,
    /// How many clerks on duty could serve this ticket.
    pub receiving: u32,
    /// The expected wait; None while nobody on duty could serve this ticket.
    pub wait: Option<WaitRange>,
}

/// What a newcomer with some wish would find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outlook {
    /// How many would be ahead.
    pub ahead: u32,
    /// How many clerks on duty could serve them.
    pub receiving: u32,
    /// The expected wait; None while nobody on duty could serve them.
    pub wait: Option<WaitRange>,
}

/// Which clerks on duty: a bit for each, by their position in the list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Mask(Vec<u64>);

impl Mask {
    fn of(duty: &[(ClerkId, &Skills)], wish: &Wish) -> Self {
        let word = |clerks: &[(ClerkId, &Skills)]| {
            clerks.iter().rev().fold(0_u64, |bits, (_, skills)| bits << 1 | u64::from(may_serve(skills, wish)))
        };
        Self(duty.chunks(64).map(word).collect())
    }

    fn count(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(mine, theirs)| mine & theirs != 0)
    }
}

/// What is ahead of whoever comes next: how many, and how many seconds of calls.
#[derive(Debug, Clone, Copy, Default)]
struct Ahead {
    tickets: u32,
    work_s: u64,
}

impl Ahead {
    const fn add(&mut self, typical_s: u32) {
        self.tickets = self.tickets.saturating_add(1);
        self.work_s = self.work_s.saturating_add(typical_s as u64);
    }
}

/// Tickets that the same clerks could serve.
#[derive(Debug)]
struct Group {
    receiving: u32,
    /// The groups, this one among them, of which some clerk could serve this one as well.
    overlapping: Vec<usize>,
}

/// All groups of a line.
#[derive(Debug, Default)]
struct Groups {
    list: Vec<Group>,
    masks: Vec<Mask>,
    by_mask: HashMap<Mask, usize>,
}

impl Groups {
    fn find_or_add(&mut self, mask: Mask) -> usize {
        if let Some(known) = self.by_mask.get(&mask) {
            return *known;
        }
        let index = self.list.len();
        let mut overlapping: Vec<usize> =
            (0..).zip(&self.masks).filter(|(_, other)| mask.overlaps(other)).map(|(other, _)| other).collect();
        for other in &overlapping {
            if let Some(group) = self.list.get_mut(*other) {
                group.overlapping.push(index);
            }
        }
        overlapping.push(index);
        self.list.push(Group { receiving: mask.count(), overlapping });
        self.masks.push(mask.clone());
        self.by_mask.insert(mask, index);
        index
    }
}

impl WaitingLine {
    /// The place and expected wait of everybody who waits, in the order of the rule.
    ///
    /// While nobody on duty could serve somebody, those ahead of them in the same matter are counted.
    #[must_use]
    pub fn places(&self, now: Timestamp, duty: &[(ClerkId, &Skills)]) -> Vec<Placed> {
        let order = self.ordered(now);
        let waiting: Vec<&Ticket> = order.into_iter().filter(|ticket| ticket.is_waiting()).collect();
        let (groups, members) = grouped(&waiting, duty);
        let mut ahead_of = vec![Ahead::default(); groups.list.len()];
        let mut in_matter: HashMap<MatterId, Ahead> = HashMap::new();
        let mut placed = Vec::with_capacity(waiting.len());

        for (ticket, member_of) in waiting.into_iter().zip(members) {
            let typical_s = self.typical_s(ticket.wish.matter);
            let same_matter = in_matter.entry(ticket.wish.matter).or_default();
            let (Some(group), Some(in_group)) = (groups.list.get(member_of), ahead_of.get(member_of)) else { continue };
            let receiving = group.receiving;
            let ahead = if receiving == 0 { *same_matter } else { *in_group };
            placed.push(Placed {
                ticket: ticket.id,
                place: ahead.tickets.saturating_add(1),
                ahead: ahead.tickets,
                receiving,
                wait: expected_wait(ahead.work_s, typical_s, receiving),
            });
            same_matter.add(typical_s);
            for other in &group.overlapping {
                if let Some(in_other) = ahead_of.get_mut(*other) {
                    in_other.add(typical_s);
                }
            }
        }
        placed
    }

    /// What somebody would find who joined now: for the launcher, the choice of matters and the last admission.
    #[must_use]
    pub fn outlook(&self, duty: &[(ClerkId, &Skills)], wish: &Wish) -> Outlook {
        let mine = Mask::of(duty, wish);
        let receiving = mine.count();
        let mut masks: HashMap<(MatterId, &str, bool), Mask> = HashMap::new();
        let mut ahead = Ahead::default();
        for ticket in self.tickets().filter(|ticket| ticket.is_waiting()) {
            let other = &ticket.wish;
            let counts = if receiving == 0 {
                other.matter == wish.matter
            } else {
                let kind = (other.matter, other.language.as_str(), needs_sign(other));
                masks.entry(kind).or_insert_with(|| Mask::of(duty, other)).overlaps(&mine)
            };
            if counts {
                ahead.add(self.typical_s(other.matter));
            }
        }
        let wait = expected_wait(ahead.work_s, self.typical_s(wish.matter), receiving);
        Outlook { ahead: ahead.tickets, receiving, wait }
    }

    fn typical_s(&self, matter: MatterId) -> u32 {
        self.typical_s.get(&matter).copied().unwrap_or(TYPICAL_S)
    }
}

/// Puts each ticket into its group; a wish's skills are compared once, not once a ticket.
fn grouped(waiting: &[&Ticket], duty: &[(ClerkId, &Skills)]) -> (Groups, Vec<usize>) {
    let mut groups = Groups::default();
    let mut by_kind: HashMap<(MatterId, &str, bool), usize> = HashMap::new();
    let mut members = Vec::with_capacity(waiting.len());
    for ticket in waiting {
        let wish = &ticket.wish;
        let kind = (wish.matter, wish.language.as_str(), needs_sign(wish));
        let group = *by_kind.entry(kind).or_insert_with(|| groups.find_or_add(Mask::of(duty, wish)));
        members.push(group);
    }
    (groups, members)
}

/// The expected wait as a range of whole minutes.
///
/// The calls ahead are shared by the clerks who could serve me, and half a call is still running as a rule:
/// `expected = (work ahead + typical / 2) / clerks`, told as 0.75 to 1.5 times that, and never less than a minute.
fn expected_wait(work_ahead_s: u64, typical_s: u32, receiving: u32) -> Option<WaitRange> {
    if receiving == 0 {
        return None;
    }
    let expected_s = work_ahead_s.saturating_add(u64::from(typical_s / 2)) / u64::from(receiving);
    let from_min = (expected_s.saturating_mul(3) / 240).max(1);
    let to_min = expected_s.saturating_mul(3).div_ceil(120).max(from_min);
    let minutes = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
    Some(WaitRange { from_min: minutes(from_min), to_min: minutes(to_min) })
}
