//! A small line chart as SVG, from figures of one subject in one unit over time.

use super::figure::{Figure, plain};

/// A point of a chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Across, in the chart's units.
    pub x: String,
    /// Down, in the chart's units.
    pub y: String,
    /// What it says: `2023: 53 %`.
    pub title: String,
    /// Where its figure is.
    pub href: String,
}

/// A chart, 640 by 200.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// The points in the order of time.
    pub points: Vec<Point>,
    /// The line through them.
    pub line: String,
    /// The first and last period.
    pub from: String,
    /// See `from`.
    pub to: String,
    /// The highest and lowest value, with the unit.
    pub top: String,
    /// See `top`.
    pub bottom: String,
}

const LEFT: f64 = 76.0;
const WIDTH: f64 = 548.0;
const TOP: f64 = 16.0;
const HEIGHT: f64 = 148.0;

/// A chart of the observed levels among the figures, if at least two different dates have one in the same unit.
pub fn chart(figures: &[Figure]) -> Option<Chart> {
    let mut dated: Vec<(f64, f64, &Figure)> = figures
        .iter()
        .filter(|figure| figure.statistic == "level" && figure.outlook == "observed")
        .filter_map(|figure| Some((days(figure.when.as_deref()?)?, figure.normalized?, figure)))
        .collect();
    let unit = most_common(dated.iter().map(|(_, _, figure)| figure.unit_iri.as_str()))?.to_owned();
    dated.retain(|(_, _, figure)| figure.unit_iri == unit);
    dated.sort_by(|a, b| (a.0, a.1).partial_cmp(&(b.0, b.1)).unwrap_or(std::cmp::Ordering::Equal));
    let (first, last) = (dated.first()?, dated.last()?);
    if first.0 >= last.0 {
        return None;
    }
    let lowest = dated.iter().map(|point| point.1).fold(f64::INFINITY, f64::min);
    let highest = dated.iter().map(|point| point.1).fold(f64::NEG_INFINITY, f64::max);
    // Equal values make a level line in the middle.
    let (low, span) = if highest > lowest { (lowest, highest - lowest) } else { (lowest - 1.0, 2.0) };
    let points: Vec<Point> = dated
        .iter()
        .map(|(day, value, figure)| Point {
            x: format!("{:.1}", LEFT + WIDTH * (day - first.0) / (last.0 - first.0)),
            y: format!("{:.1}", TOP + HEIGHT * (1.0 - (value - low) / span)),
            title: format!("{}: {}", figure.period.as_deref().unwrap_or_default(), written(figure)),
            href: figure.href.clone(),
        })
        .collect();
    let at = |value: f64| {
        let figure = dated.iter().find(|point| (point.1 - value).abs() <= f64::EPSILON * value.abs());
        figure.map(|(_, _, figure)| written(figure)).unwrap_or_default()
    };
    Some(Chart {
        line: points.iter().map(|point| format!("{},{}", point.x, point.y)).collect::<Vec<_>>().join(" "),
        from: first.2.period.clone().unwrap_or_default(),
        to: last.2.period.clone().unwrap_or_default(),
        top: at(highest),
        bottom: if highest > lowest { at(lowest) } else { String::new() },
        points,
    })
}

fn written(figure: &Figure) -> String {
    format!("{} {}", plain(&figure.value), figure.unit).trim_end().to_owned()
}

/// A day's number, for distances only.
fn days(date: &str) -> Option<f64> {
    let date: jiff::civil::Date = date.parse().ok()?;
    let since = date.since((jiff::Unit::Day, jiff::civil::date(1970, 1, 1))).ok()?;
    Some(f64::from(since.get_days()))
}

fn most_common<'a>(items: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut counts = std::collections::BTreeMap::new();
    for item in items {
        *counts.entry(item).or_insert(0_usize) += 1;
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(item, _)| item)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::site::Link;

    fn figure(when: &str, value: f64, statistic: &str) -> Figure {
        Figure {
            href: "/x".into(),
            indicator: Link::default(),
            about: None,
            value: value.to_string(),
            unit: "%".into(),
            unit_iri: "unit".into(),
            normalized: Some(value),
            bound: "exact".into(),
            statistic: statistic.into(),
            outlook: "observed".into(),
            comparison: "none".into(),
            period: Some(when[..4].into()),
            when: Some(when.into()),
            position: 0,
            origin: None,
            quote: None,
            conflicts: 0,
        }
    }

    #[test]
    fn levels_of_two_years_make_a_chart_in_the_order_of_time() {
        let drawn = chart(&[
            figure("2023-12-31", 53.0, "level"),
            figure("2021-12-31", 50.0, "level"),
            figure("2022-12-31", 4.0, "growth"),
        ])
        .unwrap();

        assert_eq!(drawn.points.len(), 2);
        assert_eq!((drawn.from.as_str(), drawn.to.as_str()), ("2021", "2023"));
        assert_eq!((drawn.top.as_str(), drawn.bottom.as_str()), ("53 %", "50 %"));
        assert_eq!(drawn.line, "76.0,164.0 624.0,16.0");
    }

    #[test]
    fn one_date_or_no_level_makes_none() {
        assert!(chart(&[figure("2023-12-31", 1.0, "level"), figure("2023-12-31", 2.0, "level")]).is_none());
        assert!(chart(&[figure("2022-12-31", 1.0, "growth"), figure("2023-12-31", 2.0, "growth")]).is_none());
        assert!(chart(&[]).is_none());
    }
}
