//! Conflicts: observations that agree in all that identifies a figure, and not in the figure.
//!
//! One article says 《2023年森林覆盖率53.2%》, another 《2023年森林覆盖率达到48%》: both stand, and a conflict involves them. But
//! 《53%》 is the same figure rounded, 《超过50%》 is true of it, and 《约54%》 may be: these do not conflict.

use super::read::{MERGED, said_of, subjects, text, value, values};
use super::{Since, Told};
use crate::error::{Error, Result};
use crate::model::Base;
use oxigraph::model::vocab::rdf;
use oxigraph::model::{Literal, NamedNode, NamedNodeRef, Triple};
use oxigraph::store::Store;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// How far 约 reaches, as a part of the value: wide enough that no careful reader would call it wrong.
const ABOUT: f64 = 0.05;

const OBSERVATION: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("https://w3id.org/jialing/ontology#Observation");
const ABOUT_WHAT: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("https://w3id.org/jialing/ontology#about");
const INDICATOR: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("https://w3id.org/jialing/ontology#indicator");
const INVOLVES: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("https://w3id.org/jialing/ontology#involves");
const DERIVED_FROM: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://www.w3.org/ns/prov#wasDerivedFrom");
const REVISION_OF: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://www.w3.org/ns/prov#wasRevisionOf");
const PUBLISHER: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://purl.org/dc/terms/publisher");
const ISSUED: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://purl.org/dc/terms/issued");
const PREF_LABEL: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://www.w3.org/2004/02/skos/core#prefLabel");

/// What observations of one figure agree in, as local names of the ontology, in the order of [`Subject`].
const AGREEMENT: [&str; 7] = ["about", "indicator", "refPeriod", "statistic", "outlook", "comparison", "unit"];

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
    /// The article that states it.
    article: String,
}

impl Figure {
    /// Whether one number can be both.
    fn agrees(&self, other: &Self) -> bool {
        self.least.max(other.least) < self.most.min(other.most)
    }
}

/// All conflicts. Where it is known what has changed, those alone of figures that a changed graph states.
pub(super) fn conflicts(data: &Store, base: &Base, since: Option<Since<'_>>) -> Result<Told> {
    let mut groups = Groups::new();
    let mut gone = Vec::new();
    match since {
        None => {
            for observation in subjects(data, rdf::TYPE, OBSERVATION) {
                add(&mut groups, data, &observation?, |_| true)?;
            }
        }
        Some(since) => {
            let mut touched = touched(since.before, since.graphs)?;
            touched.extend(self::touched(data, since.graphs)?);
            gone = said(data, base, &touched)?;
            let topics: BTreeSet<(&String, &String)> =
                touched.iter().map(|[about, indicator, ..]| (about, indicator)).collect();
            for (about, indicator) in topics {
                // An observation has one subject and one indicator; of indicators there are more.
                let indicator = NamedNode::new_unchecked(indicator.clone());
                for observation in subjects(data, INDICATOR, indicator.as_ref()) {
                    let observation = observation?;
                    let is_about = value(data, observation.as_ref(), ABOUT_WHAT)?;
                    if is_about.is_some_and(|subject| text(&subject) == about) {
                        add(&mut groups, data, &observation, |subject| touched.contains(subject))?;
                    }
                }
            }
        }
    }
    let mut come = Vec::new();
    for (subject, figures) in groups {
        let pairs = disagreeing(&figures);
        if !pairs.is_empty() {
            come.extend(described(data, base, &subject, &pairs)?);
            come.extend(revisions(data, &figures, &pairs)?);
        }
    }
    Ok(if since.is_some() { Told::Part { gone, come } } else { Told::Whole(come) })
}

type Groups = BTreeMap<Subject, BTreeMap<String, Figure>>;

/// Puts an observation with those of its subject, if that is `wanted`.
fn add(groups: &mut Groups, data: &Store, observation: &NamedNode, wanted: impl Fn(&Subject) -> bool) -> Result<()> {
    if let Some((subject, figure)) = figure(data, observation.as_ref())?.filter(|(subject, _)| wanted(subject)) {
        groups.entry(subject).or_default().insert(observation.as_str().to_owned(), figure);
    }
    Ok(())
}

/// What the figures are about that these graphs state.
fn touched(data: &Store, graphs: &BTreeSet<NamedNode>) -> Result<BTreeSet<Subject>> {
    let mut subjects = BTreeSet::new();
    for graph in graphs {
        for observation in values(data, INDICATOR, graph.as_ref().into()) {
            subjects.extend(figure(data, observation?.0.as_ref())?.map(|(subject, _)| subject));
        }
    }
    Ok(subjects)
}

