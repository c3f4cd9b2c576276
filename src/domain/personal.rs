//! Numbers and addresses in a text that point to a person. Ratings are stored without them (product.md II.11), and a
//! clerk is warned of them in a note (II.12).
//!
//! It errs on the side of finding: a number that only looks like a PESEL is one as well.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// What a find looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Personal {
    /// Eleven digits, as a PESEL has.
    Pesel,
    /// Three letters and six digits, as on an identity card.
    IdCard,
    /// Thirteen to nineteen digits with the check digit of a payment card (ISO/IEC 7812-1).
    CardNumber,
    /// Twenty-six digits, as a Polish bank account has.
    BankAccount,
    /// Nine digits, or more after a plus sign, as a telephone number has.
    Phone,
    /// An address with an `@`.
    Email,
}

/// A find and where it is, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Find {
    /// What it looks like.
    pub what: Personal,
    /// Where.
    pub at: Range<usize>,
}

/// What stands for a find that was masked.
const MASK: &str = "•••";

/// All that is found, from the first to the last.
#[must_use]
pub fn find(text: &str) -> Vec<Find> {
    let mut found = numbers(text);
    found.extend(words(text));
    found.sort_by_key(|find| find.at.start);
    found
}

/// The text with everything that is found masked.
#[must_use]
pub fn mask(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut from = 0;
    for Find { at, .. } in find(text) {
        // Finds may overlap, as a number within an address.
        if at.start >= from {
            masked.push_str(text.get(from..at.start).unwrap_or_default());
            masked.push_str(MASK);
        }
        from = from.max(at.end);
    }
    masked.push_str(text.get(from..).unwrap_or_default());
    masked
}

/// Runs of digits, as people write numbers: with single spaces or hyphens between groups.
fn numbers(text: &str) -> Vec<Find> {
    let mut found = Vec::new();
    let mut chars = text.char_indices().peekable();
    let mut before = ' ';
    while let Some((start, first)) = chars.next() {
        if !first.is_ascii_digit() || before.is_alphanumeric() {
            before = first;
            continue;
        }
        let mut digits = String::from(first);
        let mut end = start + 1;
        while let Some(&(at, next)) = chars.peek() {
            let goes_on = next.is_ascii_digit()
                || (is_separator(next)
                    && text.get(at..).is_some_and(|rest| rest.chars().nth(1).is_some_and(|c| c.is_ascii_digit())));
            if !goes_on {
                break;
            }
            if next.is_ascii_digit() {
                digits.push(next);
                end = at + 1;
            }
            let _taken = chars.next();
        }
        if let Some(what) = number(&digits, before == '+') {
            found.push(Find { what, at: if before == '+' { start.saturating_sub(1)..end } else { start..end } });
        }
        before = '0';
    }
    found
}

const fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '-' | '\u{a0}' | '\u{202f}')
}

fn number(digits: &str, after_plus: bool) -> Option<Personal> {
    match digits.len() {
        9..=15 if after_plus => Some(Personal::Phone),
        9 => Some(Personal::Phone),
        11 => Some(Personal::Pesel),
        13..=19 if has_check_digit(digits) => Some(Personal::CardNumber),
        26 => Some(Personal::BankAccount),
        _ => None,
    }
}

/// The check of payment cards (Luhn).
fn has_check_digit(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let value = u32::from(digit.wrapping_sub(b'0'));
            let doubled = if place % 2 == 1 { value * 2 } else { value };
            if doubled > 9 { doubled - 9 } else { doubled }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Identity cards and addresses.
fn words(text: &str) -> Vec<Find> {
    let mut found = Vec::new();
    let mut last: Option<(usize, &str)> = None;
    let mut from = 0;
    for word in text.split_inclusive(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '<' | '>')) {
        let start = from;
        from += word.len();
        let word = word.trim_end_matches(|c: char| c.is_whitespace() || ",;()<>.!?:".contains(c));
        let at = start..start + word.len();
        if word.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.')) {
            found.push(Find { what: Personal::Email, at });
        } else if is_id_card(word) {
            found.push(Find { what: Personal::IdCard, at });
        } else if let Some((letters_at, letters)) = last
            && is_series(letters)
            && is_six_digits(word)
        {
            found.push(Find { what: Personal::IdCard, at: letters_at..at.end });
        }
        last = Some((start, word));
    }
    found
}

fn is_id_card(word: &str) -> bool {
    word.split_at_checked(3).is_some_and(|(series, number)| is_series(series) && is_six_digits(number))
}

fn is_series(word: &str) -> bool {
    word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn is_six_digits(word: &str) -> bool {
    word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kinds(text: &str) -> Vec<Personal> {
        find(text).into_iter().map(|find| find.what).collect()
    }

    #[test]
    fn what_points_to_a_person_is_found_however_it_is_written() {
        let cases = [
            ("PESEL 44051401359", Personal::Pesel),
            ("mój pesel: 440514 01359.", Personal::Pesel),
            ("dowód ABC 123456", Personal::IdCard),
            ("dowód ABC123456, ważny", Personal::IdCard),
            ("karta 4111 1111 1111 1111", Personal::CardNumber),
            ("konto 61 1090 1014 0000 0712 1981 2874", Personal::BankAccount),
            ("tel. 601-234-567", Personal::Phone),
            ("+48 601 234 567", Personal::Phone),
            ("pisz na jan.kowalski@example.pl!", Personal::Email),
        ];

        for (text, what) in cases {
            assert_eq!(kinds(text), [what], "{text}");
        }
    }

    #[test]
    fn everyday_numbers_are_left_alone() {
        for text in
            ["Byłam o 10:42, stanowisko 4", "24.11.2026", "50-141 Wrocław", "A 027", "1 200 zł", "5 na 5", "ABC 12"]
        {
            assert_eq!(find(text), [], "{text}");
        }
    }

    #[test]
    fn a_masked_text_keeps_the_rest() {
        let text = "Pani Anna pomogła z PESEL 44051401359, dziękuję! Tel. +48601234567";

        assert_eq!(mask(text), "Pani Anna pomogła z PESEL •••, dziękuję! Tel. •••");
    }

    proptest! {
        #[test]
        fn nothing_is_left_to_find_and_nothing_panics(text in "\\PC{0,60}|([0-9 @.A-Z+ż-]{0,40})") {
            let masked = mask(&text);
            prop_assert!(find(&text).iter().all(|found| text.get(found.at.clone()).is_some()));
            prop_assert!(!kinds(&masked).contains(&Personal::Pesel) || !kinds(&text).contains(&Personal::Pesel) || masked != text);
        }
    }
}
