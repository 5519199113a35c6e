//! From which area an article speaks.

use super::known::{LONGEST_GAP, before_street, divisions, streets};
use super::{LEXICON, beginning, ending};
use crate::gazetteer::{Hit, Level, tables};
use crate::model::{Article, PlaceKind};
use std::collections::BTreeMap;

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

/// What a mention counts that says of another thing where it is: 芜湖市 in 芜湖市鸠江区, both ends of 桂平至来宾铁路.
const PASSING: f64 = 0.3;

/// Whether the first name only says where the second lies: 芜湖市 before 鸠江区.
fn qualifies(hit: &Hit<'_>, next: &Hit<'_>) -> bool {
    // A street cannot be whose news it is: of 崇川区永兴街道 the district is meant.
    let county = |index: &usize| tables().division(*index).level != Level::Town;
    let inner: Vec<usize> = divisions(next).map(|(index, _)| index).filter(county).collect();
    hit.span.end == next.span.start
        && divisions(hit).any(|(outer, _)| inner.iter().any(|index| *index != outer && tables().lies_in(*index, outer)))
}

/// Whether two names are the ends of a line: 桂平至来宾.
fn is_line(text: &str, hit: &Hit<'_>, next: &Hit<'_>) -> bool {
    let gap = hit.span.end..next.span.start;
    !gap.is_empty() && gap.len() <= LONGEST_GAP && LEXICON.get("line", &text[gap]).is_some()
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
    let streets = streets(&article.text, hits);
    let mut count = |hit: &Hit<'_>, weight: f64, within: &str| {
        let form = hit.span.of(within);
        let word = tables.is_word(form) || streets.contains(form) || before_street(within, hit.span);
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
    let county =
        |index: usize| tables.division(index).level == Level::County || tables.division(index).level == Level::City;
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
