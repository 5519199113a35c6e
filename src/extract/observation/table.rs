//! Tables as text: one cell a line, or one row a line with tabs or bars between the cells.
//!
//! `产量（万吨）` heads a column of levels in 万吨, `同比增长（±%）` one of growth; a line without figures between the rows
//! (`期末畜禽存栏`) says of what the rows below it tell.

use super::FAMILY;
use super::name;
use super::scope::Scope;
use crate::model::{
    Annotated, Bound, Comparison, Found, Measure, Observation, Outlook, Quantity, Ref, RuleId, Span, Statistic, Unit,
};
use rust_decimal::Decimal;

/// A cell has at most so many characters: a longer line is a paragraph.
const CELL: usize = 30;

/// A table with one cell a line has at most so many heads; those of yearbooks have a dozen.
const COLUMNS: usize = 64;

/// How far above a row, in bytes, the line may stand that begins with its period.
const REACH: usize = 1200;

/// A cell of a table.
#[derive(Debug, Clone)]
struct Cell {
    span: Span,
    /// Its value, if it is a number and nothing else.
    value: Option<Decimal>,
}

/// A column of figures.
#[derive(Debug, Clone)]
struct Column {
    name: String,
    growth: bool,
    unit: Option<Unit>,
}

/// The stretches of the text that are tables, and the figures in them.
pub(super) fn tables(annotated: &Annotated, scope: &Scope<'_>) -> (Vec<Span>, Vec<Found<Observation>>) {
    let text = annotated.article.text.as_str();
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        lines.push(Span::new(start, start + line.len()));
        start += line.len() + 1;
    }
    let (mut spans, mut found) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < lines.len() {
        let Some((next, columns)) = header(annotated, &lines, at) else {
            at += 1;
            continue;
        };
        let title = title(annotated, &lines, at);
        let end = read(annotated, scope, &lines, next, &columns, &title, &mut found);
        if end > next {
            spans.push(Span::new(lines[at].start, lines[end - 1].end));
        }
        at = end.max(at + 1);
    }
    (spans, found)
}

fn cells(annotated: &Annotated, line: Span) -> Vec<Cell> {
    let text = annotated.article.text.as_str();
    let mut cells = Vec::new();
    let mut from = line.start;
    for part in line.of(text).split(['\t', '|', '\u{FF5C}']) {
        let trimmed = part.trim();
        if !trimmed.is_empty() {
            let start = from + part.len() - part.trim_start().len();
            let span = Span::new(start, start + trimmed.len());
            let bare = trimmed.trim_end_matches(['%', '\u{FF05}']);
            let value = bare.replace(',', "").replace(['\u{2212}', '\u{FF0D}'], "-").parse().ok();
            cells.push(Cell { span, value });
        }
        from += part.len() + 1;
        while !text.is_char_boundary(from.min(text.len())) {
            from += 1;
        }
    }
    cells
}

/// The words of a cell without spaces.
fn words(annotated: &Annotated, span: Span) -> String {
    span.of(&annotated.article.text).chars().filter(|c| !c.is_whitespace()).collect()
}

/// Whether the line at `at` heads a table: the first line of its rows and its columns.
fn header(annotated: &Annotated, lines: &[Span], at: usize) -> Option<(usize, Vec<Column>)> {
    let first = cells(annotated, lines[at]);
    let stub = words(annotated, first.first()?.span);
    let inner = stub.split(['(', '\u{FF08}']).next().unwrap_or_default();
    FAMILY.lexicon.get("stub", inner)?;
    let base = unit_in(&stub).or_else(|| unit_above(annotated, lines, at));
    let column = |cell: &Cell| {
        let words = words(annotated, cell.span);
        let growth = !FAMILY.lexicon.find("column_growth", &words).is_empty();
        let unit = if growth { unit_of("%") } else { unit_in(&words).or_else(|| base.clone()) };
        let name = words.split(['(', '\u{FF08}']).next().unwrap_or_default().to_owned();
        let plain = FAMILY.lexicon.get("column_plain", &name).is_some();
        let name = if plain || growth { String::new() } else { name };
        Column { name, growth, unit }
    };
    if first.len() > 1 {
        return Some((at + 1, first[1..].iter().map(column).collect()));
    }
    // One cell a line: as many heads as a row has figures, then a row's name.
    let mut heads = Vec::new();
    for line in lines.get(at + 1..)?.iter().take(COLUMNS) {
        match cells(annotated, *line).as_slice() {
            [cell] if cell.value.is_none() && line.len() <= 3 * CELL => heads.push(cell.clone()),
            [_] => break,
            _ => return None,
        }
    }
    let first_row = at + 1 + heads.len();
    let figures = lines[first_row.min(lines.len())..]
        .iter()
        .take(COLUMNS)
        .take_while(|line| matches!(cells(annotated, **line).as_slice(), [cell] if cell.value.is_some()))
        .count();
    if figures == 0 || heads.len() < figures + 1 {
        return None;
    }
    Some((at + 1 + figures, heads[..figures].iter().map(column).collect()))
}

