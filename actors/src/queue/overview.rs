//! A line as everybody may see it: for the launcher, the choice of matters and managers.

use jiff::Timestamp;
use okienko::domain::hours::{self, Situation};
use okienko::domain::line::OnDuty;
use okienko::domain::office::Matter;
use okienko::domain::ticket::Wish;
use okienko::domain::timings::Timings;
use okienko::wire::Mode;

use super::decide::closes_and_opens;
use super::messages::{Admission, LineOverview, MatterOverview};
use super::state::LineState;

/// Draws the line up as it is now.
pub(super) fn overview(state: &LineState, now: Timestamp, timings: &Timings) -> LineOverview {
    let duty = state.duty(now, timings);
    let matters = state.book.matters.iter().map(|matter| matter_overview(state, matter, &duty, now)).collect();
    LineOverview {
        office: state.book.office.id,
        at: now,
        waiting: state.line.waiting(),
        // Whoever has no matters may sit at a desk, and receives nobody there.
        receiving: count(duty.iter().filter(|one| !one.skills.matters.is_empty()).count()),
        matters,
    }
}

fn matter_overview(state: &LineState, matter: &Matter, duty: &[OnDuty<'_>], now: Timestamp) -> MatterOverview {
    let serving: Vec<_> =
        duty.iter().map(|one| one.skills).filter(|skills| skills.matters.contains(&matter.id)).collect();
    let mut languages: Vec<String> = serving.iter().flat_map(|skills| skills.languages.iter().cloned()).collect();
    languages.sort();
    languages.dedup();

    let opening = hours::opening(&matter.hours, &state.book.closures, now, &state.book.tz);
    let (closes_at, opens_at) = closes_and_opens(opening);
    // Whoever asks may choose the language; the door is open if it is for one of them.
    let outlook = languages
        .iter()
        .map(|language| {
            let wish = Wish { matter: matter.id, mode: Mode::Video, needs: Vec::new(), language: language.clone() };
            state.line.outlook(duty, &wish)
        })
        .min_by_key(|outlook| outlook.wait.map_or(u32::MAX, |wait| wait.from_min));
    let situation = Situation {
        opening,
        waiting: state.line.waiting(),
        max_waiting: state.book.office.max_waiting,
        receiving: outlook.map_or(0, |outlook| outlook.receiving),
        wait: outlook.and_then(|outlook| outlook.wait),
    };
    let admission = match hours::admission(situation, now) {
        hours::Admission::Open => Admission::Open,
        hours::Admission::Full { .. } => Admission::Full,
        hours::Admission::TooLate => Admission::TooLate,
        hours::Admission::ClosedUntil(_) => Admission::Closed,
        hours::Admission::NobodyOnDuty => Admission::NobodyOnDuty,
    };
    // Whoever is too late now is told when it opens after this closing time.
    let late_until = closes_at.filter(|_| admission == Admission::TooLate);
    let reopening = late_until.map(|at| hours::opening(&matter.hours, &state.book.closures, at, &state.book.tz));
    MatterOverview {
        matter: matter.id,
        admission,
        closes_at,
        opens_at: opens_at.or_else(|| reopening.and_then(|opening| closes_and_opens(opening).1)),
        receiving: count(serving.len()),
        sign: serving.iter().any(|skills| skills.sign),
        languages,
        waiting: state.line.waiting_in(matter.id),
        wait: situation.wait,
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
