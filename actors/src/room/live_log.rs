//! What the members of a call typed as live text. In memory only, and gone with the call.

use std::collections::HashMap;

use jiff::Timestamp;
use okienko::domain::live_text::{Pace, Turn, Utterance};
use okienko::ids::MemberId;
use okienko::wire::{LiveTextEdit, Role, UtteranceView};

/// At most so many lines are kept; a call that reaches this is told so.
const MOST_UTTERANCES: usize = 1_000;

/// The lines of a call in the order they were begun, and how fast each member may write.
#[derive(Debug, Default)]
pub(crate) struct LiveLog {
    lines: Vec<Line>,
    paces: HashMap<MemberId, Pace>,
}

#[derive(Debug)]
struct Line {
    id: String,
    member: MemberId,
    role: Role,
    at: Timestamp,
    number: u32,
    utterance: Utterance,
    ended_at: Option<Timestamp>,
}

/// What became of an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Typed {
    /// These lines are others than before, and everybody is to see them.
    Changed(Vec<UtteranceView>),
    /// It was sent before, or its line has ended; nobody needs to see it twice.
    Known,
    /// More than one person may send; the same again in a moment will do.
    TooFast,
    /// No more lines are kept.
    Full,
}

impl LiveLog {
    /// Takes an edit in, unless it was taken before.
    pub(crate) fn take(&mut self, member: MemberId, role: Role, typed: LiveTextEdit, now: Timestamp) -> Typed {
        let LiveTextEdit { utterance: id, number, edit } = typed;
        let known = self.lines.iter().position(|line| line.member == member && line.id == id);
        let taken = known.and_then(|at| self.lines.get(at));
        let turn = Turn::of(number, taken.map_or(0, |line| line.number));
        if turn == Turn::Known || taken.is_some_and(|line| line.utterance.is_ended()) {
            return Typed::Known;
        }
        if known.is_none() && self.lines.len() >= MOST_UTTERANCES {
            return Typed::Full;
        }
        let pace = self.paces.entry(member).or_insert_with(|| Pace::full(now));
        if !pace.take(edit.chars().count(), now) {
            return Typed::TooFast;
        }
        let mut utterance = taken.map(|line| line.utterance.clone()).unwrap_or_default();
        if turn == Turn::AfterGap {
            utterance.lose();
        }
        utterance.apply(&edit);
        let ended_at = utterance.is_ended().then_some(now);
        if let Some(line) = known.and_then(|at| self.lines.get_mut(at)) {
            (line.number, line.utterance, line.ended_at) = (number, utterance, ended_at);
            return Typed::Changed(vec![line.view()]);
        }
        // One that comes whole is not what they write now: it was told before, to a process that died.
        let left = if ended_at.is_none() { self.break_off(member, now) } else { None };
        let line = Line { id, member, role, at: now, number, utterance, ended_at };
        let changed = left.into_iter().chain([line.view()]).collect();
        self.lines.push(line);
        Typed::Changed(changed)
    }

    /// Ends the line that a member has not: they have begun another one, or are gone, so that its end will not come.
    pub(crate) fn break_off(&mut self, member: MemberId, now: Timestamp) -> Option<UtteranceView> {
        let line = self.lines.iter_mut().find(|line| line.member == member && line.ended_at.is_none())?;
        line.utterance.lose();
        line.utterance.end();
        line.ended_at = Some(now);
        Some(line.view())
    }

    /// All lines in the order they were begun.
    pub(crate) fn all(&self) -> Vec<UtteranceView> {
        self.lines.iter().map(Line::view).collect()
    }
}