/// What the graph of conflicts says of these subjects.
fn said(data: &Store, base: &Base, touched: &BTreeSet<Subject>) -> Result<Vec<Triple>> {
    let graph = NamedNode::new_unchecked(format!("{base}/graph/conflicts"));
    let mut stale: BTreeSet<NamedNode> = touched.iter().map(|subject| conflict_iri(base, subject)).collect();
    // An observation is in one conflict at most: what is said of it goes with that.
    let of_conflicts = said_of(data, graph.as_ref(), stale.iter().map(NamedNode::as_ref))?;
    for triple in &of_conflicts {
        if let (true, oxigraph::model::Term::NamedNode(observation)) = (triple.predicate == INVOLVES, &triple.object) {
            stale.insert(observation.clone());
        }
    }
    said_of(data, graph.as_ref(), stale.iter().map(NamedNode::as_ref))
}

/// What an observation says, and of what; `None` where its period is not known, or a part is missing.
fn figure(data: &Store, observation: NamedNodeRef<'_>) -> Result<Option<(Subject, Figure)>> {
    let mut parts: BTreeMap<String, String> = BTreeMap::new();
    let mut evidence = BTreeSet::new();
    for quad in data.quads_for_pattern(Some(observation.into()), None, None, Some(MERGED)) {
        let quad = quad.map_err(Error::database)?;
        let name = match quad.predicate.as_str().strip_prefix("https://w3id.org/jialing/ontology#") {
            Some(name) => name,
            None if quad.predicate == DERIVED_FROM => "article",
            None => continue,
        };
        let said = text(&quad.object);
        match name {
            "evidence" => {
                evidence.insert(said.to_owned());
            }
            // Should a part be said twice, the first in order counts, whatever order they come in.
            _ => {
                let part = parts.entry(name.to_owned()).or_insert_with(|| said.to_owned());
                if said < part.as_str() {
                    said.clone_into(part);
                }
            }
        }
    }
    Ok(read_figure(&parts, evidence))
}

