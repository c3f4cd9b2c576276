//! Under which addresses the browsers find an arbiter's port.

use std::net::{IpAddr, SocketAddr};

use super::settings::MediaSettings;

/// Candidates beyond this would only make the browsers check longer.
const MOST_ADDRESSES: usize = 12;

/// The addresses of one port, as the browsers are told.
#[derive(Debug, Clone)]
pub(super) struct Addresses {
    /// What the browsers are told, in order of preference.
    published: Vec<IpAddr>,
    /// This machine's own addresses: only these may be named as the source of a datagram.
    own: Vec<IpAddr>,
    port: u16,
}

impl Addresses {
    /// The configured addresses, else those of all interfaces and loopback. `ipv6` tells what the socket can do.
    pub(super) fn new(settings: &MediaSettings, port: u16, ipv6: bool) -> Self {
        let mut own: Vec<IpAddr> = if_addrs::get_if_addrs()
            .unwrap_or_default()
            .into_iter()
            .map(|interface| interface.ip())
            .filter(|ip| is_usable(*ip) && (ipv6 || ip.is_ipv4()))
            .collect();
        let loopback = IpAddr::from([127, 0, 0, 1]);
        if !own.contains(&loopback) {
            own.push(loopback);
        }
        // Loopback last: it only serves a browser on this very machine.
        own.sort_by_key(|ip| (ip.is_loopback(), ip.is_ipv6()));
        own.dedup();
        let mut published = if settings.public_addresses.is_empty() {
            own.clone()
        } else {
            settings.public_addresses.iter().map(IpAddr::to_canonical).collect()
        };
        published.truncate(MOST_ADDRESSES);
        Self { published, own, port }
    }

    /// The candidates of every connection on this port.
    pub(super) fn candidates(&self) -> Vec<SocketAddr> {
        self.published.iter().map(|ip| SocketAddr::new(*ip, self.port)).collect()
    }

    /// The candidate a datagram came to. Behind address translation, where the browser wrote to a public address that
    /// this machine does not have, it is the first candidate of the same family.
    pub(super) fn arrived_at(&self, local: Option<IpAddr>, peer: SocketAddr) -> Option<SocketAddr> {
        let exact = self.published.iter().find(|ip| Some(**ip) == local);
        let ip = exact.or_else(|| self.published.iter().find(|ip| ip.is_ipv4() == peer.is_ipv4()))?;
        Some(SocketAddr::new(*ip, self.port))
    }

    /// Which source to name for a datagram from this candidate; `None` leaves the choice to the system.
    pub(super) fn source(&self, candidate: IpAddr) -> Option<IpAddr> {
        self.own.contains(&candidate).then_some(candidate)
    }
}

fn is_usable(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => !ip.is_unspecified() && !ip.is_link_local() && !ip.is_multicast(),
        IpAddr::V6(ip) => !ip.is_unspecified() && !ip.is_unicast_link_local() && !ip.is_multicast(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behind_address_translation_datagrams_count_as_sent_to_the_public_address() {
        let public = IpAddr::from([203, 0, 113, 7]);
        let settings = MediaSettings { public_addresses: vec![public], ..MediaSettings::default() };
        let addresses = Addresses::new(&settings, 5000, false);

        let at = addresses.arrived_at(Some(IpAddr::from([10, 0, 0, 2])), SocketAddr::from(([198, 51, 100, 1], 9)));

        assert_eq!(at, Some(SocketAddr::new(public, 5000)));
        assert_eq!(addresses.source(public), None);
        assert_eq!(addresses.candidates(), [SocketAddr::new(public, 5000)]);
    }

    #[test]
    fn without_configuration_loopback_is_among_the_candidates() {
        let addresses = Addresses::new(&MediaSettings::default(), 5000, true);

        assert!(addresses.candidates().contains(&SocketAddr::from(([127, 0, 0, 1], 5000))));
    }
}
