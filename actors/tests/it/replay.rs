//! Every command comes again with the key it had: at once, later, and after the process was started anew. Nothing changes
//! the second time.

use okienko::domain::abuse::{AbuseReason, BlockLength};
use okienko::domain::call::Call;
use okienko::domain::presence::Presence;
use okienko::domain::ticket::Ticket;
use okienko::ids::{CallId, DocumentId, DocumentRequestId};
use okienko::store::{OfficeScope, calls, presences, tickets};
use okienko::wire::{CitizenCommand, DeskCommand, Device, OfferKind, WishedState};
use okienko_actors::media::MediaEvent;

use crate::calling::one_of_each;
use crate::common::people::{Citizen, Desk, join};
use crate::common::{CityHall, ROUND, apart, s};
use crate::live_text::typed;
use crate::talking::{talking, view};

const KEY: &str = "the-same";

/// What is stored, but for who is away or lost.
#[derive(Debug, PartialEq)]
struct Records(Vec<Ticket>, Vec<Presence>, Vec<Call>);

fn records(hall: &CityHall) -> Records {
    let scope = OfficeScope::of(hall.office);
    let read =
        move |db: &mut _| Ok((tickets::live(db, scope)?, presences::of_office(db, scope)?, calls::running(db, scope)?));
    let (mut tickets, mut presences, running) = hall.store.read_now(read).unwrap();
    tickets.iter_mut().for_each(|ticket| ticket.away_since = None);
    presences.iter_mut().for_each(|presence| presence.lost_since = None);
    Records(tickets, presences, running.into_iter().map(|call| call.call).collect())
}

/// The two of them, and what they have between them.
struct Scene {
    hall: CityHall,
    citizen: Citizen,
    anna: Desk,
}

/// How far they have come when a command is said.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The citizen has not joined.
    Idle,
    Checking,
    Waiting,
    Called,
    Deferred,
    Missed,
    Talking,
    /// In a call, and the citizen was lost for so long that the clerk is asked.
    Awaited,
    After,
}

impl Scene {
    async fn at(stage: Stage) -> Self {
        let mut hall = CityHall::open().await;
        match stage {
            Stage::Idle | Stage::Checking => {
                let (anna, citizen) = (hall.receiving(hall.anna).await, hall.citizen().await);
                if stage == Stage::Checking {
                    citizen.say_and_settle(&hall, CitizenCommand::CheckStart).await;
                }
                Self { hall, citizen, anna }
            }
            Stage::Waiting => {
                let (citizen, anna) = one_of_each(&mut hall).await;
                hall.pass(ROUND).await;
                Self { hall, citizen, anna }
            }
            Stage::Called | Stage::Deferred | Stage::Missed => {
                let (citizen, anna) = one_of_each(&mut hall).await;
                anna.call_next(&hall).await;
                if stage == Stage::Deferred {
                    citizen.say_and_settle(&hall, CitizenCommand::MoreTime).await;
                }
                if stage != Stage::Called {
                    hall.pass_with(s(61), &[&citizen], &[&anna]).await;
                }
                Self { hall, citizen, anna }
            }
            Stage::Talking | Stage::Awaited | Stage::After => {
                let (citizen, anna, _) = talking(&mut hall).await;
                if stage == Stage::Awaited {
                    hall.house.newest().announce(MediaEvent::Failed { member: view(&citizen).me });
                    hall.pass_with(s(121), &[&citizen], &[&anna]).await;
                }
                if stage == Stage::After {
                    anna.say_and_settle(&hall, DeskCommand::HangUp).await;
                }
                Self { hall, citizen, anna }
            }
        }
    }

    fn call(&self) -> CallId {
        view(&self.citizen).call
    }

    /// A document of the citizen's that is there.
    async fn document(&self, request: Option<DocumentRequestId>) -> DocumentId {
        let (id, name) = ("d0".to_owned(), "wniosek.pdf".to_owned());
        let send = CitizenCommand::SendDocument { id, name, size_bytes: 5, request };
        self.citizen.say_and_settle(&self.hall, send).await;
        let document = self.citizen.documents().unwrap().documents[0].document;
        let cabinet = self.hall.switchboard.documents();
        assert!(cabinet.arrived(self.call(), document) && cabinet.accept(self.call(), document, true));
        self.hall.settle().await;
        document
    }

    /// The clerk turns the citizen's microphone off.
    async fn turn_off(&self) {
        let off = DeskCommand::TurnOff { member: view(&self.citizen).me, device: Device::Microphone };
        self.anna.say_and_settle(&self.hall, off).await;
    }

    /// A wish of the clerk's that was answered.
    async fn wish(&self) -> DocumentRequestId {
        let name = "zaświadczenie".to_owned();
        self.anna.say_and_settle(&self.hall, DeskCommand::AskDocument { name }).await;
        let request = self.citizen.documents().unwrap().requests[0].request;
        self.document(Some(request)).await;
        request
    }

