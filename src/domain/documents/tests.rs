//! The rules by example.

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::ids::{CallId, DocumentId, DocumentRequestId, MemberId};
use crate::wire::{DocumentRequestState, DocumentState, DocumentView, DocumentsPhase, Role};
use crate::world::World;

struct Talk {
    shelf: Shelf,
    world: World,
    call: CallId,
    clerk: MemberId,
    citizen: MemberId,
    now: Timestamp,
}

impl Talk {
    fn begin() -> Self {
        let world = World::real();
        let mut shelf = Shelf::new(DocumentRules::default());
        let (clerk, citizen) = (MemberId::new(&world), MemberId::new(&world));
        shelf.sit(clerk, Role::Clerk);
        shelf.sit(citizen, Role::Citizen);
        let call = CallId::new(&world);
        Self { shelf, world, call, clerk, citizen, now: "2026-11-24T09:40:00Z".parse().unwrap() }
    }

    fn offer(
        &mut self,
        by: MemberId,
        name: &str,
        request: Option<DocumentRequestId>,
    ) -> Result<DocumentId, DocumentFault> {
        let id = DocumentId::new(&self.world);
        let offer = Offer { id: id.to_text(), name: name.to_owned(), size_bytes: 1_000, request };
        self.shelf.begin(by, &offer, id, self.now)
    }

    fn send(&mut self, by: MemberId, name: &str) -> DocumentId {
        self.send_for(by, name, None)
    }

    fn send_for(&mut self, by: MemberId, name: &str, request: Option<DocumentRequestId>) -> DocumentId {
        let id = self.offer(by, name, request).unwrap();
        assert!(self.shelf.arrived(id) && self.shelf.accept(id, true));
        id
    }

    fn seen(&self, member: MemberId) -> Vec<DocumentView> {
        self.shelf.view(self.call, member, self.now).unwrap().documents
    }

    fn ask(&mut self, name: &str) -> DocumentRequestId {
        let id = DocumentRequestId::new(&self.world);
        self.shelf.ask(self.clerk, name, id, self.now).unwrap();
        id
    }

    fn wish(&self) -> DocumentRequestState {
        self.shelf.view(self.call, self.citizen, self.now).unwrap().requests[0].state
    }

    fn pass(&mut self, minutes: i64) {
        self.now += SignedDuration::from_mins(minutes);
    }
}

#[test]
fn an_offer_said_twice_is_one_document() {
    let mut talk = Talk::begin();
    let offer = Offer { id: "d1".to_owned(), name: "a.pdf".to_owned(), size_bytes: 5, request: None };
    let (one, two) = (DocumentId::new(&talk.world), DocumentId::new(&talk.world));

    assert_eq!(talk.shelf.begin(talk.citizen, &offer, one, talk.now), Ok(one));
    assert_eq!(talk.shelf.begin(talk.citizen, &offer, two, talk.now), Ok(one));
    assert_eq!(talk.shelf.begin(talk.clerk, &offer, two, talk.now), Ok(two), "another member's words are their own");
}

#[test]
fn size_and_number_are_bounded() {
    let mut talk = Talk::begin();
    let sized =
        |size_bytes: u64| Offer { id: size_bytes.to_string(), name: "a.pdf".to_owned(), size_bytes, request: None };
    let mut begin = |size_bytes| {
        let id = DocumentId::new(&talk.world);
        talk.shelf.begin(talk.citizen, &sized(size_bytes), id, talk.now).map(drop)
    };

    assert_eq!(begin(0), Err(DocumentFault::Empty));
    assert_eq!(begin(20 * 1_048_576 + 1), Err(DocumentFault::TooLarge));
    for size_bytes in 1..=9 {
        assert_eq!(begin(size_bytes), Ok(()));
    }
    assert_eq!(begin(20 * 1_048_576), Ok(()));
    assert_eq!(begin(10), Err(DocumentFault::TooMany));
}

#[test]
fn what_was_refused_makes_room_but_not_for_ever() {
    let mut talk = Talk::begin();

    for _ in 0..40 {
        let id = talk.offer(talk.citizen, "a.pdf", None).unwrap();
        assert!(talk.shelf.refuse(id, DocumentFault::Mismatch));
    }

    assert_eq!(talk.offer(talk.citizen, "a.pdf", None), Err(DocumentFault::TooMany));
    assert_eq!(talk.shelf.take_discarded().len(), 40);
    assert_eq!(talk.shelf.take_discarded(), []);
}

