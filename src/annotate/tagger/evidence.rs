//! The tagger's word in the decision on what the rules leave undecided.
//!
//! A stretch that the tagger, too, takes for a name, and that passes the checks at its edges that every name must pass, is
//! one. Under which doubt it was decides the name of the rule: `tagger/head`, `tagger/brand`, `tagger/listed`.

use super::super::name::Scan;
use super::undecided::{Doubt, Taken, Undecided, undecided};
use super::{Reader, Tag, Tagged};
use crate::annotate::{organization, place};
use crate::model::{
    Found, Judgement, OrganizationKind, OrganizationMention, PlaceKind, PlaceMention, RuleId, Span, Verdict,
};

/// A name has so many characters of its own before its head.
const LEAST_OWN: usize = 2;

/// Adds the organizations that the rules leave undecided and the tagger sees too.
pub(in crate::annotate) fn organizations(scan: &Scan<'_>, found: &mut Vec<Found<OrganizationMention>>) {
    let Some(reader) = &scan.tagger else { return };
    let firm: Vec<Span> = found.iter().map(|find| find.span).collect();
    let open = undecided(scan, "organization", &firm, |span| organization::is_bare_brand(scan, span));
    let more = decided(scan, reader, open, [&firm, &[]], |span, undecided, tag| match undecided.doubt {
        Doubt::Light(_) | Doubt::Bare => organization::headed(scan, span),
        Doubt::Brand | Doubt::Member => (tag == Tag::Organization)
            .then(|| OrganizationMention { name: span.of(scan.text).to_owned(), kind: OrganizationKind::Enterprise }),
    });
    found.extend(more);
    found.sort_by_key(|find| find.span);
}

/// Adds the places that the rules leave undecided and the tagger sees too. A division within one is a part of its name.
pub(in crate::annotate) fn places(
    scan: &Scan<'_>,
    found: &mut Vec<Found<PlaceMention>>,
    organizations: &[Found<OrganizationMention>],
) {
    let Some(reader) = &scan.tagger else { return };
    let spans =
        |division: bool| found.iter().filter(move |find| find.value.code.is_some() == division).map(|find| find.span);
    let firm: Vec<Span> = spans(false).chain(organizations.iter().map(|find| find.span)).collect();
    let divisions: Vec<Span> = spans(true).collect();
    let all = [&firm[..], &divisions].concat();
    let open = undecided(scan, "place", &all, |span| place::is_bare_name(scan, span));
    let more = decided(scan, reader, open, [&firm, &divisions], |span, undecided, tag| {
        match (&undecided.doubt, &undecided.rule) {
            (Doubt::Light(_) | Doubt::Bare, Some(rule)) => place::headed(scan, rule, span),
            (Doubt::Member, _) if tag == Tag::Place => {
                Some(PlaceMention { name: span.of(scan.text).to_owned(), kind: PlaceKind::Other, code: None })
            }
            _ => None,
        }
    });
    let own: Vec<Span> = more.iter().map(|find| find.span).collect();
    let added = Taken::new(&own);
    found.retain(|find| !added.overlap(find.span));
    found.extend(more);
    found.sort_by_key(|find| find.span);
}

/// What becomes of the undecided: those that the tagger sees where they stand, and of which `mention` makes something. No
/// name overlaps a find of `firm`, and none has only a part of one of `divisions`.
fn decided<T>(
    scan: &Scan<'_>,
    reader: &Reader<'_>,
    undecided: Vec<Undecided>,
    [firm, divisions]: [&[Span]; 2],
    mention: impl Fn(Span, &Undecided, Tag) -> Option<T>,
) -> Vec<Found<T>> {
    let taken = Taken::new(firm);
    let inner = Taken::new(divisions);
    let mut more: Vec<Found<T>> = Vec::new();
    for undecided in undecided {
        let Some(sentence) = scan.sentence_of(undecided.span) else { continue };
        let names = reader.names(scan.text, sentence);
        let Some(name) = names.iter().find(|name| agrees(scan, &undecided, name)) else { continue };
        let after = more.last().is_none_or(|last: &Found<T>| last.span.end <= name.span.start);
        let free = after && !taken.overlap(name.span) && !inner.cross(name.span);
        if !free || scan.in_title_marks(sentence.span.start, name.span.end) {
            continue;
        }
        if let Some(value) = mention(name.span, &undecided, name.tag) {
            let rule = RuleId::new(match undecided.doubt {
                Doubt::Light(_) | Doubt::Bare => "tagger/head",
                Doubt::Brand => "tagger/brand",
                Doubt::Member => "tagger/listed",
            });
            let weight = undecided.weight;
            scan.note(Judgement { span: name.span, rule: rule.clone(), weight, verdict: Verdict::Name });
            more.push(Found { span: name.span, value, rule });
        }
    }
    more
}

/// Whether the tagger sees a name in what is undecided, with edges that a name can have.
fn agrees(scan: &Scan<'_>, undecided: &Undecided, name: &Tagged) -> bool {
    let (whole, seen) = (undecided.span, name.span);
    match undecided.doubt {
        // 渝西高铁北碚南站: where the tagger sees only the end of the candidate, the name begins there.
        Doubt::Light(head) => {
            seen.end == whole.end
                && seen.start >= whole.start
                && seen.start < head
                && scan.text[seen.start..head].chars().count() >= LEAST_OWN
                && scan.token_begins(seen.start)
        }
        Doubt::Bare => {
            let own = Span::new(seen.start.min(whole.start), whole.start);
            let text = own.of(scan.text);
            seen.end == whole.end
                && text.chars().count() >= LEAST_OWN
                && text.chars().all(char::is_alphanumeric)
                && scan.token_begins(own.start)
                && !scan.opens_with_a_stop(own)
                && !scan.all_common(own)
                && !scan.begins_with_a_number(own)
        }
        // 深福保科技 in 深福保科技生态园: before a noun it is a part of that noun's name.
        Doubt::Brand => seen == whole && !scan.goes_into_a_noun(whole.end),
        Doubt::Member => seen == whole,
    }
}
