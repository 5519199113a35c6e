//! One name for one body: a name accepted once is found wherever it stands, and later short forms take the full name.

use super::super::name::Scan;
use super::FAMILY;
use crate::gazetteer::tables;
use crate::model::{Found, OrganizationMention, RuleId, Span, Verdict};
use std::collections::BTreeMap;

/// Finds every place of each name, and gives 热力总公司 the name 乌鲁木齐市热力总公司.
pub(super) fn merge(scan: &Scan<'_>, found: &mut Vec<Found<OrganizationMention>>) {
    repeat(scan, found);
    lengthen(scan, found);
    found.sort_by_key(|find| find.span);
}

/// A name accepted once is a name wherever it stands.
fn repeat(scan: &Scan<'_>, found: &mut Vec<Found<OrganizationMention>>) {
    let mut names: BTreeMap<String, OrganizationMention> = BTreeMap::new();
    for find in found.iter() {
        let form = find.span.of(scan.text);
        if form.chars().count() >= 3 {
            names.entry(form.to_owned()).or_insert_with(|| find.value.clone());
        }
    }
    let mut more: Vec<Found<OrganizationMention>> = Vec::new();
    for (form, value) in &names {
        for (start, _) in scan.text.match_indices(form.as_str()) {
            let span = Span::new(start, start + form.len());
            let free = !found.iter().chain(&more).any(|other| other.span.overlaps(span));
            if free {
                more.push(Found { span, value: value.clone(), rule: RuleId::new("organization/repeat") });
            }
        }
    }
    found.extend(more);
}

/// Whether the characters of `short` stand in `long` in their order, beginning with the same.
fn shortens(short: &str, long: &str) -> bool {
    let mut rest = long.chars();
    short.chars().all(|c| rest.any(|other| other == c)) && short.chars().next() == long.chars().next()
}

/// Whether both end in the same word for a department; 委 is short for 委员会.
fn ends_alike(short: &str, long: &str) -> bool {
    let entry = FAMILY
        .lexicon
        .entries("department_end")
        .iter()
        .find(|entry| entry.forms.iter().any(|form| long.ends_with(form.as_str())));
    entry.is_some_and(|entry| entry.forms.iter().any(|form| short.ends_with(form.as_str())))
}

fn lengthen(scan: &Scan<'_>, found: &mut [Found<OrganizationMention>]) {
    let mut names: Vec<(String, crate::model::OrganizationKind)> = found
        .iter()
        .filter(|find| tables().body_named(&find.value.name).is_none())
        .map(|find| (find.value.name.clone(), find.value.kind))
        .collect();
    names.sort();
    names.dedup();
    let mut places: Vec<&str> = Vec::new();
    for place in &scan.places {
        places.extend([place.span.of(scan.text), place.name.as_str()]);
    }
    let mut longer: BTreeMap<String, String> = BTreeMap::new();
    for (name, kind) in &names {
        let mut whole: Vec<&String> = names
            .iter()
            .filter(|(other, other_kind)| {
                other_kind == kind && other.len() > name.len() && {
                    let after_owner = other.ends_with(name.as_str()) && name.chars().count() >= 4;
                    let same_words = name.chars().count() >= 4
                        && other.chars().count() >= name.chars().count() + 3
                        && *kind == crate::model::OrganizationKind::Enterprise
                        && shortens(name, other);
                    // 湖南省工信厅 and 湖南省工业和信息化厅: the same area, the same last word.
                    let department = *kind == crate::model::OrganizationKind::Government
                        && name.chars().count() >= 4
                        && name.chars().take(3).eq(other.chars().take(3))
                        && ends_alike(name, other)
                        && shortens(name, other);
                    after_owner || same_words || department
                }
            })
            .map(|(other, _)| other)
            .collect();
        whole.sort_by_key(|other| other.len());
        let rival = whole.windows(2).any(|pair| !pair[1].ends_with(pair[0].as_str()));
        if let (Some(last), false) = (whole.last(), rival) {
            longer.insert(name.clone(), (*last).clone());
        }
    }
    for find in found.iter_mut() {
        if let Some(name) = longer.get(&find.value.name) {
            scan.judge(&find.rule, find.span, || Verdict::Fuller(find.value.name.clone()));
            find.value.name.clone_from(name);
        }
    }
}
