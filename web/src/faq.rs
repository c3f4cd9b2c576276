//! Questions and answers as pages show them: answers made safe HTML, and a search that forgives typing errors and
//! missing diacritics.

use okienko::domain::question::Question;

use crate::search;

/// An answer as HTML that may stand in any of our pages. Markdown may hold HTML; of it, and of links, only what is
/// harmless stays.
#[must_use]
pub fn answer_html(markdown: &str) -> String {
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, pulldown_cmark::Parser::new(markdown));
    ammonia::Builder::default()
        .tags(["p", "ul", "ol", "li", "strong", "em", "a", "br", "code"].into())
        .url_schemes(["https", "tel", "mailto"].into())
        .link_rel(Some("noopener noreferrer"))
        .clean(&html)
        .to_string()
}

/// The questions that fit what somebody typed, the best first. An empty search finds all of them in their own order.
#[must_use]
pub fn search<'a>(questions: &'a [Question], language: &str, typed: &str) -> Vec<&'a Question> {
    // The question counts more than the answer: words that stand first weigh more.
    let text = |question: &Question| {
        format!("{} {}", question.question.in_language(language), question.answer.in_language(language))
    };
    match search::among(questions.iter().map(text), typed) {
        Some(found) => found.into_iter().filter_map(|at| questions.get(at)).collect(),
        None => questions.iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use okienko::domain::office::LocalText;
    use okienko::ids::{OfficeId, QuestionId};
    use okienko::world::World;

    use super::*;

    fn questions() -> Vec<Question> {
        let world = World::real();
        let office = OfficeId::new(&world);
        [
            ("czas", "Ile się czeka na dowód osobisty?", "Zwykle do 30 dni.", "Скільки чекати на посвідчення?"),
            ("smieci", "Jak zgłosić opłatę za śmieci?", "Złóż deklarację.", "Як подати декларацію про сміття?"),
            ("auto", "Kupiłem samochód. Ile mam czasu na rejestrację?", "30 dni od kupna.", "Я купив автомобіль."),
        ]
        .into_iter()
        .map(|(slug, question, answer, uk)| Question {
            id: QuestionId::new(&world),
            office,
            slug: slug.to_owned(),
            matter: None,
            rank: 1,
            question: LocalText { pl: question.to_owned(), en: None, uk: Some(uk.to_owned()) },
            answer: LocalText { pl: answer.to_owned(), en: None, uk: None },
            updated_at: Timestamp::UNIX_EPOCH,
        })
        .collect()
    }

    fn best(typed: &str, language: &str) -> Option<String> {
        search(&questions(), language, typed).first().map(|question| question.slug.clone())
    }

    #[test]
    fn typing_errors_and_missing_diacritics_are_forgiven() {
        for typed in ["dowod osobisty", "dowud osobisty", "DOWÓD", "dowod osobiszty"] {
            assert_eq!(best(typed, "pl").as_deref(), Some("czas"), "{typed}");
        }
        for typed in ["smieci", "śmieci", "smeci", "oplata za smieci"] {
            assert_eq!(best(typed, "pl").as_deref(), Some("smieci"), "{typed}");
        }
        assert_eq!(best("samochud", "pl").as_deref(), Some("auto"));
        assert_eq!(best("посвідченя", "uk").as_deref(), Some("czas"));
    }

    #[test]
    fn a_letter_and_its_mark_are_one_however_they_are_written() {
        let mut questions = questions();
        questions[2].question.uk = Some("Її її".to_owned());

        let found = search(&questions, "uk", "\u{406}\u{308}і\u{308}");

        assert_eq!(found.first().map(|question| &*question.slug), Some("auto"));
    }

    #[test]
    fn nothing_is_found_for_what_nobody_asks() {
        assert_eq!(best("hipopotam", "pl"), None);
        assert_eq!(search(&questions(), "pl", " ?! ").len(), 3);
    }

    #[test]
    fn an_answer_cannot_hurt_a_page() {
        let html = answer_html(
            "**Tak**, [tu](https://gov.pl) i [tam](javascript:alert(1)).\n\n<script>alert(1)</script><img src=x onerror=alert(1)>\n\n- a\n- b",
        );

        assert!(html.contains("<strong>Tak</strong>") && html.contains("<li>a</li>"), "{html}");
        assert!(html.contains(r#"<a href="https://gov.pl" rel="noopener noreferrer">tu</a>"#), "{html}");
        for bad in ["script", "javascript", "onerror", "<img"] {
            assert!(!html.contains(bad), "{bad} in {html}");
        }
    }
}
