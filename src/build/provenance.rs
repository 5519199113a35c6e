//! Who read which articles, as PROV-O, in `{base}/graph/provenance`: the activity that gave the data set, the program with
//! the version of its rules, and a hash of all that it read.
//!
//! It is a function of the articles and of the program: two builds of the same articles by one program say the same.

use crate::error::{Error, Result};
use crate::model::Base;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{GraphNameRef, NamedNode, NamedNodeRef, Term, Triple};
use oxigraph::store::Store;
use sha2::{Digest, Sha256};

const TEMPLATE: &str = include_str!("provenance.ttl");
const CONTENT_HASH: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("https://w3id.org/jialing/ontology#contentHash");

/// The graph and what it says; nothing where it is not known by which rules the articles were read (RDF that was loaded).
///
/// # Errors
/// If the database fails.
pub(super) fn provenance(data: &Store, base: &Base, rules: &str) -> Result<(NamedNode, Vec<Triple>)> {
    let graph = NamedNode::new_unchecked(format!("{base}/graph/provenance"));
    let mut hashes = Vec::new();
    for quad in data.quads_for_pattern(None, Some(CONTENT_HASH), None, Some(GraphNameRef::DefaultGraph)) {
        let quad = quad.map_err(Error::database)?;
        if let Term::Literal(hash) = quad.object {
            hashes.push(format!("{} {}\n", quad.subject, hash.value()));
        }
    }
    if hashes.is_empty() || rules.is_empty() {
        return Ok((graph, Vec::new()));
    }
    hashes.sort_unstable();
    let digest = |text: &str| format!("{:x}", Sha256::digest(text));
    let version = env!("CARGO_PKG_VERSION");
    let input = digest(&hashes.concat());
    let activity = digest(&format!("{version}\n{rules}\n{input}"));
    let text = TEMPLATE
        .replace("ACTIVITY", &activity[..16])
        .replace("INPUT", &input[..16])
        .replace("DIGEST", &input)
        .replace("VERSION", version)
        .replace("RULES", rules);
    let triples = RdfParser::from_format(RdfFormat::Turtle)
        .with_base_iri(format!("{base}/id/"))
        .map_err(|error| Error::Query { message: error.to_string() })?
        .for_slice(text.as_bytes())
        .map(|quad| Triple::from(quad.expect("the template is Turtle: a test fills it in")))
        .collect();
    Ok((graph, triples))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said_of(articles: &str, rules: &str) -> Vec<String> {
        let data = Store::new().unwrap();
        data.load_from_slice(RdfFormat::Turtle, articles.as_bytes()).unwrap();
        let (graph, triples) = provenance(&data, &Base::default(), rules).unwrap();
        assert_eq!(graph.as_str(), "http://localhost:7878/graph/provenance");
        triples.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn another_article_or_another_rule_is_another_activity() {
        let article = "<http://a> <https://w3id.org/jialing/ontology#contentHash> \"1\" .";

        let first = said_of(article, "abc");
        let [other_article, other_rules] =
            [said_of(&article.replace("\"1\"", "\"2\""), "abc"), said_of(article, "abd")];

        assert!(first.iter().any(|triple| triple.ends_with("softwareVersion> \"0.1.0+abc\"")), "{first:#?}");
        assert_ne!(first[0], other_article[0]);
        assert_ne!(first[0], other_rules[0]);
        assert_eq!(first, said_of(article, "abc"));
    }

    #[test]
    fn of_what_was_loaded_nobody_knows_who_read_it() {
        let article = "<http://a> <https://w3id.org/jialing/ontology#contentHash> \"1\" .";

        assert!(said_of(article, "").is_empty());
        assert!(said_of("", "abc").is_empty());
    }
}
