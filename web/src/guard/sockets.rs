//! How many sockets are open: in all, and from one address.
//!
//! Who is one too many gets a socket all the same, but only to be told so in words: a browser cannot read the answer to a
//! handshake that fails (HTML §9.3, "fail the WebSocket connection"), and would try again at once.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use okienko_actors::ProblemCode;
use tokio::sync::watch;

/// The sockets of this process. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Sockets {
    most: usize,
    most_per_address: usize,
    open: Arc<Mutex<Open>>,
    /// Whether all are to go.
    closing: watch::Sender<bool>,
}

/// Holds no more addresses than there are sockets: one without any is forgotten.
#[derive(Debug, Default)]
struct Open {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// Who opens a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Anybody.
    Anybody,
    /// A member of staff who is signed in. However many citizens come, the clerks who are to serve them get in.
    Staff,
}

/// A place among the open sockets, given back when it is dropped.
#[derive(Debug)]
pub struct Seat {
    household: IpAddr,
    open: Arc<Mutex<Open>>,
}

impl Sockets {
    /// Room for so many sockets, and for so many from one address.
    #[must_use]
    pub fn new(most: usize, most_per_address: usize) -> Self {
        Self { most, most_per_address, open: Arc::default(), closing: watch::Sender::new(false) }
    }

    /// Takes a place for one more socket from this household.
    ///
    /// # Errors
    /// [`ProblemCode::TooManySockets`] if the household has as many as one may have; [`ProblemCode::SocketsFull`] if all
    /// places are taken.
    pub fn take(&self, household: IpAddr, who: Who) -> Result<Seat, ProblemCode> {
        let mut open = lock(&self.open);
        let of_household = open.by_address.get(&household).copied().unwrap_or_default();
        if of_household >= self.most_per_address {
            return Err(ProblemCode::TooManySockets);
        }
        if who == Who::Anybody && open.all >= self.most {
            return Err(ProblemCode::SocketsFull);
        }
        open.all += 1;
        let _before = open.by_address.insert(household, of_household + 1);
        drop(open);
        Ok(Seat { household, open: Arc::clone(&self.open) })
    }

    /// Closes those that are open and those that will be: the server goes down.
    pub fn close(&self) {
        let _before = self.closing.send_replace(true);
    }

    /// Waits until all are to go.
    pub fn closed(&self) -> impl Future<Output = ()> + use<> + 'static {
        let mut closing = self.closing.subscribe();
        async move {
            // That its sender is gone says the same.
            let _closed_or_gone = closing.wait_for(|closing| *closing).await;
        }
    }

    /// How many are open.
    #[must_use]
    pub fn count(&self) -> usize {
        lock(&self.open).all
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = lock(&self.open);
        open.all = open.all.saturating_sub(1);
        match open.by_address.get_mut(&self.household) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(open.by_address.remove(&self.household)),
        }
    }
}

fn lock(open: &Mutex<Open>) -> MutexGuard<'_, Open> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    #[test]
    fn an_address_has_as_many_as_it_may_and_not_one_more() {
        let sockets = Sockets::new(100, 3);
        let mut seats: Vec<Seat> = (0..3).map(|_| sockets.take(from(1), Who::Anybody).unwrap()).collect();

        assert_eq!(sockets.take(from(1), Who::Anybody).unwrap_err(), ProblemCode::TooManySockets);
        assert_eq!(sockets.take(from(1), Who::Staff).unwrap_err(), ProblemCode::TooManySockets);
        let other = sockets.take(from(2), Who::Anybody).unwrap();

        drop(seats.pop());
        let again = sockets.take(from(1), Who::Anybody).unwrap();
        assert_eq!(sockets.count(), 4);
        drop((seats, other, again));
        assert_eq!(sockets.count(), 0);
        assert!(lock(&sockets.open).by_address.is_empty(), "addresses without sockets are forgotten");
    }

    #[test]
    fn when_all_places_are_taken_only_staff_get_in() {
        let sockets = Sockets::new(3, 100);
        let seats: Vec<Seat> = (1..=3).map(|last| sockets.take(from(last), Who::Anybody).unwrap()).collect();

        assert_eq!(sockets.take(from(4), Who::Anybody).unwrap_err(), ProblemCode::SocketsFull);
        let clerk = sockets.take(from(4), Who::Staff).unwrap();

        drop(seats);
        assert_eq!(sockets.count(), 1);
        drop(clerk);
    }
}
