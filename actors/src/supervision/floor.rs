//! The threads that actors live on.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use actix::prelude::*;

use crate::room::house::MediaHouse;

/// The threads of this process: those for sessions, lines and presences, and the media layer's own.
#[derive(Clone)]
pub(crate) struct Floor {
    control: Arc<[ArbiterHandle]>,
    /// Where control work goes if there is no thread of its own for it: where everything was started.
    home: ArbiterHandle,
    pub(crate) media: Arc<dyn MediaHouse>,
}

impl Floor {
    /// Starts `control` threads for control work; with 0 all of it stays on the thread that calls this.
    pub(crate) fn new(control: usize, media: Arc<dyn MediaHouse>) -> Self {
        let control = (0..control).map(|_| Arbiter::new().handle()).collect();
        Self { control, home: Arbiter::current(), media }
    }

    /// Where the actor with this key lives: the same key, the same thread.
    pub(crate) fn control_for(&self, key: &impl Hash) -> ArbiterHandle {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        let count = self.control.len().max(1) as u64;
        let index = usize::try_from(hasher.finish() % count).unwrap_or(0);
        self.control.get(index).unwrap_or(&self.home).clone()
    }

    /// Where the supervisor and its branches live: never together with what they watch, if there are threads at all.
    pub(crate) fn for_supervision(&self) -> ArbiterHandle {
        if self.control.is_empty() { self.home.clone() } else { Arbiter::new().handle() }
    }

    /// All threads that can be asked for a sign of life, with a name for each.
    pub(crate) fn named(&self) -> Vec<(String, ArbiterHandle)> {
        let control = self.control.iter().enumerate().map(|(at, handle)| (format!("control-{at}"), handle.clone()));
        let media = self.media.arbiters().into_iter().enumerate();
        control.chain(media.map(|(at, handle)| (format!("media-{at}"), handle))).collect()
    }

    /// Ends the threads for control work.
    pub(crate) fn stop(&self) {
        for arbiter in self.control.iter() {
            arbiter.stop();
        }
    }
}
