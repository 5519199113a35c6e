//! The one function through which every change of data goes: it keeps the default graph the RDF merge of all named
//! graphs.
//!
//! What a graph gains is inserted in the default graph too; what it loses is deleted there unless another graph holds
//! it. `"北碚区"` as the label of one place stands in a thousand named graphs and once in the default graph, so that
//! COUNT and SUM over it are right. (Oxigraph's own union option counts such a triple a thousand times.)

use super::changes::ChangeLog;
use super::sum::Sum;
use crate::error::{Error, Result};
use oxigraph::model::{GraphName, GraphNameRef, NamedNode, Quad, Triple};
use oxigraph::store::Store;
use std::collections::HashSet;

/// From how many quads on the bulk loader is faster than a transaction. A transaction writes each quad to nine indexes
/// through the log; the loader sorts and writes table files, and pays a few dozen milliseconds for that.
const BULK: usize = 20_000;

/// A graph's new content: triples sorted by their N-Triples line, each once.
pub(super) type Content = (NamedNode, Vec<Triple>);

/// Makes each graph hold its new content, and nothing else, and notes the difference. An empty content removes the graph.
pub(super) fn apply(data: &Store, contents: &[Content], mut log: Option<&mut ChangeLog>) -> Result<()> {
    let mut lost = Vec::new();
    let mut gained = Vec::new();
    for (graph, new) in contents {
        let old = triples(data, graph)?;
        if old.is_empty() {
            gained.extend(new.iter().map(|triple| (graph, triple)));
            continue;
        }
        let kept: HashSet<&Triple> = new.iter().collect();
        let had: HashSet<&Triple> = old.iter().collect();
        gained.extend(new.iter().filter(|triple| !had.contains(triple)).map(|triple| (graph, triple)));
        lost.extend(
            old.iter().filter(|triple| !kept.contains(triple)).map(|triple| triple.clone().in_graph(graph.clone())),
        );
    }

    if let Some(log) = &mut log {
        for quad in &lost {
            if let GraphName::NamedNode(graph) = &quad.graph_name {
                log.lost(graph, &Triple::from(quad.clone()))?;
            }
        }
        for (graph, triple) in &gained {
            log.gained(graph, triple)?;
        }
    }

    change(data, contents, lost, &gained)
}

/// Takes triples out of a graph that it holds, and puts others in that it does not hold, and notes both. It costs what they cost,
/// however large the graph is.
pub(super) fn patch(
    data: &Store,
    graph: &NamedNode,
    lost: Vec<Triple>,
    gained: &[Triple],
    log: &mut ChangeLog,
) -> Result<()> {
    for triple in &lost {
        log.lost(graph, triple)?;
    }
    for triple in gained {
        log.gained(graph, triple)?;
    }
    let lost = lost.into_iter().map(|triple| triple.in_graph(graph.clone())).collect();
    let gained: Vec<_> = gained.iter().map(|triple| (graph, triple)).collect();
    change(data, &[], lost, &gained)
}

fn change(data: &Store, contents: &[Content], lost: Vec<Quad>, gained: &[(&NamedNode, &Triple)]) -> Result<()> {
    // Losses first: a database folds `1.0` and `1` into one decimal, so what looks lost may be what is gained.
    remove(data, contents, &lost)?;
    insert(data, gained)?;
    remove_from_merge(data, lost)
}

/// The triples of a named graph, in no order.
pub(super) fn triples(data: &Store, graph: &NamedNode) -> Result<Vec<Triple>> {
    data.quads_for_pattern(None, None, None, Some(graph.as_ref().into()))
        .map(|quad| quad.map(Triple::from).map_err(Error::database))
        .collect()
}

/// Sorts triples by their N-Triples line, drops repetitions, and sums up the lines.
pub(super) fn canonical(triples: Vec<Triple>) -> (Vec<Triple>, String) {
    let mut lines: Vec<(String, Triple)> = triples.into_iter().map(|triple| (triple.to_string(), triple)).collect();
    lines.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    lines.dedup_by(|(a, _), (b, _)| a == b);
    let mut sum = Sum::default();
    for (line, _) in &lines {
        sum.add(line);
    }
    let triples = lines.into_iter().map(|(_, triple)| triple).collect();
    (triples, sum.to_string())
}

fn remove(data: &Store, contents: &[Content], lost: &[Quad]) -> Result<()> {
    let emptied: Vec<&NamedNode> =
        contents.iter().filter(|(_, triples)| triples.is_empty()).map(|(graph, _)| graph).collect();
    if lost.is_empty() && emptied.is_empty() {
        return Ok(());
    }
    let mut transaction = data.start_transaction().map_err(Error::database)?;
    for quad in lost {
        transaction.remove(quad);
    }
    for graph in emptied {
        transaction.remove_named_graph(graph).map_err(Error::database)?;
    }
    transaction.commit().map_err(Error::database)
}

fn insert(data: &Store, gained: &[(&NamedNode, &Triple)]) -> Result<()> {
    // Shared labels come with every article: once is enough for the merge.
    let mut seen = HashSet::new();
    let merged = gained
        .iter()
        .filter(|(_, triple)| seen.insert(*triple))
        .map(|(_, triple)| (*triple).clone().in_graph(GraphNameRef::DefaultGraph));
    let named = gained.iter().map(|(graph, triple)| (*triple).clone().in_graph((*graph).clone()));
    let quads = named.chain(merged);
    if gained.len() < BULK {
        let mut transaction = data.start_transaction().map_err(Error::database)?;
        for quad in quads {
            transaction.insert(&quad);
        }
        return transaction.commit().map_err(Error::database);
    }
    let mut loader = data.bulk_loader();
    loader.load_quads(quads).map_err(Error::database)?;
    loader.commit().map_err(Error::database)
}

/// Deletes from the default graph what no named graph holds any more.
fn remove_from_merge(data: &Store, lost: Vec<Quad>) -> Result<()> {
    if lost.is_empty() {
        return Ok(());
    }
    let mut transaction = data.start_transaction().map_err(Error::database)?;
    let mut gone = Vec::new();
    for quad in lost {
        let (subject, predicate, object) = (quad.subject.as_ref(), quad.predicate.as_ref(), quad.object.as_ref());
        let mut held = false;
        for holder in transaction.quads_for_pattern(Some(subject), Some(predicate), Some(object), None) {
            if !holder.map_err(Error::database)?.graph_name.is_default_graph() {
                held = true;
                break;
            }
        }
        if !held {
            gone.push(Triple::from(quad).in_graph(GraphNameRef::DefaultGraph));
        }
    }
    for quad in &gone {
        transaction.remove(quad);
    }
    transaction.commit().map_err(Error::database)
}
