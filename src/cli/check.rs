//! `jialing check`: SHACL shapes and Data Cube constraints, with a readable report.

#![expect(clippy::disallowed_methods, reason = "the file to check is read here")]

use super::options::Settings;
use super::print;
use crate::check::{Fault, check, cube};
use crate::error::{Error, Result};
use crate::model::ArticleGraph;
use crate::store::Store;
use oxigraph::io::RdfParser;
use oxigraph::model::{GraphName, NamedNode, Triple};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

/// Check the store, or a file, against the shapes and the Data Cube constraints
#[derive(clap::Args)]
pub(super) struct Check {
    /// An RDF file; without it the store is checked
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

impl Check {
    pub(super) fn run(&self, settings: &Settings) -> Result<()> {
        let graphs = match &self.file {
            Some(path) => graphs_of_file(path)?,
            None => BTreeMap::new(),
        };
        let mut checked = graphs.len();
        let mut faults: Vec<Fault> =
            graphs.into_iter().flat_map(|(name, triples)| check_graph(name, triples)).collect();
        if self.file.is_none() {
            let snapshot = Store::open(settings.store_dir()?, settings.wanted_base())?.snapshot()?;
            let articles = format!("{}/id/article/", snapshot.base());
            for name in snapshot.data.named_graphs() {
                let oxigraph::model::NamedOrBlankNode::NamedNode(name) = name.map_err(Error::database)? else {
                    continue;
                };
                if !name.as_str().starts_with(&articles) {
                    continue;
                }
                let quads = snapshot.data.quads_for_pattern(None, None, None, Some(name.as_ref().into()));
                let triples = quads.map(|quad| quad.map(Triple::from)).collect::<Result<Vec<_>, _>>();
                checked += 1;
                faults.extend(check_graph(name.into_string(), triples.map_err(Error::database)?));
            }
            faults.extend(cube(&snapshot.data)?);
        }
        report(checked, &faults, settings.json)
    }
}

fn check_graph(name: String, mut triples: Vec<Triple>) -> Vec<Fault> {
    triples.sort_by_cached_key(ToString::to_string);
    check(&ArticleGraph { iri: NamedNode::new_unchecked(name), triples })
}

/// The graphs of a file, by name; what stands in no graph is one of its own, named after the file.
fn graphs_of_file(path: &Path) -> Result<BTreeMap<String, Vec<Triple>>> {
    let fault = |source| Error::Read { path: path.to_owned(), source };
    let format = super::load::format(path)?;
    let reader = BufReader::new(File::open(path).map_err(fault)?);
    let mut graphs: BTreeMap<String, Vec<Triple>> = BTreeMap::new();
    for quad in RdfParser::from_format(format).for_reader(reader) {
        let quad = quad.map_err(|source| Error::Rdf { path: path.display().to_string(), source: source.into() })?;
        let name = match &quad.graph_name {
            GraphName::NamedNode(name) => name.as_str().to_owned(),
            _ => "urn:jialing:file".to_owned(),
        };
        graphs.entry(name).or_default().push(quad.into());
    }
    Ok(graphs)
}

fn report(checked: usize, faults: &[Fault], json: bool) -> Result<()> {
    if json {
        print(&format!("{}\n", serde_json::json!({ "checked": checked, "faults": faults })))?;
    } else {
        let lines = faults.iter().map(|fault| match &fault.path {
            Some(path) => format!("{}\n    {path}: {}\n", fault.focus, fault.message),
            None => format!("{}\n    {}\n", fault.focus, fault.message),
        });
        print(&format!("{}checked {checked} graphs: {} faults\n", lines.collect::<String>(), faults.len()))?;
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::NotConforming { count: faults.len() }) }
}
