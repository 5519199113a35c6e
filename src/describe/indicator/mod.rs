//! Which concept an indicator is: `ontology/indicators.csv` holds the common ones of Chinese public statistics, each with its
//! wordings.
//!
//! `GDP` and `国内生产总值` are 地区生产总值, and so one indicator in every article. A name that the table does not hold stays
//! as it is, and is told under the longest wording in which it ends: `汽车制造业增加值` is a 增加值. Nothing is forced: what is
//! narrower than a concept is no wording of it.

#[cfg(test)]
mod turtle;

use crate::model::Observation;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// The theme of the words in which any name of an indicator may end.
const HEAD: &str = "head";

/// A name that is no head's must have so many characters to be a broader term where a head would do: 发电量 before 电量.
const SHORTEST: usize = 3;

/// A row of the table.
#[derive(Debug, Clone, serde::Deserialize)]
pub(super) struct Indicator {
    pub(super) theme: String,
    /// Its notation, and the last segment of its IRI.
    pub(super) id: String,
    /// Its canonical name.
    pub(super) zh: String,
    pub(super) en: String,
    /// The notation of its unit; empty where several are in use.
    #[cfg_attr(not(test), expect(dead_code, reason = "for the generator of the Turtle"))]
    pub(super) unit: String,
    #[serde(rename = "also", deserialize_with = "parts")]
    pub(super) wordings: Vec<String>,
    #[serde(deserialize_with = "parts")]
    #[cfg_attr(not(test), expect(dead_code, reason = "for the generator of the Turtle"))]
    pub(super) links: Vec<String>,
}

impl Indicator {
    pub(super) fn is_head(&self) -> bool {
        self.theme == HEAD
    }

    /// Its IRI among the concepts.
    pub(super) fn iri(&self) -> String {
        format!("{}indicator/{}", super::terms::VOCAB, self.id)
    }
}

fn parts<'de, D: serde::Deserializer<'de>>(cell: D) -> Result<Vec<String>, D::Error> {
    let text: String = serde::Deserialize::deserialize(cell)?;
    Ok(text.split('|').filter(|part| !part.is_empty()).map(str::to_owned).collect())
}

/// How names are compared.
#[derive(serde::Deserialize)]
struct Words {
    /// What is written short, and in full: 规上, 规模以上.
    short: Vec<(String, String)>,
    /// Endings that say the same: 总产量, 产量.
    endings: Vec<(String, String)>,
    /// Words before a name that say only when in the year it was counted: 年末.
    leads: Vec<String>,
    /// Words at the head of a name or right before its ending that make it another quantity: 人均, 非; and 加, as in 加工业.
    turns: Vec<String>,
}

struct Table {
    rows: Vec<Indicator>,
    words: Words,
    /// By folded wording.
    known: FxHashMap<String, usize>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    #[derive(serde::Deserialize)]
    struct File {
        indicator: Words,
    }
    let file: File = toml::from_str(include_str!("../words.toml")).expect("words.toml is complete: a test reads it");
    let rows: Vec<Indicator> = read().into_iter().filter(|row| row.theme != "theme").collect();
    let mut table = Table { rows: Vec::new(), words: file.indicator, known: FxHashMap::default() };
    for (at, row) in rows.iter().enumerate() {
        for wording in std::iter::once(&row.zh).chain(&row.wordings) {
            table.known.insert(table.fold(wording), at);
        }
    }
    table.rows = rows;
    table
});

/// All rows, themes too.
fn read() -> Vec<Indicator> {
    let file = include_str!("../../../ontology/indicators.csv");
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(file.as_bytes());
    reader.deserialize().map(|row| row.expect("indicators.csv is complete: a test reads it")).collect()
}

impl Table {
    /// A name without marks and spaces, in half-width capitals, short forms in full, a closing `(GDP)` off.
    fn fold(&self, name: &str) -> String {
        let mut folded: String = name
            .chars()
            .map(|c| match c {
                '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
                other => other,
            })
            .filter(|c| {
                !c.is_whitespace()
                    && !matches!(c, '"' | '\'' | '\u{201C}'..='\u{201D}' | '\u{300A}'..='\u{300B}' | '\u{3001}')
            })
            .flat_map(char::to_uppercase)
            .collect();
        let bracket = folded.strip_suffix(')').and_then(|open| open.rsplit_once('('));
        if let Some((before, within)) = bracket {
            if within.is_ascii() && !before.is_empty() {
                folded = before.to_owned();
            }
        }
        for (short, full) in &self.words.short {
            if folded.contains(short.as_str()) && !folded.contains(full.as_str()) {
                folded = folded.replace(short.as_str(), full);
            }
        }
        folded
    }

