//! The accessibility statement of a site (act of 4 April 2019, art. 10): what an office fills in. Headings, their order,
//! ids and fixed sentences are the page's and cannot be edited away.

use jiff::civil::Date;
use serde::Deserialize;

/// The fields of a statement, in one language.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    /// Whether this is a template that the office has not approved.
    #[serde(default)]
    pub template: bool,
    /// When the site was first published.
    pub published: Date,
    /// When it was last changed in a way that matters.
    pub updated: Date,
    /// When the statement was first drawn up.
    pub drawn_up: Date,
    /// When it was last reviewed; absent before the first review.
    pub reviewed: Option<Date>,
    /// How far the site conforms.
    pub status: Conformance,
    /// On what the statement rests.
    pub basis: Basis,
    /// What is not accessible, and what to do instead.
    #[serde(default)]
    pub inaccessible: Vec<Barrier>,
    /// Whom to tell about barriers.
    pub contact: Contact,
    /// The seat of the office and how to get into it.
    pub building: Building,
    /// Other ways to communicate; that of sign language follows from who works in the office.
    #[serde(default)]
    pub communication: Vec<String>,
}

/// How far a site conforms to the act's annex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Conformance {
    /// Fully.
    Full,
    /// With exceptions, which are listed.
    Partial,
    /// Not.
    None,
}

/// On what a statement rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// The office's own assessment.
    SelfAssessment,
    /// An audit by others.
    Audit,
    /// The word of whoever made the site.
    Contractor,
}

/// Why something may be inaccessible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// It does not conform.
    Nonconformity,
    /// The act does not ask for it.
    Exempt,
    /// It would cost too much.
    Burden,
}

/// Something that is not accessible.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Barrier {
    /// Why.
    pub ground: Ground,
    /// What, and what to do instead.
    pub text: String,
}

/// Whom to tell about barriers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// The unit or the person.
    pub who: String,
    /// E-mail.
    pub email: String,
    /// Telephone.
    pub phone: String,
}

/// The seat of an office.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Building {
    /// Where.
    pub address: String,
    /// Entrances, lifts, parking: a paragraph each.
    pub access: Vec<String>,
}

/// Why a text is no statement.
#[derive(Debug, thiserror::Error)]
pub enum DeclarationError {
    /// A field is missing, unknown or of the wrong kind.
    #[error("the fields of the statement are wrong: {0}")]
    Fields(#[from] toml::de::Error),
    /// A site that conforms fully lists barriers, or one that does not lists none.
    #[error("the status and the list of what is not accessible contradict each other")]
    StatusAndList,
    /// The address for reports is none.
    #[error("the e-mail address for reports is none")]
    Email,
}

impl Declaration {
    /// Reads a statement as a legal text keeps it: TOML.
    ///
    /// # Errors
    /// [`DeclarationError`].
    pub fn parse(body: &str) -> Result<Self, DeclarationError> {
        let declaration: Self = toml::from_str(body)?;
        let conforms = declaration.status == Conformance::Full;
        if conforms != declaration.inaccessible.is_empty() {
            return Err(DeclarationError::StatusAndList);
        }
        let is_address =
            |email: &str| email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
        if !is_address(&declaration.contact.email) || declaration.contact.email.contains(char::is_whitespace) {
            return Err(DeclarationError::Email);
        }
        Ok(declaration)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATEMENT: &str = r#"
        published = "2026-11-22"
        updated = "2026-11-22"
        drawn_up = "2026-11-22"
        status = "partial"
        basis = "self-assessment"

        [[inaccessible]]
        ground = "nonconformity"
        text = "Brak napisów."

        [contact]
        who = "Zespół"
        email = "a@b.example"
        phone = "+48 000 000 000"

        [building]
        address = "pl. Nowy Targ 1-8"
        access = ["Wejście bez progu."]
    "#;

    #[test]
    fn the_fields_of_a_statement_are_read() {
        let statement = Declaration::parse(STATEMENT).unwrap();

        assert_eq!(statement.status, Conformance::Partial);
        assert_eq!(statement.drawn_up, jiff::civil::date(2026, 11, 22));
        assert_eq!(statement.reviewed, None);
        assert!(!statement.template);
    }

    #[test]
    fn a_status_that_the_list_contradicts_is_refused() {
        let full = STATEMENT.replace("partial", "full");
        let unlisted = STATEMENT.replace("[[inaccessible]]", "[[building.x]]");

        assert!(matches!(Declaration::parse(&full), Err(DeclarationError::StatusAndList)));
        assert!(Declaration::parse(&unlisted).is_err());
    }

    #[test]
    fn an_address_that_nobody_could_write_to_is_refused() {
        for address in ["urząd", "@b.example", "a@", "a b@c.example"] {
            let text = STATEMENT.replace("a@b.example", address);
            assert!(matches!(Declaration::parse(&text), Err(DeclarationError::Email)), "{address}");
        }
    }

    #[test]
    fn free_text_is_no_statement() {
        assert!(matches!(Declaration::parse("## Stan dostępności\n\nZgodna."), Err(DeclarationError::Fields(_))));
    }
}
