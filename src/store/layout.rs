//! The folder on disk: its files, its pointer and its locks.

#![expect(clippy::disallowed_methods, reason = "the store lives on the disk")]

use super::{Header, Snapshot};
use crate::error::{Error, Problem, Result};
use crate::model::Base;
use fs4::{FileExt, TryLockError};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The number of this layout. Another number is another program's store.
const LAYOUT: u32 = 1;

/// What one path gave at the last build.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRecord {
    /// SHA-256 of the document's bytes: a build reads the path again when it differs.
    pub content_hash: String,
    /// The IRIs of its articles.
    pub articles: Vec<String>,
    /// What was wrong with it.
    pub problems: Vec<StoredProblem>,
}

/// A [`Problem`] as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StoredProblem {
    /// The stable code.
    pub code: String,
    /// What is wrong and what to do.
    pub message: String,
    /// Whether the article was left out because of it.
    pub fatal: bool,
}

impl From<&Problem> for StoredProblem {
    fn from(problem: &Problem) -> Self {
        Self { code: problem.code.to_owned(), message: problem.message.clone(), fatal: problem.fatal }
    }
}

/// `store.json`.
#[derive(Serialize, Deserialize)]
struct Identity {
    layout: u32,
    base: String,
}

/// The paths of a store.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    dir: PathBuf,
}

impl Layout {
    pub(super) fn new(dir: &Path) -> Self {
        Self { dir: dir.to_owned() }
    }

    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// The base that the store was built for; `None` if there is no store.
    pub(super) fn identity(&self) -> Result<Option<Base>> {
        let Some(identity) = read_json::<Identity>(&self.dir.join("store.json"))? else {
            return Ok(None);
        };
        if identity.layout != LAYOUT {
            let found = identity.layout;
            return Err(self.damaged(format!("expected layout {LAYOUT}, found layout {found}")));
        }
        match Base::new(&identity.base) {
            Some(base) => Ok(Some(base)),
            None => Err(self.damaged(format!("`{}` is no base IRI", identity.base))),
        }
    }

    /// Makes an empty store. A folder that holds something else is no place for one.
    pub(super) fn create(&self, base: &Base) -> Result<()> {
        fs::create_dir_all(self.dir.join("versions")).map_err(write_error(&self.dir))?;
        let ours = ["versions", "lock", "store.json.new"];
        for entry in fs::read_dir(&self.dir).map_err(read_error(&self.dir))? {
            let name = entry.map_err(read_error(&self.dir))?.file_name();
            if !ours.iter().any(|known| name == *known) {
                return Err(self.damaged(format!("it holds `{}` and no store", name.display())));
            }
        }
        let identity = Identity { layout: LAYOUT, base: base.to_string() };
        replace_json(&self.dir.join("store.json"), &identity)
    }

    /// The current version's number; 0 if there is none yet.
    pub(super) fn current(&self) -> Result<u64> {
        let path = self.dir.join("current");
        match fs::read_to_string(&path) {
            Ok(text) => text
                .trim()
                .parse()
                .map_err(|_| self.damaged(format!("`current` holds `{}`, not a number", text.trim()))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(source) => Err(Error::Read { path, source }),
        }
    }

    /// Makes `number` the current version. This rename is the commit.
    pub(super) fn point_to(&self, number: u64) -> Result<()> {
        replace(&self.dir.join("current"), format!("{number}\n").as_bytes())
    }

    /// The log of what a version changed.
    pub(super) fn changes(&self, number: u64) -> PathBuf {
        self.dir.join("changes").join(format!("{number}.rdfp.zst"))
    }

    pub(super) fn version(&self, number: u64) -> Version {
        Version { dir: self.dir.join("versions").join(number.to_string()), store: self.clone() }
    }

    /// The writers' lock; the file's end, or the process's, gives it back.
    pub(super) fn lock(&self) -> Result<File> {
        let path = self.dir.join("lock");
        let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(write_error(&path))?;
        match FileExt::try_lock(&file) {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(Error::Locked { path: self.dir.clone() }),
            Err(TryLockError::Error(source)) => Err(Error::Write { path, source }),
        }
    }

    /// Deletes what is not needed: versions that a killed writer left unfinished (newer than the current one), and old
    /// ones that nobody reads. The current version and the one before it stay. Only under the lock.
    pub(super) fn tidy(&self) -> Result<()> {
        let current = self.current()?;
        let versions = self.dir.join("versions");
        for entry in fs::read_dir(&versions).map_err(read_error(&versions))? {
            let entry = entry.map_err(read_error(&versions))?;
            let number = entry.file_name().to_str().and_then(|name| name.parse::<u64>().ok());
            let needed = number.is_some_and(|number| number <= current && number + 1 >= current)
                || (number.is_some_and(|number| number < current) && !unused(&entry.path()));
            if !needed {
                remove(&entry.path())?;
            }
        }
        Ok(())
    }

    pub(super) fn damaged(&self, message: impl Into<String>) -> Error {
        Error::Store { path: self.dir.clone(), message: message.into() }
    }
}

/// Whether no reader holds the version. A version without a header was never finished, or is half deleted.
fn unused(version: &Path) -> bool {
    File::open(version.join("header.json")).map_or(true, |header| FileExt::try_lock(&header).is_ok())
}

/// Deletes a version. The header goes first: what has none is nothing to a reader.
pub(super) fn remove(version: &Path) -> Result<()> {
    match fs::remove_file(version.join("header.json")) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(write_error(version)(source)),
        _ => fs::remove_dir_all(version).map_err(write_error(version)),
    }
}

