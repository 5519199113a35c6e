//! Under which IRIs an article's things and facts are published: for who shows them beside the text.

use super::describe;
use super::graph::Graph;
use super::iri;
use crate::model::{Base, Linked};
use oxigraph::model::{NamedNode, NamedOrBlankNode};
use std::collections::BTreeSet;

/// The IRIs of an article's things and facts, each list in the order of the list of [`Linked`] that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// The article, and its graph.
    pub article: NamedNode,
    /// `Linked::places`
    pub places: Vec<NamedNode>,
    /// `Linked::organizations`
    pub organizations: Vec<NamedNode>,
    /// `Facts::projects`
    pub projects: Vec<NamedNode>,
    /// `Facts::events`
    pub events: Vec<NamedNode>,
    /// `Facts::observations`; `None` for one that the graph leaves out, because nothing is known that it is about, its
    /// number is too large, or another has said the same.
    pub observations: Vec<Option<NamedNode>>,
}

/// The IRIs under which [`describe`] publishes.
pub fn names(linked: &Linked, base: &Base) -> Names {
    let published = describe(linked, base);
    let mut unseen: BTreeSet<&str> = BTreeSet::new();
    for triple in &published.triples {
        if let NamedOrBlankNode::NamedNode(subject) = &triple.subject {
            unseen.insert(subject.as_str());
        }
    }
    let graph = Graph::new(linked, base);
    let facts = &linked.facts;
    let observation = |found| {
        let iri = iri::instance(base, "observation", &graph.observation_key(found));
        // The second of two that say the same is not published again.
        unseen.remove(iri.as_str()).then_some(iri)
    };
    Names {
        article: published.iri.clone(),
        places: (0..linked.places.len()).map(|index| graph.place(index)).collect(),
        organizations: (0..linked.organizations.len()).map(|index| graph.organization(index)).collect(),
        projects: (0..facts.projects.len()).map(|index| graph.project(index)).collect(),
        events: (0..facts.events.len()).map(|index| graph.event(index)).collect(),
        observations: facts.observations.iter().map(observation).collect(),
    }
}
