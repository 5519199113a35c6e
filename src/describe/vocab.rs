//! The concepts of `ontology/vocab.ttl`: their IRIs by scheme and notation, and what a graph must say of each.

use super::terms;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNode, Term, Triple};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A concept: its IRI and the triples that name it.
pub(super) struct Concept {
    pub(super) iri: NamedNode,
    pub(super) triples: Vec<Triple>,
}

/// By scheme, then notation: `unit`, `CNY`.
static CONCEPTS: LazyLock<BTreeMap<String, BTreeMap<String, Concept>>> = LazyLock::new(|| {
    let file = include_str!("../../ontology/vocab.ttl");
    let mut subjects: BTreeMap<String, Vec<Triple>> = BTreeMap::new();
    for quad in RdfParser::from_format(RdfFormat::Turtle).for_slice(file.as_bytes()) {
        let triple = Triple::from(quad.expect("vocab.ttl is Turtle: the store's test parses it"));
        subjects.entry(triple.subject.to_string()).or_default().push(triple);
    }
    let mut concepts: BTreeMap<String, BTreeMap<String, Concept>> = BTreeMap::new();
    for ((scheme, notation), concept) in subjects.into_values().filter_map(concept) {
        concepts.entry(scheme).or_default().insert(notation, concept);
    }
    concepts
});

/// The concept of that notation.
pub(super) fn concept_of(scheme: &str, notation: &str) -> Option<&'static Concept> {
    CONCEPTS.get(scheme)?.get(notation)
}

/// One subject's triples as a concept with its place in the table; `None` for a scheme.
fn concept(triples: Vec<Triple>) -> Option<((String, String), Concept)> {
    let object = |property: NamedNodeRef| {
        triples.iter().find(|triple| triple.predicate == property).map(|triple| triple.object.clone())
    };
    let Some(Term::Literal(notation)) = object(terms::NOTATION) else {
        return None;
    };
    let Some(Term::NamedNode(scheme)) = object(terms::IN_SCHEME) else {
        return None;
    };
    let Some(NamedOrBlankNode::NamedNode(iri)) = triples.first().map(|triple| triple.subject.clone()) else {
        return None;
    };
    let scheme = scheme.as_str().strip_prefix(terms::VOCAB)?.to_owned();
    // A graph names what it uses, and leaves definitions and notations to the ontology's graph. A period must say its
    // scheme, too.
    let says = |property: &NamedNode| {
        *property == terms::TYPE
            || *property == terms::PREF_LABEL
            || (*property == terms::IN_SCHEME && scheme == "period")
    };
    let triples = triples.into_iter().filter(|triple| says(&triple.predicate)).collect();
    Some(((scheme, notation.value().to_owned()), Concept { iri, triples }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Bound, Comparison, EventType, OrganizationKind, Outlook, PlaceKind, Statistic, Status};

    #[test]
    fn every_member_of_the_model_is_a_concept_and_the_other_way_round() {
        macro_rules! same {
            ($($kind:ident),+) => { $({
                let ours: std::collections::BTreeSet<&str> = $kind::ALL.iter().map(|item| item.as_str()).collect();
                let theirs: std::collections::BTreeSet<&str> =
                    CONCEPTS[$kind::SCHEME].keys().map(String::as_str).collect();
                assert_eq!(ours, theirs, "{}", $kind::SCHEME);
            })+ };
        }
        same!(Bound, Comparison, EventType, OrganizationKind, Outlook, PlaceKind, Statistic, Status);
    }

    #[test]
    fn a_concept_names_itself() {
        for key in [("unit", "none"), ("unit", "PERCENT"), ("unit", "NUM"), ("period", "unknown")] {
            let concept = concept_of(key.0, key.1).unwrap();

            let labels = concept.triples.iter().filter(|triple| triple.predicate == terms::PREF_LABEL);
            assert_eq!(labels.count(), 2, "{key:?}");
            assert!(concept.triples.iter().any(|triple| triple.predicate == terms::TYPE));
        }
    }
}
