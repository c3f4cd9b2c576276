//! The address of a server, as libpq reads it
//! (postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS).

use std::fmt;

use crate::store::error::OpenError;

/// What is added to an address that does not say it. A server that is gone is noticed soon, whether it refuses or is
/// silent; libpq waits without end otherwise.
const USUAL: [(&str, &str); 6] = [
    ("connect_timeout", "2"),
    ("keepalives_idle", "10"),
    ("keepalives_interval", "5"),
    ("keepalives_count", "3"),
    ("tcp_user_timeout", "10000"),
    ("client_encoding", "UTF8"),
];

/// An address, and what of it must not be told.
pub(super) struct Url {
    text: String,
    secrets: Vec<String>,
}

impl Url {
    /// Takes `postgres://USER:PASSWORD@HOST:PORT/NAME?OPTION=VALUE`, of which everything but the scheme may be left out.
    pub(super) fn new(url: &str) -> Result<Self, OpenError> {
        let (_, rest) = url.split_once("://").ok_or(OpenError::UnknownScheme)?;
        // It ends at the server's side of C.
        if url.contains('\0') {
            return Err(OpenError::UnknownScheme);
        }
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let authority = place.split('/').next().unwrap_or_default();
        let mut secrets = vec![url.to_owned()];
        let in_authority = authority.rsplit_once('@').and_then(|(user, _)| user.split_once(':'));
        secrets.extend(in_authority.map(|(_, password)| password.to_owned()));
        let options = || query.split('&').filter_map(|option| option.split_once('='));
        secrets.extend(options().filter(|(name, _)| name.contains("password")).map(|(_, value)| value.to_owned()));
        secrets.extend(secrets.clone().iter().skip(1).map(|secret| decoded(secret)));
        secrets.retain(|secret| !secret.is_empty());

        let mut text = url.to_owned();
        let mut joint = if query.is_empty() { '?' } else { '&' };
        if url.ends_with('?') {
            text.pop();
        }
        for (name, value) in USUAL {
            if !options().any(|(known, _)| known == name) {
                text.push(joint);
                text.push_str(&format!("{name}={value}"));
                joint = '&';
            }
        }
        Ok(Self { text, secrets })
    }

    /// The address for libpq.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// A message in which nothing of the address stands that must not be told. libpq repeats parts of an address that
    /// it cannot read.
    pub(super) fn without_secrets(&self, message: &str) -> String {
        let whole = message.replace(&self.text, "…");
        self.secrets.iter().fold(whole, |message, secret| message.replace(secret, "…"))
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Url(…)")
    }
}

/// A part of an address without its percent signs (RFC 3986 §2.1); as it is, if they are not right.
fn decoded(part: &str) -> String {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(|_| *byte == b'%') {
            Some(decoded) => {
                bytes.push(decoded);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*byte);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| part.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_usual_is_added_and_what_is_said_stays() {
        let bare = Url::new("postgres://localhost/okienko").unwrap();
        assert!(bare.text().starts_with("postgres://localhost/okienko?connect_timeout=2&keepalives_idle=10&"));

        let own = Url::new("postgres://localhost/okienko?sslmode=verify-full&connect_timeout=9").unwrap();
        assert!(
            own.text()
                .starts_with("postgres://localhost/okienko?sslmode=verify-full&connect_timeout=9&keepalives_idle=10&")
        );
        assert_eq!(own.text().matches("connect_timeout").count(), 1);
        assert!(Url::new("postgres://localhost/x?").unwrap().text().starts_with("postgres://localhost/x?connect"));
    }

    #[test]
    fn nothing_secret_is_repeated() {
        let address = "postgres://anna:s%40crowy@db.example:5432/okienko?sslpassword=tajne";
        let url = Url::new(address).unwrap();
        let message = format!("invalid URI: \"{}\" or {address}: s%40crowy, s@crowy, tajne, db.example", url.text());

        let told = url.without_secrets(&message);

        for secret in ["s%40crowy", "s@crowy", "tajne"] {
            assert!(!told.contains(secret), "{told}");
        }
        assert!(told.contains("db.example"), "{told}");
        assert!(!format!("{url:?}").contains("crowy"));
    }
}
