//! The tables as rows. They are embedded, so a row that does not parse is met by a test, not by a user.

use crate::model::{OrganizationKind, PlaceKind};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// The level of a division.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// 省, 自治区, 直辖市.
    Province,
    /// 地级市, 州, 盟, 地区.
    City,
    /// 区, 县, 县级市, 旗.
    County,
    /// 镇, 乡, 街道.
    Town,
}

/// An administrative division.
#[derive(Debug, Clone)]
pub struct Division {
    /// GB/T 2260, or nine digits for a town.
    pub code: String,
    /// The full name.
    pub name: String,
    /// The name without what names its level; empty where there is none to speak of.
    pub short: String,
    /// Its level.
    pub level: Level,
    /// The code above.
    pub parent: String,
    /// For a former name, the year in which it ended.
    pub until: Option<i16>,
}

/// A region, river, mountain, national new area or country.
#[derive(Debug, Clone)]
pub struct Region {
    /// The full name.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// What it is.
    pub kind: PlaceKind,
}

/// A body that is unique in the country or the world.
#[derive(Debug, Clone)]
pub struct Body {
    /// The full name in common use.
    pub name: String,
    /// Usual short forms.
    pub aliases: Vec<String>,
    /// What it is.
    pub kind: OrganizationKind,
}

/// What things are elsewhere: IRIs by the key of the thing.
pub(super) struct SameAs {
    pub(super) places: FxHashMap<String, Vec<String>>,
    pub(super) bodies: FxHashMap<String, Vec<String>>,
}

/// Whether the name is a city's.
pub(super) fn is_city(name: &str) -> bool {
    name.ends_with('\u{5E02}')
}

fn rows(csv: &str) -> Vec<csv::StringRecord> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    reader.records().map(|row| row.expect("an embedded table is well-formed CSV")).collect()
}

fn several(field: &str) -> Vec<String> {
    field.split('|').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

pub(super) fn divisions(csv: &str) -> Vec<Division> {
    let division = |row: csv::StringRecord| Division {
        code: row[0].to_owned(),
        name: row[1].to_owned(),
        short: row[2].to_owned(),
        level: match &row[3] {
            "province" => Level::Province,
            "city" => Level::City,
            "county" => Level::County,
            _ => Level::Town,
        },
        parent: row[4].to_owned(),
        until: row[5].parse().ok(),
    };
    rows(csv).into_iter().map(division).collect()
}

pub(super) fn regions(csv: &str) -> Vec<Region> {
    let region = |row: csv::StringRecord| Region {
        name: row[0].to_owned(),
        aliases: several(&row[1]),
        kind: PlaceKind::parse(&row[2]).unwrap_or(PlaceKind::Other),
    };
    rows(csv).into_iter().map(region).collect()
}

pub(super) fn bodies(csv: &str) -> Vec<Body> {
    let body = |row: csv::StringRecord| Body {
        name: row[0].to_owned(),
        aliases: several(&row[1]),
        kind: OrganizationKind::parse(&row[2]).unwrap_or(OrganizationKind::Other),
    };
    rows(csv).into_iter().map(body).collect()
}

pub(super) fn same_as(csv: &str) -> SameAs {
    let mut table = SameAs { places: FxHashMap::default(), bodies: FxHashMap::default() };
    for row in rows(csv) {
        let things = if &row[0] == "place" { &mut table.places } else { &mut table.bodies };
        things.entry(row[1].to_owned()).or_default().push(row[2].to_owned());
    }
    table
}

/// The short forms that are also words, and the characters with which a town's short form is not taken.
pub(super) fn stop(toml: &str) -> (BTreeSet<String>, BTreeSet<char>) {
    let table: toml::Table = toml.parse().expect("the embedded stop-list is TOML");
    let words = |key: &str| {
        let array = table.get(key).and_then(toml::Value::as_array);
        array.into_iter().flatten().filter_map(toml::Value::as_str)
    };
    let short = words("short").map(str::to_owned).collect();
    let first = words("first").flat_map(str::chars).collect();
    (short, first)
}
