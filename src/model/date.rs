//! Dates and periods as texts give them: to the year, the month or the day.

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A date known to the year, the month or the day. Its text form is ISO 8601.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartialDate {
    /// `2020`
    Year(i16),
    /// `2020-05`
    Month(i16, i8),
    /// `2020-05-14`
    Day(Date),
}

impl PartialDate {
    /// The day, month and year, if there is such a day.
    pub fn day(year: i16, month: i8, day: i8) -> Option<Self> {
        Date::new(year, month, day).ok().map(Self::Day)
    }

    /// The month, if there is such a month.
    pub fn month(year: i16, month: i8) -> Option<Self> {
        (1..=12).contains(&month).then_some(Self::Month(year, month))
    }

    /// The day in China at a moment.
    pub fn in_china(moment: jiff::Timestamp) -> Self {
        Self::Day(moment.to_zoned(TimeZone::fixed(Offset::constant(8))).date())
    }

    /// Its year.
    pub fn year(self) -> i16 {
        match self {
            Self::Year(year) | Self::Month(year, _) => year,
            Self::Day(date) => date.year(),
        }
    }

    /// Its first day; `None` for a year that no calendar date can have.
    pub fn first_day(self) -> Option<Date> {
        match self {
            Self::Year(year) => Date::new(year, 1, 1).ok(),
            Self::Month(year, month) => Date::new(year, month, 1).ok(),
            Self::Day(date) => Some(date),
        }
    }

    /// Its last day; `None` for a year that no calendar date can have.
    pub fn last_day(self) -> Option<Date> {
        match self {
            Self::Year(year) => Date::new(year, 12, 31).ok(),
            Self::Month(year, month) => Some(Date::new(year, month, 1).ok()?.last_of_month()),
            Self::Day(date) => Some(date),
        }
    }

    /// Reads `2020`, `2020-05` or `2020-05-14`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let year = parts.next().filter(|y| y.len() == 4)?.parse().ok()?;
        let month = parts.next().map(|m| if m.len() == 2 { m.parse().ok() } else { None });
        let day = parts.next().map(|d| if d.len() == 2 { d.parse().ok() } else { None });
        if parts.next().is_some() {
            return None;
        }
        match (month, day) {
            (None, _) => Some(Self::Year(year)),
            (Some(month), None) => Self::month(year, month?),
            (Some(month), Some(day)) => Self::day(year, month?, day?),
        }
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Year(year) => write!(f, "{year:04}"),
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::Day(date) => write!(f, "{:04}-{:02}-{:02}", date.year(), date.month(), date.day()),
        }
    }
}

impl Serialize for PartialDate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PartialDate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        // A time of day after the date (`2020-05-14T09:57:02+08:00`) is more than an article's date needs.
        let date = text.get(..10).filter(|_| text.len() > 10).unwrap_or(&text);
        Self::parse(date).ok_or_else(|| {
            serde::de::Error::custom(format!("expected a date like `2020`, `2020-05` or `2020-05-14`, found `{text}`"))
        })
    }
}

/// A stretch of time: a day, month or year, or from one to another. An open end is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Period {
    /// One day, month or year.
    At(PartialDate),
    /// From, to; both included.
    Range(PartialDate, Option<PartialDate>),
}

impl Period {
    /// Its first day.
    pub fn first_day(self) -> Option<Date> {
        match self {
            Self::At(date) | Self::Range(date, _) => date.first_day(),
        }
    }

    /// Its last day; `None` for an open end.
    pub fn last_day(self) -> Option<Date> {
        match self {
            Self::At(date) => date.last_day(),
            Self::Range(_, end) => end?.last_day(),
        }
    }
}

/// ISO 8601: `2023`, `2020-09`, `2016/2020`, `2021-03/..`.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(date) => date.fmt(f),
            Self::Range(start, Some(end)) => write!(f, "{start}/{end}"),
            Self::Range(start, None) => write!(f, "{start}/.."),
        }
    }
}
