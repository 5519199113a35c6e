//! Snapshots that live in memory: the empty store's, and those of tests.

use super::merge::{apply, canonical};
use super::writer::content_hash;
use super::{Header, Snapshot, builtin};
use crate::error::{Error, Result};
use crate::model::{ArticleGraph, Base};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a store is before its first commit.
pub(super) fn empty(base: &Base) -> Result<Snapshot> {
    snapshot(base, &[])
}

/// The articles, the ontology and the merge of all.
pub(super) fn snapshot(base: &Base, articles: &[ArticleGraph]) -> Result<Snapshot> {
    let articles = articles.iter().map(|article| (article.iri.clone(), article.triples.clone()));
    let mut hashes = BTreeMap::new();
    // Two articles of one IRI are one article: the later one counts.
    let mut contents = BTreeMap::new();
    for (graph, triples) in builtin::graphs(base).into_iter().chain(articles) {
        let (triples, hash) = canonical(triples);
        hashes.insert(graph.as_str().to_owned(), hash);
        contents.insert(graph, triples);
    }
    let contents: Vec<_> = contents.into_iter().collect();
    let data = oxigraph::store::Store::new().map_err(Error::database)?;
    apply(&data, &contents, None)?;
    let header = Header {
        version: 0,
        base: base.to_string(),
        content: content_hash(&hashes),
        committed: String::new(),
        newest: super::writer::newest(&data)?,
        rules: String::new(),
    };
    Ok(Snapshot { header: Arc::new(header), data, lease: None })
}
