//! The demo office: what an empty database is filled with on a first run, so that there is something to see.

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::domain::hours;
use crate::domain::office::{
    Clerk, Closure, Corner, LegalKind, LegalText, LocalText, Look, Matter, MinuteOfDay, Office, OpeningHours, Site,
    Skills, StaffRole,
};
use crate::domain::question::{Question, is_slug};
use crate::ids::{ClerkId, LegalTextId, MatterId, OfficeId, QuestionId, SiteId};
use crate::store::retention::KeepingTimes;
use crate::store::{Db, OfficeScope, StoreError, closures, legal, matters, offices, questions, sites, staff};
use crate::world::World;

mod replies;

const DEMO: &str = include_str!("../config/demo.toml");
const QUESTIONS: &str = include_str!("../config/demo/questions.toml");

/// The demo's legal texts as they lie in `config/demo/legal/`.
const LEGAL: [(LegalKind, &str, &str); 12] = [
    (LegalKind::Notice, "pl", include_str!("../config/demo/legal/notice.pl.txt")),
    (LegalKind::Notice, "en", include_str!("../config/demo/legal/notice.en.txt")),
    (LegalKind::Notice, "uk", include_str!("../config/demo/legal/notice.uk.txt")),
    (LegalKind::Privacy, "pl", include_str!("../config/demo/legal/privacy.pl.txt")),
    (LegalKind::Privacy, "en", include_str!("../config/demo/legal/privacy.en.txt")),
    (LegalKind::Privacy, "uk", include_str!("../config/demo/legal/privacy.uk.txt")),
    (LegalKind::Terms, "pl", include_str!("../config/demo/legal/terms.pl.txt")),
    (LegalKind::Terms, "en", include_str!("../config/demo/legal/terms.en.txt")),
    (LegalKind::Terms, "uk", include_str!("../config/demo/legal/terms.uk.txt")),
    (LegalKind::Accessibility, "pl", include_str!("../config/demo/legal/accessibility.pl.toml")),
    (LegalKind::Accessibility, "en", include_str!("../config/demo/legal/accessibility.en.toml")),
    (LegalKind::Accessibility, "uk", include_str!("../config/demo/legal/accessibility.uk.toml")),
];

/// The sentence by which a legal text says that nobody has approved it yet, by language.
pub const TEMPLATE_MARKS: [(&str, &str); 3] = [
    ("pl", "Wzór: wymaga zatwierdzenia przez urząd"),
    ("en", "Template: needs the office's approval"),
    ("uk", "Зразок: потребує затвердження установою"),
];

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seeded {
    /// The demo office.
    pub office: OfficeId,
    /// Its members of staff, who all have the same password.
    pub staff: Vec<Clerk>,
}

/// Fills an empty database with the demo office. All its members of staff get the same password hash.
///
/// # Errors
/// [`StoreError::Conflict`] if there is an office already; [`StoreError::Corrupt`] if `config/demo.toml` is wrong.
pub fn seed_demo(db: &mut Db, world: &World, password_hash: &str) -> Result<Seeded, StoreError> {
    if !offices::all(db)?.is_empty() {
        return Err(StoreError::Conflict("the database is not empty".to_owned()));
    }
    let demo: Demo = toml::from_str(DEMO).map_err(|_| wrong())?;
    let office = OfficeId::new(world);
    let scope = OfficeScope::of(office);
    offices::create(
        db,
        &Office {
            id: office,
            name: demo.office.name.clone().into(),
            phone: demo.office.phone.clone(),
            time_zone: demo.office.time_zone.clone(),
            max_waiting: demo.office.max_waiting,
        },
    )?;
    for site in &demo.sites {
        let site = site.record(world, office)?;
        sites::create(db, scope, &site)?;
        publish_texts(db, world, scope, &demo.office, &site)?;
    }
    let mut by_letter = Vec::new();
    for (rank, matter) in (1..).zip(&demo.matters) {
        let matter = matter.record(world, office, &demo.hours, rank)?;
        matters::create(db, scope, &matter)?;
        by_letter.push((matter.letter, matter.id));
    }
    ask_questions(db, world, scope, office, &by_letter)?;
    replies::write(db, world, scope, office)?;
    for closure in &demo.closures {
        closures::put(db, scope, &closure.record(world, &demo.office.time_zone, &demo.hours)?)?;
    }
    let mut members = Vec::new();
    for member in &demo.staff {
        let clerk = member.record(world, office, &by_letter)?;
        staff::create(db, scope, &clerk, password_hash)?;
        members.push(clerk);
    }
    Ok(Seeded { office, staff: members })
}

