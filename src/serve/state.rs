//! What every handler shares: the version that is served, the settings, the engine, the counters.

use super::error::Fault;
use super::evaluate::{Budget, Engine, Limits};
use super::metrics::Metrics;
use super::site::index::Index;
use crate::error::{Error, Result};
use crate::export::{self, DumpFile};
use crate::settings::Catalog;
use crate::store::{Snapshot, Store};
use oxigraph::model::Triple;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

/// Where the data come from.
pub trait Source: Send + Sync + 'static {
    /// The number of the current version. It is asked about once a second, so it costs little.
    ///
    /// # Errors
    /// If the store cannot be read.
    fn version(&self) -> Result<u64>;

    /// Opens the current version.
    ///
    /// # Errors
    /// If the store cannot be read.
    fn open(&self) -> Result<Snapshot>;
}

/// A source that never changes: for tests, and for data in memory.
impl Source for Snapshot {
    fn version(&self) -> Result<u64> {
        Ok(self.header.version)
    }

    fn open(&self) -> Result<Snapshot> {
        Ok(self.clone())
    }
}

impl Source for Store {
    fn version(&self) -> Result<u64> {
        self.current_version()
    }

    fn open(&self) -> Result<Snapshot> {
        self.snapshot()
    }
}

/// One version with what is derived from it.
pub struct View {
    /// The version.
    pub snapshot: Snapshot,
    index: Index,
    withdrawn: BTreeMap<String, u64>,
    triples: OnceLock<usize>,
    catalog: OnceLock<Vec<Triple>>,
    void: OnceLock<Vec<Triple>>,
    dumps: Mutex<Option<Arc<Dumps>>>,
}

/// The dumps of one version, in a folder that goes with it.
pub struct Dumps {
    folder: tempfile::TempDir,
    /// The files, with their lengths and checksums.
    pub files: Vec<DumpFile>,
}

impl Dumps {
    /// Where the dump of that name lies; `None` if there is no such dump.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        let file = self.files.iter().find(|file| file.name == name)?;
        Some(self.folder.path().join(&file.name))
    }
}

impl View {
    fn new(snapshot: Snapshot) -> Result<Self> {
        let index =
            Index::build(&snapshot, &Budget::unbounded()).map_err(|fault| Error::Database(fault.detail.into()))?;
        Ok(Self {
            withdrawn: snapshot.withdrawn()?,
            snapshot,
            index,
            triples: OnceLock::new(),
            catalog: OnceLock::new(),
            void: OnceLock::new(),
            dumps: Mutex::new(None),
        })
    }

    /// The base IRI.
    pub fn base(&self) -> &str {
        &self.snapshot.header.base
    }

    /// The articles that were withdrawn, each with the number of the version that did so.
    pub fn withdrawn(&self) -> &BTreeMap<String, u64> {
        &self.withdrawn
    }

    /// The names of all things.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// The DCAT catalog. It reads much, so it is made once; a caller who came too early finds it the next time.
    pub fn catalog(&self, settings: &Catalog) -> Result<&[Triple]> {
        if let Some(made) = self.catalog.get() {
            return Ok(made);
        }
        let made = export::catalog(&self.snapshot, settings, &self.dumps(settings)?.files)?;
        Ok(self.catalog.get_or_init(|| made))
    }

    /// The VoID description, as the catalog.
    pub fn void(&self, settings: &Catalog) -> Result<&[Triple]> {
        if let Some(made) = self.void.get() {
            return Ok(made);
        }
        let made = export::void(&self.snapshot, settings)?;
        Ok(self.void.get_or_init(|| made))
    }

    /// The dumps. The first caller has them written, and whoever comes meanwhile waits for the same files.
    pub fn dumps(&self, settings: &Catalog) -> Result<Arc<Dumps>> {
        let mut made = self.dumps.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(dumps) = made.as_ref() {
            return Ok(dumps.clone());
        }
        let fault = |source| Error::Write { path: std::env::temp_dir(), source };
        let folder = tempfile::tempdir().map_err(fault)?;
        let files = export::export(&self.snapshot, settings, folder.path())?.files;
        Ok(made.insert(Arc::new(Dumps { folder, files })).clone())
    }

    /// How many triples the default graph holds.
    pub fn triples(&self, budget: &Budget) -> Result<usize, Fault> {
        if let Some(count) = self.triples.get() {
            return Ok(*count);
        }
        let mut count = 0_usize;
        let default = oxigraph::model::GraphNameRef::DefaultGraph;
        for quad in self.snapshot.data.quads_for_pattern(None, None, None, Some(default)) {
            quad?;
            budget.check()?;
            count += 1;
        }
        Ok(*self.triples.get_or_init(|| count))
    }
}

/// What every handler shares. Cheap to clone.
#[derive(Clone)]
pub struct AppState(Arc<Inner>);

struct Inner {
    source: Box<dyn Source>,
    view: RwLock<Arc<View>>,
    catalog: Catalog,
    limits: Limits,
    engine: Engine,
    metrics: Arc<Metrics>,
    prefix: String,
}

impl AppState {
    /// Opens the current version of `source`.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn new(source: impl Source, catalog: Catalog, limits: Limits) -> Result<Self> {
        let snapshot = source.open()?;
        let metrics = Arc::new(Metrics::default());
        Ok(Self(Arc::new(Inner {
            prefix: path_of(&snapshot.header.base),
            view: RwLock::new(Arc::new(View::new(snapshot)?)),
            source: Box::new(source),
            catalog,
            engine: Engine::new(limits.clone(), metrics.clone()),
            limits,
            metrics,
        })))
    }

    /// The version that is served now. A handler takes it once, so that its answer belongs to one version.
    pub fn view(&self) -> Arc<View> {
        self.0.view.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Moves to the newest version if there is one. If it cannot be opened the server stays with what it has.
    ///
    /// # Errors
    /// What kept it from being opened.
    pub fn refresh(&self) -> Result<bool> {
        let opened = self.newer();
        if opened.is_err() {
            self.0.metrics.refresh_failures.fetch_add(1, Ordering::Relaxed);
        }
        let Some(view) = opened? else { return Ok(false) };
        *self.0.view.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(view);
        Ok(true)
    }

    fn newer(&self) -> Result<Option<View>> {
        if self.0.source.version()? == self.view().snapshot.header.version {
            return Ok(None);
        }
        View::new(self.0.source.open()?).map(Some)
    }

    /// How the data describes itself.
    pub fn catalog(&self) -> &Catalog {
        &self.0.catalog
    }

    /// What the server allows.
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// Where work runs.
    pub fn engine(&self) -> &Engine {
        &self.0.engine
    }

    /// The counters.
    pub fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// The path of the base IRI without a slash at its end: the site's links begin with it.
    pub fn prefix(&self) -> &str {
        &self.0.prefix
    }
}

fn path_of(base: &str) -> String {
    url::Url::parse(base).map(|url| url.path().trim_end_matches('/').to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_begin_with_the_path_of_the_base() {
        assert_eq!(path_of("http://localhost:7878"), "");
        assert_eq!(path_of("https://data.example.org/jialing"), "/jialing");
    }
}
