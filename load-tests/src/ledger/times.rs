//! Times between two clients, which none of them could measure alone.

use std::collections::HashMap;
use std::time::Duration;

use okienko::ids::{CallId, TicketId};
use tokio::time::Instant;

use super::media::{Call, alive};
use super::story::{Gap, Press, Seen, Shift, Sight, Story};
use crate::measure::names::Latency;
use crate::measure::recorder::Recorder;

/// A connection that was lost within this time after a fault was lost by it.
const BY_FAULT: Duration = Duration::from_secs(20);

/// A fault that breaks all connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Break {
    /// When it happened.
    pub at: Instant,
}

/// From the clerk's press to both browsers knowing. Gives how many presses were understood.
pub fn assignments(stories: &[Story], shifts: &[Shift], breaks: &[Break], recorder: &Recorder) -> u64 {
    let mut called: HashMap<CallId, Instant> = HashMap::new();
    for sight in stories.iter().flat_map(|story| &story.sights) {
        if let Seen::Called(call) = sight.seen {
            called.entry(call).or_insert(sight.at);
        }
    }
    let mut count = 0;
    for press in shifts.iter().flat_map(|shift| &shift.presses) {
        count += 1;
        let Some(told) = press.call.and_then(|call| called.get(&call)) else { continue };
        let both = press.known.max(*told);
        // What a fault delays, the fault's own times tell.
        if !breaks.iter().any(|fault| press.planned <= fault.at && fault.at <= both) {
            recorder.note(Latency::Assign, both.saturating_duration_since(press.planned));
            recorder.note(Latency::AssignService, both.saturating_duration_since(press.sent));
        }
    }
    count
}

