//! The names of all things of one version, for lists, counts and search. Made once, when the version is opened.

use crate::serve::error::Fault;
use crate::serve::evaluate::Budget;
use crate::serve::reader::Reader;
use crate::serve::terms;
use crate::store::Snapshot;
use oxigraph::model::{GraphNameRef, NamedNode, NamedOrBlankNode, Term};
use std::collections::{BTreeMap, BTreeSet};

/// A named thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its IRI.
    pub iri: String,
    /// Its name in Chinese.
    pub label: String,
    /// Its other names, English among them.
    pub others: Vec<String>,
    /// An article's or event's date.
    pub date: Option<String>,
    /// How many figures are about it, or of it.
    pub figures: usize,
}

/// The names of all things.
#[derive(Debug, Default)]
pub struct Index {
    lists: BTreeMap<&'static str, Vec<Entry>>,
    observations: usize,
}

/// A find of the search.
#[derive(Debug, Clone, Copy)]
pub struct Hit<'a> {
    /// The type's path segment.
    pub kind: &'static str,
    /// The thing.
    pub entry: &'a Entry,
}

impl Index {
    /// Reads the names of all things.
    pub fn build(snapshot: &Snapshot, budget: &Budget) -> Result<Self, Fault> {
        let reader = Reader::new(&snapshot.data, budget);
        let mut index = Self::default();
        let mut figures: BTreeMap<String, usize> = BTreeMap::new();
        for predicate in [terms::ABOUT, terms::HAS_INDICATOR] {
            for quad in reader.quads(None, Some(predicate), None, GraphNameRef::DefaultGraph) {
                if let Term::NamedNode(thing) = quad?.object {
                    *figures.entry(thing.into_string()).or_default() += 1;
                }
            }
        }
        // What is said of an alias is said of the thing that stands for it, and only that is listed.
        let mut aliases: BTreeMap<String, Vec<NamedNode>> = BTreeMap::new();
        let mut hidden: BTreeSet<NamedNode> = BTreeSet::new();
        for quad in reader.quads(None, Some(terms::IDENTIFIED_AS), None, GraphNameRef::DefaultGraph) {
            let quad = quad?;
            if let (NamedOrBlankNode::NamedNode(alias), Term::NamedNode(thing)) = (quad.subject, quad.object) {
                let said = figures.remove(alias.as_str()).unwrap_or_default();
                *figures.entry(thing.as_str().to_owned()).or_default() += said;
                hidden.insert(alias.clone());
                aliases.entry(thing.into_string()).or_default().push(alias);
            }
        }
        for aliases in aliases.values_mut() {
            aliases.sort();
        }
        for (kind, class) in terms::TYPES {
            let mut list = Vec::new();
            for quad in reader.quads(None, Some(terms::TYPE), Some(class.into()), GraphNameRef::DefaultGraph) {
                let NamedOrBlankNode::NamedNode(thing) = quad?.subject else {
                    continue;
                };
                if kind == "observation" {
                    index.observations += 1;
                    continue;
                }
                if hidden.contains(&thing) {
                    continue;
                }
                let label = reader.label(thing.as_ref())?;
                let mut others = reader.texts(thing.as_ref(), terms::PREF_LABEL)?;
                others.extend(reader.texts(thing.as_ref(), terms::ALT_LABEL)?);
                for alias in aliases.get(thing.as_str()).into_iter().flatten() {
                    others.extend(reader.texts(alias.as_ref(), terms::PREF_LABEL)?);
                    others.extend(reader.texts(alias.as_ref(), terms::ALT_LABEL)?);
                }
                others.retain(|name| *name != label);
                let date = match kind {
                    "article" => reader.text(thing.as_ref(), terms::ISSUED)?,
                    "event" => reader.text(thing.as_ref(), terms::DATE)?,
                    _ => None,
                };
                list.push(Entry {
                    figures: figures.get(thing.as_str()).copied().unwrap_or_default(),
                    iri: thing.into_string(),
                    label,
                    others,
                    date,
                });
            }
            // The newest article and event first; the rest by how much is known of them.
            list.sort_by(|a, b| (&b.date, b.figures, &a.label, &a.iri).cmp(&(&a.date, a.figures, &b.label, &b.iri)));
            index.lists.insert(kind, list);
        }
        Ok(index)
    }

    /// The things of a type, in the order of its list.
    pub fn list(&self, kind: &str) -> &[Entry] {
        self.lists.get(kind).map(Vec::as_slice).unwrap_or_default()
    }

    /// How many there are of a type.
    pub fn count(&self, kind: &str) -> usize {
        if kind == "observation" {
            return self.observations;
        }
        self.list(kind).len()
    }

    /// Things one of whose names holds every word of `text`: the name itself first, then what begins with it.
    pub fn search(&self, text: &str) -> Vec<Hit<'_>> {
        let wanted = text.trim().to_lowercase();
        let words: Vec<&str> = wanted.split_whitespace().collect();
        if words.is_empty() {
            return Vec::new();
        }
        let mut hits = Vec::new();
        for (place, (kind, _)) in terms::TYPES.iter().enumerate() {
            for entry in self.list(kind) {
                let rank = std::iter::once(&entry.label)
                    .chain(&entry.others)
                    .filter_map(|name| rank(&name.to_lowercase(), &wanted, &words))
                    .min();
                if let Some(rank) = rank {
                    // Articles hold many words: what bears the name comes before what speaks of it.
                    let group = if *kind == "article" { terms::TYPES.len() } else { place };
                    hits.push((
                        (rank, group, usize::MAX - entry.figures, entry.label.chars().count()),
                        Hit { kind, entry },
                    ));
                }
            }
        }
        hits.sort_by(|(a, hit), (b, other)| (a, &hit.entry.iri).cmp(&(b, &other.entry.iri)));
        hits.into_iter().map(|(_, hit)| hit).collect()
    }
}

fn rank(name: &str, wanted: &str, words: &[&str]) -> Option<u8> {
    if name == wanted {
        return Some(0);
    }
    if name.starts_with(wanted) {
        return Some(1);
    }
    words.iter().all(|word| name.contains(word)).then_some(2)
}
