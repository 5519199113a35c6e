//! `events` takes an annotated article and its projects, and gives the happenings that it tells, each once.
//!
//! `3月1日，新港大桥正式开工。` is a groundbreaking of 2024-03-01. What is only wished (`要推动…开工`), habitual, or
//! a circumstance (`开工后`) is none. `telling` finds the places where something is told, `modality` judges whether it
//! happened, `label` puts it into a sentence, `merge` takes two tellings for one happening. Figures in the same clause
//! are left to `observation`.

mod date;
mod label;
mod list;
mod merge;
mod modality;
mod telling;

use super::project::Mentions;
use crate::model::{Annotated, Event, Found, Ref, Span, touching};
use crate::rules::Family;
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use std::sync::LazyLock;
use telling::Telling;

/// The words and rules by which happenings are told.
static FAMILY: LazyLock<Family> =
    LazyLock::new(|| Family::embedded("event", include_str!("lexicon.toml"), include_str!("rules.toml")));

/// The happenings that the article tells, in the order of the text. The span is the trigger's.
pub fn events(annotated: &Annotated, projects: &Mentions) -> Vec<Found<Event>> {
    let tellings = telling::tellings(annotated);
    let mut dates = date::Dates::new(annotated, projects);
    let mut found: Vec<Found<Event>> = Vec::new();
    for telling in &tellings {
        let date = dates.of(telling);
        if !modality::happened(annotated, telling, date.is_some(), projects) {
            continue;
        }
        dates.remember(telling, date);
        let (label, by_home) = label::label(annotated, telling);
        let evidence = label::evidence(annotated, telling, &tellings);
        found.push(Found {
            span: telling.trigger,
            value: Event {
                kind: telling.kind,
                label,
                date,
                places: places(annotated, evidence, by_home),
                participants: participants(annotated, evidence),
                projects: concerned(annotated, evidence, projects),
                evidence,
                confidence: confidence(telling, date.is_some()),
            },
            rule: telling.rule.id.clone(),
        });
    }
    merge::merge(annotated, found)
}

/// A rule may state how sure it is; a happening with a date is surer than one without.
fn confidence(telling: &Telling, dated: bool) -> Decimal {
    let stated = telling.rule.sets.get("confidence").and_then(|c| c.parse().ok());
    stated.unwrap_or_else(|| Decimal::new(if dated { 85 } else { 75 }, 2))
}

fn places(annotated: &Annotated, evidence: Span, by_home: bool) -> Vec<Ref> {
    let mut names = BTreeSet::new();
    let mut told = |index: &usize| {
        let place = &annotated.places[*index];
        let bodies = &annotated.organizations;
        let in_name = touching(bodies, place.span).any(|at| bodies[at].span.contains(place.span));
        evidence.contains(place.span) && !in_name && names.insert(place.value.name.as_str())
    };
    let mut refs: Vec<Ref> =
        touching(&annotated.places, evidence).filter(|index| told(index)).map(Ref::Place).collect();
    if refs.is_empty() && by_home {
        refs.push(Ref::Home);
    }
    refs
}

fn participants(annotated: &Annotated, evidence: Span) -> Vec<Ref> {
    let mut names = BTreeSet::new();
    touching(&annotated.organizations, evidence)
        .filter(|index| {
            let body = &annotated.organizations[*index];
            // 某日报讯: who reports takes no part.
            let text = &annotated.article.text;
            let reports = FAMILY.lexicon.prefix_of("reports", &text[body.span.end..]).is_some();
            let media = body.value.kind == crate::model::OrganizationKind::Media;
            evidence.contains(body.span) && !(media && reports) && names.insert(body.value.name.as_str())
        })
        .map(Ref::Organization)
        .collect()
}

fn concerned(annotated: &Annotated, evidence: Span, projects: &Mentions) -> Vec<usize> {
    let mut indices = projects.overlapping(evidence);
    let anaphor = FAMILY.lexicon.find("anaphor", evidence.of(&annotated.article.text));
    if indices.is_empty() && !anaphor.is_empty() {
        // 该项目 is the project named last before it.
        indices.extend(projects.last_before(evidence.start));
    }
    indices
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::sample;
    use crate::rules::corpus::{self, Reading};

    #[test]
    fn the_examples_hold() {
        let find = |text: &str, case: &corpus::Case| {
            let annotated = sample::annotated(text, case.published, case.home.as_deref());
            let read = |found: Found<Event>| {
                let date = found.value.date.map(|d| d.to_string()).unwrap_or_default();
                let evidence = found.value.evidence.of(text).to_owned();
                let fields = [
                    ("type", found.value.kind.to_string()),
                    ("label", found.value.label),
                    ("date", date),
                    ("evidence", evidence),
                ];
                Reading::new(found.span, found.rule.as_str(), fields)
            };
            events(&annotated, &Mentions::new(&[])).into_iter().map(read).collect()
        };
        let held = corpus::verify(&FAMILY, include_str!("examples.toml"), find);
        assert!(held.is_ok(), "{}", held.unwrap_err());
    }

    #[test]
    fn how_often_something_was_done_is_a_figure_and_no_happening() {
        let text = "走访企业150家。走访企业并座谈。";
        let annotated = crate::annotate::annotate(crate::model::Article::of_text(text));

        let found = events(&annotated, &Mentions::new(&[]));

        assert_eq!(found.iter().filter(|event| event.span.start < text.find('并').unwrap()).count(), 1);
        assert!(found.iter().all(|event| event.span.start >= text.find('。').unwrap()), "{found:?}");
    }

    #[test]
    fn an_empty_text_tells_nothing() {
        assert!(events(&sample::annotated("", None, None), &Mentions::new(&[])).is_empty());
    }

    #[test]
    fn two_readings_of_one_text_are_equal() {
        let text = "3月1日，东湖大桥开工。市图书馆获评全国最美阅读空间。";
        let annotated = sample::annotated(text, None, Some("东湖区"));

        let (once, again) = (events(&annotated, &Mentions::new(&[])), events(&annotated, &Mentions::new(&[])));

        assert_eq!(once, again);
        assert_eq!(once.len(), 2);
    }
}
