//! When two facts are the same: names, quantities, figures, events; and the pairing of what was found with what is there.

use super::gold::{Figure, Happening, Named};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// Below this likeness two names are two projects.
const PROJECT: f64 = 0.6;
/// Below this likeness two names are two indicators.
const INDICATOR: f64 = 0.5;
/// Below this likeness two quotes are of two events.
const EVENT: f64 = 0.45;
/// A quote is a sentence, not a page: a longer one shows nothing, in characters.
const LONGEST_QUOTE: usize = 150;

#[derive(Deserialize)]
struct Units {
    counters: String,
    scales: Vec<(String, f64)>,
    currency_note: String,
    quotes: String,
    units: BTreeMap<String, (String, f64)>,
}

static UNITS: LazyLock<Units> =
    LazyLock::new(|| toml::from_str(include_str!("units.toml")).expect("the embedded file is tested"));

/// A fact that can be told, and sorted when it was missed or is not there.
pub(super) trait Told {
    /// A line that names it.
    fn told(&self) -> String;

    /// What kind of fact it is among those of its kind: an enterprise, a share, a signing.
    fn class(&self) -> String;

    /// In what it differs from another that was meant for the same, if that may be.
    fn differs(&self, other: &Self) -> Option<&'static str>;
}

impl Told for Named {
    fn told(&self) -> String {
        self.name.clone()
    }

    fn class(&self) -> String {
        self.kind.clone().unwrap_or_else(|| "any".to_owned())
    }

    fn differs(&self, other: &Self) -> Option<&'static str> {
        let inside = names(self).any(|a| names(other).any(|b| a.contains(b) || b.contains(a)));
        inside.then_some("other bounds")
    }
}

impl Told for Figure {
    fn told(&self) -> String {
        let value = self.value.map(|value| value.to_string()).unwrap_or_default();
        format!("{} {value}{} | {}", self.indicator, self.unit.as_deref().unwrap_or_default(), self.evidence)
    }

    fn class(&self) -> String {
        match quantity(self.value.unwrap_or_default(), self.unit.as_deref()).1.as_str() {
            "#" => "count".to_owned(),
            unit => unit.to_owned(),
        }
    }

    fn differs(&self, other: &Self) -> Option<&'static str> {
        let (a, b) = (self.value?, other.value?);
        let same = quantity(a, self.unit.as_deref()) == quantity(b, other.unit.as_deref());
        let number = (a - b).abs() < 1e-9;
        if same { Some("other indicator") } else { number.then_some("other unit") }
    }
}

impl Told for Happening {
    fn told(&self) -> String {
        format!("{} | {}", self.label, self.evidence)
    }

    fn class(&self) -> String {
        self.kind.clone().unwrap_or_else(|| "any".to_owned())
    }

    fn differs(&self, other: &Self) -> Option<&'static str> {
        let near = covers(&self.evidence, &other.evidence) >= EVENT;
        near.then_some("other date or telling")
    }
}

/// The text without case, width, quotes and spaces.
fn norm(text: &str) -> String {
    let kept = text.nfkc().filter(|c| !c.is_whitespace() && !UNITS.quotes.contains(*c));
    kept.flat_map(char::to_lowercase).collect()
}

/// How often each pair of neighbouring characters stands in the text.
fn grams(text: &str) -> BTreeMap<Vec<char>, usize> {
    let chars: Vec<char> = norm(text).chars().collect();
    let mut grams = BTreeMap::new();
    for i in 0..chars.len().saturating_sub(1).max(1) {
        *grams.entry(chars[i.min(chars.len())..(i + 2).min(chars.len())].to_vec()).or_insert(0) += 1;
    }
    grams
}

#[expect(clippy::cast_precision_loss, reason = "texts are far shorter than 2^52 characters")]
fn overlap(a: &str, b: &str, share: impl Fn(f64, f64, f64) -> f64) -> f64 {
    let (a, b) = (grams(a), grams(b));
    let common: usize = a.iter().map(|(gram, count)| (*count).min(b.get(gram).copied().unwrap_or(0))).sum();
    share(common as f64, a.values().sum::<usize>() as f64, b.values().sum::<usize>() as f64)
}