impl Line {
    fn view(&self) -> UtteranceView {
        UtteranceView {
            id: self.id.clone(),
            member: self.member,
            role: self.role,
            at: self.at,
            number: self.number,
            text: self.utterance.text().to_owned(),
            ended_at: self.ended_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use okienko::world::World;

    use super::*;

    fn edit(utterance: &str, number: u32, edit: &str) -> LiveTextEdit {
        LiveTextEdit { utterance: utterance.to_owned(), number, edit: edit.to_owned() }
    }

    /// One person who types.
    struct Scene {
        log: LiveLog,
        member: MemberId,
    }

    impl Scene {
        fn new() -> Self {
            Self { log: LiveLog::default(), member: MemberId::new(&World::real()) }
        }

        fn take(&mut self, typed: LiveTextEdit) -> Typed {
            self.log.take(self.member, Role::Citizen, typed, Timestamp::UNIX_EPOCH)
        }

        fn texts(&self) -> Vec<(String, bool)> {
            self.log.all().into_iter().map(|line| (line.text, line.ended_at.is_some())).collect()
        }
    }

    #[test]
    fn an_edit_sent_twice_is_taken_once() {
        let mut scene = Scene::new();

        assert!(matches!(scene.take(edit("u", 1, "Dzien")), Typed::Changed(_)));
        assert_eq!(scene.take(edit("u", 1, "Dzien")), Typed::Known);
        assert!(matches!(scene.take(edit("u", 2, "\u{8}ń dobry\u{2028}")), Typed::Changed(_)));
        assert_eq!(scene.take(edit("u", 2, "\u{8}ń dobry\u{2028}")), Typed::Known);
        assert_eq!(scene.take(edit("u", 3, "później")), Typed::Known);

        assert_eq!(scene.texts(), [("Dzień dobry".to_owned(), true)]);
    }

    #[test]
    fn what_cannot_be_known_is_marked() {
        let mut scene = Scene::new();

        scene.take(edit("u", 1, "Mam"));
        scene.take(edit("u", 4, "sprawę"));
        let begun = scene.take(edit("v", 2, "dowód"));

        let Typed::Changed(changed) = begun else { panic!("{begun:?}") };
        assert_eq!(changed.len(), 2, "the line that was left is told, too");
        let lost = [("Mam\u{FFFD}sprawę\u{FFFD}".to_owned(), true), ("\u{FFFD}dowód".to_owned(), false)];
        assert_eq!(scene.texts(), lost);
    }

    #[test]
    fn a_line_told_whole_comes_between_without_ending_another() {
        let mut scene = Scene::new();

        scene.take(edit("u", 1, "Mam"));
        scene.take(edit("earlier", 1, "Dzień dobry\u{2028}"));
        scene.take(edit("u", 2, " sprawę"));

        assert_eq!(scene.texts(), [("Mam sprawę".to_owned(), false), ("Dzień dobry".to_owned(), true)]);
    }

    #[test]
    fn each_member_has_lines_and_a_pace_of_their_own() {
        let mut scene = Scene::new();
        let other = MemberId::new(&World::real());
        let long = "a".repeat(200);

        assert!(matches!(scene.take(edit("u", 1, &long)), Typed::Changed(_)));
        assert_eq!(scene.take(edit("u", 2, &long)), Typed::TooFast);
        let taken = scene.log.take(other, Role::Clerk, edit("u", 1, &long), Timestamp::UNIX_EPOCH);

        assert!(matches!(taken, Typed::Changed(changed) if changed.len() == 1));
        assert_eq!(scene.texts(), [(long.clone(), false), (long, false)]);
    }

    #[test]
    fn a_call_keeps_no_more_lines_than_it_may() {
        let mut scene = Scene::new();
        let later = |number: usize| Timestamp::from_second(i64::try_from(number).unwrap()).unwrap();

        for number in 0..MOST_UTTERANCES {
            let typed = edit(&number.to_string(), 1, "a\u{2028}");
            assert!(matches!(scene.log.take(scene.member, Role::Citizen, typed, later(number)), Typed::Changed(_)));
        }

        assert_eq!(scene.take(edit("more", 1, "a")), Typed::Full);
        assert_eq!(scene.take(edit("0", 1, "a")), Typed::Known);
    }
}