    /// Has a citizen's command said again and again.
    async fn repeats(mut self, command: CitizenCommand) {
        self.citizen.say_as(KEY, command.clone());
        self.hall.settle().await;
        let (acked, refused) = (self.citizen.acks(KEY), self.citizen.refusal(KEY));
        assert!(acked == 1 || refused.is_some(), "{command:?} was not answered");
        self.hall.pass_with(s(2), &[&self.citizen], &[&self.anna]).await;

        let before = records(&self.hall);
        for _ in 0..2 {
            self.citizen.forget();
            self.anna.forget();
            self.citizen.say_as(KEY, command.clone());
            self.hall.pass_with(s(2), &[&self.citizen], &[&self.anna]).await;
            assert_eq!(self.citizen.acks(KEY), acked, "{command:?}");
            assert_eq!(self.citizen.refusal(KEY), refused, "{command:?}");
            assert_eq!((self.citizen.frames(), self.anna.frames()), (vec![], vec![]), "{command:?}");
        }
        assert_eq!(records(&self.hall), before, "{command:?}");

        self.restart().await;
        let before = records(&self.hall);
        self.citizen.say_as(KEY, command.clone());
        self.hall.settle().await;
        assert_eq!(records(&self.hall), before, "{command:?} after a restart");
    }

    /// Has a clerk's command said again and again.
    async fn desk_repeats(mut self, command: DeskCommand) {
        self.anna.say_as(KEY, command.clone());
        self.hall.settle().await;
        let (acked, refused) = (self.anna.acks(KEY), self.anna.refusal(KEY));
        assert!(acked == 1 || refused.is_some(), "{command:?} was not answered");
        self.hall.pass_with(s(2), &[&self.citizen], &[&self.anna]).await;

        let before = records(&self.hall);
        for _ in 0..2 {
            self.citizen.forget();
            self.anna.forget();
            self.anna.say_as(KEY, command.clone());
            self.hall.pass_with(s(2), &[&self.citizen], &[&self.anna]).await;
            assert_eq!(self.anna.acks(KEY), acked, "{command:?}");
            assert_eq!(self.anna.refusal(KEY), refused, "{command:?}");
            assert_eq!((self.citizen.frames(), self.anna.frames()), (vec![], vec![]), "{command:?}");
        }
        assert_eq!(records(&self.hall), before, "{command:?}");

        self.restart().await;
        let before = records(&self.hall);
        self.anna.say_as(KEY, command.clone());
        self.hall.settle().await;
        assert_eq!(records(&self.hall), before, "{command:?} after a restart");
    }

    async fn restart(&mut self) {
        self.hall.restart_process().await;
        self.citizen = Citizen::attach(&self.hall, self.citizen.session, true).await;
        self.anna = Desk::attach(&self.hall, self.anna.clerk, true).await;
    }
}

fn offer(call: CallId) -> (CallId, u32, OfferKind, String) {
    (call, 1, OfferKind::Again, "offer".to_owned())
}

/// Each citizen's command in a state in which it does something. One that is new must be put in here.
async fn citizen_command(number: usize) -> Option<(Scene, CitizenCommand)> {
    use CitizenCommand as C;
    let scene = |stage| Scene::at(stage);
    let text = || ("m1".to_owned(), "Dzień dobry".to_owned());
    let said = match number {
        0 => {
            let scene = scene(Stage::Idle).await;
            let matter = scene.hall.identity_cards;
            (scene, join(matter))
        }
        1 => (scene(Stage::Idle).await, C::CheckStart),
        2 => (scene(Stage::Checking).await, C::CheckStop),
        3 => (scene(Stage::Called).await, C::Accept),
        4 => (scene(Stage::Called).await, C::MoreTime),
        5 => (scene(Stage::Deferred).await, C::Here),
        6 => (scene(Stage::Missed).await, C::Return),
        7 => (scene(Stage::Waiting).await, C::Leave),
        8 => {
            let scene = scene(Stage::Talking).await;
            let (call, generation, kind, sdp) = offer(scene.call());
            (scene, C::Offer { call, generation, kind, sdp })
        }
        9 => (scene(Stage::Talking).await, C::Media { microphone: true, camera: false }),
        10 => {
            let (id, text) = text();
            (scene(Stage::Talking).await, C::Chat { id, text })
        }
        11 => {
            let (id, name) = ("d1".to_owned(), "wniosek.pdf".to_owned());
            (scene(Stage::Talking).await, C::SendDocument { id, name, size_bytes: 5, request: None })
        }
        12 => {
            let scene = scene(Stage::Talking).await;
            let document = scene.document(None).await;
            (scene, C::TakeBackDocument { document })
        }
        13 => (scene(Stage::Talking).await, C::HangUp),
        // The socket answers it itself, and once.
        14 => {
            (scene(Stage::Waiting).await, C::Hello { version: String::new(), token: None, take_over: true, page: None })
        }
        15 => {
            let scene = scene(Stage::Talking).await;
            scene.turn_off().await;
            (scene, C::TurnOn { device: Device::Microphone })
        }
        16 => (scene(Stage::Talking).await, C::SetLiveText { on: true }),
        17 => (scene(Stage::Talking).await, C::LiveText(typed("u1", 1, "Dzień dobry"))),
        _ => return None,
    };
    match said.1 {
        C::Join { .. } | C::CheckStart | C::CheckStop | C::Accept | C::MoreTime | C::Here | C::Return | C::Leave => {}
        C::Offer { .. } | C::Media { .. } | C::Chat { .. } | C::SendDocument { .. } | C::TakeBackDocument { .. } => {}
        C::HangUp | C::TurnOn { .. } | C::Hello { .. } | C::SetLiveText { .. } | C::LiveText(_) => {}
        // A sign of life has no key to speak of: each is one.
        C::Beat { .. } => unreachable!(),
    }
    Some(said)
}