#[test]
fn the_other_side_learns_a_name_only_when_the_document_was_found_good() {
    let mut talk = Talk::begin();
    let id = talk.offer(talk.citizen, "wniosek.pdf", None).unwrap();
    let name = |talk: &Talk, member| talk.seen(member)[0].name.clone();

    assert_eq!((name(&talk, talk.clerk), name(&talk, talk.citizen)), (None, Some("wniosek.pdf".to_owned())));
    talk.shelf.arrived(id);
    assert_eq!(name(&talk, talk.clerk), None);
    talk.shelf.accept(id, true);
    assert_eq!(name(&talk, talk.clerk), Some("wniosek.pdf".to_owned()));
    assert!(talk.seen(talk.clerk)[0].scanned);
}

#[test]
fn the_reason_of_a_refusal_is_for_the_sender_alone() {
    let mut talk = Talk::begin();
    let id = talk.offer(talk.citizen, "wirus.pdf", None).unwrap();
    talk.shelf.arrived(id);
    talk.shelf.refuse(id, DocumentFault::Infected);

    let (own, others) = (&talk.seen(talk.citizen)[0], &talk.seen(talk.clerk)[0]);

    assert_eq!((own.state, own.fault.as_deref()), (DocumentState::Refused, Some("document-infected")));
    assert_eq!((others.state, &others.fault, &others.name), (DocumentState::Refused, &None, &None));
    assert!(talk.shelf.fetchable(talk.clerk, id, talk.now).is_none());
}

#[test]
fn a_document_is_taken_back_until_the_other_side_opens_it() {
    let mut talk = Talk::begin();
    let (kept, gone) = (talk.send(talk.citizen, "a.pdf"), talk.send(talk.citizen, "b.pdf"));

    assert_eq!(talk.shelf.take_back(talk.clerk, gone), Err(DocumentFault::Gone), "only its sender may");
    assert_eq!(talk.shelf.take_back(talk.citizen, gone), Ok(()));
    assert!(!talk.shelf.open(talk.citizen, kept), "the own look at it changes nothing");
    assert!(talk.shelf.open(talk.clerk, kept));
    assert!(!talk.shelf.open(talk.clerk, kept), "and is news once");

    assert_eq!(talk.shelf.take_back(talk.citizen, kept), Err(DocumentFault::Opened));
    assert_eq!(talk.shelf.take_discarded(), [gone]);
    assert!(talk.shelf.fetchable(talk.clerk, gone, talk.now).is_none());
    assert!(talk.seen(talk.citizen)[0].opened);
}

#[test]
fn a_wish_goes_from_asked_to_opened_and_may_be_asked_again() {
    let mut talk = Talk::begin();
    let request = talk.ask("zaświadczenie o zatrudnieniu");
    assert_eq!(talk.wish(), DocumentRequestState::Asked);
    assert_eq!(talk.shelf.ask_again(talk.clerk, request), Err(DocumentFault::RequestGone), "nothing has come yet");

    let first = talk.send_for(talk.citizen, "a.pdf", Some(request));
    assert_eq!(talk.wish(), DocumentRequestState::Sent);
    talk.shelf.open(talk.clerk, first);
    assert_eq!(talk.wish(), DocumentRequestState::Opened);
    talk.shelf.ask_again(talk.clerk, request).unwrap();
    assert_eq!(talk.wish(), DocumentRequestState::ToCorrect);
    let second = talk.send_for(talk.citizen, "b.pdf", Some(request));
    assert_eq!(talk.wish(), DocumentRequestState::Sent);
    talk.shelf.take_back(talk.citizen, second).unwrap();
    assert_eq!(talk.wish(), DocumentRequestState::ToCorrect);

    talk.shelf.drop_request(talk.clerk, request).unwrap();
    assert_eq!(talk.offer(talk.citizen, "c.pdf", Some(request)), Err(DocumentFault::RequestGone));
}

