//! The canonical form of the dataset (RDFC-1.0, by Sophia), however large it is.
//!
//! RDFC-1.0 names blank nodes by the quads in which they stand, and sorts the lines. Quads without blank nodes have no
//! part in the naming, so they are canonicalized in chunks, each a sorted run on disk; those with blank nodes go
//! through the algorithm together, as one more run; then the runs are merged. Jialing itself publishes no blank node;
//! data that users load may hold some.

use super::file::cannot_write_dump;
use super::not_rdf;
use crate::error::{Error, Result};
use oxigraph::model::{GraphName, GraphNameRef, NamedOrBlankNode, Quad, Term};
use oxigraph::store::Store;
use rayon::slice::ParallelSliceMut;
use sophia::api::dataset::{Dataset, SetDataset};
use sophia::api::quad::Spog;
use sophia::api::term::{BnodeId, IriRef, LanguageTag, SimpleTerm};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::convert::Infallible;
use std::io::{BufRead, BufReader, BufWriter, Seek, Write};
use std::path::Path;

/// Quads of one run: some 100 MB of terms while they are sorted, and a run a file, of which there are few.
const RUN: usize = 1 << 17;

/// Writes the canonical N-Quads of every named graph, and gives the number of quads. Runs lie in `dir` for a while.
pub(super) fn write(data: &Store, dir: &Path, out: &mut dyn Write) -> Result<u64> {
    write_runs(data, dir, out, RUN)
}

fn write_runs(data: &Store, dir: &Path, out: &mut dyn Write, limit: usize) -> Result<u64> {
    let mut graphs = data.named_graphs().map(|name| name.map_err(Error::database)).collect::<Result<Vec<_>>>()?;
    graphs.sort_by_cached_key(ToString::to_string);

    let mut runs = Vec::new();
    let mut plain = Vec::new();
    let mut blank = Vec::new();
    let mut count = 0;
    for graph in graphs {
        let graph = GraphNameRef::from(graph.as_ref());
        for quad in data.quads_for_pattern(None, None, None, Some(graph)) {
            let quad = quad.map_err(Error::database)?;
            count += 1;
            if has_blank_node(&quad) {
                blank.push(quad);
                continue;
            }
            plain.push(quad);
            if plain.len() == limit {
                runs.push(run(std::mem::take(&mut plain), dir)?);
            }
        }
    }
    for rest in [plain, blank] {
        if !rest.is_empty() {
            runs.push(run(rest, dir)?);
        }
    }
    merge(runs, out)?;
    Ok(count)
}

/// The canonical lines of some quads, in a file that has no name.
///
/// Sophia writes both terms anew for each comparison of its sort. Sorted beforehand by their lines, on every core, the
/// quads need one comparison each.
fn run(mut quads: Vec<Quad>, dir: &Path) -> Result<BufReader<std::fs::File>> {
    quads.par_sort_by_cached_key(ToString::to_string);
    let file = tempfile::tempfile_in(dir).map_err(cannot_write_dump)?;
    let mut out = BufWriter::with_capacity(1 << 16, file);
    sophia::c14n::rdfc10::normalize(&Chunk(quads), &mut out).map_err(|fault| not_rdf("data.nq", fault.to_string()))?;
    let mut file = out.into_inner().map_err(|error| cannot_write_dump(error.into_error()))?;
    file.rewind().map_err(cannot_write_dump)?;
    Ok(BufReader::with_capacity(1 << 16, file))
}

/// Merges sorted runs line by line.
fn merge(mut runs: Vec<BufReader<std::fs::File>>, out: &mut dyn Write) -> Result<()> {
    let mut heads = BinaryHeap::with_capacity(runs.len());
    for (at, run) in runs.iter_mut().enumerate() {
        heads.extend(next(run, Vec::new())?.map(|line| Reverse((line, at))));
    }
    while let Some(Reverse((line, at))) = heads.pop() {
        out.write_all(&line).map_err(cannot_write_dump)?;
        heads.extend(next(&mut runs[at], line)?.map(|line| Reverse((line, at))));
    }
    Ok(())
}

/// The run's next line, in a buffer that is used again.
fn next(run: &mut impl BufRead, mut line: Vec<u8>) -> Result<Option<Vec<u8>>> {
    line.clear();
    let read = run.read_until(b'\n', &mut line).map_err(cannot_write_dump)?;
    Ok((read > 0).then_some(line))
}

fn has_blank_node(quad: &Quad) -> bool {
    quad.subject.is_blank_node() || quad.object.is_blank_node() || quad.graph_name.is_blank_node()
}