fn ask_questions(
    db: &mut Db,
    world: &World,
    scope: OfficeScope,
    office: OfficeId,
    by_letter: &[(char, MatterId)],
) -> Result<(), StoreError> {
    let demo: DemoQuestions = toml::from_str(QUESTIONS).map_err(|_| wrong())?;
    for (rank, asked) in (1..).zip(demo.questions) {
        let find = |letter| by_letter.iter().find(|(known, _)| *known == letter).map(|(_, matter)| *matter);
        let matter = asked.matter.map(|letter| find(letter).ok_or_else(wrong)).transpose()?;
        if !is_slug(&asked.slug) {
            return Err(wrong());
        }
        let question = Question {
            id: QuestionId::new(world),
            office,
            slug: asked.slug,
            matter,
            rank,
            question: asked.question.into(),
            answer: asked.answer.into(),
            updated_at: world.now(),
        };
        questions::create(db, scope, &question)?;
    }
    Ok(())
}

fn publish_texts(
    db: &mut Db,
    world: &World,
    scope: OfficeScope,
    office: &DemoOffice,
    site: &Site,
) -> Result<(), StoreError> {
    let times = KeepingTimes::default();
    let office_name: LocalText = office.name.clone().into();
    for (kind, language, template) in LEGAL {
        // The figures come from what the sweeper does, so that text and behaviour cannot differ.
        let body = template
            .replace("{office}", office_name.in_language(language))
            .replace("{site}", site.name.in_language(language))
            .replace("{phone}", &office.phone)
            .replace("{tickets_months}", &months(times.tickets))
            .replace("{comments_months}", &months(times.comments))
            .replace("{audit_months}", &months(times.audit))
            .replace("{notes_days}", &(times.notes.as_hours() / 24).to_string())
            .replace("{needs_hours}", &times.needs.as_hours().to_string());
        legal::publish(
            db,
            scope,
            &LegalText {
                id: LegalTextId::new(world),
                site: site.id,
                kind,
                language: language.to_owned(),
                version: office.legal_version.clone(),
                body: body.trim_end().to_owned(),
                published_at: world.now(),
            },
        )?;
    }
    Ok(())
}

/// A keeping time in months; two years are 730 days or 24 months.
fn months(kept: jiff::SignedDuration) -> String {
    (kept.as_hours() * 12 / (24 * 365)).to_string()
}