#[test]
fn only_the_office_asks_and_in_words_that_can_be_shown() {
    let mut talk = Talk::begin();
    let mut ask = |member, name: &str| talk.shelf.ask(member, name, DocumentRequestId::new(&talk.world), talk.now);

    assert_eq!(ask(talk.citizen, "dowód"), Err(DocumentFault::CallOver));
    assert_eq!(ask(talk.clerk, "  "), Err(DocumentFault::NameLong));
    assert_eq!(ask(talk.clerk, &"a".repeat(121)), Err(DocumentFault::NameLong));
    assert_eq!(ask(talk.clerk, "do\u{202E}wód"), Err(DocumentFault::NameHidden));
    for _ in 0..20 {
        assert_eq!(ask(talk.clerk, &"ś".repeat(120)), Ok(()));
    }
    assert_eq!(ask(talk.clerk, "dowód"), Err(DocumentFault::TooMany));
}

#[test]
fn after_the_call_documents_are_kept_for_a_while_and_then_gone() {
    let mut talk = Talk::begin();
    let good = talk.send(talk.clerk, "wzór.pdf");
    let late = talk.offer(talk.citizen, "a.pdf", None).unwrap();
    talk.shelf.end(talk.now);
    talk.shelf.end(talk.now + SignedDuration::from_mins(5));

    let view = talk.shelf.view(talk.call, talk.citizen, talk.now).unwrap();
    assert_eq!((view.phase, view.delete_at), (DocumentsPhase::Kept, Some(talk.now + SignedDuration::from_mins(15))));
    assert_eq!(view.documents[1].fault.as_deref(), Some("document-call-over"), "it had not arrived");
    assert!(!talk.shelf.accept(late, true));
    assert_eq!(talk.offer(talk.clerk, "b.pdf", None), Err(DocumentFault::CallOver));
    assert_eq!(talk.shelf.take_back(talk.clerk, good), Err(DocumentFault::CallOver));

    talk.pass(14);
    assert!(talk.shelf.fetchable(talk.citizen, good, talk.now).is_some());
    talk.pass(1);
    assert!(talk.shelf.fetchable(talk.citizen, good, talk.now).is_none());
    let view = talk.shelf.view(talk.call, talk.citizen, talk.now).unwrap();
    assert_eq!((view.phase, view.documents.len()), (DocumentsPhase::Kept, 0), "the bytes are still there");
    talk.shelf.empty();
    let view = talk.shelf.view(talk.call, talk.citizen, talk.now).unwrap();
    assert_eq!((view.phase, view.documents.len()), (DocumentsPhase::Deleted, 0));
}

#[test]
fn a_shorter_time_holds_at_once_and_a_longer_one_brings_nothing_back() {
    let mut talk = Talk::begin();
    let id = talk.send(talk.clerk, "wzór.pdf");
    talk.shelf.end(talk.now);
    talk.pass(5);

    talk.shelf.keep_for(5);
    assert!(talk.shelf.is_over_at(talk.now));
    talk.shelf.empty();
    talk.shelf.keep_for(60);

    assert!(talk.shelf.is_over_at(talk.now));
    assert!(talk.shelf.fetchable(talk.citizen, id, talk.now).is_none());
    assert_eq!(talk.shelf.view(talk.call, talk.citizen, talk.now).unwrap().phase, DocumentsPhase::Deleted);
}

#[test]
fn nobody_without_a_seat_sees_anything() {
    let mut talk = Talk::begin();
    let id = talk.send(talk.clerk, "wzór.pdf");
    let stranger = MemberId::new(&talk.world);

    assert!(talk.shelf.view(talk.call, stranger, talk.now).is_none());
    assert!(talk.shelf.fetchable(stranger, id, talk.now).is_none());
    assert_eq!(talk.offer(stranger, "a.pdf", None), Err(DocumentFault::CallOver));
}

#[test]
fn a_disk_is_nearly_full_below_its_share() {
    assert!(!is_nearly_full(10, 100, 10));
    assert!(is_nearly_full(9, 100, 10));
    assert!(is_nearly_full(u64::MAX / 20, u64::MAX, 10));
    assert!(!is_nearly_full(0, 100, 0), "no share, no rule");
}

#[test]
fn each_fault_has_a_word_of_its_own() {
    let words: std::collections::BTreeSet<_> = DocumentFault::ALL.iter().map(|fault| fault.word()).collect();

    assert_eq!(words.len(), DocumentFault::ALL.len());
    assert!(words.iter().all(|word| word.starts_with("document-")));
}
