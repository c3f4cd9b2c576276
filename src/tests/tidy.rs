//! Rules of the code that no compiler checks: who may know whom, and how long a file may be.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used, reason = "a test may fail by a panic")]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All files below a folder with one of these endings, without what tools leave behind.
fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    fn walk(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                if !["node_modules", "target", "vendor", "test-results"].contains(&name.as_str())
                    && !name.starts_with('.')
                {
                    walk(&path, endings, found);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), endings, &mut found);
    assert!(!found.is_empty(), "no {endings:?} in {folder}");
    found
}

/// The lines of files in a folder that hold one of these words, but for the files allowed to.
fn who_mentions(folder: &str, words: &[&str], allowed: &[&str]) -> Vec<String> {
    let mut mentions = Vec::new();
    for path in files(folder, &[".rs"]) {
        let relative = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
        if allowed.contains(&relative.as_str()) {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        // Tests at a file's end may use what they like.
        for (number, line) in text.lines().take_while(|line| *line != "#[cfg(test)]").enumerate() {
            let code = line.split("//").next().unwrap();
            if words.iter().any(|word| code.contains(word)) {
                mentions.push(format!("{relative}:{}: {line}", number + 1));
            }
        }
    }
    mentions
}

#[test]
fn the_rules_know_no_database_no_network_and_no_clock() {
    let words =
        ["diesel", "actix", "tokio", "rtc::", "std::fs", "std::net", "std::thread", "crate::store", "serde_json"];

    assert_eq!(who_mentions("src/domain", &words, &[]), Vec::<String>::new());
}

#[test]
fn diesel_stays_in_the_store() {
    for folder in ["src/domain", "actors/src", "web/src"] {
        assert_eq!(who_mentions(folder, &["diesel"], &[]), Vec::<String>::new());
    }
}

#[test]
fn one_place_knows_the_deprecated_socket_crate() {
    let allowed = ["web/src/socket/link.rs", "web/src/socket/citizen.rs", "web/src/socket/desk.rs"];

    assert_eq!(who_mentions("web/src", &["actix_web_actors"], &allowed), Vec::<String>::new());
}

#[test]
fn nobody_uses_the_supervisor_that_dies_with_its_actor() {
    assert_eq!(who_mentions("actors/src", &["actix::Supervisor", "SystemService"], &[]), Vec::<String>::new());
}

#[test]
fn a_panic_unwinds_in_every_profile() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();

    assert!(!manifest.contains("panic = \"abort\""));
    assert!(manifest.contains("panic = \"unwind\""));
}

#[test]
fn no_file_is_longer_than_400_lines() {
    let mut long = Vec::new();
    for folder in ["src", "actors", "load-tests", "web", "widget"] {
        for path in files(folder, &[".rs", ".js", ".css", ".hbs", ".toml"]) {
            let lines = fs::read_to_string(&path).unwrap().lines().count();
            if lines > 400 {
                long.push(format!("{} has {lines} lines", path.display()));
            }
        }
    }

    assert_eq!(long, Vec::<String>::new());
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |database: &str| {
        let entries = fs::read_dir(root().join("migrations").join(database)).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };

    assert_eq!(names("sqlite"), names("postgres"));
    assert!(!names("sqlite").is_empty());
}

#[test]
fn the_demo_and_the_example_settings_are_in_the_tree() {
    for file in ["config/default.toml", "config/production.example.toml", "config/demo.toml"] {
        assert!(root().join(file).exists(), "{file} is missing");
    }
}

/// What stands between two marks in a text, its lines joined.
fn between(text: &str, open: &str, close: &str) -> Vec<String> {
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let parts = joined.split(open).skip(1).filter_map(|part| part.split_once(close));
    parts.map(|(inside, _)| inside.to_owned()).collect()
}

/// The catalogues of the language that comes first, and what the demo office is called.
fn words_on_screen() -> String {
    let catalogues = files("web/i18n/pl", &[".toml"]).into_iter().chain(files("src", &["seed.rs"]));
    catalogues.map(|path| fs::read_to_string(path).unwrap()).collect()
}

#[test]
fn the_manuals_and_the_readme_name_buttons_as_they_are() {
    // Keys of the keyboard, and words with numbers or dots in them, are on no button like this.
    let others = ["Spacja", "Esc", "Enter", "Tab", "Alt"];
    let screen = words_on_screen();
    let mut unknown = Vec::new();
    let readme = between(&fs::read_to_string(root().join("README.md")).unwrap(), "„", "”");
    assert!(readme.len() >= 5, "{readme:?}");
    unknown.extend(readme.into_iter().filter(|word| !screen.contains(word)));
    for path in files("docs/pl", &[".md"]) {
        let text = fs::read_to_string(&path).unwrap();
        // Every second piece is bold.
        let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let bold = joined.split("**").skip(1).step_by(2).map(str::to_owned);
        let is_plain = |word: &String| !word.chars().any(|letter| letter.is_ascii_digit() || letter == '…');
        unknown.extend(bold.filter(is_plain).filter(|word| !screen.contains(word) && !others.contains(&word.as_str())));
    }

    assert_eq!(unknown, Vec::<String>::new());
}
