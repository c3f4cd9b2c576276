//! What the panel's template needs (`widget/panel.hbs`).

use actix_web::HttpRequest;
use okienko::domain::office::LegalKind;
use okienko_actors::queue::messages::LineOverview;
use serde::Serialize;

use crate::page::frame::FrameView;
use crate::page::line::LineView;
use crate::page::questions::QuestionView;
use crate::site::SiteRecord;
use crate::state::AppState;
use crate::when::{HoursRow, Speaker};

/// The first layer of the data notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoticeView {
    /// Its version, which `join` names.
    pub version: String,
    /// Its paragraphs.
    pub paragraphs: Vec<String>,
    /// The whole notice.
    pub full_url: String,
}

/// Which panel is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Panel<'a> {
    /// Of which site.
    pub record: &'a SiteRecord,
    /// The site's line as it is now.
    pub line: &'a LineOverview,
    /// Whether it is in a city's page.
    pub embedded: bool,
    /// Whether the browser has begun a session that may have a ticket or a call.
    pub resume: bool,
}

/// The panel.
#[derive(Debug, Serialize)]
pub struct PanelView {
    #[serde(flatten)]
    frame: FrameView,
    embedded: bool,
    resume: bool,
    own_page_url: String,
    privacy_url: String,
    terms_url: String,
    accessibility_url: String,
    report_url: String,
    notice: NoticeView,
    #[serde(flatten)]
    line: LineView,
    hours: Vec<HoursRow>,
    special_days: Vec<String>,
    questions: Vec<QuestionView>,
}

impl PanelView {
    /// The panel in a language.
    #[must_use]
    pub fn new(state: &AppState, request: &HttpRequest, language: &str, panel: &Panel<'_>) -> Self {
        let Panel { record, line, embedded, resume } = *panel;
        let speaker = Speaker { i18n: &state.i18n, language, zone: &record.zone };
        let address = |page: &str| format!("/{page}/{}?lang={language}", record.site.key);
        let notice = record.legal(LegalKind::Notice, language);
        Self {
            frame: FrameView::new(state, request, language, Some(record)),
            embedded,
            resume,
            own_page_url: address("talk"),
            privacy_url: address("privacy"),
            terms_url: address("terms"),
            accessibility_url: address("accessibility"),
            report_url: format!("{}#report", address("accessibility")),
            notice: NoticeView {
                version: notice.map(|text| text.version.clone()).unwrap_or_default(),
                paragraphs: notice.map(|text| paragraphs(&text.body)).unwrap_or_default(),
                full_url: address("privacy"),
            },
            line: LineView::new(record, line, &state.i18n, language),
            hours: speaker.hours(&record.matters),
            special_days: speaker.special_days(&record.matters, &record.closures, line.at),
            questions: record.questions.iter().map(|asked| QuestionView::new(state, record, language, asked)).collect(),
        }
    }
}

/// The paragraphs of a text, parted by empty lines.
fn paragraphs(body: &str) -> Vec<String> {
    body.split("\n\n")
        .map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|p| !p.is_empty())
        .collect()
}
