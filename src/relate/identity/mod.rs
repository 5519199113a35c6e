//! Things that articles take for several and that are one: 力帆科技 in one article is 力帆科技(集团)股份有限公司 in another.
//!
//! Within an article `link` knows what a short form stands for; between articles only the whole can tell. Two things are
//! one where a code says so, where the names are written in two ways, or where an article calls one by the other's name and
//! nobody else is called that. Names that every area has (人民医院), organs without their area (文旅委) and names that are
//! heard of in two places stay apart. The user's file overrules all of it.
//!
//! The graph tells of each thing that is another: `owl:sameAs` and `jl:identifiedAs` lead to the one that stands for both, and
//! a `jl:Identification` says by which rule and by which articles. Articles' graphs keep the IRIs that they have.

mod judge;
mod known;
mod name;
mod overrule;
mod told;
mod why;

pub use overrule::Overrules;
pub use why::{Account, Meant, Pair, why};

use super::{Since, Told};
use crate::error::Result;
use crate::model::Base;
use judge::Rule;
use known::{Known, Thing};
use overrule::Verdict;
use oxigraph::store::Store;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Two things that are one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Link {
    rule: Rule,
    one: String,
    other: String,
    /// What the user said, where the user did.
    why: String,
}

/// What the user's file says of the things of a store.
#[derive(Debug, Default)]
struct Ruled {
    /// What is one, the one that stays first.
    same: Vec<(String, String, String)>,
    apart: BTreeSet<(String, String)>,
    /// Lines that say nothing of this store, with the reason.
    idle: Vec<(u64, String)>,
}

impl Ruled {
    fn read(known: &Known<'_>, overrules: &Overrules) -> Result<Self> {
        let mut ruled = Self::default();
        for line in &overrules.lines {
            let [one, other] = [named(known, &line.one)?, named(known, &line.other)?];
            let missing = [(&line.one, &one), (&line.other, &other)].into_iter().find(|(_, found)| found.is_empty());
            if let Some((name, _)) = missing {
                ruled.idle.push((line.line, format!("no organization, place or project is called `{name}`")));
                continue;
            }
            if line.verdict == Verdict::Apart {
                let pairs = one.iter().flat_map(|a| other.iter().map(move |b| (a, b))).filter(|(a, b)| a != b);
                ruled.apart.extend(pairs.map(|(a, b)| (a.min(b).clone(), a.max(b).clone())));
                continue;
            }
            let mut is_told = false;
            for class in name::Class::ALL {
                let of = |found: &BTreeSet<String>| -> Result<Vec<String>> {
                    let mut own = Vec::new();
                    for iri in found {
                        own.extend(known.thing(iri)?.filter(|thing| thing.class == class).map(|_| iri.clone()));
                    }
                    Ok(own)
                };
                if let ([a], [b]) = (&of(&one)?[..], &of(&other)?[..]) {
                    is_told = true;
                    if a != b {
                        ruled.same.push((a.clone(), b.clone(), line.why.clone()));
                    }
                }
            }
            if !is_told {
                let several = format!(
                    "`{}` and `{}` are not each one thing of a class: name them by their IRIs",
                    line.one, line.other
                );
                ruled.idle.push((line.line, several));
            }
        }
        Ok(ruled)
    }

    fn keeps_apart(&self, one: &str, other: &str) -> bool {
        self.apart.contains(&(one.min(other).to_owned(), one.max(other).to_owned()))
    }
}

/// The things that a line of the user's file names.
fn named(known: &Known<'_>, name: &str) -> Result<BTreeSet<String>> {
    let mut candidates = BTreeSet::from([name.to_owned()]);
    candidates.insert(format!("{}/id/{name}", known.base()));
    candidates
        .extend(name::Class::ALL.into_iter().map(|class| format!("{}/id/{}/{name}", known.base(), class.segment())));
    let mut found = BTreeSet::new();
    for iri in candidates {
        if known.thing(&iri)?.is_some() {
            found.insert(iri);
        }
    }
    if found.is_empty() {
        for iri in known.labelled(name)? {
            if known.thing(&iri)?.is_some() {
                found.insert(iri);
            }
        }
    }
    Ok(found)
}

/// The lines of the user's file that say nothing of this store, each with its number and the reason.
///
/// # Errors
/// If the database fails.
pub fn idle(data: &Store, base: &Base, overrules: &Overrules) -> Result<Vec<(u64, String)>> {
    Ok(Ruled::read(&Known::new(data, base), overrules)?.idle)
}

