//! Takes typed values out of the merged settings and keeps a list of everything that is wrong with them.

use std::net::AddrParseError;
use std::str::FromStr;

use toml::Value;

use super::layers::{ConfigFault, Setting, Settings};

/// The merged settings and the faults found so far.
pub(super) struct Reader {
    settings: Settings,
    faults: Vec<ConfigFault>,
    #[cfg(test)]
    pub(super) asked: std::collections::BTreeSet<String>,
}

impl Reader {
    pub(super) fn new(settings: Settings, faults: Vec<ConfigFault>) -> Self {
        Self {
            settings,
            faults,
            #[cfg(test)]
            asked: std::collections::BTreeSet::new(),
        }
    }

    pub(super) fn into_faults(self) -> Vec<ConfigFault> {
        self.faults
    }

    /// A text; None if it is empty, which means "not set".
    pub(super) fn text(&mut self, key: &str) -> Option<String> {
        match self.value(key)? {
            Value::String(text) => Some(text).filter(|text| !text.trim().is_empty()),
            _ => None,
        }
    }

    /// A text that is one of a few, or says itself what is wrong with it.
    pub(super) fn word<T: FromStr<Err = &'static str>>(&mut self, key: &str) -> Option<T> {
        let text = self.text(key).unwrap_or_default();
        self.checked(key, text.parse())
    }

    /// An address; `must` is the sentence for one that is not.
    pub(super) fn parsed<T: FromStr<Err = AddrParseError>>(&mut self, key: &str, must: &'static str) -> Option<T> {
        let text = self.text(key).unwrap_or_default();
        self.checked(key, text.parse().map_err(|_| must))
    }

    /// A list; `must` is the sentence for a faulty entry, which is left out.
    pub(super) fn list<T: FromStr>(&mut self, key: &str, must: &'static str) -> Vec<T> {
        let Some(Value::Array(entries)) = self.value(key) else { return Vec::new() };
        let mut values = Vec::with_capacity(entries.len());
        for entry in entries {
            let parsed = entry.as_str().and_then(|text| text.trim().parse().ok()).ok_or(must);
            values.extend(self.checked(key, parsed));
        }
        values
    }

    /// A whole number within bounds.
    pub(super) fn whole(&mut self, key: &str, least: u32, most: u32) -> u32 {
        let Some(Value::Integer(given)) = self.value(key) else { return least };
        match u32::try_from(given) {
            Ok(number) if (least..=most).contains(&number) => number,
            _ => {
                self.fault(key, format!("must be a whole number from {least} to {most}, not {given}"));
                least
            }
        }
    }

    /// A whole number within bounds, as a size.
    pub(super) fn size(&mut self, key: &str, least: u32, most: u32) -> usize {
        usize::try_from(self.whole(key, least, most)).unwrap_or(usize::MAX)
    }

    /// A port, or 0 for any.
    pub(super) fn port(&mut self, key: &str) -> u16 {
        u16::try_from(self.whole(key, 0, u32::from(u16::MAX))).unwrap_or(0)
    }

    /// The value, or a fault and None.
    pub(super) fn checked<T>(&mut self, key: &str, value: Result<T, &'static str>) -> Option<T> {
        value.map_err(|why| self.fault(key, why.to_owned())).ok()
    }

    /// Notes a fault where a value should be.
    pub(super) fn refuse<T>(&mut self, key: &str, why: &'static str) -> Option<T> {
        self.checked(key, Err(why))
    }

    fn value(&mut self, key: &str) -> Option<Value> {
        #[cfg(test)]
        self.asked.insert(key.to_owned());
        self.settings.get(key).map(|setting| setting.value.clone())
    }

    fn fault(&mut self, key: &str, why: String) {
        let origin = self.settings.get(key).map(|Setting { origin, .. }| origin.clone()).unwrap_or_default();
        self.faults.push(ConfigFault::Invalid { key: key.to_owned(), origin, why });
    }
}
