//! The graphs that every store has: the ontology with its vocabularies, and the description of the data set.

use super::merge::canonical;
use crate::model::Base;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{NamedNode, Triple};
use std::sync::LazyLock;

const FILES: [&str; 3] = [
    include_str!("../../ontology/jialing.ttl"),
    include_str!("../../ontology/vocab.ttl"),
    include_str!("../../ontology/indicators.ttl"),
];

/// The ontology and its vocabularies, and the hash of their triples.
static ONTOLOGY: LazyLock<(Vec<Triple>, String)> = LazyLock::new(|| {
    let triples = FILES
        .into_iter()
        .flat_map(|file| RdfParser::from_format(RdfFormat::Turtle).for_slice(file.as_bytes()))
        .map(|quad| Triple::from(quad.expect("the ontology is Turtle: a test parses it")))
        .collect();
    canonical(triples)
});

/// The name and content of each graph that comes with the program.
pub(super) fn graphs(base: &Base) -> [(NamedNode, Vec<Triple>); 2] {
    [(graph(base, "ontology"), ONTOLOGY.0.clone()), (graph(base, "dataset"), dataset(base))]
}

/// The name of one of the graphs that no article has: `{base}/graph/{name}`.
pub(super) fn graph(base: &Base, name: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("{base}/graph/{name}"))
}

/// The `qb:DataSet` to which every observation belongs.
fn dataset(base: &Base) -> Vec<Triple> {
    RdfParser::from_format(RdfFormat::Turtle)
        .with_base_iri(format!("{base}/id/"))
        .expect("a base is an absolute IRI")
        .for_slice(include_str!("../describe/dataset.ttl").as_bytes())
        .map(|quad| Triple::from(quad.expect("the file is Turtle: a test parses it")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ontology_is_turtle_without_blank_nodes() {
        let blank = ONTOLOGY.0.iter().filter(|triple| triple.to_string().contains("_:")).count();

        assert!(ONTOLOGY.0.len() > 500, "{} triples", ONTOLOGY.0.len());
        assert_eq!(blank, 0);
    }

    #[test]
    fn the_data_set_stands_under_the_base() {
        let base = Base::new("https://data.example.org/news").unwrap();

        let [_, (name, triples)] = graphs(&base);

        assert_eq!(name.as_str(), "https://data.example.org/news/graph/dataset");
        assert!(
            triples.iter().all(|triple| {
                triple.subject.to_string() == "<https://data.example.org/news/id/dataset/observations>"
            })
        );
        assert!(!triples.is_empty());
    }
}
