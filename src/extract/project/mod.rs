//! `projects` takes an annotated article and gives the undertakings that it names, each once.
//!
//! `加快推进南湖片区改造、东站枢纽等工程` names two, both ongoing. `phrase` cuts a clause at its verbs into regions and a
//! region into items, `judge` says which item is an undertaking and how far it has come, `merge` puts the long and the
//! short names of one undertaking together. Slogans, policies and bundles (`签约43个项目`) are none. What happened to
//! an undertaking is left to `event`.

mod judge;
mod mentions;
mod merge;
mod phrase;

pub use mentions::Mentions;

use crate::model::{Annotated, Found, Project, Ref, RuleId, Span, Status, touching};
use crate::rules::Family;
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// The words by which undertakings are named, and the rules that judge a name.
static FAMILY: LazyLock<Family> =
    LazyLock::new(|| Family::embedded("project", include_str!("lexicon.toml"), include_str!("rules.toml")));

/// A name that was judged to be an undertaking's.
struct Candidate {
    /// The name: the item, with what a list says of all its items (`等城市更新项目`).
    name: String,
    /// The item in the text.
    span: Span,
    status: Option<Status>,
    clause: Span,
    rule: RuleId,
    confidence: Decimal,
}

/// The undertakings that the article names, in the order of their first places.
pub fn projects(annotated: &Annotated) -> Vec<Found<Project>> {
    let article = &annotated.article;
    let mut candidates = Vec::new();
    for sentence in &annotated.sentences {
        for clause in &sentence.clauses {
            if article.is_damaged(*clause) {
                continue;
            }
            // An undertaking is named by a word of the rules, or by one that 等 puts behind its list.
            if !FAMILY.may_match(clause.of(&article.text)) {
                continue;
            }
            for item in phrase::items(annotated, *clause) {
                candidates.extend(judge::judge(annotated, &item));
            }
        }
    }
    let mut found: Vec<Found<Project>> =
        merge::merge(&article.text, candidates).into_iter().map(|group| project(annotated, group)).collect();
    found.sort_by(|a, b| a.span.cmp(&b.span).then(a.value.name.cmp(&b.value.name)));
    found
}

fn project(annotated: &Annotated, group: merge::Group) -> Found<Project> {
    let merge::Group { name, mentions, status, best } = group;
    let span = mentions.first().copied().unwrap_or(best.span);
    let name = at_home(annotated, name);
    let spans: Vec<Span> = mentions.iter().copied().chain([best.clause]).collect();
    Found {
        span,
        value: Project {
            name,
            places: places(annotated, &spans),
            participants: participants(annotated, best.clause, best.span),
            mentions,
            status,
            evidence: evidence(&annotated.article.text, best.clause, best.span),
            confidence: best.confidence,
        },
        rule: best.rule,
    }
}

/// 我市 in a name is the article's home.
fn at_home(annotated: &Annotated, name: String) -> String {
    match (&annotated.home, FAMILY.lexicon.prefix_of("we", &name)) {
        (Some(home), Some((_, form))) => format!("{}{}", home.name, &name[form.len()..]),
        _ => name,
    }
}

/// A clause is the evidence; of a long list, what stands around the name.
fn evidence(text: &str, clause: Span, name: Span) -> Span {
    const LONGEST: usize = 150;
    if clause.of(text).chars().count() <= LONGEST {
        return clause;
    }
    let before = text[clause.start..name.start].char_indices().rev().nth(LONGEST / 3);
    let start = before.map_or(clause.start, |(at, _)| clause.start + at);
    let end = text[start..clause.end].char_indices().nth(LONGEST).map_or(clause.end, |(at, _)| start + at);
    Span::new(start, end)
}

fn places(annotated: &Annotated, spans: &[Span]) -> Vec<Ref> {
    let mut names = BTreeSet::new();
    let mut refs = Vec::new();
    let layer = &annotated.places;
    let near = spans.iter().flat_map(|span| touching(layer, *span).filter(|at| span.contains(layer[*at].span)));
    let inside: BTreeSet<usize> = near.collect();
    for index in inside {
        let place = &annotated.places[index];
        let bodies = &annotated.organizations;
        let in_body = touching(bodies, place.span).any(|at| bodies[at].span.contains(place.span));
        if !in_body && names.insert(place.value.name.as_str()) {
            refs.push(Ref::Place(index));
        }
    }
    if refs.is_empty() && annotated.home.is_some() {
        refs.push(Ref::Home);
    }
    refs
}

/// Organizations beside the name in its clause; one within the name is the project's own.
fn participants(annotated: &Annotated, clause: Span, name: Span) -> Vec<Ref> {
    let mut names = BTreeSet::new();
    let mut takes_part = |index: &usize| {
        let body = &annotated.organizations[*index];
        clause.contains(body.span) && body.span != name && names.insert(body.value.name.as_str())
    };
    touching(&annotated.organizations, clause).filter(|at| takes_part(at)).map(Ref::Organization).collect()
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
            let read = |found: Found<Project>| {
                let status = found.value.status.map(|s| s.to_string()).unwrap_or_default();
                let mentions: Vec<_> = found.value.mentions.iter().map(|m| m.of(text)).collect();
                let mentions = mentions.join("|");
                Reading::new(
                    found.span,
                    found.rule.as_str(),
                    [("name", found.value.name), ("status", status), ("mentions", mentions)],
                )
            };
            projects(&annotated).into_iter().map(read).collect()
        };
        let held = corpus::verify(&FAMILY, include_str!("examples.toml"), find);
        assert!(held.is_ok(), "{}", held.unwrap_err());
    }

    /// What `projects` and `judge` pass over for want of a word of the rules is lost to no rule.
    #[test]
    fn a_rule_that_names_no_word_asks_for_what_stands_behind_the_list() {
        for rule in FAMILY.rules.iter().filter(|rule| !FAMILY.names_words(rule)) {
            assert!(rule.sets.contains_key("tail"), "{}", rule.name);
        }
    }

    #[test]
    fn a_title_that_a_place_runs_into_names_no_person() {
        let annotated = crate::annotate::annotate(crate::model::Article::of_text("大连市长海跨海大桥项目进展顺利。"));

        let names: Vec<String> = projects(&annotated).into_iter().map(|found| found.value.name).collect();

        assert_eq!(names, ["大连市长海跨海大桥项目"]);
    }

    #[test]
    fn an_empty_text_names_no_undertaking() {
        assert!(projects(&sample::annotated("", None, None)).is_empty());
    }
}
