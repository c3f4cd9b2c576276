//! A resident: comes when the schedule says, takes a ticket, waits, accepts, talks and goes. What they saw is their
//! [`Story`].

use std::sync::Arc;
use std::time::Duration;

use okienko::ids::CallId;
use okienko::wire::{CitizenCommand, CitizenFrame, OfferKind, ProblemView, TicketView};
use rand::RngExt;
use rand::rngs::StdRng;
use tokio::time::{Instant, sleep_until};

use super::leg::{Leg, LegEvent};
use super::link::{Heard, Link};
use super::sides::Citizen;
use crate::ledger::story::{Accept, Gap, Promise, Seen, Sight, Story};
use crate::measure::names::Latency;
use crate::run::board::Client;
use crate::run::stage::{Phase, Stage};
use crate::scenario::schedule::{Arrival, Person, chance_of};
use crate::target::office::SITE;

/// How long somebody waits before they try a page again that did not load.
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// Refusals that belong to the course of things: the command came too late for the state that it was meant for.
const EXPECTED: [&str; 6] =
    ["invitation-over", "wrong-state", "ticket-gone", "offer-outdated", "not-in-call", "no-more-time"];

/// A refusal of the joining itself; none of them is a promise.
const REFUSED_JOIN: [&str; 5] = ["line-full", "too-late", "line-closed", "nobody-on-duty", "busy"];

/// One resident on their way.
pub struct Resident {
    stage: Arc<Stage>,
    client: Client,
    rng: StdRng,
    link: Link<Citizen>,
    story: Story,
    leg: Option<Leg>,
    /// The key of the command to join, until it is answered.
    joining: Option<String>,
    /// The call that they will accept, and when.
    accept_at: Option<(CallId, Instant)>,
    /// When they hang up, if it is they who do.
    hang_up_at: Option<Instant>,
    leave_at: Option<Instant>,
    /// The key of the command to leave the line.
    leaving: Option<String>,
    /// What was told last.
    now: Option<Seen>,
    is_over: bool,
}

/// A resident's whole visit.
pub async fn visit(stage: Arc<Stage>, arrival: Arrival, planned: Instant) -> Story {
    let mut rng = chance_of(stage.seed, arrival.number);
    let person = Person::draw(&stage.plan.residents, &mut rng);
    stage.note_lateness(planned);
    let begun = Instant::now();
    let story = Story::new(arrival.number, &person, planned, begun);
    let Some(cookie) = begin_session(&stage, &person).await else { return story };
    let link = Link::open(&stage.http, &cookie, rng.random(), Arc::clone(&stage.tally));
    let client = Client::Resident(arrival.number);
    let leave_at = person.patience.map(|patience| planned + patience);
    let mut resident = Resident {
        stage: Arc::clone(&stage),
        client,
        rng,
        link,
        story,
        leg: None,
        joining: None,
        accept_at: None,
        hang_up_at: None,
        leave_at,
        leaving: None,
        now: None,
        is_over: false,
    };
    resident.join(person);
    resident.live().await;
    stage.board.gone(client);
    resident.part().await
}

/// Loads the page: again and again while the server is away, until the run closes.
async fn begin_session(stage: &Stage, person: &Person) -> Option<String> {
    loop {
        let asked = Instant::now();
        match stage.http.begin_session(SITE, &person.language).await {
            Ok(cookie) => {
                stage.recorder.note(Latency::Session, asked.elapsed());
                return Some(cookie);
            }
            Err(error) if error.may_pass() && stage.phase_now() < Phase::Closing => {
                tokio::time::sleep(TRY_AGAIN).await;
            }
            Err(error) => {
                stage.tally.note_problem(&error.to_string());
                return None;
            }
        }
    }
}

impl Resident {
    fn join(&mut self, person: Person) {
        let Person { language, mode, .. } = person;
        self.story.asked = Some(Instant::now());
        let key = self.link.send(CitizenCommand::Join {
            matter: self.stage.offer.matter,
            mode,
            needs: Vec::new(),
            language,
            name: None,
            notice: self.stage.offer.notice.clone(),
            ready: None,
        });
        self.joining = Some(key);
    }

