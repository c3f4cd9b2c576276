//! Watches over what everything rests on, from a thread of its own, which rests on nothing: tells the service manager that
//! the process lives, and ends the process when nothing in it can mend what is wrong.

use std::sync::mpsc::channel;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use std::{io, process};

use okienko::store::Store;
use okienko_actors::Vitals;
use sd_notify::NotifyState;

/// The exit status of a process that ended itself because a part of it was gone (`sysexits.h`: EX_SOFTWARE).
pub const EX_SOFTWARE: i32 = 70;

/// How often is looked.
const LOOK: Duration = Duration::from_secs(1);

/// A look that comes so much later than it should means that the whole process stood still, and not a part of it: it was
/// stopped by a signal, or the machine slept.
const STOOD_STILL: Duration = Duration::from_secs(2);

/// How long the store has to write what waits before the process ends.
const LAST_WRITES: Duration = Duration::from_secs(5);

/// Watches until the process ends.
///
/// # Errors
/// If no thread can be had.
pub fn begin(vitals: Vitals, store: Store) -> io::Result<JoinHandle<()>> {
    thread::Builder::new().name("watchman".to_owned()).spawn(move || watch(&vitals, &store))
}

/// Tells the service manager that the server can be used.
pub fn tell_ready() {
    tell(NotifyState::Ready);
}

/// Tells the service manager that the server has begun to stop.
pub fn tell_stopping() {
    tell(NotifyState::Stopping);
}

fn watch(vitals: &Vitals, store: &Store) {
    // Twice in the time that the service manager allows, as it wishes (sd_watchdog_enabled(3)).
    let every = sd_notify::watchdog_enabled().map(|allowed| allowed / 2);
    let (mut looked_at, mut told_at) = (Instant::now(), None::<Instant>);
    let mut said_before = None::<String>;
    loop {
        // Nobody wakes this thread; it only rests here.
        thread::park_timeout(LOOK);
        let late = looked_at.elapsed().saturating_sub(LOOK);
        looked_at = Instant::now();
        if late >= STOOD_STILL {
            tracing::warn!(late_ms = late.as_millis(), "the whole process stood still");
            vitals.forgive();
        }
        // Said twice: the process may have been stopped just between this look's beginning and this line.
        let verdict = vitals.verdict();
        if let (Some(why), Some(_)) = (&verdict, &said_before) {
            end(why, store);
        }
        said_before = verdict;
        // Every part has answered: store, lines, media ports among them. Not by a free timer.
        let is_due = every.is_some_and(|every| told_at.is_none_or(|at| at.elapsed() + LOOK >= every));
        if is_due && vitals.silent().is_empty() {
            tell(NotifyState::Watchdog);
            told_at = Some(Instant::now());
        }
    }
}

/// Ends the process: what waits is written, if the store still can, and whoever runs the process starts it anew.
fn end(why: &str, store: &Store) -> ! {
    tracing::error!(why, status = EX_SOFTWARE, "nothing in this process can mend that: it ends");
    let (closed, waits) = channel::<()>();
    let store = store.clone();
    // A store whose thread is stuck never closes.
    let closing = thread::Builder::new().spawn(move || {
        store.close();
        drop(closed);
    });
    if closing.is_ok() {
        let _closed_or_given_up = waits.recv_timeout(LAST_WRITES);
    }
    process::exit(EX_SOFTWARE)
}

/// Tells the service manager, if there is one.
fn tell(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "the service manager cannot be told");
    }
}
