//! Live text (Tekst na żywo): what is typed in a call, letter by letter, as ITU-T T.140 has it.
//!
//! An edit is plain text in which U+0008 erases the last character, U+2028 ends the line and U+FFFD stands for text that
//! was lost on its way. Lines are called utterances here: one has one writer, grows and shrinks at its end, and changes
//! no more once it has ended. A character is a Unicode scalar value, so that both ends count alike whatever version of
//! Unicode they know; browsers erase and write whole graphemes.

use jiff::Timestamp;

use super::text;

/// The longest utterance in characters; what is more is lost, and marked. Short enough to be told whole with each change.
pub const MAX_UTTERANCE_CHARS: usize = 280;

/// The longest edit in characters: ten seconds' worth, and a whole utterance with its end.
pub const MAX_EDIT_CHARS: usize = 300;

/// How many characters a second one person may send on average (RFC 4103 §6: the default `cps` of T.140).
pub const CHARS_PER_S: f64 = 30.0;

/// Ten seconds' worth may come at once, and two seconds' more for what the network held up and delivers in a heap.
const MOST_AT_ONCE: f64 = 12.0 * CHARS_PER_S;

/// Stands for text that was lost (T.140; Unicode's replacement character).
pub const LOST: char = '\u{FFFD}';

/// Erases the last character.
const BACKSPACE: char = '\u{8}';

/// One utterance, as its edits have made it so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Utterance {
    text: String,
    /// In characters.
    length: usize,
    skips: Skips,
    is_ended: bool,
}

/// What of a control sequence (ISO/IEC 6429) is being skipped. It may come in pieces.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Skips {
    #[default]
    Nothing,
    /// ESC was last: what follows says what it begins.
    AfterEscape,
    /// From CSI to its final byte (§5.4).
    Sequence,
    /// From SOS to ST (§5.6).
    Words,
    /// ESC was last within it: a `\` makes it an ST.
    WordsAfterEscape,
}

impl Utterance {
    /// Applies an edit. What follows the end of the line is dropped, and so are control codes, sequences of them, and
    /// characters that are not seen. However a text is cut into edits, the same comes of it.
    pub fn apply(&mut self, edit: &str) {
        for character in edit.chars() {
            self.take(character);
        }
    }

    /// The text so far.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the line was ended.
    #[must_use]
    pub const fn is_ended(&self) -> bool {
        self.is_ended
    }

    /// Marks that text is missing from here on, once in a row.
    pub fn lose(&mut self) {
        if !self.is_ended && !self.text.ends_with(LOST) {
            self.text.push(LOST);
            self.length += 1;
        }
    }

    /// Ends the line: each letter gets one spelling, and nothing is left where nothing would be seen.
    pub fn end(&mut self) {
        if !self.is_ended {
            self.is_ended = true;
            self.text = text::lines(&self.text);
            self.length = self.text.chars().count();
        }
    }

    fn take(&mut self, character: char) {
        if self.is_ended {
            return;
        }
        match (self.skips, character) {
            // T.140 has U+2028; others say it in their systems' ways.
            (_, '\n' | '\r' | '\u{2028}' | '\u{2029}') => self.end(),
            (Skips::Words, '\u{9C}') | (Skips::WordsAfterEscape, '\u{9C}' | '\\') => self.skips = Skips::Nothing,
            (Skips::Words | Skips::WordsAfterEscape, '\u{1B}') => self.skips = Skips::WordsAfterEscape,
            (Skips::Words | Skips::WordsAfterEscape, _) => self.skips = Skips::Words,
            (Skips::Sequence, ' '..='?') => {}
            (Skips::Sequence, '@'..='~') => self.skips = Skips::Nothing,
            (Skips::AfterEscape, '[') => self.skips = Skips::Sequence,
            (Skips::AfterEscape, 'X') => self.skips = Skips::Words,
            (_, '\u{1B}') => self.skips = Skips::AfterEscape,
            (_, '\u{9B}') => self.skips = Skips::Sequence,
            (_, '\u{98}') => self.skips = Skips::Words,
            (_, seen) => {
                self.skips = Skips::Nothing;
                self.write(seen);
            }
        }
    }

