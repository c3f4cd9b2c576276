//! Identifiers: one type for each kind of record, all of them UUIDv7 (RFC 9562 §5.7) written as text.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::world::World;

/// The text is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier")]
pub struct InvalidId;

/// Makes one identifier type: a UUIDv7 that sorts by the time it was made.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Makes a new identifier from the world's clock and randomness.
            #[must_use]
            pub fn new(world: &World) -> Self {
                Self(uuid_v7(world.now(), world.random()))
            }

            /// The identifier as it is stored.
            #[must_use]
            pub fn to_text(self) -> String {
                self.0.hyphenated().to_string()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0.hyphenated())
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId)
            }
        }
    };
}

id! {
    /// An office: the tenant that all its records belong to.
    OfficeId
}
id! {
    /// A site: one domain of an office, with its own look, matters and notices.
    SiteId
}
id! {
    /// A matter (sprawa) that citizens come with.
    MatterId
}
id! {
    /// A citizen's session: one browser that began at a site.
    SessionId
}
id! {
    /// A ticket: one person's wish to be served in one matter.
    TicketId
}
id! {
    /// A member of staff: clerk, manager or administrator.
    ClerkId
}
id! {
    /// A call between a citizen and the office.
    CallId
}
id! {
    /// One person in a call.
    MemberId
}
id! {
    /// A block that keeps a device out of the line for a while.
    BlockId
}
id! {
    /// A document that somebody sends in a call.
    DocumentId
}
id! {
    /// A clerk's wish for a document.
    DocumentRequestId
}
id! {
    /// A staff login.
    LoginId
}
id! {
    /// One version of a legal text; never changed after it was published.
    LegalTextId
}
id! {
    /// A question that people ask, with the office's answer.
    QuestionId
}
id! {
    /// A ready reply of an office's clerks.
    ReplyId
}

fn uuid_v7(at: Timestamp, random: [u8; 10]) -> Uuid {
    let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_the_time_they_were_made() {
        let early = uuid_v7(Timestamp::from_millisecond(1_000).unwrap(), [255; 10]);
        let late = uuid_v7(Timestamp::from_millisecond(2_000).unwrap(), [0; 10]);

        assert!(early < late);
        assert_eq!(early.get_version_num(), 7);
    }

    #[test]
    fn text_that_is_no_id_is_refused() {
        assert_eq!("abc".parse::<TicketId>(), Err(InvalidId));
    }
}