/// Dice's coefficient over bigrams.
fn dice(a: &str, b: &str) -> f64 {
    overlap(a, b, |common, a, b| if a + b > 0.0 { 2.0 * common / (a + b) } else { 0.0 })
}

/// The share of the shorter text's bigrams that the longer one has.
fn covers(a: &str, b: &str) -> f64 {
    overlap(a, b, |common, a, b| common / a.min(b).max(1.0))
}

/// How alike two names are; a long text that merely contains a short one does not count.
fn alike(a: &str, b: &str) -> f64 {
    let (a_len, b_len) = (norm(a).chars().count(), norm(b).chars().count());
    let (short, long) = (a_len.min(b_len), a_len.max(b_len));
    let inside = if short >= 4 && 2 * short >= long { 0.9 * covers(a, b) } else { 0.0 };
    dice(a, b).max(inside)
}

fn names(item: &Named) -> impl Iterator<Item = &str> {
    std::iter::once(item.name.as_str()).chain(item.aliases.iter().map(String::as_str))
}

/// 1 if any name of both is the same.
pub(super) fn same_name(found: &Named, there: &Named) -> f64 {
    let normed = |item: &Named| names(item).map(norm).filter(|name| !name.is_empty()).collect::<BTreeSet<_>>();
    if normed(found).is_disjoint(&normed(there)) { 0.0 } else { 1.0 }
}

/// How alike the two most alike names are.
pub(super) fn like_name(found: &Named, there: &Named) -> f64 {
    let pairs = names(found).flat_map(|a| names(there).map(move |b| alike(&norm(a), &norm(b))));
    let best = pairs.fold(0.0, f64::max);
    if best >= PROJECT { best } else { 0.0 }
}

/// A number in a base unit, rounded to six places.
fn quantity(value: f64, unit: Option<&str>) -> (f64, String) {
    let unit = unit.unwrap_or_default().trim().replace(&UNITS.currency_note, "");
    let (mut base, mut factor) = (unit.as_str(), 1.0);
    if !UNITS.units.contains_key(base) {
        if let Some((rest, by)) = UNITS.scales.iter().find_map(|(scale, by)| Some((base.strip_prefix(scale)?, *by))) {
            (base, factor) = (rest, by);
        }
    }
    let (base, by) = UNITS.units.get(base).map_or((base, 1.0), |(base, by)| (base.as_str(), *by));
    let counts = base.is_empty() || (base.chars().count() == 1 && base.chars().all(|c| UNITS.counters.contains(c)));
    ((value * factor * by * 1e6).round() / 1e6, if counts { "#".to_owned() } else { base.to_owned() })
}

/// Which attributes of an observation that was found are right.
pub(super) struct Agreement {
    pub statistic: bool,
    pub bound: bool,
    pub period: bool,
    pub about: bool,
}

impl Agreement {
    pub fn all(&self) -> bool {
        self.named().iter().all(|(_, holds)| *holds)
    }

