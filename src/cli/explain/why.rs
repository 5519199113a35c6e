//! `--why A B`: whether two names are taken for one thing, by an article or by a whole store.

use super::super::options::Settings;
use super::super::print;
use crate::build::{self, Account, Meant};
use crate::error::{Error, Result};
use crate::model::Linked;
use crate::store::Store;
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

/// Tells whether two names, keys or IRIs mean one thing in the store, by which rule and articles, or what keeps them apart.
pub(super) fn of_store(settings: &Settings, a: &str, b: &str) -> Result<()> {
    let store = Store::open(settings.store_dir()?, settings.wanted_base())?;
    let account = build::why(&store.snapshot()?, a, b)?;
    let unknown = [(a, &account.first), (b, &account.second)].into_iter().find(|(_, meant)| meant.is_empty());
    if let Some((name, _)) = unknown {
        return Err(Error::Usage {
            message: format!("the store knows no organization, place or project called `{name}`"),
            hint: "`jialing query search --param text=NAME` finds what is called so; an IRI or key does as well".into(),
        });
    }
    if settings.json {
        let line = serde_json::to_string(&account).expect("an account is strings and truth values");
        return print(&format!("{line}\n"));
    }
    print(&written(&account, [a, b]))
}

fn written(account: &Account, names: [&str; 2]) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    for (name, meant) in names.into_iter().zip([&account.first, &account.second]) {
        for Meant { iri, label, identified_as, mention } in meant {
            let _ = write!(out, "{name} is {label} <{iri}>");
            if let Some(other) = identified_as {
                let _ = write!(out, ", for which <{other}> stands");
            }
            let _ = writeln!(out, "{}", mention.as_ref().map_or(String::new(), |at| format!(", named so at {at}")));
        }
    }
    for pair in &account.pairs {
        let _ = writeln!(
            out,
            "{}: <{}> and <{}>",
            if pair.same { "one thing" } else { "two things" },
            pair.one,
            pair.other
        );
        for reason in &pair.reasons {
            let _ = writeln!(out, "  by {reason}");
        }
        for (article, sentence) in
            pair.articles.iter().map(|article| ("  in ", article)).chain(pair.sentences.iter().map(|text| ("  ", text)))
        {
            let _ = writeln!(out, "{article}{sentence}");
        }
    }
    if account.pairs.is_empty() {
        let _ = writeln!(out, "two things: they are of different classes");
    }
    out
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
