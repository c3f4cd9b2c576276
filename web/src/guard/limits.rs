//! How often one address, or one account, may do what costs us something.
//!
//! A bucket for each key: it holds as many as a minute allows, and fills steadily. Unlike `governor`'s, it can be asked
//! without taking, which failed logins need: only failures count, so a whole office may sign in at eight.
//!
//! The memory is bounded: see [`MOST_KEYS`].

use std::hash::{BuildHasher, Hash, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use indexmap::{IndexMap, IndexSet};
use okienko::config::LimitsConfig;
use sha2::{Digest, Sha256};

use crate::problem::{EdgeCode, Problem};

/// So many keys are remembered at most, 2 MB of them in each limit. Somebody with very many addresses makes us forget;
/// what is forgotten is the key that least is held against, so that whoever has spent all stays refused, and a newcomer
/// is never refused for the others' sake.
const MOST_KEYS: usize = 20_000;

/// So many keys, at random, are looked at to find one to forget: of eight the best is among the best third 96 times of 100.
const LOOKED_AT: usize = 8;

/// So many keys are looked at with each request, and forgotten if nothing is held against them any more: faster than they
/// can come, and nobody ever waits for a sweep.
const TIDIED: usize = 2;

/// The limits of the edge. All of them live in memory: a restart forgives.
#[derive(Debug)]
pub struct Limits {
    /// New sessions of citizens, by household.
    pub sessions: Limit<IpAddr>,
    /// Status and matters of a site, by household.
    pub status: Limit<IpAddr>,
    /// What the page of a visit asks for in passing: a rating, the cookie anew, to be forgotten. By household.
    pub visits: Limit<IpAddr>,
    /// Failed attempts to sign in, by household.
    pub logins_from: Limit<IpAddr>,
    /// Failed attempts to sign in, by account, as somebody may try one account from many addresses. The household where
    /// its owner signed in lately is counted by itself: a stranger who guesses must not lock them out.
    pub logins_to: Limit<(Account, Option<IpAddr>)>,
    /// Where people signed in.
    pub homes: Homes,
}

impl Limits {
    /// The limits as the settings have them.
    #[must_use]
    pub fn new(config: &LimitsConfig) -> Self {
        Self {
            sessions: Limit::new(config.sessions_per_min, EdgeCode::TooManyRequests),
            // A loader asks once a minute for each page in view, so one address needs many more of these.
            status: Limit::new(config.sessions_per_min.saturating_mul(20), EdgeCode::TooManyRequests),
            // A visit asks for a few of these, and its page once in a quarter of an hour.
            visits: Limit::new(config.sessions_per_min.saturating_mul(5), EdgeCode::TooManyRequests),
            logins_from: Limit::new(config.logins_per_min_per_address, EdgeCode::TooManyLogins),
            logins_to: Limit::new(config.logins_per_min_per_account, EdgeCode::TooManyLogins),
            homes: Homes::default(),
        }
    }
}

/// The households where accounts were signed in to, the newest [`MOST_KEYS`] of them.
#[derive(Debug, Default)]
pub struct Homes {
    known: Mutex<IndexSet<(Account, IpAddr)>>,
}

impl Homes {
    /// Somebody has signed in to an account there.
    pub fn note(&self, account: Account, household: IpAddr) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let home = (account, household);
        // Moved to the end: the oldest are forgotten first.
        let _was_known = known.shift_remove(&home);
        if known.len() >= MOST_KEYS {
            let _forgotten = known.shift_remove_index(0);
        }
        let _is_new = known.insert(home);
    }

    /// Whose bucket an attempt is counted in: the household's own if it is one of the account's, else that of all
    /// strangers.
    #[must_use]
    pub fn bucket(&self, account: Account, household: Option<IpAddr>) -> (Account, Option<IpAddr>) {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        (account, household.filter(|from| known.contains(&(account, *from))))
    }
}

/// An account that somebody tries to sign in to, by a hash: what is typed there may be long, and is somebody's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Account([u8; 32]);

impl Account {
    /// The account of an e-mail address.
    #[must_use]
    pub fn of(email: &str) -> Self {
        Self(Sha256::digest(email.as_bytes()).into())
    }
}

/// So many a minute, all of them at once if need be.
#[derive(Debug)]
pub struct Limit<K> {
    per_minute: f64,
    code: EdgeCode,
    table: Mutex<Table<K>>,
}

