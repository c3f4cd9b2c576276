//! Bars: what a run must reach, written as `join_ms p99 <= 1000` or `tickets_lost = 0`.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::measure::names::{self, Latency};

/// What a bar looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// A percentile of a time, in milliseconds.
    Time(Latency, Stat),
    /// A number.
    Count(&'static str),
}

/// Which value of a distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stat {
    /// The median.
    P50,
    /// The 95th percentile.
    P95,
    /// The 99th percentile.
    P99,
    /// The 99.9th percentile.
    P999,
    /// The largest.
    Max,
}

impl Stat {
    const ALL: [(&'static str, Self); 5] =
        [("p50", Self::P50), ("p95", Self::P95), ("p99", Self::P99), ("p99.9", Self::P999), ("max", Self::Max)];

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, stat)| *stat == self).map_or("", |(word, _)| *word)
    }
}

/// On which side of the bar a run must stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// At the bar or below it.
    AtMost,
    /// At the bar or above it.
    AtLeast,
    /// Exactly there.
    Exactly,
}

/// A bar.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Bar {
    /// What it is about.
    pub measure: Measure,
    /// Which side is good.
    pub side: Side,
    /// Where it lies.
    pub value: f64,
}

impl Bar {
    /// Whether a measured value is good. `slack` is how many times a time may be over its bar.
    #[must_use]
    pub fn holds(&self, measured: f64, slack: f64) -> bool {
        let slack = if matches!(self.measure, Measure::Time(..)) { slack } else { 1.0 };
        match self.side {
            Side::AtMost => measured <= self.value * slack,
            Side::AtLeast => measured >= self.value,
            Side::Exactly => (measured - self.value).abs() < 1e-9,
        }
    }

    /// Whether the bar judges how fast something was, how much was done by then, or what it took: where the machine was
    /// the bottleneck, missing it says nothing.
    #[must_use]
    pub fn is_about_speed(&self) -> bool {
        matches!(self.measure, Measure::Time(..)) || self.side == Side::AtLeast || self.is_about_cost()
    }

    /// Whether the bar judges what something took of the machine, or cost on the way.
    #[must_use]
    pub fn is_about_cost(&self) -> bool {
        let is_cost = |name: &str| name.starts_with("server_") || matches!(name, "media_loss_percent" | "media_lost");
        matches!(self.measure, Measure::Count(name) if is_cost(name))
    }
}

impl TryFrom<String> for Bar {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let form = "a bar is written as 'join_ms p99 <= 1000' or 'tickets_lost = 0'";
        let words: Vec<&str> = text.split_whitespace().collect();
        let (name, stat, sign, value) = match words.as_slice() {
            [name, sign, value] => (*name, None, *sign, *value),
            [name, stat, sign, value] => (*name, Some(*stat), *sign, *value),
            _ => return Err(form.to_owned()),
        };
        let side = match sign {
            "<=" => Side::AtMost,
            ">=" => Side::AtLeast,
            "=" => Side::Exactly,
            _ => return Err(form.to_owned()),
        };
        let value = value.parse().map_err(|_| format!("'{value}' is not a number; {form}"))?;
        let measure = match (Latency::from_name(name), names::count(name), stat) {
            (Some(latency), _, Some(stat)) => {
                let known = Stat::ALL.iter().find(|(word, _)| *word == stat);
                let (_, stat) = known.ok_or("a time is judged by p50, p95, p99, p99.9 or max")?;
                Measure::Time(latency, *stat)
            }
            (Some(_), _, None) => return Err(format!("say which value of {name}: p50, p95, p99, p99.9 or max")),
            (None, Some(count), None) => Measure::Count(count),
            (None, Some(_), Some(_)) => return Err(format!("{name} is one number and has no percentiles")),
            (None, None, _) => return Err(format!("nothing called {name} is measured; 'okienko-load list' shows all")),
        };
        Ok(Self { measure, side, value })
    }
}

impl fmt::Display for Bar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.measure {
            Measure::Time(latency, stat) => write!(f, "{} {}", latency.name(), stat.word())?,
            Measure::Count(name) => f.write_str(name)?,
        }
        let sign = match self.side {
            Side::AtMost => "<=",
            Side::AtLeast => ">=",
            Side::Exactly => "=",
        };
        write!(f, " {sign} {}", self.value)
    }
}

impl From<Bar> for String {
    fn from(bar: Bar) -> Self {
        bar.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(text: &str) -> Result<Bar, String> {
        Bar::try_from(text.to_owned())
    }

    #[test]
    fn a_bar_is_read_and_written_the_same() {
        for text in ["join_ms p99 <= 1000", "forward_ms p99.9 <= 12.5", "tickets_lost = 0", "tickets_served >= 10"] {
            assert_eq!(bar(text).unwrap().to_string(), text);
        }
        for wrong in
            ["join_ms <= 1000", "tickets_lost p99 = 0", "speed = 3", "tickets_lost", "tickets_lost < 3", "a b c d e"]
        {
            assert!(bar(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn slack_helps_times_only() {
        let (time, count) = (bar("join_ms p99 <= 100").unwrap(), bar("tickets_lost = 0").unwrap());

        assert!(!time.holds(101.0, 1.0) && time.holds(999.0, 10.0) && !time.holds(1_001.0, 10.0));
        assert!(count.holds(0.0, 1.0) && !count.holds(1.0, 10.0));
        assert!(bar("tickets_served >= 3").unwrap().holds(3.0, 1.0));
    }
}
