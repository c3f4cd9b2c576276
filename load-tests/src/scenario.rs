//! Scenarios: who comes, what they do, what goes wrong meanwhile, and what must hold. Read strictly: a key that nobody
//! knows is an error with its line.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::Deserialize;

pub mod bars;
mod check;
pub mod faults;
pub mod schedule;
pub mod shipped;
#[cfg(test)]
mod tests;
pub mod values;

use bars::Bar;
use faults::Fault;
use values::{Span, Times};

/// The version of the form of scenarios.
pub const SCHEMA_VERSION: u32 = 1;

/// Why a scenario cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// The file cannot be read.
    #[error("{path}: {why}")]
    Unreadable {
        /// Which file.
        path: String,
        /// What the system says.
        why: std::io::Error,
    },
    /// It is not a scenario.
    #[error("{origin}: {faults}")]
    Wrong {
        /// Which file, or which shipped scenario.
        origin: String,
        /// What is wrong, with line and column.
        faults: String,
    },
    /// There is no such scenario.
    #[error("'{0}' is neither a shipped scenario ('okienko-load list' shows them) nor a file")]
    Unknown(String),
}

/// A scenario.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Its name, the same as the file's.
    pub name: String,
    /// What it proves.
    pub purpose: String,
    /// What all chance in it grows from.
    pub seed: u64,
    /// The small and the full form.
    pub profiles: Profiles,
}

/// The two forms of a scenario.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profiles {
    /// A minute at most on two cores, for the checks of every day.
    pub ci: Plan,
    /// The real thing.
    pub full: Plan,
}

/// Which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Profile {
    /// A minute at most.
    #[default]
    Ci,
    /// The real thing.
    Full,
}

impl Profile {
    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ci => "ci",
            Self::Full => "full",
        }
    }
}

/// One form of a scenario: everything that happens.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// For how long residents come.
    pub duration: Span,
    /// How long those in the line are served afterwards, at most. Whoever waits then leaves.
    pub settle: Span,
    /// Settings for the server that is started, such as `"queue.place_kept_s" = 60`.
    #[serde(default)]
    pub server: BTreeMap<String, Setting>,
    /// Who comes.
    pub residents: Residents,
    /// Who serves them.
    pub clerks: Clerks,
    /// What they send each other.
    #[serde(default)]
    pub media: Media,
    /// What goes wrong.
    #[serde(default)]
    pub faults: Vec<Fault>,
    /// What must hold.
    pub bars: Vec<Bar>,
}

/// A value of a setting of the server.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Setting {
    /// A number.
    Number(i64),
    /// Yes or no.
    Switch(bool),
    /// A text.
    Text(String),
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Switch(switch) => switch.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

/// The residents: open arrivals, which do not care how busy the server is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Residents {
    /// How they come.
    pub arrivals: Arrivals,
    /// How long they wait before they leave the line; for ever if not said.
    pub patience: Option<Times>,
    /// How long they take to accept an invitation.
    pub accept: Times,
    /// The share of invitations that nobody answers.
    #[serde(default)]
    pub absent: f64,
    /// The share of calls that the resident ends.
    #[serde(default)]
    pub hang_up: f64,
    /// The languages that they speak, with weights; Polish if not said.
    #[serde(default = "polish")]
    pub languages: Vec<(String, u32)>,
    /// The share of those who sign.
    #[serde(default)]
    pub sign: f64,
}

fn polish() -> Vec<(String, u32)> {
    vec![("pl".to_owned(), 1)]
}

/// How residents come.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arrivals {
    /// By which law.
    pub process: Process,
    /// The rate a second from each moment on.
    pub per_s: Vec<(Span, f64)>,
    /// At most so many.
    pub count: Option<u32>,
}

/// By which law residents come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Process {
    /// Each for themselves.
    Poisson,
    /// In equal steps.
    Even,
    /// In equal steps until `count` are there; after that one for each who has gone.
    Replace,
}

/// The clerks, who go on to the next when they are done with one.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clerks {
    /// How many.
    pub count: u32,
    /// What they can do, in turn.
    #[serde(default = "all_alike")]
    pub skills: Vec<ClerkSkills>,
    /// When they begin to call, from the first arrival. They are on duty before.
    #[serde(default)]
    pub call_from: Span,
    /// How long it takes them to press when somebody waits.
    pub press: Times,
    /// How long they talk.
    pub talk: Times,
    /// How long they write notes after a call.
    pub notes: Times,
}

/// What a clerk can do.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClerkSkills {
    /// In which languages.
    pub languages: Vec<String>,
    /// Whether they sign.
    #[serde(default)]
    pub sign: bool,
}

fn all_alike() -> Vec<ClerkSkills> {
    vec![ClerkSkills { languages: vec!["pl".to_owned(), "en".to_owned(), "uk".to_owned()], sign: true }]
}

/// What the members of a call send.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Media {
    /// Which streams.
    pub kind: MediaKind,
    /// Pictures a second.
    #[serde(default = "fps")]
    pub fps: u32,
    /// Packets of a picture.
    #[serde(default = "packets_per_frame")]
    pub packets_per_frame: u32,
    /// Bytes of a packet.
    #[serde(default = "packet_bytes")]
    pub packet_bytes: u32,
}

impl Default for Media {
    fn default() -> Self {
        Self { kind: MediaKind::None, fps: fps(), packets_per_frame: packets_per_frame(), packet_bytes: packet_bytes() }
    }
}

const fn fps() -> u32 {
    30
}

const fn packets_per_frame() -> u32 {
    4
}

const fn packet_bytes() -> u32 {
    1_150
}

/// Which streams the members of a call send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// Nothing: no connection is made.
    None,
    /// Voices.
    Audio,
    /// Voices and pictures.
    Video,
}

impl Scenario {
    /// Reads a scenario by its name or its file.
    ///
    /// # Errors
    /// [`ScenarioError`].
    pub fn find(name: &str) -> Result<Self, ScenarioError> {
        if let Some((_, text)) = shipped::ALL.iter().find(|(known, _)| *known == name) {
            return Self::parse(text, name);
        }
        if !name.contains(['.', '/']) {
            return Err(ScenarioError::Unknown(name.to_owned()));
        }
        Self::load(Path::new(name))
    }

    /// Reads a scenario from a file.
    ///
    /// # Errors
    /// [`ScenarioError`].
    pub fn load(path: &Path) -> Result<Self, ScenarioError> {
        let origin = path.display().to_string();
        let text =
            std::fs::read_to_string(path).map_err(|why| ScenarioError::Unreadable { path: origin.clone(), why })?;
        Self::parse(&text, &origin)
    }

    /// Reads a scenario from its text.
    ///
    /// # Errors
    /// [`ScenarioError::Wrong`].
    pub fn parse(text: &str, origin: &str) -> Result<Self, ScenarioError> {
        let wrong = |faults: String| ScenarioError::Wrong { origin: origin.to_owned(), faults };
        let scenario: Self = toml::from_str(text).map_err(|error| wrong(error.to_string().trim_end().to_owned()))?;
        let faults = check::faults(&scenario);
        if faults.is_empty() { Ok(scenario) } else { Err(wrong(faults.join("\n  "))) }
    }

    /// One of its forms.
    #[must_use]
    pub const fn plan(&self, profile: Profile) -> &Plan {
        match profile {
            Profile::Ci => &self.profiles.ci,
            Profile::Full => &self.profiles.full,
        }
    }
}
