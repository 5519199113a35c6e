//! The JSON-LD context: its prefixes, which are the project's everywhere, and its terms.

use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// `ontology/context.jsonld`, as it is inlined in what is served and dumped.
pub(super) static CONTEXT: LazyLock<Value> = LazyLock::new(|| {
    let file: Value =
        serde_json::from_str(include_str!("../../ontology/context.jsonld")).expect("a test reads the file");
    file["@context"].clone()
});

/// Names and IRIs of the project's prefixes, in the order of their names: `("dcterms", "http://purl.org/dc/terms/")`.
pub static PREFIXES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    definitions()
        .filter_map(|(name, value)| Some((name, value.as_str()?)))
        .filter(|(_, iri)| iri.contains("://") && iri.ends_with(['#', '/']))
        .map(|(name, iri)| (name.to_owned(), iri.to_owned()))
        .collect()
});

/// What a term makes of a plain string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Coercion {
    /// It stays a string.
    None,
    /// It is an IRI.
    Iri,
    /// It is a literal of that type.
    Datatype(String),
}

/// For each IRI that has terms: the terms, with what each makes of a plain string.
pub(super) static TERMS: LazyLock<BTreeMap<String, Vec<(String, Coercion)>>> = LazyLock::new(|| {
    let mut terms: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (name, value) in definitions() {
        let (iri, coercion) = match value {
            Value::String(iri) => (iri.as_str(), Coercion::None),
            _ => {
                let coercion = match value["@type"].as_str() {
                    None => Coercion::None,
                    Some("@id") => Coercion::Iri,
                    Some(datatype) => Coercion::Datatype(expand(datatype)),
                };
                (value["@id"].as_str().unwrap_or_default(), coercion)
            }
        };
        if !iri.starts_with('@') && !iri.contains("://") {
            terms.entry(expand(iri)).or_default().push((name.to_owned(), coercion));
        }
    }
    terms
});

fn definitions() -> impl Iterator<Item = (&'static str, &'static Value)> {
    // In the order of names, whether or not the reader of JSON keeps the file's order.
    let sorted: BTreeMap<_, _> =
        CONTEXT.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value)).collect();
    sorted.into_iter()
}

/// The IRI of a compact one: `dcterms:title`. What has no known prefix stays as it is.
pub(super) fn expand(compact: &str) -> String {
    let prefix = compact.split_once(':').and_then(|(name, local)| {
        let (_, iri) = PREFIXES.iter().find(|(known, _)| known == name)?;
        Some(format!("{iri}{local}"))
    });
    prefix.unwrap_or_else(|| compact.to_owned())
}

/// The compact form of an IRI, or the IRI itself where no prefix fits. The longest prefix counts.
pub(super) fn compact(iri: &str) -> String {
    PREFIXES
        .iter()
        .filter_map(|(name, start)| Some((start.len(), name, iri.strip_prefix(start.as_str())?)))
        // A JSON-LD processor takes `http://…` for an IRI, and so any name before `//`.
        .filter(|(_, _, local)| !local.is_empty() && !local.starts_with("//"))
        .max_by_key(|(length, ..)| *length)
        .map_or_else(|| iri.to_owned(), |(_, name, local)| format!("{name}:{local}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use oxigraph::model::NamedNode;

    #[test]
    fn every_prefix_is_an_iri_and_every_term_expands_to_one() {
        assert!(PREFIXES.len() > 20);
        for (name, iri) in PREFIXES.iter() {
            assert!(NamedNode::new(iri).is_ok(), "{name}");
        }
        for (iri, terms) in TERMS.iter() {
            assert!(iri.starts_with("http"), "{terms:?}: {iri}");
        }
    }

    #[test]
    fn compact_and_expand_undo_each_other() {
        for iri in ["http://purl.org/dc/terms/title", "https://w3id.org/jialing/vocab/unit/none", "http://x/y"] {
            assert_eq!(expand(&compact(iri)), iri);
        }
        assert_eq!(compact("https://w3id.org/jialing/vocab/unit/none"), "vocab:unit/none");
        assert_eq!(compact("https://schema.org/"), "https://schema.org/");
    }

    #[test]
    fn a_term_knows_its_type() {
        let decimal = Coercion::Datatype("http://www.w3.org/2001/XMLSchema#decimal".into());

        assert_eq!(TERMS["https://w3id.org/jialing/ontology#value"], [("value".to_owned(), decimal)]);
        assert_eq!(TERMS["http://purl.org/dc/terms/publisher"], [("publisher".to_owned(), Coercion::Iri)]);
    }
}
