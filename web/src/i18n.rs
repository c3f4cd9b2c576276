//! The texts of all pages: catalogues by language and area, plural forms, and which language a reader wants.
//!
//! A language is a folder of `web/i18n`, an area is a TOML file in it, or a folder of them: `web/i18n/pl/desk.toml` holds
//! the keys that begin with `desk.`, the files in `web/i18n/pl/panel` those that begin with `panel.`. A table whose keys are all CLDR plural categories (`one`, `few`, `many`, `other`) is one text
//! in plural forms, chosen by the argument `count`. Another language needs another folder and nothing else.

use std::collections::BTreeMap;

use icu_locale::Locale;
use icu_plurals::{PluralCategory, PluralRules, PluralRulesOptions};
use rust_embed::RustEmbed;
use serde_json::Value;

/// The language that every text exists in and that all others fall back to.
pub const SOURCE_LANGUAGE: &str = "pl";

/// The languages this page is offered in, in the order of the switch; others follow by their code.
const FIRST: [&str; 3] = ["pl", "en", "uk"];

/// The embedded catalogues; a debug build reads them from disk.
#[derive(RustEmbed)]
#[folder = "i18n/"]
#[include = "*.toml"]
struct Files;

/// Why the catalogues cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// A file is not UTF-8 or not TOML.
    #[error("catalogue {file} cannot be read: {reason}")]
    Unreadable {
        /// Which file.
        file: String,
        /// What the parser says.
        reason: String,
    },
    /// The folder of the source language is not there.
    #[error("there is no catalogue in {SOURCE_LANGUAGE}")]
    NoSource,
    /// Two files of an area have the same key.
    #[error("catalogue {file} has the key {key}, which another file of its area has too")]
    Twice {
        /// The file that was read last.
        file: String,
        /// Which key.
        key: String,
    },
}

/// Values for the placeholders of a text, by name; `count` also chooses the plural form.
pub type Arguments<'a> = [(&'a str, String)];

/// All catalogues.
#[derive(Debug, Clone)]
pub struct I18n {
    languages: Vec<String>,
    catalogues: BTreeMap<String, Catalogue>,
}

/// The texts of one language by area and key.
#[derive(Debug, Clone, Default)]
struct Catalogue {
    areas: BTreeMap<String, Value>,
}

impl I18n {
    /// Reads all embedded catalogues.
    ///
    /// # Errors
    /// [`CatalogueError::Unreadable`] for a file that is not TOML, [`CatalogueError::NoSource`] without Polish,
    /// [`CatalogueError::Twice`] for a key in two files.
    pub fn load() -> Result<Self, CatalogueError> {
        let mut catalogues: BTreeMap<String, Catalogue> = BTreeMap::new();
        for file in Files::iter() {
            let Some((language, path)) = file.strip_suffix(".toml").and_then(|path| path.split_once('/')) else {
                continue;
            };
            let area = path.split_once('/').map_or(path, |(area, _)| area);
            let unreadable = |reason: String| CatalogueError::Unreadable { file: file.to_string(), reason };
            let bytes = Files::get(&file).ok_or_else(|| unreadable("it is gone".to_owned()))?;
            let text = std::str::from_utf8(&bytes.data).map_err(|error| unreadable(error.to_string()))?;
            let table: Value = toml::from_str(text).map_err(|error| unreadable(error.to_string()))?;
            let areas = &mut catalogues.entry(language.to_owned()).or_default().areas;
            let whole = areas.entry(area.to_owned()).or_insert_with(|| Value::Object(serde_json::Map::new()));
            let keys = table.as_object().into_iter().flat_map(|table| table.keys());
            if let Some(key) = keys.into_iter().find(|key| whole.get(key).is_some()) {
                return Err(CatalogueError::Twice { file: file.to_string(), key: format!("{area}.{key}") });
            }
            overlay(whole, table);
        }
        if !catalogues.contains_key(SOURCE_LANGUAGE) {
            return Err(CatalogueError::NoSource);
        }
        let known = FIRST.iter().copied().filter(|code| catalogues.contains_key(*code));
        let others = catalogues.keys().map(String::as_str).filter(|code| !FIRST.contains(code));
        let languages = known.chain(others).map(str::to_owned).collect();
        Ok(Self { languages, catalogues })
    }

    /// The languages there are, Polish first.
    #[must_use]
    pub fn languages(&self) -> &[String] {
        &self.languages
    }

    /// The language's own name, such as `Polski`: the key `common.language-name`.
    #[must_use]
    pub fn name_of<'a>(&'a self, language: &'a str) -> &'a str {
        self.find(language, "common.language-name").and_then(Value::as_str).unwrap_or(language)
    }

