//! What PostgreSQL's messages mean. diesel hands on the sentence and not the code, so it goes by the sentence; a server
//! that speaks another language is understood less well, which the log says once.

use crate::store::error::OpenError;

/// What stands at the beginning of messages that tell of the machine and not of the statement.
const PASSING: [&str; 18] = [
    "canceling statement due to",
    "terminating connection",
    "the database system is",
    "server closed the connection",
    "no connection to the server",
    "connection to server was lost",
    "could not receive data from server",
    "could not send data to server",
    "SSL ",
    "sorry, too many clients",
    "remaining connection slots",
    "could not extend file",
    "could not write",
    "could not fsync",
    "out of memory",
    "out of shared memory",
    "deadlock detected",
    "could not serialize access",
];

/// Whether a message tells of the machine and not of the statement: the same may go well later.
pub(in crate::store) fn is_passing(message: &str) -> bool {
    PASSING.iter().any(|known| message.starts_with(known)) || message.contains("No space left on device")
}

/// Whether a lock was waited for in vain.
pub(super) fn is_lock_timeout(message: &str) -> bool {
    message.contains("due to lock timeout")
}

/// Whether messages in this language (`lc_messages`) are understood. Empty is the server's own, which is `C` then.
pub(super) fn are_understood(language: &str) -> bool {
    language.is_empty()
        || language == "C"
        || language.starts_with("C.")
        || language == "POSIX"
        || language.starts_with("en")
}

/// What a failed opening means.
pub(super) fn fault(message: &str) -> OpenError {
    let told = one_line(message);
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    if says(&["password authentication failed", "no password supplied", "authentication failed for user"])
        || says(&["no pg_hba.conf entry", "permission denied for database"])
        || (says(&["role \""]) && says(&["does not exist", "is not permitted to log in"]))
    {
        OpenError::NotLetIn(told)
    } else if says(&["database \""]) && says(&["does not exist"]) {
        OpenError::NoDatabase(told)
    } else if says(&["permission denied", "must be owner"]) {
        OpenError::NoRights(told)
    } else if says(&["Connection refused", "could not translate host name", "No such file or directory"])
        || says(&["timeout expired", "No route to host", "Network is unreachable", "Connection timed out"])
        || says(&["the database system is", "Is the server running"])
    {
        OpenError::NoServer(told)
    } else {
        OpenError::Failed(told)
    }
}

/// libpq's advice comes in lines of its own, which a log has no place for.
fn one_line(message: &str) -> String {
    message.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_in_another_language_is_noticed() {
        for known in ["", "C", "C.UTF-8", "POSIX", "en_US.UTF-8"] {
            assert!(are_understood(known), "{known}");
        }
        assert!(!are_understood("pl_PL.UTF-8"));
    }

    #[test]
    fn passing_troubles_are_told_from_faults() {
        assert!(is_passing("canceling statement due to statement timeout"));
        assert!(is_passing("could not extend file \"base/1/2\": No space left on device"));
        assert!(!is_passing("an event is never changed"));
        assert!(!is_passing("relation \"x\" does not exist"));
    }

    #[test]
    fn every_refusal_at_the_door_has_its_words() {
        let prefix = "connection to server at \"127.0.0.1\", port 5432 failed: ";
        let meaning = |what: &str| fault(&format!("{prefix}{what}\n\tIs there more?\n"));

        let refused = meaning("Connection refused");
        assert_eq!(refused, OpenError::NoServer(format!("{prefix}Connection refused")));
        assert!(matches!(meaning("FATAL:  the database system is starting up"), OpenError::NoServer(_)));
        assert!(matches!(meaning("FATAL:  password authentication failed for user \"x\""), OpenError::NotLetIn(_)));
        assert!(matches!(meaning("FATAL:  role \"x\" does not exist"), OpenError::NotLetIn(_)));
        assert!(matches!(meaning("FATAL:  database \"x\" does not exist"), OpenError::NoDatabase(_)));
        assert!(matches!(fault("permission denied for schema public"), OpenError::NoRights(_)));
        assert!(matches!(meaning("KATASTROFALNY:  coś innego"), OpenError::Failed(_)));
    }
}
