//! The corpus check: the examples beside a finder are its tests.
//!
//! What must be found stands in `⟦ ⟧`; nothing else may be found. The check compares the whole result, names every
//! failing sentence, and fails when a pending case starts to hold.

use super::Family;
use crate::model::{PartialDate, Span};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The brackets that mark what must be found.
const OPEN: char = '\u{27E6}';
const CLOSE: char = '\u{27E7}';

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Corpus {
    #[serde(rename = "case")]
    cases: Vec<Case>,
}

/// One case of an `examples.toml`: sentences of our own, and what must be found in each.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// The rule that must find it; without marks in the text, the rule that must not fire.
    pub rule: Option<String>,
    /// The sentences.
    text: Vec<String>,
    /// What each sentence gives, a table for each mark: the named fields must have these values.
    #[serde(default)]
    gives: Vec<BTreeMap<String, toml::Value>>,
    /// Why it cannot hold yet.
    pending: Option<String>,
    /// When the article was published.
    pub published: Option<PartialDate>,
    /// Whose district 我区 is.
    pub home: Option<String>,
}

/// What a finder found, as the check compares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Where.
    pub span: Span,
    /// The rule, without its family.
    pub rule: String,
    /// What, field by field, as text.
    pub fields: BTreeMap<String, String>,
}

impl Reading {
    /// A reading by `rule`, which may bear its family's name.
    pub fn new<const N: usize>(span: Span, rule: &str, fields: [(&str, String); N]) -> Self {
        let rule = rule.rsplit('/').next().unwrap_or(rule).to_owned();
        Self { span, rule, fields: fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect() }
    }
}

/// Holds the examples against what `find` finds in each sentence, and the files against the rules of tidiness.
///
/// # Errors
/// One text that names every failing sentence and every other fault.
pub fn verify(family: &Family, examples: &str, find: impl Fn(&str, &Case) -> Vec<Reading>) -> Result<(), String> {
    let corpus: Corpus = toml::from_str(examples).map_err(|error| format!("examples.toml: {error}"))?;
    let mut faults = family.lexicon.untidy();
    let mut fired = BTreeSet::new();
    let mut held_back = BTreeSet::new();
    for case in &corpus.cases {
        if let Some(rule) = case.rule.as_deref().filter(|rule| family.rule(rule).is_none()) {
            faults.push(format!("examples.toml: there is no rule `{rule}`"));
        }
        for marked in &case.text {
            let (text, wanted) = unmark(marked);
            let found = find(&text, case);
            let fault = compare(case, &text, &wanted, &found);
            match (&case.pending, fault) {
                (None, Some(fault)) => faults.push(format!("{marked}\n{fault}")),
                (Some(_), None) => faults.push(format!("{marked}\n    holds now: delete `pending`")),
                (Some(_), Some(_)) => {}
                (None, None) => {
                    fired.extend(found.into_iter().map(|reading| reading.rule));
                    held_back.extend(case.rule.clone().filter(|_| wanted.is_empty()));
                }
            }
        }
    }
    for rule in &family.rules {
        if !fired.contains(&rule.name) {
            faults.push(format!("rule `{}` fires in no example that holds", rule.name));
        }
        if !held_back.contains(&rule.name) {
            faults.push(format!(
                "rule `{}` has no example where it must not fire (a case with its name and no marks)",
                rule.name
            ));
        }
    }
    if faults.is_empty() {
        return Ok(());
    }
    Err(format!("rule family `{}`: {} faults\n{}", family.name, faults.len(), faults.join("\n")))
}

/// Takes the brackets out and gives the spans that they marked.
fn unmark(marked: &str) -> (String, Vec<Span>) {
    let (mut text, mut spans, mut open) = (String::new(), Vec::new(), None);
    for c in marked.chars() {
        match c {
            OPEN => open = Some(text.len()),
            CLOSE => spans.extend(open.take().map(|start| Span::new(start, text.len()))),
            _ => text.push(c),
        }
    }
    (text, spans)
}

fn compare(case: &Case, text: &str, wanted: &[Span], found: &[Reading]) -> Option<String> {
    let mut fault = String::new();
    for span in wanted.iter().filter(|span| !found.iter().any(|reading| reading.span == **span)) {
        let _ = writeln!(fault, "    expected a find at `{}`", span.of(text));
    }
    for reading in found.iter().filter(|reading| !wanted.contains(&reading.span)) {
        let _ = writeln!(fault, "    found `{}` by `{}`: {:?}", reading.span.of(text), reading.rule, reading.fields);
    }
    if fault.is_empty() && !case.gives.is_empty() && case.gives.len() != found.len() {
        let _ = writeln!(fault, "    `gives` has {} tables, found {}: {found:?}", case.gives.len(), found.len());
    }
    if fault.is_empty() {
        for (given, reading) in case.gives.iter().zip(found) {
            for (key, value) in given {
                let wanted = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                let have = reading.fields.get(key).map(String::as_str).unwrap_or_default();
                if wanted != have {
                    let _ =
                        writeln!(fault, "    `{}`: expected {key} = `{wanted}`, found `{have}`", reading.span.of(text));
                }
            }
        }
        let by_rule = case.rule.as_ref().is_none_or(|rule| found.is_empty() || found.iter().any(|r| r.rule == *rule));
        if !by_rule {
            let rules: Vec<_> = found.iter().map(|reading| reading.rule.as_str()).collect();
            let _ =
                writeln!(fault, "    expected rule `{}`, found by {rules:?}", case.rule.as_deref().unwrap_or_default());
        }
    }
    (!fault.is_empty()).then(|| fault.trim_end().to_owned())
}
