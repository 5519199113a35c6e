//! How addresses are fetched: the `[fetch]` table of `jialing.toml`.

use crate::settings::time;
use serde::Deserialize;
use std::path::PathBuf;
use std::time::Duration;

/// How addresses, feeds and sitemaps are fetched. The defaults are what the operator of a portal would accept.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Where an operator finds who asks: a page or an e-mail address. It stands in `User-Agent`, an e-mail address also
    /// in `From`.
    pub contact: Option<String>,
    /// The least time between two requests to one host (`1s`). A longer `Crawl-delay` of its robots.txt prevails, up to
    /// 30 seconds; it is also the unit of the waits before a retry.
    #[serde(deserialize_with = "time")]
    pub delay: Duration,
    /// How long one request may take, from the connection to the last byte (`60s`).
    #[serde(deserialize_with = "time")]
    pub timeout: Duration,
    /// The largest page in bytes, after decompression.
    pub max_bytes: u64,
    /// How many pages are read of one feed or of one sitemap with all that it lists.
    pub max_pages: usize,
    /// How often a request is made again that failed in a way that may pass.
    pub retries: u32,
    /// The folder of the cache, at most 1 GB; without one nothing is kept between runs.
    pub cache: Option<PathBuf>,
    /// The proxy through which everything is fetched (`http://proxy.example.org:3128`). It resolves the names, so that
    /// private addresses can only be refused where they are written as numbers. `HTTP_PROXY` is not looked at.
    pub proxy: Option<String>,
    /// Whether addresses of private networks may be fetched, and any port.
    pub allow_private: bool,
    /// Whether only the cache is read.
    pub offline: bool,
    /// Whether robots.txt is honoured. Turn it off for hosts of your own only.
    pub robots: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            contact: None,
            delay: Duration::from_secs(1),
            timeout: Duration::from_secs(60),
            // The largest article page seen is below 3 MB, a newspaper page as PDF below 40 MB.
            max_bytes: 64 << 20,
            max_pages: 1000,
            retries: 3,
            cache: None,
            proxy: None,
            allow_private: false,
            offline: false,
            robots: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_of_settings_changes_what_it_names_and_nothing_else() {
        let options: Options = toml::from_str("delay = \"250ms\"\nmax_pages = 5\n").unwrap();

        let expected = Options { delay: Duration::from_millis(250), max_pages: 5, ..Options::default() };
        assert_eq!(options, expected);
    }

    #[test]
    fn an_unknown_setting_or_a_time_without_unit_is_refused() {
        let unknown = toml::from_str::<Options>("deley = \"1s\"").unwrap_err();
        let unitless = toml::from_str::<Options>("timeout = \"30\"").unwrap_err();

        assert!(unknown.to_string().contains("deley"), "{unknown}");
        assert!(unitless.to_string().contains("`30s`"), "{unitless}");
    }
}
