//! One name for one place: later short forms take the fullest name that the article gives.

use super::super::name::{Scan, Taken};
use super::FAMILY;
use crate::model::{Found, OrganizationMention, PlaceKind, PlaceMention, RuleId, Span, Verdict, touching};
use crate::rules::everywhere;
use std::collections::BTreeMap;

/// Gives 银盘水电站 the name 乌江银盘水电站, and finds 高新区 where it stands alone for 重庆高新区.
pub(super) fn merge(
    scan: &Scan<'_>,
    found: &mut Vec<Found<PlaceMention>>,
    organizations: &[Found<OrganizationMention>],
) {
    fold_areas(scan, found);
    let mut taken: Taken = found.iter().map(|find| find.span).collect();
    repeat(scan, found, &mut taken, organizations);
    alone(scan, found, &mut taken, organizations);
    lengthen(scan, found);
    found.sort_by_key(|find| find.span);
}

/// A name accepted once is a name wherever it stands.
fn repeat(
    scan: &Scan<'_>,
    found: &mut Vec<Found<PlaceMention>>,
    taken: &mut Taken,
    organizations: &[Found<OrganizationMention>],
) {
    let mut names: BTreeMap<String, PlaceMention> = BTreeMap::new();
    for find in found.iter().filter(|find| find.value.code.is_none()) {
        let form = find.span.of(scan.text);
        if form.chars().count() >= 4 {
            names.entry(form.to_owned()).or_insert_with(|| find.value.clone());
        }
    }
    let forms: Vec<&str> = names.keys().map(String::as_str).collect();
    for (places, value) in everywhere(scan.text, &forms).into_iter().zip(names.values()) {
        for span in places {
            if touching(organizations, span).is_empty() && taken.take(span) {
                found.push(Found { span, value: value.clone(), rule: RuleId::new("place/repeat") });
            }
        }
    }
}

/// 高新区 alone means the one 高新区 that the article names in full.
fn alone(
    scan: &Scan<'_>,
    found: &mut Vec<Found<PlaceMention>>,
    taken: &mut Taken,
    organizations: &[Found<OrganizationMention>],
) {
    let mut more: Vec<Found<PlaceMention>> = Vec::new();
    for class in ["zone", "wide"] {
        for entry in FAMILY.lexicon.entries(class).iter().filter(|entry| entry.is("alone")) {
            for form in &entry.forms {
                let mut whole: Vec<&PlaceMention> = found
                    .iter()
                    .map(|find| &find.value)
                    .filter(|value| value.name.ends_with(form.as_str()) && value.name != *form)
                    .collect();
                whole.sort_by(|a, b| a.name.cmp(&b.name));
                whole.dedup_by(|a, b| a.name == b.name);
                let own = PlaceMention {
                    name: form.clone(),
                    kind: if class == "zone" { PlaceKind::Zone } else { PlaceKind::Region },
                    code: None,
                };
                let value = match whole[..] {
                    [] => &own,
                    [value] => value,
                    _ => continue,
                };
                for (start, _) in scan.text.match_indices(form.as_str()) {
                    let span = Span::new(start, start + form.len());
                    let apart =
                        scan.before(span.start).is_none_or(|c| !c.is_alphanumeric()) || scan.token_begins(span.start);
                    // 两江新区、高新区、自贸区: among names of its kind it is one.
                    let listed =
                        scan.text[..span.start].strip_suffix('\u{3001}').is_some_and(|left| taken.ends_at(left.len()));
                    if apart
                        && (listed || !whole.is_empty())
                        && touching(organizations, span).is_empty()
                        && taken.take(span)
                    {
                        more.push(Found { span, value: value.clone(), rule: RuleId::new("place/alone") });
                    }
                }
            }
        }
    }
    found.extend(more);
}

/// 万宁市槟榔产业园 and 万宁槟榔产业园 are one: the area before the name is the same.
fn fold_areas(scan: &Scan<'_>, found: &mut [Found<PlaceMention>]) {
    let key = |find: &Found<PlaceMention>| {
        let area = scan.area_at(find.span.start).filter(|area| area.span.end < find.span.end)?;
        Some((area.name.clone(), scan.text[area.span.end..find.span.end].to_owned()))
    };
    let mut names: BTreeMap<(String, String), String> = BTreeMap::new();
    for find in found.iter().filter(|find| find.value.code.is_none()) {
        if let Some(key) = key(find) {
            let name = names.entry(key).or_default();
            if find.value.name.len() > name.len() {
                name.clone_from(&find.value.name);
            }
        }
    }
    for find in found.iter_mut().filter(|find| find.value.code.is_none()) {
        if let Some(name) = key(find).and_then(|key| names.get(&key)) {
            find.value.name.clone_from(name);
        }
    }
}

/// A name that ends a longer one is the longer one's, if what the longer one has before it is a place's name.
fn lengthen(scan: &Scan<'_>, found: &mut [Found<PlaceMention>]) {
    let mut names: Vec<String> =
        found.iter().filter(|find| find.value.code.is_none()).map(|find| find.value.name.clone()).collect();
    names.sort_unstable();
    names.dedup();
    let mut places: Vec<&str> = found.iter().map(|find| find.span.of(scan.text)).collect();
    places.extend(scan.places.iter().flat_map(|place| [place.span.of(scan.text), place.name.as_str()]));
    places.sort_unstable();
    places.dedup();
    let is_place = |prefix: &str| places.binary_search(&prefix).is_ok();
    // By a name that ends longer ones, those of them that begin with a place.
    let mut ending: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
    for other in &names {
        for (at, _) in other.char_indices().skip(1).filter(|(at, _)| is_place(&other[..*at])) {
            if names.binary_search_by(|name| name.as_str().cmp(&other[at..])).is_ok() {
                ending.entry(&other[at..]).or_default().push(other);
            }
        }
    }
    let mut longer: BTreeMap<String, String> = BTreeMap::new();
    for (name, mut whole) in ending {
        whole.sort_by_key(|other| other.len());
        // 重庆高新区 and 绵阳高新区 leave open which of them 高新区 is.
        let rival = whole.windows(2).any(|pair| !pair[1].ends_with(pair[0].as_str()));
        if let (Some(last), false) = (whole.last(), rival) {
            longer.insert(name.to_owned(), (*last).clone());
        }
    }
    for find in found.iter_mut().filter(|find| find.value.code.is_none()) {
        if let Some(name) = longer.get(&find.value.name) {
            scan.judge(&find.rule, find.span, || Verdict::Fuller(find.value.name.clone()));
            find.value.name.clone_from(name);
        }
    }
}
