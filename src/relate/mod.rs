//! `relate` takes the data of a whole store and gives what only the whole can tell, as graphs of their own:
//! `{base}/graph/conflicts` (two articles state different figures of the same thing), `{base}/graph/duplicates` (two
//! articles are one text, word for word or nearly) and `{base}/graph/identity` (two articles have two IRIs for one thing).
//!
//! It is a pure function of the set of article graphs: neither the order in which they came nor what an earlier run said
//! changes its result. It never rewrites an article's graph. Told what has changed [`Since`] a version that it looked at,
//! it looks at that alone, and gives what it would give of the whole.

mod conflict;
pub mod identity;
mod read;
mod republication;

use crate::error::Result;
use crate::model::Base;
use identity::Overrules;
use oxigraph::model::{NamedNode, Triple};
use oxigraph::store::Store;
use std::collections::BTreeSet;

/// What `relate` tells of a graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// All that it holds.
    Whole(Vec<Triple>),
    /// What it no longer holds, and what it holds now; what stands in both stays. The rest is as it was.
    Part {
        /// What is not said any more, unless it stands in the other.
        gone: Vec<Triple>,
        /// What is said.
        come: Vec<Triple>,
    },
}

/// What has changed since a version whose graphs of conflicts and duplicates are right.
#[derive(Clone, Copy)]
pub struct Since<'a> {
    /// The data of that version.
    pub before: &'a Store,
    /// The graphs that are other now, or new, or gone.
    pub graphs: &'a BTreeSet<NamedNode>,
}

/// Above so many changed graphs the whole is looked at: it is quicker than so many lookups.
const MANY: usize = 2_000;

/// The graphs of conflicts, identities and duplicates, by name; an empty one where there are none. A graph of which it is certain that
/// it stays as it is may be left out.
///
/// # Errors
/// If the database fails.
pub fn relate(
    data: &Store,
    base: &Base,
    overrules: &Overrules,
    since: Option<Since<'_>>,
) -> Result<Vec<(NamedNode, Told)>> {
    let since = since.filter(|since| since.graphs.len() <= MANY);
    if since.is_some_and(|since| since.graphs.is_empty()) {
        return Ok(Vec::new());
    }
    let graph = |name: &str| NamedNode::new_unchecked(format!("{base}/graph/{name}"));
    let mut graphs = vec![
        (graph("conflicts"), conflict::conflicts(data, base, since)?),
        (graph("identity"), identity::identities(data, base, overrules, since)?),
    ];
    if let Some(republications) = republication::republications(data, since)? {
        graphs.push((graph("duplicates"), Told::Whole(republications)));
    }
    Ok(graphs)
}

#[cfg(test)]
mod tests;
