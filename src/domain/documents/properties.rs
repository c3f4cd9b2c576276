//! What holds whatever members do, in whatever order.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::ids::{CallId, DocumentId, DocumentRequestId, MemberId};
use crate::wire::{DocumentState, DocumentsPhase, Role};
use crate::world::World;

/// One thing that somebody does. Members and documents are numbers: who is meant is found by remainder.
#[derive(Debug, Clone)]
enum Deed {
    Begin { by: usize, size_bytes: u64, for_wish: Option<usize> },
    Arrive(usize),
    Accept(usize),
    Refuse(usize),
    TakeBack { by: usize, what: usize },
    Open { by: usize, what: usize },
    Ask(usize),
    AskAgain(usize),
    DropWish(usize),
    End,
    KeepFor(u32),
    Empty,
    Pass(i64),
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        6 => (0..4_usize, 0..30_000_000_u64, proptest::option::of(0..4_usize))
            .prop_map(|(by, size_bytes, for_wish)| Deed::Begin { by, size_bytes, for_wish }),
        4 => (0..12_usize).prop_map(Deed::Arrive),
        4 => (0..12_usize).prop_map(Deed::Accept),
        1 => (0..12_usize).prop_map(Deed::Refuse),
        2 => (0..4_usize, 0..12_usize).prop_map(|(by, what)| Deed::TakeBack { by, what }),
        2 => (0..4_usize, 0..12_usize).prop_map(|(by, what)| Deed::Open { by, what }),
        2 => (0..4_usize).prop_map(Deed::Ask),
        1 => (0..4_usize).prop_map(Deed::AskAgain),
        1 => (0..4_usize).prop_map(Deed::DropWish),
        1 => Just(Deed::End),
        1 => (0..90_u32).prop_map(Deed::KeepFor),
        1 => Just(Deed::Empty),
        2 => (0..40_i64).prop_map(Deed::Pass),
    ]
}

struct Play {
    shelf: Shelf,
    world: World,
    call: CallId,
    /// A clerk, a citizen, an interpreter; and somebody who is not in the call.
    members: [MemberId; 4],
    documents: Vec<(DocumentId, MemberId)>,
    wishes: Vec<DocumentRequestId>,
    now: Timestamp,
    was_over: bool,
}

impl Play {
    fn begin() -> Self {
        let world = World::real();
        let members = [(); 4].map(|()| MemberId::new(&world));
        let mut shelf = Shelf::new(DocumentRules::default());
        for (member, role) in members.iter().zip([Role::Clerk, Role::Citizen, Role::Interpreter]) {
            shelf.sit(*member, role);
        }
        let (call, now) = (CallId::new(&world), "2026-11-24T09:40:00Z".parse().unwrap());
        Self { shelf, world, call, members, documents: Vec::new(), wishes: Vec::new(), now, was_over: false }
    }

    fn document(&self, number: usize) -> Option<DocumentId> {
        let count = self.documents.len();
        (count > 0).then(|| self.documents[number % count].0)
    }

    fn wish(&self, number: usize) -> Option<DocumentRequestId> {
        let count = self.wishes.len();
        (count > 0).then(|| self.wishes[number % count])
    }

