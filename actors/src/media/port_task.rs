//! The loop of one port: batch in, rooms work, batch out; and one sleep for all that is due later.

use std::cell::RefCell;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::time::Sleep;

use super::panics;
use super::port::MediaPort;
use super::socket::{Link, Receiver};
use crate::supervision::RestartBudget;

/// Batches of one turn. Then the actors of this thread have theirs; with 32 runs in a batch a turn stays under 8 ms.
const BATCHES: usize = 4;
/// Rest after a panic of the port itself, so that one that repeats does not burn the processor.
const REST: Duration = Duration::from_millis(100);

/// The task that runs a port. It ends with its thread.
pub(super) struct PortTask {
    port: Rc<RefCell<MediaPort>>,
    receiver: Receiver,
    /// The same socket once more, to go on with after a panic.
    spare: std::net::UdpSocket,
    ipv6: bool,
    sleep: Pin<Box<Sleep>>,
    armed: Option<Instant>,
    is_resting: bool,
    /// How often it may die: what is wrong with a port that does so again and again is wrong with the process.
    budget: RestartBudget,
}

impl PortTask {
    pub(super) fn new(port: Rc<RefCell<MediaPort>>, spare: std::net::UdpSocket, ipv6: bool) -> Self {
        Self {
            port,
            receiver: Receiver::new(),
            spare,
            ipv6,
            sleep: Box::pin(tokio::time::sleep(Duration::ZERO)),
            armed: None,
            is_resting: false,
            budget: RestartBudget::default(),
        }
    }

    fn turn(&mut self, cx: &mut Context<'_>) {
        let port = Rc::clone(&self.port);
        let mut port = port.borrow_mut();
        port.set_waker(cx.waker());
        port.answer_sounding();
        let link = port.link();
        let mut batches = 0;
        while link.socket().poll_recv_ready(cx).is_ready() {
            match self.receiver.receive(&link, |datagram| port.sort(datagram)) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
                // Others report a datagram that somebody did not take; the socket itself goes on.
                Ok(_) | Err(_) => {}
            }
            port.work();
            port.send();
            batches += 1;
            if batches == BATCHES {
                cx.waker().wake_by_ref();
                break;
            }
        }
        self.serve_timers(&mut port, cx);
        while !port.send() && link.socket().poll_send_ready(cx).is_ready() {}
        port.count_held();
    }

    fn serve_timers(&mut self, port: &mut MediaPort, cx: &mut Context<'_>) {
        loop {
            port.work_timers();
            let Some(next) = port.next_deadline() else { return };
            // Moving the sleep only forward spares most of its resets; it then comes up early and is moved back.
            if self.armed.is_none_or(|armed| next < armed) {
                self.sleep.as_mut().reset(next.into());
                self.armed = Some(next);
            }
            if self.sleep.as_mut().poll(cx).is_pending() {
                return;
            }
            self.armed = None;
        }
    }

    /// After a panic of the port itself: all its rooms are told, and it goes on with a second handle of its socket.
    fn recover(&mut self, reason: &str, cx: &mut Context<'_>) {
        let link = self.spare.try_clone().and_then(|socket| Link::new(socket, self.ipv6));
        if let Err(error) = &link {
            tracing::error!(error = %error, "the media port cannot reopen its socket and keeps the old one");
        }
        let restarted = catch_unwind(AssertUnwindSafe(|| self.port.borrow_mut().start_over(link.ok(), reason)));
        if restarted.is_err() {
            tracing::error!("the media port could not end all its rooms");
        }
        if !self.budget.spend(Instant::now())
            && let Ok(port) = self.port.try_borrow()
        {
            port.give_up();
        }
        self.receiver = Receiver::new();
        self.is_resting = true;
        self.sleep.as_mut().reset((Instant::now() + REST).into());
        self.armed = None;
        self.rest(cx);
    }

    /// Returns whether the rest is over.
    fn rest(&mut self, cx: &mut Context<'_>) -> bool {
        self.is_resting = self.is_resting && self.sleep.as_mut().poll(cx).is_pending();
        !self.is_resting
    }
}

impl Future for PortTask {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let task = self.get_mut();
        if task.rest(cx)
            && let Err(panicked) = catch_unwind(AssertUnwindSafe(|| task.turn(cx)))
        {
            task.recover(panics::told(&*panicked), cx);
        }
        Poll::Pending
    }
}
