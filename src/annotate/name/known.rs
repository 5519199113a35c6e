//! Which of the gazetteer's names in a text are names there, and of what.

use super::{LEXICON, Scan, beginning, ending};
use crate::gazetteer::{Hit, Level, Sense, tables};
use crate::model::{OrganizationKind, PlaceKind, Placed, Span};
use std::collections::BTreeSet;

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

impl Placed for KnownPlace {
    fn span(&self) -> Span {
        self.span
    }
}

impl Placed for KnownBody {
    fn span(&self) -> Span {
        self.span
    }
}

/// The divisions of the senses, the full names first.
pub(super) fn divisions(hit: &Hit<'_>) -> impl Iterator<Item = (usize, bool)> {
    hit.senses.iter().filter_map(|sense| match *sense {
        Sense::Division(index) => Some((index, true)),
        Sense::Short(index) => Some((index, false)),
        _ => None,
    })
}

/// 南京路 is a street wherever it is, and 重庆火锅 no place, but a dish; only the first is told here.
pub(super) fn before_street(text: &str, span: Span) -> bool {
    beginning("street", &text[span.end..]).is_some()
}

/// Short names that the text itself gives to a town or a street: where 永兴街道 is named, 永兴 is no county of another province.
pub(super) fn streets<'t>(text: &'t str, hits: &[Hit<'_>]) -> BTreeSet<&'t str> {
    let towns = hits.iter().filter(|hit| beginning("town", &text[hit.span.end..]).is_some());
    let whole = hits.iter().filter_map(|hit| {
        let form = hit.span.of(text);
        let town = divisions(hit).all(|(index, full)| full && tables().division(index).level == Level::Town);
        let end = ending("town", form).filter(|_| town && divisions(hit).next().is_some())?;
        Some(&form[..form.len() - end.len()])
    });
    // The text may say that the county, too, is meant.
    let larger = |index: usize| tables().division(index).level != Level::Town;
    let full = hits.iter().filter(|hit| divisions(hit).any(|(index, full)| full && larger(index)));
    let spelt: BTreeSet<&str> = full.map(|hit| hit.span.of(text)).collect();
    let named = |form: &&str| {
        let longer = spelt.range::<str, _>((std::ops::Bound::Excluded(*form), std::ops::Bound::Unbounded)).next();
        longer.is_some_and(|longer| longer.starts_with(*form))
    };
    towns.map(|hit| hit.span.of(text)).chain(whole).filter(|form| !named(form)).collect()
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
    let streets = streets(scan.text, hits);
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
            // 崇川区永兴街道: 永兴 is no county there.
            let county = tables.division(index).level == Level::County;
            if county && !full && streets.contains(form) && scan.home != Some(index) {
                continue;
            }
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

/// A word that ties two names together has a few characters; what is longer, in bytes, is not even looked up.
pub(super) const LONGEST_GAP: usize = 32;

/// 桂平市的石龙镇: the small word between a place and what lies in it.
fn joined(text: &str, end: usize, start: usize) -> bool {
    end < start && start - end <= LONGEST_GAP && LEXICON.get("of", &text[end..start]).is_some()
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
        // 世茂滨江区域 names no 滨江区, where nothing else speaks for it.
        let area =
            LEXICON.get("area", scan.text.get(hit.span.end..).and_then(|rest| rest.get(..3)).unwrap_or_default());
        if area.is_some() && division.level == Level::County && !(beside || at_home || in_named) {
            return None;
        }
        let ordinary = LEXICON.get("ordinary", form).is_some();
        let unique = hit.senses.len() == 1;
        let cut = scan.before(hit.span.start).is_some_and(char::is_alphanumeric) && !scan.token_starts(hit.span.start);
        // 政府和县委, 全国示范县, 十佳县: of 和县, 范县, 佳县 the text must give more than two letters within a phrase.
        let within = scan.before(hit.span.start).is_some_and(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c));
        let short = form.chars().count() == 2 && within && !(beside || at_home || in_named);
        let stands = !short
            && match division.level {
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
