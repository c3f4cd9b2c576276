//! The program as it is called: what it says and how it ends without a server.
#![allow(clippy::unwrap_used, reason = "a test may fail by a panic")]

use std::process::{Command, Output};

fn okienko_load(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_okienko-load"))
        .args(arguments)
        .env_remove("OKIENKO_LOAD_PASSWORD")
        .output()
        .unwrap()
}

fn ended(output: &Output) -> (Option<i32>, String) {
    let said = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

/// A scenario in a file of its own.
fn file(name: &str, change: impl Fn(String) -> String) -> String {
    let text = include_str!("../scenarios/join_latency.toml").to_owned();
    let path = std::env::temp_dir().join(format!("okienko-load-cli-{}-{name}.toml", std::process::id()));
    std::fs::write(&path, change(text)).unwrap();
    path.to_string_lossy().into_owned()
}

#[test]
fn it_lists_scenarios_and_measures() {
    let (status, said) = ended(&okienko_load(&["list"]));

    assert_eq!(status, Some(0));
    for word in ["queue_rush_8am", "kill_rounds", "media_back_ms", "tickets_doubled"] {
        assert!(said.contains(word), "{said}");
    }
}

#[test]
fn a_good_scenario_is_valid_and_a_faulty_one_ends_with_3_and_its_line() {
    let good = file("good", |text| text);
    let faulty = file("faulty", |text| text.replacen("seed =", "sed =", 1));

    assert_eq!(okienko_load(&["validate", &good, "steady_calls"]).status.code(), Some(0));
    let (status, said) = ended(&okienko_load(&["validate", &faulty]));

    assert_eq!(status, Some(3));
    assert!(said.contains("line 6") && said.contains("sed"), "{said}");
    for path in [good, faulty] {
        std::fs::remove_file(path).unwrap();
    }
}

#[test]
fn wrong_usage_ends_with_3() {
    for arguments in [
        vec!["run"],
        vec!["run", "no_such_scenario"],
        vec!["run", "join_latency", "--speed", "9"],
        vec!["run", "join_latency", "--url", "http://127.0.0.1:1"],
        vec!["run", "join_latency", "--url", "http://127.0.0.1:1", "--server", "x"],
    ] {
        assert_eq!(okienko_load(&arguments).status.code(), Some(3), "{arguments:?}");
    }
    let (_, said) = ended(&okienko_load(&["run", "join_latency", "--url", "http://127.0.0.1:1"]));
    assert!(said.contains("OKIENKO_LOAD_PASSWORD"), "{said}");
}

#[test]
fn a_server_that_is_not_there_ends_with_4() {
    let out = std::env::temp_dir().join(format!("okienko-load-cli-{}", std::process::id()));
    let out_text = out.to_string_lossy().into_owned();
    let given = Command::new(env!("CARGO_BIN_EXE_okienko-load"))
        .args(["run", "join_latency", "--url", "http://127.0.0.1:1", "--out", &out_text])
        .env("OKIENKO_LOAD_PASSWORD", "x")
        .output()
        .unwrap();
    let own = okienko_load(&["run", "join_latency", "--server", "/bin/false", "--out", &out_text]);

    assert_eq!(given.status.code(), Some(4), "{}", ended(&given).1);
    assert_eq!(own.status.code(), Some(4), "{}", ended(&own).1);
    std::fs::remove_dir_all(out).unwrap();
}

#[test]
fn the_panic_of_a_room_is_refused_in_words() {
    let fault = "\n[[profiles.ci.faults]]\nkind = \"panic:room\"\nat = \"1s\"\n";
    let path = file("panic", |text| text + fault);

    let (status, said) = ended(&okienko_load(&["run", &path]));

    assert_eq!(status, Some(3));
    assert!(said.contains("failure points"), "{said}");
    std::fs::remove_file(path).unwrap();
}
