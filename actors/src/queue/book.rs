//! The office's book: its matters and staff, as the line needs them, and how tickets and clerks are shown.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use okienko::domain::line::Row;
use okienko::domain::office::{Clerk, Closure, Matter, Office, Skills, StaffRole};
use okienko::domain::ticket::{Ticket, TicketState};
use okienko::ids::{ClerkId, MatterId};
use okienko::store::{Db, OfficeScope, StoreError, closures, documents, matters, offices, staff};
use okienko::wire::{ClerkView, LineRow, RowState, TicketView};

/// What clerks' consoles are written in.
const DESK_LANGUAGE: &str = "pl";

/// An office with its matters and staff. Read anew when somebody changes them.
#[derive(Debug, Clone)]
pub(crate) struct Book {
    pub(crate) office: Office,
    pub(crate) tz: TimeZone,
    /// In the order of its lists.
    pub(crate) matters: Vec<Matter>,
    pub(crate) closures: Vec<Closure>,
    /// How long documents are kept after a call, in minutes, if the office has chosen.
    pub(crate) documents_kept_min: Option<u32>,
    clerks: HashMap<ClerkId, Clerk>,
    no_skills: Skills,
}

impl Book {
    /// Reads it.
    ///
    /// # Errors
    /// Those of the store; [`StoreError::Corrupt`] for a time zone that is not known.
    pub(crate) fn read(db: &mut Db, scope: OfficeScope) -> Result<Self, StoreError> {
        let office = offices::get(db, scope)?;
        let tz = TimeZone::get(&office.time_zone).map_err(|_| StoreError::Corrupt { what: "offices.time_zone" })?;
        let matters = matters::of_office(db, scope)?;
        let clerks = staff::of_office(db, scope)?.into_iter().map(|clerk| (clerk.id, clerk)).collect();
        let documents_kept_min = documents::kept_min(db, scope)?;
        let closures = closures::of_office(db, scope)?;
        Ok(Self { office, tz, matters, closures, documents_kept_min, clerks, no_skills: Skills::default() })
    }

    pub(crate) fn matter(&self, id: MatterId) -> Option<&Matter> {
        self.matters.iter().find(|matter| matter.id == id)
    }

    /// What a clerk can do; nothing for one who is no longer there.
    pub(crate) fn skills(&self, clerk: ClerkId) -> &Skills {
        self.clerks.get(&clerk).map_or(&self.no_skills, |clerk| &clerk.skills)
    }

    /// A clerk's name as citizens and colleagues see it.
    pub(crate) fn short_name(&self, clerk: ClerkId) -> String {
        self.clerks.get(&clerk).map(Clerk::short_name).unwrap_or_default()
    }

    /// Who answers for what the clerks do.
    pub(crate) fn managers(&self) -> impl Iterator<Item = ClerkId> {
        self.clerks.values().filter(|clerk| clerk.role != StaffRole::Clerk).map(|clerk| clerk.id)
    }

    pub(crate) fn clerk_view(&self, clerk: ClerkId) -> ClerkView {
        let desk = self.clerks.get(&clerk).and_then(|clerk| clerk.desk.clone());
        ClerkView { name: self.short_name(clerk), desk }
    }

    /// A ticket as its owner sees it.
    pub(crate) fn ticket_view(&self, ticket: &Ticket) -> Arc<TicketView> {
        Arc::new(TicketView {
            id: ticket.id,
            number: ticket.number.clone(),
            matter: ticket.wish.matter,
            matter_name: self.matter_name(ticket.wish.matter, &ticket.wish.language),
            mode: ticket.wish.mode,
            joined_at: ticket.joined_at,
        })
    }

    /// A row of the line as a clerk sees it.
    pub(crate) fn row_view(&self, row: &Row<'_>) -> LineRow {
        let shown = Shown { state: row.state, since: row.since, until: row.until, mine: row.mine, next: row.next };
        self.shown(row.ticket, shown)
    }

    /// The ticket that a clerk invites, serves or just served; it may be out of the line.
    pub(crate) fn engaged_view(&self, ticket: &Ticket) -> LineRow {
        let until = match ticket.state {
            TicketState::Called { deadline, .. } => Some(deadline),
            _ => None,
        };
        let shown = Shown { state: RowState::Called, since: ticket.since, until, mine: true, next: false };
        self.shown(ticket, shown)
    }

    fn shown(&self, ticket: &Ticket, shown: Shown) -> LineRow {
        let called_by = match ticket.state {
            TicketState::Called { clerk, .. } | TicketState::InCall { clerk, .. } => Some(self.short_name(clerk)),
            _ => None,
        };
        LineRow {
            ticket: ticket.id,
            number: ticket.number.clone(),
            matter_name: self.matter_name(ticket.wish.matter, DESK_LANGUAGE),
            mode: ticket.wish.mode,
            needs: ticket.wish.needs.clone(),
            language: ticket.wish.language.clone(),
            name: ticket.name.clone(),
            ready: ticket.ready,
            joined_at: ticket.joined_at,
            visit_at: ticket.visit_at,
            state: shown.state,
            since: shown.since,
            until: shown.until,
            called_by,
            extensions: ticket.extensions,
            mine: shown.mine,
            next: shown.next,
        }
    }

    fn matter_name(&self, matter: MatterId, language: &str) -> String {
        self.matter(matter).map(|matter| matter.name.in_language(language).to_owned()).unwrap_or_default()
    }
}

/// The part of a row that depends on who looks, and when.
struct Shown {
    state: RowState,
    since: Timestamp,
    until: Option<Timestamp>,
    mine: bool,
    next: bool,
}
