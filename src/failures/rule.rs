//! What is armed where, and how often: `POINT[@SUBJECT]:ACTION[:WHEN]`.

use std::str::FromStr;

use super::Point;

/// One armed point, as it is written in the settings and sent to a running server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub(super) point: Point,
    /// Only when the place is about this; None always.
    pub(super) subject: Option<String>,
    pub(super) action: Action,
    /// How many passes are let alone first.
    pub(super) skip: u64,
    pub(super) often: Often,
}

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Panic,
    /// The process dies on the spot, as by `kill -9`.
    Kill,
    /// The thread stands still for so many milliseconds.
    DelayMs(u64),
    Hang,
    EndThread,
    Fail,
    Drop,
    Duplicate,
    Reorder,
    Corrupt,
}

/// How often it happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Often {
    Times(u64),
    Always,
    /// In so many of a million passes, by chance.
    PerMillion(u64),
}

/// What a place can do.
fn takes(point: Point, action: Action) -> bool {
    use Action as A;
    use Point as P;
    match action {
        A::Panic | A::Kill | A::DelayMs(_) => true,
        A::Hang => matches!(
            point,
            P::RoomHandler | P::QueueHandler | P::SessionHandler | P::PresenceHandler | P::Branch | P::Supervisor
        ),
        A::EndThread => matches!(point, P::RoomHandler | P::QueueHandler | P::SessionHandler | P::PresenceHandler),
        A::Fail => matches!(point, P::StoreBeforeCommit | P::StoreAfterCommit),
        A::Drop => matches!(point, P::MediaForward | P::MediaPort | P::SocketCommand | P::QueueJoin),
        A::Duplicate => matches!(point, P::MediaForward | P::SocketCommand | P::QueuePick),
        A::Reorder => matches!(point, P::MediaForward | P::QueuePick),
        A::Corrupt => matches!(point, P::MediaForward | P::MediaNumbers | P::MediaStream | P::MediaCall),
    }
}

impl FromStr for Rule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.trim().splitn(3, ':');
        let (place, action, when) = (parts.next().unwrap_or_default(), parts.next(), parts.next().unwrap_or("once"));
        let (name, subject) = match place.split_once('@') {
            Some((name, subject)) => (name, Some(subject.to_owned())),
            None => (place, None),
        };
        let point = Point::ALL.into_iter().find(|point| point.name() == name);
        let point = point.ok_or_else(|| format!("there is no failure point {name:?}"))?;
        let action = action.ok_or_else(|| format!("{place} needs an action, as in {place}:panic"))?;
        let action: Action = action.parse()?;
        if !takes(point, action) {
            return Err(format!("{point} cannot do that: {text:?}"));
        }
        let (often, skip) = match when.split_once('+') {
            Some((often, skip)) => (often, number(skip)?),
            None => (when, 0),
        };
        Ok(Self { point, subject, action, skip, often: often.parse()? })
    }
}

impl FromStr for Action {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(delay) = text.strip_prefix("delay-") {
            return number(delay.trim_end_matches("ms")).map(Self::DelayMs);
        }
        match text {
            "panic" => Ok(Self::Panic),
            "kill" => Ok(Self::Kill),
            "hang" => Ok(Self::Hang),
            "end-thread" => Ok(Self::EndThread),
            "fail" => Ok(Self::Fail),
            "drop" => Ok(Self::Drop),
            "duplicate" => Ok(Self::Duplicate),
            "reorder" => Ok(Self::Reorder),
            "corrupt" => Ok(Self::Corrupt),
            other => Err(format!("there is no action {other:?}")),
        }
    }
}

impl FromStr for Often {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(percent) = text.strip_suffix('%') {
            let (whole, part) = percent.split_once('.').unwrap_or((percent, ""));
            let part = format!("{part:0<4}");
            if part.len() > 4 {
                return Err(format!("{text} is finer than a millionth"));
            }
            return Ok(Self::PerMillion(number(whole)? * 10_000 + number(&part)?));
        }
        match text {
            "once" => Ok(Self::Times(1)),
            "always" => Ok(Self::Always),
            times => number(times.trim_end_matches('x')).map(Self::Times),
        }
    }
}

fn number(text: &str) -> Result<u64, String> {
    text.parse::<u32>().map(u64::from).map_err(|_| format!("{text:?} is no number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(text: &str) -> Rule {
        text.parse().unwrap()
    }

    #[test]
    fn a_rule_says_where_what_and_how_often() {
        let usual =
            Rule { point: Point::RoomHandler, subject: None, action: Action::Panic, skip: 0, often: Often::Times(1) };

        assert_eq!(rule("room.handler:panic"), usual);
        assert_eq!(rule("room.handler@c1:panic:once"), Rule { subject: Some("c1".to_owned()), ..usual.clone() });
        assert_eq!(
            rule("room.handler:delay-250ms:3x"),
            Rule { action: Action::DelayMs(250), often: Often::Times(3), ..usual.clone() }
        );
        assert_eq!(rule("room.handler:kill:0.5%").often, Often::PerMillion(5_000));
        assert_eq!(rule("room.handler:kill:100%").often, Often::PerMillion(1_000_000));
        let later = rule("store.after-commit:kill:always+20");
        assert_eq!((later.often, later.skip), (Often::Always, 20));
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_its_words() {
        for (text, word) in [
            ("nowhere:panic", "nowhere"),
            ("room.handler", "room.handler:panic"),
            ("room.handler:explode", "explode"),
            ("room.handler:corrupt", "room.handler"),
            ("room.handler:panic:often", "often"),
            ("room.handler:panic:0.00001%", "finer"),
        ] {
            let refused = text.parse::<Rule>().unwrap_err();
            assert!(refused.contains(word), "{refused}");
        }
    }
}
