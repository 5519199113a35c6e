//! A sheet on which a description is written, triple by triple, with compact names of properties.

use super::context::expand;
use crate::error::{Error, Result};
use oxigraph::model::vocab::{rdf, xsd};
use oxigraph::model::{Literal, NamedNode, Term, Triple};

/// Triples on their way.
#[derive(Default)]
pub(super) struct Sheet(Vec<Triple>);

impl Sheet {
    /// `subject property object`, the property as in `dcterms:title`.
    pub(super) fn say(&mut self, subject: &NamedNode, property: &str, object: impl Into<Term>) {
        self.0.push(Triple::new(subject.clone(), name(property), object));
    }

    /// `subject a class`.
    pub(super) fn is(&mut self, subject: &NamedNode, class: &str) {
        self.0.push(Triple::new(subject.clone(), rdf::TYPE, name(class)));
    }

    /// A thing that is only pointed to, with its class: validators ask for the class of what they see.
    pub(super) fn point(&mut self, subject: &NamedNode, property: &str, object: NamedNode, class: &str) {
        self.is(&object, class);
        self.say(subject, property, object);
    }

    /// A text in both languages.
    pub(super) fn texts(&mut self, subject: &NamedNode, property: &str, zh: &str, en: &str) {
        for (text, tag) in [(zh, "zh"), (en, "en")] {
            self.say(subject, property, Literal::new_language_tagged_literal_unchecked(text, tag));
        }
    }

    /// A number of things.
    pub(super) fn count(&mut self, subject: &NamedNode, property: &str, count: u64) {
        self.say(subject, property, Literal::new_typed_literal(count.to_string(), xsd::INTEGER));
    }

    /// The triples, sorted, each once.
    pub(super) fn finish(self) -> Vec<Triple> {
        let mut triples = self.0;
        triples.sort_by_cached_key(ToString::to_string);
        triples.dedup();
        triples
    }
}

/// The IRI of a compact name: `dcterms:title`.
pub(super) fn name(compact: &str) -> NamedNode {
    NamedNode::new_unchecked(expand(compact))
}

/// An IRI that is made from the base, which is one, or stands in the code.
pub(super) fn node(iri: impl Into<String>) -> NamedNode {
    NamedNode::new_unchecked(iri)
}

/// An IRI that the user gave in the setting `key` of `[catalog]`.
pub(super) fn given(key: &str, iri: &str) -> Result<NamedNode> {
    NamedNode::new(iri).map_err(|_| Error::Usage {
        message: format!("`catalog.{key}`: expected an absolute IRI, found `{iri}`"),
        hint: "write it in full in `jialing.toml`, like `https://example.org/` or `mailto:data@example.org`".into(),
    })
}

/// A day, a month or a year, by its length.
pub(super) fn date(iso: &str) -> Literal {
    let datatype = match iso.len() {
        4 => xsd::G_YEAR,
        7 => xsd::G_YEAR_MONTH,
        _ => xsd::DATE,
    };
    Literal::new_typed_literal(iso, datatype)
}
