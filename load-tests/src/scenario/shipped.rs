//! The scenarios that come with the program.

/// Name and text of each.
pub const ALL: &[(&str, &str)] = &[
    ("bad_day", include_str!("../../scenarios/bad_day.toml")),
    ("hundred_thousand", include_str!("../../scenarios/hundred_thousand.toml")),
    ("idle_sessions", include_str!("../../scenarios/idle_sessions.toml")),
    ("join_latency", include_str!("../../scenarios/join_latency.toml")),
    ("kill_rounds", include_str!("../../scenarios/kill_rounds.toml")),
    ("leak_check", include_str!("../../scenarios/leak_check.toml")),
    ("mass_reconnect", include_str!("../../scenarios/mass_reconnect.toml")),
    ("queue_rush_8am", include_str!("../../scenarios/queue_rush_8am.toml")),
    ("steady_calls", include_str!("../../scenarios/steady_calls.toml")),
];
