//! Figures: what an article asserts in numbers. Takes the annotated article and its projects, gives its observations;
//! identities and IRIs are left to `link` and `describe`.
//!
//! `全县茶叶产量达8.2万吨，同比增长6.5%` states two: a level of 茶叶产量 and its growth, the name of which is carried on from
//! the clause before. A [`frame`](frame) says how a figure is joined to its words; [`name`] makes the indicator of
//! those words; [`scope`] finds the time and the outlook; [`subject`] what it is about; [`table`] reads tables.

mod clause;
mod frame;
mod name;
mod scope;
mod subject;
mod table;

use crate::model::{
    Annotated, Event, EventType, Found, Measure, Observation, Outlook, PartialDate, Period, Project, Ref, Span,
    Statistic, touching,
};
use crate::rules::Family;
use rust_decimal::Decimal;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::sync::LazyLock;

static FAMILY: LazyLock<Family> =
    LazyLock::new(|| Family::embedded("observation", include_str!("lexicon.toml"), include_str!("rules.toml")));

/// The figures that the article asserts, in the order of the text, each once.
pub fn observations(
    annotated: &Annotated,
    projects: &[Found<Project>],
    events: &[Found<Event>],
) -> Vec<Found<Observation>> {
    let scope = scope::Scope::new(annotated);
    let (tables, mut found) = table::tables(annotated, &scope);
    let subjects = subject::Subjects::new(annotated, projects);
    let mut reader = clause::Reader::new(annotated, &subjects, &scope);
    for (index, sentence) in annotated.sentences.iter().enumerate() {
        let in_title = sentence.span.start < annotated.article.title_len;
        if !in_title && touching(&tables, sentence.span).is_empty() {
            reader.sentence(index);
        }
    }
    found.extend(reader.found);
    for observation in &mut found {
        date_by_event(annotated, &mut observation.value, observation.span, events);
    }
    found.retain(|observation| !annotated.article.is_damaged(observation.value.evidence));
    found.sort_by_key(|observation| (observation.value.quantity.number, observation.span));
    once(found)
}

/// A figure is compared with so many of the same value and unit, the last ones under other names: in a report of hundreds of
/// figures a dozen are the same.
const COMPARED: usize = 128;

/// What two tellings of one figure have in common.
#[derive(PartialEq, Eq, Hash)]
struct Figure {
    value: Decimal,
    max: Option<Decimal>,
    unit: Option<String>,
    measure: Measure,
    statistic: Statistic,
    outlook: Outlook,
}

impl Figure {
    fn of(observation: &Observation) -> Self {
        let quantity = &observation.quantity;
        Self {
            value: quantity.value,
            max: quantity.max,
            unit: quantity.unit.as_ref().map(|unit| unit.text.clone()),
            measure: quantity.measure,
            statistic: observation.statistic,
            outlook: observation.outlook,
        }
    }
}

/// What was signed or begun on a day was so many on that day: 全市共签约33个项目.
fn date_by_event(annotated: &Annotated, observation: &mut Observation, figure: Span, events: &[Found<Event>]) {
    let level = matches!(observation.statistic, Statistic::Level | Statistic::Change);
    if observation.period.is_some() || !level || observation.outlook != Outlook::Observed {
        return;
    }
    let index = annotated.sentences.partition_point(|sentence| sentence.span.end <= figure.start);
    let Some(sentence) = annotated.sentences.get(index) else { return };
    // 其中某县签约18个项目: in the sentence of the event what is signed is of its day.
    let named = !FAMILY.lexicon.find("dated_by_event", &observation.indicator).is_empty();
    let first = events.partition_point(|event| event.span.start < sentence.span.start);
    let inside = events[first..].iter().take_while(|event| event.span.start < sentence.span.end);
    let mut dated = inside.filter_map(|event| match event.value.date {
        Some(day @ PartialDate::Day(_)) => Some((event, day)),
        _ => None,
    });
    let told = dated.find(|(event, _)| {
        let kind = matches!(event.value.kind, EventType::Signing | EventType::Groundbreaking);
        kind && (named || event.value.evidence.contains(figure))
    });
    observation.period = told.map(|(_, day)| Period::At(day));
}

/// Leaves out a figure that the text gives again: the same value and unit of a like-named indicator.
fn once(found: Vec<Found<Observation>>) -> Vec<Found<Observation>> {
    let mut kept: Vec<Found<Observation>> = Vec::new();
    let mut seen: BTreeSet<(usize, String)> = BTreeSet::new();
    let mut alike: FxHashMap<Figure, Vec<usize>> = FxHashMap::default();
    for observation in found {
        let figures = alike.entry(Figure::of(&observation.value)).or_default();
        let compared = &figures[figures.len().saturating_sub(COMPARED)..];
        let same = compared.iter().find(|at| is_same(&kept[**at].value, &observation.value));
        match same {
            Some(at) => {
                let first = &mut kept[*at];
                let indicator = observation.value.indicator;
                if first.value.indicator != indicator && !first.value.aliases.contains(&indicator) {
                    first.value.aliases.push(indicator);
                }
            }
            None => {
                // Two readings of one number under one name would be one observation's IRI twice.
                let number = observation.value.quantity.number.start;
                if seen.insert((number, observation.value.indicator.clone())) {
                    figures.push(kept.len());
                    kept.push(observation);
                }
            }
        }
    }
    kept
}

/// Whether two observations of one figure tell the same.
fn is_same(a: &Observation, b: &Observation) -> bool {
    (a.period == b.period || a.period.is_none() || b.period.is_none())
        && a.quantity.number != b.quantity.number
        && !rivals(a.about, b.about)
        && name::alike(&a.indicator, &b.indicator)
}

/// Two schools may have as many places: of two undertakings each has its own figure.
fn rivals(a: Option<Ref>, b: Option<Ref>) -> bool {
    let named = |about: &Option<Ref>| matches!(about, Some(Ref::Project(_)));
    named(&a) && named(&b) && a != b
}

#[cfg(test)]
mod tests;
