//! Articles that are one text: a reprint under another address.
//!
//! Why only equal texts? Offsets, and so all facts, are the same there, and nothing is claimed that a reader would
//! doubt. Near-duplicates differ in a figure as often as in a comma; the conflicts between them are worth seeing.

use super::{select, text};
use crate::error::Result;
use oxigraph::model::{NamedNode, Triple};
use oxigraph::store::Store;
use std::collections::{BTreeMap, BTreeSet};

const TEXTS: &str = "
PREFIX jl: <https://w3id.org/jialing/ontology#>
PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT ?article ?hash ?issued WHERE {
  ?article a jl:Article ; jl:textHash ?hash . OPTIONAL { ?article dcterms:issued ?issued }
}";

/// From each article to the one that stands for its text: the first to appear, and of those the first by IRI.
pub(super) fn duplicates(data: &Store) -> Result<Vec<Triple>> {
    let mut texts: BTreeMap<String, BTreeSet<(bool, String, String)>> = BTreeMap::new();
    select(data, TEXTS, |row| {
        let issued = text(row, "issued");
        let entry = (issued.is_empty(), issued, text(row, "article"));
        texts.entry(text(row, "hash")).or_default().insert(entry);
    })?;
    let duplicate_of = NamedNode::new_unchecked("https://w3id.org/jialing/ontology#duplicateOf");
    let mut triples = Vec::new();
    for articles in texts.into_values() {
        let mut articles = articles.into_iter().map(|(.., iri)| NamedNode::new_unchecked(iri));
        let Some(first) = articles.next() else { continue };
        triples.extend(articles.map(|article| Triple::new(article, duplicate_of.clone(), first.clone())));
    }
    Ok(triples)
}
