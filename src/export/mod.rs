//! `export` takes a snapshot and a folder and writes the dumps: the whole data in the forms that others load, with its
//! description for portals beside it.
//!
//! | file | what |
//! |---|---|
//! | `data.nq` | every named graph, as canonical N-Quads (RDFC-1.0): its SHA-256 is the dataset's canonical hash |
//! | `data.ttl`, `data.jsonld` | the RDF merge of the named graphs, a thing at a time |
//! | `observations.csv`, `csv-metadata.json` | a row for each figure with its sentence, and the CSVW that makes it RDF |
//! | `observations.parquet` | the same rows in columns with types, for notebooks and databases |
//! | `*.gz` | the large ones, compressed |
//! | `void.ttl`, `catalog.ttl` | VoID and DCAT-AP 3 |
//! | `*.croissant.jsonld`, `examples.ttl` | Croissant for each data set; the canned queries as examples of SPARQL |
//! | `SHA256SUMS` | for `sha256sum -c` |
//!
//! The default graph is never dumped: it is the merge of what is dumped. There is no clock: dates are the newest
//! article's. One snapshot gives the same bytes each time. `data.nq` is sorted on disk in runs, and the merge is read
//! from it, so memory does not grow with the data.
//!
//! The server uses [`void`], [`catalog`], [`jsonld`] and [`turtle`] for what it answers. HTTP is left to it.

mod canonical;
mod columns;
mod context;
mod croissant;
mod csvw;
mod dcat;
mod examples;
mod file;
mod json_ld;
mod merge;
mod observations;
mod parquet;
pub mod quality;
mod schema;
mod sheet;
mod texts;
mod turtle;
mod void;

pub use context::PREFIXES;
pub use croissant::{croissant, datasets, files, schema_org, titles};
pub use dcat::{Words, catalog, words};
pub use examples::examples;
pub use file::DumpFile;
pub use json_ld::jsonld;
pub use observations::Extent;
pub use schema::{Field, fields};
pub use turtle::turtle;
pub use void::void;

use crate::error::{Error, Result};
use crate::settings::Catalog;
use crate::store::{Snapshot, Store};
use file::{Folder, cannot_write_dump};
use merge::Subjects;
use std::path::Path;
use texts::TEXTS;

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Report {
    /// The files, in the order in which they were written.
    pub files: Vec<DumpFile>,
    /// Quads of `data.nq`.
    pub quads: u64,
    /// Triples of `data.ttl` and `data.jsonld`.
    pub triples: u64,
    /// Rows of `observations.csv`.
    pub observations: u64,
    /// The same, and how long the values of each column are.
    pub extent: Extent,
    /// The dataset's RDFC-1.0 hash: SHA-256 of its canonical N-Quads, in hexadecimal.
    pub canonical: String,
}

/// Writes all dumps of a snapshot into a folder, which is made if it is absent. Each file replaces the one of its name
/// only when it is whole.
///
/// # Errors
/// [`Error::Write`] if a file cannot be written, [`Error::Database`] if the data cannot be read, [`Error::Rdf`] for data
/// that has no canonical form (blank nodes made to be hard to tell apart).
pub fn export(snapshot: &Snapshot, catalog: &Catalog, dir: &Path) -> Result<Report> {
    let mut folder = Folder::open(dir)?;

    let mut quads = 0;
    folder.write("data.nq", |out| {
        quads = canonical::write(&snapshot.data, dir, out)?;
        Ok(())
    })?;
    let canonical = folder.files()[0].sha256.clone();

    let merged = || Subjects::open(&dir.join("data.nq"));
    let mut triples = 0;
    folder.write("data.ttl", |out| {
        triples = turtle::write(merged()?, out)?;
        Ok(())
    })?;
    folder.write("data.jsonld", |out| json_ld::write(merged()?, out))?;

    let mut extent = Extent::default();
    folder.write("observations.csv", |out| {
        extent = observations::write(&snapshot.data, merged()?, out)?;
        Ok(())
    })?;
    folder.write("observations.parquet", |out| parquet::write(snapshot, catalog, merged()?, out).map(drop))?;
    for dump in TEXTS.dumps.iter().filter(|dump| dump.compressed) {
        folder.write(&format!("{}.gz", dump.name), |out| file::compress(&dir.join(&dump.name), out))?;
    }
    folder.write("csv-metadata.json", |out| file::put(out, csvw::metadata(snapshot, catalog).as_bytes()))?;

    let described = void::void(snapshot, catalog)?;
    folder.write("void.ttl", |out| file::put(out, turtle(&described).as_bytes()))?;
    folder.write("examples.ttl", |out| file::put(out, turtle(&examples::examples(&snapshot.base())).as_bytes()))?;
    for id in datasets() {
        if let Some(document) = croissant(id, snapshot, catalog, folder.files()) {
            let text = format!("{document:#}\n");
            folder.write(&format!("{id}.croissant.jsonld"), |out| file::put(out, text.as_bytes()))?;
        }
    }
    let described = dcat::catalog(snapshot, catalog, folder.files(), Some(&extent))?;
    folder.write("catalog.ttl", |out| file::put(out, turtle(&described).as_bytes()))?;

    let sums: String = folder.files().iter().map(|file| format!("{}  {}\n", file.sha256, file.name)).collect();
    folder.write("SHA256SUMS", |out| file::put(out, sums.as_bytes()))?;

    Ok(Report { files: folder.into_files(), quads, triples, observations: extent.rows, extent, canonical })
}

/// Writes `changes.rdfp`: all that was changed after version `since`, up to the current one, as RDF Patch, a transaction for
/// each version.
///
/// # Errors
/// [`Error::Usage`] if there is no such version, or the store has no log of one that came after; [`Error::Write`] if the file
/// cannot be written.
pub fn changes(store: &Store, since: u64, dir: &Path) -> Result<DumpFile> {
    let current = store.current_version()?;
    let unknown = |message: String| Error::Usage {
        message,
        hint: format!("give a version from 0 to {current} whose log is there; or write the whole, without `--since`"),
    };
    if since > current {
        let store = store.dir().display();
        return Err(unknown(format!("expected a version that the store `{store}` has had, found {since}")));
    }
    let mut folder = Folder::open(dir)?;
    folder.write("changes.rdfp", |out| {
        for number in since + 1..=current {
            let Some(mut log) = store.changes(number)? else {
                let store = store.dir().display();
                return Err(unknown(format!("the store `{store}` has no log of version {number} any more")));
            };
            std::io::copy(&mut log, out).map_err(cannot_write_dump)?;
        }
        Ok(())
    })?;
    Ok(folder.into_files().remove(0))
}

/// RDF that could not be read or written, told with the dump's name.
fn not_rdf(name: &str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::Rdf { path: name.to_owned(), source: source.into() }
}
