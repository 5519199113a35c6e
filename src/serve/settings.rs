//! How the server meets the public: the tables `[server]`, `[clients]`, `[log]` and `[federation]` of `jialing.toml`.

use super::federation;
use crate::settings::time;
use ipnet::IpNet;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

/// All of it. The defaults serve a reader on the same machine and stand on the open internet.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settings {
    /// Connections.
    pub server: Server,
    /// What one client may take.
    pub clients: Clients,
    /// What is logged.
    pub log: Log,
    /// Which other endpoints queries may call.
    pub federation: federation::Settings,
}

/// The `[server]` table: connections.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// The certificate with its chain, in PEM; with `tls_key` the server speaks HTTPS, and only that.
    pub tls_cert: Option<PathBuf>,
    /// The certificate's key, in PEM.
    pub tls_key: Option<PathBuf>,
    /// How many connections may be open; further ones wait to be taken.
    pub connections: usize,
    /// How many of them one client may hold; a trusted proxy may hold all.
    pub connections_per_client: usize,
    /// How long a client may take to send the head of a request, also the first after a pause, or to agree on TLS.
    #[serde(deserialize_with = "time")]
    pub header_timeout: Duration,
    /// How long a client may take nothing of an answer that is there for it.
    #[serde(deserialize_with = "time")]
    pub write_timeout: Duration,
    /// How long the server goes on taking connections after it was told to stop, while `/readyz` says 503: time for a
    /// balancer to notice.
    #[serde(deserialize_with = "time")]
    pub drain: Duration,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            tls_cert: None,
            tls_key: None,
            connections: 1024,
            // Browsers open six; a whole office may come from one address.
            connections_per_client: 128,
            header_timeout: Duration::from_secs(10),
            write_timeout: Duration::from_secs(60),
            drain: Duration::ZERO,
        }
    }
}

/// The `[clients]` table: what one client may take. A client is an IPv4 address or an IPv6 network of 64 bits; clients on
/// the same machine have no limit.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Clients {
    /// Requests a minute; 0 sets no limit.
    pub requests_per_minute: u32,
    /// Seconds of the server's work a minute; 0 sets no limit.
    pub seconds_per_minute: u32,
    /// Requests under way at once; 0 sets no limit.
    pub at_once: u32,
    /// Proxies whose word is taken for who the client is: addresses and networks.
    #[serde(deserialize_with = "networks")]
    pub trusted_proxies: Vec<IpNet>,
    /// The header in which they give it. Only one is read: a proxy passes on, as it came, what it does not write itself.
    pub proxy_header: ProxyHeader,
}

impl Default for Clients {
    fn default() -> Self {
        Self {
            requests_per_minute: 600,
            seconds_per_minute: 60,
            // As many as a browser opens, and fewer than queries may run.
            at_once: 6,
            trusted_proxies: Vec::new(),
            proxy_header: ProxyHeader::default(),
        }
    }
}

/// In which header a proxy tells who the client is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum ProxyHeader {
    /// `X-Forwarded-For`: what nearly every proxy writes.
    #[default]
    #[serde(rename = "x-forwarded-for")]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    #[serde(rename = "forwarded")]
    Forwarded,
}

/// The `[log]` table.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// `off`, `error`, `warn`, `info`, `debug`, `trace`; also by part: `info,jialing::request=off`.
    pub level: String,
    /// For people or for machines.
    pub format: Format,
    /// Whether the addresses of clients are written down.
    pub clients: bool,
    /// From which time on a query is written to the log of slow ones; 0 writes none.
    #[serde(deserialize_with = "time")]
    pub slow: Duration,
}

impl Default for Log {
    fn default() -> Self {
        Self { level: "info".into(), format: Format::default(), clients: false, slow: Duration::from_secs(1) }
    }
}

/// How lines of the log look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Words, in colour on a terminal.
    #[default]
    Text,
    /// An object a line.
    Json,
}

/// Reads a network or an address: `10.0.0.0/8`, `192.0.2.7`, `fd00::/8`.
///
/// # Errors
/// If it is neither: a sentence that says so.
pub fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    text.parse::<IpNet>()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| format!("expected an address or a network like `10.0.0.0/8`, found `{text}`"))
}

fn networks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IpNet>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    texts.iter().map(|text| network(text).map_err(serde::de::Error::custom)).collect()
}

/// Writes a time so that it can be read again.
pub(super) fn millis<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    format!("{}ms", time.as_millis()).serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_changes_what_it_names_and_nothing_else() {
        let clients: Clients = toml::from_str(
            "seconds_per_minute = 30\ntrusted_proxies = [\"10.0.0.0/8\", \"::1\"]\nproxy_header = \"forwarded\"",
        )
        .unwrap();

        assert_eq!(clients.requests_per_minute, Clients::default().requests_per_minute);
        assert_eq!(clients.seconds_per_minute, 30);
        assert_eq!(clients.trusted_proxies, [network("10.0.0.0/8").unwrap(), network("::1/128").unwrap()]);
        assert_eq!(clients.proxy_header, ProxyHeader::Forwarded);
    }

    #[test]
    fn what_is_no_setting_no_network_and_no_time_is_told() {
        let told = |error: toml::de::Error| error.to_string();

        assert!(told(toml::from_str::<Server>("tls_certificate = \"a\"").unwrap_err()).contains("tls_certificate"));
        assert!(told(toml::from_str::<Server>("drain = \"soon\"").unwrap_err()).contains("`soon`"));
        assert!(told(toml::from_str::<Log>("format = \"xml\"").unwrap_err()).contains("xml"));
        for bad in ["10.0.0.0/33", "proxy.example.org", "10.0.0", ""] {
            assert!(network(bad).unwrap_err().contains(&format!("`{bad}`")), "{bad}");
        }
    }
}
