//! Kinds of values that settings have and that know what is right.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// A text that must never be shown: its Debug is stars.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps a text secret.
    #[must_use]
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself, for the one place that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// What kind of service this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerMode {
    /// Everything visible, with a demo office.
    Demo,
    /// For citizens.
    Production,
}

impl FromStr for ServerMode {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "demo" => Ok(Self::Demo),
            "production" => Ok(Self::Production),
            _ => Err("must be \"demo\" or \"production\""),
        }
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Pretty at a terminal, JSON elsewhere.
    Auto,
    /// For eyes.
    Pretty,
    /// A JSON object a line.
    Json,
}

impl FromStr for LogFormat {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "auto" => Ok(Self::Auto),
            "pretty" => Ok(Self::Pretty),
            "json" => Ok(Self::Json),
            _ => Err("must be \"auto\", \"pretty\" or \"json\""),
        }
    }
}

/// What is logged: a level for everything, and others for parts of it, such as `info,okienko_actors=debug`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFilter(String);

impl LogFilter {
    /// The levels, from nothing to everything.
    pub const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

    /// What stands in for a faulty one until the faults are told.
    pub(super) fn info() -> Self {
        Self("info".to_owned())
    }

    /// The directives, parted by commas.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for LogFilter {
    type Err = &'static str;

    /// Stricter than `tracing_subscriber::EnvFilter`, which takes a misspelt level for the name of a part and logs
    /// nothing else then.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_level = |word: &str| Self::LEVELS.contains(&word);
        let is_part = |name: &str| {
            let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'-');
            !name.is_empty() && name.bytes().all(allowed)
        };
        let is_directive = |directive: &str| match directive.split_once('=') {
            Some((part, level)) => is_part(part) && is_level(level),
            None => is_level(directive),
        };
        let directives: Vec<&str> = text.split(',').map(str::trim).collect();
        if directives.iter().all(|directive| is_directive(directive)) {
            return Ok(Self(directives.join(",")));
        }
        Err("must be \"off\", \"error\", \"warn\", \"info\", \"debug\" or \"trace\", or directives such as \
             \"info,okienko_actors=debug\"")
    }
}

/// Where the database is. A password may be in it, so Debug tells the scheme only.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// What stands in for a faulty URL until the faults are told; never opened.
    pub(super) fn in_memory() -> Self {
        Self("sqlite::memory:".to_owned())
    }

    /// The whole URL, for the store.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for DatabaseUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let schemes = ["sqlite:", "postgres://", "postgresql://"];
        let rest = schemes.iter().find_map(|scheme| text.strip_prefix(scheme));
        match rest {
            Some("") => Err("names no database after its scheme"),
            Some(_) => Ok(Self(text.to_owned())),
            None => Err("must begin with sqlite: or postgres://"),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = self.0.split(':').next().unwrap_or_default();
        write!(f, "{scheme}:***")
    }
}

/// An address or a network of addresses, such as `10.0.0.0/8` (RFC 4632 §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// Whether an address is in it. An IPv4 address written as IPv6 counts as itself.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(mine), IpAddr::V4(other)) => {
                let differing = u32::from(mine) ^ u32::from(other);
                differing.leading_zeros() >= u32::from(self.prefix)
            }
            (IpAddr::V6(mine), IpAddr::V6(other)) => {
                let differing = u128::from(mine) ^ u128::from(other);
                differing.leading_zeros() >= u32::from(self.prefix)
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = "must be addresses or networks such as 10.0.0.0/8";
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| refused)?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            Some(prefix) => prefix.parse().map_err(|_| refused)?,
            None => longest,
        };
        if prefix > longest {
            return Err(refused);
        }
        Ok(Self { address, prefix })
    }
}

/// Checks an origin: scheme, host and perhaps a port, with nothing behind it; a slash at the end is taken off.
///
/// # Errors
/// The rest of a sentence that says what is wrong.
pub(super) fn origin(text: &str) -> Result<String, &'static str> {
    let trimmed = text.strip_suffix('/').unwrap_or(text);
    let host = trimmed.strip_prefix("https://").or_else(|| trimmed.strip_prefix("http://"));
    let Some(host) = host else { return Err("must begin with https:// or http://") };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    if host.is_empty() || !host.chars().all(is_plain) {
        return Err("must be scheme, host and perhaps a port, with no path");
    }
    Ok(trimmed.to_ascii_lowercase())
}
