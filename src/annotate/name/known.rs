//! Which of the gazetteer's names in a text are names there, and of what; and from which area the text speaks.

use super::{LEXICON, Scan, beginning, ending};
use crate::gazetteer::{Hit, Level, Sense, tables};
use crate::model::{Article, OrganizationKind, PlaceKind, Span};
use std::collections::{BTreeMap, BTreeSet};

/// A division or region that the text names.
#[derive(Debug, Clone)]
pub struct KnownPlace {
    /// Where.
    pub span: Span,
    /// Its full name; the form in the text where several divisions bear it.
    pub name: String,
    /// Its kind.
    pub kind: PlaceKind,
    /// The division, where it is certain.
    pub division: Option<usize>,
    /// Whether it is a division, not a region.
    pub area: bool,
    /// Whether the text has the full name.
    pub full: bool,
}

/// A body of the table that the text names.
#[derive(Debug, Clone)]
pub struct KnownBody {
    /// Where.
    pub span: Span,
    /// Its canonical name.
    pub name: &'static str,
    /// Its kind.
    pub kind: OrganizationKind,
}

/// What 我区, 全市, 区委 say of the level of the area from which a text speaks.
fn levels_spoken(text: &str) -> BTreeMap<Level, usize> {
    let mut levels = BTreeMap::new();
    for found in LEXICON.find("speaks", text) {
        // 城区, 社区, 园区 are no levels: 本市区 and 全区域 are not the words meant.
        if beginning("speaks_not", &text[found.span.end..]).is_some() {
            continue;
        }
        let names = |key: &str| found.entry.get("level") == Some(key);
        let level = if names("province") {
            Level::Province
        } else if names("city") {
            Level::City
        } else {
            Level::County
        };
        *levels.entry(level).or_insert(0) += 1;
    }
    levels
}

/// The divisions of the senses, the full names first.
fn divisions(hit: &Hit<'_>) -> impl Iterator<Item = (usize, bool)> {
    hit.senses.iter().filter_map(|sense| match *sense {
        Sense::Division(index) => Some((index, true)),
        Sense::Short(index) => Some((index, false)),
        _ => None,
    })
}

/// What a mention counts that says of another thing where it is: 芜湖市 in 芜湖市鸠江区, both ends of 桂平至来宾铁路.
const PASSING: f64 = 0.3;

/// Whether the first name only says where the second lies: 芜湖市 before 鸠江区.
fn qualifies(hit: &Hit<'_>, next: &Hit<'_>) -> bool {
    let inner: Vec<usize> = divisions(next).map(|(index, _)| index).collect();
    hit.span.end == next.span.start
        && divisions(hit).any(|(outer, _)| inner.iter().any(|index| *index != outer && tables().lies_in(*index, outer)))
}

/// Whether two names are the ends of a line: 桂平至来宾.
fn is_line(text: &str, hit: &Hit<'_>, next: &Hit<'_>) -> bool {
    hit.span.end < next.span.start && LEXICON.get("line", &text[hit.span.end..next.span.start]).is_some()
}

