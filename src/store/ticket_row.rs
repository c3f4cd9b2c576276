//! A ticket as a row: the particulars of its state are columns, absent in all other states.

use diesel::prelude::*;

use crate::domain::ticket::{Ticket, TicketState, Wish};
use crate::store::error::StoreError;
use crate::store::schema::tickets;
use crate::store::values::{id, instant, joined, maybe_id, maybe_instant, maybe_micros, micros, number, present};
use crate::wire::{EndReason, Mode, Need, Readiness};

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = tickets)]
#[diesel(treat_none_as_null = true)]
pub(super) struct TicketRow {
    pub(super) id: String,
    pub(super) office_id: String,
    pub(super) site_id: String,
    pub(super) session_id: String,
    pub(super) matter_id: String,
    pub(super) number: String,
    pub(super) day: String,
    pub(super) mode: String,
    pub(super) needs: String,
    pub(super) language: String,
    pub(super) name: Option<String>,
    pub(super) notice_version: String,
    pub(super) joined_at: i64,
    pub(super) visit_at: Option<i64>,
    pub(super) head_since: Option<i64>,
    pub(super) away_since: Option<i64>,
    pub(super) extensions: i64,
    pub(super) recalls: i64,
    pub(super) state: String,
    pub(super) since: i64,
    pub(super) clerk_id: Option<String>,
    pub(super) call_id: Option<String>,
    pub(super) clerk_until: Option<i64>,
    pub(super) until_at: Option<i64>,
    pub(super) called_at: Option<i64>,
    pub(super) end_reason: Option<String>,
    pub(super) revision: i64,
    pub(super) readiness: Option<String>,
    pub(super) return_until: Option<i64>,
}

impl TicketRow {
    /// The row for a ticket. The name of a person whose ticket is over is left out.
    pub(super) fn of(ticket: &Ticket, day: String, revision: i64) -> Self {
        let over = matches!(ticket.state, TicketState::Ended { .. });
        let mut row = Self {
            id: ticket.id.to_text(),
            office_id: ticket.office.to_text(),
            site_id: ticket.site.to_text(),
            session_id: ticket.session.to_text(),
            matter_id: ticket.wish.matter.to_text(),
            number: ticket.number.clone(),
            day,
            mode: ticket.wish.mode.word().to_owned(),
            needs: joined(ticket.wish.needs.iter().map(|need| need.word())),
            language: ticket.wish.language.clone(),
            name: ticket.name.clone().filter(|_| !over),
            notice_version: ticket.notice.clone(),
            joined_at: micros(ticket.joined_at),
            visit_at: maybe_micros(ticket.visit_at),
            head_since: maybe_micros(ticket.head_since),
            away_since: maybe_micros(ticket.away_since),
            extensions: i64::from(ticket.extensions),
            recalls: i64::from(ticket.recalls),
            state: ticket.state.word().to_owned(),
            since: micros(ticket.since),
            clerk_id: None,
            call_id: None,
            clerk_until: None,
            until_at: None,
            called_at: None,
            end_reason: None,
            revision,
            readiness: ticket.ready.map(Readiness::words),
            return_until: None,
        };
        match ticket.state {
            TicketState::Waiting => {}
            TicketState::Called { clerk, call, clerk_until, deadline, return_until } => {
                row.clerk_id = Some(clerk.to_text());
                row.call_id = Some(call.to_text());
                row.clerk_until = Some(micros(clerk_until));
                row.until_at = Some(micros(deadline));
                row.return_until = maybe_micros(return_until);
            }
            TicketState::Deferred { until } => row.until_at = Some(micros(until)),
            TicketState::Missed { called_at, return_until } => {
                row.called_at = Some(micros(called_at));
                row.until_at = Some(micros(return_until));
            }
            TicketState::InCall { call, clerk } => {
                row.clerk_id = Some(clerk.to_text());
                row.call_id = Some(call.to_text());
            }
            TicketState::Ended { reason } => row.end_reason = Some(reason.word().to_owned()),
        }
        row
    }

    /// The ticket of a row.
    pub(super) fn into_ticket(self) -> Result<Ticket, StoreError> {
        let state = self.state()?;
        let mut needs = Vec::new();
        for word in self.needs.split_whitespace() {
            needs.push(present(Need::from_word(word), "tickets.needs")?);
        }
        let ready = self.readiness.as_deref().map(|words| present(Readiness::from_words(words), "tickets.readiness"));
        Ok(Ticket {
            id: id(&self.id, "tickets.id")?,
            office: id(&self.office_id, "tickets.office_id")?,
            site: id(&self.site_id, "tickets.site_id")?,
            session: id(&self.session_id, "tickets.session_id")?,
            number: self.number,
            wish: Wish {
                matter: id(&self.matter_id, "tickets.matter_id")?,
                mode: present(Mode::from_word(&self.mode), "tickets.mode")?,
                needs,
                language: self.language,
            },
            name: self.name,
            notice: self.notice_version,
            ready: ready.transpose()?,
            joined_at: instant(self.joined_at, "tickets.joined_at")?,
            visit_at: maybe_instant(self.visit_at, "tickets.visit_at")?,
            head_since: maybe_instant(self.head_since, "tickets.head_since")?,
            away_since: maybe_instant(self.away_since, "tickets.away_since")?,
            extensions: number(self.extensions, "tickets.extensions")?,
            recalls: number(self.recalls, "tickets.recalls")?,
            state,
            since: instant(self.since, "tickets.since")?,
        })
    }

    fn state(&self) -> Result<TicketState, StoreError> {
        let clerk = maybe_id(self.clerk_id.as_deref(), "tickets.clerk_id")?;
        let call = maybe_id(self.call_id.as_deref(), "tickets.call_id")?;
        let until = maybe_instant(self.until_at, "tickets.until_at")?;
        Ok(match self.state.as_str() {
            "waiting" => TicketState::Waiting,
            "called" => TicketState::Called {
                clerk: present(clerk, "tickets.clerk_id")?,
                call: present(call, "tickets.call_id")?,
                clerk_until: instant(present(self.clerk_until, "tickets.clerk_until")?, "tickets.clerk_until")?,
                deadline: present(until, "tickets.until_at")?,
                return_until: maybe_instant(self.return_until, "tickets.return_until")?,
            },
            "deferred" => TicketState::Deferred { until: present(until, "tickets.until_at")? },
            "missed" => TicketState::Missed {
                called_at: instant(present(self.called_at, "tickets.called_at")?, "tickets.called_at")?,
                return_until: present(until, "tickets.until_at")?,
            },
            "in-call" => TicketState::InCall {
                call: present(call, "tickets.call_id")?,
                clerk: present(clerk, "tickets.clerk_id")?,
            },
            "ended" => {
                let reason = self.end_reason.as_deref().and_then(EndReason::from_word);
                TicketState::Ended { reason: present(reason, "tickets.end_reason")? }
            }
            _ => return Err(StoreError::Corrupt { what: "tickets.state" }),
        })
    }
}
