//! Questions and answers as templates show them: in the panel, and as pages of their own (`faq.hbs`).

use actix_web::HttpRequest;
use okienko::domain::question::Question;
use serde::Serialize;

use crate::faq;
use crate::page::frame::FrameView;
use crate::site::SiteRecord;
use crate::state::AppState;
use crate::when::Speaker;

/// One question with its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuestionView {
    slug: String,
    question: String,
    /// Made safe by [`faq::answer_html`].
    answer_html: String,
    /// The matter's id; empty for questions about everything.
    matter: String,
    matter_name: String,
    /// The day of the last change, in words.
    updated_text: String,
    /// The answer's own address.
    url: String,
}

impl QuestionView {
    /// A question in a language.
    #[must_use]
    pub fn new(state: &AppState, record: &SiteRecord, language: &str, question: &Question) -> Self {
        let speaker = Speaker { i18n: &state.i18n, language, zone: &record.zone };
        let matter = question.matter.and_then(|id| record.matters.iter().find(|matter| matter.id == id));
        Self {
            slug: question.slug.clone(),
            question: question.question.in_language(language).to_owned(),
            answer_html: faq::answer_html(question.answer.in_language(language)),
            matter: matter.map(|matter| matter.id.to_text()).unwrap_or_default(),
            matter_name: matter.map(|matter| matter.name.in_language(language).to_owned()).unwrap_or_default(),
            updated_text: speaker.day(question.updated_at),
            url: format!("/faq/{}/{}?lang={language}", record.site.key, question.slug),
        }
    }
}

/// The page with all questions, those that were searched for, or one.
#[derive(Debug, Serialize)]
pub struct FaqView {
    #[serde(flatten)]
    frame: FrameView,
    title: String,
    /// What was searched for; empty for nothing.
    searched: String,
    questions: Vec<QuestionView>,
    /// Whether it is one answer's own page.
    single: bool,
    all_url: String,
    talk_url: String,
    action: String,
}

impl FaqView {
    /// The page of a site.
    #[must_use]
    pub fn new(
        state: &AppState,
        request: &HttpRequest,
        language: &str,
        record: &SiteRecord,
        searched: &str,
        found: &[&Question],
        single: bool,
    ) -> Self {
        let key = &record.site.key;
        let title = match found.first() {
            Some(question) if single => question.question.in_language(language).to_owned(),
            _ => state.i18n.text(language, "faq.heading", &[]),
        };
        Self {
            frame: FrameView::new(state, request, language, Some(record)),
            title,
            searched: searched.to_owned(),
            questions: found.iter().map(|question| QuestionView::new(state, record, language, question)).collect(),
            single,
            all_url: format!("/faq/{key}?lang={language}"),
            talk_url: format!("/talk/{key}?lang={language}"),
            action: format!("/faq/{key}"),
        }
    }
}
