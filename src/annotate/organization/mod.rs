//! Organizations named in an article: bodies of the table, bodies of an area (区委, 市政府), what a head names
//! (西南大学产业技术研究院), and firms that only their list tells (航天云网、忽米网等10余家企业).
//!
//! Each mention bears the fullest name that the article makes certain. What is one body in all articles is for `link`.

mod list;
mod merge;
mod resolve;

use super::name::{Content, Joins, Scan};
use crate::model::{Found, OrganizationKind, OrganizationMention, RuleId, Span};
use crate::rules::{Family, Hit, Policy};
use std::sync::LazyLock;

static FAMILY: LazyLock<Family> =
    LazyLock::new(|| Family::embedded("organization", include_str!("lexicon.toml"), include_str!("rules.toml")));

/// The rules whose finds begin with an area's name.
const OF_AREAS: [&str; 7] =
    ["party-committee", "government", "government-office", "congress", "advisory", "department", "court"];

/// A name whose words are all common must have so many characters before its head to be one: 计算机与信息科学学院.
const LEAST_COMMON: usize = 3;

/// Organizations named, in the order of the text, without overlaps.
pub fn organizations(scan: &Scan<'_>) -> Vec<Found<OrganizationMention>> {
    let mut found = Vec::new();
    for sentence in scan.sentences {
        let areas = scan.places_in(sentence.span).filter(|place| place.area && place.full);
        let layers = [
            ("area", areas.map(|place| place.span).collect()),
            ("body", scan.bodies_in(sentence.span).map(|body| body.span).collect()),
        ];
        let tape = FAMILY.tape(scan.text, sentence.span, &layers);
        for hit in FAMILY.find(&tape, Policy::All) {
            match hit.sets("form") {
                Some("list") => list::read(scan, &hit, &mut found),
                Some(form) => {
                    let body = resolve::of_area(scan, &hit, form);
                    found.extend(body.or_else(|| scan.refuse(&hit.rule.id, hit.span, "no-area")));
                }
                None if hit.sets("edge") == Some("brand") => found.extend(brand(scan, &hit, sentence.span.start)),
                None if hit.sets("edge") == Some("titled") => found.extend(titled(scan, &hit, sentence.span.start)),
                None if hit.sets("edge").is_some() => found.extend(suffix(scan, &hit, sentence.span.start)),
                None => found.extend(body(scan, &hit)),
            }
        }
    }
    list::siblings(scan, &mut found);
    let listed = |find: &Found<_>| find.rule.as_str().ends_with("such-as");
    let mut kept = scan.longest(found, listed);
    super::tagger::organizations(scan, &mut kept);
    merge::merge(scan, &mut kept);
    kept
}

/// Whether the rule's finds begin with the name of the area that the body is of.
pub(super) fn names_its_area(rule: &RuleId) -> bool {
    OF_AREAS.iter().any(|name| rule.as_str().strip_prefix("organization/") == Some(name))
}

fn body(scan: &Scan<'_>, hit: &Hit<'_>) -> Option<Found<OrganizationMention>> {
    if let Some(kind) = hit.sets("kind").and_then(OrganizationKind::parse) {
        let name = hit.span.of(scan.text).to_owned();
        return Some(Found { span: hit.span, value: OrganizationMention { name, kind }, rule: hit.rule.id.clone() });
    }
    let body = scan.body_of(hit.span)?;
    Some(Found {
        span: hit.span,
        value: OrganizationMention { name: body.name.to_owned(), kind: body.kind },
        rule: hit.rule.id.clone(),
    })
}

fn suffix(scan: &Scan<'_>, hit: &Hit<'_>, floor: usize) -> Option<Found<OrganizationMention>> {
    let head = hit.group("head")?.span;
    let (kind, needs) = if let Some(kind) = hit.sets("kind") {
        (OrganizationKind::parse(kind)?, Content::Proper)
    } else {
        let entry = FAMILY.lexicon.get("head", head.of(scan.text))?;
        let built = || FAMILY.lexicon.prefix_of("undertaking", &scan.text[head.end..]).is_some();
        if entry.is("skip") || (entry.is("built") && built()) {
            return None;
        }
        let needs = match entry.get("needs") {
            Some("known") => Content::Known,
            Some("common") => Content::Common,
            _ => Content::Proper,
        };
        (entry.get("kind").and_then(OrganizationKind::parse)?, needs)
    };
    let span = walk(scan, &hit.rule.id, needs, kind, head, floor)?;
    if kind == OrganizationKind::Cultural && scan.is_visited(span.start) {
        return scan.refuse(&hit.rule.id, span, "visited");
    }
    let Some(name) = resolve::with_level(scan, span) else {
        return scan.refuse(&hit.rule.id, span, "no-area");
    };
    Some(Found { span, value: OrganizationMention { name, kind }, rule: hit.rule.id.clone() })
}

