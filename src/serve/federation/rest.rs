//! Until when an endpoint wants to be left alone: what it said with 429 or 503 in `Retry-After`. Known to this process,
//! and through a folder to all that share it.

#![expect(
    clippy::disallowed_methods,
    reason = "the time is that of the day, and other processes read it from a folder"
)]

use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use url::Url;

/// Where an endpoint says that it is too busy, but not for how long.
const UNSAID: u64 = 60;
/// What an endpoint says beyond that is not believed, in seconds.
const LONGEST: u64 = 24 * 60 * 60;

/// Who rests until when, in seconds since 1970.
pub(super) struct Rest {
    until: Mutex<HashMap<String, u64>>,
    folder: Option<PathBuf>,
}

impl Rest {
    pub(super) fn new(folder: Option<PathBuf>) -> Self {
        Self { until: Mutex::default(), folder }
    }

    /// For how many seconds yet that host wants no request; `None` if it may be asked.
    pub(super) fn left(&self, url: &Url) -> Option<u64> {
        let host = url.origin().ascii_serialization();
        let known = self.until.lock().unwrap_or_else(PoisonError::into_inner).get(&host).copied();
        let told = self.file(&host).and_then(|file| std::fs::read_to_string(file).ok()?.trim().parse().ok());
        let left = known.max(told)?.saturating_sub(now());
        // A number beyond reason is none that this program wrote.
        (1..=LONGEST).contains(&left).then_some(left)
    }

    /// Notes what the endpoint said, and gives the seconds for which it will not be asked.
    pub(super) fn begin(&self, url: &Url, said: Option<u64>) -> u64 {
        let host = url.origin().ascii_serialization();
        let seconds = said.unwrap_or(UNSAID).clamp(1, LONGEST);
        let until = now() + seconds;
        if let Some(file) = self.file(&host) {
            // What cannot be written is known to this process at least.
            let written = file.parent().map(|folder| {
                let mut fresh = tempfile::NamedTempFile::new_in(folder)?;
                write!(fresh, "{until}")?;
                fresh.persist(&file).map_err(|error| error.error)
            });
            if let Some(Err(error)) = written {
                tracing::warn!(%error, "it cannot be kept that an endpoint wants to be left alone");
            }
        }
        self.until.lock().unwrap_or_else(PoisonError::into_inner).insert(host, until);
        seconds
    }

    fn file(&self, host: &str) -> Option<PathBuf> {
        let digest = Sha256::digest(host);
        let name: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        Some(self.folder.as_ref()?.join(name))
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs()
}

/// The seconds that a `Retry-After` names, as a number or as a date.
pub(super) fn seconds(value: &str) -> Option<u64> {
    let value = value.trim();
    value.parse().ok().or_else(|| {
        let date = httpdate::parse_http_date(value).ok()?;
        Some(date.duration_since(SystemTime::now()).unwrap_or(Duration::ZERO).as_secs())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_host_rests_for_all_its_addresses_and_for_all_who_share_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let rest = Rest::new(Some(folder.path().to_owned()));
        let elsewhere = Rest::new(Some(folder.path().to_owned()));
        let alone = Rest::new(None);

        assert_eq!(rest.begin(&url("https://a.example/sparql"), Some(3600)), 3600);

        for knows in [&rest, &elsewhere] {
            assert!(knows.left(&url("https://a.example/other")).is_some_and(|left| (3590..=3600).contains(&left)));
            assert_eq!(knows.left(&url("https://b.example/sparql")), None);
        }
        assert_eq!(alone.left(&url("https://a.example/sparql")), None);
    }

    #[test]
    fn what_is_unsaid_or_beyond_reason_has_a_bound() {
        let rest = Rest::new(None);

        assert_eq!(rest.begin(&url("https://a.example/"), None), 60);
        assert_eq!(rest.begin(&url("https://a.example/"), Some(u64::MAX)), LONGEST);
        assert_eq!(rest.begin(&url("https://a.example/"), Some(0)), 1);
    }

    #[test]
    fn a_folder_that_holds_rubbish_or_is_gone_says_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let rest = Rest::new(Some(folder.path().to_owned()));
        let target = url("https://a.example/");
        for rubbish in ["", "soon", "99999999999999999999", "18446744073709551615"] {
            std::fs::write(rest.file("https://a.example").unwrap(), rubbish).unwrap();
            assert_eq!(rest.left(&target), None, "{rubbish}");
        }
        let gone = Rest::new(Some(folder.path().join("gone")));

        assert_eq!(gone.begin(&target, Some(9)), 9);
        assert!(gone.left(&target).is_some());
    }

    #[test]
    fn retry_after_is_a_number_or_a_date() {
        let later = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(100));

        assert_eq!(seconds(" 120 "), Some(120));
        assert!(seconds(&later).is_some_and(|left| (95..=100).contains(&left)));
        assert_eq!(seconds("Thu, 05 Mar 2020 08:00:00 GMT"), Some(0));
        assert_eq!((seconds("soon"), seconds("-3"), seconds("")), (None, None, None));
    }
}