/// The line above the head that names the table, without its period.
fn title(annotated: &Annotated, lines: &[Span], at: usize) -> String {
    let mut above = lines[..at].iter().rev().filter(|line| !line.is_empty()).take(2);
    let named = above.find(|line| unit_line(annotated, **line).is_none());
    let Some(line) = named.filter(|line| line.of(&annotated.article.text).chars().count() <= CELL) else {
        return String::new();
    };
    let first = annotated.periods.partition_point(|period| period.span.start < line.start);
    let period = annotated.periods.get(first).filter(|period| period.span.start == line.start);
    words(annotated, Span::new(period.map_or(line.start, |period| period.span.end.min(line.end)), line.end))
}

/// `单位：亿元`
fn unit_line(annotated: &Annotated, line: Span) -> Option<Unit> {
    let words = words(annotated, line);
    let (label, unit) = words.split_once(['\u{FF1A}', ':'])?;
    FAMILY.lexicon.get("unit_label", label)?;
    unit_of(unit)
}

fn unit_above(annotated: &Annotated, lines: &[Span], at: usize) -> Option<Unit> {
    let above = lines[..at].iter().rev().filter(|line| !line.is_empty()).take(2);
    above.filter_map(|line| unit_line(annotated, *line)).next()
}

/// The unit in the brackets of a head: 产量（万吨）.
fn unit_in(words: &str) -> Option<Unit> {
    let (_, inner) = words.split_once(['(', '\u{FF08}'])?;
    unit_of(inner.trim_end_matches([')', '\u{FF09}']))
}

/// A unit with its scale, by the lexicon's table of units in tables.
fn unit_of(text: &str) -> Option<Unit> {
    let scales =
        [("\u{4E07}\u{4EBF}", 1_000_000_000_000_i128), ("\u{4EBF}", 100_000_000), ("\u{4E07}", 10_000), ("", 1)];
    scales.iter().find_map(|(scale, size)| {
        let words = text.strip_prefix(scale)?;
        let entry = FAMILY.lexicon.get("table_unit", words)?;
        let factor = i128::from(entry.integer("factor")?);
        Some(Unit {
            text: text.to_owned(),
            key: entry.get("key")?.to_owned(),
            factor: (size.checked_mul(factor)?, i128::from(entry.integer("divisor").unwrap_or(1))),
        })
    })
}

