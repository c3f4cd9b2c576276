//! Who notices that an actor died, and what happens then.
//!
//! # What actix does with a panic
//! Measured with actix 0.13.5 (2026-11): a panic in a handler, a spawned future or a `ResponseActFuture` unwinds the
//! actor's own task. Other actors of the thread go on. The actor is dropped, always; its mailbox is closed, so that
//! `do_send` to it is lost without a sound. `stopped` runs in most cases, while unwinding. `actix::Supervisor` never
//! helps: it dies with the actor, and on an orderly stop it goes on with the same, possibly half-changed, value.
//!
//! # What we do
//! - Each supervised actor owns a [`Lifeline`]. Whatever ends the actor drops it, and it tells the branch.
//! - A [`Branch`] keeps for each child the **spec** it was made from, never its state, and builds a fresh child. The
//!   child reads the truth from the store, and what must outlive it from the shared parts of its spec.
//! - A restart looks like a start: the new child announces itself with its address, and those who work with it
//!   introduce themselves again. There is no second path in the code for it.
//! - A [`RestartBudget`] of 5 in 60 seconds, for rooms as the settings say; then the child is given up, politely and
//!   with one line in the log.
//! - `stopped` and `Drop` may run while unwinding: they never panic (that would abort the process), block or write.
//!   They only tell. State is stored at its change, never at the end.
//! - `panic = "unwind"` in every profile.

mod branch;
mod budget;
mod floor;
mod lifeline;
pub(crate) mod root;
mod tally;

pub(crate) use branch::{Branch, Child, Find, Start, Stop};
pub(crate) use budget::RestartBudget;
pub(crate) use floor::Floor;
pub(crate) use lifeline::{Birth, ChildExited, Exit, Lifeline};
pub(crate) use tally::{BranchTally, CheckPlace, Tally, WaitingGauge};

/// Makes the actor that gets it panic: tests of what that leaves alone.
#[doc(hidden)]
#[derive(actix::Message, Debug, Clone, Copy)]
#[rtype(result = "()")]
pub struct Fail;

impl Fail {
    /// Panics.
    #[expect(clippy::panic, reason = "it is what this is for")]
    pub(crate) fn now(self) {
        panic!("a test made this actor fail");
    }
}

/// What happens to a child that died.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Restart {
    /// A fresh one is built at once: others rely on it.
    AtOnce,
    /// A fresh one is built when somebody asks for it: until then nobody would miss it.
    OnDemand,
}
