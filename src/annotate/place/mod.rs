//! Places named in an article: divisions and regions of the tables, and what a head names (西部(重庆)科学城北碚园区).
//!
//! It takes the text with its words and known names and gives each mention with the fullest name that the article makes
//! certain. Whose code a place has beyond the tables, and what lies in what, is for `link`.

mod list;
mod merge;

use super::name::{Content, Edge, Joins, KnownPlace, Scan};
use crate::gazetteer::{Level, tables};
use crate::model::{Found, Home, OrganizationMention, PlaceKind, PlaceMention, RuleId, Span, Verdict, touching};
use crate::rules::{Entry, Family, Hit, Policy};
use std::sync::LazyLock;

static FAMILY: LazyLock<Family> =
    LazyLock::new(|| Family::embedded("place", include_str!("lexicon.toml"), include_str!("rules.toml")));

/// The classes of heads, each the name of a rule and of its group.
const HEADS: [&str; 7] = ["zone", "wide", "nature", "site", "road", "village", "venue"];

/// A name whose words are all common must have so many characters before its head to be one: 数字经济人力资源产业园.
const LEAST_COMMON: usize = 4;

/// Places named, in the order of the text, without overlaps.
pub fn places(scan: &Scan<'_>, organizations: &[Found<OrganizationMention>]) -> Vec<Found<PlaceMention>> {
    let mut found = Vec::new();
    for sentence in scan.sentences {
        let area = |wanted: bool| {
            scan.places_in(sentence.span).filter(|place| place.area == wanted).map(|place| place.span).collect()
        };
        let layers = [("area", area(true)), ("region", area(false))];
        let tape = FAMILY.tape(scan.text, sentence.span, &layers);
        for hit in FAMILY.find(&tape, Policy::All) {
            if hit.sets("form") == Some("list") {
                list::read(scan, &hit, &mut found);
                continue;
            }
            found.extend(read(scan, &hit, sentence.span.start));
        }
        list::whole(scan, sentence.span, &mut found);
    }
    found.retain(|place| {
        let stands = allowed(scan.text, place, organizations);
        if !stands {
            scan.judge(&place.rule, place.span, || Verdict::Refused("in-organization"));
        }
        stands
    });
    let mut kept = scan.longest(found, |_| false);
    super::tagger::places(scan, &mut kept, organizations);
    merge::merge(scan, &mut kept, organizations);
    kept
}

/// The area from which the article speaks.
pub fn home(scan: &Scan<'_>) -> Option<Home> {
    let division = tables().division(scan.home?);
    Some(Home { name: division.name.clone(), code: Some(division.code.clone()), kind: division.kind() })
}

/// A place inside an organization's name is no mention, unless the organization is the place's own (武汉市委).
fn allowed(text: &str, place: &Found<PlaceMention>, organizations: &[Found<OrganizationMention>]) -> bool {
    organizations[touching(organizations, place.span)].iter().all(|organization| {
        let inside = organization.span.contains(place.span) && organization.span != place.span;
        let own = place.value.code.is_some() && super::organization::names_its_area(&organization.rule);
        // 薛埠镇党委, 某某开发区管委会: what the body governs stands before what it is.
        let seat = || {
            organization.span.start <= place.span.start
                && matches!(place.value.kind, PlaceKind::Town | PlaceKind::Zone)
                && FAMILY.lexicon.get("seat", &text[place.span.end..organization.span.end]).is_some()
        };
        organization.span != place.span && (!inside || own || seat())
    })
}

fn read(scan: &Scan<'_>, hit: &Hit<'_>, floor: usize) -> Option<Found<PlaceMention>> {
    let found = |span: Span, name: String, kind: PlaceKind, code: Option<String>| Found {
        span,
        value: PlaceMention { name, kind, code },
        rule: hit.rule.id.clone(),
    };
    if hit.sets("edge") == Some("walk") {
        let class = HEADS.into_iter().find(|class| hit.group(class).is_some())?;
        let head = hit.group(class)?.span;
        let entry = FAMILY.lexicon.get(class, head.of(scan.text))?;
        let span = walk(scan, &hit.rule.id, class, entry, head, floor)?;
        let kind = hit.sets("kind").and_then(PlaceKind::parse).unwrap_or(PlaceKind::Other);
        return Some(found(span, span.of(scan.text).to_owned(), kind, None));
    }
    let known = |group: &str| {
        let span = hit.group(group)?.span;
        scan.place_of(span)
    };
    match hit.rule.name.as_str() {
        "division" | "region" => {
            let place = known("area").or_else(|| known("region"))?;
            Some(found(hit.span, place.name.clone(), place.kind, code(place)))
        }
        "home" => {
            let word = hit.text("home", scan.text)?;
            let level = FAMILY.lexicon.get("home", word)?.get("level")?;
            let index = at_level(scan, level)?;
            let division = tables().division(index);
            Some(found(hit.span, division.name.clone(), division.kind(), Some(division.code.clone())))
        }
        _ => {
            let kind = hit.sets("kind").and_then(PlaceKind::parse).unwrap_or(PlaceKind::Other);
            Some(found(hit.span, hit.span.of(scan.text).to_owned(), kind, None))
        }
    }
}

