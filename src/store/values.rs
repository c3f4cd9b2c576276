//! Between records and columns: instants, ids, words, texts in several languages.

use std::str::FromStr;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::domain::office::LocalText;
use crate::store::error::StoreError;

/// An instant as it is stored: UTC microseconds.
pub(super) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// An instant that may be absent, as it is stored.
pub(super) fn maybe_micros(at: Option<Timestamp>) -> Option<i64> {
    at.map(micros)
}

/// A stored instant.
pub(super) fn instant(stored: i64, what: &'static str) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(stored).map_err(|_| StoreError::Corrupt { what })
}

/// A stored instant that may be absent.
pub(super) fn maybe_instant(stored: Option<i64>, what: &'static str) -> Result<Option<Timestamp>, StoreError> {
    stored.map(|stored| instant(stored, what)).transpose()
}

/// A stored id.
pub(super) fn id<I: FromStr>(stored: &str, what: &'static str) -> Result<I, StoreError> {
    stored.parse().map_err(|_| StoreError::Corrupt { what })
}

/// A stored id that may be absent.
pub(super) fn maybe_id<I: FromStr>(stored: Option<&str>, what: &'static str) -> Result<Option<I>, StoreError> {
    stored.map(|stored| id(stored, what)).transpose()
}

/// A stored value that must be there: a particular of a state, the meaning of a word.
pub(super) fn present<T>(stored: Option<T>, what: &'static str) -> Result<T, StoreError> {
    stored.ok_or(StoreError::Corrupt { what })
}

/// A stored number that fits its type.
pub(super) fn number<N: TryFrom<i64>>(stored: i64, what: &'static str) -> Result<N, StoreError> {
    N::try_from(stored).map_err(|_| StoreError::Corrupt { what })
}

/// A text in several languages as it is stored: a JSON object by language.
pub(super) fn local_text_json(text: &LocalText) -> String {
    let mut object = Map::new();
    object.insert("pl".to_owned(), Value::from(text.pl.as_str()));
    for (language, translated) in [("en", &text.en), ("uk", &text.uk)] {
        if let Some(translated) = translated {
            object.insert(language.to_owned(), Value::from(translated.as_str()));
        }
    }
    Value::Object(object).to_string()
}

/// A stored text in several languages.
pub(super) fn local_text(stored: &str, what: &'static str) -> Result<LocalText, StoreError> {
    let object: Value = serde_json::from_str(stored).map_err(|_| StoreError::Corrupt { what })?;
    let in_language = |language: &str| object.get(language).and_then(Value::as_str).map(str::to_owned);
    Ok(LocalText { pl: present(in_language("pl"), what)?, en: in_language("en"), uk: in_language("uk") })
}

/// Whether a text from outside can be looked for. PostgreSQL's texts hold no zero byte, so there is nothing to be found
/// by one.
pub(super) fn can_be_stored(text: &str) -> bool {
    !text.contains('\0')
}

/// Words that contain no spaces, as one column.
pub(super) fn joined<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().collect::<Vec<_>>().join(" ")
}

/// Turns "no row was changed" into the fact behind it.
pub(super) fn one_changed(rows: usize) -> Result<(), StoreError> {
    if rows == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}