/// The organization that a stretch with a head names, where something else than its words says that it is a name.
pub(super) fn headed(scan: &Scan<'_>, span: Span) -> Option<OrganizationMention> {
    let text = span.of(scan.text);
    let (entry, _) = FAMILY.lexicon.suffix_of("head", text).filter(|(entry, _)| !entry.is("skip"))?;
    let kind = entry.get("kind").and_then(OrganizationKind::parse)?;
    let visited = kind == OrganizationKind::Cultural && scan.is_visited(span.start);
    let name = resolve::with_level(scan, span)?;
    let stands = !visited && FAMILY.lexicon.get("generic", text).is_none() && !scan.numbered(span);
    stands.then_some(OrganizationMention { name, kind })
}

/// Whether a stretch without a head can be a firm's name. What a department is called by is none: whose is 科技局?
pub(super) fn is_bare_brand(scan: &Scan<'_>, span: Span) -> bool {
    let ends_as = |class: &str| FAMILY.lexicon.suffix_of(class, span.of(scan.text)).is_some();
    list::is_brand(scan, span) && !scan.is_person(span) && !ends_as("department_end") && !ends_as("head")
}

/// Where the name with that head stands, if what stands before the head makes a name of it.
fn walk(
    scan: &Scan<'_>,
    rule: &RuleId,
    needs: Content,
    kind: OrganizationKind,
    head: Span,
    floor: usize,
) -> Option<Span> {
    let joins = match kind {
        OrganizationKind::University | OrganizationKind::Research | OrganizationKind::Alliance => Joins::And,
        _ => Joins::Dash,
    };
    let edge = scan.left_edge(head.start, floor, joins);
    let span = Span::new(edge.start, head.end);
    let text = span.of(scan.text);
    if edge.chars == 0 || FAMILY.lexicon.get("generic", text).is_some() {
        return scan.refuse(rule, span, "generic");
    }
    if scan.in_title_marks(floor, head.end) {
        return scan.refuse(rule, span, "title-marks");
    }
    let level = resolve::level_before(scan, span);
    // 娲石集团党委: a body within a body.
    let nested = edge.content == Content::Proper && scan.nests_before(head.start);
    // 中国茶叶流通协会: the country's own body, though all its words are common.
    let national = FAMILY.lexicon.prefix_of("national", text).is_some() && edge.chars >= LEAST_COMMON;
    let content = if level.is_some() || nested || national { Content::Known } else { edge.content };
    let span = if kind == OrganizationKind::Enterprise { with_brand(scan, span, floor) } else { span };
    let stands = match content {
        Content::Known => true,
        Content::Proper => needs <= Content::Proper,
        Content::Common => needs == Content::Common && edge.chars >= LEAST_COMMON && !scan.counted(span),
        Content::Bare => false,
    };
    scan.weigh(rule, span, [content, needs], edge.chars, stands)
}

/// A firm's own name before an area has at most so many letters.
const LONGEST_BRAND: usize = 4;

/// A firm's own name may stand before the area of its branch, where the clause begins with it: ，华能江苏能源开发有限公司.
fn with_brand(scan: &Scan<'_>, span: Span, floor: usize) -> Span {
    if scan.area_at(span.start).is_none_or(|area| area.span.end >= span.end) {
        return span;
    }
    let mut before = scan.text[floor..span.start].char_indices().rev().take(LONGEST_BRAND + 1);
    let open = before.find(|(_, c)| !c.is_alphanumeric()).map(|(at, c)| floor + at + c.len_utf8());
    let whole = || (scan.text[floor..span.start].chars().count() <= LONGEST_BRAND).then_some(floor);
    let Some(open) = open.or_else(whole) else { return span };
    let own = Span::new(open, span.start);
    let tokens = scan.tokens_in(own);
    let name = tokens.iter().all(|token| {
        let word = token.span.of(scan.text);
        matches!(token.tag.as_str().as_bytes().first(), Some(b'n' | b'j' | b'x' | b'g' | b'a'))
            && super::name::LEXICON.get("stop", word).is_none()
            && super::name::LEXICON.get("apposition", word).is_none()
    });
    let long = own.of(scan.text).chars().count() >= 2;
    let plain = !tokens.is_empty() && !scan.all_common(own) && scan.area_at(own.start).is_none();
    if long && name && plain { Span::new(own.start, span.end) } else { span }
}

