//! The small values of a scenario: times such as `90s`, and times that vary.

use std::fmt;
use std::time::Duration;

use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};

/// A length of time as a scenario writes it: `250ms`, `90s`, `5m` or `2h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Span(pub Duration);

impl TryFrom<String> for Span {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("'{text}' is not a time: write 250ms, 90s, 5m or 2h");
        let unit_at = text.find(|sign: char| sign.is_ascii_alphabetic()).ok_or_else(wrong)?;
        let (number, unit) = text.split_at(unit_at);
        let number: f64 = number.trim().parse().map_err(|_| wrong())?;
        let in_seconds = match unit {
            "ms" => 0.001,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3_600.0,
            _ => return Err(wrong()),
        };
        Duration::try_from_secs_f64(number * in_seconds).map(Self).map_err(|_| wrong())
    }
}

impl From<Span> for String {
    fn from(span: Span) -> Self {
        span.to_string()
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.0.as_millis();
        if ms.is_multiple_of(1_000) { write!(f, "{}s", ms / 1_000) } else { write!(f, "{ms}ms") }
    }
}

/// A time that varies from one occasion to the next.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(try_from = "RawTimes")]
pub enum Times {
    /// Always the same.
    Fixed(Duration),
    /// Anything between two bounds, all alike.
    Uniform(Duration, Duration),
    /// Memoryless, with a mean and a most.
    Exponential(Duration, Duration),
    /// Many short ones and a few long ones: how long people take. With a median, a spread and a most.
    Lognormal(Duration, f64, Duration),
}

/// [`Times`] as they are written: exactly one of the four.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTimes {
    fixed: Option<Span>,
    uniform: Option<(Span, Span)>,
    exponential: Option<Span>,
    lognormal: Option<Span>,
    sigma: Option<f64>,
    max: Option<Span>,
}

impl TryFrom<RawTimes> for Times {
    type Error = String;

    fn try_from(raw: RawTimes) -> Result<Self, String> {
        let most = |times: f64, middle: Span| raw.max.unwrap_or(Span(middle.0.mul_f64(times))).0;
        let plain = |times: Self| {
            if raw.sigma.is_some() || raw.max.is_some() {
                return Err("'sigma' and 'max' do not go with 'fixed' and 'uniform'".to_owned());
            }
            Ok(times)
        };
        match (raw.fixed, raw.uniform, raw.exponential, raw.lognormal) {
            (Some(span), None, None, None) => plain(Self::Fixed(span.0)),
            (None, Some((least, most)), None, None) if least <= most => plain(Self::Uniform(least.0, most.0)),
            (None, Some(_), None, None) => Err("'uniform' begins with its smaller bound".to_owned()),
            (None, None, Some(_), None) if raw.sigma.is_some() => {
                Err("'sigma' does not go with 'exponential'".to_owned())
            }
            (None, None, Some(mean), None) => Ok(Self::Exponential(mean.0, most(10.0, mean))),
            (None, None, None, Some(median)) => match raw.sigma {
                Some(sigma) if (0.0..=3.0).contains(&sigma) => Ok(Self::Lognormal(median.0, sigma, most(10.0, median))),
                _ => Err("'lognormal' needs a 'sigma' from 0 to 3".to_owned()),
            },
            _ => Err("a varying time is one of 'fixed', 'uniform', 'exponential' and 'lognormal'".to_owned()),
        }
    }
}

impl Times {
    /// One occasion's time.
    pub fn sample(&self, rng: &mut (impl Rng + ?Sized)) -> Duration {
        match *self {
            Self::Fixed(span) => span,
            Self::Uniform(least, most) => least + (most - least).mul_f64(rng.random::<f64>()),
            Self::Exponential(mean, most) => mean.mul_f64(exponential(rng)).min(most),
            Self::Lognormal(median, sigma, most) => median.mul_f64((sigma * normal(rng)).exp().min(1e6)).min(most),
        }
    }

    /// The longest that it can be.
    #[must_use]
    pub const fn most(&self) -> Duration {
        match *self {
            Self::Fixed(most) | Self::Uniform(_, most) | Self::Exponential(_, most) | Self::Lognormal(_, _, most) => {
                most
            }
        }
    }
}

/// A waiting time of a Poisson process with rate 1, by the inverse of its distribution.
pub fn exponential(rng: &mut (impl Rng + ?Sized)) -> f64 {
    -(1.0 - rng.random::<f64>()).ln()
}

/// A normal deviate, by Box and Muller.
fn normal(rng: &mut (impl Rng + ?Sized)) -> f64 {
    let radius = (2.0 * exponential(rng)).sqrt();
    radius * (std::f64::consts::TAU * rng.random::<f64>()).cos()
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    fn times(text: &str) -> Result<Times, String> {
        #[derive(Deserialize)]
        struct File {
            times: Times,
        }
        toml::from_str::<File>(&format!("times = {text}")).map(|file| file.times).map_err(|error| error.to_string())
    }

    #[test]
    fn times_are_written_with_a_unit() {
        let span = |text: &str| Span::try_from(text.to_owned());

        assert_eq!(span("250ms"), Ok(Span(Duration::from_millis(250))));
        assert_eq!(span("1.5s"), Ok(Span(Duration::from_millis(1_500))));
        assert_eq!(span("2h"), Ok(Span(Duration::from_secs(7_200))));
        for wrong in ["", "5", "s", "-3s", "5 apples", "1e400s"] {
            assert!(span(wrong).is_err(), "{wrong}");
        }
        assert_eq!(Span(Duration::from_millis(1_500)).to_string(), "1500ms");
    }

    #[test]
    fn a_varying_time_is_of_one_kind() {
        assert_eq!(times(r#"{ fixed = "2s" }"#), Ok(Times::Fixed(Duration::from_secs(2))));
        for wrong in [
            "{}",
            r#"{ fixed = "2s", uniform = ["1s", "2s"] }"#,
            r#"{ uniform = ["2s", "1s"] }"#,
            r#"{ lognormal = "2s" }"#,
            r#"{ fixed = "2s", sigma = 1.0 }"#,
            r#"{ normal = "2s" }"#,
        ] {
            assert!(times(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn samples_are_those_of_their_distribution() {
        let mut rng = StdRng::seed_from_u64(7);
        let mut samples = |times: &str| {
            let times = self::times(times).unwrap();
            let mut drawn: Vec<f64> = (0..20_000).map(|_| times.sample(&mut rng).as_secs_f64()).collect();
            drawn.sort_by(f64::total_cmp);
            let mean = drawn.iter().sum::<f64>() / 20_000.0;
            (drawn[0], drawn[10_000], mean, drawn[19_999])
        };

        let (least, _, mean, most) = samples(r#"{ uniform = ["1s", "3s"] }"#);
        assert!(least >= 1.0 && most <= 3.0 && (mean - 2.0).abs() < 0.05);
        let (_, median, mean, most) = samples(r#"{ exponential = "4s", max = "400s" }"#);
        assert!((mean - 4.0).abs() < 0.2 && (median - 4.0 * std::f64::consts::LN_2).abs() < 0.2 && most > 20.0);
        let (_, median, mean, most) = samples(r#"{ lognormal = "4s", sigma = 0.5, max = "20s" }"#);
        assert!((median - 4.0).abs() < 0.2 && mean > 4.2 && most <= 20.0);
    }
}
