//! What the templates of staff pages need: `login.hbs` and `desk.hbs`.

use actix_web::HttpRequest;
use okienko::domain::office::{LocalText, StaffRole};
use okienko::domain::reply::ReadyReply;
use serde::Serialize;
use serde_json::{Value, json};

use crate::auth::SignedIn;
use crate::page::frame::FrameView;
use crate::page::helpers::for_script;
use crate::state::AppState;

/// The page to sign in.
#[derive(Debug, Serialize)]
pub struct LoginView {
    #[serde(flatten)]
    frame: FrameView,
    title: String,
    csrf: String,
    email: String,
    errors: Vec<FieldError>,
    error_of: ErrorOf,
    demo_hint: bool,
}

/// What is wrong with one field.
#[derive(Debug, Clone, Serialize)]
pub struct FieldError {
    /// The field's name.
    pub field: &'static str,
    /// A sentence in the reader's language.
    pub text: String,
}

#[derive(Debug, Default, Serialize)]
struct ErrorOf {
    email: Option<String>,
    password: Option<String>,
}

impl LoginView {
    /// The form with its token, what was typed, and what was wrong with it.
    #[must_use]
    pub fn new(
        state: &AppState,
        request: &HttpRequest,
        language: &str,
        csrf: String,
        email: String,
        errors: Vec<FieldError>,
    ) -> Self {
        let of = |name: &str| errors.iter().find(|error| error.field == name).map(|error| error.text.clone());
        Self {
            frame: FrameView::new(state, request, language, None),
            title: title(state, language, "desk.login.heading"),
            csrf,
            email,
            error_of: ErrorOf { email: of("email"), password: of("password") },
            errors,
            demo_hint: state.config.server.is_demo(),
        }
    }
}

/// A page's title: where one is, and then what it is a page of.
fn title(state: &AppState, language: &str, key: &str) -> String {
    let say = |key: &str| state.i18n.text(language, key, &[]);
    format!("{} – {}", say(key), say("common.product"))
}

/// The clerk's console.
#[derive(Debug, Serialize)]
pub struct DeskView {
    #[serde(flatten)]
    frame: FrameView,
    title: String,
    office_name: String,
    desk: Person,
    role: &'static str,
    /// Whether they have matters in which they receive people.
    serves: bool,
    /// Whether this is the demo office, whose accounts are known.
    demo: bool,
    csrf_token: String,
    build_version: &'static str,
    /// What modules read: [`ReplyView`]s as JSON.
    replies: String,
}

/// A ready reply: its name in the clerk's language, its text in each, as it is written to citizens.
#[derive(Debug, Serialize)]
struct ReplyView<'a> {
    title: &'a str,
    pl: &'a str,
    en: Option<&'a str>,
    uk: Option<&'a str>,
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    name: String,
    short_name: String,
    desk: Option<String>,
    initials: String,
}

impl DeskView {
    /// The console of whoever is signed in.
    #[must_use]
    pub fn new(
        state: &AppState,
        request: &HttpRequest,
        language: &str,
        signed_in: &SignedIn,
        office_name: String,
        replies: &[ReadyReply],
    ) -> Self {
        let clerk = &signed_in.clerk;
        let initials = [&clerk.given_name, &clerk.family_name].iter().filter_map(|name| name.chars().next()).collect();
        Self {
            frame: FrameView::new(state, request, language, None),
            title: title(state, language, "desk.heading"),
            office_name,
            desk: Person {
                name: clerk.full_name(),
                short_name: clerk.short_name(),
                desk: clerk.desk.clone(),
                initials,
            },
            role: match clerk.role {
                StaffRole::Clerk => "clerk",
                StaffRole::Manager => "manager",
                StaffRole::Administrator => "administrator",
            },
            serves: !clerk.skills.matters.is_empty(),
            demo: state.config.server.is_demo(),
            csrf_token: signed_in.form_token(),
            build_version: env!("CARGO_PKG_VERSION"),
            replies: replies_json(replies, language),
        }
    }
}

impl DeskView {
    /// The same for another page of staff.
    #[must_use]
    pub fn titled(self, state: &AppState, language: &str, key: &str) -> Self {
        Self { title: title(state, language, key), ..self }
    }
}

fn replies_json(replies: &[ReadyReply], language: &str) -> String {
    let view = |reply: &ReadyReply| {
        let LocalText { pl, en, uk } = &reply.body;
        let view = ReplyView { title: reply.title.in_language(language), pl, en: en.as_deref(), uk: uk.as_deref() };
        json!(view)
    };
    for_script(&Value::Array(replies.iter().map(view).collect()))
}

#[cfg(test)]
mod tests {
    use okienko::ids::{OfficeId, ReplyId};
    use okienko::world::World;

    use super::*;

    #[test]
    fn a_reply_cannot_end_the_script_it_stands_in() {
        let world = World::real();
        let text = |pl: &str, en: &str| LocalText { pl: pl.to_owned(), en: Some(en.to_owned()), uk: None };
        let reply = ReadyReply {
            id: ReplyId::new(&world),
            office: OfficeId::new(&world),
            rank: 1,
            title: text("Powitanie", "Greeting"),
            body: text("</script><b>", "Hello"),
        };

        let json = replies_json(&[reply], "en");

        assert!(!json.contains('<'), "{json}");
        let read: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(read, json!([{"title": "Greeting", "pl": "</script><b>", "en": "Hello", "uk": null}]));
    }
}
