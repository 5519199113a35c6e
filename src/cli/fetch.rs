//! How addresses are fetched: flags over the `[fetch]` table of `jialing.toml`.

use super::options::{Settings, duration};
use crate::ingest;
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

/// The cache's folder within the user's folder of caches.
const CACHE: &str = "jialing";

// No documentation comment: clap would take it for that of the verb.
#[derive(Args)]
pub(super) struct FetchOptions {
    /// Fetch addresses of private networks too, and any port
    #[arg(long)]
    allow_private: bool,
    /// Fetch nothing: read addresses from the cache only
    #[arg(long)]
    offline: bool,
    /// Where fetched pages are kept [default: the user's cache folder]
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
    /// The least time between two requests to one host: 1s, 500ms [default: 1s]
    #[arg(long, value_parser = duration, value_name = "TIME")]
    delay: Option<Duration>,
}

impl FetchOptions {
    /// The options of a run: the settings file's, with what the flags say.
    pub(super) fn over(&self, settings: &Settings) -> ingest::Options {
        let file = &settings.fetch;
        ingest::Options {
            allow_private: self.allow_private || file.allow_private,
            offline: self.offline || file.offline,
            // `XDG_CACHE_HOME`, `~/.cache`, or what takes their place on other systems.
            cache: self.cache.clone().or_else(|| file.cache.clone()).or_else(|| Some(dirs::cache_dir()?.join(CACHE))),
            delay: self.delay.unwrap_or(file.delay),
            ..file.clone()
        }
    }
}
