//! `jialing export`: the dumps.

use super::options::Settings;
use super::print;
use crate::error::Result;
use crate::store::Store;
use std::path::PathBuf;

/// Write dumps: Turtle, JSON-LD, N-Quads, CSV and Parquet, with VoID, DCAT and Croissant beside them
#[derive(clap::Args)]
pub(super) struct Export {
    /// The folder to write to; it is made if it is not there
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Write only what was changed since that version of the store, as RDF Patch: DIR/changes.rdfp
    #[arg(long, value_name = "VERSION")]
    since: Option<u64>,
}

impl Export {
    pub(super) fn run(&self, settings: &Settings) -> Result<()> {
        let store = Store::open(settings.store_dir()?, settings.wanted_base())?;
        if let Some(since) = self.since {
            return self.changes(settings, &store, since);
        }
        let snapshot = store.snapshot()?;
        let report = crate::export::export(&snapshot, &settings.catalog, &self.dir)?;
        if settings.json {
            return print(&format!("{}\n", serde_json::json!(report)));
        }
        let files = report.files.iter().map(|file| format!("{:>12} bytes  {}\n", file.bytes, file.name));
        print(&format!("{}wrote {} files to {}\n", files.collect::<String>(), report.files.len(), self.dir.display()))
    }

    fn changes(&self, settings: &Settings, store: &Store, since: u64) -> Result<()> {
        let file = crate::export::changes(store, since, &self.dir)?;
        if settings.json {
            return print(&format!("{}\n", serde_json::json!(file)));
        }
        print(&format!("{:>12} bytes  {}\n", file.bytes, self.dir.join(&file.name).display()))
    }
}
