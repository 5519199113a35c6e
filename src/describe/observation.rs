//! Observations: one number that the article asserts.

use super::graph::{Graph, chinese, english, integer};
use super::indicator::{self, Indicator, Place};
use super::{iri, ratio, terms};
use crate::model::{Bound, Comparison, Found, Observation, Outlook, PartialDate, Period, Ref, Statistic};
use oxigraph::model::{Literal, NamedNode};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// The factor of a number without a unit.
const ONE: (i128, i128) = (1, 1);

impl Graph<'_> {
    /// All observations.
    pub(super) fn observations(&mut self) {
        let linked = self.linked;
        let mut stated = BTreeSet::new();
        for found in &linked.facts.observations {
            let key = self.observation_key(found);
            // One number states one value of one indicator. The first reading counts.
            if stated.insert(key.clone()) {
                self.observation(&key, found);
            }
        }
    }

    pub(super) fn observation_key(&self, found: &Found<Observation>) -> String {
        let number = found.value.quantity.number;
        let article = self.linked.facts.annotated.article.key.as_str();
        let start = self.offsets.character(number.start).to_string();
        let end = self.offsets.character(number.end).to_string();
        let indicator = indicator::canonical(&found.value);
        iri::hash([article, &start, &end, indicator, found.value.statistic.as_str()])
    }

    fn observation(&mut self, key: &str, found: &Found<Observation>) {
        let observation = &found.value;
        let quantity = &observation.quantity;
        // A figure that says of nothing what it is about is about the place from which the article speaks.
        let Some(about) = self.thing(observation.about.unwrap_or(Ref::Home)) else {
            return;
        };
        let factor = quantity.unit.as_ref().map_or(ONE, |unit| unit.factor);
        let Some(value) = ratio::normalized(quantity.value, factor) else {
            return;
        };
        let max = quantity.max.map(|max| (max, ratio::normalized(max, factor)));
        if matches!(max, Some((_, None))) {
            return;
        }

        let iri = iri::instance(self.base, "observation", key);
        self.class(&iri, terms::OBSERVATION);
        self.class(&iri, terms::QB_OBSERVATION);
        let data_set = self.data_set();
        self.say(&iri, terms::DATA_SET, data_set);

        self.derived(&iri);
        self.say(&iri, terms::ABOUT, about);
        self.indicator(&iri, observation);
        self.concept(&iri, terms::STATISTIC, Statistic::SCHEME, statistic(observation).as_str());
        self.concept(&iri, terms::OUTLOOK, Outlook::SCHEME, observation.outlook.as_str());
        self.concept(&iri, terms::COMPARISON, Comparison::SCHEME, observation.comparison.as_str());
        let published = self.linked.facts.annotated.article.published;
        self.period(&iri, observation.period.filter(|period| is_possible(observation.outlook, *period, published)));
        let unit = quantity.unit.as_ref().map_or("none", |unit| &unit.key);
        self.concept(&iri, terms::UNIT, "unit", unit);
        let position = integer(self.offsets.character(quantity.number.start));
        self.say(&iri, terms::POSITION, position);

        self.say(&iri, terms::NORMALIZED_VALUE, decimal(value));
        self.say(&iri, terms::VALUE, decimal(ratio::decimal(quantity.value)));
        if let Some((max, Some(normalized))) = max {
            self.say(&iri, terms::NORMALIZED_MAX, decimal(normalized));
            self.say(&iri, terms::VALUE_MAX, decimal(ratio::decimal(max)));
        }
        if let Some(unit) = quantity.unit.as_ref().filter(|unit| !unit.text.is_empty()) {
            self.say(&iri, terms::UNIT_TEXT, Literal::from(unit.text.as_str()));
        }
        self.concept(&iri, terms::BOUND, Bound::SCHEME, quantity.bound.as_str());
        self.say(&iri, terms::RULE, Literal::from(found.rule.as_str()));
        let confidence = observation.confidence.clamp(Decimal::ZERO, Decimal::ONE);
        self.say(&iri, terms::CONFIDENCE, decimal(ratio::decimal(confidence)));
        let evidence = self.evidence(observation.evidence, quantity.number);
        self.say(&iri, terms::EVIDENCE, evidence);
    }

    /// The indicator, with the concept that it is or is one of.
    fn indicator(&mut self, observation: &NamedNode, stated: &Observation) {
        let place = indicator::place(&stated.indicator);
        let name = indicator::canonical(stated);
        let iri = iri::instance(self.base, "indicator", name);
        self.class(&iri, terms::INDICATOR_CLASS);
        self.class(&iri, terms::CONCEPT);
        self.label(&iri, name);
        match place {
            Place::Same(row) => {
                self.say(&iri, terms::PREF_LABEL, english(&row.en));
                for wording in &row.wordings {
                    self.say(&iri, terms::ALT_LABEL, chinese(wording));
                }
                let concept = self.known_indicator(row);
                self.say(&iri, terms::EXACT_MATCH, concept);
            }
            Place::Under(row) => {
                let concept = self.known_indicator(row);
                self.say(&iri, terms::BROADER, concept);
            }
            Place::Unknown => {}
        }
        let wordings = std::iter::once(&stated.indicator).chain(&stated.aliases);
        for wording in wordings.filter(|wording| wording.as_str() != name) {
            self.say(&iri, terms::ALT_LABEL, chinese(wording));
        }
        self.say(observation, terms::INDICATOR, iri);
    }

    /// A concept of the table, named once.
    fn known_indicator(&mut self, row: &'static Indicator) -> NamedNode {
        let iri = NamedNode::new_unchecked(row.iri());
        if self.indicators.insert(&row.id) {
            self.class(&iri, terms::CONCEPT);
            self.label(&iri, &row.zh);
            self.say(&iri, terms::PREF_LABEL, english(&row.en));
        }
        iri
    }
}

/// What the figure says of its indicator. More than the whole is no share of it.
fn statistic(observation: &Observation) -> Statistic {
    let quantity = &observation.quantity;
    let is_percent = quantity.unit.as_ref().is_some_and(|unit| unit.key == "PERCENT");
    let is_within = (Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(&quantity.value);
    match observation.statistic {
        Statistic::Share if is_percent && !is_within => Statistic::Level,
        other => other,
    }
}

/// What has been observed lies before its article. A period that begins later was misread, and is not known.
fn is_possible(outlook: Outlook, period: Period, published: Option<PartialDate>) -> bool {
    let (Period::At(start) | Period::Range(start, _)) = period;
    let last = published.and_then(|date| Period::At(date).last_day());
    match (outlook, start.first_day(), last) {
        (Outlook::Observed, Some(first), Some(last)) => first <= last,
        _ => true,
    }
}

fn decimal(text: String) -> Literal {
    Literal::new_typed_literal(text, terms::DECIMAL)
}
