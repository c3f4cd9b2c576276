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
use crate::ids::{MatterId, TicketId};
use crate::wire::WaitRange;

/// A clerk on duty, as far as places and waits go by them.
#[derive(Debug, Clone, Copy)]
pub struct OnDuty<'a> {
    /// What they can do.
    pub skills: &'a Skills,
    /// Whether they could call somebody at once: in no call, invitation or time after one.
    pub is_free: bool,
}

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
    /// Those who could serve a wish.
    fn of(duty: &[OnDuty<'_>], wish: &Wish) -> Self {
        Self::of_those(duty, |one| may_serve(one.skills, wish))
    }

    /// Those who are free.
    fn of_free(duty: &[OnDuty<'_>]) -> Self {
        Self::of_those(duty, |one| one.is_free)
    }

    fn of_those(duty: &[OnDuty<'_>], are_in: impl Fn(&OnDuty<'_>) -> bool) -> Self {
        let word =
            |clerks: &[OnDuty<'_>]| clerks.iter().rev().fold(0_u64, |bits, one| bits << 1 | u64::from(are_in(one)));
        Self(duty.chunks(64).map(word).collect())
    }

    fn count(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    /// How many are in both.
    fn count_in(&self, other: &Self) -> u32 {
        self.0.iter().zip(&other.0).map(|(mine, theirs)| (mine & theirs).count_ones()).sum()
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(mine, theirs)| mine & theirs != 0)
    }
}

/// How many clerks could serve somebody, and how many of them are free.
#[derive(Debug, Clone, Copy)]
struct Able {
    receiving: u32,
    free: u32,
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
    able: Able,
    /// The groups, this one among them, of which some clerk could serve this one as well.
    overlapping: Vec<usize>,
}

/// All groups of a line.
#[derive(Debug)]
struct Groups {
    free: Mask,
    list: Vec<Group>,
    masks: Vec<Mask>,
    by_mask: HashMap<Mask, usize>,
}

impl Groups {
    fn new(duty: &[OnDuty<'_>]) -> Self {
        Self { free: Mask::of_free(duty), list: Vec::new(), masks: Vec::new(), by_mask: HashMap::new() }
    }

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
        let able = Able { receiving: mask.count(), free: mask.count_in(&self.free) };
        self.list.push(Group { able, overlapping });
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
    pub fn places(&self, now: Timestamp, duty: &[OnDuty<'_>]) -> Vec<Placed> {
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
            let able = group.able;
            let ahead = if able.receiving == 0 { *same_matter } else { *in_group };
            placed.push(Placed {
                ticket: ticket.id,
                place: ahead.tickets.saturating_add(1),
                ahead: ahead.tickets,
                receiving: able.receiving,
                wait: expected_wait(ahead, typical_s, able),
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
    pub fn outlook(&self, duty: &[OnDuty<'_>], wish: &Wish) -> Outlook {
        let mine = Mask::of(duty, wish);
        let able = Able { receiving: mine.count(), free: mine.count_in(&Mask::of_free(duty)) };
        let mut masks: HashMap<(MatterId, &str, bool), Mask> = HashMap::new();
        let mut ahead = Ahead::default();
        for ticket in self.tickets().filter(|ticket| ticket.is_waiting()) {
            let other = &ticket.wish;
            let counts = if able.receiving == 0 {
                other.matter == wish.matter
            } else {
                let kind = (other.matter, other.language.as_str(), needs_sign(other));
                masks.entry(kind).or_insert_with(|| Mask::of(duty, other)).overlaps(&mine)
            };
            if counts {
                ahead.add(self.typical_s(other.matter));
            }
        }
        let wait = expected_wait(ahead, self.typical_s(wish.matter), able);
        Outlook { ahead: ahead.tickets, receiving: able.receiving, wait }
    }

    fn typical_s(&self, matter: MatterId) -> u32 {
        self.typical_s.get(&matter).copied().unwrap_or(TYPICAL_S)
    }
}

/// Puts each ticket into its group; a wish's skills are compared once, not once a ticket.
fn grouped(waiting: &[&Ticket], duty: &[OnDuty<'_>]) -> (Groups, Vec<usize>) {
    let mut groups = Groups::new(duty);
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
/// Who has fewer people ahead than there are free clerks who could serve them does not wait. Everybody else shares the
/// calls ahead among the clerks who could serve them, and half a call is still running with each of these who is not
/// free: `expected = (work ahead + typical / 2 × busy / clerks) / clerks`, told as 0.75 to 1.5 times that, and never
/// less than a minute.
fn expected_wait(ahead: Ahead, typical_s: u32, able: Able) -> Option<WaitRange> {
    let Able { receiving, free } = able;
    if receiving == 0 {
        return None;
    }
    if ahead.tickets < free {
        return Some(WaitRange::NONE);
    }
    let busy = receiving.saturating_sub(free);
    let running_s = u64::from(typical_s / 2).saturating_mul(u64::from(busy)) / u64::from(receiving);
    let expected_s = ahead.work_s.saturating_add(running_s) / u64::from(receiving);
    let from_min = (expected_s.saturating_mul(3) / 240).max(1);
    let to_min = expected_s.saturating_mul(3).div_ceil(120).max(from_min);
    let minutes = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
    Some(WaitRange { from_min: minutes(from_min), to_min: minutes(to_min) })
}
