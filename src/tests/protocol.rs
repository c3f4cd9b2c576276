//! `docs/PROTOCOL.md` is true: each example parses, comes out as it went in, and no frame is without one.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used, reason = "a test may fail by a panic")]

use std::collections::BTreeSet;

use okienko::wire::{CitizenCommand, CitizenFrame, Command, DeskCommand, DeskFrame, Envelope};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

const PAGE: &str = include_str!("../../docs/PROTOCOL.md");

/// The examples of one kind: the fenced blocks whose info string is `json KIND`.
fn examples(kind: &str) -> Vec<&'static str> {
    let fence = format!("```json {kind}\n");
    PAGE.split(&fence).skip(1).map(|rest| rest.split("\n```").next().unwrap().trim()).collect()
}

/// The `type`s that an enum knows, as serde lists them when it meets an unknown one.
fn types_of<F: DeserializeOwned>() -> BTreeSet<String> {
    let error = serde_json::from_str::<F>(r#"{"type": "no such type"}"#).err().unwrap().to_string();
    let known = error.split("expected one of ").nth(1).unwrap();
    known.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn check<Whole: DeserializeOwned + Serialize, Inner: DeserializeOwned>(kind: &str) {
    let mut shown = BTreeSet::new();
    for example in examples(kind) {
        let written: Value = serde_json::from_str(example).unwrap_or_else(|error| panic!("{error} in {example}"));
        let parsed: Whole = serde_json::from_str(example).unwrap_or_else(|error| panic!("{error} in {example}"));

        assert_eq!(serde_json::to_value(&parsed).unwrap(), written);

        shown.insert(written["type"].as_str().unwrap().to_owned());
    }
    assert_eq!(shown, types_of::<Inner>());
}

#[test]
fn every_citizen_command_has_a_true_example() {
    check::<Command<CitizenCommand>, CitizenCommand>("citizen-command");
}

#[test]
fn every_citizen_frame_has_a_true_example() {
    check::<Envelope<CitizenFrame>, CitizenFrame>("citizen-frame");
}

#[test]
fn every_desk_command_has_a_true_example() {
    check::<Command<DeskCommand>, DeskCommand>("desk-command");
}

#[test]
fn every_desk_frame_has_a_true_example() {
    check::<Envelope<DeskFrame>, DeskFrame>("desk-frame");
}

#[test]
fn every_command_with_an_unknown_field_is_refused() {
    fn taken<C: DeserializeOwned>(kind: &str) -> Vec<&'static str> {
        let with_more = |example: &str| example.replacen('{', r#"{"html": "<b>", "#, 1);
        examples(kind)
            .into_iter()
            .filter(|example| serde_json::from_str::<Command<C>>(&with_more(example)).is_ok())
            .collect()
    }

    assert_eq!(taken::<CitizenCommand>("citizen-command"), [""; 0]);
    assert_eq!(taken::<DeskCommand>("desk-command"), [""; 0]);
}