fn read_figure(parts: &BTreeMap<String, String>, evidence: BTreeSet<String>) -> Option<(Subject, Figure)> {
    let part = |name: &str| parts.get(name).cloned();
    let mut subject = Subject::default();
    for (place, name) in subject.iter_mut().zip(AGREEMENT) {
        *place = part(name)?;
    }
    if subject[2] == "https://w3id.org/jialing/vocab/period/unknown" {
        return None;
    }
    if subject[6].ends_with("/vocab/unit/other") {
        subject[7] = part("unitText").unwrap_or_default();
    }
    let value: f64 = part("normalizedValue")?.parse().ok()?;
    let most = part("normalizedMax").and_then(|most| most.parse().ok()).unwrap_or(value);
    let (least, most) = if most < value { (most, value) } else { (value, most) };
    let rounding = rounding(&part("value")?, value);
    let bound = part("bound")?;
    let slack = if bound.ends_with("/approx") { rounding.max(ABOUT * least.abs().max(most.abs())) } else { rounding };
    let figure = Figure {
        least: if bound.ends_with("/max") { f64::NEG_INFINITY } else { least - slack },
        most: if bound.ends_with("/min") { f64::INFINITY } else { most + slack },
        evidence,
        article: part("article").unwrap_or_default(),
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

/// Of so many observations of one figure all pairs are compared and told: 50 are 1225 pairs at most.
const PAIRWISE: usize = 50;

/// With so many of the least and of the greatest figures each is compared where there are more. With one it might share its
/// sentence.
const EXTREMES: usize = 8;

/// Pairs of observations that do not agree. Two figures of one sentence are no conflict: it knew of both.
///
/// Pairs grow with the square of the observations: a thousand articles about one city's GDP would make half a million. Where
/// there are many, each is paired only with the figure that ends first and the one that begins last, of those that it does not
/// agree with: if it agrees with these, it agrees with all.
fn disagreeing(figures: &BTreeMap<String, Figure>) -> Vec<(String, String)> {
    let disagree = |one: &Figure, other: &Figure| !one.agrees(other) && one.evidence.is_disjoint(&other.evidence);
    let pair = |one: &String, other: &String| (one.min(other).clone(), one.max(other).clone());
    let all: Vec<(&String, &Figure)> = figures.iter().collect();
    let mut pairs = BTreeSet::new();
    if all.len() <= PAIRWISE {
        for (index, (one, figure)) in all.iter().enumerate() {
            for (other, another) in &all[index + 1..] {
                if disagree(figure, another) {
                    pairs.insert(pair(one, other));
                }
            }
        }
        return pairs.into_iter().collect();
    }
    let mut by_end = all.clone();
    by_end.sort_by(|(_, a), (_, b)| a.most.total_cmp(&b.most));
    let mut by_begin = all.clone();
    by_begin.sort_by(|(_, a), (_, b)| b.least.total_cmp(&a.least));
    for (one, figure) in all {
        for extremes in [&by_end, &by_begin] {
            let apart = extremes.iter().take(EXTREMES).find(|(_, other)| disagree(figure, other));
            pairs.extend(apart.map(|(other, _)| pair(one, other)));
        }
    }
    pairs.into_iter().collect()
}

/// The Chinese name of a thing, or its IRI. Should it have two, the first in order is its name.
fn label(data: &Store, thing: &str) -> Result<String> {
    let mut name: Option<String> = None;
    let thing = NamedNodeRef::new_unchecked(thing);
    for quad in data.quads_for_pattern(Some(thing.into()), Some(PREF_LABEL), None, Some(MERGED)) {
        let quad = quad.map_err(Error::database)?;
        let oxigraph::model::Term::Literal(literal) = quad.object else { continue };
        let is_chinese = literal.language().is_some_and(|language| language.starts_with("zh"));
        if is_chinese && name.as_deref().is_none_or(|name| literal.value() < name) {
            name = Some(literal.value().to_owned());
        }
    }
    Ok(name.unwrap_or_else(|| thing.as_str().to_owned()))
}

/// The conflict's IRI: a hash of what its figures agree in.
fn conflict_iri(base: &Base, subject: &Subject) -> NamedNode {
    let own = |iri: &str| iri.strip_prefix(base.as_str()).unwrap_or(iri).to_owned();
    let digest = format!("{:x}", Sha256::digest(subject.each_ref().map(|part| own(part)).join("\n")));
    NamedNode::new_unchecked(format!("{base}/id/conflict/{}", &digest[..16]))
}

fn described(data: &Store, base: &Base, subject: &Subject, pairs: &[(String, String)]) -> Result<Vec<Triple>> {
    let jl = |name: &str| NamedNode::new_unchecked(format!("https://w3id.org/jialing/ontology#{name}"));
    let node = |iri: &String| NamedNode::new_unchecked(iri.clone());
    let conflict = conflict_iri(base, subject);
    let label = WORDS
        .conflict
        .replace("{about}", &label(data, &subject[0])?)
        .replace("{indicator}", &label(data, &subject[1])?)
        .replace("{period}", &label(data, &subject[2])?)
        .replace("{statistic}", &label(data, &subject[3])?);
    let mut triples = vec![
        Triple::new(conflict.clone(), rdf::TYPE, jl("Conflict")),
        Triple::new(conflict.clone(), PREF_LABEL, Literal::new_language_tagged_literal_unchecked(label, "zh-hans")),
    ];
    for (one, other) in pairs {
        triples.push(Triple::new(node(one), jl("conflictsWith"), node(other)));
        triples.push(Triple::new(node(other), jl("conflictsWith"), node(one)));
        triples.push(Triple::new(conflict.clone(), INVOLVES, node(one)));
        triples.push(Triple::new(conflict.clone(), INVOLVES, node(other)));
    }
    Ok(triples)
}

/// Which of the figures replace another: a publisher that later gives another figure of the same thing and time has revised
/// it, as statistical offices do when the final count is in. Both stay, and both stay in conflict.
fn revisions(data: &Store, figures: &BTreeMap<String, Figure>, pairs: &[(String, String)]) -> Result<Vec<Triple>> {
    let mut printed: BTreeMap<&str, Option<(String, String)>> = BTreeMap::new();
    for figure in figures.values() {
        if printed.contains_key(figure.article.as_str()) {
            continue;
        }
        let article = NamedNodeRef::new_unchecked(&figure.article);
        let publisher = value(data, article, PUBLISHER)?.map(|publisher| text(&publisher).to_owned());
        let issued = value(data, article, ISSUED)?.map(|issued| text(&issued).to_owned());
        printed.insert(&figure.article, publisher.zip(issued));
    }
    let of = |observation: &String| printed.get(figures.get(observation)?.article.as_str())?.as_ref();
    let mut triples = Vec::new();
    for (one, other) in pairs {
        let (Some((publisher, day)), Some((another, other_day))) = (of(one), of(other)) else { continue };
        if publisher != another || !comparable(day, other_day) {
            continue;
        }
        let (later, earlier) = if day > other_day { (one, other) } else { (other, one) };
        let node = |iri: &String| NamedNode::new_unchecked(iri.clone());
        triples.push(Triple::new(node(later), REVISION_OF, node(earlier)));
    }
    Ok(triples)
}

/// Whether one of the dates is certainly the later: 2024-03 and 2024-03-05 are not told apart.
fn comparable(one: &str, other: &str) -> bool {
    let common = one.len().min(other.len());
    one.as_bytes()[..common] != other.as_bytes()[..common]
}
