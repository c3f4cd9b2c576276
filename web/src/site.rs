//! What the edge knows of a site: its record, office, matters and legal texts; kept for a moment, since every launcher
//! in the city asks for it once a minute.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use okienko::domain::hours::{self, Opening};
use okienko::domain::office::{Closure, LegalKind, LegalText, Matter, Office, Site};
use okienko::domain::question::Question;
use okienko::store::{Db, OfficeScope, StoreError, closures, legal, matters, offices, questions, sites};
use okienko_actors::queue::messages::{Admission, LineOverview, MatterOverview};

use crate::guard::origin;
use crate::i18n::SOURCE_LANGUAGE;
use crate::problem::{EdgeCode, Problem};
use crate::state::AppState;

/// How long a record is kept: a change of a setting shows everywhere within this time.
const KEPT: Duration = Duration::from_secs(2);

/// A site with what belongs to it.
#[derive(Debug)]
pub struct SiteRecord {
    /// The site.
    pub site: Site,
    /// Its office.
    pub office: Office,
    /// The office's matters in the order of lists.
    pub matters: Vec<Matter>,
    /// The days that the office closes or shortens.
    pub closures: Vec<Closure>,
    /// The legal texts in force.
    pub legal: Vec<LegalText>,
    /// The office's questions and answers in the order of lists.
    pub questions: Vec<Question>,
    /// The time zone of all hours.
    pub zone: TimeZone,
}

impl SiteRecord {
    /// The legal text in force, in Polish if it was not translated.
    #[must_use]
    pub fn legal(&self, kind: LegalKind, language: &str) -> Option<&LegalText> {
        let of = |code: &str| self.legal.iter().find(|text| text.kind == kind && text.language == code);
        of(language).or_else(|| of(SOURCE_LANGUAGE))
    }

    /// Whether pages of this origin may embed the widget.
    #[must_use]
    pub fn allows(&self, origin: &str) -> bool {
        self.site.allowed_origins.iter().any(|pattern| origin::matches(pattern, origin))
    }
}

/// The sites asked for lately.
#[derive(Debug, Default)]
pub struct Sites {
    kept: Mutex<HashMap<String, (Instant, Arc<SiteRecord>)>>,
    /// The key of the oldest site of the server.
    first: Mutex<Option<String>>,
}

impl Sites {
    /// The server's oldest site, whose legal texts stand for pages that belong to no site: the login, what is not found.
    #[must_use]
    pub fn first(&self) -> Option<String> {
        self.first.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Finds the oldest site anew.
    pub(crate) fn set_first(&self, sites: &[Site]) {
        let first = sites.first().map(|site| site.key.clone());
        *self.first.lock().unwrap_or_else(PoisonError::into_inner) = first;
    }

    fn kept(&self, key: &str) -> Option<Arc<SiteRecord>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(key).filter(|(at, _)| at.elapsed() < KEPT).map(|(_, record)| Arc::clone(record))
    }

    fn keep(&self, record: &Arc<SiteRecord>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        // Only sites that exist get in, so the map cannot grow past their number.
        let _ = kept.insert(record.site.key.clone(), (Instant::now(), Arc::clone(record)));
    }
}

/// The site with this key.
///
/// # Errors
/// [`EdgeCode::SiteUnknown`], and those of the store.
pub async fn by_key(state: &AppState, key: &str) -> Result<Arc<SiteRecord>, Problem> {
    let is_key = !key.is_empty() && key.len() <= 64 && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if !is_key {
        return Err(EdgeCode::SiteUnknown.into());
    }
    if let Some(record) = state.sites.kept(key) {
        return Ok(record);
    }
    let (key, now) = (key.to_owned(), state.world.now());
    let record = state.read(move |db| load(db, &key, now)).await?.ok_or(EdgeCode::SiteUnknown)?;
    let record = Arc::new(record);
    state.sites.keep(&record);
    Ok(record)
}

fn load(db: &mut Db, key: &str, now: Timestamp) -> Result<Option<SiteRecord>, StoreError> {
    let Some(site) = sites::by_key(db, key)? else { return Ok(None) };
    let scope = OfficeScope::of(site.office);
    let office = offices::get(db, scope)?;
    let matters = matters::of_office(db, scope)?;
    let closures = closures::of_office(db, scope)?;
    let legal = legal::all_current(db, scope, site.id, now)?;
    let questions = questions::of_office(db, scope)?;
    let zone = TimeZone::get(&office.time_zone).map_err(|_| StoreError::Corrupt { what: "offices.time_zone" })?;
    Ok(Some(SiteRecord { site, office, matters, closures, legal, questions, zone }))
}

/// The line of a site's office as it is now. Where the line does not answer, its hours are known all the same, and
/// nobody counts as on duty.
pub async fn line(state: &AppState, record: &SiteRecord) -> Arc<LineOverview> {
    match state.switchboard.overview(record.office.id).await {
        Ok(overview) => overview,
        Err(error) => {
            tracing::warn!(office.id = %record.office.id, %error, "the line did not answer; hours alone are shown");
            Arc::new(by_hours(record, state.world.now()))
        }
    }
}

fn by_hours(record: &SiteRecord, now: Timestamp) -> LineOverview {
    let of_matter = |matter: &Matter| {
        let (admission, closes_at, opens_at) = match hours::opening(&matter.hours, &record.closures, now, &record.zone)
        {
            Opening::Open { closes_at } => (Admission::NobodyOnDuty, closes_at, None),
            Opening::Closed { opens_at } => (Admission::Closed, None, opens_at),
        };
        MatterOverview {
            matter: matter.id,
            admission,
            closes_at,
            opens_at,
            receiving: 0,
            languages: Vec::new(),
            sign: false,
            waiting: 0,
            wait: None,
        }
    };
    let matters = record.matters.iter().map(of_matter).collect();
    LineOverview { office: record.office.id, at: now, waiting: 0, receiving: 0, matters }
}
