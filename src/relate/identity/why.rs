//! Why two things of a store are one, or are not.

use super::judge::{self, Bar};
use super::known::{Known, Thing};
use super::overrule::Overrules;
use super::{Ruled, named};
use crate::error::Result;
use crate::model::Base;
use oxigraph::model::{NamedNode, NamedNodeRef};
use oxigraph::store::Store;
use std::collections::BTreeSet;

/// What a store knows of two names.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Account {
    /// The things that the first name means.
    pub first: Vec<Meant>,
    /// The things that the second name means.
    pub second: Vec<Meant>,
    /// What is said of each two of them.
    pub pairs: Vec<Pair>,
}

/// A thing that a name means.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Meant {
    /// The thing's IRI.
    pub iri: String,
    /// Its label.
    pub label: String,
    /// The thing that stands for it, if another does.
    pub identified_as: Option<String>,
    /// A place where an article calls it by the name: an Evidence.
    pub mention: Option<String>,
}

/// Two things, and whether they are one.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Pair {
    /// The first.
    pub one: String,
    /// The second.
    pub other: String,
    /// Whether they are one.
    pub same: bool,
    /// The rules by which they are, or what keeps them apart.
    pub reasons: Vec<String>,
    /// The articles that show it.
    pub articles: Vec<String>,
    /// The sentences that show it: the mention with what stands around it.
    pub sentences: Vec<String>,
}

const IDENTIFIED_AS: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("https://w3id.org/jialing/ontology#identifiedAs");
const ALIAS: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("https://w3id.org/jialing/ontology#alias");
const RULE: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("https://w3id.org/jialing/ontology#identityRule");
const EVIDENCE: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("https://w3id.org/jialing/ontology#evidence");
const DERIVED_FROM: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://www.w3.org/ns/prov#wasDerivedFrom");
const COMMENT: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://www.w3.org/2000/01/rdf-schema#comment");
const PREFIX: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://www.w3.org/ns/oa#prefix");
const EXACT: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://www.w3.org/ns/oa#exact");
const SUFFIX: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://www.w3.org/ns/oa#suffix");

/// Tells of two names, keys or IRIs whether they mean one thing, by which rule and which articles, or what keeps them apart.
///
/// # Errors
/// If the database fails.
pub fn why(data: &Store, base: &Base, overrules: &Overrules, a: &str, b: &str) -> Result<Account> {
    let known = Known::new(data, base);
    let ruled = Ruled::read(&known, overrules)?;
    let (first, second) = (meant(&known, a)?, meant(&known, b)?);
    let mut account = Account::default();
    for (name, things, told) in [(a, &first, &mut account.first), (b, &second, &mut account.second)] {
        for thing in things {
            told.push(Meant {
                iri: thing.iri.as_str().to_owned(),
                label: thing.label.clone(),
                identified_as: known.object(&thing.iri, IDENTIFIED_AS)?,
                mention: known.mention(thing, Some(name))?.map(NamedNode::into_string),
            });
        }
    }
    for one in &first {
        for other in second.iter().filter(|other| other.class == one.class) {
            account.pairs.push(pair(&known, &ruled, one, other)?);
        }
    }
    Ok(account)
}

/// The things that a name means: those of that IRI, key or label, else those that are called so.
fn meant(known: &Known<'_>, name: &str) -> Result<Vec<std::rc::Rc<Thing>>> {
    let mut found = named(known, name)?;
    if found.is_empty() {
        found = known.called(name)?;
    }
    let mut things = Vec::new();
    for iri in found {
        things.extend(known.thing(&iri)?);
    }
    Ok(things)
}

fn pair(known: &Known<'_>, ruled: &Ruled, one: &Thing, other: &Thing) -> Result<Pair> {
    let mut pair = Pair {
        one: one.iri.as_str().to_owned(),
        other: other.iri.as_str().to_owned(),
        same: false,
        reasons: Vec::new(),
        articles: Vec::new(),
        sentences: Vec::new(),
    };
    if one.iri == other.iri {
        pair.same = true;
        pair.reasons.push("one IRI".into());
        return Ok(pair);
    }
    let stands = |thing: &Thing| -> Result<String> {
        Ok(known.object(&thing.iri, IDENTIFIED_AS)?.unwrap_or_else(|| thing.iri.as_str().to_owned()))
    };
    if stands(one)? == stands(other)? {
        pair.same = true;
        let mut evidence = BTreeSet::new();
        for thing in [one, other] {
            for node in known.subjects_of(ALIAS, &thing.iri)? {
                pair.reasons.extend(known.objects_of(&node, RULE)?);
                pair.reasons.extend(known.objects_of(&node, COMMENT)?);
                pair.articles.extend(known.objects_of(&node, DERIVED_FROM)?);
                evidence.extend(known.objects_of(&node, EVIDENCE)?);
            }
        }
        for node in evidence {
            let node = NamedNode::new_unchecked(node);
            let part = |property| Ok::<_, crate::error::Error>(known.object(&node, property)?.unwrap_or_default());
            pair.sentences.push(format!("{}[{}]{}", part(PREFIX)?, part(EXACT)?, part(SUFFIX)?));
        }
        pair.reasons.dedup();
        pair.articles.sort();
        pair.articles.dedup();
        return Ok(pair);
    }
    if ruled.keeps_apart(one.iri.as_str(), other.iri.as_str()) {
        pair.reasons.push(Bar::User.to_string());
    }
    match judge::judge(known, one, other, true)? {
        Some(Err(Bar::Article(article))) => {
            pair.reasons.push(Bar::Article(article.clone()).to_string());
            pair.articles.push(article.into_string());
        }
        Some(Err(bar)) => pair.reasons.push(bar.to_string()),
        Some(Ok(rule)) if pair.reasons.is_empty() => pair.reasons.push(format!(
            "{} would make them one, but each is one with something that keeps them apart, or the store was not built since",
            rule.name()
        )),
        Some(Ok(_)) => {}
        None if pair.reasons.is_empty() => {
            pair.reasons.push("no code and no name is both's".into());
            pair.reasons.extend(judge::bar(one, other).map(|bar| bar.to_string()));
        }
        None => {}
    }
    Ok(pair)
}
