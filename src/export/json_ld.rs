//! JSON-LD, flattened and compacted with the project's context, which is inlined: a document opens without a network.
//!
//! `{"type": "Place", "id": "…/place/500109", "prefLabel": {"@language": "zh-hans", "@value": "北碚区"}}`
//!
//! Numbers are strings whose type the context tells (`"value": "53.0"`): a JSON number would lose decimals' digits.

use super::context::{CONTEXT, Coercion, TERMS, compact};
use super::file::put;
use super::merge;
use crate::error::Result;
use oxigraph::model::vocab::{rdf, xsd};
use oxigraph::model::{Literal, NamedOrBlankNode, Term, Triple};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write;

/// The triples as one JSON-LD document. Equal sets give equal texts, whatever their order.
pub fn jsonld(triples: &[Triple]) -> String {
    let mut out = Vec::new();
    let groups = merge::group(triples).into_iter().map(Ok);
    write(groups, &mut out).expect("writing to memory does not fail");
    String::from_utf8(out).expect("JSON is UTF-8")
}

/// Writes groups of triples with one subject each: a line a node, so that what changes can be seen.
pub(super) fn write(groups: impl Iterator<Item = Result<Vec<Triple>>>, out: &mut dyn Write) -> Result<()> {
    put(out, format!("{{\"@context\":{},\n\"@graph\":[", *CONTEXT).as_bytes())?;
    let mut separator = "\n";
    for group in groups {
        put(out, format!("{separator}{}", node(&group?)).as_bytes())?;
        separator = ",\n";
    }
    put(out, b"\n]}\n")
}

/// The node object of triples with one subject. Streaming JSON-LD wants the type first, so that a reader need not hold
/// the node; a map of JSON would sort it behind.
fn node(triples: &[Triple]) -> String {
    let mut types = Vec::new();
    let mut properties: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for triple in triples {
        match &triple.object {
            Term::NamedNode(class) if triple.predicate == rdf::TYPE => types.push(json!(class_name(class.as_str()))),
            object => {
                let (key, value) = property(triple.predicate.as_str(), object);
                properties.entry(key).or_default().push(value);
            }
        }
    }
    let types = (!types.is_empty()).then(|| ("type".to_owned(), one_or_many(types)));
    let id = triples.first().map(|first| ("id".to_owned(), json!(subject(&first.subject))));
    let properties = properties.into_iter().map(|(key, values)| (key, one_or_many(values)));
    let members: Vec<String> =
        types.into_iter().chain(id).chain(properties).map(|(key, value)| format!("{}:{value}", json!(key))).collect();
    format!("{{{}}}", members.join(","))
}

fn one_or_many(mut values: Vec<Value>) -> Value {
    match values.len() {
        1 => values.remove(0),
        _ => Value::Array(values),
    }
}

fn subject(subject: &NamedOrBlankNode) -> String {
    match subject {
        NamedOrBlankNode::NamedNode(node) => compact(node.as_str()),
        NamedOrBlankNode::BlankNode(node) => node.to_string(),
    }
}

fn class_name(iri: &str) -> String {
    let term = TERMS.get(iri).and_then(|terms| terms.first());
    term.map_or_else(|| compact(iri), |(name, _)| name.clone())
}

/// The key under which a value stands, and the value in the form that this key asks for.
fn property(predicate: &str, object: &Term) -> (String, Value) {
    let terms = TERMS.get(predicate).map_or(&[][..], Vec::as_slice);
    let wanted = match object {
        Term::Literal(literal) if literal.language().is_none() && literal.datatype() != xsd::STRING => {
            Coercion::Datatype(literal.datatype().as_str().to_owned())
        }
        Term::Literal(_) => Coercion::None,
        _ => Coercion::Iri,
    };
    let fitting = terms.iter().find(|(_, coercion)| *coercion == wanted);
    let plain = || terms.iter().find(|(_, coercion)| *coercion == Coercion::None);
    let (key, coercion) = match fitting.or_else(plain).or_else(|| terms.first()) {
        Some((name, coercion)) => (name.clone(), coercion),
        None => (compact(predicate), &Coercion::None),
    };
    let value = match object {
        Term::Literal(literal) => literal_value(literal, *coercion == wanted),
        other => {
            let iri = match other {
                Term::NamedNode(node) => compact(node.as_str()),
                other => other.to_string(),
            };
            if *coercion == Coercion::Iri { json!(iri) } else { json!({ "id": iri }) }
        }
    };
    (key, value)
}

/// A literal; as a bare string where the key's type says all the rest.
fn literal_value(literal: &Literal, fits: bool) -> Value {
    match literal.language() {
        Some(tag) => json!({ "@language": tag, "@value": literal.value() }),
        None if fits => json!(literal.value()),
        None if literal.datatype() == xsd::STRING => json!({ "@value": literal.value() }),
        None => json!({ "@type": compact(literal.datatype().as_str()), "@value": literal.value() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use oxigraph::io::{RdfFormat, RdfParser};
    use std::collections::BTreeSet;

    fn read(format: RdfFormat, text: &str) -> Vec<Triple> {
        let parser = RdfParser::from_format(format).for_slice(text.as_bytes());
        parser.map(|quad| quad.unwrap().into()).collect()
    }

    fn lines(triples: &[Triple]) -> BTreeSet<String> {
        triples.iter().map(ToString::to_string).collect()
    }

    const TURTLE: &str = r#"
        @prefix jl: <https://w3id.org/jialing/ontology#> . @prefix dcterms: <http://purl.org/dc/terms/> .
        @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
        <http://x/森林~1> a jl:Observation, <http://x/Odd> ;
            jl:value 53.10, 5, "53.1", "五"@zh-Hans, <http://x/iri> ; jl:unit <http://qudt.org/vocab/unit/PERCENT>, "%" ;
            jl:period "2023"^^<http://www.w3.org/2001/XMLSchema#gYear>, "2016/2020" ; jl:about _:b ;
            jl:sourceFile "a.txt", <http://x/file> ; <http://x/p#q> "\"\\\n\u0007" , true ;
            rdf:type "literal" ; dcterms:publisher <http://x/北碚> , "no IRI" .
        _:b dcterms:title "標題"@zh-Hant ."#;

    #[test]
    fn every_kind_of_value_comes_back() {
        let triples = read(RdfFormat::Turtle, &TURTLE.replace("_:b", "<http://x/b>"));

        let text = jsonld(&triples);

        let profile = oxigraph::io::JsonLdProfile::Streaming.into();
        let back = read(RdfFormat::JsonLd { profile }, &text);
        assert_eq!(lines(&back), lines(&triples), "{text}");
    }

    #[test]
    fn terms_and_types_of_the_context_are_used() {
        let document: Value = serde_json::from_str(&jsonld(&read(RdfFormat::Turtle, TURTLE))).unwrap();

        let nodes = document["@graph"].as_array().unwrap();
        let node = nodes.iter().find(|node| node["id"] == "http://x/森林~1").unwrap();
        assert_eq!(node["type"], json!(["http://x/Odd", "Observation"]));
        assert!(node["value"].as_array().unwrap().contains(&json!("53.10")), "{node}");
        assert!(node["value"].as_array().unwrap().contains(&json!({ "@type": "xsd:integer", "@value": "5" })));
        assert!(node["unit"].as_array().unwrap().contains(&json!("qudtunit:PERCENT")));
        assert!(node["about"].as_str().unwrap().starts_with("_:"));
    }

    #[test]
    fn no_triples_make_an_empty_document() {
        assert!(read(RdfFormat::JsonLd { profile: Default::default() }, &jsonld(&[])).is_empty());
    }
}
