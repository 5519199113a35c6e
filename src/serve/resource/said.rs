//! What a file of the vocabularies says, by subject.

use crate::serve::terms;
use oxigraph::model::{NamedNodeRef, NamedOrBlankNode, Term, Triple};
use std::collections::HashMap;

/// Triples by subject, and the subjects in their order.
pub(super) struct Said<'a> {
    subjects: HashMap<&'a str, Vec<&'a Triple>>,
    /// The subjects in the order of the triples.
    pub(super) order: Vec<&'a str>,
}

impl<'a> Said<'a> {
    /// Of these triples, in their order.
    pub(super) fn new(triples: &'a [Triple]) -> Self {
        let mut said = Self { subjects: HashMap::new(), order: Vec::new() };
        for triple in triples {
            if let NamedOrBlankNode::NamedNode(subject) = &triple.subject {
                let known = said.subjects.entry(subject.as_str()).or_default();
                if known.is_empty() {
                    said.order.push(subject.as_str());
                }
                known.push(triple);
            }
        }
        said
    }

    fn of(&self, subject: &str) -> &[&'a Triple] {
        self.subjects.get(subject).map_or(&[], Vec::as_slice)
    }

    /// The values of a property.
    pub(super) fn objects(&self, subject: &str, predicate: NamedNodeRef<'_>) -> Vec<&'a Term> {
        let said = self.of(subject).iter();
        said.filter(|triple| triple.predicate == predicate).map(|triple| &triple.object).collect()
    }

    /// The IRIs that are values of one of the properties.
    pub(super) fn iris(&self, subject: &str, predicates: &[NamedNodeRef<'_>]) -> Vec<&'a str> {
        let said = self.of(subject).iter().filter(|triple| predicates.contains(&triple.predicate.as_ref()));
        said.filter_map(|triple| match &triple.object {
            Term::NamedNode(node) => Some(node.as_str()),
            _ => None,
        })
        .collect()
    }

    /// The first text in the language, by the order of the properties; `""` is any language or none.
    pub(super) fn text(&self, subject: &str, predicates: &[NamedNodeRef<'_>], language: &str) -> String {
        let found = predicates.iter().flat_map(|predicate| self.objects(subject, *predicate)).find_map(|object| {
            let Term::Literal(literal) = object else { return None };
            let fits = literal.language().unwrap_or_default().starts_with(language);
            fits.then(|| literal.value().to_owned())
        });
        found.unwrap_or_default()
    }

    /// Whether the subject is of the class.
    pub(super) fn is_a(&self, subject: &str, class: NamedNodeRef<'_>) -> bool {
        self.iris(subject, &[terms::TYPE]).contains(&class.as_str())
    }
}