#[derive(Debug)]
struct Table<K> {
    buckets: IndexMap<K, Bucket>,
    /// Where tidying goes on.
    hand: usize,
    /// What the next random number is made from.
    random: u64,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: f64,
    filled_at: Instant,
}

impl<K: Hash + Eq + Clone> Limit<K> {
    fn new(per_minute: u32, code: EdgeCode) -> Self {
        // Nobody but us sees which keys are looked at; a generator of good quality would be wasted on it.
        let random = RandomState::new().hash_one(per_minute) | 1;
        let table = Table { buckets: IndexMap::new(), hand: 0, random };
        Self { per_minute: f64::from(per_minute), code, table: Mutex::new(table) }
    }

    /// Whether one more would be let through; counts nothing.
    ///
    /// # Errors
    /// The limit's code with the time to wait.
    pub fn check(&self, key: &K) -> Result<(), Problem> {
        self.settle(key, Instant::now(), 0.0)
    }

    /// Counts one more.
    ///
    /// # Errors
    /// The limit's code with the time to wait, if it was one too many.
    pub fn pass(&self, key: &K) -> Result<(), Problem> {
        self.settle(key, Instant::now(), 1.0)
    }

    /// Takes the last count back: it was none.
    pub fn forgive(&self, key: &K) {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bucket) = table.buckets.get_mut(key) {
            bucket.left = (bucket.left + 1.0).min(self.per_minute);
        }
    }

    fn settle(&self, key: &K, now: Instant, taken: f64) -> Result<(), Problem> {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        table.tidy(|bucket| self.left(bucket, now) >= self.per_minute);
        let mut left = table.buckets.get(key).map_or(self.per_minute, |bucket| self.left(bucket, now));
        let is_let_through = left >= 1.0;
        if is_let_through {
            left -= taken;
        }
        if left < self.per_minute {
            if table.buckets.len() >= MOST_KEYS && !table.buckets.contains_key(key) {
                table.make_room(|bucket| self.left(bucket, now));
            }
            let _before = table.buckets.insert(key.clone(), Bucket { left, filled_at: now });
        }
        drop(table);
        if is_let_through {
            return Ok(());
        }
        Err(Problem::new(self.code).retry_after(whole_seconds((1.0 - left) / self.per_s())))
    }

    fn per_s(&self) -> f64 {
        self.per_minute / 60.0
    }

    /// What is left by now.
    fn left(&self, bucket: &Bucket, now: Instant) -> f64 {
        let passed_s = now.saturating_duration_since(bucket.filled_at).as_secs_f64();
        (bucket.left + passed_s * self.per_s()).min(self.per_minute)
    }
}

impl<K: Hash + Eq> Table<K> {
    /// Forgets a few keys that nothing is held against.
    fn tidy(&mut self, is_full: impl Fn(&Bucket) -> bool) {
        for _ in 0..TIDIED {
            self.hand = if self.hand + 1 < self.buckets.len() { self.hand + 1 } else { 0 };
            let at = self.hand;
            if self.buckets.get_index(at).is_some_and(|(_, bucket)| is_full(bucket)) {
                let _forgotten = self.buckets.swap_remove_index(at);
            }
        }
    }

    /// Forgets the key that least is held against, among a few.
    fn make_room(&mut self, left: impl Fn(&Bucket) -> f64) {
        let looked_at: Vec<usize> = (0..LOOKED_AT).map(|_| self.any()).collect();
        let most_left = |at: &usize| self.buckets.get_index(*at).map_or(0.0, |(_, bucket)| left(bucket));
        let found = looked_at.into_iter().max_by(|one, other| most_left(one).total_cmp(&most_left(other)));
        if let Some(at) = found {
            let _forgotten = self.buckets.swap_remove_index(at);
        }
    }

    /// Some place in the table (xorshift64, Marsaglia 2003).
    fn any(&mut self) -> usize {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        let places = self.buckets.len().max(1) as u64;
        usize::try_from(self.random % places).unwrap_or(0)
    }
}

