//! What was not taken, and why: candidates for names that lost, and quantities of which nobody knows what they measure.

use super::account::{Context, Stretch};
use super::find::Find;
use super::words::Term;
use crate::model::{Judgement, Span, Verdict, Weight};
use serde::Serialize;
use std::collections::BTreeSet;

/// Something that was not taken.
#[derive(Serialize)]
pub(super) struct Rival {
    /// What it would have been.
    pub kind: Term,
    pub text: String,
    pub stretch: Stretch,
    pub rule: String,
    pub reason: Term,
    /// What has a part of it, where that is why.
    pub lost_to: Option<String>,
    /// The parts of the decision, where it was one.
    pub weight: Option<Weight>,
}

/// What was not taken, in the order of the text.
pub(super) fn rivals(context: &Context<'_>, judged: &[Judgement], finds: &[Find]) -> Vec<Rival> {
    let text = context.text();
    let taken: BTreeSet<(Span, &str)> = finds.iter().map(|find| (find.stretch.span, find.kind.code)).collect();
    let mut told = BTreeSet::new();
    let mut rivals = Vec::new();
    for judgement in judged {
        let family = judgement.rule.as_str().split('/').next();
        let kind = if family == Some("place") { "place" } else { "organization" };
        let (reason, lost_to) = match &judgement.verdict {
            Verdict::Refused(code) => (*code, None),
            Verdict::Lost(winner) => ("lost", Some(*winner)),
            Verdict::Name | Verdict::Fuller(_) => continue,
        };
        // What another rule made of the same words is no rival.
        let same = taken.contains(&(judgement.span, kind)) || judgement.span.of(text).trim().is_empty();
        if !same && told.insert((judgement.span, kind, reason)) {
            rivals.push(Rival {
                kind: Term::of("kind", kind),
                text: judgement.span.of(text).to_owned(),
                stretch: context.ruler.stretch(judgement.span),
                rule: judgement.rule.to_string(),
                reason: Term::of("reason", reason),
                lost_to: lost_to.map(|winner| winner.of(text).to_owned()),
                weight: judgement.weight,
            });
        }
    }
    let facts = &context.linked.facts;
    let read: BTreeSet<Span> = facts.observations.iter().map(|found| found.value.quantity.number).collect();
    for found in facts.annotated.quantities.iter().filter(|found| !read.contains(&found.value.number)) {
        rivals.push(Rival {
            kind: Term::of("kind", "figure"),
            text: found.span.of(text).to_owned(),
            stretch: context.ruler.stretch(found.span),
            rule: found.rule.to_string(),
            reason: Term::of("reason", "no-indicator"),
            lost_to: None,
            weight: None,
        });
    }
    rivals.sort_by_key(|rival| rival.stretch.span);
    rivals
}