    pub fn named(&self) -> [(&'static str, bool); 4] {
        [("statistic", self.statistic), ("bound", self.bound), ("period", self.period), ("about", self.about)]
    }
}

pub(super) fn agreement(found: &Figure, there: &Figure) -> Agreement {
    let wanted = there.about.as_deref().unwrap_or_default();
    let mut offered = found.about.iter().chain(&found.about_names);
    Agreement {
        statistic: found.statistic == there.statistic,
        bound: found.bound == there.bound,
        period: found.period == there.period,
        about: offered.any(|name| norm(name) == norm(wanted) || dice(name, wanted) >= 0.8),
    }
}

pub(super) fn same_maximum(found: &Figure, there: &Figure) -> bool {
    (found.value_max.unwrap_or(0.0) - there.value_max.unwrap_or(0.0)).abs() < 1e-9
}

/// How alike the indicators are, if value and unit are the same; attributes that agree break ties.
pub(super) fn observation_score(found: &Figure, there: &Figure) -> f64 {
    let (Some(a), Some(b)) = (found.value, there.value) else { return 0.0 };
    let ((a, a_unit), (b, b_unit)) = (quantity(a, found.unit.as_deref()), quantity(b, there.unit.as_deref()));
    // One third may be written 33.33 or 33.3333.
    let slack = if b_unit == "%" { 1e-3 } else { 1e-6 };
    let written = there.unit.as_deref().unwrap_or_default();
    let bare =
        UNITS.scales.iter().fold(written.to_owned(), |unit, (scale, _)| unit.replace(scale.as_str(), "")).is_empty();
    if (a - b).abs() > slack * b.abs().max(1.0) || (a_unit != b_unit && !bare) {
        return 0.0;
    }
    let wordings = |figure: &Figure| -> Vec<String> {
        let all = std::iter::once(&figure.indicator).chain(&figure.aliases);
        all.filter(|name| !name.is_empty()).cloned().collect()
    };
    let (offered, wanted) = (wordings(found), wordings(there));
    let best = offered.iter().flat_map(|a| wanted.iter().map(move |b| alike(a, b))).fold(0.0, f64::max);
    if best < INDICATOR {
        return 0.0;
    }
    let agreed = agreement(found, there).named().iter().filter(|(_, holds)| *holds).count();
    best + 0.01 * f64::from(u8::try_from(agreed).unwrap_or(4))
}

/// How alike the quotes or labels are, if the dates do not contradict each other.
pub(super) fn event_score(found: &Happening, there: &Happening) -> f64 {
    if found.evidence.chars().count() > LONGEST_QUOTE {
        return 0.0;
    }
    let (a, b) = (found.date.as_deref().unwrap_or_default(), there.date.as_deref().unwrap_or_default());
    if !a.is_empty() && !b.is_empty() && !a.starts_with(b) && !b.starts_with(a) {
        return 0.0;
    }
    let near = covers(&found.evidence, &there.evidence).max(dice(&found.label, &there.label));
    if near < EVENT {
        return 0.0;
    }
    near + if found.kind == there.kind { 0.1 } else { 0.0 }
}

/// Pairs each found fact with one that is there, the most alike first.
pub(super) fn pair<'a, T>(found: &'a [T], there: &'a [T], score: fn(&T, &T) -> f64) -> Vec<(&'a T, &'a T)> {
    let mut ranked = Vec::new();
    for (i, a) in found.iter().enumerate() {
        for (j, b) in there.iter().enumerate() {
            let likeness = score(a, b);
            if likeness > 0.0 {
                ranked.push((likeness, i, j));
            }
        }
    }
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)).then(b.2.cmp(&a.2)));
    let (mut used_found, mut used_there, mut pairs) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for (_, i, j) in ranked {
        if !used_found.contains(&i) && !used_there.contains(&j) {
            used_found.insert(i);
            used_there.insert(j);
            pairs.push((&found[i], &there[j]));
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(indicator: &str, value: f64, unit: &str) -> Figure {
        Figure { indicator: indicator.into(), value: Some(value), unit: Some(unit.into()), ..Figure::default() }
    }

    #[test]
    fn a_quantity_is_the_same_in_another_unit() {
        assert!(observation_score(&figure("常住人口", 7.6, "万人"), &figure("常住人口", 76000.0, "人")) > 0.9);
        assert!(observation_score(&figure("总面积", 1.0, "平方公里"), &figure("总面积", 100.0, "公顷")) > 0.9);
        assert!(observation_score(&figure("学校数量", 4.0, "所"), &figure("学校数量", 4.0, "个")) > 0.9);
    }

    #[test]
    fn another_value_unit_or_indicator_is_another_figure() {
        let wanted = figure("森林覆盖率", 53.0, "%");

        assert_eq!(observation_score(&figure("森林覆盖率", 54.0, "%"), &wanted), 0.0);
        assert_eq!(observation_score(&figure("森林覆盖率", 53.0, "亩"), &wanted), 0.0);
        assert_eq!(observation_score(&figure("人均预期寿命", 53.0, "%"), &wanted), 0.0);
    }

    #[test]
    fn each_fact_is_paired_once() {
        let named = |name: &str| Named { name: name.into(), ..Named::default() };
        let (found, there) = ([named("甲"), named("甲"), named("乙")], [named("甲"), named("丙")]);

        assert_eq!(pair(&found, &there, same_name).len(), 1);
    }

    #[test]
    fn brackets_and_width_make_no_difference_to_a_name() {
        let named = |name: &str| Named { name: name.into(), ..Named::default() };

        assert_eq!(same_name(&named("西部（重庆）科学城"), &named("西部(重庆)科学城")), 1.0);
    }
}