/// From accepting to verified media on both sides. Gives how many calls got there.
pub fn setups(stories: &[Story], calls: &[Call<'_>], has_camera: bool, breaks: &[Break], recorder: &Recorder) -> u64 {
    let begins = |end| alive(end, has_camera).first().map(|(from, _)| *from);
    let both = calls.iter().filter_map(|call| Some((call.id, begins(call.resident)?.max(begins(call.clerk)?))));
    let both: HashMap<CallId, Instant> = both.collect();
    for accept in stories.iter().flat_map(|story| &story.accepts) {
        let Some(at) = both.get(&accept.call) else { continue };
        if !breaks.iter().any(|fault| accept.planned <= fault.at && fault.at <= *at) {
            recorder.note(Latency::Setup, at.saturating_duration_since(accept.planned));
            recorder.note(Latency::SetupService, at.saturating_duration_since(accept.sent));
        }
    }
    both.len() as u64
}

/// From the clerk's hang-up to the resident being told.
pub fn hang_ups(stories: &[Story], shifts: &[Shift], breaks: &[Break], recorder: &Recorder) {
    let ends: HashMap<CallId, Instant> = stories
        .iter()
        .filter_map(|story| {
            let call = story.sights.iter().rev().find_map(|sight| match sight.seen {
                Seen::InCall(call) => Some(call),
                _ => None,
            })?;
            let end = story.sights.iter().find(|sight| matches!(sight.seen, Seen::Ended(_)))?;
            // Who hung up oneself knows.
            story.hung_up.is_none().then_some((call, end.at))
        })
        .collect();
    for (call, at) in shifts.iter().flat_map(|shift| &shift.hung_up) {
        let Some(told) = ends.get(call).filter(|told| *told >= at) else { continue };
        if !breaks.iter().any(|fault| *at <= fault.at && fault.at <= *told) {
            recorder.note(Latency::HangUp, told.duration_since(*at));
        }
    }
}

/// From a press to everybody who waits knowing their new place.
///
/// That a place rises by one with each press can be said only where everybody waits in one line and nobody leaves it: of
/// those who had joined before the first press, in runs without faults.
pub fn places(stories: &[Story], shifts: &[Shift], recorder: &Recorder) {
    let mut presses: Vec<&Press> = shifts.iter().flat_map(|shift| &shift.presses).collect();
    presses.sort_by_key(|press| press.known);
    let Some(first) = presses.iter().map(|press| press.sent).min() else { return };
    for story in stories.iter().filter(|story| story.promise.as_ref().is_some_and(|promise| promise.at < first)) {
        let waits = |sight: &Sight| match sight.seen {
            Seen::Waiting(place) => Some((sight.at, place)),
            _ => None,
        };
        let seen: Vec<(Instant, u32)> = story.sights.iter().map_while(waits).collect();
        let before = seen.iter().rev().find(|(at, _)| *at < first);
        let Some((_, mut place)) = before.copied() else { continue };
        let mut told = 0_usize;
        for (at, next) in seen.iter().filter(|(at, _)| *at >= first) {
            let steps = place.saturating_sub(*next) as usize;
            // The oldest press that this place is the first to tell of.
            if let Some(press) = presses.get(told).filter(|_| steps > 0) {
                recorder.note(Latency::Place, at.saturating_duration_since(press.sent));
            }
            told += steps;
            place = *next;
        }
    }
}

/// From a fault to every browser being back. Gives how many never came back.
pub fn resumes(stories: &[Story], shifts: &[Shift], breaks: &[Break], recorder: &Recorder) -> u64 {
    let of_residents = stories.iter().flat_map(|story| &story.gaps);
    let of_clerks = shifts.iter().flat_map(|shift| &shift.gaps);
    let mut not_back = 0;
    for Gap { from, until } in of_residents.chain(of_clerks) {
        match (breaking(breaks, *from), until) {
            (Some(fault), Some(until)) => recorder.note(Latency::Resume, until.duration_since(fault.at)),
            (_, None) => not_back += 1,
            (None, Some(_)) => {}
        }
    }
    not_back
}

/// From a fault to verified media on both sides of each call that had them before. Gives how many calls never had them
/// again, though nobody hung up.
pub fn media_back(calls: &[Call<'_>], has_camera: bool, breaks: &[Break], recorder: &Recorder) -> u64 {
    let mut not_back = 0;
    for call in calls {
        let (resident, clerk) = (alive(call.resident, has_camera), alive(call.clerk, has_camera));
        for (index, fault) in breaks.iter().enumerate() {
            let was_alive = |spans: &[(Instant, Instant)]| {
                spans.iter().any(|(from, until)| *from < fault.at && *until + Duration::from_secs(1) > fault.at)
            };
            let is_over = call.over.is_some_and(|over| over <= fault.at);
            if is_over || !was_alive(&resident) || !was_alive(&clerk) {
                continue;
            }
            let back = |spans: &[(Instant, Instant)]| spans.iter().map(|(from, _)| *from).find(|from| *from > fault.at);
            let until = breaks.get(index + 1).map(|next| next.at);
            match (back(&resident), back(&clerk)) {
                (Some(one), Some(other)) if until.is_none_or(|until| one.max(other) <= until) => {
                    recorder.note(Latency::MediaBack, one.max(other).duration_since(fault.at));
                }
                // Broken again before it could come back: the next fault tells.
                _ if until.is_some_and(|until| call.over.is_none_or(|over| over > until)) => {}
                // Somebody hung up meanwhile, as they had meant to.
                _ if call.hung_up_within(Duration::from_secs(30), fault.at) => {}
                _ => not_back += 1,
            }
        }
    }
    not_back
}

/// What arrives for so long after a standstill may have been sent before it.
const STALE: Duration = Duration::from_secs(1);

/// A time in which the server stood still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standstill {
    /// When it stopped.
    pub at: Instant,
    /// When it went on.
    pub over: Instant,
}

/// From the end of a standstill to verified media on both sides of each call that had them before and was not hung up.
/// Gives how many never had them again.
pub fn media_on(calls: &[Call<'_>], has_camera: bool, standstills: &[Standstill], recorder: &Recorder) -> u64 {
    let mut not_back = 0;
    for (call, still) in calls.iter().flat_map(|call| standstills.iter().map(move |still| (call, still))) {
        let goes_on = |end| {
            let spans = alive(end, has_camera);
            // What was on its way when it stopped may still arrive a little later.
            let before =
                spans.iter().any(|(from, until)| *from < still.at && *until + Duration::from_secs(1) > still.at);
            // What had been sent before comes in one go, and proves nothing of what is sent now.
            let after =
                spans.iter().find(|(_, until)| *until > still.over + STALE).map(|(from, _)| (*from).max(still.over));
            (before, after)
        };
        let (resident, clerk) = (goes_on(call.resident), goes_on(call.clerk));
        if !resident.0 || !clerk.0 {
            continue;
        }
        match (resident.1, clerk.1) {
            (Some(one), Some(other)) => {
                recorder.note(Latency::MediaOn, one.max(other).saturating_duration_since(still.over));
            }
            // Somebody hung up meanwhile, as they had meant to.
            _ if call.hung_up_within(Duration::from_secs(10), still.over) => {}
            _ => not_back += 1,
        }
    }
    not_back
}

/// How many connections were lost of themselves, and not by a fault that breaks all.
#[must_use]
pub fn links_lost(stories: &[Story], shifts: &[Shift], breaks: &[Break]) -> u64 {
    let gaps = stories.iter().flat_map(|story| &story.gaps).chain(shifts.iter().flat_map(|shift| &shift.gaps));
    gaps.filter(|gap| breaking(breaks, gap.from).is_none()).count() as u64
}

/// The fault by which a connection was lost.
fn breaking(breaks: &[Break], lost_at: Instant) -> Option<&Break> {
    breaks.iter().rev().find(|fault| fault.at <= lost_at && lost_at - fault.at <= BY_FAULT)
}

/// The tickets of all presses.
#[must_use]
pub fn called(shifts: &[Shift]) -> Vec<TicketId> {
    shifts.iter().flat_map(|shift| &shift.presses).map(|press| press.ticket).collect()
}
