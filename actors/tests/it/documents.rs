//! Documents of a call: who is told what of them, and until when.

use okienko::domain::documents::DocumentFault;
use okienko::ids::{CallId, DocumentId};
use okienko::store::{OfficeScope, documents};
use okienko::wire::{
    CitizenCommand, DeskCommand, DocumentRequestState, DocumentState, DocumentView, DocumentsPhase, PresenceView,
    WishedState,
};
use okienko_actors::ProblemCode;
use okienko_actors::documents::Cabinet;

use crate::common::people::{Citizen, Desk};
use crate::common::{CityHall, awake, s};
use crate::talking::talking;

fn send(id: &str, name: &str) -> CitizenCommand {
    CitizenCommand::SendDocument { id: id.to_owned(), name: name.to_owned(), size_bytes: 1_000, request: None }
}

fn only(view: Option<okienko::wire::DocumentsView>) -> DocumentView {
    let mut documents = view.expect("documents were told").documents;
    assert_eq!(documents.len(), 1);
    documents.remove(0)
}

/// The bytes arrive and are found good.
fn deliver(cabinet: &Cabinet, call: CallId, document: DocumentId) {
    assert!(cabinet.arrived(call, document));
    assert!(cabinet.accept(call, document, true));
}

/// A citizen has sent a document that is there for both.
async fn sent(hall: &mut CityHall) -> (Citizen, Desk, CallId, DocumentId) {
    let (citizen, anna, call) = talking(hall).await;
    citizen.say_and_settle(hall, send("d1", "wniosek.pdf")).await;
    let document = only(citizen.documents()).document;
    deliver(hall.switchboard.documents(), call, document);
    hall.settle().await;
    (citizen, anna, call, document)
}

#[actix::test]
async fn whoever_sends_gets_an_address_for_the_bytes_and_the_other_side_one_to_fetch_them() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, call) = talking(&mut hall).await;
    let cabinet = hall.switchboard.documents().clone();

    let key = citizen.say_and_settle(&hall, send("d1", "wniosek.pdf")).await;
    assert_eq!(citizen.acks(&key), 1);
    let own = only(citizen.documents());
    let upload = own.upload.as_deref().unwrap().strip_prefix("/api/v1/uploads/").unwrap().to_owned();
    let grant = cabinet.upload(&upload).unwrap();
    assert_eq!((grant.call, grant.size_bytes, grant.name.as_str()), (call, 1_000, "wniosek.pdf"));
    let seen = only(anna.documents());
    assert_eq!((seen.state, seen.name, seen.upload, seen.download), (DocumentState::Sending, None, None, None));

    deliver(&cabinet, call, grant.document);
    hall.settle().await;

    let (own, seen) = (only(citizen.documents()), only(anna.documents()));
    assert_eq!((seen.state, seen.name.as_deref(), seen.scanned), (DocumentState::Ready, Some("wniosek.pdf"), true));
    assert_ne!(own.download, seen.download, "each has an address of their own");
    assert!(cabinet.upload(&upload).is_none(), "no more bytes may come");
    let token = |view: DocumentView| view.download.unwrap().strip_prefix("/d/").unwrap().to_owned();
    cabinet.opened(&cabinet.download(&token(own)).unwrap());
    hall.settle().await;
    assert!(!only(citizen.documents()).opened, "the sender's own look is no news");
    cabinet.opened(&cabinet.download(&token(seen)).unwrap());
    hall.settle().await;
    assert!(only(citizen.documents()).opened);
}

#[actix::test]
async fn refusals_come_with_the_code_of_their_reason() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, _) = talking(&mut hall).await;

    let disguised = citizen.say_and_settle(&hall, send("d1", "faktura.pdf.exe")).await;
    let not_asked = DeskCommand::AskDocument { name: " ".to_owned() };
    let empty = anna.say_and_settle(&hall, not_asked).await;

    let fault = |code| match code {
        Some(ProblemCode::Document(fault)) => fault,
        other => panic!("{other:?}"),
    };
    assert_eq!(fault(citizen.refusal(&disguised)), DocumentFault::DoubleName);
    assert_eq!(fault(anna.refusal(&empty)), DocumentFault::NameLong);
    assert_eq!(anna.documents().unwrap().documents, [], "the other side hears nothing of it");
}

