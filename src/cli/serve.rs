//! `jialing serve`: endpoint, API, site.

use super::options::{Settings, duration};
use super::public::PublicOptions;
use crate::error::Result;
use crate::serve::{AppState, Limits, log, run};
use crate::store::Store;
use std::time::Duration;

/// Where the server listens when the user says nothing.
const BIND: &str = "127.0.0.1:7878";

/// Serve the endpoint, the API and the site
#[derive(clap::Args)]
pub(super) struct Serve {
    /// The address and port to listen on; port 0 takes any that is free [default: 127.0.0.1:7878]
    #[arg(long, env = "JIALING_BIND", value_name = "ADDRESS")]
    bind: Option<String>,
    /// How long a query may run: 30s, 500ms, 2m [default: 30s]
    #[arg(long, value_parser = duration, value_name = "TIME")]
    timeout: Option<Duration>,
    #[command(flatten)]
    public: PublicOptions,
}

impl Serve {
    pub(super) fn run(&self, settings: &Settings) -> Result<()> {
        self.serve(&Store::open(settings.store_dir()?, settings.wanted_base())?, settings)
    }

    /// Serves a store that is open already.
    pub(super) fn serve(&self, store: &Store, settings: &Settings) -> Result<()> {
        let mut limits = Limits::default();
        limits.deadline = self.timeout.or(settings.timeout).unwrap_or(limits.deadline);
        let bind = self.bind.as_deref().or(settings.bind.as_deref()).unwrap_or(BIND);
        let public = self.public.over(settings);
        log::start(&public.log)?;
        let scheme = if public.server.tls_cert.is_some() { "https" } else { "http" };
        let state = AppState::with(store.clone(), settings.catalog.clone(), limits, public)?;
        let base = store.base().clone();
        run(state, bind, |address| {
            let root = format!("{scheme}://{address}");
            eprintln!("site      {root}/");
            eprintln!("SPARQL    {root}/sparql");
            eprintln!("queries   {root}/api/");
            eprintln!("catalog   {root}/catalog");
            if base.as_str() != root {
                eprintln!("things are named under {base}/id/");
            }
            eprintln!("stop with Ctrl-C");
        })
    }
}
