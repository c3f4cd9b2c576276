//! A ready reply: what the clerks of an office write again and again in the chat. It is put into the field, where it can
//! be changed before it is sent.

use super::office::LocalText;
use crate::ids::{OfficeId, ReplyId};
use crate::wire::MAX_CHAT_CHARS;

/// The longest name of a reply in characters.
pub const MAX_TITLE_CHARS: usize = 60;

/// A ready reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadyReply {
    /// Which.
    pub id: ReplyId,
    /// Of which office.
    pub office: OfficeId,
    /// Its place in the list, from 1.
    pub rank: u32,
    /// What it is found by.
    pub title: LocalText,
    /// What is written.
    pub body: LocalText,
}

impl ReadyReply {
    /// Whether it can be shown, and sent as one message, in each of its languages.
    #[must_use]
    pub fn fits(&self) -> bool {
        let fit = |text: &LocalText, most: usize| {
            let LocalText { pl, en, uk } = text;
            let languages = [Some(pl), en.as_ref(), uk.as_ref()];
            languages.into_iter().flatten().all(|text| !text.trim().is_empty() && text.chars().count() <= most)
        };
        fit(&self.title, MAX_TITLE_CHARS) && fit(&self.body, MAX_CHAT_CHARS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::World;

    fn reply(title: &str, body: &str) -> ReadyReply {
        let world = World::real();
        let text = |pl: &str| LocalText { pl: pl.to_owned(), en: None, uk: None };
        let (id, office) = (ReplyId::new(&world), OfficeId::new(&world));
        ReadyReply { id, office, rank: 1, title: text(title), body: text(body) }
    }

    #[test]
    fn a_reply_fits_into_one_message() {
        assert!(reply("Powitanie", &"ą".repeat(MAX_CHAT_CHARS)).fits());
        assert!(!reply("Powitanie", &"a".repeat(MAX_CHAT_CHARS + 1)).fits());
        assert!(!reply(&"a".repeat(MAX_TITLE_CHARS + 1), "Dzień dobry").fits());
        assert!(!reply("Powitanie", " ").fits());
    }

    #[test]
    fn each_language_has_to_fit() {
        let mut reply = reply("Powitanie", "Dzień dobry");
        reply.body.uk = Some(String::new());

        assert!(!reply.fits());
    }
}