#[actix::test]
async fn without_a_call_there_is_nothing_to_send_to() {
    let mut hall = CityHall::open().await;
    let citizen = hall.citizen().await;
    let anna = hall.receiving(hall.anna).await;

    let key = citizen.say_and_settle(&hall, send("d1", "wniosek.pdf")).await;
    let asked = anna.say_and_settle(&hall, DeskCommand::AskDocument { name: "dowód".to_owned() }).await;

    assert_eq!(citizen.refusal(&key), Some(ProblemCode::NotInCall));
    assert_eq!(anna.refusal(&asked), Some(ProblemCode::NotInCall));
}

#[actix::test]
async fn a_wish_is_seen_by_both_and_answered() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, call) = talking(&mut hall).await;

    anna.say_and_settle(&hall, DeskCommand::AskDocument { name: "zaświadczenie".to_owned() }).await;
    let wish = citizen.documents().unwrap().requests.remove(0);
    assert_eq!((wish.name.as_str(), wish.state), ("zaświadczenie", DocumentRequestState::Asked));
    let (id, name) = ("d1".to_owned(), "zaświadczenie.pdf".to_owned());
    let answer = CitizenCommand::SendDocument { id, name, size_bytes: 5, request: Some(wish.request) };
    citizen.say_and_settle(&hall, answer).await;
    deliver(hall.switchboard.documents(), call, only(citizen.documents()).document);
    hall.settle().await;
    let state = |view: Option<okienko::wire::DocumentsView>| view.unwrap().requests[0].state;
    assert_eq!(state(anna.documents()), DocumentRequestState::Sent);

    anna.say_and_settle(&hall, DeskCommand::AskDocumentAgain { request: wish.request }).await;
    assert_eq!(state(citizen.documents()), DocumentRequestState::ToCorrect);
    anna.say_and_settle(&hall, DeskCommand::DropDocumentRequest { request: wish.request }).await;
    assert_eq!(citizen.documents().unwrap().requests, []);
}

#[actix::test]
async fn what_is_taken_back_is_to_be_removed() {
    let mut hall = CityHall::open().await;
    let mut removals = hall.switchboard.documents().removals().unwrap();
    let (citizen, anna, call, document) = sent(&mut hall).await;

    citizen.say_and_settle(&hall, CitizenCommand::TakeBackDocument { document }).await;

    assert_eq!(only(anna.documents()).state, DocumentState::TakenBack);
    let discarded = removals.try_recv().unwrap();
    assert_eq!((discarded.call, discarded.document), (call, document));
}

#[actix::test]
async fn after_the_call_both_may_fetch_for_a_quarter_of_an_hour() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, call, _) = sent(&mut hall).await;
    let cabinet = hall.switchboard.documents().clone();
    let token = only(anna.documents()).download.unwrap().strip_prefix("/d/").unwrap().to_owned();

    anna.say_and_settle(&hall, DeskCommand::HangUp).await;
    let ended_at = hall.now();
    for view in [citizen.documents().unwrap(), anna.documents().unwrap()] {
        assert_eq!(
            (view.phase, view.delete_at),
            (DocumentsPhase::Kept, Some(ended_at + jiff::SignedDuration::from_mins(15)))
        );
        assert_eq!(view.documents.len(), 1);
    }
    hall.pass_with(s(14 * 60 + 50), &[&citizen], &[&anna]).await;
    assert!(cabinet.download(&token).is_some() && cabinet.due().is_empty());
    hall.pass_with(s(11), &[&citizen], &[&anna]).await;
    assert!(cabinet.download(&token).is_none(), "before anybody has removed a byte");
    assert_eq!(cabinet.due(), [call]);
    cabinet.emptied(call);
    hall.settle().await;

    for view in [citizen.documents().unwrap(), anna.documents().unwrap()] {
        assert_eq!((view.phase, view.documents.len()), (DocumentsPhase::Deleted, 0));
    }
    assert!(cabinet.due().is_empty());
}