    async fn live(&mut self) {
        let mut phase = self.stage.phase.clone();
        while !self.is_over && self.stage.phase_now() < Phase::Over {
            let timer = [self.accept_at.map(|(_, at)| at), self.hang_up_at, self.leave_at].into_iter().flatten().min();
            let leg = async {
                match &mut self.leg {
                    Some(leg) => leg.next().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                heard = self.link.next() => match heard {
                    Some((at, heard)) => self.hear(at, heard).await,
                    None => return,
                },
                event = leg => self.follow(event).await,
                () = sleep_until(timer.unwrap_or_else(Instant::now)), if timer.is_some() => self.act(),
                changed = phase.changed() => {
                    // Without a phase there is no run any more.
                    if changed.is_err() {
                        return;
                    }
                    if *phase.borrow_and_update() == Phase::Closing {
                        self.leave();
                    }
                }
            }
        }
    }

    async fn hear(&mut self, at: Instant, heard: Heard<CitizenFrame>) {
        match heard {
            Heard::Open => {}
            Heard::Lost => {
                self.story.gaps.push(Gap { from: at, until: None });
                self.stage.board.lost(self.client);
            }
            Heard::Done(key) => {
                if self.joining.as_ref() == Some(&key) {
                    self.joining = None;
                    self.story.acked = Some(at);
                }
            }
            Heard::Refused(problem) => self.refused(&problem),
            Heard::Closed(_) => self.is_over = true,
            Heard::Frame(frame) => self.obey(at, frame).await,
        }
    }

    fn refused(&mut self, problem: &ProblemView) {
        let is_join = problem.key.is_some() && problem.key == self.joining;
        if is_join && REFUSED_JOIN.contains(&problem.code.as_str()) {
            self.story.refused = Some(problem.code.clone());
            self.is_over = true;
            self.link.close();
            return;
        }
        if problem.key.is_some() && problem.key == self.leaving {
            // They press once more, as the words say.
            self.leaving = None;
            self.leave_at = problem.retry_after_s.map(|after_s| Instant::now() + Duration::from_secs(after_s.into()));
        }
        let is_passing = problem.retry_after_s.is_some() || EXPECTED.contains(&problem.code.as_str());
        if !is_passing {
            self.stage.tally.note_problem(&problem.code);
        }
    }

    async fn obey(&mut self, at: Instant, frame: CitizenFrame) {
        match frame {
            CitizenFrame::Idle => self.told(at),
            CitizenFrame::Waiting { ticket, place, .. } => self.see(at, &ticket, Seen::Waiting(place)).await,
            CitizenFrame::Called { ticket, call, .. } => {
                self.see(at, &ticket, Seen::Called(call)).await;
                self.invited(at, call);
            }
            CitizenFrame::Deferred { ticket, .. } => {
                self.see(at, &ticket, Seen::Deferred).await;
                self.link.send(CitizenCommand::Here);
            }
            CitizenFrame::Missed { ticket, .. } => {
                self.see(at, &ticket, Seen::Missed).await;
                // They come back, and answer this time.
                self.link.send(CitizenCommand::Return);
            }
            CitizenFrame::InCall { ticket, view } => {
                self.see(at, &ticket, Seen::InCall(view.call)).await;
                self.enter(view.call);
            }
            CitizenFrame::RoomReady { call, generation } => self.room_ready(call, generation).await,
            CitizenFrame::Answer { call, generation, sdp, .. } => {
                if let Some(leg) = &self.leg
                    && let Err(error) = leg.answer(call, generation, &sdp).await
                {
                    self.stage.tally.note_problem(&error.to_string());
                }
            }
            CitizenFrame::Ended { ticket, reason, .. } => {
                self.see(at, &ticket, Seen::Ended(reason)).await;
                self.is_over = true;
                self.link.close();
            }
            _ => {}
        }
    }

    /// The server said where everything is: after a loss, the gap is over.
    fn told(&mut self, at: Instant) {
        if let Some(gap) = self.story.gaps.last_mut().filter(|gap| gap.until.is_none()) {
            gap.until = Some(at);
        }
        self.stage.board.opened(self.client);
    }

    async fn see(&mut self, at: Instant, ticket: &TicketView, seen: Seen) {
        self.told(at);
        if self.story.promise.is_none() {
            let TicketView { id, number, joined_at, .. } = ticket;
            let promise = Promise { at, ticket: *id, number: number.clone(), joined_at: *joined_at };
            self.story.promise = Some(promise);
            self.stage.recorder.note(Latency::Join, at.saturating_duration_since(self.story.planned));
            self.stage.recorder.note(Latency::JoinService, at.saturating_duration_since(self.story.begun));
            if self.story.left.is_some() {
                // They wanted to go before they had a ticket to give back.
                self.leaving = Some(self.link.send(CitizenCommand::Leave));
            }
        }
        if self.now != Some(seen) {
            self.story.sights.push(Sight { at, ticket: ticket.id, joined_at: ticket.joined_at, seen });
            self.now = Some(seen);
        }
        let call = match seen {
            Seen::InCall(call) => Some(call),
            _ => None,
        };
        if self.leg.as_ref().is_some_and(|leg| Some(leg.call()) != call) {
            self.leave_call().await;
        }
    }

    fn invited(&mut self, at: Instant, call: CallId) {
        let residents = &self.stage.plan.residents;
        let knows = self.accept_at.is_some_and(|(known, _)| known == call)
            || self.story.accepts.iter().any(|accept| accept.call == call);
        // After a missed call nobody is absent: they are there and press "Wracam do kolejki".
        let is_first = !self.story.sights.iter().any(|sight| sight.seen == Seen::Missed);
        if knows {
            return;
        }
        let is_absent = is_first && self.rng.random_bool(residents.absent);
        if !is_absent {
            self.accept_at = Some((call, at + residents.accept.sample(&mut self.rng)));
        }
    }

    /// Something that was planned is due.
    fn act(&mut self) {
        let now = Instant::now();
        if let Some((call, planned)) = self.accept_at.filter(|(_, at)| *at <= now) {
            self.accept_at = None;
            if self.now == Some(Seen::Called(call)) {
                self.stage.note_lateness(planned);
                self.link.send(CitizenCommand::Accept);
                self.story.accepts.push(Accept { call, planned, sent: Instant::now() });
            }
        }
        if self.hang_up_at.is_some_and(|at| at <= now) {
            self.hang_up_at = None;
            self.hang_up();
        }
        if self.leave_at.is_some_and(|at| at <= now) {
            self.leave_at = None;
            if matches!(self.now, Some(Seen::Waiting(_))) {
                self.leave();
            }
        }
    }

    fn enter(&mut self, call: CallId) {
        self.accept_at = None;
        self.leave_at = None;
        if self.leg.is_none() {
            self.leg = Some(Leg::new(&self.stage, call, &mut self.rng));
            if self.rng.random_bool(self.stage.plan.residents.hang_up) {
                // A little less than the clerk, who would hang up first otherwise.
                let talk = self.stage.plan.clerks.talk.sample(&mut self.rng);
                self.hang_up_at = Some(Instant::now() + talk.mul_f64(0.8));
            }
            if self.stage.phase_now() >= Phase::Closing {
                self.hang_up();
            }
        }
    }

    async fn room_ready(&mut self, call: CallId, generation: u32) {
        let Some(leg) = self.leg.as_mut().filter(|leg| leg.call() == call) else { return };
        match leg.room_ready(generation).await {
            Ok(Some(sdp)) => {
                self.link.send_now(CitizenCommand::Media { microphone: true, camera: true });
                self.link.send_now(CitizenCommand::Offer { call, generation, kind: OfferKind::Fresh, sdp });
            }
            Ok(None) => {}
            Err(error) => self.stage.tally.note_problem(&error.to_string()),
        }
    }

    async fn follow(&mut self, event: LegEvent) {
        match event {
            LegEvent::Alive => self.stage.board.media_alive(self.client),
            LegEvent::Renew => {
                if let Some((call, generation)) = self.leg.as_ref().map(|leg| (leg.call(), leg.generation())) {
                    self.room_ready(call, generation).await;
                }
            }
        }
    }

    /// Goes: out of the line, or out of the call.
    fn leave(&mut self) {
        self.story.left = Some(Instant::now());
        if matches!(self.now, Some(Seen::InCall(_))) {
            self.hang_up();
        } else {
            self.leaving = Some(self.link.send(CitizenCommand::Leave));
        }
    }

    fn hang_up(&mut self) {
        if let Some(leg) = &self.leg {
            self.story.hung_up = Some((leg.call(), Instant::now()));
            self.link.send(CitizenCommand::HangUp);
        }
    }

    async fn leave_call(&mut self) {
        self.hang_up_at = None;
        if let Some(leg) = self.leg.take() {
            self.stage.board.call_over(self.client);
            self.story.calls.push(leg.end().await);
        }
    }

    async fn part(mut self) -> Story {
        self.leave_call().await;
        self.story
    }
}

impl Story {
    fn new(number: u64, person: &Person, planned: Instant, begun: Instant) -> Self {
        Self {
            number,
            planned,
            begun,
            language: person.language.clone(),
            mode: person.mode,
            asked: None,
            acked: None,
            refused: None,
            promise: None,
            sights: Vec::new(),
            left: None,
            accepts: Vec::new(),
            hung_up: None,
            gaps: Vec::new(),
            calls: Vec::new(),
        }
    }
}
