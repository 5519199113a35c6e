//! What the graph of identities says of a group of things that are one.

use super::judge::Rule;
use super::known::{Known, Thing};
use super::{Group, Link, Ruled};
use crate::error::Result;
use crate::gazetteer::tables;
use crate::relate::read::said_of;
use oxigraph::model::vocab::{rdf, rdfs};
use oxigraph::model::{Literal, NamedNode, NamedNodeRef, Triple};
use sha2::{Digest, Sha256};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

const SAME_AS: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://www.w3.org/2002/07/owl#sameAs");
const PREF_LABEL: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://www.w3.org/2004/02/skos/core#prefLabel");
const DERIVED_FROM: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://www.w3.org/ns/prov#wasDerivedFrom");
const JL: &str = "https://w3id.org/jialing/ontology#";

#[derive(serde::Deserialize)]
struct Words {
    identification: String,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    toml::from_str(include_str!("../words.toml")).expect("words.toml is complete: a test names an identification")
});

fn jl(name: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("{JL}{name}"))
}

/// The thing that stands for the group: that which the user names, else the one that codes know, else the one with the fullest
/// name, else the one of the smallest area that is known.
pub(super) fn canonical(ruled: &Ruled, group: &Group) -> String {
    let of_group = |iri: &String| group.things.contains_key(iri);
    let ours = || ruled.same.iter().filter(|(one, other, _)| of_group(one) && of_group(other));
    // What one line keeps and another gives up is given up.
    let given_up: BTreeSet<&String> = ours().map(|(_, other, _)| other).collect();
    let rank = |(iri, thing): &(&String, &std::rc::Rc<Thing>)| {
        let kept = ours().any(|(one, _, _)| one == *iri) && !given_up.contains(iri);
        (
            !kept,
            thing.admin.is_empty(),
            thing.elsewhere.is_empty(),
            thing.credit.is_empty(),
            Reverse(thing.label.chars().count()),
            Reverse(thing.name.area.map_or(0, |area| tables().chain(area).count())),
            (*iri).clone(),
        )
    };
    group.things.iter().min_by_key(rank).map(|(iri, _)| iri.clone()).unwrap_or_default()
}

/// The triples of a group.
pub(super) fn told(known: &Known<'_>, ruled: &Ruled, group: &Group) -> Result<Vec<Triple>> {
    let canonical = canonical(ruled, group);
    let mut triples = Vec::new();
    let mut evidence: BTreeMap<&Link, BTreeSet<NamedNode>> = BTreeMap::new();
    for link in &group.links {
        evidence.insert(link, found(known, group, link)?);
    }
    for alias in group.things.keys().filter(|iri| **iri != canonical) {
        let (Some(one), Some(other)) = (group.things.get(alias), group.things.get(&canonical)) else { continue };
        let node = identification(known, alias);
        let label = WORDS.identification.replace("{alias}", &one.label).replace("{canonical}", &other.label);
        triples.push(Triple::new(one.iri.clone(), SAME_AS, other.iri.clone()));
        triples.push(Triple::new(one.iri.clone(), jl("identifiedAs"), other.iri.clone()));
        triples.push(Triple::new(node.clone(), rdf::TYPE, jl("Identification")));
        let label = Literal::new_language_tagged_literal_unchecked(label, "zh-hans");
        triples.push(Triple::new(node.clone(), PREF_LABEL, label));
        triples.push(Triple::new(node.clone(), jl("alias"), one.iri.clone()));
        triples.push(Triple::new(node.clone(), jl("canonical"), other.iri.clone()));
        for link in path(group, alias, &canonical) {
            triples.push(Triple::new(node.clone(), jl("identityRule"), Literal::from(link.rule.name())));
            if !link.why.is_empty() {
                triples.push(Triple::new(node.clone(), rdfs::COMMENT, Literal::from(link.why.as_str())));
            }
            for evidence in evidence.get(link).into_iter().flatten() {
                triples.push(Triple::new(node.clone(), jl("evidence"), evidence.clone()));
                if let Some((article, _)) = evidence.as_str().split_once('#') {
                    triples.push(Triple::new(node.clone(), DERIVED_FROM, NamedNode::new_unchecked(article)));
                }
            }
        }
    }
    Ok(triples)
}

/// The IRI of what is said of an alias: a thing is another in one way only.
fn identification(known: &Known<'_>, alias: &str) -> NamedNode {
    let own = alias.strip_prefix(known.base().as_str()).unwrap_or(alias);
    let digest = format!("{:x}", Sha256::digest(own));
    NamedNode::new_unchecked(format!("{}/id/identification/{}", known.base(), &digest[..16]))
}

/// The mentions that show what the link says: for a short form where an article uses it of the other; and where each is named.
fn found(known: &Known<'_>, group: &Group, link: &Link) -> Result<BTreeSet<NamedNode>> {
    let mut found = BTreeSet::new();
    let (Some(one), Some(other)) = (group.things.get(&link.one), group.things.get(&link.other)) else {
        return Ok(found);
    };
    for (thing, another) in [(one, other), (other, one)] {
        let is_short = link.rule == Rule::ShortForm && thing.forms.contains(&another.label);
        let form = is_short.then_some(another.label.as_str());
        let mention = match known.mention(thing, form)? {
            None if is_short => known.mention(thing, None)?,
            mention => mention,
        };
        found.extend(mention);
    }
    Ok(found)
}

/// The links that lead from one thing of a group to another.
fn path<'g>(group: &'g Group, from: &str, to: &str) -> Vec<&'g Link> {
    let mut reached: BTreeMap<&str, Option<&'g Link>> = BTreeMap::from([(from, None)]);
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        for link in &group.links {
            let next = if link.one == at {
                &link.other
            } else if link.other == at {
                &link.one
            } else {
                continue;
            };
            if !reached.contains_key(next.as_str()) {
                reached.insert(next, Some(link));
                open.push(next);
            }
        }
    }
    let mut path = Vec::new();
    let mut at = to;
    while let Some(Some(link)) = reached.get(at) {
        path.push(*link);
        at = if link.one == at { &link.other } else { &link.one };
    }
    path.reverse();
    path
}

/// What the graph of identities says of the things of a region.
pub(super) fn said(known: &Known<'_>, region: &BTreeSet<String>) -> Result<Vec<Triple>> {
    let graph = NamedNode::new_unchecked(format!("{}/graph/identity", known.base()));
    let nodes: Vec<NamedNode> = region.iter().map(|alias| identification(known, alias)).collect();
    let things = region.iter().map(|thing| NamedNodeRef::new_unchecked(thing));
    said_of(known.data, graph.as_ref(), things.chain(nodes.iter().map(NamedNode::as_ref)))
}
