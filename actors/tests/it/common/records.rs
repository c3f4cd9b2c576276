//! The office of the tests, as it is stored.

use jiff::Timestamp;
use okienko::domain::office::{
    Clerk, Corner, LegalKind, LegalText, LocalText, Look, Matter, Office, OpeningHours, Site, Skills, StaffRole,
};
use okienko::ids::{ClerkId, LegalTextId, MatterId, OfficeId, SiteId};
use okienko::world::World;

fn text(pl: &str) -> LocalText {
    LocalText { pl: pl.to_owned(), en: None, uk: None }
}

pub(super) fn office_of(id: OfficeId, max_waiting: u32) -> Office {
    let (name, phone) = (text("Urząd Miejski Wrocławia"), "+48 000 000 000".to_owned());
    Office { id, name, phone, time_zone: "Europe/Warsaw".to_owned(), max_waiting }
}

pub(super) fn site_of(office: OfficeId, id: SiteId) -> Site {
    let look = Look {
        brand: "#7a0c2e".to_owned(),
        on_brand: "#ffffff".to_owned(),
        brand_dark: "#ffb3c6".to_owned(),
        on_brand_dark: "#000000".to_owned(),
        monogram: "W".to_owned(),
        launcher_size_px: 64,
        corner: Corner::BottomRight,
        offset_px: 24,
    };
    let (key, name) = ("wroclaw".to_owned(), text("Wrocław"));
    Site { id, office, key, name, allowed_origins: Vec::new(), look, look_version: 1 }
}

pub(super) fn notice_of(world: &World, site: SiteId, (version, published_at): (&str, Timestamp)) -> LegalText {
    LegalText {
        id: LegalTextId::new(world),
        site,
        kind: LegalKind::Notice,
        language: "pl".to_owned(),
        version: version.to_owned(),
        body: "Administratorem danych jest urząd.".to_owned(),
        published_at,
    }
}

pub(super) fn matter_of(office: OfficeId, id: MatterId, letter: char, hours: Vec<OpeningHours>) -> Matter {
    let (summary, prepare) = (text("Sprawy"), text("Numer sprawy"));
    let name = text(if letter == 'A' { "Dowody osobiste" } else { "Podatki" });
    Matter {
        id,
        office,
        letter,
        name,
        summary,
        prepare,
        typical_s: 600,
        hours,
        rank: u32::from(letter),
        is_general: false,
    }
}

pub(super) fn working_hours() -> Vec<OpeningHours> {
    (1..=5).map(|weekday| hours(weekday, 8 * 60, 16 * 60)).collect()
}

pub(super) fn hours(weekday: u8, from: u16, to: u16) -> OpeningHours {
    OpeningHours { weekday, from, to }
}

pub(super) fn skills(matters: Vec<MatterId>, languages: &[&str], sign: bool) -> Skills {
    Skills { matters, languages: languages.iter().map(|&language| language.to_owned()).collect(), sign }
}

pub(super) fn clerk_of(world: &World, office: OfficeId, (given, family): (&str, &str), skills: Skills) -> Clerk {
    Clerk {
        id: ClerkId::new(world),
        office,
        email: format!("{}@demo.example", given.to_lowercase()),
        given_name: given.to_owned(),
        family_name: family.to_owned(),
        desk: Some("Stanowisko 4".to_owned()),
        role: StaffRole::Clerk,
        skills,
    }
}
