//! Firms and bodies that only their list tells: 引进了航天云网、忽米网等10余家企业.

use super::super::name::{LEXICON, Scan};
use super::FAMILY;
use crate::model::{Found, OrganizationKind, OrganizationMention, Span};
use crate::rules::Hit;

/// A brand has two characters at least, and a name that is longer than this is a phrase.
const LENGTH: std::ops::RangeInclusive<usize> = 2..=12;

/// The members of the list, each a mention.
pub(super) fn read(scan: &Scan<'_>, hit: &Hit<'_>, found: &mut Vec<Found<OrganizationMention>>) {
    let Some(names) = hit.group("names") else { return };
    let kind = hit.sets("kind").and_then(OrganizationKind::parse).unwrap_or(OrganizationKind::Other);
    let mut at = names.span.start;
    // 以甲加工、乙制造等类别企业 lists kinds.
    if LEXICON.get("stop", names.span.of(scan.text).get(..'\u{4EE5}'.len_utf8()).unwrap_or_default()).is_some() {
        return;
    }
    for (index, item) in names.span.of(scan.text).split('\u{3001}').enumerate() {
        let mut span = Span::new(at, at + item.len());
        at = span.end + '\u{3001}'.len_utf8();
        if index == 0 {
            // The first member has the verb before it: 引进了航天云网.
            span = scan.after_stops(span);
        }
        if is_brand(scan, span) {
            found.push(Found {
                span,
                value: OrganizationMention { name: span.of(scan.text).to_owned(), kind },
                rule: hit.rule.id.clone(),
            });
        }
    }
}

/// A member is a name if it is not made of common words, is no place, and ends as no place does.
fn is_brand(scan: &Scan<'_>, span: Span) -> bool {
    let form = span.of(scan.text);
    let plain = form.chars().all(|c| c.is_alphanumeric() || matches!(c, '(' | ')'));
    let place = scan.places.iter().any(|place| place.span == span);
    let generic = ["generic", "tail", "head"].iter().any(|class| FAMILY.lexicon.get(class, form).is_some());
    let common = LEXICON.get("common", form).is_some() || scan.all_common(span);
    plain
        && LENGTH.contains(&form.chars().count())
        && !place
        && !generic
        && !common
        && FAMILY.lexicon.suffix_of("tail", form).is_none_or(|(_, tail)| FAMILY.lexicon.get("head", tail).is_some())
        && !super::super::place::ends_like_a_place(form)
        && !scan.begins_with_stop(span)
}
