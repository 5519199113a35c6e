//! `jialing serve`: endpoint, API, site.

use super::options::{Settings, duration};
use super::public::PublicOptions;
use crate::error::{Error, Result};
use crate::serve::access::Token;
use crate::serve::{AppState, log, run};
use crate::store::Store;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where the server listens when the user says nothing.
const BIND: &str = "127.0.0.1:7878";

/// The variable of the environment that holds the token.
const TOKEN: &str = "JIALING_TOKEN";

/// Serve the endpoint, the API and the site
#[derive(clap::Args)]
pub(super) struct Serve {
    /// The address and port to listen on; port 0 takes any that is free [default: 127.0.0.1:7878]
    #[arg(long, env = "JIALING_BIND", value_name = "ADDRESS")]
    bind: Option<String>,
    /// How long a query may run: 30s, 500ms, 2m [default: 30s]
    #[arg(long, value_parser = duration, value_name = "TIME")]
    timeout: Option<Duration>,
    /// A file with the token whose bearer may write over HTTP; without one nobody may. JIALING_TOKEN holds the token itself
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    #[command(flatten)]
    public: PublicOptions,
}

impl Serve {
    pub(super) fn run(&self, settings: &Settings) -> Result<()> {
        self.serve(&Store::open(settings.store_dir()?, settings.wanted_base())?, settings)
    }

    /// The token of those who may write: from the flag's file, the environment, or the file that the settings name.
    fn token(&self, settings: &Settings) -> Result<Option<Token>> {
        let wrong = |place: String| {
            move |message| Error::Usage {
                message: format!("the token in {place}: {message}"),
                hint: "make one with `openssl rand -hex 32`".into(),
            }
        };
        if self.token_file.is_none() {
            if let Some(text) = environment(TOKEN) {
                return Token::new(&text).map(Some).map_err(wrong(format!("`{TOKEN}`")));
            }
        }
        let Some(path) = self.token_file.as_deref().or(settings.token_file.as_deref()) else { return Ok(None) };
        let text = read(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
        Token::new(&text).map(Some).map_err(wrong(format!("`{}`", path.display())))
    }

    /// Serves a store that is open already.
    pub(super) fn serve(&self, store: &Store, settings: &Settings) -> Result<()> {
        let mut limits = settings.limits.clone();
        limits.deadline = self.timeout.or(settings.timeout).unwrap_or(limits.deadline);
        limits.worker = Some(program()?);
        let bind = self.bind.as_deref().or(settings.bind.as_deref()).unwrap_or(BIND);
        let public = self.public.over(settings);
        log::start(&public.log)?;
        let scheme = if public.server.tls_cert.is_some() { "https" } else { "http" };
        let mut state = AppState::with(store.clone(), settings.catalog.clone(), limits, public)?;
        if let Some(token) = self.token(settings)? {
            state = state.writable(token);
        }
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

/// The environment's token. Not a flag of its own: other users of the machine can read a program's arguments.
#[expect(clippy::disallowed_methods, reason = "a setting of the command line")]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

#[expect(clippy::disallowed_methods, reason = "a setting of the command line")]
fn read(path: &Path) -> std::io::Result<String> {
    std::fs::read_to_string(path)
}

/// This program, to be run as a worker. Where the system names the running one, that: the file may be replaced meanwhile.
fn program() -> Result<PathBuf> {
    let running = Path::new("/proc/self/exe");
    if running.exists() {
        return Ok(running.to_owned());
    }
    std::env::current_exe().map_err(|source| Error::Read { path: "jialing".into(), source })
}
