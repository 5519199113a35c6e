//! Values of literals: whether they are well-formed, which is less, which language they are in.

use crate::model::PartialDate;
use oxigraph::model::vocab::{rdf, xsd};
use oxigraph::model::{LiteralRef, TermRef};
use rust_decimal::Decimal;
use std::cmp::Ordering;

/// An IRI's or a literal's text; a blank node has none.
pub(super) fn text(term: TermRef<'_>) -> Option<&str> {
    match term {
        TermRef::NamedNode(node) => Some(node.as_str()),
        TermRef::Literal(literal) => Some(literal.value()),
        _ => None,
    }
}

/// Whether a literal's text is one that its datatype knows. A datatype that the shapes do not use knows every text.
pub(super) fn is_well_formed(literal: LiteralRef) -> bool {
    let date = || PartialDate::parse(literal.value());
    match literal.datatype() {
        xsd::DATE => matches!(date(), Some(PartialDate::Day(_))),
        xsd::G_YEAR_MONTH => matches!(date(), Some(PartialDate::Month(..))),
        xsd::G_YEAR => matches!(date(), Some(PartialDate::Year(_))),
        xsd::INTEGER => is_number(literal.value(), false),
        xsd::DECIMAL => is_number(literal.value(), true),
        rdf::LANG_STRING => literal.language().is_some(),
        _ => true,
    }
}

/// An optional sign and digits, with one point among them if `point` allows it.
fn is_number(text: &str, point: bool) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let points = digits.bytes().filter(|byte| *byte == b'.').count();
    let others = digits.bytes().filter(|byte| !byte.is_ascii_digit()).count();
    points == others && points <= usize::from(point) && digits.len() > points
}

/// Which of two numbers or two days is less; `None` where they cannot be compared.
pub(super) fn compare(one: TermRef, other: TermRef) -> Option<Ordering> {
    let (TermRef::Literal(one), TermRef::Literal(other)) = (one, other) else {
        return None;
    };
    if !is_well_formed(one) || !is_well_formed(other) {
        return None;
    }
    let is_numeric = |literal: LiteralRef| matches!(literal.datatype(), xsd::INTEGER | xsd::DECIMAL);
    if is_numeric(one) && is_numeric(other) {
        let number = |literal: LiteralRef| literal.value().parse::<Decimal>().ok();
        return Some(number(one)?.cmp(&number(other)?));
    }
    // ISO 8601 dates of one form are in the order of their text.
    (one.datatype() == other.datatype()).then(|| one.value().cmp(other.value()))
}

/// Basic filtering of RFC 4647: `zh` matches `zh-Hans`, in any case.
pub(super) fn language_matches(tag: &str, range: &str) -> bool {
    let (tag, range) = (tag.to_ascii_lowercase(), range.to_ascii_lowercase());
    tag.strip_prefix(&range).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use oxigraph::model::Literal;

    #[test]
    fn a_number_is_digits_with_at_most_one_point() {
        for good in ["0", "-4.3", "+5", "53.", ".5"] {
            assert!(is_number(good, true), "{good}");
        }
        for bad in ["", "-", ".", "1.2.3", "1e5", "五", "1 000"] {
            assert!(!is_number(bad, true), "{bad}");
        }
        assert!(!is_number("1.0", false));
    }

    #[test]
    fn numbers_compare_by_value_and_days_by_day() {
        let typed = |text: &str, datatype| Literal::new_typed_literal(text, datatype);
        let nine = typed("9", xsd::INTEGER);
        let ten = typed("10.0", xsd::DECIMAL);
        let day = typed("2024-03-04", xsd::DATE);

        assert_eq!(compare((&nine).into(), (&ten).into()), Some(Ordering::Less));
        assert_eq!(compare((&day).into(), (&nine).into()), None);
        assert_eq!(compare((&day).into(), (&day).into()), Some(Ordering::Equal));
    }

    #[test]
    fn a_language_range_is_a_prefix_at_a_hyphen() {
        assert!(language_matches("zh-hans", "zh-Hans"));
        assert!(language_matches("zh-Hans-CN", "zh"));
        assert!(!language_matches("zhx", "zh"));
    }
}
