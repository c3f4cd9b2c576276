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
//! - A child that lives but answers nothing is found by [`Probe`]s, dropped, and built anew like one that died.
//! - What nothing in the process can mend, because everything rests on it, is in [`Vitals`]: the supervisor itself, its
//!   branches, the threads, the media ports, the store's threads. Whoever runs the process ends it then.
//! - `stopped` and `Drop` may run while unwinding: they never panic (that would abort the process), block or write.
//!   They only tell. State is stored at its change, never at the end.
//! - `panic = "unwind"` in every profile.

mod branch;
mod budget;
mod child;
mod floor;
mod lifeline;
mod probe;
pub(crate) mod root;
mod tally;
mod vitals;

#[cfg(feature = "failure-points")]
pub(crate) use branch::Inspect;
pub(crate) use branch::{Branch, Find, Start, Stop};
pub(crate) use budget::RestartBudget;
pub(crate) use child::{Child, Restart};
pub(crate) use floor::Floor;
pub(crate) use lifeline::{Birth, ChildExited, Exit, Lifeline};
pub(crate) use probe::{Probe, Pulse, suffer};
pub(crate) use tally::{BranchTally, CheckPlace, Tally, WaitingGauge};
pub use vitals::Vitals;