/// The area from which the article speaks: the one that its title, its publisher and its text name most, if its level
/// is the level of which the text says 我 (我区, 全市, 区委). It is never assumed: a text that names no area has none.
pub(super) fn home(article: &Article, hits: &[Hit<'_>]) -> Option<usize> {
    let tables = tables();
    let mut score: BTreeMap<usize, f64> = BTreeMap::new();
    let lead = article
        .text
        .char_indices()
        .nth(article.text[..article.title_len].chars().count() + 120)
        .map_or(article.text.len(), |(at, _)| at);
    let mut count = |hit: &Hit<'_>, weight: f64, within: &str| {
        let word = tables.is_word(hit.span.of(within)) || before_street(within, hit.span);
        let candidates: Vec<_> = divisions(hit)
            .filter(|(index, full)| {
                let division = tables.division(*index);
                division.level != Level::Town && division.until.is_none() && (*full || !word)
            })
            .collect();
        let top = candidates.iter().map(|(index, _)| tables.division(*index).level).min();
        // Of 吉林 the province and 吉林 the city the larger is meant, unless the full name says otherwise.
        for (index, full) in candidates {
            if Some(tables.division(index).level) == top {
                *score.entry(index).or_insert(0.0) += weight * if full { 1.2 } else { 1.0 };
            }
        }
    };
    for (at, hit) in hits.iter().enumerate() {
        // 西部(重庆)科学城 says where the city is, not from where the text speaks.
        if article.text[..hit.span.start].ends_with(['(', '\u{FF08}']) {
            continue;
        }
        // 政府和县委, 全国示范县: two letters within a phrase are seldom a county's name.
        let before = article.text[..hit.span.start].chars().next_back();
        let within = before.is_some_and(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c));
        let led = at.checked_sub(1).is_some_and(|at| hits[at].span.end == hit.span.start);
        let counties = divisions(hit).any(|(_, full)| full) && hit.span.of(&article.text).chars().count() == 2;
        if counties && within && !led {
            continue;
        }
        let weight = match hit.span {
            span if span.end <= article.title_len => 4.0,
            span if span.end <= lead => 1.5,
            _ => 1.0,
        };
        let next = hits.get(at + 1).filter(|next| qualifies(hit, next));
        let before = at.checked_sub(1).map(|at| &hits[at]);
        let line = before.is_some_and(|before| is_line(&article.text, before, hit))
            || hits.get(at + 1).is_some_and(|next| is_line(&article.text, hit, next));
        let factor = if next.is_some() || line { PASSING } else { 1.0 };
        count(hit, weight * factor, &article.text);
    }
    if let Some(publisher) = article.publisher.as_deref() {
        for hit in tables.find(publisher) {
            // 北碚报 is Beibei's paper; a publisher called just 嘉陵 has a name, not a seat.
            let told = publisher[hit.span.end..].chars().any(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c));
            if told || divisions(&hit).any(|(_, full)| full) {
                let weight = if reprints(article, hits, &hit) { 1.0 } else { 3.0 };
                count(&hit, weight, publisher);
            }
        }
    }
    let spoken = levels_spoken(&article.text);
    let most = spoken.values().max().copied().unwrap_or(0);
    let speaks_as = |index: usize| {
        let division = tables.division(index);
        let county = spoken.get(&Level::County).copied().unwrap_or(0);
        let city = spoken.get(&Level::City).copied().unwrap_or(0);
        let province = spoken.get(&Level::Province).copied().unwrap_or(0);
        match (division.level, division.kind()) {
            (Level::County, PlaceKind::City) | (Level::City, _) | (Level::Province, PlaceKind::City) => city,
            (Level::County, _) => county,
            // 全区 in an autonomous region's text is the region.
            _ if ending("autonomous", &division.name).is_some() => province + county,
            _ => province,
        }
    };
    // A district counts for the city around it too, half as much: a city's report names its districts one after another.
    let mut total = score.clone();
    for (index, weight) in &score {
        for around in tables.chain(*index).skip(1) {
            *total.entry(around).or_insert(0.0) += weight * 0.15;
        }
    }
    let judged = total.into_iter().filter(|(index, _)| score.contains_key(index)).map(|(index, weight)| {
        let agrees = speaks_as(index);
        let factor = match (most, agrees) {
            (0, _) => 1.0,
            (_, 0) => 0.6,
            // A district's text says 全市, too; a city's never says 全区.
            _ => 1.5,
        };
        (index, weight * factor)
    });
    let best = judged.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
    // One passing mention makes no home.
    (best.1 >= 2.0).then_some(best.0)
}

/// Whether the publisher only carries what is another area's news: the text never names the publisher's area, but its title
/// names one inside it, or a body of another area is named that speaks (某市统计局, 某市委).
fn reprints(article: &Article, hits: &[Hit<'_>], seat: &Hit<'_>) -> bool {
    let tables = tables();
    let own: Vec<usize> = divisions(seat).map(|(index, _)| index).collect();
    let same = |index: usize| own.contains(&index);
    // A province's name stands in the names of its firms: it is no sign of whose news it is.
    let provincial = own.iter().any(|index| tables.division(*index).level == Level::Province);
    let named = hits.iter().any(|hit| divisions(hit).any(|(index, _)| same(index)));
    let spoken = levels_spoken(&article.text);
    let of = |level: Level| spoken.get(&level).copied().unwrap_or(0);
    let inner = |index: usize| own.iter().any(|around| *around != index && tables.lies_in(index, *around));
    let county = |index: usize| tables.division(index).level == Level::County || tables.division(index).level == Level::City;
    let titled = hits.iter().take_while(|hit| hit.span.end <= article.title_len).any(|hit| {
        !tables.is_word(hit.span.of(&article.text)) && divisions(hit).any(|(index, _)| inner(index) && county(index))
    });
    let speaks = |hit: &Hit<'_>| {
        beginning("seat", &article.text[hit.span.end..]).is_some()
            && divisions(hit).any(|(index, full)| full && !inner(index) && county(index))
    };
    let own_voice = if provincial { of(Level::Province) } else { of(Level::City) };
    titled && own_voice == 0 && (provincial || !named) || !named && hits.iter().take(8).any(speaks)
}

