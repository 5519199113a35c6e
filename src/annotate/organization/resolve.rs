//! Whose 区委, 市政府 and 市文旅委 are.

use super::super::name::Scan;
use super::FAMILY;
use crate::gazetteer::tables;
use crate::model::{Found, OrganizationKind, OrganizationMention, Span};
use crate::rules::Hit;

/// A body of an area, with the area's full name: 区委 in Beibei's paper is 中共北碚区委.
pub(super) fn of_area(scan: &Scan<'_>, hit: &Hit<'_>, form: &str) -> Option<Found<OrganizationMention>> {
    let (area, rest) = match (hit.group("area"), hit.group("level")) {
        (Some(area), _) => {
            let place = scan.place_of(area.span)?;
            (place.name.clone(), &scan.text[area.span.end..hit.span.end])
        }
        (None, Some(level)) => {
            let word = level.span.of(scan.text);
            (area_of_level(scan, word)?, &scan.text[level.span.end..hit.span.end])
        }
        (None, None) => return None,
    };
    if form == "office" {
        let office = hit.group("office")?.span;
        let name = format!("{}{area}{}{}", full("party_name")?, full("committee")?, office.of(scan.text));
        let kind = hit.sets("kind").and_then(OrganizationKind::parse)?;
        return Some(Found { span: office, value: OrganizationMention { name, kind }, rule: hit.rule.id.clone() });
    }
    // 中共, before a committee's area; 人民政府, of which 政府 is the short form.
    let party = full("party_name")?;
    let lead = hit.span.of(scan.text).starts_with(party);
    let name = match form {
        "party" => format!("{party}{area}{rest}"),
        "government" => {
            let office = FAMILY.lexicon.prefix_of("government_name", rest).map_or("", |(_, form)| &rest[form.len()..]);
            format!("{area}{}{office}", full("government_name")?)
        }
        // 第十九届人民代表大会 is the congress in its nineteenth term.
        _ if FAMILY.lexicon.prefix_of("term", rest).is_some() => {
            let end = FAMILY.lexicon.find("term_end", rest).first().map_or(0, |word| word.span.end);
            format!("{area}{}", &rest[end..])
        }
        _ if lead => format!("{party}{area}{rest}"),
        _ => format!("{area}{rest}"),
    };
    Some(Found {
        span: hit.span,
        value: OrganizationMention { name, kind: hit.sets("kind").and_then(OrganizationKind::parse)? },
        rule: hit.rule.id.clone(),
    })
}

/// The first form of a class: the full one.
fn full(class: &str) -> Option<&'static str> {
    FAMILY.lexicon.entries(class).first()?.forms.first().map(String::as_str)
}

fn area_of_level(scan: &Scan<'_>, word: &str) -> Option<String> {
    let level = FAMILY.lexicon.get("level", word)?.get("level")?;
    let index = super::super::place::at_level(scan, level)?;
    Some(tables().division(index).name.clone())
}

/// The level with which a name begins: 市 in 市地产集团, if 市 is a word there.
pub(super) fn level_before<'t>(scan: &Scan<'t>, span: Span) -> Option<&'t str> {
    let (_, form) = FAMILY.lexicon.prefix_of("level", span.of(scan.text))?;
    let form = &scan.text[span.start..span.start + form.len()];
    if FAMILY.lexicon.prefix_of("level_not", span.of(scan.text)).is_some() {
        return None;
    }
    let opens = scan.before(span.start).is_none_or(|c| !c.is_alphanumeric());
    let word = scan.token_begins(span.start) && scan.token_begins(span.start + form.len());
    (opens || word).then_some(form)
}

/// The name with the area's own for its level: 市地产集团 → 重庆市地产集团. Nothing where no area is known for it.
pub(super) fn with_level(scan: &Scan<'_>, span: Span) -> Option<String> {
    let text = span.of(scan.text);
    match level_before(scan, span) {
        Some(level) => Some(format!("{}{}", area_of_level(scan, level)?, &text[level.len()..])),
        None => Some(text.to_owned()),
    }
}
