//! The scenarios that come with the program.

/// Name and text of each.
pub const ALL: &[(&str, &str)] = &[
    ("join_latency", include_str!("../../scenarios/join_latency.toml")),
    ("queue_rush_8am", include_str!("../../scenarios/queue_rush_8am.toml")),
];