/// What stands beside a version's data.
pub(super) struct Beside<'a> {
    pub(super) sources: &'a BTreeMap<String, SourceRecord>,
    pub(super) graphs: &'a BTreeMap<String, String>,
    pub(super) withdrawn: &'a BTreeMap<String, u64>,
    pub(super) identity: &'a str,
}

/// The paths of one version.
#[derive(Debug, Clone)]
pub(super) struct Version {
    dir: PathBuf,
    store: Layout,
}

impl Version {
    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// The RocksDB folder.
    pub(super) fn data(&self) -> PathBuf {
        self.dir.join("data")
    }

    pub(super) fn create(&self) -> Result<()> {
        fs::create_dir_all(&self.dir).map_err(write_error(&self.dir))
    }

    pub(super) fn sources(&self) -> Result<BTreeMap<String, SourceRecord>> {
        self.json("sources.json")
    }

    /// The hash of each named graph.
    pub(super) fn graphs(&self) -> Result<BTreeMap<String, String>> {
        self.json("graphs.json")
    }

    /// The articles that were taken out, each with the number of the version that did so. A store of before knows of none.
    pub(super) fn withdrawn(&self) -> Result<BTreeMap<String, u64>> {
        Ok(read_json(&self.dir.join("withdrawn.json"))?.unwrap_or_default())
    }

    /// The user's file of identities; empty if there is none.
    pub(super) fn identity(&self) -> Result<String> {
        let path = self.dir.join("identity.csv");
        match fs::read_to_string(&path) {
            Ok(text) => Ok(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
            Err(source) => Err(Error::Read { path, source }),
        }
    }

    fn json<T: DeserializeOwned>(&self, name: &str) -> Result<T> {
        read_json(&self.dir.join(name))?.ok_or_else(|| self.store.damaged(format!("`{name}` is missing")))
    }

    /// Writes what stands beside the data, the header last.
    pub(super) fn seal(&self, header: &Header, beside: &Beside<'_>) -> Result<()> {
        replace_json(&self.dir.join("sources.json"), beside.sources)?;
        replace_json(&self.dir.join("graphs.json"), beside.graphs)?;
        replace_json(&self.dir.join("withdrawn.json"), beside.withdrawn)?;
        if !beside.identity.is_empty() {
            replace(&self.dir.join("identity.csv"), beside.identity.as_bytes())?;
        }
        replace_json(&self.dir.join("header.json"), header)
    }

    /// A reader's hold on the version; `None` if it is gone, or going.
    pub(super) fn lease(&self) -> Result<Option<Arc<Lease>>> {
        let path = self.dir.join("header.json");
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(Error::Read { path, source }),
        };
        match FileExt::try_lock_shared(&file) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(source)) => return Err(Error::Read { path, source }),
        }
        // The file may have been deleted between the two calls; the lock is then one on nothing.
        if !path.exists() {
            return Ok(None);
        }
        Ok(Some(Arc::new(Lease { version: self.clone(), _header: file })))
    }
}

/// A shared lock on a version: as long as it lives, the version's files stay.
pub(super) struct Lease {
    version: Version,
    _header: File,
}

impl Lease {
    pub(super) fn version(&self) -> &Version {
        &self.version
    }

    /// The version, open for reading.
    pub(super) fn open(self: Arc<Self>) -> Result<Snapshot> {
        let header: Header = self.version.json("header.json")?;
        let data = oxigraph::store::Store::open_read_only(self.version.data()).map_err(Error::database)?;
        Ok(Snapshot { header: Arc::new(header), data, lease: Some(self) })
    }
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => {
            return Err(Error::Read { path: path.to_owned(), source });
        }
    };
    serde_json::from_slice(&text).map(Some).map_err(|error| Error::Store {
        path: path.to_owned(),
        message: format!("it is not the JSON that it should be ({error})"),
    })
}

fn replace_json(path: &Path, value: &impl Serialize) -> Result<()> {
    let mut text = serde_json::to_vec(value).expect("maps of strings and records serialize");
    text.push(b'\n');
    replace(path, &text)
}

/// Writes the whole file beside its place, then renames it there: a reader sees the old one or the new one.
fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let beside = beside(path);
    let written = File::create(&beside).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written
        .and_then(|()| fs::rename(&beside, path))
        .and_then(|()| path.parent().map_or(Ok(()), |dir| File::open(dir)?.sync_all()))
        .map_err(write_error(path))
}

/// `current` → `current.new`.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    PathBuf::from(name)
}

fn read_error(path: &Path) -> impl Fn(io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Read { path: path.clone(), source }
}

fn write_error(path: &Path) -> impl Fn(io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Write { path: path.clone(), source }
}
