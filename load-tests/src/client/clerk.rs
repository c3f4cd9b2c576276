//! A clerk: signs in, calls the next person when somebody waits, talks, writes notes, and goes on. What they saw is their
//! [`Shift`].

use std::sync::Arc;
use std::time::Duration;

use okienko::ids::{CallId, TicketId};
use okienko::wire::{DeskCommand, DeskFrame, LineRow, OfferKind, PresenceView, ProblemView, WishedState};
use rand::RngExt;
use rand::rngs::StdRng;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until};

use super::http::HttpError;
use super::leg::{Leg, LegEvent};
use super::link::{Heard, Link};
use super::sides::Desk;
use crate::ledger::story::{Gap, Press, Shift};
use crate::run::board::Client;
use crate::run::stage::{Phase, Stage};
use crate::scenario::MediaKind;
use crate::scenario::schedule::chance_of;
use crate::target::office::Account;

/// Refusals that belong to the course of things: somebody else was faster, or the state was another by then.
const EXPECTED: [&str; 8] = [
    "nobody-waits",
    "ticket-taken",
    "ticket-gone",
    "ticket-deferred",
    "wrong-state",
    "offer-outdated",
    "not-in-call",
    "invitation-over",
];

/// How long a call may take to get its media before the clerk gives it up. The server does so after a minute itself.
const ALIVE_MOST: Duration = Duration::from_secs(50);

/// How often a clerk who wants to hang up looks whether the other side is back.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// Clerks' chance is apart from residents'.
const CLERKS: u64 = 1 << 40;

struct Clerk {
    stage: Arc<Stage>,
    client: Client,
    rng: StdRng,
    link: Link<Desk>,
    shift: Shift,
    leg: Option<Leg>,
    state: PresenceView,
    /// Whether somebody waits whom this clerk could call.
    sees_somebody: bool,
    /// When to press for the next one.
    press_at: Option<Instant>,
    /// The press that is not answered yet: its key, when it was meant and when it was sent.
    pressing: Option<(String, Instant, Instant)>,
    hang_up_at: Option<Instant>,
    /// Whether media of the call are there at this moment, and when the clerk gives up if they do not come.
    is_alive: bool,
    was_alive: bool,
    give_up_at: Instant,
    notes_until: Option<Instant>,
    ready: Option<oneshot::Sender<()>>,
    is_over: bool,
}

/// A clerk's whole shift. `ready` is told once they are on duty.
///
/// # Errors
/// [`HttpError`] if they cannot sign in.
pub async fn work(
    stage: Arc<Stage>,
    number: usize,
    account: Account,
    ready: oneshot::Sender<()>,
) -> Result<Shift, HttpError> {
    let cookie = stage.http.sign_in(&account.email, &account.password).await?;
    let mut rng = chance_of(stage.seed, CLERKS + number as u64);
    let link = Link::open(&stage.http, &cookie, rng.random(), Arc::clone(&stage.tally));
    let shift = Shift::new(number, account);
    let client = Client::Clerk(number);
    let mut clerk = Clerk {
        stage: Arc::clone(&stage),
        client,
        rng,
        link,
        shift,
        leg: None,
        state: PresenceView::Off,
        sees_somebody: false,
        press_at: None,
        pressing: None,
        hang_up_at: None,
        is_alive: false,
        was_alive: false,
        give_up_at: Instant::now(),
        notes_until: None,
        ready: Some(ready),
        is_over: false,
    };
    clerk.link.send(DeskCommand::SetState { state: WishedState::Receiving });
    clerk.live().await;
    stage.board.gone(client);
    Ok(clerk.part().await)
}

