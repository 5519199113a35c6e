//! `link` takes facts and ties their names to identities, within the article and by the tables that ship.
//!
//! The key of an identity is the last part of its IRI. A division's is its code. Other names are unique in the country by
//! a table or a rule (西南大学, 中共北碚区委), or else bear the code of the area around them: 人民医院~500109. Names are
//! folded to one way of writing first, so that 西部（重庆）科学城 and 西部(重庆)科学城 are one thing. An identity's name and
//! aliases are functions of its key; how this article writes it are its mentions. What it is elsewhere (Wikidata, GeoNames)
//! is said only where the table `data/same_as.csv` says so, which names a source for each row.

mod around;
mod fold;
mod organization;
mod place;
mod project;

use crate::model::{Facts, Identity, Linked};
use crate::rules::Lexicon;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

static LEXICON: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::parse(include_str!("lexicon.toml")).unwrap_or_else(|fault| panic!("link: {fault}")));

/// Facts whose names are tied to identities.
pub fn link(facts: Facts) -> Linked {
    let around = around::Around::new(&facts.annotated);
    let (places, place_of, home) = place::places(&facts.annotated, &around);
    let (organizations, organization_of, publisher) = organization::organizations(&facts.annotated, &around);
    let projects = project::projects(&facts, &places, &place_of, home);
    Linked { facts, places, organizations, projects, place_of, organization_of, home, publisher }
}

/// Identities by key, and for each mention the key that it has.
struct Clusters<K> {
    by_key: BTreeMap<String, Identity<K>>,
    key_of: Vec<String>,
}

impl<K> Clusters<K> {
    fn new() -> Self {
        Self { by_key: BTreeMap::new(), key_of: Vec::new() }
    }

    /// Adds an identity if its key is new, and gives what stands under the key.
    fn add(&mut self, identity: Identity<K>) -> &mut Identity<K> {
        let key = identity.key.clone();
        self.by_key.entry(key).or_insert(identity)
    }

    /// Adds a mention of an identity.
    fn mention(&mut self, identity: Identity<K>, span: crate::model::Span) {
        self.key_of.push(identity.key.clone());
        self.add(identity).mentions.push(span);
    }

    /// The codes of the areas in which the identities lie.
    fn areas(&self) -> BTreeSet<String> {
        self.by_key.values().filter_map(|identity| Some(identity.within.as_ref()?.0.clone())).collect()
    }

    /// The identities in the order of their keys, and for each mention its index among them.
    fn finish(self) -> (Vec<Identity<K>>, Vec<usize>) {
        let index: BTreeMap<&String, usize> = self.by_key.keys().enumerate().map(|(i, key)| (key, i)).collect();
        let of = self.key_of.iter().map(|key| index[key]).collect();
        (self.by_key.into_values().collect(), of)
    }
}

#[cfg(test)]
mod tests;