    /// The language to use: the first wish that there is a catalogue for, else Polish. `wished` comes from `?lang=`,
    /// `accept` is the header `Accept-Language` (RFC 9110 §12.5.4).
    #[must_use]
    pub fn choose(&self, wished: Option<&str>, accept: Option<&str>) -> &str {
        let by_header = accept.map(by_weight).unwrap_or_default();
        wished
            .into_iter()
            .map(str::to_owned)
            .chain(by_header)
            .find_map(|wish| {
                let primary = wish.split('-').next().unwrap_or_default().to_ascii_lowercase();
                self.languages.iter().find(|language| **language == primary)
            })
            .map_or(SOURCE_LANGUAGE, String::as_str)
    }

    /// Whether a text has this key, in Polish at least.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.find(SOURCE_LANGUAGE, key).is_some_and(|value| value.is_string() || is_plural(value))
    }

    /// A text with its placeholders filled; in Polish where it is not translated, and its key where it is nowhere.
    #[must_use]
    pub fn text(&self, language: &str, key: &str, arguments: &Arguments<'_>) -> String {
        let found = [language, SOURCE_LANGUAGE]
            .into_iter()
            .find_map(|candidate| self.find(candidate, key).and_then(|value| form(candidate, value, arguments)));
        let Some(template) = found else {
            tracing::error!(i18n.key = key, "a text is missing in all catalogues");
            return key.to_owned();
        };
        fill(template, arguments)
    }

    /// One area as JSON for the browser's modules, Polish texts where some are not translated.
    #[must_use]
    pub fn area(&self, language: &str, area: &str) -> Value {
        let of = |code: &str| self.catalogues.get(code).and_then(|catalogue| catalogue.areas.get(area)).cloned();
        let mut merged = of(SOURCE_LANGUAGE).unwrap_or_else(|| Value::Object(serde_json::Map::new()));
        if let Some(translated) = of(language) {
            overlay(&mut merged, translated);
        }
        merged
    }

    fn find(&self, language: &str, key: &str) -> Option<&Value> {
        let mut steps = key.split('.');
        let area = self.catalogues.get(language)?.areas.get(steps.next()?)?;
        steps.try_fold(area, |value, step| value.get(step))
    }
}

/// The languages of an `Accept-Language` header, the most wanted first.
fn by_weight(header: &str) -> Vec<String> {
    let mut wishes: Vec<(f32, String)> = header
        .split(',')
        .take(20)
        .filter_map(|part| {
            let mut pieces = part.trim().split(';');
            let tag = pieces.next()?.trim().to_owned();
            let weight = pieces.find_map(|piece| piece.trim().strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
            (weight > 0.0).then_some((weight, tag))
        })
        .collect();
    wishes.sort_by(|a, b| b.0.total_cmp(&a.0));
    wishes.into_iter().map(|(_, tag)| tag).collect()
}

fn overlay(base: &mut Value, over: Value) {
    match (base, over) {
        (Value::Object(base), Value::Object(over)) => {
            for (key, value) in over {
                overlay(base.entry(key).or_insert(Value::Null), value);
            }
        }
        (base, over) => *base = over,
    }
}

/// The name of a plural category as CLDR and the catalogues write it.
fn category_name(category: PluralCategory) -> &'static str {
    match category {
        PluralCategory::Zero => "zero",
        PluralCategory::One => "one",
        PluralCategory::Two => "two",
        PluralCategory::Few => "few",
        PluralCategory::Many => "many",
        PluralCategory::Other => "other",
    }
}

fn is_plural(value: &Value) -> bool {
    const CATEGORIES: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];
    value.as_object().is_some_and(|forms| {
        !forms.is_empty() && forms.iter().all(|(key, form)| form.is_string() && CATEGORIES.contains(&key.as_str()))
    })
}

fn rules(language: &str) -> Option<PluralRules> {
    let locale: Locale = language.parse().ok()?;
    PluralRules::try_new(locale.into(), PluralRulesOptions::default()).ok()
}

fn form<'a>(language: &str, value: &'a Value, arguments: &Arguments<'_>) -> Option<&'a str> {
    if let Some(text) = value.as_str() {
        return Some(text);
    }
    let count = arguments.iter().find(|(name, _)| *name == "count").map(|(_, count)| count.as_str())?;
    let category = match (rules(language), count.parse::<u64>()) {
        (Some(rules), Ok(count)) => category_name(rules.category_for(count)),
        _ => "other",
    };
    value.get(category).or_else(|| value.get("other"))?.as_str()
}

/// Puts the arguments into `{name}` placeholders; an unknown placeholder stays as it is written.
fn fill(template: &str, arguments: &Arguments<'_>) -> String {
    let mut filled = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let known = after
            .split_once('}')
            .and_then(|(name, tail)| arguments.iter().find(|(key, _)| *key == name).map(|(_, value)| (value, tail)));
        match known {
            Some((value, tail)) => {
                filled.push_str(value);
                rest = tail;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests;
