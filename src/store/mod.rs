//! The store: immutable versions of the data under one folder, a pointer to the current one, one writer.
//!
//! ```text
//! DIR/store.json            the base IRI and the layout's number
//! DIR/current               the current version's number; replaced by an atomic rename
//! DIR/lock                  held by the one writer
//! DIR/versions/7/data/      a RocksDB checkpoint, written once and then only read
//! DIR/versions/7/header.json, sources.json, graphs.json, withdrawn.json
//! DIR/versions/7/identity.csv   the user's file of identities, if there is one
//! DIR/changes/7.rdfp.zst    what version 7 changed, as RDF Patch; may be deleted
//! ```
//!
//! It takes article graphs, and gives [`Snapshot`]s: one version, whole, that nobody writes to any more. What the data
//! means it leaves to others; it only keeps the promise that the default graph is the RDF merge of the named graphs
//! (see `merge`).
//!
//! Why a folder a version? Opening an Oxigraph store read-only beside a writer is undefined behaviour. A checkpoint
//! costs hard links, so each writer gets a store of its own, and a build killed at any instant leaves `current` as it was.
//!
//! How does a reader keep its version? It holds a shared lock on the version's `header.json`; a writer that tidies up
//! needs that lock alone, and leaves the version for the next writer if it cannot have it.

mod builtin;
mod changes;
mod layout;
mod load;
mod memory;
mod merge;
mod sum;
mod update;
mod writer;

pub use layout::{SourceRecord, StoredProblem};
pub use writer::{Committed, Writer};

use crate::error::{Error, Result};
use crate::model::Base;
use layout::Layout;
use std::path::Path;
use std::sync::Arc;

/// What a version says of itself.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Header {
    /// The version's number, from 1; 0 for a store that holds nothing yet.
    pub version: u64,
    /// The base IRI of its instances.
    pub base: String,
    /// A hash of the data's canonical form: equal data, equal hash. Part of every ETag.
    pub content: String,
    /// When it was committed, RFC 3339. The only clock in the store.
    pub committed: String,
    /// The newest article's date (ISO 8601), for dumps.
    pub newest: Option<String>,
    /// The rules' version that read the articles.
    pub rules: String,
}

/// One immutable version of the data, open for reading. Cheap to clone.
#[derive(Clone)]
pub struct Snapshot {
    /// What it says of itself.
    pub header: Arc<Header>,
    /// The data. The default graph is the RDF merge of all named graphs.
    pub data: oxigraph::store::Store,
    /// Keeps the version from being tidied away; `None` in memory.
    lease: Option<Arc<layout::Lease>>,
}

impl Snapshot {
    /// The base IRI of its instances.
    pub fn base(&self) -> Base {
        Base::new(&self.header.base).unwrap_or_default()
    }

    /// A snapshot without a store: these articles, the ontology and the merged default graph. For tests, and for
    /// what looks at a few articles and stores nothing.
    ///
    /// # Errors
    /// If the database fails.
    pub fn in_memory(base: &Base, articles: &[crate::model::ArticleGraph]) -> Result<Self> {
        memory::snapshot(base, articles)
    }

    /// Which articles each path gave, as the version's builds recorded it; empty in memory.
    ///
    /// # Errors
    /// If the record cannot be read.
    pub fn sources(&self) -> Result<std::collections::BTreeMap<String, SourceRecord>> {
        self.lease.as_ref().map_or_else(|| Ok(Default::default()), |lease| lease.version().sources())
    }

    /// The articles that were once there and were taken out, each with the number of the version that did so; none in memory.
    ///
    /// # Errors
    /// If the record cannot be read.
    pub fn withdrawn(&self) -> Result<std::collections::BTreeMap<String, u64>> {
        self.lease.as_ref().map_or_else(|| Ok(Default::default()), |lease| lease.version().withdrawn())
    }

    /// The user's file of identities; empty if there is none.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn identity(&self) -> Result<String> {
        self.lease.as_ref().map_or_else(|| Ok(String::new()), |lease| lease.version().identity())
    }
}

