//! What one server allows.

use crate::settings::time;
use serde::Deserialize;
use std::path::PathBuf;
use std::time::Duration;

/// What one server allows: the `[limits]` of `jialing.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// How long one evaluation may take (`30s`).
    #[serde(deserialize_with = "time")]
    pub deadline: Duration,
    /// How many queries may run at once while they are young; as many pages again.
    pub evaluations: usize,
    /// How many queries may run at once when they are no longer young.
    pub heavy: usize,
    /// How long a request waits for its turn before it is turned away (`5s`).
    #[serde(deserialize_with = "time")]
    pub patience: Duration,
    /// How much memory a query may take, in bytes.
    pub memory: u64,
    /// The longest result in bytes.
    pub result: usize,
    /// The longest body of a request in bytes.
    pub body: usize,
    /// The longest query in bytes, by GET or POST.
    pub query: usize,
    /// How many bytes of results are kept to be given again; 0 keeps none.
    pub cache: u64,
    /// How long one change of the data may take (`5m`).
    #[serde(deserialize_with = "time")]
    pub change: Duration,
    /// The longest body of a change in bytes.
    pub upload: usize,
    /// The program that is run as a worker; none to evaluate in threads, where no bound is certain.
    #[serde(skip)]
    pub worker: Option<PathBuf>,
}

impl Default for Limits {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            deadline: Duration::from_secs(30),
            evaluations: 8.max(2 * processors),
            heavy: 2.max(processors),
            patience: Duration::from_secs(5),
            memory: 512 << 20,
            result: 256 << 20,
            body: 1 << 20,
            query: 64 << 10,
            cache: 64 << 20,
            change: Duration::from_secs(300),
            upload: 64 << 20,
            worker: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_from_settings_and_a_wrong_one_is_told() {
        let limits: Limits = toml::from_str("deadline = \"2s\"\nmemory = 1000000\nheavy = 3").unwrap();
        let expected = Limits { deadline: Duration::from_secs(2), memory: 1_000_000, heavy: 3, ..Limits::default() };

        assert_eq!(limits, expected);
        assert!(toml::from_str::<Limits>("deadline = \"soon\"").unwrap_err().to_string().contains("soon"));
        assert!(toml::from_str::<Limits>("worker = \"/bin/sh\"").unwrap_err().to_string().contains("worker"));
    }
}