/// 远山置地 before 副总裁李明, where a mark or a word that no name holds stands before it.
fn titled(scan: &Scan<'_>, hit: &Hit<'_>, floor: usize) -> Option<Found<OrganizationMention>> {
    let title = hit.group("title")?.span;
    let mut edge = scan.left_edge(title.start, floor, Joins::Dash);
    // 云从科技: between a mark and a title a name ends as firms' short names do, whatever the tokenizer makes of it.
    let open = scan.text[floor..title.start].rfind(|c: char| !c.is_alphanumeric());
    let open = open.map_or(floor, |at| floor + at + scan.text[floor + at..].chars().next().map_or(0, char::len_utf8));
    let whole = Span::new(open, title.start).of(scan.text);
    let bounded = FAMILY.lexicon.suffix_of("brand", whole).is_some_and(|(_, end)| {
        let own = whole.chars().count() - end.chars().count();
        (2..=4).contains(&own)
    });
    // 北京青禾起CEO: before a title that only firms have, an area and a few letters are a firm's name.
    let foreign = title.of(scan.text).is_ascii();
    let own = scan.area_at(open).map_or(open, |area| area.span.end);
    let letters = Span::new(own.min(title.start), title.start);
    let count = letters.of(scan.text).chars().count();
    let bounded = bounded
        || (own > open || foreign) && (2..=5).contains(&count) && {
            let tokens = scan.tokens_in(letters);
            foreign && tokens.len() > 1 && !scan.all_common(letters) && !scan.begins_with_stop(letters)
        };
    if bounded && open < edge.start {
        edge = super::name::Edge { start: open, content: Content::Proper, chars: whole.chars().count(), ..edge };
    }
    let span = Span::new(edge.start, title.start);
    let form = span.of(scan.text);
    let known = scan.place_of(span).is_some_and(|place| place.area);
    let level = super::name::LEXICON.get("common", form).is_some() || FAMILY.lexicon.get("generic", form).is_some();
    // 临港控股公司 is all common words, and still a firm's name before a title and who bears it.
    let firm = edge.content == Content::Common
        && edge.chars >= LEAST_COMMON
        && FAMILY.lexicon.suffix_of("head", form).is_some();
    let person = scan.token_at(span.start).is_some_and(|token| token.tag == "nr" && token.span == span);
    let named = (edge.content >= Content::Proper || firm) && (2..=10).contains(&edge.chars) && !person;
    let body = FAMILY.lexicon.suffix_of("generic", form).is_some() && edge.chars <= 4;
    let stands = named && !known && !level && !body;
    scan.weigh(&hit.rule.id, span, [edge.content, Content::Proper], edge.chars, stands).map(|span| Found {
        span,
        value: OrganizationMention { name: form.to_owned(), kind: OrganizationKind::Enterprise },
        rule: hit.rule.id.clone(),
    })
}

/// 中芯国际 at the head of a clause, before what the firm did.
fn brand(scan: &Scan<'_>, hit: &Hit<'_>, floor: usize) -> Option<Found<OrganizationMention>> {
    let head = hit.group("brand")?.span;
    let edge = scan.left_edge(head.start, floor, Joins::Dash);
    let opens = scan.before(edge.start).is_none_or(|c| !c.is_alphanumeric() && c != '\u{201C}');
    let acts = scan.token_at(head.end).is_some_and(|token| {
        let word = token.span.of(scan.text);
        let verb = token.tag == "v" || super::name::LEXICON.get("stop", word).is_some();
        verb && word.chars().count() > 1 || word.starts_with(|c: char| c.is_ascii_digit())
    });
    let proper = edge.content == Content::Proper && (2..=4).contains(&edge.chars);
    let span = Span::new(edge.start, head.end);
    if proper && !(opens && acts) {
        return scan.refuse(&hit.rule.id, span, "no-frame");
    }
    proper.then(|| Found {
        span,
        value: OrganizationMention {
            name: scan.text[edge.start..head.end].to_owned(),
            kind: OrganizationKind::Enterprise,
        },
        rule: hit.rule.id.clone(),
    })
}

#[cfg(test)]
mod tests;
