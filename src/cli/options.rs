//! Settings: `jialing.toml`, then the environment, then flags, each overriding the one before.

#![expect(clippy::disallowed_methods, reason = "the settings file is read here")]

use crate::error::{Error, Result};
use crate::ingest;
use crate::model::Base;
use crate::serve::{self, Limits};
use crate::settings::Catalog;
pub(super) use crate::settings::duration;
use clap::Args;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where settings are read from when the user names no file.
const CONFIG: &str = "jialing.toml";

/// The store's folder when the user names none.
const STORE: &str = "store";

/// Options of every verb.
#[derive(Args)]
pub(super) struct Options {
    /// The store's folder, or the address of a SPARQL endpoint (for `query`) [default: store]
    #[arg(long, global = true, env = "JIALING_STORE", value_name = "DIR")]
    store: Option<String>,
    /// The base IRI under which things are named [default: http://localhost:7878]
    #[arg(long, global = true, env = "JIALING_BASE", value_name = "IRI")]
    base: Option<String>,
    /// The settings file [default: jialing.toml, if it is there]
    #[arg(long, global = true, env = "JIALING_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Reports and errors as JSON
    #[arg(long, global = true)]
    pub(super) json: bool,
}

/// What `jialing.toml` may hold.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct File {
    store: Option<String>,
    base: Option<String>,
    bind: Option<String>,
    timeout: Option<String>,
    token_file: Option<PathBuf>,
    limits: Limits,
    identity: Option<PathBuf>,
    catalog: Catalog,
    fetch: ingest::Options,
    annotate: Annotate,
    server: serve::settings::Server,
    clients: serve::settings::Clients,
    log: serve::settings::Log,
    federation: serve::federation::Settings,
}

/// How names are found.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct Annotate {
    tagger: Option<PathBuf>,
}

/// The settings of a run.
pub(super) struct Settings {
    store: Option<String>,
    base: Option<Base>,
    /// Reports as JSON.
    pub(super) json: bool,
    /// Where to listen, if the file says.
    pub(super) bind: Option<String>,
    /// How long a query may run, if the file says.
    pub(super) timeout: Option<Duration>,
    /// The file with the token of those who may write, if the file says.
    pub(super) token_file: Option<PathBuf>,
    /// What the server allows.
    pub(super) limits: Limits,
    /// What the data says of itself.
    pub(super) catalog: Catalog,
    /// How addresses are fetched.
    pub(super) fetch: ingest::Options,
    /// The user's file of identities, if the settings name one.
    pub(super) identity: Option<PathBuf>,
    /// The folder of the tagger, if the file says.
    pub(super) tagger: Option<PathBuf>,
    /// How the server meets the public.
    pub(super) public: serve::Settings,
}

impl Options {
    pub(super) fn settings(&self) -> Result<Settings> {
        let file = match &self.config {
            Some(path) => read(path)?,
            None if Path::new(CONFIG).exists() => read(Path::new(CONFIG))?,
            None => File::default(),
        };
        let base = self.base.clone().or(file.base);
        let base = base.map(|iri| Base::new(&iri).ok_or_else(|| bad_base(&iri))).transpose()?;
        Ok(Settings {
            store: self.store.clone().or(file.store),
            base,
            json: self.json,
            bind: file.bind,
            timeout: file.timeout.as_deref().map(duration).transpose().map_err(|message| Error::Usage {
                message: format!("`timeout` in the settings file: {message}"),
                hint: "write it like `timeout = \"30s\"`".into(),
            })?,
            token_file: file.token_file,
            limits: file.limits,
            catalog: file.catalog,
            fetch: file.fetch,
            identity: file.identity,
            tagger: file.annotate.tagger,
            public: serve::Settings {
                server: file.server,
                clients: file.clients,
                log: file.log,
                federation: file.federation,
            },
        })
    }
}

impl Settings {
    /// The base that the user gave, or the default.
    pub(super) fn base(&self) -> Base {
        self.base.clone().unwrap_or_default()
    }

    /// The base that the user gave, if any.
    pub(super) fn wanted_base(&self) -> Option<&Base> {
        self.base.as_ref()
    }

    /// The store's folder.
    pub(super) fn store_dir(&self) -> Result<PathBuf> {
        self.store_dir_or(STORE)
    }

    /// The store's folder; `default` where the user names none.
    pub(super) fn store_dir_or(&self, default: &str) -> Result<PathBuf> {
        match self.endpoint() {
            Some(url) => Err(Error::Usage {
                message: format!("expected a folder as the store, found the address `{url}`"),
                hint: "only `query` works with a remote endpoint so far; give a folder with `--store DIR`".into(),
            }),
            None => Ok(self.store.clone().unwrap_or_else(|| default.to_owned()).into()),
        }
    }

    /// The remote endpoint, if the store is one.
    pub(super) fn endpoint(&self) -> Option<&str> {
        self.store.as_deref().filter(|store| store.starts_with("http://") || store.starts_with("https://"))
    }
}

fn read(path: &Path) -> Result<File> {
    let text = std::fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    toml::from_str(&text).map_err(|error| Error::Usage {
        message: format!("`{}`: {}", path.display(), error.to_string().trim_end()),
        hint: "the README's section on settings lists the keys".into(),
    })
}

fn bad_base(iri: &str) -> Error {
    Error::Usage {
        message: format!("expected a base IRI like `https://data.example.org`, found `{iri}`"),
        hint: "give http or https, a host, and no `?` or `#`".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_setting_is_told_with_its_file_and_line() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("jialing.toml");
        std::fs::write(&path, "stroe = \"data\"\n").unwrap();

        let error = read(&path).err().unwrap();

        assert_eq!(error.exit_code(), 2);
        assert!(error.to_string().contains("stroe"), "{error}");
    }

    #[test]
    fn the_annotate_table_names_a_tagger() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("jialing.toml");
        std::fs::write(&path, "[annotate]\ntagger = \"lac\"\n").unwrap();

        assert_eq!(read(&path).unwrap().annotate.tagger.as_deref(), Some(Path::new("lac")));
    }

    #[test]
    fn the_fetch_table_says_how_addresses_are_fetched() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("jialing.toml");
        std::fs::write(&path, "[fetch]\ndelay = \"3s\"\ncontact = \"mailto:data@example.org\"\n").unwrap();

        let fetch = read(&path).unwrap().fetch;

        assert_eq!((fetch.delay, fetch.contact.as_deref()), (Duration::from_secs(3), Some("mailto:data@example.org")));
    }
}
