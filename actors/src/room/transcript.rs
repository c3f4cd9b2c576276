//! What the members of a call wrote. In memory only, and gone with the call.

use okienko::ids::MemberId;
use okienko::wire::ChatView;

/// At most so many messages are kept; a call that reaches this is told so.
const MOST_MESSAGES: usize = 500;

/// The messages of a call, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Transcript {
    messages: Vec<ChatView>,
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Noted {
    /// It is new, and everybody is to see it.
    New,
    /// It was sent before; nobody needs to see it twice.
    Known,
    /// No more messages are kept.
    Full,
}

impl Transcript {
    /// Takes a message in, unless its sender sent one with the same id before.
    pub(crate) fn note(&mut self, message: ChatView) -> Noted {
        if self.knows(message.member, &message.id) {
            return Noted::Known;
        }
        if self.messages.len() >= MOST_MESSAGES {
            return Noted::Full;
        }
        self.messages.push(message);
        Noted::New
    }

    /// All messages, oldest first.
    pub(crate) fn all(&self) -> Vec<ChatView> {
        self.messages.clone()
    }

    fn knows(&self, member: MemberId, id: &str) -> bool {
        self.messages.iter().any(|known| known.member == member && known.id == id)
    }
}

#[cfg(test)]
mod tests {
    use okienko::wire::Role;
    use okienko::world::World;

    use super::*;

    fn message(member: MemberId, id: usize) -> ChatView {
        let at = jiff::Timestamp::UNIX_EPOCH;
        ChatView { id: id.to_string(), member, role: Role::Citizen, at, text: "dzień dobry".to_owned() }
    }

    #[test]
    fn a_message_sent_twice_is_kept_once() {
        let (one, other) = (MemberId::new(&World::real()), MemberId::new(&World::real()));
        let mut transcript = Transcript::default();

        assert_eq!(transcript.note(message(one, 1)), Noted::New);
        assert_eq!(transcript.note(message(one, 1)), Noted::Known);
        assert_eq!(transcript.note(message(other, 1)), Noted::New);

        assert_eq!(transcript.all().len(), 2);
    }

    #[test]
    fn a_call_keeps_no_more_messages_than_it_may() {
        let member = MemberId::new(&World::real());
        let mut transcript = Transcript::default();

        for id in 0..MOST_MESSAGES {
            assert_eq!(transcript.note(message(member, id)), Noted::New);
        }

        assert_eq!(transcript.note(message(member, MOST_MESSAGES)), Noted::Full);
        assert_eq!(transcript.all().len(), MOST_MESSAGES);
    }
}
