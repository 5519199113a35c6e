//! Who asks. The address of the connection; behind a proxy that the operator trusts, the one that the proxy names.

use super::settings::{Clients, ProxyHeader};
use axum::http::HeaderMap;
use ipnet::IpNet;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// The other end of a request's connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

/// The headers in which a proxy that nobody trusts may have told who asks.
const TOLD: [&str; 2] = ["x-forwarded-for", "forwarded"];

/// The client's address. Of the list that proxies write, the last one that is not itself a trusted proxy counts: what
/// stands before it is what the client said, and may be anything.
pub fn address(peer: IpAddr, headers: &HeaderMap, settings: &Clients) -> IpAddr {
    let peer = plain(peer);
    let mut at = peer;
    if !is_trusted(at, &settings.trusted_proxies) {
        return at;
    }
    let told = match settings.proxy_header {
        ProxyHeader::XForwardedFor => entries(headers, TOLD[0]),
        ProxyHeader::Forwarded => entries(headers, TOLD[1]).into_iter().map(|entry| forwarded_for(&entry)).collect(),
    };
    for entry in told.iter().rev() {
        // What is no address ends the chain: whoever wrote it is the last that is known.
        let Some(next) = address_of(entry) else { break };
        at = plain(next);
        if !is_trusted(at, &settings.trusted_proxies) {
            break;
        }
    }
    at
}

/// Whether that proxy's word is taken.
pub fn is_trusted(address: IpAddr, proxies: &[IpNet]) -> bool {
    proxies.iter().any(|network| network.contains(&plain(address)))
}

/// Whether it looks as if a proxy stood before the server of which nobody told it.
pub fn hints_at_proxy(headers: &HeaderMap) -> bool {
    TOLD.iter().any(|name| headers.contains_key(*name))
}

/// What counts as one client: an IPv4 address, or 64 bits of IPv6, which is what one subscriber has.
pub fn account(address: IpAddr) -> IpAddr {
    match plain(address) {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
        v4 => v4,
    }
}

/// IPv4 in IPv6 as IPv4.
fn plain(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// The entries of a list that may stand in several lines. Commas within quotes are nowhere in addresses.
fn entries(headers: &HeaderMap, name: &str) -> Vec<String> {
    let lines = headers.get_all(name).iter().map(|line| String::from_utf8_lossy(line.as_bytes()).into_owned());
    lines.flat_map(|line| line.split(',').map(|entry| entry.trim().to_owned()).collect::<Vec<_>>()).collect()
}

/// The `for` of an element of `Forwarded`; empty if it has none.
fn forwarded_for(element: &str) -> String {
    let pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let node = pairs.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case("for"));
    node.map(|(_, value)| value.trim().trim_matches('"').to_owned()).unwrap_or_default()
}

/// `192.0.2.7`, `192.0.2.7:4711`, `2001:db8::7`, `[2001:db8::7]`, `[2001:db8::7]:4711`.
fn address_of(text: &str) -> Option<IpAddr> {
    let bare = || text.strip_prefix('[')?.strip_suffix(']')?.parse::<IpAddr>().ok();
    text.parse::<IpAddr>().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip())).or_else(bare)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::settings::network;
    use axum::http::HeaderValue;

    fn settings(proxies: &[&str], proxy_header: ProxyHeader) -> Clients {
        let trusted_proxies = proxies.iter().map(|proxy| network(proxy).unwrap()).collect();
        Clients { trusted_proxies, proxy_header, ..Clients::default() }
    }

    fn seen(peer: &str, settings: &Clients, lines: &[(&'static str, &'static str)]) -> String {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, HeaderValue::from_static(value));
        }
        address(peer.parse().unwrap(), &headers, settings).to_string()
    }

    #[test]
    fn without_a_trusted_proxy_headers_say_nothing() {
        let nobody = settings(&[], ProxyHeader::XForwardedFor);
        let other = settings(&["10.0.0.0/8"], ProxyHeader::XForwardedFor);

        assert_eq!(seen("127.0.0.1", &nobody, &[("x-forwarded-for", "192.0.2.1")]), "127.0.0.1");
        assert_eq!(seen("192.0.2.9", &other, &[("x-forwarded-for", "192.0.2.1")]), "192.0.2.9");
    }

    #[test]
    fn the_last_that_is_no_proxy_is_the_client() {
        let proxies = settings(&["10.0.0.0/8", "::1"], ProxyHeader::XForwardedFor);

        assert_eq!(
            seen("10.0.0.1", &proxies, &[("x-forwarded-for", "198.51.100.1, 192.0.2.1, 10.0.0.2")]),
            "192.0.2.1"
        );
        assert_eq!(
            seen("::ffff:10.0.0.1", &proxies, &[("x-forwarded-for", "192.0.2.1"), ("x-forwarded-for", "192.0.2.2:80")]),
            "192.0.2.2"
        );
        assert_eq!(seen("10.0.0.1", &proxies, &[("x-forwarded-for", "10.0.0.3")]), "10.0.0.3");
        assert_eq!(seen("::1", &proxies, &[]), "::1");
    }

    #[test]
    fn what_is_no_address_ends_the_chain_at_who_wrote_it() {
        let proxies = settings(&["10.0.0.0/8"], ProxyHeader::XForwardedFor);

        for told in ["unknown", "192.0.2.1, <script>", "192.0.2.1, , ", ",", "192.0.2.1, 300.1.1.1"] {
            assert_eq!(seen("10.0.0.1", &proxies, &[("x-forwarded-for", told)]), "10.0.0.1", "{told}");
        }
    }

    #[test]
    fn only_the_header_that_the_operator_named_is_read() {
        let x = settings(&["10.0.0.1"], ProxyHeader::XForwardedFor);
        let standard = settings(&["10.0.0.1"], ProxyHeader::Forwarded);
        let lines = [
            ("x-forwarded-for", "192.0.2.1"),
            ("forwarded", "for=198.51.100.1, proto=https;For=\"[2001:db8:1:2::7]:4711\";by=10.0.0.1"),
        ];

        assert_eq!(seen("10.0.0.1", &x, &lines), "192.0.2.1");
        assert_eq!(seen("10.0.0.1", &standard, &lines), "2001:db8:1:2::7");
        assert_eq!(seen("10.0.0.1", &standard, &[("forwarded", "for=_hidden")]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &standard, &[("forwarded", "proto=https")]), "10.0.0.1");
    }

    #[test]
    fn a_network_of_64_bits_is_one_client() {
        let account = |text: &str| account(text.parse().unwrap()).to_string();

        assert_eq!(account("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(account("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(account("192.0.2.1"), "192.0.2.1");
    }
}
