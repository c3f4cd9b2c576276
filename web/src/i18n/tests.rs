use std::collections::BTreeSet;

use super::*;

/// All texts of a language: key, forms.
fn texts(catalogue: &Catalogue) -> BTreeMap<String, Vec<(String, String)>> {
    fn walk(prefix: &str, value: &Value, out: &mut BTreeMap<String, Vec<(String, String)>>) {
        if let Some(text) = value.as_str() {
            out.insert(prefix.to_owned(), vec![(String::new(), text.to_owned())]);
        } else if is_plural(value) {
            let forms = value.as_object().unwrap();
            let forms = forms.iter().map(|(key, form)| (key.clone(), form.as_str().unwrap().to_owned())).collect();
            out.insert(prefix.to_owned(), forms);
        } else {
            let table = value.as_object().unwrap_or_else(|| panic!("{prefix} is neither text nor table"));
            for (key, value) in table {
                walk(&format!("{prefix}.{key}"), value, out);
            }
        }
    }
    let mut out = BTreeMap::new();
    for (area, value) in &catalogue.areas {
        walk(area, value, &mut out);
    }
    out
}

fn placeholders(text: &str) -> BTreeSet<String> {
    text.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name.to_owned())).collect()
}

#[test]
fn every_language_has_the_same_keys_and_placeholders() {
    let i18n = I18n::load().unwrap();
    let source = texts(&i18n.catalogues[SOURCE_LANGUAGE]);
    let mut faults = Vec::new();

    for (language, catalogue) in &i18n.catalogues {
        let translated = texts(catalogue);
        for key in source.keys().filter(|key| !translated.contains_key(*key)) {
            faults.push(format!("{language}: {key} is missing"));
        }
        for (key, forms) in &translated {
            let Some(original) = source.get(key) else {
                faults.push(format!("{language}: {key} is not in {SOURCE_LANGUAGE}"));
                continue;
            };
            let expected: BTreeSet<String> = original.iter().flat_map(|(_, text)| placeholders(text)).collect();
            let actual: BTreeSet<String> = forms.iter().flat_map(|(_, text)| placeholders(text)).collect();
            if expected != actual {
                faults.push(format!("{language}: {key} has placeholders {actual:?}, not {expected:?}"));
            }
        }
    }

    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn plural_forms_are_complete_in_each_language() {
    let i18n = I18n::load().unwrap();
    let mut faults = Vec::new();

    for (language, catalogue) in &i18n.catalogues {
        let needed: BTreeSet<&str> = rules(language).unwrap().categories().map(category_name).collect();
        for (key, forms) in texts(catalogue) {
            let written: BTreeSet<&str> = forms.iter().map(|(category, _)| category.as_str()).collect();
            if written != BTreeSet::from([""]) && written != needed {
                faults.push(format!("{language}: {key} has {written:?}, needs {needed:?}"));
            }
        }
    }

    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A catalogue of our own, so that these tests do not depend on the wording of pages.
fn sample() -> I18n {
    let pl = serde_json::json!({
        "people": { "one": "{count} osoba", "few": "{count} osoby", "many": "{count} osób", "other": "{count} osoby" },
        "greeting": "Dzień dobry, {name}!",
        "only-here": "tylko po polsku",
    });
    let en = serde_json::json!({
        "people": { "one": "{count} person", "other": "{count} people" },
        "greeting": "Hello, {name}!",
    });
    let catalogue = |value: Value| Catalogue { areas: BTreeMap::from([("a".to_owned(), value)]) };
    I18n {
        languages: vec!["pl".to_owned(), "en".to_owned()],
        catalogues: BTreeMap::from([("pl".to_owned(), catalogue(pl)), ("en".to_owned(), catalogue(en))]),
    }
}

#[test]
fn polish_counts_take_their_plural_forms() {
    let people = |count: u32| sample().text("pl", "a.people", &[("count", count.to_string())]);

    let counts = [0, 1, 2, 4, 5, 12, 14, 21, 22, 25, 101, 102, 112];
    let words: Vec<String> = counts.into_iter().map(people).collect();

    assert_eq!(
        words,
        [
            "0 osób",
            "1 osoba",
            "2 osoby",
            "4 osoby",
            "5 osób",
            "12 osób",
            "14 osób",
            "21 osób",
            "22 osoby",
            "25 osób",
            "101 osób",
            "102 osoby",
            "112 osób"
        ]
    );
}

#[test]
fn a_text_that_is_not_translated_is_given_in_polish() {
    assert_eq!(sample().text("en", "a.only-here", &[]), "tylko po polsku");
    assert_eq!(sample().area("en", "a")["only-here"], "tylko po polsku");
    assert_eq!(sample().area("en", "a")["greeting"], "Hello, {name}!");
}

#[test]
fn an_argument_is_never_taken_for_a_placeholder() {
    assert_eq!(sample().text("pl", "a.greeting", &[("name", "{count}".to_owned())]), "Dzień dobry, {count}!");
}

#[test]
fn a_reader_gets_the_first_language_that_exists() {
    let i18n = sample();

    assert_eq!(i18n.choose(Some("en"), Some("pl")), "en");
    assert_eq!(i18n.choose(Some("xx"), Some("de;q=0.9, en-GB;q=0.5, pl;q=0.1")), "en");
    assert_eq!(i18n.choose(None, Some("de")), "pl");
    assert_eq!(i18n.choose(None, Some(";;,q=,-")), "pl");
    assert_eq!(i18n.choose(None, None), "pl");
}
