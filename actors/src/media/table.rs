//! Whose datagram is it? The tables of one port, by address and by ICE user name.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};
use std::net::SocketAddr;

/// A room's place in its port. Reused after the room has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct SlotId(pub(super) u32);

/// One connection of one member, never reused on its port, so that a late timer cannot hit the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct LegId(pub(super) u64);

#[cfg(test)]
impl SlotId {
    pub(super) fn test(id: u32) -> Self {
        Self(id)
    }
}

#[cfg(test)]
impl LegId {
    pub(super) fn test(id: u64) -> Self {
        Self(id)
    }
}

/// A connection and the room it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) slot: SlotId,
    pub(super) leg: LegId,
}

/// Addresses one connection may hold; the oldest gives way. Browsers behind a changing network need a few.
const ADDRESSES_PER_LEG: usize = 16;

/// ICE user names one connection may hold: after a restart of ICE the browser still checks with the one before (RFC 8445
/// §9), and nobody with one from longer ago.
const NAMES_PER_LEG: usize = 2;

/// What a connection holds in the table, oldest first. Kept with the connection.
#[derive(Debug, Default)]
pub(super) struct Footprint {
    addresses: VecDeque<SocketAddr>,
    names: VecDeque<Box<[u8]>>,
}

/// The tables of one port.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// Filled only when our own success response goes to the address, which the agent sends after it has checked the
    /// request's integrity: a guessed or spoofed request claims nothing.
    admitted: HashMap<SocketAddr, Place, FastHash>,
    /// Addresses our checks went to. Replies to checks carry no user name; they find their connection by this.
    checked: HashMap<SocketAddr, Place, FastHash>,
    ufrags: HashMap<Box<[u8]>, Place>,
}

impl Table {
    /// The connection this address was admitted for.
    pub(super) fn by_address(&self, address: SocketAddr) -> Option<Place> {
        self.admitted.get(&address).copied()
    }

    /// The connection whose check this address answers.
    pub(super) fn by_check(&self, address: SocketAddr) -> Option<Place> {
        self.checked.get(&address).or_else(|| self.admitted.get(&address)).copied()
    }

    /// The connection with this ICE user name.
    pub(super) fn by_ufrag(&self, ufrag: &[u8]) -> Option<Place> {
        self.ufrags.get(ufrag).copied()
    }

    /// Makes the connection known by this ICE user name, and by the one before it.
    pub(super) fn name(&mut self, ufrag: &str, place: Place, footprint: &mut Footprint) {
        let name: Box<[u8]> = ufrag.as_bytes().into();
        self.ufrags.insert(name.clone(), place);
        // An answer that restarts nothing has the same name as the last.
        if footprint.names.contains(&name) {
            return;
        }
        footprint.names.push_back(name);
        if footprint.names.len() > NAMES_PER_LEG
            && let Some(oldest) = footprint.names.pop_front()
            && self.ufrags.get(&oldest) == Some(&place)
        {
            self.ufrags.remove(&oldest);
        }
    }

    /// Lets datagrams from this address reach the connection.
    pub(super) fn admit(&mut self, address: SocketAddr, place: Place, footprint: &mut Footprint) {
        if self.admitted.get(&address) == Some(&place) {
            return;
        }
        self.admitted.insert(address, place);
        self.remember(address, place, footprint);
    }

    /// Lets STUN replies from this address reach the connection.
    pub(super) fn expect_reply(&mut self, address: SocketAddr, place: Place, footprint: &mut Footprint) {
        if self.checked.get(&address) == Some(&place) {
            return;
        }
        self.checked.insert(address, place);
        self.remember(address, place, footprint);
    }

    fn remember(&mut self, address: SocketAddr, place: Place, footprint: &mut Footprint) {
        if footprint.addresses.contains(&address) {
            return;
        }
        footprint.addresses.push_back(address);
        if footprint.addresses.len() > ADDRESSES_PER_LEG
            && let Some(oldest) = footprint.addresses.pop_front()
        {
            for map in [&mut self.admitted, &mut self.checked] {
                if map.get(&oldest) == Some(&place) {
                    map.remove(&oldest);
                }
            }
        }
    }