/// Each clerk's command in a state in which it does something. One that is new must be put in here.
async fn desk_command(number: usize) -> Option<(Scene, DeskCommand)> {
    use DeskCommand as D;
    let scene = |stage| Scene::at(stage);
    let said = match number {
        0 => (scene(Stage::Waiting).await, D::SetState { state: WishedState::Break }),
        1 => (scene(Stage::Waiting).await, D::CallNext),
        2 => {
            let scene = scene(Stage::Waiting).await;
            let ticket = scene.anna.rows()[0].ticket;
            (scene, D::CallTicket { ticket })
        }
        3 => (scene(Stage::Called).await, D::CancelCall),
        4 => {
            let scene = scene(Stage::Talking).await;
            let (call, generation, kind, sdp) = offer(scene.call());
            (scene, D::Offer { call, generation, kind, sdp })
        }
        5 => (scene(Stage::Talking).await, D::Media { microphone: true, camera: false }),
        6 => (scene(Stage::Talking).await, D::Chat { id: "m1".to_owned(), text: "Dzień dobry".to_owned() }),
        7 => (scene(Stage::Awaited).await, D::WaitLonger),
        8 => {
            let (id, name) = ("d1".to_owned(), "wniosek.pdf".to_owned());
            (scene(Stage::Talking).await, D::SendDocument { id, name, size_bytes: 5, request: None })
        }
        9 => {
            let scene = scene(Stage::Talking).await;
            let document = scene.document(None).await;
            (scene, D::TakeBackDocument { document })
        }
        10 => (scene(Stage::Talking).await, D::AskDocument { name: "zaświadczenie".to_owned() }),
        11 => {
            let scene = scene(Stage::Talking).await;
            let request = scene.wish().await;
            (scene, D::AskDocumentAgain { request })
        }
        12 => {
            let scene = scene(Stage::Talking).await;
            let request = scene.wish().await;
            (scene, D::DropDocumentRequest { request })
        }
        13 => (scene(Stage::Talking).await, D::HangUp),
        14 => (scene(Stage::After).await, D::MoreWrapUp),
        15 => (scene(Stage::After).await, D::FinishWrapUp { next: WishedState::Receiving }),
        16 => (scene(Stage::Waiting).await, D::Hello { version: String::new(), take_over: true, page: None }),
        17 => {
            let scene = scene(Stage::Talking).await;
            let member = view(&scene.citizen).me;
            (scene, D::TurnOff { member, device: Device::Microphone })
        }
        18 => {
            let (reason, block) = (AbuseReason::Threats, Some(BlockLength::Day));
            (scene(Stage::Talking).await, D::BreakOff { reason, block })
        }
        19 => (scene(Stage::Talking).await, D::SetLiveText { on: true }),
        20 => (scene(Stage::Talking).await, D::LiveText(typed("u1", 1, "Dzień dobry"))),
        _ => return None,
    };
    match said.1 {
        D::SetState { .. } | D::CallNext | D::CallTicket { .. } | D::CancelCall | D::HangUp | D::Hello { .. } => {}
        D::Offer { .. } | D::Media { .. } | D::Chat { .. } | D::WaitLonger | D::SendDocument { .. } => {}
        D::TakeBackDocument { .. } | D::AskDocument { .. } | D::AskDocumentAgain { .. } => {}
        D::DropDocumentRequest { .. }
        | D::MoreWrapUp
        | D::FinishWrapUp { .. }
        | D::TurnOff { .. }
        | D::BreakOff { .. }
        | D::SetLiveText { .. }
        | D::LiveText(_) => {}
        D::Beat { .. } => unreachable!(),
    }
    Some(said)
}

#[test]
fn a_citizens_command_said_again_changes_nothing() {
    for number in 0..=17 {
        apart(async {
            let (scene, command) = citizen_command(number).await.unwrap();
            scene.repeats(command).await;
        });
    }
}

#[test]
fn a_clerks_command_said_again_changes_nothing() {
    for number in 0..=20 {
        apart(async {
            let (scene, command) = desk_command(number).await.unwrap();
            scene.desk_repeats(command).await;
        });
    }
}