/// 南京路 is a street wherever it is, and 重庆火锅 no place, but a dish; only the first is told here.
fn before_street(text: &str, span: Span) -> bool {
    beginning("street", &text[span.end..]).is_some()
}

pub(super) fn places(scan: &Scan<'_>, hits: &[Hit<'_>], year: Option<i16>) -> Vec<KnownPlace> {
    let tables = tables();
    // What is named by its full name, and so may be named by its short form.
    let mut named: BTreeSet<usize> = BTreeSet::new();
    let mut around: BTreeSet<usize> = BTreeSet::new();
    for hit in hits {
        for (index, full) in divisions(hit) {
            let division = tables.division(index);
            let large = division.level <= Level::City;
            if (full && division.level != Level::Town) || (large && !tables.is_word(hit.span.of(scan.text))) {
                named.insert(index);
                around.insert(index);
            }
        }
    }
    if let Some(home) = scan.home {
        around.extend(tables.chain(home));
    }
    let mut found: Vec<KnownPlace> = Vec::new();
    for hit in hits {
        let form = hit.span.of(scan.text);
        if let Some(region) = hit.senses.iter().find_map(|sense| match sense {
            Sense::Region(index) => Some(tables.region(*index)),
            _ => None,
        }) {
            if LEXICON.get("region_stop", form).is_none()
                && scan.token_fits(hit.span)
                && !before_street(scan.text, hit.span)
            {
                found.push(KnownPlace {
                    span: hit.span,
                    name: region.name.clone(),
                    kind: region.kind,
                    division: None,
                    area: false,
                    full: form == region.name,
                });
                continue;
            }
        }
        let before = found
            .last()
            .filter(|place| place.span.end == hit.span.start || joined(scan.text, place.span.end, hit.span.start))
            .and_then(|place| place.division);
        let mut best: Option<(i32, usize, bool)> = None;
        let mut rivals = 0;
        for (index, full) in divisions(hit) {
            let Some(points) = judge(scan, hit, index, full, before, &named, &around, year) else {
                continue;
            };
            match best {
                Some((top, ..)) if top > points => {}
                Some((top, other, _)) if top == points => {
                    rivals += usize::from(tables.division(other).code != tables.division(index).code);
                }
                _ => {
                    best = Some((points, index, full));
                    rivals = 0;
                }
            }
        }
        let Some((_, index, full)) = best else { continue };
        let division = tables.division(index);
        if rivals > 0 && !full {
            continue;
        }
        found.push(KnownPlace {
            span: hit.span,
            name: division.name.clone(),
            kind: division.kind(),
            division: (rivals == 0).then_some(index),
            area: true,
            full,
        });
    }
    found
}

/// 桂平市的石龙镇: the small word between a place and what lies in it.
fn joined(text: &str, end: usize, start: usize) -> bool {
    end < start && LEXICON.get("of", &text[end..start]).is_some()
}