fn code(place: &KnownPlace) -> Option<String> {
    Some(tables().division(place.division?).code.clone())
}

/// Home, or the area around it, that a word of that level means: 全市 in a district's article is the city.
pub(super) fn at_level(scan: &Scan<'_>, level: &str) -> Option<usize> {
    tables().chain(scan.home?).find(|index| {
        let division = tables().division(*index);
        match level {
            "county" => division.level == Level::County && division.kind() != PlaceKind::City,
            "city" => division.kind() == PlaceKind::City,
            _ => division.kind() == PlaceKind::Province,
        }
    })
}

/// Whether the form ends as places' names do: what a list of firms holds beside firms.
pub(super) fn ends_like_a_place(form: &str) -> bool {
    ["zone", "wide", "nature", "site", "road"].iter().any(|class| FAMILY.lexicon.suffix_of(class, form).is_some())
}

/// The place that a stretch with a head names, where something else than its words says that it is a name. `rule` proposed it.
pub(super) fn headed(scan: &Scan<'_>, rule: &RuleId, span: Span) -> Option<PlaceMention> {
    let text = span.of(scan.text);
    let rule = FAMILY.rule(rule.as_str().split_once('/')?.1)?;
    let kind = rule.sets.get("kind").and_then(|kind| PlaceKind::parse(kind)).unwrap_or(PlaceKind::Other);
    let general = FAMILY.lexicon.get("generic", text).is_some() || scan.numbered(span) || tells_how_many(text);
    let stands = !general && FAMILY.lexicon.find("not_in_name", text).is_empty();
    stands.then(|| PlaceMention { name: text.to_owned(), kind, code: None })
}

/// Whether a stretch without a head can be a place's name.
pub(super) fn is_bare_name(scan: &Scan<'_>, span: Span) -> bool {
    let text = span.of(scan.text);
    FAMILY.lexicon.get("generic", text).is_none()
        && FAMILY.lexicon.find("not_in_name", text).is_empty()
        && text.chars().all(char::is_alphanumeric)
        && !scan.is_person(span)
        && !scan.all_common(span)
        && !scan.opens_with_a_stop(span)
        && !scan.counted(span)
}

/// Where the name with that head stands, if what stands before the head makes a name of it.
fn walk(scan: &Scan<'_>, rule: &RuleId, class: &str, entry: &Entry, head: Span, floor: usize) -> Option<Span> {
    // 环保与健康科技产业基地: two trades, one base.
    let joins = if entry.is("trades") { Joins::And } else { Joins::Dash };
    let mut edge = scan.left_edge(head.start, floor, joins);
    if let Some(letters) = (class == "road" && edge.content == Content::Bare).then(|| two_letters(scan, head)).flatten()
    {
        edge = Edge { start: letters.start, content: Content::Proper, chars: 2, known_end: None, outer_end: None };
    }
    let whole = Span::new(edge.start, head.end);
    let mut start = edge.start;
    // 北碚区朝阳街道新房子社区 names three places: what lies in a division begins after it.
    let cut = edge.known_end.filter(|end| *end < head.start);
    if let Some(end) = cut {
        let before = scan.place_ending(end);
        let division = before.is_some_and(|place| place.area);
        let has_own = scan.left_edge(head.start, end, Joins::Dash).content >= Content::Proper;
        if division && (class == "village" || (has_own && before.is_some_and(|place| place.full))) {
            start = end;
        }
    }
    if let Some(end) = edge.outer_end.filter(|end| *end > start) {
        start = end;
    }
    // 某省某市滨江核心区: of divisions one within the other the innermost belongs to the name.
    while let Some(outer) = scan.area_at(start) {
        let large = outer.division.is_some_and(|index| tables().division(index).level <= Level::City);
        let inner = scan.area_at(outer.span.end).filter(|inner| inner.span.end <= head.start);
        if inner.is_none() || !large {
            break;
        }
        start = outer.span.end;
    }
    // 东山经济开发区建设储能产业基地 names two: a zone or a body builds, and what it builds has a name of its own.
    if let Some(end) = builder_end(&scan.text[start..head.start]) {
        start += end;
    }
    // 兰渝等铁路: the head is of all that the list holds.
    if class == "road" && scan.text[start..head.start].ends_with('\u{7B49}') {
        return scan.refuse(rule, whole, "of-a-list");
    }
    let span = Span::new(start, head.end);
    if tells_how_many(&scan.text[start..head.start]) {
        return scan.refuse(rule, span, "counted");
    }
    if class == "venue" && !scan.is_visited(start) {
        return scan.refuse(rule, span, "not-visited");
    }
    let mut chars = scan.text[start..head.start].chars().count();
    let mut span = span;
    // 苟家/坪/片区: one letter before the head is the end of a name.
    if chars == 1 && class != "village" {
        let Some(longer) = one_letter(scan, start) else { return scan.refuse(rule, span, "one-letter") };
        chars += scan.text[longer..start].chars().count();
        start = longer;
        span = Span::new(start, head.end);
    }
    let text = span.of(scan.text);
    if FAMILY.lexicon.get("rank", &scan.text[start..head.start]).is_some() {
        return scan.refuse(rule, span, "generic");
    }
    if chars == 0
        || FAMILY.lexicon.get("generic", text).is_some()
        || FAMILY.lexicon.get("generic", whole.of(scan.text)).is_some()
    {
        return scan.refuse(rule, span, "generic");
    }
    if scan.in_title_marks(floor, head.end) {
        return scan.refuse(rule, span, "title-marks");
    }
    if !FAMILY.lexicon.find("not_in_name", text).is_empty() {
        return scan.refuse(rule, span, "no-name-word");
    }
    let content = if start == edge.start {
        edge.content
    } else {
        scan.left_edge(head.start, start, Joins::Dash).content.max(Content::Common)
    };
    let needs = match (class, entry.get("needs")) {
        ("village", _) if chars > 6 => return scan.refuse(rule, span, "too-long"),
        // 团结村: a village may bear a common word of two characters, if it stands apart.
        ("village", _) if content == Content::Common => {
            let apart = scan.before(span.start).is_none_or(|c| !c.is_alphanumeric()) && chars == 2
                || scan.place_ending(span.start).is_some_and(|place| place.area) && (2..=4).contains(&chars);
            let stands = apart && !scan.all_common(Span::new(start, head.start));
            return scan.weigh(rule, span, [content, Content::Common], chars, stands);
        }
        ("village", _) => Content::Proper,
        (_, Some("known")) => Content::Known,
        (_, Some("common")) => Content::Common,
        _ => Content::Proper,
    };
    // 火炬高新区: a word of everyday use that no list of common ones has names a zone of a kind that is one in its city.
    let content = match content {
        Content::Common if entry.is("alone") && apart(scan, span, head) => Content::Proper,
        _ => content,
    };
    let stands = match content {
        Content::Known => true,
        Content::Proper => needs <= Content::Proper,
        Content::Common => needs == Content::Common && chars >= LEAST_COMMON && !scan.counted(span),
        Content::Bare => false,
    };
    scan.weigh(rule, span, [content, needs], chars, stands)
}

