//! Conflicts: observations that agree in all that identifies a figure, and not in the figure.
//!
//! One article says 《2023年森林覆盖率53.2%》, another 《2023年森林覆盖率达到48%》: both stand, and a conflict involves them. But
//! 《53%》 is the same figure rounded, 《超过50%》 is true of it, and 《约54%》 may be: these do not conflict.

use super::{select, text};
use crate::error::Result;
use crate::model::Base;
use oxigraph::model::{Literal, NamedNode, Triple};
use oxigraph::sparql::QuerySolution;
use oxigraph::store::Store;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// How far 约 reaches, as a part of the value: wide enough that no careful reader would call it wrong.
const ABOUT: f64 = 0.05;

const FIGURES: &str = r#"
PREFIX jl: <https://w3id.org/jialing/ontology#>
SELECT ?observation ?about ?indicator ?statistic ?outlook ?comparison ?unit ?unitText ?period ?bound ?value ?written
       ?max ?evidence WHERE {
  ?observation a jl:Observation ; jl:about ?about ; jl:indicator ?indicator ; jl:statistic ?statistic ;
    jl:outlook ?outlook ; jl:comparison ?comparison ; jl:unit ?unit ; jl:refPeriod ?period ; jl:bound ?bound ;
    jl:normalizedValue ?value ; jl:value ?written ; jl:evidence ?evidence .
  FILTER (?period != <https://w3id.org/jialing/vocab/period/unknown>)
  OPTIONAL { ?observation jl:normalizedMax ?max }
  OPTIONAL { ?observation jl:unitText ?unitText }
}"#;

const LABELS: &str = r#"
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?thing ?label WHERE { ?thing skos:prefLabel ?label . FILTER (LANGMATCHES(LANG(?label), "zh")) }"#;

#[derive(serde::Deserialize)]
struct Words {
    conflict: String,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    toml::from_str(include_str!("words.toml")).expect("words.toml is complete: a test names a conflict")
});

/// What observations of one figure agree in: about, indicator, period, statistic, outlook, comparison, unit, and the unit's
/// text where the unit is one that is not converted.
type Subject = [String; 8];

/// What an observation says the figure is.
#[derive(Debug, Clone, PartialEq)]
struct Figure {
    least: f64,
    most: f64,
    evidence: BTreeSet<String>,
}

impl Figure {
    /// Whether one number can be both.
    fn agrees(&self, other: &Self) -> bool {
        self.least.max(other.least) < self.most.min(other.most)
    }
}

pub(super) fn conflicts(data: &Store, base: &Base) -> Result<Vec<Triple>> {
    let mut groups: BTreeMap<Subject, BTreeMap<String, Figure>> = BTreeMap::new();
    select(data, FIGURES, |row| {
        if let Some((subject, figure)) = figure(row) {
            let figures = groups.entry(subject).or_default();
            // An observation with two pieces of evidence comes in two rows.
            figures
                .entry(text(row, "observation"))
                .and_modify(|known| known.evidence.extend(figure.evidence.iter().cloned()))
                .or_insert(figure);
        }
    })?;
    let found: Vec<_> = groups
        .into_iter()
        .map(|(subject, figures)| (subject, disagreeing(&figures)))
        .filter(|(_, pairs)| !pairs.is_empty())
        .collect();
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let labels = labels(data, &found)?;
    Ok(found.iter().flat_map(|(subject, pairs)| described(base, subject, pairs, &labels)).collect())
}

fn figure(row: &QuerySolution) -> Option<(Subject, Figure)> {
    let unit = text(row, "unit");
    let unit_text = if unit.ends_with("/vocab/unit/other") { text(row, "unitText") } else { String::new() };
    let subject = [
        text(row, "about"),
        text(row, "indicator"),
        text(row, "period"),
        text(row, "statistic"),
        text(row, "outlook"),
        text(row, "comparison"),
        unit,
        unit_text,
    ];
    let value: f64 = text(row, "value").parse().ok()?;
    let most = text(row, "max").parse().unwrap_or(value);
    let (least, most) = if most < value { (most, value) } else { (value, most) };
    let rounding = rounding(&text(row, "written"), value);
    let bound = text(row, "bound");
    let slack = if bound.ends_with("/approx") { rounding.max(ABOUT * least.abs().max(most.abs())) } else { rounding };
    let figure = Figure {
        least: if bound.ends_with("/max") { f64::NEG_INFINITY } else { least - slack },
        most: if bound.ends_with("/min") { f64::INFINITY } else { most + slack },
        evidence: BTreeSet::from([text(row, "evidence")]),
    };
    Some((subject, figure))
}

