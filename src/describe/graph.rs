//! The graph as it grows: what it is made from, and the sentences in which it speaks.

use super::evidence::Offsets;
use super::{iri, terms, vocab};
use crate::model::{ArticleGraph, Base, Linked, Period, Span};
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, Term, Triple};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Ordering;

/// An article's graph in the making.
pub(super) struct Graph<'a> {
    pub(super) linked: &'a Linked,
    pub(super) base: &'a Base,
    /// The article's IRI, and the graph's.
    pub(super) article: NamedNode,
    pub(super) offsets: Offsets,
    pub(super) iris: Iris,
    triples: Vec<Triple>,
    /// What has been described in full: to say it again would only be to sort it out again.
    concepts: FxHashSet<&'static str>,
    pub(super) indicators: FxHashSet<&'static str>,
    pub(super) quoted: FxHashSet<Span>,
    pub(super) periods: FxHashSet<Period>,
    data_set: Option<NamedNode>,
}

/// The IRIs of things, each made once: a place is named by many facts.
pub(super) struct Iris {
    pub(super) places: Vec<NamedNode>,
    pub(super) organizations: Vec<NamedNode>,
    pub(super) projects: Vec<NamedNode>,
}

impl Iris {
    fn new(linked: &Linked, base: &Base) -> Self {
        let organizations = linked.organizations.iter();
        Self {
            places: linked.places.iter().map(|place| iri::instance(base, "place", &place.key)).collect(),
            organizations: organizations.map(|one| iri::instance(base, "organization", &one.key)).collect(),
            projects: linked.projects.iter().map(|one| iri::instance(base, "project", &one.key)).collect(),
        }
    }
}

impl<'a> Graph<'a> {
    pub(super) fn new(linked: &'a Linked, base: &'a Base) -> Self {
        let article = &linked.facts.annotated.article;
        Self {
            linked,
            base,
            article: iri::instance(base, "article", &article.key),
            offsets: Offsets::new(&article.text),
            iris: Iris::new(linked, base),
            triples: Vec::new(),
            concepts: FxHashSet::default(),
            indicators: FxHashSet::default(),
            quoted: FxHashSet::default(),
            periods: FxHashSet::default(),
            data_set: None,
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
            if self.concepts.insert(concept.iri.as_str()) {
                self.triples.extend(concept.triples.iter().cloned());
            }
        }
    }

    /// The data set of all observations, with what it says of itself.
    pub(super) fn data_set(&mut self) -> NamedNode {
        if let Some(data_set) = &self.data_set {
            return data_set.clone();
        }
        let description = RdfParser::from_format(RdfFormat::Turtle)
            .with_base_iri(format!("{}/id/", self.base))
            .expect("a base is an absolute IRI")
            .for_slice(include_str!("dataset.ttl").as_bytes())
            .map(|quad| Triple::from(quad.expect("dataset.ttl is Turtle: the store's test parses it")));
        self.triples.extend(description);
        self.data_set.insert(iri::instance(self.base, "dataset", "observations")).clone()
    }

    /// The triples, sorted, each once.
    pub(super) fn finish(self) -> ArticleGraph {
        ArticleGraph { iri: self.article, triples: sorted(self.triples) }
    }
}

/// The triples in the order of their lines in N-Triples, each once.
///
/// Why not sort the lines? To write them takes longer than to make the triples. Subjects and predicates are few: they are
/// ranked once, and objects are compared only where both are the same.
fn sorted(triples: Vec<Triple>) -> Vec<Triple> {
    let (mut subjects, mut predicates) = (Ranks::default(), Ranks::default());
    let mut numbered: Vec<(u32, u32)> = Vec::with_capacity(triples.len());
    let mut before: Option<&Triple> = None;
    for triple in &triples {
        // A thing is mostly spoken of in several triples on end.
        let same = before.filter(|before| before.subject == triple.subject).and(numbered.last());
        let subject = same.map(|(subject, _)| *subject);
        let subject = subject.unwrap_or_else(|| subjects.number(subject_text(&triple.subject)));
        numbered.push((subject, predicates.number(triple.predicate.as_str())));
        before = Some(triple);
    }
    let (subjects, predicates) = (subjects.ranks(), predicates.ranks());
    let mut order: Vec<(u32, u32, usize)> = numbered
        .into_iter()
        .enumerate()
        .map(|(at, (subject, predicate))| (subjects[subject as usize], predicates[predicate as usize], at))
        .collect();
    order.sort_unstable_by(|a, b| {
        (a.0, a.1).cmp(&(b.0, b.1)).then_with(|| by_line(&triples[a.2].object, &triples[b.2].object))
    });
    order.dedup_by(|a, b| (a.0, a.1) == (b.0, b.1) && triples[a.2].object == triples[b.2].object);
    let mut triples: Vec<Option<Triple>> = triples.into_iter().map(Some).collect();
    order.into_iter().filter_map(|(_, _, at)| triples[at].take()).collect()
}

