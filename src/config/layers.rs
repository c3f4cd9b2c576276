//! The layers of settings: the embedded defaults, a file, the environment. The defaults are the schema: what they do
//! not have is unknown, and a value must be of the same kind as theirs.

use std::collections::BTreeMap;
use std::path::Path;

use toml::{Table, Value};

/// All settings with their defaults, as shipped.
pub const DEFAULTS: &str = include_str!("../../config/default.toml");

/// The settings that only a build with failure points has.
#[cfg(feature = "failure-points")]
const FAILURES: &str = include_str!("../../config/failure-points.toml");

/// What the names of all settings in the environment begin with.
pub const ENV_PREFIX: &str = "OKIENKO__";

/// Something wrong with the settings, as a plain sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigFault {
    /// The file cannot be read.
    #[error("the settings file {path} cannot be read: {why}")]
    Unreadable {
        /// Which file.
        path: String,
        /// What the system says.
        why: String,
    },
    /// The file is not TOML.
    #[error("{origin} is not valid TOML in line {line}: {why}")]
    NotToml {
        /// Which file.
        origin: String,
        /// Where, from 1.
        line: usize,
        /// What is wrong.
        why: String,
    },
    /// There is no such setting.
    #[error("{key} (from {origin}) is not a setting; config/default.toml lists them all")]
    Unknown {
        /// Which key.
        key: String,
        /// Where it was found.
        origin: String,
    },
    /// The value cannot be used.
    #[error("{key} (from {origin}) {why}")]
    Invalid {
        /// Which key.
        key: String,
        /// Where the value came from.
        origin: String,
        /// What is wrong with it, as the rest of the sentence.
        why: String,
    },
}

/// A value and where it came from.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    pub(super) value: Value,
    pub(super) origin: String,
}

/// All settings by `section.key`, from all layers.
pub(super) type Settings = BTreeMap<String, Setting>;

/// Reads all layers. The settings are complete whatever is wrong: a faulty value leaves the one below it.
pub(super) fn read(
    file: Option<&Path>,
    environment: impl Iterator<Item = (String, String)>,
) -> (Settings, Vec<ConfigFault>) {
    let mut settings = Settings::new();
    let mut faults = Vec::new();
    for (key, value) in leaves(DEFAULTS, "the defaults", &mut faults) {
        settings.insert(key, Setting { value, origin: "the defaults".to_owned() });
    }
    #[cfg(feature = "failure-points")]
    for (key, value) in leaves(FAILURES, "the defaults", &mut faults) {
        settings.insert(key, Setting { value, origin: "the defaults".to_owned() });
    }
    if let Some(path) = file {
        let origin = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => {
                for (key, value) in leaves(&text, &origin, &mut faults) {
                    overlay(&mut settings, key, &origin, |_| Ok(value), &mut faults);
                }
            }
            Err(error) => faults.push(ConfigFault::Unreadable { path: origin, why: error.to_string() }),
        }
    }
    for (name, text) in environment {
        if let Some(rest) = name.strip_prefix(ENV_PREFIX) {
            let key = rest.to_ascii_lowercase().replace("__", ".");
            overlay(&mut settings, key, &name, |like| parsed_like(like, &text), &mut faults);
        }
    }
    (settings, faults)
}

/// Puts a value over the one below, if there is one and they are of the same kind.
fn overlay(
    settings: &mut Settings,
    key: String,
    origin: &str,
    value: impl FnOnce(&Value) -> Result<Value, String>,
    faults: &mut Vec<ConfigFault>,
) {
    let origin = origin.to_owned();
    let Some(setting) = settings.get_mut(&key) else {
        faults.push(ConfigFault::Unknown { key, origin });
        return;
    };
    let same_kind = value(&setting.value).and_then(|value| match value.same_type(&setting.value) {
        true => Ok(value),
        false => Err(format!("must be {}", kind(&setting.value))),
    });
    match same_kind {
        Ok(value) => *setting = Setting { value, origin },
        Err(why) => faults.push(ConfigFault::Invalid { key, origin, why }),
    }
}

/// The keys and values of a TOML text, as `section.key`. Deeper tables come out as unknown keys by their longer names.
fn leaves(text: &str, origin: &str, faults: &mut Vec<ConfigFault>) -> Vec<(String, Value)> {
    match text.parse::<Table>() {
        Ok(table) => {
            let mut found = Vec::new();
            collect(table, "", &mut found);
            found
        }
        Err(error) => {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count().saturating_add(1);
            // Not the error's own Display: it quotes the line, which may hold a password.
            faults.push(ConfigFault::NotToml { origin: origin.to_owned(), line, why: error.message().to_owned() });
            Vec::new()
        }
    }
}

fn collect(table: Table, prefix: &str, found: &mut Vec<(String, Value)>) {
    for (name, value) in table {
        let key = if prefix.is_empty() { name } else { format!("{prefix}.{name}") };
        match value {
            Value::Table(inner) => collect(inner, &key, found),
            other => found.push((key, other)),
        }
    }
}

/// An environment variable's text as a value of the same kind as the default.
fn parsed_like(like: &Value, text: &str) -> Result<Value, String> {
    let refused = || format!("must be {}", kind(like));
    match like {
        Value::Integer(_) => text.trim().parse().map(Value::Integer).map_err(|_| refused()),
        Value::Boolean(_) => text.trim().parse().map(Value::Boolean).map_err(|_| refused()),
        Value::Array(_) => {
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            Ok(Value::Array(parts.map(|part| Value::String(part.to_owned())).collect()))
        }
        Value::String(_) => Ok(Value::String(text.to_owned())),
        Value::Float(_) | Value::Datetime(_) | Value::Table(_) => Err(refused()),
    }
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a text",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number",
        Value::Boolean(_) => "true or false",
        Value::Datetime(_) => "a date",
        Value::Array(_) => "a list of texts",
        Value::Table(_) => "a section",
    }
}