/// Reads rows from `next` on; gives the line after the last.
fn read(
    annotated: &Annotated,
    scope: &Scope<'_>,
    lines: &[Span],
    next: usize,
    columns: &[Column],
    title: &str,
    found: &mut Vec<Found<Observation>>,
) -> usize {
    let mut group = String::new();
    let mut unit: Option<Unit> = None;
    let mut at = next;
    let mut end = next;
    let mut rows = 0;
    while let Some(line) = lines.get(at) {
        let row = cells(annotated, *line);
        let Some(first) = row.first() else {
            at += 1;
            continue;
        };
        if first.value.is_some() || line.of(&annotated.article.text).chars().count() > CELL + 12 * columns.len() {
            break;
        }
        let in_line = row.len() > 1;
        let figures: Vec<Cell> = if in_line {
            row[1..].to_vec()
        } else {
            let below = lines[at + 1..].iter().take(columns.len()).map(|line| cells(annotated, *line));
            below.take_while(|cells| cells.len() == 1 && cells[0].value.is_some()).flatten().collect()
        };
        let label = words(annotated, first.span);
        if figures.is_empty() {
            // Only a name: what follows belongs under it, if figures do follow.
            let follows = lines
                .get(at + 2)
                .is_some_and(|line| cells(annotated, *line).first().is_some_and(|cell| cell.value.is_some()));
            if !follows || label.chars().count() > CELL / 2 {
                break;
            }
            group = label;
            unit = None;
            at += 1;
            continue;
        }
        // `#黄牛` is part of what stands above it and has its unit.
        let sub = label.starts_with('#');
        let inner = label.trim_start_matches(['#', '*', '\u{FF0A}']);
        let name = inner.split(['(', '\u{FF08}']).next().unwrap_or_default().to_owned();
        let own = unit_in(inner);
        if own.is_some() || !sub && columns.iter().all(|column| column.growth || column.unit.is_some()) {
            unit = own;
        }
        let named = row_name(&name, &group, title, columns);
        for (cell, column) in figures.iter().zip(columns) {
            found.extend(observe(annotated, scope, first.span, cell, column, &named, unit.as_ref()));
        }
        rows += 1;
        at += if in_line { 1 } else { 1 + figures.len() };
        end = at;
    }
    if rows == 0 { next } else { end }
}

/// A row's name with what the table, its column or the group of rows says is measured.
fn row_name(name: &str, group: &str, title: &str, columns: &[Column]) -> String {
    if name::is_quantity(name) {
        return name.to_owned();
    }
    let column = columns.iter().map(|column| column.name.as_str()).find(|column| !column.is_empty());
    if let Some(column) = column.filter(|column| name::is_quantity(column)) {
        return format!("{name}{column}");
    }
    for (class, words) in [("stock", group), ("whole_of_parts", title), ("stock", title)] {
        let measure = FAMILY.lexicon.find(class, words);
        if let Some(measure) = measure.last().and_then(|measure| measure.entry.get("gives")) {
            return format!("{name}{measure}");
        }
    }
    name.to_owned()
}

fn observe(
    annotated: &Annotated,
    scope: &Scope<'_>,
    label: Span,
    cell: &Cell,
    column: &Column,
    indicator: &str,
    unit: Option<&Unit>,
) -> Option<Found<Observation>> {
    let value = cell.value?;
    if !name::is_name(indicator) && indicator.chars().count() < 1 {
        return None;
    }
    let unit = if column.growth { column.unit.clone() } else { unit.cloned().or_else(|| column.unit.clone()) };
    let before = annotated.periods.partition_point(|period| period.span.end <= label.start);
    let mut near = annotated.periods[..before].iter().rev().take_while(|period| label.start - period.span.end < REACH);
    let period =
        near.find(|period| annotated.article.text[..period.span.start].ends_with('\n') || period.span.start == 0);
    Some(Found {
        span: cell.span,
        rule: RuleId::new("observation/table"),
        value: Observation {
            indicator: indicator.to_owned(),
            aliases: Vec::new(),
            about: annotated.home.as_ref().map(|_| Ref::Home),
            quantity: Quantity {
                value,
                max: None,
                unit,
                bound: Bound::Exact,
                measure: Measure::Amount,
                number: cell.span,
            },
            statistic: if column.growth { Statistic::Growth } else { Statistic::Level },
            outlook: Outlook::Observed,
            comparison: if column.growth { Comparison::YearOnYear } else { Comparison::None },
            period: scope.default(cell.span.start).or_else(|| period.map(|period| period.value)),
            evidence: evidence(annotated, label, cell.span),
            confidence: Decimal::new(90, 2),
        },
    })
}

/// From the row's name to the figure.
fn evidence(annotated: &Annotated, label: Span, cell: Span) -> Span {
    let whole = label.cover(cell);
    if whole.of(&annotated.article.text).chars().count() <= 150 { whole } else { cell }
}
