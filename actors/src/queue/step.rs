//! A step: everything that one command or deadline changes, written in one transaction or not at all.

use jiff::Timestamp;
use jiff::civil::Date;
use okienko::domain::abuse::Abuse;
use okienko::domain::call::{Call, Member};
use okienko::domain::event::{Actor, Event, SubjectKind};
use okienko::domain::line::{Changes, Kind};
use okienko::domain::notice;
use okienko::domain::office::LegalKind;
use okienko::domain::presence::{Change, Presence};
use okienko::domain::ticket::{self, Newcomer, Ticket, Transition};
use okienko::ids::{BlockId, CallId, ClerkId, OfficeId, SessionId};
use okienko::store::commands::{Begun, Party};
use okienko::store::{
    Db, DeviceMark, OfficeScope, StoreError, calls, commands, events, legal, presences, sessions, tickets,
};
use okienko::wire::EndReason;

use super::abuse;
use crate::error::ProblemCode;

/// What changes together.
#[derive(Debug, Clone, Default)]
pub(super) struct Step {
    /// A command that must not be done twice even if this process dies between doing and answering it.
    pub(super) once: Option<(Party, String)>,
    /// The command does not fit the present state: it is refused with this, unless it turns out to be one that was
    /// done before this process started.
    pub(super) refused_unless_known: Option<ProblemCode>,
    pub(super) join: Option<Joining>,
    /// Each ticket as it was and its transition.
    pub(super) tickets: Vec<(Ticket, Transition)>,
    /// Each presence as it was, None for a first one, and its change.
    pub(super) presences: Vec<(Option<Presence>, Change)>,
    pub(super) open: Option<(Call, Member)>,
    /// As what the ticket is called, if that takes a turn. It is logged: turns go on from there after a restart.
    pub(super) turn: Option<Kind>,
    pub(super) admit: Option<Member>,
    pub(super) live: Option<(CallId, Timestamp)>,
    pub(super) end: Option<Ending>,
    pub(super) broken_off: Option<BrokenOff>,
    /// On which device a session is used now. Whoever joins there must not be kept out.
    pub(super) device: Option<(SessionId, DeviceMark)>,
    /// What the others will see of it.
    pub(super) changes: Changes,
    /// Whether the line as clerks see it is another, even if no place is.
    pub(super) seen: bool,
}

/// A newcomer whose number is counted in the transaction itself.
#[derive(Debug, Clone)]
pub(super) struct Joining {
    pub(super) newcomer: Newcomer,
    /// Later than that of everybody before them: the line's order is the order of these.
    pub(super) at: Timestamp,
    pub(super) letter: char,
    pub(super) day: Date,
}

/// The end of a call.
#[derive(Debug, Clone)]
pub(super) struct Ending {
    pub(super) call: CallId,
    pub(super) reason: EndReason,
    pub(super) by: Actor,
    /// The word of what it was before: `called`, `accepted` or `live`.
    pub(super) from: &'static str,
}

/// A call that was broken off, which ends it too.
#[derive(Debug, Clone)]
pub(super) struct BrokenOff {
    pub(super) call: CallId,
    pub(super) clerk: ClerkId,
    /// Whose device is kept out, if it is to be.
    pub(super) session: SessionId,
    pub(super) abuse: Abuse,
    /// The id of the block that may follow.
    pub(super) block: BlockId,
}

/// What came of a step.
#[derive(Debug, Default)]
pub(super) struct Done {
    /// The newcomer's ticket, if there was one.
    pub(super) joined: Option<Ticket>,
    /// Until when the person in the call that was broken off is kept out of the line.
    pub(super) blocked_until: Option<Timestamp>,
}

/// What was written.
#[derive(Debug)]
pub(super) enum Written {
    /// Everything.
    Done(Box<Done>),
    /// Nothing: the command had been done before, and what came of it is known.
    DoneBefore,
    /// Nothing: what only the records know speaks against it.
    Refused(ProblemCode),
}

