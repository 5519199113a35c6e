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
    let triple = Triple::new(
        match quad.subject {
            NamedOrBlankNode::BlankNode(node) => rename(&node, &graph).into(),
            named @ NamedOrBlankNode::NamedNode(_) => named,
        },
        quad.predicate,
        match quad.object {
            Term::BlankNode(node) => rename(&node, &graph).into(),
            other => other,
        },
    );
    (graph, triple)
}

/// A blank node's name that no other graph has, and that is the same at each loading.
fn rename(node: &BlankNode, graph: &NamedNode) -> BlankNode {
    let mark = format!("{:x}", Sha256::digest(graph.as_str()));
    BlankNode::new_unchecked(format!("g{}{}", &mark[..12], node.as_str()))
}