#[actix::test]
async fn an_office_may_keep_documents_shorter_and_that_holds_at_once() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, call, _) = sent(&mut hall).await;
    let scope = OfficeScope::of(hall.office);
    citizen.say_and_settle(&hall, CitizenCommand::HangUp).await;
    hall.pass_with(s(60), &[&citizen], &[&anna]).await;

    hall.store.write_now(move |db| documents::set_kept_min(db, scope, 1)).unwrap();
    awake(hall.switchboard.office_changed(hall.office)).await.unwrap();
    hall.settle().await;

    assert_eq!(hall.switchboard.documents().due(), [call]);
    assert_eq!(citizen.documents().unwrap().kept_min, 1);
}

#[actix::test]
async fn a_browser_that_comes_back_finds_all_documents_again() {
    let mut hall = CityHall::open().await;
    let (mut citizen, mut anna, _, _) = sent(&mut hall).await;
    let before = (citizen.documents().unwrap(), anna.documents().unwrap());

    citizen.close_tab(&hall).await;
    let citizen = Citizen::attach(&hall, citizen.session, false).await;
    anna.close_tab(&hall).await;
    let anna = Desk::attach(&hall, hall.anna, false).await;
    assert_eq!((citizen.documents().unwrap(), anna.documents().unwrap()), before, "under the same addresses");

    citizen.say_and_settle(&hall, CitizenCommand::HangUp).await;
    let again = Citizen::attach(&hall, citizen.session, true).await;
    assert_eq!(again.documents().unwrap().phase, DocumentsPhase::Kept, "also after the call");
}

#[actix::test]
async fn the_next_person_sees_nothing_of_the_last_ones_documents() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, call, _) = sent(&mut hall).await;
    let next = hall.citizen().await;
    next.join(&hall, hall.identity_cards).await;
    citizen.say_and_settle(&hall, CitizenCommand::HangUp).await;
    anna.say_and_settle(&hall, DeskCommand::FinishWrapUp { next: WishedState::Receiving }).await;

    anna.call_next(&hall).await;
    next.say_and_settle(&hall, CitizenCommand::Accept).await;

    let view = next.documents().unwrap();
    assert_ne!(view.call, call);
    assert_eq!(view.documents, []);
}

#[actix::test]
async fn of_calls_without_documents_nobody_is_told_when_they_come_back() {
    let mut hall = CityHall::open().await;
    let (citizen, mut anna, _) = talking(&mut hall).await;
    assert!(anna.documents().is_some(), "the call goes on");
    citizen.say_and_settle(&hall, CitizenCommand::HangUp).await;

    anna.close_tab(&hall).await;
    let anna = Desk::attach(&hall, hall.anna, false).await;

    assert_eq!(anna.state(), PresenceView::AfterCall);
    assert_eq!(anna.documents(), None);
}

#[actix::test]
async fn documents_die_with_the_process_and_the_call_goes_on_without() {
    let mut hall = CityHall::open().await;
    let (citizen, anna, call, _) = sent(&mut hall).await;
    drop((citizen.actor, anna.actor));

    hall.restart_process().await;
    let citizen = Citizen::attach(&hall, citizen.session, false).await;

    let view = citizen.documents().unwrap();
    assert_eq!((view.call, view.phase, view.documents.len()), (call, DocumentsPhase::Open, 0));
}

#[actix::test]
async fn nothing_is_begun_while_there_is_a_reason() {
    let mut hall = CityHall::open().await;
    let (citizen, _, _) = talking(&mut hall).await;

    hall.switchboard.documents().close_for(Some(DocumentFault::StoreFull));
    let key = citizen.say_and_settle(&hall, send("d1", "wniosek.pdf")).await;

    assert_eq!(citizen.refusal(&key), Some(ProblemCode::Document(DocumentFault::StoreFull)));
}
