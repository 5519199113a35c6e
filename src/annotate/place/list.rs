//! Names that share the head which closes their list: 襄渝、遂渝、兰渝等铁路.

use super::super::name::Scan;
use super::FAMILY;
use crate::model::{Found, PlaceKind, PlaceMention, Span};
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
        let known = scan.places.iter().any(|place| place.span.overlaps(span));
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
