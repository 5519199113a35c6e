//! Which addresses are fetched: a link in somebody's feed must not make this machine ask the services of its own
//! network (server-side request forgery).
//!
//! The check is made on the numbers that are connected to, by the resolver that the connection uses: a name that
//! resolves to a public address for the check and to a private one for the connection gains nothing.

use super::fault::Fault;
use crate::network::is_public;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::fmt;
use std::net::{IpAddr, SocketAddr};
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