/// Quads of the store as Sophia sees them. They are a set, since a store is one.
struct Chunk(Vec<Quad>);

impl Dataset for Chunk {
    type Quad<'x> = Spog<SimpleTerm<'x>>;
    type Error = Infallible;

    fn quads(&self) -> impl Iterator<Item = std::result::Result<Self::Quad<'_>, Infallible>> + '_ {
        self.0.iter().map(|quad| {
            let subject = match &quad.subject {
                NamedOrBlankNode::NamedNode(node) => iri(node.as_str()),
                NamedOrBlankNode::BlankNode(node) => blank(node.as_str()),
            };
            let graph = match &quad.graph_name {
                GraphName::NamedNode(node) => Some(iri(node.as_str())),
                GraphName::BlankNode(node) => Some(blank(node.as_str())),
                GraphName::DefaultGraph => None,
            };
            Ok(([subject, iri(quad.predicate.as_str()), term(&quad.object)], graph))
        })
    }
}

impl SetDataset for Chunk {}

fn iri(iri: &str) -> SimpleTerm<'_> {
    SimpleTerm::Iri(IriRef::new_unchecked(iri.into()))
}

fn blank(label: &str) -> SimpleTerm<'_> {
    SimpleTerm::BlankNode(BnodeId::new_unchecked(label.into()))
}

fn term(term: &Term) -> SimpleTerm<'_> {
    match term {
        Term::NamedNode(node) => iri(node.as_str()),
        Term::BlankNode(node) => blank(node.as_str()),
        Term::Literal(literal) => match literal.language() {
            Some(tag) => {
                SimpleTerm::LiteralLanguage(literal.value().into(), LanguageTag::new_unchecked(tag.into()), None)
            }
            None => SimpleTerm::LiteralDatatype(
                literal.value().into(),
                IriRef::new_unchecked(literal.datatype().as_str().into()),
            ),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use oxigraph::io::{RdfFormat, RdfParser};

    fn canonical(trig: &str, limit: usize) -> Result<String> {
        let data = Store::new().unwrap();
        data.load_from_slice(RdfParser::from_format(RdfFormat::TriG), trig.as_bytes()).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let mut out = Vec::new();
        write_runs(&data, dir.path(), &mut out, limit)?;
        Ok(String::from_utf8(out).unwrap())
    }

    const DATA: &str = r#"
        <http://x/g> { <http://x/b> <http://x/p> "1", "1"@zh, "1\u0000\n\"", 1, 1.0, <http://x/c>, <http://x/c\u0021> .
                       <http://x/a> <http://x/p> "森林", "林" }
        <http://x/f> { <http://x/b> <http://x/p> "1" . _:x <http://x/p> _:y . _:y <http://x/q> _:x }
        <http://x/never> <http://x/p> "the default graph" ."#;

    #[test]
    fn runs_merged_are_what_one_run_gives() {
        let whole = canonical(DATA, 1000).unwrap();

        let mut lines: Vec<&str> = whole.lines().collect();
        lines.sort_unstable();
        assert_eq!(whole.lines().collect::<Vec<_>>(), lines);
        assert_eq!(lines.len(), 12);
        for limit in 1..5 {
            assert_eq!(canonical(DATA, limit).unwrap(), whole);
        }
    }

    #[test]
    fn the_default_graph_is_not_dumped() {
        assert!(!canonical(DATA, 1000).unwrap().contains("never"));
    }

    #[test]
    fn names_of_blank_nodes_do_not_count() {
        let other = DATA.replace("_:x", "_:zz").replace("_:y", "_:x");

        assert_eq!(canonical(&other, 1000).unwrap(), canonical(DATA, 1000).unwrap());
        assert!(canonical(DATA, 1000).unwrap().contains("_:c14n0"));
    }

    #[test]
    fn the_parts_beside_blank_nodes_are_what_sophia_gives_for_the_whole() {
        let data = Store::new().unwrap();
        data.load_from_slice(RdfParser::from_format(RdfFormat::TriG), DATA.as_bytes()).unwrap();
        let quads = data.iter().map(Result::unwrap).filter(|quad| !quad.graph_name.is_default_graph());
        let mut whole = Vec::new();

        sophia::c14n::rdfc10::normalize(&Chunk(quads.collect()), &mut whole).unwrap();

        assert_eq!(canonical(DATA, 2).unwrap(), String::from_utf8(whole).unwrap());
    }
}