/// IRIs by number, in the order in which they came up.
#[derive(Default)]
struct Ranks<'t> {
    numbers: FxHashMap<&'t str, u32>,
    iris: Vec<&'t str>,
}

impl<'t> Ranks<'t> {
    fn number(&mut self, iri: &'t str) -> u32 {
        let next = u32::try_from(self.iris.len()).expect("an article has fewer than four billion things");
        *self.numbers.entry(iri).or_insert_with(|| {
            self.iris.push(iri);
            next
        })
    }

    /// For each number, the IRI's place among the IRIs.
    fn ranks(self) -> Vec<u32> {
        let mut order: Vec<(u32, &str)> = (0..).zip(self.iris).collect();
        order.sort_unstable_by(|(_, a), (_, b)| bracketed(a, b));
        let mut ranks = vec![0; order.len()];
        for (rank, (number, _)) in (0..).zip(order) {
            ranks[number as usize] = rank;
        }
        ranks
    }
}

/// A subject's IRI: an article's graph has no blank nodes.
fn subject_text(subject: &NamedOrBlankNode) -> &str {
    match subject {
        NamedOrBlankNode::NamedNode(node) => node.as_str(),
        NamedOrBlankNode::BlankNode(node) => node.as_str(),
    }
}

/// The order of two IRIs in their brackets: `<a>` stands after `<a#b>`, since `#` comes before `>`.
fn bracketed(a: &str, b: &str) -> Ordering {
    let shared = a.len().min(b.len());
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let next = |iri: &[u8]| iri.get(shared).copied().unwrap_or(b'>');
    a[..shared].cmp(&b[..shared]).then_with(|| next(a).cmp(&next(b))).then(a.len().cmp(&b.len()))
}

/// The order of two objects as N-Triples writes them.
fn by_line(a: &Term, b: &Term) -> Ordering {
    match (a, b) {
        (Term::NamedNode(a), Term::NamedNode(b)) => bracketed(a.as_str(), b.as_str()),
        (a, b) if a == b => Ordering::Equal,
        (a, b) => a.to_string().cmp(&b.to_string()),
    }
}

/// A text in simplified Chinese. The tag is written in lower case, as a store gives it back.
pub(super) fn chinese(text: &str) -> Literal {
    Literal::new_language_tagged_literal_unchecked(text, "zh-hans")
}

/// A text in English.
pub(super) fn english(text: &str) -> Literal {
    Literal::new_language_tagged_literal_unchecked(text, "en")
}

/// A whole number.
pub(super) fn integer(number: usize) -> Literal {
    Literal::new_typed_literal(number.to_string(), terms::INTEGER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn triples_are_in_the_order_of_their_lines_each_once() {
        let iris =
            ["http://e/a", "http://e/a#b", "http://e/a/c", "http://e/ab", "http://e/A", "http://e/a%20", "http://e/汉"];
        let node = |iri: &str| NamedNode::new_unchecked(iri);
        let mut objects: Vec<Term> = iris.iter().map(|iri| node(iri).into()).collect();
        objects.extend(["a", "a\"b", "a b", "a\nb", "", "汉"].map(|text| Literal::from(text).into()));
        objects.push(chinese("a").into());
        objects.push(integer(7).into());
        let mut triples = Vec::new();
        for (at, object) in objects.iter().enumerate().rev() {
            for subject in iris {
                for predicate in [iris[at % iris.len()], iris[0]] {
                    triples.push(Triple::new(node(subject), node(predicate), object.clone()));
                }
            }
        }
        let mut lines: Vec<String> = triples.iter().map(ToString::to_string).collect();
        lines.sort();
        lines.dedup();

        let sorted: Vec<String> = sorted(triples).iter().map(ToString::to_string).collect();

        assert_eq!(sorted, lines);
    }
}
