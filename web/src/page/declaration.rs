//! What the template of the accessibility statement needs (`accessibility.hbs`).

use actix_web::HttpRequest;
use jiff::civil;
use okienko::domain::declaration::{Barrier, Basis, Conformance, Declaration, Ground};
use okienko::domain::office::LegalText;
use serde::Serialize;

use crate::page::frame::{FrameView, phone_href};
use crate::page::legal::Day;
use crate::site::SiteRecord;
use crate::state::AppState;
use crate::when::Speaker;

/// The statement of a site.
#[derive(Debug, Serialize)]
pub struct DeclarationView {
    #[serde(flatten)]
    frame: FrameView,
    title: String,
    template_marker: bool,
    version: String,
    in_force: Day,
    back_url: String,
    body_name: String,
    site_name: String,
    site_url: String,
    published: Day,
    updated: Day,
    drawn_up: Day,
    reviewed: Option<Day>,
    /// The key of its sentence.
    status: &'static str,
    /// The key of its sentence.
    basis: &'static str,
    barriers: Vec<Barriers>,
    contact: Contact,
    building: Building,
    communication: Vec<String>,
    signs: bool,
}

/// What is not accessible, on one ground.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Barriers {
    /// The key of its heading.
    ground: &'static str,
    texts: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Contact {
    who: String,
    email: String,
    /// A new message to that address.
    email_href: String,
    /// The same with a subject and with what to write.
    report_href: String,
    phone: String,
    phone_href: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Building {
    address: String,
    access: Vec<String>,
}

/// Whose statement is shown to whom.
#[derive(Debug, Clone, Copy)]
pub struct Statement<'a> {
    /// The site.
    pub record: &'a SiteRecord,
    /// The text that is in force.
    pub text: &'a LegalText,
    /// Its fields.
    pub declaration: &'a Declaration,
    /// Whether somebody of the office signs.
    pub signs: bool,
}

impl DeclarationView {
    /// The statement in its language.
    #[must_use]
    pub fn new(state: &AppState, request: &HttpRequest, statement: Statement<'_>) -> Self {
        let Statement { record, text, declaration, signs } = statement;
        let language = text.language.as_str();
        let speaker = Speaker { i18n: &state.i18n, language, zone: &record.zone };
        let say = |key: &str, name: &str, value: &str| {
            state.i18n.text(language, &format!("legal.{key}"), &[(name, value.to_owned())])
        };
        let day = |date: civil::Date| Day {
            on: date.to_string(),
            text: say("declaration.date", "day", &speaker.date_in_words(date)),
        };
        let site_name = record.site.name.in_language(language);
        let (subject, wanted) =
            (say("declaration.mail_subject", "site", site_name), say("declaration.mail_body", "", ""));
        let contact = &declaration.contact;
        let page = format!("/talk/{}", record.site.key);
        Self {
            frame: FrameView::new(state, request, language, Some(record)),
            title: say("title.accessibility", "", ""),
            template_marker: declaration.template,
            version: text.version.clone(),
            in_force: Day { on: speaker.date(text.published_at).to_string(), text: speaker.day(text.published_at) },
            back_url: format!("{page}?lang={language}"),
            body_name: record.office.name.in_language(language).to_owned(),
            site_name: site_name.to_owned(),
            site_url: format!("{}{page}", state.config.http.public_url),
            published: day(declaration.published),
            updated: day(declaration.updated),
            drawn_up: day(declaration.drawn_up),
            reviewed: declaration.reviewed.map(day),
            status: match declaration.status {
                Conformance::Full => "legal.declaration.status_full",
                Conformance::Partial => "legal.declaration.status_partial",
                Conformance::None => "legal.declaration.status_none",
            },
            basis: match declaration.basis {
                Basis::SelfAssessment => "legal.declaration.basis_self",
                Basis::Audit => "legal.declaration.basis_audit",
                Basis::Contractor => "legal.declaration.basis_contractor",
            },
            barriers: by_ground(&declaration.inaccessible),
            contact: Contact {
                who: contact.who.clone(),
                email: contact.email.clone(),
                email_href: format!("mailto:{}", contact.email),
                report_href: format!(
                    "mailto:{}?subject={}&body={}",
                    contact.email,
                    percent_encoded(&subject),
                    percent_encoded(&wanted.replace('\n', "\r\n"))
                ),
                phone: contact.phone.clone(),
                phone_href: phone_href(&contact.phone),
            },
            building: Building {
                address: declaration.building.address.clone(),
                access: declaration.building.access.clone(),
            },
            communication: declaration.communication.clone(),
            signs,
        }
    }
}

/// The barriers under the headings of the ministry, in their order.
fn by_ground(barriers: &[Barrier]) -> Vec<Barriers> {
    let grounds = [
        (Ground::Nonconformity, "legal.declaration.nonconformity"),
        (Ground::Exempt, "legal.declaration.exempt"),
        (Ground::Burden, "legal.declaration.burden"),
    ];
    let of = |ground: Ground| barriers.iter().filter(move |barrier| barrier.ground == ground);
    let all = grounds.into_iter().map(|(ground, heading)| Barriers {
        ground: heading,
        texts: of(ground).map(|barrier| barrier.text.clone()).collect(),
    });
    all.filter(|group| !group.texts.is_empty()).collect()
}

/// A text as the value of a `mailto:` field (RFC 6068 §2): all but unreserved characters encoded.
fn percent_encoded(text: &str) -> String {
    let of = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn barriers_stand_under_their_grounds_in_the_order_of_the_ministry() {
        let barrier = |ground, text: &str| Barrier { ground, text: text.to_owned() };
        let groups = by_ground(&[
            barrier(Ground::Burden, "c"),
            barrier(Ground::Nonconformity, "a"),
            barrier(Ground::Nonconformity, "b"),
        ]);

        let shown: Vec<(&str, String)> = groups.iter().map(|group| (group.ground, group.texts.concat())).collect();
        assert_eq!(shown, [("legal.declaration.nonconformity", "ab".into()), ("legal.declaration.burden", "c".into())]);
    }

    #[test]
    fn what_is_written_for_the_sender_survives_the_address() {
        assert_eq!(percent_encoded("Co nie działa?\r\n"), "Co%20nie%20dzia%C5%82a%3F%0D%0A");
    }
}