/// Whether what stands before the head is two letters or three that make a word, and no common one.
fn apart(scan: &Scan<'_>, span: Span, head: Span) -> bool {
    let own = Span::new(span.start, head.start);
    let word = own.of(scan.text);
    (2..=3).contains(&word.chars().count())
        && scan.token_at(own.start).is_some_and(|token| token.span == own)
        && !scan.all_common(own)
        && FAMILY.lexicon.get("rank", word).is_none()
}

/// Where a name begins of which the walk has but the last letter, if the word before can be its beginning.
fn one_letter(scan: &Scan<'_>, start: usize) -> Option<usize> {
    let before = scan.text[..start].char_indices().rev().nth(1).map(|(at, _)| at)?;
    let token = scan.token_at(before).filter(|token| token.span.end == start)?;
    let word = token.span.of(scan.text);
    let span = token.span;
    let free = !scan.all_common(span) && !scan.begins_with_stop(span) && !scan.is_stop(word);
    (free && matches!(token.tag.as_str().as_bytes().first(), Some(b'n' | b'v' | b'x' | b'j'))).then_some(before)
}

/// 襄宜高速: a road bears the first letters of its two ends, which no dictionary has as a word.
fn two_letters(scan: &Scan<'_>, head: Span) -> Option<Span> {
    let start = scan.text[..head.start].char_indices().rev().nth(1).map(|(at, _)| at)?;
    let letters = Span::new(start, head.start);
    let word = letters.of(scan.text);
    let han = word.chars().all(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c));
    let whole = scan.token_at(start).is_some_and(|token| {
        token.span == letters && matches!(token.tag.as_str(), "vg" | "x" | "nr" | "j" | "g" | "nz" | "ng" | "ag" | "ns")
    });
    (han && whole && !scan.all_common(letters) && FAMILY.lexicon.get("rank", word).is_none()).then_some(letters)
}

/// Where a verb of building ends that stands after a zone's or a body's name.
fn builder_end(text: &str) -> Option<usize> {
    let verbs = FAMILY.lexicon.find("building", text);
    let last = verbs.iter().rfind(|verb| {
        let before = &text[..verb.span.start];
        let names = ["builder", "zone"].iter().any(|class| FAMILY.lexicon.suffix_of(class, before).is_some());
        names && before.chars().count() >= 4 && verb.span.end < text.len()
    });
    last.map(|verb| verb.span.end)
}

/// 四大创新产业片区: so many are no name.
fn tells_how_many(text: &str) -> bool {
    !FAMILY.lexicon.find("how_many", text).is_empty()
}

#[cfg(test)]
mod tests;