impl Step {
    /// Writes everything. Runs on the store's thread.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if a record is no longer as the rules saw it; others of the store. Nothing is kept
    /// then.
    pub(super) fn write(self, db: &mut Db, office: OfficeId, now: Timestamp) -> Result<Written, StoreError> {
        let scope = OfficeScope::of(office);
        if let Some(Joining { newcomer, .. }) = &self.join {
            if let Some(code) = abuse::kept_out(db, scope, self.device, now)? {
                return Ok(Written::Refused(code));
            }
            if let Some(code) = note_notice(db, scope, newcomer, now)? {
                return Ok(Written::Refused(code));
            }
        }
        if let Some((party, key)) = &self.once {
            match commands::begin(db, scope, *party, key, now)? {
                // Whoever asks again must be told what came of it, which the line has to know for that.
                Begun::Done(_) if self.is_outdated(db, scope)? => {
                    return Err(StoreError::Conflict("the command was done unseen".to_owned()));
                }
                Begun::Done(_) => return Ok(Written::DoneBefore),
                Begun::Running => return Err(StoreError::Conflict("the command is being done".to_owned())),
                Begun::New => {}
            }
        }
        if self.refused_unless_known.is_some() {
            return Err(StoreError::Conflict("the command does not fit the state".to_owned()));
        }
        for (before, transition) in &self.tickets {
            tickets::compare_and_set(db, scope, before, transition)?;
        }
        for (before, change) in &self.presences {
            replace_presence(db, scope, before.as_ref(), change)?;
        }
        let joined = self.join.map(|joining| join(db, scope, joining)).transpose()?;
        if let Some((call, clerk)) = &self.open {
            let turn = self.turn.map_or("", Kind::word);
            let event = call_event(office, call.id, now, ("", "called"), Actor::Clerk(call.clerk), turn);
            calls::open(db, scope, call, std::slice::from_ref(clerk), &event)?;
        }
        if let Some(member) = &self.admit {
            calls::admit(db, scope, member)?;
            let event = call_event(office, member.call, now, ("called", "accepted"), Actor::Citizen, "");
            events::append(db, scope, &event)?;
        }
        if let Some((call, at)) = self.live {
            let event = call_event(office, call, at, ("accepted", "live"), Actor::System, "");
            calls::mark_live(db, scope, call, at, &event)?;
        }
        if let Some(Ending { call, reason, by, from }) = self.end {
            let event = call_event(office, call, now, (from, "ended"), by, reason.word());
            calls::end(db, scope, call, now, reason, &event)?;
        }
        if let Some((session, mark)) = self.device {
            sessions::set_mark(db, scope, session, mark)?;
        }
        let broken_off = self.broken_off.as_ref();
        let blocked_until = broken_off.map(|broken_off| abuse::note(db, scope, broken_off, now)).transpose()?.flatten();
        if let Some((party, key)) = &self.once {
            commands::finish(db, scope, *party, key, "done")?;
        }
        Ok(Written::Done(Box::new(Done { joined, blocked_until })))
    }

    /// Whether this was decided without knowing something that is stored.
    fn is_outdated(&self, db: &mut Db, scope: OfficeScope) -> Result<bool, StoreError> {
        for (before, _) in &self.tickets {
            if tickets::get(db, scope, before.id)? != *before {
                return Ok(true);
            }
        }
        for (before, change) in &self.presences {
            if presences::of_clerk(db, scope, change.presence.clerk)? != *before {
                return Ok(true);
            }
        }
        let Some(Joining { newcomer, .. }) = &self.join else { return Ok(false) };
        Ok(tickets::live_of_session(db, scope, newcomer.session)?.is_some())
    }
}

fn join(db: &mut Db, scope: OfficeScope, joining: Joining) -> Result<Ticket, StoreError> {
    let Joining { mut newcomer, at, letter, day } = joining;
    newcomer.number = tickets::next_number(db, scope, newcomer.wish.matter, letter, day)?;
    let joined = ticket::join(newcomer, at);
    tickets::insert(db, scope, &joined, day)?;
    Ok(joined.ticket)
}

/// Notes with the session which data notice was shown, or says why it cannot have been.
fn note_notice(
    db: &mut Db,
    scope: OfficeScope,
    newcomer: &Newcomer,
    now: Timestamp,
) -> Result<Option<ProblemCode>, StoreError> {
    let session = sessions::get(db, scope, newcomer.session)?;
    let texts = legal::versions(db, scope, newcomer.site, LegalKind::Notice)?;
    if !notice::may_have_been_shown(&texts, &newcomer.notice, session.created_at, now) {
        return Ok(Some(ProblemCode::NoticeOutdated));
    }
    if session.notice_version.as_ref() != Some(&newcomer.notice) {
        sessions::set_notice_shown(db, scope, newcomer.session, &newcomer.notice)?;
    }
    Ok(None)
}

/// The Queue is the only one who writes presences, so a stored one that differs means that another process does.
fn replace_presence(
    db: &mut Db,
    scope: OfficeScope,
    before: Option<&Presence>,
    change: &Change,
) -> Result<(), StoreError> {
    let stored = presences::of_clerk(db, scope, change.presence.clerk)?;
    if stored.as_ref() != before {
        return Err(StoreError::Conflict(format!("the presence of clerk {} has changed", change.presence.clerk)));
    }
    presences::put(db, scope, &change.presence, Some(&change.event))
}

pub(super) fn call_event(
    office: OfficeId,
    call: CallId,
    at: Timestamp,
    (from, to): (&str, &str),
    by: Actor,
    reason: &str,
) -> Event {
    Event {
        office,
        kind: SubjectKind::Call,
        subject: call.to_text(),
        at,
        from: from.to_owned(),
        to: to.to_owned(),
        by,
        reason: reason.to_owned(),
    }
}