fn wrong() -> StoreError {
    StoreError::Corrupt { what: "config/demo.toml" }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Demo {
    office: DemoOffice,
    hours: DemoHours,
    sites: Vec<DemoSite>,
    matters: Vec<DemoMatter>,
    closures: Vec<DemoClosure>,
    staff: Vec<DemoMember>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DemoOffice {
    name: DemoText,
    phone: String,
    time_zone: String,
    max_waiting: u32,
    legal_version: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DemoQuestions {
    questions: Vec<DemoQuestion>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DemoQuestion {
    slug: String,
    matter: Option<char>,
    question: DemoText,
    answer: DemoText,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct DemoText {
    pl: String,
    en: String,
    uk: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DemoHours {
    office: Vec<DemoOpening>,
    always: Vec<DemoOpening>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DemoOpening {
    weekdays: Vec<u8>,
    from: String,
    to: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DemoClosure {
    /// It is the first working day so many days after the start.
    after_days: i64,
    reason: DemoText,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DemoSite {
    key: String,
    name: DemoText,
    allowed_origins: Vec<String>,
    brand: String,
    on_brand: String,
    brand_dark: String,
    on_brand_dark: String,
    monogram: String,
    launcher_size_px: u32,
    corner: String,
    offset_px: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DemoMatter {
    letter: char,
    hours: DemoSchedule,
    typical_s: u32,
    /// Whether it is for people who do not know which matter theirs is.
    #[serde(default)]
    general: bool,
    name: DemoText,
    summary: DemoText,
    prepare: DemoText,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum DemoSchedule {
    Office,
    Always,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DemoMember {
    email: String,
    given_name: String,
    family_name: String,
    desk: Option<String>,
    role: String,
    matters: Vec<char>,
    languages: Vec<String>,
    #[serde(default)]
    sign: bool,
}

impl From<DemoText> for LocalText {
    fn from(text: DemoText) -> Self {
        Self { pl: text.pl, en: Some(text.en), uk: Some(text.uk) }
    }
}

impl DemoSite {
    fn record(&self, world: &World, office: OfficeId) -> Result<Site, StoreError> {
        Ok(Site {
            id: SiteId::new(world),
            office,
            key: self.key.clone(),
            name: self.name.clone().into(),
            allowed_origins: self.allowed_origins.clone(),
            look: Look {
                brand: self.brand.clone(),
                on_brand: self.on_brand.clone(),
                brand_dark: self.brand_dark.clone(),
                on_brand_dark: self.on_brand_dark.clone(),
                monogram: self.monogram.clone(),
                launcher_size_px: self.launcher_size_px,
                corner: Corner::from_word(&self.corner).ok_or_else(wrong)?,
                offset_px: self.offset_px,
            },
            look_version: 1,
        })
    }
}

impl DemoClosure {
    fn record(&self, world: &World, time_zone: &str, usual: &DemoHours) -> Result<Closure, StoreError> {
        let tz = TimeZone::get(time_zone).map_err(|_| wrong())?;
        let first = hours::office_day(world.now(), &tz).saturating_add(self.after_days.days());
        let is_worked_on = |day: &Date| {
            let weekday = hours::iso_weekday(*day);
            hours::holiday(*day).is_none() && usual.office.iter().any(|opening| opening.weekdays.contains(&weekday))
        };
        let day = hours::horizon(first).find(is_worked_on).ok_or_else(wrong)?;
        Ok(Closure { day, left: None, reason: self.reason.clone().into() })
    }
}

impl DemoMatter {
    fn record(&self, world: &World, office: OfficeId, hours: &DemoHours, rank: u32) -> Result<Matter, StoreError> {
        let openings = match self.hours {
            DemoSchedule::Office => &hours.office,
            DemoSchedule::Always => &hours.always,
        };
        let mut open = Vec::new();
        for opening in openings {
            for weekday in &opening.weekdays {
                open.push(OpeningHours { weekday: *weekday, from: minute(&opening.from)?, to: minute(&opening.to)? });
            }
        }
        open.sort_by_key(|opening| (opening.weekday, opening.from));
        Ok(Matter {
            id: MatterId::new(world),
            office,
            letter: self.letter,
            name: self.name.clone().into(),
            summary: self.summary.clone().into(),
            prepare: self.prepare.clone().into(),
            typical_s: self.typical_s,
            hours: open,
            rank,
            is_general: self.general,
        })
    }
}

impl DemoMember {
    fn record(&self, world: &World, office: OfficeId, by_letter: &[(char, MatterId)]) -> Result<Clerk, StoreError> {
        let mut served = Vec::new();
        for letter in &self.matters {
            let (_, matter) = by_letter.iter().find(|(known, _)| known == letter).ok_or_else(wrong)?;
            served.push(*matter);
        }
        Ok(Clerk {
            id: ClerkId::new(world),
            office,
            email: self.email.clone(),
            given_name: self.given_name.clone(),
            family_name: self.family_name.clone(),
            desk: self.desk.clone(),
            role: StaffRole::from_word(&self.role).ok_or_else(wrong)?,
            skills: Skills { matters: served, languages: self.languages.clone(), sign: self.sign },
        })
    }
}

/// The minute of the day of a text such as `08:00`.
fn minute(text: &str) -> Result<MinuteOfDay, StoreError> {
    let (hours, minutes) = text.split_once(':').ok_or_else(wrong)?;
    let hours: MinuteOfDay = hours.parse().map_err(|_| wrong())?;
    let minutes: MinuteOfDay = minutes.parse().map_err(|_| wrong())?;
    if hours > 24 || minutes > 59 || (hours == 24 && minutes > 0) { Err(wrong()) } else { Ok(hours * 60 + minutes) }
}

#[cfg(test)]
mod tests;
