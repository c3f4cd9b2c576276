//! A site's line as its panel shows it: on the page itself and, while it is open, by the API.

use okienko::domain::office::Matter;
use okienko::wire::WaitRange;
use okienko_actors::queue::messages::{Admission, LineOverview, MatterOverview};
use serde::Serialize;

use crate::i18n::I18n;
use crate::site::SiteRecord;
use crate::when::Speaker;

/// How long one may expect to wait, in whole minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct WaitView {
    /// At the best; 0 if a clerk is free.
    pub from_min: u32,
    /// At the worst.
    pub to_min: u32,
}

/// One matter as a site offers it now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct MatterView {
    /// Which, as the socket's `join` names it.
    pub id: String,
    /// The letter of its ticket numbers.
    pub letter: String,
    /// Its name in the reader's language.
    pub name: String,
    /// One sentence: what belongs here.
    pub summary: String,
    /// What to have at hand.
    pub prepare: Vec<String>,
    /// Whether one may join now.
    pub open: bool,
    /// Why not; empty while open.
    pub reason_text: String,
    /// How many clerks on duty serve it.
    pub receiving: u32,
    /// The languages these speak.
    pub languages: Vec<String>,
    /// Whether one of them signs.
    pub sign: bool,
    /// Whether it is the one for people who do not know theirs.
    pub general: bool,
    /// How many wait with it.
    pub waiting: u32,
    /// How long a newcomer may expect to wait.
    pub wait: Option<WaitView>,
}

/// What a site offers now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct LineView {
    /// Whether anything is served now.
    pub open: bool,
    /// When the last matter that is open closes, such as `17:15`; empty if closed or never closing.
    pub closes_text: String,
    /// When it opens next, as it follows "Zapraszamy": `jutro od 8:00`; empty while open.
    pub opens_text: String,
    /// How many wait.
    pub waiting: u32,
    /// How long a newcomer may expect to wait, over all matters that are open.
    pub wait: Option<WaitView>,
    /// How many clerks are on duty.
    pub receiving: u32,
    /// Whether somebody on duty signs.
    pub sign_open: bool,
    /// Whether one of the matters is the general one.
    pub has_general: bool,
    /// Whether that one may be joined now.
    pub general_open: bool,
    /// The matters that may be joined now in the office's order, then the others in the same.
    pub matters: Vec<MatterView>,
}

impl LineView {
    /// A line in a language.
    #[must_use]
    pub fn new(record: &SiteRecord, line: &LineOverview, i18n: &I18n, language: &str) -> Self {
        let speaker = Speaker { i18n, language, zone: &record.zone };
        let of = |matter: &Matter| line.matters.iter().find(|state| state.matter == matter.id);
        let mut matters: Vec<MatterView> =
            record.matters.iter().filter_map(|matter| Some(matter_view(matter, of(matter)?, line, speaker))).collect();
        // Stable, so both parts keep the office's order.
        matters.sort_by_key(|matter| !matter.open);
        let is_open = |state: &&MatterOverview| state.admission != Admission::Closed;
        let open = line.matters.iter().any(|state| is_open(&state));
        let closes: Option<Vec<_>> = line.matters.iter().filter(is_open).map(|state| state.closes_at).collect();
        // `None` as soon as one of them never closes.
        let closes_at = closes.and_then(|instants| instants.into_iter().max());
        let opens_at = line.matters.iter().filter_map(|state| state.opens_at).min();
        Self {
            open,
            closes_text: closes_at.filter(|_| open).map(|at| speaker.time(at)).unwrap_or_default(),
            opens_text: opens_at.filter(|_| !open).map(|at| speaker.from(at, line.at)).unwrap_or_default(),
            waiting: line.waiting,
            wait: overall_wait(line).map(WaitView::from),
            receiving: line.receiving,
            sign_open: line.matters.iter().any(|state| state.sign && state.admission == Admission::Open),
            has_general: matters.iter().any(|matter| matter.general),
            general_open: matters.iter().any(|matter| matter.general && matter.open),
            matters,
        }
    }
}

impl From<WaitRange> for WaitView {
    fn from(wait: WaitRange) -> Self {
        Self { from_min: wait.from_min, to_min: wait.to_min }
    }
}

/// The shortest and the longest wait of the matters that may be joined.
#[must_use]
pub fn overall_wait(line: &LineOverview) -> Option<WaitRange> {
    let waits = line.matters.iter().filter(|state| state.admission == Admission::Open).filter_map(|state| state.wait);
    waits.reduce(|a, b| WaitRange { from_min: a.from_min.min(b.from_min), to_min: a.to_min.max(b.to_min) })
}

fn matter_view(matter: &Matter, state: &MatterOverview, line: &LineOverview, speaker: Speaker<'_>) -> MatterView {
    let language = speaker.language;
    let prepare = matter.prepare.in_language(language).lines().map(str::trim).filter(|line| !line.is_empty());
    MatterView {
        id: matter.id.to_text(),
        letter: matter.letter.to_string(),
        name: matter.name.in_language(language).to_owned(),
        summary: matter.summary.in_language(language).to_owned(),
        prepare: prepare.map(str::to_owned).collect(),
        open: state.admission == Admission::Open,
        reason_text: reason(state, line, speaker),
        receiving: state.receiving,
        languages: state.languages.clone(),
        sign: state.sign,
        general: matter.is_general,
        waiting: state.waiting,
        wait: state.wait.map(WaitView::from),
    }
}

fn reason(state: &MatterOverview, line: &LineOverview, speaker: Speaker<'_>) -> String {
    let say = |key: &str, when: String| {
        speaker.i18n.text(speaker.language, &format!("office.reason.{key}"), &[("when", when)])
    };
    match (state.admission, state.opens_at) {
        (Admission::Open, _) => String::new(),
        (Admission::Full, _) => say("full", String::new()),
        (Admission::NobodyOnDuty, _) => say("nobody", String::new()),
        (Admission::TooLate, Some(at)) => say("too_late", speaker.from(at, line.at)),
        (Admission::TooLate, None) => say("too_late_long", String::new()),
        (Admission::Closed, Some(at)) => say("closed", speaker.from(at, line.at)),
        (Admission::Closed, None) => say("closed_long", String::new()),
    }
}

#[cfg(test)]
mod tests;