/// The graph of identities. Where it is known what has changed, what it says of things that a changed graph can concern.
pub(super) fn identities(data: &Store, base: &Base, overrules: &Overrules, since: Option<Since<'_>>) -> Result<Told> {
    let known = Known::new(data, base);
    let ruled = Ruled::read(&known, overrules)?;
    let (things, gone) = match since {
        None => (known.all()?, Vec::new()),
        Some(since) => {
            let before = Known::new(since.before, base);
            let mut begin: BTreeSet<String> = ruled.same.iter().flat_map(|(a, b, _)| [a.clone(), b.clone()]).collect();
            let earlier = Ruled::read(&before, overrules)?;
            begin.extend(earlier.same.iter().flat_map(|(a, b, _)| [a.clone(), b.clone()]));
            for (one, other) in ruled.apart.symmetric_difference(&earlier.apart) {
                begin.extend([one.clone(), other.clone()]);
            }
            for graph in since.graphs {
                begin.extend(before.of_graph(graph.as_ref())?);
                begin.extend(known.of_graph(graph.as_ref())?);
            }
            let region = region(&[&before, &known], begin, &[&earlier, &ruled])?;
            let gone = told::said(&known, &region)?;
            (region, gone)
        }
    };
    let mut links = Vec::new();
    for iri in &things {
        let Some(thing) = known.thing(iri)? else { continue };
        for near in known.near(&thing)?.into_iter().filter(|near| near > iri) {
            let Some(other) = known.thing(&near)? else { continue };
            if let Some(Ok(rule)) = judge::judge(&known, &thing, &other, false)? {
                links.push(Link { rule, one: iri.clone(), other: near, why: String::new() });
            }
        }
    }
    let same = ruled.same.iter().filter(|(one, other, _)| things.contains(one) && things.contains(other));
    links.extend(same.map(|(one, other, why)| Link {
        rule: Rule::User,
        one: one.clone(),
        other: other.clone(),
        why: why.clone(),
    }));
    links.sort();
    let mut come = Vec::new();
    for group in groups(&known, &ruled, links)? {
        come.extend(told::told(&known, &ruled, &group)?);
    }
    Ok(if since.is_some() { Told::Part { gone, come } } else { Told::Whole(come) })
}

/// All things on which a verdict on one of `begin` depends, in one of the stores or the other.
fn region(stores: &[&Known<'_>], begin: BTreeSet<String>, ruled: &[&Ruled]) -> Result<BTreeSet<String>> {
    let mut region = BTreeSet::new();
    let mut open: Vec<String> = begin.into_iter().collect();
    while let Some(iri) = open.pop() {
        if !region.insert(iri.clone()) {
            continue;
        }
        for known in stores {
            if let Some(thing) = known.thing(&iri)? {
                open.extend(known.near(&thing)?.into_iter().filter(|near| !region.contains(near)));
            }
        }
        for (one, other, _) in ruled.iter().flat_map(|ruled| &ruled.same) {
            open.extend((*one == iri).then(|| other.clone()));
            open.extend((*other == iri).then(|| one.clone()));
        }
    }
    Ok(region)
}

/// Things that are one, with the links that make them so: a tree.
struct Group {
    things: BTreeMap<String, Rc<Thing>>,
    links: Vec<Link>,
}

/// The groups that the links make, the most certain link first. A link that would join what must stay apart makes none.
fn groups(known: &Known<'_>, ruled: &Ruled, links: Vec<Link>) -> Result<Vec<Group>> {
    let mut group_of: BTreeMap<String, usize> = BTreeMap::new();
    let mut groups: Vec<Option<Group>> = Vec::new();
    for link in links {
        let mut own = |iri: &String| -> Result<usize> {
            if let Some(at) = group_of.get(iri) {
                return Ok(*at);
            }
            let things = known.thing(iri)?.into_iter().map(|thing| (iri.clone(), thing)).collect();
            groups.push(Some(Group { things, links: Vec::new() }));
            group_of.insert(iri.clone(), groups.len() - 1);
            Ok(groups.len() - 1)
        };
        let (one, other) = (own(&link.one)?, own(&link.other)?);
        if one == other {
            continue;
        }
        let (Some(mut a), Some(b)) = (groups[one].take(), groups[other].take()) else { continue };
        if barred(ruled, &a, &b, link.rule) {
            (groups[one], groups[other]) = (Some(a), Some(b));
            continue;
        }
        for iri in b.things.keys() {
            group_of.insert(iri.clone(), one);
        }
        a.things.extend(b.things);
        a.links.extend(b.links);
        a.links.push(link);
        groups[one] = Some(a);
    }
    Ok(groups.into_iter().flatten().filter(|group| group.things.len() > 1).collect())
}

/// Whether a thing of one group must stay apart from one of the other.
fn barred(ruled: &Ruled, a: &Group, b: &Group, rule: Rule) -> bool {
    for (one, thing) in &a.things {
        for (other, another) in &b.things {
            // The user may know that one body has had two codes.
            let by_codes = rule != Rule::User && judge::bar(thing, another).is_some();
            if by_codes || ruled.keeps_apart(one, other) {
                return true;
            }
        }
    }
    false
}

#[cfg(test)]
mod tests;
