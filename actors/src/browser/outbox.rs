//! What is on its way to a socket that may be slower than what there is to tell it.
//!
//! A socket actor whose TCP connection is stuck is never polled again (actix-web-actors 4.3, measured 2026-11), so its
//! mailbox must not be filled without bound. Frames are therefore *tried*: one that finds the mailbox full waits here.
//! Of frames that tell a whole state only the newest is kept.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use actix::prelude::*;

use crate::env::Env;
use crate::supervision::Tally;
use crate::{Claim, SocketId};

/// How often a full mailbox is tried again.
pub(crate) const RETRY: Duration = Duration::from_millis(50);

/// How often it is tried before the socket counts as lost: 10 seconds, after which the kernel closes it too.
const MOST_RETRIES: u32 = 200;

/// What can be sent through an [`Outbox`].
pub(crate) trait Outgoing: Message<Result = ()> + Send + 'static {
    /// Whether this makes an older one that still waits needless.
    fn replaces(&self, older: &Self) -> Replaces;
}

/// See [`Outgoing::replaces`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Replaces {
    /// It does, and goes in its place.
    It,
    /// It does not, but may replace one that is older still.
    MaybeAnOlder,
    /// It does not, and must not overtake it.
    Nothing,
}

/// How sending went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sent {
    /// Everything is on its way.
    All,
    /// Some of it waits; call [`Outbox::flush`] after [`RETRY`].
    Waiting,
    /// The socket is gone or takes nothing any more.
    Lost,
}

/// The way to one socket.
pub(crate) struct Outbox<M: Outgoing> {
    pub(crate) id: SocketId,
    /// By what right it is the one.
    pub(crate) claim: Claim,
    socket: Recipient<M>,
    waiting: VecDeque<M>,
    /// At most so many wait; one more, and the socket counts as lost.
    most: usize,
    retries: u32,
    /// Whether a timer for [`Outbox::flush`] is set.
    pub(crate) is_armed: bool,
    tally: Arc<Tally>,
}

impl<M: Outgoing> Outbox<M> {
    pub(crate) fn new(id: SocketId, socket: Recipient<M>, claim: Claim, env: &Env) -> Self {
        Self::with(id, socket, claim, env.limits.max_outbox_frames, Arc::clone(&env.tally))
    }

    const fn with(id: SocketId, socket: Recipient<M>, claim: Claim, most: usize, tally: Arc<Tally>) -> Self {
        Self { id, claim, socket, waiting: VecDeque::new(), most, retries: 0, is_armed: false, tally }
    }

    /// Whether the socket's actor still lives.
    pub(crate) fn is_connected(&self) -> bool {
        self.socket.connected()
    }

    /// Sends a frame, after those that wait.
    pub(crate) fn send(&mut self, frame: M) -> Sent {
        if !self.waiting.is_empty() {
            return self.put(frame);
        }
        match self.socket.try_send(frame) {
            Ok(()) => Sent::All,
            Err(SendError::Closed(_)) => Sent::Lost,
            Err(SendError::Full(frame)) => {
                self.tally.mailbox_refusals.fetch_add(1, Relaxed);
                self.waiting.push_back(frame);
                Sent::Waiting
            }
        }
    }

    /// Tries those that wait.
    pub(crate) fn flush(&mut self) -> Sent {
        while let Some(frame) = self.waiting.pop_front() {
            match self.socket.try_send(frame) {
                Ok(()) => self.retries = 0,
                Err(SendError::Closed(_)) => return Sent::Lost,
                Err(SendError::Full(frame)) => {
                    self.waiting.push_front(frame);
                    self.retries += 1;
                    return if self.retries > MOST_RETRIES { Sent::Lost } else { Sent::Waiting };
                }
            }
        }
        Sent::All
    }

    /// Tells a last thing without waiting. For ends, where nothing could be done about a full mailbox; it may run while
    /// a thread unwinds.
    pub(crate) fn part(&self, last: M) {
        let _taken_or_lost_for_good = self.socket.try_send(last);
    }

    fn put(&mut self, frame: M) -> Sent {
        for older in self.waiting.iter_mut().rev() {
            match frame.replaces(older) {
                Replaces::It => {
                    *older = frame;
                    return Sent::Waiting;
                }
                Replaces::MaybeAnOlder => {}
                Replaces::Nothing => break,
            }
        }
        self.waiting.push_back(frame);
        if self.waiting.len() > self.most { Sent::Lost } else { Sent::Waiting }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame of a state, or one that must not be overtaken.
    #[derive(Message, Debug, Clone, PartialEq, Eq)]
    #[rtype(result = "()")]
    enum Word {
        State(u32),
        Fence,
        Note(u32),
    }

    impl Outgoing for Word {
        fn replaces(&self, older: &Self) -> Replaces {
            match (self, older) {
                (Self::State(_), Self::State(_)) => Replaces::It,
                (Self::State(_), Self::Note(_)) => Replaces::MaybeAnOlder,
                _ => Replaces::Nothing,
            }
        }
    }

    /// Never polled, like a socket that is stuck.
    struct Stuck;

    impl Actor for Stuck {
        type Context = Context<Self>;

        fn started(&mut self, ctx: &mut Self::Context) {
            ctx.set_mailbox_capacity(1);
            ctx.wait(std::future::pending::<()>().into_actor(self));
        }
    }

    impl Handler<Word> for Stuck {
        type Result = ();

        fn handle(&mut self, _: Word, _: &mut Self::Context) {}
    }

    async fn stuck() -> Outbox<Word> {
        let socket = Stuck.start();
        tokio::task::yield_now().await;
        let mut outbox = Outbox::with(SocketId(1), socket.recipient(), Claim::default(), 64, Arc::default());
        for _ in 0..100 {
            if outbox.send(Word::Fence) != Sent::All {
                return outbox;
            }
        }
        panic!("the mailbox has no end");
    }

    #[actix::test]
    async fn only_the_newest_state_waits_and_none_overtakes() {
        let mut outbox = stuck().await;
        for word in [Word::State(1), Word::Note(1), Word::State(2), Word::Fence, Word::State(3)] {
            assert_eq!(outbox.send(word), Sent::Waiting);
        }

        let waiting: Vec<_> = outbox.waiting.iter().skip(1).cloned().collect();

        assert_eq!(waiting, [Word::State(2), Word::Note(1), Word::Fence, Word::State(3)]);
    }

    #[actix::test]
    async fn a_socket_that_takes_nothing_is_lost_in_the_end() {
        let mut outbox = stuck().await;

        let taken = (0..100).take_while(|number| outbox.send(Word::Note(*number)) != Sent::Lost).count();
        let retried = (0..=MOST_RETRIES).take_while(|_| outbox.flush() == Sent::Waiting).count();

        // With the one that was refused at first.
        assert_eq!(taken, 64 - 1);
        assert_eq!(u32::try_from(retried), Ok(MOST_RETRIES));
    }
}
