//! The drop guard by which a child's death becomes known.

use actix::prelude::*;

use super::Pulse;

/// A child is gone.
#[derive(Message, Debug, Clone, Copy)]
#[rtype(result = "()")]
pub(crate) struct ChildExited<K> {
    /// Which child.
    pub(crate) key: K,
    /// Which of its lives: one that was replaced already is of no interest.
    pub(crate) birth: u64,
    /// How it went.
    pub(crate) exit: Exit,
}

/// How a child went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// It had done its work.
    Finished,
    /// It stopped without having finished, or its thread ended.
    Stopped,
    /// It panicked.
    Panicked,
}

/// Tells the branch when the actor that owns it is dropped, however that comes.
///
/// `Drop` is the only thing that is guaranteed to run (see [`super`]); it runs while unwinding, so it only tells.
pub(crate) struct Lifeline<K: Send + Copy + Unpin + 'static> {
    branch: Recipient<ChildExited<K>>,
    key: K,
    birth: u64,
    finished: bool,
}

impl<K: Send + Copy + Unpin + 'static> Lifeline<K> {
    pub(crate) const fn new(branch: Recipient<ChildExited<K>>, key: K, birth: u64) -> Self {
        Self { branch, key, birth, finished: false }
    }

    /// The end that follows is in order: no fresh child is wanted.
    pub(crate) const fn finish(&mut self) {
        self.finished = true;
    }
}

impl<K: Send + Copy + Unpin + 'static> Drop for Lifeline<K> {
    fn drop(&mut self) {
        let exit = match (std::thread::panicking(), self.finished) {
            (true, _) => Exit::Panicked,
            (false, true) => Exit::Finished,
            (false, false) => Exit::Stopped,
        };
        self.branch.do_send(ChildExited { key: self.key, birth: self.birth, exit });
    }
}

/// What a child is given when it is built: the guard to keep, and which of its lives this is.
pub(crate) struct Birth<K: Send + Copy + Unpin + 'static> {
    /// To be kept in the child as long as it lives.
    pub(crate) lifeline: Lifeline<K>,
    /// 1 for the first life.
    pub(crate) number: u64,
    /// Its signs of life, for a child that has good reason to hold its mailbox.
    pub(crate) pulse: Pulse,
}
