//! What is said of a thing: its own statements, the evidence behind them, the names of what they point to, and what
//! points here. An article's description is its whole graph. What is said of an IRI for which the thing stands is said here,
//! too, of that IRI.

use crate::serve::error::Fault;
use crate::serve::reader::{Reader, named};
use crate::serve::terms;
use oxigraph::model::{GraphNameRef, NamedNode, NamedNodeRef, NamedOrBlankNode, Triple};
use std::collections::BTreeSet;

/// Statements that point here; a query has them all.
const INCOMING: usize = 100;

/// The description as triples, each once.
pub fn describe(reader: &Reader<'_>, thing: NamedNodeRef<'_>, is_article: bool) -> Result<Vec<Triple>, Fault> {
    let mut triples = BTreeSet::new();
    let mut order = Vec::new();
    let mut add = |triple: Triple| {
        if triples.insert(triple.to_string()) {
            order.push(triple);
        }
    };
    if is_article {
        for quad in reader.quads(None, None, None, thing.into()) {
            add(quad?.into());
        }
    }
    let mut named_here = BTreeSet::new();
    let mut all = vec![thing.into_owned()];
    all.extend(reader.aliases(thing)?);
    for thing in &all {
        for quad in reader.quads(Some(thing.as_ref()), None, None, GraphNameRef::DefaultGraph) {
            let triple = Triple::from(quad?);
            if let Some(object) = named(triple.object.clone()) {
                named_here.insert(object);
            }
            add(triple);
        }
    }
    for evidence in reader.nodes(thing, terms::EVIDENCE)? {
        for quad in reader.quads(Some(evidence.as_ref()), None, None, GraphNameRef::DefaultGraph) {
            add(quad?.into());
        }
    }
    if !is_article {
        for thing in &all {
            for quad in reader.quads(None, None, Some(thing.as_ref().into()), GraphNameRef::DefaultGraph).take(INCOMING)
            {
                let triple = Triple::from(quad?);
                if let NamedOrBlankNode::NamedNode(subject) = &triple.subject {
                    named_here.insert(subject.clone());
                }
                add(triple);
            }
        }
    }
    for node in named_here {
        for triple in names(reader, &node)? {
            add(triple);
        }
    }
    Ok(order)
}

/// The type and names of a thing.
fn names(reader: &Reader<'_>, node: &NamedNode) -> Result<Vec<Triple>, Fault> {
    let mut found = Vec::new();
    for predicate in [terms::TYPE, terms::PREF_LABEL, terms::TITLE] {
        for object in reader.objects(node.as_ref(), predicate)? {
            found.push(Triple::new(node.clone(), predicate, object));
        }
    }
    Ok(found)
}
