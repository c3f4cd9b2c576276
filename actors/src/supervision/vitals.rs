//! What everything rests on: if one of these is gone, or stands still, nothing in the process can mend it, and whoever
//! runs the process ends it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How long a part may owe a sign of life. Far longer than anything takes on a busy machine, and shorter than a service
/// manager waits.
const SILENT_FOR: Duration = Duration::from_secs(10);

/// A part of the process on which everything rests.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// The supervisor, which asks all others.
    Supervisor,
    /// The branch of one kind of children.
    Branch(&'static str),
    /// A thread, by its name.
    Thread(String),
    /// The loop of a media thread's port, by the thread's name.
    Loop(String),
    /// The store's threads. A database that does not answer is no reason to end calls, so its silence alone is none.
    Store,
    /// One child of this kind at least, if there are any. Children that hang are built anew, so that their silence alone
    /// is no reason either.
    Children(&'static str),
}

impl Part {
    const fn ends_the_process(&self) -> bool {
        !matches!(self, Self::Store | Self::Children(_))
    }

    fn name(&self) -> String {
        match self {
            Self::Supervisor => "supervisor".to_owned(),
            Self::Branch(kind) => format!("branch of {kind}s"),
            Self::Thread(name) => name.clone(),
            Self::Loop(name) => format!("port of {name}"),
            Self::Store => "store".to_owned(),
            Self::Children(kind) => format!("{kind}s"),
        }
    }
}

/// When each part gave its last sign of life. Cheap to clone, usable on any thread, and never held for long.
#[derive(Debug, Clone)]
pub struct Vitals(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    heard: BTreeMap<Part, Instant>,
    lost: Option<Part>,
    is_over: bool,
}

impl Vitals {
    pub(crate) fn new() -> Self {
        let heard = BTreeMap::from([(Part::Supervisor, Instant::now())]);
        Self(Arc::new(Mutex::new(Inner { heard, lost: None, is_over: false })))
    }

    /// A part gives a sign of life.
    pub(crate) fn hear(&self, part: Part) {
        self.inner().heard.insert(part, Instant::now());
    }

    /// From now on this part owes signs of life.
    pub(crate) fn expect(&self, part: Part) {
        self.inner().heard.entry(part).or_insert_with(Instant::now);
    }

    /// A part is gone for good.
    pub(crate) fn lose(&self, part: Part) {
        let mut inner = self.inner();
        if !inner.is_over && inner.lost.is_none() {
            tracing::error!(part = part.name(), "a part is gone on which everything rests");
            inner.lost = Some(part);
        }
    }

    /// The orderly end has begun to take parts down: nothing is missed from here on.
    pub(crate) fn end(&self) {
        self.inner().is_over = true;
    }

    /// Which parts owe a sign of life, by name.
    #[must_use]
    pub fn silent(&self) -> Vec<String> {
        let inner = self.inner();
        inner.silent().map(Part::name).collect()
    }

    /// Why the process has to end; None if it need not.
    #[must_use]
    pub fn verdict(&self) -> Option<String> {
        let inner = self.inner();
        if inner.is_over {
            return None;
        }
        if let Some(part) = &inner.lost {
            return Some(format!("{} is gone", part.name()));
        }
        let silent: Vec<String> = inner.silent().filter(|part| part.ends_the_process()).map(Part::name).collect();
        (!silent.is_empty()).then(|| format!("{} did not answer", silent.join(", ")))
    }

    /// Lets everybody begin anew to owe signs of life: after the whole process stood still, as when it was stopped, or
    /// the machine slept.
    pub fn forgive(&self) {
        let now = Instant::now();
        self.inner().heard.values_mut().for_each(|heard| *heard = now);
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // Nothing in here can be left half-done by a panic: each change is one assignment.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Those who owe a sign. Without the supervisor nobody asks the others.
    fn silent(&self) -> impl Iterator<Item = &Part> {
        let is_silent = |heard: &Instant| heard.elapsed() >= SILENT_FOR;
        let nobody_asks = self.heard.get(&Part::Supervisor).is_some_and(is_silent);
        let owing = self.heard.iter().filter(move |(_, heard)| is_silent(heard)).map(|(part, _)| part);
        owing.filter(move |part| !nobody_asks || **part == Part::Supervisor)
    }
}

/// Tells when the actor that owns it is gone, however that comes.
pub(crate) struct Keystone {
    vitals: Vitals,
    part: Part,
}

impl Keystone {
    pub(crate) const fn new(vitals: Vitals, part: Part) -> Self {
        Self { vitals, part }
    }

    /// The actor gives a sign of life.
    pub(crate) fn hear(&self) {
        self.vitals.hear(self.part.clone());
    }
}

impl Drop for Keystone {
    fn drop(&mut self) {
        self.vitals.lose(self.part.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix::test]
    async fn whoever_is_silent_for_too_long_is_named() {
        tokio::time::pause();
        let vitals = Vitals::new();
        for part in [Part::Branch("room"), Part::Store] {
            vitals.expect(part);
        }

        tokio::time::advance(SILENT_FOR).await;
        let nobody_asks = vitals.silent();
        vitals.hear(Part::Supervisor);
        let silent = vitals.silent();
        vitals.hear(Part::Branch("room"));

        assert_eq!(nobody_asks, ["supervisor"]);
        assert_eq!(silent, ["branch of rooms", "store"]);
        // A database that hangs cuts no calls.
        assert_eq!((vitals.silent(), vitals.verdict()), (vec!["store".to_owned()], None));
    }

    #[actix::test]
    async fn what_is_gone_is_told_at_once_and_an_orderly_end_is_no_loss() {
        let vitals = Vitals::new();

        drop(Keystone::new(vitals.clone(), Part::Branch("queue")));
        let verdict = vitals.verdict();
        let other = Vitals::new();
        other.end();
        drop(Keystone::new(other.clone(), Part::Supervisor));

        assert_eq!(verdict.as_deref(), Some("branch of queues is gone"));
        assert_eq!(other.verdict(), None);
    }

    #[actix::test]
    async fn a_process_that_stood_still_is_forgiven() {
        tokio::time::pause();
        let vitals = Vitals::new();
        vitals.expect(Part::Thread("control-0".to_owned()));

        tokio::time::advance(SILENT_FOR * 4).await;
        let before = vitals.verdict();
        vitals.forgive();

        assert_eq!((before.is_some(), vitals.verdict()), (true, None));
    }
}
