//! The media arbiters: one thread and one UDP port each.

use std::cell::RefCell;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::UdpSocket;
use std::rc::Rc;
use std::sync::Arc;

use actix_rt::{Arbiter, ArbiterHandle};
use okienko::ids::CallId;

use super::addresses::Addresses;
use super::panics;
use super::port::{MediaPort, here, settle_here};
use super::port_task::PortTask;
use super::settings::{MediaError, MediaSettings};
use super::socket::{self, Link};
use super::tally::{Count, MediaCounters, Tally};

/// All media arbiters of this process. Cheap to clone; the last clone stops the threads when it is dropped.
#[derive(Debug, Clone)]
pub struct MediaPool(Arc<Vec<MediaArbiter>>);

#[derive(Debug)]
struct MediaArbiter {
    handle: ArbiterHandle,
    port: u16,
    tally: Arc<Tally>,
}

impl MediaPool {
    /// Opens the ports and starts the threads. Needs a running actix system.
    ///
    /// # Errors
    /// [`MediaError::Bind`] names the port that is taken; [`MediaError::Arbiters`] when the ports do not fit;
    /// [`MediaError::Thread`] when a thread cannot be started.
    pub fn start(settings: MediaSettings) -> Result<Self, MediaError> {
        let (port, arbiters) = (settings.udp_port, settings.arbiters);
        let highest = u16::try_from(arbiters.saturating_sub(1)).ok().and_then(|more| port.checked_add(more));
        if arbiters == 0 || highest.is_none() {
            return Err(MediaError::Arbiters { port, arbiters });
        }
        // All ports before any thread: a port that is taken leaves nothing running.
        let mut sockets = Vec::with_capacity(arbiters);
        for number in 0..u16::try_from(arbiters).unwrap_or(u16::MAX) {
            let wanted = if port == 0 { 0 } else { port + number };
            let opened =
                socket::bind(wanted).and_then(|(socket, ipv6)| Ok((socket.local_addr()?.port(), socket, ipv6)));
            sockets.push(opened.map_err(|source| MediaError::Bind { port: wanted, source })?);
        }
        panics::install_hook();
        let settings = Arc::new(settings);
        let started = sockets.into_iter().map(|(bound, socket, ipv6)| {
            let arbiter = Arbiter::try_new().map_err(MediaError::Thread)?;
            let tally = Arc::new(Tally::default());
            let addresses = Addresses::new(&settings, bound, ipv6);
            let (for_port, counts) = (Arc::clone(&settings), Arc::clone(&tally));
            arbiter.spawn_fn(move || serve(socket, ipv6, addresses, for_port, counts));
            Ok(MediaArbiter { handle: arbiter.handle(), port: bound, tally })
        });
        Ok(Self(Arc::new(started.collect::<Result<_, MediaError>>()?)))
    }

    /// Where the Room of this call must be started: the arbiter with the fewest rooms; among equals the call decides.
    #[must_use]
    pub fn arbiter_for(&self, call: CallId) -> ArbiterHandle {
        let mut hasher = DefaultHasher::new();
        call.hash(&mut hasher);
        let turn = usize::try_from(hasher.finish() % self.0.len().max(1) as u64).unwrap_or(0);
        let in_turn = self.0.iter().cycle().skip(turn).take(self.0.len());
        match in_turn.min_by_key(|arbiter| arbiter.tally.get(Count::Rooms)) {
            Some(arbiter) => arbiter.handle.clone(),
            // A pool has one arbiter at least.
            None => Arbiter::current(),
        }
    }

    /// The arbiters, in their order.
    #[must_use]
    pub fn arbiters(&self) -> Vec<ArbiterHandle> {
        self.0.iter().map(|arbiter| arbiter.handle.clone()).collect()
    }

    /// Lets the port of arbiter number `at` give a sign of life out of its own loop.
    pub fn sound(&self, at: usize, heard: Box<dyn FnOnce() + Send>) {
        let Some(arbiter) = self.0.get(at) else { return };
        let ask = move || {
            if let Some(port) = here() {
                port.borrow_mut().sound(heard);
            }
        };
        // A thread that is gone gives none.
        let _told_by_its_silence = arbiter.handle.spawn_fn(ask);
    }

    /// The UDP ports, in the arbiters' order.
    #[must_use]
    pub fn local_ports(&self) -> Vec<u16> {
        self.0.iter().map(|arbiter| arbiter.port).collect()
    }

    /// What was done and is held, over all arbiters.
    #[must_use]
    pub fn counters(&self) -> MediaCounters {
        let mut counters = MediaCounters::default();
        self.0.iter().for_each(|arbiter| counters.include(&arbiter.tally));
        counters
    }
}

impl Drop for MediaArbiter {
    fn drop(&mut self) {
        self.handle.stop();
    }
}

/// Makes the present thread a media thread and serves its port.
fn serve(socket: UdpSocket, ipv6: bool, addresses: Addresses, settings: Arc<MediaSettings>, tally: Arc<Tally>) {
    panics::mark_thread();
    let opened = socket.try_clone().and_then(|spare| Ok((Link::new(socket, ipv6)?, spare)));
    let (link, spare) = match opened {
        Ok(opened) => opened,
        Err(error) => return tracing::error!(error = %error, "a media port cannot be served"),
    };
    let port = Rc::new(RefCell::new(MediaPort::new(link, addresses, settings, tally)));
    settle_here(Rc::clone(&port));
    actix_rt::spawn(PortTask::new(port, spare, ipv6));
}
