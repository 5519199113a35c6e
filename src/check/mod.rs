//! `check` takes a graph and tells where it does not conform to the shapes of `ontology/shapes.ttl`. For the whole of a
//! store, [`cube`] tells where it is no RDF Data Cube.
//!
//! What conforms is published; what a fault means for the run it leaves to others.

mod compile;
mod cube;
mod sense;
mod shapes;
mod values;

pub use cube::cube;

use crate::model::ArticleGraph;
use std::fmt;

/// One place where data does not conform.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Fault {
    /// The node that does not conform.
    pub focus: String,
    /// The property in question, if it is one.
    pub path: Option<String>,
    /// What the shape says.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.focus, self.message)
    }
}

/// Where a graph does not conform to the shapes, or makes no sense by what no shape can say; empty if it does neither. Sorted by
/// node.
pub fn check(graph: &ArticleGraph) -> Vec<Fault> {
    let mut faults = shapes::faults(&graph.triples);
    faults.extend(sense::faults(&graph.triples));
    faults.sort();
    faults
}

#[cfg(test)]
mod tests;
