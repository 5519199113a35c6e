//! The data in a store on the disk, served as `jialing serve` does: by worker processes.

use crate::client::*;
use crate::data::*;
use jialing::model::{ArticleGraph, Base};
use jialing::serve::access::Token;
use jialing::serve::{AppState, Limits};
use jialing::settings::Catalog;
use jialing::store::Store;
use oxigraph::model::{Literal, NamedNode, Triple};
use tempfile::TempDir;

pub(crate) const TOKEN: &str = "0123456789abcdef-test";
pub(crate) const BEARER: (&str, &str) = ("authorization", "Bearer 0123456789abcdef-test");

/// A client of a store, in a folder that goes with it.
pub(crate) struct Stored {
    pub(crate) client: Client,
    pub(crate) store: Store,
    _dir: TempDir,
}

impl Stored {
    /// The three articles, and others.
    pub(crate) fn with(limits: Limits, others: &[ArticleGraph]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::create_or_open(dir.path(), &Base::new("http://localhost:7878").unwrap()).unwrap();
        let mut writer = store.write().unwrap();
        for article in articles_at("http://localhost:7878", DATA).iter().chain(others) {
            writer.replace(article).unwrap();
        }
        writer.commit("2026-03-05T08:00:00Z".parse().unwrap()).unwrap();
        let limits = Limits { worker: Some(env!("CARGO_BIN_EXE_jialing").into()), ..limits };
        let state = AppState::new(store.clone(), Catalog::default(), limits).unwrap();
        Self { client: Client { state }, store, _dir: dir }
    }

    pub(crate) fn new() -> Self {
        Self::with(Limits::default(), &[])
    }

    /// The same, where the token's bearer may write.
    pub(crate) fn writable(limits: Limits) -> Self {
        let Self { client, store, _dir } = Self::with(limits, &[]);
        let state = client.state.writable(Token::new(TOKEN).unwrap());
        Self { client: Client { state }, store, _dir }
    }
}

/// An article that says so much that joins over it take long: each of `subjects` things has a few values.
pub(crate) fn crowd(subjects: usize) -> ArticleGraph {
    let named = |text: String| NamedNode::new(format!("http://localhost:7878/id/{text}")).unwrap();
    let triples = (0..subjects * 8).map(|place| {
        let (subject, part) = (place / 8, place % 8);
        Triple::new(
            named(format!("thing/{subject}")),
            named(format!("says/{part}")),
            Literal::from(i64::try_from(subject * 7919 % 10_007 + part).unwrap()),
        )
    });
    ArticleGraph { iri: named("article/crowd".into()), triples: triples.collect() }
}
