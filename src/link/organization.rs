//! Organizations: unique in the country by table or by rule, else by name and area.

use super::around::{Around, label};
use super::fold::{fold, rewritten};
use super::{Clusters, LEXICON};
use crate::gazetteer::{Sense, tables};
use crate::model::{Annotated, Identity, OrganizationKind};
use std::collections::{BTreeMap, BTreeSet};

/// The organizations, the index of each mention's, and the publisher's.
pub(super) fn organizations(
    annotated: &Annotated,
    around: &Around,
) -> (Vec<Identity<OrganizationKind>>, Vec<usize>, Option<usize>) {
    let mut clusters = Clusters::new();
    for found in &annotated.organizations {
        clusters.mention(identity(&found.value.name, found.value.kind, around), found.span);
    }
    let mut publisher = None;
    for name in publishers(annotated) {
        let key = clusters.add(identity(&name, kind_of_publisher(&name), around)).key.clone();
        publisher = publisher.or(Some(key));
    }
    let (mut organizations, of) = clusters.finish();
    let mut codes: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for stated in &annotated.credit_codes {
        codes.entry(of[stated.organization]).or_default().insert(stated.code.as_str());
    }
    for (index, stated) in codes {
        // Two codes of one body: one of them is another's, and nobody can say which.
        organizations[index].code = stated.first().filter(|_| stated.len() == 1).map(|code| (*code).to_owned());
    }
    let publisher = publisher.and_then(|key| organizations.binary_search_by(|item| item.key.cmp(&key)).ok());
    (organizations, of, publisher)
}

/// The publisher's names: several where the line joins bodies that are known or that the article names.
fn publishers(annotated: &Annotated) -> Vec<String> {
    let Some(line) = annotated.article.publisher.as_deref().map(str::trim) else {
        return Vec::new();
    };
    if line.is_empty() {
        return Vec::new();
    }
    let text = &annotated.article.text;
    let named = |part: &str| {
        tables().body_named(part).is_some()
            || annotated.organizations.iter().any(|found| found.value.name == part || found.span.of(text) == part)
    };
    let is_joint = |c: char| LEXICON.get("joint", c.encode_utf8(&mut [0; 4])).is_some();
    let parts: Vec<&str> = line.split(is_joint).map(str::trim).filter(|part| !part.is_empty()).collect();
    if parts.len() > 1 && parts.iter().any(|part| named(part)) {
        return parts.into_iter().map(str::to_owned).collect();
    }
    vec![line.to_owned()]
}

fn kind_of_publisher(name: &str) -> OrganizationKind {
    let entry = LEXICON.suffix_of("publisher", name).map(|(entry, _)| entry);
    entry.and_then(|entry| OrganizationKind::parse(entry.get("kind")?)).unwrap_or(OrganizationKind::Other)
}

fn identity(name: &str, kind: OrganizationKind, around: &Around) -> Identity<OrganizationKind> {
    let name = fold(name);
    if let Some(body) = tables().body_named(&name) {
        return Identity {
            key: fold(&body.name),
            name: body.name.clone(),
            aliases: body.aliases.clone(),
            kind: body.kind,
            code: None,
            within: None,
            same_as: tables().body_elsewhere(&body.name).to_vec(),
            mentions: Vec::new(),
        };
    }
    let area = around.of(&name);
    let key = match area {
        Some(index) if !is_unique(&name) => format!("{name}~{}", label(index).0),
        _ => name.clone(),
    };
    Identity {
        key,
        aliases: rewritten(&name),
        name,
        kind,
        code: None,
        within: area.map(label),
        same_as: Vec::new(),
        mentions: Vec::new(),
    }
}

/// Whether no other body in the country has that name: by its form, or because it holds the full name of an area
/// that no other area has.
fn is_unique(name: &str) -> bool {
    let starts = LEXICON.prefix_of("unique_start", name).is_some();
    let ends = LEXICON.suffix_of("unique_end", name).is_some();
    starts || ends || {
        tables().find(name).iter().any(|hit| {
            let divisions = hit.senses.iter().filter(|sense| match sense {
                Sense::Division(index) => tables().division(*index).until.is_none(),
                _ => false,
            });
            divisions.count() == 1
        })
    }
}
