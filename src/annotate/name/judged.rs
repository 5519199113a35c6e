//! Why a candidate became a name or did not, for `jialing explain`. In the normal way nobody listens and nothing is noted.

use super::{Content, Scan, Taken};
use crate::model::{Found, Judgement, RuleId, Span, Verdict, Weight};
use std::cell::RefCell;

/// What was judged so far, if someone listens.
#[derive(Default)]
pub struct Log(Option<RefCell<Vec<Judgement>>>);

impl Log {
    /// A log that keeps what it is told.
    pub fn listening() -> Self {
        Self(Some(RefCell::default()))
    }
}

impl Scan<'_> {
    /// The same, telling that log.
    pub fn told_to(self, log: Log) -> Self {
        Self { log, ..self }
    }

    /// What rules of a family refused so far, in the order of the text. A log that does not listen knows of nothing.
    pub fn refused(&self, family: &str) -> Vec<Judgement> {
        let told = self.log.0.as_ref().map(RefCell::borrow);
        let of_family =
            |judgement: &&Judgement| judgement.rule.as_str().split_once('/').is_some_and(|(name, _)| name == family);
        let refused = told.iter().flat_map(|told| told.iter()).filter(of_family);
        let mut refused: Vec<Judgement> =
            refused.filter(|judgement| matches!(judgement.verdict, Verdict::Refused(_))).cloned().collect();
        refused.sort_by(|a, b| a.span.cmp(&b.span).then(a.rule.cmp(&b.rule)));
        refused
    }

    /// What was judged, in the order of the text.
    pub fn judged(self) -> Vec<Judgement> {
        let mut told = self.log.0.map(RefCell::into_inner).unwrap_or_default();
        told.sort_by(|a, b| a.span.cmp(&b.span).then(a.rule.cmp(&b.rule)));
        told
    }

    /// Notes what became of a candidate.
    pub fn judge(&self, rule: &RuleId, span: Span, verdict: impl FnOnce() -> Verdict) {
        if let Some(told) = &self.log.0 {
            told.borrow_mut().push(Judgement { span, rule: rule.clone(), weight: None, verdict: verdict() });
        }
    }

    /// Notes a judgement as it is.
    pub fn note(&self, judgement: Judgement) {
        if let Some(told) = &self.log.0 {
            told.borrow_mut().push(judgement);
        }
    }

    /// Of overlapping candidates the longest; of equally long ones the first, and at one place one that is not `weaker`.
    pub fn longest<T>(&self, mut found: Vec<Found<T>>, weaker: impl Fn(&Found<T>) -> bool) -> Vec<Found<T>> {
        found.sort_by(|a, b| {
            let length = b.span.len().cmp(&a.span.len());
            length.then(a.span.cmp(&b.span)).then(weaker(a).cmp(&weaker(b))).then(a.rule.cmp(&b.rule))
        });
        let mut taken = Taken::default();
        let mut kept: Vec<Found<T>> = Vec::new();
        for find in found {
            if let Some(other) = taken.clash(find.span) {
                self.judge(&find.rule, find.span, || Verdict::Lost(other));
            } else {
                taken.take(find.span);
                kept.push(find);
            }
        }
        kept.sort_by_key(|find| find.span);
        kept
    }

    /// Notes that a candidate is no name, and why.
    pub fn refuse<T>(&self, rule: &RuleId, span: Span, why: &'static str) -> Option<T> {
        self.judge(rule, span, || Verdict::Refused(why));
        None
    }

    /// Notes what the words before a head weigh; the candidate, if that suffices.
    pub fn weigh(
        &self,
        rule: &RuleId,
        span: Span,
        [content, needs]: [Content; 2],
        chars: usize,
        stands: bool,
    ) -> Option<Span> {
        if let Some(told) = &self.log.0 {
            let weight = Weight { content: content.as_str(), needs: needs.as_str(), chars };
            let verdict = if stands { Verdict::Name } else { Verdict::Refused("light") };
            told.borrow_mut().push(Judgement { span, rule: rule.clone(), weight: Some(weight), verdict });
        }
        stands.then_some(span)
    }
}

impl Content {
    fn as_str(self) -> &'static str {
        match self {
            Self::Bare => "bare",
            Self::Common => "common",
            Self::Proper => "proper",
            Self::Known => "known",
        }
    }
}
