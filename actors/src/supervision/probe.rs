//! Signs of life: how an actor that lives but answers nothing is told from one that works.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use actix::prelude::*;
use okienko::failures::Fault;

/// How often an actor gives signs of life while it holds its mailbox.
const BEAT: Duration = Duration::from_secs(1);

/// Counts the signs of life of one actor. Clones count the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pulse(Arc<AtomicU64>);

impl Pulse {
    /// Gives a sign of life. An actor that has good reason to hold its mailbox gives them meanwhile.
    pub(crate) fn beat(&self) {
        self.0.fetch_add(1, Relaxed);
    }

    /// Awaits something that may take long, and gives signs of life meanwhile.
    pub(crate) async fn during<T>(&self, future: impl Future<Output = T>) -> T {
        let mut future = std::pin::pin!(future);
        let mut due = tokio::time::interval(BEAT);
        loop {
            tokio::select! {
                output = &mut future => return output,
                _ = due.tick() => self.beat(),
            }
        }
    }

    /// How many there were.
    pub(crate) fn count(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

/// Asks an actor for a sign of life. It comes through the mailbox, as everything else does.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Probe(pub(crate) Pulse);

impl Probe {
    /// Gives the sign.
    pub(crate) fn answer(&self) {
        self.0.beat();
    }
}

/// Lets an actor suffer what it was made to: to hang holds its mailbox for ever, as a lost future in `ctx.wait` would.
pub(crate) fn suffer<A: Actor<Context = Context<A>>>(fault: Fault, ctx: &mut Context<A>) {
    match fault {
        Fault::Hang => ctx.wait(actix::fut::wrap_future(std::future::pending::<()>())),
        Fault::EndThread => {
            let _ends = Arbiter::current().stop();
        }
        _ => {}
    }
}