/// A store's folder.
#[derive(Debug, Clone)]
pub struct Store {
    layout: Layout,
    base: Base,
}

impl Store {
    /// The store in `dir`.
    ///
    /// # Errors
    /// [`Error::NoStore`] if there is none, [`Error::Base`] if it was built for another base than `base`,
    /// [`Error::Store`] if it is of a kind that this version does not know.
    pub fn open(dir: impl AsRef<Path>, base: Option<&Base>) -> Result<Self> {
        let layout = Layout::new(dir.as_ref());
        let Some(found) = layout.identity()? else {
            return Err(Error::NoStore { path: dir.as_ref().to_owned() });
        };
        if let Some(expected) = base.filter(|base| **base != found) {
            return Err(Error::Base {
                path: dir.as_ref().to_owned(),
                found: found.to_string(),
                expected: expected.to_string(),
            });
        }
        Ok(Self { layout, base: found })
    }

    /// The store in `dir`, which is made if the folder is absent or empty.
    ///
    /// # Errors
    /// As [`Store::open`]; [`Error::Store`] for a folder that holds something else.
    pub fn create_or_open(dir: impl AsRef<Path>, base: &Base) -> Result<Self> {
        let layout = Layout::new(dir.as_ref());
        if layout.identity()?.is_none() {
            layout.create(base)?;
        }
        Self::open(dir, Some(base))
    }

    /// The base IRI of its instances.
    pub fn base(&self) -> &Base {
        &self.base
    }

    /// Its folder.
    pub fn dir(&self) -> &Path {
        self.layout.dir()
    }

    /// The current version's number, 0 before the first commit. Cheap enough to ask before each request.
    ///
    /// # Errors
    /// If the pointer cannot be read.
    pub fn current_version(&self) -> Result<u64> {
        self.layout.current()
    }

    /// Whether `snapshot` is of the current version.
    ///
    /// # Errors
    /// If the pointer cannot be read.
    pub fn is_current(&self, snapshot: &Snapshot) -> Result<bool> {
        Ok(self.current_version()? == snapshot.header.version)
    }

    /// The current version. Before the first commit: the ontology alone, as version 0.
    ///
    /// # Errors
    /// If the version cannot be opened.
    pub fn snapshot(&self) -> Result<Snapshot> {
        // A writer may tidy the version away between the reading of its number and the lock on it: then there is a
        // newer one. It keeps the last two, so this is rare, and more than a few rounds mean a damaged store.
        for _ in 0..8 {
            let number = self.layout.current()?;
            if number == 0 {
                return memory::empty(&self.base);
            }
            if let Some(lease) = self.layout.version(number).lease()? {
                return lease.open();
            }
            if self.layout.current()? == number {
                break;
            }
        }
        Err(self.layout.damaged("the version that `current` names is not there"))
    }

    /// The version of that number, while a reader holds it or a writer has not tidied it away.
    ///
    /// # Errors
    /// If it is gone, or cannot be opened.
    pub fn snapshot_of(&self, number: u64) -> Result<Snapshot> {
        if number == 0 {
            return memory::empty(&self.base);
        }
        match self.layout.version(number).lease()? {
            Some(lease) => lease.open(),
            None => Err(self.layout.damaged(format!("version {number} is not there"))),
        }
    }

    /// What led from the version before to version `number`, as RDF Patch; `None` if that is not known (there is no such
    /// version, or its log was deleted).
    ///
    /// # Errors
    /// If the log cannot be opened.
    pub fn changes(&self, number: u64) -> Result<Option<impl std::io::Read + use<>>> {
        if number == 0 || number > self.current_version()? {
            return Ok(None);
        }
        changes::read(&self.layout, number)
    }

    /// The one writer. It waits for nobody.
    ///
    /// # Errors
    /// [`Error::Locked`] while another process or thread writes.
    pub fn write(&self) -> Result<Writer> {
        let lock = self.layout.lock()?;
        Writer::new(self.clone(), lock)
    }
}
