//! Units: from the lexicon's words to the unit concept and the exact factor.

use super::FAMILY;
use crate::model::Unit;
use crate::rules::Entry;

/// The unit of `words` with the scale before it; `per` is the unit behind a slash.
pub(super) fn unit(scale: &str, words: &str, entry: &Entry, per: Option<(&str, &Entry)>) -> Option<Unit> {
    let (numerator, denominator) = factor(entry)?;
    let scaled = numerator.checked_mul(size(scale)?)?;
    let (text, key, factor) = match per {
        None => (format!("{scale}{words}"), entry.get("key")?.to_owned(), (scaled, denominator)),
        Some((per, below)) => {
            let (n, d) = self::factor(below)?;
            let key = format!("{}-per-{}", entry.get("key")?, below.get("key")?);
            let (key, (top, bottom)) = compound(key);
            let factor = reduce((scaled.checked_mul(d)?, denominator.checked_mul(n)?));
            let factor = (factor.0.checked_mul(top)?, factor.1.checked_mul(bottom)?);
            (format!("{scale}{words}/{per}"), key, factor)
        }
    };
    Some(Unit { text, key, factor: reduce(factor) })
}

/// The concept of a unit by another, and what one of the latter is in it: metres per hour are told in km/h.
fn compound(key: String) -> (String, (i128, i128)) {
    let known = FAMILY.lexicon.get("compound", &key);
    match known.and_then(|entry| Some((entry.get("key")?.to_owned(), factor(entry)?))) {
        Some(known) => known,
        None => (key, (1, 1)),
    }
}

/// Per cent.
pub(super) fn percent() -> Option<Unit> {
    let entry = FAMILY.lexicon.get("unit", "%")?;
    unit("", "%", entry, None)
}

/// Yuan with a scale, where the text leaves 元 unsaid.
pub(super) fn yuan(scale: &str) -> Option<Unit> {
    let entry = FAMILY.lexicon.entries("unit").iter().find(|entry| entry.get("key") == Some("CNY"))?;
    unit(scale, entry.forms.first()?, entry, None)
}

/// A bare count with a scale: 36万.
pub(super) fn count(scale: &str) -> Option<Unit> {
    Some(Unit { text: scale.to_owned(), key: "NUM".to_owned(), factor: (size(scale)?, 1) })
}

fn size(scale: &str) -> Option<i128> {
    scale.chars().try_fold(1_i128, |size, c| {
        let step = match c {
            '\u{4E07}' => 10_000,
            '\u{4EBF}' => 100_000_000,
            _ => return None,
        };
        size.checked_mul(step)
    })
}

/// `2000/3` or `1000`.
fn factor(entry: &Entry) -> Option<(i128, i128)> {
    let text = entry.get("factor")?;
    let (numerator, denominator) = text.split_once('/').unwrap_or((text, "1"));
    Some((numerator.parse().ok()?, denominator.parse().ok().filter(|d| *d > 0)?))
}

fn reduce((numerator, denominator): (i128, i128)) -> (i128, i128) {
    let (mut a, mut b) = (numerator, denominator);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    (numerator / a, denominator / a)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_has_a_concept_a_kind_and_an_exact_factor() {
        for entry in FAMILY.lexicon.entries("unit") {
            assert!(factor(entry).is_some(), "{:?}", entry.forms);
            assert!(entry.get("key").is_some() && entry.get("kind").is_some(), "{:?}", entry.forms);
        }
    }

    #[test]
    fn a_unit_by_another_is_told_in_the_unit_that_has_a_concept() {
        let of = |words: &str, per: &str| {
            let get = |words| FAMILY.lexicon.get("unit", words).unwrap();
            let unit = unit("", words, get(words), Some((per, get(per)))).unwrap();
            (unit.text, unit.key, unit.factor)
        };

        assert_eq!(of("公里", "小时"), ("公里/小时".into(), "KM-per-HR".into(), (1, 1)));
        assert_eq!(of("微克", "立方米"), ("微克/立方米".into(), "UG-per-M3".into(), (1, 1)));
        assert_eq!(of("元", "平方米"), ("元/平方米".into(), "CNY-per-M2".into(), (1, 1)));
        assert_eq!(of("立方米", "秒"), ("立方米/秒".into(), "M3-per-SEC".into(), (1, 1)));
    }

    #[test]
    fn a_factor_is_reduced() {
        assert_eq!(reduce((2000, 6)), (1000, 3));
    }
}
