//! What the line is asked when something happens.

use okienko::domain::presence::{Presence, PresenceState};

use super::Run;
use super::act::Act;
use super::hall::{NOTICE, wish};
use super::model::Where;
use crate::queue::ask::Ask;
use crate::queue::messages::{CitizenAsks, CitizenWants, ClerkAsks, ClerkWants, JoinLine};

impl Run {
    /// What the line is asked; None where nobody could ask for it.
    pub(super) fn ask_of(&mut self, act: Act) -> Option<Ask> {
        self.keys += 1;
        let key = format!("k{}", self.keys);
        let (hall, model) = (&self.hall, &self.model);
        let citizen = |citizen: usize, wants| {
            let (session, key) = (hall.sessions[citizen], key.clone());
            Some(Ask::Citizen(CitizenAsks { session, key, wants, mark: None }))
        };
        let clerk = |clerk: usize, wants| {
            Some(Ask::Clerk(ClerkAsks { clerk: hall.clerks[clerk], key: Some(key.clone()), wants }))
        };
        let fate = |clerk: usize, wants| Some(Ask::Clerk(ClerkAsks { clerk: hall.clerks[clerk], key: None, wants }));
        let reachable = |citizen: usize, reachable| Some(Ask::Reachable { session: hall.sessions[citizen], reachable });
        let call_of = |clerk: usize| {
            let is_theirs = |presence: &&Presence| presence.clerk == hall.clerks[clerk];
            match hall.state.desks.values().find(is_theirs)?.state {
                PresenceState::Calling { call, .. } | PresenceState::InCall { call, .. } => Some(call),
                _ => None,
            }
        };
        match act {
            Act::Join { citizen, matter } => Some(Ask::Join(JoinLine {
                session: hall.sessions[citizen],
                site: hall.site(),
                key,
                wish: wish(hall.matters[matter]),
                name: Some("Jadwiga".to_owned()),
                notice: NOTICE.to_owned(),
                ready: None,
                mark: None,
            })),
            Act::Leave(who) => citizen(who, CitizenWants::Leave),
            Act::Accept(who) => citizen(who, CitizenWants::Accept),
            Act::MoreTime(who) => citizen(who, CitizenWants::MoreTime),
            Act::Here(who) => citizen(who, CitizenWants::Here),
            Act::Return(who) => citizen(who, CitizenWants::Return),
            Act::Away(who) => reachable(who, false),
            Act::Back(who) => reachable(who, true),
            Act::CallNext(who) => clerk(who, ClerkWants::CallNext),
            Act::CallRow { clerk: who, citizen } => {
                let ticket = model.people[model.live(citizen)?].ticket;
                clerk(who, ClerkWants::CallTicket(ticket))
            }
            Act::Cancel(who) => clerk(who, ClerkWants::CancelCall),
            Act::Wish(who, wished) => clerk(who, ClerkWants::SetState(wished)),
            Act::MoreWrapUp(who) => clerk(who, ClerkWants::MoreWrapUp),
            Act::Finish(who, next) => clerk(who, ClerkWants::FinishWrapUp(next)),
            Act::SignOut(who) => clerk(who, ClerkWants::SignOut),
            Act::Lost(who) => fate(who, ClerkWants::BeLost),
            Act::Found(who) => fate(who, ClerkWants::BeBack),
            // A room says so when both have accepted and are connected.
            Act::Live(who) => {
                let is_accepted = matches!(model.people[model.engaged_with(who)?].place, Where::InCall { .. });
                let call = call_of(who)?;
                is_accepted.then(|| Ask::Live { call, at: hall.now() })
            }
            Act::Over(who, reason) => Some(Ask::CallOver { call: call_of(who)?, reason, broken_off: None }),
            Act::Wait { .. }
            | Act::SetClock { .. }
            | Act::ReadAnew
            | Act::CheckIn { .. }
            | Act::CallAbsent(_)
            | Act::Again => None,
        }
    }
}

/// The key of a command that has one.
pub(super) fn key_of(ask: &Ask) -> Option<String> {
    match ask {
        Ask::Join(join) => Some(join.key.clone()),
        Ask::Citizen(asks) => Some(asks.key.clone()),
        Ask::Clerk(asks) => asks.key.clone(),
        _ => None,
    }
}
