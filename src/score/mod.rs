//! `score` takes a snapshot and annotated articles and tells how much of what a careful reader finds was found.
//!
//! Q: Why are there three figures for observations and two for events?
//! A: A figure is found when indicator, value and unit are right; "strict" asks for subject and statistic too (events:
//! type and date), "full" for every attribute. A program that never looks at the context scores well on the first only.

mod compare;
mod facts;
mod gold;

pub use gold::{Gold, parse};

use crate::error::Result;
use crate::store::Snapshot;
use compare::{event_score, like_name, observation_score, pair, same_name};
use serde::Serialize;
use std::collections::BTreeMap;

/// Found and missed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Found, and there.
    pub right: usize,
    /// Found, but not there.
    pub spurious: usize,
    /// There, but not found.
    pub missed: usize,
}

impl Counts {
    /// Of what was found, how much is there.
    pub fn precision(self) -> f64 {
        ratio(self.right, self.right + self.spurious)
    }

    /// Of what is there, how much was found.
    pub fn recall(self) -> f64 {
        ratio(self.right, self.right + self.missed)
    }

    /// The harmonic mean of both.
    pub fn f1(self) -> f64 {
        ratio(2 * self.right, 2 * self.right + self.spurious + self.missed)
    }

    fn add(&mut self, other: Self) {
        self.right += other.right;
        self.spurious += other.spurious;
        self.missed += other.missed;
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of facts are far below 2^52")]
fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Of the observations of one confidence, how many there are and how many are right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Reliability {
    /// How many were found.
    pub found: usize,
    /// Of these, those that are there: indicator, value and unit.
    pub right: usize,
    /// Of these, those whose subject and statistic are right too.
    pub strict: usize,
}

impl Reliability {
    /// The share that is right.
    pub fn precision(self) -> f64 {
        ratio(self.right, self.found)
    }

    /// The share that is right in subject and statistic too.
    pub fn strict_precision(self) -> f64 {
        ratio(self.strict, self.found)
    }
}

/// The table: a line for each kind of fact, and for each attribute how often it is right.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Scores {
    /// By kind of fact.
    pub kinds: BTreeMap<String, Counts>,
    /// By attribute of observations that were found: right, and wrong as `missed`.
    pub attributes: BTreeMap<String, Counts>,
    /// By `jl:confidence`, as it is written.
    pub reliability: BTreeMap<String, Reliability>,
    /// What was missed and what was spurious, by kind of fact and by class: `enterprise, other bounds`. It holds no
    /// words of the documents.
    pub errors: BTreeMap<String, BTreeMap<String, Counts>>,
    /// What was missed and what was spurious, a line each.
    pub differences: Vec<String>,
}

/// What a snapshot's articles state, against what their annotators found. A gold file speaks of the articles whose
/// `jl:sourceFile` is its document.
///
/// # Errors
/// If the database fails.
pub fn score(snapshot: &Snapshot, golds: &[Gold]) -> Result<Scores> {
    let mut scores = Scores::default();
    for gold in golds {
        let found = facts::facts(&snapshot.data, &gold.document)?;
        scores.kind(gold, "organizations", &found.organizations, &gold.organizations, same_name);
        scores.kind(gold, "places", &found.places, &gold.places, same_name);
        scores.kind(gold, "projects", &found.projects, &gold.projects, like_name);

        let pairs = scores.kind(gold, "observations", &found.observations, &gold.observations, observation_score);
        let (all_found, all_there) = (found.observations.len(), gold.observations.len());
        let agreed: Vec<_> =
            pairs.iter().map(|(p, g)| (compare::agreement(p, g), compare::same_maximum(p, g))).collect();
        for figure in &found.observations {
            scores.reliability.entry(figure.confidence.clone()).or_default().found += 1;
        }
        for ((figure, _), (right, _)) in pairs.iter().zip(&agreed) {
            let band = scores.reliability.entry(figure.confidence.clone()).or_default();
            band.right += 1;
            band.strict += usize::from(right.statistic && right.about);
        }
        let strict = agreed.iter().filter(|(right, _)| right.statistic && right.about).count();
        let full = agreed.iter().filter(|(right, maximum)| right.all() && *maximum).count();
        scores.stricter("observations, strict", strict, all_found, all_there);
        scores.stricter("observations, full", full, all_found, all_there);
        for (right, _) in &agreed {
            for (name, holds) in right.named() {
                let counts = scores.attributes.entry(name.to_owned()).or_default();
                counts.add(Counts { right: usize::from(holds), spurious: 0, missed: usize::from(!holds) });
            }
        }

        let pairs = scores.kind(gold, "events", &found.events, &gold.events, event_score);
        let strict = pairs.iter().filter(|(p, g)| p.kind == g.kind && p.date == g.date).count();
        scores.stricter("events, strict", strict, found.events.len(), gold.events.len());
    }
    Ok(scores)
}

impl Scores {
    fn kind<'a, T: compare::Told>(
        &mut self,
        gold: &Gold,
        kind: &str,
        found: &'a [T],
        there: &'a [T],
        score: fn(&T, &T) -> f64,
    ) -> Vec<(&'a T, &'a T)> {
        let pairs = pair(found, there, score);
        let counts =
            Counts { right: pairs.len(), spurious: found.len() - pairs.len(), missed: there.len() - pairs.len() };
        self.kinds.entry(kind.to_owned()).or_default().add(counts);
        let missed = there.iter().filter(|item| !pairs.iter().any(|(_, g)| std::ptr::eq(*g, *item)));
        let spurious = found.iter().filter(|item| !pairs.iter().any(|(p, _)| std::ptr::eq(*p, *item)));
        let (missed, spurious): (Vec<_>, Vec<_>) = (missed.collect(), spurious.collect());
        let errors = self.errors.entry(kind.to_owned()).or_default();
        for (items, others, lone) in [(&missed, &spurious, "not found"), (&spurious, &missed, "nothing there")] {
            for item in items {
                let why = others.iter().find_map(|other| item.differs(other)).unwrap_or(lone);
                let counts = errors.entry(format!("{}, {why}", item.class())).or_default();
                *(if lone == "not found" { &mut counts.missed } else { &mut counts.spurious }) += 1;
            }
        }
        let lines = missed
            .into_iter()
            .map(|item| ("missed  ", item))
            .chain(spurious.into_iter().map(|item| ("spurious", item)));
        self.differences.extend(lines.map(|(word, item)| format!("{word} {} {kind}: {}", gold.document, item.told())));
        pairs
    }

    fn stricter(&mut self, kind: &str, right: usize, found: usize, there: usize) {
        let counts = Counts { right, spurious: found - right, missed: there - right };
        self.kinds.entry(kind.to_owned()).or_default().add(counts);
    }
}
