//! Random histories with deaths in them. Whatever happens, the records agree with each other, and in the end nothing is
//! left over. A failure prints the seed; `OKIENKO_SEED` runs one again, `OKIENKO_HISTORIES` says how many are run.

use std::collections::HashSet;
use std::time::Duration;

use okienko::domain::presence::PresenceState;
use okienko::domain::ticket::{Ticket, TicketState};
use okienko::store::{OfficeScope, calls, presences, tickets};
use okienko::wire::{CitizenCommand, DeskCommand, WishedState};
use okienko_actors::Attached;
use okienko_actors::media::MediaEvent;

use crate::common::people::{Citizen, Desk, join};
use crate::common::{CityHall, s};

/// Knuth's MMIX generator: enough for histories, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn one_of(&mut self, count: usize) -> usize {
        usize::try_from(self.roll(count as u64)).unwrap()
    }
}

#[test]
fn whatever_happens_the_records_agree_and_nothing_is_left_over() {
    let number = |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let seeds = match number("OKIENKO_SEED") {
        Some(seed) => seed..seed + 1,
        None => 1..number("OKIENKO_HISTORIES").unwrap_or(4) + 1,
    };
    for seed in seeds {
        println!("history {seed}");
        actix::System::new().block_on(history(seed));
    }
}

async fn history(seed: u64) {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let mut hall = CityHall::open().await;
    let clerks = [hall.anna, hall.marek, hall.olena];
    let mut desks = Vec::new();
    for clerk in clerks {
        desks.push(hall.receiving(clerk).await);
    }
    let mut citizens = Vec::new();
    for _ in 0..6 {
        citizens.push(hall.citizen().await);
    }
    for _ in 0..120 {
        let (citizen, desk) = (dice.one_of(citizens.len()), dice.one_of(desks.len()));
        if dice.roll(3) == 0 {
            step_of_clerk(&mut dice, &hall, &desks[desk]).await;
        } else {
            step_of_citizen(&mut dice, &hall, &citizens[citizen]).await;
        }
        match dice.roll(24) {
            0 => citizens[citizen] = Citizen::attach(&hall, citizens[citizen].session, true).await,
            1 => desks[desk] = Desk::attach(&hall, clerks[desk], true).await,
            2 => citizens[citizen].close_tab(&hall).await,
            3 => desks[desk].close_tab(&hall).await,
            4 => hall.fail_session(&citizens[citizen]),
            5 => hall.fail_presence(&desks[desk]),
            6 => hall.fail_line(),
            7 if hall.house.count() > 0 => hall.house.newest().announce(MediaEvent::Died { reason: String::new() }),
            8 => {
                hall.restart_process().await;
                for citizen in &mut citizens {
                    *citizen = Citizen::attach(&hall, citizen.session, true).await;
                }
                for (desk, clerk) in desks.iter_mut().zip(clerks) {
                    *desk = Desk::attach(&hall, clerk, true).await;
                }
            }
            _ => {}
        }
        // Some deaths come in the middle of what they meet.
        if dice.roll(3) > 0 {
            hall.settle().await;
            check(&hall);
        }
        let waits = [0, 0, 1, 5, 20, 61, 125][dice.one_of(7)];
        let (there, on_duty): (Vec<_>, Vec<_>) = (attached(&citizens), desks.iter().collect());
        hall.pass_with(s(waits), &there, &on_duty).await;
    }
    come_to_an_end(&hall).await;
}

fn attached(citizens: &[Citizen]) -> Vec<&Citizen> {
    citizens.iter().filter(|citizen| matches!(citizen.attached, Attached::Here(_))).collect()
}

async fn step_of_citizen(dice: &mut Dice, hall: &CityHall, citizen: &Citizen) {
    let command = match dice.roll(12) {
        0..4 => join(if dice.roll(3) == 0 { hall.taxes } else { hall.identity_cards }),
        4..7 => CitizenCommand::Accept,
        7 => CitizenCommand::MoreTime,
        8 => CitizenCommand::Here,
        9 => CitizenCommand::Return,
        10 => CitizenCommand::Leave,
        _ => CitizenCommand::HangUp,
    };
    let accepts = command == CitizenCommand::Accept;
    citizen.say(command);
    if accepts {
        hall.settle().await;
    }
    if let Some((call, generation)) = citizen.room().filter(|_| dice.roll(2) == 0) {
        citizen.connect(hall, call, generation).await;
    }
}

async fn step_of_clerk(dice: &mut Dice, hall: &CityHall, desk: &Desk) {
    let command = match dice.roll(10) {
        0..5 => DeskCommand::CallNext,
        5 => DeskCommand::CancelCall,
        6 => DeskCommand::HangUp,
        7 => DeskCommand::SetState { state: WishedState::Receiving },
        8 => DeskCommand::FinishWrapUp { next: WishedState::Receiving },
        _ => DeskCommand::SetState { state: WishedState::Break },
    };
    desk.say(command);
    if let Some((call, generation)) = desk.room().filter(|_| dice.roll(2) == 0) {
        desk.connect(hall, call, generation).await;
    }
}

/// The records of tickets, presences and calls say the same.
fn check(hall: &CityHall) {
    let scope = OfficeScope::of(hall.office);
    let read =
        move |db: &mut _| Ok((tickets::live(db, scope)?, presences::of_office(db, scope)?, calls::running(db, scope)?));
    let (tickets, presences, running) = hall.store.read_now(read).unwrap();
    let engaged = |ticket: &Ticket| match ticket.state {
        TicketState::Called { clerk, call, .. } => Some((clerk, call, false)),
        TicketState::InCall { clerk, call } => Some((clerk, call, true)),
        _ => None,
    };
    let by_tickets: HashSet<_> =
        tickets.iter().filter_map(|ticket| engaged(ticket).map(|it| (ticket.id, it))).collect();
    let by_presences: HashSet<_> = presences
        .iter()
        .filter_map(|presence| match presence.state {
            PresenceState::Calling { ticket, call, .. } => Some((ticket, (presence.clerk, call, false))),
            PresenceState::InCall { ticket, call } => Some((ticket, (presence.clerk, call, true))),
            _ => None,
        })
        .collect();
    assert_eq!(by_tickets, by_presences);
    let in_tickets: HashSet<_> = by_tickets.iter().map(|(ticket, (clerk, call, _))| (*ticket, *clerk, *call)).collect();
    let in_calls: HashSet<_> = running.iter().map(|it| (it.call.ticket, it.call.clerk, it.call.id)).collect();
    assert_eq!(in_tickets, in_calls);
    let sessions: HashSet<_> = tickets.iter().map(|ticket| ticket.session).collect();
    assert_eq!(sessions.len(), tickets.len(), "one ticket for each session");
}

/// Nobody does anything any more: within the longest deadlines everything is over and freed.
async fn come_to_an_end(hall: &CityHall) {
    for _ in 0..40 {
        hall.pass(Duration::from_secs(60)).await;
    }
    check(hall);
    let scope = OfficeScope::of(hall.office);
    let left = hall.store.read_now(move |db| Ok((tickets::live(db, scope)?, calls::running(db, scope)?))).unwrap();
    assert_eq!((left.0.len(), left.1.len()), (0, 0), "{left:?}");
    let counts = hall.switchboard.counts();
    assert_eq!((counts.rooms, hall.house.open_now(), counts.waiting), (0, 0, 0));
}
