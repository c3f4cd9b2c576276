//! What `blocks.hbs` needs: the managers' list of devices that are kept out of the queue.

use actix_web::HttpRequest;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use okienko::domain::office::Office;
use serde::Serialize;

use crate::auth::SignedIn;
use crate::page::staff::DeskView;
use crate::state::AppState;
use crate::when::Speaker;

/// The page.
#[derive(Debug, Serialize)]
pub struct BlocksView {
    #[serde(flatten)]
    desk: DeskView,
    blocks: Vec<BlockRow>,
    flash: Option<Flash>,
}

/// One block, in words.
#[derive(Debug, Serialize)]
struct BlockRow {
    id: String,
    reason: String,
    length: String,
    since: String,
    until: String,
    by: String,
}

/// What came of the last press.
#[derive(Debug, Serialize)]
struct Flash {
    kind: &'static str,
    text: String,
}

/// One block: its id, why and for how long by their words, since and until when, and who broke the call off.
pub type Listed<'a> = (&'a str, &'a str, &'a str, (Timestamp, Timestamp), &'a str);

/// What came of lifting a block, as the address says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Done {
    /// It is lifted.
    Lifted,
    /// It was gone already.
    Gone,
}

impl BlocksView {
    /// The list for whoever is signed in.
    #[must_use]
    pub fn new(
        state: &AppState,
        request: &HttpRequest,
        signed_in: &SignedIn,
        office: &Office,
        listed: &[Listed<'_>],
        done: Option<Done>,
    ) -> Self {
        let language = state.language_of(request);
        let zone = TimeZone::get(&office.time_zone).unwrap_or(TimeZone::UTC);
        let speaker = Speaker { i18n: &state.i18n, language: &language, zone: &zone };
        let say = |key: &str| state.i18n.text(&language, key, &[]);
        let moment = |at: Timestamp| format!("{}, {}", speaker.day(at), speaker.time(at));
        let row = |(id, reason, length, (since, until), by): &Listed<'_>| BlockRow {
            id: (*id).to_owned(),
            reason: say(&format!("desk.abuse.reasons.{reason}")),
            length: say(&format!("desk.abuse.lengths.{length}")),
            since: moment(*since),
            until: moment(*until),
            by: (*by).to_owned(),
        };
        let flash = done.map(|done| match done {
            Done::Lifted => Flash { kind: "ok", text: say("desk.blocks.lifted") },
            Done::Gone => Flash { kind: "warn", text: say("desk.blocks.gone") },
        });
        let office_name = office.name.in_language(&language).to_owned();
        let desk = DeskView::new(state, request, &language, signed_in, office_name, &[]);
        Self {
            desk: desk.titled(state, &language, "desk.blocks.heading"),
            blocks: listed.iter().map(row).collect(),
            flash,
        }
    }
}