    fn write(&mut self, character: char) {
        match character {
            BACKSPACE => {
                if self.text.pop().is_some() {
                    self.length -= 1;
                }
            }
            // As in a message: whoever writes Hebrew or Arabic needs them, and they reach no further than the text.
            '\t' | '\u{200E}' | '\u{200F}' | '\u{61C}' => self.push(character),
            unseen if text::is_unseen(unseen) => {}
            seen => self.push(seen),
        }
    }

    fn push(&mut self, character: char) {
        if self.length >= MAX_UTTERANCE_CHARS {
            return self.lose();
        }
        self.text.push(character);
        self.length += 1;
    }
}

/// What an edit is by its number, where the last one that was taken has this number: edits of an utterance count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It was taken before.
    Known,
    /// It is the next one.
    Next,
    /// Others before it were lost.
    AfterGap,
}

impl Turn {
    /// Of the edit with this number.
    #[must_use]
    pub const fn of(number: u32, taken: u32) -> Self {
        if number <= taken {
            Self::Known
        } else if number - taken == 1 {
            Self::Next
        } else {
            Self::AfterGap
        }
    }
}

/// How much one person may still send: [`CHARS_PER_S`] on average, ten seconds' worth at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    left: f64,
    at: Timestamp,
}

impl Pace {
    /// Of somebody who has sent nothing yet.
    #[must_use]
    pub const fn full(now: Timestamp) -> Self {
        Self { left: MOST_AT_ONCE, at: now }
    }

