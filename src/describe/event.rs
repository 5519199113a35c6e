//! Events, and when two articles speak of the same one.
//!
//! An event of a known day with a known place or participant is the same in every article that reports it: its key is a
//! hash of those, and its label is made of them, so that it does not differ between articles; what this article calls
//! it is an `skos:altLabel`. Of an event without a day, or of one of which nothing else is known (some meeting on the
//! 4th of March), no two articles can be said to mean the same: the article and the article's label are in its key.

use super::graph::{Graph, chinese};
use super::{iri, period, terms, vocab};
use crate::model::{Event, EventType, PartialDate, Ref};
use oxigraph::model::{NamedNode, Term};
use std::collections::BTreeSet;

impl Graph<'_> {
    /// The IRI of `Facts::events[index]`.
    pub(super) fn event(&self, index: usize) -> NamedNode {
        let event = &self.linked.facts.events[index].value;
        let parts = self.parts(event);
        let mut key = vec![event.kind.as_str().to_owned()];
        key.extend(event.date.map(|date| date.to_string()));
        key.extend(parts.iter().map(|(iri, _)| iri.as_str().to_owned()));
        if !shared(event, &parts) {
            key.push(self.linked.facts.annotated.article.key.clone());
            key.push(event.label.clone());
        }
        // The base is no part of what happened: shards built under one base agree with each other, whatever it is.
        let base = self.base.as_str();
        let hash = iri::hash(key.iter().map(|part| part.strip_prefix(base).unwrap_or(part)));
        iri::instance(self.base, "event", &hash)
    }

    /// Its places and participants: IRIs and names, places first, each kind in the order of the IRIs.
    fn parts(&self, event: &Event) -> Vec<(NamedNode, &str)> {
        let places: BTreeSet<usize> = event
            .places
            .iter()
            .filter_map(|place| match place {
                Ref::Place(index) => Some(self.linked.place_of[*index]),
                Ref::Home => self.linked.home,
                _ => None,
            })
            .collect();
        let participants: BTreeSet<usize> = event
            .participants
            .iter()
            .filter_map(|participant| match participant {
                Ref::Organization(index) => Some(self.linked.organization_of[*index]),
                _ => None,
            })
            .collect();
        let mut parts: Vec<_> =
            places.into_iter().map(|index| (self.place(index), self.linked.places[index].name.as_str())).collect();
        let mut organizations: Vec<_> = participants
            .into_iter()
            .map(|index| (self.organization(index), self.linked.organizations[index].name.as_str()))
            .collect();
        parts.sort();
        organizations.sort();
        parts.extend(organizations);
        parts
    }

    /// All events.
    pub(super) fn events(&mut self) {
        let linked = self.linked;
        for (index, found) in linked.facts.events.iter().enumerate() {
            let event = &found.value;
            let iri = self.event(index);
            self.class(&iri, terms::EVENT);
            self.class(&iri, terms::SCHEMA_EVENT);
            let parts = self.parts(event);
            let common =
                event.date.filter(|_| shared(event, &parts)).map(|date| common_label(event.kind, date, &parts));
            match common {
                Some(common) => {
                    self.label(&iri, &common);
                    if common != event.label && !event.label.is_empty() {
                        self.say(&iri, terms::ALT_LABEL, chinese(&event.label));
                    }
                }
                None if event.label.is_empty() => self.label(&iri, &kind_label(event.kind)),
                None => self.label(&iri, &event.label),
            }
            self.concept(&iri, terms::EVENT_TYPE, EventType::SCHEME, event.kind.as_str());
            if let Some(date) = event.date.and_then(period::literal) {
                self.say(&iri, terms::DATE, date);
            }
            self.circumstances(&iri, &event.places, &event.participants);
            for project in &event.projects {
                let project = self.project(*project);
                self.say(&iri, terms::CONCERNS, project);
            }
            self.derived(&iri);
            let evidence = self.evidence(event.evidence, found.span);
            self.say(&iri, terms::EVIDENCE, evidence);
        }
    }
}

/// Whether another article can be known to speak of the same event.
fn shared(event: &Event, parts: &[(NamedNode, &str)]) -> bool {
    matches!(event.date, Some(PartialDate::Day(_))) && !parts.is_empty()
}

/// What an event is called in every article: 2024年3月4日北碚区、某某公司签约.
fn common_label(kind: EventType, date: PartialDate, parts: &[(NamedNode, &str)]) -> String {
    let names: Vec<&str> = parts.iter().map(|(_, name)| *name).collect();
    format!("{} {} {}", period::label(date), names.join(" "), kind_label(kind))
}

fn kind_label(kind: EventType) -> String {
    let concept = vocab::concept_of(EventType::SCHEME, kind.as_str());
    concept
        .into_iter()
        .flat_map(|concept| &concept.triples)
        .find_map(|triple| match &triple.object {
            Term::Literal(label) if label.language() == Some("zh-hans") => Some(label.value().to_owned()),
            _ => None,
        })
        .unwrap_or_else(|| kind.as_str().to_owned())
}
