//! Which commands were done, so that a repeated key is answered again and done once.

use std::collections::VecDeque;

use crate::error::ProblemCode;

/// So many keys are remembered for each browser; older ones are forgotten.
const MOST_KEYS: usize = 64;

/// What became of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It was handed on and is not answered yet.
    Pending(Whose),
    /// It was done.
    Done,
    /// It was refused.
    Refused(ProblemCode),
}

/// Who is to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    /// The actor itself.
    Own,
    /// The line.
    Line,
    /// The room.
    Room,
    /// The end of the call, once it is stored.
    End,
    /// The line once the call is over, as only it knows whether it was broken off: somebody else may have ended it first.
    BreakOff,
}

/// The newest keys of one browser with what became of them.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    known: VecDeque<(String, Answer)>,
}

impl Answers {
    /// Begins a command. Gives what became of it if its key is known.
    pub(crate) fn begin(&mut self, key: &str) -> Option<Answer> {
        if let Some((_, answer)) = self.known.iter().find(|(known, _)| known == key) {
            return Some(*answer);
        }
        if self.known.len() >= MOST_KEYS {
            self.known.pop_front();
        }
        self.known.push_back((key.to_owned(), Answer::Pending(Whose::Own)));
        None
    }

    /// Notes what became of a command.
    pub(crate) fn set(&mut self, key: &str, answer: Answer) {
        if let Some((_, known)) = self.known.iter_mut().find(|(known, _)| known == key) {
            *known = answer;
        }
    }

    /// Forgets a command that cannot be answered any more, so that the same key may be tried again.
    pub(crate) fn forget(&mut self, key: &str) {
        self.known.retain(|(known, _)| known != key);
    }

    /// What one of the others has not answered yet.
    pub(crate) fn pending(&self, whose: Whose) -> Vec<String> {
        let pending = self.known.iter().filter(|(_, answer)| *answer == Answer::Pending(whose));
        pending.map(|(key, _)| key.clone()).collect()
    }

    /// Forgets what one of the others was to answer and will not, because it died; gives the keys.
    pub(crate) fn forget_pending(&mut self, whose: Whose) -> Vec<String> {
        let lost = self.pending(whose);
        self.known.retain(|(_, answer)| *answer != Answer::Pending(whose));
        lost
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_key_has_the_same_answer() {
        let mut answers = Answers::default();

        assert_eq!(answers.begin("a"), None);
        answers.set("a", Answer::Refused(ProblemCode::LineFull));

        assert_eq!(answers.begin("a"), Some(Answer::Refused(ProblemCode::LineFull)));
    }

    #[test]
    fn only_the_newest_keys_are_remembered() {
        let mut answers = Answers::default();
        for number in 0..=MOST_KEYS {
            assert_eq!(answers.begin(&number.to_string()), None);
        }

        assert_eq!(answers.known.len(), MOST_KEYS);
        assert_eq!(answers.begin("0"), None);
    }

    #[test]
    fn what_died_unanswered_may_be_tried_again() {
        let mut answers = Answers::default();
        answers.begin("line");
        answers.set("line", Answer::Pending(Whose::Line));
        answers.begin("room");
        answers.set("room", Answer::Pending(Whose::Room));

        assert_eq!(answers.forget_pending(Whose::Room), ["room"]);
        assert_eq!(answers.begin("room"), None);
        assert_eq!(answers.begin("line"), Some(Answer::Pending(Whose::Line)));
    }
}
