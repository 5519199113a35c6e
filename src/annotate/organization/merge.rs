//! One name for one body: a name accepted once is found wherever it stands, and later short forms take the full name.

use super::super::name::{Scan, Taken};
use super::FAMILY;
use crate::gazetteer::tables;
use crate::model::{Found, OrganizationKind, OrganizationMention, RuleId, Verdict};
use crate::rules::everywhere;
use rustc_hash::{FxHashMap, FxHashSet};
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
    let forms: Vec<&str> = names.keys().map(String::as_str).collect();
    let mut taken: Taken = found.iter().map(|find| find.span).collect();
    for (places, value) in everywhere(scan.text, &forms).into_iter().zip(names.values()) {
        for span in places {
            if taken.take(span) {
                found.push(Found { span, value: value.clone(), rule: RuleId::new("organization/repeat") });
            }
        }
    }
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

/// The names of one article, so that the fuller names of one are found without asking all.
struct Names {
    /// Each once, with its kind, in their order.
    names: Vec<(String, OrganizationKind)>,
    /// By a name's end: those of which it is a part.
    by_end: FxHashMap<(String, OrganizationKind), Vec<usize>>,
    /// By a character: those that have it.
    by_letter: FxHashMap<(char, OrganizationKind), Vec<usize>>,
}

/// A short form all letters of which stand in so many names of its kind is no one's: it is not asked which. A long list of
/// firms has a hundred names, and a letter of a short form is in a few of them.
const MOST_ALIKE: usize = 400;

impl Names {
    fn new(names: Vec<(String, OrganizationKind)>) -> Self {
        let known: FxHashSet<(&str, OrganizationKind)> =
            names.iter().map(|(name, kind)| (name.as_str(), *kind)).collect();
        let mut by_end: FxHashMap<(String, OrganizationKind), Vec<usize>> = FxHashMap::default();
        let mut by_letter: FxHashMap<(char, OrganizationKind), Vec<usize>> = FxHashMap::default();
        for (index, (name, kind)) in names.iter().enumerate() {
            for (at, letter) in name.char_indices() {
                if at > 0 && known.contains(&(&name[at..], *kind)) {
                    by_end.entry((name[at..].to_owned(), *kind)).or_default().push(index);
                }
                let with = by_letter.entry((letter, *kind)).or_default();
                if with.last() != Some(&index) {
                    with.push(index);
                }
            }
        }
        Self { names, by_end, by_letter }
    }

    /// Names that may be the fuller ones of this, in their order: all that end with it, and all that have its letters.
    fn around(&self, name: &str, kind: OrganizationKind) -> Vec<usize> {
        let mut found = self.by_end.get(&(name.to_owned(), kind)).cloned().unwrap_or_default();
        let letters = name.chars().filter_map(|letter| self.by_letter.get(&(letter, kind)));
        if let Some(rarest) = letters.min_by_key(|with| with.len()).filter(|with| with.len() <= MOST_ALIKE) {
            found.extend(rarest);
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

fn lengthen(scan: &Scan<'_>, found: &mut [Found<OrganizationMention>]) {
    let mut names: Vec<(String, OrganizationKind)> = found
        .iter()
        .filter(|find| tables().body_named(&find.value.name).is_none())
        .map(|find| (find.value.name.clone(), find.value.kind))
        .collect();
    names.sort();
    names.dedup();
    let names = Names::new(names);
    let mut longer: BTreeMap<String, String> = BTreeMap::new();
    for (name, kind) in &names.names {
        let mut whole: Vec<&String> = names
            .around(name, *kind)
            .into_iter()
            .map(|index| &names.names[index])
            .filter(|(other, other_kind)| {
                other_kind == kind && other.len() > name.len() && {
                    let after_owner = other.ends_with(name.as_str()) && name.chars().count() >= 4;
                    let same_words = name.chars().count() >= 4
                        && other.chars().count() >= name.chars().count() + 3
                        && *kind == OrganizationKind::Enterprise
                        && shortens(name, other);
                    // 湖南省工信厅 and 湖南省工业和信息化厅: the same area, the same last word.
                    let department = *kind == OrganizationKind::Government
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
