//! What the template of legal texts needs (`legal.hbs`).

use actix_web::HttpRequest;
use okienko::domain::office::{LegalKind, LegalText};
use okienko::seed::TEMPLATE_MARKS;
use serde::Serialize;

use crate::page::frame::FrameView;
use crate::site::SiteRecord;
use crate::state::AppState;
use crate::when::Speaker;

/// A legal text.
#[derive(Debug, Serialize)]
pub struct LegalView {
    #[serde(flatten)]
    frame: FrameView,
    kind: &'static str,
    title: String,
    template_marker: bool,
    blocks: Vec<Block>,
    version: String,
    published: Day,
    back_url: String,
}

/// One block of a text; one of the three is there.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct Block {
    heading: Option<String>,
    id: Option<String>,
    paragraph: Option<String>,
    list: Option<Vec<String>>,
}

/// A day for machines and for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Day {
    /// For machines, `2026-11-24`.
    pub on: String,
    /// In words.
    pub text: String,
}

impl LegalView {
    /// A text of a site.
    #[must_use]
    pub fn new(state: &AppState, request: &HttpRequest, language: &str, record: &SiteRecord, text: &LegalText) -> Self {
        let speaker = Speaker { i18n: &state.i18n, language, zone: &record.zone };
        let kind = word(text.kind);
        let mut lines = text.body.as_str();
        let mark = TEMPLATE_MARKS.iter().find(|(_, mark)| lines.trim_start().starts_with(mark));
        // The page says it in a notice of its own.
        if mark.is_some() {
            lines = lines.split_once('\n').map_or("", |(_, rest)| rest);
        }
        Self {
            frame: FrameView::new(state, request, language, Some(record)),
            kind,
            title: state.i18n.text(language, &format!("legal.title.{kind}"), &[]),
            template_marker: mark.is_some(),
            blocks: blocks(lines),
            version: text.version.clone(),
            published: Day { on: speaker.date(text.published_at).to_string(), text: speaker.day(text.published_at) },
            back_url: format!("/talk/{}?lang={language}", record.site.key),
        }
    }
}

/// A kind of text as addresses and templates name it.
#[must_use]
pub const fn word(kind: LegalKind) -> &'static str {
    match kind {
        LegalKind::Notice => "notice",
        LegalKind::Privacy => "privacy",
        LegalKind::Terms => "terms",
        LegalKind::Accessibility => "accessibility",
    }
}

/// The blocks of a text: paragraphs parted by empty lines, `## ` headings, `- ` list items.
fn blocks(body: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut paragraph: Vec<&str> = Vec::new();
    let mut headings = 0;
    for line in body.lines().map(str::trim).chain([""]) {
        let is_text = !line.is_empty() && !line.starts_with("## ") && !line.starts_with("- ");
        if is_text {
            paragraph.push(line);
            continue;
        }
        if !paragraph.is_empty() {
            blocks.push(Block { paragraph: Some(paragraph.join(" ")), ..Block::default() });
            paragraph.clear();
        }
        if let Some(heading) = line.strip_prefix("## ") {
            headings += 1;
            let id = Some(format!("section-{headings}"));
            blocks.push(Block { heading: Some(heading.to_owned()), id, ..Block::default() });
        } else if let Some(item) = line.strip_prefix("- ") {
            match blocks.last_mut().and_then(|block| block.list.as_mut()) {
                Some(list) => list.push(item.to_owned()),
                None => blocks.push(Block { list: Some(vec![item.to_owned()]), ..Block::default() }),
            }
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_falls_into_headings_paragraphs_and_lists() {
        let blocks = blocks("One\nline.\n\n## Head\n- a\n- b\nText.\n");

        let kinds: Vec<String> = blocks
            .iter()
            .map(|block| match block {
                Block { heading: Some(heading), id: Some(id), .. } => format!("h {heading} {id}"),
                Block { paragraph: Some(text), .. } => format!("p {text}"),
                Block { list: Some(items), .. } => format!("l {}", items.join("+")),
                _ => "nothing".to_owned(),
            })
            .collect();
        assert_eq!(kinds, ["p One line.", "h Head section-1", "l a+b", "p Text."]);
    }
}
