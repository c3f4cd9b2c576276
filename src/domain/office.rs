//! An office, its sites and its matters, and who of its clerks can serve whom.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::ids::{ClerkId, LegalTextId, MatterId, OfficeId, SiteId};

/// A text in the languages of an office: Polish always, others where somebody translated it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LocalText {
    /// Polish, never empty.
    pub pl: String,
    /// English.
    pub en: Option<String>,
    /// Ukrainian.
    pub uk: Option<String>,
}

impl LocalText {
    /// The text in a language, or in Polish where it was not translated.
    #[must_use]
    pub fn in_language(&self, language: &str) -> &str {
        let translated = match language {
            "en" => self.en.as_deref(),
            "uk" => self.uk.as_deref(),
            _ => None,
        };
        translated.unwrap_or(&self.pl)
    }
}

/// The tenant: a city hall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Office {
    /// Which.
    pub id: OfficeId,
    /// Such as `Urząd Miejski Wrocławia`.
    pub name: LocalText,
    /// The telephone for those whom no video can help, such as `+48 000 000 000`.
    pub phone: String,
    /// IANA name of the time zone all its hours are in, such as `Europe/Warsaw`.
    pub time_zone: String,
    /// At most so many may wait at once.
    pub max_waiting: u32,
}

/// A domain of an office with its own look and notices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Which.
    pub id: SiteId,
    /// Of which office.
    pub office: OfficeId,
    /// The key in the embed snippet and in URLs, such as `wroclaw`.
    pub key: String,
    /// What the site is called, such as `Urząd Miejski Wrocławia`.
    pub name: LocalText,
    /// Origins that may embed the widget, such as `https://www.miasto.example`.
    pub allowed_origins: Vec<String>,
    /// How the site's pages and launcher look.
    pub look: Look,
    /// Rises with each change of the look, so that browsers fetch it anew.
    pub look_version: u32,
}

/// The look of a site, as variables. Colours are `#rrggbb`; `domain::look` refuses pairs that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// Brand colour on light ground.
    pub brand: String,
    /// Text on the brand colour.
    pub on_brand: String,
    /// Brand colour on dark ground.
    pub brand_dark: String,
    /// Text on the dark scheme's brand colour.
    pub on_brand_dark: String,
    /// The letter or two shown where the office has no logo.
    pub monogram: String,
    /// Diameter of the launcher in CSS pixels, 48 to 96.
    pub launcher_size_px: u32,
    /// Which corner of the host page: `bottom-right` or `bottom-left`.
    pub corner: Corner,
    /// Distance from the edges in CSS pixels.
    pub offset_px: u32,
}

/// A corner of the host page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Corner {
    /// At the right.
    BottomRight,
    /// At the left.
    BottomLeft,
}

/// Minutes from midnight, 0 to 1440, in the office's time zone.
pub type MinuteOfDay = u16;

/// Opening hours of one weekday: from, to. A matter may have several a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpeningHours {
    /// 1 is Monday, 7 is Sunday (ISO 8601).
    pub weekday: u8,
    /// Opens at.
    pub from: MinuteOfDay,
    /// Closes at; 1440 is the end of the day.
    pub to: MinuteOfDay,
}

/// A stretch of a day: from, up to but not including.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// From when.
    pub from: MinuteOfDay,
    /// Until when; 1440 is the end of the day.
    pub to: MinuteOfDay,
}

/// A day on which an office keeps other hours by its own decision: it is closed, such as on a bridge day, or open for a
/// shorter time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closure {
    /// Which day, in the office's time zone.
    pub day: Date,
    /// What is left of the usual hours; None where nothing is.
    pub left: Option<Stretch>,
    /// Why, as it follows "Zamknięte 2 maja:".
    pub reason: LocalText,
}

/// What citizens come with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matter {
    /// Which.
    pub id: MatterId,
    /// Of which office.
    pub office: OfficeId,
    /// The letter of its ticket numbers, `A` to `Z`.
    pub letter: char,
    /// Such as `Dowody osobiste`.
    pub name: LocalText,
    /// One sentence: what belongs here.
    pub summary: LocalText,
    /// What to have at hand, a line each.
    pub prepare: LocalText,
    /// How long one call takes as a rule, in seconds.
    pub typical_s: u32,
    /// When it is served.
    pub hours: Vec<OpeningHours>,
    /// The order in lists.
    pub rank: u32,
    /// Whether it is for people who do not know which matter theirs is; at most one of an office.
    pub is_general: bool,
}

/// What a clerk can do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Skills {
    /// Which matters.
    pub matters: Vec<MatterId>,
    /// Which languages, such as `pl`, `en`, `uk`.
    pub languages: Vec<String>,
    /// Polish Sign Language.
    pub sign: bool,
}

/// What a member of staff may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StaffRole {
    /// Serves citizens.
    Clerk,
    /// Runs a team.
    Manager,
    /// Runs the office's settings.
    Administrator,
}

/// A member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clerk {
    /// Which.
    pub id: ClerkId,
    /// Of which office.
    pub office: OfficeId,
    /// The login.
    pub email: String,
    /// Given name.
    pub given_name: String,
    /// Family name; citizens see its first letter only.
    pub family_name: String,
    /// Such as `Stanowisko 4`.
    pub desk: Option<String>,
    /// What they may do.
    pub role: StaffRole,
    /// What they can do.
    pub skills: Skills,
}

impl Clerk {
    /// The name as citizens and colleagues see it: `Anna K.`.
    #[must_use]
    pub fn short_name(&self) -> String {
        match self.family_name.chars().next() {
            Some(initial) => format!("{} {initial}.", self.given_name),
            None => self.given_name.clone(),
        }
    }

    /// The full name, for the clerk and their managers.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name)
    }
}

/// What kind of legal text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LegalKind {
    /// The short first layer of the data notice.
    Notice,
    /// The full data notice (GDPR art. 13).
    Privacy,
    /// Terms of the service (act on services by electronic means, art. 8).
    Terms,
    /// Accessibility statement (act of 4 April 2019, art. 10).
    Accessibility,
}

/// One version of a legal text of a site. Immutable: a change is a new version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegalText {
    /// Which.
    pub id: LegalTextId,
    /// Of which site.
    pub site: SiteId,
    /// What kind.
    pub kind: LegalKind,
    /// In which language.
    pub language: String,
    /// Such as `2026-11-01`; tickets keep it.
    pub version: String,
    /// Paragraphs parted by empty lines; lines that begin with `## ` are headings, with `- ` list items. Of an
    /// accessibility statement: its fields, see [`Declaration`](crate::domain::declaration::Declaration).
    pub body: String,
    /// When it was published.
    pub published_at: Timestamp,
}
