//! A search that forgives typing errors and missing diacritics: among questions and among matters.

use okienko::domain::text;
use simsearch::{Index, Options};

/// How well a text must fit to be found, from 0 to 1.
const ALIKE: f64 = 0.5;

/// The longest search in characters; what is longer is cut.
const MAX_CHARS: usize = 200;

/// Which of some texts fit what somebody typed, by their place among them, the best first. Words that stand first in a
/// text weigh more. An empty search finds nothing out: `None`.
#[must_use]
pub fn among(texts: impl IntoIterator<Item = String>, typed: &str) -> Option<Vec<usize>> {
    let typed: String = typed.chars().take(MAX_CHARS).collect();
    // Some keyboards write a letter and its mark apart, which would be other letters to the search.
    let typed = plain(&text::line(&typed));
    if typed.trim().is_empty() {
        return None;
    }
    let texts: Vec<String> = texts.into_iter().collect();
    let mut index: Index<usize> = Index::with_options(Options::new().limit(texts.len()));
    for (at, text) in texts.iter().enumerate() {
        index.insert(at, &plain(text));
    }
    Some(index.search(&typed).into_iter().filter(|hit| hit.score >= ALIKE).map(|hit| hit.id).collect())
}

/// Lower case without diacritics, and without what parts words; Cyrillic stays readable to itself.
fn plain(text: &str) -> String {
    let words = deunicode::deunicode(text).to_lowercase();
    words.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MATTERS: [&str; 4] = [
        "Dowody osobiste Wniosek o dowód, jego odbiór, utrata albo uszkodzenie.",
        "Meldunek Zameldowanie, wymeldowanie i zaświadczenia o adresie.",
        "Podatki i opłaty lokalne Podatek od nieruchomości, opłata za śmieci, opłata skarbowa.",
        "Rejestracja pojazdów Kupno, sprzedaż, rejestracja i wyrejestrowanie pojazdu.",
    ];

    fn best(typed: &str) -> Option<usize> {
        among(MATTERS.map(str::to_owned), typed)?.first().copied()
    }

    #[test]
    fn a_matter_is_found_by_a_word_with_a_typing_error() {
        for (typed, wanted) in [
            ("dowud", 0),
            ("dowod osobsty", 0),
            ("meldunke", 1),
            ("zameldwanie", 1),
            ("podadek", 2),
            ("smeici", 2),
            ("rejstracja", 3),
            ("rejestracja pojadzu", 3),
        ] {
            assert_eq!(best(typed), Some(wanted), "{typed}");
        }
    }

    #[test]
    fn what_nobody_offers_is_not_found_and_an_empty_search_searches_nothing() {
        assert_eq!(best("hipopotam"), None);
        assert_eq!(among(MATTERS.map(str::to_owned), " ?! "), None);
    }
}
