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
        }
    }
}

/// A list of which most members are bodies by their own words is one of bodies: 甲研究院、大龙网、乙有限公司.
pub(super) fn siblings(scan: &Scan<'_>, sentence: Span, found: &mut Vec<Found<OrganizationMention>>) {
    let text = sentence.of(scan.text);
    if text.matches('\u{3001}').count() < 2 {
        return;
    }
    let mut more = Vec::new();
    let is_end = |c: char| matches!(c, '\u{FF0C}' | ',' | '\u{3002}' | '\u{FF1B}' | ';' | '\u{FF1A}' | ':' | '\n');
    let mut from = sentence.start;
    for (at, c) in text.char_indices().filter(|(_, c)| is_end(*c)).chain([(text.len(), '\n')]) {
        let stretch = Span::new(from.min(sentence.start + at), sentence.start + at);
        from = sentence.start + at + c.len_utf8();
        let mut start = stretch.start;
        let items: Vec<Span> = stretch.of(scan.text).split('\u{3001}').map(|item| {
            let span = Span::new(start, start + item.len());
            start = span.end + '\u{3001}'.len_utf8();
            span
        }).collect();
        let body = |span: Span| found.iter().find(|find| span.contains(find.span) && (find.span == span || find.span.end == span.end || find.span.start == span.start));
        for (index, item) in items.iter().enumerate().skip(1).take(items.len().saturating_sub(2)) {
            let beside = body(items[index - 1]).zip(body(items[index + 1]));
            let free = !found.iter().any(|find| find.span.overlaps(*item));
            let Some((left, right)) = beside.filter(|_| free && is_brand(scan, *item)) else { continue };
            let firm = [left, right].iter().any(|find| find.value.kind == OrganizationKind::Enterprise);
            let whole = left.span.end == items[index - 1].end && right.span.start == items[index + 1].start;
            if firm && whole && item.of(scan.text).chars().count() <= 6 {
                more.push(Found {
                    span: *item,
                    value: OrganizationMention { name: item.of(scan.text).to_owned(), kind: OrganizationKind::Enterprise },
                    rule: crate::model::RuleId::new("organization/sibling"),
                });
            }
        }
    }
    found.extend(more);
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
