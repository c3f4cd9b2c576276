//! Sends residents to the office when the schedule says, whether or not it is ready for them.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep_until, timeout};

use super::stage::{Phase, Stage};
use crate::client::resident;
use crate::ledger::story::Story;
use crate::scenario::Process;
use crate::scenario::schedule::{self, Arrival};

/// All residents of a run.
pub(super) struct Residents {
    coming: JoinHandle<JoinSet<Story>>,
    planned: u64,
}

/// What came of all arrivals.
#[derive(Debug)]
pub struct Visits {
    /// How many the schedule asked for.
    pub planned: u64,
    /// Those who came.
    pub stories: Vec<Story>,
}

/// Begins to send residents.
pub(super) fn start(stage: &Arc<Stage>, seed: u64) -> Residents {
    let arrivals = schedule::arrivals(&stage.plan, seed);
    let planned = arrivals.len() as u64;
    let coming = tokio::spawn(send(Arc::clone(stage), arrivals));
    Residents { coming, planned }
}

async fn send(stage: Arc<Stage>, arrivals: Vec<Arrival>) -> JoinSet<Story> {
    let begin = stage.begin();
    let replaces = stage.plan.residents.arrivals.process == Process::Replace;
    let mut visits = JoinSet::new();
    for arrival in arrivals {
        let planned = begin + arrival.at;
        sleep_until(planned).await;
        stage.in_flight.fetch_add(1, Relaxed);
        let stage = Arc::clone(&stage);
        visits.spawn(async move {
            let mut arrival = arrival;
            let mut planned = planned;
            loop {
                let story = resident::visit(Arc::clone(&stage), arrival.clone(), planned).await;
                if !replaces || stage.phase_now() != Phase::Arriving {
                    stage.in_flight.fetch_sub(1, Relaxed);
                    return story;
                }
                stage.note_former(story);
                // The next one in this place is somebody else.
                arrival.number += NEXT;
                planned = Instant::now();
            }
        });
    }
    visits
}

/// By how much the numbers of those differ who come one after the other in the same place.
const NEXT: u64 = 1 << 20;

impl Residents {
    /// Waits until everybody has gone. Those who are left when nobody has gone for so long are stopped.
    pub(super) async fn finish(self, stage: &Stage, phase: &watch::Sender<Phase>, patience: Duration) -> Visits {
        let mut stories = Vec::new();
        let Ok(mut visits) = self.coming.await else { return Visits { planned: self.planned, stories } };
        loop {
            match timeout(patience, visits.join_next()).await {
                Ok(Some(story)) => stories.extend(story.ok()),
                Ok(None) => break,
                Err(_) => {
                    phase.send_replace(Phase::Over);
                }
            }
        }
        // Those who came in somebody's place were planned by their going.
        let former = stage.take_former();
        let planned = self.planned + former.len() as u64;
        stories.extend(former);
        Visits { planned, stories }
    }
}
