//! What became of candidates for names: the account that `jialing explain` gives.

use super::{RuleId, Span};
use serde::Serialize;

/// How a candidate of `annotate` for a name was judged. Only who asks (`annotate::judged`) is told; nothing is published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Judgement {
    /// The candidate.
    pub span: Span,
    /// The rule that proposed it; its family says what the candidate is of.
    pub rule: RuleId,
    /// What its words weigh, where that was asked.
    pub weight: Option<Weight>,
    /// What became of it.
    pub verdict: Verdict,
}

/// How much of a name the words before a head make: the parts of the decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Weight {
    /// What they are: `bare` (nothing), `common` words, a `proper` one, a `known` name.
    pub content: &'static str,
    /// What the head asks for, in the same words.
    pub needs: &'static str,
    /// How many characters stand before the head.
    pub chars: usize,
}

/// What became of a candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Its words make a name.
    Name,
    /// It is none, for a reason that has this code.
    Refused(&'static str),
    /// Another find of which it has a part is longer.
    Lost(Span),
    /// It stands, under the fuller name of the same thing elsewhere in the article. This was its own.
    Fuller(String),
}
