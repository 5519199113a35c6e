//! The tables that ship with the program: administrative divisions, regions, well-known bodies and their short forms,
//! and what they are elsewhere.
//!
//! It finds every name of a table in a text and says what the name can mean. What it does mean is for the caller, who
//! knows the text around: 朝阳 is a district of Beijing, a city in Liaoning, a street in hundreds of towns, and a word.

mod table;

use crate::model::{PlaceKind, Span};
use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder, MatchKind};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

pub use table::{Body, Division, Level, Region};

const DIVISIONS: &str = include_str!("../../data/divisions.csv");
const REGIONS: &str = include_str!("../../data/regions.csv");
const BODIES: &str = include_str!("../../data/bodies.csv");
const SAME_AS: &str = include_str!("../../data/same_as.csv");
const STOP: &str = include_str!("stop.toml");

static TABLES: LazyLock<Gazetteer> = LazyLock::new(|| Gazetteer::new(DIVISIONS, REGIONS, BODIES, SAME_AS, STOP));

/// What a name of a table can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sense {
    /// A division by its full name: an index for [`Gazetteer::division`].
    Division(usize),
    /// A division by its short name.
    Short(usize),
    /// A region, river, mountain, national new area or country.
    Region(usize),
    /// A body that is unique in the country or the world.
    Body(usize),
}

/// A name of a table in a text.
#[derive(Debug, Clone, Copy)]
pub struct Hit<'g> {
    /// Where.
    pub span: Span,
    /// What it can mean, never empty.
    pub senses: &'g [Sense],
}

/// The tables and the automaton over their names.
pub struct Gazetteer {
    divisions: Vec<Division>,
    regions: Vec<Region>,
    bodies: Vec<Body>,
    by_code: FxHashMap<String, usize>,
    /// For each division, the one around it.
    parents: Vec<Option<usize>>,
    names: FxHashMap<String, Vec<Sense>>,
    senses: Vec<Vec<Sense>>,
    automaton: CharwiseDoubleArrayAhoCorasick<u32>,
    same_as: table::SameAs,
    stop: BTreeSet<String>,
}

/// The tables, read and compiled once.
pub fn tables() -> &'static Gazetteer {
    &TABLES
}

impl Gazetteer {
    fn new(divisions: &str, regions: &str, bodies: &str, same_as: &str, stop: &str) -> Self {
        let divisions = table::divisions(divisions);
        let regions = table::regions(regions);
        let bodies = table::bodies(bodies);
        let same_as = table::same_as(same_as);
        let (stop, first) = table::stop(stop);
        let mut by_code: FxHashMap<String, usize> = FxHashMap::default();
        let mut names: BTreeMap<String, Vec<Sense>> = BTreeMap::new();
        for (index, division) in divisions.iter().enumerate() {
            // A former name may share its code with a later one; the code then means the later one.
            if division.until.is_none() || !by_code.contains_key(&division.code) {
                by_code.insert(division.code.clone(), index);
            }
            names.entry(division.name.clone()).or_default().push(Sense::Division(index));
            let hides = division.level == Level::Town && division.short.starts_with(|c| first.contains(&c));
            if !division.short.is_empty() && !hides {
                names.entry(division.short.clone()).or_default().push(Sense::Short(index));
            }
        }
        for (index, region) in regions.iter().enumerate() {
            for name in std::iter::once(&region.name).chain(&region.aliases) {
                names.entry(name.clone()).or_default().push(Sense::Region(index));
            }
        }
        for (index, body) in bodies.iter().enumerate() {
            for name in std::iter::once(&body.name).chain(&body.aliases) {
                names.entry(name.clone()).or_default().push(Sense::Body(index));
            }
        }
        let senses: Vec<_> = names.values().cloned().collect();
        let parents = divisions.iter().map(|division| by_code.get(&division.parent).copied()).collect();
        let automaton = CharwiseDoubleArrayAhoCorasickBuilder::new()
            .match_kind(MatchKind::LeftmostLongest)
            .build(names.keys())
            .expect("the embedded names are few, distinct and not empty");
        let names = names.into_iter().collect();
        Self { divisions, regions, bodies, by_code, parents, names, senses, automaton, same_as, stop }
    }

    /// Every name of a table in the text, leftmost and longest first, without overlaps.
    pub fn find(&self, text: &str) -> Vec<Hit<'_>> {
        self.automaton
            .leftmost_find_iter(text)
            .map(|hit| Hit { span: Span::new(hit.start(), hit.end()), senses: &self.senses[hit.value() as usize] })
            .collect()
    }

    /// What the name can mean; empty for a name of no table.
    pub fn senses(&self, name: &str) -> &[Sense] {
        self.names.get(name).map_or(&[], Vec::as_slice)
    }

    /// The division of that index.
    pub fn division(&self, index: usize) -> &Division {
        &self.divisions[index]
    }

    /// The region of that index.
    pub fn region(&self, index: usize) -> &Region {
        &self.regions[index]
    }

    /// The body of that index.
    pub fn body(&self, index: usize) -> &Body {
        &self.bodies[index]
    }

    /// The division of that code, as it stands today if it still does.
    pub fn by_code(&self, code: &str) -> Option<usize> {
        self.by_code.get(code).copied()
    }

    /// The body whose name or short form this is.
    pub fn body_named(&self, name: &str) -> Option<&Body> {
        self.senses(name).iter().find_map(|sense| match sense {
            Sense::Body(index) => Some(&self.bodies[*index]),
            _ => None,
        })
    }

    /// The region whose name or short form this is.
    pub fn region_named(&self, name: &str) -> Option<&Region> {
        self.senses(name).iter().find_map(|sense| match sense {
            Sense::Region(index) => Some(&self.regions[*index]),
            _ => None,
        })
    }

    /// The place of that key elsewhere, as IRIs: a division by its code, a country by its name.
    pub fn place_elsewhere(&self, key: &str) -> &[String] {
        self.same_as.places.get(key).map_or(&[], Vec::as_slice)
    }

    /// The body of that name elsewhere, as IRIs.
    pub fn body_elsewhere(&self, name: &str) -> &[String] {
        self.same_as.bodies.get(name).map_or(&[], Vec::as_slice)
    }

    /// The division and all around it, the innermost first.
    pub fn chain(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(Some(index), |at| self.parents[*at])
    }

    /// Whether the division lies in the other, or is it.
    pub fn lies_in(&self, index: usize, around: usize) -> bool {
        self.chain(index).any(|at| at == around || self.divisions[at].code == self.divisions[around].code)
    }

    /// Whether a short form is also an ordinary word.
    pub fn is_word(&self, short: &str) -> bool {
        self.stop.contains(short)
    }
}

impl Division {
    /// What kind of place it is. A county-level city is a city: 江阴市.
    pub fn kind(&self) -> PlaceKind {
        match self.level {
            Level::Town => PlaceKind::Town,
            // 重庆市 is a province by its level and a city to everyone who writes of it.
            Level::Province | Level::County if table::is_city(&self.name) => PlaceKind::City,
            Level::Province => PlaceKind::Province,
            Level::City => PlaceKind::City,
            Level::County => PlaceKind::District,
        }
    }
}

#[cfg(test)]
mod tests;