/// Half a unit of the last digit that the text writes, in the normalized unit: 53 may stand for 52.5 to 53.5.
fn rounding(written: &str, normalized: f64) -> f64 {
    let places = written.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let half = 0.5 / 10_f64.powi(i32::try_from(places).unwrap_or(0));
    match written.parse::<f64>() {
        Ok(written) if written != 0.0 => half * (normalized / written).abs(),
        _ => half,
    }
}

/// Pairs of observations that do not agree. Two figures of one sentence are no conflict: it knew of both.
fn disagreeing(figures: &BTreeMap<String, Figure>) -> Vec<(String, String)> {
    let figures: Vec<_> = figures.iter().collect();
    let mut pairs = Vec::new();
    for (index, (one, figure)) in figures.iter().enumerate() {
        for (other, another) in &figures[index + 1..] {
            if !figure.agrees(another) && figure.evidence.is_disjoint(&another.evidence) {
                pairs.push(((*one).clone(), (*other).clone()));
            }
        }
    }
    pairs
}

/// The Chinese labels of what the conflicts' own labels are made of.
fn labels(data: &Store, found: &[(Subject, Vec<(String, String)>)]) -> Result<BTreeMap<String, String>> {
    let needed: BTreeSet<&String> = found.iter().flat_map(|(subject, _)| &subject[..4]).collect();
    let mut labels: BTreeMap<String, String> = BTreeMap::new();
    select(data, LABELS, |row| {
        let (thing, label) = (text(row, "thing"), text(row, "label"));
        if needed.contains(&thing) {
            // Should a thing have two, the first in order is its name, whatever order they come in.
            let name = labels.entry(thing).or_insert_with(|| label.clone());
            if label < *name {
                *name = label;
            }
        }
    })?;
    Ok(labels)
}

fn described(
    base: &Base,
    subject: &Subject,
    pairs: &[(String, String)],
    labels: &BTreeMap<String, String>,
) -> Vec<Triple> {
    let jl = |name: &str| NamedNode::new_unchecked(format!("https://w3id.org/jialing/ontology#{name}"));
    let node = |iri: &String| NamedNode::new_unchecked(iri.clone());
    let own = |iri: &str| iri.strip_prefix(base.as_str()).unwrap_or(iri).to_owned();
    let digest = format!("{:x}", Sha256::digest(subject.each_ref().map(|part| own(part)).join("\n")));
    let conflict = NamedNode::new_unchecked(format!("{base}/id/conflict/{}", &digest[..16]));
    let name = |index: usize| labels.get(&subject[index]).unwrap_or(&subject[index]).as_str();
    let label = WORDS
        .conflict
        .replace("{about}", name(0))
        .replace("{indicator}", name(1))
        .replace("{period}", name(2))
        .replace("{statistic}", name(3));
    let mut triples = vec![
        Triple::new(conflict.clone(), oxigraph::model::vocab::rdf::TYPE, jl("Conflict")),
        Triple::new(
            conflict.clone(),
            NamedNode::new_unchecked("http://www.w3.org/2004/02/skos/core#prefLabel"),
            Literal::new_language_tagged_literal_unchecked(label, "zh-hans"),
        ),
    ];
    for (one, other) in pairs {
        triples.push(Triple::new(node(one), jl("conflictsWith"), node(other)));
        triples.push(Triple::new(node(other), jl("conflictsWith"), node(one)));
        triples.push(Triple::new(conflict.clone(), jl("involves"), node(one)));
        triples.push(Triple::new(conflict.clone(), jl("involves"), node(other)));
    }
    triples
}
