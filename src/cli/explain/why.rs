//! `--why A B`: whether two names are taken for one thing.

use super::super::print;
use crate::error::Result;
use crate::model::Linked;
use serde::Serialize;
use std::fmt::Write;

/// What a form stands for.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Taken {
    key: String,
    name: String,
    rule: String,
}

/// Tells whether two names of the article are taken for one thing; `false` if it does not name both.
pub(super) fn tell(linked: &Linked, [a, b]: [&String; 2], json: bool) -> Result<bool> {
    let (first, second) = (identities(linked, a), identities(linked, b));
    if first.is_empty() || second.is_empty() {
        return Ok(false);
    }
    let one = first.iter().any(|taken| second.iter().any(|other| taken.key == other.key));
    let article = &linked.facts.annotated.article;
    if json {
        let forms = [(a, &first), (b, &second)].map(|(form, taken)| serde_json::json!({"form": form, "taken": taken}));
        let line = serde_json::json!({"path": article.path, "number": article.number, "forms": forms, "one": one});
        print(&format!("{line}\n"))?;
        return Ok(true);
    }
    let mut out = format!("== {}\n", article.title.as_deref().unwrap_or(&article.path));
    // Writing to a string cannot fail.
    for (form, found) in [(a, &first), (b, &second)] {
        for taken in found {
            let _ = writeln!(out, "{form} is taken for {} (key {}) by {}", taken.name, taken.key, taken.rule);
        }
    }
    let _ = writeln!(out, "{}", if one { "one thing: the keys are the same" } else { "two things: the keys differ" });
    print(&out)?;
    Ok(true)
}

/// The identities that a form stands for, each once.
fn identities(linked: &Linked, form: &str) -> Vec<Taken> {
    let annotated = &linked.facts.annotated;
    let text = &annotated.article.text;
    let mut found = Vec::new();
    let mut take = |kind: &str, key: &str, name: &str, rule: &crate::model::RuleId| {
        found.push(Taken { key: format!("{kind}/{key}"), name: name.to_owned(), rule: rule.to_string() });
    };
    for (mention, index) in annotated.places.iter().zip(&linked.place_of) {
        if mention.span.of(text) == form {
            let thing = &linked.places[*index];
            take("place", &thing.key, &thing.name, &mention.rule);
        }
    }
    for (mention, index) in annotated.organizations.iter().zip(&linked.organization_of) {
        if mention.span.of(text) == form {
            let thing = &linked.organizations[*index];
            take("organization", &thing.key, &thing.name, &mention.rule);
        }
    }
    for (project, identity) in linked.facts.projects.iter().zip(&linked.projects) {
        if project.value.mentions.iter().any(|mention| mention.of(text) == form) {
            take("project", &identity.key, &identity.name, &project.rule);
        }
    }
    found.sort();
    found.dedup();
    found
}
