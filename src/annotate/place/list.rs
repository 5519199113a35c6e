//! Names that share the head which closes their list: 襄渝、遂渝、兰渝等铁路.

use super::super::name::Scan;
use super::FAMILY;
use crate::model::{Found, PlaceKind, PlaceMention, RuleId, Span, touching};
use crate::rules::Hit;

/// The members of the list, each with the shared head as part of its name.
pub(super) fn read(scan: &Scan<'_>, hit: &Hit<'_>, found: &mut Vec<Found<PlaceMention>>) {
    let (Some(names), Some(head)) = (hit.group("names"), hit.text("kind", scan.text)) else {
        return;
    };
    let kind = if FAMILY.lexicon.suffix_of("road", head).is_some() { PlaceKind::Other } else { PlaceKind::Zone };
    let mut at = names.span.start;
    let items = names.span.of(scan.text);
    // 城市、乡村等片区 are kinds; one member that is no common word makes a list of names.
    let mut from = names.span.start;
    let proper = items.split('\u{3001}').any(|item| {
        let span = Span::new(from, from + item.len());
        from = span.end + '\u{3001}'.len_utf8();
        !scan.all_common(span)
    });
    if !proper {
        return;
    }
    for item in names.span.of(scan.text).split('\u{3001}') {
        let whole = Span::new(at, at + item.len());
        at = whole.end + '\u{3001}'.len_utf8();
        // The first member has the verb before it: 推进襄渝.
        let span = if whole.start == names.span.start { scan.after_stops(whole) } else { whole };
        let item = span.of(scan.text);
        let known = !touching(&scan.places, span).is_empty();
        // 两江新区、天府新区等园区 has heads of its own.
        if known
            || super::ends_like_a_place(item)
            || item.chars().count() < 2
            || scan.is_common(item)
            || scan.begins_with_stop(span)
        {
            continue;
        }
        let head = head.trim_start_matches(['\u{5927}']);
        found.push(Found {
            span,
            value: PlaceMention { name: format!("{item}{head}"), kind, code: None },
            rule: hit.rule.id.clone(),
        });
    }
}

/// A name in a list is no longer than this, in characters.
const LONGEST: usize = 24;

/// The members of a list of sites, each whole: 甲镇田园综合体、乙湖观光休闲区、丙村采摘园. Where three and more stand side by
/// side and most end as sites do, the marks between them say where each name begins, better than its words do.
pub(super) fn whole(scan: &Scan<'_>, sentence: Span, found: &mut Vec<Found<PlaceMention>>) {
    let text = sentence.of(scan.text);
    let is_end = |c: char| matches!(c, '\u{FF0C}' | ',' | '\u{3002}' | '\u{FF1B}' | ';' | '\u{FF1A}' | ':' | '\n');
    let mut from = 0;
    for (at, c) in text.char_indices().filter(|(_, c)| is_end(*c)).chain([(text.len(), '\n')]) {
        if at > from {
            stretch(scan, Span::new(sentence.start + from, sentence.start + at), found);
        }
        from = at + c.len_utf8();
    }
}

fn stretch(scan: &Scan<'_>, stretch: Span, found: &mut Vec<Found<PlaceMention>>) {
    let words = stretch.of(scan.text);
    if words.matches('\u{3001}').count() < 2 {
        return;
    }
    let mut items = Vec::new();
    let mut at = stretch.start;
    for item in words.split('\u{3001}') {
        let span = Span::new(at, at + item.len());
        at = span.end + '\u{3001}'.len_utf8();
        items.push(span);
    }
    let last = items.len() - 1;
    let read: Vec<Option<(Span, PlaceKind)>> =
        items.iter().enumerate().map(|(index, span)| member(scan, *span, index == 0, index == last)).collect();
    let names = read.iter().flatten().count();
    if names < 3 || names * 3 < items.len() * 2 {
        return;
    }
    for (span, kind) in read.into_iter().flatten() {
        found.push(Found {
            span,
            value: PlaceMention { name: span.of(scan.text).to_owned(), kind, code: None },
            rule: RuleId::new("place/whole-item"),
        });
    }
}

fn member(scan: &Scan<'_>, item: Span, first: bool, last: bool) -> Option<(Span, PlaceKind)> {
    let mut span = item;
    if last {
        // 甲园、乙园等10个园区, 甲园和乙园: the last name ends before what speaks of all.
        let etc = span.of(scan.text).find('\u{7B49}');
        span.end = etc.map_or(span.end, |etc| span.start + etc);
    }
    let begins = scan.after_stops(span);
    let announced = first && FAMILY.lexicon.suffix_of("announces", &scan.text[item.start..begins.start]).is_some()
        || ["\u{FF1A}", ":"].iter().any(|mark| scan.text[..item.start].ends_with(mark));
    if first {
        span = begins;
    } else if begins.start != span.start {
        return None;
    }
    let form = span.of(scan.text);
    let kind = [("nature", PlaceKind::Nature), ("site", PlaceKind::Site), ("zone", PlaceKind::Zone)]
        .into_iter()
        .find(|(class, _)| FAMILY.lexicon.suffix_of(class, form).is_some())
        .map(|(class, kind)| (FAMILY.lexicon.suffix_of(class, form).map_or("", |(_, head)| head), kind))
        .or_else(|| FAMILY.lexicon.suffix_of("listed", form).map(|(_, head)| (head, PlaceKind::Zone)))?;
    let (head, kind) = kind;
    let own = Span::new(span.start, span.end - head.len());
    let chars = form.chars().count();
    let plain = form.chars().all(|c| c.is_alphanumeric() || matches!(c, '\u{201C}' | '\u{201D}' | '(' | ')'));
    let common = scan.all_common(own) && !announced;
    let stands = plain && (4..=LONGEST).contains(&chars) && !own.is_empty() && !common && !scan.begins_with_stop(span);
    let counted = form.starts_with(|c: char| c.is_ascii_digit()) || scan.counted(span);
    (stands && !counted && FAMILY.lexicon.get("generic", form).is_none()).then_some((span, kind))
}
