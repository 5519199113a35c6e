//! Firms and bodies that only their list tells: 引进了航天云网、忽米网等10余家企业.

use super::super::name::{LEXICON, Scan};
use super::FAMILY;
use crate::model::{Found, OrganizationKind, OrganizationMention, RuleId, Span, Verdict};
use crate::rules::Hit;
use std::collections::BTreeMap;

/// A brand has two characters at least, and a name that is longer than this is a phrase.
const LENGTH: std::ops::RangeInclusive<usize> = 2..=12;

/// A brand that only its neighbours tell is short.
const LONGEST_SIBLING: usize = 6;

/// The members of the list, each a mention.
pub(super) fn read(scan: &Scan<'_>, hit: &Hit<'_>, found: &mut Vec<Found<OrganizationMention>>) {
    let Some(names) = hit.group("names") else { return };
    let kind = hit.sets("kind").and_then(OrganizationKind::parse).unwrap_or(OrganizationKind::Other);
    let mut at = names.span.start;
    // 以甲加工、乙制造等类别企业 lists kinds.
    if names.span.of(scan.text).starts_with('\u{4EE5}') {
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
        } else {
            scan.judge(&hit.rule.id, span, || Verdict::Refused("no-brand"));
        }
    }
}

/// A list of which the members beside one are bodies by their own words: 甲研究院、大龙网、乙有限公司.
pub(super) fn siblings(scan: &Scan<'_>, found: &mut Vec<Found<OrganizationMention>>) {
    let by_start: BTreeMap<usize, (Span, OrganizationKind)> =
        found.iter().map(|find| (find.span.start, (find.span, find.value.kind))).collect();
    let by_end: BTreeMap<usize, OrganizationKind> = found.iter().map(|find| (find.span.end, find.value.kind)).collect();
    for sentence in scan.sentences {
        let mut start = sentence.span.start;
        let mut items = Vec::new();
        for item in sentence.span.of(scan.text).split(is_border) {
            items.push(Span::new(start, start + item.len()));
            start += item.len() + scan.text[start + item.len()..].chars().next().map_or(0, char::len_utf8);
        }
        for around in items.windows(3) {
            let (left, item, right) = (around[0], around[1], around[2]);
            let listed = [left, item].iter().all(|span| scan.text[span.end..].starts_with('\u{3001}'));
            let beside = by_end.get(&left.end).zip(by_start.get(&right.start).map(|(_, kind)| kind));
            let firm = beside.is_some_and(|(a, b)| [a, b].contains(&&OrganizationKind::Enterprise));
            let before = by_start.range(..item.end).next_back();
            let free = before.is_none_or(|(_, (span, _))| span.end <= item.start);
            if listed && firm && free && item.of(scan.text).chars().count() <= LONGEST_SIBLING && is_brand(scan, item) {
                found.push(Found {
                    span: item,
                    value: OrganizationMention {
                        name: item.of(scan.text).to_owned(),
                        kind: OrganizationKind::Enterprise,
                    },
                    rule: RuleId::new("organization/sibling"),
                });
            }
        }
    }
}

/// A mark between members of a list, or between clauses.
fn is_border(c: char) -> bool {
    matches!(c, '\u{3001}' | '\u{FF0C}' | ',' | '\u{3002}' | '\u{FF1B}' | ';' | '\u{FF1A}' | ':' | '\n')
}

/// A member is a name if it is not made of common words, is no place, and ends as no place does.
pub(super) fn is_brand(scan: &Scan<'_>, span: Span) -> bool {
    let form = span.of(scan.text);
    let plain = form.chars().all(|c| c.is_alphanumeric() || matches!(c, '(' | ')'));
    let place = scan.place_of(span).is_some();
    let generic = ["generic", "tail", "head"].iter().any(|class| FAMILY.lexicon.get(class, form).is_some());
    // 中/大/基因: letters that stand alone make a name that no dictionary has.
    let letters = scan.tokens_in(span).iter().filter(|token| token.span.of(scan.text).chars().count() == 1).count();
    let common = LEXICON.get("common", form).is_some() || (letters < 2 && scan.all_common(span));
    plain
        && LENGTH.contains(&form.chars().count())
        && !place
        && !generic
        && !common
        && FAMILY.lexicon.suffix_of("tail", form).is_none_or(|(_, tail)| FAMILY.lexicon.get("head", tail).is_some())
        && !super::super::place::ends_like_a_place(form)
        && !scan.begins_with_stop(span)
}