#[expect(clippy::too_many_arguments, reason = "all that bears on one decision, in one place")]
fn judge(
    scan: &Scan<'_>,
    hit: &Hit<'_>,
    index: usize,
    full: bool,
    before: Option<usize>,
    named: &BTreeSet<usize>,
    around: &BTreeSet<usize>,
    year: Option<i16>,
) -> Option<i32> {
    let tables = tables();
    let division = tables.division(index);
    let form = hit.span.of(scan.text);
    if let Some(until) = division.until {
        year.filter(|year| *year <= until)?;
    }
    let beside = before.is_some_and(|before| before != index && tables.lies_in(index, before));
    let at_home = scan.home.is_some_and(|home| tables.lies_in(index, home) || tables.lies_in(home, index));
    let in_named = tables.chain(index).skip(1).any(|at| around.contains(&at));
    let level = match division.level {
        Level::Province => 6,
        Level::City => 4,
        Level::County => 2,
        Level::Town => 0,
    };
    // A text of 2011 calls 平果 a county: its name then, not the city's since 2019.
    let of_its_time = 3 * i32::from(division.until.is_some());
    let points = of_its_time
        + level
        + 20 * i32::from(beside)
        + 10 * i32::from(at_home)
        + 5 * i32::from(in_named)
        + i32::from(full);
    if full {
        let ordinary = LEXICON.get("ordinary", form).is_some();
        let unique = hit.senses.len() == 1;
        let cut = scan.before(hit.span.start).is_some_and(char::is_alphanumeric) && !scan.token_starts(hit.span.start);
        // 政府和县委, 全国示范县, 十佳县: of 和县, 范县, 佳县 the text must give more than two letters within a phrase.
        let within = scan.before(hit.span.start).is_some_and(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c));
        let short = form.chars().count() == 2 && within && !(beside || at_home || in_named);
        let stands = !short && match division.level {
            Level::Town => beside || (!cut && (at_home || in_named || unique)),
            _ => !cut || !ordinary,
        };
        return (stands && (!ordinary || beside || at_home || in_named)).then_some(points);
    }
    // 青川 is short for 青川县, but 青川区 is not it: a division of its own, perhaps one younger than the table.
    if named_otherwise(scan, hit.span) {
        return None;
    }
    if beside {
        return Some(points);
    }
    let word = tables.is_word(form) && !(named.contains(&index) && Some(index) == scan.home);
    if word || before_street(scan.text, hit.span) || !scan.token_fits(hit.span) {
        return None;
    }
    let stands = match division.level {
        Level::Province | Level::City => true,
        Level::County => at_home || in_named || named.contains(&index),
        Level::Town => {
            at_home
                && scan.home != Some(index)
                && scan.home.is_some_and(|home| tables.division(home).level == Level::County)
                && scan.looks_proper(hit.span)
        }
    };
    stands.then_some(points)
}

/// Whether the word of a level follows, so that the text has a full name that the table does not know.
fn named_otherwise(scan: &Scan<'_>, span: Span) -> bool {
    let rest = &scan.text[span.end..];
    beginning("division_end", rest).is_some() && beginning("division_end_not", rest).is_none()
}

impl Scan<'_> {
    /// Whether a short name can be a word of its own there: not the end of a longer word. 发展中山区 has no 中山.
    fn token_fits(&self, span: Span) -> bool {
        let chars = span.of(self.text).chars().count();
        // 最大同心圆 has no 大同: the second half belongs to another word.
        let torn =
            self.token_at(span.start).is_some_and(|token| token.span.end < span.end && !self.token_starts(span.end));
        chars > 2 || !torn && self.opens_word(span)
    }

    fn opens_word(&self, span: Span) -> bool {
        self.before(span.start).is_some_and(|c| LEXICON.get("clitic", c.encode_utf8(&mut [0; 4])).is_some())
            || self.token_starts(span.start)
            || self.places_touch(span.start)
            || self.before(span.start).is_none_or(|c| !c.is_alphanumeric())
    }

    fn places_touch(&self, at: usize) -> bool {
        self.place_ending(at).is_some()
    }

    /// Whether the tokenizer, too, takes it for a name or does not know it.
    fn looks_proper(&self, span: Span) -> bool {
        let Some(index) = self.token_before(span.end) else {
            return false;
        };
        let token = &self.tokens[index];
        beginning("after_town", &self.text[span.end..]).is_some()
            || token.span.end > span.end
            || matches!(token.tag.as_str(), "nr" | "ns" | "nz" | "nrt" | "nrfg" | "x" | "g" | "j" | "ng")
    }
}

pub(super) fn bodies(scan: &Scan<'_>, hits: &[Hit<'_>]) -> Vec<KnownBody> {
    let tables = tables();
    let mut found = Vec::new();
    for hit in hits {
        let Some(body) = hit.senses.iter().find_map(|sense| match sense {
            Sense::Body(index) => Some(tables.body(*index)),
            _ => None,
        }) else {
            continue;
        };
        let form = hit.span.of(scan.text);
        let rest = &scan.text[hit.span.end..];
        let cut = beginning("body_not_after", rest).is_some();
        let local = form != body.name && ending("body_not_before", &scan.text[..hit.span.start]).is_some();
        let fits = form.chars().count() > 3 || scan.token_fits(hit.span);
        if !cut && !local && fits && LEXICON.get("body_stop", form).is_none() {
            found.push(KnownBody { span: hit.span, name: &body.name, kind: body.kind });
        }
    }
    found
}