    /// Removes all that leads to this connection.
    pub(super) fn forget_leg(&mut self, leg: LegId) {
        self.retain(|place| place.leg != leg);
    }

    /// Removes all that leads to this room.
    pub(super) fn forget_slot(&mut self, slot: SlotId) {
        self.retain(|place| place.slot != slot);
    }

    /// How many addresses are held.
    pub(super) fn addresses(&self) -> usize {
        self.admitted.len() + self.checked.len()
    }

    /// How many ICE user names are held.
    pub(super) fn ufrags(&self) -> usize {
        self.ufrags.len()
    }

    fn retain(&mut self, keep: impl Fn(&Place) -> bool) {
        self.admitted.retain(|_, place| keep(place));
        self.checked.retain(|_, place| keep(place));
        self.ufrags.retain(|_, place| keep(place));
    }
}

type FastHash = BuildHasherDefault<MultiplyShift>;

/// A multiply-shift hash for addresses. Only authenticated addresses are inserted, a bounded number for each
/// connection, so nobody can fill one bucket on purpose.
#[derive(Debug, Default)]
struct MultiplyShift(u64);

impl Hasher for MultiplyShift {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let word = chunk.iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
            self.write_u64(word);
        }
    }

    fn write_u16(&mut self, word: u16) {
        self.write_u64(u64::from(word));
    }

    fn write_u32(&mut self, word: u32) {
        self.write_u64(u64::from(word));
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    fn write_usize(&mut self, word: usize) {
        self.write_u64(word as u64);
    }

    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(leg: u64) -> Place {
        Place { slot: SlotId(0), leg: LegId(leg) }
    }

    fn address(port: u16) -> SocketAddr {
        SocketAddr::from(([10, 0, 0, 1], port))
    }

    #[test]
    fn a_reused_address_moves_to_the_new_connection_and_outlives_the_old_one() {
        let (mut table, mut old, mut new) = (Table::default(), Footprint::default(), Footprint::default());
        table.admit(address(1), place(1), &mut old);

        table.admit(address(1), place(2), &mut new);
        table.forget_leg(LegId(1));

        assert_eq!(table.by_address(address(1)), Some(place(2)));
    }

    #[test]
    fn a_connection_holds_a_bounded_number_of_addresses() {
        let (mut table, mut footprint) = (Table::default(), Footprint::default());

        for port in 1..=40 {
            table.expect_reply(address(port), place(1), &mut footprint);
            table.admit(address(port), place(1), &mut footprint);
        }

        assert_eq!(table.addresses(), 2 * ADDRESSES_PER_LEG);
        assert_eq!(table.by_address(address(1)), None);
        assert_eq!(table.by_address(address(40)), Some(place(1)));
    }

    #[test]
    fn a_connection_is_known_by_its_last_two_names() {
        let (mut table, mut footprint) = (Table::default(), Footprint::default());

        for restart in 0..100 {
            table.name(&format!("name{restart}"), place(1), &mut footprint);
            table.name(&format!("name{restart}"), place(1), &mut footprint);
        }

        assert_eq!(table.ufrags(), 2);
        for (name, found) in [("name97", None), ("name98", Some(place(1))), ("name99", Some(place(1)))] {
            assert_eq!(table.by_ufrag(name.as_bytes()), found, "{name}");
        }
    }

    #[test]
    fn nothing_of_an_ended_room_is_left() {
        let (mut table, mut footprint) = (Table::default(), Footprint::default());
        table.name("abcd", place(1), &mut footprint);
        table.admit(address(1), place(1), &mut footprint);

        table.forget_slot(SlotId(0));

        assert_eq!((table.addresses(), table.ufrags()), (0, 0));
    }
}
