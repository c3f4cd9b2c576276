//! Who is connected at this moment, and who is awaited after a fault.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

/// A client: residents and clerks are numbered apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Client {
    /// A resident.
    Resident(u64),
    /// A clerk.
    Clerk(usize),
}

/// Everybody who is there.
#[derive(Debug, Default)]
pub struct Board {
    inner: Mutex<Inner>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Inner {
    open: HashSet<Client>,
    alive: HashSet<Client>,
    /// Who was there at the last fault and has not come back since.
    awaited_open: HashSet<Client>,
    awaited_alive: HashSet<Client>,
}

impl fmt::Display for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Resident(number) => write!(f, "resident {number}"),
            Self::Clerk(number) => write!(f, "clerk {number}"),
        }
    }
}

impl Inner {
    /// Who has not come back since the last fault.
    fn missing(&self) -> Vec<String> {
        let states = self.awaited_open.iter().map(|client| format!("{client} knows nothing of their state"));
        let media = self.awaited_alive.iter().map(|client| format!("{client} has no media"));
        states.chain(media).collect()
    }
}

impl Board {
    /// A client's connection is open and its state known.
    pub fn opened(&self, client: Client) {
        self.with(|inner| {
            inner.open.insert(client);
            inner.awaited_open.remove(&client);
        });
    }

    /// A client's connection is lost.
    pub fn lost(&self, client: Client) {
        self.with(|inner| inner.open.remove(&client));
    }

    /// A client's call has media.
    pub fn media_alive(&self, client: Client) {
        self.with(|inner| {
            inner.alive.insert(client);
            inner.awaited_alive.remove(&client);
        });
    }

    /// A client is in no call any more.
    pub fn call_over(&self, client: Client) {
        self.with(|inner| {
            inner.alive.remove(&client);
            inner.awaited_alive.remove(&client);
        });
    }

    /// A client has gone for good.
    pub fn gone(&self, client: Client) {
        self.with(|inner| {
            inner.open.remove(&client);
            inner.awaited_open.remove(&client);
        });
        self.call_over(client);
    }

    /// A fault breaks everything: whoever is there now is awaited.
    pub fn fault(&self) {
        self.with(|inner| {
            inner.awaited_open = inner.open.clone();
            inner.awaited_alive = inner.alive.clone();
            inner.alive.clear();
        });
    }

    /// How many connections are open, and how many ends of calls have media.
    #[must_use]
    pub fn present(&self) -> (usize, usize) {
        self.look(|inner| (inner.open.len(), inner.alive.len()))
    }

    /// Waits until everybody is back or gone, or the patience ends. Gives who is missing then, in words.
    pub async fn all_back(&self, patience: Duration) -> Vec<String> {
        let back = async {
            loop {
                let changed = self.changed.notified();
                if self.look(|inner| inner.awaited_open.is_empty() && inner.awaited_alive.is_empty()) {
                    return;
                }
                changed.await;
            }
        };
        match tokio::time::timeout(patience, back).await {
            Ok(()) => Vec::new(),
            Err(_) => self.look(Inner::missing),
        }
    }

    fn look<T>(&self, act: impl FnOnce(&Inner) -> T) -> T {
        act(&self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn with<T>(&self, act: impl FnOnce(&mut Inner) -> T) -> T {
        let done = act(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_waiters();
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_was_there_is_awaited_until_back_or_gone() {
        let (board, patience) = (Board::default(), Duration::from_secs(5));
        let (one, two, clerk) = (Client::Resident(1), Client::Resident(2), Client::Clerk(1));
        for client in [one, two, clerk] {
            board.opened(client);
        }
        board.media_alive(one);
        board.media_alive(clerk);

        board.fault();

        assert_eq!(board.present(), (3, 0));
        assert_eq!(board.all_back(Duration::ZERO).await.len(), 5);
        for client in [one, clerk] {
            board.lost(client);
            board.opened(client);
            board.media_alive(client);
        }
        assert_eq!(board.all_back(Duration::ZERO).await, ["resident 2 knows nothing of their state"]);
        board.gone(two);
        assert!(board.all_back(patience).await.is_empty());
    }
}
