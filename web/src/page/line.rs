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

/// Why no matter may be joined though the office is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// As many wait as may.
    Full,
    /// The turn of whoever joins now would come after closing time.
    TooLate,
    /// Nobody is on duty who could serve them.
    Nobody,
}

impl Refusal {
    /// The reason of a line; `None` where a matter may be joined, and where all are closed. Of several the one that says
    /// most: a number, then a time.
    fn of(line: &LineOverview) -> Option<Self> {
        let has = |admission| line.matters.iter().any(|state| state.admission == admission);
        let reasons = [
            (Admission::Open, None),
            (Admission::Full, Some(Self::Full)),
            (Admission::TooLate, Some(Self::TooLate)),
            (Admission::NobodyOnDuty, Some(Self::Nobody)),
        ];
        reasons.into_iter().find(|&(admission, _)| has(admission)).and_then(|(_, reason)| reason)
    }

    /// As a heading, and what to expect as a sentence.
    fn words(self, line: &LineOverview, speaker: Speaker<'_>) -> (String, String) {
        let say = |key: &str, arguments: &[(&str, String)]| speaker.say(&format!("refusal.{key}"), arguments);
        match self {
            Self::Full => (say("full", &[("count", line.waiting.to_string())]), say("full_text", &[])),
            Self::TooLate => {
                let is_late = |state: &&MatterOverview| state.admission == Admission::TooLate;
                let opens_at = line.matters.iter().filter(is_late).filter_map(|state| state.opens_at).min();
                let text = match opens_at {
                    Some(at) => say("too_late_text", &[("when", speaker.from(at, line.at))]),
                    None => say("too_late_text_long", &[]),
                };
                (say("too_late", &[]), text)
            }
            Self::Nobody => (say("nobody", &[]), say("nobody_text", &[])),
        }
    }
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
    /// The same as a heading: `Zapraszamy jutro od 8:00`; empty while open.
    pub closed_heading: String,
    /// The sentence under it, with the reason on a day off: `Dziś urząd jest nieczynny: Nowy Rok. …`; empty while open.
    pub closed_text: String,
    /// Whether it is closed all day by a public holiday or the office's own decision.
    pub day_off: bool,
    /// Why no matter may be joined though it is open.
    pub refusal: Option<Refusal>,
    /// The same as a heading: `Kolejka jest pełna: czeka 40 osób`; empty without.
    pub refusal_heading: String,
    /// What to expect then: `Kolejka jest dłuższa niż czas do zamknięcia. Zapraszamy jutro od 8:00.`; empty without.
    pub refusal_text: String,
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
        let today = &Today { speaker, off: speaker.closed_all_day(&record.closures, line.at) };
        let mut matters: Vec<MatterView> =
            record.matters.iter().filter_map(|matter| Some(matter_view(matter, of(matter)?, line, today))).collect();
        // Stable, so both parts keep the office's order.
        matters.sort_by_key(|matter| !matter.open);
        let is_open = |state: &&MatterOverview| state.admission != Admission::Closed;
        let open = line.matters.iter().any(|state| is_open(&state));
        let closes: Option<Vec<_>> = line.matters.iter().filter(is_open).map(|state| state.closes_at).collect();
        // `None` as soon as one of them never closes.
        let closes_at = closes.and_then(|instants| instants.into_iter().max());
        let opens_at = line.matters.iter().filter_map(|state| state.opens_at).min();
        let opens_text = opens_at.filter(|_| !open).map(|at| speaker.from(at, line.at)).unwrap_or_default();
        let refusal = Refusal::of(line);
        let (refusal_heading, refusal_text) = refusal.map(|why| why.words(line, speaker)).unwrap_or_default();
        let while_closed = |text: String| if open { String::new() } else { text };
        Self {
            open,
            closes_text: closes_at.filter(|_| open).map(|at| speaker.time(at)).unwrap_or_default(),
            closed_heading: while_closed(today.when("closed.heading", &opens_text)),
            closed_text: while_closed(today.when(today.word("closed.text", "closed.day_off"), &opens_text)),
            day_off: !open && today.off.is_some(),
            opens_text,
            refusal,
            refusal_heading,
            refusal_text,
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

/// Who says it, and what day it is.
struct Today<'a> {
    speaker: Speaker<'a>,
    /// Why the office is closed all day, if it is: a public holiday or its own decision.
    off: Option<String>,
}

impl Today<'_> {
    /// The key of a sentence that is another one on a day off.
    fn word<'k>(&self, usual: &'k str, on_a_day_off: &'k str) -> &'k str {
        if self.off.is_some() { on_a_day_off } else { usual }
    }

    /// A sentence that says when it opens next, or its `…_long` form where that is not known.
    fn when(&self, key: &str, when: &str) -> String {
        if when.is_empty() { self.text(&format!("{key}_long"), when) } else { self.text(key, when) }
    }

    fn text(&self, key: &str, when: &str) -> String {
        let reason = self.off.clone().unwrap_or_default();
        self.speaker.say(key, &[("when", when.to_owned()), ("reason", reason)])
    }
}

fn matter_view(matter: &Matter, state: &MatterOverview, line: &LineOverview, today: &Today<'_>) -> MatterView {
    let language = today.speaker.language;
    let prepare = matter.prepare.in_language(language).lines().map(str::trim).filter(|line| !line.is_empty());
    MatterView {
        id: matter.id.to_text(),
        letter: matter.letter.to_string(),
        name: matter.name.in_language(language).to_owned(),
        summary: matter.summary.in_language(language).to_owned(),
        prepare: prepare.map(str::to_owned).collect(),
        open: state.admission == Admission::Open,
        reason_text: reason(state, line, today),
        receiving: state.receiving,
        languages: state.languages.clone(),
        sign: state.sign,
        general: matter.is_general,
        waiting: state.waiting,
        wait: state.wait.map(WaitView::from),
    }
}

fn reason(state: &MatterOverview, line: &LineOverview, today: &Today<'_>) -> String {
    let opens = state.opens_at.map(|at| today.speaker.from(at, line.at)).unwrap_or_default();
    match state.admission {
        Admission::Open => String::new(),
        Admission::Full => today.text("reason.full", ""),
        Admission::NobodyOnDuty => today.text("reason.nobody", ""),
        Admission::TooLate => today.when("reason.too_late", &opens),
        Admission::Closed => today.when(today.word("reason.closed", "reason.day_off"), &opens),
    }
}

#[cfg(test)]
mod tests;
