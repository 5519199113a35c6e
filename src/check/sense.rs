//! What shapes cannot say: rules across two nodes, and check digits.

use super::Fault;
use crate::model::{CreditCode, PartialDate, Period};
use oxigraph::model::{NamedNodeRef, NamedOrBlankNode, Term, Triple};
use std::collections::{BTreeMap, BTreeSet};

const OBSERVED: &str = "https://w3id.org/jialing/vocab/outlook/observed";

const fn own(iri: &'static str) -> NamedNodeRef<'static> {
    NamedNodeRef::new_unchecked(iri)
}

const CREDIT_CODE: NamedNodeRef<'static> = own("https://w3id.org/jialing/ontology#creditCode");
const OUTLOOK: NamedNodeRef<'static> = own("https://w3id.org/jialing/ontology#outlook");
const PERIOD_START: NamedNodeRef<'static> = own("https://w3id.org/jialing/ontology#periodStart");
const DERIVED_FROM: NamedNodeRef<'static> = own("http://www.w3.org/ns/prov#wasDerivedFrom");
const ISSUED: NamedNodeRef<'static> = own("http://purl.org/dc/terms/issued");

/// Where a graph makes no sense, in no order.
pub(super) fn faults(triples: &[Triple]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut observed = BTreeSet::new();
    let mut starts: Vec<(&str, PartialDate)> = Vec::new();
    let mut sources = BTreeMap::new();
    let mut issued = BTreeMap::new();
    for triple in triples {
        let NamedOrBlankNode::NamedNode(subject) = &triple.subject else { continue };
        let subject = subject.as_str();
        match (triple.predicate.as_ref(), &triple.object) {
            (CREDIT_CODE, Term::Literal(code)) if CreditCode::parse(code.value()).is_none() => faults.push(Fault {
                focus: subject.to_owned(),
                path: Some(CREDIT_CODE.as_str().to_owned()),
                message: format!("the check digit of {} is wrong", code.value()),
            }),
            (OUTLOOK, Term::NamedNode(outlook)) if outlook.as_str() == OBSERVED => {
                observed.insert(subject);
            }
            (PERIOD_START, Term::Literal(day)) => {
                starts.extend(PartialDate::parse(day.value()).map(|day| (subject, day)))
            }
            (DERIVED_FROM, Term::NamedNode(article)) => {
                sources.insert(subject, article.as_str());
            }
            (ISSUED, Term::Literal(day)) => {
                let last = PartialDate::parse(day.value()).and_then(|day| Period::At(day).last_day());
                issued.extend(last.map(|last| (subject, last)));
            }
            _ => {}
        }
    }
    for (observation, start) in starts.into_iter().filter(|(subject, _)| observed.contains(subject)) {
        let published = sources.get(observation).and_then(|article| issued.get(article));
        if let (Some(published), Some(first)) = (published, start.first_day()) {
            if first > *published {
                faults.push(Fault {
                    focus: observation.to_owned(),
                    path: Some(PERIOD_START.as_str().to_owned()),
                    message: format!("observed from {first}, after its article of {published}"),
                });
            }
        }
    }
    faults
}
