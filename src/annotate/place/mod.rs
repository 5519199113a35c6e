//! Places named in an article: divisions and regions of the tables, and what a head names (西部(重庆)科学城北碚园区).
//!
//! It takes the text with its words and known names and gives each mention with the fullest name that the article makes
//! certain. Whose code a place has beyond the tables, and what lies in what, is for `link`.

mod list;
mod merge;

use super::name::{Content, Joins, KnownPlace, Scan};
use crate::gazetteer::{Level, tables};
use crate::model::{Found, Home, OrganizationMention, PlaceKind, PlaceMention, RuleId, Span, Verdict};
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
            let spans = scan.places.iter().filter(move |place| place.area == wanted);
            Scan::inside(spans.map(|place| place.span), sentence.span)
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
        let stands = allowed(place, organizations);
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
fn allowed(place: &Found<PlaceMention>, organizations: &[Found<OrganizationMention>]) -> bool {
    let inside = |organization: &&Found<OrganizationMention>| {
        organization.span.contains(place.span) && organization.span != place.span
    };
    organizations
        .iter()
        .filter(inside)
        .all(|organization| place.value.code.is_some() && super::organization::names_its_area(&organization.rule))
        && !organizations.iter().any(|organization| organization.span == place.span)
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
    let edge = scan.left_edge(head.start, floor, Joins::Dash);
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
    let text = span.of(scan.text);
    let chars = scan.text[start..head.start].chars().count();
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
    let stands = match content {
        Content::Known => true,
        Content::Proper => needs <= Content::Proper,
        Content::Common => needs == Content::Common && chars >= LEAST_COMMON && !scan.counted(span),
        Content::Bare => false,
    };
    scan.weigh(rule, span, [content, needs], chars, stands)
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
