//! Reading the default graph of a store, and single graphs of it, by their indexes.

use crate::error::{Error, Result};
use oxigraph::model::{GraphNameRef, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term};
use oxigraph::store::Store;

/// The default graph: the merge of all others.
pub(super) const MERGED: GraphNameRef<'static> = GraphNameRef::DefaultGraph;

/// Every subject of `property` in the graph, with its value.
pub(super) fn values<'s>(
    data: &'s Store,
    property: NamedNodeRef<'_>,
    graph: GraphNameRef<'_>,
) -> impl Iterator<Item = Result<(NamedNode, Term)>> + use<'s> {
    data.quads_for_pattern(None, Some(property), None, Some(graph)).filter_map(named)
}

/// Every subject that has that value in the default graph.
pub(super) fn subjects<'s>(
    data: &'s Store,
    property: NamedNodeRef<'_>,
    value: NamedNodeRef<'_>,
) -> impl Iterator<Item = Result<NamedNode>> + use<'s> {
    let quads = data.quads_for_pattern(None, Some(property), Some(value.into()), Some(MERGED));
    quads.filter_map(named).map(|pair| pair.map(|(subject, _)| subject))
}

/// The first of the values, in the order of their text, that `subject` has in the default graph.
pub(super) fn value(data: &Store, subject: NamedNodeRef<'_>, property: NamedNodeRef<'_>) -> Result<Option<Term>> {
    let quads = data.quads_for_pattern(Some(subject.into()), Some(property), None, Some(MERGED));
    let objects: Result<Vec<Term>> = quads.map(|quad| quad.map(|quad| quad.object).map_err(Error::database)).collect();
    Ok(objects?.into_iter().min_by(|a, b| text(a).cmp(text(b))))
}

/// What a graph says of these subjects, in their order.
pub(super) fn said_of<'a>(
    data: &Store,
    graph: NamedNodeRef<'_>,
    subjects: impl IntoIterator<Item = NamedNodeRef<'a>>,
) -> Result<Vec<oxigraph::model::Triple>> {
    let mut said = Vec::new();
    for subject in subjects {
        for quad in data.quads_for_pattern(Some(subject.into()), None, None, Some(graph.into())) {
            said.push(quad.map_err(Error::database)?.into());
        }
    }
    Ok(said)
}

/// An IRI without brackets, a literal without its type.
pub(super) fn text(term: &Term) -> &str {
    match term {
        Term::NamedNode(node) => node.as_str(),
        Term::Literal(literal) => literal.value(),
        Term::BlankNode(_) => "",
    }
}

fn named(quad: Result<Quad, oxigraph::store::StorageError>) -> Option<Result<(NamedNode, Term)>> {
    match quad {
        Err(error) => Some(Err(Error::database(error))),
        Ok(Quad { subject: NamedOrBlankNode::NamedNode(subject), object, .. }) => Some(Ok((subject, object))),
        Ok(_) => None,
    }
}
