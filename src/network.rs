//! Which numbers are those of servers on the open internet. Whoever asks an address that somebody else gave (a link in a
//! feed, a `SERVICE` in a query) looks here first, so that nobody makes this machine ask the services of its own network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

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
pub fn is_public(address: IpAddr) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
