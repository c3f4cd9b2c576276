//! What people write, made fit to be shown beside the words of others: one spelling of each letter, nothing unseen, and
//! no order of letters but their own.
//!
//! Unicode has characters that are not seen and yet change what is seen around them: an override in a name turns the
//! sentence after it (Unicode Standard Annex 9 §2, Technical Report 36 §2.5). The pages isolate what people wrote as well;
//! this is for everything else that shows it, such as titles of windows, logs of consoles and saved copies.
//!
//! What is kept: letters of every script, joiners between letters and emoji (U+200C, U+200D), and selectors of looks.

use icu_normalizer::ComposingNormalizerBorrowed;

/// A text of one line, such as a name: without line breaks, and with one space where several were. Empty if nothing of it
/// would be seen.
#[must_use]
pub fn line(said: &str) -> String {
    let mut clean = String::with_capacity(said.len());
    for word in said.split(|c: char| c.is_whitespace() || c.is_control()) {
        let word: String = word.chars().filter(|c| !is_unseen(*c)).collect();
        if word.is_empty() {
            continue;
        }
        if !clean.is_empty() {
            clean.push(' ');
        }
        clean.push_str(&word);
    }
    composed(clean)
}

/// A text of several lines, such as a message or a note: its line breaks are kept, each as `\n`, and so are the marks of
/// direction that whoever writes Hebrew or Arabic needs, since they reach no further than the text itself.
#[must_use]
pub fn lines(said: &str) -> String {
    let mut clean = String::with_capacity(said.len());
    let mut before = None;
    for c in said.chars() {
        match c {
            // One break, in the way of another system.
            '\n' if before == Some('\r') => {}
            '\n' | '\r' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => clean.push('\n'),
            '\t' | '\u{200E}' | '\u{200F}' | '\u{61C}' => clean.push(c),
            c if c.is_control() || is_unseen(c) => {}
            c => clean.push(c),
        }
        before = Some(c);
    }
    composed(clean)
}

/// Each letter in one spelling, whatever keyboard or file system it came from (Unicode Standard Annex 15, form C).
#[must_use]
pub fn nfc(said: &str) -> String {
    ComposingNormalizerBorrowed::new_nfc().normalize(said).into_owned()
}

/// Whether a character is not seen, or makes others be seen in another order: with them a name would look like another
/// (U+202E writes `fdp.exe` for `exe.pdf`).
#[must_use]
pub fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{AD}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}'
            | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// In form C, and empty if only spaces, joiners and selectors are left of it.
fn composed(clean: String) -> String {
    let leaves_no_trace = |c: char| {
        c.is_whitespace() || matches!(c, '\u{34F}' | '\u{200C}'..='\u{200F}' | '\u{61C}' | '\u{FE00}'..='\u{FE0F}')
    };
    if clean.chars().all(leaves_no_trace) { String::new() } else { nfc(&clean) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Letters that compose, marks, joiners, breaks, spaces, everything unseen, and anything else.
    fn anything() -> impl Strategy<Value = String> {
        let odd = "aeŁęІїґ \t\r\n\u{85}\u{301}\u{328}\u{323}\u{200C}\u{200D}\u{FE0F}👩🏽💻\u{202A}\u{202E}\u{2066}\u{2069}\
                   \u{200E}\u{200F}\u{61C}\u{0}\u{7}\u{9F}\u{AD}\u{200B}\u{FEFF}\u{E0061}\u{1100}\u{1161}\u{958}\u{FB2C}שע";
        let odd: Vec<char> = odd.chars().collect();
        let of = prop_oneof![3 => proptest::sample::select(odd), 1 => any::<char>()];
        proptest::collection::vec(of, 0..40).prop_map(|chars| chars.into_iter().collect())
    }

    proptest! {
        #[test]
        fn what_is_clean_stays_as_it_is(said in anything()) {
            let (one, many) = (line(&said), lines(&said));
            prop_assert_eq!(line(&one), &*one);
            prop_assert_eq!(lines(&many), &*many);
        }

        #[test]
        fn nothing_unseen_is_left(said in anything()) {
            prop_assert!(!line(&said).chars().any(is_unseen));
            let marks = ['\n', '\t', '\u{200E}', '\u{200F}', '\u{61C}'];
            prop_assert!(!lines(&said).chars().any(|c| is_unseen(c) && !marks.contains(&c)));
            let one = line(&said);
            prop_assert!(!one.contains("  ") && one.trim() == one);
        }

        #[test]
        fn it_grows_by_no_more_than_its_letters_do_in_form_c(said in anything()) {
            // Unicode Standard Annex 15: three times at most, and of what people write none at all.
            for clean in [line(&said), lines(&said)] {
                prop_assert!(clean.chars().count() <= 3 * said.chars().count());
            }
        }

        #[test]
        fn equal_letters_are_equal_text(said in anything()) {
            let apart = icu_normalizer::DecomposingNormalizerBorrowed::new_nfd().normalize(&said).into_owned();
            prop_assert_eq!(line(&apart), line(&said));
        }

        #[test]
        fn plain_words_are_left_alone(said in "[A-ZĄĆĘŁŃÓŚŹŻ][a-ząćęłńóśźż]{0,9}( [А-ЯІЇЄҐ][а-яіїєґ']{0,9}){0,3}") {
            prop_assert_eq!(line(&said), &*said);
            prop_assert_eq!(lines(&said), &*said);
        }
    }

    #[test]
    fn a_name_keeps_its_letters_and_loses_what_is_not_seen() {
        for (said, clean) in [
            ("  Zażółć   Gęślą ", "Zażółć Gęślą"),
            ("Zaz\u{307}o\u{301}łc\u{301}", "Zażółć"),
            ("Олена І\u{308}жак", "Олена Їжак"),
            ("Jan\r\nKowalski\t", "Jan Kowalski"),
            ("\u{202E}iksnizaJ", "iksnizaJ"),
            ("\u{2066}Jan\u{2069}\u{200F}", "Jan"),
            ("Ja\u{200B}n\u{AD}", "Jan"),
            ("שרה כהן", "שרה כהן"),
            ("نوشته‌ها", "نوشته‌ها"),
            ("👩🏽‍💻 Ania ❤️", "👩🏽‍💻 Ania ❤️"),
            ("\u{200D}\u{FE0F}", ""),
            ("\u{3164}", ""),
            (" \u{202E} ", ""),
        ] {
            assert_eq!(line(said), clean, "{said:?}");
        }
    }

    #[test]
    fn a_message_keeps_its_lines() {
        assert_eq!(
            lines("Dzień dobry,\r\n\r\nproszę o:\n\t- wniosek\u{2028}"),
            "Dzień dobry,\n\nproszę o:\n\t- wniosek\n"
        );
        assert_eq!(lines("a\rb\u{85}c"), "a\nb\nc");
        assert_eq!(lines("\u{202E}abc\u{202C} \u{2067}x\u{2069}"), "abc x");
        assert_eq!(lines("abc \u{200F}שלום\u{200F}"), "abc \u{200F}שלום\u{200F}");
        assert_eq!(lines("\n \u{200E}\u{200D}\n"), "");
    }
}