impl Clerk {
    async fn live(&mut self) {
        let mut phase = self.stage.phase.clone();
        while !self.is_over && self.stage.phase_now() < Phase::Over {
            let timer = [self.press_at, self.hang_up_at, self.notes_until].into_iter().flatten().min();
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
                        self.close();
                    }
                }
            }
        }
    }

    async fn hear(&mut self, at: Instant, heard: Heard<DeskFrame>) {
        match heard {
            Heard::Open | Heard::Done(_) => {}
            Heard::Lost => {
                self.shift.gaps.push(Gap { from: at, until: None });
                self.stage.board.lost(self.client);
                // Commands are sent again; who waits is told again.
                self.press_at = None;
                self.sees_somebody = false;
                self.media_gone(at);
            }
            Heard::Refused(problem) => self.refused(&problem),
            Heard::Closed(_) => self.is_over = true,
            Heard::Frame(frame) => self.obey(at, frame).await,
        }
    }

    fn refused(&mut self, problem: &ProblemView) {
        if self.pressing.as_ref().is_some_and(|(key, ..)| problem.key.as_ref() == Some(key)) {
            self.pressing = None;
            // The line is told in rounds: until the next one what was seen may be out of date.
            self.sees_somebody = false;
        }
        let is_passing = problem.retry_after_s.is_some() || EXPECTED.contains(&problem.code.as_str());
        if !is_passing {
            self.stage.tally.note_problem(&problem.code);
        }
    }

    async fn obey(&mut self, at: Instant, frame: DeskFrame) {
        match frame {
            DeskFrame::Presence { state, ticket, .. } => self.see(at, state, ticket.as_ref()).await,
            DeskFrame::Line { rows, .. } => {
                self.sees_somebody = rows.iter().any(|row| row.next);
                self.plan_press();
            }
            DeskFrame::InCall { view } => self.enter(view.call).await,
            DeskFrame::RoomReady { call, generation } => {
                // The room is ready for the clerk before anybody has accepted.
                self.enter(call).await;
                self.room_ready(call, generation).await;
            }
            DeskFrame::Answer { call, generation, sdp, .. } => {
                if let Some(leg) = &self.leg
                    && let Err(error) = leg.answer(call, generation, &sdp).await
                {
                    self.stage.tally.note_problem(&error.to_string());
                }
            }
            DeskFrame::CallEnded { call, reason } => {
                self.shift.endings.push((at, call, reason));
                self.leave_call().await;
            }
            _ => {}
        }
    }

    async fn see(&mut self, at: Instant, state: PresenceView, ticket: Option<&LineRow>) {
        if let Some(gap) = self.shift.gaps.last_mut().filter(|gap| gap.until.is_none()) {
            gap.until = Some(at);
        }
        self.stage.board.opened(self.client);
        let before = std::mem::replace(&mut self.state, state);
        if let (PresenceView::Calling | PresenceView::InCall, Some(row)) = (state, ticket) {
            self.pressed(at, row.ticket);
        }
        match state {
            PresenceView::Receiving => {
                if let Some(ready) = self.ready.take() {
                    // Whoever waited for it may have given up.
                    let _told_or_gone = ready.send(());
                }
                self.leave_call().await;
                self.plan_press();
            }
            PresenceView::InCall if before == state => {}
            PresenceView::InCall if self.stage.phase_now() >= Phase::Closing => self.hang_up(),
            PresenceView::InCall if self.stage.plan.media.kind == MediaKind::None => self.talk_from_now(),
            PresenceView::InCall => {
                self.hang_up_at = self.hang_up_at.or(Some(at + ALIVE_MOST));
                self.give_up_at = at + ALIVE_MOST;
            }
            PresenceView::AfterCall => {
                self.leave_call().await;
                if before != state {
                    self.notes_until = Some(Instant::now() + self.stage.plan.clerks.notes.sample(&mut self.rng));
                }
            }
            PresenceView::Off if self.stage.phase_now() >= Phase::Closing => {
                self.is_over = true;
                self.link.close();
            }
            _ => {}
        }
    }

    /// The press brought somebody.
    fn pressed(&mut self, at: Instant, ticket: TicketId) {
        if let Some((_, planned, sent)) = self.pressing.take() {
            self.shift.presses.push(Press { planned, sent, known: at, ticket, call: None });
        }
    }

    fn plan_press(&mut self) {
        let is_free = self.state == PresenceView::Receiving && self.pressing.is_none();
        if self.press_at.is_some() || !is_free || !self.sees_somebody || self.stage.phase_now() >= Phase::Closing {
            return;
        }
        let from = (self.stage.begin() + self.stage.plan.clerks.call_from.0).max(Instant::now());
        self.press_at = Some(from + self.stage.plan.clerks.press.sample(&mut self.rng));
    }

    /// Something that was planned is due.
    fn act(&mut self) {
        let now = Instant::now();
        if let Some(planned) = self.press_at.filter(|at| *at <= now) {
            self.press_at = None;
            if self.state == PresenceView::Receiving && self.sees_somebody && self.pressing.is_none() {
                self.stage.note_lateness(planned);
                let sent = Instant::now();
                let key = self.link.send(DeskCommand::CallNext);
                self.pressing = Some((key, planned, sent));
            }
        }
        if self.hang_up_at.is_some_and(|at| at <= now) {
            let waits_for_media = self.stage.plan.media.kind != MediaKind::None && !self.is_alive;
            if waits_for_media && now < self.give_up_at {
                // Nobody hangs up on somebody who is coming back.
                self.hang_up_at = Some(now + LOOK_AGAIN);
            } else {
                self.hang_up_at = None;
                self.hang_up();
            }
        }
        if self.notes_until.is_some_and(|at| at <= now) {
            self.notes_until = None;
            let is_closing = self.stage.phase_now() >= Phase::Closing;
            let next = if is_closing { WishedState::Off } else { WishedState::Receiving };
            self.link.send(DeskCommand::FinishWrapUp { next });
        }
    }

    async fn enter(&mut self, call: CallId) {
        if self.leg.as_ref().is_some_and(|leg| leg.call() == call) {
            return;
        }
        self.leave_call().await;
        self.was_alive = false;
        self.leg = Some(Leg::new(&self.stage, call, &mut self.rng));
        if let Some(press) = self.shift.presses.last_mut().filter(|press| press.call.is_none()) {
            press.call = Some(call);
        }
    }

    async fn room_ready(&mut self, call: CallId, generation: u32) {
        self.media_gone(Instant::now());
        let Some(leg) = self.leg.as_mut().filter(|leg| leg.call() == call) else { return };
        match leg.room_ready(generation).await {
            Ok(Some(sdp)) => {
                self.link.send_now(DeskCommand::Media { microphone: true, camera: true });
                self.link.send_now(DeskCommand::Offer { call, generation, kind: OfferKind::Fresh, sdp });
            }
            Ok(None) => {}
            Err(error) => self.stage.tally.note_problem(&error.to_string()),
        }
    }

    async fn follow(&mut self, event: LegEvent) {
        match event {
            LegEvent::Alive => {
                self.stage.board.media_alive(self.client);
                let is_first = !std::mem::replace(&mut self.was_alive, true);
                self.is_alive = true;
                if is_first {
                    self.talk_from_now();
                }
            }
            LegEvent::Renew => {
                if let Some((call, generation)) = self.leg.as_ref().map(|leg| (leg.call(), leg.generation())) {
                    self.room_ready(call, generation).await;
                }
            }
        }
    }

    fn talk_from_now(&mut self) {
        let talk = self.stage.plan.clerks.talk.sample(&mut self.rng);
        self.hang_up_at = Some(Instant::now() + talk);
        if self.stage.phase_now() >= Phase::Closing {
            self.hang_up();
        }
    }

    fn media_gone(&mut self, at: Instant) {
        self.is_alive = false;
        self.give_up_at = at + ALIVE_MOST;
    }

    fn hang_up(&mut self) {
        match &self.leg {
            Some(leg) => self.shift.hung_up.push((leg.call(), Instant::now())),
            // The call's own frame is on its way.
            None => {
                self.hang_up_at = Some(Instant::now() + LOOK_AGAIN);
                return;
            }
        }
        self.link.send(DeskCommand::HangUp);
    }

    /// The run is over: ends what is going on and goes off duty.
    fn close(&mut self) {
        self.press_at = None;
        match self.state {
            PresenceView::Calling => {
                self.link.send(DeskCommand::CancelCall);
            }
            PresenceView::InCall => self.hang_up(),
            _ => {}
        }
        self.link.send(DeskCommand::SetState { state: WishedState::Off });
        if self.state == PresenceView::Off {
            self.is_over = true;
        }
    }

    async fn leave_call(&mut self) {
        if let Some(leg) = self.leg.take() {
            // Of this call; where the state was told before the call, the one of the next is set already.
            self.hang_up_at = None;
            self.stage.board.call_over(self.client);
            self.shift.calls.push(leg.end().await);
        }
    }

    async fn part(mut self) -> Shift {
        self.leave_call().await;
        self.shift
    }
}

impl Shift {
    fn new(number: usize, account: Account) -> Self {
        Self {
            number,
            email: account.email,
            skills: account.skills,
            presses: Vec::new(),
            endings: Vec::new(),
            hung_up: Vec::new(),
            gaps: Vec::new(),
            calls: Vec::new(),
        }
    }
}
