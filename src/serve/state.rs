//! What every handler shares: the version that is served, the settings, the engine, the counters.

use super::access::Token;
use super::error::{Fault, Kind};
use super::evaluate::job::{Change, Head};
use super::evaluate::{Budget, Engine, Limits};
use super::federation::Federation;
use super::health;
use super::metrics::Metrics;
use super::quota::Quota;
use super::settings::Settings;
use super::site::index::Index;
use crate::error::{Error, Result};
use crate::export::quality::Score;
use crate::export::{self, DumpFile, Extent};
use crate::settings::Catalog;
use crate::store::{Snapshot, Store};
use oxigraph::model::Triple;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::time::Duration;
use tokio::time::Instant;

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

    /// The folder of the store, where there is one: other processes can read it too.
    fn folder(&self) -> Option<&Path> {
        None
    }
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

    fn folder(&self) -> Option<&Path> {
        Some(self.dir())
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
    size: OnceLock<Option<u64>>,
    scores: OnceLock<Arc<Vec<Score>>>,
}

/// The dumps of one version, in a folder that goes with it.
pub struct Dumps {
    folder: tempfile::TempDir,
    /// The files, with their lengths and checksums.
    pub files: Vec<DumpFile>,
    /// How long and wide the table of figures is.
    pub extent: Extent,
    /// The RDFC-1.0 hash of the whole data.
    pub canonical: String,
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
            size: OnceLock::new(),
            scores: OnceLock::new(),
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
        let made = {
            let dumps = self.dumps(settings)?;
            export::catalog(&self.snapshot, settings, &dumps.files, Some(&dumps.extent))?
        };
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
        let export::Report { files, extent, canonical, .. } = export::export(&self.snapshot, settings, folder.path())?;
        Ok(made.insert(Arc::new(Dumps { folder, files, extent, canonical })).clone())
    }

    /// The catalog's points, if they were reckoned.
    pub fn scores(&self) -> Option<Arc<Vec<Score>>> {
        self.scores.get().cloned()
    }

    /// Keeps the catalog's points as long as the version stays.
    pub fn keep_scores(&self, scores: Vec<Score>) -> Arc<Vec<Score>> {
        self.scores.get_or_init(|| Arc::new(scores)).clone()
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
    token: Option<Token>,
    refreshing: Mutex<()>,
    settings: Settings,
    quota: Option<Quota>,
    federation: Federation,
    /// What endpoints said of when to be left alone goes with the server.
    _memory: Option<tempfile::TempDir>,
    started: Instant,
    is_closing: AtomicBool,
    knows_of_proxy: AtomicBool,
}

impl AppState {
    /// Opens the current version of `source`.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn new(source: impl Source, catalog: Catalog, limits: Limits) -> Result<Self> {
        Self::with(source, catalog, limits, Settings::default())
    }

    /// The same, with how it meets the public.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn with(source: impl Source, catalog: Catalog, limits: Limits, settings: Settings) -> Result<Self> {
        let snapshot = source.open()?;
        let version = snapshot.header.version;
        let metrics = Arc::new(Metrics::default());
        let folder = source.folder().map(Path::to_owned);
        let mut federation = settings.federation.clone();
        let memory = if federation.memory.is_none() && !federation.allow.is_empty() {
            let fault = |source| Error::Write { path: std::env::temp_dir(), source };
            Some(tempfile::tempdir().map_err(fault)?)
        } else {
            None
        };
        federation.memory = federation.memory.or_else(|| Some(memory.as_ref()?.path().to_owned()));
        let federation = Federation::new(federation, &snapshot.header.base)?;
        Ok(Self(Arc::new(Inner {
            prefix: path_of(&snapshot.header.base),
            view: RwLock::new(Arc::new(View::new(snapshot)?)),
            source: Box::new(source),
            catalog,
            engine: Engine::new(limits.clone(), metrics.clone(), folder, version, federation.clone()),
            limits,
            metrics,
            token: None,
            refreshing: Mutex::new(()),
            quota: Quota::new(&settings.clients),
            federation,
            _memory: memory,
            settings,
            started: Instant::now(),
            is_closing: AtomicBool::new(false),
            knows_of_proxy: AtomicBool::new(false),
        })))
    }

    /// The same server, which lets the token's bearer write. To be said before it serves.
    pub fn writable(mut self, token: Token) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            inner.token = Some(token);
        }
        self
    }

    /// The token of those who may write; none where nobody may.
    pub fn token(&self) -> Option<&Token> {
        self.0.token.as_ref()
    }

    /// Makes a change, and moves to the version that it made. What is asked after it is answered with it.
    ///
    /// # Errors
    /// A fault; nothing is changed then.
    pub async fn change(&self, change: Change, body: &[u8]) -> Result<Head, Fault> {
        let head = self.engine().change(change, body).await?;
        let state = self.clone();
        let refreshed = tokio::task::spawn_blocking(move || state.refresh()).await;
        match refreshed {
            Ok(Ok(_)) => Ok(head),
            Ok(Err(error)) => Err(Fault::new(Kind::Storage, format!("it is written, but: {error}"))),
            Err(error) => Err(Fault::new(Kind::Internal, error.to_string())),
        }
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
        // One at a time, so that an older version never takes the place of a newer one.
        let _turn = self.0.refreshing.lock().unwrap_or_else(PoisonError::into_inner);
        let opened = self.newer();
        if let Err(error) = &opened {
            tracing::warn!(error = error as &dyn std::error::Error, "a new version of the data cannot be opened");
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

    /// How it meets the public.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The accounts of clients, if anything is limited.
    pub fn quota(&self) -> Option<&Quota> {
        self.0.quota.as_ref()
    }

    /// Which other endpoints queries may call.
    pub fn federation(&self) -> &Federation {
        &self.0.federation
    }

    /// The time since the start.
    pub fn uptime(&self) -> Duration {
        self.0.started.elapsed()
    }

    /// Says from now on that the server is about to stop.
    pub fn close(&self) {
        self.0.is_closing.store(true, Ordering::Release);
    }

    /// Whether the server is about to stop.
    pub fn is_closing(&self) -> bool {
        self.0.is_closing.load(Ordering::Acquire)
    }

    /// What the store takes on the disk in bytes; looked up once for each version.
    pub fn size(&self) -> Option<u64> {
        *self.view().size.get_or_init(|| self.0.source.folder().map(health::size_of))
    }

    /// Tells the operator once that all readers seem to come through a proxy that no setting names.
    pub fn tell_of_proxy(&self) {
        if !self.0.knows_of_proxy.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "a proxy on this machine passes requests on, and no limit holds for those who ask: name it with \
                 `--trusted-proxy 127.0.0.1`"
            );
        }
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