    /// The indicator of that name.
    fn named(&self, name: &str) -> Option<&Indicator> {
        let folded = self.fold(name);
        let lead = self.words.leads.iter().find_map(|lead| folded.strip_prefix(lead.as_str()));
        std::iter::once(folded.as_str()).chain(lead).find_map(|name| {
            let other = |(from, to): &(String, String)| {
                let stem = name.strip_suffix(from.as_str()).filter(|stem| !stem.is_empty())?;
                self.known.get(&format!("{stem}{to}"))
            };
            let found = self.known.get(name).or_else(|| self.words.endings.iter().find_map(other))?;
            Some(&self.rows[*found])
        })
    }

    /// The longest wording in which the name ends; a short one that is no head only where there is no other (出口).
    fn broader(&self, name: &str) -> Option<&Indicator> {
        let folded = self.fold(name);
        let own = self.known.get(&folded).map(|at| &self.rows[*at]);
        let ending = |shortest: usize| {
            folded.char_indices().skip(1).find_map(|(at, _)| {
                let (before, ending) = folded.split_at(at);
                let row = &self.rows[*self.known.get(ending)?];
                let turned = |turn: &String| before.ends_with(turn.as_str()) || before.starts_with(turn.as_str());
                let fits = match (row.is_head(), own) {
                    (_, Some(own)) if own.id == row.id => false,
                    (true, own) => own.is_none_or(|own| !own.is_head()),
                    (false, _) => ending.chars().count() >= shortest && !self.words.turns.iter().any(turned),
                };
                fits.then_some(row)
            })
        };
        ending(SHORTEST).or_else(|| ending(2))
    }
}

/// What is known of an indicator by its name.
pub(super) enum Place {
    /// It is this one.
    Same(&'static Indicator),
    /// It is one of these.
    Under(&'static Indicator),
    /// Nothing.
    Unknown,
}

/// Where a name belongs.
pub(super) fn place(name: &str) -> Place {
    match TABLE.named(name) {
        Some(row) if !row.is_head() || row.zh == name => Place::Same(row),
        Some(row) => Place::Under(row),
        None => TABLE.broader(name).map_or(Place::Unknown, Place::Under),
    }
}

/// The name under which an observation's indicator is published.
pub(super) fn canonical(observation: &Observation) -> &str {
    match place(&observation.indicator) {
        Place::Same(row) => &row.zh,
        _ => &observation.indicator,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_of(wording: &str) -> Option<&'static str> {
        match place(wording) {
            Place::Same(row) => Some(&row.zh),
            _ => None,
        }
    }

    fn under(name: &str) -> Option<&'static str> {
        match place(name) {
            Place::Under(row) => Some(&row.zh),
            _ => None,
        }
    }

    #[test]
    fn a_wording_is_its_indicator() {
        for (wording, name) in [
            ("GDP", "地区生产总值"),
            ("地区生产总值（GDP）", "地区生产总值"),
            ("国内生产总值", "地区生产总值"),
            ("规上工业增加值", "规模以上工业增加值"),
            ("年末常住人口", "常住人口"),
            ("粮食总产量", "粮食产量"),
            ("高新技术企业数", "高新技术企业数量"),
            ("R&D 经费支出", "研究与试验发展经费"),
            ("外贸进出口总值", "进出口总额"),
        ] {
            assert_eq!(name_of(wording), Some(name), "{wording}");
        }
    }

    #[test]
    fn what_is_narrower_keeps_its_name_under_what_it_ends_in() {
        for (name, broader) in [
            ("汽车制造业增加值", "制造业增加值"),
            ("香料业增加值", "增加值"),
            ("民营工业投资", "工业投资"),
            ("公路货运量", "货运量"),
            ("香榧林面积", "面积"),
            ("对美进出口总额", "进出口总额"),
            ("总面积", "面积"),
            ("统调发电量", "发电量"),
            ("车辆出口", "出口总额"),
        ] {
            assert_eq!(name_of(name), None, "{name}");
            assert_eq!(under(name), Some(broader), "{name}");
        }
    }

    #[test]
    fn a_word_that_turns_the_meaning_bars_the_long_ending() {
        assert_eq!(under("非工业投资"), Some("投资"));
        assert_eq!(under("人均财政收入"), Some("收入"));
        assert_eq!(under("农产品加工业总值"), None);
        assert!(matches!(place("心愿"), Place::Unknown));
    }

    #[test]
    fn no_wording_is_that_of_two_indicators() {
        let mut seen: FxHashMap<String, &str> = FxHashMap::default();
        for row in &TABLE.rows {
            for wording in std::iter::once(&row.zh).chain(&row.wordings) {
                let before = seen.insert(TABLE.fold(wording), &row.id);
                assert!(before.is_none_or(|id| id == row.id), "{wording}: {before:?} and {}", row.id);
            }
        }
    }

    #[test]
    fn every_indicator_has_names_in_two_languages_and_a_broader_term_or_is_a_head() {
        assert!(TABLE.rows.len() > 500, "{}", TABLE.rows.len());
        for row in &TABLE.rows {
            assert!(!row.zh.is_empty() && !row.en.is_empty(), "{}", row.id);
            assert!(row.id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{}", row.id);
        }
    }
}
