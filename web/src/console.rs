//! What the program says to the person at the terminal: the only place that writes to the standard output.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use okienko::config::Config;
use okienko::domain::office::{Clerk, StaffRole};

/// What `--help` says.
pub(crate) const HELP: &str = "\
Okienko, the video counter of a city hall.

Usage: okienko [--config FILE]

  --config FILE  read settings from FILE, over the defaults
  --version      print the version
  --help         print this

Every setting can also be given by the environment, such as
OKIENKO__HTTP__LISTEN=0.0.0.0:8080; config/default.toml lists all of them.
Without any, a demo office opens at http://localhost:8080/.
";

/// Writes to the standard output. A closed one, as behind `| head`, is no reason to stop serving.
pub(crate) fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    if let Err(error) = written {
        tracing::debug!(%error, "the standard output is closed");
    }
}

/// Writes to the standard error, for faults before there are logs.
pub(crate) fn complain(text: &str) {
    let mut out = std::io::stderr().lock();
    // There is nobody left to tell.
    let _closed = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// What the accounts are for that are no clerk's.
const NO_PAGES_YET: &str = "
Sign in with a clerk's account. Of the pages of managers and administrators only the list
of blocks is there yet: their accounts see it beside a desk that receives nobody.
";

/// What to open. `accounts` are those that this start has made, with their password; `file` is the database's, if it has
/// one.
#[must_use]
pub(crate) fn greeting(config: &Config, port: u16, file: Option<&Path>, accounts: Option<(&[Clerk], &str)>) -> String {
    let base = if config.server.is_demo() && config.http.listen.ip().is_loopback() {
        format!("{}://localhost:{port}", if config.http.is_https() { "https" } else { "http" })
    } else {
        config.http.public_url.clone()
    };
    let mut text = format!("\nOkienko {} is running.\n\n", env!("CARGO_PKG_VERSION"));
    let mut row = |name: &str, value: &str| {
        // Writing to a String cannot fail.
        let _infallible = writeln!(text, "  {name:<28}{value}");
    };
    if config.server.is_demo() {
        row("A city's page, with Okienko", &format!("{base}/"));
        row("The citizen's page alone", &format!("{base}/talk/wroclaw"));
        row("For clerks", &format!("{base}/login"));
        row("Components and states", &format!("{base}/gallery"));
    } else {
        row("For clerks", &format!("{base}/login"));
        row("Health", &format!("{base}/readyz"));
    }
    match accounts {
        Some((clerks, password)) => {
            text.push_str(
                "\nThe database was empty and has a demo office now. Its accounts, shown only this once:\n\n",
            );
            for clerk in clerks {
                let _infallible = writeln!(text, "  {:<28}{:<24}{}", clerk.email, password, about(clerk));
            }
            text.push_str(NO_PAGES_YET);
        }
        None if config.server.is_demo() => {
            let place = file.map_or_else(|| "it".to_owned(), |file| file.display().to_string());
            let _infallible =
                writeln!(text, "\nThe accounts were shown when the database was made; delete {place} to begin anew.");
        }
        None => {}
    }
    text.push_str("\nCtrl+C stops it.\n\n");
    text
}

fn about(clerk: &Clerk) -> String {
    let role = match clerk.role {
        StaffRole::Clerk => "clerk",
        StaffRole::Manager => "manager",
        StaffRole::Administrator => "administrator",
    };
    let mut parts = vec![role.to_owned()];
    if clerk.skills.sign {
        parts.push("sign language (PJM)".to_owned());
    }
    if clerk.skills.languages.len() > 1 {
        parts.push(clerk.skills.languages.join(", "));
    }
    parts.join("; ")
}