    fn act(&mut self, deed: &Deed) {
        let member = |by: &usize| self.members[*by];
        match deed {
            Deed::Begin { by, size_bytes, for_wish } => {
                let (by, id) = (member(by), DocumentId::new(&self.world));
                let request = for_wish.and_then(|number| self.wish(number));
                let offer = Offer { id: id.to_text(), name: "a.pdf".to_owned(), size_bytes: *size_bytes, request };
                if self.shelf.begin(by, &offer, id, self.now).is_ok() {
                    self.documents.push((id, by));
                }
            }
            Deed::Arrive(what) => {
                let _ = self.document(*what).map(|id| self.shelf.arrived(id));
            }
            Deed::Accept(what) => {
                let _ = self.document(*what).map(|id| self.shelf.accept(id, true));
            }
            Deed::Refuse(what) => {
                let _ = self.document(*what).map(|id| self.shelf.refuse(id, DocumentFault::Infected));
            }
            Deed::TakeBack { by, what } => {
                let by = member(by);
                {
                    let _ = self.document(*what).map(|id| self.shelf.take_back(by, id));
                };
            }
            Deed::Open { by, what } => {
                let by = member(by);
                // Whoever fetches has been let first.
                let id = self.document(*what).filter(|id| self.shelf.fetchable(by, *id, self.now).is_some());
                let _ = id.map(|id| self.shelf.open(by, id));
            }
            Deed::Ask(by) => {
                let id = DocumentRequestId::new(&self.world);
                if self.shelf.ask(member(by), "dowód", id, self.now).is_ok() {
                    self.wishes.push(id);
                }
            }
            Deed::AskAgain(what) => {
                let _ = self.wish(*what).map(|id| self.shelf.ask_again(self.members[0], id));
            }
            Deed::DropWish(what) => {
                let _ = self.wish(*what).map(|id| self.shelf.drop_request(self.members[0], id));
            }
            Deed::End => self.shelf.end(self.now),
            Deed::KeepFor(minutes) => self.shelf.keep_for(*minutes),
            // Bytes are deleted when they are due, and not before.
            Deed::Empty if self.shelf.is_over_at(self.now) => self.shelf.empty(),
            Deed::Empty => {}
            Deed::Pass(minutes) => self.now += SignedDuration::from_mins(*minutes),
        }
    }

    fn check(&mut self) -> Result<(), TestCaseError> {
        let [clerk, citizen, interpreter, stranger] = self.members;
        prop_assert!(self.shelf.view(self.call, stranger, self.now).is_none());
        for member in [clerk, citizen, interpreter] {
            let view = self.shelf.view(self.call, member, self.now).unwrap();
            let held = view.documents.iter().filter(|seen| {
                matches!(seen.state, DocumentState::Sending | DocumentState::Checking | DocumentState::Ready)
            });
            prop_assert!(held.count() <= 10);
            for seen in &view.documents {
                let may_fetch = self.shelf.fetchable(member, seen.document, self.now).is_some();
                prop_assert_eq!(may_fetch, seen.state == DocumentState::Ready);
                let is_own = seen.member == member;
                prop_assert_eq!(seen.name.is_some(), is_own || may_fetch, "names are for those who may fetch");
                prop_assert!(seen.fault.is_none() || is_own);
                prop_assert!(seen.size_bytes.is_none_or(|size| (1..=20 * 1_048_576).contains(&size)));
            }
            if view.phase == DocumentsPhase::Kept {
                let is_settled = |state| !matches!(state, DocumentState::Sending | DocumentState::Checking);
                prop_assert!(view.documents.iter().all(|seen| is_settled(seen.state)));
            }
        }
        prop_assert!(self.documents.iter().all(|(id, _)| self.shelf.fetchable(stranger, *id, self.now).is_none()));
        if let Some(delete_at) = self.shelf.delete_at() {
            prop_assert!(delete_at <= self.shelf.ended_at.unwrap() + SignedDuration::from_mins(60));
            prop_assert!(delete_at > self.now || self.shelf.is_over_at(self.now));
        }
        // What is emptied stays so, whatever the office chooses later.
        if self.shelf.is_emptied {
            self.was_over = true;
        }
        prop_assert!(!self.was_over || self.shelf.is_over_at(self.now));
        Ok(())
    }
}

proptest! {
    #[test]
    fn nobody_sees_or_keeps_more_than_they_may(deeds in proptest::collection::vec(deed(), 1..60)) {
        let mut play = Play::begin();
        for deed in &deeds {
            play.act(deed);
            play.check()?;
        }
    }

    #[test]
    fn a_name_that_is_taken_can_be_shown_and_saved(said in "[a-zł./\\\\\u{202E}\u{200B}\\x00 ]{0,12}(\\.[a-z]{3,4}){0,2}") {
        if let Ok(name) = DocumentName::parse(&said) {
            let text = name.as_str();
            let is_dangerous = text.contains(['/', '\\', '\0', '\u{202E}', '\u{200B}']);
            prop_assert!(!is_dangerous && text != "..");
            let small = text.to_lowercase();
            prop_assert!(kind_of_extension(small.rsplit('.').next().unwrap()).is_some());
        }
    }
}
