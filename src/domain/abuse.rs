//! A call that the office breaks off because of abuse, and the block that may follow (product.md EC-39).
//!
//! A block is of one device in one network: neither alone is enough, so that nobody else behind the same address is
//! kept out (EC-41). It keeps somebody out of the line and of nothing else, and it ends by itself.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::timings::after;
use crate::ids::{BlockId, CallId, ClerkId};

/// Why a clerk broke a call off: a closed list, so that nothing about a person is written here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AbuseReason {
    /// Threats (groźby).
    Threats,
    /// Insults and vulgar words (obrażanie, wulgaryzmy).
    Insults,
    /// Sexual content or behaviour (treści seksualne).
    Sexual,
    /// Something else.
    Other,
}

impl AbuseReason {
    /// All of them, in the order of the list.
    pub const ALL: [Self; 4] = [Self::Threats, Self::Insults, Self::Sexual, Self::Other];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Threats => "threats",
            Self::Insults => "insults",
            Self::Sexual => "sexual",
            Self::Other => "other",
        }
    }

    /// What the word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}

/// How long a block lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BlockLength {
    /// One hour.
    Hour,
    /// 24 hours.
    Day,
    /// Seven times 24 hours.
    Week,
}

impl BlockLength {
    /// All of them, the shortest first.
    pub const ALL: [Self; 3] = [Self::Hour, Self::Day, Self::Week];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
        }
    }

    /// What the word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }

    /// How long it is, in seconds.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        match self {
            Self::Hour => 3_600,
            Self::Day => 24 * 3_600,
            Self::Week => 7 * 24 * 3_600,
        }
    }
}

/// What a clerk says when they break a call off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Abuse {
    /// Why.
    pub reason: AbuseReason,
    /// How long the person is to be kept out of the line; not at all without.
    pub block: Option<BlockLength>,
}

/// A block as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Which.
    pub id: BlockId,
    /// The call that was broken off.
    pub call: CallId,
    /// Who broke it off.
    pub clerk: ClerkId,
    /// Why.
    pub reason: AbuseReason,
    /// For how long.
    pub length: BlockLength,
    /// Since when.
    pub since: Timestamp,
    /// Until when; from this instant on it keeps nobody out.
    pub until: Timestamp,
}

impl Block {
    /// A block that begins now.
    #[must_use]
    pub fn begin(
        id: BlockId,
        (call, clerk): (CallId, ClerkId),
        (reason, length): (AbuseReason, BlockLength),
        now: Timestamp,
    ) -> Self {
        Self { id, call, clerk, reason, length, since: now, until: after(now, length.seconds()) }
    }

    /// Whether it keeps its device out now.
    #[must_use]
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        now < self.until
    }
}

/// Until when these blocks of one device keep it out; None where none of them does any more.
#[must_use]
pub fn kept_out_until(blocks: &[Block], now: Timestamp) -> Option<Timestamp> {
    blocks.iter().filter(|block| block.is_in_force(now)).map(|block| block.until).max()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::world::World;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_000_000 + second).unwrap()
    }

    fn block(length: BlockLength, since: Timestamp) -> Block {
        let world = World::real();
        let (call, clerk) = (CallId::new(&world), ClerkId::new(&world));
        Block::begin(BlockId::new(&world), (call, clerk), (AbuseReason::Insults, length), since)
    }

    #[test]
    fn words_are_those_of_the_frames() {
        let as_in_frames = |value: serde_json::Value| value.as_str().unwrap().to_owned();
        for reason in AbuseReason::ALL {
            assert_eq!(reason.word(), as_in_frames(serde_json::to_value(reason).unwrap()));
            assert_eq!(AbuseReason::from_word(reason.word()), Some(reason));
        }
        for length in BlockLength::ALL {
            assert_eq!(length.word(), as_in_frames(serde_json::to_value(length).unwrap()));
            assert_eq!(BlockLength::from_word(length.word()), Some(length));
        }
        assert_eq!((AbuseReason::from_word("Threats"), BlockLength::from_word("")), (None, None));
    }

    #[test]
    fn a_block_lasts_an_hour_a_day_or_seven_days_to_the_second() {
        for (length, hours) in [(BlockLength::Hour, 1), (BlockLength::Day, 24), (BlockLength::Week, 168)] {
            let block = block(length, at(0));

            assert!(block.is_in_force(at(0)));
            assert!(block.is_in_force(at(hours * 3_600 - 1)));
            assert!(!block.is_in_force(at(hours * 3_600)));
        }
    }

    #[test]
    fn without_a_block_nobody_is_kept_out() {
        assert_eq!(kept_out_until(&[], at(0)), None);
    }

    proptest! {
        /// Whatever blocks a device has had, it is kept out until the last of them ends, and never after.
        #[test]
        fn of_several_the_longest_counts(
            begun in prop::collection::vec((0_i64..1_000_000, 0_usize..3), 1..6),
            asked in 0_i64..2_000_000,
        ) {
            let blocks: Vec<Block> =
                begun.iter().map(|(since, which)| block(BlockLength::ALL[*which], at(*since))).collect();
            let last = blocks.iter().map(|block| block.until).max().unwrap();

            let until = kept_out_until(&blocks, at(asked));

            prop_assert_eq!(until, (at(asked) < last).then_some(last));
        }
    }
}
