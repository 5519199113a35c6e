//! What each version changed, as [RDF Patch](https://afs.github.io/rdf-delta/rdf-patch.html): `DIR/changes/7.rdfp.zst` leads
//! from version 6 to version 7.
//!
//! A line begins with `A` (added) or `D` (deleted), then comes the quad; its graph is the article that brought the change. The
//! default graph is not in it: it is the merge of the others. A graph that one build changes twice stands twice, in order.
//!
//! The file is written beside its place while the version is prepared, and put there just before `current` names the
//! version. A build that is killed leaves at most a file that no version has, which the next build of that number replaces.

#![expect(clippy::disallowed_methods, reason = "the store lives on the disk")]

use super::layout::Layout;
use crate::error::{Error, Result};
use oxigraph::model::{NamedNode, Triple};
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use zstd::stream::{Decoder, Encoder};

/// How hard the log is pressed: zstd's own default, some hundred megabytes a second.
const LEVEL: i32 = 3;

/// The log of the version that is being written.
pub(super) struct ChangeLog {
    path: PathBuf,
    file: Encoder<'static, File>,
}

impl ChangeLog {
    /// Begins the log of version `number`.
    pub(super) fn begin(layout: &Layout, number: u64) -> Result<Self> {
        let path = layout.changes(number);
        let beside = beside(&path);
        let begun = path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| {
            let mut file = Encoder::new(File::create(&beside)?, LEVEL)?;
            file.include_checksum(true)?;
            let before = number.saturating_sub(1);
            writeln!(file, "H version \"{number}\" .\nH previous \"{before}\" .\nTX .")?;
            Ok(file)
        });
        let file = begun.map_err(|source| Error::Write { path: beside, source })?;
        Ok(Self { path, file })
    }

    /// Notes what a graph gains.
    pub(super) fn gained(&mut self, graph: &NamedNode, triple: &Triple) -> Result<()> {
        self.line('A', graph, triple)
    }

    /// Notes what a graph loses.
    pub(super) fn lost(&mut self, graph: &NamedNode, triple: &Triple) -> Result<()> {
        self.line('D', graph, triple)
    }

    fn line(&mut self, sign: char, graph: &NamedNode, triple: &Triple) -> Result<()> {
        writeln!(self.file, "{sign} {triple} {graph} .").map_err(|source| self.failed(source))
    }

    /// Ends the log and puts it in its place.
    pub(super) fn seal(mut self) -> Result<()> {
        let beside = beside(&self.path);
        writeln!(self.file, "TC .").map_err(|source| self.failed(source))?;
        let Self { path, file } = self;
        file.finish()
            .and_then(|file| file.sync_all())
            .and_then(|()| std::fs::rename(&beside, &path))
            .map_err(|source| Error::Write { path, source })
    }

    fn failed(&self, source: io::Error) -> Error {
        Error::Write { path: self.path.clone(), source }
    }
}

/// The changes that led to version `number`, as RDF Patch; `None` if there is no such log.
pub(super) fn read(layout: &Layout, number: u64) -> Result<Option<impl Read + use<>>> {
    let path = layout.changes(number);
    match File::open(&path) {
        Ok(file) => {
            let decoder = Decoder::new(file).map_err(|source| Error::Read { path, source })?;
            Ok(Some(BufReader::new(decoder)))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(Error::Read { path, source }),
    }
}

fn beside(path: &Path) -> PathBuf {
    path.with_extension("new")
}
