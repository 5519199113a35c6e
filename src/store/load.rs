//! Loading RDF in bulk: `jialing load` and the server's Graph Store protocol.

use super::merge::canonical;
use super::{Writer, builtin};
use crate::error::{Error, Result};
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{BlankNode, GraphName, NamedNode, NamedOrBlankNode, Quad, Term, Triple};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

/// How many quads are grouped in memory at a time, about 200 MB. `extract` writes a graph in one piece, so a larger
/// load comes apart between graphs; a file in another order is grouped in several rounds.
const ROUND: usize = 500_000;

impl Writer {
    /// Loads RDF. Each graph that it names is replaced by what it says of it; what it states in no graph is added to
    /// `{base}/graph/default`. Tells how many quads it held. `path` is for the message.
    ///
    /// Blank nodes are kept apart between graphs, and bear the same names when the same file is loaded again.
    ///
    /// # Errors
    /// [`Error::Rdf`] with the line of the first fault. The writer must then be dropped: it may hold half of the file.
    pub fn load(&mut self, reader: impl Read, format: RdfFormat, path: &str) -> Result<usize> {
        let unnamed = builtin::graph(self.base(), "default");
        // What is in the default graph stays, whatever the file adds.
        let mut begun = BTreeSet::from([unnamed.clone()]);
        let mut round: BTreeMap<NamedNode, Vec<Triple>> = BTreeMap::new();
        let (mut count, mut waiting) = (0, 0);
        for quad in RdfParser::from_format(format).for_reader(reader) {
            let quad = quad.map_err(|source| Error::Rdf { path: path.to_owned(), source: Box::new(source) })?;
            let (graph, triple) = place(quad, &unnamed);
            round.entry(graph).or_default().push(triple);
            count += 1;
            waiting += 1;
            if waiting == ROUND {
                self.load_round(std::mem::take(&mut round), &mut begun)?;
                waiting = 0;
            }
        }
        self.load_round(round, &mut begun)?;
        Ok(count)
    }

    /// Makes one graph hold what `parts` say, or hold that too (`add`); without a name it is `{base}/graph/default`.
    /// Relative IRIs are read against the graph's name. Tells whether the graph is new.
    ///
    /// Blank nodes of two parts are two; sent again, the same part says the same.
    ///
    /// # Errors
    /// [`Error::Rdf`] with the place of the first fault, also for a quad in a graph of its own. The writer must then be
    /// dropped.
    pub fn put(&mut self, graph: Option<&NamedNode>, parts: &[(RdfFormat, &[u8])], add: bool) -> Result<bool> {
        let graph = graph.cloned().unwrap_or_else(|| builtin::graph(self.base(), "default"));
        let created = self.graph_hash(graph.as_str()).is_none();
        let mut triples = if add { self.graph(&graph)? } else { Vec::new() };
        for (format, content) in parts {
            let broken = |source| Error::Rdf { path: "the body".into(), source: Box::new(source) };
            let parser = RdfParser::from_format(*format).without_named_graphs().with_base_iri(graph.as_str());
            let parser = parser.map_err(|error| Error::Query { message: error.to_string() })?;
            let mark = mark(&[graph.as_str().as_bytes(), content]);
            for quad in parser.for_slice(content) {
                triples.push(renamed(quad.map_err(broken)?, &mark));
            }
        }
        self.put_graph(graph, canonical(triples).0)?;
        Ok(created)
    }

    /// Takes a graph out; without a name, what stands in no article's graph. Tells whether it was there.
    ///
    /// # Errors
    /// If the database fails.
    pub fn drop_or_clear(&mut self, graph: Option<&NamedNode>) -> Result<bool> {
        let graph = graph.cloned().unwrap_or_else(|| builtin::graph(self.base(), "default"));
        self.drop_graph(&graph)
    }

    /// Replaces the graphs that the load names for the first time, and adds to those that it has begun before.
    fn load_round(&mut self, round: BTreeMap<NamedNode, Vec<Triple>>, begun: &mut BTreeSet<NamedNode>) -> Result<()> {
        for (graph, mut triples) in round {
            if !begun.insert(graph.clone()) {
                triples.extend(self.graph(&graph)?);
            }
            self.put_graph(graph, canonical(triples).0)?;
        }
        Ok(())
    }
}

/// The named graph in which a quad is kept, and its triple there.
fn place(quad: Quad, unnamed: &NamedNode) -> (NamedNode, Triple) {
    let graph = match &quad.graph_name {
        GraphName::NamedNode(name) => name.clone(),
        // A graph that a blank node names cannot be asked for: it goes with what stands in no graph.
        GraphName::BlankNode(_) | GraphName::DefaultGraph => unnamed.clone(),
    };
    let mark = mark(&[graph.as_str().as_bytes()]);
    (graph, renamed(quad, &mark))
}

/// A triple whose blank nodes bear names that no other source gives.
fn renamed(quad: Quad, mark: &str) -> Triple {
    let rename = |node: &BlankNode| BlankNode::new_unchecked(format!("g{mark}{}", node.as_str()));
    Triple::new(
        match quad.subject {
            NamedOrBlankNode::BlankNode(node) => rename(&node).into(),
            named @ NamedOrBlankNode::NamedNode(_) => named,
        },
        quad.predicate,
        match quad.object {
            Term::BlankNode(node) => rename(&node).into(),
            other => other,
        },
    )
}

/// What tells a source from all others, and is the same at each loading.
fn mark(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    let mark = format!("{:x}", hash.finalize());
    mark[..12].to_owned()
}
