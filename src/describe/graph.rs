//! The graph as it grows: what it is made from, and the sentences in which it speaks.

use super::evidence::Offsets;
use super::{iri, terms, vocab};
use crate::model::{ArticleGraph, Base, Linked};
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{Literal, NamedNode, NamedNodeRef, Term, Triple};

/// An article's graph in the making.
pub(super) struct Graph<'a> {
    pub(super) linked: &'a Linked,
    pub(super) base: &'a Base,
    /// The article's IRI, and the graph's.
    pub(super) article: NamedNode,
    pub(super) offsets: Offsets,
    triples: Vec<Triple>,
}

impl<'a> Graph<'a> {
    pub(super) fn new(linked: &'a Linked, base: &'a Base) -> Self {
        let article = &linked.facts.annotated.article;
        Self {
            linked,
            base,
            article: iri::instance(base, "article", &article.key),
            offsets: Offsets::new(&article.text),
            triples: Vec::new(),
        }
    }

    /// States one triple.
    pub(super) fn say(&mut self, subject: &NamedNode, property: NamedNodeRef, object: impl Into<Term>) {
        self.triples.push(Triple::new(subject.clone(), property, object));
    }

    /// Says of what class it is.
    pub(super) fn class(&mut self, subject: &NamedNode, class: NamedNodeRef) {
        self.say(subject, terms::TYPE, class.into_owned());
    }

    /// Says what it is called.
    pub(super) fn label(&mut self, subject: &NamedNode, name: &str) {
        self.say(subject, terms::PREF_LABEL, chinese(name));
    }

    /// States a concept of the vocabularies, and names it.
    pub(super) fn concept(&mut self, subject: &NamedNode, property: NamedNodeRef, scheme: &str, notation: &str) {
        // The kinds of the model are all in the vocabulary (a test holds this), so only a unit can be unknown.
        let concept = vocab::concept_of(scheme, notation).or_else(|| vocab::concept_of(scheme, "other"));
        if let Some(concept) = concept {
            self.say(subject, property, concept.iri.clone());
            self.triples.extend(concept.triples.iter().cloned());
        }
    }

    /// The data set of all observations, with what it says of itself.
    pub(super) fn data_set(&mut self) -> NamedNode {
        let description = RdfParser::from_format(RdfFormat::Turtle)
            .with_base_iri(format!("{}/id/", self.base))
            .expect("a base is an absolute IRI")
            .for_slice(include_str!("dataset.ttl").as_bytes())
            .map(|quad| Triple::from(quad.expect("dataset.ttl is Turtle: the store's test parses it")));
        self.triples.extend(description);
        iri::instance(self.base, "dataset", "observations")
    }

    /// The triples, sorted, each once.
    pub(super) fn finish(self) -> ArticleGraph {
        let mut lines: Vec<(String, Triple)> =
            self.triples.into_iter().map(|triple| (triple.to_string(), triple)).collect();
        lines.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        lines.dedup_by(|(a, _), (b, _)| a == b);
        ArticleGraph { iri: self.article, triples: lines.into_iter().map(|(_, triple)| triple).collect() }
    }
}

/// A text in simplified Chinese. The tag is written in lower case, as a store gives it back.
pub(super) fn chinese(text: &str) -> Literal {
    Literal::new_language_tagged_literal_unchecked(text, "zh-hans")
}

/// A whole number.
pub(super) fn integer(number: usize) -> Literal {
    Literal::new_typed_literal(number.to_string(), terms::INTEGER)
}