/// Rounded up, at least one.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 3,600 by then")]
fn whole_seconds(seconds: f64) -> u32 {
    seconds.ceil().clamp(1.0, 3_600.0) as u32
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn remembered<K>(limit: &Limit<K>) -> usize {
        limit.table.lock().unwrap().buckets.len()
    }

    #[test]
    fn one_too_many_is_refused_and_others_are_not_touched() {
        let (limit, now) = (Limit::new(3, EdgeCode::TooManyLogins), Instant::now());

        for _ in 0..3 {
            limit.settle(&"anna", now, 1.0).unwrap();
        }
        let refused = limit.settle(&"anna", now, 1.0).unwrap_err();

        assert_eq!((refused.code, refused.retry_after_s), (EdgeCode::TooManyLogins.into(), Some(20)));
        limit.settle(&"marek", now, 1.0).unwrap();
        limit.settle(&"anna", now + Duration::from_secs(20), 1.0).unwrap();
        limit.settle(&"anna", now + Duration::from_secs(21), 1.0).unwrap_err();
    }

    #[test]
    fn who_signed_in_is_not_locked_out_by_strangers() {
        let (homes, limit) = (Homes::default(), Limit::new(1, EdgeCode::TooManyLogins));
        let (anna, marek) = (Account::of("anna@wroclaw.example"), Account::of("marek@wroclaw.example"));
        let (office, stranger) = ([192, 0, 2, 1].into(), [198, 51, 100, 1].into());
        homes.note(anna, office);

        limit.pass(&homes.bucket(anna, Some(stranger))).unwrap();
        limit.pass(&homes.bucket(anna, None)).unwrap_err();
        limit.pass(&homes.bucket(anna, Some(office))).unwrap();
        limit.pass(&homes.bucket(anna, Some(office))).unwrap_err();

        assert_eq!(
            homes.bucket(marek, Some(office)),
            (marek, None),
            "colleagues are strangers to each other's accounts"
        );
    }

    #[test]
    fn only_the_newest_homes_are_remembered() {
        let homes = Homes::default();
        let address = |at: usize| IpAddr::from(u32::try_from(at).unwrap().to_be_bytes());
        let anna = Account::of("anna@wroclaw.example");
        for at in 0..MOST_KEYS {
            homes.note(anna, address(at));
        }
        homes.note(anna, address(0));
        homes.note(anna, address(MOST_KEYS));

        assert_eq!(homes.bucket(anna, Some(address(1))), (anna, None));
        assert_eq!(homes.bucket(anna, Some(address(0))).1, Some(address(0)));
        assert_eq!(homes.known.lock().unwrap().len(), MOST_KEYS);
    }

    #[test]
    fn asking_takes_nothing() {
        let limit = Limit::new(1, EdgeCode::TooManyLogins);

        for _ in 0..5 {
            limit.check(&1).unwrap();
        }
        limit.pass(&1).unwrap();
        limit.check(&1).unwrap_err();
        limit.forgive(&1);
        limit.pass(&1).unwrap();
    }

    #[test]
    fn very_many_addresses_take_no_more_memory_and_free_no_abuser() {
        let (limit, now) = (Limit::new(2, EdgeCode::TooManyRequests), Instant::now());
        let abusers: Vec<u32> = (0..1_000).collect();
        for abuser in &abusers {
            limit.settle(abuser, now, 1.0).unwrap();
            limit.settle(abuser, now, 1.0).unwrap();
        }

        for address in 1_000_000..1_300_000 {
            limit.settle(&address, now, 1.0).unwrap();
            assert!(remembered(&limit) <= MOST_KEYS);
        }

        let still_refused = abusers.iter().filter(|abuser| limit.settle(abuser, now, 1.0).is_err()).count();
        assert_eq!(still_refused, abusers.len());
        limit.settle(&2_000_000, now, 1.0).unwrap();
    }

    #[test]
    fn where_everybody_has_spent_all_a_newcomer_is_let_through_all_the_same() {
        let (limit, now) = (Limit::new(1, EdgeCode::TooManyRequests), Instant::now());

        for address in 0..40_000 {
            limit.settle(&address, now, 1.0).unwrap();
        }

        assert_eq!(remembered(&limit), MOST_KEYS);
        let refused = (0..40_000).filter(|address| limit.settle(address, now, 0.0).is_err()).count();
        assert_eq!(refused, MOST_KEYS);
    }

    #[test]
    fn keys_that_nothing_is_held_against_are_forgotten() {
        let (limit, now) = (Limit::new(60, EdgeCode::TooManyRequests), Instant::now());
        for key in 0..10_000 {
            limit.settle(&key, now, 1.0).unwrap();
        }

        for _ in 0..10_000 {
            limit.settle(&10_000, now + Duration::from_secs(60), 1.0).ok();
        }

        assert!(remembered(&limit) < 100, "{}", remembered(&limit));
    }
}
