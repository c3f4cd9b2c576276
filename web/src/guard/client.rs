//! The client's address: the connection's own, or what a proxy says that we trust.

use std::net::{IpAddr, SocketAddr};

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address that a request really comes from: reading `X-Forwarded-For` from its end, the first address that is
/// none of our proxies'. What stands before it may be forged.
#[must_use]
pub fn address(request: &HttpRequest, is_trusted: impl Fn(IpAddr) -> bool) -> Option<IpAddr> {
    let peer = plain(request.peer_addr()?.ip());
    Some(walk(peer, request.headers(), is_trusted))
}

fn walk(peer: IpAddr, headers: &HeaderMap, is_trusted: impl Fn(IpAddr) -> bool) -> IpAddr {
    let mut hops: Vec<&str> = headers
        .get_all(FORWARDED_FOR)
        .filter_map(|header: &HeaderValue| header.to_str().ok())
        .flat_map(|header| header.split(','))
        .map(str::trim)
        .collect();
    let mut address = peer;
    while is_trusted(address) {
        let Some(hop) = hops.pop().and_then(parse) else { break };
        address = plain(hop);
    }
    address
}

/// One address of the list. Some proxies, such as Azure's gateways, write the client's port behind it; an IPv6 one then
/// stands in brackets.
fn parse(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(hop);
    bare.parse().ok().or_else(|| hop.parse().ok().map(|with_port: SocketAddr| with_port.ip()))
}

/// IPv4 addresses as such, also where the socket is one of IPv6.
fn plain(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// The unit that limits count by: an IPv4 address, or the /64 of an IPv6 one, as a household has a whole /64.
#[must_use]
pub fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(std::net::Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

/// The network that an address belongs to, as far as it may be told apart at all: the /24 of an IPv4 address, the /48 of
/// an IPv6 one.
#[must_use]
pub fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(v6) => {
            let [a, b, c, ..] = v6.segments();
            format!("{}/48", std::net::Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(peer: &str, forwarded: &str) -> String {
        let mut headers = HeaderMap::new();
        headers.append(FORWARDED_FOR, forwarded.parse().unwrap());
        let is_trusted = |address: IpAddr| address.to_string().starts_with("10.");
        walk(plain(peer.parse().unwrap()), &headers, is_trusted).to_string()
    }

    #[test]
    fn only_what_a_trusted_proxy_says_is_believed() {
        assert_eq!(from("192.0.2.1", "203.0.113.9"), "192.0.2.1");
        assert_eq!(from("10.0.0.1", "203.0.113.9"), "203.0.113.9");
        assert_eq!(from("10.0.0.1", "198.51.100.1, 203.0.113.9, 10.0.0.2"), "203.0.113.9");
        assert_eq!(from("10.0.0.1", "nonsense"), "10.0.0.1");
        assert_eq!(from("::ffff:10.0.0.1", "203.0.113.9"), "203.0.113.9");
    }

    #[test]
    fn a_port_behind_an_address_is_passed_over() {
        assert_eq!(from("10.0.0.1", "203.0.113.9:50123"), "203.0.113.9");
        assert_eq!(from("10.0.0.1", "[2001:db8::7]:50123, 10.0.0.2:80"), "2001:db8::7");
        assert_eq!(from("10.0.0.1", "[2001:db8::7]"), "2001:db8::7");
        assert_eq!(from("10.0.0.1", "203.0.113.9:nonsense"), "10.0.0.1");
    }

    #[test]
    fn a_network_tells_no_single_address() {
        let of = |address: &str| network(address.parse().unwrap());

        assert_eq!((of("192.0.2.1"), of("192.0.2.254")), ("192.0.2.0/24".to_owned(), "192.0.2.0/24".to_owned()));
        assert_eq!((of("::ffff:192.0.2.7"), of("192.0.3.1")), ("192.0.2.0/24".to_owned(), "192.0.3.0/24".to_owned()));
        assert_eq!((of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:ffff::1")), (of("2001:db8:1::"), of("2001:db8:1::9")));
        assert_eq!(
            (of("2001:db8:1::1"), of("2001:db8:2::1")),
            ("2001:db8:1::/48".to_owned(), "2001:db8:2::/48".to_owned())
        );
    }

    #[test]
    fn a_household_is_counted_as_one() {
        let one = household("2001:db8:1:2:3:4:5:6".parse().unwrap());
        let other = household("2001:db8:1:2:ffff::1".parse().unwrap());

        assert_eq!(one, other);
        assert_eq!(household("192.0.2.1".parse().unwrap()).to_string(), "192.0.2.1");
    }
}
