//! Which addresses are fetched: a link in somebody's feed must not make this machine ask the services of its own
//! network (server-side request forgery).
//!
//! The check is made on the numbers that are connected to, by the resolver that the connection uses: a name that
//! resolves to a public address for the check and to a private one for the connection gains nothing.

use super::fault::Fault;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use url::{Host, Url};

/// Who gave an address: what the user wrote counts for more than what a page says.
#[derive(Debug, Clone, Copy)]
pub(in crate::ingest) enum Led<'a> {
    /// The user.
    User,
    /// A page, feed or sitemap at this address.
    Page(&'a Url),
    /// A feed or sitemap in a file.
    File,
}

/// IPv4 networks that are nobody's public server, by the IANA registry of special-purpose addresses.
const SPECIAL_V4: [(Ipv4Addr, u32); 17] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10), // carrier-grade NAT; Alibaba's metadata at 100.100.100.200
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(168, 63, 129, 16), 32), // Azure's own services: a public number, answered inside only
    (Ipv4Addr::new(169, 254, 0, 0), 16),   // link-local; metadata of most clouds
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4), // multicast
    (Ipv4Addr::new(240, 0, 0, 0), 4), // reserved, broadcast
    (Ipv4Addr::new(255, 255, 255, 255), 32),
];

/// Whether a number is that of a server that anyone can reach.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => !SPECIAL_V4.iter().any(|(network, bits)| {
            let mask = u32::MAX << (32 - bits);
            v4.to_bits() & mask == network.to_bits() & mask
        }),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let bits = address.to_bits();
    let within = |network: u128, length: u32| bits >> (128 - length) == network >> (128 - length);
    let v4 = |bits: u128| is_public(IpAddr::V4(Ipv4Addr::from_bits((bits & 0xFFFF_FFFF) as u32)));
    // IPv4 in IPv6 (::ffff:a.b.c.d, NAT64, 6to4) is as public as the IPv4 in it.
    if within(0xFFFF << 32, 96) || within(0x0064_FF9B << 96, 96) {
        return v4(bits);
    }
    if within(0x2002 << 112, 16) {
        return v4(bits >> 80);
    }
    // All public addresses begin with 001; in it are protocol assignments (Teredo, ORCHID) and documentation.
    within(0x2000 << 112, 3)
        && !within(0x2001 << 112, 23)
        && !within(0x2001_0DB8 << 96, 32)
        && !within(0x3FFF << 112, 20)
}

/// Refuses what can be refused without resolving: other schemes, private numbers, strange ports.
///
/// Ports other than 80 and 443 are for the user to name: a feed, a sitemap or a redirect only leads to one at its own
/// host and port.
pub(super) fn check(url: &Url, led: Led, allow_private: bool) -> Result<(), Fault> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Fault::Refused(format!("expected `http` or `https`, found `{}`", url.scheme())));
    }
    let number = match url.host() {
        Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
        Some(Host::Domain(_)) => None,
        None => return Err(Fault::Refused("it names no host".to_owned())),
    };
    if allow_private {
        return Ok(());
    }
    if let Some(number) = number.filter(|number| !is_public(*number)) {
        return Err(Fault::Refused(Private(number.to_string()).to_string()));
    }
    let port = url.port_or_known_default();
    let known = match led {
        Led::User => true,
        Led::Page(from) => from.host_str() == url.host_str() && from.port_or_known_default() == port,
        Led::File => false,
    };
    if known || matches!(port, Some(80 | 443)) {
        return Ok(());
    }
    let port = port.map(|port| port.to_string()).unwrap_or_default();
    Err(Fault::Refused(format!("a link leads to port {port}, expected 80 or 443; name the address yourself")))
}

/// A name or number of a private network.
#[derive(Debug)]
pub(super) struct Private(String);

impl fmt::Display for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is in a private network; allow it with `--allow-private` if you trust who gave it", self.0)
    }
}

impl std::error::Error for Private {}

/// Resolves names, and keeps of what it finds the public numbers only.
pub(super) struct Resolver {
    pub(super) allow_private: bool,
    /// The host of the proxy that the user set, which may be private.
    pub(super) proxy: Option<String>,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let name = name.as_str().to_owned();
        let all = self.allow_private || self.proxy.as_deref() == Some(name.as_str());
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let kept = public(&name, found, all)?;
            Ok(Box::new(kept.into_iter()) as Addrs)
        })
    }
}

fn public(name: &str, mut found: Vec<SocketAddr>, all: bool) -> Result<Vec<SocketAddr>, Private> {
    let any = !found.is_empty();
    found.retain(|address| all || is_public(address.ip()));
    if any && found.is_empty() {
        return Err(Private(name.to_owned()));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(url: &str, led: Led) -> bool {
        matches!(check(&Url::parse(url).unwrap(), led, false), Err(Fault::Refused(_)))
    }

    #[test]
    fn numbers_of_special_networks_are_not_public() {
        let special = [
            "0.1.2.3",
            "10.0.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "168.63.129.16",
            "169.254.169.254",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.168.1.1",
            "198.19.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ];
        let wrong: Vec<_> = special.into_iter().filter(|number| is_public(number.parse().unwrap())).collect();

        assert_eq!(wrong, Vec::<&str>::new());
    }

    #[test]
    fn numbers_of_servers_are_public() {
        let servers = [
            "1.1.1.1",
            "100.63.0.1",
            "172.32.0.1",
            "223.255.255.255",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2001:4860:4860::8888",
            "2002:808:808::1",
            "240e::1",
        ];
        let wrong: Vec<_> = servers.into_iter().filter(|number| !is_public(number.parse().unwrap())).collect();

        assert_eq!(wrong, Vec::<&str>::new());
    }

    #[test]
    fn a_private_number_is_refused_however_it_is_written() {
        for url in ["http://127.1/", "http://0x7f000001/", "http://2130706433/", "http://0177.0.0.1/", "http://[::1]/"]
        {
            assert!(refused(url, Led::User), "{url}");
        }
        assert!(!refused("http://1.1.1.1/", Led::User));
        assert!(refused("file:///etc/passwd", Led::User) && refused("gopher://example.org/", Led::File));
    }

    #[test]
    fn a_strange_port_is_for_the_user_to_name() {
        let here = Url::parse("http://example.org:8080/feed").unwrap();

        assert!(!refused("http://example.org:8080/", Led::User));
        assert!(!refused("http://example.org:8080/a", Led::Page(&here)));
        assert!(refused("http://example.org:22/", Led::Page(&here)));
        assert!(
            refused("http://other.example.org:8080/", Led::Page(&here)) && refused("http://a.org:6379/", Led::File)
        );
    }

    #[test]
    fn of_a_name_only_the_public_numbers_are_connected_to() {
        let numbers = ["10.0.0.1:0", "8.8.8.8:0"].map(|number| number.parse::<SocketAddr>().unwrap());

        let mixed = public("a.example", numbers.to_vec(), false).unwrap();
        let private = public("a.example", numbers[..1].to_vec(), false);

        assert_eq!(mixed, numbers[1..]);
        assert!(private.unwrap_err().to_string().contains("`a.example`"));
        assert_eq!(public("a.example", numbers.to_vec(), true).unwrap().len(), 2);
    }
}
