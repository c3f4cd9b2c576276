//! What may happen in a history.

use okienko::wire::{EndReason, WishedState};
use proptest::prelude::*;

/// How many citizens, clerks and matters a history has.
pub(super) const CITIZENS: usize = 6;
pub(super) const CLERKS: usize = 3;
pub(super) const MATTERS: usize = 3;

/// Something that happens. Numbers say who: a citizen, a clerk, a matter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Act {
    Join {
        citizen: usize,
        matter: usize,
    },
    /// Somebody with a booked visit, which starts so many seconds from now, arrives.
    CheckIn {
        citizen: usize,
        matter: usize,
        starts_in_s: i64,
    },
    Leave(usize),
    Accept(usize),
    MoreTime(usize),
    Here(usize),
    Return(usize),
    Away(usize),
    Back(usize),
    CallNext(usize),
    CallRow {
        clerk: usize,
        citizen: usize,
    },
    /// A clerk presses the row of the first one who does not answer, or has asked for time.
    CallAbsent(usize),
    Cancel(usize),
    Wish(usize, WishedState),
    MoreWrapUp(usize),
    Finish(usize, WishedState),
    SignOut(usize),
    Lost(usize),
    Found(usize),
    /// Citizen and clerk are connected.
    Live(usize),
    /// The room of a clerk's call says that it is over.
    Over(usize, EndReason),
    /// The last command that has a key comes once more.
    Again,
    /// Time goes by; timers fire when they are due, or all late, as after a standstill.
    Wait {
        seconds: i64,
        punctual: bool,
    },
    /// Somebody sets the machine's clock.
    SetClock {
        by_s: i64,
    },
    /// The line reads everything anew, as after a panic of its actor.
    ReadAnew,
}

/// When the process dies in the midst of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Death {
    Never,
    /// Decided, not written.
    BeforeWriting,
    /// Half written.
    InTheMidst,
    /// Written, and nobody was told.
    AfterWriting,
}

/// A history, the shorter the better.
pub(super) fn histories() -> impl Strategy<Value = Vec<(Act, Death)>> {
    prop::collection::vec((acts(), deaths()), 1..120)
}

fn deaths() -> impl Strategy<Value = Death> {
    prop_oneof![
        30 => Just(Death::Never),
        1 => Just(Death::BeforeWriting),
        1 => Just(Death::InTheMidst),
        2 => Just(Death::AfterWriting),
    ]
}

fn acts() -> impl Strategy<Value = Act> {
    prop_oneof![
        10 => of_citizens(),
        10 => of_clerks(),
        3 => of_rooms(),
        4 => of_time(),
    ]
}

fn of_citizens() -> impl Strategy<Value = Act> {
    let who = || 0..CITIZENS;
    prop_oneof![
        6 => (who(), 0..MATTERS).prop_map(|(citizen, matter)| Act::Join { citizen, matter }),
        2 => (who(), 0..MATTERS, -1_500_i64..1_500)
            .prop_map(|(citizen, matter, starts_in_s)| Act::CheckIn { citizen, matter, starts_in_s }),
        1 => who().prop_map(Act::Leave),
        4 => who().prop_map(Act::Accept),
        3 => who().prop_map(Act::MoreTime),
        2 => who().prop_map(Act::Here),
        2 => who().prop_map(Act::Return),
        2 => who().prop_map(Act::Away),
        2 => who().prop_map(Act::Back),
        1 => Just(Act::Again),
    ]
}

fn of_clerks() -> impl Strategy<Value = Act> {
    let who = || 0..CLERKS;
    let wish =
        || prop_oneof![4 => Just(WishedState::Receiving), 1 => Just(WishedState::Break), 1 => Just(WishedState::Off)];
    prop_oneof![
        6 => who().prop_map(Act::CallNext),
        3 => (who(), 0..CITIZENS).prop_map(|(clerk, citizen)| Act::CallRow { clerk, citizen }),
        3 => who().prop_map(Act::CallAbsent),
        3 => who().prop_map(Act::Cancel),
        4 => (who(), wish()).prop_map(|(clerk, wished)| Act::Wish(clerk, wished)),
        1 => who().prop_map(Act::MoreWrapUp),
        2 => (who(), wish()).prop_map(|(clerk, next)| Act::Finish(clerk, next)),
        1 => who().prop_map(Act::SignOut),
        1 => who().prop_map(Act::Lost),
        1 => who().prop_map(Act::Found),
    ]
}

fn of_rooms() -> impl Strategy<Value = Act> {
    let who = || 0..CLERKS;
    let reasons = [
        EndReason::CitizenHungUp,
        EndReason::ClerkHungUp,
        EndReason::CitizenLost,
        EndReason::ClerkLost,
        EndReason::Failed,
    ];
    prop_oneof![
        2 => who().prop_map(Act::Live),
        3 => (who(), prop::sample::select(reasons.to_vec())).prop_map(|(clerk, reason)| Act::Over(clerk, reason)),
    ]
}

fn of_time() -> impl Strategy<Value = Act> {
    // The lengths at which something happens, a little before and after.
    let seconds = prop_oneof![
        6 => 0_i64..70,
        2 => 110_i64..310,
        1 => 600_i64..2_000,
    ];
    prop_oneof![
        12 => (seconds, prop::bool::weighted(0.8)).prop_map(|(seconds, punctual)| Act::Wait { seconds, punctual }),
        1 => (-4_000_i64..4_000).prop_map(|by_s| Act::SetClock { by_s }),
        1 => Just(Act::ReadAnew),
    ]
}