    /// Whether an edit of so many characters may be taken now; then it counts.
    pub fn take(&mut self, characters: usize, now: Timestamp) -> bool {
        // A clock that was set back gives nothing and takes nothing.
        let passed_s = now.duration_since(self.at).as_secs_f64().max(0.0);
        self.left = (self.left + passed_s * CHARS_PER_S).min(MOST_AT_ONCE);
        self.at = now;
        let wanted = u32::try_from(characters).map_or(f64::INFINITY, f64::from);
        let fits = wanted <= self.left;
        if fits {
            self.left -= wanted;
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use proptest::prelude::*;

    use super::*;

    fn written(edits: &[&str]) -> Utterance {
        let mut utterance = Utterance::default();
        edits.iter().for_each(|edit| utterance.apply(edit));
        utterance
    }

    /// Letters, marks, emoji, and all that means something in T.140, as often as anything else.
    fn edits() -> impl Strategy<Value = String> {
        let odd = "aąІї \u{8}\u{8}\u{8}\u{301}\u{200D}👩🏽💻\u{FFFD}\u{FEFF}\u{7}\u{202E}\u{9B}1m[X\\\u{98}\u{9C}\u{1B}\t\u{200F}";
        let odd: Vec<char> = odd.chars().collect();
        let of = prop_oneof![20 => proptest::sample::select(odd), 1 => any::<char>(), 1 => Just('\u{2028}')];
        proptest::collection::vec(of, 0..700).prop_map(|chars| chars.into_iter().collect())
    }

    proptest! {
        #[test]
        fn however_a_text_is_cut_the_same_comes_of_it(text in edits(), cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..6)) {
            let chars: Vec<char> = text.chars().collect();
            let mut at: Vec<usize> = cuts.iter().map(|cut| cut.index(chars.len() + 1)).collect();
            at.extend([0, chars.len()]);
            at.sort_unstable();
            let mut pieces = Utterance::default();
            for pair in at.windows(2) {
                pieces.apply(&chars[pair[0]..pair[1]].iter().collect::<String>());
            }
            prop_assert_eq!(pieces, written(&[&text]));
        }

        #[test]
        fn it_is_bounded_and_shows_nothing_unseen(text in edits()) {
            let utterance = written(&[&text]);
            prop_assert!(utterance.text().chars().count() <= 3 * (MAX_UTTERANCE_CHARS + 1));
            prop_assert!(utterance.is_ended() || utterance.length == utterance.text().chars().count());
            prop_assert!(utterance.is_ended() || utterance.length <= MAX_UTTERANCE_CHARS + 1);
            let marks = ['\t', '\u{200E}', '\u{200F}', '\u{61C}'];
            prop_assert!(!utterance.text().chars().any(|c| text::is_unseen(c) && !marks.contains(&c)));
        }

        #[test]
        fn each_erasure_takes_back_one_character(kept in "[a-zą-ż ]{0,40}", more in "[^\\p{C}\\p{Z}]{0,40}") {
            let seen = more.chars().filter(|c| !text::is_unseen(*c)).count();
            let back = "\u{8}".repeat(seen);
            let utterance = written(&[&kept, &more, &back]);
            prop_assert_eq!(utterance.text(), kept);
        }

        #[test]
        fn nobody_sends_more_than_their_pace(sent in proptest::collection::vec((0_i64..3_000, 0_usize..400), 0..60)) {
            let (mut now, mut taken) = (Timestamp::UNIX_EPOCH, 0.0);
            let mut pace = Pace::full(now);
            for (wait_ms, characters) in sent {
                now += wait_ms.milliseconds();
                if pace.take(characters, now) {
                    taken += f64::from(u32::try_from(characters).unwrap());
                }
                let passed_s = now.duration_since(Timestamp::UNIX_EPOCH).as_secs_f64();
                prop_assert!(taken <= MOST_AT_ONCE + CHARS_PER_S * passed_s + 1e-6);
            }
        }
    }

    #[test]
    fn letters_come_and_go_as_they_are_typed() {
        for (edits, text) in [
            (vec!["Dzień", " dobry"], "Dzień dobry"),
            (vec!["zażołć", "\u{8}\u{8}\u{8}ółć"], "zażółć"),
            (vec!["\u{8}\u{8}a"], "a"),
            (vec!["👩🏽\u{200D}💻", "\u{8}\u{8}\u{8}\u{8}"], ""),
            (vec!["a\u{FEFF}\u{7}b\u{0}"], "ab"),
            (vec!["a\u{9B}1;31", "mb"], "ab"),
            (vec!["a\u{1B}", "[2Jb\u{1B}c"], "abc"),
            (vec!["a\u{98}tajne", "\u{9C}b\u{1B}Xtajne\u{1B}\\c"], "abc"),
            (vec!["<b>nie</b>"], "<b>nie</b>"),
            (vec!["by\u{FFFD}o"], "by\u{FFFD}o"),
        ] {
            assert_eq!(written(&edits).text(), text, "{edits:?}");
        }
    }

    #[test]
    fn a_line_that_has_ended_changes_no_more() {
        for end in ["\r", "\n", "\r\n", "\u{2028}", "\u{2029}"] {
            let utterance = written(&["Zaz\u{307}o\u{301}łc\u{301}", end, "jeszcze\u{8}"]);

            assert!(utterance.is_ended());
            assert_eq!(utterance.text(), "Zażółć");
        }
    }

    #[test]
    fn what_is_too_long_is_marked_as_lost() {
        let mut utterance = written(&[&"ą".repeat(MAX_UTTERANCE_CHARS + 30)]);
        assert_eq!(utterance.text(), format!("{}\u{FFFD}", "ą".repeat(MAX_UTTERANCE_CHARS)));

        utterance.apply("\u{8}\u{8}b");

        assert_eq!(utterance.text(), format!("{}b", "ą".repeat(MAX_UTTERANCE_CHARS - 1)));
    }

    #[test]
    fn an_edit_is_known_next_or_after_a_gap() {
        assert_eq!(
            [1, 2, 3, 4].map(|number| Turn::of(number, 2)),
            [Turn::Known, Turn::Known, Turn::Next, Turn::AfterGap]
        );
        assert_eq!(Turn::of(u32::MAX, u32::MAX), Turn::Known);
        assert_eq!(Turn::of(0, 0), Turn::Known);
    }

    #[test]
    fn thirty_characters_a_second_pass_for_ever_and_a_flood_does_not() {
        let start = Timestamp::UNIX_EPOCH;
        let mut pace = Pace::full(start);
        assert!((0..600).all(|tenths| pace.take(3, start + (100 * tenths).milliseconds())));

        let mut pace = Pace::full(start);
        let taken = (0..100).filter(|_| pace.take(100, start)).count();
        assert_eq!(taken, 3);
        assert!(!pace.take(100, start - 1.hour()));
        assert!(pace.take(MAX_EDIT_CHARS, start + 1.minute()));
    }
}
