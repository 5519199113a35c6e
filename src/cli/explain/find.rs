//! The finds of an article, each with all that is known of it.

use super::account::{Context, Stretch};
use super::words::Term;
use crate::model::{Found, Judgement, Ref, RuleId, Span, Verdict};
use rust_decimal::Decimal;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt::Display;

/// A find.
#[derive(Serialize)]
pub(super) struct Find {
    /// Its number in the article, from 1.
    pub number: usize,
    pub kind: Term,
    /// What the text says.
    pub text: String,
    pub stretch: Stretch,
    /// What it is taken for.
    pub name: String,
    /// Under which IRI it is published; none for a time, and for a figure that is not published.
    pub iri: Option<String>,
    pub rule: String,
    /// How sure the rule is. Names have their parts of the decision among the attributes instead.
    pub confidence: Option<Decimal>,
    pub attributes: Attributes,
    /// Why it is not published, if it is not.
    pub held_back: Option<Term>,
}

/// What is said of a find, in the order in which it reads best.
#[derive(Default)]
pub(super) struct Attributes(pub Vec<(Term, String)>);

impl Attributes {
    fn say(mut self, name: &'static str, value: impl Display) -> Self {
        let value = value.to_string();
        if !value.is_empty() {
            self.0.push((Term::of("attribute", name), value));
        }
        self
    }

    fn may(self, name: &'static str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.say(name, value),
            None => self,
        }
    }
}

impl Serialize for Attributes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name.code, value)?;
        }
        map.end()
    }
}

/// All finds, in the order of the text, numbered.
pub(super) fn finds(context: &Context<'_>, judged: &[Judgement]) -> Vec<Find> {
    let mut finds = named(context, judged);
    figures(context, &mut finds);
    undertakings(context, &mut finds);
    times(context, &mut finds);
    // Of two that begin together the longer comes first, so that marks nest.
    finds.sort_by(|a, b| {
        let (one, other) = (a.stretch.span, b.stretch.span);
        one.start.cmp(&other.start).then(other.end.cmp(&one.end)).then(a.kind.code.cmp(b.kind.code))
    });
    for (index, find) in finds.iter_mut().enumerate() {
        find.number = index + 1;
    }
    finds
}

fn find<T>(context: &Context<'_>, kind: &'static str, found: &Found<T>, name: &str) -> Find {
    Find {
        number: 0,
        kind: Term::of("kind", kind),
        text: found.span.of(context.text()).to_owned(),
        stretch: context.ruler.stretch(found.span),
        name: name.to_owned(),
        iri: None,
        rule: found.rule.to_string(),
        confidence: None,
        attributes: Attributes::default(),
        held_back: None,
    }
}

/// Places and organizations, each with the parts of its decision.
fn named(context: &Context<'_>, judged: &[Judgement]) -> Vec<Find> {
    let (linked, names) = (context.linked, context.names);
    let annotated = &linked.facts.annotated;
    let mut of: BTreeMap<(Span, &str), Vec<&Judgement>> = BTreeMap::new();
    for judgement in judged {
        of.entry((judgement.span, judgement.rule.as_str())).or_default().push(judgement);
    }
    let parts = |mut attributes: Attributes, span: Span, rule: &RuleId| {
        for judgement in of.get(&(span, rule.as_str())).into_iter().flatten() {
            match (&judgement.verdict, judgement.weight) {
                (Verdict::Name, Some(weight)) => {
                    attributes = attributes.say("content", weight.content).say("needs", weight.needs);
                    attributes = attributes.say("chars", weight.chars);
                }
                (Verdict::Fuller(own), _) => attributes = attributes.say("short-for", own),
                _ => {}
            }
        }
        attributes
    };
    let places = annotated.places.iter().zip(&linked.place_of).map(|(found, index)| {
        let thing = &linked.places[*index];
        let attributes = Attributes::default().say("kind", thing.kind).may("code", thing.code.as_deref());
        Find {
            iri: Some(names.places[*index].as_str().to_owned()),
            attributes: parts(attributes, found.span, &found.rule),
            ..find(context, "place", found, &thing.name)
        }
    });
    let organizations = annotated.organizations.iter().zip(&linked.organization_of).map(|(found, index)| {
        let thing = &linked.organizations[*index];
        Find {
            iri: Some(names.organizations[*index].as_str().to_owned()),
            attributes: parts(Attributes::default().say("kind", thing.kind), found.span, &found.rule),
            ..find(context, "organization", found, &thing.name)
        }
    });
    places.chain(organizations).collect()
}

fn figures(context: &Context<'_>, finds: &mut Vec<Find>) {
    for (found, iri) in context.linked.facts.observations.iter().zip(&context.names.observations) {
        let fact = &found.value;
        let quantity = &fact.quantity;
        let unit = quantity.unit.as_ref();
        let attributes = Attributes::default()
            .say("indicator", &fact.indicator)
            .say("aliases", fact.aliases.join("; "))
            .may("about", context.name(fact.about.unwrap_or(Ref::Home)))
            .say("value", quantity.value)
            .may("to", quantity.max)
            .may("unit", unit.map(|unit| &unit.text))
            .may("unit-code", unit.map(|unit| &unit.key))
            .say("statistic", fact.statistic)
            .say("outlook", fact.outlook)
            .say("comparison", fact.comparison)
            .may("period", fact.period)
            .say("bound", quantity.bound)
            .say("evidence", fact.evidence.of(context.text()));
        let max = quantity.max.map(|max| format!("..{max}")).unwrap_or_default();
        let unit = unit.map(|unit| format!(" {}", unit.text)).unwrap_or_default();
        finds.push(Find {
            iri: iri.as_ref().map(|iri| iri.as_str().to_owned()),
            confidence: Some(fact.confidence),
            attributes,
            held_back: iri.is_none().then(|| Term::of("reason", "unpublished")),
            ..find(context, "figure", found, &format!("{} = {}{max}{unit}", fact.indicator, quantity.value))
        });
    }
}

fn undertakings(context: &Context<'_>, finds: &mut Vec<Find>) {
    let linked = context.linked;
    let listed = |things: &[Ref]| things.iter().filter_map(|thing| context.name(*thing)).collect::<Vec<_>>().join("; ");
    for (index, found) in linked.facts.projects.iter().enumerate() {
        let fact = &found.value;
        finds.push(Find {
            iri: Some(context.names.projects[index].as_str().to_owned()),
            confidence: Some(fact.confidence),
            attributes: Attributes::default()
                .may("status", fact.status)
                .say("places", listed(&fact.places))
                .say("participants", listed(&fact.participants))
                .say("mentions", fact.mentions.len().max(1))
                .say("evidence", fact.evidence.of(context.text())),
            ..find(context, "project", found, &linked.projects[index].name)
        });
    }
    for (index, found) in linked.facts.events.iter().enumerate() {
        let fact = &found.value;
        let projects: Vec<Ref> = fact.projects.iter().map(|index| Ref::Project(*index)).collect();
        finds.push(Find {
            iri: Some(context.names.events[index].as_str().to_owned()),
            confidence: Some(fact.confidence),
            attributes: Attributes::default()
                .say("kind", fact.kind)
                .may("date", fact.date)
                .say("places", listed(&fact.places))
                .say("participants", listed(&fact.participants))
                .say("projects", listed(&projects))
                .say("evidence", fact.evidence.of(context.text())),
            ..find(context, "event", found, &fact.label)
        });
    }
}

fn times(context: &Context<'_>, finds: &mut Vec<Find>) {
    for found in &context.linked.facts.annotated.periods {
        finds.push(find(context, "time", found, &found.value.to_string()));
    }
}
